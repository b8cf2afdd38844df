package main

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/config/internal/reflector"
)

const importPath = "github.com/mlplatform/mlplatform/config"

// makeSchema reflects on the types of the configuration. Draft 7 is the newest that the YAML language server, and with
// it most editors, understands: https://github.com/redhat-developer/yaml-language-server
func makeSchema(configDir string) ([]byte, error) {
	reflector := reflector.New()
	if err := reflector.AddGoComments(importPath, configDir, jsonschema.WithFullComment()); err != nil {
		return nil, err
	}
	definitions := map[string]any{}
	for _, each := range []any{config.Platform{}, config.Environment{}} {
		text, err := reflector.Reflect(each).MarshalJSON()
		if err != nil {
			return nil, err
		}
		var made struct {
			Defs map[string]any `json:"$defs"`
		}
		if err := json.Unmarshal(text, &made); err != nil {
			return nil, err
		}
		for name, definition := range made.Defs {
			definitions[name] = tidy(definition)
		}
	}
	// Which sections need which keys depends on whether they are on.
	for _, name := range []string{"Network", "Cluster", "Training", "TrainingSchedule", "Automation", "Endpoint", "CodePipeline"} {
		relax(definitions[name].(map[string]any))
	}
	root := map[string]any{
		"$schema":     "http://json-schema.org/draft-07/schema#",
		"title":       "mlplatform configuration",
		"description": "platform.yaml, which has the key project, or a file of the folder environments.",
		"if":          map[string]any{"required": []string{"project"}},
		"then":        map[string]any{"$ref": "#/$defs/Platform"},
		"else":        map[string]any{"$ref": "#/$defs/Environment"},
		"$defs":       definitions,
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(root)
	return out.Bytes(), err
}

// tidy joins the lines of descriptions and turns "Name says ..." into "name says ...", as people know the key.
func tidy(node any) any {
	switch node := node.(type) {
	case map[string]any:
		if properties, ok := node["properties"].(map[string]any); ok {
			for key, property := range properties {
				if property, ok := property.(map[string]any); ok {
					lowerFirst(key, property)
				}
			}
		}
		for key, value := range node {
			if text, ok := value.(string); ok && key == "description" {
				node[key] = strings.ReplaceAll(text, "\n", " ")
			}
			node[key] = tidy(node[key])
		}
	case []any:
		for i := range node {
			node[i] = tidy(node[i])
		}
	}
	return node
}

func lowerFirst(key string, property map[string]any) {
	text, _ := property["description"].(string)
	if first, rest, ok := strings.Cut(text, " "); ok && strings.EqualFold(first, key) {
		property["description"] = key + " " + rest
	}
}

// relax demands the required keys of a section only where it is not switched off.
func relax(section map[string]any) {
	required, ok := section["required"]
	if !ok {
		return
	}
	delete(section, "required")
	section["if"] = map[string]any{
		"properties": map[string]any{"enabled": map[string]any{"const": false}},
		"required":   []string{"enabled"},
	}
	section["then"] = map[string]any{}
	section["else"] = map[string]any{"required": required}
}
