package asltest

import (
	"cmp"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/jsonpath"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// choose is the first rule that matches, or the state itself, with where it leads.
func (s *state) choose(effective any) (object, string, error) {
	rules, _ := s.definition["Choices"].([]any)
	for _, each := range rules {
		rule := each.(object)
		matches, err := s.matches(rule, effective)
		if err != nil {
			return nil, "", err
		}
		if matches {
			next, _ := rule["Next"].(string)
			return rule, next, nil
		}
	}
	next, given := s.definition["Default"].(string)
	if !given {
		return nil, "", &Error{"States.NoChoiceMatched", s.name + " has no rule for its input"}
	}
	return s.definition, next, nil
}

func (s *state) matches(rule object, effective any) (bool, error) {
	if !s.jsonata {
		return s.holds(rule, effective)
	}
	value, err := s.data(rule["Condition"], nil, s.scope.context)
	if err != nil {
		return false, err
	}
	matches, ok := value.(bool)
	if !ok {
		return false, &Error{"States.QueryEvaluationError", "the condition is neither true nor false"}
	}
	return matches, nil
}

// holds reports whether a condition of JSONPath holds.
func (s *state) holds(rule object, effective any) (bool, error) {
	if inner, given := rule["Not"].(object); given {
		holds, err := s.holds(inner, effective)
		return !holds, err
	}
	for _, word := range []string{"And", "Or"} {
		list, given := rule[word].([]any)
		if !given {
			continue
		}
		for _, each := range list {
			holds, err := s.holds(each.(object), effective)
			if err != nil || holds == (word == "Or") {
				return holds, err
			}
		}
		return word == "And", nil
	}
	text, _ := rule["Variable"].(string)
	value, err := s.variable(text, effective)
	present := err == nil
	if err != nil && !errors.Is(err, jsonpath.ErrNoValue) {
		return false, runtimeError("%v", err)
	}
	for operator, operand := range rule {
		if operator == "IsPresent" {
			return present == operand.(bool), nil
		}
		if !present && (strings.HasPrefix(operator, "Is") || isComparison(operator)) {
			return false, runtimeError("%s: %v", operator, err)
		}
		if strings.HasPrefix(operator, "Is") {
			return isKind(operator, value) == operand.(bool), nil
		}
		if name, isPath := strings.CutSuffix(operator, "Path"); isPath && isComparison(name) {
			if operand, err = s.variable(operand.(string), effective); err != nil {
				return false, runtimeError("%v", err)
			}
			operator = name
		}
		if isComparison(operator) {
			return compared(operator, value, operand), nil
		}
	}
	return false, runtimeError("the rule has no operator")
}

func (s *state) variable(text string, effective any) (any, error) {
	p, err := jsonpath.Parse(text)
	if err != nil {
		return nil, err
	}
	return p.Evaluate(jsonpath.Data{Input: effective, Context: s.scope.context, Variables: s.scope.variables})
}

var comparison = lazyregexp.New(`^(String|Numeric|Timestamp|Boolean)(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals|Matches)$`)

func isComparison(operator string) bool { return comparison.MatchString(operator) }

func isKind(operator string, v any) bool {
	switch operator {
	case "IsNull":
		return v == nil
	case "IsString":
		_, ok := v.(string)
		return ok
	case "IsNumeric":
		_, ok := v.(float64)
		return ok
	case "IsBoolean":
		_, ok := v.(bool)
		return ok
	case "IsTimestamp":
		_, ok := timestamp(v)
		return ok
	}
	return false
}

func timestamp(v any) (time.Time, bool) {
	text, _ := v.(string)
	t, err := time.Parse(time.RFC3339, text)
	return t, err == nil
}

// compared compares two values of the type that the operator has. Others are not equal, and in no order.
func compared(operator string, a, b any) bool {
	parts := comparison.FindStringSubmatch(operator)
	order := 0
	switch parts[1] {
	case "String":
		x, xOK := a.(string)
		y, yOK := b.(string)
		if !xOK || !yOK {
			return false
		}
		if parts[2] == "Matches" {
			return pattern(y).MatchString(x)
		}
		order = cmp.Compare(x, y)
	case "Numeric":
		x, xOK := a.(float64)
		y, yOK := b.(float64)
		if !xOK || !yOK {
			return false
		}
		order = cmp.Compare(x, y)
	case "Timestamp":
		x, xOK := timestamp(a)
		y, yOK := timestamp(b)
		if !xOK || !yOK {
			return false
		}
		order = x.Compare(y)
	default:
		x, xOK := a.(bool)
		y, yOK := b.(bool)
		return xOK && yOK && x == y
	}
	switch parts[2] {
	case "LessThan":
		return order < 0
	case "LessThanEquals":
		return order <= 0
	case "GreaterThan":
		return order > 0
	case "GreaterThanEquals":
		return order >= 0
	}
	return order == 0
}

// pattern is the regular expression of a text in which * stands for anything, and \* for itself.
func pattern(text string) *regexp.Regexp {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			out.WriteString(regexp.QuoteMeta(text[i : i+1]))
		case text[i] == '*':
			out.WriteString(".*")
		default:
			out.WriteString(regexp.QuoteMeta(text[i : i+1]))
		}
	}
	return regexp.MustCompile("(?s)^" + out.String() + "$")
}
