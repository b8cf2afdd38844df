package pipeline

import (
	"strings"
	"time"
)

// CallbackArgs configures a step that puts a message with a token into an SQS queue and waits until someone answers
// with SendPipelineExecutionStepSuccess or SendPipelineExecutionStepFailure.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-callback
type CallbackArgs struct {
	StepOptions
	// QueueURL is the URL of the SQS queue. Required.
	QueueURL String
	// Inputs are put into the message. Default: none.
	Inputs Fields
	// Outputs are what the answer gives, under the same names. Default: none.
	Outputs []OutputParameter
	// CacheFor, in whole minutes, is how old the answer of an earlier execution with the same inputs may be to be
	// used instead of asking. Default: 0, the step always asks.
	CacheFor time.Duration
}

// A CallbackStep waits for an answer from outside. Its outputs are read by OutputString, OutputInteger, OutputFloat
// and OutputBoolean.
type CallbackStep struct {
	step
	outputs
	args CallbackArgs
}

// Callback adds a step that waits for an answer from outside.
func (p *Pipeline) Callback(name string, args CallbackArgs) *CallbackStep {
	s := &CallbackStep{step: p.newStep(name, "Callback", args.StepOptions), args: args}
	s.outputs = outputs{&s.step, args.Outputs}
	return add(p, s)
}

func (s *CallbackStep) property(path string, want Type) string { return s.outputs.wrong(path, want) }

func (s *CallbackStep) request(c *checker) object {
	a := s.args
	out := s.start(c, a.Inputs.tree())
	c.cacheConfig(&out, a.CacheFor)
	c.required("queueURL", a.QueueURL, "give the URL of the SQS queue")
	if url, ok := known(a.QueueURL); ok && !strings.HasPrefix(url, "https://") {
		c.addf("queueURL", `%q is no URL of a queue; write it like "https://sqs.us-west-2.amazonaws.com/111111111111/name"`, url)
	}
	out = append(out, member{"SqsQueueUrl", a.QueueURL.tree()})
	return append(out, member{"OutputParameters", c.outputParameters(a.Outputs)})
}
