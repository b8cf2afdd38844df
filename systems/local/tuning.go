package local

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// tuning runs the training jobs of a tuning job with hyperparameters that are chosen at random, or all of a grid. It returns
// what DescribeHyperParameterTuningJob and the list of its training jobs would say.
func (s *site) tuning(ctx context.Context, j *job, arguments map[string]any) (map[string]any, error) {
	config := at(arguments, "HyperParameterTuningJobConfig")
	definitions := listAt(arguments, "TrainingJobDefinitions")
	if one := at(arguments, "TrainingJobDefinition"); one != nil {
		definitions = append(definitions, one)
	}
	if len(definitions) == 0 {
		return nil, errors.New("the tuning job has no training job")
	}
	trials, err := s.trials(j, config, definitions)
	if err != nil {
		return nil, err
	}
	described := describe(arguments, "HyperParameterTuningJob", j.name)
	if seconds := intAt(config, "ResourceLimits.MaxRuntimeInSeconds"); seconds > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
		defer cancel()
	}
	slots := make(chan struct{}, max(1, intAt(config, "ResourceLimits.MaxParallelTrainingJobs")))
	var wait sync.WaitGroup
	for _, each := range trials {
		wait.Add(1)
		slots <- struct{}{}
		go func() {
			defer wait.Done()
			defer func() { <-slots }()
			each.err = ctx.Err()
			if each.err == nil {
				each.value, each.err = s.trial(ctx, j, each)
			}
		}()
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	best := slices.DeleteFunc(slices.Clone(trials), func(t *trial) bool { return t.err != nil })
	if len(best) == 0 {
		return nil, fmt.Errorf("all %d training jobs failed; the first: %w", len(trials), trials[0].err)
	}
	if failed := len(trials) - len(best); failed > 0 {
		j.note("%d of %d training jobs of %s failed", failed, len(trials), j.name)
	}
	slices.SortStableFunc(best, func(a, b *trial) int {
		if textAt(a.objective, "Type") == "Minimize" {
			return compareFloats(a.value, b.value)
		}
		return compareFloats(b.value, a.value)
	})
	var summaries []map[string]any
	for _, each := range best {
		summaries = append(summaries, each.summary())
	}
	described["BestTrainingJob"], described["TrainingJobSummaries"] = summaries[0], summaries
	described["TrainingJobStatusCounters"] = map[string]any{"Completed": len(best), "NonRetryableError": len(trials) - len(best)}
	described["HyperParameterTuningJobStatus"], described["HyperParameterTuningEndTime"] = "Completed", stamp(time.Now())
	return described, nil
}

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// A trial is one training job of a search.
type trial struct {
	name       string
	definition map[string]any
	objective  any
	tuned      map[string]string
	value      float64
	err        error
}

func (t *trial) summary() map[string]any {
	out := map[string]any{
		"TrainingJobName": t.name, "TrainingJobArn": arnOf("training-job/" + t.name), "TrainingJobStatus": "Completed", "TunedHyperParameters": t.tuned,
		"FinalHyperParameterTuningJobObjectiveMetric": map[string]any{"Type": at(t.objective, "Type"), "MetricName": at(t.objective, "MetricName"), "Value": t.value},
		"ObjectiveStatus": "Succeeded",
	}
	if name := textAt(t.definition, "DefinitionName"); name != "" {
		out["TrainingJobDefinitionName"] = name
	}
	return out
}

// trials are the training jobs that the search makes.
func (s *site) trials(j *job, config any, definitions []any) ([]*trial, error) {
	strategy := textAt(config, "Strategy")
	if strategy == "Bayesian" || strategy == "Hyperband" {
		j.note("%s chose hyperparameters at random, and not by %s", j.name, strategy)
	}
	var out []*trial
	for i, each := range definitions {
		definition, _ := each.(map[string]any)
		ranges, objective := at(config, "ParameterRanges"), at(config, "HyperParameterTuningJobObjective")
		if own := at(definition, "HyperParameterRanges"); own != nil {
			ranges = own
		}
		if own := at(definition, "TuningObjective"); own != nil {
			objective = own
		}
		if textAt(objective, "MetricName") == "" {
			return nil, errors.New("the tuning job has no objective, without which nothing is compared here")
		}
		chance := rand.New(rand.NewPCG(uint64(intAt(config, "RandomSeed")), uint64(i)))
		jobs := max(1, intAt(config, "ResourceLimits.MaxNumberOfTrainingJobs")/len(definitions))
		var choices []map[string]string
		if strategy == "Grid" {
			choices = grid(listAt(ranges, "CategoricalParameterRanges"))
		} else {
			for range jobs {
				chosen, err := choose(ranges, chance)
				if err != nil {
					return nil, err
				}
				choices = append(choices, chosen)
			}
		}
		for _, tuned := range choices {
			out = append(out, &trial{definition: definition, objective: objective, tuned: tuned})
		}
	}
	if most := s.options.MaxTuningJobs; most > 0 && len(out) > most {
		j.note("%s ran %d of %d training jobs", j.name, most, len(out))
		out = out[:most]
	}
	for i, each := range out {
		each.name = fmt.Sprintf("%s-%03d", j.name, i+1)
	}
	return out, nil
}

