package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A container is a folder in place of /opt/ml, in which programs of the image run.
type container struct {
	t    *testing.T
	root string
}

// python is the interpreter, or the test is skipped.
func python(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("the programs of the image are not run: there is no python3")
	}
	return path
}

func newContainer(t *testing.T) container {
	python(t)
	return container{t, t.TempDir()}
}

func (c container) command(program string) *exec.Cmd {
	command := exec.Command(python(c.t), filepath.Join("image", program))
	command.Env = append(os.Environ(), "ML_ROOT="+c.root, "PYTHONDONTWRITEBYTECODE=1")
	return command
}

// run gives what the program printed.
func (c container) run(program string) string {
	c.t.Helper()
	out, err := c.command(program).CombinedOutput()
	require.NoError(c.t, err, "%s: %s", program, out)
	return string(out)
}

func (c container) write(file, text string) {
	c.t.Helper()
	file = filepath.Join(c.root, file)
	require.NoError(c.t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(c.t, os.WriteFile(file, []byte(text), 0o644))
}

func (c container) read(file string) string {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(c.root, file))
	require.NoError(c.t, err)
	return string(text)
}

// copy is what SageMaker does between steps.
func (c container) copy(from, to string) { c.t.Helper(); c.write(to, c.read(from)) }

// archive packs the model as SageMaker does.
func (c container) archive() {
	c.t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	packed := tar.NewWriter(zipped)
	files, err := os.ReadDir(filepath.Join(c.root, "model"))
	require.NoError(c.t, err)
	for _, file := range files {
		text := c.read("model/" + file.Name())
		require.NoError(c.t, packed.WriteHeader(&tar.Header{Name: "./" + file.Name(), Mode: 0o644, Size: int64(len(text))}))
		_, err := io.WriteString(packed, text)
		require.NoError(c.t, err)
	}
	require.NoError(c.t, packed.Close())
	require.NoError(c.t, zipped.Close())
	c.write("processing/input/model/model.tar.gz", out.String())
}

// defined is what the tests need of the pipeline's definition.
type defined struct {
	Parameters []struct {
		Name         string
		DefaultValue any
	}
	Steps []struct {
		Name      string
		Arguments struct {
			HyperParameters        map[string]any
			AppSpecification       struct{ ContainerEntrypoint []string }
			AlgorithmSpecification struct {
				ContainerEntrypoint []string
				MetricDefinitions   []struct{ Name, Regex string }
			}
			Conditions []map[string]any
		}
	}
}

func definition(t *testing.T) defined {
	t.Helper()
	text, err := qualityPipeline("quality-dev", sample).JSON()
	require.NoError(t, err)
	var out defined
	require.NoError(t, json.Unmarshal([]byte(text), &out))
	return out
}

// prepare runs the first step on the sample.
func (c container) prepare() {
	c.t.Helper()
	sample, err := os.ReadFile("data/wine.csv")
	require.NoError(c.t, err)
	c.write("processing/input/raw/wine.csv", string(sample))
	require.Equal(c.t, "train: 283 rows\nvalidation: 53 rows\ntest: 64 rows\n", c.run("preprocess.py"))
	c.copy("processing/output/train/train.csv", "input/data/train/train.csv")
	c.copy("processing/output/validation/validation.csv", "input/data/validation/validation.csv")
	c.copy("processing/output/test/test.csv", "processing/input/test/test.csv")
}

// train runs the second step with the parameters of the pipeline, and gives the log.
func (c container) train(model string) string {
	c.t.Helper()
	hyperparameters := map[string]string{}
	d := definition(c.t)
	for _, step := range d.Steps {
		for name := range step.Arguments.HyperParameters {
			for _, p := range d.Parameters {
				if p.Name == name {
					hyperparameters[name] = fmt.Sprint(p.DefaultValue)
				}
			}
			require.Contains(c.t, hyperparameters, name, "a parameter of the pipeline")
		}
	}
	hyperparameters["model"] = model
	text, err := json.Marshal(hyperparameters)
	require.NoError(c.t, err)
	c.write("input/config/hyperparameters.json", string(text))
	return c.run("train.py")
}

// evaluate runs the third step and gives its report.
func (c container) evaluate() map[string]any {
	c.t.Helper()
	c.archive()
	c.run("evaluate.py")
	var report map[string]any
	require.NoError(c.t, json.Unmarshal([]byte(c.read("processing/output/evaluation/evaluation.json")), &report))
	return report
}

func TestSampleIsMadeUp(t *testing.T) {
	dir := t.TempDir()
	program, err := os.ReadFile("data/make.py")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "make.py"), program, 0o644))
	out, err := exec.Command(python(t), filepath.Join(dir, "make.py")).CombinedOutput()
	require.NoError(t, err, "%s", out)
	made, err := os.ReadFile(filepath.Join(dir, "wine.csv"))
	require.NoError(t, err)
	kept, err := os.ReadFile("data/wine.csv")
	require.NoError(t, err)
	require.Equal(t, string(made), string(kept), "run python3 examples/tutorial/data/make.py")
}

