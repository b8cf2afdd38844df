package platform_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/platform"
)

func withPython(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no pipeline is run: there is no python3")
	}
}

// TestRunTraining trains the model of the tutorial with the training pipeline of an environment.
func TestRunTraining(t *testing.T) {
	withPython(t)
	folder := t.TempDir()
	args := []string{
		"run", "training", "--env", "dev", "--local", "--config", example, "--folder", folder, "--image", "../examples/tutorial/image", "--data", "../examples/tutorial/data",
		"--parameter", "epochs=5", "--parameter", "learning_rate=0.05",
	}
	code, out, problems := run(args...)
	require.Zero(t, code, problems+out)
	for _, line := range []string{
		`preprocess: Processing\n`, `preprocess: succeeded in [0-9.]+ s\n`, `decide: True\n`, `register: succeeded in [0-9.]+ s\n`,
		`\nwine-dev-training [a-z0-9]{12}: succeeded in [0-9.]+ s\n\nSTEP        TYPE           OUTCOME\n`, `\nreject      Fail           not run\n`,
		`registered: wine-dev-models version 1, Approved, in ` + regexp.QuoteMeta(filepath.Join(folder, "registry", "wine-dev-models", "1")) + `\n`,
	} {
		require.Regexp(t, line, out)
	}
	require.FileExists(t, filepath.Join(folder, "registry", "wine-dev-models", "1", "model.tar.gz"))

	code, out, _ = run(append(args, "--parameter", "threshold=0.99", "--logs")...)
	require.Equal(t, 3, code)
	require.Contains(t, out, "| train: 283 rows\n")
	require.Regexp(t, `step reject failed: accuracy 0\.[0-9]+ is under the threshold of 0\.99, so that the model is not registered\n`, out)
}

// TestRunLearning searches a model with the fraud example's image, in the state machine of an environment.
func TestRunLearning(t *testing.T) {
	withPython(t)
	dir := copyExample(t)
	file := filepath.Join(dir, "environments", "dev.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(text), "\nautomation:\n")
	_, rest, _ = strings.Cut(rest, "\nendpoint:\n")
	before, _, _ := strings.Cut(string(text), "\nautomation:\n")
	require.NoError(t, os.WriteFile(file, []byte(before+`
automation:
  image: { tag: 4f2a9c1 }
  prepare: { arguments: ["--undersample-ratio", "10"] }
  tuning:
    objective: { metric: "validation:f1", goal: maximize }
    metrics: { "validation:f1": "validation:f1=([0-9.]+);" }
    maxJobs: 4
    continuous: { learning_rate: { min: 0.05, max: 1 } }
    static: { epochs: "5", batch_size: "64" }
  register: { metric: f1, threshold: 0.6 }

endpoint:
`+rest), 0o644))
	data := t.TempDir()
	made, err := exec.Command("python3", "../examples/fraud/data/make.py", "4000").Output()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(data, "transactions.csv"), made, 0o644))
	folder := t.TempDir()
	code, out, problems := run("run", "learning", "--env", "dev", "--local", "--config", dir, "--folder", folder, "--image", "../examples/fraud/image", "--data", data, "--tuning-jobs", "2")
	require.Zero(t, code, problems+out)
	require.Regexp(t, `Tune: succeeded in [0-9.]+ s\n`, out)
	require.Contains(t, out, "registered: wine-dev-models version 1, PendingManualApproval, in "+filepath.Join(folder, "registry", "wine-dev-models", "1")+"\n")
	require.Regexp(t, `ran 2 of 4 training jobs\n`, out)
}

// TestInitAndRun: from nothing to a model that is trained, evaluated and registered, without AWS.
func TestInitAndRun(t *testing.T) {
	if testing.Short() {
		t.Skip("no repository is made for its sample to run in")
	}
	withPython(t)
	repository := filepath.Join(t.TempDir(), "wine-ml")
	code, _, problems := initialise(t, repository, "--environment", "dev:222222222222:branch=main", "--parts", "storage,training", "--sample")
	require.Zero(t, code, problems)
	t.Chdir(repository)
	code, out, problems := run("run", "training", "--env", "dev", "--local")
	require.Zero(t, code, problems+out)
	require.FileExists(t, "local.out/registry/wine-dev-models/1/model.tar.gz")
	require.Contains(t, out, "registered: wine-dev-models version 1, PendingManualApproval, in local.out/registry/wine-dev-models/1\n")
}

