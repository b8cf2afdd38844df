package pipeline

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// TuningArgs configures a tuning step.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
type TuningArgs struct {
	StepOptions
	// Training is the job that is run with different hyperparameters. Its HyperParameters are the fixed ones.
	Training TrainingArgs
	// Objective is what to optimise. Required, except for Hyperband with Extra.
	Objective Objective
	// Strategy chooses the values to try. Default: StrategyBayesian.
	Strategy Strategy
	// Algorithms are searched side by side, 2 to 10, each with its own job, objective and ranges; then Training, Objective and
	// the ranges below stay empty. Default: one search, of Training.
	Algorithms []TuningAlgorithm
	// MaxJobs is the number of training jobs, 1 to 750. Default: 10, and with StrategyGrid the number of combinations, all of
	// which are tried.
	MaxJobs IntegerValue
	// MaxParallelJobs is how many run at the same time, 1 to 100. Fewer learn more from each other. Default: 1.
	MaxParallelJobs IntegerValue
	// MaxRuntime limits the whole tuning, in whole seconds from 120 to 15768000. Default: no limit but that of the jobs.
	MaxRuntime time.Duration
	// Integers, Continuous and Categorical are the ranges to search, together at least one and at most 30.
	Integers    []IntegerRange
	Continuous  []ContinuousRange
	Categorical []CategoricalRange
	// EarlyStopping ends training jobs that will not become the best. Default: false.
	EarlyStopping bool
	// RandomSeed makes the choice of values repeatable, 0 to 2147483647. Default: SageMaker's own.
	RandomSeed *int
	// WarmStart uses what earlier tuning jobs learned. Default: none.
	WarmStart *WarmStart
	// Tags are put on the tuning job and its training jobs beside the pipeline's default. Default: none.
	Tags map[string]String
	// CacheFor, in whole minutes, is how old the result of an earlier execution with the same arguments may be to be
	// used instead of running the step. Default: 0, the step always runs.
	CacheFor time.Duration
	// Retry says after which failures the step is tried again. RetryJobInternalError is not among them, because the
	// training jobs retry it themselves. Default: SageMaker retries faults of the service.
	Retry []RetryPolicy
	// Extra are further fields of CreateHyperParameterTuningJob. Default: none.
	Extra Fields
}

// TuningAlgorithm is one of several training jobs of a search.
// https://docs.aws.amazon.com/sagemaker/latest/dg/multiple-algorithm-hpo.html
type TuningAlgorithm struct {
	// Name of the algorithm, unique within the step: 1 to 64 letters, digits and hyphens. Required.
	Name string
	// Training is the job that is run with different hyperparameters. Its HyperParameters are the fixed ones, and its OutputURI
	// that of the other algorithms. Required.
	Training TrainingArgs
	// Objective is what to optimise, in the same direction as with the other algorithms. Required.
	Objective Objective
	// Integers, Continuous and Categorical are the ranges to search, together at least one and at most 30.
	Integers    []IntegerRange
	Continuous  []ContinuousRange
	Categorical []CategoricalRange
}

// Objective is a metric to optimise.
type Objective struct {
	// Metric is the name of one of the training job's metrics, or of the built-in algorithm's. Required.
	Metric string
	// Direction says which way is better. Required: Minimize or Maximize.
	Direction Direction
}

// Direction says which way of a metric is better.
type Direction string

// The directions of an objective.
const (
	Minimize Direction = "Minimize"
	Maximize Direction = "Maximize"
)

// Strategy chooses which hyperparameters are tried.
type Strategy = sagemaker.Strategy

// The strategies.
const (
	StrategyBayesian  = sagemaker.StrategyBayesian
	StrategyRandom    = sagemaker.StrategyRandom
	StrategyGrid      = sagemaker.StrategyGrid
	StrategyHyperband = sagemaker.StrategyHyperband
)

