package asl_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// pass is the simplest state.
func pass(name, next string) asl.Pass { return asl.Pass{Name: name, Next: next, End: next == ""} }

func jsonata(states ...asl.State) asl.Definition  { return machine(asl.JSONata, states...) }
func jsonpath(states ...asl.State) asl.Definition { return machine(asl.JSONPath, states...) }

// calling is a machine of a task that makes the call.
func calling(call asl.Action) asl.Definition { return one(asl.JSONata, asl.Task{Call: call}) }

func TestGraphErrors(t *testing.T) {
	loop := asl.Choice{Name: "Again", Rules: []asl.Rule{{If: asl.IsPresent(asl.Input("x")), Next: "Work"}}, Default: "Work"}
	tests := map[string]struct {
		definition asl.Definition
		want       string
	}{
		"no states":         {jsonata(), "states: are missing; give at least one"},
		"nil state":         {jsonata(pass("A", ""), nil), "states[1]: is nil; give a state"},
		"no name":           {jsonata(pass("", "")), "states[0].name: is missing; give 1 to 80 characters"},
		"long name":         {jsonata(pass(strings.Repeat("é", 81), "")), `states[0].name: "` + strings.Repeat("é", 81) + `" has 81 characters; use at most 80`},
		"same name":         {jsonata(pass("A", "B"), pass("B", ""), pass("A", "")), `states["A"]: the name is used twice, in the top level and in the top level; rename one of them`},
		"same name inside":  {jsonata(asl.Parallel{Name: "P", End: true, Branches: []asl.Branch{{States: []asl.State{pass("P", "")}}}}), `states["P"]: the name is used twice, in the top level and in branch 1 of "P"; rename one of them`},
		"unknown start":     {asl.Definition{StartAt: "Statr", States: []asl.State{pass("Start", "")}}, `startAt: "Statr" is no state; did you mean "Start"?`},
		"unknown next":      {jsonata(pass("Train", "Regsiter"), pass("Register", "")), `states["Train"].next: "Regsiter" is no state; did you mean "Register"?` + "\n" + `states["Register"]: is never reached from "Train"; lead to it, or remove it`},
		"next far away":     {jsonata(pass("Train", "Deploy")), `states["Train"].next: "Deploy" is no state; use the name of a state of the same level`},
		"into a branch":     {jsonata(asl.Parallel{Name: "P", Next: "Q", Branches: []asl.Branch{{States: []asl.State{pass("In", "")}}}}, pass("Q", "In")), `states["Q"].next: "In" stands in branch 1 of "P", where "Q" cannot lead; name a state of the same level`},
		"out of a map":      {jsonata(asl.Map{Name: "M", Next: "Q", States: []asl.State{pass("In", "Q")}}, pass("Q", "")), `states["In"].next: "Q" stands in the top level, where "In" cannot lead; name a state of the same level`},
		"unknown map start": {jsonata(asl.Map{Name: "M", End: true, StartAt: "Inn", States: []asl.State{pass("Into", "")}}), `states["M"].processor.startAt: "Inn" is no state; did you mean "Into"?`},
		"empty branch":      {jsonata(asl.Parallel{Name: "P", End: true, Branches: []asl.Branch{{}}}), `states["P"].branches[0].states: are missing; give at least one`},
		"leads nowhere":     {jsonata(asl.Pass{Name: "A"}), `states["A"]: leads nowhere; give Next, or set End`},
		"next and end":      {jsonata(asl.Pass{Name: "A", Next: "B", End: true}, pass("B", "")), `states["A"]: has both Next and End; keep one of them`},
		"unreachable":       {jsonata(pass("A", ""), pass("B", "")), `states["B"]: is never reached from "A"; lead to it, or remove it`},
		"endless":           {jsonata(pass("Work", "Again"), loop), `states["Work"]: never comes to an end; lead out of the loop to a state with End, Succeed or Fail` + "\n" + `states["Again"]: never comes to an end; lead out of the loop to a state with End, Succeed or Fail`},
		"catch to nowhere": {jsonata(func() asl.Task {
			w := work("W")
			w.Catch = []asl.Catcher{{Errors: []string{asl.TaskFailed}}, {Errors: []string{asl.AllErrors}, Next: "Notify"}}
			return w
		}()), `states["W"].catch[0].next: is missing; name a state` + "\n" + `states["W"].catch[1].next: "Notify" is no state; use the name of a state of the same level`},
		"no default":         {jsonata(asl.Choice{Name: "C", Rules: []asl.Rule{{If: asl.When("true"), Next: "A"}}}, pass("A", "")), `states["C"].default: is missing, so that input which no rule matches fails the execution; give a state, or set MayFailUnmatched`},
		"no rules":           {jsonata(asl.Choice{Name: "C", Default: "A"}, pass("A", "")), `states["C"].rules: are missing; give at least one, or use Pass`},
		"rule without parts": {jsonata(asl.Choice{Name: "C", Default: "A", Rules: []asl.Rule{{}}}, pass("A", "")), `states["C"].rules[0].if: is missing; give a condition, such as asl.StringEquals` + "\n" + `states["C"].rules[0].next: is missing; name a state`},
		"no branches":        {jsonata(asl.Parallel{Name: "P", End: true}), `states["P"].branches: are missing; give at least one`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { require.EqualError(t, test.definition.Validate(), test.want) })
	}
}

