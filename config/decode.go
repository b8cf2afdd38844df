package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// defaulter is a section that has values before its keys are read.
type defaulter interface{ setDefaults() }

// enum is a text of which only some values are allowed.
type enum interface{ Values() []string }

// decode reads a mapping into a struct, a key for each of its fields, and reports everything that does not fit. The
// libraries' own decoders stop at the first problem of a kind, and know neither the column of a value nor the key that
// was meant.
func (f *file) decode(top *yaml.Node, into any) {
	f.decodeStruct(top, reflect.ValueOf(into).Elem(), "")
}

func (f *file) decodeValue(node *yaml.Node, into reflect.Value, path string) {
	switch {
	case node.Kind == yaml.AliasNode:
		f.broken[path] = true // reported by refuseReferences
		return
	case node.Style&yaml.TaggedStyle != 0:
		f.broken[path] = true // the same
		return
	case isNull(node):
		fix := "write one, or remove the line to get the default"
		if into.Kind() == reflect.Pointer || into.Kind() == reflect.Struct {
			fix = "write its keys below it, indented, {} for all defaults, or remove the line"
		} else if strings.HasSuffix(path, "]") {
			fix = "write one, or remove it from the list"
		}
		f.addAt(placeOf(node), path, "", "has no value", fix)
		setDefaults(into)
		return
	}
	if into.Type() == reflect.TypeFor[Extensions]() {
		f.decodeExtensions(node, into, path)
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		made := reflect.New(into.Type().Elem())
		f.decodeStruct(node, made.Elem(), path)
		into.Set(made)
	case reflect.Struct:
		f.decodeStruct(node, into, path)
	case reflect.Map:
		f.decodeMap(node, into, path)
	case reflect.Slice:
		f.decodeList(node, into, path)
	case reflect.String:
		f.decodeString(node, into, path)
	case reflect.Bool:
		f.decodeBool(node, into, path)
	case reflect.Int:
		f.decodeInt(node, into, path)
	case reflect.Float64:
		f.decodeFloat(node, into, path)
	default:
		panic("config: no decoder for " + into.Type().String())
	}
}

func (f *file) decodeStruct(node *yaml.Node, into reflect.Value, path string) {
	setDefaults(into)
	if node.Kind != yaml.MappingNode {
		f.mismatch(node, path, "keys and values are", "write its keys below it, indented, or {} for all defaults")
		return
	}
	fields := fieldsOf(into.Type())
	f.eachKey(node, path, func(key, value *yaml.Node) {
		at := join(path, key.Value)
		index, ok := fields.index[key.Value]
		if !ok {
			f.addAt(placeOf(key), at, key.Value, "is no key here", fields.suggest(key.Value))
			if meant := nearest(key.Value, fields.names); meant != "" && !hasKey(node, meant) {
				f.broken[join(path, meant)] = true
				setDefaults(into.Field(fields.index[meant]))
			}
			return
		}
		if example, required := fields.required[key.Value]; required && isNull(value) {
			f.addAt(placeOf(value), at, "", "has no value", "write "+example)
			return
		}
		if least, most, ok := limits(into.Type().Field(index)); ok {
			f.ranges[at] = fmt.Sprintf("%d to %d", least, most)
		}
		f.decodeValue(value, into.Field(index), at)
		f.checkLimits(into.Type().Field(index), into.Field(index), at)
	})
	if f.switchedOff(into) {
		return
	}
	for _, name := range fields.names {
		at := join(path, name)
		if fix, required := fields.required[name]; required && !f.has(at) && !f.broken[at] {
			f.addAt(f.at(path), at, "", "is missing", "add "+fix)
		}
	}
}

// setDefaults gives a section, or what a pointer to one points to, what it holds before its keys are read. A section that cannot be read
// is there all the same, so that nothing says of another that it needs it.
func setDefaults(into reflect.Value) {
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		into = into.Elem()
	}
	if into.Kind() != reflect.Struct {
		return
	}
	switch section := into.Addr().Interface().(type) {
	case defaulter:
		section.setDefaults()
	case interface{ SetDefaults() }: // of a team's own extension
		section.SetDefaults()
	default:
		into.SetZero() // what the section holds by default goes as a whole
	}
}

