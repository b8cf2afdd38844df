package openapi

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/jsontext"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// StartSyncExecution runs an express state machine and answers with its output.
//
// The input of the execution is an object: requestId; caller, the ARN of who signed the request, where the operation has
// IAM; body, where it has one; query, headers and path with the parameters that it declares, as texts, empty ones
// where the request has none.
//
// The output must be an object of two fields: statusCode, a number, and body, the JSON of the answer as a text, as
// {"statusCode": 404, "body": "{\"error\":\"NotFound\"}"}. API Gateway hears of an execution that fails with the status
// 200; clients get 500, and 504 after a timeout, without what failed. Input of more than 256 KiB is answered with 413,
// which says so.
//
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
type StartSyncExecution struct {
	// StateMachineARN is an express state machine. Required.
	StateMachineARN string
	// RoleARN is the role that starts it, of the service apigateway.amazonaws.com. Required.
	RoleARN string
	// Timeout: 50 ms to 29 s. Default: 29 s.
	Timeout time.Duration
}

func (i StartSyncExecution) integration(o Operation, scope arn.Scope) jsonIntegration {
	return jsonIntegration{
		Type: "aws", HTTPMethod: "POST", URI: uri(scope, "states:action/StartSyncExecution"), Credentials: i.RoleARN,
		Passthrough: "never", Timeout: timeoutOf(i.Timeout),
		RequestParameters: map[string]string{"integration.request.header.Content-Type": "'application/x-amz-json-1.0'"},
		RequestTemplates:  map[string]string{jsonType: i.request(o)},
		Responses: map[string]jsonIntegrationResponse{
			"default": {statusText(o.success()), map[string]string{jsonType: executionAnswer}},
			`4\d{2}`:  {"502", map[string]string{jsonType: executionRefused}},
			`5\d{2}`:  fixed("502", "BadGateway", "the request could not be started; try again"),
		},
	}
}

func (i StartSyncExecution) validate(Operation) error {
	var problems problem.List
	if !arn.Is(i.StateMachineARN, "states", "stateMachine:") {
		problems.Addf("stateMachineARN", "%q is no ARN of a state machine; write it like arn:aws:states:us-west-2:111111111111:stateMachine:name", i.StateMachineARN)
	}
	checkRole(&problems, i.RoleARN)
	checkTimeout(&problems, i.Timeout)
	return problems.Err()
}

func (i StartSyncExecution) withRole(arn string) Integration {
	i.RoleARN = cmp.Or(i.RoleARN, arn)
	return i
}

func (i StartSyncExecution) permissions(arn.Scope) []policy.Statement {
	return []policy.Statement{{Actions: []string{"states:StartSyncExecution"}, Resources: []string{i.StateMachineARN}}}
}

// request is the template of the call. The input is JSON in a text of JSON, so that texts in it are escaped twice.
func (i StartSyncExecution) request(o Operation) string {
	fields := []string{field("requestId", text("$context.requestId"))}
	if o.IAM {
		fields = append(fields, field("caller", text("$context.identity.userArn")))
	}
	if o.Body != "" {
		fields = append(fields, field("body", escaped("$input.json('$')")))
	}
	for _, place := range []struct {
		name string
		in   In
	}{{"path", InPath}, {"query", InQuery}, {"headers", InHeader}} {
		var inner []string
		for _, p := range o.Parameters {
			if p.place() == place.in {
				inner = append(inner, field(p.Name, text("$input.params('"+p.Name+"')")))
			}
		}
		if len(inner) > 0 {
			fields = append(fields, field(place.name, "{"+strings.Join(inner, ",")+"}"))
		}
	}
	return `{"stateMachineArn":` + jsontext.Compact(i.StateMachineARN) + `,"input":"{` + strings.Join(fields, ",") + `}"}`
}

func field(name, value string) string { return `\"` + name + `\":` + value }

// text is a value of run time as a text of JSON inside of one.
func text(value string) string { return `\"` + escaped(escaped(value)) + `\"` }

// escaped writes the value for the inside of a text of JSON. What escapes for JavaScript escapes apostrophes too, which
// JSON knows nothing of.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference
func escaped(value string) string {
	return `$util.escapeJavaScript(` + value + `).replaceAll("\\'","'")`
}

// executionAnswer answers with the output of the execution. The execution's own error and cause stay inside.
var executionAnswer = strings.Join([]string{
	`#set($status = $input.path('$.status'))`,
	`#if($status == "SUCCEEDED")`,
	`#set($answer = $util.parseJson($input.path('$.output')))`,
	`#set($context.responseOverride.status = $answer.statusCode)`,
	`$answer.body`,
	`#elseif($status == "TIMED_OUT")`,
	`#set($context.responseOverride.status = 504)`,
	failure("Timeout", "the request took too long"),
	`#else`,
	`#set($context.responseOverride.status = 500)`,
	failure("InternalError", "the request could not be answered"),
	`#end`,
}, "\n")

// executionRefused answers where Step Functions did not start the execution.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html#API_StartSyncExecution_Errors
var executionRefused = strings.Join([]string{
	`#set($type = $input.json('$.__type'))`,
	`#if($type.contains("InvalidExecutionInput") || $type.contains("ValidationException"))`,
	`#set($context.responseOverride.status = 413)`,
	failure("RequestTooLarge", "the request is larger than 256 KiB; divide it"),
	`#elseif($type.contains("Throttling"))`,
	`#set($context.responseOverride.status = 429)`,
	failure("TooManyRequests", "there are too many requests; try again later"),
	`#else`,
	failure("BadGateway", "the request could not be started; try again"),
	`#end`,
}, "\n")

func statusText(status int) string { return strconv.Itoa(status) }
