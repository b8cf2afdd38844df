package asl

import (
	"cmp"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Pattern is how a task works with the service it calls.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
type Pattern string

const (
	// RequestResponse goes on as soon as the service has answered.
	RequestResponse Pattern = "RequestResponse"
	// Sync goes on when the job that was started has ended (.sync).
	Sync Pattern = "Sync"
	// WaitForToken goes on when someone returns the token that the call carries (.waitForTaskToken): see TaskToken.
	WaitForToken Pattern = "WaitForToken"
)

// Action is what a task does: one of the types of this package that name a service's operation, such as
// SageMakerCreateTrainingJob, LambdaInvoke, SNSPublish, or SDKCall for any other.
type Action interface {
	// integration describes the call, and reports what is wrong with it.
	integration(r *renderer, pattern Pattern) integration
}

// An integration is a call as Step Functions knows it.
type integration struct {
	// resource follows arn:aws:states:::, such as "sagemaker:createTrainingJob".
	resource  string
	arguments fields
	// payload is what the task gets, where that is no object of an API.
	payload Value
	// arn is the resource where it is no integration: an activity or a function.
	arn string
	// extra is what people wrote themselves, in the field of this name (default "extra"); unchecked takes it as it is.
	extra      Object
	extraField string
	unchecked  bool
	// patterns are those beside RequestResponse.
	patterns []Pattern
	// syncSuffix is ".sync" unless it is another.
	syncSuffix string
	// permissions are what the call needs, where the state machine lives in the scope.
	permissions func(scope arn.Scope) []policy.Statement
}

// Task calls a service. The role of the state machine needs exactly what Definition.Permissions says.
// https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
type Task struct {
	// Name is unique in the state machine: 1 to 80 characters. Required.
	Name string
	// Comment explains. Default: none.
	Comment string
	// QueryLanguage of the state. Default: that of the Map or Parallel around it, or of the definition.
	QueryLanguage QueryLanguage
	// Call is what the task does. Required.
	Call Action
	// Pattern is how long the task waits. Default: RequestResponse.
	Pattern Pattern
	// RoleARN is a role, mostly of another account, that the call is made with. Default: the state machine's role.
	// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
	RoleARN string
	// RoleARNFrom computes the role instead. Roles are those that it may be: the state machine's role may assume them, and no
	// other.
	RoleARNFrom Text
	Roles       []string
	// PermissionsElsewhere says that the state machine's role may assume what RoleARNFrom gives by other means, so that nothing is
	// derived, as for a machine that was imported with its role. Default: false, Roles are required.
	PermissionsElsewhere bool
	// Timeout fails the task with Timeout: whole seconds, from 1 s. Default: none, which is 99,999,999 s.
	Timeout time.Duration
	// TimeoutFrom computes the number of seconds instead.
	TimeoutFrom Text
	// Heartbeat fails the task with HeartbeatTimeout where no sign of life comes for so long: whole seconds, shorter than
	// the timeout. It makes sense with WaitForToken. Default: none.
	Heartbeat time.Duration
	// HeartbeatFrom computes the number of seconds instead.
	HeartbeatFrom Text
	// Retry repeats the task after errors: the first entry that names the error counts. Default: none.
	Retry []Retrier
	// Catch goes on elsewhere after errors. Default: the execution fails.
	Catch []Catcher
	// Output is what the next state gets (JSONata). Default: the result.
	Output Value
	// InputPath, ResultSelector, ResultPath and OutputPath choose data (JSONPath). Default: everything, the result
	// replacing the input.
	InputPath      DataPath
	ResultSelector Object
	ResultPath     DataPath
	OutputPath     DataPath
	// Assign sets variables. Default: none.
	Assign Object
	// Next is the state that goes on. Exactly one of Next and End is given.
	Next string
	// End ends the level.
	End bool
	// Extra is laid over the state, for fields that have none here. What leads elsewhere or assigns cannot be in it. Default:
	// none.
	Extra Object
}

func (s Task) meta() meta {
	return meta{name: s.Name, kind: "Task", comment: s.Comment, language: s.QueryLanguage, extra: s.Extra, next: s.Next, end: s.End,
		assigns: outcomeAssigns(s.Assign, s.Catch)}
}
func (s Task) edges() []edge   { return outcomeEdges(s.Next, s.Assign, s.Catch) }
func (s Task) levels() []level { return nil }

func (s Task) pattern() Pattern {
	return cmp.Or(s.Pattern, RequestResponse)
}

func (s Task) render(r *renderer) object {
	o := object{}
	r.inputPath(&o, s.InputPath)
	if s.Call == nil {
		r.addf(r.path("call"), "is missing; say what the task does, such as asl.LambdaInvoke")
		return o
	}
	called := s.Call.integration(r, s.pattern())
	arguments := called.arguments.merge(called.extra)
	o.set("Resource", s.resource(r, called))
	s.checkToken(r, arguments)
	r.limits(called, arguments)
	r.names(called)
	s.credentials(r, &o)
	switch {
	case given(called.payload):
		r.arguments(&o, r.path("call.payload"), called.payload)
	case len(arguments) > 0 || called.extra != nil:
		r.arguments(&o, r.path("call"), arguments)
	}
	s.times(r, &o)
	r.outcome(&o, outcome{s.ResultSelector, s.ResultPath, s.OutputPath, s.Assign, s.Output, s.Retry, s.Catch})
	return o
}

// credentials writes the role that the call is made with.
func (s Task) credentials(r *renderer, o *object) {
	switch {
	case s.RoleARN != "" && s.RoleARNFrom != "":
		r.addf(r.path("roleARN"), "is given twice; keep either RoleARN or RoleARNFrom")
	case s.RoleARN != "":
		roleARN(r, r.path("roleARN"), s.RoleARN)
		o.set("Credentials", object{{"RoleArn", s.RoleARN}})
	case s.RoleARNFrom != "":
		var role object
		r.field(&role, r.path("roleARNFrom"), "RoleArn", s.RoleARNFrom, ofInput)
		o.set("Credentials", role)
		switch {
		case len(s.Roles) == 0 && !s.PermissionsElsewhere:
			r.addf(r.path("roles"), "are missing; name the roles that RoleARNFrom may give, so that the state machine may assume them, or set PermissionsElsewhere")
		case len(s.Roles) > 0 && s.PermissionsElsewhere:
			r.addf(r.path("roles"), "are given although PermissionsElsewhere is set; keep one of them")
		}
	}
	if s.RoleARNFrom == "" && s.PermissionsElsewhere {
		r.addf(r.path("permissionsElsewhere"), "is for a role that is computed; set RoleARNFrom, or remove it")
	}
	if s.RoleARNFrom == "" && len(s.Roles) > 0 {
		r.addf(r.path("roles"), "are for a role that is computed; set RoleARNFrom, or RoleARN alone")
	}
	for i, each := range s.Roles {
		roleARN(r, at(r.path("roles"), i), each)
	}
}

func (s Task) resource(r *renderer, called integration) string {
	suffix := ""
	switch s.pattern() {
	case Sync:
		suffix = ".sync"
		if called.syncSuffix != "" {
			suffix = called.syncSuffix
		}
	case WaitForToken:
		suffix = ".waitForTaskToken"
	}
	allowed := []string{string(RequestResponse)}
	known := s.pattern() == RequestResponse
	for _, p := range called.patterns {
		allowed = append(allowed, string(p))
		known = known || p == s.pattern()
	}
	if !known {
		r.addf(r.path("pattern"), "%s is not possible with %s; use %s", s.Pattern, called.resource, problem.Choices(allowed))
	}
	if s.pattern() != RequestResponse {
		r.notExpress(r.path("pattern"), string(s.Pattern)+" is not possible")
	}
	return cmp.Or(called.arn, "arn:"+r.partition+":states:::"+called.resource+suffix)
}

// checkToken compares the pattern with the arguments: without the token in the call, nobody can end the task, and
// without the pattern, there is no token.
func (s Task) checkToken(r *renderer, arguments fields) {
	given := anyText(arguments, func(t Text) bool {
		e := t.inline()
		return strings.Contains(e.JSONPath, "$$.Task.Token") || strings.Contains(e.JSONata, "$states.context.Task.Token")
	})
	switch {
	case s.Pattern == WaitForToken && !given:
		r.addf(r.path("call"), "does not carry the task token, so that nobody could ever end the task; put asl.TaskToken() into the message, payload or environment")
	case s.Pattern != WaitForToken && given:
		r.addf(r.path("call"), "carries the task token, which exists only with the pattern WaitForToken; set that pattern")
	}
}

func (s Task) times(r *renderer, o *object) {
	if s.Timeout != 0 && s.TimeoutFrom != "" {
		r.addf(r.path("timeout"), "is given twice; keep either Timeout or TimeoutFrom")
	}
	if s.Heartbeat != 0 && s.HeartbeatFrom != "" {
		r.addf(r.path("heartbeat"), "is given twice; keep either Heartbeat or HeartbeatFrom")
	}
	if s.Timeout != 0 {
		o.set("TimeoutSeconds", r.seconds(r.path("timeout"), s.Timeout, maxInterval))
	}
	if s.TimeoutFrom != "" {
		r.computed(o, r.path("timeoutFrom"), "TimeoutSeconds", s.TimeoutFrom)
	}
	if s.Heartbeat != 0 {
		o.set("HeartbeatSeconds", r.seconds(r.path("heartbeat"), s.Heartbeat, maxInterval))
		if s.Timeout != 0 && s.Heartbeat >= s.Timeout {
			r.addf(r.path("heartbeat"), "%v is not shorter than the timeout of %v; make it shorter", s.Heartbeat, s.Timeout)
		}
	}
	if s.HeartbeatFrom != "" {
		r.computed(o, r.path("heartbeatFrom"), "HeartbeatSeconds", s.HeartbeatFrom)
	}
}
