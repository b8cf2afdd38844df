package asl

import (
	"fmt"
	"strconv"
	"time"
)

// SageMakerCreateHyperParameterTuningJob searches the hyperparameters with which training gives the best value of a
// metric. Patterns: RequestResponse, Sync. With Sync, the result is that of DescribeHyperParameterTuningJob:
// asl.Result("BestTrainingJob.TrainingJobName") names the best job.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
type SageMakerCreateHyperParameterTuningJob struct {
	// Name of the job: at most 32 letters, digits and hyphens, never used before. Default: JobName of the state's name.
	Name Text
	// Strategy of the search. Default: Bayesian.
	Strategy TuningStrategy
	// Objective is what the search is for. Required.
	Objective Objective
	// MaxJobs is the number of training jobs: 1 to 750. Required, but for Grid, which tries every combination.
	MaxJobs int
	// MaxParallelJobs is how many run at a time: 1 to 100. Default: 1.
	MaxParallelJobs int
	// MaxRuntime ends the whole search: whole seconds up to 180 days. Default: none.
	MaxRuntime time.Duration
	// EarlyStopping ends jobs that are not going to be the best. Default: false.
	EarlyStopping bool
	// Integers, Continuous and Categorical are the ranges that are searched: 1 to 30 altogether.
	Integers    []IntegerRange
	Continuous  []ContinuousRange
	Categorical []CategoricalRange
	// StaticHyperParameters are the same in all jobs. Default: none.
	StaticHyperParameters map[string]Text
	// Training is what each job does. Required.
	Training Training
	// Environment variables of the containers: no secrets. Default: none.
	Environment map[string]Text
	// Tags of the job and of its training jobs. Default: none.
	Tags map[string]string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

// TuningStrategy is how hyperparameters are chosen.
type TuningStrategy string

// The strategies. https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
const (
	Bayesian  TuningStrategy = "Bayesian"
	Random    TuningStrategy = "Random"
	Hyperband TuningStrategy = "Hyperband"
	Grid      TuningStrategy = "Grid"
)

// Objective is the metric that tuning makes as small or as large as possible.
type Objective struct {
	// Metric by name, such as "validation:error". Required.
	Metric string
	// Maximize looks for the largest value. Default: false, the smallest.
	Maximize bool
}

// Scaling is how values between the ends of a range are chosen.
type Scaling string

// The scalings. Logarithmic needs a range above 0, ReverseLogarithmic one within 0 to 1.
const (
	AutoScaling        Scaling = "Auto"
	Linear             Scaling = "Linear"
	Logarithmic        Scaling = "Logarithmic"
	ReverseLogarithmic Scaling = "ReverseLogarithmic"
)

// IntegerRange is a hyperparameter of whole numbers.
type IntegerRange struct {
	// Name of the hyperparameter. Required.
	Name string
	// Min and Max are the ends, both possible values.
	Min, Max int
	// Scaling. Default: AutoScaling.
	Scaling Scaling
}

// ContinuousRange is a hyperparameter of any numbers.
type ContinuousRange struct {
	// Name of the hyperparameter. Required.
	Name string
	// Min and Max are the ends, both possible values.
	Min, Max float64
	// Scaling. Default: AutoScaling.
	Scaling Scaling
}

// CategoricalRange is a hyperparameter of words.
type CategoricalRange struct {
	// Name of the hyperparameter. Required.
	Name string
	// Values that are tried. Required.
	Values []string
}

const maxTuningRuntime = 180 * 24 * time.Hour

func (c SageMakerCreateHyperParameterTuningJob) integration(r *renderer, pattern Pattern) integration {
	name := c.name(r)
	f := fields{{"HyperParameterTuningJobName", name}}
	f.set("HyperParameterTuningJobConfig", c.config(r))
	definition := fields{}
	definition.textMap("StaticHyperParameters", c.StaticHyperParameters)
	definition = append(definition, c.Training.fields(r, r.path("call.training"))...)
	definition.textMap("Environment", c.Environment)
	f.set("TrainingJobDefinition", definition)
	f.tags(c.Tags)
	return sageMakerJob(pattern, "HyperParameterTuningJob", "hyper-parameter-tuning-job", "SageMakerTuningJobs", name, []string{c.Training.RoleARN}, f, c.Extra)
}

// name has no readable beginning by default with JSONPath, which cannot shorten a hash to what 32 characters leave.
func (c SageMakerCreateHyperParameterTuningJob) name(r *renderer) Text {
	if c.Name == "" && r.language == JSONPath {
		return JobName("", MaxTuningJobName)
	}
	return jobName(r, c.Name, MaxTuningJobName)
}

func (c SageMakerCreateHyperParameterTuningJob) config(r *renderer) fields {
	strategy := c.Strategy
	if strategy == "" {
		strategy = Bayesian
	}
	oneOf(r, r.path("call.strategy"), strategy, Bayesian, Random, Hyperband, Grid)
	f := fields{}
	f.string("Strategy", string(strategy))
	r.requiredString(r.path("call.objective.metric"), c.Objective.Metric, "the name of a metric, such as validation:error")
	kind := Text("Minimize")
	if c.Objective.Maximize {
		kind = "Maximize"
	}
	f.set("HyperParameterTuningJobObjective", fields{{"Type", kind}, {"MetricName", Text(c.Objective.Metric)}})
	limits := fields{}
	if strategy == Grid {
		if c.MaxJobs != 0 {
			r.addf(r.path("call.maxJobs"), "%d is given, but Grid tries every combination; remove it", c.MaxJobs)
		}
	} else {
		r.between(r.path("call.maxJobs"), c.MaxJobs, 1, 750)
		limits.int("MaxNumberOfTrainingJobs", c.MaxJobs)
	}
	parallel := orInt(c.MaxParallelJobs, 1)
	r.between(r.path("call.maxParallelJobs"), parallel, 1, 100)
	if strategy != Grid && parallel > c.MaxJobs {
		r.addf(r.path("call.maxParallelJobs"), "%d is more than the %d jobs; make it smaller", parallel, c.MaxJobs)
	}
	limits.int("MaxParallelTrainingJobs", parallel)
	if c.MaxRuntime != 0 {
		limits.int("MaxRuntimeInSeconds", r.seconds(r.path("call.maxRuntime"), c.MaxRuntime, int(maxTuningRuntime/time.Second)))
	}
	f.set("ResourceLimits", limits)
	f.set("ParameterRanges", c.ranges(r, strategy))
	if c.EarlyStopping {
		if strategy == Hyperband {
			r.addf(r.path("call.earlyStopping"), "is not possible with Hyperband, which stops jobs itself; remove it")
		}
		f.string("TrainingJobEarlyStoppingType", "Auto")
	}
	return f
}

func (c SageMakerCreateHyperParameterTuningJob) ranges(r *renderer, strategy TuningStrategy) fields {
	total := len(c.Integers) + len(c.Continuous) + len(c.Categorical)
	if total < 1 || total > 30 {
		r.addf(r.path("call.continuous"), "%d ranges are given; give 1 to 30 of Integers, Continuous and Categorical", total)
	}
	if strategy == Grid && len(c.Integers)+len(c.Continuous) > 0 {
		r.addf(r.path("call.categorical"), "are the only ranges of Grid; write numbers as values of a CategoricalRange")
	}
	seen := map[string]bool{}
	check := func(path, name string) {
		r.requiredString(path+".name", name, "the name of the hyperparameter")
		_, static := c.StaticHyperParameters[name]
		if seen[name] || static {
			r.addf(path+".name", "%q is given twice; search it or set it, once", name)
		}
		seen[name] = true
	}
	var f fields
	var integers, continuous, categorical List
	for i, each := range c.Integers {
		path := at(r.path("call.integers"), i)
		check(path, each.Name)
		integers = append(integers, scaled(r, path, each.Name, float64(each.Min), float64(each.Max), strconv.Itoa(each.Min), strconv.Itoa(each.Max), each.Scaling))
	}
	for i, each := range c.Continuous {
		path := at(r.path("call.continuous"), i)
		check(path, each.Name)
		continuous = append(continuous, scaled(r, path, each.Name, each.Min, each.Max, decimal(each.Min), decimal(each.Max), each.Scaling))
	}
	for i, each := range c.Categorical {
		path := at(r.path("call.categorical"), i)
		check(path, each.Name)
		if len(each.Values) == 0 {
			r.addf(path+".values", "are missing; give at least one")
		}
		one := fields{{"Name", Text(each.Name)}}
		one.strings("Values", each.Values)
		categorical = append(categorical, one)
	}
	for _, kind := range []struct {
		name string
		list List
	}{{"IntegerParameterRanges", integers}, {"ContinuousParameterRanges", continuous}, {"CategoricalParameterRanges", categorical}} {
		if len(kind.list) > 0 {
			f.set(kind.name, kind.list)
		}
	}
	return f
}

func decimal(x float64) string { return fmt.Sprint(number(Float(x))) }

func scaled(r *renderer, path, name string, low, high float64, lowText, highText string, scaling Scaling) fields {
	if low >= high {
		r.addf(path, "the range %s to %s is empty; make Max larger than Min", lowText, highText)
	}
	f := fields{{"Name", Text(name)}, {"MinValue", Text(lowText)}, {"MaxValue", Text(highText)}}
	if scaling != "" {
		oneOf(r, path+".scaling", scaling, AutoScaling, Linear, Logarithmic, ReverseLogarithmic)
		if scaling == Logarithmic && low <= 0 {
			r.addf(path+".scaling", "Logarithmic needs a range above 0, this one begins at %s", lowText)
		}
		if scaling == ReverseLogarithmic && (low < 0 || high >= 1) {
			r.addf(path+".scaling", "ReverseLogarithmic needs a range within 0 and 1, this one is %s to %s", lowText, highText)
		}
		f.string("ScalingType", string(scaling))
	}
	return f
}
