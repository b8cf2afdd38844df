package platform_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

func TestHelpAboutNothing(t *testing.T) {
	code, out, problems := run("help", "nope")
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Equal(t, "\"nope\" is no command of mlplatform; see mlplatform --help\n", problems)
	code, _, problems = run("help", "synth", "nope")
	require.Equal(t, 1, code)
	require.Equal(t, "\"synth nope\" is no command of mlplatform; see mlplatform --help\n", problems)
	code, out, _ = run("help", "setup", "github")
	require.Zero(t, code)
	require.Contains(t, out, "mlplatform setup github")
	code, out, _ = run("help")
	require.Zero(t, code)
	require.Contains(t, out, "Exit codes")
}

func TestVariablesThatAreNeitherTrueNorFalse(t *testing.T) {
	t.Setenv("MLPLATFORM_LOCAL_STATE", "maybe")
	t.Setenv("MLPLATFORM_PROFILE", "yes")
	t.Setenv("MLPLATFORM_STOCK_PROVIDER", "0")
	for _, command := range []string{"synth", "validate"} {
		code, out, problems := run(command, "--config", example)
		require.Equal(t, 1, code)
		require.Empty(t, out)
		require.Equal(t, `MLPLATFORM_PROFILE: "yes" is neither true nor false; set it to one of them, or unset it
MLPLATFORM_LOCAL_STATE: "maybe" is neither true nor false; set it to one of them, or unset it
`, problems)
	}
}

// What is no place for output is refused before anything is written.
func TestOutputIsRefused(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, "photos"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "photos", "a.jpg"), []byte("a"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(root, "file"), []byte("b"), 0o644))
	config, err := filepath.Abs(example)
	require.NoError(t, err)
	t.Chdir(root)
	const own = " is the folder that you are in, or one above it; name a folder of its own, such as cdktf.out\n"
	for output, want := range map[string]string{
		"": "output: is empty; name a folder, such as cdktf.out\n", ".": `output: "."` + own, "/": `output: "/"` + own, "file": "output: \"file\" is a file; name a folder\n",
		"photos": "output: \"photos\" has a.jpg in it and was not written by this program; name a new folder or an empty one\n",
	} {
		code, out, problems := run("--config", config, "--output", output)
		require.Equal(t, 1, code)
		require.Empty(t, out)
		require.Equal(t, want, problems)
	}
	require.Equal(t, map[string]string{"/photos/a.jpg": "a", "/file": "b"}, contents(t, root))
}

// TestExpressionsCompile: they are compiled at their first use, which must not be a user's.
func TestExpressionsCompile(t *testing.T) {
	require.NoError(t, lazyregexp.Check())
}
