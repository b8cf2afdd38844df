package local_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/pipeline"
	_ "github.com/mlplatform/mlplatform/internal/golden" // so that go test ./... -update knows the flag here too
	"github.com/mlplatform/mlplatform/systems/local"
)

const (
	image = "111111111111.dkr.ecr.us-west-2.amazonaws.com/wine:4f2a9c1"
	role  = "arn:aws:iam::111111111111:role/jobs"
	id    = "abcdefghij01"
)

func newPipeline() *pipeline.Pipeline {
	return pipeline.New("wine", pipeline.Props{Defaults: pipeline.Defaults{Role: role, OutputURI: "s3://models"}})
}

// A bench is a folder of programs in place of the image, and one for what runs leave.
type bench struct {
	t       *testing.T
	options local.Options
}

// newBench takes shell programs by their names.
func newBench(t *testing.T, programs map[string]string) bench {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no step is run: there is no sh; run the tests where a POSIX shell is, as on Linux and macOS")
	}
	b := bench{t, local.Options{Folder: t.TempDir(), Images: map[string]local.Image{"": {Folder: t.TempDir()}}, ExecutionID: id}}
	for name, text := range programs {
		b.program(name, text)
	}
	return b
}

func (b bench) program(name, text string) {
	b.t.Helper()
	require.NoError(b.t, os.WriteFile(filepath.Join(b.options.Images[""].Folder, name), []byte("set -eu\n"+text), 0o755))
}

