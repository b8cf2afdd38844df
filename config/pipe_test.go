//go:build unix

package config_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

// A pipe that nobody writes to would be waited for without end.
func TestPipesAreNotRead(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "environments"), 0o755))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "platform.yaml"), 0o644))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "environments", "dev.yaml"), 0o644))
	_, err := config.Load(dir)
	at := filepath.ToSlash(dir)
	require.EqualError(t, err, at+`/platform.yaml: the file is a pipe or a device; make it a file
`+at+`/environments/dev.yaml: the file is a pipe or a device; make it a file`)
}
