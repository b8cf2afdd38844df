package asl

import (
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// Activity hands work to whoever asks the activity for it with GetActivityTask, and goes on when that reports the end. The
// state machine's role needs no permission for it. It waits for a year unless Task.Timeout is set. Not in express workflows.
// Pattern: RequestResponse.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html
type Activity struct {
	// ARN is the activity. Required.
	ARN string
	// Payload is what the worker gets: an Object or a List. Default: the state's input.
	Payload Value
}

func (c Activity) integration(r *renderer, _ Pattern) integration {
	r.notExpress(r.path("call"), "is an activity, which is not possible")
	if !arn.Is(c.ARN, "states", "activity:") {
		r.addf(r.path("call.arn"), "%q is no ARN of an activity; write it like arn:aws:states:us-west-2:111111111111:activity:name", c.ARN)
	}
	return integration{resource: "activity", arn: c.ARN, payload: c.Payload, permissions: func(arn.Scope) []policy.Statement { return nil }}
}

// LambdaFunction calls a function by its ARN as the resource of the task, as older state machines do. The result is what the
// function returned, without Lambda's answer around it. LambdaInvoke can do more. Pattern: RequestResponse.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
type LambdaFunction struct {
	// FunctionARN is the function, a version or an alias. Required.
	FunctionARN string
	// Payload is what the function gets: an Object or a List. Default: the state's input.
	Payload Value
}

func (c LambdaFunction) integration(r *renderer, _ Pattern) integration {
	if !arn.Is(c.FunctionARN, "lambda", "function:") {
		r.addf(r.path("call.functionARN"), "%q is no ARN of a function; write it like arn:aws:lambda:us-west-2:111111111111:function:name", c.FunctionARN)
	}
	return integration{resource: "lambda", arn: c.FunctionARN, payload: c.Payload, permissions: func(arn.Scope) []policy.Statement {
		return []policy.Statement{{Actions: []string{"lambda:InvokeFunction"}, Resources: []string{c.FunctionARN}}}
	}}
}
