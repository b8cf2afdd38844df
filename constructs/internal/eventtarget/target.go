// Package eventtarget holds what schedules and event rules have in common: what they start and with which parameters, how
// long they try, and where that goes which could not be started.
package eventtarget

import (
	"regexp"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

var namePattern = regexp.MustCompile(`^[0-9A-Za-z_.-]{1,64}$`)

// CheckName reports a name that no schedule, group or rule can have.
func CheckName(problems *problem.List, path, name string) {
	switch {
	case token.Is(name):
		problems.Addf(path, "%q is known to Terraform only, and the conditions of policies are built from it; write the name out", name)
	case !namePattern.MatchString(name):
		problems.Addf(path, "%q is no name; use 1 to 64 letters, digits and _ . -", name)
	}
}

// CheckPipeline reports an ARN that is not that of a SageMaker pipeline of this account and region.
func CheckPipeline(problems *problem.List, path, value string, scope arn.Scope) {
	if !arn.Is(value, "sagemaker", "pipeline/") {
		problems.Addf(path, "%q is no ARN of a SageMaker pipeline; write it like %s", value, scope.Regional("sagemaker", "pipeline/name"))
		return
	}
	checkPlace(problems, path, value, scope)
}

// CheckStateMachine reports an ARN that is not that of a state machine of this account and region.
func CheckStateMachine(problems *problem.List, path, value string, scope arn.Scope) {
	if !arn.Is(value, "states", "stateMachine:") {
		problems.Addf(path, "%q is no ARN of a state machine; write it like %s", value, scope.Regional("states", "stateMachine:name"))
		return
	}
	checkPlace(problems, path, value, scope)
}

// CheckQueue reports an ARN that is not that of a standard SQS queue of this account and region.
func CheckQueue(problems *problem.List, path, value string, scope arn.Scope) {
	switch {
	case value == "":
	case !arn.Is(value, "sqs", ""):
		problems.Addf(path, "%q is no ARN of an SQS queue; write it like %s", value, scope.Regional("sqs", "name"))
	case strings.HasSuffix(value, ".fifo"):
		problems.Addf(path, "%q is a FIFO queue, which takes no dead letters of EventBridge; use a standard queue", value)
	default:
		checkPlace(problems, path, value, scope)
	}
}

// checkPlace compares region and account as far as they are known.
func checkPlace(problems *problem.List, path, value string, scope arn.Scope) {
	parts := strings.SplitN(value, ":", 6)
	if len(parts) < 6 || token.Any(parts[:5]) || token.Is(scope.Region) || token.Is(scope.Account) {
		return
	}
	if parts[3] != scope.Region || parts[4] != scope.Account {
		problems.Addf(path, "%q is in account %s, %s, and EventBridge delivers in account %s, %s only; name one of there", value, parts[4], parts[3], scope.Account, scope.Region)
	}
}

// CheckTarget reports that not exactly one target is given.
func CheckTarget(problems *problem.List, pipeline, stateMachine bool) {
	if !pipeline && !stateMachine {
		problems.Addf("pipeline", "and stateMachine are both missing; give the one to start")
	}
	if pipeline && stateMachine {
		problems.Addf("stateMachine", "does not go with pipeline, only one of them is started; drop one")
	}
}

// StartPipeline is the permission to start the pipeline.
func StartPipeline(pipelineARN string) policy.Statement {
	return policy.Statement{Sid: "StartPipeline", Actions: []string{"sagemaker:StartPipelineExecution"}, Resources: []string{pipelineARN}}
}

// StartStateMachine is the permission to start the state machine.
func StartStateMachine(stateMachineARN string) policy.Statement {
	return policy.Statement{Sid: "StartStateMachine", Actions: []string{"states:StartExecution"}, Resources: []string{stateMachineARN}}
}

// The limits and defaults of retries.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
const (
	minRetryFor     = time.Minute
	maxRetryFor     = 24 * time.Hour
	DefaultRetryFor = time.Hour
	// DefaultRetries is the most that AWS makes, so that time alone decides.
	DefaultRetries = 185
)

// CheckRetry reports a retry policy that EventBridge refuses.
func CheckRetry(problems *problem.List, retryFor time.Duration, retries int) {
	if retryFor < minRetryFor || retryFor > maxRetryFor || retryFor%time.Second != 0 {
		problems.Addf("retryFor", "%s is out of range; use 1m to 24h in whole seconds", retryFor)
	}
	if retries < 0 || retries > DefaultRetries {
		problems.Addf("maxRetries", "%d is out of range; use 0 to %d", retries, DefaultRetries)
	}
}

// Retries is the number given, or the default.
func Retries(given *int) int {
	if given == nil {
		return DefaultRetries
	}
	return *given
}
