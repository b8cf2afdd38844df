package faststart_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// late stands for what jsii says of its process after the end, and at times only.
const late = "Runtime process exited abnormally: waitid: no child processes"

// TestCloseIsQuiet: what is said after the end, as report does, reaches nobody.
func TestCloseIsQuiet(t *testing.T) {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), reportVariable+"="+t.TempDir())
	var said strings.Builder
	command.Stderr = &said
	require.NoError(t, command.Run())
	require.NotContains(t, said.String(), late)
}