// WarmStart uses what earlier tuning jobs learned.
// https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-warm-start.html
type WarmStart struct {
	// Parents are the names of 1 to 5 earlier tuning jobs.
	Parents []String
	// SameData says that data and algorithm are those of the parents. Default: false, learning is transferred.
	SameData bool
}

// A TuningStep searches for the best hyperparameters.
type TuningStep struct {
	step
	args TuningArgs
}

// Tuning adds a tuning step.
func (p *Pipeline) Tuning(name string, args TuningArgs) *TuningStep {
	return add(p, &TuningStep{p.newStep(name, "Tuning", args.StepOptions), args})
}

const defaultJobs = 10

// maxTopModels is how many of the best training jobs a tuning step remembers.
const maxTopModels = 50

// BestModel is the S3 URI of the model of the best training job. An OutputURI that ends in a parameter takes values without / at
// their end: SageMaker writes below one slash, and the URI would have two.
func (s *TuningStep) BestModel() String { return s.TopModel(0) }

// TopModel is the S3 URI of the model of the training job at this rank: 0 is the best, 49 the last.
func (s *TuningStep) TopModel(rank int) String {
	return Join("/", s.folder(s.args.algorithms()[0].Training.OutputURI, ""), s.TopJobName(rank), modelFile)
}

const modelFile = "output/model.tar.gz"

// topModel says what is wrong with a TopModel below a parameter whose values end in /, and "" if nothing is.
func (c *checker) topModel(uri join) string {
	if uri.on != "/" || len(uri.values) != 3 || uri.values[2] != modelFile {
		return ""
	}
	job, _ := uri.values[1].(get)
	step, _, ours := strings.Cut(strings.TrimPrefix(job.path, "Steps."), ".TrainingJobSummaries[")
	last := uri.values[0]
	for joined, ok := last.(join); ok && len(joined.values) > 0; joined, ok = last.(join) {
		last = joined.values[len(joined.values)-1]
	}
	folder, _ := last.(get)
	name, isParameter := strings.CutPrefix(folder.path, "Parameters.")
	if !ours || !isParameter {
		return ""
	}
	declared, _ := c.p.parameter(name)
	value, _ := declared.value.(string)
	for _, each := range append([]string{value}, declared.allowed...) {
		if strings.HasSuffix(each, "/") {
			return fmt.Sprintf("reads a model of step %q below parameter %q, which may be %q: the URI would have // before the name of the job, where SageMaker writes nothing; let no value of the parameter end in /", step, name, each)
		}
	}
	return ""
}

// TopJobName is the name of the training job at this rank: 0 is the best, 49 the last.
func (s *TuningStep) TopJobName(rank int) String {
	return stringRef(s.path(fmt.Sprintf("TrainingJobSummaries[%d].TrainingJobName", rank)))
}

// BestJobName is the name of the best training job.
func (s *TuningStep) BestJobName() String {
	return stringRef(s.path("BestTrainingJob.TrainingJobName"))
}

// BestObjective is the best value of the objective.
func (s *TuningStep) BestObjective() FloatRef {
	return FloatRef{s.path("BestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric.Value")}
}

// BestHyperParameter is the value of a hyperparameter in the best training job.
func (s *TuningStep) BestHyperParameter(name string) String {
	return stringRef(s.path("BestTrainingJob.TunedHyperParameters" + quotedKey(name)))
}

// JobName is the name of the tuning job.
func (s *TuningStep) JobName() String { return stringRef(s.path("HyperParameterTuningJobName")) }

func (s *TuningStep) property(path string, _ Type) string {
	if wrong := missingKey(path, "BestTrainingJob.TunedHyperParameters", "tuned hyperparameter", s.args.rangeNames()); wrong != "" {
		return wrong
	}
	var rank int
	if _, err := fmt.Sscanf(path, "TrainingJobSummaries[%d]", &rank); err == nil && (rank < 0 || rank >= maxTopModels) {
		return fmt.Sprintf("for the training job at rank %d, but ranks are 0 to %d", rank, maxTopModels-1)
	}
	return ""
}

