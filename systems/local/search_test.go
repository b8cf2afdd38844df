package local_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/systems/local"
)

// search is a tuning step whose jobs are best where x is near 3.
func search(p *pipeline.Pipeline, args pipeline.TuningArgs) *pipeline.TuningStep {
	args.Objective = pipeline.Objective{Metric: "error", Direction: pipeline.Minimize}
	args.Training = pipeline.TrainingArgs{
		Image: image, HyperParameters: map[string]pipeline.String{"fixed": "yes"},
		Metrics: []pipeline.Metric{{Name: "error", Regex: "error=([-0-9.e]+);"}},
	}
	tune := p.Tuning("tune", args)
	p.Register("register", pipeline.RegisterArgs{
		Group: "wine", Containers: []pipeline.Container{{Image: image, ModelData: tune.BestModel()}},
		ContentTypes: []pipeline.String{"text/csv"}, ResponseTypes: []pipeline.String{"text/csv"},
		Metadata: map[string]pipeline.String{"x": tune.BestHyperParameter("x"), "error": tune.BestObjective().Text()},
	})
	return tune
}

const searchProgram = `test "$*" = train
file="$ML_ROOT/input/config/hyperparameters.json"
grep -q '"fixed": "yes"' "$file"
x=$(sed -n 's/.*"x": "\([-0-9.e]*\)".*/\1/p' "$file")
awk -v x="$x" 'BEGIN { d = x - 3; printf "error=%.6f;\n", d * d }'
echo "$x" > "$ML_ROOT/model/x"
test "$x" != 5`

func TestTuning(t *testing.T) {
	for name, test := range map[string]struct {
		args     pipeline.TuningArgs
		jobs     int
		best     string
		notes    []string
		most     int
		between  [2]float64
		wantFail string
	}{
		"grid": {
			args: pipeline.TuningArgs{Strategy: pipeline.StrategyGrid, Categorical: []pipeline.CategoricalRange{{Name: "x", Values: []string{"1", "4", "5"}}, {Name: "y", Values: []string{"a", "b"}}}},
			jobs: 4, best: "4", notes: []string{"2 of 6 training jobs of JOB failed"},
		},
		"random": {
			args: pipeline.TuningArgs{Strategy: pipeline.StrategyRandom, MaxJobs: pipeline.Int(12), MaxParallelJobs: pipeline.Int(3), Continuous: []pipeline.ContinuousRange{{Name: "x", Min: 0, Max: 10}}},
			jobs: 12, between: [2]float64{0, 10},
		},
		"bayesian, integers, fewer": {
			args: pipeline.TuningArgs{MaxJobs: pipeline.Int(8), Integers: []pipeline.IntegerRange{{Name: "x", Min: 6, Max: 9}}}, most: 3,
			jobs: 3, between: [2]float64{6, 9}, notes: []string{"JOB chose hyperparameters at random, and not by Bayesian", "JOB ran 3 of 8 training jobs"},
		},
		"all fail": {
			args:     pipeline.TuningArgs{MaxJobs: pipeline.Int(2), Strategy: pipeline.StrategyRandom, Categorical: []pipeline.CategoricalRange{{Name: "x", Values: []string{"5"}}}},
			wantFail: "step tune failed: all 2 training jobs failed; the first: AlgorithmError: error=4.000000;, exit code 1; the log is ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, map[string]string{"search.sh": searchProgram})
			b.options.MaxTuningJobs = test.most
			b.options.Images[""] = local.Image{Folder: b.options.Images[""].Folder, Entrypoint: []string{"sh", "/opt/ml/code/search.sh"}}
			p := newPipeline()
			search(p, test.args)
			result := b.run(p)
			if test.wantFail != "" {
				require.Contains(t, result.Reason, test.wantFail)
				return
			}
			require.Equal(t, local.Succeeded, result.Status, result.Summary())
			properties := result.Step("tune").Properties
			job := properties["HyperParameterTuningJobName"].(string)
			var notes []string
			for _, each := range test.notes {
				notes = append(notes, strings.ReplaceAll(each, "JOB", job))
			}
			require.Equal(t, notes, result.Notes)
			summaries := properties["TrainingJobSummaries"].([]any)
			require.Len(t, summaries, test.jobs)
			last := 0.0
			seen := map[string]bool{}
			for _, each := range summaries {
				summary := each.(map[string]any)
				value, err := summary["FinalHyperParameterTuningJobObjectiveMetric"].(map[string]any)["Value"].(json.Number).Float64()
				require.NoError(t, err)
				require.GreaterOrEqual(t, value, last, "the best come first")
				last = value
				text := summary["TunedHyperParameters"].(map[string]any)["x"].(string)
				seen[text] = true
				if test.between != [2]float64{} {
					x, err := strconv.ParseFloat(text, 64)
					require.NoError(t, err)
					require.True(t, x >= test.between[0] && x <= test.between[1], text)
				}
			}
			require.Greater(t, len(seen), 1, "different values are tried")
			best := properties["BestTrainingJob"].(map[string]any)
			require.Equal(t, summaries[0], best)
			text, err := os.ReadFile(filepath.Join(result.Packages[0].Folder, "package.json"))
			require.NoError(t, err)
			var kept struct{ CustomerMetadataProperties struct{ X string } }
			require.NoError(t, json.Unmarshal(text, &kept))
			require.Equal(t, best["TunedHyperParameters"].(map[string]any)["x"], kept.CustomerMetadataProperties.X)
			if test.best != "" {
				require.Equal(t, test.best, kept.CustomerMetadataProperties.X)
			}
		})
	}
}

