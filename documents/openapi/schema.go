package openapi

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// Type is the type of a value.
type Type string

// The types of JSON.
const (
	Object  Type = "object"
	Array   Type = "array"
	String  Type = "string"
	Number  Type = "number"
	Integer Type = "integer"
	Boolean Type = "boolean"
)

// A Schema says what a value looks like, in what API Gateway's models support of JSON Schema draft 4: neither formats nor
// alternatives, nor limits on the number of elements and properties, which it drops when it imports a document.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
type Schema struct {
	// Type of the value. Exactly one of Type and Ref is given.
	Type Type
	// Ref is the name of another model, which the value looks like.
	Ref string
	// Description for people. Default: none.
	Description string
	// Properties of an object by name, and the names of those that must be there. Others may be there too. Default: none.
	Properties map[string]Schema
	Required   []string
	// Items are what the elements of an array look like. Required for arrays.
	Items *Schema
	// Enum are the values that a text may have. Default: any.
	Enum []string
	// Pattern is a regular expression that a text matches, anywhere unless it has ^ and $. Default: none.
	Pattern string
	// MinLength and MaxLength of a text in characters. Default: 0, no limit.
	MinLength, MaxLength int
	// Minimum and Maximum of a number, both allowed themselves. Default: nil, no limit.
	Minimum, Maximum *float64
}

type jsonSchema struct {
	Ref         string                `json:"$ref,omitempty"`
	Type        Type                  `json:"type,omitempty"`
	Description string                `json:"description,omitempty"`
	Properties  map[string]jsonSchema `json:"properties,omitempty"`
	Required    []string              `json:"required,omitempty"`
	Items       *jsonSchema           `json:"items,omitempty"`
	Enum        []string              `json:"enum,omitempty"`
	Pattern     string                `json:"pattern,omitempty"`
	MinLength   int                   `json:"minLength,omitempty"`
	MaxLength   int                   `json:"maxLength,omitempty"`
	Minimum     *float64              `json:"minimum,omitempty"`
	Maximum     *float64              `json:"maximum,omitempty"`
}

func (s Schema) json() jsonSchema {
	out := jsonSchema{
		Type: s.Type, Description: s.Description, Required: s.Required, Enum: s.Enum, Pattern: s.Pattern,
		MinLength: s.MinLength, MaxLength: s.MaxLength, Minimum: s.Minimum, Maximum: s.Maximum,
	}
	if s.Ref != "" {
		return jsonSchema{Ref: "#/components/schemas/" + s.Ref}
	}
	if len(s.Properties) > 0 {
		out.Properties = map[string]jsonSchema{}
		for name, property := range s.Properties {
			out.Properties[name] = property.json()
		}
	}
	if s.Items != nil {
		items := s.Items.json()
		out.Items = &items
	}
	return out
}

var types = []Type{Object, Array, String, Number, Integer, Boolean}

func (s Schema) validate(problems *problem.List, path string, models map[string]Schema) {
	if s.Ref != "" {
		checkModel(problems, path+".ref", s.Ref, models)
		if s.Type != "" {
			problems.Addf(path+".type", "%q stands beside ref, which says everything; remove one of them", s.Type)
		}
		return
	}
	if !slices.Contains(types, s.Type) {
		problems.Addf(path+".type", "%q is no type; use object, array, string, number, integer or boolean, or name a model in ref", s.Type)
		return
	}
	s.misplaced(problems, path)
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		s.Properties[name].validate(problems, problem.Key(path+".properties", name), models)
	}
	for i, name := range s.Required {
		if _, ok := s.Properties[name]; !ok {
			problems.Addf(problem.Index(path+".required", i), "%q is no property; use one of %s", name, strings.Join(slices.Sorted(maps.Keys(s.Properties)), ", "))
		}
	}
	if s.Type == Array && s.Items == nil {
		problems.Addf(path+".items", "are missing; say what the elements of the array look like")
	}
	if s.Items != nil {
		s.Items.validate(problems, path+".items", models)
	}
	if _, err := regexp.Compile(s.Pattern); err != nil {
		problems.Addf(path+".pattern", "%q is no regular expression: %v; correct it", s.Pattern, err)
	}
	if s.MinLength < 0 || s.MaxLength < 0 || s.MaxLength > 0 && s.MaxLength < s.MinLength {
		problems.Addf(path+".maxLength", "%d to %d is no range of lengths; give a smaller length first, or none", s.MinLength, s.MaxLength)
	}
	if s.Minimum != nil && s.Maximum != nil && *s.Maximum < *s.Minimum {
		problems.Addf(path+".maximum", "%v is less than the minimum of %v; make it larger", *s.Maximum, *s.Minimum)
	}
}

// misplaced reports fields that mean nothing for the type.
func (s Schema) misplaced(problems *problem.List, path string) {
	for _, each := range []struct {
		field string
		given bool
		of    []Type
	}{
		{"properties", len(s.Properties) > 0, []Type{Object}}, {"items", s.Items != nil, []Type{Array}}, {"enum", len(s.Enum) > 0, []Type{String}},
		{"pattern", s.Pattern != "", []Type{String}}, {"minLength", s.MinLength != 0, []Type{String}}, {"maxLength", s.MaxLength != 0, []Type{String}},
		{"minimum", s.Minimum != nil, []Type{Number, Integer}}, {"maximum", s.Maximum != nil, []Type{Number, Integer}},
	} {
		if each.given && !slices.Contains(each.of, s.Type) {
			problems.Addf(path+"."+each.field, "means nothing for the type %s; remove it, or use the type %s", s.Type, each.of[0])
		}
	}
}

func checkModel(problems *problem.List, path, name string, models map[string]Schema) {
	if _, ok := models[name]; !ok {
		problems.Addf(path, "%q is no model; use one of %s", name, strings.Join(slices.Sorted(maps.Keys(models)), ", "))
	}
}
