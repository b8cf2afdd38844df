package platform

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestImportStateMachine(t *testing.T) {
	run := func(args ...string) (int, string, string) {
		var out, problems strings.Builder
		code := Run(append([]string{"import", "state-machine"}, args...), &out, &problems)
		return code, out.String(), problems.String()
	}
	code, source, problems := run("../documents/asl/testdata/published/callback.json", "--package", "callback")
	require.Zero(t, code, problems)
	_, err := parser.ParseFile(token.NewFileSet(), "definition.go", source, parser.SkipObjectResolution)
	require.NoError(t, err)
	for _, part := range []string{"package callback\n", "func Definition() asl.Definition {", `Name:          "callback"`, "Timeout: time.Hour,", "Pattern: asl.WaitForToken,",
		`TopicARN: "arn:aws:sns:us-east-1:111122223333:topic",`, `asl.Context("Task.Token")`} {
		require.Contains(t, source, part)
	}
	require.Empty(t, problems)

	file := filepath.Join(t.TempDir(), "machine.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"StartAt": "a", "States": {"a": {"Type": "Task", "Resource": "arn:aws:states:::athena:getQueryExecution", "Parameters": {"QueryExecutionId": "q"}, "End": true}}}`), 0o600))
	code, source, problems = run(file)
	require.Zero(t, code)
	require.Contains(t, source, "PermissionsElsewhere: true,")
	require.Equal(t, "PermissionsElsewhere marks calls whose permissions are not derived; name them in Permissions, or leave the machine its role\n", problems)
	require.NoError(t, os.WriteFile(file, []byte(`{"StartAt": "a", "States": {"a": {"Type": "Succeed"}, "b": {"Type": "Succeed"}}}`), 0o600))
	code, source, problems = run(file)
	require.Zero(t, code)
	require.Contains(t, source, "package machine\n")
	require.Equal(t, "states[\"b\"]: is never reached from \"a\"; lead to it, or remove it\n", problems)

	require.NoError(t, os.WriteFile(file, []byte(`{"StartAt": "a", "States": {"a": {"Type": "Succeed", "Nxt": "b"}}}`), 0o600))
	code, source, problems = run(file)
	require.Equal(t, 1, code)
	require.Empty(t, source)
	require.Contains(t, problems, `states["a"].Nxt: is no field of a Succeed state with JSONPath; remove it`)
	code, _, problems = run(file, "--package", "A-b")
	require.Equal(t, 1, code)
	require.Contains(t, problems, `--package: "A-b" is no name of a package; use small letters and digits`)
	code, _, problems = run()
	require.Equal(t, 1, code)
	require.Contains(t, problems, "give one file, or - for standard input")
}

func TestImportPipeline(t *testing.T) {
	run := func(args ...string) (int, string, string) {
		var out, problems strings.Builder
		code := Run(append([]string{"import", "pipeline"}, args...), &out, &problems)
		return code, out.String(), problems.String()
	}
	code, source, problems := run("../documents/pipeline/testdata/wine.json", "--package", "wine")
	require.Zero(t, code, problems)
	require.Empty(t, problems)
	_, err := parser.ParseFile(token.NewFileSet(), "pipeline.go", source, parser.SkipObjectResolution)
	require.NoError(t, err)
	for _, part := range []string{"package wine\n", `p := pipeline.New("wine", pipeline.Props{})`, `data := p.String("data", "s3://data/wine/wine.csv")`, `p.Condition(`, `S3URI: preprocess.Output("train")`, "\t\"time\"\n"} {
		require.Contains(t, source, part)
	}
	file := filepath.Join(t.TempDir(), "pipeline.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"Version": "2020-12-01", "Metadata": {}, "Parameters": [], "Steps": [{"Name": "a", "Type": "Fail", "Arguments": {"ErrorMessage": {"Get": "Steps.b.x"}}}]}`), 0o600))
	code, source, problems = run(file)
	require.Zero(t, code)
	require.Contains(t, source, "package training\n")
	require.Contains(t, problems, `refers to property x of step "b", which this pipeline does not have`)
	require.NoError(t, os.WriteFile(file, []byte(`{"Version": "2020-12-01", "Metadata": {}, "Parameters": [], "Steps": [{"Name": "a", "Type": "Sleep", "Arguments": {"Hours": 8}}]}`), 0o600))
	code, source, problems = run(file)
	require.Zero(t, code)
	require.Contains(t, source, "// Steps[0].Type: \"Sleep\" has no method in this package\n\tp.Raw(\"a\", \"Sleep\", ")
	require.Equal(t, `Steps[0].Type: "Sleep" has no method in this package
These steps are Raw, and their permissions are not derived; write them with the methods of their kinds, or leave the pipeline its role
`, problems)
	require.NoError(t, os.WriteFile(file, []byte(`{"Steps": {}}`), 0o600))
	code, source, _ = run(file)
	require.Equal(t, 1, code)
	require.Empty(t, source)
}
