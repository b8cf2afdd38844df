// Package reflector describes the types of the configuration as JSON Schema, for the schema of the product and for those
// of extensions alike.
package reflector

import (
	"reflect"

	"github.com/invopop/jsonschema"
)

// New is a reflector that knows the tags of the configuration's types.
func New() *jsonschema.Reflector {
	return &jsonschema.Reflector{FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, Mapper: mapEnum}
}

// mapEnum describes a text of which only some values are allowed.
func mapEnum(t reflect.Type) *jsonschema.Schema {
	if t.Kind() != reflect.String {
		return nil
	}
	enum, ok := reflect.Zero(t).Interface().(interface{ Values() []string })
	if !ok {
		return nil
	}
	made := &jsonschema.Schema{Type: "string"}
	for _, value := range enum.Values() {
		made.Enum = append(made.Enum, value)
	}
	return made
}
