package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mlplatform/mlplatform/config"
)

// FuzzLoad looks for texts on which the loader panics, or says something that nobody could use.
func FuzzLoad(f *testing.F) {
	for _, dir := range examples {
		platform, err := os.ReadFile(dir + "/platform.yaml")
		require.NoError(f, err)
		names, err := filepath.Glob(dir + "/environments/*.yaml")
		require.NoError(f, err)
		for _, name := range names {
			text, err := os.ReadFile(name)
			require.NoError(f, err)
			f.Add(string(platform), string(text))
		}
	}
	for _, test := range badInputs {
		if text := test.files["environments/dev.yaml"]; len(text) < 4096 {
			f.Add(test.files["platform.yaml"], text)
		}
	}
	f.Fuzz(func(t *testing.T, platform, dev string) {
		loaded, err := files{
			"platform.yaml": platform, "environments/dev.yaml": dev,
			"environments/prod.yaml": "account: \"444444444444\"\npromotion: { branches: [release] }\nnetwork: { cidr: 10.99.0.0/16 }\n",
		}.load()
		if err == nil {
			require.NotEmpty(t, loaded.StackNames())
			for _, store := range loaded.StateStores() {
				require.LessOrEqual(t, len(store.Bucket), 63)
				require.NotContains(t, store.Bucket+store.Table, "<")
			}
			return
		}
		require.Nil(t, loaded)
		var problems config.Problems
		require.True(t, errors.As(err, &problems))
		for _, each := range problems {
			require.NotEmpty(t, each.File)
			require.NotEmpty(t, each.Message)
			require.NotContains(t, each.Error(), "\n", "a problem is one line")
			require.True(t, utf8.ValidString(each.Error()))
			text := map[string]string{"platform.yaml": platform, "environments/dev.yaml": dev}[each.File]
			if each.File != "environments/prod.yaml" {
				require.LessOrEqual(t, each.Line, linesOf(text)+1, "beyond the line after the end")
			}
		}
	})
}

// linesOf counts lines as YAML does, for which some more characters than the line feed end one.
func linesOf(text string) int {
	return 1 + strings.Count(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text), "\n")
}

// chosen are names in the example that its author chose.
var chosen = []string{"general", "gpu", "wine-model", "eta", "gamma", "min_child_weight", "subsample"}

// Whatever key is misspelt in one place, the loader names it with its line.
func TestEveryMisspeltKeyIsFound(t *testing.T) {
	text, err := os.ReadFile("environments/prod.yaml")
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
		key, rest, found := strings.Cut(strings.TrimSpace(lines[at]), ":")
		if !found || strings.HasPrefix(key, "#") || strings.HasPrefix(key, "- ") || slices.Contains(chosen, key) {
			t.Skip("no key of ours")
		}
		changed := append([]string(nil), lines...)
		changed[at] = lines[at][:strings.Index(lines[at], key)] + key + "Qq:" + rest
		_, err := small(files{"environments/prod.yaml": strings.Join(changed, "\n")}).load()
		var problems config.Problems
		require.True(t, errors.As(err, &problems))
		reported := false
		for _, each := range problems {
			reported = reported || each.Line == at+1 && each.Value == key+"Qq" && each.Message == "is no key here"
		}
		require.True(t, reported, "%s", err)
	})
}

// Two loads of the same files say the same, and problems are in the order of the lines.
func TestLoadIsDeterministic(t *testing.T) {
	for _, test := range badInputs {
		_, first := test.files.load()
		for range 3 {
			_, again := test.files.load()
			require.Equal(t, first, again, test.name)
		}
		var problems config.Problems
		require.True(t, errors.As(first, &problems))
		for i := 1; i < len(problems); i++ {
			if a, b := problems[i-1], problems[i]; a.File == b.File {
				require.LessOrEqual(t, a.Line, b.Line, test.name)
			}
		}
	}
}
