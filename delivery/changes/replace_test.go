package changes

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/terraform"
)

// An example is a change of each argument of one type, from testdata.
type example struct {
	// Common arguments are the same before and after.
	Common map[string]any
	// Arguments are old and new values, and what else a new value needs.
	Arguments map[string][]any
	// Needs are arguments that must not be missing when another one changes.
	Needs []string
}

func examples(t *testing.T) map[string]example {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "replacement.json"))
	require.NoError(t, err)
	var out map[string]example
	require.NoError(t, json.Unmarshal(text, &out))
	return out
}

// TestEveryArgumentHasAnExample: so that Terraform is asked about all of them.
func TestEveryArgumentHasAnExample(t *testing.T) {
	got := map[string][]string{}
	for resourceType, example := range examples(t) {
		got[resourceType] = sortedKeys(example.Arguments)
	}
	require.Equal(t, forcesReplacement, got)
}

// TestTerraformReplaces: the AWS provider plans a replacement because of each argument of the table.
func TestTerraformReplaces(t *testing.T) {
	runner := terraform.New(t)
	before, after := terraform.Resources{}, terraform.Resources{}
	want := map[string]string{}
	for resourceType, example := range examples(t) {
		before[resourceType], after[resourceType] = map[string]map[string]any{}, map[string]map[string]any{}
		for argument, values := range example.Arguments {
			old, fresh := map[string]any{}, map[string]any{}
			for _, other := range example.Needs {
				old[other], fresh[other] = example.Arguments[other][0], example.Arguments[other][0]
			}
			for name, value := range example.Common {
				old[name], fresh[name] = value, value
			}
			if len(values) > 2 {
				maps.Copy(fresh, values[2].(map[string]any))
			}
			old[argument], fresh[argument] = values[0], values[1]
			before[resourceType][argument], after[resourceType][argument] = old, fresh
			want[resourceType+"."+argument] = argument
		}
	}
	got := runner.Replaced(before, after)
	for address, argument := range want {
		require.Contains(t, got[address], argument, "%s is not replaced when %s changes", address, argument)
	}
}

// TestTypesExist: every type that is named here is one of the AWS provider's bindings.
func TestTypesExist(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/cdktf/cdktf-provider-aws-go/aws/v19").Output()
	require.NoError(t, err)
	folders, err := os.ReadDir(strings.TrimSpace(string(out)))
	require.NoError(t, err)
	var known []string
	for _, each := range folders {
		known = append(known, each.Name())
	}
	squeeze := func(resourceType string) string {
		return strings.ReplaceAll(strings.TrimPrefix(resourceType, "aws_"), "_", "")
	}
	for _, each := range append(sortedKeys(stateful), sortedKeys(forcesReplacement)...) {
		require.Contains(t, known, squeeze(each), each)
	}
	for _, prefix := range append(slices.Clone(accessPrefixes), networkPrefixes...) {
		require.True(t, slices.ContainsFunc(known, func(name string) bool { return strings.HasPrefix(name, squeeze(prefix)) }), prefix)
	}
	for _, suffix := range notAccess {
		require.True(t, slices.ContainsFunc(known, func(name string) bool { return strings.HasSuffix(name, squeeze(suffix)) }), suffix)
	}
}

func TestGroups(t *testing.T) {
	for want, types := range map[Group][]string{
		Access:  {"aws_iam_role", "aws_iam_openid_connect_provider", "aws_s3_bucket_policy", "aws_ecr_repository_policy", "aws_kms_key_policy", "aws_eks_access_entry", "aws_eks_pod_identity_association", "aws_lambda_permission", "aws_s3_bucket_public_access_block", "aws_vpc_endpoint_policy", "aws_sqs_queue_policy"},
		Network: {"aws_vpc", "aws_subnet", "aws_security_group", "aws_vpc_security_group_egress_rule", "aws_route", "aws_route53_record", "aws_default_network_acl", "aws_nat_gateway", "aws_eip", "aws_lb_listener", "aws_flow_log"},
		Other:   {"aws_s3_bucket", "aws_ecr_lifecycle_policy", "aws_appautoscaling_policy", "aws_autoscaling_policy", "aws_sqs_queue_redrive_policy", "aws_dlm_lifecycle_policy", "aws_sagemaker_pipeline", "aws_eks_cluster"},
	} {
		for _, each := range types {
			require.Equal(t, want, groupOf(each, nil), each)
		}
	}
	require.Equal(t, Access, groupOf("aws_kms_key", []Difference{{Path: "description"}, {Path: "policy.Statement[A]"}}))
	require.Equal(t, Network, groupOf("aws_eks_cluster", []Difference{{Path: "vpc_config.endpoint_public_access"}}))
}
