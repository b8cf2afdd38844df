package fraud

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	_ "github.com/mlplatform/mlplatform/internal/golden" // so that go test ./... -update knows the flag here too
)

// A machine is a folder in place of S3 and of the disks of containers. Each container has a folder in place of /opt/ml.
type machine struct {
	t      *testing.T
	python string
	store  map[string]string // S3 URI -> folder
	jobs   int
}

func newMachine(t *testing.T) *machine {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("the programs of the image are not run: there is no python3")
	}
	raw := t.TempDir()
	data, err := exec.Command(python, filepath.Join("data", "make.py"), "4000").Output()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(raw, "transactions.csv"), data, 0o644))
	return &machine{t: t, python: python, store: map[string]string{"raw": raw}}
}

// container makes the folder of a container, with a copy of what it reads: folder of the store by place.
func (m *machine) container(inputs map[string]string) string {
	m.t.Helper()
	root := m.t.TempDir()
	for place, name := range inputs {
		require.DirExists(m.t, m.store[name], name)
		require.NoError(m.t, os.CopyFS(filepath.Join(root, place), os.DirFS(m.store[name])))
	}
	return root
}

func (m *machine) command(root string, program ...string) *exec.Cmd {
	// The image holds its programs in /opt/ml/code, which is the folder image here.
	for i, each := range program {
		program[i] = strings.Replace(each, "/opt/ml/code/", "image/", 1)
	}
	require.Equal(m.t, "python3", program[0])
	command := exec.Command(m.python, program[1:]...)
	command.Env = append(os.Environ(), "ML_ROOT="+root, "PYTHONPATH=image", "PYTHONDONTWRITEBYTECODE=1")
	return command
}

func (m *machine) run(root string, program ...string) string {
	m.t.Helper()
	out, err := m.command(root, program...).CombinedOutput()
	require.NoError(m.t, err, "%v: %s", program, out)
	return string(out)
}

// keep puts what a container wrote into the store.
func (m *machine) keep(root, place, name string) { m.store[name] = filepath.Join(root, place) }

// entrypoint is that of the Dockerfile, which starts where no step names a program.
func entrypoint(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("image/Dockerfile")
	require.NoError(t, err)
	match := regexp.MustCompile(`(?m)^ENTRYPOINT (\[.*\])$`).FindSubmatch(text)
	require.NotNil(t, match)
	require.Contains(t, string(text), "COPY . /opt/ml/code/")
	require.Contains(t, string(text), "PYTHONPATH=/opt/ml/code")
	var out []string
	require.NoError(t, json.Unmarshal(match[1], &out))
	return out
}

// train runs a training job.
func (m *machine) train(program []string, hyperparameters map[string]string) float64 {
	m.t.Helper()
	root := m.container(map[string]string{"input/data/train": "train", "input/data/validation": "validation"})
	text, err := json.Marshal(hyperparameters)
	require.NoError(m.t, err)
	require.NoError(m.t, os.MkdirAll(filepath.Join(root, "input/config"), 0o755))
	require.NoError(m.t, os.WriteFile(filepath.Join(root, "input/config/hyperparameters.json"), text, 0o644))
	log := m.run(root, program...)
	m.jobs++
	m.keep(root, "model", fmt.Sprint("model-", m.jobs))
	expression := regexp.MustCompile(Learning().Tuning.Metrics[0].Regex).FindStringSubmatch(log)
	require.NotNil(m.t, expression, "the metric is found in the log: %s", log)
	value, err := strconv.ParseFloat(expression[1], 64)
	require.NoError(m.t, err)
	return value
}

// archive packs a model as SageMaker does.
func (m *machine) archive(model string) string {
	m.t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	packed := tar.NewWriter(zipped)
	require.NoError(m.t, packed.AddFS(os.DirFS(m.store[model])))
	require.NoError(m.t, packed.Close())
	require.NoError(m.t, zipped.Close())
	folder := m.t.TempDir()
	require.NoError(m.t, os.WriteFile(filepath.Join(folder, "model.tar.gz"), out.Bytes(), 0o644))
	m.store["archive"] = folder
	return "archive"
}

// evaluation reads the metric of a report.
func (m *machine) evaluation(root, metric string) float64 {
	m.t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "processing/output/evaluation/evaluation.json"))
	require.NoError(m.t, err)
	var report struct {
		Metrics map[string]struct{ Value float64 }
	}
	require.NoError(m.t, json.Unmarshal(text, &report))
	require.Contains(m.t, report.Metrics, metric)
	return report.Metrics[metric].Value
}

// steps are the entry points of a definition by the name of the step or state.
func steps(t *testing.T, definition string) map[string][]string {
	t.Helper()
	var document struct {
		Steps  []map[string]any
		States map[string]map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(definition), &document))
	for _, each := range document.Steps {
		if document.States == nil {
			document.States = map[string]map[string]any{}
		}
		document.States[each["Name"].(string)] = each
	}
	out := map[string][]string{}
	for name, each := range document.States {
		text, err := json.Marshal(each["Arguments"])
		require.NoError(t, err)
		var arguments struct {
			AppSpecification, AlgorithmSpecification struct{ ContainerEntrypoint, ContainerArguments []string }
		}
		if json.Unmarshal(text, &arguments) == nil {
			app := arguments.AppSpecification
			if app.ContainerEntrypoint == nil {
				app = arguments.AlgorithmSpecification
			}
			out[name] = append(app.ContainerEntrypoint, app.ContainerArguments...)
		}
	}
	return out
}

