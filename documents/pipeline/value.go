package pipeline

import (
	"maps"
	"math"
	"slices"
)

// A Value may stand in the arguments of a step: String, Int, Float, Bool, a reference to something that is known at
// run time, Fields or List. Code outside this package cannot add others.
type Value interface {
	tree() any
}

// An IntegerValue is an Int, an IntegerRef or a JSONValue.
type IntegerValue interface {
	Value
	integer()
}

// A FloatValue is a Float, an Int, a FloatRef, an IntegerRef or a JSONValue.
type FloatValue interface {
	Value
	float()
}

// An OrderedValue is a FloatValue or a String.
type OrderedValue interface {
	Value
	ordered()
}

// A BooleanValue is a Bool, a BooleanRef or a JSONValue.
type BooleanValue interface {
	Value
	boolean()
}

// Int is a whole number that is known now.
type Int int

// Float is a number that is known now.
type Float float64

// Bool is a truth value that is known now.
type Bool bool

// Null is the JSON null, which some members of check steps have.
var Null Value = null{}

type null struct{}

func (null) tree() any { return nil }

func (v Int) tree() any  { return int64(v) }
func (v Int) integer()   {}
func (v Int) float()     {}
func (v Bool) tree() any { return bool(v) }
func (v Bool) boolean()  {}
func (v Int) ordered()   {}
func (v Float) float()   {}
func (v Float) ordered() {}

func (v Float) tree() any {
	if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
		return broken{"a number that is infinite or undefined"}
	}
	return float64(v)
}

// Fields is an object of the escape hatches and of Lambda and callback inputs: what the typed arguments do not cover,
// under the names of the API. It is written in the order of its keys.
type Fields map[string]Value

// List is a list of the escape hatches.
type List []Value

func (f Fields) tree() any {
	out := object{}
	for _, key := range slices.Sorted(maps.Keys(f)) {
		if f[key] == nil {
			out = append(out, member{key, broken{"nil"}})
			continue
		}
		out = append(out, member{key, f[key].tree()})
	}
	return out
}

func (l List) tree() any {
	out := make([]any, len(l))
	for i, v := range l {
		if v == nil {
			out[i] = broken{"nil"}
			continue
		}
		out[i] = v.tree()
	}
	return out
}
