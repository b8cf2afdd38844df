package config

import (
	"strings"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// Training is the training pipeline of an environment: prepare the data, train, evaluate on data held back, register the
// model if it is good enough. It needs storage.
type Training struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Image is the container image that prepares data, trains, evaluates and serves.
	Image TrainingImage `yaml:"image" jsonschema:"required"`
	// Metric decides whether a model is registered.
	Metric TrainingMetric `yaml:"metric" jsonschema:"required"`
	// Parameters are the defaults of the hyperparameters that each execution can set. Default: the defaults below.
	Parameters TrainingParameters `yaml:"parameters"`
	// InstanceType is the SageMaker instance type of training and evaluation. Default: ml.m5.xlarge.
	InstanceType string `yaml:"instanceType"`
	// ProcessingInstanceType is the SageMaker instance type that prepares data. Default: ml.m5.large.
	ProcessingInstanceType string `yaml:"processingInstanceType"`
	// VolumeSizeGiB is the size of each job's volume, in GiB, 1 to 16384. Default: 30.
	VolumeSizeGiB int `yaml:"volumeSizeGiB" jsonschema:"minimum=1,maximum=16384"`
	// MaxRuntimeMinutes is after how many minutes a job is stopped, 1 to 12960. Default: 1440, a day.
	MaxRuntimeMinutes int `yaml:"maxRuntimeMinutes" jsonschema:"minimum=1,maximum=12960"`
	// Network runs the jobs in the private subnets of the environment's network. Default: true where these reach S3, by NAT or by the endpoint s3.
	Network bool `yaml:"network"`
	// DataPrefix is the folder of the data bucket with the raw data. Default: raw.
	DataPrefix string `yaml:"dataPrefix"`
	// ModelPackageGroup is the name of the group in the model registry, which begins with <project>-<environment>-. Default: <project>-<environment>-models.
	ModelPackageGroup string `yaml:"modelPackageGroup"`
	// Approval is manual for people who approve each model, or automatic. Default: manual.
	Approval Approval `yaml:"approval"`
	// RunAfterDeploy starts the pipeline after each deployment by GitHub Actions. Default: false.
	RunAfterDeploy bool `yaml:"runAfterDeploy"`
	// Schedule starts the pipeline at set times. Default: none, it is started by hand.
	Schedule *TrainingSchedule `yaml:"schedule"`
	// Experiment of MLflow to which executions are tracked, which needs mlflow; programs get its name and the server's place as variables. Default: none, nothing is tracked.
	Experiment string `yaml:"experiment" jsonschema:"example=wine-quality"`
	// Definition takes the pipeline from the bucket of definitions in the operations account. Default: none, the configuration makes it.
	Definition *TrainingDefinition `yaml:"definition"`
}

// TrainingDefinition is a definition that the default branch has published.
type TrainingDefinition struct {
	// Commit that published it, in full.
	Commit string `yaml:"commit" jsonschema:"required,example=4f2a9c1d8e7b6a5f4c3d2e1f0a9b8c7d6e5f4a3b,pattern=^[0-9a-f]{40}$"`
}

// TrainingImage is an image in a repository of the operations account. Either tag or digest is given.
type TrainingImage struct {
	// Repository is one of operations.images. Default: training-image.
	Repository string `yaml:"repository"`
	// Tag of the image, such as a commit. latest is refused. Default: none.
	Tag string `yaml:"tag"`
	// Digest of the image, sha256: and 64 hexadecimal digits. Default: none.
	Digest string `yaml:"digest"`
}

// TrainingMetric is a value in the report of the evaluation.
type TrainingMetric struct {
	// Name of the metric. Default: accuracy.
	Name string `yaml:"name"`
	// Path of its value in evaluation.json, keys with dots between them. Default: metrics.<name>.value.
	Path string `yaml:"path"`
	// Threshold that a model must reach to be registered. Executions can set another.
	Threshold float64 `yaml:"threshold" jsonschema:"required,example=0.8"`
	// Goal is atLeast for metrics of which more is better, or atMost for errors. Default: atLeast.
	Goal Goal `yaml:"goal"`
}

// Goal is on which side of the threshold a model is good enough.
type Goal string

