package jsonpath

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
)

// Data are what paths lead into: values as encoding/json makes them.
type Data struct {
	// Input is what $ stands for, and Context what $$ stands for.
	Input, Context any
	// Variables by name.
	Variables map[string]any
	// Random is a number from 0 up to, but not including, 1, for States.MathRandom and States.UUID. Default: a random one.
	Random func() float64
}

// ErrNoValue says that a path that leads to one value leads to none.
var ErrNoValue = errors.New("the path leads to no value")

// Evaluate is the value that the path leads to: a list of all where it may lead to several, and ErrNoValue where it leads to
// one that is not there.
func (p *Path) Evaluate(data Data) (any, error) {
	root := data.Input
	switch {
	case p.Context:
		root = data.Context
	case p.Variable != "":
		value, known := data.Variables[p.Variable]
		if !known {
			return nil, fmt.Errorf("the variable %q has no value", p.Variable)
		}
		root = value
	}
	values := p.follow(root, root)
	if p.single() {
		if len(values) == 0 {
			return nil, fmt.Errorf("%s: %w", p.Text, ErrNoValue)
		}
		return values[0], nil
	}
	return slices.Clone(values), nil
}

func (p *Path) single() bool {
	return p.Reference() || len(p.steps) > 0 && p.steps[len(p.steps)-1].kind == callStep
}

func (p *Path) follow(from, root any) []any {
	values := []any{from}
	for i, s := range p.steps {
		if s.kind == callStep {
			given := any(values)
			if before := (&Path{steps: p.steps[:i]}); before.Reference() && len(values) == 1 {
				given = values[0]
			}
			value, ok := functions[s.names[0]](given)
			if !ok {
				return []any{}
			}
			values = []any{value}
			continue
		}
		next := []any{}
		for _, each := range values {
			next = append(next, s.of(each, root)...)
		}
		values = next
	}
	return values
}

func (s step) of(v, root any) []any {
	list, _ := v.([]any)
	object, isObject := v.(map[string]any)
	var out []any
	switch s.kind {
	case nameStep, namesStep:
		for _, name := range s.names {
			if value, known := object[name]; known {
				out = append(out, value)
			}
		}
	case indexStep, indexesStep:
		for _, n := range s.numbers {
			if n < 0 {
				n += len(list)
			}
			if n >= 0 && n < len(list) {
				out = append(out, list[n])
			}
		}
	case everyStep:
		out = children(v)
	case deepStep:
		out = append(out, v)
		for _, each := range children(v) {
			out = append(out, s.of(each, root)...)
		}
	case sliceStep:
		return s.slice(list)
	case filterStep:
		if isObject {
			list = []any{v}
		}
		for _, each := range list {
			if s.filter.holds(each, root) {
				out = append(out, each)
			}
		}
	}
	return out
}

func children(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case map[string]any:
		var out []any
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, v[key])
		}
		return out
	}
	return nil
}

func (s step) slice(list []any) []any {
	first, last, by := 0, len(list), 1
	bound := func(n int) int {
		if n < 0 {
			n += len(list)
		}
		return max(0, min(n, len(list)))
	}
	if s.given[0] {
		first = bound(s.numbers[0])
	}
	if s.given[1] {
		last = bound(s.numbers[1])
	}
	if s.given[2] {
		by = max(1, s.numbers[2])
	}
	var out []any
	for i := first; i < last; i += by {
		out = append(out, list[i])
	}
	return out
}

func (f *filter) values(item, root any) []any {
	switch {
	case f.literal:
		return []any{f.value}
	case f.root:
		return f.path.follow(root, root)
	}
	return f.path.follow(item, root)
}

func (f *filter) holds(item, root any) bool {
	switch f.operator {
	case "||":
		return f.left.holds(item, root) || f.right.holds(item, root)
	case "&&":
		return f.left.holds(item, root) && f.right.holds(item, root)
	case "!":
		return !f.left.holds(item, root)
	case "":
		return len(f.values(item, root)) > 0
	}
	left := f.left.values(item, root)
	if len(left) == 0 {
		return f.operator == "!=" || f.operator == "nin"
	}
	if f.operator == "=~" {
		text, ok := left[0].(string)
		return ok && f.pattern.MatchString(text)
	}
	right := f.right.values(item, root)
	if len(right) == 0 {
		return false
	}
	return compared(f.operator, left[0], right[0])
}

func compared(operator string, a, b any) bool {
	switch operator {
	case "==":
		return reflect.DeepEqual(a, b)
	case "!=":
		return !reflect.DeepEqual(a, b)
	case "in", "nin":
		list, _ := b.([]any)
		return slices.ContainsFunc(list, func(each any) bool { return reflect.DeepEqual(a, each) }) == (operator == "in")
	}
	order := 0
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		if !ok {
			return false
		}
		order = int(math.Copysign(1, a-b))
		if a == b {
			order = 0
		}
	case string:
		b, ok := b.(string)
		if !ok {
			return false
		}
		order = strings.Compare(a, b)
	default:
		return false
	}
	return operator[0] == '<' && order < 0 || operator[0] == '>' && order > 0 || len(operator) == 2 && order == 0
}

// functions are those of paths.
var functions = map[string]func(v any) (any, bool){
	"length": func(v any) (any, bool) {
		switch v := v.(type) {
		case []any:
			return float64(len(v)), true
		case map[string]any:
			return float64(len(v)), true
		case string:
			return float64(len([]rune(v))), true
		}
		return nil, false
	},
	"min":   func(v any) (any, bool) { return over(v, func(n []float64) float64 { return slices.Min(n) }) },
	"max":   func(v any) (any, bool) { return over(v, func(n []float64) float64 { return slices.Max(n) }) },
	"sum":   func(v any) (any, bool) { return over(v, sum) },
	"avg":   func(v any) (any, bool) { return over(v, func(n []float64) float64 { return sum(n) / float64(len(n)) }) },
	"first": func(v any) (any, bool) { return ith(v, 0) },
	"last":  func(v any) (any, bool) { return ith(v, -1) },
	"keys": func(v any) (any, bool) {
		object, ok := v.(map[string]any)
		out := []any{}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			out = append(out, key)
		}
		return out, ok
	},
}

func sum(numbers []float64) float64 {
	total := 0.0
	for _, each := range numbers {
		total += each
	}
	return total
}

func over(v any, of func(numbers []float64) float64) (any, bool) {
	list, _ := v.([]any)
	var numbers []float64
	for _, each := range list {
		if n, ok := each.(float64); ok {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 {
		return nil, false
	}
	return of(numbers), true
}

func ith(v any, i int) (any, bool) {
	list, _ := v.([]any)
	if i < 0 {
		i += len(list)
	}
	if i < 0 || i >= len(list) {
		return nil, false
	}
	return list[i], true
}
