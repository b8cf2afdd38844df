// Package asltest executes state machines without AWS, for tests: the states, data and errors are those of the definition, in both
// query languages, and functions stand for the calls. It is plain Go and takes no time: waiting and retrying move a clock.
package asltest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/mlplatform/mlplatform/documents/asl"
)

// A Task stands for what a Task state calls. It gets the arguments of the call and returns its result, or an *Error.
type Task func(arguments any) (result any, err error)

// An Error is one that a task reports, by the name that retriers and catchers know.
type Error struct{ Name, Cause string }

// Error is the name with the cause behind it.
func (e *Error) Error() string {
	if e.Cause == "" {
		return e.Name
	}
	return e.Name + ": " + e.Cause
}

// Returns is a task with the results one after the other. The last one repeats.
func Returns(results ...any) Task {
	tasks := make([]Task, len(results))
	for i, result := range results {
		tasks[i] = func(any) (any, error) { return result, nil }
	}
	return InTurn(tasks...)
}

// Fails is a task that always fails.
func Fails(name, cause string) Task {
	return func(any) (any, error) { return nil, &Error{name, cause} }
}

// Echo is a task that returns its arguments, as those do that an Execution does not name.
func Echo(arguments any) (any, error) { return arguments, nil }

// InTurn is a task that does at each attempt what the next of the tasks does. The last one repeats.
func InTurn(tasks ...Task) Task {
	turn := 0
	return func(arguments any) (any, error) {
		task := tasks[min(turn, len(tasks)-1)]
		turn++
		return task(arguments)
	}
}

// An Execution is one run of a state machine. The zero value is valid.
type Execution struct {
	// Input of the execution: anything that encoding/json can marshal. Default: an empty object.
	Input any
	// Tasks are what Task states do, by the names of the states. Default: Echo.
	Tasks map[string]Task
	// Items are what readers of distributed maps read, by the names of the states.
	Items map[string][]any
	// Name of the execution. Default: "test".
	Name string
	// Now is when the execution starts. Default: the beginning of 2026.
	Now time.Time
	// MaxSteps is how many states are entered at most. Default: 10000.
	MaxSteps int
}

// A Call is an attempt of a Task state, with the arguments of the call.
type Call struct {
	State     string
	Arguments any
}

// An Outcome is what an execution came to.
type Outcome struct {
	// Output of the execution, as encoding/json has it. Nil where it failed.
	Output any
	// Error and Cause say why it failed. Empty where it did not.
	Error, Cause string
	// States are all states that were entered, in order, those of iterations and branches one after the other.
	States []string
	// Calls are all attempts of Task states, in order.
	Calls []Call
	// Took is how long it would have waited, in Wait states and between attempts.
	Took time.Duration
}

// Run executes the machine. The error says that the definition or the input is not valid; that the execution failed is part of
// the Outcome.
func Run(definition asl.Definition, execution Execution) (Outcome, error) {
	text, err := definition.JSON()
	if err != nil {
		return Outcome{}, err
	}
	return RunJSON([]byte(text), execution)
}

// RunJSON executes a machine that is given in Amazon States Language.
func RunJSON(definition []byte, execution Execution) (Outcome, error) {
	var machine map[string]any
	if err := json.Unmarshal(definition, &machine); err != nil {
		return Outcome{}, fmt.Errorf("the definition: %w", err)
	}
	if execution.Input == nil {
		execution.Input = map[string]any{}
	}
	input, err := plain(execution.Input)
	if err != nil {
		return Outcome{}, fmt.Errorf("the input: %w", err)
	}
	if execution.Now.IsZero() {
		execution.Now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	execution.Name = cmp.Or(execution.Name, "test")
	execution.MaxSteps = cmp.Or(execution.MaxSteps, 10_000)
	r := &run{Execution: execution, language: "JSONPath", now: execution.Now}
	if language, ok := machine["QueryLanguage"].(string); ok {
		r.language = language
	}
	const arn = "arn:aws:states:us-west-2:111111111111:"
	context := map[string]any{
		"Execution":    map[string]any{"Id": arn + "execution:machine:" + execution.Name, "Name": execution.Name, "StartTime": moment(r.now), "Input": input, "RoleArn": "arn:aws:iam::111111111111:role/machine"},
		"StateMachine": map[string]any{"Id": arn + "stateMachine:machine", "Name": "machine"},
	}
	output, err := r.level(machine, input, scope{context: context, variables: map[string]any{}})
	r.outcome.Took = r.now.Sub(execution.Now)
	var failed *Error
	switch {
	case errors.As(err, &failed):
		r.outcome.Error, r.outcome.Cause = failed.Name, failed.Cause
	case err != nil:
		return Outcome{}, err
	default:
		r.outcome.Output = output
	}
	return r.outcome, nil
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// plain is a value as encoding/json gives it.
func plain(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out any
	return out, json.Unmarshal(text, &out)
}
