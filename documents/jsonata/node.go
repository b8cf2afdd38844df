package jsonata

// Kind says what a Node is.
type Kind int

// The kinds, with the fields of Node that they use. https://docs.jsonata.org/2.0.0/overview
const (
	// Text is a literal text: Text.
	Text Kind = iota
	// Number is a literal number: Number.
	Number
	// Constant is true, false or null: Text.
	Constant
	// Name is a field of the context: Text. It stands in a Path, also where it is alone.
	Name
	// Wildcard is *, every field of the context.
	Wildcard
	// Descendant is **, everything below the context.
	Descendant
	// Parent is %, the object that the context was found in.
	Parent
	// Variable is $name: Text is the name, "" for $ and "$" for $$.
	Variable
	// Regex is a regular expression: Text, Flags.
	Regex
	// Path is a row of steps: Items. Each but the first has what the one before found as its context.
	Path
	// Sort is a step of a Path that sorts: Terms.
	Sort
	// Binary is an operator between Left and Right: Text is one of + - * / % & = != < <= > >= and or in and ..
	Binary
	// Negate is the number with the other sign: Left.
	Negate
	// Array is a list: Items.
	Array
	// Object is an object: Pairs.
	Object
	// Block is a row of expressions of which the last is the value: Items.
	Block
	// Condition is Left ? Items[0] : Items[1], of which the last may be missing.
	Condition
	// Bind gives the variable Left the value Right, inside the block.
	Bind
	// Lambda is a function: Items are its parameters, Left is its body, Text its signature.
	Lambda
	// Call calls Left with Items.
	Call
	// Partial is a call of Left in which some of Items are a Placeholder.
	Partial
	// Placeholder is the ? of a partial call.
	Placeholder
	// Apply hands Left to the function Right (~>).
	Apply
	// Transform changes copies of what Left finds by Right, and removes the fields that Items[0] names.
	Transform
)

// A Node is a part of an expression. Which fields are set depends on its Kind.
type Node struct {
	Kind Kind
	// Position is the offset in bytes of the token that the node begins with, or of its operator.
	Position int
	Text     string
	Flags    string
	Number   float64
	Left     *Node
	Right    *Node
	Items    []*Node
	Pairs    []Pair
	Terms    []Term
	// Stages are the predicates behind a step of a Path, and Predicates those behind anything else.
	Stages     []Stage
	Predicates []*Node
	// Group is what groups the values of the node: expr{key: value}.
	Group []Pair
	// Focus and Index are the variables that @$name and #$name bind.
	Focus, Index string

	grouped    bool // Group is given, though it may be empty
	keepArray  bool // [] stands behind it: a single value stays a list
	singletons bool // of a Path: one of its steps keeps lists of one
	plainArray bool // an array that is a step by itself is one value
	tuples     bool // the step carries what % and the variables of @ and # know
	signature  *signature
	slot       *slot   // of %
	ancestor   *slot   // where what this step was found in is remembered
	seeking    []*slot // those that a step before must fill
}

// A Pair is a key of an object with its value.
type Pair struct{ Key, Value *Node }

// A Term is something to sort by.
type Term struct {
	By         *Node
	Descending bool
}

// A Stage is a predicate, or the name of a variable for the number of each value.
type Stage struct {
	Filter *Node
	Index  string
}

// A Child of a node. Inner says that it has a context of its own, so that $ and names of fields in it are those of the value
// that is looked at, not of the whole input.
type Child struct {
	*Node
	Inner bool
}

// Children are the nodes directly below, in the order of their evaluation.
func (n *Node) Children() []Child {
	var out []Child
	add := func(inner bool, nodes ...*Node) {
		for _, each := range nodes {
			if each != nil {
				out = append(out, Child{each, inner})
			}
		}
	}
	pairs := func(inner bool, list []Pair) {
		for _, each := range list {
			add(inner, each.Key, each.Value)
		}
	}
	switch n.Kind {
	case Path:
		for i, step := range n.Items {
			add(i > 0, step)
		}
	case Bind:
		add(false, n.Right)
	case Lambda:
		add(false, n.Left)
	case Transform:
		add(true, n.Left, n.Right)
		add(true, n.Items...)
	default:
		add(false, n.Left, n.Right)
		add(false, n.Items...)
	}
	for _, term := range n.Terms {
		add(true, term.By)
	}
	pairs(false, n.Pairs)
	for _, stage := range n.Stages {
		add(true, stage.Filter)
	}
	add(true, n.Predicates...)
	pairs(true, n.Group)
	return out
}
