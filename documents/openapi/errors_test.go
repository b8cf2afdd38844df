package openapi_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/openapi"
	"github.com/mlplatform/mlplatform/documents/policy"
)

func TestErrors(t *testing.T) {
	operation := func(change func(*openapi.Operation)) func(*openapi.Document) {
		return func(d *openapi.Document) { change(&d.Operations[1]) }
	}
	model := func(schema openapi.Schema) func(*openapi.Document) {
		return func(d *openapi.Document) { d.Models["More"] = schema }
	}
	negative, one := -1.0, 1.0
	for name, c := range map[string]struct {
		change func(*openapi.Document)
		want   string
	}{
		"empty": {func(d *openapi.Document) { *d = openapi.Document{} }, "title: is missing; name the API\nversion: is missing; say which version of the API this is, such as 1.0\n" +
			"scope.region: \"\" is no AWS region; write it like us-west-2\nscope.account: \"\" is no AWS account id; write its 12 digits as a string\n" +
			"operations: are missing; an API without a route cannot be deployed"},
		"route twice": {func(d *openapi.Document) { d.Operations = append(d.Operations, d.Operations[0]) }, "operations[\"GET /health\"]: is there twice; remove one\n" +
			"operations[\"GET /health\"].id: \"health\" is used twice; rename one"},
		"id":         {operation(func(o *openapi.Operation) { o.ID = "approve-model" }), `operations["POST /model/approve"].id: "approve-model" is no name of an operation; begin with a letter, and use letters, digits and underscores`},
		"method":     {operation(func(o *openapi.Operation) { o.Method = "HEAD" }), `operations["HEAD /model/approve"].method: "HEAD" is no method; use GET, POST, PUT, PATCH or DELETE`},
		"no path":    {operation(func(o *openapi.Operation) { o.Path = "" }), `operations[1].path: "" is no path; write it like /model/list or /model/{name}`},
		"path":       {operation(func(o *openapi.Operation) { o.Path = "model" }), `operations["POST model"].path: "model" is no path; write it like /model/list or /model/{name}`},
		"braces":     {operation(func(o *openapi.Operation) { o.Path = "/a/{b" }), `operations["POST /a/{b"].path: "/a/{b" is no path; write it like /model/list or /model/{name}`},
		"ping":       {operation(func(o *openapi.Operation) { o.Path = "/ping" }), `operations["POST /ping"].path: "/ping" is what API Gateway uses itself; use another`},
		"undeclared": {operation(func(o *openapi.Operation) { o.Path = "/a/{b}" }), `operations["POST /a/{b}"].parameters: lack "b", which stands in the path; add it with In: InPath`},
		"not in path": {operation(func(o *openapi.Operation) { o.Parameters = []openapi.Parameter{{Name: "b", In: openapi.InPath}} }),
			`operations["POST /model/approve"].parameters[0].name: "b" does not stand in the path /model/approve; write it there in braces`},
		"parameter": {operation(func(o *openapi.Operation) {
			o.Parameters = []openapi.Parameter{{Name: "a b"}, {Name: "c", In: "cookie"}, {Name: "d"}, {Name: "d"}}
		}),
			"operations[\"POST /model/approve\"].parameters[0].name: \"a b\" is no name of a parameter; use letters, digits and ._-\n" +
				"operations[\"POST /model/approve\"].parameters[1].in: \"cookie\" is no place of a parameter; use query, header or path\n" +
				"operations[\"POST /model/approve\"].parameters[3]: \"d\" is there twice; remove one"},
		"body":        {operation(func(o *openapi.Operation) { o.Body = "Aproval" }), `operations["POST /model/approve"].body: "Aproval" is no model; use one of Answer, Approval, More`},
		"body of get": {operation(func(o *openapi.Operation) { o.Method = openapi.Get }), `operations["GET /model/approve"].body: is not possible with GET; use parameters, or POST`},
		"responses": {operation(func(o *openapi.Operation) {
			o.Responses = []openapi.Response{{Status: 100}, {Status: 404, Description: "no", Model: "No"}, {Status: 404, Description: "no"}}
		}), "operations[\"POST /model/approve\"].responses[0].status: 100 is no status of a response; use 200 to 599\n" +
			"operations[\"POST /model/approve\"].responses[0].description: is missing; say when clients get this response\n" +
			"operations[\"POST /model/approve\"].responses[1].model: \"No\" is no model; use one of Answer, Approval, More\n" +
			"operations[\"POST /model/approve\"].responses[2].status: 404 is there twice; remove one\n" +
			"operations[\"POST /model/approve\"].responses: lack one of 200 to 299; say what clients get when all is well"},
		"nobody":    {operation(func(o *openapi.Operation) { o.IAM, o.APIKey = false, false }), `operations["POST /model/approve"].iam: nothing says who may call; set IAM or APIKey, or Anonymous for everybody whom the policy lets in`},
		"everybody": {operation(func(o *openapi.Operation) { o.Anonymous = true }), `operations["POST /model/approve"].anonymous: stands beside IAM or APIKey; remove one of them`},
		"no integration": {operation(func(o *openapi.Operation) { o.Integration = nil }),
			`operations["POST /model/approve"].integration: is missing; say what answers, such as openapi.StartSyncExecution`},
		"machine": {operation(func(o *openapi.Operation) {
			o.Integration = openapi.StartSyncExecution{StateMachineARN: role, RoleARN: machine, Timeout: time.Minute}
		}), "operations[\"POST /model/approve\"].integration.stateMachineARN: \"arn:aws:iam::111111111111:role/wine-api\" is no ARN of a state machine; write it like arn:aws:states:us-west-2:111111111111:stateMachine:name\n" +
			"operations[\"POST /model/approve\"].integration.roleARN: \"arn:aws:states:us-west-2:111111111111:stateMachine:wine-approve\" is no ARN of a role; write it like arn:aws:iam::111111111111:role/name\n" +
			"operations[\"POST /model/approve\"].integration.timeout: 1m0s is not allowed; use 50ms to 29s"},
		"function": {operation(func(o *openapi.Operation) {
			o.Integration = openapi.InvokeFunction{FunctionARN: "wine", Timeout: time.Millisecond}
		}),
			"operations[\"POST /model/approve\"].integration.functionARN: \"wine\" is no ARN of a function; write it like arn:aws:lambda:us-west-2:111111111111:function:name\n" +
				"operations[\"POST /model/approve\"].integration.timeout: 1ms is not allowed; use 50ms to 29s"},
		"endpoint": {operation(func(o *openapi.Operation) {
			o.Method, o.Body, o.Integration = openapi.Get, "", openapi.InvokeEndpoint{Endpoint: "wine_1", RoleARN: "wine", ContentType: "text/'csv'"}
		}), "operations[\"GET /model/approve\"].integration.endpoint: \"wine_1\" is no name of an endpoint; use 1 to 63 letters, digits and hyphens between them\n" +
			"operations[\"GET /model/approve\"].integration.roleARN: \"wine\" is no ARN of a role; write it like arn:aws:iam::111111111111:role/name\n" +
			"operations[\"GET /model/approve\"].integration.endpoint: is invoked with the body of a request, and GET requests have none; use POST\n" +
			"operations[\"GET /model/approve\"].integration.contentType: \"text/'csv'\" is no content type; write it like text/csv"},
		"name of model": {func(d *openapi.Document) { d.Models["a-b"] = openapi.Schema{Type: openapi.Object} }, `models["a-b"]: "a-b" is no name of a model; use letters and digits`},
		"type":          {model(openapi.Schema{Type: "date"}), `models["More"].type: "date" is no type; use object, array, string, number, integer or boolean, or name a model in ref`},
		"reference":     {model(openapi.Schema{Ref: "Moore", Type: openapi.Object}), "models[\"More\"].ref: \"Moore\" is no model; use one of Answer, Approval, More\nmodels[\"More\"].type: \"object\" stands beside ref, which says everything; remove one of them"},
		"required":      {model(openapi.Schema{Type: openapi.Object, Required: []string{"a"}, Properties: map[string]openapi.Schema{"b": {Type: openapi.String}}}), `models["More"].required[0]: "a" is no property; use one of b`},
		"array":         {model(openapi.Schema{Type: openapi.Array}), `models["More"].items: are missing; say what the elements of the array look like`},
		"items":         {model(openapi.Schema{Type: openapi.Array, Items: &openapi.Schema{}}), `models["More"].items.type: "" is no type; use object, array, string, number, integer or boolean, or name a model in ref`},
		"property": {model(openapi.Schema{Type: openapi.Object, Properties: map[string]openapi.Schema{"a": {Type: openapi.String, Pattern: "[", MinLength: 3, MaxLength: 2}}}),
			"models[\"More\"].properties[\"a\"].pattern: \"[\" is no regular expression: error parsing regexp: missing closing ]: `[`; correct it\n" +
				"models[\"More\"].properties[\"a\"].maxLength: 3 to 2 is no range of lengths; give a smaller length first, or none"},
		"range": {model(openapi.Schema{Type: openapi.Number, Minimum: &one, Maximum: &negative}), `models["More"].maximum: -1 is less than the minimum of 1; make it larger`},
		"misplaced": {model(openapi.Schema{Type: openapi.Boolean, Properties: map[string]openapi.Schema{"a": {Type: openapi.String}}, Items: &openapi.Schema{Type: openapi.String}, Enum: []string{"a"}, Pattern: "a", MinLength: 1, MaxLength: 2, Minimum: &one, Maximum: &one}),
			"models[\"More\"].properties: means nothing for the type boolean; remove it, or use the type object\n" +
				"models[\"More\"].items: means nothing for the type boolean; remove it, or use the type array\n" +
				"models[\"More\"].enum: means nothing for the type boolean; remove it, or use the type string\n" +
				"models[\"More\"].pattern: means nothing for the type boolean; remove it, or use the type string\n" +
				"models[\"More\"].minLength: means nothing for the type boolean; remove it, or use the type string\n" +
				"models[\"More\"].maxLength: means nothing for the type boolean; remove it, or use the type string\n" +
				"models[\"More\"].minimum: means nothing for the type boolean; remove it, or use the type number\n" +
				"models[\"More\"].maximum: means nothing for the type boolean; remove it, or use the type number"},
		"policy": {func(d *openapi.Document) { d.Policy.Statements[0].Principals = nil }, `policy.statements[0].principals: are missing; say whom the statement is about`},
		"large policy": {func(d *openapi.Document) {
			d.Policy.Statements[0].Conditions = []policy.Condition{policy.StringEquals("aws:SourceVpce", strings.Split(strings.Repeat("vpce-0123456789abcdef0 ", 400), " ")[:400]...)}
		}, `policy: has 10349 characters, 8192 are allowed; shorten it`},
		"vpc endpoint": {func(d *openapi.Document) { d.VPCEndpoints = []string{"vpc-1"} }, `vpcEndpoints[0]: "vpc-1" is no id of a VPC endpoint; write it like vpce-0123456789abcdef0`},
		"gateway": {func(d *openapi.Document) {
			d.GatewayResponses = map[openapi.GatewayResponseType]openapi.GatewayResponse{"TEAPOT": {Status: 200, Body: "no"}, openapi.Throttled: {Body: `{"a":$context.requestId}`}}
		}, "gatewayResponses[\"TEAPOT\"]: \"TEAPOT\" is no reason for which API Gateway answers itself; use a constant such as openapi.Throttled\n" +
			"gatewayResponses[\"TEAPOT\"].status: 200 is not allowed; use 400 to 599\n" +
			"gatewayResponses[\"TEAPOT\"].body: \"no\" is no JSON when its variables are filled in; put quotes around all of them but $context.error.messageString\n" +
			"gatewayResponses[\"THROTTLED\"].body: \"{\\\"a\\\":$context.requestId}\" is no JSON when its variables are filled in; put quotes around all of them but $context.error.messageString"},
	} {
		t.Run(name, func(t *testing.T) {
			d := everything()
			c.change(&d)
			require.EqualError(t, d.Validate(), c.want)
			_, err := d.JSON()
			require.EqualError(t, err, c.want)
		})
	}
}
