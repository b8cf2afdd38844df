package config

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Extensions are the sections of a team's own in an environment's file, by their keys: pointers to structs of the types
// that Additions names.
type Extensions map[string]any

// decodeExtensions reads each section into the type that an extension gave for it.
func (f *file) decodeExtensions(node *yaml.Node, into reflect.Value, path string) {
	if node.Kind != yaml.MappingNode {
		f.mismatch(node, path, "names and sections are", "write each extension's section below it, indented, or remove the line")
		return
	}
	names := slices.Sorted(maps.Keys(f.sections))
	made := Extensions{}
	f.eachKey(node, path, func(key, value *yaml.Node) {
		at := join(path, key.Value)
		section, ok := f.sections[key.Value]
		if !ok {
			fix := "use " + problem.Choices(names) + didYouMean(key.Value, names)
			if len(names) == 0 {
				fix = "main.go adds none; pass platform.Extension to platform.Main, or remove the section"
			}
			f.addAt(placeOf(key), at, key.Value, "is no extension of this platform", fix)
			return
		}
		holder := reflect.New(reflect.PointerTo(section))
		f.decodeValue(value, holder.Elem(), at)
		if holder.Elem().IsNil() || f.switchedOff(holder.Elem().Elem()) {
			return
		}
		made[key.Value] = holder.Elem().Interface()
		f.checkSection(made[key.Value], at)
	})
	into.Set(reflect.ValueOf(made))
}

// checkSection lets the section's own type say what is wrong with it.
func (f *file) checkSection(section any, path string) {
	checked, ok := section.(interface{ Validate() error })
	if !ok || !f.readable(path) {
		return
	}
	for _, each := range problem.Split(checked.Validate()) {
		message, fix, _ := cutLast(each.Error(), "; ")
		at := path
		if field, rest, ok := strings.Cut(message, ": "); ok && !strings.ContainsAny(field, " \"") {
			at, message = join(path, field), rest
		}
		f.add(at, "", message, fix)
	}
}

var sectionPattern = lazyregexp.New(`^[a-z][A-Za-z0-9]*$`)

// Validate reports additions that cannot be: mistakes of the program and not of the configuration.
func (a Additions) Validate() error {
	var problems problem.List
	for _, name := range slices.Sorted(maps.Keys(a.Sections)) {
		at := "extension " + name
		if !sectionPattern.MatchString(name) {
			problems.Addf(at, "is no key; use letters and digits, beginning with a lower-case letter")
		}
		if section := a.Sections[name]; section.Kind() != reflect.Struct {
			problems.Addf(at, "%s is no struct; give the type of a struct whose fields are the keys", section)
		} else {
			checkFields(&problems, at, section, nil)
		}
	}
	seen := map[string]bool{}
	for _, each := range a.Stacks {
		switch at := "stack " + each.Suffix; {
		case !environmentPattern.MatchString(each.Suffix) || len(each.Suffix) > maxEnvironmentName:
			problems.Addf(at, "is no suffix; use up to %d lower-case letters, digits and single hyphens, beginning with a letter", maxEnvironmentName)
		case "-"+each.Suffix == AccessSuffix || each.Suffix == ServingSuffix:
			problems.Addf(at, "is the suffix of a stack of the platform; use another")
		case seen[each.Suffix]:
			problems.Addf(at, "is added twice; use one suffix for each")
		}
		seen[each.Suffix] = true
	}
	return problems.Err()
}

// checkFields refuses types that the configuration cannot be read into.
func checkFields(problems *problem.List, at string, section reflect.Type, within []reflect.Type) {
	if slices.Contains(within, section) {
		problems.Addf(at, "%s contains itself, which a file cannot end", section)
		return
	}
	for i := range section.NumField() {
		field := section.Field(i)
		name := field.Tag.Get("yaml")
		at := at + "." + field.Name
		switch {
		case name == "-" || !field.IsExported():
			continue
		case name == "" || strings.Contains(name, ","):
			problems.Addf(at, `needs a tag with its key, such as yaml:"retentionDays", or yaml:"-"`)
			continue
		}
		if err := checkType(field.Type); err != nil {
			problems.Addf(at, "%v", err)
			continue
		}
		element := field.Type
		for element.Kind() == reflect.Pointer || element.Kind() == reflect.Slice || element.Kind() == reflect.Map {
			element = element.Elem()
		}
		if element.Kind() == reflect.Struct {
			checkFields(problems, at, element, append(within, section))
		}
	}
}

func checkType(t reflect.Type) error {
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Float64, reflect.Struct:
		return nil
	case reflect.Pointer:
		if t.Elem().Kind() == reflect.Struct {
			return nil
		}
	case reflect.Slice:
		return checkType(t.Elem())
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return checkType(t.Elem())
		}
	}
	return errors.New(fmt.Sprint(t, " cannot be read from a file; use string, bool, int, float64, structs, pointers to structs, and slices and maps by name of these"))
}
