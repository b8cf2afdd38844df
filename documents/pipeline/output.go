package pipeline

import (
	"cmp"
	"fmt"
	"strings"
)

// OutputParameter is a value that a Lambda or callback step returns.
type OutputParameter struct {
	// Name is unique within the step. Required.
	Name string
	// Type of the value. Default: TypeString.
	Type Type
}

// outputs are the declared outputs of a Lambda or callback step.
type outputs struct {
	owner    *step
	declared []OutputParameter
}

// OutputString is an output that is declared as TypeString.
func (o outputs) OutputString(name string) String { return stringRef(o.path(name)) }

// OutputInteger is an output that is declared as TypeInteger.
func (o outputs) OutputInteger(name string) IntegerRef { return IntegerRef{o.path(name)} }

// OutputFloat is an output that is declared as TypeFloat.
func (o outputs) OutputFloat(name string) FloatRef { return FloatRef{o.path(name)} }

// OutputBoolean is an output that is declared as TypeBoolean.
func (o outputs) OutputBoolean(name string) BooleanRef { return BooleanRef{o.path(name)} }

const outputParameters = "OutputParameters"

func (o outputs) path(name string) string { return o.owner.path(outputParameters + quotedKey(name)) }

// wrong says what is wrong with reading the output as this type.
func (o outputs) wrong(path string, want Type) string {
	var names []string
	for _, each := range o.declared {
		names = append(names, each.Name)
		if path == outputParameters+quotedKey(each.Name) {
			if declared := each.typ(); want != "" && want != declared {
				return fmt.Sprintf("for its output %q as %s, but it is declared as %s", each.Name, want, declared)
			}
		}
	}
	if !strings.HasPrefix(path, outputParameters) {
		return "a " + o.owner.typ + " step, for its " + path + "; it has only its declared outputs"
	}
	return missingKey(path, outputParameters, "output", names)
}

func (o OutputParameter) typ() Type {
	return cmp.Or(o.Type, TypeString)
}

// maxOutputs is how many outputs a step may return.
const maxOutputs = 50

func (c *checker) outputParameters(declared []OutputParameter) []any {
	if len(declared) > maxOutputs {
		c.addf("outputs", "are %d; at most %d are allowed", len(declared), maxOutputs)
	}
	seen := map[string]bool{}
	out := []any{}
	for i, each := range declared {
		field := index("outputs", i)
		c.unique(field+".name", seen, each.Name)
		out = append(out, object{
			{"OutputName", each.Name},
			{"OutputType", oneOf(c, field+".type", each.Type, TypeString, TypeString, TypeInteger, TypeFloat, TypeBoolean)},
		})
	}
	return out
}
