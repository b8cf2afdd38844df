package sagemaker

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Search is a search for hyperparameters, as far as it is known before it runs. The service model holds the limits of
// single values; what the service refuses beyond those, because two of them do not go together, is said here.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTuningJobConfig.html
type Search struct {
	// Strategy of the search. Empty counts as StrategyBayesian.
	Strategy Strategy
	// MaxJobs and MaxParallelJobs are 0 where they are not given, or known at run time only.
	MaxJobs, MaxParallelJobs int
	// EarlyStopping ends jobs that are not going to be the best.
	EarlyStopping bool
	// Ranges are what is searched.
	Ranges Ranges
	// Fixed are the names of the hyperparameters that all jobs have in common.
	Fixed map[string]bool
}

var (
	strategies = []Strategy{StrategyBayesian, StrategyRandom, StrategyHyperband, StrategyGrid}
	scalings   = []Scaling{ScalingAuto, ScalingLinear, ScalingLogarithmic, ScalingReverseLogarithmic}
)

// Refusals are the fields that the service refuses: strategy, maxJobs, maxParallelJobs, earlyStopping, ranges as a whole, and
// those of single ranges, such as integers[0].scaling, continuous[0].name and categorical[0].values.
func (s Search) Refusals() []Refusal {
	var out []Refusal
	add := func(field, message, fix string) { out = append(out, Refusal{field, message, fix}) }
	unknown(add, "strategy", s.Strategy, strategies)
	combinations := 1
	for _, each := range s.Ranges.Categorical {
		combinations *= max(1, len(each.Values))
	}
	grid := s.Strategy == StrategyGrid
	switch {
	case grid && len(s.Ranges.Integers)+len(s.Ranges.Continuous) == 0 && s.MaxJobs != 0 && s.MaxJobs != combinations:
		add("maxJobs", fmt.Sprintf("%d is not the number of combinations, %d, all of which Grid tries", s.MaxJobs, combinations), "remove it")
	case !grid && s.MaxJobs != 0 && s.MaxParallelJobs > s.MaxJobs:
		add("maxParallelJobs", fmt.Sprintf("%d is more than the %d jobs", s.MaxParallelJobs, s.MaxJobs), "make it smaller, or maxJobs larger")
	}
	if s.EarlyStopping && s.Strategy == StrategyHyperband {
		add("earlyStopping", "is not possible with Hyperband, which stops jobs itself", "remove it")
	}
	if n := s.Ranges.Len(); Searched.Check(n) != "" {
		add("ranges", fmt.Sprintf("%d hyperparameters are searched", n), fmt.Sprintf("give %d to %d in all", Searched.Min, Searched.Max))
	}
	seen := map[string]bool{}
	named := func(field, name string) {
		switch {
		case name == "":
			add(field+".name", "is missing", "give the name of the hyperparameter")
		case seen[name] || s.Fixed[name]:
			add(field+".name", strconv.Quote(name)+" is given twice", "search it or set it, once")
		}
		seen[name] = true
	}
	numeric := func(field, name string, low, high float64, whole bool, scaling Scaling) {
		named(field, name)
		if grid {
			add(field, "is a range of numbers, and Grid tries the values of lists only", "write the numbers as values of a category, or use another strategy")
		}
		scaled(add, field, low, high, whole, scaling)
	}
	for i, each := range s.Ranges.Integers {
		numeric(problem.Index("integers", i), each.Name, float64(each.Min), float64(each.Max), true, each.Scaling)
	}
	for i, each := range s.Ranges.Continuous {
		numeric(problem.Index("continuous", i), each.Name, each.Min, each.Max, false, each.Scaling)
	}
	for i, each := range s.Ranges.Categorical {
		field := problem.Index("categorical", i)
		named(field, each.Name)
		if len(each.Values) == 0 {
			add(field+".values", "are missing", "give at least one")
		}
	}
	return out
}

// https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html
func scaled(add func(field, message, fix string), field string, from, to float64, whole bool, scaling Scaling) {
	low, high := strconv.FormatFloat(from, 'g', -1, 64), strconv.FormatFloat(to, 'g', -1, 64)
	unknown(add, field+".scaling", scaling, scalings)
	switch {
	case !(from < to):
		add(field, "the range from "+low+" to "+high+" is empty", "make the end larger than the beginning")
	case scaling == ScalingLogarithmic && from <= 0:
		add(field+".scaling", "Logarithmic needs a range above 0, and this one begins at "+low, "raise the beginning, or use another scaling")
	case scaling == ScalingReverseLogarithmic && whole:
		add(field+".scaling", "ReverseLogarithmic is for ranges of any numbers, and this one has whole ones", "use another scaling")
	case scaling == ScalingReverseLogarithmic && (from < 0 || to >= 1):
		add(field+".scaling", "ReverseLogarithmic needs a range from 0 to below 1, and this one goes from "+low+" to "+high, "change the range, or use another scaling")
	}
}

// unknown refuses a value that is none of those of an enumeration. Empty ones have a default, and what Terraform fills in passes.
func unknown[E ~string](add func(field, message, fix string), field string, value E, known []E) {
	if value == "" || slices.Contains(known, value) || token.Is(string(value)) {
		return
	}
	add(field, strconv.Quote(string(value))+" is unknown", "use "+problem.Choices(known))
}
