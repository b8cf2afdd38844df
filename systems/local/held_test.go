package local_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/systems/local"
)

// counting is a machine whose job takes values of the input, and which catches what Step Functions lets it.
func counting() asl.Definition {
	return asl.Definition{QueryLanguage: asl.JSONata, States: []asl.State{
		asl.Task{Name: "Count", Pattern: asl.Sync, End: true, Catch: asl.CatchAll("Caught"), Call: asl.SageMakerCreateProcessingJob{
			Name: "count", RoleARN: role, Image: image, EntryPoint: []asl.Text{"sh", "/opt/ml/code/count.sh"}, Arguments: []asl.Text{asl.Input("least")},
			Environment: map[string]asl.Text{"LEAST": asl.Input("least")}, InstanceType: asl.Input("type"), VolumeGB: 1, MaxRuntime: time.Minute,
		}},
		asl.Succeed{Name: "Caught", Output: asl.Expr("$states.input.Error")},
	}}
}

// TestEvaluatedArguments are held against the API, as Step Functions and SageMaker do.
func TestEvaluatedArguments(t *testing.T) {
	for name, test := range map[string]struct {
		least         any
		instance      string
		status        local.Status
		output        any
		error, reason string
	}{
		"text": {"0.3", "ml.m5.large", local.Succeeded, map[string]any{}, "", ""},
		"a number": {0.3, "ml.m5.large", local.Failed, nil, "States.Runtime", `the arguments of createProcessingJob are refused: arguments.AppSpecification.ContainerArguments[0]: is the number 0.3, and the API takes text; write "0.3"
arguments.Environment["LEAST"]: is the number 0.3, and the API takes text; write "0.3"`},
		"a list": {[]any{"a"}, "ml.m5.large", local.Failed, nil, "States.Runtime", `the arguments of createProcessingJob are refused: arguments.AppSpecification.ContainerArguments[0]: is a list, and the API takes text; give that
arguments.Environment["LEAST"]: is a list, and the API takes text; give that`},
		"no such instance": {"0.3", "ml.m5.nano", local.Succeeded, "SageMaker.AmazonSageMakerException", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, map[string]string{"count.sh": `test "$1" = "$LEAST"`})
			result, err := local.RunMachine(context.Background(), "count", counting(), map[string]any{"least": test.least, "type": test.instance}, b.options)
			require.NoError(t, err)
			require.Equal(t, test.status, result.Status, result.Summary())
			require.Equal(t, test.error, result.Error)
			require.Equal(t, test.reason, result.Cause)
			if text, caught := test.output.(string); caught {
				require.Equal(t, text, result.Output)
			}
			arguments, err := os.ReadFile(filepath.Join(result.Folder, "count", "arguments.json"))
			require.NoError(t, err)
			require.Contains(t, string(arguments), `"ContainerArguments"`)
		})
	}
}

// TestArgumentsOfStandIns are held against the API too, but for calls that are newer than the models.
func TestArgumentsOfStandIns(t *testing.T) {
	run := func(call asl.SDKCall) *local.MachineResult {
		call.NoPermissions = true
		d := asl.Definition{QueryLanguage: asl.JSONata, States: []asl.State{
			asl.Parallel{Name: "Both", End: true, Branches: []asl.Branch{{States: []asl.State{
				asl.Map{Name: "Each", Items: asl.List{asl.Int(1)}, End: true, States: []asl.State{asl.Task{Name: "Call", Call: call, End: true}}},
			}}}},
		}}
		result, err := local.RunMachine(context.Background(), "call", d, map[string]any{"n": 1}, local.Options{Folder: t.TempDir(), StandIns: map[string]local.StandIn{"Call": answer(map[string]any{})}})
		require.NoError(t, err)
		return result
	}
	arguments := asl.Object{"JobName": asl.Expr("$states.context.Execution.Name"), "JobQueue": asl.Text("q"), "JobDefinition": asl.Text("d"), "SchedulingPriorityOverride": asl.Expr("'high'")}
	result := run(asl.SDKCall{Service: "batch", Action: "submitJob", Arguments: arguments})
	require.Equal(t, "States.Runtime", result.Error)
	require.Equal(t, `the arguments of submitJob are refused: arguments.SchedulingPriorityOverride: is the text "high", and the API takes a whole number; give that`, result.Cause)
	require.Equal(t, local.Succeeded, run(asl.SDKCall{Service: "batch", Action: "submitJob", Arguments: arguments, Unchecked: true}).Status)
}

