package asl_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/internal/golden"
)

var scope = arn.Scope{Region: "us-west-2", Account: "111111111111"}

const (
	jobRole = "arn:aws:iam::111111111111:role/job"
	topic   = "arn:aws:sns:us-west-2:111111111111:alerts"
	key     = "arn:aws:kms:us-west-2:111111111111:key/k"
	image   = "222222222222.dkr.ecr.us-west-2.amazonaws.com/train@sha256:0"
)

// one is a machine of a single task.
func one(language asl.QueryLanguage, task asl.Task) asl.Definition {
	if task.Name == "" {
		task.Name = "Work"
	}
	task.End = task.Next == ""
	return asl.Definition{Name: "machine", QueryLanguage: language, States: []asl.State{task}}
}

// compare holds the definition against a golden file, laid out for people.
func compare(t *testing.T, file string, definition asl.Definition) {
	t.Helper()
	text, err := definition.JSON()
	require.NoError(t, err)
	golden.Assert(t, filepath.Join("testdata", file), indent(t, text))
}

func indent(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, []byte(text), "", "  "))
	out.WriteByte('\n')
	return out.Bytes()
}

// request and answer are what testdata/node/run.js reads and writes.
type request struct {
	Validate json.RawMessage      `json:"validate,omitempty"`
	Run      json.RawMessage      `json:"run,omitempty"`
	Input    any                  `json:"input,omitempty"`
	Tasks    map[string][]attempt `json:"tasks,omitempty"`
	Context  any                  `json:"context,omitempty"`
}

type attempt struct {
	Result any    `json:"result,omitempty"`
	Error  string `json:"error,omitempty"`
	Cause  string `json:"cause,omitempty"`
	Echo   bool   `json:"echo,omitempty"`
}

type answer struct {
	Problems string   `json:"problems"`
	Output   any      `json:"output"`
	Error    string   `json:"error"`
	Cause    string   `json:"cause"`
	Visited  []string `json:"visited"`
}

// node lets the npm packages answer all requests in one process, because starting it is what takes time.
func node(t *testing.T, requests []request) []answer {
	t.Helper()
	directory := filepath.Join("testdata", "node")
	if installed, _ := filepath.Glob(filepath.Join(directory, "node_modules", "asl-validator")); len(installed) == 0 {
		t.Skip("the States Language was neither validated nor executed by npm packages; install them with: npm ci --prefix documents/asl/testdata/node")
	}
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("the States Language was neither validated nor executed by npm packages, because there is no node in PATH")
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
	var answers []answer
	require.NoError(t, json.Unmarshal(output, &answers))
	require.Len(t, answers, len(requests))
	return answers
}
