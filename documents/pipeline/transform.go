package pipeline

import (
	"cmp"
	"time"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// TransformArgs configures a batch transform step.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
type TransformArgs struct {
	StepOptions
	// Model is the name of the model, usually the ModelName of a model step. Required.
	Model String
	// Input is the S3 URI of the data. Required.
	Input String
	// InputType says what Input is. Default: DataPrefix.
	InputType DataType
	// ContentType such as "text/csv". Default: none.
	ContentType String
	// Split says how objects are cut into records. Default: SplitNone, objects are sent whole.
	Split Split
	// Gzip says that the input is compressed. Default: false.
	Gzip bool
	// OutputURI is the S3 prefix of the results. Default: <defaults.outputURI>/<pipeline>/<execution id>/<step>.
	OutputURI String
	// OutputKMSKey is the ARN or id of the results' KMS key. Default: the pipeline's default.
	OutputKMSKey String
	// Accept is the MIME type of the results. Default: the container's choice.
	Accept String
	// AssembleLines joins results with line breaks. Default: false, they are just appended.
	AssembleLines bool
	// InstanceType such as "ml.m5.xlarge". Default: "ml.m5.large".
	InstanceType String
	// InstanceCount is the number of instances, from 1. Default: 1.
	InstanceCount IntegerValue
	// VolumeKMSKey is the ARN or id of the volumes' KMS key, as in Compute.
	VolumeKMSKey String
	// SingleRecord sends one record in each request. Default: false, as many as fit.
	SingleRecord bool
	// MaxConcurrent is how many requests each instance gets at the same time, from 0. Default: SageMaker's choice.
	MaxConcurrent IntegerValue
	// MaxPayloadMB is the size of a request, 0 to 100. Default: 6.
	MaxPayloadMB IntegerValue
	// InputFilter, OutputFilter and JoinInput choose columns of the input, and of the results, and join both.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html
	// Default: everything, not joined.
	InputFilter  String
	OutputFilter String
	JoinInput    bool
	// RequestTimeout is the longest time for one request, in whole seconds up to 1 hour. Default: 10 minutes.
	RequestTimeout time.Duration
	// Environment are variables of the container, at most 16. Default: none.
	Environment map[string]String
	// Tags are put on the job beside the pipeline's default. Default: none.
	Tags map[string]String
	// TrialComponent is the display name of the job in the experiment. Default: SageMaker's.
	TrialComponent String
	// JobNamePrefix begins the name of the job, at most 32 characters. It has effect only where the service honours
	// custom job prefixes. Default: "pipelines-<execution id>-<step>".
	JobNamePrefix string
	// CacheFor, in whole minutes, is how old the result of an earlier execution with the same arguments may be to be
	// used instead of running the step. Default: 0, the step always runs.
	CacheFor time.Duration
	// Retry says after which failures the step is tried again. Default: SageMaker retries faults of the service.
	Retry []RetryPolicy
	// Extra are further fields of CreateTransformJob, such as DataCaptureConfig. Default: none.
	Extra Fields
}

// Split says how objects are cut into records.
type Split string

// The ways to split.
const (
	SplitNone     Split = "None"
	SplitLine     Split = "Line"
	SplitRecordIO Split = "RecordIO"
	SplitTFRecord Split = "TFRecord"
)

// A TransformStep predicts for a whole set of data.
type TransformStep struct {
	step
	args TransformArgs
}

// Transform adds a batch transform step.
func (p *Pipeline) Transform(name string, args TransformArgs) *TransformStep {
	return add(p, &TransformStep{p.newStep(name, "Transform", args.StepOptions), args})
}

// OutputURI is the S3 prefix of the results.
func (s *TransformStep) OutputURI() String { return stringRef(s.path("TransformOutput.S3OutputPath")) }

// JobName is the name of the transform job.
func (s *TransformStep) JobName() String { return stringRef(s.path("TransformJobName")) }

func (s *TransformStep) request(c *checker) object {
	a := s.args
	a.InstanceType = cmp.Or(a.InstanceType, defaultInstanceType)
	a.VolumeKMSKey = c.volumeKey("", a.InstanceType, a.VolumeKMSKey)
	arguments := object{}
	c.jobPrefix(&arguments, "TransformJobName", a.JobNamePrefix)
	arguments.set("ModelName", c.required("model", a.Model, "give the ModelName of a model step, or the name of a model"))
	arguments.set("TransformInput", c.transformInput(a))
	output := object{}
	output.set("S3OutputPath", c.output("outputURI", &s.step, a.OutputURI, ""))
	output.set("Accept", a.Accept)
	if a.AssembleLines {
		output.set("AssembleWith", "Line")
	}
	output.set("KmsKeyId", c.outputKey(a.OutputKMSKey))
	arguments.set("TransformOutput", output)
	resources := object{}
	resources.set("InstanceType", a.InstanceType)
	resources.set("InstanceCount", c.number("instanceCount", a.InstanceCount, 1, sagemaker.Instances))
	resources.set("VolumeKmsKeyId", a.VolumeKMSKey)
	arguments.set("TransformResources", resources)
	if a.SingleRecord {
		arguments.set("BatchStrategy", "SingleRecord")
	}
	if a.MaxConcurrent != nil {
		arguments.set("MaxConcurrentTransforms", c.number("maxConcurrent", a.MaxConcurrent, 0, sagemaker.NumberLimit{}))
	}
	if a.MaxPayloadMB != nil {
		arguments.set("MaxPayloadInMB", c.number("maxPayloadMB", a.MaxPayloadMB, 6, sagemaker.PayloadMB))
	}
	if a.RequestTimeout != 0 {
		arguments.set("ModelClientConfig", object{{"InvocationsTimeoutInSeconds", c.seconds("requestTimeout", a.RequestTimeout, 0, sagemaker.TimeLimit{Min: time.Second, Max: time.Hour})}})
	}
	processing := object{}
	processing.set("InputFilter", a.InputFilter)
	processing.set("OutputFilter", a.OutputFilter)
	if a.JoinInput {
		processing.set("JoinSource", "Input")
	}
	arguments.set("DataProcessing", processing)
	arguments.set("Environment", a.Environment)
	arguments.set("ExperimentConfig", trialComponent(a.TrialComponent))
	arguments.set("Tags", c.tags(a.Tags))
	out := s.start(c, c.extra(arguments, a.Extra))
	c.retryPolicies(&out, a.Retry, jobErrors)
	c.cacheConfig(&out, a.CacheFor)
	return out
}

func (c *checker) transformInput(a TransformArgs) object {
	source := object{}
	source.set("S3DataType", oneOf(c, "inputType", a.InputType, DataPrefix, DataPrefix, DataManifest))
	source.set("S3Uri", c.s3("input", a.Input))
	out := object{{"DataSource", object{{"S3DataSource", source}}}}
	out.set("ContentType", a.ContentType)
	if a.Gzip {
		out.set("CompressionType", "Gzip")
	}
	split := oneOf(c, "split", a.Split, SplitNone, SplitNone, SplitLine, SplitRecordIO, SplitTFRecord)
	if split != string(SplitNone) {
		out.set("SplitType", split)
	}
	return out
}
