package local

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// A scope gives references their values.
type scope struct {
	get  func(path string) (any, error)      // of {"Get": path}
	file func(reference any) (string, error) // of the PropertyFile or the S3Uri of a JsonGet, the file on this machine
}

// eval is the tree with values in place of references.
func (s scope) eval(tree any) (any, error) {
	switch v := tree.(type) {
	case []any:
		out := make([]any, len(v))
		for i, each := range v {
			value, err := s.eval(each)
			if err != nil {
				return nil, err
			}
			out[i] = value
		}
		return out, nil
	case map[string]any:
		if len(v) == 1 {
			if path, ok := v["Get"].(string); ok {
				return s.get(path)
			}
			if join, ok := v["Std:Join"].(map[string]any); ok {
				return s.join(join)
			}
			if get, ok := v["Std:JsonGet"].(map[string]any); ok {
				return s.jsonGet(get)
			}
		}
		out := make(map[string]any, len(v))
		for key, each := range v {
			value, err := s.eval(each)
			if err != nil {
				return nil, err
			}
			out[key] = value
		}
		return out, nil
	}
	return tree, nil
}

func (s scope) join(join map[string]any) (any, error) {
	values, _ := join["Values"].([]any)
	var parts []string
	for _, each := range values {
		value, err := s.eval(each)
		if err != nil {
			return nil, err
		}
		part, err := text(value)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	on, _ := join["On"].(string)
	return strings.Join(parts, on), nil
}

func (s scope) jsonGet(get map[string]any) (any, error) {
	path, err := s.eval(get["Path"])
	if err != nil {
		return nil, err
	}
	name, err := s.file(get)
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("a value is read from a file that is not there: %w", err)
	}
	var document any
	if err := decode(content, &document); err != nil {
		return nil, fmt.Errorf("%s: no JSON: %w", name, err)
	}
	value, err := lookup(document, strings.TrimPrefix(fmt.Sprint(path), "$"))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return value, nil
}

// text is a value in the middle of text.
func text(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case json.Number:
		return v.String(), nil
	}
	return "", fmt.Errorf("%v cannot stand in text; refer to text, a number or a truth value", value)
}

// listKeys are the fields by which elements of lists are found, as in Outputs['train'].
var listKeys = []string{"OutputName", "InputName", "MetricName", "ChannelName", "Name", "Key"}

// lookup follows a path such as Outputs['train'].S3Output.S3Uri, TrainingJobSummaries[0].Name or metrics.accuracy.value.
func lookup(document any, path string) (any, error) {
	at := document
	for _, key := range splitPath(path) {
		next, ok := element(at, key)
		if !ok {
			return nil, fmt.Errorf("there is no %s", path)
		}
		at = next
	}
	return at, nil
}

// splitPath takes a path apart. Positions keep their brackets.
func splitPath(path string) []string {
	var out []string
	for path != "" {
		switch {
		case path[0] == '.':
			path = path[1:]
		case strings.HasPrefix(path, "['"), strings.HasPrefix(path, `["`):
			end := strings.Index(path[2:], path[1:2]+"]")
			if end < 0 {
				return append(out, path)
			}
			out = append(out, path[2:2+end])
			path = path[2+end+2:]
		case path[0] == '[':
			end := strings.IndexByte(path, ']')
			if end < 0 {
				return append(out, path)
			}
			out = append(out, path[:end+1])
			path = path[end+1:]
		default:
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			out = append(out, path[:end])
			path = path[end:]
		}
	}
	return out
}

func element(of any, key string) (any, bool) {
	switch v := of.(type) {
	case map[string]any:
		value, ok := v[key]
		return value, ok
	case []any:
		if position, err := strconv.Atoi(strings.Trim(key, "[]")); err == nil && strings.HasPrefix(key, "[") {
			if position < 0 || position >= len(v) {
				return nil, false
			}
			return v[position], true
		}
		for _, each := range v {
			object, ok := each.(map[string]any)
			if !ok {
				return nil, false
			}
			for _, name := range listKeys {
				if object[name] == key {
					return each, true
				}
			}
		}
	}
	return nil, false
}

// normal is the value as it is read from JSON.
func normal(value any) map[string]any {
	written, err := json.Marshal(value)
	if err != nil {
		panic(err) // properties are made of what JSON holds
	}
	out := map[string]any{}
	if err := decode(written, &out); err != nil {
		panic(err)
	}
	return out
}

// at is the value at a path of evaluated arguments, or nil.
func at(arguments any, path string) any {
	value, err := lookup(arguments, path)
	if err != nil {
		return nil
	}
	return value
}

func textAt(arguments any, path string) string {
	value, _ := at(arguments, path).(string)
	return value
}

func listAt(arguments any, path string) []any {
	value, _ := at(arguments, path).([]any)
	return value
}

func textsAt(arguments any, path string) []string {
	var out []string
	for _, each := range listAt(arguments, path) {
		out = append(out, fmt.Sprint(each))
	}
	return out
}

func textMapAt(arguments any, path string) map[string]string {
	out := map[string]string{}
	value, _ := at(arguments, path).(map[string]any)
	for key, each := range value {
		out[key] = fmt.Sprint(each)
	}
	return out
}

func intAt(arguments any, path string) int {
	number, err := strconv.ParseFloat(fmt.Sprint(at(arguments, path)), 64)
	if err != nil {
		return 0
	}
	return int(number)
}