func TestSplitKeepsTwinsTogether(t *testing.T) {
	c := newContainer(t)
	c.prepare()
	splits, rows := map[string]string{}, 0
	for _, split := range []string{"train", "validation", "test"} {
		table, err := csv.NewReader(strings.NewReader(c.read("processing/output/" + split + "/" + split + ".csv"))).ReadAll()
		require.NoError(t, err)
		for _, row := range table[1:] {
			wine := strings.Join(row[:11], ",")
			if before, seen := splits[wine]; seen {
				require.Equal(t, before, split, "the same wine is in two splits: %s", wine)
			}
			splits[wine] = split
			rows++
		}
	}
	require.Equal(t, 400, rows)
	require.Len(t, splits, 380, "the sample has twins")
}

func TestTrainAndEvaluate(t *testing.T) {
	c := newContainer(t)
	c.prepare()
	log := c.train("linear")
	d := definition(t)
	for _, step := range d.Steps {
		for _, metric := range step.Arguments.AlgorithmSpecification.MetricDefinitions {
			require.Regexp(t, regexp.MustCompile(metric.Regex), log, "the metric %s is in the log", metric.Name)
		}
	}
	report := c.evaluate()
	require.InDelta(t, 0.27, at(t, report, "metrics.mae.value"), 0.02)
	require.InDelta(t, 0.89, at(t, report, "metrics.baseline_mae.value"), 0.02)
	require.InDelta(t, 0.84, at(t, report, "metrics.accuracy.value"), 0.04, "what the platform's own training pipeline compares")

	// The conditions of the pipeline hold for this report.
	compared := 0
	for _, step := range d.Steps {
		for _, condition := range step.Arguments.Conditions {
			left, right := value(t, d, report, condition["LeftValue"]), value(t, d, report, condition["RightValue"])
			require.Less(t, left, right)
			compared++
		}
	}
	require.Equal(t, 2, compared)
}

// value is what an operand of a condition is, with the defaults of parameters.
func value(t *testing.T, d defined, report map[string]any, operand any) float64 {
	t.Helper()
	reference := operand.(map[string]any)
	if get, ok := reference["Get"].(string); ok {
		for _, p := range d.Parameters {
			if "Parameters."+p.Name == get {
				return p.DefaultValue.(float64)
			}
		}
	}
	file, ok := reference["Std:JsonGet"].(map[string]any)
	require.True(t, ok, "%v", operand)
	return at(t, report, file["Path"].(string))
}

func at(t *testing.T, report map[string]any, path string) float64 {
	t.Helper()
	var v any = report
	for _, key := range strings.Split(path, ".") {
		v = v.(map[string]any)[key]
	}
	number, ok := v.(float64)
	require.True(t, ok, "the report has no number at %s", path)
	return number
}

// Runs are noted where there is a server, with a password that is in no definition, and no server that fails costs a model. MLflow itself is
// not tried here.
func TestTracking(t *testing.T) {
	stand, err := filepath.Abs("testdata/stand-ins")
	require.NoError(t, err)
	const run = `["run", "%s", "quality", %s]
["parameters", %s]
["metrics", %s, true]
`
	trained := func(credentials string) string {
		return fmt.Sprintf(run, "train", credentials, `{"batch_size": "16", "epochs": "200", "learning_rate": "0.05", "model": "linear"}`, `["validation_mae"]`)
	}
	for name, test := range map[string]struct{ uri, secret, path, want, printed string }{
		"server":      {"https://mlflow.example.com", "", stand, trained("null, null") + fmt.Sprintf(run, "evaluate", "null, null", "{}", `["accuracy", "baseline_mae", "mae"]`), ""},
		"password":    {"https://mlflow.example.com", "arn", stand, trained(`"pipelines", "hunter2"`) + fmt.Sprintf(run, "evaluate", `"pipelines", "hunter2"`, "{}", `["accuracy", "baseline_mae", "mae"]`), ""},
		"none":        {"", "", stand, "", ""},
		"no package":  {"https://mlflow.example.com", "", "", "", "not noted in MLflow: No module named 'mlflow'\n"},
		"unreachable": {"https://unreachable", "", stand, "", "not noted in MLflow: no server at https://unreachable\n"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newContainer(t)
			if test.path == "" && exec.Command(python(t), "-c", "import mlflow").Run() == nil {
				t.Skip("python3 has the package mlflow, so that what happens without it is not tried")
			}
			for variable, value := range map[string]string{
				"PYTHONPATH": test.path, "LOG": filepath.Join(c.root, "log"), "MLFLOW_TRACKING_URI": test.uri, "MLFLOW_EXPERIMENT_NAME": "quality", "MLFLOW_TRACKING_SECRET_ARN": test.secret,
			} {
				t.Setenv(variable, value)
			}
			c.prepare()
			log := c.train("linear")
			require.Regexp(t, `^validation:mae=[0-9.]+;\n`+regexp.QuoteMeta(test.printed)+"$", log)
			require.NotContains(t, log, "hunter2")
			c.evaluate()
			if test.want == "" {
				require.NoFileExists(t, filepath.Join(c.root, "log"))
				return
			}
			require.Equal(t, test.want, c.read("log"))
		})
	}
}

