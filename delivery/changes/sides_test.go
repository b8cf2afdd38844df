package changes

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOrder: the caller's order comes first, unknown names are ignored, and what it does not name comes after.
func TestOrder(t *testing.T) {
	h := withApp(t)
	h.write("stacks/prod.json", `{}`)
	h.replace("stacks/dev.json", "data", "other")
	h.replace("stacks/operations.json", "app", "other")
	var asked []string
	report, err := h.compare(Options{Base: "main", Order: func(dir string) []string {
		asked = append(asked, filepath.Base(dir))
		return []string{"state", "prod", "operations"}
	}})
	require.NoError(t, err)
	_, github := texts(t, report)
	require.JSONEq(t, `{"stacks":["prod","operations","dev"],"removed":[]}`, github)
	require.ElementsMatch(t, []string{"a repository", "checkout"}, asked)
}

// TestWorkingTree: what is not committed counts, even if it is not added, and the output that is there stays.
func TestWorkingTree(t *testing.T) {
	h := withApp(t)
	h.write(".gitignore", "cdktf.out\n")
	h.commit("ignores")
	h.write("cdktf.out/manifest.json", "mine")
	report, err := h.compare(Options{Base: "main"})
	require.NoError(t, err)
	require.Empty(t, report.Stacks)
	h.replace("stacks/dev.json", "10.0.0.0/16", "10.1.0.0/16")
	h.write("stacks/qa.json", devStack)
	report, err = h.compare(Options{Base: "main"})
	require.NoError(t, err)
	text, _ := texts(t, report)
	require.Equal(t, "dev  changed  1 replaced\nqa   new      2 resources\n", text)
	report, err = h.compare(Options{Base: "main", Head: "main"})
	require.NoError(t, err)
	require.Empty(t, report.Stacks)
	kept, err := os.ReadFile(filepath.Join(h.app, "cdktf.out", "manifest.json"))
	require.NoError(t, err)
	require.Equal(t, "mine", string(kept))
}

// TestFolderInRepository: the app is in a folder of a larger repository, with spaces in its path.
func TestFolderInRepository(t *testing.T) {
	h := withApp(t, "platform of ours", "infra")
	h.replace("stacks/dev.json", "10.0.0.0/16", "10.1.0.0/16")
	h.commit("change")
	for _, head := range []string{"", "HEAD"} {
		report, err := h.compare(Options{Base: "HEAD~1", Head: head})
		require.NoError(t, err)
		require.Len(t, report.Stacks, 1)
	}
	require.NoError(t, os.WriteFile(filepath.Join(h.root, "elsewhere.txt"), nil, 0o644))
	report, err := h.compare(Options{Base: "HEAD"})
	require.NoError(t, err)
	require.Empty(t, report.Stacks)
}

// TestMachinesDoNotCount: neither where something lies nor what this machine sets makes a difference.
func TestMachinesDoNotCount(t *testing.T) {
	h := withApp(t, "sub")
	h.replace("stacks/dev.json", `"bucket": "data"`, `"bucket": "@ENV@", "path": "@HERE@/x", "out": "@OUT@"`)
	h.commit("a path")
	h.write("library", "2")
	h.commit("no effect")
	t.Setenv("MLPLATFORM_TEST", "mine")
	t.Setenv("TF_VAR_test", "mine")
	t.Setenv("GIT_DIR", "/nowhere")
	t.Setenv("GIT_INDEX_FILE", "/nowhere")
	t.Setenv("CDKTF_OUTDIR", "/nowhere")
	for _, head := range []string{"", "HEAD"} {
		report, err := h.compare(Options{Base: "HEAD~1", Head: head})
		require.NoError(t, err)
		require.Empty(t, report.Stacks)
	}
	h.write("stacks/new.json", `{"output": {"o": {"value": "@ENV@ @HERE@ @OUT@"}}}`)
	repo, err := open(context.Background(), h.app)
	require.NoError(t, err)
	run := runner{options: Options{Env: []string{"GIVEN=given"}}, repo: repo, temp: t.TempDir(), ordering: new(sync.Mutex)}
	made, err := run.side(context.Background(), "head", Side{})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"value": "given " + h.app + " " + filepath.Join(h.app, "cdktf.out")}, made.stacks["new"].outputs["o"])
}

// TestBaseWithoutApp: everything is new.
func TestBaseWithoutApp(t *testing.T) {
	h := newHistory(t)
	require.NoError(t, os.WriteFile(filepath.Join(h.root, "README.md"), nil, 0o644))
	first := h.commit("no app yet")
	app := withApp(t) // another repository, for its files
	require.NoError(t, os.CopyFS(filepath.Join(h.root, "app"), os.DirFS(app.root)))
	require.NoError(t, os.RemoveAll(filepath.Join(h.root, "app", ".git")))
	h.app = filepath.Join(h.root, "app")
	h.commit("app")
	for _, base := range []string{first, strings.Repeat("0", 40), strings.Repeat("0", 64)} {
		report, err := h.compare(Options{Base: base, Head: "main"})
		require.NoError(t, err)
		text, _ := texts(t, report)
		require.Equal(t, "dev         new      2 resources\noperations  new      1 resource\n", text)
	}
	report, err := h.compare(Options{Base: strings.Repeat("0", 40)})
	require.NoError(t, err)
	require.Contains(t, report.Markdown(0), "From nothing to the working tree:\n")
}
