package workflows_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/workflows"
	"github.com/mlplatform/mlplatform/documents/attestation"
	"github.com/mlplatform/mlplatform/internal/shellcheck"
)

// actionlintVersion is the one that .ci/run has, too.
const actionlintVersion = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"

// linted are the examples, and one whose images are signed.
func linted(t *testing.T) map[string]*config.Platform {
	t.Helper()
	platforms := map[string]*config.Platform{"signed": load(t, configurations["wine"])}
	platforms["signed"].Operations.ImageTrust = &config.ImageTrust{Enabled: true, FailOn: attestation.High, Exceptions: []config.ImageException{{ID: "CVE-2026-1", Until: "2027-01-31"}}}
	for name, folder := range configurations {
		platforms[name] = load(t, folder)
	}
	return platforms
}

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
	for name, platform := range linted(t) {
		top := t.TempDir()
		require.NoError(t, os.Mkdir(filepath.Join(top, ".git"), 0o755)) // tells actionlint where the repository begins
		files, err := workflows.Generate(platform, workflows.Options{})
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
	for _, platform := range linted(t) {
		eachStep(parsed(t, generate(t, platform)), func(path, id string, _ *job, s step) {
			if s.Run == "" {
				return
			}
			shellcheck.Parse(t, path+"/"+s.Name, s.Run)
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
