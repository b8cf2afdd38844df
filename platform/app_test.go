package platform_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/platform"
)

// TestMain has one jsii runtime for all runs of the command line: starting it is half the time of a small run.
func TestMain(m *testing.M) {
	code := m.Run()
	tf.CloseRuntime()
	os.Exit(code)
}

const example = "../examples/configurations/wine"

func run(args ...string) (code int, stdout, stderr string) {
	var out, problems bytes.Buffer
	code = platform.Run(args, &out, &problems)
	return code, out.String(), problems.String()
}

// copyExample is a copy of the example configuration that a test may spoil.
func copyExample(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.CopyFS(dir, os.DirFS(example)))
	return dir
}

// contents are all files of a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		out[strings.TrimPrefix(path, dir)] = string(text)
		return err
	}))
	return out
}

func TestHelp(t *testing.T) {
	code, out, _ := run("--help")
	require.Zero(t, code)
	for _, word := range []string{"synth", "validate", "list", "schema", "--config", "--output", "--profile", "--local-state", "CDKTF_OUTDIR", "Exit codes"} {
		require.Contains(t, out, word)
	}
}

func TestUsageErrors(t *testing.T) {
	for want, args := range map[string][]string{
		"\"vaildate\" is no command of mlplatform; see mlplatform --help (did you mean validate?)\n": {"vaildate"},
		"\"deploy\" is no command of mlplatform; see mlplatform --help\n":                            {"deploy"},
		"\"dev\" is no command of mlplatform synth; see mlplatform synth --help\n":                   {"synth", "dev"},
		"unknown flag: --outptu; see mlplatform --help\n":                                            {"--outptu", "x"},
		"flag needs an argument: --config; see mlplatform validate --help\n":                         {"validate", "--config"},
	} {
		code, out, problems := run(args...)
		require.Equal(t, 1, code, args)
		require.Empty(t, out, args)
		require.Equal(t, want, problems, args)
	}
}

func TestValidate(t *testing.T) {
	code, out, _ := run("validate", "--config", example)
	require.Zero(t, code)
	require.Equal(t, example+" is valid: project wine with 3 environments\n", out)

	dir := copyExample(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "environments", "dev.yaml"), []byte("acount: 222222222222\n"), 0o644))
	code, out, problems := run("validate", "--config", dir)
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Contains(t, problems, filepath.Join(dir, "environments", "dev.yaml")+":1:1: ")
	require.Contains(t, problems, "account")
	require.Regexp(t, `\n\d+ problems in the configuration; nothing was written\n$`, problems)

	code, _, problems = run("validate", "--config", filepath.Join(dir, "nowhere"))
	require.Equal(t, 1, code)
	require.Contains(t, problems, "there is no such folder")
}

func TestList(t *testing.T) {
	code, out, _ := run("list", "--config", example)
	require.Zero(t, code)
	require.Equal(t, `STACK              ACCOUNT       REGION
state              111111111111  us-west-2
operations-access  111111111111  us-west-2
operations         111111111111  us-west-2
dev-access         222222222222  us-west-2
dev                222222222222  us-west-2
staging-access     333333333333  us-west-2
staging            333333333333  us-west-2
prod-access        444444444444  us-west-2
prod               444444444444  us-west-2
`, out)
}

func TestSchema(t *testing.T) {
	code, out, _ := run("schema")
	require.Zero(t, code)
	require.True(t, json.Valid([]byte(out)))
}

func TestSynth(t *testing.T) {
	dir := copyExample(t)
	target := filepath.Join(t.TempDir(), "cdktf.out")
	code, out, problems := run("--config", dir, "--output", target)
	require.Zero(t, code, problems)
	require.Regexp(t, `(?m)^dev +new  \d+ resources: \d+ \w+`, out)
	require.Regexp(t, `9 stacks in .*, \d+\.\d\d s\n$`, out)
	first := contents(t, target)
	require.Contains(t, first, "/stacks/dev/cdk.tf.json")
	require.Contains(t, first, "/manifest.json")

	t.Run("again", func(t *testing.T) {
		code, out, problems := run("synth", "--config", dir, "--output", target)
		require.Zero(t, code, problems)
		require.Len(t, regexp.MustCompile(`(?m)^\w+ +unchanged  `).FindAllString(out, -1), 5, out)
		require.Equal(t, first, contents(t, target))
	})

	dev := filepath.Join(dir, "environments", "dev.yaml")
	text, err := os.ReadFile(dev)
	require.NoError(t, err)

	t.Run("with a problem", func(t *testing.T) {
		require.NoError(t, os.WriteFile(dev, bytes.Replace(text, []byte("10.10.0.0/16"), []byte("8.8.0.0/16"), 1), 0o644))
		code, out, problems := run("synth", "--config", dir, "--output", target)
		require.Equal(t, 1, code)
		require.Empty(t, out)
		require.Contains(t, problems, "dev.yaml:11:9: network.cidr: 8.8.0.0/16 is not private")
		require.Contains(t, problems, "1 problem in the configuration; nothing was written\n")
		require.Equal(t, first, contents(t, target))
		left, err := os.ReadDir(filepath.Dir(target))
		require.NoError(t, err)
		require.Len(t, left, 1, "something was left beside the output")
	})

	t.Run("with a change", func(t *testing.T) {
		require.NoError(t, os.WriteFile(dev, bytes.Replace(text, []byte("availabilityZones: 2"), []byte("availabilityZones: 3"), 1), 0o644))
		t.Setenv("CDKTF_OUTDIR", target)
		code, out, problems := run("--config", dir)
		require.Zero(t, code, problems)
		require.Regexp(t, `(?m)^dev +\+\d+ ~\d+ `, out)
		require.Regexp(t, `(?m)^prod +unchanged `, out)
	})
}

// TestFastStartChangesNothing: each stack of each example is the same, byte for byte, without any part of the fast start,
// which is with the stock provider.
func TestFastStartChangesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("stacks are not compared with those of the stock provider, which takes seconds and a gigabyte to load")
	}
	examples := []string{example, "../examples/configurations/branches", "../examples/configurations/one-account"}
	fast, err := platform.Build(t.TempDir(), examples...)
	require.NoError(t, err)
	for _, off := range []string{"references", "all"} {
		t.Setenv("FASTSTART_OFF", off)
		slow, err := platform.Build(t.TempDir(), examples...)
		require.NoError(t, err)
		for i, dir := range examples {
			want := contents(t, slow[i])
			require.NotEmpty(t, want)
			require.Equal(t, want, contents(t, fast[i]), "%s without %s", dir, off)
		}
	}
}
