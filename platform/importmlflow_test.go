package platform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestImportMLflowModel(t *testing.T) {
	const id = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	for name, each := range map[string]struct{ answer, out, problem string }{
		"a version":            {`{"artifact_uri": "mlflow-artifacts:/1/models/m-` + id + `/artifacts"}`, "run:\n    experiment: \"1\"\n    model: m-" + id + "\n", ""},
		"a logged model":       {`{"model": {"info": {"artifact_uri": "mlflow-artifacts://mlflow.example.com/12/models/m-` + id + `/artifacts/"}}}`, "run:\n    experiment: \"12\"\n    model: m-" + id + "\n", ""},
		"by the bucket":        {`{"artifact_uri": "s3://wine-dev-models-222222222222-us-west-2/mlflow/1/models/m-` + id + `/artifacts"}`, "run:\n    experiment: \"1\"\n    model: m-" + id + "\n", ""},
		"an artifact of a run": {`{"artifact_uri": "mlflow-artifacts:/3/` + id + `/artifacts/models/wine"}`, "run:\n    experiment: \"3\"\n    run: " + id + "\n    artifact: models/wine\n", ""},
		"elsewhere":            {`{"artifact_uri": "s3://others/1/models/m-` + id + `/artifacts"}`, "", `artifact_uri: "s3://others/1/models/m-` + id + `/artifacts" is no folder of MLflow's artifacts in the bucket of models; register a model that this server's runs have logged, or write path`},
		"another answer":       {`{"name": "wine"}`, "", "has no artifact_uri; give the answer of MLflow at api/2.0/mlflow/model-versions/get-download-uri?name=NAME&version=VERSION"},
		"no JSON":              {`<html>`, "", "is no JSON: invalid character '<' looking for beginning of value; give the answer of MLflow at api/2.0/mlflow/model-versions/get-download-uri?name=NAME&version=VERSION"},
	} {
		file := filepath.Join(t.TempDir(), "answer.json")
		require.NoError(t, os.WriteFile(file, []byte(each.answer), 0o600))
		var out, problems strings.Builder
		Run([]string{"import", "mlflow-model", file}, &out, &problems)
		require.Equal(t, each.out, out.String(), name)
		if each.problem == "" {
			require.Empty(t, problems.String(), name)
		} else {
			require.Equal(t, file+": "+each.problem+"\n", problems.String(), name)
		}
	}
}
