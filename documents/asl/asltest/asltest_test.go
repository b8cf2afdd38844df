package asltest_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/asl/asltest"
	"github.com/mlplatform/mlplatform/documents/jsonata"
	"github.com/mlplatform/mlplatform/documents/jsonpath"
	_ "github.com/mlplatform/mlplatform/internal/golden" // go test ./... -update reaches every package
)

func invoke(name string) asl.LambdaInvoke {
	return asl.LambdaInvoke{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:" + name}
}

// gate trains until a model is good enough, three times at most.
func gate() asl.Definition {
	return asl.Definition{States: []asl.State{
		asl.Pass{Name: "Begin", Assign: asl.Object{"tried": asl.Int(0)}, Next: "Train"},
		asl.Task{
			Name: "Train", Call: invoke("train"), Retry: []asl.Retrier{{Errors: []string{"Busy"}, Interval: 10 * time.Second, MaxAttempts: asl.Times(2)}}, Catch: asl.CatchAll("Failed"),
			Assign: asl.Object{"f1": asl.Result("Payload.f1"), "tried": asl.Expr("$tried + 1")}, Output: asl.Input(""), Next: "Good enough",
		},
		asl.Choice{Name: "Good enough", Rules: []asl.Rule{{If: asl.When("$f1 >= $states.input.least"), Next: "Done"}, {If: asl.When("$tried < 3"), Next: "Pause"}}, Default: "Failed"},
		asl.Wait{Name: "Pause", For: time.Minute, Next: "Train"},
		asl.Succeed{Name: "Done", Output: asl.Object{"f1": asl.Var("f1"), "tried": asl.Var("tried")}},
		asl.Fail{Name: "Failed", Error: "NotGoodEnough"},
	}}
}

func Example() {
	outcome, err := asltest.Run(gate(), asltest.Execution{
		Input: map[string]any{"least": 0.8},
		Tasks: map[string]asltest.Task{"Train": asltest.InTurn(
			asltest.Fails("Busy", "no instance is free"),
			asltest.Returns(map[string]any{"Payload": map[string]any{"f1": 0.7}}),
			asltest.Returns(map[string]any{"Payload": map[string]any{"f1": 0.9}}),
		)},
	})
	fmt.Println(outcome.Output, outcome.Error, err)
	fmt.Println(outcome.States)
	fmt.Println(len(outcome.Calls), outcome.Took)
	// Output:
	// map[f1:0.9 tried:2]  <nil>
	// [Begin Train Good enough Pause Train Good enough Done]
	// 3 1m10s
}

func TestErrors(t *testing.T) {
	outcome, err := asltest.Run(gate(), asltest.Execution{Input: map[string]any{"least": 1}, Tasks: map[string]asltest.Task{"Train": asltest.Returns(map[string]any{"Payload": map[string]any{"f1": 0.5}})}})
	require.NoError(t, err)
	require.Equal(t, "NotGoodEnough", outcome.Error)
	require.Len(t, outcome.Calls, 3)
	outcome, err = asltest.Run(gate(), asltest.Execution{Tasks: map[string]asltest.Task{"Train": func(any) (any, error) { return nil, os.ErrPermission }}})
	require.NoError(t, err)
	require.Equal(t, []string{"Begin", "Train", "Failed"}, outcome.States)

	// A field that is not there fails the state, as it does in AWS.
	missing := asl.Definition{States: []asl.State{asl.Pass{Name: "P", Output: asl.Input("nothing"), End: true}}}
	outcome, err = asltest.Run(missing, asltest.Execution{})
	require.NoError(t, err)
	require.Equal(t, "States.QueryEvaluationError", outcome.Error)
	require.Equal(t, "$states.input.nothing: the expression has no value", outcome.Cause)

	_, err = asltest.Run(asl.Definition{}, asltest.Execution{})
	require.ErrorContains(t, err, "states: are missing")
	_, err = asltest.RunJSON([]byte("{"), asltest.Execution{})
	require.ErrorContains(t, err, "the definition: ")
	_, err = asltest.RunJSON([]byte("{}"), asltest.Execution{Input: make(chan int)})
	require.ErrorContains(t, err, "the input: ")
	loop := asl.Definition{States: []asl.State{asl.Choice{Name: "C", Rules: []asl.Rule{{If: asl.When("false"), Next: "S"}}, Default: "C"}, asl.Succeed{Name: "S"}}}
	_, err = asltest.Run(loop, asltest.Execution{MaxSteps: 5})
	require.EqualError(t, err, "the execution has entered too many states; raise MaxSteps, or end the loop")
}

func TestDistributedMap(t *testing.T) {
	for _, language := range []asl.QueryLanguage{asl.JSONata, asl.JSONPath} {
		machine := asl.Definition{Name: "m", QueryLanguage: language, States: []asl.State{asl.Map{
			Name: "Files", End: true, States: []asl.State{asl.Task{Name: "Read", Call: asl.LambdaFunction{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:read"}, End: true}},
			ItemSelector: asl.Object{"key": asl.MapItem("Key"), "number": asl.MapIndex()},
			Distributed:  &asl.Distributed{Reader: &asl.ItemReader{Bucket: "data"}, MaxItemsPerBatch: 2, BatchInput: asl.Object{"day": asl.Input("day")}, ToleratedFailurePercentageFrom: asl.Input("tolerated")},
		}}}
		run := func(tolerated int) asltest.Outcome {
			outcome, err := asltest.Run(machine, asltest.Execution{
				Input: map[string]any{"day": "monday", "tolerated": tolerated},
				Items: map[string][]any{"Files": {map[string]any{"Key": "a"}, map[string]any{"Key": "b"}, map[string]any{"Key": "c"}}},
				Tasks: map[string]asltest.Task{"Read": asltest.InTurn(asltest.Echo, asltest.Fails("Broken", ""))},
			})
			require.NoError(t, err)
			return outcome
		}
		require.Equal(t, []any{map[string]any{
			"Items": []any{map[string]any{"key": "a", "number": 0.0}, map[string]any{"key": "b", "number": 1.0}}, "BatchInput": map[string]any{"day": "monday"},
		}}, run(50).Output)
		require.Equal(t, "Broken", run(49).Error)
	}
}

// TestMapOverAnObject has an item for each field, in both languages, in lists and as executions of their own.
func TestMapOverAnObject(t *testing.T) {
	prices := map[string]any{"tea": 2.0, "ale": map[string]any{"pint": 6.0}}
	run := func(language asl.QueryLanguage, of asl.Map) any {
		of.Name, of.End = "Each", true
		of.States = []asl.State{asl.Succeed{Name: "Item"}}
		outcome, err := asltest.Run(asl.Definition{Name: "m", QueryLanguage: language, States: []asl.State{of}}, asltest.Execution{Input: map[string]any{"prices": prices}})
		require.NoError(t, err)
		require.Empty(t, outcome.Error, outcome.Cause)
		return outcome.Output
	}
	selector := asl.Object{"name": asl.MapKey(), "price": asl.MapItem(""), "number": asl.MapIndex()}
	for _, language := range []asl.QueryLanguage{asl.JSONata, asl.JSONPath} {
		for _, how := range []*asl.Distributed{nil, {}} {
			require.Equal(t, []any{map[string]any{"Key": "ale", "Value": map[string]any{"pint": 6.0}}, map[string]any{"Key": "tea", "Value": 2.0}}, run(language, asl.Map{Items: asl.Input("prices"), Distributed: how}))
			require.Equal(t, []any{map[string]any{"name": "ale", "price": map[string]any{"pint": 6.0}, "number": 0.0}, map[string]any{"name": "tea", "price": 2.0, "number": 1.0}},
				run(language, asl.Map{Items: asl.Input("prices"), ItemSelector: selector, Distributed: how}))
		}
	}
	require.Equal(t, []any{map[string]any{"Key": "a", "Value": 2.0}, map[string]any{"Key": "b", "Value": "x"}}, run(asl.JSONata, asl.Map{Items: asl.Object{"b": asl.Text("x"), "a": asl.Input("prices.tea")}}))
	require.Equal(t, []any{}, run(asl.JSONata, asl.Map{Items: asl.Object{}}))

	listed := asl.Map{Name: "Each", Items: asl.Input("prices"), ItemSelector: asl.MapKey(), States: []asl.State{asl.Succeed{Name: "Item"}}, End: true}
	outcome, err := asltest.Run(asl.Definition{States: []asl.State{listed}}, asltest.Execution{Input: map[string]any{"prices": []any{1}}})
	require.NoError(t, err)
	require.Equal(t, "States.QueryEvaluationError", outcome.Error, "items of a list have no key")
	outcome, err = asltest.Run(asl.Definition{States: []asl.State{listed}}, asltest.Execution{Input: map[string]any{"prices": 3}})
	require.NoError(t, err)
	require.Equal(t, `the items of the map "Each" are neither a list nor an object`, outcome.Cause)
}

// TestPassWithBoth: Parameters are computed, and the result goes on.
func TestPassWithBoth(t *testing.T) {
	machine := asl.Definition{QueryLanguage: asl.JSONPath, States: []asl.State{asl.Pass{Name: "P", Parameters: asl.Object{"a": asl.Input("x")}, Result: asl.Object{"n": asl.Int(1)}, ResultPath: "$.fixed", End: true}}}
	outcome, err := asltest.Run(machine, asltest.Execution{Input: map[string]any{"x": 2}})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"x": 2.0, "fixed": map[string]any{"n": 1.0}}, outcome.Output)
	outcome, err = asltest.Run(machine, asltest.Execution{})
	require.NoError(t, err)
	require.Equal(t, "States.ParameterPathFailure", outcome.Error)
}

// TestWaits moves the clock, by seconds and to a moment.
func TestWaits(t *testing.T) {
	outcome, err := asltest.Run(asl.Definition{QueryLanguage: asl.JSONPath, States: []asl.State{
		asl.Wait{Name: "A", SecondsFrom: asl.Input("pause"), Next: "B"}, asl.Wait{Name: "B", Until: "2026-01-01T01:00:00Z", Next: "No"},
		asl.Wait{Name: "No", NoDelay: true, Next: "C"},
		asl.Pass{Name: "C", Parameters: asl.Object{"now": asl.Context("State.EnteredTime"), "run": asl.ExecutionName()}, ResultPath: "$.at", End: true},
	}}, asltest.Execution{Input: map[string]any{"pause": 30}, Name: "seventh"})
	require.NoError(t, err)
	require.Equal(t, time.Hour, outcome.Took)
	require.Equal(t, map[string]any{"pause": 30.0, "at": map[string]any{"now": "2026-01-01T01:00:00.000Z", "run": "seventh"}}, outcome.Output)
}

// TestTasksAreEvaluated executes every task that has a golden definition, on an input that has the fields that its expressions
// name: each of them has a value.
func TestTasksAreEvaluated(t *testing.T) {
	files, err := filepath.Glob("../testdata/tasks/*.json")
	require.NoError(t, err)
	require.Greater(t, len(files), 60)
	expressions := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var definition map[string]any
		require.NoError(t, json.Unmarshal(text, &definition))
		input := map[string]any{}
		expressions += sample(t, definition, input)
		outcome, err := asltest.RunJSON(text, asltest.Execution{Input: input, Tasks: map[string]asltest.Task{"Work": func(arguments any) (any, error) {
			evaluated, err := json.Marshal(arguments)
			require.NoError(t, err)
			require.NotContains(t, string(evaluated), "{%", file)
			return map[string]any{"EndpointConfigArn": "arn", "Payload": map[string]any{}, "Body": "{}"}, nil
		}}})
		require.NoError(t, err)
		require.Empty(t, outcome.Error, "%s: %s", file, outcome.Cause)
	}
	t.Logf("%d expressions of %d definitions", expressions, len(files))
}

// sample puts a value into the input for each field that an expression names, and counts the expressions.
func sample(t *testing.T, v any, input map[string]any) int {
	t.Helper()
	put := func(fields []string) {
		at := input
		for i, name := range fields {
			if i == len(fields)-1 {
				if at[name] == nil {
					at[name] = "0"
				}
				return
			}
			inner, ok := at[name].(map[string]any)
			if !ok {
				inner = map[string]any{}
				at[name] = inner
			}
			at = inner
		}
	}
	count := 0
	switch v := v.(type) {
	case string:
		inner, ours := strings.CutPrefix(v, "{%")
		if !ours {
			return 0
		}
		e, err := jsonata.Parse(strings.TrimSuffix(inner, "%}"))
		require.NoError(t, err)
		for _, r := range e.References() {
			if r.Name == "states" && len(r.Fields) > 1 && r.Fields[0] == "input" {
				put(r.Fields[1:])
			}
		}
		return 1
	case []any:
		for _, each := range v {
			count += sample(t, each, input)
		}
	case map[string]any:
		for name, each := range v {
			text, isText := each.(string)
			if isText && (strings.HasSuffix(name, ".$") || strings.HasSuffix(name, "Path") && strings.HasPrefix(text, "$") && name != "ResultPath") {
				e, err := jsonpath.ParseExpression(text)
				require.NoError(t, err, text)
				for _, p := range e.Paths() {
					if !p.Context && p.Variable == "" {
						put(p.Fields())
					}
				}
				count++
				continue
			}
			count += sample(t, each, input)
		}
	}
	return count
}
