package asl_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
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
			again, err := definition.JSON()
			require.NoError(t, err)
			require.JSONEq(t, withLanguage(t, text), withLanguage(t, again))
			code, err := definition.GoCode()
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(code, "asl.Definition{"), code)
		})
	}
}

// generic are the calls that no type of this package can give back: what decides about their permissions is computed or not in the definition.
var generic = map[string][]asl.QueryLanguage{
	"integration": {asl.JSONata, asl.JSONPath}, "sdk-call": {asl.JSONata, asl.JSONPath},
	"s3-copy-object":                    {asl.JSONata, asl.JSONPath}, // source and key are one text
	"sagemaker-endpoint-update":         {asl.JSONata, asl.JSONPath}, // alarms are among what is allowed
	"sagemaker-endpoint-update-rolling": {asl.JSONata, asl.JSONPath},
	"sagemaker-model-package":           {asl.JSONata, asl.JSONPath}, // the folder of the models
	"sagemaker-pipeline-describe":       {asl.JSONata, asl.JSONPath}, // the name of the pipeline
	"credentials-computed":              {asl.JSONata, asl.JSONPath}, // the role
	"ecs-run-task":                      {asl.JSONPath},              // a list that is computed as a whole
	"eventbridge-put-events":            {asl.JSONPath},
}

// TestParsePermissions compares the permissions of each typed task with those of the task that Parse makes of its definition. Keys of topics, queues
// and tables, and the roles of containers, are not in a definition, and where a name is computed, all names are allowed.
func TestParsePermissions(t *testing.T) {
	for name, task := range tasks {
		for _, language := range []asl.QueryLanguage{asl.JSONata, asl.JSONPath} {
			t.Run(name+"."+string(language), func(t *testing.T) {
				definition := one(language, task)
				text, err := definition.JSON()
				require.NoError(t, err)
				parsed, err := asl.Parse([]byte(text))
				require.NoError(t, err)
				parsed.Name = definition.Name
				code, err := parsed.GoCode()
				require.NoError(t, err)
				if slices.Contains(generic[name], language) {
					require.Contains(t, code, "PermissionsElsewhere: true")
					return
				}
				require.NotContains(t, code, "PermissionsElsewhere")
				want, err := definition.Permissions(scope)
				require.NoError(t, err)
				got, err := parsed.Permissions(scope)
				require.NoError(t, err)
				for action, resources := range allowed(want) {
					for _, resource := range resources {
						covered := slices.ContainsFunc(allowed(got)[action], func(pattern string) bool {
							prefix, open := strings.CutSuffix(pattern, "*")
							return pattern == resource || open && strings.HasPrefix(resource, prefix)
						})
						require.True(t, covered || strings.HasPrefix(action, "kms:") || action == "iam:PassRole" && strings.HasPrefix(name, "ecs-"), "%s on %s", action, resource)
					}
				}
				for action := range allowed(got) {
					require.Contains(t, allowed(want), action)
				}
			})
		}
	}
}

// allowed are the resources by the actions.
func allowed(statements []policy.Statement) map[string][]string {
	out := map[string][]string{}
	for _, each := range statements {
		for _, action := range each.Actions {
			out[action] = append(out[action], each.Resources...)
		}
	}
	return out
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

// The suffixes of startExecution differ in what the output is, and no other operation has the second.
func TestSuffixesAreKept(t *testing.T) {
	machine := func(resource, arguments string) string {
		return `{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::` + resource + `","Arguments":` + arguments + `,"End":true}}}`
	}
	const execution = `{"StateMachineArn":"arn:aws:states:us-west-2:111111111111:stateMachine:a","Input":{"a":1}}`
	for _, resource := range []string{"states:startExecution", "states:startExecution.sync", "states:startExecution.sync:2"} {
		definition, err := asl.Parse([]byte(machine(resource, execution)))
		require.NoError(t, err)
		text, err := definition.JSON()
		require.NoError(t, err)
		require.JSONEq(t, machine(resource, execution), text)
	}
	_, err := asl.Parse([]byte(machine("glue:startJobRun.sync:2", `{"JobName":"nightly"}`)))
	require.EqualError(t, err, `states["A"].Resource: ".sync:2" is no suffix of glue:startJobRun; use .sync`)
}
