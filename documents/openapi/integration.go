package openapi

import (
	"cmp"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/jsontext"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Integration is what answers an operation: StartSyncExecution, InvokeEndpoint, InvokeFunction or Mock.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
type Integration interface {
	integration(o Operation, scope arn.Scope) jsonIntegration
	validate(o Operation) error
	// withRole is the integration with the role, where it needs one and has none.
	withRole(arn string) Integration
	// permissions are what its role needs.
	permissions(scope arn.Scope) []policy.Statement
}

type jsonIntegration struct {
	Type              string                             `json:"type"`
	HTTPMethod        string                             `json:"httpMethod,omitempty"`
	URI               string                             `json:"uri,omitempty"`
	Credentials       string                             `json:"credentials,omitempty"`
	Passthrough       string                             `json:"passthroughBehavior"`
	Timeout           int64                              `json:"timeoutInMillis,omitempty"`
	RequestParameters map[string]string                  `json:"requestParameters,omitempty"`
	RequestTemplates  map[string]string                  `json:"requestTemplates,omitempty"`
	Responses         map[string]jsonIntegrationResponse `json:"responses,omitempty"`
}

type jsonIntegrationResponse struct {
	Status    string            `json:"statusCode"`
	Templates map[string]string `json:"responseTemplates"`
}

// The limits of how long API Gateway waits. A quota allows private APIs more.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
const (
	minTimeout = 50 * time.Millisecond
	maxTimeout = 29 * time.Second
)

func timeoutOf(given time.Duration) int64 {
	given = cmp.Or(given, maxTimeout)
	return given.Milliseconds()
}

func checkTimeout(problems *problem.List, timeout time.Duration) {
	if timeout != 0 && (timeout < minTimeout || timeout > maxTimeout) {
		problems.Addf("timeout", "%s is not allowed; use 50ms to 29s", timeout)
	}
}

func checkRole(problems *problem.List, role string) {
	if !arn.Is(role, "iam", "role/") {
		problems.Addf("roleARN", "%q is no ARN of a role; write it like arn:aws:iam::111111111111:role/name", role)
	}
}

func uri(scope arn.Scope, rest string) string {
	return "arn:" + scope.Partition + ":apigateway:" + scope.Region + ":" + rest
}

// fixed is the response of a failed integration, which tells clients nothing of its inside.
func fixed(status, name, message string) jsonIntegrationResponse {
	return jsonIntegrationResponse{status, map[string]string{jsonType: failure(name, message)}}
}

// failure is the body of an error, as all of this package write it.
func failure(name, message string) string {
	return jsontext.Compact(struct {
		Error   string `json:"error"`
		Message string `json:"message"`
		Request string `json:"requestId"`
	}{name, message, "$context.requestId"})
}

// InvokeEndpoint gives the body of the request to an endpoint of SageMaker, and answers with what that answers.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
type InvokeEndpoint struct {
	// Endpoint is the name of the endpoint. Required.
	Endpoint string
	// RoleARN is the role that invokes it, of the service apigateway.amazonaws.com. Required.
	RoleARN string
	// Template makes the endpoint's input of the request, in Velocity. Default: the body as it is.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
	Template string
	// ContentType of the input. Default: application/json.
	ContentType string
	// Timeout: 50 ms to 29 s. Default: 29 s.
	Timeout time.Duration
}

func (i InvokeEndpoint) integration(o Operation, scope arn.Scope) jsonIntegration {
	template, contentType := i.Template, i.ContentType
	template = cmp.Or(template, "$input.json('$')")
	contentType = cmp.Or(contentType, jsonType)
	return jsonIntegration{
		Type: "aws", HTTPMethod: "POST", URI: uri(scope, "runtime.sagemaker:path/endpoints/"+i.Endpoint+"/invocations"), Credentials: i.RoleARN,
		Passthrough: "never", Timeout: timeoutOf(i.Timeout),
		RequestParameters: map[string]string{"integration.request.header.Content-Type": "'" + contentType + "'"},
		RequestTemplates:  map[string]string{jsonType: template},
		Responses: map[string]jsonIntegrationResponse{
			"default": {statusText(o.success()), map[string]string{jsonType: "$input.json('$')"}},
			`4\d{2}`:  fixed("502", "ModelError", "the endpoint refused the request"),
			`5\d{2}`:  fixed("502", "ModelError", "the endpoint could not answer"),
		},
	}
}

func (i InvokeEndpoint) validate(o Operation) error {
	var problems problem.List
	if !endpointPattern.MatchString(i.Endpoint) && !token.Is(i.Endpoint) {
		problems.Addf("endpoint", "%q is no name of an endpoint; use 1 to 63 letters, digits and hyphens between them", i.Endpoint)
	}
	checkRole(&problems, i.RoleARN)
	checkTimeout(&problems, i.Timeout)
	if o.Method != Post {
		problems.Addf("endpoint", "is invoked with the body of a request, and %s requests have none; use POST", o.Method)
	}
	if strings.ContainsAny(i.ContentType, "'\n") {
		problems.Addf("contentType", "%q is no content type; write it like text/csv", i.ContentType)
	}
	return problems.Err()
}

func (i InvokeEndpoint) withRole(arn string) Integration {
	i.RoleARN = cmp.Or(i.RoleARN, arn)
	return i
}

// permissions name the endpoint in small letters, as SageMaker does in ARNs.
func (i InvokeEndpoint) permissions(scope arn.Scope) []policy.Statement {
	name := i.Endpoint
	if !token.Is(name) {
		name = strings.ToLower(name)
	}
	return []policy.Statement{{Actions: []string{"sagemaker:InvokeEndpoint"}, Resources: []string{scope.Regional("sagemaker", "endpoint/"+name)}}}
}

// InvokeFunction gives the request to a Lambda function, and answers with the status, headers and body that the function
// returns. The function must allow the API to invoke it.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
type InvokeFunction struct {
	// FunctionARN is the function, a version or an alias. Required.
	FunctionARN string
	// Timeout: 50 ms to 29 s. Default: 29 s.
	Timeout time.Duration
}

func (i InvokeFunction) integration(_ Operation, scope arn.Scope) jsonIntegration {
	return jsonIntegration{
		Type: "aws_proxy", HTTPMethod: "POST", URI: uri(scope, "lambda:path/2015-03-31/functions/"+i.FunctionARN+"/invocations"),
		Passthrough: "never", Timeout: timeoutOf(i.Timeout),
	}
}

func (i InvokeFunction) validate(Operation) error {
	var problems problem.List
	if !arn.Is(i.FunctionARN, "lambda", "function:") {
		problems.Addf("functionARN", "%q is no ARN of a function; write it like arn:aws:lambda:us-west-2:111111111111:function:name", i.FunctionARN)
	}
	checkTimeout(&problems, i.Timeout)
	return problems.Err()
}

func (i InvokeFunction) withRole(string) Integration              { return i }
func (i InvokeFunction) permissions(arn.Scope) []policy.Statement { return nil }

// Mock answers by itself, with the first status of 200 to 299 of the operation's responses.
type Mock struct {
	// Body is the answer, a template in Velocity. Default: {}.
	Body string
}

func (m Mock) integration(o Operation, _ arn.Scope) jsonIntegration {
	body := cmp.Or(m.Body, "{}")
	status := statusText(o.success())
	return jsonIntegration{
		Type: "mock", Passthrough: "never", RequestTemplates: map[string]string{jsonType: `{"statusCode":` + status + `}`},
		Responses: map[string]jsonIntegrationResponse{"default": {status, map[string]string{jsonType: body}}},
	}
}

func (Mock) validate(Operation) error                 { return nil }
func (m Mock) withRole(string) Integration            { return m }
func (Mock) permissions(arn.Scope) []policy.Statement { return nil }
