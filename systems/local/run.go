package local

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// A run is one execution of a pipeline.
type run struct {
	site       *site
	pipeline   *pipeline.Pipeline
	definition *definition
	id, folder string
	parameters map[string]any
	byName     map[string]*step
	skipped    map[string]bool // steps that no condition chose, or whose needs are such

	mutex   sync.Mutex // guards what follows
	results map[string]*StepResult
	notes   []string
	made    []Package
	reason  string
}

// Run executes the pipeline, and returns what became of it. An execution that fails is a result and no error: errors are
// mistakes in the pipeline or in the options, all at once and before anything runs, and trouble with files of this machine.
// The end of the context stops the programs that run, and the execution is Stopped.
func Run(ctx context.Context, p *pipeline.Pipeline, options Options) (*Result, error) {
	r, err := prepare(p, options.withDefaults())
	if err != nil {
		return nil, err
	}
	r.site.started = time.Now()
	if err := os.MkdirAll(r.folder, 0o755); err != nil {
		return nil, err
	}
	r.execute(ctx)
	result := r.result(ctx)
	if result.drawing, err = p.MermaidOf(result.outcomes()); err != nil {
		return nil, err
	}
	return result, result.write()
}

var idPattern = lazyregexp.New(`^[a-z0-9]{12}$`)

// prepare checks everything that can be known before the first step.
func prepare(p *pipeline.Pipeline, options Options) (*run, error) {
	text, err := p.JSON()
	if err != nil {
		return nil, err
	}
	d, err := readDefinition(text)
	if err != nil {
		return nil, err
	}
	if options.ExecutionID == "" {
		options.ExecutionID = newID()
	}
	r := &run{
		site:     &site{options: options, store: newStore(filepath.Join(options.Folder, "s3"), options.Data)},
		pipeline: p, definition: d, id: options.ExecutionID, folder: filepath.Join(options.Folder, "executions", options.ExecutionID),
		parameters: map[string]any{}, byName: map[string]*step{}, skipped: map[string]bool{}, results: map[string]*StepResult{},
	}
	var problems problem.List
	r.site.checkText(&problems, "pipeline", r.id, text)
	r.readParameters(&problems)
	for _, s := range d.steps {
		r.byName[s.Name] = s
		r.results[s.Name] = &StepResult{Name: s.Name, Type: s.Type, Status: NotRun}
		if err := r.runs(s); err != nil {
			problems.Addf(problem.Key("steps", s.Name), "%s", err)
		}
	}
	r.site.checkNames(&problems, "step of the pipeline", r.stepNames())
	for _, uri := range slices.Sorted(maps.Keys(options.Data)) {
		if rest, ok := strings.CutPrefix(uri, "s3://"); !ok || rest == "" {
			problems.Addf(problem.Key("data", uri), `is no S3 URI; write it like "s3://bucket/prefix"`)
		} else if _, err := os.Stat(options.Data[uri]); err != nil {
			problems.Addf(problem.Key("data", uri), "%q is not there; name a folder or file of this machine", options.Data[uri])
		}
	}
	return r, problems.Err()
}

func (r *run) stepNames() []string {
	var names []string
	for _, s := range r.definition.steps {
		names = append(names, s.Name)
	}
	return names
}

func newID() string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	random := make([]byte, 12)
	_, _ = rand.Read(random) // never fails
	for i, each := range random {
		random[i] = letters[int(each)%len(letters)]
	}
	return string(random)
}

func (r *run) readParameters(problems *problem.List) {
	var names []string
	for _, each := range r.definition.Parameters {
		names = append(names, each.Name)
		field := problem.Key("parameters", each.Name)
		given, ok := r.site.options.Parameters[each.Name]
		switch {
		case ok:
			value, err := each.value(given)
			if err != nil {
				problems.Addf(field, "%s", err)
			}
			r.parameters[each.Name] = value
		case each.DefaultValue == nil:
			problems.Addf(field, "is missing; it has no default, so that each execution gives it")
		default:
			r.parameters[each.Name] = each.DefaultValue
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.site.options.Parameters)) {
		if !slices.Contains(names, name) {
			problems.Addf(problem.Key("parameters", name), "is no parameter of the pipeline, which has %s", strings.Join(names, ", "))
		}
	}
}

