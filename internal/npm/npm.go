// Package npm finds the npm packages with which tests compare what this repository writes. They are installed beside the package.json that
// names them, and are no part of what users get.
package npm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// ErrMissing is that a package, or Node.js, is not there: what needs it is skipped, and says so. Every other error is a failure.
var ErrMissing = errors.New("is not installed")

// Folder is a folder of this repository, such as internal/helmschema, if the package is installed in it.
func Folder(folder, module string) (string, error) {
	_, file, _, _ := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(file), "..", "..", filepath.FromSlash(folder))
	if _, err := os.Stat(filepath.Join(dir, "node_modules", filepath.FromSlash(module))); err != nil {
		return "", fmt.Errorf("%s %w; install it with: npm ci --prefix %s", module, ErrMissing, folder)
	}
	return dir, nil
}

// WithNode is Folder for a package that Node.js runs.
func WithNode(folder, module string) (string, error) {
	if _, err := exec.LookPath("node"); err != nil {
		return "", fmt.Errorf("node %w, which runs %s; install Node.js", ErrMissing, module)
	}
	return Folder(folder, module)
}

// Run gives requests to a program of the folder, in one process, because starting it is what takes time, and reads its answers. Without the
// package the test is skipped, with what is not checked then.
func Run[Request, Answer any](t testing.TB, folder, module, unchecked string, requests []Request) []Answer {
	t.Helper()
	directory, err := WithNode(folder, module)
	Skip(t, unchecked, err)
	input, err := json.Marshal(requests)
	require.NoError(t, err)
	command := exec.Command("node", "run.js")
	command.Dir, command.Stdin = directory, bytes.NewReader(input)
	var problems bytes.Buffer
	command.Stderr = &problems
	output, err := command.Output()
	require.NoError(t, err, problems.String())
	var answers []Answer
	require.NoError(t, json.Unmarshal(output, &answers))
	require.Len(t, answers, len(requests))
	return answers
}

// Skip skips the test where the package is missing, with what is not checked then, and fails it for every other error.
func Skip(t testing.TB, unchecked string, err error) {
	t.Helper()
	switch {
	case err == nil:
	case errors.Is(err, ErrMissing):
		t.Skipf("%s: %v", unchecked, err)
	default:
		t.Fatal(err)
	}
}
