package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/config"
)

// A section that cannot be read is one mistake, also where other sections need it.
func TestSectionThatCannotBeReadIsToldOnce(t *testing.T) {
	for _, dir := range examples {
		all := filesOf(t, dir)
		for name := range all {
			var document yaml.Node
			require.NoError(t, yaml.Unmarshal([]byte(all[name]), &document))
			top := document.Content[0]
			for i := 0; i < len(top.Content); i += 2 {
				key, value := top.Content[i], top.Content[i+1]
				if value.Kind != yaml.MappingNode || key.Value == "tags" || key.Value == "extensions" {
					continue
				}
				for wrong, change := range map[string]func(){
					"misspelt": func() { key.Value += "x" },
					"empty":    func() { top.Content[i+1] = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"} },
					"list":     func() { top.Content[i+1] = &yaml.Node{Kind: yaml.SequenceNode} },
				} {
					before := key.Value
					change()
					text, err := yaml.Marshal(&document)
					require.NoError(t, err)
					key.Value, top.Content[i+1] = before, value
					broken := files{}
					for each := range all {
						broken[each] = all[each]
					}
					broken[name] = string(text)
					_, err = broken.load()
					var told config.Problems
					require.ErrorAs(t, err, &told, "%s %s of %s/%s", wrong, before, dir, name)
					if len(told) != 1 {
						t.Errorf("%s %s of %s/%s:\n%v", wrong, before, dir, name, err)
					}
				}
			}
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
	return all
}