// put writes an object.
func (b bench) put(uri, text string) {
	b.t.Helper()
	file := filepath.Join(b.options.Folder, "s3", strings.TrimPrefix(uri, "s3://"))
	require.NoError(b.t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(b.t, os.WriteFile(file, []byte(text), 0o644))
}

// object reads one.
func (b bench) object(uri string) string {
	b.t.Helper()
	text, err := os.ReadFile(filepath.Join(b.options.Folder, "s3", strings.TrimPrefix(uri, "s3://")))
	require.NoError(b.t, err)
	return string(text)
}

func (b bench) run(p *pipeline.Pipeline) *local.Result {
	b.t.Helper()
	result, err := local.Run(context.Background(), p, b.options)
	require.NoError(b.t, err)
	return result
}

func statuses(r *local.Result) map[string]local.Status {
	out := map[string]local.Status{}
	for _, each := range r.Steps {
		out[each.Name] = each.Status
	}
	return out
}

// program is the entrypoint of a program of the image.
func program(name string, arguments ...pipeline.String) []pipeline.String {
	return append([]pipeline.String{"sh", "/opt/ml/code/" + pipeline.String(name)}, arguments...)
}

// wine is a pipeline with data, parameters, a property file and a decision.
func wine() *pipeline.Pipeline {
	p := newPipeline()
	rows, least := p.Integer("rows", 2), p.Float("least", 0.5)
	prepare := p.Processing("prepare", pipeline.ProcessingArgs{
		Image: image, Entrypoint: program("prepare.sh"), Arguments: []pipeline.String{rows.Text()},
		Inputs: []pipeline.ProcessingInput{{Name: "raw", S3URI: "s3://data/raw/"}}, Outputs: []pipeline.ProcessingOutput{{Name: "train"}},
		Environment: map[string]pipeline.String{"RAW": "/opt/ml/processing/input/raw"},
	})
	train := p.Training("train", pipeline.TrainingArgs{
		Image: image, Entrypoint: program("train.sh"), HyperParameters: map[string]pipeline.String{"rows": rows.Text()},
		Inputs:  []pipeline.Channel{{Name: "train", S3URI: prepare.Output("train")}},
		Metrics: []pipeline.Metric{{Name: "loss", Regex: "loss=([0-9.]+);"}},
	})
	evaluate := p.Processing("evaluate", pipeline.ProcessingArgs{
		Image: image, Entrypoint: program("evaluate.sh"), Inputs: []pipeline.ProcessingInput{{Name: "model", S3URI: train.ModelArtifacts()}},
		Outputs: []pipeline.ProcessingOutput{{Name: "report"}}, PropertyFiles: []pipeline.PropertyFile{{Name: "report", Output: "report", Path: "report.json"}},
	})
	accuracy := evaluate.JSONGet("report", "metrics.accuracy.value")
	p.Condition("decide", pipeline.ConditionArgs{
		If: []pipeline.Condition{pipeline.GreaterThanOrEqualTo(accuracy, least), pipeline.LessThan(train.FinalMetric("loss"), pipeline.Float(1))},
		Then: []pipeline.Step{p.Register("register", pipeline.RegisterArgs{
			Group: "wine", Containers: []pipeline.Container{{Image: image, ModelData: train.ModelArtifacts()}},
			ContentTypes: []pipeline.String{"text/csv"}, ResponseTypes: []pipeline.String{"text/csv"},
			Metrics:  pipeline.ModelMetrics{QualityStatistics: evaluate.Output("report") + "/report.json"},
			Metadata: map[string]pipeline.String{"execution": pipeline.ExecutionID},
		})},
		Else: []pipeline.Step{p.Fail("reject", pipeline.FailArgs{Message: "accuracy " + accuracy.Text() + " is under " + least.Text()})},
	})
	return p
}

func wineBench(t *testing.T) bench {
	b := newBench(t, map[string]string{
		"prepare.sh": `head -n "$1" "$RAW/wine.csv" > "$ML_ROOT/processing/output/train/train.csv"`,
		"train.sh": `wc -l < "$ML_ROOT/input/data/train/train.csv" | tr -d ' ' > "$ML_ROOT/model/rows"
			grep -q '"rows": "2"' "$ML_ROOT/input/config/hyperparameters.json"; echo "loss=0.75;"; echo "loss=0.25;"`,
		"evaluate.sh": `cd "$ML_ROOT/processing"; tar -xzf input/model/model.tar.gz; test "$(cat rows)" = 2
			echo '{"metrics": {"accuracy": {"value": 0.8}}}' > output/report/report.json`,
	})
	b.put("s3://data/raw/wine.csv", "1\n2\n3\n")
	return b
}

func TestRun(t *testing.T) {
	b := wineBench(t)
	result := b.run(wine())
	require.Equal(t, local.Succeeded, result.Status, result.Summary())
	require.NoError(t, result.Err())
	require.Equal(t, map[string]local.Status{
		"prepare": local.Succeeded, "train": local.Succeeded, "evaluate": local.Succeeded, "decide": local.Succeeded, "register": local.Succeeded, "reject": local.NotRun,
	}, statuses(result))
	require.Equal(t, "1\n2\n", b.object("s3://models/wine/"+id+"/prepare/output/train/train.csv"))
	require.Equal(t, json.Number("0.25"), result.Step("train").Properties["FinalMetricDataList"].([]any)[0].(map[string]any)["Value"], "the last value counts")

	require.Len(t, result.Packages, 1)
	registered := result.Packages[0]
	require.Equal(t, local.Package{Group: "wine", Version: 1, Approval: "PendingManualApproval", Folder: filepath.Join(b.options.Folder, "registry", "wine", "1")}, registered)
	require.FileExists(t, filepath.Join(registered.Folder, "model.tar.gz"))
	require.FileExists(t, filepath.Join(registered.Folder, "ModelQuality", "Statistics.json"))
	text, err := os.ReadFile(filepath.Join(registered.Folder, "package.json"))
	require.NoError(t, err)
	require.Contains(t, string(text), `"execution": "`+id+`"`)
	require.Contains(t, result.Mermaid(), "class s5 notRun\n")
	require.Contains(t, result.Mermaid(), "linkStyle ")
	for _, each := range []string{"summary.txt", "summary.json", "drawing.mmd", "train/log.txt", "train/arguments.json"} {
		require.FileExists(t, filepath.Join(result.Folder, each))
	}
	b.options.ExecutionID = "abcdefghij02"
	require.Equal(t, 2, b.run(wine()).Packages[0].Version)
}

// TestParsed runs a definition that is read from its JSON, as the Python SDK writes it.
func TestParsed(t *testing.T) {
	text, err := wine().JSON()
	require.NoError(t, err)
	p, err := pipeline.Parse("wine", []byte(text))
	require.NoError(t, err)
	b := wineBench(t)
	result := b.run(p)
	require.Equal(t, local.Succeeded, result.Status, result.Summary())
	require.Len(t, result.Packages, 1)
}

func TestFail(t *testing.T) {
	b := wineBench(t)
	b.options.Parameters = map[string]string{"least": "0.9"}
	result := b.run(wine())
	require.Equal(t, local.Failed, result.Status)
	require.EqualError(t, result.Err(), "step reject failed: accuracy 0.8 is under 0.9")
	require.Equal(t, local.NotRun, result.Step("register").Status)
	require.Contains(t, result.Summary(), "reject    Fail           failed\n")
}

// TestProgramFails: the reason is what the program says, what needs the step does not run, and no other step starts.
func TestProgramFails(t *testing.T) {
	for name, test := range map[string]struct{ program, reason string }{
		"last line": {"echo begin; echo no rows >&2; exit 3", "AlgorithmError: no rows, exit code 3; the log is "},
		"message":   {`echo begin; echo "too few rows" > "$ML_ROOT/output/failure"; exit 1`, "AlgorithmError: too few rows, exit code 1; the log is "},
		"path":      {`echo "No such file: '/opt/ml/input/data'"; exit 1`, "; the program names /opt/ml itself: let it look for its files under ML_ROOT, or run the image in a container"},
	} {
		t.Run(name, func(t *testing.T) {
			b := wineBench(t)
			b.program("train.sh", test.program)
			result := b.run(wine())
			require.Equal(t, local.Failed, result.Status)
			require.Contains(t, result.Reason, "step train failed: ")
			require.Contains(t, result.Reason, test.reason)
			require.Equal(t, local.NotRun, result.Step("evaluate").Status)
			require.Equal(t, local.NotRun, result.Step("decide").Status)
		})
	}
}

func TestMistakes(t *testing.T) {
	p := newPipeline()
	p.RequiredString("region", "north", "south")
	p.Integer("rows", 1)
	p.RequiredFloat("rate")
	p.Boolean("fast", false)
	p.Lambda("ask", pipeline.LambdaArgs{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:ask"})
	p.Processing("prepare", pipeline.ProcessingArgs{Image: image})
	_, err := local.Run(context.Background(), p, local.Options{
		Folder: t.TempDir(), ExecutionID: "A", Engine: "no-engine", Parameters: map[string]string{"region": "west", "rows": "1.5", "fast": "yes", "row": "1"},
		StandIns: map[string]local.StandIn{"asks": nil}, Faults: map[string][]pipeline.RetryError{"train": nil},
		Data: map[string]string{"data": ".", "s3://data": "nowhere"},
	})
	require.EqualError(t, err, `executionID: "A" is not 12 lower-case letters and digits
parameters["region"]: "west" is not allowed; use one of north, south
parameters["rows"]: "1.5" is no Integer; give a whole number
parameters["rate"]: is missing; it has no default, so that each execution gives it
parameters["fast"]: "yes" is no Boolean; give true or false
parameters["row"]: is no parameter of the pipeline, which has region, rows, rate, fast
steps["ask"]: is a step of type Lambda, which does not run on this machine; give a stand-in for it
steps["prepare"]: the image "`+image+`": there is no no-engine in PATH; install one, or give the folder with the image's programs
standIns["asks"]: is no step of the pipeline, which has ask, prepare
faults["train"]: is no step of the pipeline, which has ask, prepare
data["data"]: is no S3 URI; write it like "s3://bucket/prefix"
data["s3://data"]: "nowhere" is not there; name a folder or file of this machine`)
}

// TestParallel: each of two steps waits for the other, so that they end only where they run together.
func TestParallel(t *testing.T) {
	meeting := t.TempDir()
	b := newBench(t, map[string]string{"meet.sh": `touch "$1/$2"; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do test -e "$1/$3" && exit 0; sleep 0.25; done; exit 1`})
	p := newPipeline()
	for _, each := range [][2]pipeline.String{{"a", "b"}, {"b", "a"}} {
		p.Processing(string(each[0]), pipeline.ProcessingArgs{Image: image, Entrypoint: program("meet.sh", pipeline.String(meeting), each[0], each[1])})
	}
	b.options.MaxParallelSteps = 2
	require.Equal(t, local.Succeeded, b.run(p).Status)

	var running, most int
	b = newBench(t, map[string]string{"wait.sh": "sleep 0.05"})
	b.options.MaxParallelSteps = 1
	b.options.Progress = func(e local.Event) {
		if e.Step.Status != local.Executing {
			running--
		} else if e.Step.Folder == "" {
			running++
			most = max(most, running)
		}
	}
	p = newPipeline()
	for _, each := range []string{"a", "b", "c"} {
		p.Processing(each, pipeline.ProcessingArgs{Image: image, Entrypoint: program("wait.sh")})
	}
	require.Equal(t, local.Succeeded, b.run(p).Status)
	require.Equal(t, 1, most)
}

func TestRetry(t *testing.T) {
	build := func() *pipeline.Pipeline {
		p := newPipeline()
		p.Processing("prepare", pipeline.ProcessingArgs{Image: image, Entrypoint: program("ok.sh"), Retry: []pipeline.RetryPolicy{
			{On: []pipeline.RetryError{pipeline.RetryCapacityError}, MaxAttempts: 2, Interval: time.Second, BackoffRate: 0.01},
			{On: []pipeline.RetryError{pipeline.RetryThrottling}, ExpireAfter: time.Minute, Interval: time.Second, BackoffRate: 100},
		}})
		return p
	}
	const capacity, throttling = pipeline.RetryCapacityError, pipeline.RetryThrottling
	for name, test := range map[string]struct {
		faults  []pipeline.RetryError
		status  local.Status
		retries int
		reason  string
	}{
		"mended":    {[]pipeline.RetryError{capacity, throttling}, local.Succeeded, 2, ""},
		"exhausted": {[]pipeline.RetryError{capacity, capacity, capacity, capacity}, local.Failed, 2, "step prepare failed: SageMaker.CAPACITY_ERROR: a fault that the options ask for; it was retried 2 times"},
		"expired":   {[]pipeline.RetryError{throttling, throttling}, local.Failed, 1, "step prepare failed: Step.THROTTLING: a fault that the options ask for; it was retried once"},
		"another":   {[]pipeline.RetryError{pipeline.RetryServiceFault}, local.Failed, 0, "step prepare failed: Step.SERVICE_FAULT: a fault that the options ask for"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, map[string]string{"ok.sh": "echo fine"})
			b.options.Faults = map[string][]pipeline.RetryError{"prepare": test.faults}
			result := b.run(build())
			require.Equal(t, test.status, result.Status)
			require.Equal(t, test.reason, result.Reason)
			require.Equal(t, test.retries, result.Step("prepare").Retries)
		})
	}
}

func TestCache(t *testing.T) {
	b := newBench(t, map[string]string{"train.sh": `echo trained > "$ML_ROOT/model/model"`})
	b.put("s3://data/train.csv", "1\n")
	run := func(execution, epochs string, age time.Duration) string {
		p := newPipeline()
		p.Training("train", pipeline.TrainingArgs{
			Image: image, Entrypoint: program("train.sh"), HyperParameters: map[string]pipeline.String{"epochs": p.String("epochs", "1")},
			Inputs: []pipeline.Channel{{Name: "train", S3URI: "s3://data/train.csv"}}, CacheFor: age,
		})
		b.options.ExecutionID, b.options.Parameters = execution, map[string]string{"epochs": epochs}
		result := b.run(p)
		require.Equal(t, local.Succeeded, result.Status, result.Summary())
		return result.Step("train").CachedFrom
	}
	const day = 24 * time.Hour
	require.Empty(t, run("abcdefghij01", "1", day))
	require.Equal(t, "abcdefghij01", run("abcdefghij02", "1", day))
	require.Empty(t, run("abcdefghij03", "1", 0), "the step has no cache")
	require.Empty(t, run("abcdefghij04", "2", day), "another hyperparameter")
	require.Equal(t, "abcdefghij01", run("abcdefghij05", "1", day), "both are kept")
	b.options.NoCache = true
	require.Empty(t, run("abcdefghij06", "1", day))
	b.options.NoCache = false
	require.NoError(t, os.RemoveAll(filepath.Join(b.options.Folder, "s3", "models", "wine", "abcdefghij01")))
	require.Empty(t, run("abcdefghij07", "1", day), "the model is gone")
	b.program("train.sh", `echo better > "$ML_ROOT/model/model"`)
	require.Empty(t, run("abcdefghij08", "1", day), "another program")
	require.Equal(t, "abcdefghij08", run("abcdefghij09", "1", day))
	files, err := filepath.Glob(filepath.Join(b.options.Folder, "cache", "wine", "train", "*.json"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var kept map[string]any
		require.NoError(t, json.Unmarshal(text, &kept))
		kept["Time"] = time.Now().Add(-2 * day)
		text, err = json.Marshal(kept)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, text, 0o644))
	}
	require.Empty(t, run("abcdefghij10", "1", day), "too old")
}

