package local

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/pipeline"
)

// definition is the JSON of a pipeline, as SageMaker reads it.
type definition struct {
	Parameters               []parameter
	PipelineExperimentConfig map[string]any
	steps                    []*step // nested ones behind their condition
}

type parameter struct {
	Name         string
	Type         pipeline.Type
	DefaultValue any
	EnumValues   []any
}

type step struct {
	Name, Type  string
	Arguments   map[string]any
	DependsOn   []string
	CacheConfig struct {
		Enabled     bool
		ExpireAfter string
	}
	RetryPolicies    []retryPolicy
	PropertyFiles    []propertyFile
	OutputParameters []struct {
		OutputName string
		OutputType pipeline.Type
	}

	condition string // around it
	then      bool   // which branch of that
	needs     []string
}

type retryPolicy struct {
	BackoffRate     float64
	IntervalSeconds float64
	MaxAttempts     int
	ExpireAfterMin  float64
	ExceptionType   []pipeline.RetryError
}

type propertyFile struct{ PropertyFileName, OutputName, FilePath string }

// decode reads JSON with numbers as they are written.
func decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

func readDefinition(text string) (*definition, error) {
	var out definition
	var rest struct{ Steps []json.RawMessage }
	if err := decode([]byte(text), &out); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(text), &rest); err != nil {
		return nil, err
	}
	return &out, out.add(rest.Steps, "", false)
}

func (d *definition) add(steps []json.RawMessage, condition string, then bool) error {
	for _, text := range steps {
		s := &step{condition: condition, then: then}
		if err := decode(text, s); err != nil {
			return err
		}
		var whole map[string]any
		if err := decode(text, &whole); err != nil {
			return err
		}
		var branches struct {
			Arguments struct{ IfSteps, ElseSteps []json.RawMessage }
		}
		if s.Type == "Condition" {
			if err := json.Unmarshal(text, &branches); err != nil {
				return err
			}
			arguments := whole["Arguments"].(map[string]any)
			delete(arguments, "IfSteps")
			delete(arguments, "ElseSteps")
			s.Arguments = arguments
		}
		s.needs = slices.Clone(s.DependsOn)
		if condition != "" {
			s.needs = append(s.needs, condition)
		}
		references(whole, func(path string) {
			if rest, ok := strings.CutPrefix(path, "Steps."); ok {
				name, _, _ := strings.Cut(rest, ".")
				s.needs = append(s.needs, name)
			}
		})
		d.steps = append(d.steps, s)
		if err := d.add(branches.Arguments.IfSteps, s.Name, true); err != nil {
			return err
		}
		if err := d.add(branches.Arguments.ElseSteps, s.Name, false); err != nil {
			return err
		}
	}
	return nil
}

// references visits the paths of all Get.
func references(tree any, visit func(path string)) {
	switch v := tree.(type) {
	case map[string]any:
		if path, ok := v["Get"].(string); ok && len(v) == 1 {
			visit(path)
			return
		}
		for _, each := range v {
			references(each, visit)
		}
	case []any:
		for _, each := range v {
			references(each, visit)
		}
	}
}

// value checks text that was given for the parameter, and turns it into its type.
func (p parameter) value(text string) (any, error) {
	var out any
	wrong := fmt.Errorf("%q is no %s", text, p.Type)
	switch p.Type {
	case pipeline.TypeString:
		out = text
	case pipeline.TypeBoolean:
		if text != "true" && text != "false" {
			return nil, fmt.Errorf("%w; give true or false", wrong)
		}
		out = text == "true"
	default:
		if err := decode([]byte(text), &out); err != nil {
			return nil, fmt.Errorf("%w; give a number", wrong)
		}
		number, ok := out.(json.Number)
		if !ok {
			return nil, fmt.Errorf("%w; give a number", wrong)
		}
		if _, err := number.Int64(); p.Type == pipeline.TypeInteger && err != nil {
			return nil, fmt.Errorf("%w; give a whole number", wrong)
		}
	}
	if len(p.EnumValues) > 0 && !slices.Contains(p.EnumValues, out) {
		return nil, fmt.Errorf("%q is not allowed; use one of %s", text, listed(p.EnumValues))
	}
	return out, nil
}

func listed(values []any) string {
	var texts []string
	for _, each := range values {
		texts = append(texts, fmt.Sprint(each))
	}
	return strings.Join(texts, ", ")
}
