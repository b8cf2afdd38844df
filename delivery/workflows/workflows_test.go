package workflows_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery"
	"github.com/mlplatform/mlplatform/delivery/setup"
	"github.com/mlplatform/mlplatform/delivery/workflows"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/shellcheck"
)

// TestRepositoryIsCurrent: the workflows of this repository are those of config/.
func TestRepositoryIsCurrent(t *testing.T) {
	files, err := workflows.Generate(load(t, configurations["config"]), workflows.Options{Config: "config"})
	require.NoError(t, err)
	if golden.Updating() {
		_, err := workflows.Write("../..", files)
		require.NoError(t, err)
	}
	changes, err := workflows.Compare("../..", files)
	require.NoError(t, err)
	for _, each := range changes {
		t.Errorf("%s is not current (%s); run: go run . workflows", each.Path, each.Kind)
	}
}

func TestGolden(t *testing.T) {
	for _, name := range []string{"branches", "one-account"} {
		files := generate(t, load(t, configurations[name]))
		if golden.Updating() {
			require.NoError(t, os.RemoveAll(filepath.Join("testdata", name)))
		}
		for path, content := range files {
			golden.Assert(t, filepath.Join("testdata", name, filepath.Base(path)), content)
		}
		kept, err := filepath.Glob(filepath.Join("testdata", name, "*"))
		require.NoError(t, err)
		require.Len(t, kept, len(files), "testdata/%s has files that are generated no more", name)
	}
}

func TestOtherConfigFolder(t *testing.T) {
	p := load(t, configurations["config"])
	files, err := workflows.Generate(p, workflows.Options{Config: "settings/ml"})
	require.NoError(t, err)
	for _, each := range files {
		if strings.HasSuffix(each.Path, "/action.yml") {
			continue
		}
		require.Contains(t, string(each.Content), "\nenv:\n  MLPLATFORM_CONFIG: settings/ml\n", each.Path)
	}
	for _, content := range generate(t, p) {
		require.NotContains(t, string(content), "MLPLATFORM_CONFIG")
	}
}

// TestWhatIsNotNeededIsNotThere: parts that are switched off leave no workflow.
func TestWhatIsNotNeededIsNotThere(t *testing.T) {
	names := func(change func(*config.Platform)) []string {
		p := load(t, configurations["config"])
		change(p)
		var out []string
		for path := range generate(t, p) {
			out = append(out, strings.TrimSuffix(filepath.Base(path), ".yml"))
		}
		slices.Sort(out)
		return out
	}
	all := []string{"action", "definitions", "deploy", "destroy", "drift", "images", "pull-request", "stack", "stack-destroy", "stack-drift"}
	without := func(those ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(name string) bool { return slices.Contains(those, name) })
	}
	tests := map[string]struct {
		change func(*config.Platform)
		want   []string
	}{
		"everything":     {func(*config.Platform) {}, all},
		"all protected":  {func(p *config.Platform) { p.Environment("dev").Protect = true }, without("destroy", "stack-destroy")},
		"no images":      {func(p *config.Platform) { p.Operations.Images = nil }, without("images")},
		"no publisher":   {func(p *config.Platform) { p.Operations.GitHub = nil }, without("images", "definitions")},
		"operations off": {func(p *config.Platform) { p.Operations.Protect = false }, all},
		"no drift": {func(p *config.Platform) {
			p.Operations.GitHub.Drift = false
			for _, e := range p.Environments {
				e.GitHub.Drift = false
			}
		}, without("drift", "stack-drift")},
		"no pipelines": {func(p *config.Platform) {
			for _, e := range p.Environments {
				e.Training = nil
			}
		}, without("definitions")},
		"no GitHub": {func(p *config.Platform) {
			p.Operations.GitHub = nil
			for _, e := range p.Environments {
				e.GitHub = nil
			}
		}, []string{"action", "pull-request"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, names(test.change)) })
	}
}

// TestStageReachesItsWorkflow: what the configuration says of a stage stands where the stage is called.
func TestStageReachesItsWorkflow(t *testing.T) {
	p := load(t, configurations["config"])
	staging, prod := p.Environment("staging"), p.Environment("prod")
	staging.GitHub.Environment = "pre production"
	staging.GitHub.PullRequests = false
	prod.Promotion.ImmutableTags = true
	prod.Promotion.Tags = []string{"v?.*"}
	prod.Training.RunAfterDeploy = true
	prod.GitHub.MaxSessionMinutes = 120
	p.DefaultBranch = "it's"
	p.Operations.Images = []string{"a/b", "a.b"}
	files := parsed(t, generate(t, p))
	deploy := files["deploy"]
	call := deploy.Jobs["stack-prod"]
	require.Equal(t, "pre production", call.With["after"])
	require.Equal(t, "refuse", call.With["moved-tags"])
	require.Equal(t, "wine-prod-training", call.With["training-pipeline"])
	require.Equal(t, "7200", call.With["session-seconds"])
	require.Equal(t, "allow", deploy.Jobs["stack-dev"].With["moved-tags"])
	require.Equal(t, []string{"staging", "v**.**"}, deploy.On["push"].Tags)
	require.NotContains(t, files["pull-request"].Jobs, "plan-staging")
	require.Contains(t, files["images"].Jobs, "image-a--b")
	require.Contains(t, files["images"].Jobs, "image-a__b")
	require.Equal(t, "${{ github.ref == 'refs/heads/it''s' }}", files["images"].Jobs["image-a--b"].If)
}

