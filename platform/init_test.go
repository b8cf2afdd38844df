package platform_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/program"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

// vocabularies are ways in which teams name and deploy their environments, each with other parts.
var vocabularies = []struct {
	name, parts string
	flags       []string
}{
	{"tags", "", []string{"--environment", "dev:222222222222:tag=dev", "--environment", "staging:333333333333:tag=staging", "--environment", "prod:444444444444:tag=v*"}},
	{"branches", "all", []string{"--environment", "dev:222222222222:branch=feature/*", "--environment", "tst:333333333333:branch=develop", "--environment", "prd:444444444444:branch=main"}},
	{"one-account", "network,storage,registry,codePipeline", []string{"--environment", "dev:111111111111:branch=dev", "--environment", "hml:111111111111:branch=hml", "--environment", "prd:111111111111:branch=prd"}},
	{"production", "none", []string{"--environment", "production:222222222222:branch=main:tag=v*"}},
	{"mlops", "all", []string{"--environment", "mlops:111111111111:branch=main"}},
}

func initialise(t *testing.T, folder string, more ...string) (code int, out, problems string) {
	t.Helper()
	return run(append([]string{"init", folder, "--project", "wine", "--repository", "acme/wine-ml", "--region", "us-west-2", "--account", "111111111111", "--replace", "..", "--lock=false"}, more...)...)
}

// TestInit makes repositories in all vocabularies, and does in the first what its README says, and in each what its CI does, with Go and Node.js alone.
func TestInit(t *testing.T) {
	if testing.Short() {
		t.Skip("repositories are not made and compiled")
	}
	top := lastingFolder(t, "init") // what is linked in it is linked once for all runs
	node, err := exec.LookPath("node")
	require.NoError(t, err)
	alone := filepath.Join(top, "programs")
	require.NoError(t, os.Mkdir(alone, 0o755))
	require.NoError(t, os.Symlink(node, filepath.Join(alone, "node")))
	in := func(repository string, program string, args ...string) (string, error) {
		command := exec.Command(program, args...)
		command.Dir = repository
		if program != "go" {
			command.Env = append(os.Environ(), "PATH="+alone, "REQUIRE_TERRAFORM=")
		}
		out, err := command.CombinedOutput()
		return string(out), err
	}
	tests := filepath.Join(top, "tests")
	var compiled string
	for i, each := range vocabularies {
		repository := filepath.Join(top, each.name)
		flags := each.flags
		if each.parts != "" {
			flags = append(flags, "--parts", each.parts)
		}
		code, out, problems := initialise(t, repository, flags...)
		require.Zero(t, code, problems)
		require.Contains(t, out, "Next:\n\n  cd "+repository+"\n")
		if i == 0 {
			// All have the same program, so that one is compiled for all.
			for _, args := range [][]string{
				{"run", "."}, {"vet", "./..."},
				{"test", "-ldflags=-s", "-o", tests, "-exec", "env PATH=" + alone + " REQUIRE_TERRAFORM=", "./..."},
			} {
				out, err := in(repository, "go", args...)
				require.NoError(t, err, "go %s: %s", args, out)
			}
			compiled = program.Compile(t, repository)
			continue
		}
		for _, args := range [][]string{{compiled, "workflows", "--check"}, {tests, "-test.v"}} { // the tests make the stacks
			out, err := in(repository, args[0], args[1:]...)
			require.NoError(t, err, "%s: %s: %s", each.name, args, out)
		}
	}

	t.Run("Terraform plans everything that is on", func(t *testing.T) {
		terraform.New(t)
		out, err := exec.Command("env", "-C", filepath.Join(top, "mlops"), tests, "-test.run", "/terraform").CombinedOutput()
		require.NoError(t, err, string(out))
	})

	t.Run("a part goes", func(t *testing.T) {
		repository := filepath.Join(top, "mlops")
		file := filepath.Join(repository, "config", "environments", "mlops.yaml")
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		changed := bytes.Replace(text, []byte("\nregistry:\n"), []byte("\nregistry:\n  enabled: false\n"), 1)
		changed = bytes.Replace(changed, []byte("branches: [main]"), []byte("branches: [trunk]"), 1)
		require.NoError(t, os.WriteFile(file, changed, 0o644))
		out, err := in(repository, tests)
		require.Error(t, err)
		require.Regexp(t, `\d+ addresses are lost\. Terraform destroys what is at them`, out)
		require.Contains(t, out, "\n              mlops aws_ecr_repository.registry_")
		require.Contains(t, out, "+++ __snapshots__/mlops.json, now\n")
		require.Contains(t, out, ".github/workflows/deploy.yml is not current (changed); run go test . -update")
		out, err = in(repository, tests, "-update")
		require.NoError(t, err, out)
		out, err = in(repository, tests)
		require.NoError(t, err, out)
	})
}

