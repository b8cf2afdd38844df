package upgrade_test

import (
	"archive/zip"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/changes"
	"github.com/mlplatform/mlplatform/delivery/upgrade"
	_ "github.com/mlplatform/mlplatform/internal/golden" // go test ./... -update reaches every package
)

const path = "github.com/mlplatform/mlplatform"

// library is a module in the place of this one, small enough to be compiled in a moment: its stack has a bucket of this name.
func library(bucket string) map[string]string {
	return map[string]string{
		"go.mod": "module " + path + "\n\ngo 1.24.0\n",
		"platform/platform.go": `package platform

import "os"

func Main() {
	out := os.Getenv("CDKTF_OUTDIR")
	os.MkdirAll(out+"/stacks/dev", 0o755)
	os.WriteFile(out+"/manifest.json", []byte(` + "`" + `{"stacks":{"dev":{"synthesizedStackPath":"stacks/dev/cdk.tf.json"}}}` + "`" + `), 0o644)
	os.WriteFile(out+"/stacks/dev/cdk.tf.json", []byte(` + "`" + `{"resource":{"aws_s3_bucket":{"b":{"bucket":"` + bucket + `"}}}}` + "`" + `), 0o644)
}
`,
	}
}

// publish puts versions of the module where the go command looks for them.
func publish(t *testing.T, versions map[string]map[string]string) {
	t.Helper()
	top := t.TempDir()
	folder := filepath.Join(top, filepath.FromSlash(path), "@v")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	list := ""
	for version, files := range versions {
		list += version + "\n"
		require.NoError(t, os.WriteFile(filepath.Join(folder, version+".info"), []byte(`{"Version":"`+version+`"}`), 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(folder, version+".mod"), []byte(files["go.mod"]), 0o644))
		file, err := os.Create(filepath.Join(folder, version+".zip"))
		require.NoError(t, err)
		archive := zip.NewWriter(file)
		for name, text := range files {
			out, err := archive.Create(path + "@" + version + "/" + name)
			require.NoError(t, err)
			_, err = out.Write([]byte(text))
			require.NoError(t, err)
		}
		require.NoError(t, archive.Close())
		require.NoError(t, file.Close())
	}
	require.NoError(t, os.WriteFile(filepath.Join(folder, "list"), []byte(list), 0o644))
	t.Setenv("GOPROXY", "file://"+filepath.ToSlash(top))
	t.Setenv("GONOSUMDB", "*")
	t.Setenv("GOMODCACHE", filepath.Join(t.TempDir(), "mod"))
	t.Setenv("GOFLAGS", "-modcacherw")
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		out[name] = string(text)
		return err
	}))
	return out
}

// TestUpgrade: a version and a checkout are tried without a trace, and taken by go.mod and go.sum alone.
func TestUpgrade(t *testing.T) {
	publish(t, map[string]map[string]string{"v1.0.0": library("old"), "v1.1.0": library("new")})
	top := t.TempDir()
	repository, shared := filepath.Join(top, "repository"), filepath.Join(top, "shared")
	write(t, shared, map[string]string{"go.mod": "module example.com/shared\n\ngo 1.24.0\n", "shared.go": "package shared\n"})
	write(t, repository, map[string]string{
		"cdktf.json": `{"app": "go run ."}`,
		"main.go":    "package main\n\nimport (\n\t_ \"example.com/shared\"\n\n\t\"" + path + "/platform\"\n)\n\nfunc main() { platform.Main() }\n",
		"go.mod":     "module example.com/wine\n\ngo 1.24.0\n\nrequire (\n\texample.com/shared v0.0.0\n\t" + path + " v1.0.0\n)\n\nreplace example.com/shared => ../shared\n",
	})
	command := exec.Command("go", "mod", "tidy")
	command.Dir = repository
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
	write(t, repository, map[string]string{".git/HEAD": "x", "cdktf.out/manifest.json": "{}"})
	before := contents(t, repository)

	try := func(target upgrade.Target) (upgrade.Trial, string) {
		trial, err := upgrade.Try(t.Context(), repository, target)
		require.NoError(t, err)
		defer os.RemoveAll(trial.Dir)
		require.NoDirExists(t, filepath.Join(trial.Dir, ".git"))
		report, err := changes.Folders(t.Context(), changes.Folder{Dir: repository, Name: trial.Before}, changes.Folder{Dir: trial.Dir, Name: trial.After}, changes.Options{})
		require.NoError(t, err)
		require.Equal(t, before, contents(t, repository), "nothing changes")
		return trial, report.Markdown(0)
	}
	for _, version := range []string{"latest", "v1.1.0"} {
		trial, page := try(upgrade.Target{Version: version})
		require.Equal(t, []string{"v1.0.0", "v1.1.0"}, []string{trial.Before, trial.After})
		require.Contains(t, page, "From `v1.0.0` to `v1.1.0`:")
		require.Contains(t, page, "| `dev` | changed | 0 | 0 | 1 | 0 |")
	}
	_, page := try(upgrade.Target{Version: "v1.0.0"})
	require.Contains(t, page, "No stack differs between `v1.0.0` and `v1.0.0`.")

	checkout := filepath.Join(top, "checkout")
	write(t, checkout, library("newest"))
	trial, page := try(upgrade.Target{Replace: checkout})
	require.Equal(t, checkout, trial.After)
	require.Contains(t, page, "`\"old\"` → `\"newest\"`")

	_, err = upgrade.Try(t.Context(), repository, upgrade.Target{Version: "v9.9.9"})
	require.ErrorContains(t, err, path+"@v9.9.9 cannot be taken: go get "+path+"@v9.9.9: ")
	_, err = upgrade.Try(t.Context(), checkout, upgrade.Target{Version: "latest"})
	require.EqualError(t, err, checkout+" is the module itself, which git upgrades; compare commits with go run . diff")
	_, err = upgrade.Try(t.Context(), shared, upgrade.Target{Version: "latest"})
	require.ErrorContains(t, err, shared+" does not import "+path+"; run this in the repository of a platform: ")
	require.Equal(t, before, contents(t, repository))

	// A checkout is taken, and then a version in its place.
	for _, each := range []struct {
		target       upgrade.Target
		want, hasNot string
	}{
		{upgrade.Target{Replace: "../checkout"}, path + " => ../checkout\n", path + " v1.1.0"},
		{upgrade.Target{Version: "v1.1.0"}, path + " v1.1.0\n", "../checkout"},
	} {
		require.NoError(t, upgrade.Take(t.Context(), repository, each.target))
		after := contents(t, repository)
		require.Contains(t, after["go.mod"], each.want)
		require.NotContains(t, after["go.mod"], each.hasNot)
		require.Contains(t, after["go.mod"], "example.com/shared => ../shared")
		for name := range before {
			if name != "go.mod" && name != "go.sum" {
				require.Equal(t, before[name], after[name])
			}
		}
	}
}
