package golden_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/golden"
)

// TestEveryTestKnowsTheFlag: go test ./... -update fails in packages whose tests do not define the flag.
func TestEveryTestKnowsTheFlag(t *testing.T) {
	command := exec.Command("go", "list", "-test", "-f", `{{if .ForTest}}{{.ForTest}} {{join .Deps ","}}{{end}}`, "../../...")
	out, err := command.Output()
	require.NoError(t, err)
	knows := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		tested, deps, _ := strings.Cut(line, " ")
		knows[tested] = knows[tested] || strings.Contains(deps, "mlplatform/internal/golden") || strings.HasSuffix(tested, "internal/golden")
	}
	require.NotEmpty(t, knows)
	for tested, does := range knows {
		require.True(t, does, "the tests of %s do not import internal/golden", tested)
	}
}

func TestAssert(t *testing.T) {
	if golden.Updating() {
		t.Skip("the test of comparison itself has nothing to rewrite")
	}
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, []byte("same"), 0o644))
	golden.Assert(t, file, []byte("same"))
	for _, each := range []struct{ file, got string }{{file, "other"}, {file + "-missing", "same"}} {
		failed := make(chan bool)
		go func() {
			inner := &testing.T{}
			defer func() { failed <- inner.Failed() }()
			golden.Assert(inner, each.file, []byte(each.got))
		}()
		require.True(t, <-failed, each.file)
	}
}

func TestAssertBlock(t *testing.T) {
	if golden.Updating() {
		t.Skip("the test of comparison itself has nothing to rewrite")
	}
	file := filepath.Join(t.TempDir(), "page.md")
	require.NoError(t, os.WriteFile(file, []byte("# Page\n<!-- begin: one -->\nsame\n<!-- end -->\n<!-- begin: two -->\nopen\n"), 0o644))
	golden.AssertBlock(t, file, "one", []byte("same\n"))
	for _, each := range []struct{ name, got string }{{"one", "other\n"}, {"two", "open\n"}, {"three", ""}} {
		failed := make(chan bool)
		go func() {
			inner := &testing.T{}
			defer func() { failed <- inner.Failed() }()
			golden.AssertBlock(inner, file, each.name, []byte(each.got))
		}()
		require.True(t, <-failed, each.name)
	}
}
