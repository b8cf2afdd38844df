package asl_test

import (
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/asl/asltest"
)

// learning is an automatic learning system: prepare, tune, read the best model, decide, register, with a
// notification wherever something fails. It is the same in both languages but for where results are kept.
func learning(language asl.QueryLanguage) asl.Definition {
	f1, best := asl.Var("f1"), asl.Var("best")
	if language == asl.JSONPath {
		f1, best = asl.Input("report.Payload.f1"), asl.Input("tuned.BestTrainingJob.TrainingJobName")
	}
	// keep puts results where the language has them: into variables, or beside the input.
	keep := func(task asl.Task, path asl.DataPath, variables asl.Object) asl.Task {
		if language == asl.JSONPath {
			task.ResultPath = path
			for i := range task.Catch {
				task.Catch[i].ResultPath = "$.error"
			}
			return task
		}
		task.Output = asl.Input("")
		task.Assign = variables
		for i := range task.Catch {
			task.Catch[i].Output = asl.Object{"error": asl.Expr("$states.errorOutput")}
		}
		return task
	}
	function := func(name string) asl.LambdaInvoke {
		return asl.LambdaInvoke{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:" + name}
	}
	describe := keep(asl.Task{Name: "Best model", Call: asl.SageMakerDescribeTrainingJob{Name: best}, Catch: asl.CatchAll("Notify"), Next: "Evaluate"}, asl.Discard, nil)
	tune := tasks["sagemaker-tuning"]
	tune.Name, tune.Catch, tune.Next = "Tune", []asl.Catcher{{Errors: []string{"Quota"}, Next: "Later"}, {Errors: []string{asl.AllErrors}, Next: "Notify"}}, "Best model"
	tune = keep(tune, "$.tuned", asl.Object{"best": asl.Result("BestTrainingJob.TrainingJobName")})
	return asl.Definition{
		Name: "learning", QueryLanguage: language,
		States: []asl.State{
			keep(asl.Task{Name: "Prepare", Call: function("prepare"), Retry: []asl.Retrier{{Errors: []string{"Busy"}, MaxAttempts: asl.Times(2)}}, Catch: asl.CatchAll("Notify"), Next: "Tune"}, asl.Discard, nil),
			tune,
			describe,
			keep(asl.Task{Name: "Evaluate", Call: function("evaluate"), Catch: asl.CatchAll("Notify"), Next: "Good enough"}, "$.report", asl.Object{"f1": asl.Result("Payload.f1")}),
			asl.Choice{Name: "Good enough", Rules: []asl.Rule{{If: asl.NumericGreaterThanEquals(f1, asl.Input("threshold")), Next: "Register"}}, Default: "Too bad"},
			asl.Task{Name: "Register", Call: function("register"), Catch: keep(asl.Task{Catch: asl.CatchAll("Notify")}, "", nil).Catch, End: true},
			asl.Wait{Name: "Later", For: time.Hour, Next: "Notify"},
			asl.Task{Name: "Notify", Call: asl.SNSPublish{TopicARN: topic, Message: asl.Object{"error": asl.Input("error.Error"), "cause": asl.Input("error.Cause")}}, Next: "Failed"},
			asl.Fail{Name: "Failed", Error: "LearningFailed", Cause: "see the notification"},
			asl.Fail{Name: "Too bad", Error: "QualityGate", Cause: "the model is not good enough"},
		},
	}
}

// execution is what the interpreters know of the execution.
func execution() any {
	return map[string]any{
		"Execution": map[string]any{"Id": "arn:aws:states:us-west-2:111111111111:execution:learning:1", "Name": "1", "StartTime": "2026-01-01T00:00:00Z"},
		"State":     map[string]any{"Name": "s", "EnteredTime": "2026-01-01T00:00:00Z", "RetryCount": 0},
	}
}

func definitionJSON(t *testing.T, d asl.Definition) json.RawMessage {
	t.Helper()
	text, err := d.JSON()
	require.NoError(t, err)
	return json.RawMessage(text)
}

// executed are cases for machines: what tasks do, and what the execution comes to.
type executed struct {
	name    string
	machine func(asl.QueryLanguage) asl.Definition
	input   any
	tasks   map[string][]attempt
	visited []string
	output  any
	error   string
}

func learningInput() map[string]any {
	return map[string]any{
		"threshold": 0.8, "date": "d", "instance_type": "ml.m5.large", "train_uri": "s3://t", "validation_uri": "s3://v",
	}
}

func executions() []executed {
	good := func(change map[string][]attempt) map[string][]attempt {
		all := map[string][]attempt{
			"Prepare": {{Result: true}}, "Tune": {{Result: map[string]any{"BestTrainingJob": map[string]any{"TrainingJobName": "best-7"}}}},
			"Evaluate": {{Result: map[string]any{"Payload": map[string]any{"f1": 0.9}}}}, "Register": {{Result: "registered"}}, "Notify": {{Echo: true}},
		}
		maps.Copy(all, change)
		return all
	}
	failing := func(name string) []attempt { return []attempt{{Error: name, Cause: "because"}} }
	all := []string{"Prepare", "Tune", "Best model", "Evaluate", "Register"}
	return []executed{
		{name: "success", machine: learning, tasks: good(nil), visited: all, output: "registered"},
		{name: "retries until it works", machine: learning, tasks: good(map[string][]attempt{"Prepare": {{Error: "Busy"}, {Error: "Busy"}, {Result: true}}}),
			visited: append([]string{"Prepare", "Prepare"}, all...), output: "registered"},
		{name: "retries are used up", machine: learning, tasks: good(map[string][]attempt{"Prepare": failing("Busy")}), visited: []string{"Prepare", "Prepare", "Prepare", "Notify"}, error: "LearningFailed"},
		{name: "error that is not retried", machine: learning, tasks: good(map[string][]attempt{"Prepare": failing("Broken")}), visited: []string{"Prepare", "Notify"}, error: "LearningFailed"},
		{name: "first catcher", machine: learning, tasks: good(map[string][]attempt{"Tune": failing("Quota")}), visited: []string{"Prepare", "Tune", "Notify"}, error: "LearningFailed"},
		{name: "last catcher", machine: learning, tasks: good(map[string][]attempt{"Tune": failing("Broken")}), visited: []string{"Prepare", "Tune", "Notify"}, error: "LearningFailed"},
		{name: "description fails", machine: learning, tasks: good(map[string][]attempt{"Best model": failing("Throttled")}), visited: []string{"Prepare", "Tune", "Best model", "Notify"}, error: "LearningFailed"},
		{name: "evaluation fails", machine: learning, tasks: good(map[string][]attempt{"Evaluate": failing("Broken")}), visited: []string{"Prepare", "Tune", "Best model", "Evaluate", "Notify"}, error: "LearningFailed"},
		{name: "registration fails", machine: learning, tasks: good(map[string][]attempt{"Register": failing("Broken")}), visited: append(append([]string(nil), all...), "Notify"), error: "LearningFailed"},
		{name: "quality gate", machine: learning, tasks: good(map[string][]attempt{"Evaluate": {{Result: map[string]any{"Payload": map[string]any{"f1": 0.7}}}}}), visited: all[:4], error: "QualityGate"},
		{name: "poll until it is in service", machine: polling, input: map[string]any{}, tasks: map[string][]attempt{"Describe": {{Result: status("Creating")}, {Result: status("Creating")}, {Result: status("InService")}}},
			visited: []string{"Describe", "Describe", "Describe"}, output: status("InService")},
		{name: "poll until it fails", machine: polling, input: map[string]any{}, tasks: map[string][]attempt{"Describe": {{Result: status("Creating")}, {Result: status("Failed")}}}, visited: []string{"Describe", "Describe"}, error: "EndpointFailed"},
		{name: "map", machine: mapping, input: map[string]any{"by": 10, "items": []any{map[string]any{"n": 1}, map[string]any{"n": 2}}}, visited: []string{"Add", "Add"},
			output: []any{call(1, 10, 0), call(2, 10, 1)}},
		{name: "map of nothing", machine: mapping, input: map[string]any{"by": 10, "items": []any{}}, output: []any{}},
		{name: "map with a failing item", machine: mapping, input: map[string]any{"by": 10, "items": []any{map[string]any{"n": 1}}}, tasks: map[string][]attempt{"Add": failing("Broken")}, visited: []string{"Add"}, error: "ItemFailed"},
		{name: "parallel", machine: branching, input: map[string]any{"x": 7}, visited: []string{"Left"}, tasks: map[string][]attempt{"Left": {{Result: "l"}}}, output: []any{"l", map[string]any{"x": 7.0}}},
		{name: "parallel with a failing branch", machine: branching, input: map[string]any{"x": 7}, visited: []string{"Left"}, tasks: map[string][]attempt{"Left": failing("Broken")}, error: "BranchFailed"},
	}
}

func status(s string) map[string]any { return map[string]any{"EndpointStatus": s} }

// call is what the task of the mapping is called with.
func call(n, by, index float64) any {
	return map[string]any{"FunctionName": "arn:aws:lambda:us-west-2:111111111111:function:add", "Payload": map[string]any{"n": n, "by": by, "index": index, "sum": n + by}}
}

func polling(language asl.QueryLanguage) asl.Definition {
	return machine(language,
		asl.Task{Name: "Describe", Call: asl.SageMakerDescribeEndpoint{Name: "wine"}, Next: "Which"},
		asl.Choice{Name: "Which", Default: "Failed", Rules: []asl.Rule{
			{If: asl.StringEquals(asl.Input("EndpointStatus"), "InService"), Next: "Done"},
			{If: asl.StringMatches(asl.Input("EndpointStatus"), "*ing"), Next: "Pause"},
		}},
		asl.Wait{Name: "Pause", For: 30 * time.Second, Next: "Describe"}, asl.Succeed{Name: "Done"}, asl.Fail{Name: "Failed", Error: "EndpointFailed"},
	)
}

func mapping(language asl.QueryLanguage) asl.Definition {
	add := asl.LambdaInvoke{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:add", Payload: asl.Object{
		"n": asl.Input("item.n"), "by": asl.Input("by"), "index": asl.Input("index"), "sum": asl.MathAdd(asl.Input("item.n"), asl.Input("by")),
	}}
	return machine(language, asl.Map{
		Name: "Each", Items: asl.Input("items"), ItemSelector: asl.Object{"item": asl.MapItem(""), "by": asl.Input("by"), "index": asl.MapIndex()},
		States: []asl.State{asl.Task{Name: "Add", Call: add, End: true}}, Catch: asl.CatchAll("Failed"), End: true,
	}, asl.Fail{Name: "Failed", Error: "ItemFailed"})
}

