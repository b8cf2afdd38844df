package platformmap

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A Difference is a key whose values differ between environments.
type Difference struct {
	// Key as it is written in the files.
	Key    string  `json:"key"`
	Values []Value `json:"values"`
}

// A Value is what one environment has for a key.
type Value struct {
	Environment string `json:"environment"`
	// Text is the value, or "" where there is none.
	Text string `json:"text"`
	// File and Line are where it is written. Line is 0 where it is a default.
	File string `json:"file"`
	Line int    `json:"line"`
}

// differences compares the environments with all defaults filled in. What no file says follows from what some file does, and is left out.
func (p *platform) differences() []Difference {
	var keys []string
	values := make([]map[string]string, len(p.config.Environments))
	for i, each := range p.config.Environments {
		values[i] = map[string]string{}
		flatten(reflect.ValueOf(*each), "", func(key, text string) {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
			values[i][key] = text
		})
	}
	var all []Difference
	for _, key := range keys {
		found := Difference{Key: key}
		differs, written := false, false
		for i, each := range p.config.Environments {
			source := p.config.Source(each.Name)
			value := Value{Environment: each.Name, Text: values[i][key], File: source.File}
			if paths := source.Paths(); slices.Contains(paths, key) {
				value.Line = source.Line(key)
			}
			written = written || value.Line > 0
			differs = differs || value.Text != values[0][key]
			found.Values = append(found.Values, value)
		}
		if differs && written {
			all = append(all, found)
		}
	}
	slices.SortStableFunc(all, func(a, b Difference) int { return strings.Compare(section(a.Key), section(b.Key)) })
	return all
}

func section(key string) string {
	first, _, nested := strings.Cut(key, ".")
	if !nested {
		return ""
	}
	return first
}

// flatten lists the keys of a section with their values as text.
func flatten(v reflect.Value, path string, found func(key, text string)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			if v.Elem().Kind() == reflect.Struct {
				found(path, "on")
			}
			flatten(v.Elem(), path, found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Tag.Get("yaml")
			if name == "" || name == "-" || name == "enabled" {
				continue
			}
			if path != "" {
				name = path + "." + name
			}
			flatten(v.Field(i), name, found)
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			if v.MapIndex(key).Kind() == reflect.Struct {
				found(path+"."+key.String(), "on")
			}
			flatten(v.MapIndex(key), path+"."+key.String(), found)
		}
	case reflect.Slice:
		var parts []string
		for i := range v.Len() {
			parts = append(parts, scalar(v.Index(i)))
		}
		if len(parts) > 0 {
			found(path, strings.Join(parts, ", "))
		}
	case reflect.String:
		if v.String() != "" {
			found(path, v.String())
		}
	default:
		found(path, fmt.Sprint(v.Interface()))
	}
}

// scalar is an element of a list. Structures are written as their keys and values.
func scalar(v reflect.Value) string {
	if v.Kind() != reflect.Struct {
		return fmt.Sprint(v.Interface())
	}
	var parts []string
	flatten(v, "", func(key, text string) { parts = append(parts, key+" "+text) })
	return strings.Join(parts, " ")
}
