package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/asl/asltest"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// MachineResult is what became of an execution of a state machine.
type MachineResult struct {
	// Machine and Execution are the names; Folder holds the folders and logs of jobs, messages.jsonl, summary.txt and drawing.mmd.
	Machine, Execution, Folder string
	// Status is Succeeded, Failed or Stopped.
	Status Status
	// Output of an execution that succeeded.
	Output any
	// Error and Cause of one that failed.
	Error, Cause string
	// States in the order in which they were entered, each attempt of a task once.
	States []StateResult
	// Packages are the versions that were registered.
	Packages []Package
	// Notes say what went another way than in AWS.
	Notes []string

	drawing string
	took    time.Duration
}

// StateResult is what became of a state, or of an attempt of it.
type StateResult struct {
	Name, Type string
	// Error that it failed with, or "".
	Error string
	// Cause of the failure.
	Cause          string
	Started, Ended time.Time
}

// A TaskError is a failure with a name that Retry and Catch of a state machine know. Stand-ins may return it.
type TaskError struct{ Name, Cause string }

func (e TaskError) Error() string { return e.Name + ": " + e.Cause }

// machineRun is one execution of a state machine.
type machineRun struct {
	site         *site
	id, folder   string
	unchecked    map[string]bool          // tasks whose calls are not held against the models
	attempts     map[string][]StateResult // of tasks, by their names
	mutex        sync.Mutex               // guards what follows
	made         []Package
	notes        []string
	jobs         map[string]map[string]any // what training jobs describe, by name
	messagesSent int
}

// RunMachine executes a state machine on this machine, one branch and one item after the other. Jobs of SageMaker, models, the
// registry, objects of S3 and messages of SNS are as with Run; every other task needs a stand-in under the name of its state. Evaluated
// arguments are held against AWS's models, those that a stand-in gets too. Faults are names of errors. Nothing is waited for. The error is about mistakes in the options, and trouble with files of this machine.
func RunMachine(ctx context.Context, name string, d asl.Definition, input any, options Options) (*MachineResult, error) {
	options = options.withDefaults()
	if options.ExecutionID == "" {
		options.ExecutionID = newID()
	}
	text, err := d.JSON()
	if err != nil {
		return nil, err
	}
	var machine map[string]any
	if err := decode([]byte(text), &machine); err != nil {
		return nil, err
	}
	r := &machineRun{
		site: &site{options: options, store: newStore(filepath.Join(options.Folder, "s3"), options.Data), started: time.Now()},
		id:   options.ExecutionID, folder: filepath.Join(options.Folder, "executions", options.ExecutionID),
		jobs: map[string]map[string]any{}, attempts: map[string][]StateResult{}, unchecked: map[string]bool{},
	}
	uncheckedTasks(d.States, r.unchecked)
	if err := r.check(text, machine); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(r.folder, 0o755); err != nil {
		return nil, err
	}
	tasks, kinds := map[string]asltest.Task{}, map[string]string{}
	visitStates(machine, func(name string, state map[string]any) {
		kinds[name] = textAt(state, "Type")
		if kinds[name] == "Task" {
			tasks[name] = func(arguments any) (any, error) { return r.task(ctx, name, textAt(state, "Resource"), arguments) }
		}
	})
	outcome, err := asltest.RunJSON([]byte(text), asltest.Execution{Input: input, Tasks: tasks, Name: r.id, Now: r.site.started})
	if err != nil {
		return nil, err
	}
	if outcome.Took > 0 {
		r.note("the machine would have waited %s, in Wait states and before retries", outcome.Took)
	}
	result := &MachineResult{
		Machine: name, Execution: r.id, Folder: r.folder, Status: Succeeded, Output: outcome.Output, Error: outcome.Error, Cause: outcome.Cause,
		States: r.entered(outcome, kinds), Packages: r.made, Notes: r.notes, took: time.Since(r.site.started),
	}
	switch {
	case ctx.Err() != nil:
		result.Status, result.Error, result.Cause = Stopped, "", "it was stopped"
	case outcome.Error != "":
		result.Status = Failed
	}
	entered := map[string]bool{}
	for _, each := range result.States {
		entered[each.Name] = each.Error == ""
	}
	result.drawing = d.MermaidOf(entered)
	return result, errors.Join(
		os.WriteFile(filepath.Join(r.folder, "summary.txt"), []byte(result.Summary()), 0o644),
		os.WriteFile(filepath.Join(r.folder, "drawing.mmd"), []byte(result.drawing), 0o644),
		writeJSON(filepath.Join(r.folder, "summary.json"), result),
	)
}

