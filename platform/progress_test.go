package platform_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/platform"
)

func TestProgressIsForTerminals(t *testing.T) {
	var out bytes.Buffer
	platform.Say(&out, false, "building dev")
	require.Empty(t, out.String())
	read, write, err := os.Pipe()
	require.NoError(t, err)
	platform.Say(write, false, "building dev")
	require.NoError(t, write.Close())
	said, err := io.ReadAll(read)
	require.NoError(t, err)
	require.Empty(t, said)

	platform.Say(&out, true, "building dev")
	require.Equal(t, "\r\x1b[Kbuilding dev ...\r\x1b[K", out.String())
}

// What stacks and constructs refuse names the file, and the line of the key or of what it is in.
func TestProblemsOfBuildingHaveAPlace(t *testing.T) {
	loaded, err := platform.Load(example)
	require.NoError(t, err)
	line := func(environment, path string) int { return loaded.Source(environment).Line(path) }
	require.Greater(t, line("dev", "cluster.nodePools.gpu"), line("dev", "cluster"))
	require.Greater(t, line("", "operations"), 1)
	err = platform.Positioned(loaded, errors.Join(
		errors.New(`dev.cluster.nodePools["gpu"].max: 900 is out of range; use 1 to 450`), errors.New("operations.images: are too many"),
		errors.New("prod.storage.data.more.than.there.is: is wrong"), errors.New("somewhere: else"),
	))
	at := func(environment, path string) string {
		return loaded.Source(environment).File + ":" + strconv.Itoa(line(environment, path)) + ": "
	}
	require.EqualError(t, err, at("dev", "cluster.nodePools.gpu")+`dev.cluster.nodePools["gpu"].max: 900 is out of range; use 1 to 450
`+at("", "operations")+`operations.images: are too many
`+at("prod", "storage.data")+`prod.storage.data.more.than.there.is: is wrong
`+loaded.Source("").File+`:1: somewhere: else`)
}
