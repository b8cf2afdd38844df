package pipeline

import "time"

// LambdaArgs configures a step that calls a Lambda function and waits for its answer, for at most 10 minutes.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-lambda
type LambdaArgs struct {
	StepOptions
	// FunctionARN is the ARN of the function. Required.
	FunctionARN String
	// Inputs are the event of the function. Default: an empty one.
	Inputs Fields
	// Outputs are what the function returns, under the same names. Default: none.
	Outputs []OutputParameter
	// CacheFor, in whole minutes, is how old the result of an earlier execution with the same inputs may be to be
	// used instead of calling the function. Default: 0, the function is always called.
	CacheFor time.Duration
}

// A LambdaStep calls a function. Its outputs are read by OutputString, OutputInteger, OutputFloat and OutputBoolean.
type LambdaStep struct {
	step
	outputs
	args LambdaArgs
}

// Lambda adds a step that calls a Lambda function.
func (p *Pipeline) Lambda(name string, args LambdaArgs) *LambdaStep {
	s := &LambdaStep{step: p.newStep(name, "Lambda", args.StepOptions), args: args}
	s.outputs = outputs{&s.step, args.Outputs}
	return add(p, s)
}

func (s *LambdaStep) property(path string, want Type) string { return s.outputs.wrong(path, want) }

func (s *LambdaStep) request(c *checker) object {
	a := s.args
	out := s.start(c, a.Inputs.tree())
	c.cacheConfig(&out, a.CacheFor)
	c.required("functionARN", a.FunctionARN, "give the ARN of the function")
	out = append(out, member{"FunctionArn", c.arn("functionARN", a.FunctionARN, "lambda", "function:").tree()})
	return append(out, member{"OutputParameters", c.outputParameters(a.Outputs)})
}
