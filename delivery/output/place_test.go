package output_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/output"
)

func TestPlaceAt(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	write(t, root, map[string]string{
		"here/main.go": "", "file": "", "out/manifest.json": "{}", "out/notes.txt": "", "left/stacks/a/terraform.tfstate": "", "other/photo.jpg": "",
	})
	require.NoError(t, os.Mkdir(filepath.Join(root, "empty"), 0o755))
	require.NoError(t, os.Symlink(filepath.Join(root, "out"), filepath.Join(root, "link")))
	t.Chdir(filepath.Join(root, "here"))
	at := func(parts ...string) string { return filepath.Join(append([]string{root}, parts...)...) }
	for name, want := range map[string]output.Place{
		"cdktf.out": {at("here", "cdktf.out"), at("here")}, "../new": {at("new"), root}, "../new/deep": {at("new", "deep"), at("new")},
		"../out": {at("out"), at("out")}, "../left": {at("left"), at("left")}, "../empty": {at("empty"), at("empty")}, "../link": {at("out"), at("out")},
	} {
		place, err := output.PlaceAt(name)
		require.NoError(t, err, name)
		require.Equal(t, want, place, name)
	}
	const own = " is the folder that you are in, or one above it; name a folder of its own, such as cdktf.out"
	for name, want := range map[string]string{
		"": `output: is empty; name a folder, such as cdktf.out`, ".": `output: "."` + own, "..": `output: ".."` + own, "/": `output: "/"` + own,
		"../file":  `output: "../file" is a file; name a folder`,
		"../other": `output: "../other" has photo.jpg in it and was not written by this program; name a new folder or an empty one`,
	} {
		_, err := output.PlaceAt(name)
		require.EqualError(t, err, want, name)
	}
	_, err = output.PlaceAt("../file/below")
	require.ErrorContains(t, err, `output: "../file/below" cannot be read: `)
}
