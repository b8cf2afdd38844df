// Package program compiles programs of this module for tests.
package program

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Compile gives the file of the program in a folder. go run, unlike go build, keeps what it has linked in Go's cache, so
// that the tests of all packages link a program once.
func Compile(t testing.TB, folder string) string {
	t.Helper()
	absolute, err := filepath.Abs(folder)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), filepath.Base(absolute))
	command := exec.Command("go", "run", "-exec", "cp", ".", file)
	command.Dir = absolute
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return file
}
