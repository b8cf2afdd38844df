//go:build unix

package local

import (
	"os/exec"
	"syscall"
)

// endWithChildren lets the end of the context reach what the program has started.
func endWithChildren(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that Ctrl-C reaches it once, from here
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGTERM) }
}
