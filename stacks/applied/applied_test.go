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

// a set is an example set, or stacks of one, and what becomes of it.
type set struct {
	name     string
	platform *config.Platform
	first    []terraform.Stack
	// changed and unprotected are the same stacks with another configuration. What takes the protection away comes together with the
	// other changes where time is short.
	changed, unprotected []terraform.Stack
	// again says that it is applied again after it was destroyed.
	again bool
}

// TestApplied applies each set: from nothing, planned again without a change, changed in place, unprotected, destroyed, and applied again.
// What Terraform called for it must be allowed. Where EMULATOR is cover, it applies those stacks of the sets which together have every type of
// resource, once.
func TestApplied(t *testing.T) {
	if os.Getenv(awsemulator.Variable) == "" {
		awsemulator.Start(t) // says what is not done
	}
	iamcheck.AccessLevel(t, "ec2:CreateVpc") // without AWS's list of actions there is nothing to hold the calls against
	dirs, only := exampleSets(t), os.Getenv("EMULATOR_SET")
	switch {
	case strings.Contains(only, "/"):
		dirs = []string{only}
	case only != "":
		dirs = []string{filepath.Join(configurations, only)}
	}
	covered := os.Getenv(awsemulator.Variable) == "cover"
	var sets []*set
	for _, dir := range dirs {
		each := &set{name: filepath.Base(dir), platform: load(t, dir, nil), again: !covered}
		each.first = synthesise(t, each.platform)
		if covered {
			each.unprotected = synthesise(t, load(t, dir, func(file string, content map[string]any) { change(file, content); unprotect(file, content) }))
		} else {
			each.changed = synthesise(t, load(t, dir, change))
			each.unprotected = synthesise(t, load(t, dir, unprotect))
		}
		sets = append(sets, each)
	}
	if covered {
		sets = cover(t, sets)
	}
	t.Parallel() // the stacks are made
	t.Run("sets", func(t *testing.T) {
		for _, each := range sets {
			t.Run(each.name, func(t *testing.T) {
				t.Parallel()
				phases := apply(t, each)
				report(t, each, phases, checkPermissions(t, each.platform, phases))
			})
		}
	})
	publish(t)
	if !t.Failed() {
		checkNeeded(t, granted.needed, !covered && only == "")
	}
}

// exampleSets are the folders of the sets.
func exampleSets(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(configurations, "*"))
	require.NoError(t, err)
	require.NotEmpty(t, dirs)
	return dirs
}

func apply(t *testing.T, s *set) []phase {
	emulator := awsemulator.Start(t)
	madeElsewhere(t, emulator, s)
	w := terraform.New(t).Workspace(emulator.Proxy(), func(stack string) string { return stack }, s.first...)
	var roles awsemulator.Roles
	var phases []phase
	seen := 0 // calls, of which those for what is made elsewhere are counted to the first phase
	run := func(name string, do func() []terraform.Change) []terraform.Change {
		begin, known := time.Now(), roles.Clone()
		p := phase{name: name, changes: do(), took: time.Since(begin)}
		p.calls = emulator.Calls()[seen:]
		seen += len(p.calls)
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
			require.NoError(t, os.WriteFile(filepath.Join(folder, s.name+" "+name+".json"), text, 0o644))
		}
		return p.changes
	}

	made := run("apply", func() []terraform.Change { return w.Apply() })
	requireOnly(t, "create", made)
	again := run("plan", func() []terraform.Change { return w.Plan() })
	if len(again) > 0 {
		t.Errorf("the second plan is not empty: %v\n%s", again, w.Differences())
	}
	run("state machines", func() []terraform.Change {
		runLearning(t, emulator, phases[0].calls)
		runApprovals(t, emulator, phases[0].calls)
		return nil
	})
	left := len(made)
	for _, step := range []struct {
		name   string
		stacks []terraform.Stack
	}{{"change", s.changed}, {"unprotect", s.unprotected}} {
		if step.stacks == nil {
			continue
		}
		w.Write(step.stacks...)
		updated := run(step.name, func() []terraform.Change { return w.Apply("-refresh=false") })
		if step.name == "unprotect" { // the approval of its pipeline goes with an environment's protection
			all := len(updated)
			updated = slices.DeleteFunc(updated, func(each terraform.Change) bool {
				return each.Action == "delete" && strings.HasPrefix(each.Address, "aws_iam_role_policy.deployment_codepipeline_role_")
			})
			left -= all - len(updated)
		}
		requireOnly(t, "update", updated)
		touched := map[string]bool{}
		for _, each := range updated {
			touched[each.Stack] = true
		}
		if step.name == "change" || s.changed == nil {
			require.Len(t, touched, len(s.first), "every stack is changed")
		}
	}
	// The provider deletes a scraper of Prometheus and looks many minutes later whether it is gone.
	var slow []terraform.Change
	for _, each := range made {
		if each.Type() == "aws_prometheus_scraper" {
			slow = append(slow, each)
		}
	}
	if len(slow) > 0 {
		w.Forget(slow...)
		left -= len(slow)
	}
	gone := run("destroy", func() []terraform.Change { return w.Apply("-destroy", "-refresh=false") })
	requireOnly(t, "delete", gone)
	require.Len(t, gone, left)
	if s.again {
		require.Len(t, run("apply again", func() []terraform.Change { return w.Apply("-refresh=false") }), left+len(slow))
	}

	for _, p := range phases {
		for _, call := range p.calls {
			for _, problem := range call.Problems {
				t.Errorf("%s: %s of %s: %s", p.name, call.Operation, call.Service, problem)
			}
		}
	}
	return phases
}

// requireOnly: nothing else is done with any resource.
func requireOnly(t *testing.T, action string, changes []terraform.Change) {
	t.Helper()
	require.NotEmpty(t, changes)
	var others []terraform.Change
	for _, each := range changes {
		if each.Action != action {
			others = append(others, each)
		}
	}
	require.Empty(t, others, "what is no %s", action)
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

// change is what a team does in the weeks after: another tag on everything, other numbers.
func change(file string, content map[string]any) {
	if file == "platform.yaml" {
		content["tags"] = map[string]any{"Owner": "data science"}
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

// synthesise makes the stacks of a platform. Each comes after the one with the roles that deploy it.
func synthesise(t *testing.T, platform *config.Platform) []terraform.Stack {
	t.Helper()
	dir := t.TempDir()
	app := tf.NewApp(dir)
	require.NoError(t, stacks.Build(app, platform, stacks.Options{}))
	require.NoError(t, tf.Synth(app))
	// Software in a cluster needs another provider, and a cluster that runs.
	names := slices.DeleteFunc(platform.StackNames(), func(name string) bool { return strings.HasSuffix(name, "-"+config.ServingSuffix) })
	var out []terraform.Stack
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, "stacks", name, output.StackFile))
		require.NoError(t, err)
		stack := terraform.Stack{Name: name, JSON: text}
		if access := name + config.AccessSuffix; slices.Contains(names, access) {
			stack.After = []string{access}
		}
		out = append(out, stack)
	}
	return out
}
