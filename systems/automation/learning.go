// Package automation writes state machines that run machine learning by themselves, from plain settings: definitions in
// Amazon States Language that constructs/statemachine deploys. Nothing here needs a Lambda function.
package automation

import (
	"cmp"
	"time"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/mlflowclient"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// Learning is the cycle from new data to a registered model: prepare data, search hyperparameters, let the best model
// predict held-out data, evaluate it, compare it with the approved champion, and register it if it is better. Prefix,
// RoleARN, Bucket, TopicARN, Prepare, Tuning, Evaluate and Register are required.
//
// An execution may be started with these keys in its input, all of them optional: input_uri, train_uri, validation_uri,
// test_uri, output_path, batch_output_path, instance_type and batch_instance_type. What is missing comes from the
// settings, and folders get the name of the run, so that no execution touches the data of another. Names of jobs are
// derived and never repeat.
type Learning struct {
	// Prefix begins the names of everything that an execution makes: 1 to 30 lower-case letters, digits and hyphens, with a
	// letter first and no hyphen last. In the names of tuning jobs, which are short, only 15 of them stand.
	Prefix string
	// RoleARN is the role of all jobs and of the model.
	RoleARN string
	// Bucket is the name of the bucket for data, models, predictions and evaluations.
	Bucket string
	// Folder of all that in the bucket. Default: "learning".
	Folder string
	// KeyARN is the KMS key of the bucket, and of the volumes of instances. Instance types that have disks of their own,
	// such as ml.g5, encrypt those themselves and are not given the key. Default: none, keys of AWS.
	KeyARN string
	// Network of all containers. Default: outside of any VPC.
	Network asl.SageMakerNetwork
	// TopicARN is the SNS topic that hears of failures, of models that were registered, and of those that were not.
	TopicARN string
	// TopicKeyARN is the KMS key of the topic. Default: none.
	TopicKeyARN string

	// Tracking is the MLflow to which the programs log. Algorithms of AWS pay it no heed. Default: none.
	Tracking *mlflowclient.Server

	// InputURI is where raw data lies. Default: s3://<bucket>/<folder>/input.
	InputURI string
	// Prepare reads /opt/ml/processing/input/raw and writes the folders train, validation and test under
	// /opt/ml/processing/output: CSV without header, the label first.
	Prepare Job
	// Tuning searches the hyperparameters.
	Tuning Tuning
	// TransformInstanceType is where the best model predicts the test data. Default: ml.m5.large.
	TransformInstanceType string
	// TransformInputFilter chooses the fields of a record that the model sees, as JSONPath of SageMaker. Default: "$[1:]",
	// all but the label in front, which is where the built-in algorithms look for it too; "$" for all. Required for
	// algorithms that learn without label.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-training.html
	TransformInputFilter string
	// Evaluate reads the folders predictions and test under /opt/ml/processing/input and writes
	// /opt/ml/processing/output/evaluation/evaluation.json: {"metrics": {"f1": {"value": 0.91}}}.
	Evaluate Job
	// Register says which models are good enough.
	Register Register
}

// Job is a processing job: a container that works on files.
type Job struct {
	// Image of the container, with a tag or, better, a digest. Required.
	Image string
	// EntryPoint replaces the image's. Default: the image's.
	EntryPoint []string
	// Arguments of the entry point, such as "--undersample-ratio", "10". Default: none.
	Arguments []string
	// InstanceType. Default: ml.m5.large.
	InstanceType string
	// VolumeGB is the size of the volume: 1 to 16384. Default: 30.
	VolumeGB int
	// Timeout ends the job: whole seconds up to 9 days. Default: 2 hours.
	Timeout time.Duration
}

// DefaultPrepare and DefaultEvaluate are where the image of an environment has the programs of automatic learning. They are
// not those of the training pipeline, which one image may hold too: their contracts differ.
func DefaultPrepare() []string { return []string{"python3", codeFolder + "prepare.py"} }

// DefaultEvaluate is the program that compares predictions with labels.
func DefaultEvaluate() []string { return []string{"python3", codeFolder + "evaluate.py"} }

const codeFolder = "/opt/ml/code/learning/"

// Tuning is the search for hyperparameters.
type Tuning struct {
	// Image of the algorithm, which also serves the model. Required.
	Image string
	// Strategy of the search. Default: asl.Bayesian.
	Strategy asl.TuningStrategy
	// Objective is what the search is for. Required.
	Objective asl.Objective
	// Metrics are found in the log of the algorithm. Built-in algorithms have their own. Default: none.
	Metrics []asl.MetricDefinition
	// MaxJobs is the number of training jobs: 1 to 750. Default: 20, and none with asl.Grid, which tries every combination.
	MaxJobs int
	// MaxParallelJobs is how many run at a time: 1 to 100. Default: 5, or MaxJobs if that is less.
	MaxParallelJobs int
	// Integers, Continuous and Categorical are the ranges that are searched: 1 to 30 altogether.
	Integers    []asl.IntegerRange
	Continuous  []asl.ContinuousRange
	Categorical []asl.CategoricalRange
	// Static hyperparameters are the same in all jobs. Default: none.
	Static map[string]string
	// InstanceType of each job. Default: ml.m5.xlarge.
	InstanceType string
	// VolumeGB is the size of each volume: 1 to 16384. Default: 30.
	VolumeGB int
	// Spot uses spare capacity. Default: false.
	Spot bool
	// Timeout ends the whole search, each training job, and the prediction of the test data: whole seconds from 2 minutes
	// up to 28 days. Default: 24 hours.
	Timeout time.Duration
}

// Register says which models are registered, and how.
type Register struct {
	// GroupName is the model package group. Required.
	GroupName string
	// Metric decides: a name in evaluation.json, of lower-case letters, digits and underscores, such as "f1". Required.
	Metric string
	// Threshold is the worst value with which a model is registered.
	Threshold float64
	// Minimize says that smaller values are better. Default: false.
	Minimize bool
	// Approve approves registered models without a person's look, so that they may be deployed. Default: false, they wait.
	Approve bool
}

func (l Learning) withDefaults() Learning {
	l.Folder = cmp.Or(l.Folder, "learning")
	l.InputURI = cmp.Or(l.InputURI, "s3://"+l.Bucket+"/"+l.Folder+"/input")
	l.TransformInstanceType = cmp.Or(l.TransformInstanceType, "ml.m5.large")
	if l.TransformInputFilter == "" && !l.withoutLabel() {
		l.TransformInputFilter = "$[1:]"
	}
	l.Prepare, l.Evaluate = l.Prepare.withDefaults(), l.Evaluate.withDefaults()
	grid := l.Tuning.Strategy == asl.Grid
	if l.Tuning.MaxJobs == 0 && !grid {
		l.Tuning.MaxJobs = 20
	}
	if l.Tuning.MaxParallelJobs == 0 {
		l.Tuning.MaxParallelJobs = 5
		if !grid {
			l.Tuning.MaxParallelJobs = min(5, max(1, l.Tuning.MaxJobs))
		}
	}
	l.Tuning.InstanceType = cmp.Or(l.Tuning.InstanceType, "ml.m5.xlarge")
	l.Tuning.Timeout = cmp.Or(l.Tuning.Timeout, sagemaker.DefaultRuntime)
	return l
}

func (j Job) withDefaults() Job {
	j.InstanceType = cmp.Or(j.InstanceType, "ml.m5.large")
	j.Timeout = cmp.Or(j.Timeout, 2*time.Hour)
	return j
}
