// Package vtltest executes mapping templates of API Gateway in tests, with the npm package of documents/openapi/testdata/node.
package vtltest

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// A Request is a template and what it works on.
type Request struct {
	Template string            `json:"template"`
	Body     string            `json:"body,omitempty"`
	Params   map[string]string `json:"params,omitempty"`
	Context  map[string]any    `json:"context,omitempty"`
}

// An Answer is what the template wrote, and the status that it set, 0 for none.
type Answer struct {
	Output string `json:"output"`
	Status int    `json:"status"`
}

// Run executes all templates in one process. Without the npm package, the test is skipped.
func Run(t *testing.T, requests []Request) []Answer {
	t.Helper()
	_, file, _, _ := runtime.Caller(0)
	directory := filepath.Join(filepath.Dir(file), "..", "..", "documents", "openapi", "testdata", "node")
	if installed, _ := filepath.Glob(filepath.Join(directory, "node_modules", "velocityjs")); len(installed) == 0 {
		t.Skip("mapping templates were not executed; install the npm package with: npm ci --prefix documents/openapi/testdata/node")
	}
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("mapping templates were not executed, because there is no node in PATH")
	}
	input, err := json.Marshal(requests)
	require.NoError(t, err)
	command := exec.Command("node", "run.js")
	command.Dir = directory
	command.Stdin = bytes.NewReader(input)
	var problems bytes.Buffer
	command.Stderr = &problems
	output, err := command.Output()
	require.NoError(t, err, problems.String())
	var answers []Answer
	require.NoError(t, json.Unmarshal(output, &answers))
	require.Len(t, answers, len(requests))
	return answers
}
