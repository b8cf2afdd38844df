package asl

import (
	"maps"
	"slices"
)

// fields is an object in a chosen order: the arguments of a typed task, in the order of the service's API reference.
type fields []namedValue

type namedValue struct {
	name  string
	value Value
}

func (f *fields) set(name string, v Value) { *f = append(*f, namedValue{name, v}) }

func (f *fields) text(name string, t Text) {
	if t != "" {
		f.set(name, t)
	}
}

func (f *fields) string(name, s string) { f.text(name, Text(s)) }

// verbatim writes text of another language, which may look like a path.
func (f *fields) verbatim(name, s string) {
	if s != "" {
		f.set(name, verbatim(s))
	}
}

func (f *fields) int(name string, n int) {
	if n != 0 {
		f.set(name, Int(n))
	}
}

func (f *fields) bool(name string, b bool) {
	if b {
		f.set(name, Bool(true))
	}
}

func (f *fields) object(name string, inner fields) {
	if len(inner) > 0 {
		f.set(name, inner)
	}
}

func (f *fields) texts(name string, values []Text) {
	if len(values) > 0 {
		f.set(name, textList(values))
	}
}

func (f *fields) strings(name string, values []string) {
	list := make(List, len(values))
	for i, v := range values {
		list[i] = Text(v)
	}
	if len(list) > 0 {
		f.set(name, list)
	}
}

func (f *fields) textMap(name string, values map[string]Text) {
	inner := Object{}
	for key, v := range values {
		inner[key] = v
	}
	if len(inner) > 0 {
		f.set(name, inner)
	}
}

// tags writes tags as a list of Key and Value.
func (f *fields) tags(values map[string]string) {
	var list List
	for _, key := range slices.Sorted(maps.Keys(values)) {
		list = append(list, fields{{"Key", Text(key)}, {"Value", Text(values[key])}})
	}
	if len(list) > 0 {
		f.set("Tags", list)
	}
}

func textList(values []Text) List {
	list := make(List, len(values))
	for i, v := range values {
		list[i] = v
	}
	return list
}

// merge lays extra over the fields: objects are merged field by field, anything else is replaced.
func (f fields) merge(extra Object) fields {
	out := append(fields(nil), f...)
	for _, key := range slices.Sorted(maps.Keys(extra)) {
		at := -1
		for i := range out {
			if out[i].name == key {
				at = i
			}
		}
		if at < 0 {
			out = append(out, namedValue{key, extra[key]})
			continue
		}
		below, isObject := extra[key].(Object)
		inner, isFields := out[at].value.(fields)
		if isObject && isFields {
			out[at].value = inner.merge(below)
			continue
		}
		if inner, isKeyed := out[at].value.(keyed); isObject && isKeyed {
			inner.resources = inner.resources.merge(below)
			out[at].value = inner
			continue
		}
		out[at].value = extra[key]
	}
	return out
}
