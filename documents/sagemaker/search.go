package sagemaker

import (
	"fmt"
	"strconv"
)

// Search is a search for hyperparameters, as far as it is known before it runs. The service model holds the limits of
// single values; what the service refuses beyond those, because two of them do not go together, is said here.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTuningJobConfig.html
type Search struct {
	// Strategy is Bayesian, Random, Hyperband or Grid.
	Strategy string
	// MaxJobs and MaxParallelJobs are 0 where they are not given, or known at run time only.
	MaxJobs, MaxParallelJobs int
	// EarlyStopping ends jobs that are not going to be the best.
	EarlyStopping bool
	// Ranges are what is searched.
	Ranges []Range
	// Fixed are the names of the hyperparameters that all jobs have in common.
	Fixed map[string]bool
}

// Range is a hyperparameter with the values that are tried.
type Range struct {
	// Field is where the range stands, such as integers[0].
	Field string
	// Name of the hyperparameter.
	Name string
	// Categories is true for a list of Values, Whole for whole numbers between Low and High.
	Categories, Whole bool
	Values            []string
	Low, High         float64
	// Scaling is Auto, Linear, Logarithmic, ReverseLogarithmic, or empty for Auto.
	Scaling string
}

// Refusals are the fields that the service refuses: strategy, maxJobs, maxParallelJobs, earlyStopping, ranges and those of
// the ranges.
func (s Search) Refusals() []Refusal {
	var out []Refusal
	add := func(field, message, fix string) { out = append(out, Refusal{field, message, fix}) }
	combinations, categories := 1, true
	for _, each := range s.Ranges {
		combinations *= max(1, len(each.Values))
		categories = categories && each.Categories
	}
	grid := s.Strategy == "Grid"
	switch {
	case grid && categories && s.MaxJobs != 0 && s.MaxJobs != combinations:
		add("maxJobs", fmt.Sprintf("%d is not the number of combinations, %d, all of which Grid tries", s.MaxJobs, combinations), "remove it")
	case !grid && s.MaxJobs != 0 && s.MaxParallelJobs > s.MaxJobs:
		add("maxParallelJobs", fmt.Sprintf("%d is more than the %d jobs", s.MaxParallelJobs, s.MaxJobs), "make it smaller, or maxJobs larger")
	}
	if s.EarlyStopping && s.Strategy == "Hyperband" {
		add("earlyStopping", "is not possible with Hyperband, which stops jobs itself", "remove it")
	}
	if n := len(s.Ranges); n < 1 || n > 30 {
		add("ranges", fmt.Sprintf("%d hyperparameters are searched", n), "give 1 to 30 in all")
	}
	seen := map[string]bool{}
	for _, each := range s.Ranges {
		switch {
		case each.Name == "":
			add(each.Field+".name", "is missing", "give the name of the hyperparameter")
		case seen[each.Name] || s.Fixed[each.Name]:
			add(each.Field+".name", strconv.Quote(each.Name)+" is given twice", "search it or set it, once")
		}
		seen[each.Name] = true
		if grid && !each.Categories {
			add(each.Field, "is a range of numbers, and Grid tries the values of lists only", "write the numbers as values of a category, or use another strategy")
		}
		each.refusals(add)
	}
	return out
}

// https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html
func (r Range) refusals(add func(field, message, fix string)) {
	low, high := strconv.FormatFloat(r.Low, 'g', -1, 64), strconv.FormatFloat(r.High, 'g', -1, 64)
	switch {
	case r.Categories && len(r.Values) == 0:
		add(r.Field+".values", "are missing", "give at least one")
	case r.Categories:
	case !(r.Low < r.High):
		add(r.Field, "the range from "+low+" to "+high+" is empty", "make the end larger than the beginning")
	case r.Scaling == "Logarithmic" && r.Low <= 0:
		add(r.Field+".scaling", "Logarithmic needs a range above 0, and this one begins at "+low, "raise the beginning, or use another scaling")
	case r.Scaling == "ReverseLogarithmic" && r.Whole:
		add(r.Field+".scaling", "ReverseLogarithmic is for ranges of any numbers, and this one has whole ones", "use another scaling")
	case r.Scaling == "ReverseLogarithmic" && (r.Low < 0 || r.High >= 1):
		add(r.Field+".scaling", "ReverseLogarithmic needs a range from 0 to below 1, and this one goes from "+low+" to "+high, "change the range, or use another scaling")
	}
}