const serveProgram = `import http.server, os, pathlib
factor = float((pathlib.Path(os.environ["ML_ROOT"]) / "model/factor").read_text())
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply(200, "")
    def do_POST(self):
        lines = self.rfile.read(int(self.headers["Content-Length"])).decode().split()
        if any("," in line for line in lines):
            return self.reply(400, "one field is asked for")
        self.reply(200, "".join(f"{factor * float(line):g}\n" for line in lines))
    def reply(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
`

func TestTransform(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no model is served: there is no python3; apt-get install python3")
	}
	build := func(filter pipeline.String) *pipeline.Pipeline {
		p := newPipeline()
		train := p.Training("train", pipeline.TrainingArgs{Image: image, Entrypoint: program("train.sh")})
		model := p.Model("model", pipeline.ModelArgs{Containers: []pipeline.Container{{Image: image, ModelData: train.ModelArtifacts()}}})
		predict := p.Transform("predict", pipeline.TransformArgs{
			Model: model.ModelName(), Input: "s3://data/test/", ContentType: "text/csv", Split: pipeline.SplitLine, AssembleLines: true, InputFilter: filter, OutputURI: "s3://data/predictions",
		})
		p.Processing("count", pipeline.ProcessingArgs{
			Image: image, Entrypoint: program("count.sh"), Inputs: []pipeline.ProcessingInput{{Name: "predictions", S3URI: predict.OutputURI()}},
		})
		return p
	}
	bench := func(t *testing.T) bench {
		b := newBench(t, map[string]string{
			"train.sh": `echo 10 > "$ML_ROOT/model/factor"`,
			"count.sh": `test "$(cat "$ML_ROOT/processing/input/predictions/a/test.csv.out" | tr '\n' ' ')" = "20 30 "`,
		})
		folder := b.options.Images[""].Folder
		require.NoError(t, os.WriteFile(filepath.Join(folder, "serve.py"), []byte(serveProgram), 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte("FROM scratch\nENTRYPOINT [\"python3\", \"/opt/ml/code/serve.py\"]\n"), 0o644))
		b.put("s3://data/test/a/test.csv", "0,2\n1,3\n")
		return b
	}
	b := bench(t)
	result := b.run(build("$[1:]"))
	require.Equal(t, local.Succeeded, result.Status, result.Summary())
	require.Equal(t, "20\n30\n", b.object("s3://data/predictions/a/test.csv.out"))

	result = bench(t).run(build(""))
	require.Contains(t, result.Reason, "step predict failed: a/test.csv: ModelError: the model answered 400: one field is asked for; the log is ")

	b = bench(t)
	require.NoError(t, os.WriteFile(filepath.Join(b.options.Images[""].Folder, "serve.py"), []byte("raise SystemExit('no model')\n"), 0o644))
	require.Contains(t, b.run(build("$[1:]")).Reason, "step predict failed: the model ended before it answered: no model (exit status 1); the log is ")
}

