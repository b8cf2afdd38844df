package asl

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
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
	// MaxJobs is the number of training jobs: 1 to 750. Required, but for Grid, which tries every combination: there, it is
	// their number or not given.
	MaxJobs int
	// MaxParallelJobs is how many run at a time: 1 to 100. Default: 1.
	MaxParallelJobs int
	// MaxRuntime ends the whole search: whole seconds, 2 minutes to 15768000 seconds, half a year. Default: none.
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
type TuningStrategy = sagemaker.Strategy

// The strategies.
const (
	Bayesian  = sagemaker.StrategyBayesian
	Random    = sagemaker.StrategyRandom
	Hyperband = sagemaker.StrategyHyperband
	Grid      = sagemaker.StrategyGrid
)

// Objective is the metric that tuning makes as small or as large as possible.
type Objective struct {
	// Metric by name, such as "validation:error". Required.
	Metric string
	// Maximize looks for the largest value. Default: false, the smallest.
	Maximize bool
}

// What is searched, and how values between the ends of a range are chosen.
type (
	IntegerRange     = sagemaker.IntegerRange
	ContinuousRange  = sagemaker.ContinuousRange
	CategoricalRange = sagemaker.CategoricalRange
	Scaling          = sagemaker.Scaling
)

// The scalings.
const (
	AutoScaling        = sagemaker.ScalingAuto
	Linear             = sagemaker.ScalingLinear
	Logarithmic        = sagemaker.ScalingLogarithmic
	ReverseLogarithmic = sagemaker.ScalingReverseLogarithmic
)

func (c SageMakerCreateHyperParameterTuningJob) integration(r *renderer, pattern Pattern) integration {
	name := c.name(r)
	f := fields{{"HyperParameterTuningJobName", name}}
	f.set("HyperParameterTuningJobConfig", c.config(r))
	definition := fields{}
	definition.textMap("StaticHyperParameters", c.StaticHyperParameters)
	for _, each := range []struct {
		field string
		given bool
	}{{"entryPoint", len(c.Training.EntryPoint) > 0}, {"arguments", len(c.Training.Arguments) > 0}} { // keepAlive is refused in every request
		if each.given {
			r.addf(r.path("call.training."+each.field), "is not known to the training jobs of tuning; remove it")
		}
	}
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
	strategy := cmp.Or(c.Strategy, Bayesian)
	f := fields{}
	f.string("Strategy", string(strategy))
	r.requiredString(r.path("call.objective.metric"), c.Objective.Metric, "the name of a metric, such as validation:error")
	kind := Text("Minimize")
	if c.Objective.Maximize {
		kind = "Maximize"
	}
	f.set("HyperParameterTuningJobObjective", fields{{"Type", kind}, {"MetricName", Text(c.Objective.Metric)}})
	limits := fields{}
	if strategy != Grid || c.MaxJobs != 0 {
		r.wrong(r.path("call.maxJobs"), sagemaker.TuningJobs.Check(c.MaxJobs))
		limits.int("MaxNumberOfTrainingJobs", c.MaxJobs)
	}
	parallel := cmp.Or(c.MaxParallelJobs, 1)
	r.wrong(r.path("call.maxParallelJobs"), sagemaker.ParallelTuningJobs.Check(parallel))
	limits.int("MaxParallelTrainingJobs", parallel)
	if c.MaxRuntime != 0 {
		limits.int("MaxRuntimeInSeconds", runtime(r, r.path("call.maxRuntime"), c.MaxRuntime, sagemaker.TuningRuntime))
	}
	f.set("ResourceLimits", limits)
	f.set("ParameterRanges", c.ranges(r, strategy, parallel))
	if c.EarlyStopping {
		f.string("TrainingJobEarlyStoppingType", "Auto")
	}
	return f
}

func (c SageMakerCreateHyperParameterTuningJob) ranges(r *renderer, strategy TuningStrategy, parallel int) fields {
	search := sagemaker.Search{
		Strategy: strategy, MaxJobs: c.MaxJobs, MaxParallelJobs: parallel, EarlyStopping: c.EarlyStopping, Fixed: map[string]bool{},
		Ranges: sagemaker.Ranges{Integers: c.Integers, Continuous: c.Continuous, Categorical: c.Categorical},
	}
	if !Text(strategy).literal() {
		search.Strategy = "" // known when it runs
	}
	for name := range c.StaticHyperParameters {
		search.Fixed[name] = true
	}
	for _, each := range search.Refusals() {
		r.refusal(r.path("call."+strings.Replace(each.Field, "ranges", "integers", 1)), &each)
	}
	var integers, continuous, categorical List
	for _, each := range c.Integers {
		integers = append(integers, scaled(each.Name, strconv.Itoa(each.Min), strconv.Itoa(each.Max), each.Scaling))
	}
	for _, each := range c.Continuous {
		continuous = append(continuous, scaled(each.Name, decimal(each.Min), decimal(each.Max), each.Scaling))
	}
	for _, each := range c.Categorical {
		one := fields{{"Name", Text(each.Name)}}
		one.strings("Values", each.Values)
		categorical = append(categorical, one)
	}
	var f fields
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

func scaled(name, low, high string, scaling Scaling) fields {
	f := fields{{"Name", Text(name)}, {"MinValue", Text(low)}, {"MaxValue", Text(high)}}
	f.string("ScalingType", string(scaling))
	return f
}
