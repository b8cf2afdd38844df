package jsonata_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/jsonata"
	"github.com/mlplatform/mlplatform/internal/npm"
)

const referenceInput = `{"name": "wine", "odd name": 1, "nothing": null, "metrics": {"accuracy": {"value": 0.9}, "f1": {"value": 0.8}},
	"rows": [{"id": "a", "kind": "x", "score": 0.25, "tags": ["p", "q"]}, {"id": "b", "kind": "y", "score": 0.75, "tags": ["r"]}, {"id": "c", "kind": "x", "score": 1}],
	"others": [{"id": "a", "v": 10}, {"id": "c", "v": 30}]}`

// TestReference compares with npm jsonata, of the version that Step Functions has: which expressions are accepted, and what
// they come to.
func TestReference(t *testing.T) {
	_, err := npm.WithNode("documents/asl/testdata/node", "jsonata")
	npm.Skip(t, "expressions were not compared with npm jsonata", err)
	text, err := os.ReadFile("testdata/expressions.txt")
	require.NoError(t, err)
	expressions := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	request, err := json.Marshal(map[string]any{"expressions": expressions, "input": json.RawMessage(referenceInput)})
	require.NoError(t, err)
	command := exec.Command("node", "testdata/reference.js")
	command.Stdin = bytes.NewReader(request)
	output, err := command.Output()
	require.NoError(t, err)
	var answers []struct {
		Syntax, Error string
		Undefined     bool
		Value         any
	}
	require.NoError(t, json.Unmarshal(output, &answers))
	states := map[string]any{"input": json.RawMessage(referenceInput)}
	refused := 0
	for i, each := range expressions {
		expression, err := jsonata.Parse(each)
		want := answers[i]
		if want.Syntax != "" {
			refused++
			require.Error(t, err, "%s: %s", each, want.Syntax)
			continue
		}
		require.NoError(t, err, each)
		got, err := expression.Evaluate(nil, jsonata.Settings{Variables: map[string]any{"states": states, "n": 3}})
		switch {
		case want.Error != "":
			require.Error(t, err, "%s: %s", each, want.Error)
			require.NotErrorIs(t, err, jsonata.ErrUndefined, each)
		case want.Undefined:
			if err == nil { // a function
				require.Nil(t, got, each)
			} else {
				require.True(t, errors.Is(err, jsonata.ErrUndefined), "%s: %v", each, err)
			}
		default:
			require.NoError(t, err, each)
			require.Equal(t, want.Value, got, each)
		}
	}
	t.Logf("%d expressions, of which %d are refused", len(expressions), refused)
}