func TestStandIns(t *testing.T) {
	build := func() *pipeline.Pipeline {
		p := newPipeline()
		ask := p.Lambda("ask", pipeline.LambdaArgs{
			FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:ask", Inputs: pipeline.Fields{"rows": p.Integer("rows", 3)},
			Outputs: []pipeline.OutputParameter{{Name: "good", Type: pipeline.TypeBoolean}, {Name: "why"}},
		})
		p.Condition("decide", pipeline.ConditionArgs{
			If:   []pipeline.Condition{pipeline.Equals(ask.OutputBoolean("good"), pipeline.Bool(true))},
			Else: []pipeline.Step{p.Fail("stop", pipeline.FailArgs{Message: ask.OutputString("why")})},
		})
		return p
	}
	for name, test := range map[string]struct {
		outputs map[string]any
		err     error
		reason  string
	}{
		"good":    {map[string]any{"good": true, "why": ""}, nil, ""},
		"bad":     {map[string]any{"good": false, "why": "so few"}, nil, "step stop failed: so few"},
		"missing": {map[string]any{"good": true}, nil, `step ask failed: the stand-in did not give the output "why"`},
		"type":    {map[string]any{"good": "true", "why": ""}, nil, `step ask failed: the stand-in gave "true" as the output "good", which is a Boolean`},
		"error":   {nil, fmt.Errorf("no answer"), "step ask failed: no answer"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			b.options.StandIns = map[string]local.StandIn{"ask": func(_ context.Context, call local.Call) (map[string]any, error) {
				require.Equal(t, map[string]any{"rows": json.Number("3")}, call.Arguments)
				require.Equal(t, []string{"ask", "Lambda"}, []string{call.Step, call.Type})
				return test.outputs, test.err
			}}
			require.Equal(t, test.reason, b.run(build()).Reason)
		})
	}
}

