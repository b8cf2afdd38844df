package schedule

import (
	"strconv"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/schedulerschedule"

	"github.com/mlplatform/mlplatform/constructs/internal/eventtarget"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Pipeline is a SageMaker pipeline to start. ARN is required.
type Pipeline struct {
	// ARN of the pipeline.
	ARN string
	// Parameters of the executions, at most 200. Default: those of the pipeline.
	Parameters []Parameter
	// Definition is the pipeline's definition in JSON. Where it is given, names, types and allowed values of the
	// parameters are checked against it, and that none is missing. Default: not checked.
	Definition string
}

// A Parameter is a value for a parameter of a pipeline. Make one with String, Integer, Float or Boolean.
type Parameter struct{ name, value string }

// String is a text, 1 to 1,024 characters.
func String(name, value string) Parameter { return Parameter{name, value} }

// Integer is a whole number.
func Integer(name string, value int) Parameter { return Parameter{name, strconv.Itoa(value)} }

// Float is a number.
func Float(name string, value float64) Parameter {
	return Parameter{name, strconv.FormatFloat(value, 'g', -1, 64)}
}

// Boolean is a truth value.
func Boolean(name string, value bool) Parameter { return Parameter{name, strconv.FormatBool(value)} }

// StateMachine is a Step Functions state machine to start. ARN is required.
type StateMachine struct {
	// ARN of the state machine.
	ARN string
	// Input of the executions in JSON, at most 256 KB. ScheduledTime and the other placeholders may stand in it.
	// Default: "{}".
	Input string
}

// Placeholders in the input of a state machine, which Scheduler replaces each time. They stand within quotes.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
const (
	// ScheduledTime is the time for which the start was planned, such as 2030-01-31T08:00:00Z.
	ScheduledTime = "<aws.scheduler.scheduled-time>"
	// ExecutionID identifies the start.
	ExecutionID = "<aws.scheduler.execution-id>"
	// AttemptNumber counts the attempts at this start, from 1.
	AttemptNumber = "<aws.scheduler.attempt-number>"
	// ScheduleARN is the schedule.
	ScheduleARN = "<aws.scheduler.schedule-arn>"
)

func (p Pipeline) parameters() []eventtarget.Parameter {
	out := make([]eventtarget.Parameter, len(p.Parameters))
	for i, each := range p.Parameters {
		out[i] = eventtarget.Parameter{Name: each.name, Value: each.value}
	}
	return out
}

func (p Props) target(with eventtarget.Made) *schedulerschedule.SchedulerScheduleTarget {
	target := &schedulerschedule.SchedulerScheduleTarget{
		RoleArn:          tf.Str(with.RoleARN),
		DeadLetterConfig: &schedulerschedule.SchedulerScheduleTargetDeadLetterConfig{Arn: tf.Str(with.QueueARN)},
		RetryPolicy: &schedulerschedule.SchedulerScheduleTargetRetryPolicy{
			MaximumEventAgeInSeconds: tf.Num(int(p.RetryFor.Seconds())), MaximumRetryAttempts: tf.Num(eventtarget.Retries(p.MaxRetries)),
		},
	}
	if p.StateMachine != nil {
		target.Arn, target.Input = tf.Str(p.StateMachine.ARN), tf.Str(p.StateMachine.Input)
		return target
	}
	target.Arn = tf.Str(p.Pipeline.ARN)
	if len(p.Pipeline.Parameters) > 0 {
		var parameters []*schedulerschedule.SchedulerScheduleTargetSagemakerPipelineParametersPipelineParameter
		for _, each := range p.Pipeline.Parameters {
			parameters = append(parameters, &schedulerschedule.SchedulerScheduleTargetSagemakerPipelineParametersPipelineParameter{Name: tf.Str(each.name), Value: tf.Str(each.value)})
		}
		target.SagemakerPipelineParameters = &schedulerschedule.SchedulerScheduleTargetSagemakerPipelineParameters{PipelineParameter: parameters}
	}
	return target
}
