package jsonata

import "fmt"

// A call is what a function of the library knows beside its arguments.
type call struct {
	run   *run
	input any
}

// lambda is a function of the expression, with the variables and the context that it was made in.
func (r *run) lambda(n *Node, input any, f *frame) *function {
	return &function{name: "the function", signature: n.signature, arity: len(n.Items), native: func(c *call, arguments []any) any {
		inner := newFrame(f)
		for i, parameter := range n.Items {
			var value any
			if i < len(arguments) {
				value = arguments[i]
			}
			inner.bind(parameter.Text, value)
		}
		return c.run.evaluate(n.Left, input, inner)
	}}
}

// callee is the function that a call names.
func (r *run) callee(n *Node, input any, f *frame) *function {
	value := r.evaluate(n.Left, input, f)
	if callee, ok := value.(*function); ok {
		return callee
	}
	name := nameOf(n.Left)
	if n.Left.Kind == Path && len(n.Left.Items) == 1 && f.lookup(name) != nil {
		wrongf("%s is no function; did you mean $%s?", name, name)
	}
	wrongf("%s is no function", name)
	return nil
}

func nameOf(n *Node) string {
	switch {
	case n.Kind == Variable:
		return "$" + n.Text
	case n.Kind == Path && n.last().Kind == Name:
		return n.last().Text
	}
	return "what is called"
}

// call calls a function, which gets the applied value as its first argument.
func (r *run) call(n *Node, input any, f *frame, applied any, isApplied bool) any {
	callee := r.callee(n, input, f)
	var arguments []any
	if isApplied {
		arguments = append(arguments, applied)
	}
	for _, each := range n.Items {
		arguments = append(arguments, r.evaluate(each, input, f))
	}
	return r.invoke(callee, arguments, input)
}

func (r *run) invoke(callee *function, arguments []any, input any) any {
	if callee.signature != nil {
		arguments = callee.signature.validate(callee.name, arguments, unwrapped(input))
	}
	return callee.native(&call{r, input}, arguments)
}

// over calls a function with as many of the arguments as it takes: the value, its number or key, and all of them.
func (c *call) over(callee *function, arguments ...any) any {
	return c.run.invoke(callee, arguments[:max(1, min(len(arguments), callee.arity))], c.input)
}

// partial is a function of the arguments whose places are open.
func (r *run) partial(n *Node, input any, f *frame) any {
	callee := r.callee(n, input, f)
	given := make([]any, len(n.Items))
	open := 0
	for i, each := range n.Items {
		if each.Kind == Placeholder {
			open++
			continue
		}
		given[i] = r.evaluate(each, input, f)
	}
	return &function{name: callee.name, arity: open, native: func(c *call, arguments []any) any {
		all := append([]any(nil), given...)
		next := 0
		for i, each := range n.Items {
			if each.Kind != Placeholder {
				continue
			}
			if next < len(arguments) {
				all[i] = arguments[next]
			}
			next++
		}
		return c.run.invoke(callee, all, c.input)
	}}
}

// apply hands the left side to the function on the right. Two functions become one.
func (r *run) apply(n *Node, input any, f *frame) any {
	left := r.evaluate(n.Left, input, f)
	if n.Right.Kind == Call {
		return r.call(n.Right, input, f, left, true)
	}
	second, ok := r.evaluate(n.Right, input, f).(*function)
	if !ok {
		wrong("the right side of ~> must be a function")
	}
	first, ok := left.(*function)
	if !ok {
		return r.invoke(second, []any{left}, nil)
	}
	return &function{name: "the function", arity: 1, native: func(c *call, arguments []any) any {
		return c.run.invoke(second, []any{c.run.invoke(first, arguments, c.input)}, c.input)
	}}
}

var transformSignature = parseSignature("<(oa):o>", 0)

// transform is the function that changes copies.
func (r *run) transform(n *Node, f *frame) any {
	return &function{name: "the transformation", arity: 1, signature: transformSignature, native: func(c *call, arguments []any) any {
		if arguments[0] == nil {
			return nil
		}
		out := clone(arguments[0])
		for _, match := range itemsOf(c.run.evaluate(n.Left, out, f)) {
			c.run.change(n, match, f)
		}
		return out
	}}
}

func (r *run) change(n *Node, match any, f *frame) {
	target, isObject := match.(*object)
	if update := r.evaluate(n.Right, match, f); update != nil {
		changes, ok := update.(*object)
		if !ok {
			wrong("the second part of a transformation must be an object")
		}
		if isObject {
			for _, key := range changes.keys {
				target.set(key, changes.fields[key])
			}
		}
	}
	if len(n.Items) == 0 {
		return
	}
	for _, each := range itemsOf(r.evaluate(n.Items[0], match, f)) {
		name, ok := each.(string)
		if !ok {
			wrong("the third part of a transformation must be the names of fields")
		}
		if isObject {
			target.remove(name)
		}
	}
}

func (f *function) String() string { return fmt.Sprintf("function %s", f.name) }
