package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// Conflicts reports everything that is in the way of the files: what exists already, and what is no folder where one is
// needed.
func Conflicts(dir string, files map[string][]byte) error {
	var problems problem.List
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for at := path.Dir(name); at != "."; at = path.Dir(at) {
			info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(at)))
			if err == nil && !info.IsDir() && !seen[at] {
				seen[at] = true
				problems.Addf(at, "is in the way, a folder is needed there; move it away")
			}
		}
		if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name))); err == nil {
			problems.Addf(name, "is there already and is not overwritten; move it away, or choose another folder")
		}
	}
	return problems.Err()
}

// Write writes the files, of which none may exist.
func Write(dir string, files map[string][]byte) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s: is there already and is not overwritten; move it away, or choose another folder", name)
		}
		if err != nil {
			return err
		}
		if _, err = out.Write(files[name]); err != nil {
			out.Close()
			return err
		}
		if err := out.Close(); err != nil {
			return err
		}
	}
	return nil
}