// kinds are the types of steps that run here.
var kinds = []string{"Processing", "Training", "Tuning", "Transform", "Model", "RegisterModel", "Condition", "Fail"}

// runs says why a step cannot run here.
func (r *run) runs(s *step) error {
	if r.site.options.StandIns[s.Name] != nil {
		return nil
	}
	if !slices.Contains(kinds, s.Type) {
		return fmt.Errorf("is a step of type %s, which does not run on this machine; give a stand-in for it", s.Type)
	}
	early := r.scope(s, "")
	for _, path := range imagePaths {
		reference := at(s.Arguments, path)
		if reference == nil || strings.Contains(fmt.Sprint(reference), "Steps.") {
			continue // known when the step runs
		}
		if uri, err := early.eval(reference); err == nil {
			if _, err := r.site.image(fmt.Sprint(uri)); err != nil {
				return err
			}
		}
	}
	return nil
}

// A finish is the end of a step.
type finish struct {
	step       *step
	properties map[string]any
	err        error
}

// execute runs each step when what it needs is there, until nothing can run any more. After a failure no step starts; those
// that run come to their end.
func (r *run) execute(ctx context.Context) {
	most := r.site.options.MaxParallelSteps
	if most == 0 {
		most = r.pipeline.Props().MaxParallelSteps
	}
	if most == 0 {
		most = runtime.GOMAXPROCS(0)
	}
	ends, running := make(chan finish), 0
	started := map[string]bool{}
	for {
		for again := true; again; {
			again = false
			for _, s := range r.definition.steps {
				if started[s.Name] || r.skipped[s.Name] || !r.settled(s) {
					continue
				}
				if !r.wanted(s) {
					r.skipped[s.Name], again = true, true
					continue
				}
				if running < most && ctx.Err() == nil && r.reason == "" {
					started[s.Name] = true
					running++
					r.tell(s, func(result *StepResult) { result.Status, result.Started = Executing, time.Now() })
					go func() {
						properties, err := r.attempts(ctx, s)
						ends <- finish{s, properties, err}
					}()
				}
			}
		}
		if running == 0 {
			return
		}
		end := <-ends
		running--
		r.end(ctx, end)
	}
}

// settled reports whether everything that the step needs has come to its end.
func (r *run) settled(s *step) bool {
	for _, name := range s.needs {
		if result := r.results[name]; result.Status == Executing || result.Status == NotRun && !r.skipped[name] {
			return false
		}
	}
	return true
}

// wanted reports whether the step, of which everything is settled, is on the path that the conditions have taken. What needs
// a step that is not is not either.
func (r *run) wanted(s *step) bool {
	for _, name := range s.needs {
		if r.skipped[name] {
			return false
		}
	}
	return s.condition == "" || r.results[s.condition].Properties["Outcome"] == outcome(s.then)
}

// outcome is that of a condition.
func outcome(holds bool) string {
	if holds {
		return "True"
	}
	return "False"
}

// end notes what became of a step.
func (r *run) end(ctx context.Context, end finish) {
	r.tell(end.step, func(result *StepResult) {
		result.Ended, result.Properties = time.Now(), end.properties
		switch {
		case end.err == nil:
			result.Status = Succeeded
		case ctx.Err() != nil && errors.Is(end.err, ctx.Err()):
			result.Status, result.Reason = Stopped, "it was stopped"
		default:
			result.Status, result.Reason = Failed, end.err.Error()
			if r.reason == "" {
				r.reason = fmt.Sprintf("step %s failed: %s", result.Name, result.Reason)
			}
		}
	})
}

// tell changes the result of a step, and tells of it.
func (r *run) tell(s *step, change func(*StepResult)) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	result := r.results[s.Name]
	change(result)
	r.site.options.Progress(Event{Step: *result, Execution: r.id})
}

func (r *run) note(format string, args ...any) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}
