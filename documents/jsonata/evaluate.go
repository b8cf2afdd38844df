package jsonata

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// ErrUndefined says that an expression has no value, such as the name of a field that is not there. Step Functions fails a
// state whose expression has none.
var ErrUndefined = errors.New("the expression has no value")

// Settings are what an expression knows while it is evaluated. The zero value is valid.
type Settings struct {
	// Variables by name, without the dollar sign: values as encoding/json makes them, or anything that it can marshal. The
	// order of fields is kept in a json.RawMessage. Default: none.
	Variables map[string]any
	// Now is the moment of $now() and $millis(). Default: the present.
	Now time.Time
	// Random is a number from 0 up to, but not including, 1, for $random(), $shuffle() and $uuid(). Default: a random one.
	Random func() float64
}

// Evaluate computes the value of the expression, as encoding/json would give it. Step Functions has no input document: its
// data are the variable states. Input may be nil, which is none, and otherwise anything that encoding/json can marshal.
// ErrUndefined is the error where there is no value.
func (e *Expression) Evaluate(input any, settings Settings) (value any, err error) {
	v, err := e.evaluate(input, settings)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return nil, ErrUndefined
	}
	return exported(v), nil
}

func (e *Expression) evaluate(input any, settings Settings) (value any, err error) {
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case evaluationError:
			value, err = nil, errors.New(string(problem))
		default:
			panic(problem)
		}
	}()
	r := &run{now: settings.Now, random: settings.Random}
	if r.now.IsZero() {
		r.now = time.Now()
	}
	if r.random == nil {
		r.random = rand.Float64
	}
	frame := newFrame(library())
	for name, v := range settings.Variables {
		given, err := imported(v)
		if err != nil {
			return nil, fmt.Errorf("variable %s: %w", name, err)
		}
		frame.bind(name, given)
	}
	var document any
	if input != nil {
		if document, err = imported(input); err != nil {
			return nil, fmt.Errorf("input: %w", err)
		}
	}
	if l, isList := document.(*list); isList {
		wrapped := sequence(l)
		wrapped.input = true
		document = wrapped
	}
	frame.bind("$", document)
	return r.evaluate(e.root, document, frame), nil
}

// evaluationError is thrown by what is evaluated.
type evaluationError string

func wrong(message string) { panic(evaluationError(message)) }

func wrongf(format string, args ...any) { wrong(fmt.Sprintf(format, args...)) }

// A frame holds the variables of a block or a function.
type frame struct {
	outer     *frame
	variables map[string]any
	above     map[*int]any
}

func newFrame(outer *frame) *frame { return &frame{outer: outer} }

func (f *frame) bind(name string, value any) {
	if f.variables == nil {
		f.variables = map[string]any{}
	}
	f.variables[name] = value
}

func (f *frame) lookup(name string) any {
	for ; f != nil; f = f.outer {
		if value, known := f.variables[name]; known {
			return value
		}
	}
	return nil
}

func (f *frame) parent(label *int) any {
	for ; f != nil; f = f.outer {
		if value, known := f.above[label]; known {
			return value
		}
	}
	return nil
}

// of is the frame with what the tuple binds.
func (f *frame) of(t *tuple) *frame {
	return &frame{outer: f, variables: t.named, above: t.above}
}

// A run is one evaluation.
type run struct {
	now    time.Time
	random func() float64
	depth  int
}

// maxCalls is how deep calls may be nested. Step Functions has a limit of time instead.
const maxCalls = 20_000

func (r *run) evaluate(n *Node, input any, f *frame) any {
	r.depth++
	if r.depth > maxCalls {
		wrong("the expression calls itself too often; end the recursion")
	}
	value := r.one(n, input, f)
	for _, each := range n.Predicates {
		value = r.filter(each, value, f)
	}
	if n.Kind != Path && n.grouped {
		value = r.group(n.Group, value, f)
	}
	r.depth--
	l, isList := value.(*list)
	if !isList || !l.sequence || l.tuples {
		return value
	}
	if n.keepArray {
		l.singleton = true
	}
	switch len(l.items) {
	case 0:
		return nil
	case 1:
		if !l.singleton {
			return l.items[0]
		}
	}
	return l
}