func (a TuningArgs) rangeNames() []string {
	var names []string
	for _, algorithm := range a.algorithms() {
		names = append(names, algorithm.searched().Names()...)
	}
	return names
}

// algorithms are those that are searched, of which a single one stands in the fields of the step itself.
func (a TuningArgs) algorithms() []TuningAlgorithm {
	if len(a.Algorithms) > 0 {
		return a.Algorithms
	}
	return []TuningAlgorithm{{Training: a.Training, Objective: a.Objective, Integers: a.Integers, Continuous: a.Continuous, Categorical: a.Categorical}}
}

func (s *TuningStep) request(c *checker) object {
	a := s.args
	config := object{{"Strategy", string(cmp.Or(a.Strategy, StrategyBayesian))}}
	single := a.algorithms()[0]
	if len(a.Algorithms) == 0 {
		config.set("HyperParameterTuningJobObjective", c.objective(single))
	}
	limits := object{}
	if a.MaxJobs == nil && a.Strategy != StrategyGrid {
		a.MaxJobs = Int(defaultJobs)
	}
	if a.MaxJobs != nil {
		limits = append(limits, member{"MaxNumberOfTrainingJobs", c.number("maxJobs", a.MaxJobs, defaultJobs, sagemaker.TuningJobs)})
	}
	limits = append(limits, member{"MaxParallelTrainingJobs", c.number("maxParallelJobs", a.MaxParallelJobs, 1, sagemaker.ParallelTuningJobs)})
	if len(a.Algorithms) == 0 {
		c.refuseSearch("", a, single)
	}
	if a.MaxRuntime != 0 {
		limits = append(limits, member{"MaxRuntimeInSeconds", c.seconds("maxRuntime", a.MaxRuntime, 0, sagemaker.TuningRuntime)})
	}
	config.set("ResourceLimits", limits)
	if len(a.Algorithms) == 0 {
		config.set("ParameterRanges", single.ranges())
	}
	config.set("TrainingJobEarlyStoppingType", map[bool]string{false: "Off", true: "Auto"}[a.EarlyStopping])
	if a.RandomSeed != nil {
		config = append(config, member{"RandomSeed", int64(*a.RandomSeed)})
		c.wrong("randomSeed", sagemaker.NumberLimit{Max: 1<<31 - 1}.Check(*a.RandomSeed))
	}

	arguments := object{}
	arguments.set("HyperParameterTuningJobConfig", config)
	if len(a.Algorithms) == 0 {
		arguments.set("TrainingJobDefinition", s.definition(c, "training", nil, single.Training))
	} else {
		arguments.set("TrainingJobDefinitions", s.definitions(c))
	}
	arguments.set("WarmStartConfig", c.warmStart(a.WarmStart))
	arguments.set("Tags", c.tags(a.Tags))
	out := s.start(c, c.extra(arguments, a.Extra))
	c.retryPolicies(&out, a.Retry, searchErrors)
	c.cacheConfig(&out, a.CacheFor)
	return out
}

func (c *checker) objective(a TuningAlgorithm) object {
	if a.Objective.Metric == "" {
		c.addf("objective.metric", "is missing; give the name of the metric to optimise")
	}
	if a.Objective.Direction == "" {
		c.addf("objective.direction", "is missing; use Minimize or Maximize")
		return nil
	}
	if metrics := a.Training.Metrics; len(metrics) > 0 {
		var names []string
		found := false
		for _, each := range metrics {
			name, ok := known(each.Name)
			found = found || !ok || name == a.Objective.Metric
			names = append(names, name)
		}
		if !found {
			c.addf("objective.metric", "%q is no metric of the training job, which has %s", a.Objective.Metric, list(names))
		}
	}
	return object{{"Type", oneOf(c, "objective.direction", a.Objective.Direction, "", Minimize, Maximize)}, {"MetricName", a.Objective.Metric}}
}

