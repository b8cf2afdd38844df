package asl_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
)

// TestExpressions are mistakes in expressions, each with the state, the field and the place in the expression.
func TestExpressions(t *testing.T) {
	task := func(change func(*asl.Task)) asl.Definition {
		work := asl.Task{Name: "T", Call: asl.LambdaInvoke{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:f"}, End: true}
		change(&work)
		return jsonata(work)
	}
	output := func(expression string) asl.Definition {
		return task(func(work *asl.Task) { work.Output = asl.Expr(expression) })
	}
	argument := func(expression string) asl.Definition {
		return task(func(work *asl.Task) {
			work.Call = asl.LambdaInvoke{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:f", Payload: asl.Object{"x": asl.Expr(expression)}}
		})
	}
	path := func(text string) asl.Definition {
		return jsonpath(asl.Pass{Name: "P", Parameters: asl.Object{"x": asl.Path(text)}, End: true})
	}
	for name, c := range map[string]struct {
		definition asl.Definition
		problem    string
	}{
		"syntax":                {output("$sum($states.result.x"), `states["T"].output: in "$sum($states.result.x": character 22: ")" is expected, not the end`},
		"syntax of a condition": {jsonata(asl.Choice{Name: "C", Rules: []asl.Rule{{If: asl.When("1 >"), Next: "S"}}, Default: "S"}, asl.Succeed{Name: "S"}), `states["C"].rules[0].if: in "1 >": character 4: the expression is not complete`},
		"part of states":        {output("$states.inputs.x"), `states["T"].output: in "$states.inputs.x": character 1: $states has no inputs; did you mean "input"?`},
		"result in arguments":   {argument("$states.result.x"), `states["T"].call.Payload.x: in "$states.result.x": character 1: $states.result cannot be read here; the result exists in Assign, Output and ResultSelector of tasks, parallels and maps`},
		"error in output":       {output("$states.errorOutput.Cause"), `states["T"].output: in "$states.errorOutput.Cause": character 1: $states.errorOutput cannot be read here; the error exists in Assign and Output of a catcher`},
		"result in a catcher": {task(func(work *asl.Task) {
			work.Catch, work.End, work.Next = []asl.Catcher{{Errors: []string{asl.AllErrors}, Next: "S", Output: asl.Expr("$states.result")}}, false, "S"
		}), `states["T"].catch[0].output: in "$states.result": character 1: $states.result cannot be read here; the result exists in Assign, Output and ResultSelector of tasks, parallels and maps
states["T"].next: "S" is no state; use the name of a state of the same level
states["T"].catch[0].next: "S" is no state; use the name of a state of the same level`},
		"context":           {output("$states.context.Exection.Id"), `states["T"].output: in "$states.context.Exection.Id": character 1: the context object has no Exection; did you mean "Execution"?`},
		"field of context":  {output("$states.context.Execution.Arn"), `states["T"].output: in "$states.context.Execution.Arn": character 1: the context object has no Execution.Arn; use Id, Input, Name, RoleArn, StartTime, RedriveCount or RedriveTime`},
		"item of no map":    {output("$states.context.Map.Item.Value"), `states["T"].output: in "$states.context.Map.Item.Value": character 1: the context object has Map in the ItemSelector of a Map and in its states only`},
		"field":             {output("total + 1"), `states["T"].output: in "total + 1": character 1: total has no value, because Step Functions has no input document; write $states.input.total, or a text in quotes`},
		"whole input":       {output("$.total"), `states["T"].output: in "$.total": character 1: $ has no value, because Step Functions has no input document; use $states.input`},
		"root":              {output("$states.result[a = $$.b]"), `states["T"].output: in "$states.result[a = $$.b]": character 20: $$ has no value, because Step Functions has no input document; use $states.input`},
		"function":          {output("$lenght($states.result)"), `states["T"].output: in "$lenght($states.result)": character 1: $lenght is no function; did you mean "length"?`},
		"eval":              {output("$eval('1')"), `states["T"].output: in "$eval('1')": character 1: Step Functions has no $eval; use $parse for JSON`},
		"arguments":         {output("$substring($states.result, 1, 2, 3)"), `states["T"].output: in "$substring($states.result, 1, 2, 3)": character 1: $substring takes one to three arguments, not four`},
		"missing arguments": {output("$hash($states.result)"), `states["T"].output: in "$hash($states.result)": character 1: $hash takes two arguments, not one`},
		"applied":           {output("$states.result ~> $join(',', 1)"), `states["T"].output: in "$states.result ~> $join(',', 1)": character 19: $join takes one to two arguments, not three`},
		"later version":     {output("$states.input.a ?? 1"), `states["T"].output: in "$states.input.a ?? 1": character 18: "?" cannot begin an expression`},
		"two at once": {output("$frobnicate(1) + $states.wrong"), `states["T"].output: in "$frobnicate(1) + $states.wrong": character 1: $frobnicate is no function; see https://docs.jsonata.org, or define it in the expression
states["T"].output: in "$frobnicate(1) + $states.wrong": character 18: $states has no wrong; use input, result, errorOutput or context`},
		"literal expression":   {task(func(work *asl.Task) { work.Output = asl.Text("{% $frobnicate() %}") }), `states["T"].output: in "$frobnicate()": character 1: $frobnicate is no function; see https://docs.jsonata.org, or define it in the expression`},
		"space before":         {task(func(work *asl.Task) { work.Output = asl.Text(" {% 1 %}") }), `states["T"].output: " {% 1 %}" would be taken as plain text; {% must be its first and %} its last characters`},
		"not closed":           {task(func(work *asl.Task) { work.Output = asl.Text("{% 1") }), `states["T"].output: "{% 1" would be taken as plain text; {% must be its first and %} its last characters`},
		"path":                 {path("$.a["), `states["P"].parameters.x: "$.a[" is no JSONPath; write it like $.job.name`},
		"filter":               {path("$.a[?(@.b = 1)]"), `states["P"].parameters.x: in "$.a[?(@.b = 1)]": character 11: the filter is not closed with )`},
		"context path":         {path("$$.Execution.Nam"), `states["P"].parameters.x: in "$$.Execution.Nam": the context object has no Execution.Nam; did you mean "Name"?`},
		"states in JSONPath":   {path("$states.input.a"), `states["P"].parameters.x: "$states.input.a" is JSONata, the query language of this state is JSONPath; use $, or $$ for the context object`},
		"variable in a path":   {path("$model.uri"), `states["P"].parameters.x: the variable "model" is assigned by no state; assign it in an earlier state`},
		"result path":          {jsonpath(asl.Pass{Name: "P", ResultPath: "$.a[*]", End: true}), `states["P"].resultPath: "$.a[*]" does not name a single field of the state's input; write it like $.job`},
		"result into context":  {jsonpath(asl.Pass{Name: "P", ResultPath: "$$.a", End: true}), `states["P"].resultPath: "$$.a" does not name a single field of the state's input; write it like $.job`},
		"result into variable": {jsonpath(asl.Pass{Name: "P", Assign: asl.Object{"v": asl.Int(1)}, Next: "Q"}, asl.Pass{Name: "Q", ResultPath: "$v.a", End: true}), `states["Q"].resultPath: "$v.a" does not name a single field of the state's input; write it like $.job`},
		"input path":           {jsonpath(asl.Pass{Name: "P", InputPath: "$.a..", End: true}), `states["P"].inputPath: in "$.a..": character 6: the name of a field is missing behind the dot`},
		"several seconds":      {jsonpath(asl.Wait{Name: "W", SecondsFrom: asl.Path("$.a[*]"), End: true}), `states["W"].secondsFrom: "$.a[*]" can lead to several values, but one is wanted; write a path without *, .., ?, commas and colons`},
	} {
		t.Run(name, func(t *testing.T) { require.EqualError(t, c.definition.Validate(), c.problem) })
	}
}

// TestFieldErrors are mistakes in what states, readers, writers and tasks compute.
func TestFieldErrors(t *testing.T) {
	task := func(work asl.Task) asl.Definition { return one(asl.JSONata, work) }
	distributed := func(d asl.Distributed) asl.Definition {
		return machine(asl.JSONata, asl.Map{Name: "M", States: []asl.State{work("W")}, Distributed: &d, End: true})
	}
	invoke := asl.LambdaInvoke{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:f"}
	for name, c := range map[string]struct {
		definition asl.Definition
		problem    string
	}{
		"activity":        {task(asl.Task{Call: asl.Activity{ARN: "label"}}), `states["Work"].call.arn: "label" is no ARN of an activity; write it like arn:aws:states:us-west-2:111111111111:activity:name`},
		"activity waits":  {task(asl.Task{Call: asl.Activity{ARN: "arn:aws:states:us-west-2:111111111111:activity:label"}, Pattern: asl.Sync}), `states["Work"].pattern: Sync is not possible with activity; use RequestResponse`},
		"function":        {task(asl.Task{Call: asl.LambdaFunction{FunctionARN: "f"}}), `states["Work"].call.functionARN: "f" is no ARN of a function; write it like arn:aws:lambda:us-west-2:111111111111:function:name`},
		"two roles":       {task(asl.Task{Call: invoke, RoleARN: jobRole, RoleARNFrom: asl.Input("role"), Roles: []string{jobRole}}), `states["Work"].roleARN: is given twice; keep either RoleARN or RoleARNFrom`},
		"roles missing":   {task(asl.Task{Call: invoke, RoleARNFrom: asl.Input("role")}), `states["Work"].roles: are missing; name the roles that RoleARNFrom may give, so that the state machine may assume them, or set PermissionsElsewhere`},
		"roles elsewhere": {task(asl.Task{Call: invoke, RoleARNFrom: asl.Input("role"), Roles: []string{jobRole}, PermissionsElsewhere: true}), `states["Work"].roles: are given although PermissionsElsewhere is set; keep one of them`},
		"role elsewhere":  {task(asl.Task{Call: invoke, RoleARN: jobRole, PermissionsElsewhere: true}), `states["Work"].permissionsElsewhere: is for a role that is computed; set RoleARNFrom, or remove it`},
		"roles of nobody": {task(asl.Task{Call: invoke, Roles: []string{"x"}}), "states[\"Work\"].roles: are for a role that is computed; set RoleARNFrom, or RoleARN alone\nstates[\"Work\"].roles[0]: \"x\" is no ARN of a role; write it like arn:aws:iam::111111111111:role/name"},
		"capacity": {task(asl.Task{Call: asl.ECSRunTask{ClusterARN: "arn:aws:ecs:us-west-2:111111111111:cluster/jobs", TaskDefinitionARN: "arn:aws:ecs:us-west-2:111111111111:task-definition/score:1", LaunchType: asl.EC2,
			CapacityProviders: []asl.CapacityProvider{{Name: "FARGATE_SPOT", Base: 1}, {Weight: 2000, Base: 2}}}}), `states["Work"].call.launchType: is given beside capacity providers, which choose it; keep one of them
states["Work"].call.capacityProviders[1].name: is missing; give the name of a capacity provider, such as FARGATE_SPOT
states["Work"].call.capacityProviders[1].weight: 2000 is out of range; use 0 to 1000
states["Work"].call.capacityProviders: have a base 2 times; give it to one of them
states["Work"].call.subnets: are missing; a task on Fargate needs at least one`},
		"twice": {machine(asl.JSONata, asl.Map{Name: "M", States: []asl.State{work("W")}, MaxConcurrency: 1, MaxConcurrencyFrom: asl.Input("n"), End: true}), `states["M"].maxConcurrency: is given twice; keep either the number or what computes it`},
		"reader": {distributed(asl.Distributed{Reader: &asl.ItemReader{BucketFrom: asl.Input("b"), Delimiter: "DOT", ItemsPointer: "data", ManifestType: "x", Contents: asl.Manifest}}), `states["M"].distributed.reader.buckets: are missing; name the buckets that BucketFrom may give, which the permission names, or set PermissionsElsewhere
states["M"].distributed.reader.contents: "MANIFEST" is unknown; use CSV, JSON, JSONL or PARQUET
states["M"].distributed.reader.delimiter: is for CSV; remove it, or set Source to CSV
states["M"].distributed.reader.delimiter: "DOT" is unknown; use COMMA, PIPE, SEMICOLON, SPACE or TAB
states["M"].distributed.reader.itemsPointer: is for JSON; remove it, or set Source to JSONFile
states["M"].distributed.reader.itemsPointer: "data" is no JSON pointer; write it like /data/items
states["M"].distributed.reader.manifestType: "x" is unknown; use ATHENA_DATA or S3_INVENTORY`},
		"writer": {distributed(asl.Distributed{Writer: &asl.ResultWriter{Prefix: "x", Transformation: "ZIP", Format: "CSV"}}), "states[\"M\"].distributed.writer.prefix: needs a bucket; set Bucket\nstates[\"M\"].distributed.writer.transformation: \"ZIP\" is unknown; use NONE, COMPACT or FLATTEN\nstates[\"M\"].distributed.writer.format: \"CSV\" is unknown; use JSON or JSONL"},
		"buckets elsewhere": {distributed(asl.Distributed{Reader: &asl.ItemReader{BucketFrom: asl.Input("b"), Buckets: []string{"b"}, PermissionsElsewhere: true}, Writer: &asl.ResultWriter{BucketFrom: asl.Input("b"), Buckets: []string{"b"}, PermissionsElsewhere: true}}), `states["M"].distributed.reader.buckets: are given although PermissionsElsewhere is set; keep one of them
states["M"].distributed.writer.buckets: are given although PermissionsElsewhere is set; keep one of them`},
		"arguments of S3": {distributed(asl.Distributed{
			Reader: &asl.ItemReader{Bucket: "b", VersionID: "v", Extra: asl.Object{"Bucket": asl.Text("c"), "ExpectedBucketOwners": asl.Text("111111111111")}}, Writer: &asl.ResultWriter{Transformation: asl.Compact, Extra: asl.Object{"ACL": asl.Text("private")}},
		}), `states["M"].distributed.reader.versionID: is that of an object, which a listing does not read; remove it, or use another Source
states["M"].distributed.reader.extra["Bucket"]: has a field of the Go value; use that
states["M"].distributed.reader.extra.ExpectedBucketOwners: is no field of ListObjectsV2Request; did you mean "ExpectedBucketOwner"?
states["M"].distributed.writer.extra: needs a bucket; set Bucket`},
		"extra":      {machine(asl.JSONata, asl.Succeed{Name: "S", Extra: asl.Object{"Next": asl.Text("X")}}), `states["S"].extra["Next"]: is a field of the state that is checked; use the field of the Go value`},
		"parameters": {machine(asl.JSONPath, asl.Pass{Name: "P", Parameters: asl.Path("$.x"), End: true}), `states["P"].parameters: is computed as a whole, but JSONPath allows an object or a list here; use JSONata`},
	} {
		t.Run(name, func(t *testing.T) { require.EqualError(t, c.definition.Validate(), c.problem) })
	}
	text, err := distributed(asl.Distributed{Writer: &asl.ResultWriter{Transformation: asl.Flatten}}).JSON()
	require.NoError(t, err)
	require.Contains(t, text, `"ResultWriter":{"WriterConfig":{"Transformation":"FLATTEN","OutputType":"JSON"}}`, "shapes the result of the state, without S3")
	waits := one(asl.JSONata, asl.Task{Call: asl.Activity{ARN: "arn:aws:states:us-west-2:111111111111:activity:label"}, Catch: []asl.Catcher{}})
	require.Equal(t, `states["Work"].timeout: is not set, so that the task can wait for a year; set Timeout`, waits.Warnings()[0])
}

// TestVariables are variables that have no value where they are read, and such that may not be assigned.
func TestVariables(t *testing.T) {
	set := func(name string, next string) asl.Pass {
		return asl.Pass{Name: "Set " + name, Assign: asl.Object{name: asl.Int(1)}, Next: next}
	}
	read := func(state, name string) asl.Pass { return asl.Pass{Name: state, Output: asl.Var(name), End: true} }
	which := asl.Choice{Name: "Which", Rules: []asl.Rule{{If: asl.When("$states.input.a"), Next: "Set x"}}, Default: "Read"}
	each := func(d *asl.Distributed, states ...asl.State) asl.Map {
		return asl.Map{Name: "Each", Items: asl.Input("items"), States: states, Distributed: d, End: true}
	}
	for name, c := range map[string]struct {
		states  []asl.State
		problem string
	}{
		"in order":            {[]asl.State{set("x", "Read"), read("Read", "x")}, ""},
		"too early":           {[]asl.State{asl.Pass{Name: "P", Assign: asl.Object{"x": asl.Int(1), "y": asl.Var("x")}, End: true}}, `states["P"].assign.y: the variable "x" is not assigned on every way to this state; assign it on each of them, or ask with $exists`},
		"on one way only":     {[]asl.State{which, set("x", "Read"), read("Read", "x")}, `states["Read"].output: the variable "x" is not assigned on every way to this state; assign it on each of them, or ask with $exists`},
		"asked for":           {[]asl.State{which, set("x", "Read"), asl.Pass{Name: "Read", Output: asl.Expr("$exists($x.a) ? $x.a : 0"), End: true}}, ""},
		"by the rule as well": {[]asl.State{asl.Choice{Name: "Which", Rules: []asl.Rule{{If: asl.When("$states.input.a"), Next: "Set x"}}, Default: "Read", Assign: asl.Object{"x": asl.Int(2)}}, set("x", "Read"), read("Read", "x")}, ""},
		"after an error": {[]asl.State{
			asl.Task{Name: "T", Call: asl.LambdaInvoke{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:f"}, Assign: asl.Object{"x": asl.Result("")}, Catch: asl.CatchAll("Read"), Next: "Read"},
			read("Read", "x"),
		}, `states["Read"].output: the variable "x" is not assigned on every way to this state; assign it on each of them, or ask with $exists`},
		"in a loop": {[]asl.State{
			asl.Pass{Name: "Begin", Assign: asl.Object{"n": asl.Int(0)}, Next: "Next"},
			asl.Pass{Name: "Next", Assign: asl.Object{"n": asl.Expr("$n + 1")}, Next: "Again"},
			asl.Choice{Name: "Again", Rules: []asl.Rule{{If: asl.When("$n < 3"), Next: "Next"}}, Default: "Done"}, asl.Succeed{Name: "Done"},
		}, ""},
		"of an outer level":      {[]asl.State{set("x", "Each"), each(nil, read("Read", "x"))}, ""},
		"assigned inside":        {[]asl.State{set("x", "Each"), each(nil, asl.Pass{Name: "Inner", Assign: asl.Object{"x": asl.Int(2)}, End: true})}, `states["Inner"].assign: the variable "x" is one of the level around this, which its inner states can read but not assign; use another name`},
		"in a distributed map":   {[]asl.State{set("x", "Each"), each(&asl.Distributed{}, read("Read", "x"))}, `states["Read"].output: the variable "x" has no value here; assign it on every way before the Parallel or Map around this, and hand it to a distributed Map in its ItemSelector`},
		"handed to the selector": {[]asl.State{set("x", "Each"), asl.Map{Name: "Each", Items: asl.Input("items"), ItemSelector: asl.Object{"x": asl.Var("x"), "item": asl.MapItem("")}, States: []asl.State{read("Read", "y")}, Distributed: &asl.Distributed{}, End: true}}, `states["Read"].output: the variable "y" is assigned by no state; assign it in an earlier state`},
		"of another branch": {[]asl.State{asl.Parallel{Name: "Both", Branches: []asl.Branch{{States: []asl.State{asl.Pass{Name: "A", Assign: asl.Object{"x": asl.Int(1)}, End: true}}}, {States: []asl.State{read("B", "x")}}}, Next: "After"}, read("After", "x")},
			`states["B"].output: the variable "x" lives in branch 1 of "Both" only; give it out as output of that
states["After"].output: the variable "x" lives in branch 1 of "Both" only; give it out as output of that`},
	} {
		t.Run(name, func(t *testing.T) {
			definition := jsonata(c.states...)
			definition.Name = "machine"
			err := definition.Validate()
			if c.problem == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, c.problem)
		})
	}
}
