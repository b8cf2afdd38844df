package faststart_test

import (
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/faststart"
)

// What jsii says of its process after the end, and at times only, reaches nobody.
func TestCloseIsQuiet(t *testing.T) {
	stderr := os.Stderr
	defer func() { os.Stderr = stderr }()
	read, write, err := os.Pipe()
	require.NoError(t, err)
	os.Stderr = write
	faststart.Close()
	fmt.Fprint(os.Stderr, "Runtime process exited abnormally: waitid: no child processes")
	require.NoError(t, write.Close())
	said, err := io.ReadAll(read)
	require.NoError(t, err)
	require.Empty(t, string(said))
}
