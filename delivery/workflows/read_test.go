package workflows_test

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/workflows"
)

// The generated files as GitHub reads them. The tests know no more of them than this.
type file struct {
	Name        string
	On          map[string]*trigger
	Permissions map[string]string
	Defaults    map[string]map[string]string
	Concurrency *concurrency
	Jobs        map[string]*job
	Runs        struct{ Steps []step }
}

type trigger struct {
	Branches, Tags, Paths []string
	Inputs                map[string]struct {
		Default  string
		Required bool
		Options  []string
	}
	crons []struct{ Cron string }
}

// UnmarshalYAML reads the list of a schedule, and the mapping of every other trigger.
func (t *trigger) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		return node.Decode(&t.crons)
	}
	type plain trigger
	return node.Decode((*plain)(t))
}

type concurrency struct {
	Group            string
	CancelInProgress bool `yaml:"cancel-in-progress"`
}

type job struct {
	Name, If, Uses string
	Needs          []string
	RunsOn         any `yaml:"runs-on"`
	TimeoutMinutes int `yaml:"timeout-minutes"`
	Permissions    map[string]string
	Environment    *struct {
		Name       string
		Deployment *bool
	}
	Concurrency        *concurrency
	With, Env, Outputs map[string]string
	Steps              []step
}

type step struct {
	Name, ID, If, Uses, Run, Shell string
	With, Env                      map[string]string
	ContinueOnError                bool `yaml:"continue-on-error"`
}

func (s step) action() string { name, _, _ := strings.Cut(s.Uses, "@"); return name }

func read(t *testing.T, content []byte) *file {
	t.Helper()
	// yaml.v3 takes the key "on" for a truth, as YAML 1.1 did; GitHub does not.
	var f file
	require.NoError(t, yaml.Unmarshal([]byte(strings.Replace(string(content), "\non:\n", "\n\"on\":\n", 1)), &f))
	for _, j := range f.Jobs {
		require.NotNil(t, j)
	}
	return &f
}

// configurations are the examples with the folder of their configuration.
var configurations = map[string]string{
	"wine": "../../examples/configurations/wine", "branches": "../../examples/configurations/branches", "one-account": "../../examples/configurations/one-account",
	"serving": "../../examples/configurations/serving",
}

func load(t *testing.T, folder string) *config.Platform {
	t.Helper()
	p, err := config.Load(filepath.FromSlash(folder))
	require.NoError(t, err)
	return p
}

func generate(t *testing.T, p *config.Platform) map[string][]byte {
	t.Helper()
	files, err := workflows.Generate(p, workflows.Options{})
	require.NoError(t, err)
	out := map[string][]byte{}
	for _, each := range files {
		out[each.Path] = each.Content
	}
	return out
}

// parsed are the files by their name without folder and ending; the action is "action".
func parsed(t *testing.T, files map[string][]byte) map[string]*file {
	t.Helper()
	out := map[string]*file{}
	for name, content := range files {
		if path.Base(name) == "dependabot.yml" {
			continue // has a test of its own
		}
		out[strings.TrimSuffix(path.Base(name), ".yml")] = read(t, content)
	}
	return out
}

// eachStep visits all steps in a fixed order. The job is nil in an action.
func eachStep(files map[string]*file, visit func(file string, id string, j *job, s step)) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for _, id := range slices.Sorted(maps.Keys(files[name].Jobs)) {
			for _, s := range files[name].Jobs[id].Steps {
				visit(name, id, files[name].Jobs[id], s)
			}
		}
		for _, s := range files[name].Runs.Steps {
			visit(name, "", nil, s)
		}
	}
}
