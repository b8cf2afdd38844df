package pipeline_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/pipeline"
)

// definitions are all definitions under testdata, by their path.
func definitions(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	out := map[string][]byte{}
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "permissions") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		out[file] = text
	}
	require.Greater(t, len(out), 30)
	return out
}

// TestParse reads every definition under testdata and writes it again, which gives the same JSON.
func TestParse(t *testing.T) {
	for file, text := range definitions(t) {
		t.Run(file, func(t *testing.T) {
			p, err := pipeline.Parse("sample", text)
			require.NoError(t, err)
			again, err := p.JSON()
			require.NoError(t, err)
			require.JSONEq(t, string(text), again)
		})
	}
}

// TestGoCode compiles the Go code of every definition under testdata and runs it, which gives the same JSON again.
func TestGoCode(t *testing.T) {
	if testing.Short() {
		t.Skip("the Go code of definitions was not compiled, which takes seconds")
	}
	folder, err := os.MkdirTemp("testdata", "gocode-")
	require.NoError(t, err)
	defer os.RemoveAll(folder)
	var program strings.Builder
	program.WriteString("package main\n\nimport (\n\"encoding/json\"\n\"os\"\n\"github.com/mlplatform/mlplatform/documents/pipeline\"\n)\n\nfunc main() {\nout := map[string]string{}\n")
	want := definitions(t)
	for file, text := range want {
		code, err := pipeline.GoCode("sample", text)
		require.NoError(t, err)
		fmt.Fprintf(&program, "func() {\n%s\ntext, err := p.JSON()\nif err != nil {\ntext = err.Error()\n}\nout[%q] = text\n}()\n", code, file)
	}
	program.WriteString("_ = json.NewEncoder(os.Stdout).Encode(out)\n}\n")
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
		require.JSONEq(t, string(text), got[file], file)
	}
}

func TestParseErrors(t *testing.T) {
	with := func(rest string) string { return `{"Version":"2020-12-01","Metadata":{},"Parameters":[],` + rest + `}` }
	for definition, want := range map[string]string{
		`{`:                  "is no definition of a pipeline: unexpected EOF",
		`{"Versoin": "x"}`:   `is no definition of a pipeline: json: unknown field "Versoin"`,
		`{"Version":"2019"}`: `Version: "2019" is not "2020-12-01", the version of definitions that is known`,
		with(`"Steps":[{"Name":"a","Type":"Fail","Arguments":{"ErrorMessage":{"Get":"Parameters.x"}}}]`):                    `Steps[0].Arguments.ErrorMessage: refers to the parameter "x", which the definition does not declare`,
		with(`"Steps":[{"Name":"a","Type":"Lambda","DependsOn":["b"]}]`):                                                    `Steps[0].DependsOn[0]: "b" is no step`,
		with(`"Steps":[{"Name":"a","Type":"Lambda"},{"Name":"a","Type":"Lambda"}]`):                                         `Steps[1].Name: "a" is the name of two steps`,
		with(`"Steps":[{"Name":"a","Type":"Condition","Arguments":{"Conditions":[{"Type":"Like"}]}}]`):                      `Steps[0].Arguments.Conditions[0].Type: "Like" is no condition`,
		`{"Version":"2020-12-01","Parameters":[{"Name":"n","Type":"Integer","DefaultValue":"1"}],"Metadata":{},"Steps":[]}`: `Parameters[0]: "n" has the default 1, which is no Integer`,
	} {
		_, err := pipeline.Parse("sample", []byte(definition))
		require.EqualError(t, err, want, definition)
	}
}