// TestFunction calls a function of Python with values of an execution, and decides by what it returns.
func TestFunction(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no function is called: there is no python3; apt-get install python3")
	}
	for name, code := range map[string]pipeline.String{"of the image": "", "from S3": "s3://code/quality.py"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			text := "import os\ndef measure(rows, name, rate, strict):\n    assert os.environ['ML_ROOT'] and strict is True and rate == 0.5 and type(rows) is int, (rows, name, rate, strict)\n" +
				"    return {'scores': [rows * rate], 'text': name + '!'}\n"
			if code == "" {
				require.NoError(t, os.WriteFile(filepath.Join(b.options.Images[""].Folder, "quality.py"), []byte(text), 0o644))
			} else {
				b.put(string(code), text)
			}
			p := newPipeline()
			measure := p.Function("measure", pipeline.FunctionArgs{
				Image: image, Function: "quality:measure", Code: code,
				Arguments: map[string]pipeline.Value{"rows": p.Integer("rows", 3), "name": p.String("name", "a \"wine\" of 3"), "rate": pipeline.Float(0.5), "strict": pipeline.Bool(true)},
			})
			p.Condition("decide", pipeline.ConditionArgs{
				If:   []pipeline.Condition{pipeline.GreaterThan(measure.Result("scores[0]"), pipeline.Float(2))},
				Else: []pipeline.Step{p.Fail("few", pipeline.FailArgs{Message: measure.Result("text").Text() + " " + measure.Result("scores[0]").Text()})},
			})
			require.Equal(t, `step few failed: a "wine" of 3! 1.5`, b.run(p).Reason)
			b.options.Parameters = map[string]string{"rows": "5"}
			require.Empty(t, b.run(p).Reason)
		})
	}
}

func ExampleRun() {
	folder, _ := os.MkdirTemp("", "local-")
	defer os.RemoveAll(folder)
	p := pipeline.New("wine", pipeline.Props{Defaults: pipeline.Defaults{Role: "arn:aws:iam::111111111111:role/jobs", OutputURI: "s3://models"}})
	rows := p.Integer("rows", 5)
	ask := p.Lambda("ask", pipeline.LambdaArgs{
		FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:enough", Inputs: pipeline.Fields{"rows": rows},
		Outputs: []pipeline.OutputParameter{{Name: "enough", Type: pipeline.TypeBoolean}},
	})
	p.Condition("decide", pipeline.ConditionArgs{
		If:   []pipeline.Condition{pipeline.Equals(ask.OutputBoolean("enough"), pipeline.Bool(true))},
		Else: []pipeline.Step{p.Fail("stop", pipeline.FailArgs{Message: "only " + rows.Text() + " rows"})},
	})
	result, err := local.Run(context.Background(), p, local.Options{
		Folder: folder, Parameters: map[string]string{"rows": "3"}, MaxParallelSteps: 1,
		StandIns: map[string]local.StandIn{"ask": func(_ context.Context, call local.Call) (map[string]any, error) {
			return map[string]any{"enough": call.Arguments["rows"] != json.Number("3")}, nil
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Status, result.Reason)
	// Output: Failed step stop failed: only 3 rows
}
