// Package npm finds the npm packages with which tests compare what this repository writes. They are installed beside the package.json that
// names them, and are no part of what users get.
package npm

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
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