// check reports what does not run here, all of it.
func (r *machineRun) check(text string, machine map[string]any) error {
	var problems problem.List
	r.site.checkText(&problems, "machine", r.id, text)
	names := map[string]bool{}
	visitStates(machine, func(name string, state map[string]any) {
		names[name] = true
		field := problem.Key("states", name)
		for _, key := range []string{"ItemReader", "ResultWriter"} {
			if state[key] != nil {
				problems.Addf(field, "has %s, which does not run on this machine", key)
			}
		}
		if state["Type"] != "Task" || r.site.options.StandIns[name] != nil {
			return
		}
		if resource := fmt.Sprint(state["Resource"]); r.call(resource) == nil {
			problems.Addf(field, "calls %s, which does not run on this machine; give a stand-in for it", resource)
		}
	})
	r.site.checkNames(&problems, "state of the machine", slices.Sorted(maps.Keys(names)))
	return problems.Err()
}

// visitStates visits all states, nested ones included, in the order of their names.
func visitStates(machine map[string]any, visit func(name string, state map[string]any)) {
	states, _ := machine["States"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(states)) {
		state, _ := states[name].(map[string]any)
		visit(name, state)
		branches, _ := state["Branches"].([]any)
		for _, each := range append(branches, state["ItemProcessor"]) {
			if inner, ok := each.(map[string]any); ok {
				visitStates(inner, visit)
			}
		}
	}
}

func (r *machineRun) note(format string, args ...any) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// tell tells of an attempt of a task.
func (r *machineRun) tell(s StateResult) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	status := Succeeded
	if s.Error != "" {
		status = Failed
	}
	r.site.options.Progress(Event{Execution: r.id, Step: StepResult{Name: s.Name, Type: s.Type, Status: status, Reason: strings.Trim(s.Error+": "+s.Cause, ": "), Started: s.Started, Ended: s.Ended}})
}

// Mermaid is the drawing of the machine with the way that the execution went.
func (r *MachineResult) Mermaid() string { return r.drawing }

// Summary is the result for people.
func (r *MachineResult) Summary() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s: %s in %.1f s\n", r.Machine, r.Execution, strings.ToLower(string(r.Status)), r.took.Seconds())
	if text := strings.Trim(r.Error+": "+r.Cause, ": "); text != "" {
		fmt.Fprintf(&out, "%s\n", text)
	}
	out.WriteByte('\n')
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STATE\tTYPE\tOUTCOME")
	for _, s := range r.States {
		outcome := "succeeded"
		if s.Type == "Task" {
			outcome = fmt.Sprintf("succeeded in %.1f s", s.Ended.Sub(s.Started).Seconds())
		}
		if s.Error != "" {
			outcome = "failed: " + s.Error
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", s.Name, s.Type, outcome)
	}
	_ = table.Flush()
	tail(&out, r.Packages, r.Notes, r.Folder)
	return out.String()
}

// messages keeps what would have been published.
func (r *machineRun) message(arguments map[string]any) (any, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	line, err := json.Marshal(arguments)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(r.folder, "messages.jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r.messagesSent++
	_, err = file.Write(append(line, '\n'))
	return map[string]any{"MessageId": fmt.Sprintf("%s-%d", r.id, r.messagesSent)}, err
}
