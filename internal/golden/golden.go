// Package golden compares what a test made with a file that people reviewed. The files are rewritten by
// go test -update, and by nothing else.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Updating reports whether the golden files are being rewritten.
func Updating() bool { return *update }

// Assert compares got with the file, or writes the file under -update.
func Assert(t testing.TB, file string, got []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, got, 0o644))
		return
	}
	want, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		require.Fail(t, "no golden file", "%s does not exist; run the test with -update and review the file", file)
	}
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "%s differs; if the change is meant, run the test with -update and review the diff", file)
}

// AssertBlock compares got with the part of a page between the lines <!-- begin: name --> and <!-- end -->, or rewrites
// that part under -update.
func AssertBlock(t testing.TB, file, name string, got []byte) {
	t.Helper()
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(page), "<!-- begin: "+name+" -->\n")
	require.True(t, found, "%s has no block %s", file, name)
	want, after, found := strings.Cut(rest, "<!-- end -->")
	require.True(t, found, "the block %s of %s does not end", name, file)
	if *update {
		text := before + "<!-- begin: " + name + " -->\n" + string(got) + "<!-- end -->" + after
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		return
	}
	require.Equal(t, want, string(got), "the block %s of %s differs; if the change is meant, run the test with -update and review the diff", name, file)
}
