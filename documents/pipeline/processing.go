package pipeline

import (
	"path"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// ProcessingArgs configures a processing step.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html
type ProcessingArgs struct {
	StepOptions
	// Image is the URI of the container image, best by digest. Required.
	Image String
	// Script runs one file of code in the image. Default: the image's own entrypoint, or Entrypoint.
	Script Script
	// Entrypoint replaces the entrypoint of the image. Not given together with Script. Default: the image's own.
	Entrypoint []String
	// Arguments are passed to the entrypoint, at most 100. Default: none.
	Arguments []String
	// Environment are the variables of the container, at most 100. They show in the console: no secrets. Default: none.
	Environment map[string]String
	// Inputs are brought into the container before it starts. Default: none.
	Inputs []ProcessingInput
	// Outputs are taken from the container to S3. Default: none.
	Outputs []ProcessingOutput
	// PropertyFiles are JSON files among the outputs whose values later steps can read with JSONGet. Default: none.
	PropertyFiles []PropertyFile
	// Compute says on what the job runs. Default: one ml.m5.large with 30 GB for at most 24 hours (at most 9 days).
	Compute Compute
	// Role is the ARN of the job's role. Default: the pipeline's default.
	Role String
	// Network says where the job runs. Default: the pipeline's default.
	Network *Network
	// OutputKMSKey is the ARN or id of the outputs' KMS key. Default: the pipeline's default.
	OutputKMSKey String
	// Tags are put on the job beside the pipeline's default. Default: none.
	Tags map[string]String
	// TrialComponent is the display name of the job in the experiment. Default: SageMaker's.
	TrialComponent String
	// JobNamePrefix begins the name of the job, at most 32 characters. It has effect only where the service honours
	// custom job prefixes. Default: "pipelines-<execution id>-<step>".
	// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html
	JobNamePrefix string
	// CacheFor, in whole minutes, is how old the result of an earlier execution with the same arguments may be to be
	// used instead of running the step. Default: 0, the step always runs.
	CacheFor time.Duration
	// Retry says after which failures the step is tried again. Default: SageMaker retries faults of the service.
	Retry []RetryPolicy
	// Extra are further fields of CreateProcessingJob. Default: none.
	Extra Fields

	function *FunctionArgs // that the job calls
}

// Script is one file of code that a processing job runs.
type Script struct {
	// URI of the file in S3.
	URI String
	// Command runs the file, whose path is appended. Default: "python3".
	Command []String
}

// A ProcessingStep runs a container over data.
type ProcessingStep struct {
	step
	args ProcessingArgs
}

// Processing adds a processing step.
func (p *Pipeline) Processing(name string, args ProcessingArgs) *ProcessingStep {
	return add(p, &ProcessingStep{p.newStep(name, "Processing", args.StepOptions), args})
}

// JobName is the name of the processing job.
func (s *ProcessingStep) JobName() String { return stringRef(s.path("ProcessingJobName")) }

// Output is the S3 URI of the output of this name.
func (s *ProcessingStep) Output(name string) String {
	return stringRef(s.path("ProcessingOutputConfig.Outputs" + quotedKey(name) + ".S3Output.S3Uri"))
}

// JSONGet is the value at a path, such as "metrics.accuracy.value", of the property file of this name.
func (s *ProcessingStep) JSONGet(file, path string) JSONValue {
	return JSONValue{step: s.name, file: file, path: path}
}

func (s *ProcessingStep) propertyFileNames() []string {
	var names []string
	for _, each := range s.args.PropertyFiles {
		names = append(names, each.Name)
	}
	return names
}

func (s *ProcessingStep) property(path string, _ Type) string {
	var names []string
	for _, each := range s.args.Outputs {
		names = append(names, each.Name)
	}
	return missingKey(path, "ProcessingOutputConfig.Outputs", "output", names)
}

// missingKey says what is wrong if path takes an element of the list by a name that is not among the names.
func missingKey(path, listPath, what string, names []string) string {
	rest, ok := strings.CutPrefix(path, listPath+"['")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "']")
	for _, each := range names {
		if each == name {
			return ""
		}
	}
	return "for its " + what + ` "` + name + `", but it has ` + listOrNone(names)
}

const (
	processingInputs  = "/opt/ml/processing/input/"
	processingOutputs = "/opt/ml/processing/output/"
	codeInput         = "code"
)

func (s *ProcessingStep) request(c *checker) object {
	a := s.args
	c.checkFunction(a.function)
	out := s.start(c, c.extra(c.processingJob(&s.step, a), a.Extra))
	c.retryPolicies(&out, a.Retry, jobErrors)
	c.cacheConfig(&out, a.CacheFor)
	out.set("PropertyFiles", c.propertyFiles(a))
	return out
}

// processingJob are the arguments of a processing job, which check steps run too.
func (c *checker) processingJob(s *step, a ProcessingArgs) object {
	inputs := c.processingInputs(a)
	network := c.network(a.Network)
	instanceType, count, volume, key := c.instance(a.Compute, sagemaker.ProcessingInstances)
	out := object{}
	c.jobPrefix(&out, "ProcessingJobName", a.JobNamePrefix)

	cluster := object{}
	cluster.set("InstanceType", instanceType)
	cluster.set("InstanceCount", count)
	cluster.set("VolumeSizeInGB", volume)
	cluster.set("VolumeKmsKeyId", key)
	out.set("ProcessingResources", object{{"ClusterConfig", cluster}})

	app := object{}
	app.set("ImageUri", c.image(c.required("image", a.Image, "give the URI of the container image")))
	app.set("ContainerArguments", a.Arguments)
	app.set("ContainerEntrypoint", c.entrypoint(a))
	out.set("AppSpecification", app)
	out.set("RoleArn", c.role(a.Role))
	out.set("ProcessingInputs", inputs)
	outputs := object{}
	outputs.set("Outputs", c.processingOutputs(s, a))
	if len(outputs) > 0 {
		outputs.set("KmsKeyId", c.outputKey(a.OutputKMSKey))
	}
	out.set("ProcessingOutputConfig", outputs)
	out.set("Environment", a.Environment)
	out.set("StoppingCondition", object{{"MaxRuntimeInSeconds", c.seconds("compute.maxRuntime", a.Compute.MaxRuntime, sagemaker.DefaultRuntime, sagemaker.ProcessingRuntime)}})

	config := object{
		{"EnableNetworkIsolation", network.Isolated},
		{"EnableInterContainerTrafficEncryption", !network.PlaintextBetweenContainers},
	}
	config.set("VpcConfig", network.vpc())
	out.set("NetworkConfig", config)
	out.set("ExperimentConfig", trialComponent(a.TrialComponent))
	out.set("Tags", c.tags(a.Tags))
	return out
}

func (c *checker) entrypoint(a ProcessingArgs) []String {
	if a.Script.URI == "" {
		if len(a.Script.Command) > 0 {
			c.addf("script.uri", `is missing; give the S3 URI of the file that the command runs`)
		}
		return a.Entrypoint
	}
	if len(a.Entrypoint) > 0 {
		c.addf("entrypoint", "is given together with script; give one of them")
	}
	uri, ok := a.Script.URI.literal()
	if !ok {
		c.addf("script.uri", "%s holds a reference, and the name of the file must be known; give a fixed URI", quoted(a.Script.URI))
	}
	c.s3("script.uri", a.Script.URI)
	command := a.Script.Command
	if len(command) == 0 {
		command = []String{"python3"}
	}
	return append(append([]String(nil), command...), String(processingInputs+codeInput+"/"+path.Base(uri)))
}
