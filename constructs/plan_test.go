package constructs_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/readable"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

// notPlanned are golden files of stacks that are no whole root module, or that use what came to the provider lately.
var notPlanned = map[string]string{
	"githubrunner/testdata/everything.json": "has source.auth, which came to the provider lately",
	"jobnetwork/testdata/everything.json":   "names a VPC that is made elsewhere",
	"helmrelease/testdata/defaults.json":    "is of the Helm provider, against whose arguments its own test holds it",
	"helmrelease/testdata/everything.json":  "is of the Helm provider, against whose arguments its own test holds it",
}

// settings are what synthtest gives its stacks beside their resources, and golden files leave out.
var settings = map[string]any{
	"terraform": map[string]any{"required_version": ">= 1.11.0"},
	"provider":  map[string]any{"aws": []any{map[string]any{"region": "us-west-2", "allowed_account_ids": []any{"222222222222"}}}},
}

// TestPlan plans what the golden files of all constructs hold, which the tests of the constructs compare with what they make, and
// those of examples that consist of constructs alone.
func TestPlan(t *testing.T) {
	files, err := filepath.Glob("*/testdata/*.json")
	require.NoError(t, err)
	examples, err := filepath.Glob("../examples/*/testdata/stack.json")
	require.NoError(t, err)
	require.Len(t, examples, 2)
	constructs := map[string]bool{}
	var stacks []terraform.Stack
	for _, file := range append(files, examples...) {
		construct, _, _ := strings.Cut(strings.TrimPrefix(filepath.ToSlash(file), "../"), "/")
		constructs[construct] = true
		if _, except := notPlanned[filepath.ToSlash(file)]; except {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		text, err = readable.Terraform(text)
		require.NoError(t, err, file)
		var stack map[string]any
		require.NoError(t, json.Unmarshal(text, &stack), file)
		require.Contains(t, stack, "resource", file)
		maps.Copy(stack, settings)
		text, err = json.Marshal(stack)
		require.NoError(t, err)
		stacks = append(stacks, terraform.Stack{Name: strings.Replace(strings.TrimPrefix(filepath.ToSlash(file), "../"), "/testdata/", "/", 1), JSON: text})
	}
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, entry := range entries {
		if entry.IsDir() && entry.Name() != "internal" && entry.Name() != "site" {
			require.Contains(t, constructs, entry.Name(), "a construct without a golden file")
		}
	}
	terraform.Plan(t, stacks...)
}
