package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Manifest is the file by which an output folder is known; the cdktf command reads it.
const Manifest = "manifest.json"

// Place is the folder that stacks are written to.
type Place struct {
	// Target is its path, absolute and without symbolic links.
	Target string
	// Beside is the folder in which new output is built: on the file system of the target, so that files can be renamed.
	Beside string
}

// PlaceAt refuses what is no place for output, before anything is written: no name, the folder that the user is in or
// one above it, a file, and a folder with files of others in it.
func PlaceAt(name string) (Place, error) {
	if name == "" {
		return Place{}, errors.New("output: is empty; name a folder, such as cdktf.out")
	}
	target, err := filepath.Abs(name)
	if err != nil {
		return Place{}, fmt.Errorf("output: %w", err)
	}
	if real, err := filepath.EvalSymlinks(target); err == nil {
		target = real
	}
	here, err := os.Getwd()
	if err != nil {
		return Place{}, fmt.Errorf("output: %w", err)
	}
	if real, err := filepath.EvalSymlinks(here); err == nil {
		here = real
	}
	if within(here, target) {
		return Place{}, fmt.Errorf("output: %q is the folder that you are in, or one above it; name a folder of its own, such as cdktf.out", name)
	}
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Place{target, filepath.Dir(target)}, nil
	case err != nil:
		return Place{}, fmt.Errorf("output: %q cannot be read: %w; name a folder", name, err)
	case !info.IsDir():
		return Place{}, fmt.Errorf("output: %q is a file; name a folder", name)
	}
	if err := ours(target); err != nil {
		return Place{}, fmt.Errorf("output: %q %w; name a new folder or an empty one", name, err)
	}
	return Place{target, target}, nil
}

// within reports whether a path is the folder, or in it.
func within(path, folder string) bool {
	relative, err := filepath.Rel(folder, path)
	return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
}

// ours reports why a folder is not one that output was written to. What Terraform keeps beside stacks that are gone is.
func ours(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("cannot be read: %w", err)
	}
	for _, each := range entries {
		if each.Name() == Manifest {
			return nil
		}
	}
	for _, each := range entries {
		if each.Name() != "stacks" && !strings.HasPrefix(each.Name(), ".") {
			return fmt.Errorf("has %s in it and was not written by this program", each.Name())
		}
	}
	return nil
}
