package platform_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestUpgrade: what another version of the real module does to the real stacks of a repository.
func TestUpgrade(t *testing.T) {
	if testing.Short() {
		t.Skip("another version is not compiled")
	}
	module, err := filepath.Abs("..")
	require.NoError(t, err)
	top := lastingFolder(t, "upgrade")
	other, repository := filepath.Join(top, "other"), filepath.Join(top, "wine-ml")
	copyModule(t, module, other)
	file := filepath.Join(other, "stacks", "stacks.go")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	changed := bytes.Replace(text, []byte(`const ManagedBy = "terraform"`), []byte(`const ManagedBy = "opentofu"`), 1)
	require.NotEqual(t, string(text), string(changed))
	require.NoError(t, os.WriteFile(file, changed, 0o644))

	code, _, problems := initialise(t, repository, "--environment", "production:222222222222:branch=main", "--parts", "none")
	require.Zero(t, code, problems)
	before := contents(t, repository)
	t.Chdir(repository)
	code, out, problems := run("upgrade", "--replace", other)
	require.Zero(t, code, problems)
	require.Contains(t, out, "/"+filepath.Base(module)+"` to `"+other+"`:")
	for _, stack := range []string{"state", "operations", "production"} {
		require.Contains(t, out, "| `"+stack+"` | changed | 0 | 0 | 0 | 0 |")
	}
	require.Contains(t, out, "ManagedBy")
	require.Contains(t, out, "`\"terraform\"` → `\"opentofu\"`")
	require.Equal(t, before, contents(t, repository), "nothing changes")

	relative, err := filepath.Rel(repository, other)
	require.NoError(t, err)
	code, out, problems = run("upgrade", "--replace", relative, "--write")
	require.Zero(t, code, problems)
	require.Contains(t, out, "\ngo.mod and go.sum have "+other+" now. Next:\n\n  go test . -update")
	after := contents(t, repository)
	require.Contains(t, after["/go.mod"], "=> "+filepath.ToSlash(relative)+"\n")
	for name := range before {
		if name != "/go.mod" && name != "/go.sum" {
			require.Equal(t, before[name], after[name], name)
		}
	}
}

func TestUpgradeMistakes(t *testing.T) {
	t.Chdir(t.TempDir())
	for want, args := range map[string][]string{
		"\"v2\" is one version too many; see mlplatform upgrade --help\n":                                       {"v1", "v2"},
		"--replace takes the place of every version; leave out v1.0.0 or the flag\n":                            {"v1.0.0", "--replace", "."},
		"--replace: nowhere has no go.mod; name the folder of a checkout of github.com/mlplatform/mlplatform\n": {"--replace", "nowhere"},
		"--max-length 7 is too short; at least 2000, or 0 for no limit\n":                                       {"--max-length", "7"},
	} {
		code, out, problems := run(append([]string{"upgrade"}, args...)...)
		require.Equal(t, 1, code)
		require.Empty(t, out)
		require.Equal(t, want, problems)
	}
}

// lastingFolder is empty, and in the same place each time, so that Go's cache has what did not change since the last time: the
// path of a folder is part of what is compiled in it. Where another run of the test is there, it is in another place.
func lastingFolder(t *testing.T, name string) string {
	t.Helper()
	folder := filepath.Join(os.TempDir(), "mlplatform-test-"+name)
	if err := os.Mkdir(folder, 0o700); err != nil {
		folder, err = filepath.EvalSymlinks(t.TempDir())
		require.NoError(t, err)
		return folder
	}
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	folder, err := filepath.EvalSymlinks(folder)
	require.NoError(t, err)
	return folder
}

// copyModule copies what programs are compiled from.
func copyModule(t *testing.T, from, to string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			switch entry.Name() {
			case ".git", "node_modules", "testdata", "cdktf.out", "__snapshots__":
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, relative), 0o755)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, relative), text, 0o644)
	}))
}
