package synthtest

import (
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/readable"
)

// A Template is a synthesised stack, parsed.
type Template struct {
	t    testing.TB
	root map[string]any
}

// Parse reads Terraform JSON. It fails the test if a token was left unresolved.
func Parse(t testing.TB, text string) Template {
	t.Helper()
	require.NotContains(t, text, "TfToken[", "an unresolved token is in the output")
	var root map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &root))
	return Template{t: t, root: root}
}

// Resources are the resources of a type, such as "aws_s3_bucket", by name.
func (p Template) Resources(resourceType string) map[string]map[string]any {
	out := map[string]map[string]any{}
	all, _ := p.root["resource"].(map[string]any)
	ofType, _ := all[resourceType].(map[string]any)
	for name, each := range ofType {
		out[name] = each.(map[string]any)
	}
	return out
}

// Names are the names of the resources of a type, sorted.
func (p Template) Names(resourceType string) []string {
	return slices.Sorted(maps.Keys(p.Resources(resourceType)))
}

// One is the only resource of a type. It fails the test if there is none or more than one.
func (p Template) One(resourceType string) map[string]any {
	p.t.Helper()
	all := p.Resources(resourceType)
	require.Len(p.t, all, 1, "resources of type %s", resourceType)
	for _, each := range all {
		return each
	}
	return nil
}

// Where is the only resource of a type whose attribute has this value.
func (p Template) Where(resourceType, attribute, value string) map[string]any {
	p.t.Helper()
	var found []map[string]any
	for _, each := range p.Resources(resourceType) {
		if each[attribute] == value {
			found = append(found, each)
		}
	}
	require.Len(p.t, found, 1, "%s with %s = %q", resourceType, attribute, value)
	return found[0]
}

// Addresses are the Terraform addresses of all resources and data sources, sorted.
func (p Template) Addresses() []string {
	var out []string
	for block, prefix := range map[string]string{"resource": "", "data": "data."} {
		types, _ := p.root[block].(map[string]any)
		for resourceType, names := range types {
			for name := range names.(map[string]any) {
				out = append(out, prefix+resourceType+"."+name)
			}
		}
	}
	sort.Strings(out)
	return out
}

// Counts are the numbers of resources by type.
func (p Template) Counts() map[string]int {
	out := map[string]int{}
	all, _ := p.root["resource"].(map[string]any)
	for resourceType, names := range all {
		out[resourceType] = len(names.(map[string]any))
	}
	return out
}

// Output is the value of an output.
func (p Template) Output(name string) any {
	p.t.Helper()
	outputs, _ := p.root["output"].(map[string]any)
	require.Contains(p.t, outputs, name)
	return outputs[name].(map[string]any)["value"]
}

// Root is the whole template.
func (p Template) Root() map[string]any { return p.root }

// A Statement is a statement of a policy document in a template. Lists of one are lists here.
type Statement struct {
	Sid, Effect string
	Principal   any
	Actions     []string
	Resources   []string
	Condition   map[string]map[string]any
}

// Statements parses a policy document, such as a resource's attribute "policy".
func (p Template) Statements(document any) []Statement {
	p.t.Helper()
	text, ok := document.(string)
	require.True(p.t, ok, "the policy is no string but %v", document)
	var parsed struct {
		Statement []struct {
			Sid, Effect      string
			Principal        any
			Action, Resource any
			Condition        map[string]map[string]any
		}
	}
	require.NoError(p.t, json.Unmarshal([]byte(text), &parsed))
	out := make([]Statement, len(parsed.Statement))
	for i, s := range parsed.Statement {
		out[i] = Statement{s.Sid, s.Effect, s.Principal, list(s.Action), list(s.Resource), s.Condition}
	}
	return out
}

// Allowing are the statements of the document that allow the action.
func (p Template) Allowing(document any, action string) []Statement {
	p.t.Helper()
	var out []Statement
	for _, s := range p.Statements(document) {
		for _, each := range s.Actions {
			if s.Effect == "Allow" && strings.EqualFold(each, action) {
				out = append(out, s)
			}
		}
	}
	return out
}

func list(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, each := range v {
			out = append(out, each.(string))
		}
		return out
	}
	return nil
}

// Golden compares the resources and outputs of the template with testdata/<name>.json, policies shown as JSON. The test of
// package constructs plans those files.
func (p Template) Golden(name string) {
	p.t.Helper()
	subset := map[string]any{}
	for _, block := range []string{"locals", "resource", "data", "output"} {
		if content, ok := p.root[block]; ok {
			subset[block] = content
		}
	}
	text, err := json.Marshal(subset)
	require.NoError(p.t, err)
	rendered, err := readable.JSON(text)
	require.NoError(p.t, err)
	golden.Assert(p.t, "testdata/"+name+".json", rendered)
}

// Text is the whole template as JSON with sorted keys.
func (p Template) Text() string {
	p.t.Helper()
	text, err := json.MarshalIndent(p.root, "", "  ")
	require.NoError(p.t, err)
	return string(text)
}
