package workflows_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery"
	"github.com/mlplatform/mlplatform/delivery/setup"
	"github.com/mlplatform/mlplatform/delivery/workflows"
	"github.com/mlplatform/mlplatform/internal/golden"
)

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
	p := load(t, configurations["wine"])
	files, err := workflows.Generate(p, workflows.Options{Config: "settings/ml"})
	require.NoError(t, err)
	for _, each := range files {
		if strings.HasSuffix(each.Path, "/action.yml") || strings.HasSuffix(each.Path, "/dependabot.yml") {
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
		p := load(t, configurations["wine"])
		change(p)
		var out []string
		for path := range generate(t, p) {
			out = append(out, strings.TrimSuffix(filepath.Base(path), ".yml"))
		}
		slices.Sort(out)
		return out
	}
	all := []string{"action", "definitions", "dependabot", "deploy", "destroy", "drift", "images", "pull-request", "stack", "stack-destroy", "stack-drift"}
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
		}, []string{"action", "dependabot", "pull-request"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, names(test.change)) })
	}
}

// TestStageReachesItsWorkflow: what the configuration says of a stage stands where the stage is called.
func TestStageReachesItsWorkflow(t *testing.T) {
	p := load(t, configurations["wine"])
	staging, prod := p.Environment("staging"), p.Environment("prod")
	staging.GitHub.Environment = "pre production"
	staging.GitHub.PullRequests, prod.GitHub.PullRequests = false, true
	prod.Promotion.ImmutableTags = true
	prod.Promotion.Tags = []string{"v?.*"}
	prod.Training.RunAfterDeploy = true
	prod.GitHub.MaxSessionMinutes = 120
	prod.GitHub.Reviewers, prod.GitHub.WaitMinutes = []string{"acme/ml-leads"}, 10
	prod.Protect = false
	staging.GitHub.Reviewers, staging.GitHub.WaitMinutes = nil, 0
	p.Environment("dev").Region = "us-gov-west-1"
	p.DefaultBranch = "it's"
	p.Operations.Images = []string{"a/b", "a.b"}
	files := parsed(t, generate(t, p))
	deploy := files["deploy"]
	call := deploy.Jobs["stack-prod"]
	require.Equal(t, "pre production", call.With["after"])
	require.Equal(t, "refuse", call.With["moved-tags"])
	require.Equal(t, "wine-prod-training", call.With["training-pipeline"])
	require.Equal(t, "7200", call.With["session-seconds"])
	require.Equal(t, "refuse", files["drift"].Jobs["stack-dev"].With["unmerged"], "feature/* deploys it")
	require.Equal(t, "allow", files["drift"].Jobs["stack-operations"].With["unmerged"])
	require.Equal(t, "allow", files["drift"].Jobs["stack-prod"].With["unmerged"], "tags have rules of their own")
	require.Equal(t, "required_reviewers wait_timer", call.With["guards"])
	require.Equal(t, "required_reviewers wait_timer", files["destroy"].Jobs["stack-prod"].With["guards"])
	require.Equal(t, "", deploy.Jobs["stack-staging"].With["guards"])
	require.Equal(t, "branch_policy", deploy.Jobs["stack-dev"].With["guards"], "STS compares no ref there")
	require.Equal(t, "allow", deploy.Jobs["stack-dev"].With["moved-tags"])
	require.Equal(t, []string{"staging", "v**.**"}, deploy.On["push"].Tags)
	require.NotContains(t, files["pull-request"].Jobs, "plan-staging")
	require.Contains(t, files["pull-request"].Jobs, "plan-prod")
	require.Contains(t, files["images"].Jobs, "image-a--b")
	require.Contains(t, files["images"].Jobs, "image-a__b")
	require.Equal(t, "${{ github.ref == 'refs/heads/it''s' }}", files["images"].Jobs["image-a--b"].If)
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

func TestWrite(t *testing.T) {
	top := t.TempDir()
	files, err := workflows.Generate(load(t, configurations["wine"]), workflows.Options{})
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
