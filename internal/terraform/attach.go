package terraform

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/stretchr/testify/require"
)

// overriddenProvider finds the folder of the AWS provider in the dev_overrides of a CLI configuration.
var overriddenProvider = regexp.MustCompile(`"(?:registry\.terraform\.io/)?hashicorp/aws"\s*=\s*"([^"]+)"`)

// Attach starts the AWS provider once for all commands in the workspace from here on, which otherwise start it anew for each of their
// steps. It has the workspace's environment. It is for a root module with one provider block: one that is configured twice has the
// last configuration only.
// https://developer.hashicorp.com/terraform/plugin/debugging#terraform-cli-development-overrides-and-debugger-based-debugging
func (w *Workspace) Attach() {
	t := w.runner.t
	t.Helper()
	provider := exec.Command(w.providerFile(), "-debug")
	provider.Env = w.Command().Env
	out, err := provider.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, provider.Start())
	t.Cleanup(func() {
		_ = provider.Process.Kill()
		_ = provider.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, quoted, found := strings.Cut(lines.Text(), "TF_REATTACH_PROVIDERS='"); found {
			w.environment = append(w.environment, "TF_REATTACH_PROVIDERS="+strings.TrimSuffix(strings.TrimSpace(quoted), "'"))
			go func() {
				for lines.Scan() { // or else the provider waits for somebody who reads what it says
				}
			}()
			return
		}
	}
	require.Fail(t, "the provider ended and did not say how to attach to it")
}

// providerFile is the program of the provider that the workspace uses.
func (w *Workspace) providerFile() string {
	w.runner.t.Helper()
	pattern := filepath.Join(w.Dir, ".terraform", "providers", "registry.terraform.io", "hashicorp", "aws", "*", runtime.GOOS+"_"+runtime.GOARCH)
	if w.runner.overrides != "" {
		text, err := os.ReadFile(w.runner.overrides)
		require.NoError(w.runner.t, err)
		match := overriddenProvider.FindSubmatch(text)
		require.NotNil(w.runner.t, match, "%s has no dev_overrides for hashicorp/aws", w.runner.overrides)
		pattern = string(match[1])
	}
	files, err := filepath.Glob(filepath.Join(pattern, "terraform-provider-aws*"))
	require.NoError(w.runner.t, err)
	require.Len(w.runner.t, files, 1, "programs of the provider in %s", pattern)
	return files[0]
}
