package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// recorder stands for Node.js and keeps what goes in and comes out.
const recorder = `#!/bin/sh
tee "$RECORD/requests" | node "$@" | tee "$RECORD/responses"
`

// record runs a program of the bindings and writes the calls that it makes, with their answers, for replay.js.
func record(command *exec.Cmd, dir, file string) error {
	node := filepath.Join(dir, "recorder")
	if err := os.WriteFile(node, []byte(recorder), 0o755); err != nil {
		return err
	}
	command.Env = append(os.Environ(), "JSII_NODE="+node, "RECORD="+dir, "FASTSTART_OFF=references")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("recording the calls: %w\n%s", err, out)
	}
	lines := func(name string) ([][]byte, error) {
		text, err := os.ReadFile(filepath.Join(dir, name))
		return bytes.Split(bytes.TrimSpace(text), []byte("\n")), err
	}
	requests, err := lines("requests")
	if err != nil {
		return err
	}
	responses, err := lines("responses")
	if err != nil {
		return err
	}
	// The kernel says hello first, and does not answer the last request, which is to exit.
	if len(requests) != len(responses) {
		return fmt.Errorf("recording the calls: %d requests and %d responses", len(requests), len(responses))
	}
	var out bytes.Buffer
	for i, request := range requests[:len(requests)-1] {
		if bytes.Contains(request, []byte(`"api":"load"`)) {
			continue
		}
		var answer struct {
			OK json.RawMessage `json:"ok"`
		}
		if err := json.Unmarshal(responses[i+1], &answer); err != nil {
			return fmt.Errorf("the answer %q: %w", responses[i+1], err)
		}
		line, err := json.Marshal(map[string]json.RawMessage{"call": request, "answer": answer.OK})
		if err != nil {
			return err
		}
		out.Write(append(line, '\n'))
	}
	return os.WriteFile(file, out.Bytes(), 0o644)
}
