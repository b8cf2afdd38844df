package pipeline

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/internal/jsontext"
)

// object is a JSON object whose members keep their order, so that a definition reads in the order of the API.
type object []member

type member struct {
	key   string
	value any
}

// set adds a member, unless the value is empty: an argument that was not given is not written.
func (o *object) set(key string, value any) {
	if tree := toTree(value); tree != nil {
		*o = append(*o, member{key, tree})
	}
}

// get finds a member.
func (o object) get(key string) (any, bool) {
	for _, m := range o {
		if m.key == key {
			return m.value, true
		}
	}
	return nil, false
}

// toTree is the tree of a value, or nil if the value is empty.
func toTree(value any) any {
	switch v := value.(type) {
	case String:
		if v == "" {
			return nil
		}
		return v.tree()
	case string:
		if v == "" {
			return nil
		}
		return v
	case []String:
		if len(v) == 0 {
			return nil
		}
		out := make([]any, len(v))
		for i, each := range v {
			out[i] = each.tree()
		}
		return out
	case map[string]String:
		if len(v) == 0 {
			return nil
		}
		out := object{}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, member{key, v[key].tree()})
		}
		return out
	case object:
		if len(v) == 0 {
			return nil
		}
		return v
	case []object:
		if len(v) == 0 {
			return nil
		}
		out := make([]any, len(v))
		for i, each := range v {
			out[i] = each
		}
		return out
	case Value:
		return v.tree()
	case int:
		return int64(v)
	default:
		return v
	}
}

// write writes the tree as compact JSON. Unlike encoding/json it keeps the order of members, leaves <, > and & alone,
// and writes the Float 1 as 1.0, as Python does.
func write(out *bytes.Buffer, tree any) {
	switch v := tree.(type) {
	case nil:
		out.WriteString("null")
	case string:
		writeString(out, v)
	case bool:
		out.WriteString(strconv.FormatBool(v))
	case int64:
		out.WriteString(strconv.FormatInt(v, 10))
	case float64:
		out.WriteString(decimal(v))
	case []any:
		out.WriteByte('[')
		for i, each := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			write(out, each)
		}
		out.WriteByte(']')
	case object:
		out.WriteByte('{')
		for i, m := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			writeString(out, m.key)
			out.WriteByte(':')
			write(out, m.value)
		}
		out.WriteByte('}')
	default:
		write(out, expression(v))
	}
}

// expression is the JSON form of a reference.
func expression(tree any) any {
	switch v := tree.(type) {
	case get:
		return object{{"Get", v.path}}
	case jsonGet:
		if v.uri != "" {
			return object{{"Std:JsonGet", object{{"S3Uri", v.location()}, {"Path", v.path}}}}
		}
		return object{{"Std:JsonGet", object{
			{"PropertyFile", object{{"Get", "Steps." + v.step + ".PropertyFiles." + v.file}}},
			{"Path", v.path},
		}}}
	case join:
		return object{{"Std:Join", object{{"On", v.on}, {"Values", v.values}}}}
	}
	return nil // broken values are refused before anything is written
}

func writeString(out *bytes.Buffer, text string) {
	if !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
		out.WriteByte('"')
		out.WriteString(text)
		out.WriteByte('"')
		return
	}
	out.WriteString(jsontext.Compact(text))
}

// walk visits the tree from the top down.
func walk(tree any, visit func(any)) {
	visit(tree)
	switch v := tree.(type) {
	case []any:
		for _, each := range v {
			walk(each, visit)
		}
	case object:
		for _, m := range v {
			visit(m.key)
			walk(m.value, visit)
		}
	case jsonGet:
		if v.uri != "" {
			walk(v.location(), visit)
		}
	case join:
		visit(v.on)
		for _, each := range v.values {
			walk(each, visit)
		}
	}
}

// location is the URI as the Join that SageMaker wants here, without Joins in it.
// https://github.com/aws/sagemaker-python-sdk/blob/master-v2/src/sagemaker/workflow/functions.py
func (v jsonGet) location() join {
	if joined, ok := v.uri.tree().(join); ok {
		return joined
	}
	return join{values: v.uri.parts()}
}

// replace changes the value of a member.
func (o object) replace(key string, value any) {
	for i := range o {
		if o[i].key == key {
			o[i].value = value
		}
	}
}
