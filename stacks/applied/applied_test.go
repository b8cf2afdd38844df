// Package applied_test applies the stacks of the example sets with the real Terraform to an emulator of AWS.
package applied_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/output"
	"github.com/mlplatform/mlplatform/internal/awsemulator"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/stacks"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const configurations = "../../examples/configurations"

// a phase is what one run of Terraform did with all stacks of a set.
type phase struct {
	name    string
	changes []terraform.Change
	took    time.Duration
	calls   []*awsemulator.Call
	// roles are those that were there when it ran, or after it where it made them.
	roles *awsemulator.Roles
}

// TestApplied applies each set: from nothing, planned again without a change, changed in place, unprotected, destroyed, and applied again.
// What Terraform called for it must be allowed.
func TestApplied(t *testing.T) {
	if os.Getenv(awsemulator.Variable) == "" {
		awsemulator.Start(t) // says what is not done
	}
	iamcheck.AccessLevel(t, "ec2:CreateVpc") // without AWS's list of actions there is nothing to hold the calls against
	sets, err := filepath.Glob(filepath.Join(configurations, "*"))
	require.NoError(t, err)
	only := os.Getenv("EMULATOR_SET")
	switch {
	case strings.Contains(only, "/"):
		sets = []string{only}
	case only != "":
		sets = []string{filepath.Join(configurations, only)}
	}
	t.Run("sets", func(t *testing.T) {
		for _, dir := range sets {
			platform := load(t, dir, nil)
			first := synthesise(t, platform)
			changed := synthesise(t, load(t, dir, change))
			unprotected := synthesise(t, load(t, dir, unprotect))
			t.Run(filepath.Base(dir), func(t *testing.T) {
				t.Parallel()
				phases := apply(t, first, changed, unprotected)
				report(t, filepath.Base(dir), platform, phases, checkPermissions(t, platform, phases))
			})
		}
	})
	publish(t)
	if only == "" && !t.Failed() { // one set does not need what another one does
		checkNeeded(t, granted.allowed, granted.needed)
	}
}

func apply(t *testing.T, first, changed, unprotected []terraform.Stack) []phase {
	emulator := awsemulator.Start(t)
	w := terraform.New(t).Workspace(emulator.Proxy(), func(stack string) string { return stack }, first...)
	var roles awsemulator.Roles
	var phases []phase
	run := func(name string, do func() []terraform.Change) []terraform.Change {
		before, begin, known := len(emulator.Calls()), time.Now(), roles.Clone()
		p := phase{name: name, changes: do(), took: time.Since(begin)}
		p.calls = emulator.Calls()[before:]
		roles.Learn(p.calls)
		p.roles = roles.Clone()
		if name == "destroy" {
			p.roles = known
		}
		phases = append(phases, p)
		t.Logf("%s: %d changes, %d calls, %s", name, len(p.changes), len(p.calls), p.took.Round(time.Second))
		if folder := os.Getenv("EMULATOR_CALLS"); folder != "" { // to look at them
			text, err := json.Marshal(p.calls)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(folder, filepath.Base(t.Name())+" "+name+".json"), text, 0o644))
		}
		return p.changes
	}
	kinds := func(changes []terraform.Change) (actions []string) {
		for _, each := range changes {
			actions = append(actions, each.Action)
		}
		slices.Sort(actions)
		return slices.Compact(actions)
	}

	made := run("apply", func() []terraform.Change { return w.Apply() })
	require.Equal(t, []string{"create"}, kinds(made))
	again := run("plan", func() []terraform.Change { return w.Plan() })
	if len(again) > 0 {
		t.Errorf("the second plan is not empty: %v\n%s", again, w.Differences())
	}
	run("state machines", func() []terraform.Change {
		runLearning(t, emulator, phases[0].calls)
		runApprovals(t, emulator, phases[0].calls)
		return nil
	})
	w.Write(changed...)
	require.Equal(t, []string{"update"}, kinds(run("change", func() []terraform.Change { return w.Apply("-refresh=false") })))
	w.Write(unprotected...)
	require.Equal(t, []string{"update"}, kinds(run("unprotect", func() []terraform.Change { return w.Apply("-refresh=false") })))
	gone := run("destroy", func() []terraform.Change { return w.Apply("-destroy", "-refresh=false") })
	require.Equal(t, []string{"delete"}, kinds(gone))
	require.Len(t, gone, len(made))
	require.Len(t, run("apply again", func() []terraform.Change { return w.Apply("-refresh=false") }), len(made))

	for _, p := range phases {
		for _, call := range p.calls {
			for _, problem := range call.Problems {
				t.Errorf("%s: %s of %s: %s", p.name, call.Operation, call.Service, problem)
			}
		}
	}
	return phases
}

// load reads a set, with its files changed.
func load(t *testing.T, dir string, change func(file string, content map[string]any)) *config.Platform {
	t.Helper()
	files := fstest.MapFS{}
	for _, pattern := range []string{"platform.yaml", "environments/*.yaml"} {
		names, err := fs.Glob(os.DirFS(dir), pattern)
		require.NoError(t, err)
		for _, name := range names {
			text, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			if change != nil {
				var content map[string]any
				require.NoError(t, yaml.Unmarshal(text, &content))
				change(name, content)
				text, err = yaml.Marshal(content)
				require.NoError(t, err)
			}
			files[name] = &fstest.MapFile{Data: text}
		}
	}
	platform, err := config.LoadFS(files)
	require.NoError(t, err)
	return platform
}

// change is what a team does in the weeks after: a tag on everything, other numbers.
func change(file string, content map[string]any) {
	if file == "platform.yaml" {
		tags, _ := content["tags"].(map[string]any)
		if tags == nil {
			tags = map[string]any{}
		}
		tags["Owner"] = "data science"
		content["tags"] = tags
	}
	numbers(content)
}

// numbers changes those that are changed in place, wherever they stand.
func numbers(content any) {
	switch v := content.(type) {
	case map[string]any:
		for key, each := range v {
			switch n, isNumber := each.(int); {
			case isNumber && (key == "noncurrentVersionDays" || key == "max"):
				v[key] = n + 1
			case isNumber && key == "retentionDays", isNumber && key == "logRetentionDays":
				v[key] = map[int]int{14: 30, 30: 60, 60: 90, 90: 120, 365: 400}[n]
			default:
				numbers(each)
			}
		}
	case []any:
		for _, each := range v {
			numbers(each)
		}
	}
}

// unprotect is what docs/teardown.md says comes before destroying.
func unprotect(file string, content map[string]any) {
	if strings.HasPrefix(file, "environments/") {
		content["protect"] = false
		return
	}
	operations, _ := content["operations"].(map[string]any)
	operations["protect"] = false
}

func synthesise(t *testing.T, platform *config.Platform) []terraform.Stack {
	t.Helper()
	dir := t.TempDir()
	app := tf.NewApp(dir)
	require.NoError(t, stacks.Build(app, platform, stacks.Options{}))
	require.NoError(t, tf.Synth(app))
	var out []terraform.Stack
	for _, name := range platform.StackNames() {
		text, err := os.ReadFile(filepath.Join(dir, "stacks", name, output.StackFile))
		require.NoError(t, err)
		out = append(out, terraform.Stack{Name: name, JSON: text})
	}
	return out
}
