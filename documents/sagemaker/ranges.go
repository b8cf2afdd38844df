package sagemaker

// Ranges are the hyperparameters that a search tries, 1 to 30 altogether.
// https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html
type Ranges struct {
	Integers    []IntegerRange
	Continuous  []ContinuousRange
	Categorical []CategoricalRange
}

// IntegerRange is a hyperparameter of whole numbers.
type IntegerRange struct {
	// Name of the hyperparameter. Required.
	Name string
	// Min and Max are the ends, both possible values.
	Min, Max int
	// Scaling. Default: ScalingAuto.
	Scaling Scaling
}

// ContinuousRange is a hyperparameter of any numbers.
type ContinuousRange struct {
	// Name of the hyperparameter. Required.
	Name string
	// Min and Max are the ends, both possible values.
	Min, Max float64
	// Scaling. Default: ScalingAuto.
	Scaling Scaling
}

// CategoricalRange is a hyperparameter of words.
type CategoricalRange struct {
	// Name of the hyperparameter. Required.
	Name string
	// Values that are tried. Required.
	Values []string
}

// Scaling is how values between the ends of a range are chosen.
type Scaling string

// The scalings. Logarithmic needs a range above 0, ReverseLogarithmic a continuous one from 0 to below 1.
const (
	ScalingAuto               Scaling = "Auto"
	ScalingLinear             Scaling = "Linear"
	ScalingLogarithmic        Scaling = "Logarithmic"
	ScalingReverseLogarithmic Scaling = "ReverseLogarithmic"
)

// Strategy is how hyperparameters are chosen.
// https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
type Strategy string

// The strategies.
const (
	// StrategyBayesian learns from the jobs before.
	StrategyBayesian Strategy = "Bayesian"
	// StrategyRandom takes any values.
	StrategyRandom Strategy = "Random"
	// StrategyGrid tries every combination of categorical values.
	StrategyGrid Strategy = "Grid"
	// StrategyHyperband stops jobs that do badly, for algorithms that work in steps.
	StrategyHyperband Strategy = "Hyperband"
)

// Len is how many hyperparameters are searched.
func (r Ranges) Len() int { return len(r.Integers) + len(r.Continuous) + len(r.Categorical) }

// Names are those of the hyperparameters, in the order of the fields.
func (r Ranges) Names() []string {
	var names []string
	for _, each := range r.Integers {
		names = append(names, each.Name)
	}
	for _, each := range r.Continuous {
		names = append(names, each.Name)
	}
	for _, each := range r.Categorical {
		names = append(names, each.Name)
	}
	return names
}
