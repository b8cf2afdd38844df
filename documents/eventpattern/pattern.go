// Package eventpattern writes the event patterns of EventBridge rules: typed patterns for the events that machine
// learning workflows start from, and a general one for all others. A pattern is validated, marshalled, and can be tried
// on an event in a test, without AWS.
//
// Reference: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
package eventpattern

import (
	"bytes"
	"strings"

	"github.com/mlplatform/mlplatform/internal/jsontext"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// MaxSize is how many characters a pattern may have.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
const MaxSize = 4096

// An Event says which events a rule is about. The types of this package are events, and so is every Pattern.
type Event interface {
	// Pattern is the pattern that fits these events.
	Pattern() Pattern
	// Validate reports everything that is wrong with the event.
	Validate() error
}

// A Pattern fits the events that have one of the sources and one of the detail types, and in which each field has one of
// its values.
type Pattern struct {
	// Sources are the names of the senders, such as "aws.s3". At least one.
	Sources []string
	// DetailTypes say what happened, such as "Object Created". Default: anything.
	DetailTypes []string
	// Fields are the other conditions. Default: none.
	Fields []Field
}

// A Field is a condition on one field of the event.
type Field struct {
	// Path is where the field is, with dots between the names: "detail.bucket.name".
	Path string
	// Values are what the field may be: one of them must fit. If the field is a list, one of its elements must fit one.
	Values []Value
}

// A Value is something that a field may be. Make one with Equals, Prefix, Suffix, Wildcard, EqualsIgnoreCase,
// AnythingBut, Present or Absent.
type Value struct {
	operator string
	texts    []string
}

const (
	equals           = ""
	prefix           = "prefix"
	suffix           = "suffix"
	wildcard         = "wildcard"
	equalsIgnoreCase = "equals-ignore-case"
	anythingBut      = "anything-but"
	present          = "present"
	absent           = "absent"
)

// Equals is exactly this text.
func Equals(text string) Value { return Value{equals, []string{text}} }

// Prefix is any text that begins like this.
func Prefix(text string) Value { return Value{prefix, []string{text}} }

// Suffix is any text that ends like this.
func Suffix(text string) Value { return Value{suffix, []string{text}} }

// Wildcard is any text that the pattern fits: * stands for any characters, also none; \* and \\ stand for themselves.
func Wildcard(pattern string) Value { return Value{wildcard, []string{pattern}} }

// EqualsIgnoreCase is this text in any mixture of upper and lower case.
func EqualsIgnoreCase(text string) Value { return Value{equalsIgnoreCase, []string{text}} }

// AnythingBut is any text other than these.
func AnythingBut(texts ...string) Value { return Value{anythingBut, texts} }

// Present is any value, as long as the field is there.
func Present() Value { return Value{present, nil} }

// Absent is the lack of the field.
func Absent() Value { return Value{absent, nil} }

// Each is one Equals for each text.
func Each(texts ...string) []Value {
	out := make([]Value, len(texts))
	for i, text := range texts {
		out[i] = Equals(text)
	}
	return out
}

// Pattern is the pattern itself.
func (p Pattern) Pattern() Pattern { return p }

var pathPattern = lazyregexp.New(`^(account|region|resources|id|time|detail(\.[A-Za-z0-9_-]+)+)$`)

// Validate reports everything that is wrong with the pattern.
func (p Pattern) Validate() error {
	var problems problem.List
	if len(p.Sources) == 0 {
		problems.Addf("sources", `are missing, so that events of anyone would fit; name at least one, such as "aws.s3"`)
	}
	for i, source := range p.Sources {
		checkText(&problems, problem.Index("sources", i), source)
	}
	for i, detailType := range p.DetailTypes {
		checkText(&problems, problem.Index("detailTypes", i), detailType)
	}
	seen := map[string]bool{}
	for i, f := range p.Fields {
		at := problem.Index("fields", i)
		switch {
		case !pathPattern.MatchString(f.Path):
			problems.Addf(at+".path", "%q is no field of an event; use account, region, resources or a path in the detail, such as detail.bucket.name", f.Path)
		case seen[f.Path]:
			problems.Addf(at+".path", "%q is given twice; list all its values in one field", f.Path)
		}
		for other := range seen {
			if strings.HasPrefix(other, f.Path+".") || strings.HasPrefix(f.Path, other+".") {
				problems.Addf(at+".path", "%q and %q are one inside the other, and a field is either a value or has fields; keep one", f.Path, other)
			}
		}
		seen[f.Path] = true
		if len(f.Values) == 0 {
			problems.Addf(at+".values", "are missing; give at least one")
		}
		for j, v := range f.Values {
			v.validate(problem.Index(at+".values", j), &problems)
		}
	}
	if text := p.marshal(); len(text) > MaxSize {
		problems.Addf("fields", "make a pattern of %d characters, %d are allowed; use prefixes or wildcards, or several rules", len(text), MaxSize)
	}
	return problems.Err()
}

func (v Value) validate(at string, problems *problem.List) {
	if v.operator == anythingBut && len(v.texts) == 0 {
		problems.Addf(at, "excludes nothing; name what the field must not be")
	}
	for _, text := range v.texts {
		checkText(problems, at, text)
		if v.operator == wildcard && strings.Contains(text, "**") {
			problems.Addf(at, "%q has two wildcards in a row, which AWS refuses; write one", text)
		}
	}
}

func checkText(problems *problem.List, at, text string) {
	if text == "" {
		problems.Addf(at, "is empty; give the text")
	}
}

// JSON validates the pattern and returns it as compact JSON, fields in the order in which they were given. Terraform
// references pass unchanged.
func (p Pattern) JSON() (string, error) {
	if err := p.Validate(); err != nil {
		return "", err
	}
	return p.marshal(), nil
}

func (p Pattern) marshal() string {
	root := &node{}
	root.leaf([]string{"source"}, Each(p.Sources...))
	if len(p.DetailTypes) > 0 {
		root.leaf([]string{"detail-type"}, Each(p.DetailTypes...))
	}
	for _, f := range p.Fields {
		root.leaf(strings.Split(f.Path, "."), f.Values)
	}
	return jsontext.Compact(root)
}

// A node is a JSON object whose members stand in the order in which they were added, or a list of values.
type node struct {
	names   []string
	members map[string]*node
	values  []Value
}

func (n *node) leaf(path []string, values []Value) {
	if len(path) == 0 {
		n.values = append(n.values, values...)
		return
	}
	child := n.members[path[0]]
	if child == nil {
		child = &node{}
		if n.members == nil {
			n.members = map[string]*node{}
		}
		n.members[path[0]] = child
		n.names = append(n.names, path[0])
	}
	child.leaf(path[1:], values)
}

// MarshalJSON implements json.Marshaler.
func (n *node) MarshalJSON() ([]byte, error) {
	if n.members == nil {
		return []byte(jsontext.Compact(n.values)), nil
	}
	var out bytes.Buffer
	for i, name := range n.names {
		out.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		out.WriteString(jsontext.Compact(name) + ":" + jsontext.Compact(n.members[name]))
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// MarshalJSON implements json.Marshaler.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.operator {
	case equals:
		return []byte(jsontext.Compact(v.texts[0])), nil
	case present, absent:
		return []byte(jsontext.Compact(map[string]bool{"exists": v.operator == present})), nil
	case anythingBut:
		return []byte(jsontext.Compact(map[string][]string{v.operator: v.texts})), nil
	}
	return []byte(jsontext.Compact(map[string]string{v.operator: v.texts[0]})), nil
}

// known reports whether the text can be checked now.
func known(text string) bool { return !token.Is(text) }
