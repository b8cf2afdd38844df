// Package eventtarget holds what schedules and event rules have in common: what they start and with which parameters, how
// long they try, and where that goes which could not be started.
package eventtarget

import (
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

var namePattern = lazyregexp.New(`^[0-9A-Za-z_.-]{1,64}$`)

// CheckName reports a name that no schedule, group or rule can have.
func CheckName(problems *problem.List, path, name string) {
	switch {
	case token.Is(name):
		problems.Addf(path, "%q is known to Terraform only, and the conditions of policies are built from it; write the name out", name)
	case !namePattern.MatchString(name):
		problems.Addf(path, "%q is no name; use 1 to 64 letters, digits and _ . -", name)
	}
}

// checkARN reports an ARN that is not that of such a thing in this account and region.
func checkARN(problems *problem.List, path, value, what, service, resource string, scope arn.Scope) {
	if !arn.Is(value, service, resource) {
		problems.Addf(path, "%q is no ARN of %s; write it like %s", value, what, scope.Regional(service, resource+"name"))
		return
	}
	checkPlace(problems, path, value, scope)
}

// checkQueue reports an ARN that is not that of a standard SQS queue of this account and region.
func checkQueue(problems *problem.List, path, value string, scope arn.Scope) {
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

// The limits and defaults of retries.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
const (
	minRetryFor     = time.Minute
	maxRetryFor     = 24 * time.Hour
	DefaultRetryFor = time.Hour
	// defaultRetries is the most that AWS makes, so that time alone decides.
	defaultRetries = 185
)

// checkRetry reports a retry policy that EventBridge refuses.
func checkRetry(problems *problem.List, retryFor time.Duration, retries int) {
	if retryFor < minRetryFor || retryFor > maxRetryFor || retryFor%time.Second != 0 {
		problems.Addf("retryFor", "%s is out of range; use 1m to 24h in whole seconds", retryFor)
	}
	if retries < 0 || retries > defaultRetries {
		problems.Addf("maxRetries", "%d is out of range; use 0 to %d", retries, defaultRetries)
	}
}

// Retries is the number given, or the default.
func Retries(given *int) int {
	if given == nil {
		return defaultRetries
	}
	return *given
}
