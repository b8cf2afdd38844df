package sagemaker

import "time"

// What jobs get where nothing is said.
const (
	// DefaultInstanceType is what a job runs on: a small instance that trains, processes and transforms.
	DefaultInstanceType = "ml.m5.large"
	// DefaultVolumeGB is the size of each instance's volume: that of the SageMaker Python SDK.
	DefaultVolumeGB = 30
	// DefaultRuntime is after what time a job is stopped, which is what the service does by itself.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html
	DefaultRuntime = 24 * time.Hour
)

// MaxPipelineParameters is how many parameters a pipeline may have.
// https://docs.aws.amazon.com/general/latest/gr/sagemaker.html
const MaxPipelineParameters = 200

// Limits of jobs: those of the service model, and those that are quotas or stand in the documentation only. The model holds
// more, which servicemodel checks by the names of the API.
// https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-limits.html
var (
	// VolumeGB is the size of each instance's volume.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProcessingClusterConfig.html
	VolumeGB = NumberLimit{1, 16384}
	// Instances are how many a training or transform job may have, for which the account's quotas are the end.
	Instances = NumberLimit{Min: 1}
	// ProcessingInstances are how many a processing job may have.
	ProcessingInstances = NumberLimit{1, 100}
	// TrainingRuntime is how long a training job may take, also with all waiting for spot capacity.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html
	TrainingRuntime = TimeLimit{time.Second, 28 * 24 * time.Hour}
	// ProcessingRuntime is how long a processing job may take.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProcessingStoppingCondition.html
	ProcessingRuntime = TimeLimit{time.Second, 9 * 24 * time.Hour}
	// KeepAlive is how long instances may wait for the next training job.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
	KeepAlive = TimeLimit{time.Second, 6 * time.Hour}
	// JobAttempts is how often the service restarts a training job after an internal error.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RetryStrategy.html
	JobAttempts = NumberLimit{0, 30}
	// PayloadMB is the size of one request of a transform job.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
	PayloadMB = NumberLimit{0, 100}
	// TuningJobs are the training jobs of a search for hyperparameters.
	TuningJobs = NumberLimit{1, 750}
	// ParallelTuningJobs are how many of them run at a time.
	ParallelTuningJobs = NumberLimit{1, 100}
	// TuningRuntime is how long a search may take.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceLimits.html
	TuningRuntime = TimeLimit{2 * time.Minute, 15768000 * time.Second}
	// Searched are the hyperparameters that a search tries.
	Searched = NumberLimit{1, 30}
	// Candidates are the models that Autopilot tries.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AutoMLJobCompletionCriteria.html
	Candidates = NumberLimit{1, 750}
)
