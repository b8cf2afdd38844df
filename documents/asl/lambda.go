package asl

import (
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// LambdaInvoke calls a function. The result is the answer of Lambda, with what the function returned in Payload:
// asl.Result("Payload"). Patterns: RequestResponse, WaitForToken.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
type LambdaInvoke struct {
	// FunctionARN is the function, a version or an alias. Required.
	FunctionARN string
	// Payload is what the function gets: an Object, or a Text that is filled in at run time. Default: the state's input.
	Payload Value
	// Event does not wait for the function's answer. Default: false.
	Event bool
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c LambdaInvoke) integration(r *renderer, _ Pattern) integration {
	if !arn.Is(c.FunctionARN, "lambda", "function:") {
		r.addf(r.path("call.functionARN"), "%q is no ARN of a function; write it like arn:aws:lambda:us-west-2:111111111111:function:name", c.FunctionARN)
	}
	f := fields{{"FunctionName", Text(c.FunctionARN)}}
	if c.Event {
		f.string("InvocationType", "Event")
	}
	if c.Payload == nil {
		c.Payload = Input("")
	}
	f.set("Payload", c.Payload)
	return integration{
		resource: "lambda:invoke", arguments: f, extra: c.Extra, patterns: []Pattern{WaitForToken},
		permissions: func(arn.Scope) []policy.Statement {
			return []policy.Statement{{Actions: []string{"lambda:InvokeFunction"}, Resources: []string{c.FunctionARN}}}
		},
	}
}
