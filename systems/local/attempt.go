package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/pipeline"
)

// longestWait is the most that is waited before a retry here, where nothing is mended by time.
const longestWait = time.Second

// attempts runs a step, and again where its retry policies say so.
func (r *run) attempts(ctx context.Context, s *step) (map[string]any, error) {
	tried, waited := map[pipeline.RetryError]int{}, map[int]time.Duration{}
	for attempt := 1; ; attempt++ {
		properties, err := r.attempt(ctx, s, attempt)
		var failure Failure
		if !errors.As(err, &failure) {
			return properties, err
		}
		policy := slices.IndexFunc(s.RetryPolicies, func(p retryPolicy) bool { return slices.Contains(p.ExceptionType, failure.Type) })
		if policy < 0 {
			return nil, err
		}
		chosen := s.RetryPolicies[policy]
		tried[failure.Type]++
		n := tried[failure.Type]
		wait := time.Duration(chosen.IntervalSeconds * math.Pow(chosen.BackoffRate, float64(n-1)) * float64(time.Second))
		waited[policy] += wait
		if chosen.MaxAttempts > 0 && n > chosen.MaxAttempts || chosen.ExpireAfterMin > 0 && waited[policy].Minutes() > chosen.ExpireAfterMin {
			return nil, fmt.Errorf("%w; it was %s", err, retried(n-1))
		}
		r.note("%s: attempt %d failed with %s; SageMaker waits %s before the next", s.Name, attempt, failure.Type, wait)
		r.tell(s, func(result *StepResult) { result.Retries++ })
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(min(wait, longestWait)):
		}
	}
}

// attempt runs a step once.
func (r *run) attempt(ctx context.Context, s *step, attempt int) (map[string]any, error) {
	if faults := r.site.options.Faults[s.Name]; attempt <= len(faults) {
		return nil, Failure{faults[attempt-1], "a fault that the options ask for"}
	}
	name := jobName(r.id, s.Name, attempt)
	evaluated, err := r.scope(s, name).eval(s.Arguments)
	if err != nil {
		return nil, err
	}
	arguments, _ := evaluated.(map[string]any)
	switch s.Type {
	case "Condition":
		ok, err := holds(listAt(arguments, "Conditions"))
		if err != nil {
			return nil, err
		}
		return map[string]any{"Outcome": outcome(ok)}, nil
	case "Fail":
		return nil, errors.New(textAt(arguments, "ErrorMessage"))
	}
	file := ""
	if s.CacheConfig.Enabled && !r.site.options.NoCache {
		if file, err = r.cacheFile(s, arguments); err != nil {
			return nil, err
		}
		found, err := r.fromCache(s, file)
		if err != nil {
			return nil, err
		}
		if found != nil {
			r.tell(s, func(result *StepResult) { result.CachedFrom = found.Execution })
			return found.Properties, nil
		}
	}
	folder := filepath.Join(r.folder, s.Name)
	if attempt > 1 {
		folder += fmt.Sprintf("-attempt-%d", attempt)
	}
	r.tell(s, func(result *StepResult) { result.Folder = folder })
	properties, err := r.kind(ctx, s, name, folder, arguments)
	if err != nil {
		return nil, err
	}
	properties = normal(properties)
	if file != "" {
		err = writeJSON(file, cached{r.id, time.Now(), properties})
	}
	return properties, err
}

// kind runs the step as its type asks.
func (r *run) kind(ctx context.Context, s *step, name, folder string, arguments map[string]any) (map[string]any, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	if err := writeJSON(filepath.Join(folder, "arguments.json"), arguments); err != nil {
		return nil, err
	}
	if err := wrongKinds(s.Type, arguments); err != nil {
		return nil, fmt.Errorf("SageMaker would refuse it: %w", err)
	}
	if answer := r.site.options.StandIns[s.Name]; answer != nil {
		return r.standIn(ctx, s, answer, folder, arguments)
	}
	j, err := r.site.newJob(folder, name, r.note)
	if err != nil {
		return nil, err
	}
	defer j.log.file.Close()
	switch s.Type {
	case "Processing":
		return r.site.processing(ctx, j, arguments)
	case "Training":
		return r.site.training(ctx, j, arguments)
	case "Tuning":
		return r.site.tuning(ctx, j, arguments)
	case "Transform":
		return r.site.transform(ctx, j, arguments)
	case "Model":
		return r.site.model(j, arguments)
	case "RegisterModel":
		properties, made, err := r.site.register(arguments)
		if err == nil {
			r.mutex.Lock()
			r.made = append(r.made, *made)
			r.mutex.Unlock()
		}
		return properties, err
	}
	return nil, fmt.Errorf("a step of type %s does not run on this machine", s.Type)
}

