package pipeline

import (
	"maps"
	"time"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// TrainingArgs configures a training step, or the training jobs of a tuning step.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
type TrainingArgs struct {
	StepOptions
	// Image is the URI of the training image, best by digest. One of Image and Algorithm is given.
	Image String
	// Algorithm is the name or ARN of an algorithm resource, such as one from the Marketplace.
	Algorithm String
	// Script runs code of yours in one of the framework images. Default: the image runs what it holds.
	Script TrainingScript
	// Entrypoint replaces the entrypoint of the image. Not for tuning. Default: the image's own.
	Entrypoint []String
	// Arguments are passed to the entrypoint, at most 100. Not for tuning. Default: none.
	Arguments []String
	// HyperParameters are read by the training code, at most 100. Numbers are written as text. Default: none.
	HyperParameters map[string]String
	// Metrics are found in the log of the job, at most 40. Default: those of the built-in algorithm.
	Metrics []Metric
	// Inputs are the channels of data, at most 20. Default: none.
	Inputs []Channel
	// InputMode says how channels are brought, unless they say it themselves. Default: ModeFile.
	InputMode InputMode
	// OutputURI is the S3 prefix under which the model goes, as <OutputURI>/<job name>/output/model.tar.gz.
	// Default: <defaults.outputURI>/<pipeline>/<execution id>/<step>.
	OutputURI String
	// OutputKMSKey is the ARN or id of the model's KMS key. Default: the pipeline's default.
	OutputKMSKey String
	// Compute says on what the job runs. Default: one ml.m5.large with 30 GB for at most 24 hours (at most 28 days).
	Compute Compute
	// Spot runs the job on spare capacity, for less money and with interruptions. Default: on demand.
	Spot *Spot
	// Checkpoints is the S3 prefix with which /opt/ml/checkpoints is kept in step. Default: no checkpoints.
	Checkpoints String
	// KeepAlive keeps the instances for the next job of the same shape, in whole seconds up to 6 hours. Neither with Spot
	// nor for tuning. https://docs.aws.amazon.com/sagemaker/latest/dg/train-warm-pools.html
	// Default: 0, instances are released.
	KeepAlive time.Duration
	// JobAttempts is how often SageMaker restarts the job after an internal error, 0 to 30. Default: 0.
	JobAttempts int
	// Environment are variables of the container, at most 100. They show in the console: no secrets. Default: none.
	Environment map[string]String
	// Role is the ARN of the job's role. Default: the pipeline's default.
	Role String
	// Network says where the job runs. Default: the pipeline's default.
	Network *Network
	// Tags are put on the job beside the pipeline's default. Not for tuning. Default: none.
	Tags map[string]String
	// TrialComponent is the display name of the job in the experiment. Not for tuning. Default: SageMaker's.
	TrialComponent String
	// JobNamePrefix begins the name of the job, at most 32 characters. It has effect only where the service honours
	// custom job prefixes. Not for tuning. Default: "pipelines-<execution id>-<step>".
	JobNamePrefix string
	// CacheFor, in whole minutes, is how old the result of an earlier execution with the same arguments may be to be
	// used instead of running the step. Not for tuning. Default: 0, the step always runs.
	CacheFor time.Duration
	// Retry says after which failures the step is tried again. Not for tuning. Default: SageMaker retries faults of
	// the service.
	Retry []RetryPolicy
	// Extra are further fields of CreateTrainingJob, such as DebugHookConfig. Default: none.
	Extra Fields
}

// TrainingScript is code that a framework image (PyTorch, Scikit-learn, XGBoost and others) runs.
// https://github.com/aws/sagemaker-training-toolkit
type TrainingScript struct {
	// SourceURI is the S3 URI of a tar.gz with the code.
	SourceURI String
	// Program is the file in it to run, such as "train.py".
	Program String
}

// Metric is found in the log of a job.
type Metric struct {
	// Name such as "validation:f1". Required.
	Name String
	// Regex whose first group is the value. Required.
	Regex String
}

// Spot is the use of spare capacity.
// https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
type Spot struct {
	// MaxWait is the longest time for waiting and running together, in whole seconds, at least the maximal run time.
	// Default: twice the maximal run time.
	MaxWait time.Duration
}

// Channel is named data that a training job reads, under /opt/ml/input/data/<Name>.
type Channel struct {
	// Name such as "train". Required, unique within the step.
	Name string
	// S3URI is the object or prefix. Required, unless Extra has a DataSource.
	S3URI String
	// DataType says what S3URI is. Default: DataPrefix.
	DataType DataType
	// Distribution says which instance gets what. Default: DistributionFull.
	Distribution Distribution
	// ContentType such as "text/csv". Default: none.
	ContentType String
	// Mode says how the data is brought. Default: that of the job.
	Mode InputMode
	// Gzip says that the data is compressed, which needs ModePipe. Default: false.
	Gzip bool
	// RecordIO wraps each object into a RecordIO record, which needs ModePipe. Default: false.
	RecordIO bool
	// Extra are further fields of Channel, such as ShuffleConfig. Default: none.
	Extra Fields

	checked bool // S3URI was checked under the name of another field
}

// A TrainingStep trains a model.
type TrainingStep struct {
	step
	args TrainingArgs
}

// Training adds a training step.
func (p *Pipeline) Training(name string, args TrainingArgs) *TrainingStep {
	return add(p, &TrainingStep{p.newStep(name, "Training", args.StepOptions), args})
}

// ModelArtifacts is the S3 URI of the trained model.
func (s *TrainingStep) ModelArtifacts() String {
	return stringRef(s.path("ModelArtifacts.S3ModelArtifacts"))
}

// JobName is the name of the training job.
func (s *TrainingStep) JobName() String { return stringRef(s.path("TrainingJobName")) }

// JobARN is the ARN of the training job.
func (s *TrainingStep) JobARN() String { return stringRef(s.path("TrainingJobArn")) }

// Image is the training image, for models that run in the same one.
func (s *TrainingStep) Image() String {
	return stringRef(s.path("AlgorithmSpecification.TrainingImage"))
}

// FinalMetric is the last value of a metric of the job: one of its Metrics, or where it has none, of the built-in algorithm.
func (s *TrainingStep) FinalMetric(name string) FloatRef {
	return FloatRef{s.path("FinalMetricDataList" + quotedKey(name) + ".Value")}
}

func (s *TrainingStep) property(path string, _ Type) string {
	var names []string
	for _, each := range s.args.Metrics {
		name, fixed := known(each.Name)
		if !fixed {
			return "" // it may be the one
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return "" // those of a built-in algorithm
	}
	return missingKey(path, "FinalMetricDataList", "metric", names)
}

func (s *TrainingStep) request(c *checker) object {
	a := s.args
	out := s.start(c, c.extra(c.trainingJob(&s.step, a), a.Extra))
	c.retryPolicies(&out, a.Retry, jobErrors)
	c.cacheConfig(&out, a.CacheFor)
	return out
}

func (c *checker) trainingJob(s *step, a TrainingArgs) object {
	out := object{}
	c.jobPrefix(&out, "TrainingJobName", a.JobNamePrefix)
	algorithm := c.algorithm(a)
	algorithm.set("ContainerEntrypoint", a.Entrypoint)
	algorithm.set("ContainerArguments", a.Arguments)
	out.set("AlgorithmSpecification", algorithm)
	c.trainingCommon(&out, s, a)
	if a.KeepAlive != 0 {
		resources, _ := out.get("ResourceConfig")
		resources = append(resources.(object), member{"KeepAlivePeriodInSeconds", c.seconds("keepAlive", a.KeepAlive, 0, sagemaker.KeepAlive)})
		out.replace("ResourceConfig", resources)
	}
	out.set("HyperParameters", c.hyperParameters(a))
	out.set("ExperimentConfig", trialComponent(a.TrialComponent))
	out.set("Tags", c.tags(a.Tags))
	return out
}

// trainingCommon are the fields that training jobs and the training jobs of tuning share.
func (c *checker) trainingCommon(out *object, s *step, a TrainingArgs) {
	out.set("RoleArn", c.role(a.Role))
	out.set("InputDataConfig", c.channels(a))
	target := object{}
	target.set("S3OutputPath", c.output("outputURI", s, a.OutputURI, ""))
	target.set("KmsKeyId", c.outputKey(a.OutputKMSKey))
	out.set("OutputDataConfig", target)

	instanceType, count, volume, key := c.instance(a.Compute, sagemaker.Instances)
	resources := object{}
	resources.set("InstanceType", instanceType)
	resources.set("InstanceCount", count)
	resources.set("VolumeSizeInGB", volume)
	resources.set("VolumeKmsKeyId", key)
	out.set("ResourceConfig", resources)

	runtime := c.seconds("compute.maxRuntime", a.Compute.MaxRuntime, sagemaker.DefaultRuntime, sagemaker.TrainingRuntime)
	stop := object{{"MaxRuntimeInSeconds", runtime}}
	if a.Spot != nil {
		wait := c.seconds("spot.maxWait", a.Spot.MaxWait, min(2*time.Duration(runtime)*time.Second, sagemaker.TrainingRuntime.Max), sagemaker.TrainingRuntime)
		if wait < runtime {
			c.addf("spot.maxWait", "is shorter than the maximal run time of %s; make it at least as long", time.Duration(runtime)*time.Second)
		}
		stop = append(stop, member{"MaxWaitTimeInSeconds", wait})
		*out = append(*out, member{"EnableManagedSpotTraining", true})
	}
	out.set("StoppingCondition", stop)

	if a.Checkpoints != "" {
		out.set("CheckpointConfig", object{{"S3Uri", c.writes("checkpoints", a.Checkpoints).tree()}})
	}
	c.wrong("jobAttempts", sagemaker.JobAttempts.Check(a.JobAttempts))
	if a.JobAttempts > 0 {
		out.set("RetryStrategy", object{{"MaximumRetryAttempts", int64(a.JobAttempts)}})
	}
	out.set("Environment", a.Environment)
	network := c.network(a.Network)
	*out = append(*out,
		member{"EnableNetworkIsolation", network.Isolated},
		member{"EnableInterContainerTrafficEncryption", !network.PlaintextBetweenContainers})
	out.set("VpcConfig", network.vpc())
}

func (c *checker) algorithm(a TrainingArgs) object {
	switch {
	case a.Image == "" && a.Algorithm == "":
		c.addf("image", "is missing; give the URI of the training image, or an algorithm")
	case a.Image != "" && a.Algorithm != "":
		c.addf("algorithm", "is given together with image; give one of them")
	}
	var metrics []object
	for i, each := range a.Metrics {
		field := index("metrics", i)
		c.required(field+".name", each.Name, "give the name of the metric")
		c.required(field+".regex", each.Regex, "give an expression with one group that finds the value in the log")
		metrics = append(metrics, object{{"Name", each.Name.tree()}, {"Regex", each.Regex.tree()}})
	}
	out := object{}
	out.set("TrainingImage", c.image(a.Image))
	out.set("AlgorithmName", a.Algorithm)
	out.set("TrainingInputMode", oneOf(c, "inputMode", a.InputMode, ModeFile, ModeFile, ModePipe, ModeFastFile))
	out.set("MetricDefinitions", metrics)
	return out
}

// The hyperparameters by which framework images find their code. They are JSON, hence the quotes.
const (
	submitDirectory = "sagemaker_submit_directory"
	programName     = "sagemaker_program"
)

func (c *checker) hyperParameters(a TrainingArgs) map[string]String {
	out := map[string]String{}
	maps.Copy(out, a.HyperParameters)
	if a.Script != (TrainingScript{}) {
		c.s3("script.sourceURI", a.Script.SourceURI)
		c.required("script.program", a.Script.Program, `give the file to run, such as "train.py"`)
		for _, key := range []string{submitDirectory, programName} {
			if _, taken := out[key]; taken {
				c.addf("hyperParameters."+key, "is set by script; remove it here")
			}
		}
		out[submitDirectory] = `"` + a.Script.SourceURI + `"`
		out[programName] = `"` + a.Script.Program + `"`
	}
	return out
}

func (c *checker) channels(a TrainingArgs) []object {
	seen := map[string]bool{}
	var out []object
	for i, each := range a.Inputs {
		field := index("inputs", i)
		c.unique(field+".name", seen, each.Name)
		pipe := each.Mode == ModePipe || each.Mode == "" && a.InputMode == ModePipe
		if (each.Gzip || each.RecordIO) && !pipe {
			c.addf(field, "is gzip or recordIO, which need mode Pipe; set it, or let the code expand the files")
		}
		channel := object{{"ChannelName", each.Name}}
		if _, other := each.Extra["DataSource"]; !other || each.S3URI != "" {
			source := object{}
			source.set("S3DataType", oneOf(c, field+".dataType", each.DataType, DataPrefix, DataPrefix, DataManifest, DataAugmentedManifest))
			if !each.checked {
				c.s3(field+".s3URI", each.S3URI)
			}
			source.set("S3Uri", each.S3URI)
			source.set("S3DataDistributionType", oneOf(c, field+".distribution", each.Distribution, DistributionFull, DistributionFull, DistributionSharded))
			channel.set("DataSource", object{{"S3DataSource", source}})
		}
		channel.set("ContentType", each.ContentType)
		if each.Mode != "" {
			channel.set("InputMode", oneOf(c, field+".mode", each.Mode, ModeFile, ModeFile, ModePipe, ModeFastFile))
		}
		if each.Gzip {
			channel.set("CompressionType", "Gzip")
		}
		if each.RecordIO {
			channel.set("RecordWrapperType", "RecordIO")
		}
		out = append(out, c.extraOf("Channel", field+".extra", channel, each.Extra))
	}
	return out
}
