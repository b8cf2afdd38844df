package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

func TestStack(t *testing.T) {
	dir := t.TempDir()
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(dir), StackTraces: jsii.Bool(false)})
	require.NoError(t, build(app))
	app.Synth()
	text, err := os.ReadFile(filepath.Join(dir, "stacks", name, "cdk.tf.json"))
	require.NoError(t, err)
	template := synthtest.Parse(t, string(text))

	counts := template.Counts()
	require.Equal(t, 1, counts["aws_vpc"])
	require.Equal(t, 2, counts["aws_eks_node_group"])
	require.Equal(t, 1, counts["aws_eks_pod_identity_association"])
	require.Equal(t, "aws eks update-kubeconfig --region us-west-2 --name wine-dev", template.Output("kubeconfig_command"))

	gpu := template.Where("aws_eks_node_group", "ami_type", "AL2023_x86_64_NVIDIA")
	require.Equal(t, []any{map[string]any{"effect": "NO_SCHEDULE", "key": "nvidia.com/gpu", "value": "true"}}, gpu["taint"])

	grant := template.Where("aws_iam_role_policy", "name", "models-readwrite-churn")["policy"]
	objects := template.Allowing(grant, "s3:PutObject")
	require.Len(t, objects, 1)
	require.Equal(t, []string{"arn:aws:s3:::wine-dev-models-222222222222-us-west-2/churn/*"}, objects[0].Resources)
	require.Len(t, template.Allowing(grant, "kms:GenerateDataKey"), 1, "who writes under a KMS key needs the key")

	template.Golden("stack") // which the test of package constructs plans
	require.Equal(t, map[string]any{"aws": []any{map[string]any{"region": "us-west-2", "allowed_account_ids": []any{"222222222222"}}}}, template.Root()["provider"])
}
