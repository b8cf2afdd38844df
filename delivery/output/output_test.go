package output_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/output"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
}

func TestReadAndCompare(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"stacks/a/cdk.tf.json": `{"//":{"metadata":1},"resource":{"aws_s3_bucket":{"x":{"bucket":"x"},"y":{}},"aws_kms_key":{"k":{}}},"output":{"o":{"value":1}}}`,
		"stacks/b/cdk.tf.json": `{"//":{"metadata":2},"resource":{"aws_s3_bucket":{"x":{"bucket": "z"},"new":{}}},"output":{"o":{"value":2}}}`,
	})
	stacks, err := output.Read(dir)
	require.NoError(t, err)
	require.Len(t, stacks, 2)
	require.Equal(t, []output.Kind{{Type: "aws_s3_bucket", Count: 2}, {Type: "aws_kms_key", Count: 1}}, stacks[0].Kinds())
	require.Equal(t, output.Change{
		Added: []string{"aws_s3_bucket.new"}, Changed: []string{"aws_s3_bucket.x"}, Removed: []string{"aws_kms_key.k", "aws_s3_bucket.y"}, Settings: true,
	}, output.Compare(stacks[0], stacks[1]))
	require.True(t, output.Compare(stacks[0], stacks[0]).None())
}

func TestReadTakesKnownStacks(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"stacks/a/cdk.tf.json": `{"resource":{"aws_s3_bucket":{"x":{}}}}`, "stacks/b/cdk.tf.json": `{"resource":{"aws_s3_bucket":{"y":{}}}}`, "stacks/c/cdk.tf.json": `{}`,
	})
	before, err := output.Read(dir)
	require.NoError(t, err)
	write(t, dir, map[string]string{"stacks/b/cdk.tf.json": `{"resource":{"aws_s3_bucket":{"z":{}}}}`, "stacks/d/cdk.tf.json": `{}`})
	after, err := output.Read(dir, before...)
	require.NoError(t, err)
	fresh, err := output.Read(dir)
	require.NoError(t, err)
	require.Equal(t, fresh, after)
	before[0].Resources["known"] = nil
	require.Contains(t, after[0].Resources, "known", "what is unchanged is what was read before")
	require.Equal(t, "d", after[3].Name, "the text of another stack is no reason to take that")
}

func TestReadNames(t *testing.T) {
	stacks, err := output.Read(filepath.Join(t.TempDir(), "none"))
	require.NoError(t, err)
	require.Empty(t, stacks)
	dir := t.TempDir()
	write(t, dir, map[string]string{"stacks/a/cdk.tf.json": `{`})
	_, err = output.Read(dir)
	require.ErrorContains(t, err, filepath.Join("stacks", "a", "cdk.tf.json"))
}

func TestInstall(t *testing.T) {
	parent := t.TempDir()
	target := filepath.Join(parent, "sub", "out")
	fresh := func(files map[string]string) string {
		dir, err := os.MkdirTemp(parent, "fresh")
		require.NoError(t, err)
		write(t, dir, files)
		return dir
	}
	require.NoError(t, output.Install(fresh(map[string]string{"manifest.json": "1", "stacks/a/cdk.tf.json": "a1", "stacks/b/cdk.tf.json": "b1", "stacks/c/cdk.tf.json": "c1"}), target))
	write(t, target, map[string]string{"stacks/a/.terraform/lock": "kept", "stacks/c/terraform.tfstate": "kept"})
	require.NoError(t, output.Install(fresh(map[string]string{"manifest.json": "2", "stacks/a/cdk.tf.json": "a2"}), target))
	read := func(name string) string {
		content, err := os.ReadFile(filepath.Join(target, name))
		require.NoError(t, err)
		return string(content)
	}
	require.Equal(t, "2", read("manifest.json"))
	require.Equal(t, "a2", read("stacks/a/cdk.tf.json"))
	require.Equal(t, "kept", read("stacks/a/.terraform/lock"))
	require.Equal(t, "kept", read("stacks/c/terraform.tfstate"))
	require.NoFileExists(t, filepath.Join(target, "stacks/c/cdk.tf.json"))
	require.NoDirExists(t, filepath.Join(target, "stacks/b"))
}

// A chart is installed whole, so that a file which is no more must be gone.
func TestInstallReplacesCharts(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	write := func(folder, name string) {
		path := filepath.Join(folder, "stacks", "dev-serving", filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
	}
	for _, name := range []string{output.StackFile, "charts/models/templates/old.yaml", "charts/gone/Chart.yaml", "dashboards/old.json", ".terraform/kept"} {
		write(to, name)
	}
	for _, name := range []string{output.StackFile, "charts/models/templates/new.yaml"} {
		write(from, name)
	}
	require.NoError(t, output.Install(from, to))
	stack := filepath.Join(to, "stacks", "dev-serving")
	require.FileExists(t, filepath.Join(stack, "charts", "models", "templates", "new.yaml"))
	require.NoFileExists(t, filepath.Join(stack, "charts", "models", "templates", "old.yaml"))
	require.NoDirExists(t, filepath.Join(stack, "charts", "gone"))
	require.NoFileExists(t, filepath.Join(stack, "dashboards", "old.json"))
	require.FileExists(t, filepath.Join(stack, ".terraform", "kept"))
}
