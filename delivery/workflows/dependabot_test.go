package workflows_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/delivery/workflows"
	"github.com/mlplatform/mlplatform/internal/golden"
)

// TestDependabot: what the repository has is what is proposed to be updated, in the form that GitHub takes.
func TestDependabot(t *testing.T) {
	top := t.TempDir()
	for _, name := range []string{
		"go.mod", "images/a/Dockerfile", "images/a/requirements.txt", "images/b/Dockerfile", "ui/package-lock.json", "charts/x/Chart.yaml", "tools/go.mod",
		"ui/node_modules/y/package-lock.json", ".cache/go.mod", "cdktf.out/go.mod", "README.md",
	} {
		require.NoError(t, os.MkdirAll(filepath.Join(top, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(top, name), nil, 0o644))
	}
	manifests, err := workflows.Manifests(top)
	require.NoError(t, err)
	require.Equal(t, []string{"charts/x/Chart.yaml", "go.mod", "images/a/Dockerfile", "images/a/requirements.txt", "images/b/Dockerfile", "tools/go.mod", "ui/package-lock.json"}, manifests)

	files, err := workflows.Generate(load(t, configurations["branches"]), workflows.Options{Manifests: manifests})
	require.NoError(t, err)
	used := map[string]bool{}
	var text []byte
	for _, file := range files {
		if file.Path == ".github/dependabot.yml" {
			text = file.Content
		}
		for _, match := range regexp.MustCompile(`uses: ([^@\s.]+)@`).FindAllStringSubmatch(string(file.Content), -1) {
			used[match[1]] = true
		}
	}
	golden.Assert(t, "testdata/dependabot.yml", text)
	require.True(t, bytes.HasPrefix(text, []byte(workflows.Mark)))

	// What the generated workflows use, which would be written over, is not proposed.
	require.Len(t, used, strings.Count(string(text), "dependency-name: "))
	for action := range used {
		require.Contains(t, string(text), "dependency-name: "+action+"\n")
	}

	schema, err := os.ReadFile("testdata/dependabot-2.0.json")
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("dependabot.json", document))
	compiled, err := compiler.Compile("dependabot.json")
	require.NoError(t, err)
	var value any
	require.NoError(t, yaml.Unmarshal(text, &value))
	require.NoError(t, compiled.Validate(value))
}