// TestStopped: the end of the context ends programs and what they have started.
func TestStopped(t *testing.T) {
	b := newBench(t, map[string]string{"wait.sh": `sleep 60 & echo $! > "$ML_ROOT/child"; echo ready > "$ML_ROOT/ready"; wait`})
	p := newPipeline()
	first := p.Processing("wait", pipeline.ProcessingArgs{Image: image, Entrypoint: program("wait.sh")})
	p.Processing("after", pipeline.ProcessingArgs{StepOptions: pipeline.StepOptions{DependsOn: []pipeline.Step{first}}, Image: image, Entrypoint: program("wait.sh")})
	ctx, cancel := context.WithCancel(context.Background())
	root := filepath.Join(b.options.Folder, "executions", id, "wait", "ml")
	var wait sync.WaitGroup
	wait.Add(1)
	go func() {
		defer wait.Done()
		for range 200 {
			if _, err := os.Stat(filepath.Join(root, "ready")); err == nil {
				break
			}
			time.Sleep(25 * time.Millisecond)
		}
		cancel()
	}()
	result, err := local.Run(ctx, p, b.options)
	wait.Wait()
	require.NoError(t, err)
	require.Equal(t, local.Stopped, result.Status)
	require.Equal(t, map[string]local.Status{"wait": local.Stopped, "after": local.NotRun}, statuses(result))
	child, err := os.ReadFile(filepath.Join(root, "child"))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		state, err := os.ReadFile("/proc/" + strings.TrimSpace(string(child)) + "/stat")
		return err != nil || strings.Contains(string(state), ") Z ")
	}, 5*time.Second, 20*time.Millisecond, "the child goes on")
}

