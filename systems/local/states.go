package local

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/mlplatform/mlplatform/documents/asl/asltest"
)

// task answers an attempt of a task: by a fault, the stand-in, or what is here in place of the service.
func (r *machineRun) task(ctx context.Context, name, resource string, given any) (any, error) {
	attempt := len(r.attempts[name]) + 1
	result := StateResult{Name: name, Type: "Task", Started: time.Now()}
	answer, err := r.answer(ctx, name, resource, given, attempt)
	result.Ended = time.Now()
	if err != nil {
		failure := TaskError{"States.TaskFailed", err.Error()}
		if !errors.As(err, &failure) && ctx.Err() != nil {
			failure = TaskError{"States.Runtime", "it was stopped"} // which nothing catches
		}
		result.Error, result.Cause = failure.Name, failure.Cause
		err = &asltest.Error{Name: failure.Name, Cause: failure.Cause}
	}
	r.attempts[name] = append(r.attempts[name], result)
	r.tell(result)
	return answer, err
}

func (r *machineRun) answer(ctx context.Context, name, resource string, given any, attempt int) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if faults := r.site.options.Faults[name]; attempt <= len(faults) {
		return nil, TaskError{string(faults[attempt-1]), "a fault that the options ask for"}
	}
	arguments, _ := normal(map[string]any{"a": given})["a"].(map[string]any)
	folder := folderName(r.folder, name, attempt)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	if err := writeJSON(filepath.Join(folder, "arguments.json"), given); err != nil {
		return nil, err
	}
	if !r.unchecked[name] {
		if err := refused(resource, arguments); err != nil {
			return nil, err
		}
	}
	answer := r.site.options.StandIns[name]
	if answer == nil {
		return r.call(resource)(ctx, folder, arguments)
	}
	j, err := r.site.newJob(folder, "", r.note)
	if err != nil {
		return nil, err
	}
	defer j.log.file.Close()
	return answer(ctx, Call{Step: name, Type: resource, Arguments: arguments, Folder: folder, Path: r.site.store.path})
}

// entered are the states in the order in which they were entered, with each attempt of tasks.
func (r *machineRun) entered(outcome asltest.Outcome, kinds map[string]string) []StateResult {
	var out []StateResult
	left := map[string][]StateResult{}
	for name, attempts := range r.attempts {
		left[name] = slices.Clone(attempts)
	}
	for i, name := range outcome.States {
		if kinds[name] != "Task" {
			state := StateResult{Name: name, Type: kinds[name]}
			if i == len(outcome.States)-1 && (kinds[name] == "Fail" || outcome.Error != "") {
				state.Error, state.Cause = outcome.Error, outcome.Cause
			}
			out = append(out, state)
			continue
		}
		for len(left[name]) > 0 { // until it succeeded, or was repeated no more
			attempt := left[name][0]
			left[name] = left[name][1:]
			out = append(out, attempt)
			if attempt.Error == "" {
				break
			}
		}
	}
	return out
}
