// Package graphviz lays out graphs in the language DOT and draws them as SVG. It runs Graphviz, compiled to WebAssembly, on Node.js,
// which everybody who synthesises has; nothing is installed and nothing is fetched. The same graph gives the same bytes on every
// machine: the sizes of texts come from tables of Graphviz's own and not from the machine's fonts.
package graphviz

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// library is dist/viz.cjs of the npm package @viz-js/viz. Its licences stand beside it.
//
//go:embed viz/viz.cjs
var library []byte

// program reads graphs from its input and writes a drawing, or what is wrong, for each.
const program = `
const viz = require("./viz.cjs");
const read = require("fs").readFileSync(0, "utf8");
viz.instance().then(graphviz => {
  const drawn = JSON.parse(read).map(graph => {
    const result = graphviz.render(graph, { format: "svg" });
    // Other letters than those of ASCII are given the width of spaces, one for each byte, which is near enough.
    const problems = result.errors.map(each => each.message).filter(each => !each.includes("width of non-ASCII character"));
    return { svg: result.output || "", problems };
  });
  process.stdout.write(JSON.stringify(drawn));
});
`

// SVG draws each of the graphs, which are texts in DOT. A warning of Graphviz is an error too: it says that something in the graph is
// not drawn as it was meant.
func SVG(graphs ...string) ([]string, error) {
	folder, err := os.MkdirTemp("", "graphviz-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	for name, content := range map[string][]byte{"viz.cjs": library, "draw.cjs": []byte(program)} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	input, err := json.Marshal(graphs)
	if err != nil {
		return nil, err
	}
	// JSII_NODE is where the bindings look for Node.js, too.
	command := exec.Command(cmp.Or(os.Getenv("JSII_NODE"), "node"), filepath.Join(folder, "draw.cjs"))
	command.Stdin = bytes.NewReader(input)
	var stderr strings.Builder
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("drawings need Node.js, which does not run Graphviz: %w\n%s", err, stderr.String())
	}
	var drawn []struct {
		SVG      string   `json:"svg"`
		Problems []string `json:"problems"`
	}
	if err := json.Unmarshal(output, &drawn); err != nil {
		return nil, fmt.Errorf("the answer of Graphviz is no JSON: %w", err)
	}
	var all []string
	var problems []error
	for i, each := range drawn {
		for _, problem := range each.Problems {
			problems = append(problems, fmt.Errorf("graph %d: %s", i+1, strings.TrimSpace(problem)))
		}
		all = append(all, each.SVG)
	}
	return all, errors.Join(problems...)
}
