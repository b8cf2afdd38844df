package asltest

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// A run is the state of an execution.
type run struct {
	Execution
	language string
	now      time.Time
	outcome  Outcome
}

// A scope is what the states of a level share.
type scope struct {
	context   map[string]any
	variables map[string]any
}

type object = map[string]any

func runtimeError(format string, args ...any) error {
	return &Error{"States.Runtime", fmt.Sprintf(format, args...)}
}

// level runs the states of a level until its end.
func (r *run) level(machine object, input any, s scope) (any, error) {
	s.variables = maps.Clone(s.variables)
	name, _ := machine["StartAt"].(string)
	states, _ := machine["States"].(object)
	for {
		if r.MaxSteps--; r.MaxSteps < 0 {
			return nil, errors.New("the execution has entered too many states; raise MaxSteps, or end the loop")
		}
		definition, ok := states[name].(object)
		if !ok {
			return nil, runtimeError("%q is no state", name)
		}
		r.outcome.States = append(r.outcome.States, name)
		context := maps.Clone(s.context)
		context["State"] = object{"Name": name, "EnteredTime": moment(r.now), "RetryCount": 0.0}
		if definition["Type"] == "Task" {
			context["Task"] = object{"Token": "token"}
		}
		st := &state{run: r, name: name, definition: definition, input: input, scope: scope{context, s.variables}, jsonata: r.language == "JSONata"}
		if language, given := definition["QueryLanguage"].(string); given {
			st.jsonata = language == "JSONata"
		}
		output, next, err := st.attempts()
		if err != nil {
			return nil, err
		}
		if next == "" {
			return output, nil
		}
		input, name = output, next
	}
}

// A state is one that has been entered.
type state struct {
	*run
	name       string
	definition object
	input      any
	scope      scope
	jsonata    bool
	result     any // of the task, branches or items
	hasResult  bool
	failure    any // the error output, in a catcher
}

// attempts runs the state until it succeeds, or no retrier repeats it any more.
func (s *state) attempts() (output any, next string, err error) {
	retriers, _ := s.definition["Retry"].([]any)
	used := make([]int, len(retriers))
	for {
		output, next, err = s.once()
		var failed *Error
		if !errors.As(err, &failed) {
			return output, next, err
		}
		i := s.matching(retriers, failed)
		if i < 0 || used[i] >= int(number(retriers[i].(object)["MaxAttempts"], 3)) {
			return s.caught(failed)
		}
		s.pause(retriers[i].(object), used[i])
		used[i]++
		own := s.scope.context["State"].(object)
		own["RetryCount"] = own["RetryCount"].(float64) + 1
	}
}

// pause moves the clock by the time before the next attempt, without jitter.
func (s *state) pause(retrier object, used int) {
	seconds := number(retrier["IntervalSeconds"], 1) * math.Pow(number(retrier["BackoffRate"], 2), float64(used))
	seconds = min(seconds, number(retrier["MaxDelaySeconds"], math.Inf(1)))
	s.now = s.now.Add(time.Duration(seconds * float64(time.Second)))
}

func number(v any, otherwise float64) float64 {
	if n, ok := v.(float64); ok {
		return n
	}
	return otherwise
}

// matching is the first retrier or catcher for the error, or -1.
func (s *state) matching(list []any, failed *Error) int {
	return slices.IndexFunc(list, func(each any) bool {
		names, _ := each.(object)["ErrorEquals"].([]any)
		return slices.ContainsFunc(names, func(name any) bool {
			switch name {
			case failed.Name:
				return true
			case "States.ALL":
				return failed.Name != "States.Runtime" && failed.Name != "States.DataLimitExceeded"
			case "States.TaskFailed":
				return s.definition["Type"] == "Task" && failed.Name != "States.Timeout"
			}
			return false
		})
	})
}

func (s *state) caught(failed *Error) (any, string, error) {
	catchers, _ := s.definition["Catch"].([]any)
	i := s.matching(catchers, failed)
	if i < 0 {
		return nil, "", failed
	}
	catcher := catchers[i].(object)
	s.failure = object{"Error": failed.Name, "Cause": failed.Cause}
	next, _ := catcher["Next"].(string)
	output, err := s.finish(catcher, s.failure, s.failure)
	return output, next, err
}

// once makes one attempt.
func (s *state) once() (output any, next string, err error) {
	effective, err := s.effectiveInput()
	if err != nil {
		return nil, "", err
	}
	next, _ = s.definition["Next"].(string)
	fields, shown := s.definition, effective
	switch s.definition["Type"] {
	case "Fail":
		return nil, "", s.fail()
	case "Choice":
		if fields, next, err = s.choose(effective); err != nil {
			return nil, "", err
		}
	case "Wait":
		err = s.wait(effective)
	case "Pass":
		shown, err = s.pass(effective)
	case "Task":
		s.result, err = s.task(effective)
	case "Parallel":
		s.result, err = s.parallel(effective)
	case "Map":
		s.result, err = s.mapped(effective)
	}
	if err != nil {
		return nil, "", err
	}
	if kind := s.definition["Type"]; kind == "Task" || kind == "Parallel" || kind == "Map" {
		if s.result, err = plain(s.result); err != nil {
			return nil, "", err
		}
		s.hasResult, shown = true, s.result
	}
	output, err = s.finish(fields, shown, effective)
	return output, next, err
}

