package eventpattern

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Matches reports whether the pattern fits an event, which is given as JSON. It is for tests of one's own patterns and
// knows what this package writes. The error says that the event is no JSON object.
func (p Pattern) Matches(event []byte) (bool, error) {
	var parsed map[string]any
	if err := json.Unmarshal(event, &parsed); err != nil {
		return false, fmt.Errorf("the event is no JSON object: %w", err)
	}
	conditions := append([]Field{{Path: "source", Values: Each(p.Sources...)}}, p.Fields...)
	if len(p.DetailTypes) > 0 {
		conditions = append(conditions, Field{Path: "detail-type", Values: Each(p.DetailTypes...)})
	}
	for _, f := range conditions {
		found := lookUp(parsed, strings.Split(f.Path, "."))
		if !slices.ContainsFunc(f.Values, func(v Value) bool { return v.fits(found) }) {
			return false, nil
		}
	}
	return true, nil
}

// lookUp gives the values of a field: none where it is absent, several where it is a list.
func lookUp(value any, path []string) []any {
	if list, ok := value.([]any); ok {
		var out []any
		for _, each := range list {
			out = append(out, lookUp(each, path)...)
		}
		return out
	}
	if len(path) == 0 {
		return []any{value}
	}
	object, _ := value.(map[string]any)
	inner, ok := object[path[0]]
	if !ok {
		return nil
	}
	return lookUp(inner, path[1:])
}

func (v Value) fits(found []any) bool {
	switch v.operator {
	case present:
		return len(found) > 0
	case absent:
		return len(found) == 0
	}
	return slices.ContainsFunc(found, func(each any) bool {
		text, ok := each.(string)
		return ok && v.fitsText(text)
	})
}

func (v Value) fitsText(text string) bool {
	switch v.operator {
	case prefix:
		return strings.HasPrefix(text, v.texts[0])
	case suffix:
		return strings.HasSuffix(text, v.texts[0])
	case wildcard:
		return glob(v.texts[0], text)
	case equalsIgnoreCase:
		return strings.EqualFold(text, v.texts[0])
	case anythingBut:
		return !slices.Contains(v.texts, text)
	}
	return text == v.texts[0]
}

// glob matches as EventBridge does: * is any number of characters, a backslash takes the next one literally.
func glob(pattern, text string) bool {
	switch {
	case pattern == "":
		return text == ""
	case pattern[0] == '*':
		for i := 0; i <= len(text); i++ {
			if glob(pattern[1:], text[i:]) {
				return true
			}
		}
		return false
	case pattern[0] == '\\' && len(pattern) > 1:
		pattern = pattern[1:]
	}
	return text != "" && pattern[0] == text[0] && glob(pattern[1:], text[1:])
}