// TestTraining runs the steps of the training pipeline, with the programs that its definition names.
func TestTraining(t *testing.T) {
	p, err := Training()
	require.NoError(t, err)
	definition, err := p.JSON()
	require.NoError(t, err)
	program, m := steps(t, definition), newMachine(t)

	root := m.container(map[string]string{"processing/input/raw": "raw"})
	require.Equal(t, "train: 2787 rows, 56 frauds\nvalidation: 599 rows, 11 frauds\ntest: 614 rows, 9 frauds\n", m.run(root, program["preprocess"]...))
	for _, split := range []string{"train", "validation", "test"} {
		m.keep(root, "processing/output/"+split, split)
	}
	reached := m.train(program["train"], map[string]string{"epochs": "5", "batch_size": "64", "learning_rate": "0.5"})
	require.Greater(t, reached, 0.5)
	root = m.container(map[string]string{"processing/input/model": m.archive("model-1"), "processing/input/test": "test"})
	m.run(root, program["evaluate"]...)
	require.Greater(t, m.evaluation(root, "f1"), 0.6, "a model that the pipeline registers")
}

// TestLearning runs the states of automatic learning: prepare, tune, predict and evaluate.
func TestLearning(t *testing.T) {
	l := Learning()
	d, err := l.Definition()
	require.NoError(t, err)
	definition, err := d.JSON()
	require.NoError(t, err)
	program, m := steps(t, definition), newMachine(t)

	root := m.container(map[string]string{"processing/input/raw": "raw"})
	require.Equal(t, "train: 616 rows, 56 frauds\nvalidation: 599 rows, 11 frauds\ntest: 614 rows, 9 frauds\n", m.run(root, program["Prepare data"]...),
		"ten honest transactions for each fraud, and the other splits as they are")
	for _, split := range []string{"train", "validation", "test"} {
		m.keep(root, "processing/output/"+split, split)
	}

	best, reached := "", -1.0
	for i, rate := range []string{"0.01", "0.1", "0.5", "1"} {
		hyperparameters := map[string]string{"learning_rate": rate}
		maps.Copy(hyperparameters, l.Tuning.Static)
		if now := m.train(append(entrypoint(t), "train"), hyperparameters); now > reached {
			best, reached = fmt.Sprint("model-", i+1), now
		}
	}

	labels, predictions := m.transform(best, definition)
	root = m.container(map[string]string{"processing/input/test": "test", "processing/input/predictions": "predictions"})
	m.run(root, program["Evaluate"]...)
	var hits, called, frauds float64
	for i := range labels {
		called, frauds = called+one(predictions[i] >= 0.5), frauds+one(labels[i] == 1)
		hits += one(predictions[i] >= 0.5 && labels[i] == 1)
	}
	require.InDelta(t, 2*hits/(called+frauds), m.evaluation(root, l.Register.Metric), 0.0001, "the metric that decides is F1")
	require.Greater(t, m.evaluation(root, l.Register.Metric), 0.6)
}

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// transform does what a batch transform does with the test split: it sends the fields that the filter leaves, line by line.
func (m *machine) transform(model, definition string) (labels, predictions []float64) {
	m.t.Helper()
	require.Contains(m.t, definition, `"InputFilter":"$[1:]"`)
	text, err := os.ReadFile(filepath.Join(m.store["test"], "test.csv"))
	require.NoError(m.t, err)
	var body strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		label, rest, _ := strings.Cut(line, ",")
		value, err := strconv.ParseFloat(label, 64)
		require.NoError(m.t, err)
		labels = append(labels, value)
		body.WriteString(rest + "\n")
	}
	url := m.serve(model)
	require.Equal(m.t, http.StatusBadRequest, status(m.t, url, string(text)), "records with their label are refused")
	answer, err := http.Post(url+"/invocations", "text/csv", strings.NewReader(body.String()))
	require.NoError(m.t, err)
	defer answer.Body.Close()
	out, err := io.ReadAll(answer.Body)
	require.NoError(m.t, err)
	require.Equal(m.t, http.StatusOK, answer.StatusCode, "%s", out)
	for _, line := range strings.Fields(string(out)) {
		value, err := strconv.ParseFloat(line, 64)
		require.NoError(m.t, err)
		predictions = append(predictions, value)
	}
	require.Len(m.t, predictions, len(labels))
	folder := m.t.TempDir()
	require.NoError(m.t, os.WriteFile(filepath.Join(folder, "test.csv.out"), out, 0o644))
	m.store["predictions"] = folder
	return labels, predictions
}

func status(t *testing.T, url, body string) int {
	t.Helper()
	answer, err := http.Post(url+"/invocations", "text/csv", strings.NewReader(body))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode
}

// serve starts the image as SageMaker does for a model, and gives its address.
func (m *machine) serve(model string) string {
	m.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(m.t, err)
	port := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	require.NoError(m.t, listener.Close())
	server := m.command(m.container(map[string]string{"model": model}), append(entrypoint(m.t), "serve")...)
	server.Env = append(server.Env, "PORT="+port)
	require.NoError(m.t, server.Start())
	m.t.Cleanup(func() { _ = server.Process.Kill(); _, _ = server.Process.Wait() })
	url := "http://127.0.0.1:" + port
	require.Eventually(m.t, func() bool {
		answer, err := http.Get(url + "/ping")
		return err == nil && answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
	}, 20*time.Second, 50*time.Millisecond)
	return url
}
