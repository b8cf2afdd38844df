package jsonata

// An Expression is parsed and can be walked and evaluated, by several goroutines at a time.
type Expression struct {
	text string
	root *Node
}

// String is the text of the expression.
func (e *Expression) String() string { return e.text }

// Root is the expression as a tree.
func (e *Expression) Root() *Node { return e.root }

// maxDepth is how deep an expression may be nested, so that a hostile one is refused instead of filling the stack.
const maxDepth = 500

// Parse reads an expression. The error is an *Error with the position of the mistake.
func Parse(text string) (expression *Expression, err error) {
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case *Error:
			expression, err = nil, problem
		default:
			panic(problem)
		}
	}()
	p := &parser{scanner: scanner{text: text}}
	p.advance(false)
	root := p.expression(0)
	if p.now.kind != endToken {
		fail(p.now.position, "%v does not belong here; the expression has ended before it", p.now)
	}
	root = ancestry{}.settle(root)
	if root.Kind == Parent || root.seeking != nil {
		fail(root.Position, "%% has no object around it here")
	}
	return &Expression{text, root}, nil
}

// The parser is one of operator precedence (Pratt): each operator binds by its power.
type parser struct {
	scanner scanner
	now     token
	depth   int
}

var power = map[string]int{
	".": 75, "[": 80, "{": 70, "(": 80, "@": 80, "#": 80, "?": 20, "+": 50, "-": 50, "*": 60, "/": 60, "%": 60,
	"=": 40, "<": 40, ">": 40, "^": 40, ":=": 10, "!=": 40, "<=": 40, ">=": 40, "~>": 40, "and": 30, "or": 25, "in": 40, "&": 50,
}

func (p *parser) is(operator string) bool {
	return p.now.kind == operatorToken && p.now.text == operator
}

// advance goes to the next token. afterValue says that the present one ends a value.
func (p *parser) advance(afterValue bool) { p.now = p.scanner.next(afterValue) }

// expect passes over an operator.
func (p *parser) expect(operator string, afterValue bool) {
	if !p.is(operator) {
		fail(p.now.position, "%q is expected, not %v", operator, p.now)
	}
	p.advance(afterValue)
}

// expression reads as long as operators bind stronger than the power on the right.
func (p *parser) expression(right int) *Node {
	p.depth++
	if p.depth > maxDepth {
		fail(p.now.position, "the expression is nested too deep; split it")
	}
	t := p.now
	p.advance(true)
	left := p.begin(t)
	for p.now.kind == operatorToken && right < power[p.now.text] {
		t = p.now
		p.advance(false)
		left = p.follow(t, left)
	}
	p.depth--
	return left
}

// begin reads an expression that starts with the token.
func (p *parser) begin(t token) *Node {
	n := &Node{Position: t.position, Text: t.text}
	switch t.kind {
	case endToken:
		fail(t.position, "the expression is not complete")
	case nameToken:
		n.Kind = Name
	case variableToken:
		n.Kind = Variable
	case stringToken:
		n.Kind = Text
	case numberToken:
		n.Kind, n.Number = Number, t.number
	case constantToken:
		n.Kind = Constant
	case regexToken:
		n.Kind, n.Flags = Regex, t.flags
	default:
		return p.prefix(t, n)
	}
	return n
}

// prefix reads what begins with an operator.
func (p *parser) prefix(t token, n *Node) *Node {
	switch t.text {
	case "and", "or", "in": // names, where an operator is not possible
		n.Kind = Name
	case "*":
		n.Kind = Wildcard
	case "**":
		n.Kind = Descendant
	case "%":
		n.Kind = Parent
	case "-":
		n.Kind, n.Left = Negate, p.expression(70)
	case "(":
		n.Kind = Block
		for !p.is(")") {
			n.Items = append(n.Items, p.expression(0))
			if !p.is(";") {
				break
			}
			p.advance(false)
		}
		p.expect(")", true)
	case "[":
		n.Kind, n.Items = Array, p.list("]", p.item)
	case "{":
		n.Kind, n.Pairs = Object, p.pairs()
	case "|":
		n.Kind = Transform
		n.Left = p.expression(0)
		p.expect("|", false)
		n.Right = p.expression(0)
		if p.is(",") {
			p.advance(false)
			n.Items = []*Node{p.expression(0)}
		}
		p.expect("|", true)
	default:
		fail(t.position, "%v cannot begin an expression", t)
	}
	return n
}

// list reads what stands between commas, and the closing operator.
func (p *parser) list(closing string, item func() *Node) []*Node {
	var items []*Node
	for first := true; !first || !p.is(closing); first = false {
		items = append(items, item())
		if !p.is(",") {
			break
		}
		p.advance(false)
	}
	p.expect(closing, true)
	return items
}

