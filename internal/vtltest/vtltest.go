// Package vtltest executes mapping templates of API Gateway in tests, with the npm package of documents/openapi/testdata/node.
package vtltest

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/mlplatform/mlplatform/internal/npm"
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
	directory, err := npm.WithNode("documents/openapi/testdata/node", "velocityjs")
	npm.Skip(t, "mapping templates were not executed", err)
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
