package asl

import (
	"cmp"
	"time"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// SageMakerCreateTrainingJob trains a model. Patterns: RequestResponse, Sync. With Sync, the result is that of
// DescribeTrainingJob: asl.Result("ModelArtifacts.S3ModelArtifacts") is the model.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
type SageMakerCreateTrainingJob struct {
	// Name of the job: at most 63 letters, digits and hyphens, never used before. Default: JobName of the state's name.
	Name Text
	// Training is what the job does. Required.
	Training Training
	// HyperParameters are given to the algorithm, at most 100. Default: none.
	HyperParameters map[string]Text
	// Environment variables of the container: no secrets. Default: none.
	Environment map[string]Text
	// Tags of the job. Default: none.
	Tags map[string]string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

// Training is what training jobs and the jobs of a tuning job have in common.
type Training struct {
	// RoleARN is the role that the job works with. Required.
	RoleARN string
	// Image of the algorithm. Exactly one of Image and AlgorithmARN is given.
	Image Text
	// AlgorithmARN is an algorithm of SageMaker or of the AWS Marketplace.
	AlgorithmARN string
	// EntryPoint replaces the image's. Not for tuning. Default: the image's.
	EntryPoint []Text
	// Arguments of the entry point. Not for tuning. Default: none.
	Arguments []Text
	// InputMode is how data comes into the container. Default: File.
	InputMode InputMode
	// Metrics are found in the log of the algorithm. Built-in algorithms have their own. Default: none.
	Metrics []MetricDefinition
	// Channels are the inputs: 1 to 20. Default: none.
	Channels []Channel
	// OutputPath is where models go: an S3 URI. Required.
	OutputPath Text
	// OutputKeyARN is the KMS key that encrypts models. Default: the bucket's own encryption.
	OutputKeyARN string
	// InstanceType, such as "ml.m5.xlarge". Default: ml.m5.large.
	InstanceType Text
	// InstanceCount of each job. Default: 1.
	InstanceCount int
	// VolumeGB is the size of each instance's volume: 1 to 16384. Default: 30.
	VolumeGB int
	// VolumeKeyARN is the KMS key that encrypts the volumes. Instances with disks of their own take none. Where InstanceType is
	// known at run time only, the state gives it to the others with JSONata, and it is an error with JSONPath, which cannot
	// choose. Default: a key of AWS.
	VolumeKeyARN string
	// KeepAlive keeps the instances for the next job of the same shape: whole seconds up to 6 h. Neither with Spot nor for tuning.
	// Default: they go with the job. https://docs.aws.amazon.com/sagemaker/latest/dg/train-warm-pools.html
	KeepAlive time.Duration
	// JobAttempts is how often the service restarts a job after an internal error of its own: 0 to 30. Default: 0.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RetryStrategy.html
	JobAttempts int
	// MaxRuntime stops the job: whole seconds up to 28 days. Default: 24 h.
	MaxRuntime time.Duration
	// Spot uses spare capacity, which is cheaper and can be taken away. Default: false.
	Spot bool
	// MaxWait is how long the job may take with all waiting for spot capacity: not less than MaxRuntime. Default:
	// MaxRuntime.
	MaxWait time.Duration
	// CheckpointPath is where a job saves its state, so that spot interruptions do not begin it anew. Default: none.
	CheckpointPath Text
	// Network of the containers. Default: outside of any VPC.
	Network SageMakerNetwork
}

// InputMode is how the data of a training job comes into its container.
type InputMode string

// The modes. https://docs.aws.amazon.com/sagemaker/latest/dg/model-access-training-data.html
const (
	FileMode     InputMode = "File"
	PipeMode     InputMode = "Pipe"
	FastFileMode InputMode = "FastFile"
)

// MetricDefinition finds a metric in the log of an algorithm.
type MetricDefinition struct {
	// Name of the metric, such as "validation:f1". Required.
	Name string
	// Regex with a group for the number. Required.
	Regex string
}

// Channel is one input of a training job.
type Channel struct {
	// Name, such as "train" or "validation". Required.
	Name string
	// S3URI of the objects, all that begin with it. Required.
	S3URI Text
	// Manifest says that S3URI is a manifest file. Default: false.
	Manifest bool
	// ContentType, such as "text/csv". Default: none.
	ContentType string
	// Sharded spreads the objects over the instances. Default: false, each instance gets all.
	Sharded bool
	// Gzip says that the objects are compressed. Default: false.
	Gzip bool
	// InputMode of this channel. Default: that of the job.
	InputMode InputMode
}

func (c SageMakerCreateTrainingJob) integration(r *renderer, pattern Pattern) integration {
	name := jobName(r, c.Name, MaxJobName)
	f := fields{{"TrainingJobName", name}}
	f.textMap("HyperParameters", c.HyperParameters)
	f = append(f, c.Training.fields(r, r.path("call.training"))...)
	f.textMap("Environment", c.Environment)
	f.tags(c.Tags)
	return sageMakerJob(pattern, "TrainingJob", "training-job", "SageMakerTrainingJobs", name, []string{c.Training.RoleARN}, f, c.Extra)
}

func (t Training) fields(r *renderer, path string) fields {
	roleARN(r, path+".roleARN", t.RoleARN)
	r.required(path+".outputPath", t.OutputPath, "where models go, such as s3://bucket/models")
	t.Network.check(r, path+".network")
	t.InstanceType = cmp.Or(t.InstanceType, sagemaker.DefaultInstanceType)
	t.InstanceCount = cmp.Or(t.InstanceCount, 1)
	r.wrong(path+".instanceCount", sagemaker.Instances.Check(t.InstanceCount))
	t.VolumeGB = cmp.Or(t.VolumeGB, sagemaker.DefaultVolumeGB)
	r.wrong(path+".volumeGB", sagemaker.VolumeGB.Check(t.VolumeGB))
	f := fields{{"AlgorithmSpecification", t.algorithm(r, path)}}
	f.string("RoleArn", t.RoleARN)
	if channels := t.channels(r, path); len(channels) > 0 {
		f.set("InputDataConfig", channels)
	}
	output := fields{{"S3OutputPath", t.OutputPath}}
	output.string("KmsKeyId", t.OutputKeyARN)
	f.set("OutputDataConfig", output)
	resources := fields{{"InstanceCount", Int(t.InstanceCount)}, {"InstanceType", t.InstanceType}, {"VolumeSizeInGB", Int(t.VolumeGB)}}
	if t.KeepAlive != 0 {
		resources.int("KeepAlivePeriodInSeconds", runtime(r, path+".keepAlive", t.KeepAlive, sagemaker.KeepAlive))
	}
	f.set("ResourceConfig", r.volumes(path, resources, t.InstanceType, t.VolumeKeyARN))
	f.object("VpcConfig", t.Network.vpc())
	f.set("StoppingCondition", t.stopping(r, path))
	f.bool("EnableNetworkIsolation", t.Network.Isolation)
	f.bool("EnableInterContainerTrafficEncryption", t.Network.encrypt(t.InstanceCount))
	f.bool("EnableManagedSpotTraining", t.Spot)
	if t.CheckpointPath != "" {
		f.set("CheckpointConfig", fields{{"S3Uri", t.CheckpointPath}})
	}
	r.wrong(path+".jobAttempts", sagemaker.JobAttempts.Check(t.JobAttempts))
	if t.JobAttempts != 0 {
		f.set("RetryStrategy", fields{{"MaximumRetryAttempts", Int(t.JobAttempts)}})
	}
	return f
}

func (t Training) algorithm(r *renderer, path string) fields {
	if (t.Image == "") == (t.AlgorithmARN == "") {
		r.addf(path+".image", "exactly one of Image and AlgorithmARN is needed")
	}
	var f fields
	f.text("TrainingImage", t.Image)
	f.string("AlgorithmName", t.AlgorithmARN)
	f.texts("ContainerEntrypoint", t.EntryPoint)
	f.texts("ContainerArguments", t.Arguments)
	t.InputMode = cmp.Or(t.InputMode, FileMode)
	oneOf(r, path+".inputMode", t.InputMode, FileMode, PipeMode, FastFileMode)
	f.string("TrainingInputMode", string(t.InputMode))
	var metrics List
	for i, m := range t.Metrics {
		r.requiredString(at(path+".metrics", i)+".name", m.Name, "a name, such as validation:f1")
		r.requiredString(at(path+".metrics", i)+".regex", m.Regex, "a regular expression with a group")
		metrics = append(metrics, fields{{"Name", Text(m.Name)}, {"Regex", Text(m.Regex)}})
	}
	if len(metrics) > 0 {
		f.set("MetricDefinitions", metrics)
	}
	return f
}

func (t Training) channels(r *renderer, path string) List {
	var list List
	for i, c := range t.Channels {
		here := at(path+".channels", i)
		r.requiredString(here+".name", c.Name, "a name, such as train")
		r.required(here+".s3URI", c.S3URI, "where the data is, such as s3://bucket/train")
		kind, distribution := Text("S3Prefix"), Text("FullyReplicated")
		if c.Manifest {
			kind = "ManifestFile"
		}
		if c.Sharded {
			distribution = "ShardedByS3Key"
		}
		f := fields{{"ChannelName", Text(c.Name)}}
		f.set("DataSource", fields{{"S3DataSource", fields{{"S3DataType", kind}, {"S3Uri", c.S3URI}, {"S3DataDistributionType", distribution}}}})
		f.string("ContentType", c.ContentType)
		if c.Gzip {
			f.string("CompressionType", "Gzip")
		}
		if c.InputMode != "" {
			oneOf(r, here+".inputMode", c.InputMode, FileMode, PipeMode, FastFileMode)
			f.string("InputMode", string(c.InputMode))
		}
		list = append(list, f)
	}
	return list
}

func (t Training) stopping(r *renderer, path string) fields {
	seconds := runtime(r, path+".maxRuntime", t.MaxRuntime, sagemaker.TrainingRuntime)
	f := fields{{"MaxRuntimeInSeconds", Int(seconds)}}
	if !t.Spot {
		if t.MaxWait != 0 {
			r.addf(path+".maxWait", "is for spot training; set Spot, or remove it")
		}
		return f
	}
	wait := seconds
	if t.MaxWait != 0 {
		wait = runtime(r, path+".maxWait", t.MaxWait, sagemaker.TrainingRuntime)
	}
	if wait < seconds {
		r.addf(path+".maxWait", "%v is less than the runtime of %v; make it longer", t.MaxWait, time.Duration(seconds)*time.Second)
	}
	f.int("MaxWaitTimeInSeconds", wait)
	return f
}
