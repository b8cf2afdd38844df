package changes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// goRun is an app that Go compiles and runs, without flags and arguments, as "cdktf init" and "init" of this project write it.
var goRun = lazyregexp.New(`^\s*go\s+run\s+(\.|[A-Za-z0-9_./-]+\.go)\s*$`)

// compiled is the program of a commit that is checked out, where its command is that of goRun. The path of a package is part of what
// the Go compiler makes, so the program is compiled in the working tree's folder, with what the commit has in place of the files
// there: Go makes only the packages that differ from those of the working tree, which it has.
// https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies (-overlay)
//
// Where this cannot be done, or does not succeed, found is false: then the command itself does it, and says what is wrong.
func (r runner) compiled(ctx context.Context, command string) (program string, found bool) {
	match := goRun.FindStringSubmatch(command)
	if match == nil || r.options.Setup != "" || os.Getenv("GOWORK") != "" || strings.Contains(os.Getenv("GOFLAGS"), "-overlay") {
		return "", false
	}
	replace, located, err := overlay(r.repo.root(), r.checkout())
	if err != nil {
		return "", false
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", false
	}
	file := filepath.Join(r.temp, "overlay.json")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		return "", false
	}
	run := func(args ...string) (string, error) {
		command := r.command(ctx, r.repo.dir, "go", args...)
		command.Env = append(command.Env, "GOWORK=off") // a workspace around the repository is not one of the commit
		out, err := command.Output()
		return string(out), err
	}
	if len(located) > 0 {
		files, err := run("list", "-deps", "-overlay", file, "-f", `{{$dir := .Dir}}{{range .GoFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}`, match[1])
		if err != nil || slices.ContainsFunc(strings.Split(files, "\n"), func(each string) bool { return located[filepath.FromSlash(each)] }) {
			return "", false
		}
	}
	program = filepath.Join(r.temp, "program")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	_, err = run("build", "-buildvcs=false", "-overlay", file, "-o", program, match[1])
	return program, err == nil
}

// asksWhereItIs is in Go code that asks for its own path; not in one piece here, which does not ask.
const asksWhereItIs = "runtime.Caller" + "("

var errWorkspace = errors.New("a workspace names folders of its own")

// overlay is what makes Go find in the folder here the files that are in the other: the path of each file that differs, with that of
// its replacement, or "" where there is none. The located are files of Go code that ask where they are: in the folder here, while
// what may lie beside them is in the other.
func overlay(here, other string) (replace map[string]string, located map[string]bool, err error) {
	replace, located = map[string]string{}, map[string]bool{}
	err = eachFile(other, func(path string) error {
		if filepath.Base(path) == "go.work" {
			return errWorkspace
		}
		want, err := os.ReadFile(filepath.Join(other, path))
		if err != nil {
			return err
		}
		at := filepath.Join(here, path)
		if have, err := os.ReadFile(at); err != nil || !bytes.Equal(have, want) {
			replace[at] = filepath.Join(other, path)
		}
		if strings.HasSuffix(path, ".go") && bytes.Contains(want, []byte(asksWhereItIs)) {
			located[at] = true
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	err = eachFile(here, func(path string) error {
		if _, err := os.Lstat(filepath.Join(other, path)); err != nil {
			replace[filepath.Join(here, path)] = ""
		}
		return nil
	})
	return replace, located, err
}

// eachFile visits all files below a folder, by their path in it, but those of git.
func eachFile(folder string, visit func(path string) error) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.Name() == ".git" && entry.IsDir():
			return filepath.SkipDir
		case entry.Name() == ".git" || entry.IsDir():
			return nil
		}
		if path, err = filepath.Rel(folder, path); err != nil {
			return err
		}
		return visit(path)
	})
}