// item is an element of an array, or a range of them.
func (p *parser) item() *Node {
	first := p.expression(0)
	if !p.is("..") {
		return first
	}
	n := &Node{Kind: Binary, Text: "..", Position: p.now.position, Left: first}
	p.advance(false)
	n.Right = p.expression(0)
	return n
}

// argument is an argument of a call, or the place of one.
func (p *parser) argument() *Node {
	if p.is("?") {
		n := &Node{Kind: Placeholder, Position: p.now.position}
		p.advance(false)
		return n
	}
	return p.expression(0)
}

func (p *parser) pairs() []Pair {
	var out []Pair
	for first := true; !first || !p.is("}"); first = false {
		key := p.expression(0)
		p.expect(":", false)
		out = append(out, Pair{key, p.expression(0)})
		if !p.is(",") {
			break
		}
		p.advance(false)
	}
	p.expect("}", true)
	return out
}

// follow reads what an operator makes of the expression before it.
func (p *parser) follow(t token, left *Node) *Node {
	n := &Node{Position: t.position, Text: t.text, Left: left}
	switch t.text {
	case "(":
		return p.call(n)
	case "[":
		return p.predicate(n)
	case "{":
		n.Kind, n.Pairs = groupNode, p.pairs()
	case "^":
		p.expect("(", false)
		n.Kind, n.Terms = sortNode, p.terms()
	case "?":
		n.Kind = Condition
		n.Items = []*Node{p.expression(0)}
		if p.is(":") {
			p.advance(false)
			n.Items = append(n.Items, p.expression(0))
		}
	case ":=":
		if left.Kind != Variable {
			fail(left.Position, "only a variable can stand on the left of :=")
		}
		n.Kind, n.Right = Bind, p.expression(power[":="]-1)
	case "@", "#":
		n.Kind, n.Right = focusNode, p.expression(power[t.text])
		if n.Right.Kind != Variable {
			fail(n.Right.Position, "only a variable can stand on the right of %s", t.text)
		}
	case "~>":
		n.Kind, n.Right = Apply, p.expression(power[t.text])
	case ".":
		n.Kind, n.Right = stepNode, p.expression(power[t.text])
	default:
		n.Kind, n.Right = Binary, p.expression(power[t.text])
	}
	return n
}

// What the parser writes and settle replaces.
const (
	stepNode Kind = -1 - iota
	predicateNode
	groupNode
	sortNode
	focusNode
)

// predicate reads [filter], or [] which keeps lists of one.
func (p *parser) predicate(n *Node) *Node {
	if p.is("]") {
		step := n.Left
		for step.Kind == predicateNode {
			step = step.Left
		}
		step.keepArray = true
		p.advance(true)
		return n.Left
	}
	n.Kind, n.Right = predicateNode, p.expression(0)
	p.expect("]", true)
	return n
}

func (p *parser) terms() []Term {
	var out []Term
	for {
		var term Term
		if p.is("<") || p.is(">") {
			term.Descending = p.is(">")
			p.advance(false)
		}
		term.By = p.expression(0)
		out = append(out, term)
		if !p.is(",") {
			break
		}
		p.advance(false)
	}
	p.expect(")", true)
	return out
}

// call reads the arguments of a call, or the whole of a function.
func (p *parser) call(n *Node) *Node {
	n.Kind, n.Items = Call, p.list(")", p.argument)
	if n.Left.Kind == Name && (n.Left.Text == "function" || n.Left.Text == "λ") {
		return p.lambda(n)
	}
	for _, each := range n.Items {
		if each.Kind == Placeholder {
			n.Kind = Partial
		}
	}
	return n
}

func (p *parser) lambda(n *Node) *Node {
	n.Kind, n.Text, n.Position, n.Left = Lambda, "", n.Left.Position, nil
	for _, each := range n.Items {
		if each.Kind != Variable {
			fail(each.Position, "parameters of a function are variables, such as $x")
		}
	}
	if p.is("<") {
		start := p.now.position
		for depth := 0; ; p.advance(false) {
			switch {
			case p.is("<"):
				depth++
			case p.is(">"):
				depth--
			case p.is("{") || p.now.kind == endToken:
				fail(start, "the signature of the function has no end; close it with >")
			}
			if depth == 0 {
				break
			}
		}
		n.Text = p.scanner.text[start : p.now.position+1]
		n.signature = parseSignature(n.Text, start)
		p.advance(false)
	}
	p.expect("{", false)
	n.Left = p.expression(0)
	p.expect("}", true)
	return n
}
