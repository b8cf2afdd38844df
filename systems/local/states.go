package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mlplatform/mlplatform/documents/jsonata"
)

// level runs the states of a machine, of a branch or of an item. Variables that it assigns are its own.
func (r *machineRun) level(ctx context.Context, machine map[string]any, input any, outer map[string]any) (any, error) {
	variables := maps.Clone(outer)
	states, _ := machine["States"].(map[string]any)
	name, _ := machine["StartAt"].(string)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s := &state{run: r, name: name, variables: variables, input: input}
		s.fields, _ = states[name].(map[string]any)
		output, next, err := s.attempts(ctx)
		if err != nil || next == "" {
			return output, err
		}
		input, name = output, next
	}
}

// A state while it runs.
type state struct {
	run       *machineRun
	name      string
	fields    map[string]any
	variables map[string]any // of its level
	input     any
	entered   time.Time
	retries   int
	item      map[string]any // of a Map, in its context
}

// known is what $states is.
func (s *state) known(more map[string]any) map[string]any {
	about := maps.Clone(s.run.context)
	about["State"] = map[string]any{"Name": s.name, "EnteredTime": stamp(s.entered), "RetryCount": s.retries}
	if s.item != nil {
		about["Map"] = map[string]any{"Item": s.item}
	}
	out := map[string]any{"input": s.input, "context": about}
	maps.Copy(out, more)
	return out
}

