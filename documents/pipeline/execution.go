package pipeline

import "cmp"

// What an execution knows about itself.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html
const (
	// StartDateTime is when the execution started.
	StartDateTime String = textRef + "Execution.StartDateTime" + endRef
	// CurrentDateTime is when the step runs.
	CurrentDateTime String = textRef + "Execution.CurrentDateTime" + endRef
	// PipelineName is the name of the pipeline.
	PipelineName String = textRef + "Execution.PipelineName" + endRef
	// PipelineARN is the ARN of the pipeline.
	PipelineARN String = textRef + "Execution.PipelineArn" + endRef
	// ExecutionID identifies the execution: 12 lower-case letters and digits.
	ExecutionID String = textRef + "Execution.PipelineExecutionId" + endRef
	// ExecutionARN is the ARN of the execution.
	ExecutionARN String = textRef + "Execution.PipelineExecutionArn" + endRef
	// TrainingJobName is the name of the training job of the step that uses it.
	TrainingJobName String = textRef + "Execution.TrainingJobName" + endRef
	// ProcessingJobName is the name of the processing job of the step that uses it.
	ProcessingJobName String = textRef + "Execution.ProcessingJobName" + endRef
)

var executionVariables = []string{
	"StartDateTime", "CurrentDateTime", "PipelineName", "PipelineArn", "PipelineExecutionId", "PipelineExecutionArn",
	"TrainingJobName", "ProcessingJobName",
}

// Experiment says under which SageMaker experiment and trial executions are recorded.
// https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-experiments.html
type Experiment struct {
	// Disabled turns the recording off; then Name and Trial are not given. Default: executions are recorded.
	Disabled bool
	// Name is the experiment. Default: the name of the pipeline.
	Name String
	// Trial is the trial within the experiment. Default: the id of the execution.
	Trial String
}

// ExperimentName is the experiment under which the execution is recorded.
const ExperimentName String = textRef + "PipelineExperimentConfig.ExperimentName" + endRef

// TrialName is the trial under which the execution is recorded.
const TrialName String = textRef + "PipelineExperimentConfig.TrialName" + endRef

func (e Experiment) withDefaults() Experiment {
	if e.Disabled {
		return e
	}
	e.Name = cmp.Or(e.Name, PipelineName)
	e.Trial = cmp.Or(e.Trial, ExecutionID)
	return e
}

func (c *checker) experiment(e Experiment) any {
	c.at = "experiment"
	if e.Disabled {
		if e.Name != "" || e.Trial != "" {
			c.addf("", "is disabled, so that its name and trial mean nothing; remove them or disabled")
		}
		return nil
	}
	e = e.withDefaults()
	out := object{}
	out.set("ExperimentName", e.Name)
	out.set("TrialName", e.Trial)
	return out
}
