package jsonpath

import (
	"slices"
	"strings"
)

// An Expression is a path, or an intrinsic function with its arguments.
type Expression struct {
	// Path is set for a path.
	Path *Path
	// Function is the name of a function, without "States.".
	Function string
	// Arguments of the function: expressions, texts, numbers, truth values and nil.
	Arguments []any
}

// An intrinsic is how many arguments a function takes. most is -1 where there is no limit.
type intrinsic struct{ least, most int }

// https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
var intrinsics = map[string]intrinsic{
	"Array": {0, -1}, "ArrayPartition": {2, 2}, "ArrayContains": {2, 2}, "ArrayRange": {3, 3}, "ArrayGetItem": {2, 2}, "ArrayLength": {1, 1}, "ArrayUnique": {1, 1},
	"Base64Encode": {1, 1}, "Base64Decode": {1, 1}, "Hash": {2, 2}, "JsonMerge": {3, 3}, "StringToJson": {1, 1}, "JsonToString": {1, 1},
	"MathRandom": {2, 3}, "MathAdd": {2, 2}, "StringSplit": {2, 2}, "UUID": {0, 0}, "Format": {1, -1},
}

// maxNested is how many functions one field may hold.
const maxNested = 10

var hashAlgorithms = []string{"MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"}

// ParseExpression reads a path or an intrinsic function, as they stand in fields whose names end in .$. The error is an
// *Error.
func ParseExpression(text string) (expression *Expression, err error) {
	defer caught(&err)
	r := &reader{text: text}
	expression = r.expression()
	if r.at < len(text) {
		r.fail("%q does not belong here; the expression has ended before it", text[r.at:])
	}
	return expression, nil
}

// Paths are all paths of the expression, also those in arguments.
func (e *Expression) Paths() []*Path {
	if e.Path != nil {
		return []*Path{e.Path}
	}
	var out []*Path
	for _, each := range e.Arguments {
		if inner, ok := each.(*Expression); ok {
			out = append(out, inner.Paths()...)
		}
	}
	return out
}

func (r *reader) expression() *Expression {
	if r.peek() == '$' {
		return &Expression{Path: r.path()}
	}
	start := r.at
	open := strings.IndexByte(r.rest(), '(')
	if open < 0 {
		r.fail("a path, such as $.job.name, or a function, such as States.Format('{}', $.name), is expected")
	}
	name, ours := strings.CutPrefix(r.rest()[:open], "States.")
	known, exists := intrinsics[name]
	if !ours || !exists {
		r.fail("%s is no intrinsic function", r.rest()[:open])
	}
	r.depth++
	if r.depth > maxNested {
		r.fail("more than %d functions stand in one field; compute a part in an earlier state", maxNested)
	}
	r.at += open + 1
	e := &Expression{Function: name}
	r.spaces()
	for first := true; !r.take(")"); first = false {
		if !first && !r.take(",") {
			r.fail("a comma or ) is expected")
		}
		r.spaces()
		e.Arguments = append(e.Arguments, r.argument())
		r.spaces()
		if r.at >= len(r.text) {
			r.fail("States.%s( is not closed with )", name)
		}
	}
	end := r.at
	r.at = start
	if n := len(e.Arguments); n < known.least || known.most >= 0 && n > known.most {
		r.fail("States.%s takes %s, %d are given", name, known, n)
	}
	r.literals(e)
	r.at = end
	return e
}

func (i intrinsic) String() string {
	switch {
	case i.most < 0:
		return []string{"any number of arguments", "at least 1 argument"}[i.least]
	case i.least != i.most:
		return "2 or 3 arguments"
	}
	return []string{"no arguments", "1 argument", "2 arguments", "3 arguments"}[i.least]
}

// literals checks arguments that are known before run time.
func (r *reader) literals(e *Expression) {
	switch e.Function {
	case "Format":
		if template, ok := e.Arguments[0].(template); ok {
			if places := strings.Count(template.marked, "\x00"); places != len(e.Arguments)-1 {
				r.fail("the template of States.Format has %d places {}, %d values are given", places, len(e.Arguments)-1)
			}
		}
	case "Hash":
		if algorithm, ok := e.Arguments[1].(template); ok && !slices.Contains(hashAlgorithms, algorithm.text()) {
			r.fail("States.Hash knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512, not %q", algorithm.text())
		}
	case "JsonMerge":
		if e.Arguments[2] != false {
			r.fail("the third argument of States.JsonMerge must be false; fields are merged at the first level only")
		}
	}
}

// A template is a text with places for values, which only Format fills.
type template struct{ marked string }

func (t template) text() string { return strings.ReplaceAll(t.marked, "\x00", "{}") }

func (r *reader) argument() any {
	switch c := r.peek(); {
	case c == '$', c == 'S':
		return r.expression()
	case c == '\'':
		return r.template()
	}
	for word, value := range map[string]any{"true": true, "false": false, "null": nil} {
		if r.take(word) {
			return value
		}
	}
	return r.number()
}

// template reads a text between apostrophes, in which ', {, } and \ stand behind a backslash.
func (r *reader) template() template {
	start := r.at
	var out strings.Builder
	for r.at++; r.at < len(r.text); r.at++ {
		c := r.text[r.at]
		switch {
		case c == '\'':
			r.at++
			return template{out.String()}
		case c == '\\':
			if r.at+1 >= len(r.text) || strings.IndexByte(`'{}\`, r.text[r.at+1]) < 0 {
				r.fail(`a backslash stands before ', {, } or \ only`)
			}
			r.at++
			out.WriteByte(r.text[r.at])
		case c == '{' && strings.HasPrefix(r.rest(), "{}"):
			r.at++
			out.WriteByte(0)
		case strings.HasPrefix(r.rest(), "${") && strings.Contains(r.rest(), "}"): // a reference of Terraform
			size := strings.IndexByte(r.rest(), '}')
			out.WriteString(r.rest()[:size+1])
			r.at += size
		default:
			out.WriteByte(c)
		}
	}
	r.at = start
	r.fail("the text has no end; close it with '")
	return template{}
}
