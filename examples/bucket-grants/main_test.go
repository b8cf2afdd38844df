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
	text, err := os.ReadFile(filepath.Join(dir, "stacks", "models", "cdk.tf.json"))
	require.NoError(t, err)
	template := synthtest.Parse(t, string(text))

	require.Empty(t, template.Resources("aws_iam_role"), "the role exists already")
	grants := map[string][]string{} // by name of the policy, the objects that it lets the role read
	for _, each := range template.Resources("aws_iam_role_policy") {
		require.Equal(t, "training", each["role"])
		for _, statement := range template.Allowing(each["policy"], "s3:GetObject") {
			grants[each["name"].(string)] = append(grants[each["name"].(string)], statement.Resources...)
		}
		require.Len(t, template.Allowing(each["policy"], "kms:Decrypt"), 1, each["name"])
	}
	require.Equal(t, map[string][]string{
		"models-readwrite-churn": {"arn:aws:s3:::wine-dev-models-222222222222-us-west-2/churn/*"},
		"models-read-fraud":      {"arn:aws:s3:::wine-dev-models-222222222222-us-west-2/fraud/*"},
		"raw-read-orders":        {"arn:aws:s3:::acme-raw-data/orders/*"},
	}, grants)
	require.Equal(t, 1, template.Counts()["aws_s3_bucket"], "the other bucket exists already")

	template.Golden("stack") // which the test of package constructs plans
	require.Equal(t, map[string]any{"aws": []any{map[string]any{"region": "us-west-2", "allowed_account_ids": []any{"222222222222"}}}}, template.Root()["provider"])
}
