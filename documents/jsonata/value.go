package jsonata

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Values are nil, which is undefined, nullValue, bool, float64, string, *list, *object and *function.
type (
	nullValue struct{}

	list struct {
		items []any
		// sequence says that the list is a result with any number of values, of which a single one stands for itself.
		sequence bool
		// singleton keeps a sequence of one value a list.
		singleton bool
		// whole is a list that is one value in a row of steps.
		whole bool
		// tuples says that the items are *tuple.
		tuples bool
		// input is the sequence around an input that is a list.
		input bool
	}

	// An object keeps the order of its fields.
	object struct {
		keys   []string
		fields map[string]any
	}

	// A tuple is a value with the variables that are bound with it.
	tuple struct {
		value any
		named map[string]any
		above map[*int]any
	}

	function struct {
		name      string
		signature *signature
		arity     int
		native    func(c *call, arguments []any) any
	}
)

func newObject() *object { return &object{fields: map[string]any{}} }

func (o *object) set(key string, value any) {
	if _, known := o.fields[key]; !known {
		o.keys = append(o.keys, key)
	}
	o.fields[key] = value
}

func (o *object) remove(key string) {
	if _, known := o.fields[key]; known {
		delete(o.fields, key)
		o.keys = slices.DeleteFunc(o.keys, func(each string) bool { return each == key })
	}
}

func sequence(values ...any) *list { return &list{items: values, sequence: true} }

// push adds a value to the sequence, unless it is undefined.
func (l *list) push(v any) {
	if v != nil {
		l.items = append(l.items, v)
	}
}

// appended is both together as one list.
func appended(a, b any) any {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return &list{items: slices.Concat(itemsOf(a), itemsOf(b))}
}

// itemsOf are the items of a list, or the value itself as the only one.
func itemsOf(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case *list:
		return v.items
	}
	return []any{v}
}

// imported is a Go value as a value of expressions. Fields of maps are taken in the order of their names.
func imported(v any) (any, error) {
	switch v := v.(type) {
	case nil, nullValue:
		return nullValue{}, nil
	case bool, string, float64:
		return v, nil
	case int:
		return float64(v), nil
	case int64:
		return float64(v), nil
	case json.Number:
		return v.Float64()
	case []any:
		out := &list{items: make([]any, len(v))}
		for i, each := range v {
			value, err := imported(each)
			if err != nil {
				return nil, err
			}
			out.items[i] = value
		}
		return out, nil
	case map[string]any:
		out := newObject()
		for _, key := range slices.Sorted(maps.Keys(v)) {
			value, err := imported(v[key])
			if err != nil {
				return nil, err
			}
			out.set(key, value)
		}
		return out, nil
	case json.RawMessage:
		return decode(v)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return decode(text)
}

// decode reads JSON, keeping the order of fields.
func decode(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	v, err := decodeValue(decoder)
	if err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, fmt.Errorf("the JSON goes on after its end")
	}
	return v, nil
}

func decodeValue(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case nil:
		return nullValue{}, nil
	case json.Number:
		return token.Float64()
	case json.Delim:
		if token == '[' {
			out := &list{items: []any{}}
			for decoder.More() {
				value, err := decodeValue(decoder)
				if err != nil {
					return nil, err
				}
				out.items = append(out.items, value)
			}
			_, err := decoder.Token()
			return out, err
		}
		out := newObject()
		for decoder.More() {
			key, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			value, err := decodeValue(decoder)
			if err != nil {
				return nil, err
			}
			out.set(key.(string), value)
		}
		_, err := decoder.Token()
		return out, err
	}
	return token, nil
}

// exported is a value of an expression as encoding/json has it. Functions have no such form.
func exported(v any) any {
	switch v := v.(type) {
	case nullValue, *function:
		return nil
	case *list:
		out := make([]any, len(v.items))
		for i, each := range v.items {
			out[i] = exported(each)
		}
		return out
	case *object:
		out := make(map[string]any, len(v.fields))
		for key, each := range v.fields {
			if _, isFunction := each.(*function); !isFunction {
				out[key] = exported(each)
			}
		}
		return out
	}
	return v
}

// equal compares deeply. The order of fields does not count.
func equal(a, b any) bool {
	switch a := a.(type) {
	case *list:
		b, ok := b.(*list)
		return ok && slices.EqualFunc(a.items, b.items, equal)
	case *object:
		b, ok := b.(*object)
		return ok && maps.EqualFunc(a.fields, b.fields, equal)
	}
	return a == b
}

// truth is what a value counts as where true or false is wanted.
func truth(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case string:
		return v != ""
	case float64:
		return v != 0
	case *object:
		return len(v.keys) > 0
	case *list:
		if len(v.items) == 1 {
			return truth(v.items[0])
		}
		return slices.ContainsFunc(v.items, truth)
	}
	return false
}

// finite refuses what no number of JSON is.
func finite(n float64) float64 {
	if math.IsInf(n, 0) || math.IsNaN(n) {
		wrong("the number is out of range")
	}
	return n
}

func clone(v any) any {
	switch v := v.(type) {
	case *list:
		out := *v
		out.items = make([]any, len(v.items))
		for i, each := range v.items {
			out.items[i] = clone(each)
		}
		return &out
	case *object:
		out := newObject()
		for _, key := range v.keys {
			out.set(key, clone(v.fields[key]))
		}
		return out
	}
	return v
}

// numberText writes a number as JavaScript does, with at most 15 digits.
func numberText(n float64) string {
	if n == 0 {
		return "0"
	}
	n, _ = strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
	if size := math.Abs(n); size >= 1e21 || size < 1e-6 {
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(n, 'e', -1, 64), "e")
		return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0") // the exponent is never 0 here
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}
