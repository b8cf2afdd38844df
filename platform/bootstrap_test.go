package platform_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// machine makes a folder in which nothing is installed and nothing done, goes there and puts files into it.
func machine(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	programs := filepath.Join(dir, "programs")
	require.NoError(t, os.MkdirAll(programs, 0o755))
	require.NoError(t, os.CopyFS(filepath.Join(dir, "config"), os.DirFS(example)))
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		mode := os.FileMode(0o644)
		if strings.HasPrefix(name, "programs/") {
			mode, text = 0o755, "#!/bin/sh\n"+text
		}
		require.NoError(t, os.WriteFile(path, []byte(text), mode))
	}
	t.Chdir(dir)
	t.Setenv("PATH", programs)
	t.Setenv("HOME", dir)
	t.Setenv("AWS_CONFIG_FILE", "")
	t.Setenv("CDKTF_OUTDIR", "")
	t.Setenv("MLPLATFORM_CONFIG", "")
}

func bootstrapped(t *testing.T, args ...string) string {
	t.Helper()
	code, out, problems := run(append([]string{"bootstrap"}, args...)...)
	require.Zero(t, code, problems)
	require.Empty(t, problems)
	return out
}

func TestBootstrapOnANewMachine(t *testing.T) {
	machine(t, nil)
	out := bootstrapped(t)
	require.NotContains(t, out, "[x] Install")
	require.Contains(t, out, "11. [ ] Deploy the environment dev\n")
	require.Contains(t, out, "       seen   there are none in .github\n"[1:])
	require.Contains(t, bootstrapped(t, "--format", "markdown"), "### 6. Make the state bucket: stack state\n")
	require.Contains(t, bootstrapped(t, "--format", "shell"), "\n# 6. Make the state bucket: stack state (open)\n")
}

// TestBootstrapSees: everything on a machine that says how far it is.
func TestBootstrapSees(t *testing.T) {
	const bucket = "wine-terraform-state-111111111111-us-west-2"
	machine(t, map[string]string{
		"programs/go":        `[ "$1" = version ] && echo "go version go1.26.8 linux/amd64"`,
		"programs/node":      `echo v22.11.0`,
		"programs/terraform": `[ "$CHECKPOINT_DISABLE" = 1 ] && printf 'Terraform v1.11.4\non linux_amd64\n'`,
		"programs/cdktf":     `echo 0.21.0`,
		"programs/aws":       `[ "$*" = --version ] || exit 1; echo "aws-cli/2.31.0 Python/3.13.7 Linux/6.8"`,
		"programs/gh":        `[ "$*" = --version ] || exit 1; echo "gh version 2.81.0 (2026-10-01)"`,
		"programs/git":       `case "$*" in --version) echo "git version 2.47.1" ;; "config --get remote.origin.url") echo git@github.com:acme/wine-ml.git ;; *) exit 1 ;; esac`,
		".aws/config": "[default]\nregion = us-west-2\n[profile operations]\nsso_session = acme\n  [profile dev]\nregion=us-west-2\n[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\n" +
			"[profile 'staging']\nsso_start_url = https://acme.awsapps.com/start\n[services x]\n[profile prod] # the last\n",
		".aws/credentials":                                      "[dev]\naws_secret_access_key = never read\n",
		"terraform.state.tfstate":                               `{"version":4,"resources":[{"instances":[{},{}]},{"instances":[]}]}`,
		"cdktf.out/stacks/state/.terraform/terraform.tfstate":   `{"version":3,"backend":{"type":"local","config":{"path":"../../terraform.state.tfstate"}}}`,
		"cdktf.out/stacks/dev/.terraform/terraform.tfstate":     fmt.Sprintf(`{"version":3,"backend":{"type":"s3","config":{"bucket":%q}}}`, bucket),
		"cdktf.out/stacks/staging/.terraform/terraform.tfstate": `broken`,
	})
	out := bootstrapped(t)
	for _, want := range []string{
		" 1. [x] Install the tools\n      seen   go 1.26.8; node 22.11.0; terraform 1.11.4; cdktf 0.21.0; aws 2.31.0; git 2.47.1; gh 2.81.0\n",
		" 4. [x] Make the repository\n      seen   git's remote origin is acme/wine-ml\n",
		" 5. [~] Log in to AWS\n      seen   the AWS CLI has the profiles operations, dev, staging, prod\n",
		"      run    $ aws sso login --profile operations\n",
		"             $ aws sso login --profile staging\n",
		" 6. [x] Make the state bucket: stack state\n      seen   terraform.state.tfstate knows its resources\n",
		" 7. [ ] Move that state into the bucket: stack state\n",
		"11. [~] Deploy the environment dev\n",
		"13. [ ] Deploy the environment staging\n",
	} {
		require.Contains(t, out, want)
	}
	require.NotContains(t, out, "sso login --profile dev")
	require.NotContains(t, out, "never read")

	t.Run("elsewhere", func(t *testing.T) {
		require.NoError(t, os.Rename(".aws/config", "elsewhere"))
		require.NoError(t, os.Rename("cdktf.out", "out"))
		t.Setenv("AWS_CONFIG_FILE", "elsewhere")
		t.Setenv("CDKTF_OUTDIR", "out")
		require.Equal(t, out, bootstrapped(t))
	})
}

