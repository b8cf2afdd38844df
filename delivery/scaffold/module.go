package scaffold

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// ModulePath is the path of the module that platforms import.
const ModulePath = "github.com/mlplatform/mlplatform"

// A Module is the version of this module that a platform imports: a released one, or a checkout on this machine.
type Module struct {
	// Version, such as v1.2.3. Not used with Replace.
	Version string
	// Replace is the folder of a checkout that takes the place of every version, as it is named in go.mod: from the top of the repository that
	// imports it, or absolute. Default: none.
	Replace string
	// Folder is where Replace is from here.
	Folder string
}

// Files are go.mod and go.sum of a repository that imports the module. They name all that the module itself needs, in its
// versions, so that no step is left before the first build.
func (m Module) Files(ctx context.Context, repository string) (map[string][]byte, error) {
	folder, sums := m.Folder, ""
	if m.Replace == "" {
		var downloaded struct{ Dir, Sum, GoModSum, Error string }
		err := goJSON(ctx, os.TempDir(), &downloaded, "mod", "download", "-json", ModulePath+"@"+m.Version)
		if err == nil && downloaded.Error != "" {
			err = errors.New(downloaded.Error)
		}
		if err != nil {
			return nil, fmt.Errorf("--version: %s cannot be loaded: %w; name a released version, or a checkout with --replace", m.Version, err)
		}
		folder = downloaded.Dir
		sums = fmt.Sprintf("%[1]s %[2]s %[3]s\n%[1]s %[2]s/go.mod %[4]s\n", ModulePath, m.Version, downloaded.Sum, downloaded.GoModSum)
	}
	var of struct {
		Module  struct{ Path string }
		Go      string
		Require []struct{ Path, Version string }
	}
	if err := goJSON(ctx, folder, &of, "mod", "edit", "-json"); err != nil || of.Module.Path != ModulePath {
		return nil, fmt.Errorf("--replace: %s is no checkout of %s; name the folder that has its go.mod", folder, ModulePath)
	}
	var text strings.Builder
	owner, name, _ := strings.Cut(repository, "/")
	fmt.Fprintf(&text, "module github.com/%s/%s\n\ngo %s\n\n", owner, strings.Trim(name, "."), of.Go)
	version := m.Version
	if m.Replace != "" {
		version = "v0.0.0" // is not looked at
	}
	fmt.Fprintf(&text, "require %s %s\n\nrequire (\n", ModulePath, version)
	for _, each := range of.Require {
		fmt.Fprintf(&text, "\t%s %s // indirect\n", each.Path, each.Version)
	}
	text.WriteString(")\n")
	if m.Replace != "" {
		fmt.Fprintf(&text, "\nreplace %s => %s\n", ModulePath, modString(m.Replace))
	}
	known, err := os.ReadFile(filepath.Join(folder, "go.sum"))
	if err != nil {
		return nil, err
	}
	return map[string][]byte{"go.mod": []byte(text.String()), "go.sum": append(known, sums...)}, nil
}

// modString writes a path for go.mod, in quotes where it needs them.
// https://go.dev/ref/mod#go-mod-file-lexical
func modString(path string) string {
	if strings.ContainsAny(path, " \t\"'`(),[]{}") || strings.Contains(path, "//") {
		return strconv.Quote(path)
	}
	return path
}

// goJSON runs the go command and reads what it prints.
func goJSON(ctx context.Context, dir string, into any, args ...string) error {
	var problems bytes.Buffer
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	command.Stderr = &problems
	out, err := command.Output()
	if json.Unmarshal(out, into) == nil && len(out) > 0 {
		return nil
	}
	if said := strings.TrimSpace(problems.String()); said != "" {
		return errors.New(said)
	}
	return err
}
