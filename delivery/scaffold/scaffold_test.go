package scaffold_test

import (
	"archive/zip"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/scaffold"
	"github.com/mlplatform/mlplatform/internal/golden"
)

// TestParts: a platform can begin with every section of an environment's file that has a meaning by itself. Serving has none
// without a domain and what stands for it in Route 53 or ACM.
func TestParts(t *testing.T) {
	var sections []string
	environment := reflect.TypeFor[config.Environment]()
	for i := range environment.NumField() {
		key := environment.Field(i).Tag.Get("yaml")
		of := environment.Field(i).Type
		section := of.Kind() == reflect.Pointer || of.Kind() == reflect.Map && of.Elem().Kind() == reflect.Struct
		if section && key != "" && !slices.Contains([]string{"github", "serving"}, key) {
			sections = append(sections, key)
		}
	}
	require.ElementsMatch(t, sections, scaffold.Parts(), "write the section of a new part in files/parts.tmpl, and its name in Parts")
	require.Len(t, scaffold.AllParts(), len(scaffold.Parts())-1)
}

var answers = scaffold.Answers{
	Project: "wine", Repository: "acme/wine-ml", Region: "eu-central-1", Account: "111111111111",
	Environments: []scaffold.Environment{
		{Name: "dev", Account: "222222222222", Branches: []string{"main", "feature/*"}},
		{Name: "prod", Account: "222222222222", Tags: []string{"v*"}},
	},
	Parts: scaffold.AllParts(),
}

// TestFiles: the configuration is valid in every region, and means what was asked for.
func TestFiles(t *testing.T) {
	for _, region := range []string{"us-west-1", "eu-central-1", "cn-north-1", "us-gov-west-1"} {
		for _, parts := range [][]string{nil, scaffold.AllParts(), {"network", "codePipeline"}} {
			of := answers
			of.Region, of.Parts = region, parts
			require.NoError(t, of.Check(), region)
			files, err := of.Files()
			require.NoError(t, err)
			dir := t.TempDir()
			require.NoError(t, scaffold.Conflicts(dir, files))
			require.NoError(t, scaffold.Write(dir, files))
			platform, err := config.Load(filepath.Join(dir, scaffold.Config))
			require.NoError(t, err)
			require.Equal(t, []string{"dev", "prod"}, platform.EnvironmentNames())
			require.Equal(t, []string{"main", "feature/*"}, platform.Environment("dev").Promotion.Branches)
			require.Equal(t, []string{"v*"}, platform.Environment("prod").Promotion.Tags)
			require.Equal(t, []bool{false, true}, []bool{platform.Environment("dev").Protect, platform.Environment("prod").Protect})
			for _, part := range parts {
				require.Contains(t, platform.Environment("dev").Sections(), part, region)
			}
		}
	}
}

// TestSample: the sample is that of the tutorial, whose tests try it. go test -update copies it.
func TestSample(t *testing.T) {
	of := answers
	of.Sample = true
	files, err := of.Files()
	require.NoError(t, err)
	for _, each := range [][2]string{
		{"images/training-image/", "../../examples/tutorial/image/*"}, {"data/raw/", "../../examples/tutorial/data/*.csv"},
		{"images/serving-image/", "../../examples/tutorial/serving/*"}, {"images/serving-image/", "../../examples/tutorial/image/wine.py"},
	} {
		to := each[0]
		tried, err := filepath.Glob(each[1])
		require.NoError(t, err)
		require.NotEmpty(t, tried)
		for _, name := range tried {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			place := to + filepath.Base(name)
			if place != "images/serving-image/wine.py" { // which is that of images/training-image
				golden.Assert(t, "sample/"+place, text)
			}
			require.Equal(t, string(text), string(files[place]))
		}
	}
	require.Contains(t, string(files["README.md"]), "run training --env dev --local ")
	of.Parts = []string{"network", "storage", "training"}
	files, err = of.Files()
	require.NoError(t, err)
	require.NotContains(t, files, "images/serving-image/app.py", "an image that nothing runs")
	of.Parts = []string{"network"}
	require.EqualError(t, of.Check(), "--sample: is an image for the part training, which is not on; add it to --parts, with storage")
}

