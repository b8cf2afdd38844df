package pipeline

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// RetryError is a kind of failure after which a step may be tried again.
type RetryError string

// The failures after which a step may be tried again. Steps that start no job (Model, RegisterModel, EMRServerless)
// know only the first two, and SageMaker retries jobs of tuning and AutoML steps after internal errors by itself.
// https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
const (
	RetryServiceFault     RetryError = "Step.SERVICE_FAULT"
	RetryThrottling       RetryError = "Step.THROTTLING"
	RetryJobInternalError RetryError = "SageMaker.JOB_INTERNAL_ERROR"
	RetryCapacityError    RetryError = "SageMaker.CAPACITY_ERROR"
	RetryResourceLimit    RetryError = "SageMaker.RESOURCE_LIMIT"
)

// RetryPolicy says how often and how fast a step is tried again.
type RetryPolicy struct {
	// On are the failures that this policy is about. At least one; each in one policy of a step only.
	On []RetryError
	// Interval is the time before the first retry, whole seconds up to 12 hours. Default: 1 second.
	Interval time.Duration
	// BackoffRate multiplies the interval at each further retry, from 0. Default: 2.
	BackoffRate float64
	// MaxAttempts is how often the step is retried, 1 to 20. Default: 5, or without limit where ExpireAfter is given.
	// At most one of MaxAttempts and ExpireAfter is given.
	MaxAttempts int
	// ExpireAfter is the time after which the step is not retried any more, whole minutes up to 10 days.
	// Default: MaxAttempts decides.
	ExpireAfter time.Duration
}

const (
	maxRetryInterval = 12 * time.Hour
	maxRetryAttempts = 20
	maxRetryExpiry   = 14400 * time.Minute
)

var (
	stepErrors = []RetryError{RetryServiceFault, RetryThrottling}
	jobErrors  = []RetryError{RetryServiceFault, RetryThrottling, RetryJobInternalError, RetryCapacityError, RetryResourceLimit}
	// searchErrors are those of steps whose jobs retry internal errors by themselves.
	searchErrors = []RetryError{RetryServiceFault, RetryThrottling, RetryCapacityError, RetryResourceLimit}
)

func (r RetryPolicy) withDefaults() RetryPolicy {
	r.Interval = cmp.Or(r.Interval, time.Second)
	r.BackoffRate = cmp.Or(r.BackoffRate, 2)
	if r.MaxAttempts == 0 && r.ExpireAfter == 0 {
		r.MaxAttempts = 5
	}
	return r
}

func (c *checker) retryPolicies(request *object, policies []RetryPolicy, allowed []RetryError) {
	var out []object
	seen := map[RetryError]bool{}
	for i, policy := range policies {
		out = append(out, c.retryPolicy(fmt.Sprintf("retry[%d]", i), policy.withDefaults(), allowed, seen))
	}
	request.set("RetryPolicies", out)
}

func (c *checker) retryPolicy(field string, r RetryPolicy, allowed []RetryError, seen map[RetryError]bool) object {
	if len(r.On) == 0 {
		c.addf(field+".on", "is empty; list the failures to retry on, of %s", list(allowed))
	}
	on := []any{}
	for _, each := range r.On {
		if !slices.Contains(allowed, each) {
			c.addf(field+".on", "%q is no failure on which this kind of step is retried; use one of %s", each, list(allowed))
		}
		if seen[each] {
			c.addf(field+".on", "%q is covered twice; name each failure in one policy only", each)
		}
		seen[each] = true
		on = append(on, string(each))
	}
	if r.Interval < 0 || r.Interval > maxRetryInterval || r.Interval%time.Second != 0 {
		c.addf(field+".interval", "is %s; give whole seconds up to %s", r.Interval, maxRetryInterval)
	}
	if r.BackoffRate < 0 {
		c.addf(field+".backoffRate", "is %v; give a number from 0, such as 2", r.BackoffRate)
	}
	if r.MaxAttempts != 0 && r.ExpireAfter != 0 {
		c.addf(field, "has both maxAttempts and expireAfter; give one of them")
	}
	if r.MaxAttempts < 0 || r.MaxAttempts > maxRetryAttempts {
		c.addf(field+".maxAttempts", "is %d; give 1 to %d", r.MaxAttempts, maxRetryAttempts)
	}
	if r.ExpireAfter < 0 || r.ExpireAfter > maxRetryExpiry || r.ExpireAfter%time.Minute != 0 {
		c.addf(field+".expireAfter", "is %s; give whole minutes up to %s", r.ExpireAfter, maxRetryExpiry)
	}
	out := object{{"BackoffRate", r.BackoffRate}, {"IntervalSeconds", int64(r.Interval / time.Second)}}
	if r.MaxAttempts != 0 {
		out = append(out, member{"MaxAttempts", int64(r.MaxAttempts)})
	}
	if r.ExpireAfter != 0 {
		out = append(out, member{"ExpireAfterMin", int64(r.ExpireAfter / time.Minute)})
	}
	return append(out, member{"ExceptionType", on})
}
