// Package jsonpath parses and evaluates the paths and intrinsic functions of states that use JSONPath: $.a.b[0], the context
// object $$.Execution.Name, the variable $model.uri, and States.Format('{}', $.a).
//
// Paths: https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
// Functions: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
package jsonpath

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An Error says what is wrong with a path or function, and where.
type Error struct {
	// Position is the offset in bytes.
	Position int
	// Message says what is wrong, in lower case and without a final period.
	Message string
}

// Error is the message behind the number of the character, counted from 1.
func (e *Error) Error() string { return fmt.Sprintf("character %d: %s", e.Position+1, e.Message) }

// A Path leads from a root to values.
type Path struct {
	// Text is the path as it was written.
	Text string
	// Variable is the name of the variable that the path begins with, or empty.
	Variable string
	// Context says that the path begins in the context object ($$).
	Context bool
	steps   []step
}

type stepKind int

const (
	nameStep stepKind = iota
	indexStep
	everyStep // *
	deepStep  // ..: what follows is looked for at every depth
	namesStep // ['a','b']
	sliceStep // [1:3]
	indexesStep
	filterStep // [?(...)]
	callStep   // .length()
)

type step struct {
	kind    stepKind
	names   []string
	numbers []int
	given   [3]bool // which parts of a slice are
	filter  *filter
}

// Reference says that the path leads to at most one value, so that it can stand where something is put or a single value is
// wanted. https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html#amazon-states-language-reference-paths
func (p *Path) Reference() bool {
	return !slices.ContainsFunc(p.steps, func(each step) bool { return each.kind != nameStep && each.kind != indexStep })
}

// Fields are the names of fields that the path begins with, as far as nothing but names and numbers follow.
func (p *Path) Fields() []string {
	var out []string
	for _, each := range p.steps {
		switch each.kind {
		case nameStep:
			out = append(out, each.names[0])
		case indexStep:
		default:
			return out
		}
	}
	return out
}

// Parse reads a path. The error is an *Error.
func Parse(text string) (path *Path, err error) {
	defer caught(&err)
	r := &reader{text: text}
	path = r.path()
	if r.at < len(text) {
		r.fail("%q does not belong into a path", text[r.at:])
	}
	return path, nil
}

func caught(err *error) {
	switch problem := recover().(type) {
	case nil:
	case *Error:
		*err = problem
	default:
		panic(problem)
	}
}

type reader struct {
	text  string
	at    int
	depth int
}

func (r *reader) fail(format string, args ...any) {
	panic(&Error{r.at, fmt.Sprintf(format, args...)})
}

func (r *reader) rest() string { return r.text[r.at:] }

// take passes over the text if it comes next.
func (r *reader) take(text string) bool {
	if strings.HasPrefix(r.rest(), text) {
		r.at += len(text)
		return true
	}
	return false
}

func (r *reader) spaces() { r.at += len(r.rest()) - len(strings.TrimLeft(r.rest(), " \t")) }

func (r *reader) path() *Path {
	start := r.at
	p := &Path{}
	if !r.take("$") && !r.take("@") {
		r.fail("a path begins with $, such as $.job.name")
	}
	if r.take("$") {
		p.Context = true
	} else if name := r.identifier(); name != "" {
		p.Variable = name
	}
	for r.at < len(r.text) {
		before := r.at
		if !r.step(p) {
			r.at = before
			break
		}
	}
	p.Text = r.text[start:r.at]
	return p
}

func (r *reader) identifier() string {
	for i, c := range r.rest() {
		if !(unicode.IsLetter(c) || c == '_' || i > 0 && unicode.IsDigit(c)) {
			name := r.rest()[:i]
			r.at += i
			return name
		}
	}
	name := r.rest()
	r.at = len(r.text)
	return name
}

// step reads a step, if one comes next.
func (r *reader) step(p *Path) bool {
	switch {
	case r.take(".."):
		p.steps = append(p.steps, step{kind: deepStep})
		if strings.HasPrefix(r.rest(), "[") {
			return true
		}
		r.dotted(p)
	case r.take("."):
		r.dotted(p)
	case r.take("["):
		p.steps = append(p.steps, r.brackets())
	default:
		return false
	}
	return true
}

const ends = ".[]()'\"=<>!&|, \t*@?:"

// dotted reads the name behind a dot.
func (r *reader) dotted(p *Path) {
	if r.take("*") {
		p.steps = append(p.steps, step{kind: everyStep})
		return
	}
	var name strings.Builder
	for r.at < len(r.text) {
		c, size := utf8.DecodeRuneInString(r.rest())
		if c == '\\' && r.at+1 < len(r.text) {
			r.at++
			c, size = utf8.DecodeRuneInString(r.rest())
		} else if strings.ContainsRune(ends, c) {
			break
		}
		name.WriteRune(c)
		r.at += size
	}
	if name.Len() == 0 {
		r.fail("the name of a field is missing behind the dot")
	}
	if r.take("()") {
		p.steps = append(p.steps, step{kind: callStep, names: []string{r.function(name.String())}})
		return
	}
	p.steps = append(p.steps, step{kind: nameStep, names: []string{name.String()}})
}

func (r *reader) function(name string) string {
	if _, known := functions[name]; !known {
		r.fail("%s() is no function of a path; use length, min, max, avg, sum, first, last or keys", name)
	}
	return name
}

// brackets reads what stands between brackets.
func (r *reader) brackets() step {
	r.spaces()
	var out step
	switch c := r.peek(); {
	case c == '?':
		r.at++
		out = step{kind: filterStep, filter: r.filter()}
	case c == '*':
		r.at++
		out = step{kind: everyStep}
	case c == '\'' || c == '"':
		out = step{kind: nameStep, names: []string{r.quoted()}}
		for r.spaces(); r.take(","); r.spaces() {
			r.spaces()
			out.kind, out.names = namesStep, append(out.names, r.quoted())
		}
	default:
		out = r.numbers()
	}
	r.spaces()
	if !r.take("]") {
		r.fail("the bracket is not closed with ]")
	}
	return out
}

func (r *reader) peek() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

// numbers reads an index, several, or a slice.
func (r *reader) numbers() step {
	out := step{kind: indexStep}
	number := func() (int, bool) {
		r.spaces()
		size := 0
		for size < len(r.rest()) && (r.rest()[size] >= '0' && r.rest()[size] <= '9' || size == 0 && r.rest()[0] == '-') {
			size++
		}
		n, err := strconv.Atoi(r.rest()[:size])
		if err != nil {
			return 0, false
		}
		r.at += size
		return n, true
	}
	for i := 0; ; i++ {
		n, given := number()
		r.spaces()
		if !given && r.peek() != ':' && out.kind != sliceStep {
			r.fail("a number, a name in quotes, * or ?() is expected between brackets")
		}
		out.numbers = append(out.numbers, n)
		if i < 3 {
			out.given[i] = given
		}
		switch {
		case r.peek() == ',' && out.kind != sliceStep:
			out.kind = indexesStep
		case r.peek() == ':' && out.kind != indexesStep && i < 2:
			out.kind = sliceStep
		default:
			return out
		}
		r.at++
	}
}

func (r *reader) quoted() string {
	quote := r.peek()
	if quote != '\'' && quote != '"' {
		r.fail("a name in quotes is expected")
	}
	start := r.at
	var out strings.Builder
	for r.at++; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == quote:
			r.at++
			return out.String()
		case c == '\\' && r.at+1 < len(r.text):
			r.at++
			out.WriteByte(r.text[r.at])
		default:
			out.WriteByte(c)
		}
	}
	r.at = start
	r.fail("the text has no end; close it with %c", quote)
	return ""
}
