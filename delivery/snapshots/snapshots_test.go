package snapshots_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/snapshots"
	_ "github.com/mlplatform/mlplatform/internal/golden" // go test ./... -update reaches every package
)

func TestOf(t *testing.T) {
	folder := t.TempDir()
	write := func(stack, text string) {
		require.NoError(t, os.MkdirAll(filepath.Join(folder, "stacks", stack), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "stacks", stack, "cdk.tf.json"), []byte(text), 0o644))
	}
	write("dev", `{"resource":{"aws_sagemaker_pipeline":{"p":{"pipeline_name":"wine-dev-training","pipeline_definition":"{\"Version\":\"2020-12-01\"}"}},`+
		`"aws_sfn_state_machine":{"m":{"name":"wine-dev-learning","definition":"{\"States\":{}}"}},"aws_iam_role":{"r":{"assume_role_policy":"{\"Statement\":[]}"}}},"data":{"aws_region":{"d":{}}}}`)
	write("state", `{"//":{"metadata":{}},"resource":{"aws_s3_bucket":{"b":{"//":{},"bucket":"x"}}}}`)
	files, err := snapshots.Of(folder, map[[2]string]string{{"dev", "training-pipeline"}: "graph TD\n"})
	require.NoError(t, err)
	require.Equal(t, []string{"addresses.txt", "dev.json", "dev/learning-machine.json", "dev/training-pipeline.json", "dev/training-pipeline.mmd", "state.json"}, slices.Sorted(maps.Keys(files)))
	require.Equal(t, "dev aws_iam_role.r\ndev aws_sagemaker_pipeline.p\ndev aws_sfn_state_machine.m\ndev data.aws_region.d\nstate aws_s3_bucket.b\n", string(files["addresses.txt"]))
	require.Equal(t, "{\n  \"Version\": \"2020-12-01\"\n}\n", string(files["dev/training-pipeline.json"]))
	require.Equal(t, "{\n  \"States\": {}\n}\n", string(files["dev/learning-machine.json"]))
	require.Contains(t, string(files["dev.json"]), `"assume_role_policy": {`+"\n", "policies are written out")
	require.Equal(t, "{\n  \"resource\": {\n    \"aws_s3_bucket\": {\n      \"b\": {\n        \"bucket\": \"x\"\n      }\n    }\n  }\n}\n", string(files["state.json"]), "what cdktf alone reads is left out")
	require.Equal(t, "graph TD\n", string(files["dev/training-pipeline.mmd"]))

	write("dev", `{"resource":{"aws_sfn_state_machine":{"m":{"name":"wine-dev-learning","definition":"no JSON"}}}}`)
	_, err = snapshots.Of(folder, nil)
	require.ErrorContains(t, err, "stack dev: aws_sfn_state_machine.m: ")
}