// eval computes the expressions in a value.
func (s *state) eval(value any, states map[string]any) (any, error) {
	switch v := value.(type) {
	case string:
		inner, ok := strings.CutPrefix(v, "{%")
		if !ok || !strings.HasSuffix(v, "%}") {
			return v, nil
		}
		expression, err := jsonata.Parse(strings.TrimSuffix(inner, "%}"))
		if err == nil {
			var out any
			if out, err = expression.Evaluate(nil, jsonata.Settings{Variables: with(s.variables, "states", states)}); err == nil {
				return out, nil
			}
		}
		return nil, TaskError{"States.QueryEvaluationError", fmt.Sprintf("%s: %s", v, err)}
	case []any:
		out := make([]any, len(v))
		for i, each := range v {
			var err error
			if out[i], err = s.eval(each, states); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, each := range v {
			var err error
			if out[key], err = s.eval(each, states); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return value, nil
}

func with(variables map[string]any, key string, value any) map[string]any {
	out := maps.Clone(variables)
	out[key] = value
	return out
}

// end assigns variables and makes the output, of the state, of one of its rules or of a catcher.
func (s *state) end(fields map[string]any, states map[string]any, otherwise any) (any, error) {
	assigned, err := s.eval(fields["Assign"], states)
	if err != nil {
		return nil, err
	}
	output := otherwise
	if fields["Output"] != nil {
		if output, err = s.eval(fields["Output"], states); err != nil {
			return nil, err
		}
	}
	if values, ok := assigned.(map[string]any); ok {
		maps.Copy(s.variables, values)
	}
	return output, nil
}

// attempts runs the state, and again or by another way where Retry and Catch say so.
func (s *state) attempts(ctx context.Context) (any, string, error) {
	s.entered = time.Now()
	kind, _ := s.fields["Type"].(string)
	retriers, _ := s.fields["Retry"].([]any)
	used := make([]int, len(retriers))
	for {
		started := time.Now()
		output, next, err := s.once(ctx, kind)
		result := StateResult{Name: s.name, Type: kind, Started: started, Ended: time.Now()}
		var failure TaskError
		if err != nil && !errors.As(err, &failure) {
			if ctx.Err() != nil {
				return nil, "", ctx.Err()
			}
			failure = TaskError{"States.TaskFailed", err.Error()}
		}
		if err == nil {
			s.run.tell(result)
			return output, next, nil
		}
		result.Error, result.Cause = failure.Name, failure.Cause
		s.run.tell(result)
		if i := slices.IndexFunc(retriers, func(each any) bool { return matches(each, failure, kind) }); i >= 0 {
			most := 3
			if at(retriers[i], "MaxAttempts") != nil {
				most = intAt(retriers[i], "MaxAttempts")
			}
			if used[i] < most {
				used[i]++
				s.retries++
				s.run.note("%s: %s was retried; Step Functions waits before that", s.name, failure.Name)
				continue
			}
		}
		catchers, _ := s.fields["Catch"].([]any)
		for _, each := range catchers {
			if !matches(each, failure, kind) {
				continue
			}
			catcher, _ := each.(map[string]any)
			told := map[string]any{"Error": failure.Name, "Cause": failure.Cause}
			output, err := s.end(catcher, s.known(map[string]any{"errorOutput": told}), told)
			return output, textAt(catcher, "Next"), err
		}
		return nil, "", failure
	}
}

// matches reports whether a retrier or catcher is for the failure.
func matches(each any, failure TaskError, kind string) bool {
	for _, name := range textsAt(each, "ErrorEquals") {
		switch {
		case name == failure.Name,
			name == "States.ALL" && failure.Name != "States.Runtime" && failure.Name != "States.DataLimitExceeded",
			name == "States.TaskFailed" && kind == "Task" && failure.Name != "States.Timeout":
			return true
		}
	}
	return false
}

// once runs the state once.
func (s *state) once(ctx context.Context, kind string) (any, string, error) {
	next, states := textAt(s.fields, "Next"), s.known(nil)
	switch kind {
	case "Pass":
		output, err := s.end(s.fields, states, s.input)
		return output, next, err
	case "Succeed":
		output, err := s.end(s.fields, states, s.input)
		return output, "", err
	case "Wait":
		s.run.note("%s was not waited for", s.name)
		output, err := s.end(s.fields, states, s.input)
		return output, next, err
	case "Fail":
		told, err := s.eval(map[string]any{"Error": s.fields["Error"], "Cause": s.fields["Cause"]}, states)
		if err != nil {
			return nil, "", err
		}
		return nil, "", TaskError{textAt(told, "Error"), textAt(told, "Cause")}
	case "Choice":
		return s.choice(states)
	}
	given := s.input
	if s.fields["Arguments"] != nil {
		var err error
		if given, err = s.eval(s.fields["Arguments"], states); err != nil {
			return nil, "", err
		}
	}
	var result any
	var err error
	switch kind {
	case "Task":
		result, err = s.task(ctx, given)
	case "Parallel":
		result, err = s.parallel(ctx, given)
	case "Map":
		result, err = s.items(ctx, states)
	default:
		err = TaskError{"States.Runtime", kind + " is no type of a state"}
	}
	if err != nil {
		return nil, "", err
	}
	output, err := s.end(s.fields, s.known(map[string]any{"result": result}), result)
	return output, next, err
}

func (s *state) choice(states map[string]any) (any, string, error) {
	for _, each := range listAt(s.fields, "Choices") {
		rule, _ := each.(map[string]any)
		holds, err := s.eval(rule["Condition"], states)
		if err != nil {
			return nil, "", err
		}
		if holds == true {
			output, err := s.end(rule, states, s.input)
			return output, textAt(rule, "Next"), err
		}
	}
	next := textAt(s.fields, "Default")
	if next == "" {
		return nil, "", TaskError{"States.NoChoiceMatched", "no rule of " + s.name + " holds, and it has no default"}
	}
	output, err := s.end(s.fields, states, s.input)
	return output, next, err
}

// parallel runs all branches at the same time. The first failure ends the others.
func (s *state) parallel(ctx context.Context, input any) (any, error) {
	branches := listAt(s.fields, "Branches")
	return s.together(ctx, len(branches), 0, func(ctx context.Context, i int) (any, error) {
		branch, _ := branches[i].(map[string]any)
		return s.run.level(ctx, branch, input, s.variables)
	})
}

// items runs the processor for each item.
func (s *state) items(ctx context.Context, states map[string]any) (any, error) {
	given := s.input
	if s.fields["Items"] != nil {
		var err error
		if given, err = s.eval(s.fields["Items"], states); err != nil {
			return nil, err
		}
	}
	list, ok := normal(map[string]any{"items": given})["items"].([]any)
	if !ok {
		return nil, TaskError{"States.QueryEvaluationError", s.name + " has no list of items"}
	}
	processor, _ := s.fields["ItemProcessor"].(map[string]any)
	return s.together(ctx, len(list), intAt(s.fields, "MaxConcurrency"), func(ctx context.Context, i int) (any, error) {
		each := *s
		each.item = map[string]any{"Index": i, "Value": list[i]}
		input := list[i]
		if selector := s.fields["ItemSelector"]; selector != nil {
			var err error
			if input, err = each.eval(selector, each.known(nil)); err != nil {
				return nil, err
			}
		}
		return s.run.level(ctx, processor, input, s.variables)
	})
}

// together runs n things, most of them at a time, and returns their results in order.
func (s *state) together(ctx context.Context, n, most int, run func(ctx context.Context, i int) (any, error)) (any, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if most <= 0 {
		most = max(n, 1)
	}
	out, slots := make([]any, n), make(chan struct{}, most)
	var wait sync.WaitGroup
	var once sync.Once
	var first error
	for i := range n {
		slots <- struct{}{}
		wait.Add(1)
		go func() {
			defer wait.Done()
			defer func() { <-slots }()
			var err error
			if out[i], err = run(ctx, i); err != nil {
				once.Do(func() { first = err; cancel() })
			}
		}()
	}
	wait.Wait()
	return out, first
}

// task calls the service, or the stand-in.
func (s *state) task(ctx context.Context, given any) (any, error) {
	r := s.run
	r.mutex.Lock()
	r.ran[s.name]++
	attempt := r.ran[s.name]
	r.mutex.Unlock()
	if faults := r.site.options.Faults[s.name]; attempt <= len(faults) {
		return nil, TaskError{string(faults[attempt-1]), "a fault that the options ask for"}
	}
	arguments := normal(map[string]any{"a": given})["a"]
	object, _ := arguments.(map[string]any)
	resource := textAt(s.fields, "Resource")
	folder := folderName(r.folder, s.name, attempt)
	if seconds, err := s.eval(s.fields["TimeoutSeconds"], s.known(nil)); err == nil && seconds != nil {
		var cancel context.CancelFunc
		outer := ctx
		ctx, cancel = context.WithTimeout(ctx, time.Duration(intAt(map[string]any{"s": seconds}, "s"))*time.Second)
		defer cancel()
		defer func() {
			if outer.Err() == nil && ctx.Err() != nil {
				r.note("%s ran into its timeout", s.name)
			}
		}()
	}
	var result any
	var err error
	if answer := r.site.options.StandIns[s.name]; answer != nil {
		var j *job
		if j, err = r.site.newJob(folder, "", r.note); err == nil {
			defer j.log.file.Close()
			result, err = answer(ctx, Call{Step: s.name, Type: resource, Arguments: object, Folder: folder, Path: r.site.store.path})
		}
	} else {
		result, err = r.call(resource)(ctx, folder, object)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, TaskError{"States.Timeout", s.name + " did not end in time"}
	}
	if err != nil {
		return nil, err
	}
	var out any
	text, err := json.Marshal(result)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	return out, err
}
