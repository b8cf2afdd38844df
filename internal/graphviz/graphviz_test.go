package graphviz_test

import (
	"encoding/xml"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/graphviz"
)

func TestSVG(t *testing.T) {
	first := `digraph { a [class="bucket" label="data & <models>"]; a -> b }`
	drawn, err := graphviz.SVG(first, "digraph { c }", first)
	require.NoError(t, err)
	require.Len(t, drawn, 3)
	require.Equal(t, drawn[0], drawn[2])
	require.Contains(t, drawn[0], "data &amp; &lt;models&gt;")
	require.Contains(t, drawn[0], `class="node bucket"`)
	require.NotContains(t, drawn[1], "data")
	for _, each := range drawn {
		decoder := xml.NewDecoder(strings.NewReader(each))
		for {
			_, err := decoder.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
		}
	}
}

func TestSVGReportsEachGraphThatIsWrong(t *testing.T) {
	_, err := graphviz.SVG("digraph { a -> }", "digraph { a }", `digraph { a [label=<<unknown>x</unknown>>] }`)
	require.ErrorContains(t, err, "graph 1: syntax error in line 1")
	require.ErrorContains(t, err, "graph 3: ")
	require.NotContains(t, err.Error(), "graph 2: ")
}

func TestSVGNeedsNode(t *testing.T) {
	t.Setenv("JSII_NODE", "/nowhere/node")
	_, err := graphviz.SVG("digraph { a }")
	require.ErrorContains(t, err, "drawings need Node.js, which does not run Graphviz: fork/exec /nowhere/node: no such file or directory")
}

// TestLibraryIsThatOfThePackage holds the copy against what npm installs, whose hash the lock file knows.
func TestLibraryIsThatOfThePackage(t *testing.T) {
	published, err := os.ReadFile("node_modules/@viz-js/viz/dist/viz.cjs")
	if os.IsNotExist(err) {
		t.Skip("the npm package @viz-js/viz is not compared; npm ci --prefix internal/graphviz installs it")
	}
	require.NoError(t, err)
	ours, err := os.ReadFile("viz/viz.cjs")
	require.NoError(t, err)
	require.True(t, string(published) == string(ours), "viz/viz.cjs differs from the package of package-lock.json; copy it anew")
	licence, err := os.ReadFile("viz/LICENSE.viz")
	require.NoError(t, err)
	require.Contains(t, string(licence), "@viz-js/viz "+version(t))
}

func version(t *testing.T) string {
	text, err := os.ReadFile("node_modules/@viz-js/viz/package.json")
	require.NoError(t, err)
	_, after, found := strings.Cut(string(text), `"version": "`)
	require.True(t, found)
	version, _, _ := strings.Cut(after, `"`)
	return version
}
