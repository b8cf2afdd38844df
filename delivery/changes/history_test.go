package changes

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func texts(t testing.TB, report *Report) (text, matrix string) {
	t.Helper()
	var out, github strings.Builder
	require.NoError(t, report.WriteText(&out))
	require.NoError(t, report.WriteGitHub(&github))
	return out.String(), github.String()
}

func TestHistories(t *testing.T) {
	const none = `{"stacks":[],"removed":[]}` + "\n"
	for _, each := range []struct {
		name   string
		change func(h *history)
		text   string
		github string
	}{
		{"nothing", func(*history) {}, "no stack differs between HEAD~1 (@) and HEAD (@)\n", none},
		{"a comment in the code", func(h *history) { h.replace("the program.sh", "set -eu\n", "# New words.\nset -e -u\n") },
			"no stack differs between HEAD~1 (@) and HEAD (@)\n", none},
		{"other words in a document", func(h *history) { h.write("README.md", "words") },
			"no stack differs between HEAD~1 (@) and HEAD (@)\n", none},
		{"other spaces and comments in the output", func(h *history) {
			h.replace("stacks/dev.json", `"resource":`, `  "//": {"metadata": 1},`+"\n"+`"resource":`)
		},
			"no stack differs between HEAD~1 (@) and HEAD (@)\n", none},
		{"configuration alone", func(h *history) { h.replace("stacks/dev.json", "10.0.0.0/16", "10.1.0.0/16") },
			"dev  changed  1 replaced\n", `{"stacks":["dev"],"removed":[]}` + "\n"},
		{"a new environment", func(h *history) { h.write("stacks/qa.json", devStack) },
			"qa  new      2 resources\n", `{"stacks":["qa"],"removed":[]}` + "\n"},
		{"a removed part", func(h *history) {
			h.replace("stacks/dev.json", `"aws_s3_bucket": {"data": {"bucket": "data"}}, `, "")
		}, "dev  changed  1 removed\n", `{"stacks":["dev"],"removed":[]}` + "\n"},
		{"a renamed construct", func(h *history) { h.replace("stacks/dev.json", `{"data": {`, `{"lake": {`) },
			"dev  changed  1 renamed\n", `{"stacks":["dev"],"removed":[]}` + "\n"},
		{"a dependency with an effect", func(h *history) {
			h.replace("stacks/dev.json", `{"bucket": "data"}`, `{"bucket": "data", "tags": {"By": "@LIBRARY@"}}`)
			h.commit("uses the library")
			h.write("library", "2")
		}, "dev  changed  1 changed\n", `{"stacks":["dev"],"removed":[]}` + "\n"},
		{"a dependency without effect", func(h *history) { h.write("library", "2") },
			"no stack differs between HEAD~1 (@) and HEAD (@)\n", none},
		{"a removed stack", func(h *history) { h.remove("stacks/dev.json") },
			"dev  removed  2 resources; what is in AWS stays until it is destroyed\n", `{"stacks":[],"removed":["dev"]}` + "\n"},
		{"an asset", func(h *history) { h.write("assets/x/code.py", "1") },
			"dev  changed  1 file\n", `{"stacks":["dev"],"removed":[]}` + "\n"},
		{"another asset", func(h *history) {
			h.write("assets/x/code.py", "1")
			h.commit("an asset")
			h.write("assets/x/code.py", "2")
		}, "dev  changed  1 file\n", `{"stacks":["dev"],"removed":[]}` + "\n"},
		{"order by dependencies and names", func(h *history) {
			for _, name := range []string{"api", "web", "zone", "alone"} {
				h.write("stacks/"+name+".json", `{}`)
			}
			h.remove("stacks/operations.json")
			h.remove("stacks/dev.json")
		}, `alone       new      0 resources
zone        new      0 resources
web         new      0 resources
api         new      0 resources
operations  removed  1 resource; what is in AWS stays until it is destroyed
dev         removed  2 resources; what is in AWS stays until it is destroyed
`, `{"stacks":["alone","zone","web","api"],"removed":["operations","dev"]}` + "\n"},
	} {
		t.Run(each.name, func(t *testing.T) {
			h := withApp(t)
			each.change(h)
			h.git("add", "--all")
			h.git("commit", "--quiet", "--allow-empty", "--message", "change")
			report, err := h.compare(Options{Base: "HEAD~1", Head: "HEAD"})
			require.NoError(t, err)
			text, github := texts(t, report)
			for _, commit := range strings.Fields(h.git("rev-parse", "HEAD", "HEAD~1")) {
				text = strings.ReplaceAll(text, commit[:7], "@")
			}
			require.Equal(t, each.text, text)
			require.Equal(t, each.github, github)
		})
	}
}
