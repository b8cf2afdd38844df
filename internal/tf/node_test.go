package tf_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// TestBatchTellsThatNodeDoesNotStart runs itself in a process whose Node.js is nowhere: that is no mistake in a configuration.
func TestBatchTellsThatNodeDoesNotStart(t *testing.T) {
	if os.Getenv("JSII_NODE") == "/nowhere/node" {
		err := tf.Batch(func() error { return nil })
		require.ErrorAs(t, err, &tf.Defect{})
		require.ErrorContains(t, err, "/nowhere/node")
		return
	}
	command := exec.Command(os.Args[0], "-test.run", "^TestBatchTellsThatNodeDoesNotStart$")
	command.Env = append(os.Environ(), "JSII_NODE=/nowhere/node")
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
}
