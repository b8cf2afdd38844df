package changes

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// counted is a history whose app notes each run in a file, with a second commit. runs are those since it was asked last.
func counted(t *testing.T) (h *history, runs func() int) {
	t.Helper()
	h = withApp(t)
	notes := filepath.Join(t.TempDir(), "notes")
	h.replace("the program.sh", "set -eu\n", "set -eu\necho >> '"+notes+"'\n")
	h.replace("stacks/dev.json", `"bucket": "data"`, `"bucket": "data", "path": "@HERE@/x", "out": "@OUT@", "given": "@ENV@", "size": 1.50`)
	h.write("assets/x/code.py", "1")
	h.commit("counts")
	h.replace("stacks/dev.json", "10.0.0.0/16", "10.1.0.0/16")
	h.replace("assets/x/code.py", "1", "2")
	h.commit("change")
	return h, func() int {
		text, err := os.ReadFile(notes)
		if err != nil {
			return 0
		}
		require.NoError(t, os.Remove(notes))
		return strings.Count(string(text), "\n")
	}
}

// TestCommitsAreSynthesisedOnce: what is kept tells the same as what is synthesised.
func TestCommitsAreSynthesisedOnce(t *testing.T) {
	h, runs := counted(t)
	o := Options{Base: "HEAD~1", Head: "HEAD", Cache: filepath.Join(t.TempDir(), "kept")}
	fresh, err := h.compare(Options{Base: o.Base, Head: o.Head})
	require.NoError(t, err)
	require.Equal(t, 2, runs())
	require.Contains(t, fresh.Markdown(0), "code.py")
	for _, each := range []struct {
		name string
		runs int
	}{{"nothing is kept", 2}, {"both are kept", 0}, {"from a cache that was used", 0}} {
		kept, err := h.compare(o)
		require.NoError(t, err, each.name)
		require.Equal(t, each.runs, runs(), each.name)
		require.Equal(t, fresh.Markdown(0), kept.Markdown(0), each.name)
		require.Equal(t, fresh, kept, each.name)
	}
	// Another commit is another output.
	h.replace("stacks/dev.json", "10.1.0.0/16", "10.2.0.0/16")
	h.commit("another")
	report, err := h.compare(o)
	require.NoError(t, err)
	require.Equal(t, 1, runs())
	require.Contains(t, report.Markdown(0), "10.2.0.0/16")
	// Where nothing may be kept, nothing is read either.
	_, err = h.compare(Options{Base: o.Base, Head: o.Head})
	require.NoError(t, err)
	require.Equal(t, 2, runs())
}

// TestWhatDecidesTheOutput: what is not in the commit and may change the output makes another entry.
func TestWhatDecidesTheOutput(t *testing.T) {
	h, runs := counted(t)
	o := Options{Base: "HEAD", Head: "HEAD~1", Cache: t.TempDir(), Env: []string{"GIVEN=one"}}
	run := func(o Options, want int, why string) *Report {
		report, err := h.compare(o)
		require.NoError(t, err, why)
		require.Equal(t, want, runs(), why)
		return report
	}
	run(o, 2, "nothing is kept")
	t.Setenv("SHLVL", "7")
	t.Setenv("MLPLATFORM_TEST", "neither side gets it")
	run(o, 0, "variables that decide nothing")
	t.Setenv("ACME_SETTING", "1")
	run(o, 2, "a variable")
	o.Env = []string{"GIVEN=two"}
	run(o, 2, "a variable for both sides")
	o.Setup = "true"
	run(o, 2, "the command that sets up")
	// node is another one
	tools := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(tools, "node"), []byte("#!/bin/sh\necho v99.0.0\n"), 0o755))
	path := os.Getenv("PATH")
	t.Setenv("PATH", tools+string(filepath.ListSeparator)+path)
	run(o, 2, "the version of Node.js, and the variable that finds it")
	require.NoError(t, os.WriteFile(filepath.Join(tools, "node"), []byte("#!/bin/sh\necho v99.0.1\n"), 0o755))
	run(o, 2, "the version of Node.js alone")
	// The working tree is never kept, not even where it is that of a commit.
	o.Head = ""
	run(o, 1, "the working tree")
	run(o, 1, "the working tree again")
	h.replace("stacks/dev.json", "10.1.0.0/16", "10.9.0.0/16")
	require.Contains(t, run(o, 1, "the working tree, changed").Markdown(0), "10.9.0.0/16")
}

// TestFailuresAreNotKept: a commit that does not synthesise does not, each time.
func TestFailuresAreNotKept(t *testing.T) {
	h := withApp(t)
	h.write("broken", "luck")
	h.commit("broken")
	o := Options{Base: "HEAD", Head: "HEAD~1", Cache: t.TempDir()}
	for range 2 {
		_, err := h.compare(o)
		require.ErrorContains(t, err, "no such thing as luck")
	}
}

// TestSpoiltCache: what cannot be read or kept is synthesised.
func TestSpoiltCache(t *testing.T) {
	h, runs := counted(t)
	o := Options{Base: "HEAD~1", Head: "HEAD", Cache: t.TempDir()}
	want, err := h.compare(o)
	require.NoError(t, err)
	require.Equal(t, 2, runs())
	files, err := filepath.Glob(filepath.Join(o.Cache, "*"))
	require.NoError(t, err)
	require.Len(t, files, 2)
	text, err := os.ReadFile(files[0])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(files[0], text[:len(text)/2], 0o600))
	require.NoError(t, os.WriteFile(files[1], nil, 0o600))
	for _, n := range []int{2, 0} {
		got, err := h.compare(o)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, n, runs())
	}
	o.Cache = filepath.Join(files[0], "no folder")
	got, err := h.compare(o)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// TestCacheIsBounded: what was not used for longest goes.
func TestCacheIsBounded(t *testing.T) {
	c := cache{dir: t.TempDir(), most: 1 << 20}
	c.put("one", output{})
	info, err := os.Stat(c.path("one"))
	require.NoError(t, err)
	c.most = 2 * info.Size()
	old := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(c.path("one"), old, old))
	c.put("two", output{})
	require.NoError(t, os.Chtimes(c.path("two"), old.Add(time.Minute), old.Add(time.Minute)))
	_, found := c.get("one")
	require.True(t, found)
	c.put("three", output{})
	for key, want := range map[string]bool{"one": true, "two": false, "three": true} {
		_, found := c.get(key)
		require.Equal(t, want, found, key)
	}
	require.Empty(t, must(filepath.Glob(filepath.Join(c.dir, "writing-*"))))
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
