// Package helmschema checks Terraform's JSON for the Helm provider against that provider's arguments, as its archived bindings
// of npm describe them, where the provider itself is out of reach.
package helmschema

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/npm"
)

// ProviderVersion is the version of the provider that the bindings describe.
const ProviderVersion = "3.1.1"

const module = "@cdktf/provider-helm"

// structure is an object of the provider: its arguments by their names in Terraform.
type structure map[string]argument

type argument struct {
	required bool
	kind     kind
}

// kind is what a value must be: "string", "number", "boolean", "array" or "map" of element, or an object of the structure.
type kind struct {
	name      string
	element   *kind
	structure string
}

type bindings struct{ structures map[string]structure }

type jsiiType struct {
	Primitive  string
	FQN        string
	Collection *struct {
		ElementType jsiiType
		Kind        string
	}
	Union *struct{ Types []jsiiType }
}

var load = sync.OnceValues(func() (*bindings, error) {
	dir, err := npm.Folder("internal/helmschema", module)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "node_modules", filepath.FromSlash(module), ".jsii"))
	if err != nil {
		return nil, err
	}
	return parse(text)
})

func parse(text []byte) (*bindings, error) {
	var assembly struct {
		Readme struct{ Markdown string }
		Types  map[string]struct {
			Kind       string
			Properties []struct {
				Name     string
				Optional bool
				Type     jsiiType
			}
		}
	}
	if err := json.Unmarshal(text, &assembly); err != nil {
		return nil, err
	}
	if !strings.Contains(assembly.Readme.Markdown, "provider version "+ProviderVersion) {
		return nil, fmt.Errorf("the bindings are not those of provider %s", ProviderVersion)
	}
	b := &bindings{structures: map[string]structure{}}
	for name, each := range assembly.Types {
		if each.Kind != "interface" {
			continue
		}
		of := structure{}
		for _, property := range each.Properties {
			of[snake(property.Name)] = argument{required: !property.Optional, kind: kindOf(property.Type)}
		}
		b.structures[name] = of
	}
	return b, nil
}

var upper = lazyregexp.New(`[A-Z]`)

func snake(camel string) string {
	return upper.ReplaceAllStringFunc(camel, func(letter string) string { return "_" + strings.ToLower(letter) })
}

func kindOf(t jsiiType) kind {
	switch {
	case t.Primitive != "":
		return kind{name: t.Primitive}
	case t.Collection != nil:
		element := kindOf(t.Collection.ElementType)
		return kind{name: t.Collection.Kind, element: &element}
	case t.Union != nil:
		for _, each := range t.Union.Types {
			if each.FQN != "cdktf.IResolvable" {
				return kindOf(each)
			}
		}
	}
	return kind{name: "object", structure: t.FQN}
}

// Check reports what of the template's Helm provider and releases the provider would refuse.
func Check(t testing.TB, template map[string]any) {
	t.Helper()
	b, err := load()
	npm.Skip(t, "stacks are not held against the arguments of the Helm provider", err)
	for _, each := range b.check(template) {
		t.Error(each)
	}
}

func (b *bindings) check(template map[string]any) (problems []string) {
	providers, _ := dig(template, "provider", "helm").([]any)
	for _, each := range providers {
		problems = append(problems, b.value("provider.helm", each, kind{name: "object", structure: module + ".provider.HelmProviderConfig"})...)
	}
	releases, _ := dig(template, "resource", "helm_release").(map[string]any)
	if len(releases) > 0 && len(providers) != 1 {
		problems = append(problems, fmt.Sprintf("provider.helm: there are %d", len(providers)))
	}
	for name, each := range releases {
		problems = append(problems, b.value("helm_release."+name, each, kind{name: "object", structure: module + ".release.ReleaseConfig"})...)
	}
	slices.Sort(problems)
	return problems
}

// meta are arguments of every resource.
var meta = []string{"depends_on", "lifecycle", "provider", "//"}

func (b *bindings) value(at string, value any, of kind) (problems []string) {
	text, isText := value.(string)
	if isText && strings.HasPrefix(text, "${") && strings.HasSuffix(text, "}") {
		return nil // what Terraform alone knows can be of any type
	}
	wrong := []string{fmt.Sprintf("%s: %v is no %s", at, value, of.name)}
	switch of.name {
	case "string":
		if !isText {
			return wrong
		}
	case "number":
		if _, ok := value.(float64); !ok {
			return wrong
		}
	case "boolean":
		if _, ok := value.(bool); !ok {
			return wrong
		}
	case "array":
		list, ok := value.([]any)
		if !ok {
			return wrong
		}
		for i, each := range list {
			problems = append(problems, b.value(fmt.Sprintf("%s[%d]", at, i), each, *of.element)...)
		}
	case "map":
		object, ok := value.(map[string]any)
		if !ok {
			return wrong
		}
		for key, each := range object {
			problems = append(problems, b.value(at+"."+key, each, *of.element)...)
		}
	default:
		object, ok := value.(map[string]any)
		if !ok {
			return wrong
		}
		return b.object(at, object, of.structure)
	}
	return problems
}

func (b *bindings) object(at string, object map[string]any, structure string) (problems []string) {
	known, ok := b.structures[structure]
	if !ok {
		return []string{at + ": the bindings have no " + structure}
	}
	for key, each := range object {
		if argument, ok := known[key]; ok {
			problems = append(problems, b.value(at+"."+key, each, argument.kind)...)
		} else if !slices.Contains(meta, key) || structure != module+".release.ReleaseConfig" {
			problems = append(problems, at+": has no argument "+key)
		}
	}
	for key, argument := range known {
		if _, given := object[key]; argument.required && !given {
			problems = append(problems, at+": lacks "+key)
		}
	}
	return problems
}

func dig(from any, keys ...string) any {
	for _, key := range keys {
		object, _ := from.(map[string]any)
		from = object[key]
	}
	return from
}