func TestBootstrapRemotes(t *testing.T) {
	for url, want := range map[string]string{
		"git@github.com:acme/wine-ml.git":       "[x] Make the repository",
		"https://github.com/acme/wine-ml":       "[x] Make the repository",
		"https://github.com/acme/wine-ml.git/":  "[x] Make the repository",
		"ssh://git@github.com/acme/wine-ml.git": "[x] Make the repository",
		"https://github.com/me/wine-ml.git":     "git's remote origin is me/wine-ml, and the configuration has acme/wine-ml",
		"/somewhere":                            "[ ] Make the repository",
	} {
		t.Run(url, func(t *testing.T) {
			machine(t, map[string]string{"programs/git": `[ "$1" = config ] && echo ` + url})
			require.Contains(t, bootstrapped(t), want)
		})
	}
}

func TestBootstrapComparesWorkflows(t *testing.T) {
	machine(t, nil)
	code, _, problems := run("workflows")
	require.Zero(t, code, problems)
	require.Contains(t, bootstrapped(t), " 3. [x] Generate the workflows\n      seen   the files in .github are those of this configuration\n")

	dev := filepath.Join("config", "environments", "dev.yaml")
	text, err := os.ReadFile(dev)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(dev, []byte(strings.Replace(string(text), "feature/*", "topic/*", 1)), 0o644))
	require.Contains(t, bootstrapped(t), " 3. [ ] Generate the workflows\n      seen   the files in .github are of another configuration\n")
}

func TestBootstrapMistakes(t *testing.T) {
	machine(t, nil)
	code, out, problems := run("bootstrap", "--format", "html")
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Equal(t, "--format html: there is no such format; use text, markdown, shell\n", problems)

	code, out, problems = run("bootstrap", "--config", "nowhere")
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Contains(t, problems, "there is no such folder")
}

// TestBootstrapCallsNobody: programs are asked for their version, git for its remote, and nothing else is run.
func TestBootstrapCallsNobody(t *testing.T) {
	files := map[string]string{}
	for _, name := range []string{"go", "node", "terraform", "cdktf", "aws", "git", "gh"} {
		files["programs/"+name] = `echo "` + name + ` $*" >> calls; echo 1.0.0`
	}
	machine(t, files)
	_, err := exec.LookPath("aws")
	require.NoError(t, err)
	bootstrapped(t, "--config", "config")
	calls, err := os.ReadFile("calls")
	require.NoError(t, err)
	require.ElementsMatch(t, []string{
		"go version", "node --version", "terraform --version", "cdktf --version", "aws --version", "git --version", "gh --version", "git config --get remote.origin.url",
	}, strings.Split(strings.TrimSpace(string(calls)), "\n"))
}

func TestBootstrapOfAnotherFolder(t *testing.T) {
	machine(t, map[string]string{".git/HEAD": ""})
	require.NoError(t, os.Rename("config", "platform"))
	out := bootstrapped(t, "--config", "platform")
	require.Contains(t, out, "$ export MLPLATFORM_CONFIG=platform\n")
	require.Contains(t, out, "$ git add platform .github\n")
}
