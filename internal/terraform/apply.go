package terraform

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
)

// A Workspace is a folder in which Terraform applies stacks, with a state in a file beside them. Stacks that are applied together are
// modules of one root: nearly all of a run's processor time is the start of its providers.
type Workspace struct {
	// Dir is the folder.
	Dir string

	runner      *Runner
	environment []string
	token       func(stack string) string
	names       []string
}

// Workspace makes one, in which Terraform has the environment beside its own. Each stack's requests come with a session token.
func (r *Runner) Workspace(environment []string, token func(stack string) string, stacks ...Stack) *Workspace {
	r.t.Helper()
	w := &Workspace{Dir: r.t.TempDir(), runner: r, environment: environment, token: token}
	w.Write(stacks...)
	return w
}

// Root is a folder for one stack as it is, with its backend.
func (r *Runner) Root(dir string, environment []string, stack Stack) *Workspace {
	r.t.Helper()
	require.NoError(r.t, os.MkdirAll(dir, 0o755))
	w := &Workspace{Dir: dir, runner: r, environment: environment, names: []string{stack.Name}}
	w.Replace(stack)
	return w
}

// Replace puts another configuration of the one stack into the folder.
func (w *Workspace) Replace(stack Stack) {
	w.runner.t.Helper()
	require.NoError(w.runner.t, os.WriteFile(filepath.Join(w.Dir, "cdk.tf.json"), stack.JSON, 0o644))
}

// Init connects the folder with the backend of its stack. Where the provider comes from dev_overrides, Terraform connects first
// and then finds no registry, which is of no matter.
func (w *Workspace) Init(args ...string) {
	w.runner.t.Helper()
	out, err := w.Command(append([]string{"init", "-input=false", "-no-color"}, args...)...).CombinedOutput()
	if w.runner.overrides != "" && strings.Contains(string(out), "Initializing provider plugins") {
		return
	}
	require.NoError(w.runner.t, err, "%s", out)
}

// Write puts other configurations of the same stacks into the folder.
func (w *Workspace) Write(stacks ...Stack) {
	w.runner.t.Helper()
	w.names = nil
	for _, each := range stacks {
		w.names = append(w.names, each.Name)
	}
	w.runner.modules(w.Dir, stacks, root{token: w.token})
	w.runner.initialise(w.Dir)
}

// Command is a command of Terraform in the folder.
func (w *Workspace) Command(args ...string) *exec.Cmd {
	command := w.runner.command(w.Dir, "", args...)
	command.Env = append(command.Env, w.environment...)
	return command
}

// A Change is what Terraform plans or does with a resource.
type Change struct{ Stack, Address, Action string }

// Type is the type of the resource.
func (c Change) Type() string {
	kind, _, _ := strings.Cut(c.Address, ".")
	return kind
}

func (c Change) String() string { return c.Action + " " + c.Stack + " " + c.Address }

// Apply plans and applies, and returns what was changed. More arguments, such as -destroy, come behind.
func (w *Workspace) Apply(args ...string) []Change {
	w.runner.t.Helper()
	return w.run(append([]string{"apply", "-json", "-auto-approve", "-input=false", "-lock=false", "-parallelism=30"}, args...)...)
}

// Forget takes resources out of the state and leaves them where they are.
func (w *Workspace) Forget(resources ...Change) {
	w.runner.t.Helper()
	args := []string{"state", "rm", "-lock=false"}
	for _, each := range resources {
		args = append(args, "module."+moduleName(slices.Index(w.names, each.Stack))+"."+each.Address)
	}
	out, err := w.Command(args...).CombinedOutput()
	require.NoError(w.runner.t, err, "%s", out)
}

// Plan returns what would be changed.
func (w *Workspace) Plan(args ...string) []Change {
	w.runner.t.Helper()
	return w.run(append([]string{"plan", "-json", "-input=false", "-lock=false", "-parallelism=30"}, args...)...)
}

func (w *Workspace) run(args ...string) []Change {
	w.runner.t.Helper()
	out, failure := w.Command(args...).Output()
	var changes []Change
	var problems []string
	messages, err := readMessages(out)
	require.NoError(w.runner.t, err)
	for _, message := range messages {
		switch {
		case message.Type == "diagnostic" && message.Diagnostic.Severity == "error":
			d := message.Diagnostic
			problems = append(problems, fmt.Sprintf("%s: %s: %s", w.named(d.Address), d.Summary, d.Detail))
		case message.Type == "planned_change":
			var i int
			_, _ = fmt.Sscanf(message.Change.Resource.Module, "module.stack-%d", &i)
			changes = append(changes, Change{w.names[i], message.Change.Resource.ResourceAddr, message.Change.Action})
		}
	}
	if failure != nil && len(problems) == 0 {
		problems = append(problems, failure.Error(), string(out))
	}
	require.Empty(w.runner.t, problems, "terraform %s:\n%s", strings.Join(args[:1], " "), strings.Join(problems, "\n"))
	return changes
}

// named puts names of stacks where Terraform knows modules by their number.
func (w *Workspace) named(address string) string {
	for i, name := range slices.Backward(w.names) {
		address = strings.Replace(address, "module."+moduleName(i)+".", name+" ", 1)
	}
	return address
}

// Differences are what makes a plan change resources, by attribute, for a message.
func (w *Workspace) Differences() string {
	w.runner.t.Helper()
	file := filepath.Join(w.Dir, "differences.plan")
	defer os.Remove(file)
	_ = w.Command("plan", "-input=false", "-lock=false", "-out="+file).Run()
	text, err := w.Command("show", "-no-color", file).CombinedOutput()
	require.NoError(w.runner.t, err)
	return w.named(string(text))
}
