// Package upgrade tries another version of this module in a copy of a platform's repository, so that what it changes is seen
// before it is taken.
package upgrade

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/mlplatform/mlplatform/delivery/scaffold"
)

// A Target is what a repository would import.
type Target struct {
	// Version of the module, as the go command takes it: v1.2.3, latest, a branch. Not used with Replace.
	Version string
	// Replace is the folder of a checkout in the place of every version. Default: none.
	Replace string
}

// A Trial is a copy of a repository that imports the target.
type Trial struct {
	// Dir is the copy. It is the caller's to remove.
	Dir string
	// Before and After say what the repository and the copy import.
	Before, After string
}

// Try copies the repository, and takes the target in the copy.
func Try(ctx context.Context, repository string, target Target) (trial Trial, err error) {
	if trial.Before, err = imported(ctx, repository); err != nil {
		return Trial{}, err
	}
	if trial.Dir, err = os.MkdirTemp("", "mlplatform-upgrade-"); err != nil {
		return Trial{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(trial.Dir))
		}
	}()
	if err := duplicate(repository, trial.Dir); err != nil {
		return Trial{}, err
	}
	if err := anchor(ctx, trial.Dir, repository); err != nil {
		return Trial{}, err
	}
	if err := Take(ctx, trial.Dir, target); err != nil {
		return Trial{}, err
	}
	trial.After, err = imported(ctx, trial.Dir)
	return trial, err
}

// Take changes go.mod and go.sum in the folder to the target, and nothing else.
func Take(ctx context.Context, dir string, target Target) error {
	if target.Replace != "" {
		if _, err := run(ctx, dir, "mod", "edit", "-replace="+scaffold.ModulePath+"="+target.Replace); err != nil {
			return err
		}
	} else {
		replaced, err := run(ctx, dir, "list", "-m", "-f", "{{with .Replace}}{{.Path}}{{end}}", scaffold.ModulePath)
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(replaced)) > 0 { // maybe in the place of a version that never was
			if _, err := run(ctx, dir, "mod", "edit", "-dropreplace="+scaffold.ModulePath, "-droprequire="+scaffold.ModulePath); err != nil {
				return err
			}
		}
		if _, err := run(ctx, dir, "get", scaffold.ModulePath+"@"+target.Version); err != nil {
			return fmt.Errorf("%s@%s cannot be taken: %w", scaffold.ModulePath, target.Version, err)
		}
	}
	_, err := run(ctx, dir, "mod", "tidy")
	return err
}

// imported is the version of the module in the repository, or the folder that replaces it.
func imported(ctx context.Context, dir string) (string, error) {
	text, err := run(ctx, dir, "list", "-m", "-json", scaffold.ModulePath)
	if err != nil {
		return "", fmt.Errorf("%s does not import %s; run this in the repository of a platform: %w", dir, scaffold.ModulePath, err)
	}
	var module struct {
		Version string
		Main    bool
		Replace *struct{ Path, Version string }
	}
	if err := json.Unmarshal(text, &module); err != nil {
		return "", err
	}
	switch {
	case module.Main:
		return "", fmt.Errorf("%s is the module itself, which git upgrades; compare commits with go run . diff", dir)
	case module.Replace != nil && module.Replace.Version != "":
		return module.Replace.Path + "@" + module.Replace.Version, nil
	case module.Replace != nil:
		return module.Replace.Path, nil
	}
	return module.Version, nil
}

// anchor makes folders in go.mod absolute, which are relative to where the repository is.
func anchor(ctx context.Context, dir, repository string) error {
	text, err := run(ctx, dir, "mod", "edit", "-json")
	if err != nil {
		return err
	}
	var module struct {
		Replace []struct {
			Old, New struct{ Path, Version string }
		}
	}
	if err := json.Unmarshal(text, &module); err != nil {
		return err
	}
	for _, each := range module.Replace {
		if !strings.HasPrefix(each.New.Path, "./") && !strings.HasPrefix(each.New.Path, "../") {
			continue
		}
		absolute, err := filepath.Abs(filepath.Join(repository, filepath.FromSlash(each.New.Path)))
		if err != nil {
			return err
		}
		old := each.Old.Path
		if each.Old.Version != "" {
			old += "@" + each.Old.Version
		}
		if _, err := run(ctx, dir, "mod", "edit", "-replace="+old+"="+absolute); err != nil {
			return err
		}
	}
	return nil
}

// left out of the copy is what is made anew or belongs to others.
var leftOut = map[string]bool{".git": true, "cdktf.out": true, "node_modules": true, ".terraform": true}

func duplicate(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if leftOut[entry.Name()] {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		switch {
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		case entry.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		case !entry.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
}

// run runs the go command, which says in an error what it said.
func run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	var problems bytes.Buffer
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "PWD="+dir, "GOWORK=off")
	command.Stderr = &problems
	out, err := command.Output()
	if said := strings.TrimSpace(problems.String()); err != nil && said != "" {
		err = fmt.Errorf("go %s: %s", strings.Join(args, " "), said)
	}
	return out, err
}