// TestOwn: this repository has the test that others get.
func TestOwn(t *testing.T) {
	files, err := answers.Files()
	require.NoError(t, err)
	text, err := os.ReadFile("../../main_test.go")
	require.NoError(t, err)
	require.Equal(t, string(text), string(files["main_test.go"]))
}

// TestTextsStayTexts: what YAML would take for something else is in quotes.
func TestTextsStayTexts(t *testing.T) {
	of := answers
	of.Environments = []scaffold.Environment{{Name: "dev", Account: "222222222222", Branches: []string{"true", "1.0", "a: b", "no", "release/[1]", "#1", "ünder"}}}
	files, err := of.Files()
	require.NoError(t, err)
	require.Contains(t, string(files["config/environments/dev.yaml"]), `branches: ["true", "1.0", "a: b", "no", "release/[1]", "#1", "ünder"]`+"\n")
}

// TestVersion: a released version is loaded as the go command loads it, and go.sum holds its sums.
func TestVersion(t *testing.T) {
	top := t.TempDir()
	versions := filepath.Join(top, "github.com/mlplatform/mlplatform/@v")
	require.NoError(t, os.MkdirAll(versions, 0o755))
	const mod = "module github.com/mlplatform/mlplatform\n\ngo 1.24.0\n\nrequire example.com/other v1.0.0\n"
	require.NoError(t, os.WriteFile(filepath.Join(versions, "v1.2.3.info"), []byte(`{"Version":"v1.2.3"}`), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(versions, "v1.2.3.mod"), []byte(mod), 0o644))
	file, err := os.Create(filepath.Join(versions, "v1.2.3.zip"))
	require.NoError(t, err)
	archive := zip.NewWriter(file)
	for name, text := range map[string]string{"go.mod": mod, "go.sum": "example.com/other v1.0.0 h1:x\n"} {
		out, err := archive.Create("github.com/mlplatform/mlplatform@v1.2.3/" + name)
		require.NoError(t, err)
		_, err = out.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	require.NoError(t, file.Close())
	t.Setenv("GOPROXY", "file://"+filepath.ToSlash(top))
	t.Setenv("GONOSUMDB", "*")
	t.Setenv("GOMODCACHE", filepath.Join(t.TempDir(), "mod"))
	t.Setenv("GOFLAGS", "-modcacherw")

	files, err := scaffold.Module{Version: "v1.2.3"}.Files(t.Context(), "acme/wine-ml")
	require.NoError(t, err)
	require.Equal(t, "module github.com/acme/wine-ml\n\ngo 1.24.0\n\nrequire github.com/mlplatform/mlplatform v1.2.3\n\nrequire (\n\texample.com/other v1.0.0 // indirect\n)\n", string(files["go.mod"]))
	lines := strings.Split(string(files["go.sum"]), "\n")
	require.Equal(t, "example.com/other v1.0.0 h1:x", lines[0])
	require.Regexp(t, `^github.com/mlplatform/mlplatform v1.2.3 h1:\S{44}$`, lines[1])
	require.Regexp(t, `^github.com/mlplatform/mlplatform v1.2.3/go.mod h1:\S{44}$`, lines[2])

	repository := t.TempDir()
	require.NoError(t, scaffold.Write(repository, files))
	command := exec.Command("go", "mod", "download", scaffold.ModulePath) // checks the sums
	command.Dir = repository
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))

	_, err = scaffold.Module{Version: "v9.0.0"}.Files(t.Context(), "acme/wine-ml")
	require.ErrorContains(t, err, "--version: v9.0.0 cannot be loaded: ")
	_, err = scaffold.Module{Replace: "../x", Folder: repository}.Files(t.Context(), "acme/wine-ml")
	require.EqualError(t, err, "--replace: "+repository+" is no checkout of github.com/mlplatform/mlplatform; name the folder that has its go.mod")
}

// TestNames: modules have no names that the go command refuses.
func TestNames(t *testing.T) {
	files, err := scaffold.Module{Replace: "../the checkout", Folder: "../.."}.Files(t.Context(), "Acme/.github")
	require.NoError(t, err)
	require.NoError(t, scaffold.Write(t.TempDir(), files))
	require.Contains(t, string(files["go.mod"]), "module github.com/Acme/github\n")
	dir := t.TempDir()
	require.NoError(t, scaffold.Write(dir, files))
	command := exec.Command("go", "mod", "edit", "-json")
	command.Dir = dir
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), `"../the checkout"`)
}
