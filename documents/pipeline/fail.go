package pipeline

// FailArgs configures a step that ends the execution as failed.
type FailArgs struct {
	StepOptions
	// Message becomes the failure reason of the execution. References in it show what went wrong. Default: none.
	Message String
}

// A FailStep ends the execution as failed. It has no outputs, and nothing can depend on it.
type FailStep struct {
	step
	args FailArgs
}

// Fail adds a step that ends the execution as failed, usually under Else of a condition.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-fail
func (p *Pipeline) Fail(name string, args FailArgs) *FailStep {
	return add(p, &FailStep{p.newStep(name, "Fail", args.StepOptions), args})
}

func (s *FailStep) request(c *checker) object {
	return s.start(c, object{{"ErrorMessage", s.args.Message.tree()}})
}
