// Package training is the platform's training pipeline, built from plain settings: prepare the data, train, evaluate on
// data that the training never saw, compare with a threshold, and register the model only where it passes. It is pure Go.
//
// The pipeline runs one image, which holds the programs preprocess.py, train.py and evaluate.py; docs/training.md says
// what each of them finds and leaves behind. A pipeline of another shape is written with documents/pipeline.
package training

import (
	"cmp"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/mlflowclient"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Settings are what differs from one training pipeline to another. Name, Image, Role, Group, the three places in S3 and
// Metric.Threshold are required. Text may hold Terraform tokens.
type Settings struct {
	// Name of the pipeline: letters, digits and hyphens, at most 256.
	Name string
	// Description for people. Default: "Trains, evaluates and registers <Group>".
	Description string
	// Image is the URI of the image, with a digest or with a tag other than latest.
	Image string
	// Role is the ARN of the role of the jobs.
	Role string
	// Group is the model package group in which models are registered.
	Group string

	// Data is the S3 URI of the raw data, a prefix or an object.
	Data string
	// Prepared is the S3 prefix of what preprocessing makes of it, and PreparedKey the KMS key of these objects.
	// Default of the key: the bucket's encryption.
	Prepared, PreparedKey string
	// Models is the S3 prefix of models and evaluations, and ModelsKey the KMS key of these objects. Default of the key:
	// the bucket's encryption.
	Models, ModelsKey string

	// Compute says on what the jobs run.
	Compute Compute
	// Network is where the jobs run. Default: no VPC.
	Network *Network

	// Tracking is the MLflow to which the programs log, and SageMaker itself where it manages the server. Default: none.
	Tracking *mlflowclient.Server

	// Parameters are the defaults of the parameters of an execution.
	Parameters Parameters
	// Metric decides about the model.
	Metric Metric
	// ApproveAutomatically registers models as Approved, so that they are deployed without anybody's look. Default: false,
	// models wait for approval, and no execution can register another way.
	ApproveAutomatically bool
	// ContentTypes are what the model reads and answers. Default: text/csv.
	ContentTypes []string
	// Repository and Commit say from which code models are made; they stand on each version. Default: unknown.
	Repository, Commit string
	// Tags of jobs. Default: none.
	Tags map[string]string

	// Portable leaves what AWS chooses to whoever starts an execution: keys and network become parameters without default,
	// so that the definition can be written before there is anything, and kept by commit. Arguments are their values.
	// Default: false, keys and network stand in the definition.
	Portable bool
}

// Compute says on what the jobs run.
type Compute struct {
	// TrainingInstance is the instance type of training and evaluation, one that SageMaker has for both. Default: ml.m5.xlarge.
	TrainingInstance string
	// ProcessingInstance is the instance type of preprocessing. Default: ml.m5.large.
	ProcessingInstance string
	// VolumeGB is the size of each job's volume in gigabytes, 1 to 16384. Default: 30.
	VolumeGB int
	// MaxRuntime stops each job, in whole seconds, up to 9 days. Default: 24 hours.
	MaxRuntime time.Duration
}

// Network is where jobs attach to a VPC.
type Network struct {
	// SubnetIDs are 1 to 16 subnets.
	SubnetIDs []string
	// SecurityGroupIDs are 1 to 5 security groups.
	SecurityGroupIDs []string
}

// Parameters are the defaults of the hyperparameters that each execution can set.
type Parameters struct {
	// Epochs is how often the training goes through the data, from 1. Default: 1.
	Epochs int
	// BatchSize is how many examples the training looks at together, from 1. Default: 10.
	BatchSize int
	// LearningRate is the size of a step, above 0. Default: 0.00001.
	LearningRate float64
}

// Metric decides whether a model is registered.
type Metric struct {
	// Name of the metric, for people. Default: accuracy.
	Name string
	// Path of its value in evaluation.json, keys with dots between them. Default: metrics.<Name>.value.
	Path string
	// Threshold that the model must reach, which executions can set. Required.
	Threshold *float64
	// SmallerIsBetter registers models whose metric is the threshold or less, as with errors. Default: the threshold or
	// more.
	SmallerIsBetter bool
}

// The names of the steps.
const (
	StepPreprocess = "preprocess"
	StepTrain      = "train"
	StepEvaluate   = "evaluate"
	StepDecide     = "decide"
	StepRegister   = "register"
	StepReject     = "reject"
)

// The names of the parameters.
const (
	ParameterInputData          = "input_data"
	ParameterEpochs             = "epochs"
	ParameterBatchSize          = "batch_size"
	ParameterLearningRate       = "learning_rate"
	ParameterTrainingInstance   = "training_instance_type"
	ParameterProcessingInstance = "processing_instance_type"
	ParameterThreshold          = "threshold"
	ParameterApproval           = "model_approval_status"
)

func (s Settings) withDefaults() Settings {
	s.Description = cmp.Or(s.Description, "Trains, evaluates and registers "+s.Group)
	s.Compute.TrainingInstance = cmp.Or(s.Compute.TrainingInstance, "ml.m5.xlarge")
	s.Compute.ProcessingInstance = cmp.Or(s.Compute.ProcessingInstance, "ml.m5.large")
	s.Compute.VolumeGB = cmp.Or(s.Compute.VolumeGB, sagemaker.DefaultVolumeGB)
	s.Compute.MaxRuntime = cmp.Or(s.Compute.MaxRuntime, sagemaker.DefaultRuntime)
	s.Parameters.Epochs = cmp.Or(s.Parameters.Epochs, 1)
	s.Parameters.BatchSize = cmp.Or(s.Parameters.BatchSize, 10)
	s.Parameters.LearningRate = cmp.Or(s.Parameters.LearningRate, 1e-5)
	s.Metric.Name = cmp.Or(s.Metric.Name, "accuracy")
	if s.Metric.Path == "" {
		s.Metric.Path = "metrics." + s.Metric.Name + ".value"
	}
	if len(s.ContentTypes) == 0 {
		s.ContentTypes = []string{"text/csv"}
	}
	return s
}

var (
	metricPattern = lazyregexp.New(`^[A-Za-z0-9_-]{1,64}$`)
	pathPattern   = lazyregexp.New(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	imagePattern  = lazyregexp.New(`^[^@\s]+(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|@sha256:[0-9a-f]{64})$`)
)

// validate reports what the pipeline's own checks do not see, or would name in other words than the settings'.
func (s Settings) validate() error {
	var problems problem.List
	switch _, tag, _ := strings.Cut(s.Image[strings.LastIndex(s.Image, "/")+1:], ":"); {
	case s.Image == "":
		problems.Addf("image", "is missing; give the URI of the image")
	case tag == "latest", !token.Is(s.Image) && !imagePattern.MatchString(s.Image):
		problems.Addf("image", "%q can be another image tomorrow; end it with a digest, or with the tag of a commit", s.Image)
	}
	for _, each := range []struct{ path, value, what string }{
		{"role", s.Role, "the ARN of the role of the jobs"}, {"group", s.Group, "the name of the model package group"},
		{"data", s.Data, "the S3 URI of the raw data"}, {"prepared", s.Prepared, "an S3 prefix for prepared data"},
		{"models", s.Models, "an S3 prefix for models"},
	} {
		if each.value == "" {
			problems.Addf(each.path, "is missing; give %s", each.what)
		}
	}
	for _, each := range []struct{ path, uri string }{{"data", s.Data}, {"prepared", s.Prepared}, {"models", s.Models}} {
		if each.uri != "" && !token.Is(each.uri) && (!strings.HasPrefix(each.uri, "s3://") || each.uri == "s3://") {
			problems.Addf(each.path, "%q is no S3 URI; write it like s3://bucket/folder", each.uri)
		}
	}
	// The evaluation is a processing job.
	awsfacts.ReportMLInstance(&problems, "compute.trainingInstance", s.Compute.TrainingInstance, awsfacts.Training, awsfacts.Processing)
	awsfacts.ReportMLInstance(&problems, "compute.processingInstance", s.Compute.ProcessingInstance, awsfacts.Processing)
	if wrong := sagemaker.VolumeGB.Check(s.Compute.VolumeGB); wrong != "" {
		problems.Addf("compute.volumeGB", "%s", wrong)
	}
	// Two of the three jobs are processing jobs, which may take less long.
	if wrong := sagemaker.ProcessingRuntime.Check(s.Compute.MaxRuntime); wrong != "" {
		problems.Addf("compute.maxRuntime", "%s", wrong)
	}
	if n := s.Parameters.Epochs; n < 1 {
		problems.Addf("parameters.epochs", "%d is out of range; use 1 or more", n)
	}
	if n := s.Parameters.BatchSize; n < 1 {
		problems.Addf("parameters.batchSize", "%d is out of range; use 1 or more", n)
	}
	if x := s.Parameters.LearningRate; !(x > 0) {
		problems.Addf("parameters.learningRate", "%v is out of range; use more than 0", x)
	}
	if !metricPattern.MatchString(s.Metric.Name) {
		problems.Addf("metric.name", "%q is no name of a metric; use up to 64 letters, digits, - and _", s.Metric.Name)
	} else if !pathPattern.MatchString(s.Metric.Path) {
		problems.Addf("metric.path", "%q is no path in a JSON file; write keys with dots between them, such as metrics.%s.value", s.Metric.Path, s.Metric.Name)
	}
	problems.Add("tracking", s.Tracking.Validate())
	if s.Metric.Threshold == nil {
		problems.Addf("metric.threshold", "is missing; say how good a model must be to be registered")
	}
	return problems.Err()
}

// New builds the pipeline. The error lists everything that is wrong with the settings.
func New(settings Settings) (*pipeline.Pipeline, error) {
	settings = settings.withDefaults()
	if err := settings.validate(); err != nil {
		return nil, err
	}
	p := settings.build()
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return p, nil
}
