package jsonata

import "slices"

// ancestry resolves %, while the tree that the parser made is turned into that which is evaluated: rows of steps instead of
// a tree of dots.
type ancestry struct{}

// A slot is where a step remembers the object that it found its values in, for a % further on.
type slot struct {
	label *int // the same for all that mean the same object
	level int
}

func (a ancestry) settle(n *Node) *Node {
	out := a.one(n)
	if n.keepArray {
		out.keepArray = true
	}
	return out
}

func (a ancestry) all(nodes []*Node) []*Node {
	out := make([]*Node, len(nodes))
	for i, each := range nodes {
		out[i] = a.settle(each)
	}
	return out
}

func (a ancestry) one(n *Node) *Node {
	switch n.Kind {
	case Name:
		return &Node{Kind: Path, Position: n.Position, Items: []*Node{n}, singletons: n.keepArray}
	case Parent:
		n.slot = &slot{label: new(int), level: 1}
	case stepNode:
		return a.step(n)
	case predicateNode:
		return a.predicate(n)
	case groupNode:
		out := a.settle(n.Left)
		if out.grouped {
			fail(n.Position, "a group cannot be grouped again")
		}
		out.grouped, out.Group = true, a.pairs(n.Pairs)
		return out
	case sortNode:
		return a.sort(n)
	case focusNode:
		return a.focus(n)
	case Negate:
		n.Left = a.settle(n.Left)
		if n.Left.Kind == Number {
			return &Node{Kind: Number, Number: -n.Left.Number, Position: n.Position, Text: "-" + n.Left.Text}
		}
		n.push(n.Left)
	case Array:
		n.Items = a.all(n.Items)
		n.push(n.Items...)
	case Object:
		n.Pairs = a.pairs(n.Pairs)
		for _, each := range n.Pairs {
			n.push(each.Key, each.Value)
		}
	case Binary:
		n.Left, n.Right = a.settle(n.Left), a.settle(n.Right)
		n.push(n.Left, n.Right)
	case Bind:
		n.Right = a.settle(n.Right)
		n.push(n.Right)
	case Apply:
		n.Left, n.Right = a.settle(n.Left), a.settle(n.Right)
		n.keepArray = n.Left.keepArray || n.Right.keepArray
	case Call, Partial:
		n.Items = a.all(n.Items)
		n.push(n.Items...)
		n.Left = a.settle(n.Left)
	case Lambda:
		n.Left = a.settle(n.Left)
	case Condition:
		n.Left, n.Items = a.settle(n.Left), a.all(n.Items)
		n.push(n.Left)
		n.push(n.Items...)
	case Transform:
		n.Left, n.Right, n.Items = a.settle(n.Left), a.settle(n.Right), a.all(n.Items)
	case Block:
		n.Items = a.all(n.Items)
		for _, each := range n.Items {
			n.push(each)
			if each.plainArray || each.Kind == Path && each.Items[0].plainArray {
				n.plainArray = true
			}
		}
	}
	return n
}

func (a ancestry) pairs(pairs []Pair) []Pair {
	out := make([]Pair, len(pairs))
	for i, each := range pairs {
		out[i] = Pair{a.settle(each.Key), a.settle(each.Value)}
	}
	return out
}

// step makes one row of the steps on both sides of a dot.
func (a ancestry) step(n *Node) *Node {
	left := a.settle(n.Left)
	out := left
	if left.Kind != Path {
		out = &Node{Kind: Path, Position: left.Position, Items: []*Node{left}}
		if left.Kind == Parent {
			out.seeking = []*slot{left.slot}
		}
	}
	rest := a.settle(n.Right)
	if rest.Kind == Path {
		out.Items = append(out.Items, rest.Items...)
	} else {
		for _, each := range rest.Predicates {
			rest.Stages = append(rest.Stages, Stage{Filter: each})
		}
		rest.Predicates = nil
		out.Items = append(out.Items, rest)
	}
	for _, each := range out.Items {
		switch each.Kind {
		case Number, Constant:
			fail(each.Position, "%s cannot be a step of a path; write names of fields", each.Text)
		case Text:
			each.Kind = Name
		}
		out.singletons = out.singletons || each.keepArray
	}
	for _, end := range []*Node{out.Items[0], out.Items[len(out.Items)-1]} {
		if end.Kind == Array {
			end.plainArray = true
		}
	}
	a.resolve(out)
	return out
}

