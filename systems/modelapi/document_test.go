package modelapi_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/aslnode"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/vtltest"
	"github.com/mlplatform/mlplatform/systems/approval"
	"github.com/mlplatform/mlplatform/systems/modelapi"
)

func api() modelapi.API {
	made := modelapi.API{Title: "wine-prod-models", RoleARN: "arn:aws:iam::111111111111:role/wine-api", Machines: map[modelapi.Route]string{}}
	for _, route := range modelapi.Routes() {
		made.Machines[route] = "arn:aws:states:us-west-2:111111111111:stateMachine:wine-api-" + string(route)
	}
	return made
}

func documentText(t *testing.T, s modelapi.Settings) []byte {
	t.Helper()
	d, err := s.Document(api())
	require.NoError(t, err)
	text, err := d.JSON()
	require.NoError(t, err)
	return []byte(text)
}

// TestDocument holds the routes, and who may call them.
func TestDocument(t *testing.T) {
	for name, settings := range examples {
		text := documentText(t, settings())
		golden.AssertJSON(t, filepath.Join("testdata", name, "openapi.json"), text)
		loader := openapi3.NewLoader()
		loaded, err := loader.LoadFromData(text)
		require.NoError(t, err)
		require.NoError(t, loaded.Validate(loader.Context))
		routes := map[string]int{}
		for path, item := range loaded.Paths.Map() {
			for method, operation := range item.Operations() {
				require.Len(t, *operation.Security, 1)
				routes[method+" "+path] = len((*operation.Security)[0])
				require.Contains(t, (*operation.Security)[0], "api_key")
				for status, response := range operation.Responses.Map() {
					if status >= "400" {
						require.Equal(t, "#/components/schemas/Error", response.Value.Content["application/json"].Schema.Ref)
					}
				}
			}
		}
		require.Equal(t, map[string]int{
			"POST /infer": 1, "GET /model/list": 1, "GET /model/describe": 1, "POST /model/describe": 1,
			"POST /model/approve": 2, "POST /model/deploy": 2, "POST /model/delete": 2, // with a signature of IAM
		}, routes)
	}
}

// TestBodies holds bodies against the models as API Gateway does, which knows draft 4 of JSON Schema.
func TestBodies(t *testing.T) {
	var document any
	require.NoError(t, json.Unmarshal(documentText(t, minimal()), &document))
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft4)
	require.NoError(t, compiler.AddResource("file:///api.json", document))
	for body, c := range map[string]struct{ model, wrong string }{
		`{"model_package_arn":"` + packageARN + `"}`: {"Package", ""},
		`{}`:                        {"Package", "missing property 'model_package_arn'"},
		`[]`:                        {"Package", "got array, want object"},
		`{"model_package_arn":7}`:   {"Package", "got number, want string"},
		`{"model_package_arn":"7"}`: {"Package", "does not match pattern"},
		`{"model_package_arn":"` + packageARN + `","instance_type":1}`:                  {"Deployment", "got number, want string"},
		`{"transactions":{"0":{"a":1}},"endpoint_name":"wine"}`:                         {"Inference", ""},
		`{"transactions":{"0":[1]},"model_package_arn":"` + packageARN + `"}`:           {"Inference", ""},
		`{"endpoint_name":"wine"}`:                                                      {"Inference", "missing property 'transactions'"},
		`{"transactions":[],"endpoint_name":"wine"}`:                                    {"Inference", "got array, want object"},
		`{"transactions":{},"endpoint_name":1}`:                                         {"Inference", "got number, want string"},
		`{"transactions":{},"model_package_arn":"arn:aws:s3:::bucket/model-package/1"}`: {"Inference", "does not match pattern"},
	} {
		schema, err := compiler.Compile("file:///api.json#/components/schemas/" + c.model)
		require.NoError(t, err)
		var value any
		require.NoError(t, json.Unmarshal([]byte(body), &value))
		err = schema.Validate(value)
		if c.wrong == "" {
			require.NoError(t, err, body)
		} else {
			require.ErrorContains(t, err, c.wrong, body)
		}
	}
}