func TestDataErrors(t *testing.T) {
	out := func(v asl.Value) asl.Definition { return jsonata(asl.Pass{Name: "P", Output: v, End: true}) }
	params := func(v asl.Value) asl.Definition {
		return jsonpath(asl.Pass{Name: "P", Parameters: asl.Object{"x": v}, End: true})
	}
	choice := func(language asl.QueryLanguage, pattern string) asl.Definition {
		return machine(language, asl.Choice{Name: "C", Default: "A", Rules: []asl.Rule{{If: asl.StringMatches(asl.Input("x"), pattern), Next: "A"}}}, pass("A", ""))
	}
	tests := map[string]struct {
		definition asl.Definition
		want       string
	}{
		"pattern of Terraform":     {choice(asl.JSONata, "${aws_s3_bucket.b.id}/*"), `states["C"].rules[0].if: StringMatches makes a regular expression of "${aws_s3_bucket.b.id}/*" in JSONata, in which text that only Terraform knows could mean anything; use asl.StringEquals, or assign that text to a variable before and compare with asl.When, such as $contains($states.input.name, $text)`},
		"pattern of run time":      {choice(asl.JSONata, "a/"+string(asl.Input("y"))), `states["C"].rules[0].if: StringMatches takes a literal pattern, and a/<input y> is filled in at run time; use asl.StringEquals, or asl.When`},
		"pattern in JSONPath":      {choice(asl.JSONPath, string(asl.Input("y"))), `states["C"].rules[0].if: StringMatches takes a literal pattern, and <input y> is filled in at run time; use asl.StringEquals, or asl.When`},
		"pattern like a directive": {choice(asl.JSONPath, "%{x*"), `states["C"].rules[0].if: "%{x*" contains %{, which Terraform takes for a directive; put a space between`},
		"path in JSONata":          {out(asl.Path("$.x")), `states["P"].output: $.x is JSONPath, the query language of this state is JSONata; use asl.Input or asl.Expr`},
		"expression in JSONPath":   {params(asl.Expr("1 + 1")), `states["P"].parameters.x: 1 + 1 has no form in JSONPath, the query language of this state; use JSONata or another function`},
		"text like a path":         {out(asl.Text("$.x")), `states["P"].output: "$.x" is JSONPath, the query language of this state is JSONata; use asl.Input or asl.Expr`},
		"text like JSONata":        {params(asl.Text("{% $x %}")), `states["P"].parameters.x: "{% $x %}" is JSONata, the query language of this state is JSONPath; use asl.Input or asl.Path`},
		"path as text":             {params(asl.Text("$.x")), `states["P"].parameters.x: "$.x" would be taken as plain text; write asl.Path("$.x")`},
		"function as text":         {params(asl.Text("States.UUID()")), `states["P"].parameters.x: "States.UUID()" would be taken as plain text; write asl.Path("States.UUID()")`},
		"field that ends in .$":    {jsonpath(asl.Pass{Name: "P", Parameters: asl.Object{"x.$": asl.Input("x")}, End: true}), `states["P"].parameters.x.$: a name that ends in .$ marks a path; leave the .$ out and use asl.Path as value`},
		"object in a dynamic list": {params(asl.List{asl.Input("x"), asl.Object{}}), `states["P"].parameters.x[1]: is an object in a list with values of run time, which JSONPath cannot write; use JSONata, or build the list in one expression`},
		"JSONata field":            {jsonpath(asl.Pass{Name: "P", Output: asl.Int(1), End: true}), `states["P"].output: belongs to JSONata, the query language of this state is JSONPath; use ResultSelector, ResultPath and OutputPath`},
		"JSONPath field":           {jsonata(asl.Pass{Name: "P", ResultPath: "$.x", End: true}), `states["P"].resultPath: belongs to JSONPath, the query language of this state is JSONata; use Output and Assign`},
		"JSONPath in JSONata":      {jsonata(asl.Pass{Name: "P", QueryLanguage: asl.JSONPath, End: true}), `states["P"].queryLanguage: JSONPath is not possible inside a definition of JSONata; leave it out, or make the definition JSONPath`},
		"unknown language":         {asl.Definition{QueryLanguage: "jq", States: []asl.State{pass("P", "")}}, `queryLanguage: "jq" is unknown; use JSONata or JSONPath`},
		"bad fields":               {out(asl.Input("a b")), `states["P"].output: "a b" is no path of fields; write it like job.name or items[0].uri, and use asl.Path or asl.Expr for anything else`},
		"bad path":                 {params(asl.Path("x")), `states["P"].parameters.x: "x" is no JSONPath; write it like $.job.name`},
		"bad variable":             {out(asl.Var("a-b")), `states["P"].output: "a-b" is no variable; write its name, of letters, digits and underscores, such as modelName or model.uri`},
		"empty expression":         {out(asl.Expr("{%  %}")), `states["P"].output: an empty JSONata expression; write what it computes, such as $states.input.name`},
		"unknown variable":         {jsonata(asl.Pass{Name: "P", Assign: asl.Object{"model": asl.Int(1)}, Next: "Q"}, asl.Pass{Name: "Q", Output: asl.Var("modle"), End: true}), `states["Q"].output: the variable "modle" is assigned by no state; did you mean "model"?`},
		"variable of nobody":       {out("x" + asl.Var("model")), `states["P"].output: the variable "model" is assigned by no state; assign it in an earlier state`},
		"reserved variable":        {jsonata(asl.Pass{Name: "P", Assign: asl.Object{"states": asl.Int(1)}, End: true}), `states["P"].assign: the variable "states" is reserved; use another name`},
		"variable name":            {jsonata(asl.Pass{Name: "P", Assign: asl.Object{"a b": asl.Int(1)}, End: true}), `states["P"].assign: "a b" is no name of a variable; use at most 80 letters, digits and underscores, and begin with a letter`},
		"result too early":         {calling(asl.S3PutObject{Bucket: "b", Key: "k", Body: asl.Result("x")}), `states["Work"].call.Body: result x cannot be read here; the result exists in Assign, Output and ResultSelector of tasks, parallels and maps`},
		"error outside":            {out(asl.ErrorOutput("Cause")), `states["P"].output: error Cause cannot be read here; the error exists in Assign and Output of a catcher`},
		"input in JSONPath assign": {one(asl.JSONPath, asl.Task{Call: work("W").Call, Assign: asl.Object{"x": asl.Input("x")}}), `states["Work"].assign.x: input x cannot be read here; this field reads what the state returned: use asl.Result, or asl.ExecutionInput or asl.Var for earlier data`},
		"terraform directive":      {out(asl.Text("100%{")), `states["P"].output: "100%{" contains %{, which Terraform takes for a directive; put a space between`},
		"infinite number":          {out(asl.Float(inf())), `states["P"].output: +Inf is no number in JSON; use a finite one`},
		"format":                   {out(asl.Format("{} {}", asl.Int(1))), `states["P"].output: the template "{} {}" needs as many {} as there are values`},
		"computed result":          {jsonpath(asl.Pass{Name: "P", Result: asl.Object{"a": asl.Input("x")}, End: true}), `states["P"].result: is written literally and holds data of run time; use Parameters`},
		"result path":              {jsonpath(asl.Pass{Name: "P", ResultPath: "$.a[*]", End: true}), `states["P"].resultPath: "$.a[*]" does not name a single field of the state's input; write it like $.job`},
		"input path":               {jsonpath(asl.Pass{Name: "P", InputPath: "job", End: true}), `states["P"].inputPath: "job" is no path; write it like $.job, or asl.Discard`},
		"comparing text":           {jsonpath(asl.Choice{Name: "C", Default: "A", Rules: []asl.Rule{{If: asl.StringEquals("a", "b"), Next: "A"}}}, pass("A", "")), `states["C"].rules[0].if: StringEquals compares "a", but JSONPath compares a path; use asl.Input, asl.Var or asl.Path`},
		"When in JSONPath":         {jsonpath(asl.Choice{Name: "C", Default: "A", Rules: []asl.Rule{{If: asl.When("true"), Next: "A"}}}, pass("A", "")), `states["C"].rules[0].if: true has no form in JSONPath, the query language of this state; use JSONata or another function`},
		"empty And":                {jsonata(asl.Choice{Name: "C", Default: "A", Rules: []asl.Rule{{If: asl.And(), Next: "A"}}}, pass("A", "")), `states["C"].rules[0].if: And has no conditions; give at least one`},
		"nil in Or":                {jsonata(asl.Choice{Name: "C", Default: "A", Rules: []asl.Rule{{If: asl.Or(nil), Next: "A"}}}, pass("A", "")), `states["C"].rules[0].if[0]: is nil; give a condition`},
		"empty Not":                {jsonata(asl.Choice{Name: "C", Default: "A", Rules: []asl.Rule{{If: asl.Not(nil), Next: "A"}}}, pass("A", "")), `states["C"].rules[0].if: Not has no condition; give one`},
		"computed seconds":         {jsonpath(asl.Wait{Name: "W", SecondsFrom: asl.MathAdd(asl.Input("x"), asl.Int(1)), End: true}), `states["W"].secondsFrom: States.MathAdd($.x, 1) is computed, but JSONPath allows a path here; compute it in an earlier state, or use JSONata`},
		"literal items":            {jsonpath(asl.Map{Name: "M", Items: asl.List{asl.Int(1)}, States: []asl.State{pass("A", "")}, End: true}), `states["M"].items: is literal, but JSONPath allows a path here; use JSONata, or a Pass state before`},
		"items that are text":      {jsonata(asl.Map{Name: "M", Items: asl.Text("x"), States: []asl.State{pass("A", "")}, End: true}), `states["M"].items: is neither a list nor an object; give a List, an Object, or text that is computed, such as asl.Input("files")`},
		"large payload":            {calling(asl.S3PutObject{Bucket: "b", Key: "k", Body: asl.Text(strings.Repeat("x", 262144))}), `states["Work"].call: is 262178 bytes, a state can pass 262144; put the data into S3 and pass its URI`},
		"large machine":            {large(), "states: make a definition of 1250272 bytes, 1048576 are allowed; move a part into a state machine of its own"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { require.EqualError(t, test.definition.Validate(), test.want) })
	}
}

