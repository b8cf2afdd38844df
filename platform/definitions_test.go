package platform_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDefinitions(t *testing.T) {
	if testing.Short() {
		t.Skip("the stacks of an example are not made twice for their pipelines under -short")
	}
	dir := filepath.Join(t.TempDir(), "definitions")
	code, out, problems := run("definitions", "--config", example, "--output", dir)
	require.Zero(t, code, problems)
	want := []string{"/dev/wine-dev-training.json", "/staging/wine-staging-training.json", "/prod/wine-prod-training.json"}
	require.Equal(t, dir+strings.Join(want, "\n"+dir)+"\n", out)
	first := contents(t, dir)
	require.Len(t, first, 3)
	for _, file := range want {
		var definition struct {
			Version string
			Steps   []any
		}
		require.NoError(t, json.Unmarshal([]byte(first[file]), &definition), file)
		require.Equal(t, "2020-12-01", definition.Version)
		require.NotEmpty(t, definition.Steps)
		require.NotContains(t, first[file], "${", "only Terraform would know it")
		require.True(t, strings.HasSuffix(first[file], "}\n"))
	}

	code, _, problems = run("definitions", "--config", example, "--output", dir)
	require.Zero(t, code, problems)
	require.Equal(t, first, contents(t, dir), "the same bytes each time")
}

func TestDefinitionsOfNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "definitions")
	code, out, problems := run("definitions", "--config", "../examples/configurations/branches", "-o", dir)
	require.Zero(t, code, problems)
	require.Equal(t, "no environment has a training pipeline; nothing was written\n", out)
	require.NoDirExists(t, dir)
}

func TestDefinitionsThatCannotBeWritten(t *testing.T) {
	config := copyExample(t)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	code, out, problems := run("definitions", "--config", config, "--output", file)
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Contains(t, problems, "not a directory")

	require.NoError(t, os.WriteFile(filepath.Join(config, "environments", "dev.yaml"), []byte("acount: 222222222222\n"), 0o644))
	code, out, problems = run("definitions", "--config", config, "--output", t.TempDir())
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Contains(t, problems, "acount: is no key here")
}
