package workflows_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/workflows"
	"github.com/mlplatform/mlplatform/internal/shellcheck"
)

// actionlintVersion is the one that .ci/run has, too.
const actionlintVersion = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"

func TestActionlint(t *testing.T) {
	if testing.Short() {
		t.Skip("actionlint is built first")
	}
	binary := t.TempDir()
	install := exec.Command("go", "install", actionlintVersion)
	install.Env = append(os.Environ(), "GOBIN="+binary)
	if out, err := install.CombinedOutput(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("actionlint cannot be built: %v\n%s", err, out)
		}
		t.Skipf("actionlint cannot be built, so the workflows were not linted: %s", out)
	}
	for name, folder := range configurations {
		top := t.TempDir()
		require.NoError(t, os.Mkdir(filepath.Join(top, ".git"), 0o755)) // tells actionlint where the repository begins
		files, err := workflows.Generate(load(t, folder), workflows.Options{})
		require.NoError(t, err)
		_, err = workflows.Write(top, files)
		require.NoError(t, err)
		// ShellCheck has a test of its own.
		command := exec.Command(filepath.Join(binary, "actionlint"), "-color=false", "-shellcheck=", "-pyflakes=")
		command.Dir = top
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s:\n%s", name, out)
		require.Empty(t, string(out))
	}
}

// TestShellCheck looks at every script as bash runs it for GitHub: with -e and pipefail.
func TestShellCheck(t *testing.T) {
	scripts := map[string]string{} // many jobs have the same
	for _, folder := range configurations {
		eachStep(parsed(t, generate(t, load(t, folder))), func(path, id string, _ *job, s step) {
			if s.Run == "" {
				return
			}
			out, err := exec.Command("bash", "-n", "-c", s.Run).CombinedOutput()
			require.NoError(t, err, "%s/%s: %s", path, s.Name, out)
			scripts[s.Run] = path + "/" + s.Name
		})
	}
	require.Greater(t, len(scripts), 20)
	named := map[string]string{}
	for script, name := range scripts {
		named[name+" "+strconv.Itoa(len(named))] = "set -eo pipefail\n" + script
	}
	shellcheck.Check(t, named)
}
