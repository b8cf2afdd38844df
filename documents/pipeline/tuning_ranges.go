package pipeline

import "strconv"

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

func (c *checker) ranges(a TuningArgs) object {
	seen := map[string]bool{}
	for key := range a.Training.HyperParameters {
		seen[key] = true
	}
	names := a.rangeNames()
	if len(names) == 0 || len(names) > 30 {
		c.addf("integers", "and floats and categories are %d ranges together; give 1 to 30", len(names))
	}
	var integers, floats, categories []object
	for i, each := range a.Integers {
		field := index("integers", i)
		c.rangeName(field, seen, each.Name)
		if each.Min > each.Max {
			c.addf(field, "goes from %d to %d; put the smaller first", each.Min, each.Max)
		}
		integers = append(integers, object{
			{"Name", each.Name}, {"MinValue", strconv.Itoa(each.Min)}, {"MaxValue", strconv.Itoa(each.Max)},
			{"ScalingType", oneOf(c, field+".scaling", each.Scaling, ScalingAuto, ScalingAuto, ScalingLinear, ScalingLogarithmic)},
		})
	}
	for i, each := range a.Floats {
		field := index("floats", i)
		c.rangeName(field, seen, each.Name)
		if !(each.Min <= each.Max) {
			c.addf(field, "goes from %v to %v; put the smaller first", each.Min, each.Max)
		}
		if each.Scaling == ScalingReverseLogarithmic && (each.Min < 0 || each.Max >= 1) {
			c.addf(field, "goes from %v to %v, and ReverseLogarithmic needs a range within 0 and 1; use another scaling", each.Min, each.Max)
		}
		floats = append(floats, object{
			{"Name", each.Name}, {"MinValue", decimal(each.Min)}, {"MaxValue", decimal(each.Max)},
			{"ScalingType", oneOf(c, field+".scaling", each.Scaling, ScalingAuto, ScalingAuto, ScalingLinear, ScalingLogarithmic, ScalingReverseLogarithmic)},
		})
	}
	for i, each := range a.Categories {
		field := index("categories", i)
		c.rangeName(field, seen, each.Name)
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

func (c *checker) rangeName(field string, seen map[string]bool, name string) {
	if name == "" {
		c.addf(field, "has no name; give the hyperparameter to search")
	}
	if name != "" && seen[name] {
		c.addf(field, "%q is a fixed hyperparameter or another range already; name it once", name)
	}
	seen[name] = true
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
