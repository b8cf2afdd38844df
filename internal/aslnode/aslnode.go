// Package aslnode validates and executes state machines in tests, with the npm packages of documents/asl/testdata/node.
package aslnode

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/mlplatform/mlplatform/internal/npm"
)

// A Request is answered by testdata/node/run.js: either a definition that is validated, or one that is executed.
type Request struct {
	Validate json.RawMessage `json:"validate,omitempty"`
	Run      json.RawMessage `json:"run,omitempty"`
	// Input of the execution.
	Input any `json:"input,omitempty"`
	// Tasks are what each task does at its first, second, ... attempt. The last one repeats. A task that is not in it
	// returns what it was called with.
	Tasks map[string][]Attempt `json:"tasks,omitempty"`
	// Context is the context object.
	Context any `json:"context,omitempty"`
	// Calls is the URL of a server, as Server makes one, that answers the tasks that are not in Tasks. Default: none.
	Calls string `json:"calls,omitempty"`
	// Together lets the execution run at the same time as those beside it that say so too. Default: one after the other.
	Together bool `json:"together,omitempty"`
}

// An Attempt of a task returns the result, fails with the error, or returns what it was called with.
type Attempt struct {
	Result any    `json:"result,omitempty"`
	Error  string `json:"error,omitempty"`
	Cause  string `json:"cause,omitempty"`
	Echo   bool   `json:"echo,omitempty"`
}

// A Task is a call that a state makes.
type Task struct {
	State     string         `json:"state"`
	Resource  string         `json:"resource"`
	Arguments map[string]any `json:"arguments"`
}

// Server answers tasks until the test ends, and returns its URL.
func Server(t *testing.T, answer func(Task) Attempt) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var task Task
		if err := json.NewDecoder(r.Body).Decode(&task); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		_ = json.NewEncoder(w).Encode(answer(task))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// An Answer is what is wrong with a definition, or what an execution came to: its output or error, and the tasks that
// it went through, each attempt once.
type Answer struct {
	Problems string   `json:"problems"`
	Output   any      `json:"output"`
	Error    string   `json:"error"`
	Cause    string   `json:"cause"`
	Visited  []string `json:"visited"`
}

// Node lets the npm packages answer all requests in one process, because starting it is what takes time. Without them,
// the test is skipped.
func Node(t *testing.T, requests []Request) []Answer {
	t.Helper()
	return npm.Run[Request, Answer](t, "documents/asl/testdata/node", "asl-validator", "the States Language was neither validated nor executed by npm packages", requests)
}
