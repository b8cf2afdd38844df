package pipeline

import (
	"slices"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// parameter is an input of the pipeline's executions.
type parameter struct {
	name    string
	typ     Type
	value   any // the default, nil where an execution must give one
	allowed []string
}

// String declares a text parameter and returns the reference to it. Executions that do not give a value use the
// default. Where allowed values are listed, no other is accepted, and the default must be one of them.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-parameters.html
func (p *Pipeline) String(name, defaultValue string, allowed ...string) String {
	return stringRef(p.declare(parameter{name: name, typ: TypeString, value: defaultValue, allowed: allowed}))
}

// RequiredString declares a text parameter without a default: every execution must give it.
func (p *Pipeline) RequiredString(name string, allowed ...string) String {
	return stringRef(p.declare(parameter{name: name, typ: TypeString, allowed: allowed}))
}

// Integer declares a whole-number parameter with a default.
func (p *Pipeline) Integer(name string, defaultValue int) IntegerRef {
	return IntegerRef{p.declare(parameter{name: name, typ: TypeInteger, value: int64(defaultValue)})}
}

// RequiredInteger declares a whole-number parameter without a default: every execution must give it.
func (p *Pipeline) RequiredInteger(name string) IntegerRef {
	return IntegerRef{p.declare(parameter{name: name, typ: TypeInteger})}
}

// Float declares a number parameter with a default.
func (p *Pipeline) Float(name string, defaultValue float64) FloatRef {
	return FloatRef{p.declare(parameter{name: name, typ: TypeFloat, value: Float(defaultValue).tree()})}
}

// RequiredFloat declares a number parameter without a default: every execution must give it.
func (p *Pipeline) RequiredFloat(name string) FloatRef {
	return FloatRef{p.declare(parameter{name: name, typ: TypeFloat})}
}

// Boolean declares a truth-value parameter with a default.
func (p *Pipeline) Boolean(name string, defaultValue bool) BooleanRef {
	return BooleanRef{p.declare(parameter{name: name, typ: TypeBoolean, value: defaultValue})}
}

// RequiredBoolean declares a truth-value parameter without a default: every execution must give it.
func (p *Pipeline) RequiredBoolean(name string) BooleanRef {
	return BooleanRef{p.declare(parameter{name: name, typ: TypeBoolean})}
}

func (p *Pipeline) declare(declared parameter) string {
	p.parameters = append(p.parameters, declared)
	return "Parameters." + declared.name
}

func (p *Pipeline) parameter(name string) (parameter, bool) {
	for _, each := range p.parameters {
		if each.name == name {
			return each, true
		}
	}
	return parameter{}, false
}

func (p parameter) object() object {
	out := object{{"Name", p.name}, {"Type", string(p.typ)}}
	if p.value != nil {
		out = append(out, member{"DefaultValue", p.value})
	}
	if len(p.allowed) > 0 {
		values := make([]any, len(p.allowed))
		for i, each := range p.allowed {
			values[i] = each
		}
		out = append(out, member{"EnumValues", values})
	}
	return out
}

// maxStringDefault is the most characters that the default of a text parameter may have.
const maxStringDefault = 4096

func (c *checker) parameters(declared []parameter) []any {
	if len(declared) > sagemaker.MaxPipelineParameters {
		c.problems.Addf("parameters", "are %d, and SageMaker takes %d; drop some or put them into one file in S3", len(declared), sagemaker.MaxPipelineParameters)
	}
	seen := map[string]bool{}
	out := []any{}
	for _, each := range declared {
		c.at = pathOf("parameters", each.name)
		c.name("", each.name)
		if seen[each.name] {
			c.addf("", "is declared twice; parameters need different names")
		}
		seen[each.name] = true
		if b, ok := each.value.(broken); ok {
			c.addf("", "has as its default %s; give a finite number", b.text)
			each.value = nil
		}
		if text, ok := each.value.(string); ok {
			if len(text) > maxStringDefault {
				c.addf("", "has a default of %d characters, at most %d are allowed; pass long text as a file in S3", len(text), maxStringDefault)
			}
			if len(each.allowed) > 0 && !slices.Contains(each.allowed, text) {
				c.addf("", "has the default %q, which is not among its allowed values %s", text, list(each.allowed))
			}
		}
		out = append(out, each.object())
	}
	return out
}
