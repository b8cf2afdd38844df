package trigger

import (
	"strconv"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventtarget"

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

// A Parameter is a value for a parameter of a pipeline. Make one with String, Integer, Float, Boolean or FromEvent.
type Parameter struct {
	name, value string
	late        bool
}

// String is a text, 1 to 1,024 characters.
func String(name, value string) Parameter { return Parameter{name: name, value: value} }

// Integer is a whole number.
func Integer(name string, value int) Parameter {
	return Parameter{name: name, value: strconv.Itoa(value)}
}

// Float is a number.
func Float(name string, value float64) Parameter {
	return Parameter{name: name, value: strconv.FormatFloat(value, 'g', -1, 64)}
}

// Boolean is a truth value.
func Boolean(name string, value bool) Parameter {
	return Parameter{name: name, value: strconv.FormatBool(value)}
}

// FromEvent is what stands at the path in the event, such as "$.detail.object.key". EventBridge puts nothing before or
// behind it: a pipeline that needs an S3 URI joins bucket and key itself.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
func FromEvent(name, path string) Parameter { return Parameter{name: name, value: path, late: true} }

// StateMachine is a Step Functions state machine to start. ARN is required.
type StateMachine struct {
	// ARN of the state machine.
	ARN string
	// Input of the executions: JSON, in which <$.detail.object.key> and the like stand for what is at that path in the
	// event. Within quotes it becomes a part of the text, else any value: {"uri":"s3://<$.detail.bucket.name>/x",
	// "size":<$.detail.object.size>}. At most 8,192 characters and 100 paths. Default: the whole event.
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
	Input string
}

func (p Pipeline) parameters() []eventtarget.Parameter {
	out := make([]eventtarget.Parameter, len(p.Parameters))
	for i, each := range p.Parameters {
		out[i] = eventtarget.Parameter{Name: each.name, Value: each.value, Late: each.late}
	}
	return out
}

func (p Props) target() *cloudwatcheventtarget.CloudwatchEventTargetConfig {
	config := &cloudwatcheventtarget.CloudwatchEventTargetConfig{
		RetryPolicy: &cloudwatcheventtarget.CloudwatchEventTargetRetryPolicy{
			MaximumEventAgeInSeconds: tf.Num(int(p.RetryFor.Seconds())), MaximumRetryAttempts: tf.Num(eventtarget.Retries(p.MaxRetries)),
		},
	}
	if p.StateMachine != nil {
		config.TargetId, config.Arn = tf.Str("state-machine"), tf.Str(p.StateMachine.ARN)
		switch in := eventtarget.ParseTemplate(p.StateMachine.Input); {
		case p.StateMachine.Input == "":
		case !in.Dynamic():
			config.Input = tf.Str(p.StateMachine.Input)
		default:
			config.InputTransformer = &cloudwatcheventtarget.CloudwatchEventTargetInputTransformer{InputPaths: tf.StrMap(in.Paths), InputTemplate: tf.Str(in.Text)}
		}
		return config
	}
	config.TargetId, config.Arn = tf.Str("pipeline"), tf.Str(p.Pipeline.ARN)
	if len(p.Pipeline.Parameters) > 0 {
		var list []*cloudwatcheventtarget.CloudwatchEventTargetSagemakerPipelineTargetPipelineParameterListStruct
		for _, each := range p.Pipeline.Parameters {
			list = append(list, &cloudwatcheventtarget.CloudwatchEventTargetSagemakerPipelineTargetPipelineParameterListStruct{Name: tf.Str(each.name), Value: tf.Str(each.value)})
		}
		config.SagemakerPipelineTarget = &cloudwatcheventtarget.CloudwatchEventTargetSagemakerPipelineTarget{PipelineParameterList: list}
	}
	return config
}
