package pipeline_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDocs: the code and the drawing of the page are those of the tests.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/pipeline-definition.md")
	require.NoError(t, err)
	example, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	drawing, err := os.ReadFile("testdata/wine.mmd")
	require.NoError(t, err)

	require.Contains(t, string(page), "```mermaid\n"+string(drawing)+"```")
	run, err := os.ReadFile("testdata/wine-run.mmd")
	require.NoError(t, err)
	runs, err := os.ReadFile("../../docs/local-runs.md")
	require.NoError(t, err)
	require.Contains(t, string(runs), "```mermaid\n"+string(run)+"```")
	_, rest, _ := strings.Cut(string(page), "```go\n")
	code, _, _ := strings.Cut(rest, "```")
	var indented strings.Builder
	for _, line := range strings.SplitAfter(code, "\n") {
		if strings.TrimSpace(line) != "" {
			line = "\t" + line
		}
		indented.WriteString(line)
	}
	require.Contains(t, string(example), strings.TrimRight(indented.String(), "\n"))
}
