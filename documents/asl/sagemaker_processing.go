package asl

import (
	"cmp"
	"time"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// SageMakerCreateProcessingJob runs a container on data: preparation, evaluation, anything. Patterns: RequestResponse,
// Sync. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html
type SageMakerCreateProcessingJob struct {
	// Name of the job: at most 63 letters, digits and hyphens, never used before. Default: JobName of the state's name.
	Name Text
	// RoleARN is the role that the job works with. Required.
	RoleARN string
	// Image of the container, with a tag or, better, a digest. Required.
	Image Text
	// EntryPoint replaces the image's. Default: the image's.
	EntryPoint []Text
	// Arguments of the entry point. Default: none.
	Arguments []Text
	// Inputs are brought into the container, Outputs out of it. Default: none.
	Inputs  []ProcessingInput
	Outputs []ProcessingOutput
	// OutputKeyARN is the KMS key that encrypts outputs. Default: the bucket's own encryption.
	OutputKeyARN string
	// Environment variables of the container: no secrets. Default: none.
	Environment map[string]Text
	// InstanceType, such as "ml.m5.xlarge". Default: ml.m5.large.
	InstanceType Text
	// InstanceCount: 1 to 100. Default: 1.
	InstanceCount int
	// VolumeGB is the size of each instance's volume: 1 to 16384. Default: 30.
	VolumeGB int
	// VolumeKeyARN is the KMS key that encrypts the volumes. Instances with disks of their own take none. Where InstanceType is
	// known at run time only, the state gives it to the others with JSONata, and it is an error with JSONPath, which cannot
	// choose. Default: a key of AWS.
	VolumeKeyARN string
	// MaxRuntime stops the job: whole seconds up to 9 days. Default: 24 h.
	MaxRuntime time.Duration
	// Network of the containers. Default: outside of any VPC.
	Network SageMakerNetwork
	// Tags of the job. Default: none.
	Tags map[string]string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

// ProcessingInput is data that is copied from S3 into the container.
type ProcessingInput struct {
	// Name of the input. Required.
	Name string
	// S3URI of the objects, all that begin with it. Required.
	S3URI Text
	// LocalPath in the container. Default: /opt/ml/processing/input/<name>.
	LocalPath string
	// Sharded spreads the objects over the instances. Default: false, each instance gets all.
	Sharded bool
}

// ProcessingOutput is data that is copied from the container to S3.
type ProcessingOutput struct {
	// Name of the output. Required.
	Name string
	// S3URI where the files go. Required.
	S3URI Text
	// LocalPath in the container. Default: /opt/ml/processing/output/<name>.
	LocalPath string
	// Continuous uploads while the job runs. Default: false, at its end.
	Continuous bool
}

func (c SageMakerCreateProcessingJob) integration(r *renderer, pattern Pattern) integration {
	roleARN(r, r.path("call.roleARN"), c.RoleARN)
	r.required(r.path("call.image"), c.Image, "the image of the container")
	c.InstanceType = cmp.Or(c.InstanceType, sagemaker.DefaultInstanceType)
	c.Network.check(r, r.path("call.network"))
	c.InstanceCount = cmp.Or(c.InstanceCount, 1)
	c.VolumeGB = cmp.Or(c.VolumeGB, sagemaker.DefaultVolumeGB)
	r.wrong(r.path("call.instanceCount"), sagemaker.ProcessingInstances.Check(c.InstanceCount))
	r.wrong(r.path("call.volumeGB"), sagemaker.VolumeGB.Check(c.VolumeGB))
	name := jobName(r, c.Name, MaxJobName)
	f := fields{{"ProcessingJobName", name}}
	f.set("ProcessingResources", fields{{"ClusterConfig", c.cluster(r)}})
	app := fields{{"ImageUri", c.Image}}
	app.texts("ContainerEntrypoint", c.EntryPoint)
	app.texts("ContainerArguments", c.Arguments)
	f.set("AppSpecification", app)
	f.textMap("Environment", c.Environment)
	c.data(r, &f)
	f.set("StoppingCondition", fields{{"MaxRuntimeInSeconds", Int(runtime(r, r.path("call.maxRuntime"), c.MaxRuntime, sagemaker.ProcessingRuntime))}})
	var network fields
	network.bool("EnableInterContainerTrafficEncryption", c.Network.encrypt(c.InstanceCount))
	network.bool("EnableNetworkIsolation", c.Network.Isolation)
	network.object("VpcConfig", c.Network.vpc())
	f.object("NetworkConfig", network)
	f.string("RoleArn", c.RoleARN)
	f.tags(c.Tags)
	return sageMakerJob(pattern, "ProcessingJob", "processing-job", "SageMakerProcessingJobs", name, []string{c.RoleARN}, f, c.Extra)
}

func (c SageMakerCreateProcessingJob) cluster(r *renderer) Value {
	f := fields{{"InstanceCount", Int(c.InstanceCount)}, {"InstanceType", c.InstanceType}, {"VolumeSizeInGB", Int(c.VolumeGB)}}
	return r.volumes(r.path("call"), f, c.InstanceType, c.VolumeKeyARN)
}

func (c SageMakerCreateProcessingJob) data(r *renderer, f *fields) {
	var inputs, outputs List
	for i, in := range c.Inputs {
		path := at(r.path("call.inputs"), i)
		r.requiredString(path+".name", in.Name, "a name")
		r.required(path+".s3URI", in.S3URI, "where the data is, such as s3://bucket/prefix")
		distribution := Text("FullyReplicated")
		if in.Sharded {
			distribution = "ShardedByS3Key"
		}
		inputs = append(inputs, fields{{"InputName", Text(in.Name)}, {"S3Input", fields{
			{"S3Uri", in.S3URI}, {"LocalPath", cmp.Or(Text(in.LocalPath), Text("/opt/ml/processing/input/"+in.Name))},
			{"S3DataType", Text("S3Prefix")}, {"S3InputMode", Text("File")}, {"S3DataDistributionType", distribution},
		}}})
	}
	for i, out := range c.Outputs {
		path := at(r.path("call.outputs"), i)
		r.requiredString(path+".name", out.Name, "a name")
		r.required(path+".s3URI", out.S3URI, "where the data goes, such as s3://bucket/prefix")
		mode := Text("EndOfJob")
		if out.Continuous {
			mode = "Continuous"
		}
		outputs = append(outputs, fields{{"OutputName", Text(out.Name)}, {"S3Output", fields{
			{"S3Uri", out.S3URI}, {"LocalPath", cmp.Or(Text(out.LocalPath), Text("/opt/ml/processing/output/"+out.Name))}, {"S3UploadMode", mode},
		}}})
	}
	if len(inputs) > 0 {
		f.set("ProcessingInputs", inputs)
	}
	if len(outputs) > 0 {
		config := fields{{"Outputs", outputs}}
		config.string("KmsKeyId", c.OutputKeyARN)
		f.set("ProcessingOutputConfig", config)
	}
}