func (s *state) fail() error {
	texts := map[string]string{}
	for _, name := range []string{"Error", "Cause"} {
		value, err := s.field(name, s.input)
		if err != nil {
			return err
		}
		texts[name], _ = value.(string)
	}
	return &Error{texts["Error"], texts["Cause"]}
}

func (s *state) wait(effective any) error {
	if value, err := s.field("Seconds", effective); err != nil || value != nil {
		s.now = s.now.Add(time.Duration(number(value, 0) * float64(time.Second)))
		return err
	}
	value, err := s.field("Timestamp", effective)
	if err != nil {
		return err
	}
	text, _ := value.(string)
	until, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return runtimeError("%q is no moment", text)
	}
	if until.After(s.now) {
		s.now = until
	}
	return nil
}

func (s *state) task(effective any) (any, error) {
	arguments, err := s.arguments(effective)
	if err != nil {
		return nil, err
	}
	s.outcome.Calls = append(s.outcome.Calls, Call{s.name, arguments})
	task := s.Tasks[s.name]
	if task == nil {
		task = Echo
	}
	result, err := task(arguments)
	var failed *Error
	if err != nil && !errors.As(err, &failed) {
		return nil, &Error{"States.TaskFailed", err.Error()}
	}
	return result, err
}

func (s *state) parallel(effective any) (any, error) {
	arguments, err := s.arguments(effective)
	if err != nil {
		return nil, err
	}
	out := []any{}
	branches, _ := s.definition["Branches"].([]any)
	for _, branch := range branches {
		output, err := s.level(branch.(object), arguments, s.scope)
		if err != nil {
			return nil, err
		}
		out = append(out, output)
	}
	return out, nil
}

func (s *state) mapped(effective any) (any, error) {
	items, keys, err := s.items(effective)
	if err != nil {
		return nil, err
	}
	processor, _ := s.definition["ItemProcessor"].(object)
	if processor == nil {
		processor, _ = s.definition["Iterator"].(object)
	}
	config, _ := processor["ProcessorConfig"].(object)
	inner := s.scope
	if config["Mode"] == "DISTRIBUTED" {
		inner.variables = map[string]any{} // each item is an execution of its own
	}
	inputs := make([]any, len(items))
	contexts := make([]object, len(items))
	for i, item := range items {
		contexts[i] = maps.Clone(s.scope.context)
		known := object{"Index": float64(i), "Value": item}
		if keys != nil {
			known["Key"] = keys[i]
			item = object{"Key": keys[i], "Value": item}
		}
		contexts[i]["Map"] = object{"Item": known}
		if inputs[i], err = s.selected(item, effective, contexts[i]); err != nil {
			return nil, err
		}
	}
	if inputs, err = s.batches(inputs, effective); err != nil {
		return nil, err
	}
	out, failures := []any{}, 0
	for i, input := range inputs {
		inner.context = contexts[min(i, len(contexts)-1)]
		output, err := s.level(processor, input, inner)
		if err != nil {
			failures++
			tolerated, wrong := s.tolerates(failures, len(inputs), effective)
			if wrong != nil {
				return nil, wrong
			}
			if !tolerated {
				return nil, err
			}
			continue
		}
		out = append(out, output)
	}
	return out, nil
}

// tolerates reports whether a distributed map goes on after so many failures.
func (s *state) tolerates(failures, all int, effective any) (bool, error) {
	count, err := s.field("ToleratedFailureCount", effective)
	if err != nil {
		return false, err
	}
	percentage, err := s.field("ToleratedFailurePercentage", effective)
	if err != nil {
		return false, err
	}
	return float64(failures) <= number(count, 0) || float64(failures)*100 <= number(percentage, 0)*float64(all), nil
}

// items are those of a list, or the values of an object with their keys.
func (s *state) items(effective any) (items []any, keys []string, err error) {
	if _, reads := s.definition["ItemReader"]; reads {
		items, err := plain(s.Items[s.name])
		list, _ := items.([]any)
		return list, nil, err
	}
	value, err := s.itemsField(effective)
	if err != nil {
		return nil, nil, err
	}
	switch value := value.(type) {
	case []any:
		return value, nil, nil
	case object:
		keys = slices.Sorted(maps.Keys(value))
		for _, key := range keys {
			items = append(items, value[key])
		}
		return items, keys, nil
	}
	return nil, nil, runtimeError("the items of the map %q are neither a list nor an object", s.name)
}

// batches puts items into batches, where the state has a batcher.
func (s *state) batches(inputs []any, effective any) ([]any, error) {
	batcher, given := s.definition["ItemBatcher"].(object)
	if !given {
		return inputs, nil
	}
	size, err := s.fieldOf(batcher, "MaxItemsPerBatch", effective)
	if err != nil {
		return nil, err
	}
	n := int(number(size, float64(max(1, len(inputs)))))
	var out []any
	for len(inputs) > 0 {
		batch := object{"Items": inputs[:min(n, len(inputs))]}
		if template, has := batcher["BatchInput"]; has {
			if batch["BatchInput"], err = s.data(template, effective, s.scope.context); err != nil {
				return nil, err
			}
		}
		out = append(out, batch)
		inputs = inputs[min(n, len(inputs)):]
	}
	return out, nil
}
