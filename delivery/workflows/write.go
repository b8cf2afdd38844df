package workflows

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Change is a file that differs from what is generated.
type Change struct {
	// Path from the top of the repository, with slashes.
	Path string
	// Kind is "new", "changed" or "removed".
	Kind string
	// Before and After are the contents.
	Before, After []byte
}

// folders hold generated files, and files of people, which stay as they are.
var folders = []string{workflowsFolder, ".github/actions"}

// Compare tells what Write would do in a repository, in the order of paths. A file of people that is in the place of a
// generated one is an error.
func Compare(top string, files []File) ([]Change, error) {
	var changes []Change
	wanted := map[string]bool{}
	for _, file := range files {
		wanted[file.Path] = true
		before, err := os.ReadFile(filepath.Join(top, filepath.FromSlash(file.Path)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			changes = append(changes, Change{Path: file.Path, Kind: "new", After: file.Content})
		case err != nil:
			return nil, err
		case !generated(before):
			return nil, fmt.Errorf("%s is not a generated file: its first line does not begin with %s; rename or remove it", file.Path, Mark)
		case !bytes.Equal(before, file.Content):
			changes = append(changes, Change{Path: file.Path, Kind: "changed", Before: before, After: file.Content})
		}
	}
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(top, filepath.FromSlash(folder)), func(path string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			relative, err := filepath.Rel(top, path)
			if err != nil || wanted[filepath.ToSlash(relative)] {
				return err
			}
			before, err := os.ReadFile(path)
			if err != nil || !generated(before) {
				return err
			}
			changes = append(changes, Change{Path: filepath.ToSlash(relative), Kind: "removed", Before: before})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return changes, nil
}

// Write brings a repository to what is generated.
func Write(top string, files []File) ([]Change, error) {
	changes, err := Compare(top, files)
	if err != nil {
		return nil, err
	}
	for _, each := range changes {
		path := filepath.Join(top, filepath.FromSlash(each.Path))
		if each.Kind == "removed" {
			if err := os.Remove(path); err != nil {
				return nil, err
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, each.After, 0o644); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

func generated(content []byte) bool { return bytes.HasPrefix(content, []byte(Mark)) }