// TestValuesOfFiles: what a JSON file gives in place of text is no text by itself.
func TestValuesOfFiles(t *testing.T) {
	b := newBench(t, map[string]string{"report.sh": `echo '{"list": ["a"], "name": "x"}' > "$ML_ROOT/processing/output/report/report.json"`, "train.sh": `test "$NAME" = x`})
	for path, want := range map[string]string{
		"$.name": "", "list": `step train failed: SageMaker would refuse it: arguments.Environment["NAME"]: is a list, and the API takes text; give that`,
	} {
		p := newPipeline()
		report := p.Processing("report", pipeline.ProcessingArgs{
			Image: image, Entrypoint: program("report.sh"), Outputs: []pipeline.ProcessingOutput{{Name: "report"}},
			PropertyFiles: []pipeline.PropertyFile{{Name: "report", Output: "report", Path: "report.json"}},
		})
		p.Training("train", pipeline.TrainingArgs{Image: image, Entrypoint: program("train.sh"), Extra: pipeline.Fields{"Environment": pipeline.Fields{"NAME": report.JSONGet("report", path)}}})
		result := b.run(p)
		require.Equal(t, want, result.Reason, path)
		require.FileExists(t, filepath.Join(result.Folder, "train", "arguments.json"))
	}
}

// TestSummaryOfOneRetry says it in words.
func TestSummaryOfOneRetry(t *testing.T) {
	b := newBench(t, map[string]string{"ok.sh": "echo fine"})
	b.options.Faults = map[string][]pipeline.RetryError{"prepare": {pipeline.RetryCapacityError}}
	p := newPipeline()
	p.Processing("prepare", pipeline.ProcessingArgs{Image: image, Entrypoint: program("ok.sh"), Retry: []pipeline.RetryPolicy{{On: []pipeline.RetryError{pipeline.RetryCapacityError}, MaxAttempts: 1, Interval: time.Second, BackoffRate: 1}}})
	require.Regexp(t, `prepare  Processing  succeeded in [0-9.]+ s, retried once\n`, b.run(p).Summary())
}

// TestTheBestModelBelowASlash is not where SageMaker writes it: an execution gave the parameter a / at its end.
func TestTheBestModelBelowASlash(t *testing.T) {
	b := newBench(t, map[string]string{"train.sh": `echo "error=1;"`, "read.sh": "true"})
	p := newPipeline()
	tune := p.Tuning("tune", pipeline.TuningArgs{
		MaxJobs: pipeline.Int(1), Objective: pipeline.Objective{Metric: "error", Direction: pipeline.Minimize}, Continuous: []pipeline.ContinuousRange{{Name: "x", Min: 0, Max: 1}},
		Training: pipeline.TrainingArgs{Image: image, OutputURI: p.RequiredString("out"), Metrics: []pipeline.Metric{{Name: "error", Regex: "error=([0-9.]+);"}}},
	})
	p.Processing("read", pipeline.ProcessingArgs{Image: image, Entrypoint: program("read.sh"), Inputs: []pipeline.ProcessingInput{{Name: "model", S3URI: tune.BestModel()}}})
	b.options.Images[""] = local.Image{Folder: b.options.Images[""].Folder, Entrypoint: []string{"sh", "/opt/ml/code/train.sh"}}
	b.options.Parameters = map[string]string{"out": "s3://models/x"}
	require.Empty(t, b.run(p).Reason)
	b.options.Parameters = map[string]string{"out": "s3://models/x/"}
	require.Regexp(t, `^step read failed: .*"s3://models/x//[^"]*/output/model.tar.gz" has // in it, which S3 takes for another place than /`, b.run(p).Reason)
}