func branching(language asl.QueryLanguage) asl.Definition {
	return machine(language, asl.Parallel{
		Name: "Both", End: true, Catch: asl.CatchAll("Failed"), Branches: []asl.Branch{{States: []asl.State{work("Left")}}, {States: []asl.State{asl.Succeed{Name: "Right"}}}},
	}, asl.Fail{Name: "Failed", Error: "BranchFailed"})
}

func TestExecutions(t *testing.T) {
	var requests []request
	languages := []asl.QueryLanguage{asl.JSONata, asl.JSONPath}
	for _, language := range languages {
		for _, c := range executions() {
			if c.input == nil {
				c.input = learningInput()
			}
			requests = append(requests, request{Run: definitionJSON(t, c.machine(language)), Input: c.input, Tasks: c.tasks, Context: execution()})
		}
	}
	answers := node(t, requests)
	for i, language := range languages {
		for j, c := range executions() {
			t.Run(string(language)+"/"+c.name, func(t *testing.T) {
				got := answers[i*len(executions())+j]
				requireSame(t, requests[i*len(executions())+j], got)
				require.Equal(t, c.error, got.Error, got.Cause)
				require.Equal(t, c.visited, nilIfEmpty(got.Visited))
				if c.error == "" {
					require.Equal(t, c.output, got.Output)
				}
			})
		}
	}
}

