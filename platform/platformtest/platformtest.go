// Package platformtest tests the platform of a repository: that its stacks are those that people reviewed, that no address is
// lost, that the files made from the configuration are current, and that Terraform can plan every stack.
//
//	func TestMain(m *testing.M) { platformtest.Main(m) }
//
//	func TestPlatform(t *testing.T) { platformtest.Check(t, own...) }
//
// go test . -update rewrites the snapshots and generated files; review the diff like code.
package platformtest

import (
	"cmp"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/output"
	"github.com/mlplatform/mlplatform/delivery/snapshots"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
	"github.com/mlplatform/mlplatform/platform"
)

// Main is the TestMain of a package whose tests synthesise. It runs them and ends the process.
func Main(m *testing.M) { synthtest.Main(m) }

// Check tests the platform of the current folder, with the options that its Main gets. The configuration is in config, or
// where MLPLATFORM_CONFIG says; the snapshots are in __snapshots__, which is made by the flag -update. Terraform validates and
// plans the stacks where it can be had, with nothing of AWS behind it, and not under -short.
func Check(t *testing.T, own ...platform.Option) {
	t.Helper()
	folder := cmp.Or(os.Getenv("MLPLATFORM_CONFIG"), "config")
	made, files := synthesise(t, folder, own)
	t.Run("snapshots", func(t *testing.T) { compare(t, snapshots.Folder, files) })
	t.Run("files", func(t *testing.T) { current(t, made, folder, own) })
	t.Run("terraform", func(t *testing.T) {
		var planned []terraform.Stack
		for _, stack := range made.Stacks() {
			planned = append(planned, terraform.Stack{Name: stack.Name, JSON: made.text[stack.Name]})
		}
		terraform.Plan(t, planned...)
	})
}

// Snapshots synthesises a configuration and returns its snapshots by path, such as dev.json or addresses.txt, for assertions
// of one's own. They are those that Check compares, whatever is in the folder __snapshots__.
func Snapshots(t testing.TB, folder string, own ...platform.Option) map[string][]byte {
	t.Helper()
	_, files := synthesise(t, folder, own)
	return files
}

// synthesised is a platform with the Terraform JSON of its stacks.
type synthesised struct {
	*config.Platform
	text map[string][]byte
}

func synthesise(t testing.TB, folder string, own []platform.Option) (synthesised, map[string][]byte) {
	t.Helper()
	loaded, err := platform.Load(folder, own...)
	if err != nil {
		t.Fatalf("the configuration is not valid:\n%s", err)
	}
	drawings := map[[2]string]string{}
	target := filepath.Join(t.TempDir(), "cdktf.out")
	own = append(own[:len(own):len(own)], platform.Drawing(func(stack, name, mermaid string) { drawings[[2]string{stack, name}] = mermaid }))
	if err := platform.Synthesize(loaded, target, own...); err != nil {
		t.Fatalf("the stacks cannot be made:\n%s", err)
	}
	made := synthesised{loaded, map[string][]byte{}}
	for _, name := range loaded.StackNames() {
		text, err := os.ReadFile(filepath.Join(target, "stacks", name, output.StackFile))
		require.NoError(t, err)
		require.NotContains(t, string(text), "TfToken[", "an unresolved token is in the stack %s", name)
		made.text[name] = text
	}
	files, err := snapshots.Of(target, drawings)
	require.NoError(t, err)
	return made, files
}
