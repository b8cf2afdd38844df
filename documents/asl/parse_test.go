package asl_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
)

// goldens are all definitions under testdata, by their path.
func goldens(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"testdata/tasks/*.json", "testdata/states/*.json", "testdata/published/*.json"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			out[file] = string(text)
		}
	}
	require.Greater(t, len(out), 100)
	return out
}

// TestRoundTrip reads every definition under testdata and writes it again, which gives the same JSON.
func TestRoundTrip(t *testing.T) {
	for file, text := range goldens(t) {
		t.Run(file, func(t *testing.T) {
			definition, err := asl.Parse([]byte(text))
			require.NoError(t, err)
			definition.Name = "machine"
			for i, s := range definition.States { // what a definition does not say
				switch s := s.(type) {
				case asl.Task:
					if s.RoleARNFrom != "" {
						s.Roles = []string{jobRole}
					}
					definition.States[i] = s
				case asl.Map:
					if d := s.Distributed; d != nil && d.Reader != nil && d.Reader.BucketFrom != "" {
						d.Reader.Buckets, d.Writer.Buckets = []string{"in"}, []string{"out"}
					}
				}
			}
			again, err := definition.JSON()
			require.NoError(t, err)
			require.JSONEq(t, withLanguage(t, text), withLanguage(t, again))
			code, err := definition.GoCode()
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(code, "asl.Definition{"), code)
		})
	}
}

// TestGoCode compiles the Go code of every definition under testdata and runs it, which gives the same JSON again.
func TestGoCode(t *testing.T) {
	if testing.Short() {
		t.Skip("the Go code of definitions was not compiled; run the tests without -short")
	}
	folder, err := os.MkdirTemp("testdata", "gocode-")
	require.NoError(t, err)
	defer os.RemoveAll(folder)
	var program strings.Builder
	program.WriteString("package main\n\nimport (\n\"encoding/json\"\n\"os\"\n\"time\"\n\"github.com/mlplatform/mlplatform/documents/asl\"\n)\n\nvar _ = time.Second\n\nvar all = map[string]asl.Definition{\n")
	want := goldens(t)
	for file, text := range want {
		if strings.Contains(file, "computed") {
			delete(want, file) // roles and buckets are for people to name
			continue
		}
		definition, err := asl.Parse([]byte(text))
		require.NoError(t, err)
		definition.Name = "machine"
		code, err := definition.GoCode()
		require.NoError(t, err)
		fmt.Fprintf(&program, "%q: %s,\n", file, code)
	}
	program.WriteString("}\n\nfunc main() {\nout := map[string]string{}\nfor name, each := range all {\ntext, err := each.JSON()\nif err != nil {\ntext = err.Error()\n}\nout[name] = text\n}\n_ = json.NewEncoder(os.Stdout).Encode(out)\n}\n")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(program.String()), 0o600))
	command := exec.Command("go", "run", "./"+folder)
	var problems strings.Builder
	command.Stderr = &problems
	output, err := command.Output()
	require.NoError(t, err, problems.String())
	var got map[string]string
	require.NoError(t, json.Unmarshal(output, &got))
	require.Len(t, got, len(want))
	for file, text := range want {
		require.True(t, json.Valid([]byte(got[file])), "%s: %s", file, got[file])
		require.JSONEq(t, withLanguage(t, text), withLanguage(t, got[file]), file)
	}
}

// withLanguage says the default language, which definitions may leave out.
func withLanguage(t *testing.T, text string) string {
	t.Helper()
	var o map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &o))
	if o["QueryLanguage"] == nil {
		o["QueryLanguage"] = "JSONPath"
	}
	delete(o, "Version")
	out, err := json.Marshal(o)
	require.NoError(t, err)
	return string(out)
}
