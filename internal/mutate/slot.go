package mutate

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// schema is what is used of a JSON Schema.
type schema struct {
	Defs       map[string]*schema `yaml:"$defs"`
	Ref        string             `yaml:"$ref"`
	Then       *schema            `yaml:"then"`
	Else       *schema            `yaml:"else"`
	Type       string             `yaml:"type"`
	Enum       []string           `yaml:"enum"`
	Properties map[string]*schema `yaml:"properties"`
	Required   []string           `yaml:"required"`
	Additional *additional        `yaml:"additionalProperties"`
	Items      *schema            `yaml:"items"`
	Minimum    *int               `yaml:"minimum"`
	Maximum    *int               `yaml:"maximum"`
	Examples   []any              `yaml:"examples"`
}

// A slot is a place for a value.
type slot struct {
	path []string
	// kind is the path without positions and with the chosen names left out, such as .cluster.nodePools.*.taints[].key.
	kind   string
	schema *schema
	node   *yaml.Node // nil where the key is absent
}

// name is the last key of the slot, such as timeZone.
func (a slot) name() string {
	kind := strings.TrimSuffix(strings.TrimSuffix(a.kind, "[]"), ".*")
	return kind[strings.LastIndex(kind, ".")+1:]
}

func (s *Source) resolve(of *schema) *schema {
	if of.Ref == "" {
		return of
	}
	return s.schema.Defs[strings.TrimPrefix(of.Ref, "#/$defs/")]
}

// values is the schema of a map's values, or nil.
func (of *schema) values() *schema {
	if of.Additional == nil {
		return nil
	}
	return of.Additional.schema
}

// additional is what additionalProperties says: the schema of values whose keys anybody chooses, or only whether there may be any.
type additional struct{ *schema }

func (a *additional) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	return node.Decode(&a.schema)
}

// mostAbsent is how deep a change may reach into sections that are not there.
const mostAbsent = 2

// slots adds all places below a place.
func (s *Source) slots(all []slot, at slot, absent int) []slot {
	at.schema = s.resolve(at.schema)
	if len(at.path) > 0 {
		all = append(all, at)
	}
	if at.node == nil {
		absent++
	}
	if absent > mostAbsent {
		return all
	}
	below := func(key, kind string, of *schema, node *yaml.Node) {
		path := append(slices.Clone(at.path), key)
		all = s.slots(all, slot{path: path, kind: at.kind + kind, schema: of, node: node}, absent)
	}
	for _, key := range slices.Sorted(maps.Keys(at.schema.Properties)) {
		below(key, "."+key, at.schema.Properties[key], child(at.node, key))
	}
	if values := at.schema.values(); values != nil {
		below(s.key(at), ".*", values, nil)
		for i := 0; at.node != nil && at.node.Kind == yaml.MappingNode && i+1 < len(at.node.Content); i += 2 {
			below(at.node.Content[i].Value, ".*", values, at.node.Content[i+1])
		}
	}
	if at.schema.Items != nil && at.node != nil && at.node.Kind == yaml.SequenceNode {
		for i, each := range at.node.Content {
			below(strconv.Itoa(i), "[]", at.schema.Items, each)
		}
	}
	return all
}

func child(node *yaml.Node, key string) *yaml.Node {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}
