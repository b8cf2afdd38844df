package pipeline

// A Condition compares values when a condition step runs.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-condition
type Condition struct {
	kind   string
	left   Value
	right  Value
	values []Value
	inner  []Condition
}

// Equals holds when the values are the same.
func Equals(left, right Value) Condition { return Condition{kind: "Equals", left: left, right: right} }

// GreaterThan holds when left is more than right: numbers both, or texts both, which are compared as texts, so that
// dates like StartDateTime and "2026-12-01" keep their order.
func GreaterThan(left, right OrderedValue) Condition { return compare("GreaterThan", left, right) }

// GreaterThanOrEqualTo holds when left is right or more.
func GreaterThanOrEqualTo(left, right OrderedValue) Condition {
	return compare("GreaterThanOrEqualTo", left, right)
}

// LessThan holds when left is less than right.
func LessThan(left, right OrderedValue) Condition { return compare("LessThan", left, right) }

// LessThanOrEqualTo holds when left is right or less.
func LessThanOrEqualTo(left, right OrderedValue) Condition {
	return compare("LessThanOrEqualTo", left, right)
}

func compare(kind string, left, right OrderedValue) Condition {
	out := Condition{kind: kind}
	if left != nil {
		out.left = left
	}
	if right != nil {
		out.right = right
	}
	return out
}

// In holds when value is one of the others.
func In(value Value, values ...Value) Condition {
	return Condition{kind: "In", left: value, values: values}
}

// Not holds when the condition does not. SDKs before 2.203 wrote it in a way that the service refuses.
// https://github.com/aws/sagemaker-python-sdk/pull/4351
func Not(condition Condition) Condition {
	return Condition{kind: "Not", inner: []Condition{condition}}
}

// Or holds when at least one of the conditions does.
func Or(conditions ...Condition) Condition { return Condition{kind: "Or", inner: conditions} }

// ConditionArgs configures a condition step.
type ConditionArgs struct {
	StepOptions
	// If are the conditions, which must all hold. At least one.
	If []Condition
	// Then are the steps that run when the conditions hold. A step that is listed here is no longer at the top level
	// of the pipeline. Default: none.
	Then []Step
	// Else are the steps that run when a condition does not hold. Then and Else are both empty only where a step reads
	// the Outcome. Default: none.
	Else []Step
}

// A ConditionStep runs one of two lists of steps.
type ConditionStep struct {
	step
	args ConditionArgs
}

// Condition adds a condition step.
func (p *Pipeline) Condition(name string, args ConditionArgs) *ConditionStep {
	return add(p, &ConditionStep{p.newStep(name, "Condition", args.StepOptions), args})
}

// Outcome is "True" or "False".
func (s *ConditionStep) Outcome() String { return stringRef(s.path("Outcome")) }

func (s *ConditionStep) property(path string, _ Type) string {
	if path != "Outcome" {
		return "a Condition step, for its " + path + "; it has only the Outcome"
	}
	return ""
}

func (s *ConditionStep) request(c *checker) object {
	if len(s.args.If) == 0 {
		c.addf("if", "is empty; give at least one condition")
	}
	conditions := []any{}
	for i, each := range s.args.If {
		conditions = append(conditions, each.request(c, index("if", i)))
	}
	return s.start(c, object{
		{"Conditions", conditions},
		{"IfSteps", c.steps(c.inBranch(s, "then", s.args.Then))},
		{"ElseSteps", c.steps(c.inBranch(s, "else", s.args.Else))},
	})
}

// inBranch are the steps that stand in this branch; what was refused there is left out.
func (c *checker) inBranch(s *ConditionStep, branch string, steps []Step) []Step {
	var out []Step
	for _, each := range steps {
		if each != nil && c.nesting[each.core()] == (nested{s, branch}) {
			out = append(out, each)
		}
	}
	return out
}

func (condition Condition) request(c *checker, field string) object {
	operand := func(name string, v Value) any {
		if v == nil {
			c.addf(field, "%s has no %s; give a value or a reference", condition.kind, name)
			return nil
		}
		return v.tree()
	}
	switch condition.kind {
	case "":
		c.addf(field, "is empty; make conditions with Equals, GreaterThan, In, Not, Or and their like")
		return nil
	case "In":
		if len(condition.values) == 0 {
			c.addf(field, "In has no values to look among; give at least one")
		}
		values := []any{}
		for _, each := range condition.values {
			values = append(values, operand("value", each))
		}
		return object{{"Type", condition.kind}, {"QueryValue", operand("value", condition.left)}, {"Values", values}}
	case "Not":
		return object{{"Type", condition.kind}, {"Condition", condition.inner[0].request(c, field+".not")}}
	case "Or":
		if len(condition.inner) < 2 {
			c.addf(field, "Or has %d conditions; give at least two", len(condition.inner))
		}
		inner := []any{}
		for i, each := range condition.inner {
			inner = append(inner, each.request(c, index(field+".or", i)))
		}
		return object{{"Type", condition.kind}, {"Conditions", inner}}
	}
	if left, right := typeOf(condition.left), typeOf(condition.right); condition.kind != "Equals" && left*right < 0 {
		c.addf(field, "%s compares text with a number; give two numbers or two texts", condition.kind)
	}
	return object{
		{"Type", condition.kind},
		{"LeftValue", operand("left value", condition.left)},
		{"RightValue", operand("right value", condition.right)},
	}
}

// typeOf is 1 for a number, -1 for text, and 0 for what only an execution tells.
func typeOf(v Value) int {
	if v == nil {
		return 0
	}
	switch tree := v.tree().(type) {
	case string, join:
		return -1
	case int64, float64:
		return 1
	case get:
		switch tree.want {
		case TypeString:
			return -1
		case TypeInteger, TypeFloat:
			return 1
		}
	}
	return 0
}
