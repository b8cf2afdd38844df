package kubernetes

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// marshal is JSON without HTML's escapes.
func marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

// yamlOf writes JSON as YAML, with the fields in the same order.
func yamlOf(text []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	node, err := nodeOf(decoder)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(node); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// otherwiseRead are texts that YAML 1.1, which Helm and Kubernetes read, takes for truth values, numbers or times unless they are quoted.
var otherwiseRead = lazyregexp.New(`^(?i:y|n|yes|no|on|off|true|false|null|~)$|^[-+.0-9][-+.:0-9_a-fA-FxXoO]*$|^[0-9]{4}-[0-9]`)

func nodeOf(decoder *json.Decoder) (*yaml.Node, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch value := token.(type) {
	case json.Delim:
		node := &yaml.Node{Kind: yaml.MappingNode}
		if value == '[' {
			node.Kind = yaml.SequenceNode
		}
		for decoder.More() {
			each, err := nodeOf(decoder)
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, each)
		}
		_, err := decoder.Token()
		return node, err
	case string:
		var node yaml.Node
		node.SetString(value)
		if otherwiseRead.MatchString(value) {
			node.Style = yaml.DoubleQuotedStyle
		}
		return &node, nil
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: value.String()}, nil
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: fmt.Sprint(value)}, nil
	default:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
	}
}