func (r *run) one(n *Node, input any, f *frame) any {
	switch n.Kind {
	case Text:
		return n.Text
	case Number:
		return n.Number
	case Constant:
		switch n.Text {
		case "true":
			return true
		case "false":
			return false
		}
		return nullValue{}
	case Name:
		return lookup(input, n.Text)
	case Wildcard:
		return wildcard(input)
	case Descendant:
		out := sequence()
		descend(input, out)
		return out
	case Parent:
		return f.parent(n.slot.label)
	case Variable:
		if n.Text == "" {
			return unwrapped(input)
		}
		if n.Text == "$" {
			return unwrapped(f.lookup("$"))
		}
		return f.lookup(n.Text)
	case Regex:
		return regexValue(n.Text, n.Flags)
	case Path:
		return r.path(n, input, f)
	case Binary:
		return r.binary(n, input, f)
	case Negate:
		value := r.evaluate(n.Left, input, f)
		if value == nil {
			return nil
		}
		number, ok := value.(float64)
		if !ok {
			wrong("only a number can be negated")
		}
		return -number
	case Array:
		return r.array(n, input, f)
	case Object:
		return r.group(n.Pairs, input, f)
	case Block:
		inner := newFrame(f)
		var value any
		for _, each := range n.Items {
			value = r.evaluate(each, input, inner)
		}
		return value
	case Condition:
		if truth(r.evaluate(n.Left, input, f)) {
			return r.evaluate(n.Items[0], input, f)
		}
		if len(n.Items) > 1 {
			return r.evaluate(n.Items[1], input, f)
		}
		return nil
	case Bind:
		value := r.evaluate(n.Right, input, f)
		f.bind(n.Left.Text, value)
		return value
	case Lambda:
		return r.lambda(n, input, f)
	case Call:
		return r.call(n, input, f, nil, false)
	case Partial:
		return r.partial(n, input, f)
	case Apply:
		return r.apply(n, input, f)
	case Transform:
		return r.transform(n, f)
	}
	wrong("this cannot be evaluated")
	return nil
}

func unwrapped(input any) any {
	if l, ok := input.(*list); ok && l.input {
		return l.items[0]
	}
	return input
}

// lookup is the field of an object, or of each object of a list.
func lookup(input any, name string) any {
	switch input := input.(type) {
	case *object:
		return input.fields[name]
	case *list:
		out := sequence()
		for _, each := range input.items {
			found := lookup(each, name)
			if l, isList := found.(*list); isList {
				out.items = append(out.items, l.items...)
			} else {
				out.push(found)
			}
		}
		return out
	}
	return nil
}

func wildcard(input any) any {
	out := sequence()
	var values []any
	switch input := unwrapped(input).(type) {
	case *object:
		for _, key := range input.keys {
			values = append(values, input.fields[key])
		}
	case *list:
		values = input.items
	}
	for _, each := range values {
		if l, isList := each.(*list); isList {
			out = &list{items: append(out.items, flat(l)...)}
		} else {
			out.push(each)
		}
	}
	return out
}

func flat(l *list) []any {
	var out []any
	for _, each := range l.items {
		if inner, isList := each.(*list); isList {
			out = append(out, flat(inner)...)
		} else {
			out = append(out, each)
		}
	}
	return out
}

func descend(input any, out *list) {
	switch input := input.(type) {
	case *list:
		for _, each := range input.items {
			descend(each, out)
		}
		return
	case *object:
		out.push(input)
		for _, key := range input.keys {
			descend(input.fields[key], out)
		}
		return
	}
	out.push(input)
}

func (r *run) array(n *Node, input any, f *frame) any {
	out := &list{items: []any{}, whole: n.plainArray}
	for _, each := range n.Items {
		value := r.evaluate(each, input, f)
		switch {
		case value == nil:
		case each.Kind == Array:
			out.items = append(out.items, value)
		default:
			out.items = append(out.items, itemsOf(value)...)
		}
	}
	return out
}
