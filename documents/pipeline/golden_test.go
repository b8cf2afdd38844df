package pipeline_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/documents/pipeline/internal/samples"
	"github.com/mlplatform/mlplatform/internal/golden"
)

func TestGoldens(t *testing.T) {
	for _, sample := range samples.All() {
		t.Run(sample.Name, func(t *testing.T) {
			definition, err := sample.Pipeline.IndentedJSON()
			require.NoError(t, err)
			golden.Assert(t, filepath.Join("testdata", sample.Name+".json"), []byte(definition))

			again, err := sample.Pipeline.IndentedJSON()
			require.NoError(t, err)
			require.Equal(t, definition, again, "the same pipeline gives the same bytes")
			require.NotContains(t, definition, `\u00`, "nothing is escaped for HTML, and no reference is left as text")
		})
	}
}

func TestMermaid(t *testing.T) {
	for _, sample := range samples.All() {
		if sample.Name != "wine" && sample.Name != "condition" && sample.Name != "training-full" {
			continue
		}
		t.Run(sample.Name, func(t *testing.T) {
			drawing, err := sample.Pipeline.Mermaid()
			require.NoError(t, err)
			golden.Assert(t, filepath.Join("testdata", sample.Name+".mmd"), []byte(drawing))
			require.True(t, strings.HasPrefix(drawing, "flowchart TD\n"))
		})
	}
}

func TestMermaidOf(t *testing.T) {
	drawing, err := samples.Wine(pipeline.Defaults{Role: testRole, OutputURI: "s3://models/wine"}).MermaidOf(map[string]pipeline.Outcome{
		"preprocess": pipeline.OutcomeCached, "train": pipeline.OutcomeSucceeded, "evaluate": pipeline.OutcomeSucceeded,
		"good-enough": pipeline.OutcomeSucceeded, "too-weak": pipeline.OutcomeFailed,
	})
	require.NoError(t, err)
	golden.Assert(t, "testdata/wine-run.mmd", []byte(drawing))
}

func TestMLflow(t *testing.T) {
	p := pipeline.New("sample", pipeline.Props{
		Defaults: pipeline.Defaults{Role: testRole, OutputURI: "s3://models/wine"},
		MLflow:   &pipeline.MLflow{ARN: "arn:aws:sagemaker:us-west-2:111111111111:mlflow-tracking-server/wine", Experiment: "wine", Run: "nightly"},
	})
	p.Training("train", pipeline.TrainingArgs{Image: testImage})
	definition, err := p.IndentedJSON()
	require.NoError(t, err)
	golden.Assert(t, "testdata/mlflow.json", []byte(definition))

	wrong := pipeline.New("sample", pipeline.Props{MLflow: &pipeline.MLflow{ARN: "mlflow", Experiment: pipeline.String(strings.Repeat("x", 257))}})
	wrong.Fail("stop", pipeline.FailArgs{})
	require.EqualError(t, wrong.Validate(), `mlflow.arn: "mlflow" is no ARN of MLflow; write it like "arn:aws:sagemaker:us-west-2:111111111111:mlflow-tracking-server/name"
mlflow.experiment: has 257 characters; at most 256 are allowed`)
}
