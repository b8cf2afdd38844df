package faststart

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Imported lists the AWS provider's packages that the Go packages matching patterns import, directly or not, by the
// last element of their import path, sorted. It runs go list in dir.
func Imported(dir string, patterns ...string) ([]string, error) {
	out, err := goList(dir, append([]string{"-deps", "-f", "{{.ImportPath}}"}, patterns...)...)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, line := range strings.Fields(out) {
		if !strings.HasPrefix(line, providerModule) {
			continue
		}
		inModule := strings.SplitN(strings.TrimPrefix(line, providerModule), "/", 2)
		if len(inModule) < 2 || inModule[1] == "jsii" || strings.HasSuffix(inModule[1], "/internal") {
			continue
		}
		names = append(names, path.Base(inModule[1]))
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Stock opens the archive of the AWS provider that the Go packages matching patterns are built with, in the module
// cache. It runs go list in dir.
func Stock(dir string, patterns ...string) (*os.File, error) {
	out, err := goList(dir, append([]string{"-deps", "-f", "{{with .Module}}{{.Path}} {{.Dir}}{{end}}"}, patterns...)...)
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(out, "\n") {
		module, directory, _ := strings.Cut(line, " ")
		if !strings.HasPrefix(module, providerModule) {
			continue
		}
		archives, err := filepath.Glob(filepath.Join(directory, "jsii", "*.tgz"))
		if err != nil || len(archives) != 1 {
			return nil, fmt.Errorf("%s has %d archives in its folder jsii, one was expected", module, len(archives))
		}
		return os.Open(archives[0])
	}
	return nil, fmt.Errorf("none of %s uses the AWS provider (%s...)", strings.Join(patterns, " "), providerModule)
}

func goList(dir string, args ...string) (string, error) {
	command := exec.Command("go", append([]string{"list"}, args...)...)
	command.Dir = dir
	var problems bytes.Buffer
	command.Stderr = &problems
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("go list %s: %w\n%s", strings.Join(args, " "), err, problems.String())
	}
	return string(out), nil
}
