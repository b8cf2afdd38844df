package platformtest

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/snapshots"
	"github.com/mlplatform/mlplatform/internal/golden"
)

// compare holds the snapshots against the files in the folder, or rewrites these under -update.
func compare(t *testing.T, folder string, files map[string][]byte) {
	t.Helper()
	if lost := lostAddresses(t, folder, files[snapshots.Addresses]); len(lost) > 0 && !golden.Updating() {
		t.Errorf("%d addresses are lost. Terraform destroys what is at them, and makes it anew where it only got another address:\n  %s\n"+
			"give a construct its old id and place back; if the loss is meant, run go test . -update", len(lost), strings.Join(lost, "\n  "))
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		t.Run(name, func(t *testing.T) { golden.Assert(t, filepath.Join(folder, filepath.FromSlash(name)), files[name]) })
	}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil || files[filepath.ToSlash(name)] != nil {
			return err
		}
		if golden.Updating() {
			return os.Remove(path)
		}
		t.Errorf("%s is a snapshot of what is no more; run go test . -update", path)
		return nil
	})
	if !errors.Is(err, fs.ErrNotExist) {
		require.NoError(t, err)
	}
}

// lostAddresses are those of the reviewed list that no stack has any more.
func lostAddresses(t *testing.T, folder string, now []byte) []string {
	t.Helper()
	before, err := os.ReadFile(filepath.Join(folder, snapshots.Addresses))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	require.NoError(t, err)
	kept := map[string]bool{"": true}
	for _, line := range strings.Split(string(now), "\n") {
		kept[line] = true
	}
	return slices.DeleteFunc(strings.Split(string(before), "\n"), func(line string) bool { return kept[line] })
}