// TestNoAWS: no program reaches AWS with what this shell has.
func TestNoAWS(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
	b := newBench(t, map[string]string{"env.sh": `env > "$ML_ROOT/processing/output/env/env"`})
	p := newPipeline()
	p.Processing("env", pipeline.ProcessingArgs{Image: image, Entrypoint: program("env.sh"), Outputs: []pipeline.ProcessingOutput{{Name: "env", S3URI: "s3://out"}}})
	require.Equal(t, local.Succeeded, b.run(p).Status)
	require.NotContains(t, b.object("s3://out/env"), "AKIAEXAMPLE")
	require.Contains(t, b.object("s3://out/env"), "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	b.options.KeepAWS = true
	require.Equal(t, local.Succeeded, b.run(p).Status)
	require.Contains(t, b.object("s3://out/env"), "AKIAEXAMPLE")
}

func TestLimit(t *testing.T) {
	b := newBench(t, map[string]string{"wait.sh": "sleep 60"})
	p := newPipeline()
	p.Processing("wait", pipeline.ProcessingArgs{Image: image, Entrypoint: program("wait.sh"), Compute: pipeline.Compute{MaxRuntime: time.Second}})
	require.Equal(t, "step wait failed: it ran longer than its limit of 1s", b.run(p).Reason)
}

// TestScript runs code of a framework image as its toolkit does, and hands checkpoints from one job to the next.
func TestScript(t *testing.T) {
	b := newBench(t, nil)
	archive := filepath.Join(b.options.Folder, "s3", "code", "source.tar.gz")
	require.NoError(t, os.MkdirAll(filepath.Dir(archive), 0o755))
	file, err := os.Create(archive)
	require.NoError(t, err)
	zipped := gzip.NewWriter(file)
	packed := tar.NewWriter(zipped)
	code := `test "$1 $2" = "--epochs 3"; test "$SM_HP_EPOCHS" = 3; echo x >> "$ML_ROOT/checkpoints/c"; cp "$ML_ROOT/checkpoints/c" "$SM_MODEL_DIR/"; cat "$SM_CHANNEL_TRAIN/a.csv"`
	for name, text := range map[string]string{"train.sh": code, "../../evil": "outside"} {
		require.NoError(t, packed.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text)), Typeflag: tar.TypeReg}))
		_, err := packed.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, packed.Close())
	require.NoError(t, zipped.Close())
	require.NoError(t, file.Close())
	b.put("s3://data/train/a.csv", "1\n")
	p := newPipeline()
	p.Training("train", pipeline.TrainingArgs{
		Image: image, Script: pipeline.TrainingScript{SourceURI: "s3://code/source.tar.gz", Program: "train.sh"}, HyperParameters: map[string]pipeline.String{"epochs": "3"},
		Inputs: []pipeline.Channel{{Name: "train", S3URI: "s3://data/train/"}}, Checkpoints: "s3://models/checkpoints",
	})
	for range 2 {
		require.Equal(t, "", b.run(p).Reason)
	}
	require.Equal(t, "x\nx\n", b.object("s3://models/checkpoints/c"))
	require.NoFileExists(t, filepath.Join(b.options.Folder, "executions", id, "evil"))
}