// trial runs one training job, and returns its objective.
func (s *site) trial(ctx context.Context, j *job, t *trial) (float64, error) {
	one, err := s.newJob(filepath.Join(j.folder, t.name), t.name, j.note)
	if err != nil {
		return 0, err
	}
	defer one.log.file.Close()
	arguments := maps.Clone(t.definition)
	hyperparameters := map[string]any{}
	for key, value := range textMapAt(t.definition, "StaticHyperParameters") {
		hyperparameters[key] = value
	}
	for key, value := range t.tuned {
		hyperparameters[key] = value
	}
	arguments["HyperParameters"] = hyperparameters
	described, err := s.training(ctx, one, arguments)
	if err != nil {
		return 0, err
	}
	name := textAt(t.objective, "MetricName")
	value, err := lookup(normal(described), "FinalMetricDataList['"+name+"'].Value")
	if err != nil {
		return 0, fmt.Errorf("the objective %q is not in the log %s; what a built-in algorithm measures is not known here", name, one.log.file.Name())
	}
	return strconv.ParseFloat(fmt.Sprint(value), 64)
}

// grid are all combinations of the categories.
func grid(ranges []any) []map[string]string {
	out := []map[string]string{{}}
	for _, each := range ranges {
		var next []map[string]string
		for _, before := range out {
			for _, value := range textsAt(each, "Values") {
				chosen := maps.Clone(before)
				chosen[textAt(each, "Name")] = value
				next = append(next, chosen)
			}
		}
		out = next
	}
	return out
}

// choose draws one value of each range.
func choose(ranges any, chance *rand.Rand) (map[string]string, error) {
	out := map[string]string{}
	for _, each := range listAt(ranges, "IntegerParameterRanges") {
		value, err := draw(each, chance)
		if err != nil {
			return nil, err
		}
		out[textAt(each, "Name")] = strconv.FormatFloat(math.Round(value), 'f', -1, 64)
	}
	for _, each := range listAt(ranges, "ContinuousParameterRanges") {
		value, err := draw(each, chance)
		if err != nil {
			return nil, err
		}
		out[textAt(each, "Name")] = strconv.FormatFloat(value, 'g', -1, 64)
	}
	for _, each := range listAt(ranges, "CategoricalParameterRanges") {
		values := textsAt(each, "Values")
		out[textAt(each, "Name")] = values[chance.IntN(len(values))]
	}
	for _, each := range listAt(ranges, "AutoParameters") {
		out[textAt(each, "Name")] = textAt(each, "ValueHint")
	}
	return out, nil
}

// draw is a number of the range, by its scale.
func draw(r any, chance *rand.Rand) (float64, error) {
	least, err := strconv.ParseFloat(textAt(r, "MinValue"), 64)
	most, err2 := strconv.ParseFloat(textAt(r, "MaxValue"), 64)
	if err := errors.Join(err, err2); err != nil {
		return 0, fmt.Errorf("the range of %q: %w", textAt(r, "Name"), err)
	}
	switch part := chance.Float64(); {
	case strings.HasPrefix(textAt(r, "ScalingType"), "Log") && least > 0:
		return math.Exp(math.Log(least) + part*(math.Log(most)-math.Log(least))), nil
	case textAt(r, "ScalingType") == "ReverseLogarithmic" && most < 1:
		return 1 - math.Exp(math.Log(1-least)+part*(math.Log(1-most)-math.Log(1-least))), nil
	default:
		return least + part*(most-least), nil
	}
}
