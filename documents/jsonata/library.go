package jsonata

import (
	"maps"
	"slices"
	"sync"
)

// A definition is a function of the library.
type definition struct {
	signature string
	native    func(c *call, a []any) any
}

// A Function is a function that expressions can call.
type Function struct {
	// Name without the dollar sign.
	Name string
	// Least and Most are how many arguments it takes. Most is -1 where there is no limit.
	Least, Most int
}

// Takes says how many arguments the function takes.
func (f Function) Takes() string {
	words := []string{"none", "one", "two", "three", "four"}
	switch {
	case f.Most < 0:
		return words[f.Least] + " or more arguments"
	case f.Least == f.Most && f.Most == 0:
		return "no arguments"
	case f.Least == f.Most && f.Most == 1:
		return "one argument"
	case f.Least == f.Most:
		return words[f.Most] + " arguments"
	case f.Most == 1:
		return "at most one argument"
	case f.Least == 0:
		return "at most " + words[f.Most] + " arguments"
	}
	return words[f.Least] + " to " + words[f.Most] + " arguments"
}

// functionNamed are the functions of the library that Step Functions has, in all files of this package.
var functionNamed = sync.OnceValue(func() map[string]*function {
	out := map[string]*function{}
	for _, each := range []map[string]definition{textFunctions, numberFunctions, listFunctions, objectFunctions, otherFunctions, higherFunctions, timeFunctions, stepFunctions} {
		for name, d := range each {
			f := &function{name: "$" + name, native: d.native}
			if d.signature != "" {
				f.signature = parseSignature(d.signature, 0)
				f.arity = len(f.signature.parameters)
			}
			if name == "string" {
				f.arity = 1 // $map(list, $string) hands over the value alone
			}
			out[name] = f
		}
	}
	return out
})

// library is the frame around every expression.
var library = sync.OnceValue(func() *frame {
	f := newFrame(nil)
	for name, each := range functionNamed() {
		f.bind(name, each)
	}
	return f
})

// Functions are the functions that Step Functions has, sorted by name: those of JSONata without $eval, and its own.
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn
func Functions() []Function {
	var out []Function
	all := functionNamed()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		least, most := all[name].signature.arity()
		out = append(out, Function{name, least, most})
	}
	return out
}

// unlessMissing is the function, but undefined for an undefined first argument.
func unlessMissing(native func(c *call, a []any) any) func(c *call, a []any) any {
	return func(c *call, a []any) any {
		if len(a) == 0 || a[0] == nil {
			return nil
		}
		return native(c, a)
	}
}

// at is an argument, or undefined.
func at(a []any, i int) any {
	if i < len(a) {
		return a[i]
	}
	return nil
}

// textArgument is an optional text.
func textArgument(a []any, i int, otherwise string) string {
	if s, ok := at(a, i).(string); ok {
		return s
	}
	return otherwise
}

// numberArgument is an optional number.
func numberArgument(a []any, i int, otherwise float64) float64 {
	if n, ok := at(a, i).(float64); ok {
		return n
	}
	return otherwise
}
