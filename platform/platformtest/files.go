package platformtest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/workflows"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/platform"
)

// current holds what is generated beside the stacks against the repository, or rewrites it under -update: the workflows, if
// the repository has any of them, and the schema of the configuration, if one is beside it.
func current(t *testing.T, made synthesised, folder string, own []platform.Option) {
	t.Helper()
	manifests, err := workflows.Manifests(".")
	require.NoError(t, err)
	files, err := workflows.Generate(made.Platform, workflows.Options{Config: filepath.ToSlash(folder), Manifests: manifests})
	require.NoError(t, err)
	changes, err := workflows.Compare(".", files)
	require.NoError(t, err)
	used := len(changes) < len(files)
	for _, each := range changes {
		used = used || each.Kind != "new"
	}
	switch {
	case used && golden.Updating():
		_, err := workflows.Write(".", files)
		require.NoError(t, err)
	case used:
		for _, each := range changes {
			t.Errorf("%s is not current (%s); run go test . -update, or go run . workflows", each.Path, each.Kind)
		}
	}

	want, err := platform.Schema(own...)
	require.NoError(t, err)
	schema := filepath.Join(folder, "schema.json")
	text, err := os.ReadFile(schema)
	switch {
	case os.IsNotExist(err):
		return
	case golden.Updating():
		require.NoError(t, os.WriteFile(schema, want, 0o644))
	default:
		require.NoError(t, err)
		if !bytes.Equal(text, want) {
			t.Errorf("%s is not current; run go test . -update, or go run . schema > %s", schema, schema)
		}
	}
}
