//go:build unix

package platform_test

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/platform"
)

// Nothing stays beside the output where a signal ends the program. The test runs itself as that program.
func TestInterruptLeavesNothing(t *testing.T) {
	const variable = "TEST_INTERRUPT_FOLDER"
	if dir := os.Getenv(variable); dir != "" {
		_ = platform.RemovedOnInterrupt(dir)
		os.Stdout.WriteString("ready\n")
		select {}
	}
	for _, each := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		dir := filepath.Join(t.TempDir(), ".cdktf.out-1")
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "stacks"), 0o755))
		program := exec.Command(os.Args[0], "-test.run", "^TestInterruptLeavesNothing$")
		program.Env = append(os.Environ(), variable+"="+dir)
		out, err := program.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, program.Start())
		line, err := bufio.NewReader(out).ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "ready\n", line)
		require.NoError(t, program.Process.Signal(each))
		var exit *exec.ExitError
		require.True(t, errors.As(program.Wait(), &exit))
		require.Equal(t, 130, exit.ExitCode())
		require.NoDirExists(t, dir)
	}

	dir := t.TempDir()
	platform.RemovedOnInterrupt(dir)()
	require.DirExists(t, dir)
}
