package platformmap

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// A stackJSON is the Terraform JSON of one stack.
type stackJSON struct {
	name      string
	resources []*resource // sorted by address
	byAddress map[string]*resource
	outputs   map[string]any
	backend   body // of S3, or nil
}

// A resource of a stack.
type resource struct {
	stack, kind, address string
	// path is where it stands in the tree of constructs, without the stack.
	path []string
	body body
	// text is the body as JSON, in which references are looked for.
	text string
}

type body map[string]any

func (b body) text(key string) string { text, _ := b[key].(string); return text }

// block is a nested block, which Terraform JSON holds as an object or as a list.
func (b body) block(key string) body {
	switch value := b[key].(type) {
	case map[string]any:
		return value
	case []any:
		if len(value) > 0 {
			if first, ok := value[0].(map[string]any); ok {
				return first
			}
		}
	}
	return nil
}

func (b body) texts(key string) []string { return texts(b[key]) }

// texts are the texts of a list, or the one text that stands for a list.
func texts(value any) []string {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		var all []string
		for _, each := range value {
			all = append(all, texts(each)...)
		}
		return all
	}
	return nil
}

func parse(name string, text []byte) (*stackJSON, error) {
	var root struct {
		Resource  map[string]map[string]body
		Output    map[string]body
		Terraform struct{ Backend struct{ S3 body } }
	}
	if err := json.Unmarshal(text, &root); err != nil {
		return nil, fmt.Errorf("the stack %s is no Terraform JSON: %w", name, err)
	}
	t := &stackJSON{name: name, byAddress: map[string]*resource{}, outputs: map[string]any{}, backend: root.Terraform.Backend.S3}
	for key, output := range root.Output {
		t.outputs[key] = output["value"]
	}
	for _, kind := range slices.Sorted(maps.Keys(root.Resource)) {
		for _, id := range slices.Sorted(maps.Keys(root.Resource[kind])) {
			body := root.Resource[kind][id]
			r := &resource{stack: name, kind: kind, address: kind + "." + id, body: body}
			metadata, _ := body["//"].(map[string]any)
			inner, _ := metadata["metadata"].(map[string]any)
			path, _ := inner["path"].(string)
			r.path = strings.Split(strings.TrimPrefix(path, name+"/"), "/")
			delete(body, "//")
			text, err := json.Marshal(body)
			if err != nil {
				return nil, err
			}
			r.text = string(text)
			t.resources = append(t.resources, r)
			t.byAddress[r.address] = r
		}
	}
	return t, nil
}

var referencePattern = lazyregexp.New(`\$\{(?:[a-z]+\()?([a-z0-9_]+\.[A-Za-z0-9_-]+)[.\[]`)

// references are the resources of the stack to which the text refers, each once, in the order of the text.
func (t *stackJSON) references(text string) []*resource {
	var all []*resource
	for _, match := range referencePattern.FindAllStringSubmatch(text, -1) {
		if found := t.byAddress[match[1]]; found != nil && !slices.Contains(all, found) {
			all = append(all, found)
		}
	}
	return all
}

// of are the resources of one type.
func (t *stackJSON) of(kind string) []*resource {
	var all []*resource
	for _, each := range t.resources {
		if each.kind == kind {
			all = append(all, each)
		}
	}
	return all
}

// within reports whether the resource stands in the tree below a path.
func (r *resource) within(path []string) bool {
	return len(path) <= len(r.path) && slices.Equal(path, r.path[:len(path)])
}

// shared is how much of their paths two resources have in common.
func shared(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
