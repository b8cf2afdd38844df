package asl_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
)

const fn = `"Resource":"arn:aws:lambda:us-east-1:111122223333:function:f"`

// jp and ja are machines of one state, x, in each language; more states stand behind it.
func jp(state string) string { return `{"StartAt":"x","States":{"x":` + state + `}}` }
func ja(state string) string {
	return `{"QueryLanguage":"JSONata","StartAt":"x","States":{"x":` + state + `}}`
}

// distributed is a machine of one distributed Map with more fields.
func distributed(fields string) string {
	return jp(`{"Type":"Map",` + fields + `,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"a","States":{"a":{"Type":"Succeed"}}},"End":true}`)
}

// expressItems is a machine whose items are express executions of one state.
func expressItems(state string) string {
	return jp(`{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"a","States":{"a":` + state + `}},"End":true}`)
}

// invalid are state machines that Step Functions refuses, or that cannot work, with the part of our message that says why.
var invalid = map[string]struct{ machine, problem string }{
	"no JSON":                     {`{"StartAt":`, "is no JSON"},
	"no start":                    {`{"States":{"x":{"Type":"Succeed"}}}`, "StartAt: is missing"},
	"no states":                   {`{"StartAt":"x"}`, "States: are missing"},
	"empty states":                {`{"StartAt":"x","States":{}}`, "states: are missing"},
	"start of nothing":            {`{"StartAt":"y","States":{"x":{"Type":"Succeed"}}}`, `startAt: "y" is no state`},
	"unknown field of machine":    {`{"StartAt":"x","Start":"y","States":{"x":{"Type":"Succeed"}}}`, "Start: is no field of a definition"},
	"unknown kind":                {jp(`{"Type":"Tusk","End":true}`), `"Tusk" is no kind of state; did you mean "Task"?`},
	"no kind":                     {jp(`{"End":true}`), `"" is no kind of state`},
	"unknown field of state":      {jp(`{"Type":"Pass","Parameter":{},"End":true}`), `Parameter: is no field of a Pass state with JSONPath; did you mean "Parameters"?`},
	"no way on":                   {jp(`{"Type":"Pass"}`), "leads nowhere"},
	"next and end":                {jp(`{"Type":"Pass","Next":"y","End":true},"y":{"Type":"Succeed"}`), "has both Next and End"},
	"next of nothing":             {jp(`{"Type":"Pass","Next":"y"}`), `"y" is no state`},
	"out of a branch":             {jp(`{"Type":"Parallel","Branches":[{"StartAt":"a","States":{"a":{"Type":"Pass","Next":"y"}}}],"Next":"y"},"y":{"Type":"Succeed"}`), `"y" stands in the top level`},
	"out of a map":                {jp(`{"Type":"Map","ItemProcessor":{"StartAt":"a","States":{"a":{"Type":"Pass","Next":"y"}}},"Next":"y"},"y":{"Type":"Succeed"}`), `"y" stands in the top level`},
	"never reached":               {jp(`{"Type":"Succeed"},"y":{"Type":"Succeed"}`), "is never reached"},
	"loop without an end":         {jp(`{"Type":"Pass","Next":"y"},"y":{"Type":"Pass","Next":"x"}`), "never comes to an end"},
	"map without an end":          {jp(`{"Type":"Map","ItemProcessor":{"StartAt":"a","States":{"a":{"Type":"Pass","Next":"a"}}},"End":true}`), "never comes to an end"},
	"name too long":               {`{"StartAt":"` + long(81) + `","States":{"` + long(81) + `":{"Type":"Succeed"}}}`, "has 81 characters"},
	"name twice":                  {jp(`{"Type":"Parallel","Branches":[{"StartAt":"a","States":{"a":{"Type":"Succeed"}}},{"StartAt":"a","States":{"a":{"Type":"Succeed"}}}],"End":true}`), "the name is used twice"},
	"state twice":                 {jp(`{"Type":"Succeed"},"x":{"Type":"Succeed"}`), `states["x"]: is given twice`},
	"field twice":                 {jp(`{"Type":"Pass","Type":"Pass","End":true}`), "Type: is given twice"},
	"payload field twice":         {jp(`{"Type":"Pass","Parameters":{"a":1,"a.$":"$.b"},"End":true}`), "is given twice, with .$ and without"},
	"nested field twice":          {jp(`{"Type":"Pass","Result":{"a":{"b":1,"b":2}},"End":true}`), "b: is given twice"},
	"no path in a payload":        {jp(`{"Type":"Pass","Parameters":{"a.$":1},"End":true}`), "is no path"},
	"bad path":                    {jp(`{"Type":"Pass","InputPath":"$.a[","End":true}`), "number, a name in quotes"},
	"input path of a number":      {jp(`{"Type":"Pass","InputPath":3,"End":true}`), "is neither a path nor null"},
	"result path of several":      {jp(`{"Type":"Pass","ResultPath":"$.a[*]","End":true}`), "does not name a single field"},
	"result path into context":    {jp(`{"Type":"Pass","ResultPath":"$$.a","End":true}`), "does not name a single field"},
	"result path into a variable": {jp(`{"Type":"Pass","Assign":{"v":1},"Next":"y"},"y":{"Type":"Pass","ResultPath":"$v","End":true}`), "does not name a single field"},
	"unknown intrinsic":           {jp(`{"Type":"Pass","Parameters":{"a.$":"States.Upper($.b)"},"End":true}`), "States.Upper is no intrinsic function"},
	"arguments of an intrinsic":   {jp(`{"Type":"Pass","Parameters":{"a.$":"States.MathAdd($.b)"},"End":true}`), "takes 2 arguments, 1 are given"},
	"places of a format":          {jp(`{"Type":"Pass","Parameters":{"a.$":"States.Format('{} {}', $.b)"},"End":true}`), "has 2 places {}, 1 values"},
	"no resource":                 {jp(`{"Type":"Task","End":true}`), "Resource: is missing"},
	"no ARN":                      {jp(`{"Type":"Task","Resource":"lambda","End":true}`), `"lambda" is no ARN`},
	"unknown pattern":             {jp(`{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.sync","Parameters":{"FunctionName":"arn:aws:lambda:us-east-1:111122223333:function:f","Payload":{}},"End":true}`), "Sync is not possible with lambda:invoke"},
	"timeout of nothing":          {jp(`{"Type":"Task",` + fn + `,"TimeoutSeconds":-1,"End":true}`), "is not allowed; use whole seconds"},
	"two timeouts":                {jp(`{"Type":"Task",` + fn + `,"TimeoutSeconds":1,"TimeoutSecondsPath":"$.t","End":true}`), "is given twice"},
	"heartbeat too long":          {jp(`{"Type":"Task",` + fn + `,"TimeoutSeconds":60,"HeartbeatSeconds":60,"End":true}`), "is not shorter than the timeout"},
	"credentials":                 {jp(`{"Type":"Task",` + fn + `,"Credentials":"role","End":true}`), "Credentials: is no object"},
	"role of nothing":             {jp(`{"Type":"Task",` + fn + `,"Credentials":{"RoleArn":"role"},"End":true}`), "is no ARN of a role"},
	"retry of all and another":    {jp(`{"Type":"Task",` + fn + `,"Retry":[{"ErrorEquals":["States.ALL","States.Timeout"]}],"End":true}`), "States.ALL must stand alone"},
	"all not last":                {jp(`{"Type":"Task",` + fn + `,"Retry":[{"ErrorEquals":["States.ALL"]},{"ErrorEquals":["States.Timeout"]}],"End":true}`), "States.ALL must be in the last entry"},
	"errors of no list":           {jp(`{"Type":"Task",` + fn + `,"Retry":[{"ErrorEquals":"States.ALL"}],"End":true}`), "ErrorEquals: is no list"},
	"no errors":                   {jp(`{"Type":"Task",` + fn + `,"Catch":[{"ErrorEquals":[],"Next":"y"}],"End":true},"y":{"Type":"Succeed"}`), "is missing; give the names of errors"},
	"backoff":                     {jp(`{"Type":"Task",` + fn + `,"Retry":[{"ErrorEquals":["A"],"BackoffRate":0.5}],"End":true}`), "0.5 is too small"},
	"jitter":                      {jp(`{"Type":"Task",` + fn + `,"Retry":[{"ErrorEquals":["A"],"JitterStrategy":"SOME"}],"End":true}`), `"SOME" is unknown`},
	"catch without next":          {jp(`{"Type":"Task",` + fn + `,"Catch":[{"ErrorEquals":["A"]}],"End":true}`), "catch[0].next: is missing"},
	"no choices":                  {jp(`{"Type":"Choice","Choices":[],"Default":"y"},"y":{"Type":"Succeed"}`), "rules: are missing"},
	"choice with an end":          {jp(`{"Type":"Choice","Choices":[{"Variable":"$.a","IsNull":true,"Next":"y"}],"End":true},"y":{"Type":"Succeed"}`), "End: is no field of a Choice state"},
	"choice without a variable":   {jp(`{"Type":"Choice","Choices":[{"StringEquals":"a","Next":"y"}],"Default":"y"},"y":{"Type":"Succeed"}`), "is no JSONPath"},
	"choice without an operator":  {jp(`{"Type":"Choice","Choices":[{"Variable":"$.a","Next":"y"}],"Default":"y"},"y":{"Type":"Succeed"}`), "is no condition"},
	"operator of another type":    {jp(`{"Type":"Choice","Choices":[{"Variable":"$.a","NumericEquals":"1","Next":"y"}],"Default":"y"},"y":{"Type":"Succeed"}`), "is of the wrong type"},
	"two operators":               {jp(`{"Type":"Choice","Choices":[{"Variable":"$.a","IsNull":true,"StringEquals":"b","Next":"y"}],"Default":"y"},"y":{"Type":"Succeed"}`), "StringEquals: is no field of a rule"},
	"next in a condition":         {jp(`{"Type":"Choice","Choices":[{"And":[{"Variable":"$.a","IsNull":true,"Next":"y"}],"Next":"y"}],"Default":"y"},"y":{"Type":"Succeed"}`), "Next: is no field of a condition"},
	"no branches":                 {jp(`{"Type":"Parallel","End":true}`), "branches: are missing"},
	"branch of a text":            {jp(`{"Type":"Parallel","Branches":["a"],"End":true}`), "is no object"},
	"no processor":                {jp(`{"Type":"Map","End":true}`), "ItemProcessor: is missing"},
	"tolerance inline":            {jp(`{"Type":"Map","ToleratedFailureCount":1,"ItemProcessor":{"StartAt":"a","States":{"a":{"Type":"Succeed"}}},"End":true}`), "ToleratedFailureCount: is no field"},
	"tolerance of 101":            {jp(`{"Type":"Map","ToleratedFailurePercentage":101,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"a","States":{"a":{"Type":"Succeed"}}},"End":true}`), "101 is out of range"},
	"two waits":                   {jp(`{"Type":"Wait","Seconds":1,"Timestamp":"2026-01-01T00:00:00Z","End":true}`), "exactly one of"},
	"moment":                      {jp(`{"Type":"Wait","Timestamp":"tomorrow","End":true}`), "is no moment"},
	"wait for a text":             {jp(`{"Type":"Wait","Seconds":"1","End":true}`), "is no number"},
	"fail with a next":            {jp(`{"Type":"Fail","Next":"x"}`), "Next: is no field of a Fail state"},
	"two causes":                  {jp(`{"Type":"Fail","Cause":"a","CausePath":"$.b"}`), "Cause: is no field"},
	"JSONPath in JSONata":         {ja(`{"Type":"Pass","Parameters":{"a.$":"$.b"},"End":true}`), "Parameters: is no field of a Pass state with JSONata"},
	"JSONata in JSONPath":         {jp(`{"Type":"Pass","Output":"{% 1 %}","End":true}`), "Output: is no field of a Pass state with JSONPath"},
	"state of JSONPath inside":    {ja(`{"Type":"Pass","QueryLanguage":"JSONPath","End":true}`), "JSONPath is not possible inside"},
	"expression not closed":       {ja(`{"Type":"Pass","Output":"{% 1","End":true}`), "would be taken as plain text"},
	"expression not opened":       {ja(`{"Type":"Pass","Output":"1 %}","End":true}`), "would be taken as plain text"},
	"expression behind a space":   {ja(`{"Type":"Pass","Output":" {% 1 %}","End":true}`), "would be taken as plain text"},
	"syntax":                      {ja(`{"Type":"Pass","Output":"{% 1 + %}","End":true}`), "the expression is not complete"},
	"parentheses":                 {ja(`{"Type":"Pass","Output":"{% (1 + 2 %}","End":true}`), `")" is expected`},
	"path as an expression":       {ja(`{"Type":"Pass","Output":"{% $.a %}","End":true}`), "$ has no value"},
	"variable of nobody":          {ja(`{"Type":"Pass","Output":"{% $a %}","End":true}`), `the variable "a" is assigned by no state`},
	"result too early":            {ja(`{"Type":"Pass","Output":"{% $states.result %}","End":true}`), "result cannot be read here"},
	"error outside of a catcher":  {ja(`{"Type":"Task",` + fn + `,"Output":"{% $states.errorOutput %}","End":true}`), "error cannot be read here"},
	"function of nobody":          {ja(`{"Type":"Pass","Output":"{% $frobnicate(1) %}","End":true}`), "$frobnicate is no function"},
	"condition of a text":         {ja(`{"Type":"Choice","Choices":[{"Condition":"true","Next":"y"}],"Default":"y"},"y":{"Type":"Succeed"}`), "Condition: is no expression"},
	"items of a text":             {ja(`{"Type":"Map","Items":"a","ItemProcessor":{"StartAt":"a","States":{"a":{"Type":"Succeed"}}},"End":true}`), "is neither a list nor an object"},
	"selector of no object":       {jp(`{"Type":"Task",` + fn + `,"ResultSelector":"$.a","End":true}`), "ResultSelector: is no object"},
	"input of batches":            {distributed(`"ItemBatcher":{"MaxItemsPerBatch":2,"BatchInput":3}`), "BatchInput: is no object"},
	"timeout of zero":             {jp(`{"Type":"Task",` + fn + `,"TimeoutSeconds":0,"End":true}`), "TimeoutSeconds: 0 is not allowed; use a positive number, or leave it out"},
	"machine without time":        {`{"StartAt":"x","TimeoutSeconds":0,"States":{"x":{"Type":"Succeed"}}}`, "TimeoutSeconds: 0 is not allowed"},
	"heartbeat of zero":           {ja(`{"Type":"Task",` + fn + `,"HeartbeatSeconds":0,"End":true}`), "HeartbeatSeconds: 0 is not allowed"},
	"interval of zero":            {jp(`{"Type":"Task",` + fn + `,"Retry":[{"ErrorEquals":["A"],"IntervalSeconds":0}],"End":true}`), "Retry[0].IntervalSeconds: 0 is not allowed"},
	"backoff of zero":             {jp(`{"Type":"Task",` + fn + `,"Retry":[{"ErrorEquals":["A"],"BackoffRate":0.0}],"End":true}`), "Retry[0].BackoffRate: 0.0 is not allowed"},
	"delay of zero":               {jp(`{"Type":"Task",` + fn + `,"Retry":[{"ErrorEquals":["A"],"MaxDelaySeconds":0}],"End":true}`), "Retry[0].MaxDelaySeconds: 0 is not allowed"},
	"wait of less than nothing":   {jp(`{"Type":"Wait","Seconds":-1,"End":true}`), "is not allowed; use whole seconds"},
	"wait of nothing and more":    {jp(`{"Type":"Wait","Seconds":0,"SecondsPath":"$.a","End":true}`), "exactly one of"},
	"wait that says nothing":      {ja(`{"Type":"Wait","End":true}`), "exactly one of"},
	"no batch":                    {distributed(`"ItemBatcher":{}`), "ItemBatcher: is empty; set MaxItemsPerBatch or MaxInputBytesPerBatch, or remove it"},
	"batch without a size":        {distributed(`"ItemBatcher":{"BatchInput":{}}`), "batchInput: needs batches"},
	"batch of zero":               {distributed(`"ItemBatcher":{"MaxItemsPerBatch":0}`), "MaxItemsPerBatch: 0 is not allowed"},
	"batch of zero bytes":         {distributed(`"ItemBatcher":{"MaxInputBytesPerBatch":0}`), "MaxInputBytesPerBatch: 0 is not allowed"},
	"no item at all":              {distributed(`"ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2","Parameters":{"Bucket":"b"},"ReaderConfig":{"MaxItems":0}}`), "MaxItems: 0 is not allowed"},
	"distributed without a kind":  {jp(`{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED"},"StartAt":"a","States":{"a":{"Type":"Succeed"}}},"End":true}`), "ExecutionType: is missing; a distributed map says STANDARD or EXPRESS"},
	"version":                     {`{"Version":"2.0","StartAt":"x","States":{"x":{"Type":"Succeed"}}}`, `Version: "2.0" is unknown; the language has version 1.0 only`},
	"compared with no moment":     {jp(`{"Type":"Choice","Choices":[{"Variable":"$.a","TimestampEquals":"yesterday","Next":"y"}],"Default":"y"},"y":{"Type":"Succeed"}`), `"yesterday" is no moment`},
	"job in express executions":   {expressItems(`{"Type":"Task","Resource":"arn:aws:states:::glue:startJobRun.sync","Parameters":{"JobName":"j"},"End":true}`), `Sync is not possible in the express executions of the map "x"`},
	"token in express executions": {expressItems(`{"Type":"Task","Resource":"arn:aws:states:::sns:publish.waitForTaskToken","Parameters":{"TopicArn":"arn:aws:sns:us-east-1:111122223333:t","Message":{"t.$":"$$.Task.Token"}},"End":true}`), `WaitForToken is not possible in the express executions of the map "x"`},
	"activity in express":         {expressItems(`{"Type":"Task","Resource":"arn:aws:states:us-east-1:111122223333:activity:a","End":true}`), "is an activity, which is not possible"},
	"hour in express executions":  {expressItems(`{"Type":"Wait","Seconds":3600,"End":true}`), "takes 1h0m0s"},
	"map in express executions":   {expressItems(`{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"b","States":{"b":{"Type":"Succeed"}}},"End":true}`), `is not possible in the express executions of the map "x"`},
	"reserved variable":           {ja(`{"Type":"Pass","Assign":{"states":1},"End":true}`), `"states" is reserved`},
	"assigned around and inside":  {ja(`{"Type":"Pass","Assign":{"a":1},"Next":"m"},"m":{"Type":"Map","ItemProcessor":{"StartAt":"i","States":{"i":{"Type":"Pass","Assign":{"a":2},"End":true}}},"End":true}`), "is one of the level around this"},
	"assign in the end":           {ja(`{"Type":"Succeed","Assign":{"a":1}}`), "Assign: is no field of a Succeed state"},
}

func long(n int) string { return fmt.Sprintf("%0*d", n, 0) }

// TestInvalidMachines refuses what AWS would, and tells how many of them npm asl-validator refuses.
func TestInvalidMachines(t *testing.T) {
	var requests []request
	for name, c := range invalid {
		t.Run(name, func(t *testing.T) {
			definition, err := asl.Parse([]byte(c.machine))
			if err == nil {
				definition.Name = "machine"
				err = definition.Validate()
			}
			require.ErrorContains(t, err, c.problem)
		})
		if json.Valid([]byte(c.machine)) {
			requests = append(requests, request{Validate: json.RawMessage(c.machine)})
		}
	}
	refused := 0
	for _, answer := range node(t, requests) {
		if answer.Problems != "" {
			refused++
		}
	}
	t.Logf("%d machines are refused, of which npm asl-validator refuses %d", len(invalid), refused)
}
