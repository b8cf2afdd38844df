// Package golden compares what a test made with a file that people reviewed. The files are rewritten by
// go test -update, and by nothing else.
package golden

import (
	"flag"
	"os"
	"path/filepath"
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
