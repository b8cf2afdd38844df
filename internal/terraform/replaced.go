package terraform

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/stretchr/testify/require"
)

// Resources are bodies of resources by type and name. Nested blocks are lists, as in a state.
type Resources map[string]map[string]map[string]any

// Replaced plans a change of resources that exist as before says, and returns the addresses of those that Terraform
// would replace, each with the arguments because of which it would.
func (r *Runner) Replaced(before, after Resources) map[string][]string {
	r.t.Helper()
	root := map[string]any{
		"terraform": map[string]any{"required_providers": requiredProviders},
		"provider":  map[string]any{"aws": map[string]any{"region": "us-west-2"}},
		"resource":  after,
	}
	config, err := json.Marshal(root)
	require.NoError(r.t, err)
	dir := r.t.TempDir()
	require.NoError(r.t, os.WriteFile(filepath.Join(dir, "cdk.tf.json"), config, 0o644))
	r.initialise(dir)
	server := identity()
	defer server.Close()
	r.writeState(dir, before)
	r.run(dir, server.URL, "plan", "-no-color", "-input=false", "-lock=false", "-refresh=false", "-out=plan")
	text, err := r.command(dir, "", "show", "-json", "plan").Output()
	require.NoError(r.t, err)
	var plan struct {
		Changes []struct {
			Address string
			Change  struct {
				Actions []string
				Paths   [][]any `json:"replace_paths"`
			}
		} `json:"resource_changes"`
	}
	require.NoError(r.t, json.Unmarshal(text, &plan))
	out := map[string][]string{}
	for _, each := range plan.Changes {
		if !slices.Contains(each.Change.Actions, "delete") || !slices.Contains(each.Change.Actions, "create") {
			continue
		}
		arguments := []string{}
		for _, path := range each.Change.Paths {
			arguments = append(arguments, path[0].(string))
		}
		out[each.Address] = arguments
	}
	return out
}

// writeState writes a state in which these resources exist.
func (r *Runner) writeState(dir string, resources Resources) {
	r.t.Helper()
	text, err := r.command(dir, "", "providers", "schema", "-json").Output()
	require.NoError(r.t, err)
	var schemas struct {
		Providers map[string]struct {
			Resources map[string]struct {
				Version int
				Block   struct{ Attributes map[string]json.RawMessage }
			} `json:"resource_schemas"`
		} `json:"provider_schemas"`
	}
	require.NoError(r.t, json.Unmarshal(text, &schemas))
	const source = "registry.terraform.io/hashicorp/aws"
	var instances []any
	for resourceType, named := range resources {
		schema, found := schemas.Providers[source].Resources[resourceType]
		require.True(r.t, found, "the provider has no %s", resourceType)
		for name, body := range named {
			attributes := map[string]any{"id": name}
			if _, has := schema.Block.Attributes["arn"]; has {
				attributes["arn"] = "arn:aws:service:us-west-2:" + Account + ":" + name
			}
			maps.Copy(attributes, body)
			instances = append(instances, map[string]any{
				"mode": "managed", "type": resourceType, "name": name, "provider": `provider["` + source + `"]`,
				"instances": []any{map[string]any{"schema_version": schema.Version, "attributes": attributes}},
			})
		}
	}
	state, err := json.Marshal(map[string]any{"version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "test", "resources": instances})
	require.NoError(r.t, err)
	require.NoError(r.t, os.WriteFile(filepath.Join(dir, "terraform.tfstate"), state, 0o644))
}
