package config_test

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/config"
)

// What cannot be read is one mistake, also where other keys need it.
func TestWhatCannotBeReadIsToldOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("loads a configuration for each of its keys: that each wrong one is told once is not checked; run the tests without -short")
	}
	for _, dir := range []string{"../examples/configurations/branches", "../examples/configurations/services", "../examples/configurations/serving"} {
		all := filesOf(t, dir)
		for name, text := range all {
			var document yaml.Node
			require.NoError(t, yaml.Unmarshal([]byte(text), &document))
			once := func(what string) {
				changed, err := yaml.Marshal(&document)
				require.NoError(t, err)
				broken := maps.Clone(all)
				broken[name] = string(changed)
				_, err = broken.load()
				if told, ok := err.(config.Problems); ok && len(told) > 1 {
					t.Errorf("%s in %s/%s:\n%v", what, dir, name, err)
				}
			}
			var walk func(node *yaml.Node, path string)
			walk = func(node *yaml.Node, path string) {
				if node.Kind != yaml.MappingNode {
					return
				}
				for i := 0; i < len(node.Content); i += 2 {
					key, value, at := node.Content[i].Value, node.Content[i+1], path+"."+node.Content[i].Value
					node.Content[i].Value = key + "x"
					once(at + " misspelt")
					node.Content[i].Value = key
					node.Content[i+1] = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{{Kind: yaml.SequenceNode}}}
					once("a list of lists for " + at)
					node.Content[i+1] = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
					once("nothing for " + at)
					node.Content[i+1] = value
					walk(value, at)
				}
			}
			walk(document.Content[0], "")
		}
	}
}

// filesOf are the files of a configuration.
func filesOf(t *testing.T, dir string) files {
	t.Helper()
	all := files{}
	for _, pattern := range []string{"platform.yaml", "environments/*.yaml"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		require.NoError(t, err)
		for _, path := range found {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			short, err := filepath.Rel(dir, path)
			require.NoError(t, err)
			all[filepath.ToSlash(short)] = string(text)
		}
	}
	require.NotEmpty(t, all)
	return all
}
