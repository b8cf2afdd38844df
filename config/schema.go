package config

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/mlplatform/mlplatform/config/internal/reflector"
)

//go:generate go run ./internal/generate

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema of platform.yaml and of environments/*.yaml, for editors: a file with the key project is
// held against the one, any other against the other. What it cannot express, Load checks.
func Schema() []byte { return append([]byte(nil), schema...) }

// Schema is the JSON Schema of a configuration that has these additions.
func (a Additions) Schema() ([]byte, error) {
	if len(a.Sections) == 0 {
		return Schema(), nil
	}
	if err := a.Validate(); err != nil {
		return nil, err
	}
	own := reflector.New()
	own.DoNotReference, own.Anonymous = true, true
	sections := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(a.Sections)) {
		reflected := own.ReflectFromType(a.Sections[key])
		reflected.Version = "" // it is part of the whole
		sections[key] = reflected
	}
	var whole map[string]any
	if err := json.Unmarshal(schema, &whole); err != nil {
		return nil, err
	}
	environment := whole["$defs"].(map[string]any)[reflect.TypeFor[Environment]().Name()].(map[string]any)
	extensions := environment["properties"].(map[string]any)["extensions"].(map[string]any)
	delete(extensions, "$ref") // beside which nothing counts
	extensions["type"], extensions["properties"], extensions["additionalProperties"] = "object", sections, false
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(whole)
	return out.Bytes(), err
}