func inf() float64 { zero := 0.0; return 1 / zero }

func large() asl.Definition {
	var states []asl.State
	for _, name := range []string{"A", "B", "C", "D", "E"} {
		next := string(name[0] + 1)
		if name == "E" {
			next = ""
		}
		states = append(states, asl.Pass{Name: name, Comment: strings.Repeat("x", 250_000), Next: next, End: next == ""})
	}
	return jsonata(states...)
}

func TestStateErrors(t *testing.T) {
	task := func(change func(*asl.Task)) asl.Definition {
		w := work("W")
		change(&w)
		return jsonata(w)
	}
	tests := map[string]struct {
		definition asl.Definition
		want       string
	}{
		"no call":            {jsonata(asl.Task{Name: "W", End: true}), `states["W"].call: is missing; say what the task does, such as asl.LambdaInvoke`},
		"pattern":            {task(func(w *asl.Task) { w.Pattern = asl.Sync }), `states["W"].pattern: Sync is not possible with lambda:invoke; use RequestResponse or WaitForToken`},
		"token missing":      {task(func(w *asl.Task) { w.Pattern = asl.WaitForToken }), `states["W"].call: does not carry the task token, so that nobody could ever end the task; put asl.TaskToken() into the message, payload or environment`},
		"token without wait": {calling(asl.SNSPublish{TopicARN: topic, Message: "x" + asl.TaskToken()}), `states["Work"].call: carries the task token, which exists only with the pattern WaitForToken; set that pattern`},
		"express":            {asl.Definition{Type: asl.Express, States: []asl.State{func() asl.Task { w := tasks["glue-start-job-run"]; w.Name, w.End = "W", true; return w }()}}, `states["W"].pattern: Sync is not possible in an express workflow; use a standard one`},
		"express activity":   {asl.Definition{Type: asl.Express, States: []asl.State{asl.Task{Name: "W", Call: asl.Activity{ARN: "arn:aws:states:us-west-2:111111111111:activity:a"}, End: true}}}, `states["W"].call: is an activity, which is not possible in an express workflow; use a standard one`},
		"express wait":       {asl.Definition{Type: asl.Express, States: []asl.State{asl.Wait{Name: "W", For: 5 * time.Minute, End: true}}}, `states["W"].for: takes 5m0s, and 5 minutes are all that there is in an express workflow; use a standard one`},
		"express map":        {asl.Definition{Name: "m", Type: asl.Express, States: []asl.State{distributedStates(asl.Standard, pass("A", ""))}}, `states["M"].distributed: is not possible in an express workflow; use a standard one`},
		"express executions": {jsonata(distributedStates(asl.Express, waitingForJob(), asl.Task{Name: "Ask", Call: asl.Activity{ARN: "arn:aws:states:us-west-2:111111111111:activity:a"}, Next: "Inner"}, asl.Map{Name: "Inner", Distributed: &asl.Distributed{}, States: []asl.State{pass("A", "")}, Next: "Both"},
			asl.Parallel{Name: "Both", Branches: []asl.Branch{{States: []asl.State{asl.Wait{Name: "Long", For: time.Hour, End: true}}}}, End: true})), `states["Job"].pattern: Sync is not possible in the express executions of the map "M"; set its ExecutionType to asl.Standard
states["Ask"].call: is an activity, which is not possible in the express executions of the map "M"; set its ExecutionType to asl.Standard
states["Inner"].distributed: is not possible in the express executions of the map "M"; set its ExecutionType to asl.Standard
states["Long"].for: takes 1h0m0s, and 5 minutes are all that there is in the express executions of the map "M"; set its ExecutionType to asl.Standard`},
		"short timeout":   {task(func(w *asl.Task) { w.Timeout = 1500 * time.Millisecond }), `states["W"].timeout: 1.5s is not allowed; use whole seconds, from 1s to 27777h46m39s`},
		"two timeouts":    {task(func(w *asl.Task) { w.Timeout, w.TimeoutFrom = time.Second, asl.Input("x") }), `states["W"].timeout: is given twice; keep either Timeout or TimeoutFrom`},
		"two heartbeats":  {task(func(w *asl.Task) { w.Heartbeat, w.HeartbeatFrom = time.Second, asl.Input("x") }), `states["W"].heartbeat: is given twice; keep either Heartbeat or HeartbeatFrom`},
		"slow heartbeat":  {task(func(w *asl.Task) { w.Heartbeat, w.Timeout = time.Minute, time.Minute }), `states["W"].heartbeat: 1m0s is not shorter than the timeout of 1m0s; make it shorter`},
		"role":            {task(func(w *asl.Task) { w.RoleARN = "reader" }), `states["W"].roleARN: "reader" is no ARN of a role; write it like arn:aws:iam::111111111111:role/name`},
		"retry nothing":   {task(func(w *asl.Task) { w.Retry = []asl.Retrier{{}} }), `states["W"].retry[0].errors: is missing; give the names of errors, such as asl.TaskFailed, or asl.AllErrors`},
		"all with others": {task(func(w *asl.Task) { w.Retry = []asl.Retrier{{Errors: []string{"X", asl.AllErrors}}} }), `states["W"].retry[0].errors[1]: States.ALL must stand alone; remove the other names`},
		"all not last":    {task(func(w *asl.Task) { w.Retry = []asl.Retrier{{Errors: []string{asl.AllErrors}}, {Errors: []string{"X"}}} }), `states["W"].retry[0].errors[0]: States.ALL must be in the last entry; move it to the end`},
		"error name":      {task(func(w *asl.Task) { w.Retry = []asl.Retrier{{Errors: []string{" "}}} }), `states["W"].retry[0].errors[0]: " " is no name of an error; write it like Lambda.TooManyRequestsException`},
		"attempts":        {task(func(w *asl.Task) { w.Retry = []asl.Retrier{{Errors: []string{"X"}, MaxAttempts: asl.Times(-1)}} }), `states["W"].retry[0].maxAttempts: -1 is out of range; use 0 to 99999999`},
		"backoff":         {task(func(w *asl.Task) { w.Retry = []asl.Retrier{{Errors: []string{"X"}, Backoff: .5}} }), `states["W"].retry[0].backoff: 0.5 is too small; use 1.0 or more`},
		"delay": {task(func(w *asl.Task) {
			w.Retry = []asl.Retrier{{Errors: []string{"X"}, Interval: time.Minute, MaxDelay: time.Second}}
		}), `states["W"].retry[0].maxDelay: 1s is not longer than the interval of 1m0s; make it longer`},
		"jitter":               {task(func(w *asl.Task) { w.Retry = []asl.Retrier{{Errors: []string{"X"}, Jitter: "HALF"}} }), `states["W"].retry[0].jitter: "HALF" is unknown; use NONE or FULL`},
		"wait":                 {jsonata(asl.Wait{Name: "W", End: true}), `states["W"].for: exactly one of For, NoDelay, SecondsFrom and Until is needed, 0 are given`},
		"wait twice":           {jsonata(asl.Wait{Name: "W", For: time.Second, Until: asl.Input("x"), End: true}), `states["W"].for: exactly one of For, NoDelay, SecondsFrom and Until is needed, 2 are given`},
		"wait for nothing":     {jsonata(asl.Wait{Name: "W", NoDelay: true, For: time.Second, End: true}), `states["W"].for: exactly one of For, NoDelay, SecondsFrom and Until is needed, 2 are given`},
		"day that is none":     {jsonata(asl.Wait{Name: "W", Until: "2026-02-30T00:00:00Z", End: true}), `states["W"].until: "2026-02-30T00:00:00Z" is no moment; write it like 2026-01-02T15:04:05Z`},
		"moment in JSONata":    {jsonata(asl.Choice{Name: "C", Default: "A", Rules: []asl.Rule{{If: asl.Not(asl.TimestampLessThan(asl.Input("x"), "yesterday")), Next: "A"}}}, pass("A", "")), `states["C"].rules[0].if: "yesterday" is no moment; write it like 2026-01-02T15:04:05Z`},
		"moment in JSONPath":   {jsonpath(asl.Choice{Name: "C", Default: "A", Rules: []asl.Rule{{If: asl.TimestampEquals(asl.Input("x"), ""), Next: "A"}}}, pass("A", "")), `states["C"].rules[0].if: "" is no moment; write it like 2026-01-02T15:04:05Z`},
		"wait until when":      {jsonata(asl.Wait{Name: "W", Until: "tomorrow", End: true}), `states["W"].until: "tomorrow" is no moment; write it like 2026-01-02T15:04:05Z`},
		"wait literal seconds": {jsonata(asl.Wait{Name: "W", SecondsFrom: "5", End: true}), `states["W"].secondsFrom: "5" is literal; use For with a duration`},
		"concurrency":          {jsonata(asl.Map{Name: "M", MaxConcurrency: 41, States: []asl.State{pass("A", "")}, End: true}), `states["M"].maxConcurrency: 41 is out of range; use 0 to 40`},
		"nameless machine":     {asl.Definition{States: []asl.State{asl.Map{Name: "M", Distributed: &asl.Distributed{}, States: []asl.State{pass("A", "")}, End: true}}}, `name: is missing; the distributed map "M" starts executions of the machine itself, which its permission names`},
		"distributed": {jsonata(asl.Map{Name: "M", States: []asl.State{pass("A", "")}, End: true, Items: asl.Input("x"), Distributed: &asl.Distributed{
			Label: "a b", ExecutionType: "FAST", ToleratedFailurePercentage: 101, BatchInput: asl.Object{"x": asl.Int(1)}, Reader: &asl.ItemReader{Key: "k", Columns: []string{"a"}}, Writer: &asl.ResultWriter{},
		}}), `states["M"].items: cannot be given with a reader; keep one of them
states["M"].distributed.label: "a b" is no label; use at most 40 letters, digits, hyphens and underscores
states["M"].distributed.reader.bucket: is missing; give the name of a bucket
states["M"].distributed.reader.key: is not read by a listing; use Prefix, or another Source
states["M"].distributed.reader.columns: are for CSV; remove them, or set Source to CSV
states["M"].distributed.batchInput: needs batches; set MaxItemsPerBatch or MaxInputBytesPerBatch
states["M"].distributed.writer.bucket: is missing; give the name of a bucket
states["M"].distributed.toleratedFailurePercentage: 101 is out of range; use 0 to 100
states["M"].distributed.executionType: "FAST" is unknown; use STANDARD or EXPRESS`},
		"machine": {asl.Definition{Name: "a b", Type: "SLOW", Partition: "moon", Timeout: time.Millisecond, States: []asl.State{pass("A", "")}}, `type: "SLOW" is unknown; use STANDARD or EXPRESS
partition: "moon" is unknown; use aws, aws-cn or aws-us-gov
name: "a b" is no name of a state machine; use 1 to 80 letters, digits, hyphens and underscores
timeout: 1ms is not allowed; use whole seconds, from 1s to 27777h46m39s`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { require.EqualError(t, test.definition.Validate(), test.want) })
	}
}