// hasKey reports whether a mapping has the key.
func hasKey(node *yaml.Node, name string) bool {
	for i := 0; i < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return true
		}
	}
	return false
}

// checkLimits holds a number against the limits of its field, unless it could not be read.
func (f *file) checkLimits(field reflect.StructField, value reflect.Value, path string) {
	least, most, ok := limits(field)
	if !ok || value.Kind() != reflect.Int || f.broken[path] {
		return
	}
	if n := int(value.Int()); n < least || n > most {
		f.add(path, strconv.Itoa(n), fmt.Sprintf("%d is not allowed", n), "use "+f.ranges[path])
		f.broken[path] = true
		value.SetInt(int64(min(max(n, least), most))) // what follows from it can then be calculated
	}
}

// switchedOff reports whether a section says "enabled: false", so that it needs nothing else.
func (f *file) switchedOff(section reflect.Value) bool {
	enabled := section.FieldByName("Enabled")
	return enabled.IsValid() && !enabled.Bool()
}

func (f *file) decodeMap(node *yaml.Node, into reflect.Value, path string) {
	if node.Kind != yaml.MappingNode {
		f.mismatch(node, path, "names and values are", "write its entries below it, indented, or {} for none")
		return
	}
	made := reflect.MakeMap(into.Type())
	f.eachKey(node, path, func(key, value *yaml.Node) {
		if f.refuseExpression(key, join(path, key.Value)) {
			return
		}
		element := reflect.New(into.Type().Elem()).Elem()
		if !isEmptyText(value) || element.Kind() != reflect.String { // a tag or label may have an empty value
			f.decodeValue(value, element, join(path, key.Value))
		}
		made.SetMapIndex(reflect.ValueOf(key.Value), element)
	})
	into.Set(made)
}

// eachKey visits the entries of a mapping and records where they are. A key that is no text or stands there twice is
// reported instead.
func (f *file) eachKey(node *yaml.Node, path string, visit func(key, value *yaml.Node)) {
	first := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			if key.Kind != yaml.AliasNode {
				f.addPlace(placeOf(key), path, "", "has "+describe(key)+" as a key", "keys are names")
			}
			continue
		}
		if key.ShortTag() == "!!merge" {
			continue // reported by refuseReferences
		}
		if line, twice := first[key.Value]; twice {
			f.addPlace(placeOf(key), join(path, key.Value), key.Value, fmt.Sprintf("stands twice in the file, first in line %d", line), "remove one")
			continue
		}
		first[key.Value] = key.Line
		where := placeOf(key)
		if value.Kind == yaml.ScalarNode || value.Style&yaml.FlowStyle != 0 {
			where = placeOf(value)
		}
		f.places[join(path, key.Value)], f.values[join(path, key.Value)] = where, value.Value
		visit(key, value)
	}
}

func (f *file) decodeList(node *yaml.Node, into reflect.Value, path string) {
	if node.Kind != yaml.SequenceNode {
		f.mismatch(node, path, "a list is", fmt.Sprintf("write it in brackets: [%s]", scalarText(node)))
		return
	}
	made := reflect.MakeSlice(into.Type(), len(node.Content), len(node.Content))
	first := map[string]int{}
	for i, each := range node.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		f.places[at], f.values[at] = placeOf(each), each.Value
		f.decodeValue(each, made.Index(i), at)
		if each.Kind != yaml.ScalarNode {
			continue
		}
		if earlier, twice := first[each.Value]; twice {
			f.add(at, each.Value, quote(each.Value)+" stands twice in the list", fmt.Sprintf("remove one; the first is %s[%d]", path, earlier))
			f.broken[at] = true
			continue
		}
		first[each.Value] = i
	}
	into.Set(made)
}

var (
	digitsPattern  = lazyregexp.New(`^[0-9]+$`)
	integerPattern = lazyregexp.New(`^-?(?:0|[1-9][0-9]*)$`)
	numberPattern  = lazyregexp.New(`^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$`)
)