func TestForest(t *testing.T) {
	c := newContainer(t)
	if err := exec.Command(python(t), "-c", "import sklearn").Run(); err != nil {
		t.Skip("the model forest is not trained: python3 has no scikit-learn, which the image has")
	}
	c.prepare()
	c.train("forest")
	report := c.evaluate()
	require.Less(t, at(t, report, "metrics.mae.value"), at(t, report, "metrics.baseline_mae.value"))
}

func TestStepsRunProgramsOfTheImage(t *testing.T) {
	programs := []string{}
	for _, step := range definition(t).Steps {
		for _, entrypoint := range [][]string{step.Arguments.AppSpecification.ContainerEntrypoint, step.Arguments.AlgorithmSpecification.ContainerEntrypoint} {
			if len(entrypoint) > 0 {
				require.Equal(t, []string{"python3", "/opt/ml/code"}, []string{entrypoint[0], filepath.Dir(entrypoint[1])})
				require.FileExists(t, filepath.Join("image", filepath.Base(entrypoint[1])))
				programs = append(programs, filepath.Base(entrypoint[1]))
			}
		}
	}
	require.Equal(t, []string{"preprocess.py", "train.py", "evaluate.py"}, programs)
	dockerfile, err := os.ReadFile("image/Dockerfile")
	require.NoError(t, err)
	require.Contains(t, string(dockerfile), "COPY *.py /opt/ml/code/")
}

func TestBadData(t *testing.T) {
	header := "fixed acidity;volatile acidity;citric acid;residual sugar;chlorides;free sulfur dioxide;total sulfur dioxide;density;pH;sulphates;alcohol;quality\n"
	tests := map[string]struct{ file, text, want string }{
		"none":      {"wine.txt", header, "raw: no .csv file; put the data there\n"},
		"header":    {"wine.csv", strings.Replace(header, ";density;pH", "", 1), "wine.csv: the header lacks density, pH\n"},
		"number":    {"wine.csv", header + "7;0;0;1;0;9;9;1;3;1;nine;5\n", "wine.csv:2: could not convert string to float: 'nine'; every field is a number\n"},
		"too short": {"wine.csv", header + "7;0;0;1;0;9;9;1;3;1;9\n", "every field is a number\n"},
		"too few":   {"wine.csv", header + "7;0;0;1;0;9;9;1;3;1;9;5\n", "1 rows leave none for"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newContainer(t)
			c.write("processing/input/raw/"+test.file, test.text)
			out, err := c.command("preprocess.py").CombinedOutput()
			require.Error(t, err)
			require.Contains(t, string(out), test.want)
			require.NotContains(t, string(out), "Traceback")
		})
	}
}

func TestServe(t *testing.T) {
	c := newContainer(t)
	c.prepare()
	c.train("linear")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	require.NoError(t, listener.Close())

	command := c.command("serve.py")
	command.Args = append(command.Args, "serve")
	command.Env = append(command.Env, "PORT="+port)
	var log bytes.Buffer
	command.Stdout, command.Stderr = &log, &log
	require.NoError(t, command.Start())
	defer func() { _ = command.Process.Kill(); _ = command.Wait() }()
	url := "http://127.0.0.1:" + port
	require.Eventually(t, func() bool {
		answer, err := http.Get(url + "/ping")
		if err != nil {
			return false
		}
		answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	}, 20*time.Second, 50*time.Millisecond, "the server does not answer")

	ask := func(body string) (int, string) {
		answer, err := http.Post(url+"/invocations", "text/csv", strings.NewReader(body))
		require.NoError(t, err)
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer.StatusCode, string(text)
	}
	const weak, strong = "7.4,1.2,0.2,5.9,0.40,32,129,1.00012,3.41,0.58,9.0", "7.4,0.3,0.5,5.9,0.11,32,60,0.99200,3.41,1.58,13.6"
	status, text := ask(weak + "\n" + strong + "\r\n")
	require.Equal(t, http.StatusOK, status)
	var low, high float64
	_, err = fmt.Sscanf(text, "%f\n%f\n", &low, &high)
	require.NoError(t, err, text)
	require.Less(t, low, high, "the sample likes alcohol and sulphates, and no volatile acidity")

	status, text = ask("1,2,3\n")
	require.Equal(t, http.StatusBadRequest, status)
	require.Contains(t, text, "each line has the 11 numbers fixed acidity, ")
	status, text = ask("a" + weak)
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "could not convert string to float: 'a7.4'\n", text)
}
