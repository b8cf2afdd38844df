package terraform

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func stack(name, account, rest string) Stack {
	return Stack{Name: name, JSON: []byte(`{"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}, "backend": {"s3": {"bucket": "nowhere"}}},
		"provider": {"aws": [{"region": "us-west-2", "allowed_account_ids": ["` + account + `"]}]}, ` + rest + `}`)}
}

// TestFaults: the faults of a stack are told with its resources, and those of one leave the others alone.
func TestFaults(t *testing.T) {
	runner := New(t)
	fine := stack("fine", "222222222222", `"resource": {"aws_s3_bucket": {"b": {"bucket": "fine"}}}, "output": {"arn": {"value": "${aws_s3_bucket.b.arn}"}}`)
	faults := runner.faults([]Stack{
		fine,
		stack("elsewhere", "333333333333", `"resource": {"aws_s3_bucket": {"b": {"bucket": "elsewhere"}}}`),
		stack("none", "222222222222", `"resource": {"aws_s3_bucket": {"none": {"count": 0}}}`),
		stack("two", "222222222222", `"resource": {"aws_s3_bucket": {"two": {"count": 2}}}`),
		stack("secret", "222222222222", `"output": {"secret": {"value": "${sensitive(\"a\")}", "sensitive": true}}`),
		{Name: "two regions", JSON: []byte(`{"provider": {"aws": [{"region": "us-west-2", "allowed_account_ids": ["222222222222"]}, {"alias": "east", "region": "us-east-1", "allowed_account_ids": ["333333333333"]}]},
			"resource": {"aws_s3_bucket": {"b": {"bucket": "far", "provider": "aws.east"}}}}`)},
	})
	require.Equal(t, [][]string{
		nil, nil, {"aws_s3_bucket.none: the plan does not add it"},
		{"aws_s3_bucket.two: the plan does not add it", "the plan adds 1 resources more than there are in the stack"}, nil, nil,
	}, faults)

	faults = runner.faults([]Stack{
		fine,
		stack("broken", "222222222222", `"resource": {"aws_vpc": {"v": {"cidr_block": "10.0.0.0/16", "lifecycle": {"precondition": {"condition": "${terraform.workspace == \"other\"}", "error_message": "Elsewhere."}}}}}`),
		stack("secret", "222222222222", `"output": {"secret": {"value": "${sensitive(\"a\")}"}}`),
	})
	require.Empty(t, faults[0])
	require.Equal(t, []string{"resource.aws_vpc.v.lifecycle.precondition: Resource precondition failed: Elsewhere."}, faults[1])
	require.Len(t, faults[2], 1)
	require.Contains(t, faults[2][0], "output: Output refers to sensitive values: ")
}

// TestSharedProvider: one provider gets the accounts and default tags of all stacks of a region, and all else of a block keeps stacks apart.
func TestSharedProvider(t *testing.T) {
	var root root
	dir := t.TempDir()
	for i, settings := range []string{
		`"region": "us-west-2", "allowed_account_ids": ["111111111111"], "default_tags": [{"tags": {"Project": "wine", "Stack": "dev"}}]`,
		`"region": "us-west-2", "allowed_account_ids": ["222222222222"], "default_tags": [{"tags": {"Project": "wine", "Stack": "prod", "Team": "ml"}}]`,
		`"region": "us-west-2", "allowed_account_ids": ["111111111111"], "default_tags": [{"tags": {"Stack": "state"}}]`,
		`"region": "eu-west-1", "allowed_account_ids": ["111111111111"]`,
		`"region": "us-west-2", "allowed_account_ids": ["111111111111"], "default_tags": [{"tags": "none"}]`,
	} {
		require.NoError(t, root.add(dir, Stack{JSON: []byte(`{"provider": {"aws": [{` + settings + `}]}}`)}))
		require.FileExists(t, filepath.Join(dir, moduleName(i)+".tf.json"))
	}
	text, err := json.Marshal(root.blocks())
	require.NoError(t, err)
	require.JSONEq(t, `[
		{"alias": "p0", "region": "us-west-2", "allowed_account_ids": ["111111111111", "222222222222"], "access_key": "111111111111", "secret_key": "test",
			"default_tags": [{"tags": {"Project": "wine", "Stack": "dev", "Stack'": "prod", "Stack''": "state", "Team": "ml"}}]},
		{"alias": "p1", "region": "eu-west-1", "allowed_account_ids": ["111111111111"], "access_key": "111111111111", "secret_key": "test"},
		{"alias": "p2", "region": "us-west-2", "allowed_account_ids": ["111111111111"], "access_key": "111111111111", "secret_key": "test", "default_tags": [{"tags": "none"}]}
	]`, string(text))
}
