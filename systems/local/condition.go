package local

import (
	"cmp"
	"encoding/json"
	"fmt"
)

// holds reports whether all conditions hold. The first that does not ends it, as in SageMaker.
func holds(conditions []any) (bool, error) {
	for _, each := range conditions {
		condition, _ := each.(map[string]any)
		ok, err := met(condition)
		if err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

func met(c map[string]any) (bool, error) {
	kind, _ := c["Type"].(string)
	switch kind {
	case "Not":
		inner, _ := c["Condition"].(map[string]any)
		ok, err := met(inner)
		return !ok, err
	case "Or":
		inner, _ := c["Conditions"].([]any)
		for _, each := range inner {
			condition, _ := each.(map[string]any)
			if ok, err := met(condition); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	case "In":
		values, _ := c["Values"].([]any)
		for _, each := range values {
			if order, err := compare(c["QueryValue"], each); err == nil && order == 0 {
				return true, nil
			}
		}
		return false, nil
	}
	order, err := compare(c["LeftValue"], c["RightValue"])
	if err != nil {
		return false, err
	}
	switch kind {
	case "Equals":
		return order == 0, nil
	case "GreaterThan":
		return order > 0, nil
	case "GreaterThanOrEqualTo":
		return order >= 0, nil
	case "LessThan":
		return order < 0, nil
	case "LessThanOrEqualTo":
		return order <= 0, nil
	}
	return false, fmt.Errorf("%q is no condition that is known here", kind)
}

// compare orders two numbers or two texts, and tells whether two truth values are the same.
func compare(left, right any) (int, error) {
	wrong := fmt.Errorf("%v and %v are not of the same type; compare two numbers, two texts or two truth values", quotedText(left), quotedText(right))
	switch l := left.(type) {
	case string:
		if r, ok := right.(string); ok {
			return cmp.Compare(l, r), nil
		}
	case json.Number:
		r, ok := right.(json.Number)
		if !ok {
			break
		}
		a, err := l.Float64()
		if err != nil {
			return 0, err
		}
		b, err := r.Float64()
		return cmp.Compare(a, b), err
	case bool:
		if r, ok := right.(bool); ok {
			if l == r {
				return 0, nil
			}
			return 1, nil
		}
	}
	return 0, wrong
}

func quotedText(value any) string {
	if s, ok := value.(string); ok {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprint(value)
}
