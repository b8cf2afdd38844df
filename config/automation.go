package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/systems/automation"
)

// Automation is the automatic learning of an environment: a state machine that prepares new data, searches hyperparameters,
// evaluates the best model, compares it with the approved one, and registers it if it is better. It needs storage.
type Automation struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Image is the container image that prepares and evaluates, and trains unless tuning names an image of its own.
	Image TrainingImage `yaml:"image" jsonschema:"required"`
	// Prepare is the job that splits the raw data. Default: a job with the defaults below, which runs python3 /opt/ml/code/learning/prepare.py.
	Prepare AutomationJob `yaml:"prepare"`
	// Tuning is the search for hyperparameters.
	Tuning AutomationTuning `yaml:"tuning" jsonschema:"required"`
	// Transform lets the best model predict the test data. Default: the defaults below.
	Transform AutomationTransform `yaml:"transform"`
	// Evaluate is the job that compares predictions with the truth. Default: a job with the defaults below, which runs python3 /opt/ml/code/learning/evaluate.py.
	Evaluate AutomationJob `yaml:"evaluate"`
	// Register says which models are registered.
	Register AutomationRegister `yaml:"register" jsonschema:"required"`
	// DataPrefix is the folder of the data bucket with the raw data. Default: raw.
	DataPrefix string `yaml:"dataPrefix"`
	// Folder of the data bucket for all that executions make: prepared data, models, predictions, evaluations. Default: learning.
	Folder string `yaml:"folder"`
	// Network runs the jobs in the private subnets of the environment's network. Default: true where these reach S3, by NAT or by the endpoint s3.
	Network bool `yaml:"network"`
	// Experiment of MLflow to which the programs track, which needs mlflow; they get its name and the server's place as variables. Default: none, nothing is tracked.
	Experiment string `yaml:"experiment" jsonschema:"example=wine-quality"`
	// Schedule starts an execution at set times. Default: none.
	Schedule *TrainingSchedule `yaml:"schedule"`
	// NewData starts an execution when raw data arrives. Default: off.
	NewData *NewData `yaml:"newData"`
}

// AutomationJob is a processing job of the automation.
type AutomationJob struct {
	// EntryPoint is the program and its first arguments, as a list. Default: python3 with prepare.py or evaluate.py in /opt/ml/code/learning.
	EntryPoint []string `yaml:"entryPoint"`
	// Arguments of the program, such as ["--undersample-ratio", "10"]. Default: none.
	Arguments []string `yaml:"arguments"`
	// InstanceType is the SageMaker instance type. Default: ml.m5.large.
	InstanceType string `yaml:"instanceType"`
	// VolumeSizeGiB is the size of the job's volume, in GiB, 1 to 16384. Default: 30.
	VolumeSizeGiB int `yaml:"volumeSizeGiB" jsonschema:"minimum=1,maximum=16384"`
	// MaxRuntimeMinutes is after how many minutes the job is stopped, 1 to 12960. Default: 120.
	MaxRuntimeMinutes int `yaml:"maxRuntimeMinutes" jsonschema:"minimum=1,maximum=12960"`
}

// AutomationTuning is the search for hyperparameters.
type AutomationTuning struct {
	// Image is the whole address of another image that trains and serves, such as that of a built-in algorithm of SageMaker in the environment's region. Default: the image of the automation.
	Image string `yaml:"image"`
	// Objective is what the search is for.
	Objective TuningObjective `yaml:"objective" jsonschema:"required"`
	// Strategy is bayesian, random, hyperband or grid. Default: bayesian.
	Strategy TuningStrategy `yaml:"strategy"`
	// MaxJobs is the number of training jobs of a search, 1 to 750. Grid tries every combination instead. Default: 20.
	MaxJobs int `yaml:"maxJobs" jsonschema:"minimum=1,maximum=750"`
	// MaxParallelJobs is how many of them run at a time, 1 to 100. Default: 5, or maxJobs if that is less.
	MaxParallelJobs int `yaml:"maxParallelJobs" jsonschema:"minimum=1,maximum=100"`
	// Integers are hyperparameters of whole numbers, by name. Default: none.
	Integers map[string]IntegerRange `yaml:"integers"`
	// Continuous are hyperparameters of any numbers, by name. Default: none.
	Continuous map[string]ContinuousRange `yaml:"continuous"`
	// Categorical are hyperparameters with a list of values, by name. Default: none.
	Categorical map[string][]string `yaml:"categorical"`
	// Static are hyperparameters that stay as they are, by name, all of them texts. Default: none.
	Static map[string]string `yaml:"static"`
	// Metrics find values in the log of a training program of one's own: regular expressions by the name of the metric. Built-in algorithms have theirs. Default: none.
	Metrics map[string]string `yaml:"metrics"`
	// InstanceType is the SageMaker instance type of the training jobs. Default: ml.m5.xlarge.
	InstanceType string `yaml:"instanceType"`
	// VolumeSizeGiB is the size of each job's volume, in GiB, 1 to 16384. Default: 30.
	VolumeSizeGiB int `yaml:"volumeSizeGiB" jsonschema:"minimum=1,maximum=16384"`
	// MaxRuntimeMinutes is after how many minutes the search, each of its jobs and the prediction are stopped, 2 to 40320. Default: 1440, a day.
	MaxRuntimeMinutes int `yaml:"maxRuntimeMinutes" jsonschema:"minimum=2,maximum=40320"`
	// Spot uses spare capacity for training jobs, which costs less and can be taken away. Default: false.
	Spot bool `yaml:"spot"`
}

