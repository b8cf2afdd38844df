//go:build !unix

package processgroup

import "os/exec"

// Own leaves children of the program alone, which only Unix can find.
func Own(*exec.Cmd) {}