func (a ancestry) predicate(n *Node) *Node {
	out := a.settle(n.Left)
	step := out
	if out.Kind == Path {
		step = out.last()
	}
	if step.grouped {
		fail(n.Position, "a predicate cannot follow a group; filter before grouping")
	}
	filter := a.settle(n.Right)
	if filter.seeking != nil {
		for _, s := range filter.seeking {
			if s.level == 1 {
				a.seek(step, s)
			} else {
				s.level--
			}
		}
		step.push(filter)
	}
	if out.Kind == Path {
		step.Stages = append(step.Stages, Stage{Filter: filter})
	} else {
		step.Predicates = append(step.Predicates, filter)
	}
	return out
}

func (a ancestry) sort(n *Node) *Node {
	out := a.settle(n.Left)
	if out.Kind != Path {
		out = &Node{Kind: Path, Position: out.Position, Items: []*Node{out}}
	}
	step := &Node{Kind: Sort, Position: n.Position}
	for _, term := range n.Terms {
		term.By = a.settle(term.By)
		step.push(term.By)
		step.Terms = append(step.Terms, term)
	}
	out.Items = append(out.Items, step)
	a.resolve(out)
	return out
}

// focus notes the variable of @ or #.
func (a ancestry) focus(n *Node) *Node {
	out := a.settle(n.Left)
	step := out
	if out.Kind == Path {
		step = out.last()
	}
	if n.Text == "@" {
		switch {
		case len(step.Stages) > 0 || len(step.Predicates) > 0:
			fail(n.Position, "@ must stand before the predicates of its step")
		case step.Kind == Sort:
			fail(n.Position, "@ must stand before the order-by of its step")
		}
		step.Focus, step.tuples = n.Right.Text, true
		step.keepArray = step.keepArray || n.keepArray
		return out
	}
	if out.Kind != Path {
		out = &Node{Kind: Path, Position: out.Position, Items: []*Node{out}}
		for _, each := range step.Predicates {
			step.Stages = append(step.Stages, Stage{Filter: each})
		}
		step.Predicates = nil
	}
	if step.Stages == nil {
		step.Index = n.Right.Text
	} else {
		step.Stages = append(step.Stages, Stage{Index: n.Right.Text})
	}
	step.tuples = true
	return out
}

func (n *Node) last() *Node { return n.Items[len(n.Items)-1] }

// push hands on what the nodes below still seek.
func (n *Node) push(below ...*Node) {
	for _, each := range below {
		n.seeking = append(n.seeking, each.seeking...)
		if each.Kind == Parent {
			n.seeking = append(n.seeking, each.slot)
		}
	}
}

// resolve lets steps of the path remember what the last of them seeks.
func (a ancestry) resolve(path *Node) {
	last := path.last()
	slots := slices.Clone(last.seeking)
	if last.Kind == Parent {
		slots = append(slots, last.slot)
	}
	for _, s := range slots {
		for i := len(path.Items) - 2; s.level > 0; {
			if i < 0 {
				path.seeking = append(path.seeking, s)
				break
			}
			step := path.Items[i]
			i--
			for i >= 0 && step.Focus != "" && path.Items[i].Focus != "" { // these look at the same object
				step = path.Items[i]
				i--
			}
			a.seek(step, s)
		}
	}
}

// seek goes one level up from the step for the slot.
func (a ancestry) seek(n *Node, s *slot) {
	switch n.Kind {
	case Name, Wildcard:
		s.level--
		if s.level > 0 {
			return
		}
		if n.ancestor != nil {
			s.label = n.ancestor.label
		}
		n.ancestor, n.tuples = s, true
	case Parent:
		s.level++
	case Block:
		if len(n.Items) > 0 {
			n.tuples = true
			a.seek(n.last(), s)
		}
	case Path:
		n.tuples = true
		for i := len(n.Items) - 1; i >= 0; i-- {
			a.seek(n.Items[i], s)
			if s.level <= 0 {
				break
			}
		}
	default:
		fail(n.Position, "%% cannot find the object around this")
	}
}