// TuningObjective is a metric that the search makes as small or as large as possible.
type TuningObjective struct {
	// Metric by the name that the algorithm has for it.
	Metric string `yaml:"metric" jsonschema:"required,example=validation:auc"`
	// Goal is maximize or minimize. Default: maximize.
	Goal TuningGoal `yaml:"goal"`
}

// TuningGoal is what the search does with its metric.
type TuningGoal string

const (
	// Maximize looks for the largest value.
	Maximize TuningGoal = "maximize"
	// Minimize looks for the smallest value.
	Minimize TuningGoal = "minimize"
)

// Values are both goals.
func (TuningGoal) Values() []string { return []string{string(Maximize), string(Minimize)} }

// TuningStrategy is how hyperparameters are chosen.
// https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
type TuningStrategy string

const (
	// TuningBayesian learns from the jobs before.
	TuningBayesian TuningStrategy = "bayesian"
	// TuningRandom takes any values.
	TuningRandom TuningStrategy = "random"
	// TuningHyperband stops jobs that do badly, for algorithms that work in steps.
	TuningHyperband TuningStrategy = "hyperband"
	// TuningGrid tries every combination of categorical values.
	TuningGrid TuningStrategy = "grid"
)

// Values are all strategies.
func (TuningStrategy) Values() []string {
	return []string{string(TuningBayesian), string(TuningRandom), string(TuningHyperband), string(TuningGrid)}
}

// API is how SageMaker writes the strategy.
func (s TuningStrategy) API() sagemaker.Strategy { return sagemaker.Strategy(capitalized(string(s))) }

// Ranges are what is searched, in the order of the names, as SageMaker takes it.
func (t AutomationTuning) Ranges() sagemaker.Ranges {
	var out sagemaker.Ranges
	for _, name := range slices.Sorted(maps.Keys(t.Integers)) {
		r := t.Integers[name]
		out.Integers = append(out.Integers, sagemaker.IntegerRange{Name: name, Min: r.Min, Max: r.Max, Scaling: r.Scaling.api()})
	}
	for _, name := range slices.Sorted(maps.Keys(t.Continuous)) {
		r := t.Continuous[name]
		out.Continuous = append(out.Continuous, sagemaker.ContinuousRange{Name: name, Min: r.Min, Max: r.Max, Scaling: r.Scaling.api()})
	}
	for _, name := range slices.Sorted(maps.Keys(t.Categorical)) {
		out.Categorical = append(out.Categorical, sagemaker.CategoricalRange{Name: name, Values: t.Categorical[name]})
	}
	return out
}

// IntegerRange is a hyperparameter of whole numbers.
type IntegerRange struct {
	// Min is the smallest value.
	Min int `yaml:"min" jsonschema:"required,example=2"`
	// Max is the largest value.
	Max int `yaml:"max" jsonschema:"required,example=10"`
	// Scaling is auto, linear or logarithmic. Default: auto.
	Scaling Scaling `yaml:"scaling"`
}

// ContinuousRange is a hyperparameter of any numbers.
type ContinuousRange struct {
	// Min is the smallest value.
	Min float64 `yaml:"min" jsonschema:"required,example=0.1"`
	// Max is the largest value.
	Max float64 `yaml:"max" jsonschema:"required,example=0.5"`
	// Scaling is auto, linear, logarithmic (above 0 only) or reverseLogarithmic (from 0 to below 1 only). Default: auto.
	Scaling Scaling `yaml:"scaling"`
}

// Scaling is how values between the ends of a range are chosen.
type Scaling string

const (
	// ScalingAuto lets SageMaker choose.
	ScalingAuto Scaling = "auto"
	// ScalingLinear chooses evenly.
	ScalingLinear Scaling = "linear"
	// ScalingLogarithmic prefers small values.
	ScalingLogarithmic Scaling = "logarithmic"
	// ScalingReverseLogarithmic prefers values near 1.
	ScalingReverseLogarithmic Scaling = "reverseLogarithmic"
)

// Values are all scalings.
func (Scaling) Values() []string {
	return []string{string(ScalingAuto), string(ScalingLinear), string(ScalingLogarithmic), string(ScalingReverseLogarithmic)}
}

func (s Scaling) api() sagemaker.Scaling { return sagemaker.Scaling(capitalized(string(s))) }