// templates are those of a route.
func templates(t *testing.T, s modelapi.Settings, method, path string) (request, response string) {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			Integration struct {
				Request   map[string]string `json:"requestTemplates"`
				Responses map[string]struct {
					Templates map[string]string `json:"responseTemplates"`
				} `json:"responses"`
			} `json:"x-amazon-apigateway-integration"`
		} `json:"paths"`
	}
	require.NoError(t, json.Unmarshal(documentText(t, s), &document))
	found := document.Paths[path][method].Integration
	return found.Request["application/json"], found.Responses["default"].Templates["application/json"]
}

// TestRequests goes the whole way: the request through its template into the machine, and the output of that through the
// template of the response.
func TestRequests(t *testing.T) {
	cases := []struct {
		name, method, path string
		route              modelapi.Route
		body               string
		params             map[string]string
		tasks              tasks
		status             int
		answer             object
	}{
		{"infer", "post", "/infer", modelapi.Infer, `{"endpoint_name":"wine","transactions":{"it's \"1\"":[1,2],"$2 #end":[3]}}`, nil, tasks{invoke: scores("0.1\n0.9")}, 200, // Go sorts keys
			object{`it's "1"`: fraud(1, 90), "$2 #end": fraud(0, 10)}},
		{"infer wrong", "post", "/infer", modelapi.Infer, `{"endpoint_name":"wine","transactions":{"it's \"1\"":["4111"]}}`, nil, nil, 400, badRow(`transactions.it's "1"`)},
		{"list", "get", "/model/list", modelapi.List, "", map[string]string{"limit": "5"}, tasks{"List first page": gives(versions("a/b+c==", 7)), "Read package": gives(pending())}, 200,
			object{"PendingManualApproval": []any{details(pending())}, "NextToken": "a/b+c=="}},
		{"list on", "get", "/model/list", modelapi.List, "", map[string]string{"next": "a/b+c=="}, tasks{"List next page": gives(versions("", 7)), "Read package": gives(pending())}, 200,
			object{"PendingManualApproval": []any{details(pending())}, "NextToken": nil}},
		{"list wrong", "get", "/model/list", modelapi.List, "", map[string]string{"limit": `"'\`}, nil, 400, wrong("BadRequest", "is no number of models; use 1 to 50", "limit")},
		{"approve", "post", "/model/approve", modelapi.Approve, `{"model_package_arn":"` + packageARN + `"}`, nil, tasks{"Read package": gives(pending())}, 200, details(pending(), "ModelApprovalStatus", "Approved")},
		{"deploy", "post", "/model/deploy", modelapi.Deploy, `{"model_package_arn":"` + packageARN + `"}`, nil, tasks{"Read package": gives(version("Approved")), "Start deployment": gives(object{"ExecutionArn": "arn:e"})}, 202,
			details(version("Approved"), "EndpointName", "wine", "ExecutionArn", "arn:e")},
		{"deploy too early", "post", "/model/deploy", modelapi.Deploy, `{"model_package_arn":"` + packageARN + `"}`, nil, tasks{"Read package": gives(pending())}, 409,
			wrong("NotApproved", "the version is PendingManualApproval, not Approved; have it approved first")},
		{"delete", "post", "/model/delete", modelapi.Delete, `{"model_package_arn":"` + packageARN + `"}`, nil, deletes(nil), 200, details(live(), "EndpointName", nil, "EndpointConfigName", nil)},
		{"describe", "post", "/model/describe", modelapi.Describe, `{"model_package_arn":"` + packageARN + `"}`, nil, tasks{"Read package": refuses(noPackage)}, 404, wrong("NotFound", "there is no such model or endpoint")},
		{"describe by GET", "get", "/model/describe", modelapi.Describe, "", map[string]string{"model_package_arn": packageARN}, deletes(nil), 200,
			details(live(), "EndpointStatus", "InService", "LastModifiedTime", "2026-01-02T00:00:00Z", "FailureReason", nil, "message", `Endpoint current status is: "InService"`)},
	}
	context := object{"requestId": "r-1", "identity": object{"userArn": callerARN}}
	all := machines(t, minimal())
	var requests, responses []vtltest.Request
	for _, c := range cases {
		request, _ := templates(t, minimal(), c.method, c.path)
		require.NotEmpty(t, request)
		requests = append(requests, vtltest.Request{Template: request, Body: c.body, Params: c.params, Context: context})
	}
	var executions []aslnode.Request
	for i, got := range vtltest.Run(t, requests) {
		var call struct {
			Machine string `json:"stateMachineArn"`
			Input   string `json:"input"`
		}
		require.NoError(t, json.Unmarshal([]byte(got.Output), &call), got.Output)
		c := cases[i]
		require.Equal(t, api().Machines[c.route], call.Machine)
		var input object
		require.NoError(t, json.Unmarshal([]byte(call.Input), &input))
		require.Equal(t, strings.HasPrefix(c.path, "/model/") && c.method == "post" && c.route != modelapi.Describe, input["caller"] == callerARN, "who is known where something changes")
		executions = append(executions, aslnode.Request{Run: definition(t, all[c.route]), Input: input, Tasks: c.tasks, Context: object{"Execution": object{"Input": input}}})
	}
	for i, got := range aslnode.Node(t, executions) {
		require.Empty(t, got.Error, got.Cause)
		output, err := json.Marshal(got.Output)
		require.NoError(t, err)
		answer, err := json.Marshal(object{"status": "SUCCEEDED", "output": string(output)})
		require.NoError(t, err)
		_, response := templates(t, minimal(), cases[i].method, cases[i].path)
		responses = append(responses, vtltest.Request{Template: response, Body: string(answer), Context: context})
	}
	for i, got := range vtltest.Run(t, responses) {
		t.Run(cases[i].name, func(t *testing.T) {
			want, err := json.Marshal(cases[i].answer)
			require.NoError(t, err)
			require.JSONEq(t, string(want), got.Output)
			require.Equal(t, cases[i].status, got.Status)
		})
	}
}

// TestTwoApprovals lets two people approve a version at the same moment: both are told that it is approved, and of the two
// events that follow, the second finds it deployed.
func TestTwoApprovals(t *testing.T) {
	approve := definition(t, machines(t, minimal())[modelapi.Approve])
	var requests []aslnode.Request
	for _, who := range []string{"ada", "bob"} {
		input := object{"requestId": "r-" + who, "caller": "arn:aws:sts::111111111111:assumed-role/reviewers/" + who, "body": object{"model_package_arn": packageARN}}
		requests = append(requests, aslnode.Request{Run: endingWith(t, approve, "Approve"), Input: input, Tasks: tasks{"Read package": gives(pending())}, Context: object{"Execution": object{"Input": input}}})
	}
	deploys, err := approval.Settings{
		Scope: scope, Group: "wine-quality", Endpoint: "wine", RoleARN: "arn:aws:iam::111111111111:role/serve", InstanceType: "ml.m5.large", TopicARN: "arn:aws:sns:us-west-2:111111111111:alerts",
	}.Definition()
	require.NoError(t, err)
	text, err := deploys.JSON()
	require.NoError(t, err)
	event := object{"detail": object{"ModelPackageArn": packageARN, "UpdatedModelPackageFields": []string{"ModelApprovalStatus"}}}
	requests = append(requests, aslnode.Request{
		Run: json.RawMessage(text), Input: event, Context: object{"Execution": object{"Id": "arn:2", "StartTime": "2026-01-01T00:00:00Z", "Input": event}},
		Tasks: tasks{"Read package": gives(live()), "Read endpoint": gives(endpoint("Updating", "wine-approved-old"), endpoint("InService", configuration))},
	})
	answers := aslnode.Node(t, requests)
	for i, who := range []string{"ada", "bob"} {
		require.Equal(t, object{
			"ModelPackageArn": packageARN, "ModelApprovalStatus": "Approved",
			"ApprovalDescription": "Approved over the API by arn:aws:sts::111111111111:assumed-role/reviewers/" + who + ", request r-" + who,
		}, answers[i].Output)
	}
	require.Equal(t, "already deployed", answers[2].Output.(object)["result"])
	require.Equal(t, []string{"Read package", "Read endpoint", "Read package", "Read endpoint"}, answers[2].Visited)
	require.True(t, strings.HasPrefix(configuration, approval.Made("wine")), "what approvals make is what may be deleted")
}