// standIn asks the stand-in of a step.
func (r *run) standIn(ctx context.Context, s *step, answer StandIn, folder string, arguments map[string]any) (map[string]any, error) {
	j, err := r.site.newJob(folder, "", r.note)
	if err != nil {
		return nil, err
	}
	defer j.log.file.Close()
	given, err := answer(ctx, Call{Step: s.Name, Type: s.Type, Arguments: arguments, Folder: folder, Path: r.site.store.path})
	if err != nil {
		return nil, err
	}
	if s.Type != "Lambda" && s.Type != "Callback" {
		return given, nil
	}
	var outputs []map[string]any
	given = normal(given)
	for _, each := range s.OutputParameters {
		value, ok := given[each.OutputName]
		if !ok {
			return nil, fmt.Errorf("the stand-in did not give the output %q", each.OutputName)
		}
		if !is(value, each.OutputType) {
			return nil, fmt.Errorf("the stand-in gave %s as the output %q, which is a %s", quotedText(value), each.OutputName, each.OutputType)
		}
		outputs = append(outputs, map[string]any{"Name": each.OutputName, "Value": value})
	}
	values := map[string]any{}
	for _, each := range outputs {
		values[each["Name"].(string)] = each["Value"]
	}
	return map[string]any{"OutputParameters": values}, nil
}

// is reports whether the value has the type.
func is(value any, kind pipeline.Type) bool {
	switch v := value.(type) {
	case string:
		return kind == pipeline.TypeString
	case bool:
		return kind == pipeline.TypeBoolean
	case json.Number:
		_, err := v.Int64()
		return kind == pipeline.TypeFloat || kind == pipeline.TypeInteger && err == nil
	}
	return false
}

// scope gives the references of a step their values. name is that of the step's job.
func (r *run) scope(s *step, name string) scope {
	var out scope
	out.get = func(path string) (any, error) {
		root, rest, _ := strings.Cut(path, ".")
		switch root {
		case "Parameters":
			return r.parameters[rest], nil
		case "PipelineExperimentConfig":
			return out.eval(r.definition.PipelineExperimentConfig[rest])
		case "Execution":
			return r.variable(rest, name)
		}
		step, property, _ := strings.Cut(rest, ".")
		value, err := lookup(r.properties(step), property)
		if err != nil {
			return nil, fmt.Errorf("refers to %s of step %s, which it does not have here; a stand-in for that step can give it", property, step)
		}
		return value, nil
	}
	out.file = func(reference any) (string, error) {
		if uri := at(reference, "S3Uri"); uri != nil {
			where, err := out.eval(uri)
			if err != nil {
				return "", err
			}
			return r.site.store.path(fmt.Sprint(where))
		}
		_, rest, _ := strings.Cut(textAt(reference, "PropertyFile.Get"), ".")
		step, file, _ := strings.Cut(rest, ".PropertyFiles.")
		for _, each := range r.byName[step].PropertyFiles {
			if each.PropertyFileName == file {
				uri, err := lookup(r.properties(step), "ProcessingOutputConfig.Outputs['"+each.OutputName+"'].S3Output.S3Uri")
				if err != nil {
					return "", err
				}
				return r.site.store.path(strings.TrimSuffix(fmt.Sprint(uri), "/") + "/" + each.FilePath)
			}
		}
		return "", fmt.Errorf("step %s has no property file %s", step, file)
	}
	return out
}

func (r *run) properties(step string) map[string]any {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.results[step].Properties
}

// variable is what an execution knows about itself.
func (r *run) variable(name, job string) (any, error) {
	arn := arnOf("pipeline/" + strings.ToLower(r.pipeline.Name()))
	switch name {
	case "PipelineName":
		return r.pipeline.Name(), nil
	case "PipelineArn":
		return arn, nil
	case "PipelineExecutionId":
		return r.id, nil
	case "PipelineExecutionArn":
		return arn + "/execution/" + r.id, nil
	case "StartDateTime":
		return stamp(r.site.started), nil
	case "CurrentDateTime":
		return stamp(time.Now()), nil
	case "TrainingJobName", "ProcessingJobName":
		return job, nil
	}
	return nil, fmt.Errorf("there is no execution variable %s", name)
}
