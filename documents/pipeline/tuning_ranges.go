package pipeline

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// What is searched, and how values between the ends of a range are chosen.
type (
	IntegerRange     = sagemaker.IntegerRange
	ContinuousRange  = sagemaker.ContinuousRange
	CategoricalRange = sagemaker.CategoricalRange
	Scaling          = sagemaker.Scaling
)

// The scalings.
const (
	ScalingAuto               = sagemaker.ScalingAuto
	ScalingLinear             = sagemaker.ScalingLinear
	ScalingLogarithmic        = sagemaker.ScalingLogarithmic
	ScalingReverseLogarithmic = sagemaker.ScalingReverseLogarithmic
)

// searched are the ranges of an algorithm.
func (a TuningAlgorithm) searched() sagemaker.Ranges {
	return sagemaker.Ranges{Integers: a.Integers, Continuous: a.Continuous, Categorical: a.Categorical}
}

// ranges writes what is searched.
func (a TuningAlgorithm) ranges() object {
	scaled := func(name, low, high string, scaling Scaling) object {
		return object{{"Name", name}, {"MinValue", low}, {"MaxValue", high}, {"ScalingType", string(cmp.Or(scaling, ScalingAuto))}}
	}
	var integers, continuous, categorical []object
	for _, each := range a.Integers {
		integers = append(integers, scaled(each.Name, strconv.Itoa(each.Min), strconv.Itoa(each.Max), each.Scaling))
	}
	for _, each := range a.Continuous {
		continuous = append(continuous, scaled(each.Name, decimal(each.Min), decimal(each.Max), each.Scaling))
	}
	for _, each := range a.Categorical {
		values := []any{}
		for _, value := range each.Values {
			values = append(values, value)
		}
		categorical = append(categorical, object{{"Name", each.Name}, {"Values", values}})
	}
	out := object{}
	out.set("IntegerParameterRanges", integers)
	out.set("ContinuousParameterRanges", continuous)
	out.set("CategoricalParameterRanges", categorical)
	return out
}

// search is what of the tuning is known now.
func (a TuningArgs) search(of TuningAlgorithm) sagemaker.Search {
	jobs, _ := a.MaxJobs.(Int)
	parallel, _ := a.MaxParallelJobs.(Int)
	out := sagemaker.Search{
		Strategy: a.Strategy, MaxJobs: int(jobs), MaxParallelJobs: int(parallel), EarlyStopping: a.EarlyStopping, Ranges: of.searched(), Fixed: map[string]bool{},
	}
	for name := range of.Training.HyperParameters {
		out.Fixed[name] = true
	}
	return out
}

// decimal is the number as Python writes it: 0.0 for zero.
func decimal(v float64) string {
	text := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}
