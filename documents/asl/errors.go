package asl

import (
	"fmt"
	"time"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Names of errors that Step Functions itself reports.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
const (
	// AllErrors matches every error but DataLimitExceeded and RuntimeError. It stands alone, in the last retrier or
	// catcher.
	AllErrors = "States.ALL"
	// TaskFailed matches every error of a task but Timeout.
	TaskFailed             = "States.TaskFailed"
	Timeout                = "States.Timeout"
	HeartbeatTimeout       = "States.HeartbeatTimeout"
	BranchFailed           = "States.BranchFailed"
	NoChoiceMatched        = "States.NoChoiceMatched"
	Permissions            = "States.Permissions"
	IntrinsicFailure       = "States.IntrinsicFailure"
	ParameterPathFailure   = "States.ParameterPathFailure"
	ResultPathMatchFailure = "States.ResultPathMatchFailure"
	QueryEvaluationError   = "States.QueryEvaluationError"
	// DataLimitExceeded is output of more than 256 KiB. A catcher for all errors does not see it.
	DataLimitExceeded = "States.DataLimitExceeded"
	// RuntimeError is an error in the definition or its data. It is never retried, and a catcher for all errors does
	// not see it.
	RuntimeError                   = "States.Runtime"
	ItemReaderFailed               = "States.ItemReaderFailed"
	ResultWriterFailed             = "States.ResultWriterFailed"
	ExceedToleratedFailuresReached = "States.ExceedToleratedFailureThreshold"
)

// Jitter says whether the waiting time before a retry is randomised.
type Jitter string

// The strategies of jitter. Full takes a random time between zero and the computed one.
const (
	NoJitter   Jitter = "NONE"
	FullJitter Jitter = "FULL"
)

// A Retrier repeats a state after some errors.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error
type Retrier struct {
	// Errors are the names of errors that are retried. Required.
	Errors []string
	// Interval is the time before the first retry, in whole seconds, from 1 s. Default: 1 s.
	Interval time.Duration
	// MaxAttempts is the number of retries. Nil is the default of 3; zero says that these errors are never retried.
	MaxAttempts *int
	// Backoff multiplies the interval after each retry: 1.0 or more. Default: 2.0.
	Backoff float64
	// MaxDelay is the longest interval: more than Interval, less than 31,622,400 s. Default: no limit.
	MaxDelay time.Duration
	// Jitter spreads retries of many executions in time. Default: NoJitter.
	Jitter Jitter
	// Comment explains. Default: none.
	Comment string
}

// Times is for Retrier.MaxAttempts: asl.Times(5).
func Times(n int) *int { return &n }

// RetryLambda retries what Lambda reports when the service, not the function, had a problem.
// https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
func RetryLambda() Retrier {
	return Retrier{
		Errors:   []string{"Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"},
		Interval: 2 * time.Second, MaxAttempts: Times(6), Backoff: 2, Jitter: FullJitter,
	}
}

// RetrySageMaker retries throttling and passing faults of SageMaker, under the names that both kinds of integration
// give them. A job that failed is not repeated; a request that SageMaker refuses is, because its name is the same.
func RetrySageMaker() Retrier {
	return Retrier{
		Errors:   []string{"ThrottlingException", "SageMaker.AmazonSageMakerException", "SageMaker.SageMakerException", "SageMaker.SdkClientException"},
		Interval: 10 * time.Second, MaxAttempts: Times(5), Backoff: 2, MaxDelay: 5 * time.Minute, Jitter: FullJitter,
	}
}

// A Catcher goes on at another state after some errors, where no retrier is left to repeat the state.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-fallback-states
type Catcher struct {
	// Errors are the names of errors that are caught. Required.
	Errors []string
	// Next is the state that goes on. Required.
	Next string
	// ResultPath says where in the state's input the error goes (JSONPath). Default: the error replaces the input.
	ResultPath DataPath
	// Output is what the next state gets (JSONata). Default: the error, with Error and Cause.
	Output Value
	// Assign sets variables. Default: none.
	Assign Object
	// Comment explains. Default: none.
	Comment string
}

// CatchAll goes on at the state after every error that can be caught by AllErrors.
func CatchAll(next string) []Catcher { return []Catcher{{Errors: []string{AllErrors}, Next: next}} }

const (
	maxInterval = 99_999_999
	maxDelay    = 31_622_400
)

var errorNamePattern = lazyregexp.New(`^\S(.{0,254}\S)?$`)

func (r *renderer) errorNames(path string, names []string, last bool) []string {
	if len(names) == 0 {
		r.addf(path, "is missing; give the names of errors, such as asl.TaskFailed, or asl.AllErrors")
	}
	for i, name := range names {
		switch {
		case !errorNamePattern.MatchString(name):
			r.addf(problem.Index(path, i), "%q is no name of an error; write it like Lambda.TooManyRequestsException", name)
		case name == AllErrors && len(names) > 1:
			r.addf(problem.Index(path, i), "States.ALL must stand alone; remove the other names")
		case name == AllErrors && !last:
			r.addf(problem.Index(path, i), "States.ALL must be in the last entry; move it to the end")
		}
	}
	return names
}

func (r *renderer) retry(retriers []Retrier) []any {
	var out []any
	for i, each := range retriers {
		path := problem.Index(r.path("retry"), i)
		o := object{}
		o.setText("Comment", each.Comment)
		o.set("ErrorEquals", r.errorNames(path+".errors", each.Errors, i == len(retriers)-1))
		if each.Interval != 0 {
			o.set("IntervalSeconds", r.seconds(path+".interval", each.Interval, maxInterval))
		}
		if each.MaxAttempts != nil {
			r.between(path+".maxAttempts", *each.MaxAttempts, 0, maxInterval)
			o.set("MaxAttempts", *each.MaxAttempts)
		}
		if each.Backoff != 0 {
			if each.Backoff < 1 {
				r.addf(path+".backoff", "%v is too small; use 1.0 or more", each.Backoff)
			}
			o.set("BackoffRate", number(Float(each.Backoff)))
		}
		if each.MaxDelay != 0 {
			o.set("MaxDelaySeconds", r.seconds(path+".maxDelay", each.MaxDelay, maxDelay-1))
			if interval := max(each.Interval, time.Second); each.MaxDelay <= interval {
				r.addf(path+".maxDelay", "%v is not longer than the interval of %v; make it longer", each.MaxDelay, interval)
			}
		}
		if each.Jitter != "" {
			oneOf(r, path+".jitter", each.Jitter, NoJitter, FullJitter)
			o.set("JitterStrategy", each.Jitter)
		}
		out = append(out, o)
	}
	return out
}

func (r *renderer) catch(catchers []Catcher) []any {
	var out []any
	for i, each := range catchers {
		path := problem.Index(r.path("catch"), i)
		o := object{}
		o.setText("Comment", each.Comment)
		o.set("ErrorEquals", r.errorNames(path+".errors", each.Errors, i == len(catchers)-1))
		r.dataPath(&o, path, "ResultPath", each.ResultPath)
		r.assign(&o, path+".assign", each.Assign, ofError)
		r.output(&o, path+".output", each.Output, ofError)
		o.set("Next", each.Next)
		out = append(out, o)
	}
	return out
}

// seconds writes a duration in whole seconds.
func (r *renderer) seconds(path string, d time.Duration, most int) int {
	if d%time.Second != 0 || d < time.Second || d > time.Duration(most)*time.Second {
		r.addf(path, "%v is not allowed; use whole seconds, from 1s to %s", d, fmt.Sprint(time.Duration(most)*time.Second))
	}
	return int(d / time.Second)
}
