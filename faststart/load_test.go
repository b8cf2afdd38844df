package faststart_test

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/faststart"
)

// With reportVariable the test binary is a program that starts the runtime, and says what that made of the machine.
const reportVariable = "FASTSTART_TEST_REPORT"

func report() {
	if err := faststart.Load(nil); err != nil {
		fmt.Println(err)
		return
	}
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(os.Getenv(reportVariable)), StackTraces: jsii.Bool(false)})
	values(cdktf.NewTerraformStack(app, jsii.String("values")))
	app.Synth()
	options, set := os.LookupEnv("NODE_OPTIONS")
	fmt.Printf("processes=%d bundled=%t set=%t options=%q\n", descendants(os.Getpid()), unpacked("cdktf") < 10, set, options)
	faststart.Close()
	fmt.Fprintln(os.Stderr, late)
}

// values makes outputs of everything that CDKTF's resolution of tokens tells apart.
func values(stack cdktf.TerraformStack) {
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("terraform.tfstate")})
	local := cdktf.NewTerraformLocal(stack, jsii.String("local"), 5)
	text, number, list := *local.AsString(), local.AsNumber(), local.AsList()
	for i, value := range []any{
		"", "plain", "1e5", "-1e+5", "a.e", "3|e4", "-1.8881545897087505e+289", "e+289", "{", "{}", "${path.module}", "$${escaped}", "%{ if true }x%{ endif }",
		"a-e-b", "1e.", "|e|", "TfToken[", "#{TfToken", `{"a":{"b":"` + text + `"},"c":"${path.root}","d":{"e":"` + text + `}"}}`, `{"a":{}}` + text + "${x}", "${y}{}" + text + "}{",
		"#{x}", "&{y}", "}", "say \"x\"", "back\\slash", "ligne\nsuivante", "é\u2028", text, "before " + text + " after", text + text, fmt.Sprint(*number), number,
		list, true, false, nil, 0, 1.5, []any{}, []any{"a", nil, text}, map[string]any{}, map[string]any{"a": nil, "e": "1e5", "1e5": text, "nested": map[string]any{"b": []any{text}}},
		cdktf.Fn_Join(jsii.String(","), &[]*string{jsii.String("1e5"), jsii.String(text)}), cdktf.Fn_LengthOf([]string{"a"}),
	} {
		if value == nil {
			value = cdktf.Token_NullValue()
		}
		cdktf.NewTerraformOutput(stack, jsii.String(fmt.Sprintf("value-%d", i)), &cdktf.TerraformOutputConfig{Value: value})
	}
}

// descendants counts the processes below this one, which Linux tells in /proc.
func descendants(pid int) int {
	count := 0
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		for _, child := range strings.Fields(string(text)) {
			var id int
			_, _ = fmt.Sscan(child, &id)
			count += 1 + descendants(id)
		}
	}
	return count
}

// unpacked counts the files of a package in the cache of the runtime.
func unpacked(name string) (count int) {
	_ = filepath.WalkDir(filepath.Join(os.Getenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT"), name), func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			count++
		}
		return nil
	})
	return count
}

