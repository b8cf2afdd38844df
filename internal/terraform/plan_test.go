package terraform

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
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

// TestTwins: what an earlier stack has too, with all that it refers to and under the same provider, is planned there alone.
func TestTwins(t *testing.T) {
	content := func(vpc, name string) string {
		return `"resource": {
			"aws_vpc": {"v": {"cidr_block": "` + vpc + `"}},
			"aws_subnet": {"s": {"vpc_id": "${aws_vpc.v.id}", "cidr_block": "10.0.0.0/24"}},
			"aws_s3_bucket": {"b": {"bucket": "` + name + `"}},
			"aws_sns_topic": {"t": {"name": "topic", "depends_on": ["aws_s3_bucket.b"]}}
		}, "output": {"subnet": {"value": "${aws_subnet.s.id}"}, "topic": {"value": "${aws_sns_topic.t.arn}"}}`
	}
	dir := t.TempDir()
	root := root{planned: twins{}}
	for _, each := range []Stack{
		stack("first", "111111111111", content("10.0.0.0/16", "one")),
		stack("same", "222222222222", content("10.0.0.0/16", "one")),
		stack("another network", "111111111111", content("10.0.0.0/20", "one")),
		stack("another bucket", "111111111111", content("10.0.0.0/16", "two")),
		{JSON: bytes.ReplaceAll(stack("", "111111111111", content("10.0.0.0/16", "one")).JSON, []byte("us-west-2"), []byte("us-west-1"))},
	} {
		require.NoError(t, root.add(dir, each))
	}
	for _, addresses := range root.resources {
		slices.Sort(addresses)
	}
	all := []string{"aws_s3_bucket.b", "aws_sns_topic.t", "aws_subnet.s", "aws_vpc.v"}
	require.Equal(t, [][]string{all, {}, all[2:], all[:2], all}, root.resources)
	for i, want := range [][]string{{"subnet", "topic"}, nil, {"subnet"}, {"topic"}, {"subnet", "topic"}} {
		text, err := os.ReadFile(filepath.Join(dir, moduleName(i), "cdk.tf.json"))
		require.NoError(t, err)
		var module struct{ Output map[string]any }
		require.NoError(t, json.Unmarshal(text, &module))
		require.Equal(t, want, slices.Sorted(maps.Keys(module.Output)))
	}
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
		{"alias": "p0", "region": "us-west-2", "allowed_account_ids": ["111111111111", "222222222222"], "access_key": "111111111111", "secret_key": "test", "skip_region_validation": true,
			"default_tags": [{"tags": {"Project": "wine", "Stack": "dev", "Stack'": "prod", "Stack''": "state", "Team": "ml"}}]},
		{"alias": "p1", "region": "eu-west-1", "allowed_account_ids": ["111111111111"], "access_key": "111111111111", "secret_key": "test", "skip_region_validation": true},
		{"alias": "p2", "region": "us-west-2", "allowed_account_ids": ["111111111111"], "access_key": "111111111111", "secret_key": "test", "skip_region_validation": true, "default_tags": [{"tags": "none"}]}
	]`, string(text))
}