// distributedStates is a Map of such executions, of the states one after the other.
func distributedStates(executions asl.WorkflowType, states ...asl.State) asl.State {
	return asl.Map{Name: "M", Distributed: &asl.Distributed{ExecutionType: executions}, States: states, End: true}
}

func waitingForJob() asl.State {
	w := tasks["glue-start-job-run"]
	w.Name, w.Next = "Job", "Ask"
	return w
}

// TestExpressEnds: what stands behind a Map of express executions is part of the standard execution again.
func TestExpressEnds(t *testing.T) {
	express := distributedStates(asl.Express, asl.Wait{Name: "Short", For: 5*time.Minute - time.Second, End: true}).(asl.Map)
	express.End, express.Next = false, "Job"
	require.NoError(t, jsonata(express, waitingForJob(), asl.Task{Name: "Ask", Call: asl.Activity{ARN: "arn:aws:states:us-west-2:111111111111:activity:a"}, Next: "Long"}, asl.Wait{Name: "Long", For: time.Hour, End: true}).Validate())
	job := waitingForJob().(asl.Task)
	job.Next, job.End = "", true
	require.NoError(t, jsonata(distributedStates(asl.Standard, job)).Validate())
}

func TestPermissionErrors(t *testing.T) {
	_, err := calling(asl.LambdaInvoke{FunctionARN: "x"}).Permissions(arn.Scope{Region: "cn-north-1", Account: "1"})
	require.EqualError(t, err, `scope.account: "1" is no AWS account id; write its 12 digits as a string
partition: "aws" is not the "aws-cn" of the scope; set Definition.Partition
states["Work"].call.functionARN: "x" is no ARN of a function; write it like arn:aws:lambda:us-west-2:111111111111:function:name`)
}

