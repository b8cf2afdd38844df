package asl_test

import (
	"cmp"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/internal/aslnode"
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
	task.Name = cmp.Or(task.Name, "Work")
	task.End = task.Next == ""
	return asl.Definition{Name: "machine", QueryLanguage: language, States: []asl.State{task}}
}

// compare holds the definition against a golden file, laid out for people.
func compare(t *testing.T, file string, definition asl.Definition) {
	t.Helper()
	text, err := definition.JSON()
	require.NoError(t, err)
	golden.AssertJSON(t, filepath.Join("testdata", file), text)
}

type (
	request = aslnode.Request
	attempt = aslnode.Attempt
	answer  = aslnode.Answer
)

func node(t *testing.T, requests []request) []answer {
	t.Helper()
	return aslnode.Node(t, requests)
}
