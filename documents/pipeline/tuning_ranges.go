package pipeline

import (
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// Scaling says how a range is searched.
type Scaling string

// The scalings. ScalingReverseLogarithmic is for floats between 0 and 1 only.
const (
	ScalingAuto               Scaling = "Auto"
	ScalingLinear             Scaling = "Linear"
	ScalingLogarithmic        Scaling = "Logarithmic"
	ScalingReverseLogarithmic Scaling = "ReverseLogarithmic"
)

// IntegerRange searches whole numbers from Min to Max.
type IntegerRange struct {
	Name     string
	Min, Max int
	// Scaling of the search. Default: ScalingAuto.
	Scaling Scaling
}

// FloatRange searches numbers from Min to Max.
type FloatRange struct {
	Name     string
	Min, Max float64
	// Scaling of the search. Default: ScalingAuto.
	Scaling Scaling
}

// CategoryRange searches among the values.
type CategoryRange struct {
	Name   string
	Values []string
}

func (c *checker) ranges(a TuningAlgorithm) object {
	var integers, floats, categories []object
	for i, each := range a.Integers {
		integers = append(integers, object{
			{"Name", each.Name}, {"MinValue", strconv.Itoa(each.Min)}, {"MaxValue", strconv.Itoa(each.Max)},
			{"ScalingType", oneOf(c, index("integers", i)+".scaling", each.Scaling, ScalingAuto, ScalingAuto, ScalingLinear, ScalingLogarithmic, ScalingReverseLogarithmic)},
		})
	}
	for i, each := range a.Floats {
		floats = append(floats, object{
			{"Name", each.Name}, {"MinValue", decimal(each.Min)}, {"MaxValue", decimal(each.Max)},
			{"ScalingType", oneOf(c, index("floats", i)+".scaling", each.Scaling, ScalingAuto, ScalingAuto, ScalingLinear, ScalingLogarithmic, ScalingReverseLogarithmic)},
		})
	}
	for _, each := range a.Categories {
		values := []any{}
		for _, value := range each.Values {
			values = append(values, value)
		}
		categories = append(categories, object{{"Name", each.Name}, {"Values", values}})
	}
	out := object{}
	out.set("IntegerParameterRanges", integers)
	out.set("ContinuousParameterRanges", floats)
	out.set("CategoricalParameterRanges", categories)
	return out
}

// search is what of the tuning is known now.
func (a TuningArgs) search(of TuningAlgorithm) sagemaker.Search {
	out := sagemaker.Search{Strategy: string(a.Strategy), EarlyStopping: a.EarlyStopping, Fixed: map[string]bool{}}
	jobs, _ := a.MaxJobs.(Int)
	parallel, _ := a.MaxParallelJobs.(Int)
	out.MaxJobs, out.MaxParallelJobs = int(jobs), int(parallel)
	for name := range of.Training.HyperParameters {
		out.Fixed[name] = true
	}
	for i, each := range of.Integers {
		out.Ranges = append(out.Ranges, sagemaker.Range{Field: index("integers", i), Name: each.Name, Whole: true, Low: float64(each.Min), High: float64(each.Max), Scaling: string(each.Scaling)})
	}
	for i, each := range of.Floats {
		out.Ranges = append(out.Ranges, sagemaker.Range{Field: index("floats", i), Name: each.Name, Low: each.Min, High: each.Max, Scaling: string(each.Scaling)})
	}
	for i, each := range of.Categories {
		out.Ranges = append(out.Ranges, sagemaker.Range{Field: index("categories", i), Name: each.Name, Categories: true, Values: each.Values})
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
