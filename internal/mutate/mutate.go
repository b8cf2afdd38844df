// Package mutate changes configurations at random, so that tests find what nobody thought of: values at and beyond each
// limit, texts that mean something to what comes after, lists that are too long, keys that are not there. It knows the
// keys from the JSON Schema of the configuration.
package mutate

import (
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"strconv"
	"strings"
	"testing/fstest"

	"go.yaml.in/yaml/v3"
)

// A Change sets or removes one value of a file.
type Change struct {
	// File that it is in.
	File string
	// Path of the value: keys, and the positions of list elements.
	Path []string
	// Value that it gets, or nil to remove it.
	Value *yaml.Node
}

// String is the change on one line.
func (c Change) String() string {
	at := c.File + ": " + strings.Join(c.Path, ".")
	if c.Value == nil {
		return at + " removed"
	}
	text, err := yaml.Marshal(inFlow(c.Value))
	if err != nil {
		return fmt.Sprintf("%s: %v", at, err)
	}
	line := strings.Join(strings.Fields(string(text)), " ")
	if len(line) > 300 {
		line = fmt.Sprintf("%s... (%d bytes)", line[:300], len(line))
	}
	return at + " = " + line
}

// inFlow copies a value so that it is written on one line.
func inFlow(node *yaml.Node) *yaml.Node {
	out := *node
	if out.Kind != yaml.ScalarNode {
		out.Style = yaml.FlowStyle
	}
	out.Content = nil
	for _, each := range node.Content {
		out.Content = append(out.Content, inFlow(each))
	}
	return &out
}

// Apart reports whether neither change touches or switches off what the other one does.
func (c Change) Apart(other Change) bool {
	a, b := c.reach(), other.reach()
	n := min(len(a), len(b))
	return c.File != other.File || !slices.Equal(a[:n], b[:n])
}

// reach is the path of all that the change is about: the key enabled is about its whole section.
func (c Change) reach() []string {
	if last := len(c.Path) - 1; c.Path[last] == "enabled" {
		return c.Path[:last]
	}
	return c.Path
}

// Apply makes the changes in a copy of the files.
func Apply(files fstest.MapFS, changes ...Change) (fstest.MapFS, error) {
	out := maps.Clone(files)
	roots := map[string]*yaml.Node{}
	for _, change := range changes {
		if roots[change.File] == nil {
			root, err := parse(out[change.File].Data)
			if err != nil {
				return nil, err
			}
			roots[change.File] = root
		}
		set(roots[change.File], change.Path, clone(change.Value)) // a later change may be within this one
	}
	for name, root := range roots {
		text, err := yaml.Marshal(root)
		if err != nil {
			return nil, err
		}
		out[name] = &fstest.MapFile{Data: text}
	}
	return out, nil
}

func clone(node *yaml.Node) *yaml.Node {
	if node == nil {
		return nil
	}
	out := *node
	out.Content = nil
	for _, each := range node.Content {
		out.Content = append(out.Content, clone(each))
	}
	return &out
}

func parse(text []byte) (*yaml.Node, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return &yaml.Node{Kind: yaml.MappingNode}, nil
	}
	return document.Content[0], nil
}

// set puts the value where path leads, making the mappings on the way.
func set(node *yaml.Node, path []string, value *yaml.Node) {
	if node.Kind == yaml.SequenceNode {
		i, err := strconv.Atoi(path[0])
		switch {
		case err != nil || i >= len(node.Content):
		case len(path) > 1:
			set(node.Content[i], path[1:], value)
		case value == nil:
			node.Content = slices.Delete(node.Content, i, i+1)
		default:
			node.Content[i] = value
		}
		return
	}
	if node.Kind != yaml.MappingNode {
		*node = yaml.Node{Kind: yaml.MappingNode}
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value != path[0] {
			continue
		}
		switch {
		case len(path) > 1:
			set(node.Content[i+1], path[1:], value)
		case value == nil:
			node.Content = slices.Delete(node.Content, i, i+2)
		default:
			node.Content[i+1] = value
		}
		return
	}
	if value == nil {
		return
	}
	made := value
	if len(path) > 1 {
		made = &yaml.Node{Kind: yaml.MappingNode}
		set(made, path[1:], value)
	}
	node.Content = append(node.Content, text(path[0]), made)
}

// A Source draws changes. The same seed draws the same.
type Source struct {
	*rand.Rand
	schema schema
	// seen are the values that the configurations have, by the path of their keys without positions.
	seen map[string][]*yaml.Node
}

// New makes a source that knows the keys from the schema, and values that make sense from the configurations.
func New(seed int64, schemaText []byte, configurations ...fstest.MapFS) (*Source, error) {
	s := &Source{Rand: rand.New(rand.NewSource(seed)), seen: map[string][]*yaml.Node{}}
	if err := yaml.Unmarshal(schemaText, &s.schema); err != nil { // JSON is YAML
		return nil, err
	}
	for _, files := range configurations {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			root, err := parse(files[name].Data)
			if err != nil {
				return nil, err
			}
			s.remember(root, "")
		}
	}
	return s, nil
}

func (s *Source) remember(node *yaml.Node, path string) {
	s.seen[path] = append(s.seen[path], node)
	for i, each := range node.Content {
		switch {
		case node.Kind == yaml.SequenceNode:
			s.remember(each, path+"[]")
		case i%2 == 1:
			s.remember(each, path+"."+node.Content[i-1].Value)
		}
	}
}

// Draw draws a change of one of the files.
func (s *Source) Draw(files fstest.MapFS) (Change, error) {
	name := pick(s, slices.Sorted(maps.Keys(files)))
	root, err := parse(files[name].Data)
	if err != nil {
		return Change{}, err
	}
	top := s.schema.Else
	if name == "platform.yaml" {
		top = s.schema.Then
	}
	at := pick(s, s.slots(nil, slot{schema: top, node: root}, 0))
	return Change{File: name, Path: at.path, Value: s.value(at)}, nil
}

func pick[V any](s *Source, from []V) V { return from[s.Intn(len(from))] }

func text(value string) *yaml.Node {
	var node yaml.Node
	node.SetString(value)
	return &node
}
