package pipeline

// RawArgs configures a step of a type that this package does not know.
type RawArgs struct {
	StepOptions
	// Arguments of the step. Default: an empty object.
	Arguments Fields
	// Members are further members of the step beside Arguments, such as CacheConfig. Default: none.
	Members Fields
}

// A RawStep is a step of any type.
type RawStep struct {
	step
	args RawArgs
}

// Raw adds a step of any type, for what SageMaker has and this package has not. References in it are checked like
// others; what else is in it is not.
func (p *Pipeline) Raw(name, stepType string, args RawArgs) *RawStep {
	return add(p, &RawStep{p.newStep(name, stepType, args.StepOptions), args})
}

// Integer is a reference to a whole number at a path of the step's properties.
func (s *RawStep) Integer(path string) IntegerRef { return IntegerRef{s.path(path)} }

// Float is a reference to a number at a path of the step's properties.
func (s *RawStep) Float(path string) FloatRef { return FloatRef{s.path(path)} }

// Boolean is a reference to a truth value at a path of the step's properties.
func (s *RawStep) Boolean(path string) BooleanRef { return BooleanRef{s.path(path)} }

func (s *RawStep) request(c *checker) object {
	if s.typ == "" {
		c.addf("type", `is missing; give the type of the step, such as "EndpointConfig"`)
	}
	return c.merge("members", s.start(c, s.args.Arguments.tree()), s.args.Members)
}
