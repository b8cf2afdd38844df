package asl

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Value is a piece of JSON: Text, Int, Float, Bool, Null, List or Object. Whatever is filled in at run time is Text,
// also where the result is a number or an object.
type Value interface {
	isValue()
}

type (
	// Int is a whole number.
	Int int64
	// Float is a number. Infinities and NaN are errors.
	Float float64
	// Bool is true or false.
	Bool bool
	// List is a JSON array.
	List []Value
	// Object is a JSON object. It is written with its keys sorted. Where it can be left out, nil is none, and Object{} is an
	// object without fields.
	Object map[string]Value
	null   struct{}
	// verbatim is a string of a service's own language, which is not looked at.
	verbatim string
)

// Null is the JSON null.
var Null Value = null{}

func (Text) isValue()     {}
func (Int) isValue()      {}
func (Float) isValue()    {}
func (Bool) isValue()     {}
func (List) isValue()     {}
func (Object) isValue()   {}
func (null) isValue()     {}
func (fields) isValue()   {}
func (verbatim) isValue() {}

// namedValues are the fields of an object of either kind, in the order in which they are written.
func namedValues(v Value) ([]namedValue, bool) {
	switch o := v.(type) {
	case fields:
		return o, true
	case keyed:
		return o.resources, true
	case Object:
		named := make([]namedValue, 0, len(o))
		for _, key := range slices.Sorted(maps.Keys(o)) {
			named = append(named, namedValue{key, o[key]})
		}
		return named, true
	}
	return nil, false
}

func number(f Float) any {
	if math.IsInf(float64(f), 0) || math.IsNaN(float64(f)) {
		return 0
	}
	return json.Number(strconv.FormatFloat(float64(f), 'f', -1, 64))
}

// dynamic reports whether the value itself, not something in a field of it, is filled in at run time.
func dynamic(v Value) bool {
	switch v := v.(type) {
	case Text:
		return !v.literal()
	case List:
		for _, each := range v {
			if dynamic(each) {
				return true
			}
		}
	}
	return false
}

// anyText reports whether one of the texts in the value satisfies the condition.
func anyText(v Value, condition func(Text) bool) bool {
	switch v := v.(type) {
	case Text:
		return condition(v)
	case List:
		for _, each := range v {
			if anyText(each, condition) {
				return true
			}
		}
	}
	named, _ := namedValues(v)
	for _, each := range named {
		if anyText(each.value, condition) {
			return true
		}
	}
	return false
}

// quoteJSONPath writes a literal argument of an intrinsic function. Braces are escaped where the literal is a template
// of States.Format; those of Terraform references never, because Terraform would not find them any more.
func quoteJSONPath(literal string, template bool) string {
	var out strings.Builder
	out.WriteByte('\'')
	for i := 0; i < len(literal); {
		if strings.HasPrefix(literal[i:], "${") {
			if end := strings.IndexByte(literal[i:], '}'); end > 0 {
				out.WriteString(literal[i : i+end+1])
				i += end + 1
				continue
			}
		}
		c := literal[i]
		if c == '\'' || c == '\\' || template && (c == '{' || c == '}') {
			out.WriteByte('\\')
		}
		out.WriteByte(c)
		i++
	}
	out.WriteByte('\'')
	return out.String()
}

// quoteJSONata writes a string literal of JSONata, whose escapes are those of JSON.
func quoteJSONata(literal string) string { return encode(literal) }

// inline is the value as a single expression: an argument of a function, or an operand.
func inline(v Value) expression {
	switch v := v.(type) {
	case Text:
		return v.inline()
	case Int:
		text := strconv.FormatInt(int64(v), 10)
		return expression{JSONPath: text, JSONata: text, Shown: text}
	case Float:
		text := fmt.Sprint(number(v))
		return expression{JSONPath: text, JSONata: text, Shown: text}
	case Bool:
		text := strconv.FormatBool(bool(v))
		return expression{JSONPath: text, JSONata: text, Shown: text}
	case List:
		return call("array", "States.Array(%s)", "[%s]", v...)
	case verbatim:
		return expression{JSONPath: quoteJSONPath(string(v), false), JSONata: quoteJSONata(string(v)), Shown: string(v)}
	case nil, null:
		return expression{JSONPath: "null", JSONata: "null", Shown: "null"}
	}
	named, _ := namedValues(v)
	out := expression{Shown: "object"}
	var texts []string
	for _, each := range named {
		inner := inline(each.value)
		out.inherit(inner)
		texts = append(texts, quoteJSONata(each.name)+": "+inner.JSONata)
	}
	out.JSONata = "{" + strings.Join(texts, ", ") + "}"
	return out
}

// inline joins the parts of a text to one expression.
func (t Text) inline() expression {
	parts := t.parts()
	if len(parts) == 0 {
		return expression{JSONPath: "''", JSONata: `""`, Shown: `""`}
	}
	if len(parts) == 1 {
		if e := parts[0].expression; e != nil {
			return *e
		}
		literal := parts[0].literal
		return expression{JSONPath: quoteJSONPath(literal, false), JSONata: quoteJSONata(literal), Shown: strconv.Quote(literal)}
	}
	out := expression{Shown: t.String()}
	template, paths, operands := "", []string{}, []string{}
	jsonPathKnown, jsonataKnown := true, true
	for _, p := range parts {
		if p.expression == nil {
			quoted := quoteJSONPath(p.literal, true)
			template += quoted[1 : len(quoted)-1]
			operands = append(operands, quoteJSONata(p.literal))
			continue
		}
		out.inherit(*p.expression)
		template += "{}"
		paths = append(paths, p.expression.JSONPath)
		operands = append(operands, operand(p.expression.JSONata))
		jsonPathKnown = jsonPathKnown && p.expression.JSONPath != ""
		jsonataKnown = jsonataKnown && p.expression.JSONata != ""
	}
	if jsonPathKnown {
		out.JSONPath = "States.Format('" + template + "', " + strings.Join(paths, ", ") + ")"
	}
	if jsonataKnown {
		out.JSONata = strings.Join(operands, " & ")
	}
	return out
}

// operand puts parentheses around what is more than a reference or a function call.
func operand(jsonata string) string {
	if simpleOperand.MatchString(jsonata) {
		return jsonata
	}
	return "(" + jsonata + ")"
}

// inherit takes over what is known about an inner expression.
func (e *expression) inherit(inner expression) {
	e.Problem = cmp.Or(e.Problem, inner.Problem)
	if inner.Source != fromAnywhere {
		e.Source = inner.Source
	}
}