// definition is the training job that is run again and again, after what stands before it.
func (s *TuningStep) definition(c *checker, field string, out object, a TrainingArgs) object {
	outer := c.at
	c.at += "." + field
	defer func() { c.at = outer }()
	c.refuse("belongs to the tuning step; set it there",
		given{"dependsOn", len(a.DependsOn) > 0}, given{"displayName", a.DisplayName != ""},
		given{"description", a.Description != ""}, given{"cacheFor", a.CacheFor != 0},
		given{"retry", len(a.Retry) > 0}, given{"tags", len(a.Tags) > 0})
	c.refuse("is not known to the training jobs of tuning; remove it",
		given{"entrypoint", len(a.Entrypoint) > 0}, given{"arguments", len(a.Arguments) > 0},
		given{"keepAlive", a.KeepAlive != 0}, given{"trialComponent", a.TrialComponent != ""},
		given{"jobNamePrefix", a.JobNamePrefix != ""})
	out.set("AlgorithmSpecification", c.algorithm(a))
	c.trainingCommon(&out, &s.step, a)
	out.set("StaticHyperParameters", c.hyperParameters(a))
	return c.extraOf("HyperParameterTrainingJobDefinition", "extra", out, a.Extra)
}

// definitions are the training jobs of several algorithms.
func (s *TuningStep) definitions(c *checker) []object {
	a := s.args
	c.refuse("is for a single algorithm; give it in algorithms", given{"training", !reflect.ValueOf(a.Training).IsZero()}, given{"objective", a.Objective != Objective{}},
		given{"integers", len(a.Integers) > 0}, given{"continuous", len(a.Continuous) > 0}, given{"categorical", len(a.Categorical) > 0})
	if n := len(a.Algorithms); n < 2 || n > 10 {
		c.addf("algorithms", "are %d; give 2 to 10, or one in training", n)
	}
	seen := map[string]bool{}
	var out []object
	for i, each := range a.Algorithms {
		at := index("algorithms", i)
		c.unique(at+".name", seen, each.Name)
		if each.Training.OutputURI != a.Algorithms[0].Training.OutputURI {
			c.addf(at+".training.outputURI", "is another than that of the first algorithm, so that the place of the best model is not known; give all the same")
		}
		if each.Objective.Direction != a.Algorithms[0].Objective.Direction {
			c.addf(at+".objective.direction", "is another than that of the first algorithm; their results are compared, so give all the same")
		}
		c.refuseSearch(at+".", a, each)
		outer := c.at
		c.at += "." + at
		objective := c.objective(each)
		c.at = outer
		definition := object{}
		definition.set("DefinitionName", each.Name)
		definition.set("TuningObjective", objective)
		definition.set("HyperParameterRanges", each.ranges())
		out = append(out, s.definition(c, at+".training", definition, each.Training))
	}
	return out
}

// refuseSearch reports settings of a search that do not go together.
func (c *checker) refuseSearch(at string, a TuningArgs, of TuningAlgorithm) {
	for _, each := range a.search(of).Refusals() {
		c.refusal(at+strings.Replace(each.Field, "ranges", "integers", 1), &each)
	}
}

func (c *checker) warmStart(w *WarmStart) object {
	if w == nil {
		return nil
	}
	if len(w.Parents) < 1 || len(w.Parents) > 5 {
		c.addf("warmStart.parents", "are %d; give 1 to 5 names of tuning jobs", len(w.Parents))
	}
	var parents []object
	for _, each := range w.Parents {
		parents = append(parents, object{{"HyperParameterTuningJobName", each.tree()}})
	}
	kind := "TransferLearning"
	if w.SameData {
		kind = "IdenticalDataAndAlgorithm"
	}
	out := object{{"WarmStartType", kind}}
	out.set("ParentHyperParameterTuningJobs", parents)
	return out
}
