package stacks_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/output"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/stacks"
)

// configurations are the example sets, by the folder that holds them.
var configurations = []string{"../examples/configurations/wine", "../examples/configurations/branches", "../examples/configurations/one-account", servicesSet}

// load reads an example set, with some of its files replaced, added, or taken away where the text is empty.
func load(t testing.TB, dir string, files map[string]string) *config.Platform {
	t.Helper()
	fsys := filesOf(t, dir)
	for name, text := range files {
		if text == "" {
			delete(fsys, name)
		} else {
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	platform, err := config.LoadFS(fsys)
	require.NoError(t, err)
	return platform
}

// filesOf reads the files of an example set.
func filesOf(t testing.TB, dir string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, pattern := range []string{"platform.yaml", "environments/*.yaml"} {
		names, err := fs.Glob(os.DirFS(dir), pattern)
		require.NoError(t, err)
		for _, name := range names {
			text, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			files[name] = &fstest.MapFile{Data: text}
		}
	}
	return files
}

// written are the stacks that build makes: their Terraform JSON by name.
func written(t testing.TB, build func(app tf.App) error) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	app := tf.NewApp(dir)
	require.NoError(t, build(app))
	require.NoError(t, tf.Synth(app))
	files, err := filepath.Glob(filepath.Join(dir, "stacks", "*", output.StackFile))
	require.NoError(t, err)
	out := map[string][]byte{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		out[filepath.Base(filepath.Dir(file))] = text
	}
	return out
}

// synthesise builds all stacks and returns their Terraform JSON by name. Under -short it skips the test: whole platforms
// for one test alone are what takes time here.
func synthesise(t testing.TB, platform *config.Platform, options stacks.Options) map[string][]byte {
	t.Helper()
	if testing.Short() {
		t.Skip("a whole platform that no other test looks at is not made under -short")
	}
	return all(t, platform, options)
}

func all(t testing.TB, platform *config.Platform, options stacks.Options) map[string][]byte {
	t.Helper()
	out := written(t, func(app tf.App) error { return stacks.Build(app, platform, options) })
	require.ElementsMatch(t, platform.StackNames(), names(out))
	return out
}

// built are the stacks of an example set with some of its files changed, made once for all tests that only look at them.
func built(t testing.TB, dir string, files map[string]string) map[string][]byte {
	t.Helper()
	key := configurationKey(t, dir, files)
	if kept[key] == nil {
		kept[key] = all(t, load(t, dir, files), stacks.Options{})
	}
	return kept[key]
}

// builtOne is one stack of an example set with some of its files changed. The others are not made.
func builtOne(t testing.TB, dir string, files map[string]string, name string) []byte {
	t.Helper()
	return builtOnly(t, dir, files, name)[name]
}

// builtWithRoles is that stack together with the one of the roles that deploy it.
func builtWithRoles(t testing.TB, dir string, files map[string]string, name string) synthtest.Template {
	t.Helper()
	return withRoles(t, builtOnly(t, dir, files, name), name)
}

func builtOnly(t testing.TB, dir string, files map[string]string, name string) map[string][]byte {
	t.Helper()
	key := configurationKey(t, dir, files)
	if out := kept[key]; out != nil {
		return out
	}
	key += name
	if kept[key] == nil {
		kept[key] = written(t, func(app tf.App) error { return stacks.BuildOnly(app, load(t, dir, files), stacks.Options{}, name) })
	}
	return kept[key]
}

// builtWith is one stack of the first set with options, and the one of its roles. Under -short it skips the test, as synthesise does.
func builtWith(t testing.TB, options stacks.Options, name string) map[string][]byte {
	t.Helper()
	if testing.Short() {
		t.Skip("a stack that no other test looks at is not made with options; run the tests without -short")
	}
	platform := load(t, configurations[0], nil)
	return written(t, func(app tf.App) error { return stacks.BuildOnly(app, platform, options, name) })
}

// withRoles is a stack and the one of the roles that deploy it, as if they were one. No address is in both.
func withRoles(t testing.TB, made map[string][]byte, name string) synthtest.Template {
	t.Helper()
	var stack, access map[string]any
	require.NoError(t, json.Unmarshal(made[name], &stack))
	if text, deployed := made[name+config.AccessSuffix]; deployed {
		require.NoError(t, json.Unmarshal(text, &access))
	}
	merge := func(into, from map[string]any) {
		for key, each := range from {
			require.NotContains(t, into, key)
			into[key] = each
		}
	}
	section := func(of map[string]any, name string) map[string]any {
		found, _ := of[name].(map[string]any)
		return found
	}
	for _, name := range []string{"resource", "output"} {
		if stack[name] == nil {
			stack[name] = map[string]any{}
		}
		for key, each := range section(access, name) {
			if inner := section(section(stack, name), key); name == "resource" && inner != nil {
				merge(inner, each.(map[string]any))
			} else {
				merge(section(stack, name), map[string]any{key: each})
			}
		}
	}
	text, err := json.Marshal(stack)
	require.NoError(t, err)
	return synthtest.Parse(t, string(text))
}

// kept are stacks by the configuration that they were made of.
var kept = map[string]map[string][]byte{}

func configurationKey(t testing.TB, dir string, files map[string]string) string {
	t.Helper()
	key, err := json.Marshal([]any{dir, files})
	require.NoError(t, err)
	return string(key)
}

// example are the stacks of the first set.
func example(t testing.TB) map[string][]byte { return built(t, configurations[0], nil) }