func capitalized(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// AutomationTransform is the batch prediction of the test data.
type AutomationTransform struct {
	// InstanceType is the SageMaker instance type. Default: ml.m5.large.
	InstanceType string `yaml:"instanceType"`
	// InputFilter chooses the fields that the model sees; $ is all of them, which algorithms without label need. Default: $[1:],
	// all but the label in front.
	InputFilter string `yaml:"inputFilter"`
}

// AutomationRegister says which models are registered, and how.
type AutomationRegister struct {
	// ModelPackageGroup is the name of the group in the model registry, which begins with <project>-<environment>-. Default: that of training, or <project>-<environment>-models.
	ModelPackageGroup string `yaml:"modelPackageGroup"`
	// Metric is the name of the value in evaluation.json that decides. Default: accuracy.
	Metric string `yaml:"metric"`
	// Threshold that a model must reach to be registered.
	Threshold float64 `yaml:"threshold" jsonschema:"required,example=0.8"`
	// Goal is atLeast for metrics of which more is better, or atMost for errors. Default: atLeast.
	Goal Goal `yaml:"goal"`
	// Approval is manual for people who approve each model, or automatic. Default: manual.
	Approval Approval `yaml:"approval"`
}

// NewData starts an execution for each object that is put into the folder of raw data.
type NewData struct {
	// Enabled switches the start off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Suffix is how the names of objects end that start an execution, such as _SUCCESS for a marker that is put last. Default: none, every object does.
	Suffix string `yaml:"suffix"`
}

func (a *Automation) setDefaults() {
	*a = Automation{Enabled: true, DataPrefix: "raw", Folder: "learning"}
	a.Image.setDefaults()
	a.Prepare.setDefaults()
	a.Evaluate.setDefaults()
	a.Tuning.setDefaults()
	a.Transform.setDefaults()
	a.Register.setDefaults()
}

func (j *AutomationJob) setDefaults() {
	*j = AutomationJob{InstanceType: "ml.m5.large", VolumeSizeGiB: sagemaker.DefaultVolumeGB, MaxRuntimeMinutes: 120}
}

func (t *AutomationTuning) setDefaults() {
	*t = AutomationTuning{Strategy: TuningBayesian, MaxJobs: 20, InstanceType: "ml.m5.xlarge", VolumeSizeGiB: sagemaker.DefaultVolumeGB, MaxRuntimeMinutes: int(sagemaker.DefaultRuntime.Minutes())}
	t.Objective.setDefaults()
}

func (o *TuningObjective) setDefaults() { *o = TuningObjective{Goal: Maximize} }

func (r *IntegerRange) setDefaults() { *r = IntegerRange{Scaling: ScalingAuto} }

func (r *ContinuousRange) setDefaults() { *r = ContinuousRange{Scaling: ScalingAuto} }

func (t *AutomationTransform) setDefaults() { *t = AutomationTransform{InstanceType: "ml.m5.large"} }

func (r *AutomationRegister) setDefaults() {
	*r = AutomationRegister{Metric: "accuracy", Goal: GoalAtLeast, Approval: ApprovalManual}
}

func (n *NewData) setDefaults() { *n = NewData{Enabled: true} }

// AutomationEnabled reports whether the environment learns automatically.
func (e *Environment) AutomationEnabled() bool { return e.Automation != nil }

// setDerived fills in what follows from the environment.
func (a *Automation) setDerived(f *file, e *Environment) {
	dropOff(a)
	if !f.has("automation.prepare.entryPoint") {
		a.Prepare.EntryPoint = automation.DefaultPrepare()
	}
	if !f.has("automation.evaluate.entryPoint") {
		a.Evaluate.EntryPoint = automation.DefaultEvaluate()
	}
	if !f.has("automation.tuning.maxParallelJobs") {
		a.Tuning.MaxParallelJobs = max(1, min(5, a.Tuning.MaxJobs))
	}
	if a.Register.ModelPackageGroup == "" && !f.has("automation.register.modelPackageGroup") {
		a.Register.ModelPackageGroup = e.defaultModelPackageGroup()
	}
	if !f.has("automation.network") {
		a.Network = e.Network.hasPrivateSubnets() && e.Network.reachesS3()
	}
	a.DataPrefix, a.Folder = strings.TrimSuffix(a.DataPrefix, "/"), strings.TrimSuffix(a.Folder, "/")
	if a.NewData != nil && e.Storage != nil && !f.has("storage.data.eventNotifications") {
		e.Storage.Data.EventNotifications = true
	}
}

// defaultModelPackageGroup is the group that the parts of an environment share.
func (e *Environment) defaultModelPackageGroup() string {
	if e.Training != nil && e.Training.ModelPackageGroup != "" {
		return e.Training.ModelPackageGroup
	}
	return e.Prefix() + "-models"
}

// ModelPackageGroups are the groups in which the environment registers models, each once.
func (e *Environment) ModelPackageGroups() []string {
	var groups []string
	if e.Training != nil {
		groups = append(groups, e.Training.ModelPackageGroup)
	}
	if e.Automation != nil && !contains(groups, e.Automation.Register.ModelPackageGroup) {
		groups = append(groups, e.Automation.Register.ModelPackageGroup)
	}
	return groups
}
