package asltest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/jsonata"
	"github.com/mlplatform/mlplatform/documents/jsonpath"
)

// data computes a value of the definition: expressions of JSONata, or payload templates of JSONPath, in which $ is the input.
func (s *state) data(v, input any, context object) (any, error) {
	switch v := v.(type) {
	case string:
		if s.jsonata && len(v) > 4 && strings.HasPrefix(v, "{%") && strings.HasSuffix(v, "%}") {
			return s.expression(v[2:len(v)-2], context)
		}
	case []any:
		out := make([]any, len(v))
		for i, each := range v {
			value, err := s.data(each, input, context)
			if err != nil {
				return nil, err
			}
			out[i] = value
		}
		return out, nil
	case object:
		out := object{}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			each := v[name]
			stripped, computed := strings.CutSuffix(name, ".$")
			var value any
			var err error
			if text, isText := each.(string); computed && isText && !s.jsonata {
				value, err = s.path(text, input, context)
			} else {
				stripped = name
				value, err = s.data(each, input, context)
			}
			if err != nil {
				return nil, err
			}
			out[stripped] = value
		}
		return out, nil
	}
	return v, nil
}

func (s *state) expression(text string, context object) (any, error) {
	states := object{"input": s.input, "context": context}
	if s.hasResult {
		states["result"] = s.result
	}
	if s.failure != nil {
		states["errorOutput"] = s.failure
	}
	variables := maps.Clone(s.scope.variables)
	variables["states"] = states
	e, err := jsonata.Parse(text)
	if err != nil {
		return nil, &Error{"States.QueryEvaluationError", err.Error()}
	}
	value, err := e.Evaluate(nil, jsonata.Settings{Variables: variables, Now: s.now})
	if err != nil {
		return nil, &Error{"States.QueryEvaluationError", fmt.Sprintf("%s: %v", strings.TrimSpace(text), err)}
	}
	return value, nil
}

func (s *state) path(text string, input any, context object) (any, error) {
	e, err := jsonpath.ParseExpression(text)
	if err != nil {
		return nil, runtimeError("%s: %v", text, err)
	}
	value, err := e.Evaluate(jsonpath.Data{Input: input, Context: context, Variables: s.scope.variables})
	switch {
	case err == nil:
		return value, nil
	case e.Path == nil && !errors.Is(err, jsonpath.ErrNoValue):
		return nil, &Error{"States.IntrinsicFailure", err.Error()}
	}
	return nil, &Error{"States.ParameterPathFailure", err.Error()}
}

// field is a field of the state: literal, or computed.
func (s *state) field(name string, input any) (any, error) {
	return s.fieldOf(s.definition, name, input)
}

func (s *state) fieldOf(o object, name string, input any) (any, error) {
	if path, given := o[name+"Path"].(string); given && !s.jsonata {
		return s.path(path, input, s.scope.context)
	}
	return s.data(o[name], input, s.scope.context)
}

// effectiveInput is the input as InputPath has it.
func (s *state) effectiveInput() (any, error) {
	path, given := s.definition["InputPath"]
	switch {
	case s.jsonata || !given:
		return s.input, nil
	case path == nil:
		return object{}, nil
	}
	return s.path(path.(string), s.input, s.scope.context)
}

// arguments are what a task or the branches get.
func (s *state) arguments(effective any) (any, error) {
	name := "Parameters"
	if s.jsonata {
		name = "Arguments"
	}
	template, given := s.definition[name]
	if !given {
		return effective, nil
	}
	return s.data(template, effective, s.scope.context)
}

func (s *state) itemsField(effective any) (any, error) {
	name := "ItemsPath"
	if s.jsonata {
		name = "Items"
	}
	template, given := s.definition[name]
	switch {
	case !given:
		return effective, nil
	case s.jsonata:
		return s.data(template, effective, s.scope.context)
	}
	return s.path(template.(string), effective, s.scope.context)
}

// selected is the input of an item.
func (s *state) selected(item, effective any, context object) (any, error) {
	template, given := s.definition["ItemSelector"]
	if !given && !s.jsonata {
		template, given = s.definition["Parameters"] // its older name
	}
	if !given {
		return item, nil
	}
	return s.data(template, effective, context)
}

func (s *state) pass(effective any) (any, error) {
	if s.jsonata {
		return s.input, nil
	}
	arguments, err := s.arguments(effective)
	if result, given := s.definition["Result"]; given && err == nil {
		return result, nil
	}
	return arguments, err
}

// finish computes the output and the variables, both with the variables as they were. shown is the result or, in states
// without one, the input.
func (s *state) finish(fields object, shown, effective any) (any, error) {
	kind, _ := s.definition["Type"].(string)
	assigned, err := s.assigned(fields, shown)
	if err != nil {
		return nil, err
	}
	output := shown
	switch {
	case s.jsonata:
		if template, given := fields["Output"]; given {
			output, err = s.data(template, nil, s.scope.context)
		} else if kind == "Choice" || kind == "Wait" || kind == "Succeed" || kind == "Pass" {
			output = s.input
		}
	case s.failure != nil:
		output, err = s.placed(fields, shown)
	case kind == "Choice" || kind == "Wait" || kind == "Succeed":
		output = effective
	default:
		if selector, given := fields["ResultSelector"]; given {
			if output, err = s.data(selector, shown, s.scope.context); err != nil {
				return nil, err
			}
		}
		output, err = s.placed(fields, output)
	}
	if err != nil {
		return nil, err
	}
	if path, given := s.definition["OutputPath"]; given && s.failure == nil && !s.jsonata {
		if path == nil {
			output = object{}
		} else if output, err = s.path(path.(string), output, s.scope.context); err != nil {
			return nil, err
		}
	}
	maps.Copy(s.scope.variables, assigned)
	return output, nil
}

func (s *state) assigned(fields object, shown any) (object, error) {
	template, given := fields["Assign"]
	if !given {
		return nil, nil
	}
	value, err := s.data(template, shown, s.scope.context)
	out, _ := value.(object)
	return out, err
}

// placed puts the result where ResultPath says.
func (s *state) placed(fields object, result any) (any, error) {
	path, given := fields["ResultPath"]
	switch {
	case !given:
		return result, nil
	case path == nil:
		return s.input, nil
	}
	p, err := jsonpath.Parse(path.(string))
	if err != nil {
		return nil, runtimeError("%v", err)
	}
	out, err := p.Put(s.input, result)
	if err != nil {
		return nil, &Error{"States.ResultPathMatchFailure", err.Error()}
	}
	return out, nil
}
