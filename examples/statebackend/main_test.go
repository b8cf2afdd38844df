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

func synth(t *testing.T, localState bool) synthtest.Template {
	t.Helper()
	dir := t.TempDir()
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(dir), StackTraces: jsii.Bool(false)})
	require.NoError(t, build(app, localState))
	app.Synth()
	text, err := os.ReadFile(filepath.Join(dir, "stacks", "state", "cdk.tf.json"))
	require.NoError(t, err)
	return synthtest.Parse(t, string(text))
}

func backendOf(template synthtest.Template) any {
	return template.Root()["terraform"].(map[string]any)["backend"]
}

func TestBootstrap(t *testing.T) {
	local, remote := synth(t, true), synth(t, false)
	require.Equal(t, map[string]any{"local": map[string]any{"path": "../../../state.tfstate"}}, backendOf(local))
	require.Equal(t, map[string]any{"s3": map[string]any{
		"bucket": "acme-terraform-state-111111111111", "key": "acme/state/terraform.tfstate", "region": "eu-central-1", "use_lockfile": true,
	}}, backendOf(remote))
	require.Equal(t, local.Root()["resource"], remote.Root()["resource"], "only the backend differs")
	require.Equal(t, 2, remote.Counts()["aws_iam_role"])
	require.Contains(t, remote.Output("backend_file_dev"), `assume_role  = { role_arn = "arn:aws:iam::111111111111:role/acme-terraform-state-111111111111-dev" }`)
}
