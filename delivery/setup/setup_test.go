package setup_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/setup"
	"github.com/mlplatform/mlplatform/delivery/workflows"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/shellcheck"
)

var configurations = map[string]string{
	"config": "../../examples/configurations/wine", "branches": "../../examples/configurations/branches", "one-account": "../../examples/configurations/one-account",
}

// full uses everything that reaches GitHub: ids, reviewers of both kinds, patterns, tags that never move.
var full = map[string]string{
	"platform.yaml": `
project: wine
repository: acme/wine-ml
repositoryIds: { owner: "1234", repository: "56789" }
defaultBranch: trunk
region: us-west-2
operations:
  account: "111111111111"
  promotion: { branches: [trunk] }
  github: { reviewers: [acme/platform] }
promotionOrder: [dev, prod]
`,
	"environments/dev.yaml": `
account: "222222222222"
promotion: { branches: ["feature/*", develop] }
`,
	"environments/prod.yaml": `
account: "333333333333"
promotion: { tags: ["v*"] }
github: { environment: "Prod / EU $1", reviewers: [alice, acme/ml-leads], waitMinutes: 10 }
`,
}

func load(t *testing.T, files map[string]string) *config.Platform {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	platform, err := config.LoadFS(fs.FS(fsys))
	require.NoError(t, err)
	return platform
}

func scripts(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{"full": setup.Script(load(t, full))}
	for name, dir := range configurations {
		platform, err := config.Load(dir)
		require.NoError(t, err)
		all[name] = setup.Script(platform)
	}
	all["codepipeline"] = setup.Script(load(t, map[string]string{
		"platform.yaml": "project: wine\nrepository: acme/wine-ml\nregion: us-west-2\noperations: { account: \"111111111111\", github: { enabled: false } }\n",
		"environments/dev.yaml": "account: \"222222222222\"\npromotion: { branches: [develop], tags: [\"v*\"] }\n" +
			"codePipeline: { source: { connectionArn: arn:aws:codeconnections:us-west-2:222222222222:connection/01234567-89ab-4def-8123-456789abcdef } }\n",
	}))
	all["off"] = setup.Script(load(t, map[string]string{
		"platform.yaml":         "project: wine\nrepository: acme/wine-ml\nregion: us-west-2\noperations: { account: \"111111111111\", github: { enabled: false } }\n",
		"environments/dev.yaml": "account: \"222222222222\"\ngithub: { enabled: false }\n",
	}))
	return all
}

func TestScript(t *testing.T) {
	for name, script := range scripts(t) {
		golden.Assert(t, filepath.Join("testdata", name+".sh"), []byte(script))
	}
}

func TestShell(t *testing.T) {
	all := scripts(t)
	for name, script := range all {
		shellcheck.Parse(t, name, script)
	}
	shellcheck.Check(t, all)
}

// run runs the script against the GitHub in the file, as go run . setup github | bash does.
// TestRun: what arrives at GitHub, call by call.
// TestRunExamples: the script of the example configuration runs as well, and its order is right.
// TestPlans: a private repository without Enterprise gets environments with branches and tags. Where the configuration
// wants approval, the script does not go on without it.
func TestBranches(t *testing.T) {
	require.Equal(t, []string{"develop"}, setup.Branches(load(t, full)), "neither the default branch nor patterns")
}

// TestRefuses: a repository that is not the one of the configuration is not touched.
// TestFitsTheWorkflows: GitHub lets the generated workflows run all that they use, and waits for jobs that there are.
func TestFitsTheWorkflows(t *testing.T) {
	for _, dir := range configurations {
		platform, err := config.Load(dir)
		require.NoError(t, err)
		files, err := workflows.Generate(platform, workflows.Options{})
		require.NoError(t, err)
		used := map[string]bool{}
		for _, file := range files {
			for _, match := range regexp.MustCompile(`uses: ([^@\s]+)@(\S+)`).FindAllStringSubmatch(string(file.Content), -1) {
				require.Regexp(t, `^[0-9a-f]{40}$`, match[2], file.Path)
				if !strings.HasPrefix(match[1], "actions/") {
					used[match[1]] = true
				}
			}
			if file.Path != ".github/workflows/pull-request.yml" {
				continue
			}
			var workflow struct {
				Jobs map[string]struct{ Name string }
			}
			require.NoError(t, yaml.Unmarshal(file.Content, &workflow))
			for _, name := range setup.Checks {
				require.Contains(t, workflow.Jobs, name)
				require.Empty(t, workflow.Jobs[name].Name, "a check has the name of its job")
			}
		}
		for _, name := range setup.Actions {
			require.True(t, used[name], "%s is allowed and not used", name)
			delete(used, name)
		}
		require.Empty(t, used, "used and not allowed")
	}
}
