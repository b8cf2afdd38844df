// Package readable renders Terraform JSON for people who review it: policies and other documents that stand in it as
// JSON text are shown as JSON, and the metadata that only the cdktf command reads is left out.
package readable

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/mlplatform/mlplatform/internal/jsontext"
)

// JSON renders a synthesised stack. Keys are sorted, and a string that is itself a JSON object or list becomes
// {"json": value}, so that a change inside a policy is a change of a line.
func JSON(terraformJSON []byte) ([]byte, error) {
	var root any
	decoder := json.NewDecoder(bytes.NewReader(terraformJSON))
	decoder.UseNumber()
	if err := decoder.Decode(&root); err != nil {
		return nil, err
	}
	if top, ok := root.(map[string]any); ok {
		delete(top, "//")
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(expand(root))
	return out.Bytes(), err
}

func expand(value any) any {
	switch v := value.(type) {
	case map[string]any:
		delete(v, "//") // the construct path, which the resource's name says already
		for key, each := range v {
			v[key] = expand(each)
		}
	case []any:
		for i, each := range v {
			v[i] = expand(each)
		}
	case string:
		if text := strings.TrimSpace(v); strings.HasPrefix(text, "{\"") || strings.HasPrefix(text, "[{") || strings.HasPrefix(text, "[\"") {
			var inner any
			if json.Unmarshal([]byte(text), &inner) == nil {
				return map[string]any{"json": expand(inner)}
			}
		}
	}
	return value
}

// Terraform is the stack that JSON rendered, but for its metadata and the spaces in its documents.
func Terraform(rendered []byte) ([]byte, error) {
	var root any
	decoder := json.NewDecoder(bytes.NewReader(rendered))
	decoder.UseNumber()
	if err := decoder.Decode(&root); err != nil {
		return nil, err
	}
	return []byte(jsontext.Compact(collapse(root))), nil
}

func collapse(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, each := range v {
			if key != "dataset_format" { // which has a block that is named json
				v[key] = collapse(each)
			}
		}
		if document, is := v["json"]; is && len(v) == 1 {
			return jsontext.Compact(document)
		}
	case []any:
		for i, each := range v {
			v[i] = collapse(each)
		}
	}
	return value
}
