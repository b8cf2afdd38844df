// Package vtltest executes mapping templates of API Gateway in tests, with the npm package of documents/openapi/testdata/node.
package vtltest

import (
	"testing"

	"github.com/mlplatform/mlplatform/internal/npm"
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
	return npm.Run[Request, Answer](t, "documents/openapi/testdata/node", "velocityjs", "mapping templates were not executed", requests)
}
