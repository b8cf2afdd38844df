package asl_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/internal/golden"
)

func machine(language asl.QueryLanguage, states ...asl.State) asl.Definition {
	return asl.Definition{Name: "machine", QueryLanguage: language, States: states}
}

// work is a task that any test can use.
func work(name string) asl.Task {
	return asl.Task{Name: name, Call: asl.LambdaInvoke{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:work"}, End: true}
}

// definitions has each kind of state, with all of its fields, in the languages that have them.
var definitions = map[string]asl.Definition{
	"machine": {
		Comment: "all fields of a machine", Timeout: 24 * time.Hour, StartAt: "Second", Partition: "aws-us-gov",
		States: []asl.State{asl.Succeed{Name: "First", Comment: "the end"}, func() asl.Task { w := work("Second"); w.End, w.Next = false, "First"; return w }()},
	},
	"task-fields.jsonata": machine(asl.JSONata, asl.Task{
		Name: "Work", Comment: "all fields", Call: asl.LambdaInvoke{FunctionARN: "${aws_lambda_function.work.arn}", Payload: asl.Input("order")}, RoleARN: jobRole,
		TimeoutFrom: asl.Input("limit"), HeartbeatFrom: asl.Input("pulse"), Output: asl.Object{"all": asl.Result("Payload")}, Assign: asl.Object{"seen": asl.Bool(true)}, End: true,
	}),
	"task-fields.jsonpath": machine(asl.JSONPath, asl.Task{
		Name: "Work", Comment: "all fields", Call: asl.LambdaInvoke{FunctionARN: "${aws_lambda_function.work.arn}", Payload: asl.Input("order")}, RoleARN: jobRole,
		TimeoutFrom: asl.Input("limit"), HeartbeatFrom: asl.Path("$.pulse"), InputPath: "$.data", ResultSelector: asl.Object{"all": asl.Result("Payload")}, ResultPath: "$.work", OutputPath: "$.work",
		Assign: asl.Object{"seen": asl.Bool(true)}, End: true,
	}),
	"retry-catch.jsonata": machine(asl.JSONata, asl.Task{
		Name: "Work", Call: asl.LambdaInvoke{FunctionARN: "${aws_lambda_function.work.arn}"}, End: true, Timeout: time.Hour, Heartbeat: time.Minute,
		Retry: []asl.Retrier{
			{Errors: []string{asl.Timeout}, MaxAttempts: asl.Times(0)},
			{Errors: []string{asl.AllErrors}, Interval: 10 * time.Second, MaxAttempts: asl.Times(5), Backoff: 1.5, MaxDelay: time.Minute, Jitter: asl.FullJitter, Comment: "busy"},
		},
		Catch: []asl.Catcher{
			{Errors: []string{"Full", asl.Timeout}, Next: "Later", Output: asl.Object{"why": asl.ErrorOutput("Cause"), "order": asl.Input("order")}, Assign: asl.Object{"error": asl.ErrorOutput("Error")}, Comment: "known"},
			{Errors: []string{asl.AllErrors}, Next: "Failed"},
		},
	}, asl.Wait{Name: "Later", For: time.Minute, End: true}, asl.Fail{Name: "Failed", Error: "Work", Cause: asl.Input("Cause")}),
	"retry-catch.jsonpath": machine(asl.JSONPath, asl.Task{
		Name: "Work", Call: asl.LambdaInvoke{FunctionARN: "${aws_lambda_function.work.arn}"}, End: true, ResultPath: asl.Discard,
		Retry: []asl.Retrier{asl.RetryLambda(), asl.RetrySageMaker()},
		Catch: []asl.Catcher{{Errors: []string{asl.AllErrors}, Next: "Failed", ResultPath: "$.error", Assign: asl.Object{"cause": asl.ErrorOutput("Cause")}}},
	}, asl.Fail{Name: "Failed", Error: asl.Input("error.Error"), Cause: "work: " + asl.Input("error.Cause")}),
	"pass.jsonata":         machine(asl.JSONata, asl.Pass{Name: "Shape", Comment: "c", Output: asl.Object{"a": asl.Input("x"), "b": asl.List{asl.Int(1), asl.Input("y"), asl.Null}}, Assign: asl.Object{"kept": asl.Input("x")}, End: true}),
	"pass-result.jsonpath": machine(asl.JSONPath, asl.Pass{Name: "Fix", Parameters: asl.Object{"a": asl.Input("x")}, Result: asl.Object{"n": asl.Int(1)}, ResultPath: "$.fixed", End: true}),
	"pass.jsonpath":        machine(asl.JSONPath, asl.Pass{Name: "Shape", Parameters: asl.Object{"a": asl.Input("x"), "b": asl.List{asl.Int(1), asl.Input("y")}}, ResultPath: "$.shaped", InputPath: "$.in", OutputPath: "$", Assign: asl.Object{"kept": asl.Input("x")}, Next: "Fix"}, asl.Pass{Name: "Fix", Result: asl.Object{"n": asl.Float(0.5), "ok": asl.Bool(true), "none": asl.Null}, End: true}),
	"wait.jsonata":         machine(asl.JSONata, asl.Wait{Name: "A", For: 30 * time.Second, Next: "B"}, asl.Wait{Name: "B", SecondsFrom: asl.Input("pause"), Next: "C"}, asl.Wait{Name: "C", Until: asl.Input("start"), Output: asl.Object{"waited": asl.Bool(true)}, Next: "D"}, asl.Wait{Name: "D", Until: "2027-01-02T15:04:05Z", Next: "E"}, asl.Wait{Name: "E", NoDelay: true, End: true}),
	"wait.jsonpath":        machine(asl.JSONPath, asl.Wait{Name: "A", For: 30 * time.Second, Next: "B"}, asl.Wait{Name: "B", SecondsFrom: asl.Input("pause"), Next: "C"}, asl.Wait{Name: "C", Until: asl.Input("start"), InputPath: "$.x", OutputPath: "$.y", Next: "D"}, asl.Wait{Name: "D", Until: "2027-01-02T15:04:05Z", Next: "E"}, asl.Wait{Name: "E", NoDelay: true, End: true}),
	"end.jsonata":          machine(asl.JSONata, asl.Choice{Name: "Which", Rules: []asl.Rule{{If: asl.IsPresent(asl.Input("ok")), Next: "Good"}}, Default: "Bad"}, asl.Succeed{Name: "Good", Output: asl.Object{"ok": asl.Input("ok")}}, asl.Fail{Name: "Bad"}),
	"end.jsonpath":         machine(asl.JSONPath, asl.Choice{Name: "Which", Rules: []asl.Rule{{If: asl.IsPresent(asl.Input("ok")), Next: "Good"}}, Default: "Bad"}, asl.Succeed{Name: "Good", InputPath: "$.ok", OutputPath: "$"}, asl.Fail{Name: "Bad", Comment: "no reason"}),
	"choice.jsonata":       choices(asl.JSONata),
	"choice.jsonpath":      choices(asl.JSONPath),
	"parallel.jsonata":     parallel(asl.JSONata),
	"parallel.jsonpath": func() asl.Definition {
		d := parallel(asl.JSONPath)
		p := d.States[0].(asl.Parallel)
		p.Output, p.ResultSelector, p.ResultPath, p.InputPath, p.OutputPath = nil, asl.Object{"first": asl.Path("$[0]")}, "$.both", "$.in", "$.both"
		d.States[0] = p
		return d
	}(),
	"map.jsonata":              inlineMap(asl.JSONata),
	"map.jsonpath":             inlineMap(asl.JSONPath),
	"map-distributed.jsonata":  distributedMap(asl.JSONata),
	"map-distributed.jsonpath": distributedMap(asl.JSONPath),
	"map-csv.jsonata": machine(asl.JSONata, asl.Map{Name: "Rows", States: []asl.State{work("Row")}, End: true, Distributed: &asl.Distributed{
		Reader: &asl.ItemReader{Source: asl.CSV, Bucket: "data", Key: asl.Input("key"), Columns: []string{"id", "grade"}, MaxItems: 100}, ToleratedFailureCount: 3, MaxInputBytesPerBatch: 1000,
	}}),
	"map-object.jsonata":     machine(asl.JSONata, asl.Map{Name: "Each", Items: asl.Object{"tea": asl.Int(2), "ale": asl.Input("ale")}, ItemSelector: asl.Object{"name": asl.MapKey(), "price": asl.MapItem("")}, States: []asl.State{work("Sell")}, End: true}),
	"map-object.jsonpath":    machine(asl.JSONPath, asl.Map{Name: "Each", Items: asl.Input("prices"), ItemSelector: asl.Object{"name": asl.MapKey(), "price": asl.MapItem("")}, States: []asl.State{work("Sell")}, End: true}),
	"map-arguments.jsonata":  argumentsMap(asl.JSONata),
	"map-arguments.jsonpath": argumentsMap(asl.JSONPath),
	"map-computed.jsonata":   computedMap(asl.JSONata),
	"map-computed.jsonpath":  computedMap(asl.JSONPath),
	"map-contents.jsonata": machine(asl.JSONata, asl.Map{Name: "Rows", ItemSelector: asl.Expr("{'row': $states.context.Map.Item.Value}"), States: []asl.State{work("Row")}, End: true, Distributed: &asl.Distributed{
		Reader: &asl.ItemReader{Bucket: "data", Prefix: "in/", Contents: asl.CSV, Delimiter: asl.Tab, Columns: []string{"id", "grade"}},
		Writer: &asl.ResultWriter{Bucket: "results", Transformation: asl.Flatten, Format: asl.JSONLinesResult},
	}}),
	"map-json.jsonpath": machine(asl.JSONPath, asl.Map{Name: "Rows", States: []asl.State{work("Row")}, Next: "Files", Distributed: &asl.Distributed{
		Reader: &asl.ItemReader{Source: asl.JSONFile, Bucket: "data", Key: "in.json", ItemsPointer: "/data/items"}, Writer: &asl.ResultWriter{Bucket: "data", Prefix: "out/", Transformation: asl.Compact},
	}}, asl.Map{Name: "Files", States: []asl.State{work("File")}, End: true, Distributed: &asl.Distributed{Reader: &asl.ItemReader{Source: asl.Manifest, Bucket: "data", Key: "manifest.csv", ManifestType: asl.AthenaManifest}}}),
	"activity.jsonata":    activity(asl.JSONata),
	"activity.jsonpath":   activity(asl.JSONPath),
	"extra.jsonata":       machine(asl.JSONata, asl.Pass{Name: "Noted", Output: asl.Object{"x": asl.Int(1)}, Extra: asl.Object{"Output": asl.Object{"y": asl.Input("y")}, "Comment": asl.Text("laid over")}, End: true}),
	"intrinsics.jsonata":  intrinsics(asl.JSONata),
	"intrinsics.jsonpath": intrinsics(asl.JSONPath),
	"empty.jsonata":       empty(asl.JSONata),
	"empty.jsonpath":      empty(asl.JSONPath),
	"mixed-languages": machine(asl.JSONPath, asl.Pass{Name: "Old", Parameters: asl.Object{"x": asl.Input("x")}, Next: "New"},
		asl.Pass{Name: "New", QueryLanguage: asl.JSONata, Output: asl.Object{"x": asl.Expr("$states.input.x + 1")}, End: true}),
	"mixed-languages-nested": machine(asl.JSONPath,
		asl.Parallel{Name: "Both", QueryLanguage: asl.JSONata, Next: "Each", Branches: []asl.Branch{
			{States: []asl.State{asl.Pass{Name: "New", Output: asl.Object{"x": asl.Expr("$states.input.x + 1")}, End: true}}},
			{States: []asl.State{asl.Pass{Name: "Old", QueryLanguage: asl.JSONPath, Parameters: asl.Object{"x": asl.Input("x")}, End: true}}},
		}},
		asl.Map{Name: "Each", QueryLanguage: asl.JSONata, End: true, States: []asl.State{
			asl.Choice{Name: "Which", Rules: []asl.Rule{{If: asl.When("$states.input.x > 1"), Next: "Deep"}}, Default: "Done"},
			asl.Parallel{Name: "Deep", End: true, Branches: []asl.Branch{{States: []asl.State{asl.Wait{Name: "Pause", SecondsFrom: asl.Expr("$states.input.x"), End: true}}}}},
			asl.Succeed{Name: "Done"},
		}}),
}

// empty has an empty object wherever one can stand, which is something else than nothing.
func empty(language asl.QueryLanguage) asl.Definition {
	none := asl.Object{}
	call := asl.SDKCall{Service: "sts", Action: "getCallerIdentity", Arguments: none, PermissionsElsewhere: true}
	who, shape := asl.Task{Name: "Who", Call: call, Assign: none, Next: "Function"}, asl.Pass{Name: "Shape", Next: "Both"}
	function := asl.Task{Name: "Function", Call: asl.LambdaFunction{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:f", Payload: none}, Next: "Shape"}
	if language == asl.JSONPath {
		who.ResultSelector, shape.Parameters = none, none
	} else {
		who.Output, shape.Output = none, none
	}
	return machine(language, who, function, shape,
		asl.Parallel{Name: "Both", Arguments: none, Branches: []asl.Branch{{States: []asl.State{asl.Succeed{Name: "Done"}}}}, Next: "Each"},
		asl.Map{Name: "Each", ItemSelector: none, States: []asl.State{asl.Succeed{Name: "Item"}}, Next: "Batches"},
		asl.Map{Name: "Batches", Distributed: &asl.Distributed{MaxItemsPerBatch: 2, BatchInput: none}, States: []asl.State{asl.Succeed{Name: "Batch"}}, End: true},
	)
}

func choices(language asl.QueryLanguage) asl.Definition {
	in := asl.Input
	rules := []asl.Condition{
		asl.StringEquals(in("s"), "a"), asl.StringLessThan(in("s"), "b"), asl.StringGreaterThan(in("s"), in("t")), asl.StringLessThanEquals(in("s"), "c"),
		asl.StringGreaterThanEquals(in("s"), "d"), asl.StringMatches(in("s"), `log-*.txt\*`),
		asl.NumericEquals(in("n"), asl.Int(1)), asl.NumericLessThan(in("n"), asl.Float(.5)), asl.NumericGreaterThan(in("n"), in("m")),
		asl.NumericLessThanEquals(in("n"), asl.Int(2)), asl.NumericGreaterThanEquals(in("n"), asl.Int(3)), asl.BooleanEquals(in("b"), true),
		asl.BooleanEqualsPath(in("b"), in("c")), asl.TimestampLessThanEquals(in("d"), in("e")), asl.TimestampGreaterThanEquals(in("d"), "2026-01-02T15:04:05Z"), asl.IsTimestamp(in("d")),
		asl.TimestampEquals(in("d"), "2026-01-02T15:04:05Z"), asl.TimestampLessThan(in("d"), in("e")), asl.TimestampGreaterThan(in("d"), "2026-01-02T15:04:05Z"),
		asl.IsNull(in("x")), asl.IsString(in("x")), asl.IsNumeric(in("x")), asl.IsBoolean(in("x")),
		asl.And(asl.IsPresent(in("x")), asl.Not(asl.Or(asl.StringEquals(in("s"), "x"), asl.StringEquals(in("s"), "y")))),
	}
	choice := asl.Choice{Name: "Which", Default: "No", Assign: asl.Object{"matched": asl.Bool(false)}}
	for i, rule := range rules {
		r := asl.Rule{If: rule, Next: "Yes"}
		if i == 0 {
			r.Comment, r.Assign = "the first", asl.Object{"matched": asl.Bool(true)}
		}
		choice.Rules = append(choice.Rules, r)
	}
	if language == asl.JSONata {
		choice.Rules = append(choice.Rules, asl.Rule{If: asl.When("$sum($states.input.list) > 10"), Next: "Yes", Output: asl.Object{"sum": asl.Expr("{% $sum($states.input.list) %}")}})
	}
	return machine(language, choice, asl.Succeed{Name: "Yes"}, asl.Succeed{Name: "No"})
}

func parallel(language asl.QueryLanguage) asl.Definition {
	p := asl.Parallel{
		Name: "Both", Arguments: asl.Object{"x": asl.Input("x")}, Next: "Done", Retry: []asl.Retrier{{Errors: []string{asl.BranchFailed}}}, Catch: asl.CatchAll("Failed"),
		Branches: []asl.Branch{{Comment: "left", States: []asl.State{work("Left")}}, {StartAt: "Right", States: []asl.State{asl.Succeed{Name: "Right end"}, asl.Pass{Name: "Right", Next: "Right end"}}}},
		Assign:   asl.Object{"done": asl.Bool(true)},
	}
	if language == asl.JSONata {
		p.Output = asl.Object{"first": asl.Expr("$states.result[0]")}
	}
	return machine(language, p, asl.Succeed{Name: "Done"}, asl.Fail{Name: "Failed"})
}

func inlineMap(language asl.QueryLanguage) asl.Definition {
	train := asl.Task{Name: "Train", Pattern: asl.Sync, End: true, Call: asl.SageMakerCreateTrainingJob{Training: asl.Training{RoleARN: jobRole, Image: image, OutputPath: "s3://models", InstanceType: "ml.m5.large"}}}
	return machine(language, asl.Map{
		Name: "Each", Items: asl.Input("items"), ItemSelector: asl.Object{"item": asl.MapItem(""), "uri": asl.MapItem("uri"), "number": asl.MapIndex(), "all": asl.Input("name")},
		MaxConcurrency: 3, States: []asl.State{train}, Retry: []asl.Retrier{{Errors: []string{asl.AllErrors}}}, Catch: asl.CatchAll("Failed"), End: true,
	}, asl.Fail{Name: "Failed"})
}

func distributedMap(language asl.QueryLanguage) asl.Definition {
	return machine(language, asl.Map{
		Name: "Files", StartAt: "Read", MaxConcurrency: 100, End: true, States: []asl.State{work("Read")},
		Distributed: &asl.Distributed{
			Label: "files", ExecutionType: asl.Express, Reader: &asl.ItemReader{Bucket: "data", Prefix: "in/" + asl.Input("day"), MaxItems: 1000},
			Writer: &asl.ResultWriter{Bucket: "data", Prefix: "out/"}, MaxItemsPerBatch: 10, BatchInput: asl.Object{"day": asl.Input("day")}, ToleratedFailurePercentage: 5,
		},
	})
}

func activity(language asl.QueryLanguage) asl.Definition {
	return machine(language, asl.Task{Name: "Label", Call: asl.Activity{ARN: "arn:aws:states:us-west-2:111111111111:activity:label", Payload: asl.Object{"uri": asl.Input("uri")}}, Timeout: time.Hour, Heartbeat: time.Minute, End: true})
}

// computedMap has everything that a distributed Map can compute.
func computedMap(language asl.QueryLanguage) asl.Definition {
	in := asl.Input
	return machine(language, asl.Map{
		Name: "Files", States: []asl.State{work("Read")}, End: true, MaxConcurrencyFrom: in("width"),
		Distributed: &asl.Distributed{
			Reader:               &asl.ItemReader{Source: asl.Parquet, BucketFrom: in("bucket"), Buckets: []string{"data", "archive"}, Key: in("key"), MaxItemsFrom: in("most")},
			Writer:               &asl.ResultWriter{BucketFrom: in("out"), Buckets: []string{"results"}, Prefix: in("prefix"), Format: asl.JSONLinesResult},
			MaxItemsPerBatchFrom: in("batch"), MaxInputBytesPerBatchFrom: in("bytes"), ToleratedFailurePercentageFrom: in("percentage"), ToleratedFailureCountFrom: in("count"),
		},
	})
}

// argumentsMap has further arguments of S3, known and computed.
func argumentsMap(language asl.QueryLanguage) asl.Definition {
	owner := asl.Object{"ExpectedBucketOwner": asl.Text("111111111111")}
	read := func(name string, next string, d asl.Distributed) asl.State {
		return asl.Map{Name: name, Distributed: &d, States: []asl.State{asl.Succeed{Name: name + " item"}}, Next: next, End: next == ""}
	}
	return machine(language,
		read("Rows", "Files", asl.Distributed{
			Reader: &asl.ItemReader{Source: asl.JSONFile, Bucket: "data", Key: "in.json", VersionID: "v1", Extra: owner}, Writer: &asl.ResultWriter{Bucket: "results", Extra: owner},
		}),
		read("Files", "Manifest", asl.Distributed{Reader: &asl.ItemReader{Bucket: "data", Extra: asl.Object{"ExpectedBucketOwner": asl.Input("owner")}}}),
		read("Manifest", "", asl.Distributed{Reader: &asl.ItemReader{Source: asl.Manifest, Bucket: "data", Key: "manifest.json", VersionID: asl.Input("version")}}),
	)
}

// intrinsics computes something with each function, from {"list": [3,1,3], "text": "a-b", "json": "{\"k\":1}",
// "object": {"k":1}, "other": {"k":1}, "number": 2}.
func intrinsics(language asl.QueryLanguage) asl.Definition {
	in := asl.Input
	values := asl.Object{
		"array": asl.Array(asl.Int(1), asl.Text("one"), in("number")), "partition": asl.ArrayPartition(in("list"), asl.Int(2)),
		"contains": asl.ArrayContains(in("list"), asl.Int(3)), "range": asl.ArrayRange(asl.Int(1), asl.Int(5), asl.Int(2)),
		"item": asl.ArrayGetItem(in("list"), asl.Int(1)), "length": asl.ArrayLength(in("list")), "unique": asl.ArrayUnique(in("list")),
		"encoded": asl.Base64Encode(in("text")), "decoded": asl.Base64Decode(asl.Text("aGk=")), "hash": asl.Hash(in("text"), asl.SHA1),
		"merged": asl.JSONMerge(in("object"), asl.StringToJSON(asl.Text(`{"l":2}`))), "read": asl.StringToJSON(in("json")), "written": asl.JSONToString(in("other")),
		"sum": asl.MathAdd(in("number"), asl.Int(5)), "split": asl.StringSplit(in("text"), asl.Text("-")),
		"format": asl.Format(`\{{}\} and {}`, in("number"), in("text")), "joined": "s3://{b}/" + in("text") + "/'q'/${aws_s3_bucket.b.id}",
	}
	random := asl.Object{"uuid": asl.UUID(), "random": asl.MathRandom(asl.Int(1), asl.Int(10))}
	if language == asl.JSONPath {
		return machine(language, asl.Pass{Name: "Random", Parameters: random, ResultPath: "$.random", Next: "Compute"}, asl.Pass{Name: "Compute", Parameters: values, End: true})
	}
	return machine(language, asl.Pass{Name: "Random", Assign: random, Next: "Compute"}, asl.Pass{Name: "Compute", Output: values, End: true})
}

func TestStates(t *testing.T) {
	for name, definition := range definitions {
		t.Run(name, func(t *testing.T) { compare(t, "states/"+name+".json", definition) })
	}
}

// TestNilObjects are left out, where an empty object is written.
func TestNilObjects(t *testing.T) {
	var none asl.Object
	call := asl.LambdaFunction{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:f", Payload: none}
	const want = `"States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Task","Resource":"arn:aws:lambda:us-west-2:111111111111:function:f","End":true}`
	for _, language := range []asl.QueryLanguage{asl.JSONata, asl.JSONPath} {
		a := asl.Pass{Name: "A", Assign: none, Next: "B"}
		b := asl.Task{Name: "B", Call: call, Assign: none, ResultSelector: none, End: true}
		if language == asl.JSONata {
			a.Output, b.Output = none, none
		} else {
			a.Parameters, a.Result = none, none
		}
		text, err := machine(language, a, b).JSON()
		require.NoError(t, err)
		require.Contains(t, text, want)
	}
}

func TestMermaid(t *testing.T) {
	for _, name := range []string{"choice.jsonata", "parallel.jsonata", "map.jsonata", "retry-catch.jsonata"} {
		golden.Assert(t, filepath.Join("testdata", "drawings", name+".md"), []byte("```mermaid\n"+definitions[name].Mermaid()+"```\n"))
	}
}