func TestRunMistakes(t *testing.T) {
	code, _, problems := run("run", "serving")
	require.Equal(t, 1, code)
	require.Equal(t, "\"serving\" is nothing that runs; give training or learning, see mlplatform run --help\n", problems)
	code, _, problems = run("run", "training", "--env", "test", "--local", "--config", example)
	require.Equal(t, 1, code)
	require.Equal(t, "--env: \"test\" is no environment with training; use dev or staging or prod\n", problems)
	code, _, problems = run("run", "training", "--env", "dev", "--config", example)
	require.Equal(t, 1, code)
	require.Equal(t, "give --local to run here; in AWS it is started by: aws sagemaker start-pipeline-execution --region us-west-2 --pipeline-name wine-dev-training\n", problems)
	code, _, problems = run("run", "training", "--env", "dev", "--local", "--config", example, "--image", ".", "--container", "x",
		"--parameter", "epochs", "--stand-in", "train=nothing.json", "--fault", "=x")
	require.Equal(t, 1, code)
	require.Equal(t, `--parameter: epochs has no = in it, with a name before it
--fault: =x has no = in it, with a name before it
--stand-in: stat nothing.json: no such file or directory
--container: is given together with --image; give one of them
`, problems)
	code, _, problems = run("run", "training", "--env", "dev", "--local", "--config", example, "--folder", t.TempDir(), "--parameter", "epochs=many")
	require.Equal(t, 1, code)
	require.Contains(t, problems, `parameters["epochs"]: "many" is no Integer; give a number`+"\n")
	require.Regexp(t, `steps\["preprocess"\]: the image ".*": /.*/images/training-image is no folder; give the one with the image's programs`, problems)
}

// TestRunOwn runs a pipeline that a program adds, with answers of files in place of its steps.
func TestRunOwn(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no stand-in is run: there is no sh")
	}
	dir := t.TempDir()
	own := platform.LocalPipeline("ask", func(env *config.Environment) (*pipeline.Pipeline, error) {
		p := pipeline.New(env.Prefix()+"-ask", pipeline.Props{})
		arguments := pipeline.LambdaArgs{
			FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:ask", Inputs: pipeline.Fields{"n": p.Integer("n", 2)},
			Outputs: []pipeline.OutputParameter{{Name: "n", Type: pipeline.TypeInteger}},
		}
		first := p.Lambda("first", arguments)
		second := p.Lambda("second", arguments)
		p.Condition("same", pipeline.ConditionArgs{
			If:   []pipeline.Condition{pipeline.Equals(first.OutputInteger("n"), second.OutputInteger("n"))},
			Else: []pipeline.Step{p.Fail("differ", pipeline.FailArgs{Message: first.OutputInteger("n").Text() + " and " + second.OutputInteger("n").Text()})},
		})
		return p, nil
	})
	require.NoError(t, os.WriteFile(filepath.Join(dir, "first.json"), []byte(`{"n": 3}`), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "second"), []byte("#!/bin/sh\nexec cat\n"), 0o755))
	var out, problems bytes.Buffer
	args := []string{"run", "ask", "--env", "dev", "--local", "--config", example, "--folder", dir, "--stand-in", "first=" + dir + "/first.json", "--stand-in", "second=" + dir + "/second"}
	require.Equal(t, 3, platform.Run(args, &out, &problems, own), problems.String())
	require.Contains(t, out.String(), "step differ failed: 3 and 2\n")
	out.Reset()
	require.Zero(t, platform.Run(append(args, "--parameter", "n=3"), &out, &problems, own), problems.String())
	require.True(t, strings.HasPrefix(out.String()[strings.Index(out.String(), "wine-dev-ask"):], "wine-dev-ask "))

	require.Equal(t, 1, platform.Run(append(args, "--data", "."), &out, &problems, own))
	require.Equal(t, "--data: is for training and learning; name what S3 has with --s3\n", problems.String())
	problems.Reset()
	require.Equal(t, 2, platform.Run([]string{"validate", "--config", example}, &out, &problems, own, own))
	require.Equal(t, "mlplatform: internal error: localPipeline: \"ask\" is the name of another pipeline or state machine, or none; give each a name of its own\n", problems.String())
}

