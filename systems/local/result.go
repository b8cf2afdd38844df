package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/mlplatform/mlplatform/documents/pipeline"
)

// Result is what became of an execution.
type Result struct {
	// Execution is its id, and Folder holds the folders and logs of its steps, summary.txt, summary.json and drawing.mmd.
	Execution, Folder string
	// Status is Succeeded, Failed or Stopped, and Reason says why it is not Succeeded.
	Status Status
	Reason string
	// Steps in the order of the definition, nested ones behind their condition.
	Steps []StepResult
	// Packages are the versions that were registered.
	Packages []Package
	// Notes say what went another way than in AWS.
	Notes []string
	// Pipeline is its name.
	Pipeline string

	drawing string
	took    time.Duration
}

// StepResult is what became of a step.
type StepResult struct {
	Name, Type string
	Status     Status
	// Reason of a failure.
	Reason string `json:",omitempty"`
	// Retries is how often it was tried again.
	Retries int `json:",omitempty"`
	// CachedFrom is the execution whose result was taken.
	CachedFrom string `json:",omitempty"`
	// Folder holds ml, in place of /opt/ml, and log.txt. Empty for steps without one.
	Folder         string `json:",omitempty"`
	Started, Ended time.Time
	// Properties are those that other steps can refer to, as SageMaker describes the job.
	Properties map[string]any `json:",omitempty"`
}

// Event tells what has become of a step.
type Event struct {
	Execution string
	Step      StepResult
}

// String is the event for people, in one line.
func (e Event) String() string {
	s := e.Step
	switch {
	case s.Status == Executing && s.Retries > 0:
		return fmt.Sprintf("%s: retry %d", s.Name, s.Retries)
	case s.Status == Executing && s.Folder == "" && s.CachedFrom == "":
		return s.Name + ": " + s.Type
	case s.Status == Executing:
		return ""
	}
	return s.Name + ": " + s.outcome()
}

func (s StepResult) outcome() string {
	switch {
	case s.Status == NotRun:
		return "not run"
	case s.CachedFrom != "":
		return "from the cache, of execution " + s.CachedFrom
	case s.Properties["Outcome"] != nil && s.Type == "Condition":
		return fmt.Sprint(s.Properties["Outcome"])
	case s.Status == Succeeded:
		return fmt.Sprintf("succeeded in %.1f s", s.Ended.Sub(s.Started).Seconds())
	case s.Status == Failed:
		return "failed: " + s.Reason
	}
	return strings.ToLower(string(s.Status))
}

func (r *run) result(ctx context.Context) *Result {
	out := &Result{
		Execution: r.id, Folder: r.folder, Status: Succeeded, Reason: r.reason, Packages: r.made, Notes: r.notes, Pipeline: r.pipeline.Name(),
		took: time.Since(r.site.started),
	}
	for _, s := range r.definition.steps {
		out.Steps = append(out.Steps, *r.results[s.Name])
	}
	switch {
	case ctx.Err() != nil:
		out.Status, out.Reason = Stopped, "it was stopped"
	case r.reason != "":
		out.Status = Failed
	}
	return out
}

// Summary is the result for people: a table of the steps, what was registered, and what went another way than in AWS.
func (r *Result) Summary() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s: %s in %.1f s\n", r.Pipeline, r.Execution, strings.ToLower(string(r.Status)), r.took.Seconds())
	if r.Reason != "" {
		fmt.Fprintf(&out, "%s\n", r.Reason)
	}
	out.WriteByte('\n')
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STEP\tTYPE\tOUTCOME")
	for _, s := range r.Steps {
		outcome := s.outcome()
		if s.Status == Failed {
			outcome = "failed"
		}
		if s.Retries > 0 {
			outcome += ", " + retried(s.Retries)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", s.Name, s.Type, outcome)
	}
	_ = table.Flush()
	tail(&out, r.Packages, r.Notes, r.Folder)
	return out.String()
}

// retried says how often.
func retried(times int) string {
	switch times {
	case 0:
		return "not retried"
	case 1:
		return "retried once"
	}
	return fmt.Sprintf("retried %d times", times)
}

// tail ends a summary.
func tail(out *strings.Builder, packages []Package, notes []string, folder string) {
	for _, each := range packages {
		fmt.Fprintf(out, "\nregistered: %s version %d, %s, in %s\n", each.Group, each.Version, each.Approval, each.Folder)
	}
	for i, each := range notes {
		if i == 0 {
			out.WriteString("\nOther than in AWS:\n")
		}
		fmt.Fprintf(out, "  %s\n", each)
	}
	fmt.Fprintf(out, "\nfolders, logs and the drawing of the path: %s\n", folder)
}

// Mermaid is the drawing of the pipeline with the path that the execution took.
func (r *Result) Mermaid() string { return r.drawing }

// Step is the result of the step of this name, or nil.
func (r *Result) Step(name string) *StepResult {
	for i := range r.Steps {
		if r.Steps[i].Name == name {
			return &r.Steps[i]
		}
	}
	return nil
}

// Err is an error with the reason, unless the execution succeeded.
func (r *Result) Err() error {
	if r.Status == Succeeded {
		return nil
	}
	return errors.New(r.Reason)
}

func (r *Result) outcomes() map[string]pipeline.Outcome {
	out := map[string]pipeline.Outcome{}
	for _, s := range r.Steps {
		switch {
		case s.Status == Succeeded && s.CachedFrom != "":
			out[s.Name] = pipeline.OutcomeCached
		case s.Status == Succeeded:
			out[s.Name] = pipeline.OutcomeSucceeded
		case s.Status == Failed, s.Status == Stopped:
			out[s.Name] = pipeline.OutcomeFailed
		}
	}
	return out
}

func (r *Result) write() error {
	return errors.Join(
		os.WriteFile(filepath.Join(r.Folder, "summary.txt"), []byte(r.Summary()), 0o644),
		os.WriteFile(filepath.Join(r.Folder, "drawing.mmd"), []byte(r.drawing), 0o644),
		writeJSON(filepath.Join(r.Folder, "summary.json"), r),
	)
}
