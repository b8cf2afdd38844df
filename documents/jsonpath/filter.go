package jsonpath

import (
	"regexp"
	"strconv"
	"strings"
)

// A filter is the condition of [?(...)].
type filter struct {
	operator    string // || && ! or a comparison, empty for a value that must be there
	left, right *filter
	path        *Path // of @ or $
	root        bool
	value       any
	literal     bool
	pattern     *regexp.Regexp
}

func (r *reader) filter() *filter {
	r.spaces()
	if !r.take("(") {
		r.fail("a filter is written like ?(@.price < 10)")
	}
	f := r.either()
	r.spaces()
	if !r.take(")") {
		r.fail("the filter is not closed with )")
	}
	return f
}

func (r *reader) either() *filter {
	f := r.both()
	for r.spaces(); r.take("||"); r.spaces() {
		f = &filter{operator: "||", left: f, right: r.both()}
	}
	return f
}

func (r *reader) both() *filter {
	f := r.condition()
	for r.spaces(); r.take("&&"); r.spaces() {
		f = &filter{operator: "&&", left: f, right: r.condition()}
	}
	return f
}

var comparisons = []string{"==", "!=", "<=", ">=", "=~", "<", ">", "in", "nin"}

func (r *reader) condition() *filter {
	r.depth++
	if r.depth > 50 {
		r.fail("the filter is nested too deep")
	}
	defer func() { r.depth-- }()
	r.spaces()
	switch {
	case r.take("!"):
		return &filter{operator: "!", left: r.condition()}
	case r.peek() == '(':
		r.at++
		f := r.either()
		r.spaces()
		if !r.take(")") {
			r.fail("the condition is not closed with )")
		}
		return f
	}
	left := r.operand()
	r.spaces()
	for _, operator := range comparisons {
		if !r.take(operator) {
			continue
		}
		r.spaces()
		if operator == "=~" {
			return &filter{operator: operator, left: left, pattern: r.regex()}
		}
		return &filter{operator: operator, left: left, right: r.operand()}
	}
	return left
}

func (r *reader) regex() *regexp.Regexp {
	end := -1
	if r.peek() == '/' {
		end = strings.IndexByte(r.rest()[1:], '/')
	}
	if end < 0 {
		r.fail("a regular expression is written between slashes")
	}
	text := r.rest()[1 : end+1]
	pattern, err := regexp.Compile("^(?:" + text + ")$")
	r.at += end + 2
	if r.take("i") {
		pattern, err = regexp.Compile("(?i)^(?:" + text + ")$")
	}
	if err != nil {
		r.fail("%v", err)
	}
	return pattern
}

func (r *reader) operand() *filter {
	r.spaces()
	switch c := r.peek(); {
	case c == '@' || c == '$':
		return &filter{path: r.path(), root: c == '$'}
	case c == '\'' || c == '"':
		return &filter{literal: true, value: r.quoted()}
	case c == '[':
		r.at++
		list := []any{}
		for {
			list = append(list, r.operand().value)
			r.spaces()
			if !r.take(",") {
				break
			}
		}
		if !r.take("]") {
			r.fail("the list is not closed with ]")
		}
		return &filter{literal: true, value: list}
	}
	for word, value := range map[string]any{"true": true, "false": false, "null": nil} {
		if r.take(word) {
			return &filter{literal: true, value: value}
		}
	}
	return &filter{literal: true, value: r.number()}
}

func (r *reader) number() float64 {
	size := 0
	for size < len(r.rest()) && strings.IndexByte("+-.0123456789eE", r.rest()[size]) >= 0 {
		size++
	}
	n, err := strconv.ParseFloat(r.rest()[:size], 64)
	if err != nil {
		r.fail("a value is expected: a path, a text in quotes, a number, true, false or null")
	}
	r.at += size
	return n
}
