package setup_test

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/setup"
	"github.com/mlplatform/mlplatform/internal/golden"
)

func run(t *testing.T, script string) (string, error) {
	t.Helper()
	command := exec.Command("bash")
	command.Stdin = strings.NewReader(script)
	out, err := command.CombinedOutput()
	return string(out), err
}

func start(t *testing.T, s state) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "github.json")
	s.Environments, s.Actions = map[string]*gitHubEnvironment{}, map[string]json.RawMessage{}
	write(t, file, s)
	install(t, file)
	return file
}

func write(t *testing.T, file string, s state) {
	t.Helper()
	text, err := json.Marshal(s)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o600))
}

func read(t *testing.T, file string) state {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var s state
	require.NoError(t, json.Unmarshal(text, &s))
	return s
}

func repositoryOf(defaultBranch string) state {
	return state{gitHub: gitHub{
		FullName: "acme/wine-ml", OwnerID: 1234, ID: 56789, DefaultBranch: defaultBranch, Enterprise: true, NextID: 100,
		Users: map[string]int{"alice": 7}, Teams: map[string]int{"acme/ml-leads": 8, "acme/platform": 9},
	}}
}

func TestRun(t *testing.T) {
	file := start(t, repositoryOf("trunk"))
	out, err := run(t, setup.Script(load(t, full)))
	require.NoError(t, err, out)
	require.Empty(t, out)
	made := read(t, file)
	golden.Assert(t, filepath.Join("testdata", "calls.txt"), []byte(strings.Join(made.Calls, "\n")+"\n"))

	environment := made.Environments["Prod / EU $1"]
	require.NotNil(t, environment)
	require.Equal(t, 10, *environment.WaitTimer)
	require.True(t, *environment.PreventSelfReview)
	require.Equal(t, "User", environment.Reviewers[0].Type)
	require.Equal(t, 7, environment.Reviewers[0].ID)
	require.Equal(t, "Team", environment.Reviewers[1].Type)
	require.Equal(t, 8, environment.Reviewers[1].ID)
	require.Equal(t, []string{"tag v*", "tag v*/**/*"}, policyNames(made, "Prod / EU $1"))
	require.Equal(t, []string{"branch feature/**/*", "branch develop"}, policyNames(made, "dev"))
	require.False(t, *made.Environments["dev"].PreventSelfReview)
	for name, each := range made.Environments {
		require.False(t, *each.CanAdminsBypass, name)
	}

	t.Run("again", func(t *testing.T) {
		out, err := run(t, setup.Script(load(t, full)))
		require.NoError(t, err, out)
		again := read(t, file)
		for _, call := range again.Calls[len(made.Calls):] {
			require.True(t, strings.HasPrefix(call, "PUT "), "a second run makes or removes something: %s", call)
		}
		again.Calls, made.Calls = nil, nil
		require.Equal(t, made, again)
	})

	t.Run("after changes", func(t *testing.T) {
		before := read(t, file)
		before.Policies["dev"] = append(before.Policies["dev"], gitHubPolicy{ID: 1, Name: "*", Type: "branch"}, gitHubPolicy{ID: 2, Name: "develop", Type: "tag"})
		before.Rulesets = append(before.Rulesets, gitHubRuleset{ID: 3, Name: "somebody's own"})
		before.Calls = nil
		write(t, file, before)
		changed := map[string]string{}
		maps.Copy(changed, full)
		changed["environments/prod.yaml"] = "account: \"333333333333\"\npromotion: { branches: [release] }\ngithub: { environment: \"Prod / EU $1\" }\n"
		out, err := run(t, setup.Script(load(t, changed)))
		require.NoError(t, err, out)
		after := read(t, file)
		require.Equal(t, []string{"branch feature/**/*", "branch develop"}, policyNames(after, "dev"))
		require.Equal(t, []string{"branch release"}, policyNames(after, "Prod / EU $1"))
		require.Empty(t, after.Environments["Prod / EU $1"].Reviewers)
		require.Zero(t, *after.Environments["Prod / EU $1"].WaitTimer)
		var rulesets []string
		for _, each := range after.Rulesets {
			rulesets = append(rulesets, each.Name)
		}
		require.Equal(t, []string{"mlplatform: branches that deploy", "somebody's own"}, rulesets)
	})
}

func policyNames(s state, environment string) []string {
	var names []string
	for _, each := range s.Policies[environment] {
		names = append(names, each.Type+" "+each.Name)
	}
	return names
}

func TestRunExample(t *testing.T) {
	file := start(t, repositoryOf("main"))
	platform, err := config.Load(configurations["config"])
	require.NoError(t, err)
	out, err := run(t, setup.Script(platform))
	require.NoError(t, err, out)
	made := read(t, file)
	require.Equal(t, []string{"branch main", "branch feature/**/*"}, policyNames(made, "dev"))
	require.Equal(t, []string{"tag prod"}, policyNames(made, "prod"))
	require.JSONEq(t, `{"use_default": true}`, string(made.Actions["oidc/customization/sub"]))
	require.JSONEq(t, `{"default_workflow_permissions": "read", "can_approve_pull_request_reviews": false}`, string(made.Actions["permissions/workflow"]))
}

func TestPlans(t *testing.T) {
	team := repositoryOf("main")
	team.Enterprise = false
	file := start(t, team)
	platform, err := config.Load(configurations["config"])
	require.NoError(t, err)
	platform.Environment("prod").GitHub.Reviewers = nil
	out, err := run(t, setup.Script(platform))
	require.NoError(t, err, out)
	require.Empty(t, out)
	require.Equal(t, []string{"tag prod"}, policyNames(read(t, file), "prod"))

	team = repositoryOf("trunk")
	team.Enterprise = false
	file = start(t, team)
	out, err = run(t, setup.Script(load(t, full)))
	require.Error(t, err)
	require.Contains(t, out, "HTTP 422")
	require.Empty(t, read(t, file).Environments)
}

func TestRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*state)
		want   string
	}{
		{"another repository", func(s *state) { s.ID = 1 },
			"the pair of ids of owner and repository is 1234 1, and the configuration has 1234 56789: correct repositoryIds in platform.yaml\n"},
		{"a repository that was renamed", func(s *state) { s.FullName = "acme/wine" },
			"the name of the repository is acme/wine, and the configuration has acme/wine-ml: correct repository in platform.yaml\n"},
		{"other letter case", func(s *state) { s.FullName = "Acme/Wine-ML" },
			"the name of the repository is Acme/Wine-ML, and the configuration has acme/wine-ml: correct repository in platform.yaml\n"},
		{"another default branch", func(s *state) { s.DefaultBranch = "main" },
			"the default branch is main, and the configuration has trunk: correct defaultBranch in platform.yaml\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := repositoryOf("trunk")
			test.change(&s)
			file := start(t, s)
			out, err := run(t, setup.Script(load(t, full)))
			require.Error(t, err)
			require.Equal(t, test.want, out)
			require.Empty(t, read(t, file).Calls)
		})
	}
	t.Run("an unknown reviewer", func(t *testing.T) {
		s := repositoryOf("trunk")
		s.Teams = nil
		file := start(t, s)
		out, err := run(t, setup.Script(load(t, full)))
		require.Error(t, err)
		require.Equal(t, "gh: acme/platform: Not Found (HTTP 404)\n", out)
		require.False(t, slices.ContainsFunc(read(t, file).Calls, func(call string) bool { return strings.Contains(call, "environments") }))
	})
}
