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
