package asl

import (
	"cmp"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// SageMakerCreateTransformJob lets a model predict a whole dataset. Patterns: RequestResponse, Sync.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
type SageMakerCreateTransformJob struct {
	// Name of the job: at most 63 letters, digits and hyphens, never used before. Default: JobName of the state's name.
	Name Text
	// ModelName is a model of SageMaker. Required.
	ModelName Text
	// InputURI of the objects, all that begin with it. Required.
	InputURI Text
	// ContentType of the input, such as "text/csv". Default: none.
	ContentType string
	// Split says what one record is. Default: SplitLine, because without it each object is one request, whatever its size.
	Split Split
	// GzipInput says that the input is compressed. Default: false.
	GzipInput bool
	// OutputURI is where predictions go. Required.
	OutputURI Text
	// Accept is the content type of predictions. Default: what the model gives.
	Accept string
	// OutputKeyARN is the KMS key that encrypts predictions. Default: the bucket's own encryption.
	OutputKeyARN string
	// InstanceType, such as "ml.m5.xlarge". Default: ml.m5.large.
	InstanceType Text
	// InstanceCount. Default: 1.
	InstanceCount int
	// VolumeKeyARN is the KMS key that encrypts the volumes. Instances with disks of their own take none. Where InstanceType is
	// known at run time only, the state gives it to the others with JSONata, and it is an error with JSONPath, which cannot
	// choose. Default: a key of AWS.
	VolumeKeyARN string
	// SingleRecord sends one record per request. Default: false, as many as MaxPayloadMB holds.
	SingleRecord bool
	// MaxConcurrentTransforms is how many requests run at a time on an instance. Default: what the model says.
	MaxConcurrentTransforms int
	// MaxPayloadMB is the largest request: 1 to 100. Default: 6, that of SageMaker.
	MaxPayloadMB int
	// InputFilter and OutputFilter choose fields of records, as JSONPath of SageMaker. Default: all.
	InputFilter, OutputFilter string
	// JoinInput puts predictions beside their records. Default: false.
	JoinInput bool
	// Environment variables of the container: no secrets. Default: none.
	Environment map[string]Text
	// Tags of the job. Default: none.
	Tags map[string]string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

// Split says what one record of the input of a transform job is.
type Split string

// The ways to split.
const (
	SplitLine     Split = "Line"
	SplitRecordIO Split = "RecordIO"
	SplitTFRecord Split = "TFRecord"
	// SplitNone sends each object as one request.
	SplitNone Split = "None"
)

func (c SageMakerCreateTransformJob) integration(r *renderer, pattern Pattern) integration {
	r.required(r.path("call.modelName"), c.ModelName, "the name of a model")
	r.required(r.path("call.inputURI"), c.InputURI, "where the data is, such as s3://bucket/test")
	r.required(r.path("call.outputURI"), c.OutputURI, "where predictions go, such as s3://bucket/predictions")
	c.InstanceType = cmp.Or(c.InstanceType, sagemaker.DefaultInstanceType)
	c.Split = cmp.Or(c.Split, SplitLine)
	oneOf(r, r.path("call.split"), c.Split, SplitLine, SplitRecordIO, SplitTFRecord, SplitNone)
	r.wrong(r.path("call.maxPayloadMB"), sagemaker.PayloadMB.Check(c.MaxPayloadMB))
	name := jobName(r, c.Name, MaxJobName)
	f := fields{{"TransformJobName", name}, {"ModelName", c.ModelName}}
	f.int("MaxConcurrentTransforms", c.MaxConcurrentTransforms)
	f.int("MaxPayloadInMB", c.MaxPayloadMB)
	if c.SingleRecord {
		f.string("BatchStrategy", "SingleRecord")
	}
	f.textMap("Environment", c.Environment)
	input := fields{{"DataSource", fields{{"S3DataSource", fields{{"S3DataType", Text("S3Prefix")}, {"S3Uri", c.InputURI}}}}}}
	input.string("ContentType", c.ContentType)
	input.string("SplitType", string(c.Split))
	if c.GzipInput {
		input.string("CompressionType", "Gzip")
	}
	f.set("TransformInput", input)
	output := fields{{"S3OutputPath", c.OutputURI}}
	output.string("Accept", c.Accept)
	if c.Split == SplitLine {
		output.string("AssembleWith", "Line") // predictions of text stay one a line
	}
	output.string("KmsKeyId", c.OutputKeyARN)
	f.set("TransformOutput", output)
	resources := fields{{"InstanceType", c.InstanceType}, {"InstanceCount", Int(cmp.Or(c.InstanceCount, 1))}}
	f.set("TransformResources", r.volumes(r.path("call"), resources, c.InstanceType, c.VolumeKeyARN))
	var processing fields
	processing.verbatim("InputFilter", c.InputFilter)
	processing.verbatim("OutputFilter", c.OutputFilter)
	if c.JoinInput {
		processing.string("JoinSource", "Input")
	}
	f.object("DataProcessing", processing)
	f.tags(c.Tags)
	return sageMakerJob(pattern, "TransformJob", "transform-job", "SageMakerTransformJobs", name, nil, f, c.Extra)
}
