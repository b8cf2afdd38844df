package local_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/systems/local"
)

// errorIs and answer make stand-ins.
func answer(value map[string]any) local.StandIn {
	return func(context.Context, local.Call) (map[string]any, error) { return value, nil }
}

func enough(yes bool) local.StandIn {
	return answer(map[string]any{"Payload": map[string]any{"enough": yes}})
}

func errorIs(name string) local.StandIn {
	return func(context.Context, local.Call) (map[string]any, error) {
		return nil, local.TaskError{Name: name, Cause: "because"}
	}
}

// asking is a machine that calls a function, decides by its answer, and waits.
func asking() asl.Definition {
	return asl.Definition{QueryLanguage: asl.JSONata, States: []asl.State{
		asl.Task{
			Name: "Ask", Call: asl.LambdaInvoke{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:ask", Payload: asl.Object{"rows": asl.Expr("$states.input.rows")}},
			Assign: asl.Object{"enough": asl.Expr("$states.result.Payload.enough")}, Retry: []asl.Retrier{{Errors: []string{"Lambda.TooManyRequestsException"}, MaxAttempts: asl.Times(2)}},
			Catch: asl.CatchAll("Give up"), Next: "Pause",
		},
		asl.Wait{Name: "Pause", For: time.Hour, Next: "Decide"},
		asl.Choice{Name: "Decide", Default: "Give up", Rules: []asl.Rule{{If: asl.When("$enough"), Next: "Done"}}},
		asl.Succeed{Name: "Done"},
		asl.Fail{Name: "Give up", Error: "Too.Few", Cause: "so few"},
	}}
}

func TestMachine(t *testing.T) {
	for name, test := range map[string]struct {
		standIn local.StandIn
		faults  []pipeline.RetryError
		status  local.Status
		error   string
		states  []string
	}{
		"enough":   {enough(true), nil, local.Succeeded, "", []string{"Ask", "Pause", "Decide", "Done"}},
		"few":      {enough(false), nil, local.Failed, "Too.Few", []string{"Ask", "Pause", "Decide", "Give up"}},
		"retried":  {enough(true), []pipeline.RetryError{"Lambda.TooManyRequestsException"}, local.Succeeded, "", []string{"Ask", "Ask", "Pause", "Decide", "Done"}},
		"caught":   {errorIs("Lambda.Broken"), nil, local.Failed, "Too.Few", []string{"Ask", "Give up"}},
		"no value": {answer(map[string]any{}), nil, local.Failed, "Too.Few", []string{"Ask", "Give up"}},
	} {
		t.Run(name, func(t *testing.T) {
			options := local.Options{
				Folder: t.TempDir(), StandIns: map[string]local.StandIn{"Ask": func(ctx context.Context, call local.Call) (map[string]any, error) {
					require.Equal(t, json.Number("3"), call.Arguments["Payload"].(map[string]any)["rows"])
					return test.standIn(ctx, call)
				}}, Faults: map[string][]pipeline.RetryError{"Ask": test.faults},
			}
			result, err := local.RunMachine(context.Background(), "ask", asking(), map[string]any{"rows": 3}, options)
			require.NoError(t, err)
			require.Equal(t, test.status, result.Status, result.Summary())
			require.Equal(t, test.error, result.Error)
			var states []string
			for _, each := range result.States {
				states = append(states, each.Name)
			}
			require.Equal(t, test.states, states)
			require.Contains(t, result.Mermaid(), "class ")
			require.FileExists(t, filepath.Join(result.Folder, "summary.txt"))
		})
	}
}

func TestMachineStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	result, err := local.RunMachine(ctx, "ask", asking(), map[string]any{"rows": 3}, local.Options{
		Folder: t.TempDir(), StandIns: map[string]local.StandIn{"Ask": func(ctx context.Context, _ local.Call) (map[string]any, error) {
			cancel()
			return nil, ctx.Err()
		}},
	})
	require.NoError(t, err)
	require.Equal(t, local.Stopped, result.Status)
	require.Len(t, result.States, 1, "nothing catches it")
}

func TestMachineMistakes(t *testing.T) {
	_, err := local.RunMachine(context.Background(), "ask", asking(), nil, local.Options{
		Folder: t.TempDir(), ExecutionID: "x", StandIns: map[string]local.StandIn{"Asks": nil}, Faults: map[string][]pipeline.RetryError{},
	})
	require.EqualError(t, err, `executionID: "x" is not 12 lower-case letters and digits
states["Ask"]: calls arn:aws:states:::lambda:invoke, which does not run on this machine; give a stand-in for it
standIns["Asks"]: is no state of the machine, which has Ask, Decide, Done, Give up, Pause`)
}

// TestMachineJobs: branches run jobs, and what they wrote is read.
func TestMachineJobs(t *testing.T) {
	b := newBench(t, map[string]string{"count.sh": `wc -l < "$ML_ROOT/processing/input/data/rows.csv" | tr -d ' ' > "$ML_ROOT/processing/output/report/rows.json"`})
	b.put("s3://data/a/rows.csv", "1\n2\n")
	b.put("s3://data/b/rows.csv", "1\n2\n3\n")
	count := func(folder string) asl.Branch {
		return asl.Branch{States: []asl.State{
			asl.Task{Name: "Count " + folder, Pattern: asl.Sync, Next: "Read " + folder, Call: asl.SageMakerCreateProcessingJob{
				Name: asl.Text("count-" + folder), RoleARN: role, Image: image, EntryPoint: []asl.Text{"sh", "/opt/ml/code/count.sh"}, InstanceType: "ml.m5.large", VolumeGB: 1, MaxRuntime: time.Minute,
				Inputs:  []asl.ProcessingInput{{Name: "data", S3URI: asl.Text("s3://data/" + folder)}},
				Outputs: []asl.ProcessingOutput{{Name: "report", S3URI: asl.Text("s3://data/report/" + folder)}},
			}},
			asl.Task{Name: "Read " + folder, Call: asl.S3GetObject{Bucket: "data", Key: asl.Text("report/" + folder + "/rows.json")}, Output: asl.Expr("$parse($states.result.Body)"), End: true},
		}}
	}
	d := asl.Definition{QueryLanguage: asl.JSONata, States: []asl.State{
		asl.Parallel{Name: "Both", Branches: []asl.Branch{count("a"), count("b")}, Next: "Tell", Assign: asl.Object{"rows": asl.Expr("$sum($states.result)")}},
		asl.Task{Name: "Tell", Call: asl.SNSPublish{TopicARN: "arn:aws:sns:us-west-2:111111111111:told", Message: asl.Object{"rows": asl.Expr("$rows")}}, Output: asl.Expr("$rows"), End: true},
	}}
	result, err := local.RunMachine(context.Background(), "count", d, nil, b.options)
	require.NoError(t, err)
	require.Equal(t, local.Succeeded, result.Status, result.Summary())
	require.Equal(t, "5", fmt.Sprint(result.Output))
	messages, err := os.ReadFile(filepath.Join(result.Folder, "messages.jsonl"))
	require.NoError(t, err)
	require.Regexp(t, `rows[^0-9]*5`, string(messages))

	b.program("count.sh", "echo no rows; exit 2")
	result, err = local.RunMachine(context.Background(), "count", d, nil, b.options)
	require.NoError(t, err)
	require.Equal(t, "States.TaskFailed", result.Error)
	require.Contains(t, result.Cause, "AlgorithmError: no rows, exit code 2; the log is ")
}