// mayHoldCode are the jobs that have both a way into AWS and code of the repository: they build container images, and the
// code runs inside of the build.
var mayHoldCode = regexp.MustCompile(`^images/image-`)

// TestRules: what every workflow of every configuration must hold.
func TestRules(t *testing.T) {
	pinned := regexp.MustCompile(`^uses: [a-z-]+/[a-z-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$`)
	for name, folder := range configurations {
		t.Run(name, func(t *testing.T) {
			contents := generate(t, load(t, folder))
			for path, content := range contents {
				text := string(content)
				require.True(t, strings.HasPrefix(text, workflows.Mark), path)
				require.NotContains(t, text, "pull_request_target", path)
				require.NotContains(t, text, "secrets.", path)
				require.NotContains(t, text, ":latest", path)
				for _, line := range strings.Split(text, "\n") {
					line = strings.TrimPrefix(strings.TrimSpace(line), "- ")
					if strings.HasPrefix(line, "uses: ") && !strings.HasPrefix(line, "uses: ./") {
						require.Regexp(t, pinned, line, path)
					}
				}
			}
			files := parsed(t, contents)
			for path, f := range files {
				if path == "action" {
					continue
				}
				require.NotNil(t, f.Permissions, path)
				require.Empty(t, f.Permissions, path)
				require.Equal(t, map[string]map[string]string{"run": {"shell": "bash"}}, f.Defaults, path)
				require.NotEmpty(t, f.Jobs, path)
				for id, j := range f.Jobs {
					at := path + "/" + id
					require.NotNil(t, j.Permissions, at)
					if j.Uses != "" {
						called := files[strings.TrimSuffix(filepath.Base(j.Uses), ".yml")]
						require.NotNil(t, called, at)
						requirePermissions(t, at, j, called)
						continue
					}
					require.Equal(t, "ubuntu-24.04", j.RunsOn, at)
					require.Positive(t, j.TimeoutMinutes, at)
					requireSteps(t, at, j)
				}
			}
			eachStep(files, func(path, id string, j *job, s step) {
				require.NotContains(t, s.Run, "${{", "%s/%s: an expression in a script", path, id)
				if j == nil && s.Run != "" {
					require.Equal(t, "bash", s.Shell)
				}
			})
		})
	}
}

// requirePermissions: a caller grants what the jobs of the called workflow need, and nothing more.
func requirePermissions(t *testing.T, at string, caller *job, called *file) {
	t.Helper()
	needed := map[string]string{}
	for _, j := range called.Jobs {
		for kind, access := range j.Permissions {
			if needed[kind] != "write" {
				needed[kind] = access
			}
		}
	}
	require.Equal(t, needed, caller.Permissions, at)
	for name, input := range called.On["workflow_call"].Inputs {
		_, given := caller.With[name]
		require.True(t, given || !input.Required, "%s does not give %s", at, name)
	}
	for name := range caller.With {
		require.Contains(t, called.On["workflow_call"].Inputs, name, at)
	}
}

// requireSteps: a job has the permissions that its steps need, no more, and either a way into AWS or code of the
// repository.
func requireSteps(t *testing.T, at string, j *job) {
	t.Helper()
	code, aws, github := false, false, false
	for _, s := range j.Steps {
		switch s.action() {
		case "actions/checkout":
			code = true
			require.Equal(t, "false", s.With["persist-credentials"], at)
		case "aws-actions/configure-aws-credentials":
			aws = true
			require.NotEmpty(t, s.With["role-to-assume"], at)
			require.NotEmpty(t, s.With["allowed-account-ids"], at)
			require.NotContains(t, s.With, "aws-access-key-id", at)
		}
		if _, ok := s.Env["GH_TOKEN"]; ok {
			github = true
		}
	}
	require.Equal(t, aws, j.Permissions["id-token"] == "write", at)
	require.Equal(t, code, j.Permissions["contents"] == "read", at)
	require.NotEqual(t, "write", j.Permissions["contents"], at)
	if j.Environment != nil {
		require.True(t, aws, at)
	}
	others := 0
	for kind := range j.Permissions {
		if kind != "id-token" && kind != "contents" {
			others++
		}
	}
	require.Equal(t, github, others > 0, "%s: a token with permissions goes to the steps that need it", at)
	if aws && !mayHoldCode.MatchString(at) {
		require.False(t, code, "%s runs code of the repository beside credentials of AWS", at)
		require.False(t, github, "%s has a token of GitHub beside credentials of AWS", at)
	}
}

