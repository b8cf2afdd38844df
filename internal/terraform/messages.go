package terraform

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// A message is a line of what Terraform says with -json.
// https://developer.hashicorp.com/terraform/internals/machine-readable-ui
type message struct {
	Type       string
	Diagnostic struct {
		Severity, Summary, Detail, Address string
		Range                              struct{ Filename string }
		Snippet                            struct{ Context string }
	}
	Change struct {
		Action   string
		Resource struct {
			Module       string
			ResourceAddr string `json:"resource"`
		}
	}
}

func readMessages(text []byte) ([]message, error) {
	var out []message
	for _, line := range bytes.Split(bytes.TrimSpace(text), []byte("\n")) {
		var each message
		if err := json.Unmarshal(line, &each); err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
		out = append(out, each)
	}
	return out, nil
}
