//go:build unix

// Package processgroup ends programs together with what they have started.
package processgroup

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// Own puts a command that has a context into a process group of its own, so that the end of the context reaches what it has
// started, too.
func Own(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that Ctrl-C reaches it once, from here
	command.Cancel = func() error {
		err := syscall.Kill(-command.Process.Pid, syscall.SIGTERM)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone // it ended at this moment
		}
		return err
	}
}