func TestPermissionsOfMachines(t *testing.T) {
	tests := map[string]struct {
		definition asl.Definition
		want       []policy.Statement
	}{
		"other partition": {
			asl.Definition{Partition: "aws-us-gov", States: []asl.State{asl.Task{Name: "Work", Pattern: asl.Sync, End: true, Call: asl.StartExecution{StateMachineARN: "${aws_sfn_state_machine.m.arn}"}}}},
			[]policy.Statement{
				{Actions: []string{"states:StartExecution"}, Resources: []string{"${aws_sfn_state_machine.m.arn}"}},
				{Actions: []string{"states:DescribeExecution", "states:StopExecution"}, Resources: []string{"arn:aws-us-gov:states:us-gov-west-1:111111111111:execution:*"}},
				{Actions: []string{"events:DescribeRule", "events:PutRule", "events:PutTargets"}, Resources: []string{"arn:aws-us-gov:events:us-gov-west-1:111111111111:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"}},
			},
		},
		"distributed map": {
			func() asl.Definition { d := distributedMap(asl.JSONata); d.Partition = "aws-us-gov"; return d }(),
			[]policy.Statement{
				{Actions: []string{"states:StartExecution"}, Resources: []string{"arn:aws-us-gov:states:us-gov-west-1:111111111111:stateMachine:machine"}},
				{Actions: []string{"states:DescribeExecution", "states:RedriveExecution", "states:StopExecution"}, Resources: []string{"arn:aws-us-gov:states:us-gov-west-1:111111111111:execution:machine:*", "arn:aws-us-gov:states:us-gov-west-1:111111111111:execution:machine/*"}},
				{Actions: []string{"states:DescribeExecution"}, Resources: []string{"arn:aws-us-gov:states:us-gov-west-1:111111111111:express:machine/*"}},
				{Actions: []string{"s3:ListBucket"}, Resources: []string{"arn:aws-us-gov:s3:::data"}, Conditions: []policy.Condition{policy.StringLike("s3:prefix", "in/*")}},
				{Actions: []string{"s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"}, Resources: []string{"arn:aws-us-gov:s3:::data/out/*"}},
				{Actions: []string{"lambda:InvokeFunction"}, Resources: []string{"arn:aws:lambda:us-west-2:111111111111:function:work"}},
			},
		},
		"arguments of S3": {
			func() asl.Definition { d := argumentsMap(asl.JSONata); d.Partition = "aws-us-gov"; return d }(),
			[]policy.Statement{
				{Actions: []string{"states:StartExecution"}, Resources: []string{"arn:aws-us-gov:states:us-gov-west-1:111111111111:stateMachine:machine"}},
				{Actions: []string{"states:DescribeExecution", "states:RedriveExecution", "states:StopExecution"}, Resources: []string{"arn:aws-us-gov:states:us-gov-west-1:111111111111:execution:machine:*", "arn:aws-us-gov:states:us-gov-west-1:111111111111:execution:machine/*"}},
				{Actions: []string{"s3:GetObjectVersion"}, Resources: []string{"arn:aws-us-gov:s3:::data/in.json", "arn:aws-us-gov:s3:::data/manifest.json"}},
				{Actions: []string{"s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"}, Resources: []string{"arn:aws-us-gov:s3:::results/*"}},
				{Actions: []string{"s3:ListBucket"}, Resources: []string{"arn:aws-us-gov:s3:::data"}},
				{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws-us-gov:s3:::data/*"}},
			},
		},
		"elsewhere": {
			asl.Definition{Name: "machine", Partition: "aws-us-gov", States: []asl.State{
				asl.Task{Name: "Work", RoleARNFrom: asl.Input("role"), PermissionsElsewhere: true, Call: asl.LambdaInvoke{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:f"}, Next: "Files"},
				asl.Map{Name: "Files", States: []asl.State{pass("A", "")}, End: true, Distributed: &asl.Distributed{
					Reader: &asl.ItemReader{BucketFrom: asl.Input("in"), PermissionsElsewhere: true}, Writer: &asl.ResultWriter{BucketFrom: asl.Input("out"), PermissionsElsewhere: true},
				}},
			}},
			[]policy.Statement{
				{Actions: []string{"states:StartExecution"}, Resources: []string{"arn:aws-us-gov:states:us-gov-west-1:111111111111:stateMachine:machine"}},
				{Actions: []string{"states:DescribeExecution", "states:RedriveExecution", "states:StopExecution"}, Resources: []string{"arn:aws-us-gov:states:us-gov-west-1:111111111111:execution:machine:*", "arn:aws-us-gov:states:us-gov-west-1:111111111111:execution:machine/*"}},
			},
		},
		"no tasks": {asl.Definition{Partition: "aws-us-gov", States: []asl.State{pass("A", "")}}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := test.definition.Permissions(arn.Scope{Region: "us-gov-west-1", Account: "111111111111"})
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func TestWarnings(t *testing.T) {
	waiting := tasks["glue-start-job-run"]
	waiting.Name, waiting.Next = "Clean", "Both"
	inside := work("Inside")
	definition := jsonata(waiting, asl.Parallel{Name: "Both", Branches: []asl.Branch{{States: []asl.State{inside}}}, Catch: asl.CatchAll("Failed"), End: true}, &asl.Fail{Name: "Failed"})
	require.NoError(t, definition.Validate())
	require.Equal(t, []string{
		`states["Clean"].timeout: is not set, so that the task can wait for a year; set Timeout`,
		`states["Clean"].catch: is not set, so that an error ends the execution and nobody is told; set Catch`,
	}, definition.Warnings())
	waiting.Timeout, waiting.Catch = time.Hour, asl.CatchAll("Failed")
	definition.States[0] = &waiting
	require.Empty(t, definition.Warnings())
}

// A Terraform reference in a pattern reaches Terraform as it is.
func TestPatternKeepsReferences(t *testing.T) {
	text, err := jsonpath(asl.Choice{Name: "C", Default: "A", Rules: []asl.Rule{{If: asl.StringMatches(asl.Input("x"), "${aws_s3_bucket.b.id}/*"), Next: "A"}}}, pass("A", "")).JSON()
	require.NoError(t, err)
	require.Contains(t, text, `"StringMatches":"${aws_s3_bucket.b.id}/*"`)
}
