// Package golden compares what a test made with a file that people reviewed. The files are rewritten by
// go test -update, and by nothing else.
package golden

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pmezard/go-difflib/difflib"
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
	if string(want) != string(got) {
		require.Fail(t, file+" differs; if the change is meant, run the test with -update and review the diff", "%s", difference(file, string(want), string(got)))
	}
}

// AssertJSON is Assert of JSON, which the file has with a line for each value.
func AssertJSON[T ~string | ~[]byte](t testing.TB, file string, got T) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, []byte(got), "", "  "), "%s", got)
	out.WriteByte('\n')
	Assert(t, file, out.Bytes())
}

// differenceShown is how many lines of a difference are shown. The rest is for git diff, after -update.
const differenceShown = 80

func difference(file, want, got string) string {
	text, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		A: difflib.SplitLines(want), B: difflib.SplitLines(got), FromFile: file, ToFile: file + ", now", Context: 3,
	})
	if err != nil {
		return err.Error()
	}
	lines := strings.SplitAfter(text, "\n")
	if more := len(lines) - differenceShown; more > 0 {
		return strings.Join(lines[:differenceShown], "") + fmt.Sprintf("... %d more lines\n", more)
	}
	return text
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