const (
	// GoalAtLeast is the threshold or more.
	GoalAtLeast Goal = "atLeast"
	// GoalAtMost is the threshold or less.
	GoalAtMost Goal = "atMost"
)

// Values are both goals.
func (Goal) Values() []string { return []string{string(GoalAtLeast), string(GoalAtMost)} }

// TrainingParameters are hyperparameters.
type TrainingParameters struct {
	// Epochs is how often the training goes through the data, 1 to 100000. Default: 1.
	Epochs int `yaml:"epochs" jsonschema:"minimum=1,maximum=100000"`
	// BatchSize is how many examples the training looks at together, 1 to 1000000. Default: 10.
	BatchSize int `yaml:"batchSize" jsonschema:"minimum=1,maximum=1000000"`
	// LearningRate is the size of a step, above 0. Default: 0.00001.
	LearningRate float64 `yaml:"learningRate" jsonschema:"exclusiveMinimum=0"`
}

// Approval is who approves models.
type Approval string

const (
	// ApprovalManual registers models as PendingManualApproval, and no execution can do otherwise.
	ApprovalManual Approval = "manual"
	// ApprovalAutomatic registers models as Approved once they have reached the threshold.
	ApprovalAutomatic Approval = "automatic"
)

// Values are both.
func (Approval) Values() []string { return []string{string(ApprovalManual), string(ApprovalAutomatic)} }

// TrainingSchedule starts the pipeline with its default parameters.
type TrainingSchedule struct {
	// Enabled switches the schedule off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Expression is when, as EventBridge Scheduler reads it: rate(3 days) or cron(0 1 ? * SAT *).
	Expression string `yaml:"expression" jsonschema:"required,example=rate(7 days)"`
	// TimeZone in which a cron expression counts, such as Europe/Berlin. Default: UTC.
	TimeZone string `yaml:"timeZone"`
}

func (t *Training) setDefaults() {
	*t = Training{
		Enabled: true, InstanceType: "ml.m5.xlarge", ProcessingInstanceType: "ml.m5.large", VolumeSizeGiB: sagemaker.DefaultVolumeGB, MaxRuntimeMinutes: int(sagemaker.DefaultRuntime.Minutes()),
		DataPrefix: "raw", Approval: ApprovalManual,
	}
	t.Image.setDefaults()
	t.Metric.setDefaults()
	t.Parameters.setDefaults()
}

func (i *TrainingImage) setDefaults() { *i = TrainingImage{Repository: "training-image"} }

func (m *TrainingMetric) setDefaults() { *m = TrainingMetric{Name: "accuracy", Goal: GoalAtLeast} }

func (p *TrainingParameters) setDefaults() {
	*p = TrainingParameters{Epochs: 1, BatchSize: 10, LearningRate: 1e-5}
}

func (s *TrainingSchedule) setDefaults() { *s = TrainingSchedule{Enabled: true, TimeZone: "UTC"} }

// Reference is the tag or digest.
func (i TrainingImage) Reference() string { return i.Tag + i.Digest }

// TrainingPipelineName is the name of the SageMaker pipeline: <project>-<environment>-training.
func (e *Environment) TrainingPipelineName() string { return e.Prefix() + "-training" }

// TrainingEnabled reports whether the environment has a training pipeline.
func (e *Environment) TrainingEnabled() bool { return e.Training != nil }

// setDerived fills in what follows from the environment.
func (t *Training) setDerived(f *file, e *Environment) {
	dropOff(t)
	if t.Metric.Path == "" && !f.has("training.metric.path") {
		t.Metric.Path = "metrics." + t.Metric.Name + ".value"
	}
	if t.ModelPackageGroup == "" && !f.has("training.modelPackageGroup") {
		t.ModelPackageGroup = e.Prefix() + "-models"
	}
	if !f.has("training.network") {
		t.Network = e.Network.hasPrivateSubnets() && e.Network.reachesS3()
	}
	t.DataPrefix = strings.TrimSuffix(t.DataPrefix, "/")
}

// hasPrivateSubnets reports whether jobs have a place in the network.
func (n *Network) hasPrivateSubnets() bool { return n != nil && n.HasTier(PrivateTier) }

// reachesS3 reports whether private subnets are known to reach S3.
func (n *Network) reachesS3() bool { return n.NAT != NATNone || contains(n.Endpoints, EndpointS3) }