// requireSame runs the request with the public package, which must come to the same as the npm packages.
func requireSame(t *testing.T, r request, want answer) {
	t.Helper()
	execution := asltest.Execution{Input: r.Input, Tasks: map[string]asltest.Task{}}
	for name, attempts := range r.Tasks {
		var tasks []asltest.Task
		for _, each := range attempts {
			switch {
			case each.Echo:
				tasks = append(tasks, asltest.Echo)
			case each.Error != "":
				tasks = append(tasks, asltest.Fails(each.Error, each.Cause))
			default:
				tasks = append(tasks, asltest.Returns(each.Result))
			}
		}
		execution.Tasks[name] = asltest.InTurn(tasks...)
	}
	got, err := asltest.RunJSON(r.Run, execution)
	require.NoError(t, err)
	var visited []string
	for _, each := range got.Calls {
		visited = append(visited, each.State)
	}
	require.Equal(t, nilIfEmpty(want.Visited), visited)
	require.Equal(t, want.Error, got.Error, got.Cause)
	require.Equal(t, want.Output, got.Output)
}

func nilIfEmpty(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

// TestChoicesAgree runs every comparison in both languages on the same data, once so that it holds and once not.
func TestChoicesAgree(t *testing.T) {
	in := asl.Input
	cases := []struct {
		condition    asl.Condition
		holds, fails any
	}{
		{asl.StringEquals(in("x"), "a"), "a", "b"},
		{asl.StringLessThan(in("x"), "b"), "a", "b"},
		{asl.StringGreaterThan(in("x"), "b"), "c", "b"},
		{asl.StringLessThanEquals(in("x"), "b"), "b", "c"},
		{asl.StringGreaterThanEquals(in("x"), "b"), "b", "a"},
		{asl.StringMatches(in("x"), "log-*.txt"), "log-1.txt", "log-1.csv"},
		{asl.NumericEquals(in("x"), asl.Int(1)), 1, 2},
		{asl.NumericLessThan(in("x"), asl.Float(.5)), .4, .5},
		{asl.NumericGreaterThan(in("x"), in("y")), 6, 5},
		{asl.NumericLessThanEquals(in("x"), in("y")), 5, 6},
		{asl.NumericGreaterThanEquals(in("x"), asl.Int(5)), 5, 4},
		{asl.BooleanEquals(in("x"), true), true, false},
		{asl.TimestampEquals(in("x"), "2026-01-02T00:00:00Z"), "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"},
		{asl.TimestampLessThan(in("x"), "2026-01-02T00:00:00Z"), "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"},
		{asl.TimestampGreaterThan(in("x"), "2026-01-02T00:00:00Z"), "2026-01-03T00:00:00Z", "2026-01-02T00:00:00Z"},
		{asl.BooleanEqualsPath(in("x"), in("z")), true, false},
		{asl.TimestampLessThanEquals(in("x"), "2026-01-02T00:00:00Z"), "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"},
		{asl.TimestampGreaterThanEquals(in("x"), "2026-01-02T00:00:00Z"), "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"},
		{asl.IsTimestamp(in("x")), "2026-01-02T00:00:00+02:00", "2026-01-02"},
		{asl.IsNull(in("x")), nil, 1},
		{asl.IsString(in("x")), "a", 1},
		{asl.IsNumeric(in("x")), 1, "a"},
		{asl.IsBoolean(in("x")), true, "a"},
		{asl.And(asl.IsPresent(in("x")), asl.Not(asl.Or(asl.StringEquals(in("x"), "n"), asl.StringEquals(in("x"), "m")))), "o", "m"},
	}
	languages := []asl.QueryLanguage{asl.JSONata, asl.JSONPath}
	var requests []request
	for _, c := range cases {
		for _, language := range languages {
			definition := definitionJSON(t, machine(language,
				asl.Choice{Name: "Which", Rules: []asl.Rule{{If: c.condition, Next: "Yes"}}, Default: "No"}, asl.Succeed{Name: "Yes"}, asl.Fail{Name: "No", Error: "No"}))
			for _, x := range []any{c.holds, c.fails} {
				requests = append(requests, request{Run: definition, Input: map[string]any{"x": x, "y": 5, "z": true}})
			}
		}
	}
	answers := node(t, requests)
	for i, each := range requests {
		requireSame(t, each, answers[i])
	}
	for i, c := range cases {
		for j, language := range languages {
			require.Empty(t, answers[4*i+2*j].Error, "%s: %v in %s", language, c.holds, requests[4*i+2*j].Run)
			require.Equal(t, "No", answers[4*i+2*j+1].Error, "%s: %v in %s", language, c.fails, requests[4*i+2*j].Run)
		}
	}
}

func TestIntrinsicsAgree(t *testing.T) {
	input := map[string]any{"list": []any{3, 1, 3}, "text": "a-b", "json": `{"k":1}`, "object": map[string]any{"k": 1}, "other": map[string]any{"k": 1}, "number": 2}
	want := map[string]any{
		"array": []any{1.0, "one", 2.0}, "partition": []any{[]any{3.0, 1.0}, []any{3.0}}, "contains": true, "range": []any{1.0, 3.0, 5.0}, "item": 1.0, "length": 3.0,
		"unique": []any{3.0, 1.0}, "encoded": "YS1i", "decoded": "hi", "hash": fmt.Sprintf("%x", sha1.Sum([]byte("a-b"))), "merged": map[string]any{"k": 1.0, "l": 2.0},
		"read": map[string]any{"k": 1.0}, "written": `{"k":1}`, "sum": 7.0, "split": []any{"a", "b"}, "format": "{2} and a-b", "joined": "s3://{b}/a-b/'q'/bucket",
	}
	var requests []request
	for _, language := range []asl.QueryLanguage{asl.JSONata, asl.JSONPath} {
		// what Terraform makes of the definition
		text := regexp.MustCompile(`\$\{[^}]*\}`).ReplaceAll(definitionJSON(t, intrinsics(language)), []byte("bucket"))
		requests = append(requests, request{Run: text, Input: input})
	}
	for i, got := range node(t, requests) {
		require.Empty(t, got.Error, got.Cause)
		require.Equal(t, want, got.Output, "language %d", i)
		requireSame(t, requests[i], got)
	}
}

// TestJobNamesDiffer runs a Map of training jobs, whose names must be valid and all different.
func TestJobNamesDiffer(t *testing.T) {
	items := make([]any, 20)
	for i := range items {
		items[i] = map[string]any{"uri": "s3://x"}
	}
	for _, language := range []asl.QueryLanguage{asl.JSONata, asl.JSONPath} {
		answers := node(t, []request{{Run: definitionJSON(t, inlineMap(language)), Input: map[string]any{"items": items, "name": "n"}, Context: execution()}})
		require.Empty(t, answers[0].Error, answers[0].Cause)
		seen := map[string]bool{}
		for _, each := range answers[0].Output.([]any) {
			name := each.(map[string]any)["TrainingJobName"].(string)
			require.Regexp(t, `^train-[0-9a-f]+$`, name)
			require.LessOrEqual(t, len(name), asl.MaxJobName)
			require.False(t, seen[name], "%s twice", name)
			seen[name] = true
		}
		require.Len(t, seen, len(items))
	}
}
