package local

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/mlplatform/mlplatform/internal/processgroup"
)

// FromFile is a stand-in of a file: a JSON object that is its answer, or a program that gets the arguments of the step as JSON
// and writes the answer as JSON. Its other output is shown where it fails.
func FromFile(name string) (StandIn, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if filepath.Ext(name) == ".json" {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var answer map[string]any
		if err := decode(content, &answer); err != nil {
			return nil, fmt.Errorf("%s: %w; write a JSON object", name, err)
		}
		return func(context.Context, Call) (map[string]any, error) { return answer, nil }, nil
	}
	if info.Mode()&0o111 == 0 {
		return nil, fmt.Errorf("%s is neither a .json file nor a program; make it executable", name)
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, call Call) (map[string]any, error) {
		arguments, err := json.Marshal(call.Arguments)
		if err != nil {
			return nil, err
		}
		command := exec.CommandContext(ctx, path)
		command.Dir, command.WaitDelay = call.Folder, stopTime
		command.Stdin = bytes.NewReader(arguments)
		var problems bytes.Buffer
		command.Stderr = &problems
		processgroup.Own(command)
		out, err := command.Output()
		if err != nil {
			return nil, fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(problems.String()))
		}
		var answer map[string]any
		if err := decode(out, &answer); err != nil {
			return nil, fmt.Errorf("%s wrote no JSON object: %w", name, err)
		}
		return answer, nil
	}, nil
}
