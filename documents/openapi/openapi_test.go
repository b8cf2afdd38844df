package openapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/openapi"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/golden"
)

func TestDocuments(t *testing.T) {
	for name, d := range map[string]openapi.Document{"minimal": minimal(), "everything": everything()} {
		t.Run(name, func(t *testing.T) {
			got := text(t, d)
			golden.AssertJSON(t, "testdata/"+name+".json", got)
			require.Equal(t, string(got), string(text(t, d)), "the same values give the same bytes")
			loaded := load(t, got)
			require.Equal(t, "3.0.1", loaded.OpenAPI)
			operations := 0
			for _, item := range loaded.Paths.Map() {
				operations += len(item.Operations())
			}
			require.Equal(t, len(d.Operations), operations)
		})
	}
}

// TestValidatorRefuses holds that the validator of the other tests finds faults.
func TestValidatorRefuses(t *testing.T) {
	for _, change := range [][2]string{
		{`"#/components/schemas/More"`, `"#/components/schemas/Less"`}, {`"title":"wine",`, ""}, {`"in":"path"`, `"in":"nowhere"`}, {`"type":"number"`, `"type":"numeral"`},
	} {
		broken := strings.Replace(string(text(t, everything())), change[0], change[1], 1)
		require.NotEqual(t, string(text(t, everything())), broken)
		loader := newLoader()
		loaded, err := loader.LoadFromData([]byte(broken))
		if err == nil {
			err = loaded.Validate(loader.Context)
		}
		require.Error(t, err, change[1])
	}
}

// TestSecurity holds who may call what, as API Gateway reads it.
func TestSecurity(t *testing.T) {
	loaded := load(t, text(t, everything()))
	require.Equal(t, "apiKey", loaded.Components.SecuritySchemes["sigv4"].Value.Type)
	require.Equal(t, "awsSigv4", loaded.Components.SecuritySchemes["sigv4"].Value.Extensions["x-amazon-apigateway-authtype"])
	for route, want := range map[string][]string{
		"GET /health": nil, "POST /model/approve": {"api_key", "sigv4"}, "GET /model/{name}": {"api_key"}, "DELETE /model/{name}": {"sigv4"},
	} {
		method, path, _ := strings.Cut(route, " ")
		operation := loaded.Paths.Value(path).GetOperation(method)
		var got []string
		if operation.Security != nil {
			require.Len(t, *operation.Security, 1, "one requirement with all schemes: both are needed")
			for _, name := range []string{"api_key", "sigv4"} {
				if _, ok := (*operation.Security)[0][name]; ok {
					got = append(got, name)
				}
			}
		}
		require.Equal(t, want, got, route)
	}
}

// TestReferences holds that references of Terraform pass as they are.
func TestReferences(t *testing.T) {
	d := everything()
	d.Operations[1].Integration = openapi.StartSyncExecution{StateMachineARN: "${aws_sfn_state_machine.approve.arn}", RoleARN: "${aws_iam_role.api.arn}"}
	d.VPCEndpoints = []string{"${aws_vpc_endpoint.api.id}"}
	got := string(text(t, d))
	require.Contains(t, got, `{\"stateMachineArn\":\"${aws_sfn_state_machine.approve.arn}\",`)
	require.Contains(t, got, `"credentials":"${aws_iam_role.api.arn}"`)
	require.Contains(t, got, `"vpcEndpointIds":["${aws_vpc_endpoint.api.id}"]`)
	require.Equal(t, 3, strings.Count(got, "${"), "nothing else looks like a reference")
	require.NotContains(t, got, "%{")
}

func TestPartition(t *testing.T) {
	d := everything()
	d.Scope = arn.Scope{Region: "cn-north-1", Account: "111111111111"}
	require.Contains(t, string(text(t, d)), `"uri":"arn:aws-cn:apigateway:cn-north-1:states:action/StartSyncExecution"`)
}

// templates are those of an operation's integration.
func templates(t *testing.T, d openapi.Document, method, path string) (request string, responses map[string]string) {
	t.Helper()
	type templated struct {
		Request   map[string]string `json:"requestTemplates"`
		Responses map[string]struct {
			Templates map[string]string `json:"responseTemplates"`
		} `json:"responses"`
	}
	var document struct {
		Paths map[string]map[string]struct {
			Integration templated `json:"x-amazon-apigateway-integration"`
		} `json:"paths"`
	}
	require.NoError(t, json.Unmarshal(text(t, d), &document))
	found := document.Paths[path][method].Integration
	responses = map[string]string{}
	for pattern, response := range found.Responses {
		responses[pattern] = response.Templates["application/json"]
	}
	return found.Request["application/json"], responses
}

// TestRole holds that the role of the integrations reaches nothing but them.
func TestRole(t *testing.T) {
	d := everything()
	for i, o := range d.Operations {
		switch integration := o.Integration.(type) {
		case openapi.StartSyncExecution:
			integration.RoleARN = ""
			d.Operations[i].Integration = integration
		case openapi.InvokeEndpoint:
			integration.RoleARN, integration.Endpoint = "", "Wine"
			d.Operations[i].Integration = integration
		}
	}
	require.ErrorContains(t, d.Validate(), `integration.roleARN: "" is no ARN of a role`)
	require.NoError(t, d.WithRole(role).Validate())
	require.ErrorContains(t, d.Validate(), "roleARN", "the document itself stays as it was")
	document, err := policy.New(d.Permissions()...).JSON(policy.Identity)
	require.NoError(t, err)
	require.JSONEq(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"states:StartSyncExecution","Resource":"`+machine+`"},
		{"Effect":"Allow","Action":"sagemaker:InvokeEndpoint","Resource":"arn:aws:sagemaker:us-west-2:111111111111:endpoint/wine"}]}`, document)
	require.Empty(t, minimal().Permissions())
}