func TestRuntimeStarts(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processes are counted in /proc, which is on Linux only")
	}
	outputs := map[string][]string{}
	for _, test := range []struct{ variables, want string }{
		{"", `processes=1 bundled=true set=false options=""`},
		{"FASTSTART_OFF=traces", `processes=1 bundled=true set=false options=""`},
		{"FASTSTART_OFF=wrapper", `processes=2 bundled=true set=false options=""`},
		{"FASTSTART_OFF=cdktf,provider", `processes=1 bundled=false set=false options=""`},
		{"FASTSTART_OFF=all", `processes=2 bundled=false set=false options=""`},
		{"NODE_OPTIONS=--max-old-space-size=2000", `processes=2 bundled=true set=true options="--max-old-space-size=2000"`},
		{"FASTSTART_OFF=wraper,provider,trace", "FASTSTART_OFF: \"wraper\" is no part of the fast start; use all or some of wrapper, answers, texts, traces, optimiser, heap, cdktf, provider, references, separated by commas\n" +
			"FASTSTART_OFF: \"trace\" is no part of the fast start; use all or some of wrapper, answers, texts, traces, optimiser, heap, cdktf, provider, references, separated by commas"},
	} {
		if testing.Short() && strings.Contains(test.want, "bundled=false") {
			continue // unpacking the stock package takes seconds
		}
		command := exec.Command(os.Args[0])
		for _, variable := range os.Environ() {
			if name, _, _ := strings.Cut(variable, "="); name != "NODE_OPTIONS" && name != "JSII_RUNTIME" && name != "FASTSTART_OFF" {
				command.Env = append(command.Env, variable)
			}
		}
		output := t.TempDir()
		command.Env = append(command.Env, reportVariable+"="+output, "JSII_RUNTIME_PACKAGE_CACHE_ROOT="+t.TempDir())
		if test.variables != "" {
			command.Env = append(command.Env, test.variables)
		}
		out, err := command.Output()
		require.NoError(t, err)
		require.Equal(t, test.want, strings.TrimSpace(string(out)), "with %q", test.variables)
		if !strings.HasPrefix(test.want, "processes") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(output, "stacks", "values", "cdk.tf.json"))
		require.NoError(t, err)
		outputs[string(text)] = append(outputs[string(text)], test.variables)
	}
	require.Len(t, outputs, 1, "the output depends on how the program starts")
}

// TestZippedAsset covers the one program that CDKTF starts: a file of its own, which must stand beside the bundle.
func TestZippedAsset(t *testing.T) {
	source := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(source, "handler.py"), []byte("def handler(event, context): pass\n"), 0o644))
	output := t.TempDir()
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(output)})
	stack := cdktf.NewTerraformStack(app, jsii.String("assets"))
	cdktf.NewTerraformAsset(stack, jsii.String("code"), &cdktf.TerraformAssetConfig{Path: jsii.String(source), Type: cdktf.AssetType_ARCHIVE})
	app.Synth()
	archives, err := filepath.Glob(filepath.Join(output, "stacks", "assets", "assets", "code", "*", "archive.zip"))
	require.NoError(t, err)
	require.Len(t, archives, 1)
	read, err := zip.OpenReader(archives[0])
	require.NoError(t, err)
	defer read.Close()
	require.Len(t, read.File, 1)
	require.Equal(t, "handler.py", read.File[0].Name)
}

// TestBundleIsOfTheVersionInUse holds the bundle against the package that this module requires.
func TestBundleIsOfTheVersionInUse(t *testing.T) {
	bundle, err := os.ReadFile("cdktf.tgz")
	require.NoError(t, err)
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/hashicorp/terraform-cdk-go/cdktf").Output()
	require.NoError(t, err)
	archives, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "jsii", "*.tgz"))
	require.NoError(t, err)
	require.Len(t, archives, 1)
	stock, err := os.ReadFile(archives[0])
	require.NoError(t, err)
	ours, theirs := unpack(t, bundle), unpack(t, stock)
	require.Equal(t, string(theirs["package/package.json"]), string(ours["package/package.json"]), "run go generate ./faststart")
	types := func(assembly []byte) []string {
		var parsed struct {
			Fingerprint string
			Types       map[string]any
		}
		require.NoError(t, json.Unmarshal(assembly, &parsed))
		return append(slices.Sorted(maps.Keys(parsed.Types)), parsed.Fingerprint)
	}
	require.Equal(t, types(theirs["package/.jsii"]), types(ours["package/.jsii"]))
	require.Contains(t, string(ours["package/LICENSE"]), "Mozilla Public License")
	require.Contains(t, string(ours["package/licenses.txt"]), "semver 7.7.2, ISC")
}
