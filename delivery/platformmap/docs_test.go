package platformmap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/drawing"
	"github.com/mlplatform/mlplatform/internal/golden"
)

// TestDocs: the page about the map shows drawings of the example as they are now.
func TestDocs(t *testing.T) {
	m := mapOf(t, "wine")
	golden.AssertBlock(t, "../../docs/map.md", "overview", []byte("\n```mermaid\n"+m.Overview.Mermaid()+"```\n\n"))
	drawn, err := drawing.SVG(graph(t, m.Environments, "environment-staging"))
	require.NoError(t, err)
	golden.Assert(t, "../../docs/map-staging.svg", []byte(drawing.Standalone(drawn[0])))
}
