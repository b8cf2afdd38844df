package chart

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// Write writes the chart into the folder, in the place of an older one, and tells its version. A folder that holds anything else is left as
// it is.
func (c Chart) Write(folder string) (version string, err error) {
	version, files, err := c.files()
	if err != nil {
		return "", err
	}
	switch entries, err := os.ReadDir(folder); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return "", err
	case len(entries) > 0:
		if _, err := read(folder); err != nil {
			return "", fmt.Errorf("%s: holds something that is no chart of this package; choose another folder: %w", folder, err)
		}
		if err := os.RemoveAll(folder); err != nil {
			return "", err
		}
	}
	for _, each := range files {
		path := filepath.Join(folder, filepath.FromSlash(each.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(path, each.Content, 0o644); err != nil {
			return "", err
		}
	}
	return version, nil
}

// Verify reports whether the folder holds a chart of this package as it was written: whether its version is the hash of its content.
func Verify(folder string) error {
	head, err := read(folder)
	if err != nil {
		return err
	}
	var files []File
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil || name == metadataFile {
			return err
		}
		content, err := os.ReadFile(path)
		files = append(files, File{filepath.ToSlash(name), content})
		return err
	})
	if err != nil {
		return err
	}
	if version := versionOf(head.Name, head.Description, files); version != head.Version {
		return fmt.Errorf("%s: version: %q is not that of the files, %q; write the chart again", folder, head.Version, version)
	}
	return nil
}

func read(folder string) (metadata, error) {
	var head metadata
	text, err := os.ReadFile(filepath.Join(folder, metadataFile))
	if err != nil {
		return head, err
	}
	if err := yaml.Unmarshal(text, &head); err != nil {
		return head, fmt.Errorf("%s: %w", metadataFile, err)
	}
	if head.APIVersion != "v2" || !namePattern.MatchString(head.Name) || len(head.Version) != len("0.1.0-h")+12 {
		return head, fmt.Errorf("%s: name: %q with the version %q is no chart of this package", metadataFile, head.Name, head.Version)
	}
	return head, nil
}
