package stacks_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// TestREADME keeps the parts of the README current that follow from the code: the example configuration and the table of
// stacks.
func TestREADME(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	dev, err := os.ReadFile("../examples/configurations/wine/environments/dev.yaml")
	require.NoError(t, err)
	_, dev, _ = bytes.Cut(dev, []byte("\n")) // without the line for editors
	want := between(t, text, "examples/configurations/wine/environments/dev.yaml", "```yaml\n"+string(dev)+"```\n")
	want = between(t, want, "resources", table(t))
	golden.Assert(t, "../README.md", want)
}

// between replaces what stands after the marker <!-- name -->, up to the next blank line outside of a block.
func between(t *testing.T, text []byte, name, content string) []byte {
	t.Helper()
	marker := []byte("<!-- " + name + " -->\n")
	require.Equal(t, 1, bytes.Count(text, marker), "marker %s", marker)
	before, after, _ := bytes.Cut(text, marker)
	after = bytes.TrimPrefix(after, []byte("\n"))
	block := regexp.MustCompile("(?s)^(```.*?\n```\n|(\\|[^\n]*\n)+)?").Find(after)
	rest := bytes.TrimPrefix(after[len(block):], []byte("\n"))
	return bytes.Join([][]byte{before, marker, []byte("\n" + content + "\n"), rest}, nil)
}

// table says what each stack of the example has, by the constructs that made it.
func table(t *testing.T) string {
	t.Helper()
	platform := load(t, configurations[0], nil)
	made := example(t)
	var out strings.Builder
	out.WriteString("| stack | account | resources | of which |\n|---|---|---|---|\n")
	for _, stack := range platform.Stacks() {
		addresses := synthtest.Parse(t, string(made[stack.Name])).Addresses()
		count := map[string]int{}
		for _, address := range addresses {
			part, _, _ := strings.Cut(address[strings.LastIndex(address, ".")+1:], "_")
			count[part]++
		}
		var parts []string
		for _, part := range names(count) {
			parts = append(parts, fmt.Sprintf("%s %d", part, count[part]))
		}
		fmt.Fprintf(&out, "| `%s` | %s | %d | %s |\n", stack.Name, stack.Account, len(addresses), strings.Join(parts, ", "))
	}
	return out.String()
}