// TestInitOverwritesNothing: everything in the way is told at once, and nothing else is written.
func TestInitOverwritesNothing(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"main.go", "config", "README.md"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("mine"), 0o644))
	}
	require.NoError(t, os.MkdirAll(filepath.Join(folder, ".git"), 0o755))
	before := contents(t, folder)
	code, out, problems := initialise(t, folder, "--environment", "dev:222222222222:branch=main", "--parts", "none")
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Equal(t, `README.md: is there already and is not overwritten; move it away, or choose another folder
config: is in the way, a folder is needed there; move it away
main.go: is there already and is not overwritten; move it away, or choose another folder

3 conflicts in `+folder+`; nothing was written
`, problems)
	require.Equal(t, before, contents(t, folder))

	inside := filepath.Join(folder, "platform")
	code, _, problems = initialise(t, inside, "--environment", "dev:222222222222:branch=main")
	require.Equal(t, 1, code)
	require.Contains(t, problems, inside+" is not the top of its repository, "+folder+" is")
	require.NoDirExists(t, inside)
}

// TestInitMistakes: all flags that are wrong are told at once, with what is allowed.
func TestInitMistakes(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new")
	for _, test := range []struct {
		args []string
		want []string
	}{
		{[]string{}, []string{"--project: is missing; ", "--repository: is missing; ", "--region: is missing; ", "--account: is missing; ", "--environment: is missing; ", "--version: is missing, for this program was built from a checkout; "}},
		{
			[]string{"--project", "Wine", "--repository", "wine", "--region", "mars", "--account", "12", "--environment", "dev", "--environment", "prod:1:commit=x", "--environment", "qa:1:tag=", "--parts", "gpu", "--replace", "nowhere"},
			[]string{
				`--environment: "dev" has no name, account and branch or tag; write NAME:ACCOUNT:branch=PATTERN`, `--environment: "prod:1:commit=x" has "commit", which is neither branch nor tag; `,
				`--environment: "qa:1:tag=" names nothing in "tag="; `, `--parts: "gpu" is no part; use network, cluster, `, `--project: "Wine" `, `--repository: "wine" `, `--region: "mars" `, `--account: "12" is no AWS account id; write its 12 digits, without hyphens`,
				"--replace: nowhere has no go.mod; ",
			},
		},
		{
			[]string{"--project", "wine", "--repository", "acme/wine", "--region", "us-west-2", "--account", "111111111111", "--replace", "..", "--version", "v1.0.0", "--parts", "cluster,endpoint",
				"--environment", "dev:2:branch=main", "--environment", "prod:333333333333:branch=main"},
			[]string{
				`--environment dev: account: "2" is no AWS account id; `, `--environment prod: promotion.branches[0]: the branch "main" is claimed by dev already (config/environments/dev.yaml:`,
				"--parts cluster: needs a network; add network to --parts\n", "--parts endpoint: needs training or automation, ", "--version: has no meaning beside --replace",
			},
		},
		{
			[]string{"--project", "wine", "--repository", "acme/wine", "--region", "us-west-2", "--account", "111111111111", "--replace", "..", "--environment", "../x:222222222222:branch=main", "--environment", "a:222222222222:branch=b", "--environment", "a:222222222222:branch=b"},
			[]string{`--environment: "../x" is no name for an environment; `, `--environment: "a" stands there twice; `},
		},
	} {
		code, out, problems := run(append([]string{"init", folder}, test.args...)...)
		require.Equal(t, 1, code)
		require.Empty(t, out)
		lines := strings.Split(strings.TrimSpace(problems), "\n")
		for _, want := range test.want {
			require.Contains(t, problems, want)
		}
		require.Len(t, lines, len(test.want)+2, problems)
		require.Contains(t, lines[len(lines)-1], "problems; nothing was written")
		require.NoDirExists(t, folder)
	}
	code, _, problems := run("init", folder, "more")
	require.Equal(t, 1, code)
	require.Equal(t, "\"more\" is one folder too many; see mlplatform init --help\n", problems)
}