// TestRunOwnMachine runs a state machine that a program adds, with input from a file and the command line.
func TestRunOwnMachine(t *testing.T) {
	dir := t.TempDir()
	own := platform.LocalMachine("check", func(env *config.Environment) (asl.Definition, error) {
		return asl.Definition{QueryLanguage: asl.JSONata, States: []asl.State{
			asl.Task{
				Name: "Ask", Call: asl.LambdaInvoke{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:ask", Payload: asl.Object{"rows": asl.Expr("$states.input.rows")}},
				Output: asl.Expr("{'enough': $states.result.Payload.rows >= $states.input.rows, 'who': $states.input.who}"), Next: "Decide",
			},
			asl.Choice{Name: "Decide", Default: "Too few", Rules: []asl.Rule{{If: asl.When("$states.input.enough and $states.input.who = 'me'"), Next: "Done"}}},
			asl.Succeed{Name: "Done"},
			asl.Fail{Name: "Too few", Error: "Too.Few", Cause: "so few"},
		}}, nil
	})
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		return file
	}
	var out, problems bytes.Buffer
	run := func(args ...string) int {
		out.Reset()
		problems.Reset()
		return platform.Run(append([]string{"run", "check", "--env", "dev", "--config", example, "--folder", dir}, args...), &out, &problems, own)
	}
	answer := []string{"--local", "--stand-in", "Ask=" + write("answer.json", `{"Payload": {"rows": 3}}`), "--parameter", "who=me", "--input"}
	require.Zero(t, run(append(answer, write("input.json", `{"rows": 3, "who": "you"}`))...), problems.String())
	require.Contains(t, out.String(), "Ask: succeeded in ")
	require.Regexp(t, `\nwine-dev-check [a-z0-9]{12}: succeeded in `, out.String())
	matches, err := filepath.Glob(filepath.Join(dir, "executions", "*", "ask", "arguments.json"))
	require.NoError(t, err)
	require.Len(t, matches, 1)
	require.Equal(t, 3, run(append(answer, write("input.json", `{"rows": 4}`))...), problems.String())
	require.Contains(t, out.String(), "Too.Few: so few\n")

	require.Equal(t, 1, run(append(answer, write("input.json", `[4]`))...))
	require.Contains(t, problems.String(), "--input: "+dir+"/input.json is no file with a JSON object: json: cannot unmarshal array")
	require.Equal(t, 1, run(append(answer, write("input.json", `null`))...))
	require.Equal(t, "--input: "+dir+"/input.json is no file with a JSON object: it holds null\n", problems.String())
	require.Equal(t, 1, run())
	require.Equal(t, "give --local to run here; in AWS it is started by: aws stepfunctions start-execution --region us-west-2 --state-machine-arn arn:aws:states:us-west-2:222222222222:stateMachine:wine-dev-check\n", problems.String())
	problems.Reset()
	require.Equal(t, 1, platform.Run([]string{"run", "training", "--env", "dev", "--local", "--config", example, "--input", "x.json"}, &out, &problems, own))
	require.Equal(t, "--input: is for state machines; give the parameters of a pipeline with --parameter\n", problems.String())
	problems.Reset()
	require.Equal(t, 1, platform.Run([]string{"run", "chek"}, &out, &problems, own))
	require.Equal(t, "\"chek\" is nothing that runs; give training or learning or check, see mlplatform run --help\n", problems.String())
	problems.Reset()
	require.Equal(t, 2, platform.Run([]string{"validate", "--config", example}, &out, &problems, own, platform.LocalPipeline("check", nil)))
	require.Equal(t, "mlplatform: internal error: localPipeline: \"check\" is the name of another pipeline or state machine, or none; give each a name of its own\n", problems.String())
}