// TestOneAtATime: whatever changes a stack is alone with it.
func TestOneAtATime(t *testing.T) {
	files := parsed(t, generate(t, load(t, configurations["config"])))
	for _, name := range []string{"deploy", "destroy"} {
		for id, j := range files[name].Jobs {
			if j.Uses != "" {
				require.Equal(t, &concurrency{Group: "deploy-" + j.With["stack"]}, j.Concurrency, id)
			}
		}
	}
	require.True(t, files["pull-request"].Concurrency.CancelInProgress)
	require.False(t, files["drift"].Concurrency.CancelInProgress)
	// A run looks only at the commits of its own push, so that none may be dropped.
	require.Nil(t, files["images"].Concurrency)
	require.Nil(t, files["definitions"].Concurrency)
}

// TestOrder: each stack waits for all that come before it.
func TestOrder(t *testing.T) {
	for _, folder := range configurations {
		p := load(t, folder)
		deploy := parsed(t, generate(t, p))["deploy"]
		want := []string{"targets"}
		for _, stage := range delivery.Stages(p) {
			require.Equal(t, want, deploy.Jobs["stack-"+stage.Stack].Needs)
			want = append(want, "stack-"+stage.Stack)
		}
		require.Len(t, deploy.Jobs, len(want))
	}
}

func TestOneVersionOfEachAction(t *testing.T) {
	versions := map[string]string{}
	eachStep(parsed(t, generate(t, load(t, configurations["config"]))), func(path, id string, _ *job, s step) {
		if strings.HasPrefix(s.Uses, "./") || s.Uses == "" {
			return
		}
		if known, ok := versions[s.action()]; ok {
			require.Equal(t, known, s.Uses, path+"/"+id)
		}
		versions[s.action()] = s.Uses
	})
	require.Len(t, versions, 8)
}

// TestSetupAgrees: what the setup of GitHub knows of the workflows is so.
func TestSetupAgrees(t *testing.T) {
	for name, folder := range configurations {
		files := parsed(t, generate(t, load(t, folder)))
		others := map[string]bool{}
		eachStep(files, func(_, _ string, _ *job, s step) {
			if action := s.action(); action != "" && !strings.HasPrefix(action, "actions/") && !strings.HasPrefix(action, "./") {
				others[action] = true
			}
		})
		require.ElementsMatch(t, setup.Actions, slices.Collect(maps.Keys(others)), name)
		for _, check := range setup.Checks {
			require.Contains(t, files["pull-request"].Jobs, check, name)
			require.Empty(t, files["pull-request"].Jobs[check].Name, "%s: GitHub calls the check by the name of the job", name)
			require.Empty(t, files["pull-request"].Jobs[check].If, "%s: a check that is skipped counts as passed", name)
		}
	}
}

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

func TestWrite(t *testing.T) {
	top := t.TempDir()
	files, err := workflows.Generate(load(t, configurations["config"]), workflows.Options{})
	require.NoError(t, err)
	changes, err := workflows.Write(top, files)
	require.NoError(t, err)
	require.Len(t, changes, len(files))
	require.Equal(t, "new", changes[0].Kind)

	write := func(name, content string) {
		path := filepath.Join(top, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	write(".github/workflows/own.yml", "name: ours\n")
	write(".github/workflows/old.yml", workflows.Mark+"\nname: old\n")
	write(".github/actions/old/action.yml", workflows.Mark+"\n")
	write(".github/workflows/deploy.yml", workflows.Mark+"\nname: edited\n")
	write(".github/CODEOWNERS", workflows.Mark+"\n")
	require.NoError(t, os.Remove(filepath.Join(top, ".github/workflows/drift.yml")))
	want := []string{"removed .github/actions/old/action.yml", "changed .github/workflows/deploy.yml", "new .github/workflows/drift.yml", "removed .github/workflows/old.yml"}
	for _, act := range []func(string, []workflows.File) ([]workflows.Change, error){workflows.Compare, workflows.Write} {
		changes, err = act(top, files)
		require.NoError(t, err)
		var got []string
		for _, each := range changes {
			got = append(got, each.Kind+" "+each.Path)
		}
		require.Equal(t, want, got)
	}
	changes, err = workflows.Compare(top, files)
	require.NoError(t, err)
	require.Empty(t, changes)
	own, err := os.ReadFile(filepath.Join(top, ".github/workflows/own.yml"))
	require.NoError(t, err)
	require.Equal(t, "name: ours\n", string(own))

	write(".github/workflows/deploy.yml", "name: ours\n")
	_, err = workflows.Write(top, files)
	require.EqualError(t, err, ".github/workflows/deploy.yml is not a generated file: its first line does not begin with "+workflows.Mark+"; rename or remove it")
}

func TestDeterministic(t *testing.T) {
	for _, folder := range configurations {
		first, second := generate(t, load(t, folder)), generate(t, load(t, folder))
		for path := range first {
			require.True(t, bytes.Equal(first[path], second[path]), path)
		}
	}
}
