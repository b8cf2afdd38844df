package platform

import (
	"os"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// Main runs the command line of a platform and ends the process with its exit code. It is all that the main package of a
// platform's repository needs; what is the team's own are its options.
func Main(own ...Option) {
	code := Run(os.Args[1:], os.Stdout, os.Stderr, own...)
	tf.CloseRuntime()
	os.Exit(code)
}
