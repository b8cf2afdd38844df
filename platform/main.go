package platform

import (
	"os"
	"sync"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// Main runs the command line of a platform and ends the process with its exit code. It is all that the main package of a
// platform's repository needs; what is the team's own are its options.
func Main(own ...Option) {
	// Node.js ends while the output is compared and put in its place.
	closeRuntime := sync.OnceFunc(tf.CloseRuntime)
	code := run(os.Args[1:], os.Stdout, os.Stderr, func() { go closeRuntime() }, own)
	closeRuntime()
	os.Exit(code)
}