func (f *file) decodeString(node *yaml.Node, into reflect.Value, path string) {
	var choices []string
	if kind, ok := into.Interface().(enum); ok {
		choices = kind.Values()
	}
	if node.Kind != yaml.ScalarNode {
		fix := "write one value"
		if len(choices) > 0 {
			fix = "use " + problem.Choices(choices)
		}
		f.mismatch(node, path, "a text is", fix)
		return
	}
	if tag := node.ShortTag(); tag != "!!str" {
		message := "is " + describe(node) + " where a text is needed"
		switch {
		case digitsPattern.MatchString(node.Value) && strings.HasPrefix(node.Value, "0") && len(node.Value) > 1:
			message = fmt.Sprintf("%s without quotes is a number and loses its leading zero", node.Value)
		case digitsPattern.MatchString(node.Value):
			message = fmt.Sprintf("%s without quotes is a number where a text is needed", node.Value)
		case tag == "!!float" && strings.HasSuffix(node.Value, "0"):
			message = fmt.Sprintf("%s without quotes is a number and loses its last zero", node.Value)
		}
		fix := "quote it: " + quote(node.Value)
		if len(choices) > 0 && !contains(choices, node.Value) {
			fix = "use " + problem.Choices(choices)
		}
		f.addAt(placeOf(node), path, node.Value, message, fix)
		return
	}
	if len(choices) > 0 {
		if !contains(choices, node.Value) {
			f.addAt(placeOf(node), path, node.Value, fmt.Sprintf("%s is not allowed", quote(node.Value)),
				"use "+problem.Choices(choices)+didYouMean(node.Value, choices))
			return
		}
	} else if node.Value == "" {
		f.addAt(placeOf(node), path, "", "is an empty text", "write a value, or remove the line to get the default")
		return
	} else if f.refuseExpression(node, path) {
		return
	}
	into.SetString(node.Value)
}

func (f *file) decodeBool(node *yaml.Node, into reflect.Value, path string) {
	if node.Kind != yaml.ScalarNode || node.ShortTag() != "!!bool" {
		f.mismatch(node, path, "a boolean is", "write true or false, without quotes")
		return
	}
	into.SetBool(strings.EqualFold(node.Value, "true"))
}

func (f *file) decodeInt(node *yaml.Node, into reflect.Value, path string) {
	allowed, limited := f.ranges[path]
	number, digits := "digits", "digits only"
	if limited {
		number, digits = allowed, allowed+" in digits only"
	}
	if node.Kind != yaml.ScalarNode || node.ShortTag() != "!!int" && !integerPattern.MatchString(node.Value) ||
		node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		f.mismatch(node, path, "a whole number is", "write "+number+", without quotes")
		return
	}
	value, err := strconv.ParseInt(node.Value, 10, 32)
	switch {
	case !integerPattern.MatchString(node.Value):
		f.addAt(placeOf(node), path, node.Value, fmt.Sprintf("%s is no plain decimal number", node.Value), "write "+digits+", without leading zeros")
	case err != nil && limited:
		f.addAt(placeOf(node), path, node.Value, fmt.Sprintf("%s is not allowed", node.Value), "use "+allowed)
	case err != nil:
		f.addAt(placeOf(node), path, node.Value, fmt.Sprintf("%s is too large", node.Value), "see docs/configuration.md for what is allowed")
	default:
		into.SetInt(value)
	}
}

func (f *file) decodeFloat(node *yaml.Node, into reflect.Value, path string) {
	tag := node.ShortTag()
	if node.Kind != yaml.ScalarNode || tag != "!!int" && tag != "!!float" {
		f.mismatch(node, path, "a number is", "write it like 0.7, without quotes")
		return
	}
	number, err := strconv.ParseFloat(node.Value, 64)
	if err != nil || !numberPattern.MatchString(node.Value) {
		f.addAt(placeOf(node), path, node.Value, fmt.Sprintf("%s is no plain decimal number", node.Value), "write it like 0.7 or 1e-5")
		return
	}
	into.SetFloat(number)
}

func (f *file) mismatch(node *yaml.Node, path, want, fix string) {
	value := ""
	if node.Kind == yaml.ScalarNode {
		value = node.Value
	}
	f.addAt(placeOf(node), path, value, fmt.Sprintf("is %s where %s needed", describe(node), want), fix)
}

func isEmptyText(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!str" && node.Value == ""
}

func placeOf(node *yaml.Node) place { return place{node.Line, node.Column} }

func scalarText(node *yaml.Node) string {
	if node.Kind == yaml.ScalarNode && node.Value != "" && len(node.Value) < 60 {
		return node.Value
	}
	return "a, b"
}
