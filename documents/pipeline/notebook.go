package pipeline

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// NotebookArgs configures a step that runs a Jupyter notebook. To SageMaker it is a training job.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-notebook-job
type NotebookArgs struct {
	StepOptions
	// InputURI is the S3 prefix that holds the notebook and the files it needs. Unlike the Python SDK, nothing is
	// uploaded here. Required.
	InputURI String
	// Notebook is the name of the file, such as "train.ipynb". Required.
	Notebook string
	// Image is the URI of a SageMaker Distribution image or one that fits. Required.
	Image String
	// Kernel is the name of the kernel, such as "python3". Required.
	Kernel String
	// Region in which the job runs, for the notebook's AWS clients. Required.
	Region String
	// InitScript is the name of a file under InputURI that is run first. Default: none.
	InitScript string
	// Parameters of the notebook. Default: none.
	Parameters map[string]String
	// Environment are variables of the notebook. They show in the console: no secrets. Default: none.
	Environment map[string]String
	// OutputURI is the S3 prefix of the finished notebook. Default: <defaults.outputURI>/<pipeline>/<execution
	// id>/<step>.
	OutputURI String
	// OutputKMSKey is the ARN or id of the output's KMS key. Default: the pipeline's default.
	OutputKMSKey String
	// Compute says on what the job runs; InstanceCount stays 1. Default: one ml.m5.large with 30 GB for at most 24
	// hours.
	Compute Compute
	// JobAttempts is how often SageMaker restarts the job after an internal error, 0 to 30. Default: 0.
	JobAttempts int
	// Role is the ARN of the job's role. Default: the pipeline's default.
	Role String
	// Network says where the job runs. Default: the pipeline's default.
	Network *Network
	// Tags are put on the job beside the pipeline's default. With the tags of a Studio domain, Studio shows the job.
	// Default: none.
	Tags map[string]String
	// Retry says after which failures the step is tried again. Default: SageMaker retries faults of the service.
	Retry []RetryPolicy
	// Extra are further fields of CreateTrainingJob. Default: none.
	Extra Fields
}

// A NotebookStep runs a notebook.
type NotebookStep struct {
	step
	args NotebookArgs
}

// Notebook adds a step that runs a notebook.
func (p *Pipeline) Notebook(name string, args NotebookArgs) *NotebookStep {
	return add(p, &NotebookStep{p.newStep(name, "Training", args.StepOptions), args})
}

// JobName is the name of the training job that runs the notebook.
func (s *NotebookStep) JobName() String { return stringRef(s.path("TrainingJobName")) }

// OutputURI is the S3 prefix under which the job puts the finished notebook.
func (s *NotebookStep) OutputURI() String { return stringRef(s.path("OutputDataConfig.S3OutputPath")) }

// OutputNotebook is the name of the finished notebook.
func (s *NotebookStep) OutputNotebook() String {
	return stringRef(s.path("Environment" + quotedKey("SM_OUTPUT_NOTEBOOK_NAME")))
}

const notebookChannel = "sagemaker_headless_execution_pipelinestep"

var notPartOfJobName = lazyregexp.New(`[^a-zA-Z0-9]+`)

func (s *NotebookStep) request(c *checker) object {
	a := s.args
	if !strings.HasSuffix(a.Notebook, ".ipynb") || strings.Contains(a.Notebook, "/") {
		c.addf("notebook", `%q is no name of a notebook; give the file under inputURI, such as "train.ipynb"`, a.Notebook)
	}
	if n, ok := a.Compute.InstanceCount.(Int); a.Compute.InstanceCount != nil && (!ok || n != 1) {
		c.addf("compute.instanceCount", "is not 1, but a notebook runs on one instance; remove it")
	}
	prefix := strings.Trim(notPartOfJobName.ReplaceAllString(strings.TrimSuffix(a.Notebook, ".ipynb"), "-"), "-")
	if len(prefix) > maxJobPrefix {
		prefix = strings.TrimRight(prefix[:maxJobPrefix], "-")
	}
	environment := map[string]String{
		"AWS_DEFAULT_REGION":      c.required("region", a.Region, `give the region of the job, such as "us-west-2"`),
		"SM_JOB_DEF_VERSION":      "1.0",
		"SM_ENV_NAME":             "sagemaker-default-env",
		"SM_SKIP_EFS_SIMULATION":  "true",
		"SM_EXECUTION_INPUT_PATH": "/opt/ml/input/data/" + notebookChannel,
		"SM_KERNEL_NAME":          c.required("kernel", a.Kernel, `give the name of the kernel, such as "python3"`),
		"SM_INPUT_NOTEBOOK_NAME":  String(a.Notebook),
		"SM_OUTPUT_NOTEBOOK_NAME": String(prefix + ".ipynb"),
	}
	if a.InitScript != "" {
		environment["SM_INIT_SCRIPT"] = String(a.InitScript)
	}
	for _, key := range slices.Sorted(maps.Keys(a.Environment)) {
		if _, taken := environment[key]; taken {
			c.addf("environment."+key, "is set by the step; remove it here")
		}
		environment[key] = a.Environment[key]
	}
	tags := map[string]String{
		"sagemaker:name":                String(prefix),
		"sagemaker:notebook-name":       String(a.Notebook),
		"sagemaker:notebook-job-origin": "PIPELINE_STEP",
		"sagemaker:is-studio-archived":  "false",
	}
	maps.Copy(tags, a.Tags)
	arguments := c.trainingJob(&s.step, TrainingArgs{
		Image: a.Image, Entrypoint: []String{"amazon_sagemaker_scheduler"}, HyperParameters: a.Parameters,
		Inputs: []Channel{{Name: notebookChannel, S3URI: c.s3("inputURI", a.InputURI), checked: true}}, OutputURI: a.OutputURI, OutputKMSKey: a.OutputKMSKey, Compute: a.Compute,
		JobAttempts: a.JobAttempts, Environment: environment, Role: a.Role, Network: a.Network, Tags: tags,
		JobNamePrefix: prefix,
	})
	out := s.start(c, c.extra(arguments, a.Extra))
	c.retryPolicies(&out, a.Retry, jobErrors)
	return out
}
