package jsonata

import "maps"

// A Reference is something that an expression takes from outside: a variable that it does not bind itself, a function of the
// library, or the input document.
type Reference struct {
	// Position is the offset in bytes.
	Position int
	// Name of the variable or function, without the dollar sign. Empty for the input document.
	Name string
	// Document is how the expression names the input document: $, $$, or a field of it. Empty for variables.
	Document string
	// Fields are the names of fields behind a variable, as far as nothing but names follows: $states.input.a[0].b has input
	// and a.
	Fields []string
	// Called says that it is called as a function, with so many Arguments.
	Called    bool
	Arguments int
}

// References are what the expression takes from outside, in the order in which it is evaluated.
func (e *Expression) References() []Reference {
	w := &walker{}
	w.node(e.root, scope{names: bound(e.root)}, false)
	return w.found
}

// A scope is the variables that are bound around a node.
type scope struct{ names map[string]bool }

func (s scope) with(names map[string]bool) scope {
	if len(names) == 0 {
		return s
	}
	all := maps.Clone(names)
	maps.Copy(all, s.names)
	return scope{all}
}

// bound are the variables that the node gives values to, but for those of blocks and functions inside it.
func bound(n *Node) map[string]bool {
	out := map[string]bool{}
	var collect func(n *Node)
	collect = func(n *Node) {
		if n.Kind == Bind {
			out[n.Left.Text] = true
		}
		for _, each := range n.Children() {
			if each.Kind != Block && each.Kind != Lambda {
				collect(each.Node)
			}
		}
	}
	collect(n)
	return out
}

type walker struct{ found []Reference }

func (w *walker) add(r Reference) { w.found = append(w.found, r) }

// node looks at a node. inner says that $ and names of fields in it are not those of the input document.
func (w *walker) node(n *Node, s scope, inner bool) {
	switch n.Kind {
	case Block:
		s = s.with(bound(n))
	case Lambda:
		names := bound(n.Left)
		for _, each := range n.Items {
			names[each.Text] = true
		}
		w.node(n.Left, s.with(names), inner)
		return
	case Path:
		w.path(n, s, inner)
		return
	case Variable:
		w.variable(n, nil, s, inner)
	case Wildcard, Descendant:
		if !inner {
			w.add(Reference{Position: n.Position, Document: n.Text})
		}
	case Call, Partial:
		w.call(n, 0, s, inner)
		return
	case Apply:
		w.node(n.Left, s, inner)
		if n.Right.Kind == Call {
			w.call(n.Right, 1, s, inner)
		} else {
			w.callee(n.Right, 1, s, inner)
		}
		return
	}
	for _, each := range n.Children() {
		w.node(each.Node, s, inner || each.Inner)
	}
}

func (w *walker) variable(n *Node, fields []string, s scope, inner bool) {
	switch {
	case n.Text == "" && inner, n.Text != "" && s.names[n.Text]:
	case n.Text == "" || n.Text == "$":
		w.add(Reference{Position: n.Position, Document: "$" + n.Text})
	default:
		w.add(Reference{Position: n.Position, Name: n.Text, Fields: fields})
	}
}

func (w *walker) path(n *Node, s scope, inner bool) {
	names := map[string]bool{}
	for _, step := range n.Items {
		names[step.Focus] = step.Focus != ""
		names[step.Index] = step.Index != ""
		for _, stage := range step.Stages {
			names[stage.Index] = stage.Index != ""
		}
	}
	delete(names, "")
	s = s.with(names)
	first := n.Items[0]
	switch {
	case first.Kind == Name && !inner:
		w.add(Reference{Position: first.Position, Document: first.Text})
	case first.Kind == Variable:
		var fields []string
		for i, step := range n.Items {
			if i == 0 && len(step.Predicates)+len(step.Stages) == 0 {
				continue
			}
			if step.Kind != Name {
				break
			}
			fields = append(fields, step.Text)
			if len(step.Stages) > 0 {
				break
			}
		}
		w.variable(first, fields, s, inner)
		for _, each := range first.Children() {
			w.node(each.Node, s, true)
		}
	}
	for _, each := range n.Children() {
		if each.Node == first && (first.Kind == Variable || first.Kind == Name) {
			if first.Kind == Name {
				for _, stage := range first.Children() {
					w.node(stage.Node, s, true)
				}
			}
			continue
		}
		w.node(each.Node, s, inner || each.Inner)
	}
}

// call looks at a call, which has more arguments where one is applied to it.
func (w *walker) call(n *Node, more int, s scope, inner bool) {
	w.callee(n.Left, len(n.Items)+more, s, inner)
	for _, each := range n.Items {
		w.node(each, s, inner)
	}
	for _, each := range n.Predicates {
		w.node(each, s, true)
	}
	for _, stage := range n.Stages {
		if stage.Filter != nil {
			w.node(stage.Filter, s, true)
		}
	}
	for _, pair := range n.Group {
		w.node(pair.Key, s, true)
		w.node(pair.Value, s, true)
	}
}

func (w *walker) callee(n *Node, arguments int, s scope, inner bool) {
	if n.Kind != Variable || n.Text == "" || n.Text == "$" || s.names[n.Text] {
		w.node(n, s, inner)
		return
	}
	w.add(Reference{Position: n.Position, Name: n.Text, Called: true, Arguments: arguments})
}
