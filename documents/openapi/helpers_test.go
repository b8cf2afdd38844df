package openapi_test

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/openapi"
	"github.com/mlplatform/mlplatform/documents/policy"
)

const (
	machine  = "arn:aws:states:us-west-2:111111111111:stateMachine:wine-approve"
	role     = "arn:aws:iam::111111111111:role/wine-api"
	function = "arn:aws:lambda:us-west-2:111111111111:function:wine"
)

var scope = arn.Scope{Region: "us-west-2", Account: "111111111111"}

func ok(model string) []openapi.Response {
	return []openapi.Response{{Status: 200, Description: "The answer", Model: model}}
}

func minimal() openapi.Document {
	return openapi.Document{
		Title: "wine", Version: "1.0", Scope: scope,
		Operations: []openapi.Operation{{Method: openapi.Get, Path: "/health", ID: "health", Anonymous: true, Responses: ok(""), Integration: openapi.Mock{}}},
	}
}

func everything() openapi.Document {
	low, high := 0.0, 14.0
	d := minimal()
	d.Description = "Models of wine"
	d.Models = map[string]openapi.Schema{
		"Approval": {Type: openapi.Object, Required: []string{"name"}, Properties: map[string]openapi.Schema{
			"name":  {Type: openapi.String, Pattern: "^[a-z]+$", MinLength: 1, MaxLength: 63, Description: "Name of the model"},
			"stage": {Type: openapi.String, Enum: []string{"dev", "prod"}},
			"ph":    {Type: openapi.Number, Minimum: &low, Maximum: &high},
			"tags":  {Type: openapi.Array, Items: &openapi.Schema{Type: openapi.String}},
			"more":  {Ref: "More"},
		}},
		"More":   {Type: openapi.Object},
		"Answer": {Type: openapi.Object, Properties: map[string]openapi.Schema{"ok": {Type: openapi.Boolean}}},
	}
	d.Operations = append(d.Operations,
		openapi.Operation{
			Method: openapi.Post, Path: "/model/approve", ID: "approveModel", Summary: "Approves a model", Description: "Records who", IAM: true, APIKey: true, Body: "Approval",
			Responses:   []openapi.Response{{Status: 404, Description: "No such model", Model: "Answer"}, {Status: 202, Description: "Approved", Model: "Answer"}},
			Integration: openapi.StartSyncExecution{StateMachineARN: machine, RoleARN: role, Timeout: 10_000_000_000},
		},
		openapi.Operation{
			Method: openapi.Get, Path: "/model/{name}", ID: "model", APIKey: true, Responses: ok("Answer"),
			Parameters: []openapi.Parameter{
				{Name: "name", In: openapi.InPath, Description: "Name of the model"}, {Name: "limit"}, {Name: "X-Trace", In: openapi.InHeader, Required: true},
			},
			Integration: openapi.StartSyncExecution{StateMachineARN: machine, RoleARN: role},
		},
		openapi.Operation{
			Method: openapi.Post, Path: "/infer", ID: "infer", APIKey: true, Body: "More", Parameters: []openapi.Parameter{{Name: "explain", Required: true}}, Responses: ok(""),
			Integration: openapi.InvokeEndpoint{Endpoint: "wine", RoleARN: role, Template: "$input.json('$.row')", ContentType: "text/csv"},
		},
		openapi.Operation{
			Method: openapi.Delete, Path: "/model/{name}", ID: "deleteModel", IAM: true, Responses: ok(""),
			Parameters: []openapi.Parameter{{Name: "name", In: openapi.InPath}}, Integration: openapi.InvokeFunction{FunctionARN: function},
		},
	)
	d.Policy = policy.New(
		policy.Statement{Principals: []policy.Principal{policy.Everyone()}, Actions: []string{"execute-api:Invoke"}, Resources: []string{"execute-api:/*"},
			Conditions: []policy.Condition{policy.StringEquals("aws:SourceVpce", "vpce-0123456789abcdef0")}},
		policy.Statement{Effect: policy.Deny, Principals: []policy.Principal{policy.Everyone()}, Actions: []string{"execute-api:Invoke"}, Resources: []string{"execute-api:/*"},
			Conditions: []policy.Condition{policy.StringNotEquals("aws:SourceVpce", "vpce-0123456789abcdef0")}},
	)
	d.VPCEndpoints = []string{"vpce-0123456789abcdef0"}
	d.GatewayResponses = map[openapi.GatewayResponseType]openapi.GatewayResponse{
		openapi.Throttled: {Status: 429, Body: `{"message":$context.error.messageString,"id":"$context.requestId"}`},
	}
	return d
}

func text(t *testing.T, d openapi.Document) []byte {
	t.Helper()
	out, err := d.JSON()
	require.NoError(t, err)
	return []byte(out)
}

func newLoader() *openapi3.Loader { return openapi3.NewLoader() }

// load lets kin-openapi read and validate a document.
func load(t *testing.T, text []byte) *openapi3.T {
	t.Helper()
	loader := newLoader()
	loaded, err := loader.LoadFromData(text)
	require.NoError(t, err)
	require.NoError(t, loaded.Validate(loader.Context))
	return loaded
}
