package local

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// A site is what stands for SageMaker and S3 on this machine.
type site struct {
	options Options
	store   store
	started time.Time
	names   sync.Mutex // held while a version of a model package gets its number
}

// checkText reports an id that executions do not have, and text that is not final.
func (s *site) checkText(problems *problem.List, what, id, text string) {
	if !idPattern.MatchString(id) {
		problems.Addf("executionID", "%q is not 12 lower-case letters and digits", id)
	}
	if strings.Contains(text, "${") {
		problems.Addf(what, "holds values that only Terraform knows; build it with plain text in their place")
	}
}

// checkNames reports stand-ins and faults of what there is not.
func (s *site) checkNames(problems *problem.List, what string, names []string) {
	for _, each := range []struct {
		kind  string
		given []string
	}{{"standIns", slices.Sorted(maps.Keys(s.options.StandIns))}, {"faults", slices.Sorted(maps.Keys(s.options.Faults))}} {
		for _, name := range each.given {
			if !slices.Contains(names, name) {
				problems.Addf(problem.Key(each.kind, name), "is no %s, which has %s", what, strings.Join(names, ", "))
			}
		}
	}
}

// Account and region of the ARNs of local runs.
const (
	account = "000000000000"
	region  = "us-east-1"
)

func arnOf(resource string) string {
	return "arn:aws:sagemaker:" + region + ":" + account + ":" + resource
}

// A job is one attempt of a step, or one training job of a tuning step.
type job struct {
	name   string // of the job, as SageMaker would make it
	folder string
	log    *logFile
	note   func(format string, args ...any)
}

// root is the folder in place of /opt/ml.
func (j *job) root(inside ...string) string {
	return filepath.Join(append([]string{j.folder, "ml"}, inside...)...)
}

// at is the place of an absolute path of the container.
func (j *job) at(path string) (string, error) {
	inside, ok := strings.CutPrefix(path, mlRoot+"/")
	if !ok || !filepath.IsLocal(filepath.FromSlash(inside)) {
		return "", fmt.Errorf("%q is not under %s, which is all that a job finds here", path, mlRoot)
	}
	return j.root(filepath.FromSlash(inside)), nil
}

func (j *job) writeJSON(value any, inside ...string) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	file := j.root(inside...)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

// newJob makes the folder of a job.
func (s *site) newJob(folder, name string, note func(format string, args ...any)) (*job, error) {
	j := &job{name: name, folder: folder, note: note}
	if err := os.MkdirAll(j.root(), 0o755); err != nil {
		return nil, err
	}
	file, err := os.Create(filepath.Join(folder, "log.txt"))
	if err != nil {
		return nil, err
	}
	j.log = &logFile{file: file}
	if s.options.Log != nil {
		j.log.hear = func(line string) { s.options.Log(name, line) }
	}
	return j, nil
}

// jobName is made as SageMaker makes it: pipelines-<execution>-<step>-<10 letters and digits>. Here they follow from the
// rest, so that names can be foreseen.
func jobName(execution, step string, attempt int) string {
	digest := sha256.Sum256([]byte(fmt.Sprint(execution, "/", step, "/", attempt)))
	letters := []byte(fmt.Sprintf("%x", digest))[:10]
	return fmt.Sprintf("pipelines-%s-%s-%s", execution, step[:min(len(step), 20)], letters)
}

// A logFile keeps what a container writes, and remembers its end for messages.
type logFile struct {
	mutex sync.Mutex
	file  *os.File
	tail  []byte
	hear  func(line string) // hears each line; nil for nobody
	line  []byte            // the last one, which has not come to its end
}

const tailLength = 2000

func (l *logFile) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.tail = append(l.tail, p...)
	if len(l.tail) > tailLength {
		l.tail = l.tail[len(l.tail)-tailLength:]
	}
	if l.hear != nil {
		l.line = append(l.line, p...)
		for end := bytes.IndexByte(l.line, '\n'); end >= 0; end = bytes.IndexByte(l.line, '\n') {
			l.hear(string(l.line[:end]))
			l.line = l.line[end+1:]
		}
	}
	return l.file.Write(p)
}

// lastLine is what the container said at the end.
func (l *logFile) lastLine() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	lines := bytes.Split(bytes.TrimSpace(l.tail), []byte("\n"))
	return strings.TrimSpace(string(lines[len(lines)-1]))
}

// run runs the container of the job, and says why it failed: with what it left in the file that SageMaker reads, or else with
// its last line.
func (s *site) runJob(ctx context.Context, j *job, c container, limit time.Duration, messages ...string) error {
	c.name, c.root, c.log = j.name, j.root(), j.log
	err := s.run(ctx, c, limit)
	var code exited
	if !errors.As(err, &code) {
		return err
	}
	reason := j.log.lastLine()
	for _, each := range messages {
		if content, err := os.ReadFile(j.root(each)); err == nil && len(content) > 0 {
			reason = strings.TrimSpace(string(content[:min(len(content), 1024)]))
		}
	}
	hint := ""
	if image, err := s.image(c.image); err == nil && image.Folder != "" && bytes.Contains(j.log.tail, []byte("'"+mlRoot)) {
		hint = "; the program names " + mlRoot + " itself: let it look for its files under ML_ROOT, or run the image in a container"
	}
	return fmt.Errorf("AlgorithmError: %s, %w; the log is %s%s", reason, code, j.log.file.Name(), hint)
}

// metrics are the last values in the log of what the expressions find.
func (j *job) metrics(definitions []any) ([]map[string]any, error) {
	if _, err := j.log.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	log, err := io.ReadAll(j.log.file)
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for _, each := range definitions {
		name, expression := textAt(each, "Name"), textAt(each, "Regex")
		compiled, err := regexp.Compile(expression)
		if err != nil {
			return nil, fmt.Errorf("the expression of the metric %q cannot be tried here: %w", name, err)
		}
		found := compiled.FindAllSubmatch(log, -1)
		if len(found) == 0 || len(found[len(found)-1]) < 2 {
			j.note("the metric %q is not in the log of %s", name, j.name)
			continue
		}
		value, err := strconv.ParseFloat(string(found[len(found)-1][1]), 64)
		if err != nil {
			return nil, fmt.Errorf("the metric %q is no number: %w", name, err)
		}
		out = append(out, map[string]any{"MetricName": name, "Value": value, "Timestamp": stamp(time.Now())})
	}
	return out, nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// limit is the time that a job may run.
func limit(arguments map[string]any) time.Duration {
	return time.Duration(intAt(arguments, "StoppingCondition.MaxRuntimeInSeconds")) * time.Second
}

// oneInstance notes where a job would have run on more of them.
func (j *job) oneInstance(count int) {
	if count > 1 {
		j.note("%s ran on one instance, and not on %d", j.name, count)
	}
}

// source refuses what is not brought here: anything but the objects under a prefix, in files.
func source(kind, mode string) error {
	switch {
	case kind != "" && kind != "S3Prefix":
		return fmt.Errorf("%s is not read here; give the prefix of its objects", kind)
	case mode == "Pipe":
		return errors.New("mode Pipe is not brought here; use File or FastFile")
	}
	return nil
}
