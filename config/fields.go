package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// fields is what can be written into a section.
type fields struct {
	names    []string          // in the order of the struct
	index    map[string]int    // of the struct's field
	required map[string]string // what to write for each required key
}

func fieldsOf(t reflect.Type) fields {
	found := fields{index: map[string]int{}, required: map[string]string{}}
	for i := range t.NumField() {
		field := t.Field(i)
		name := field.Tag.Get("yaml")
		if name == "" || name == "-" {
			continue
		}
		found.names = append(found.names, name)
		found.index[name] = i
		var required bool
		example := "..."
		for _, option := range strings.Split(field.Tag.Get("jsonschema"), ",") {
			required = required || option == "required"
			if text, ok := strings.CutPrefix(option, "example="); ok {
				example = text
				if digitsPattern.MatchString(text) && field.Type.Kind() == reflect.String || strings.HasPrefix(text, "1.") {
					example = strconv.Quote(text)
				}
			}
		}
		if field.Type.Kind() == reflect.Slice {
			example = "[" + example + "]"
		}
		if required {
			found.required[name] = name + ": " + example
			if field.Type.Kind() == reflect.Struct {
				found.required[name] = name + ": and its keys below it, indented"
			}
		}
	}
	return found
}

// suggest says which keys there are, and which of them was meant: one much like it, or the same in another section.
func (f fields) suggest(key string) string {
	hint := didYouMean(key, f.names)
	if sections := sectionsWith(key); hint == "" && len(sections) > 0 {
		hint = fmt.Sprintf(" (%s is a key of %s)", key, problem.Choices(sections))
	}
	return "use " + problem.Choices(f.names) + hint
}

// sectionsWith finds the files and the sections that have the key, by their paths, up to three.
func sectionsWith(key string) []string {
	var found []string
	var walk func(t reflect.Type, path, shown string)
	walk = func(t reflect.Type, path, shown string) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			if t.Kind() == reflect.Map {
				path += ".<name>"
				shown = path
			}
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			return
		}
		known := fieldsOf(t)
		if _, ok := known.index[key]; ok && !contains(found, shown) {
			found = append(found, shown)
		}
		for _, name := range known.names {
			walk(t.Field(known.index[name]).Type, join(path, name), join(path, name))
		}
	}
	walk(reflect.TypeFor[Environment](), "", "the files of environments")
	walk(reflect.TypeFor[Platform](), "", platformFile)
	return found[:min(len(found), 3)]
}

// didYouMean is " (did you mean x?)" if one of the values is much like the given one, and "" otherwise.
func didYouMean(given string, values []string) string {
	if best := nearest(given, values); best != "" {
		return fmt.Sprintf(" (did you mean %s?)", best)
	}
	return ""
}

// nearest is the value that is much like the given one, and "" if none is.
func nearest(given string, values []string) string {
	best, distance := "", 1+max(2, len(given)/3)
	for _, each := range values {
		if found := levenshtein.Distance(strings.ToLower(given), strings.ToLower(each), nil); found < distance {
			best, distance = each, found
		}
	}
	return best
}

func contains[T comparable](values []T, value T) bool {
	for _, each := range values {
		if each == value {
			return true
		}
	}
	return false
}

// limits reads the limits from the tag that the schema is made from.
func limits(field reflect.StructField) (least, most int, found bool) {
	for _, option := range strings.Split(field.Tag.Get("jsonschema"), ",") {
		name, text, _ := strings.Cut(option, "=")
		number, err := strconv.Atoi(text)
		switch {
		case err != nil:
		case name == "minimum":
			least = number
		case name == "maximum":
			most, found = number, true
		}
	}
	return least, most, found
}
