package asl

import (
	"cmp"
	"maps"
	"slices"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// SageMakerStartPipelineExecution starts a pipeline. Step Functions cannot wait for its end: poll with
// SageMakerDescribePipelineExecution, or give a callback step of the pipeline the task token. Patterns:
// RequestResponse, WaitForToken (AWS SDK integration).
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html
type SageMakerStartPipelineExecution struct {
	// PipelineName is the pipeline: known before run time, because the permission names it. Required.
	PipelineName string
	// Parameters of the pipeline, at most 200. Default: those of the pipeline.
	Parameters map[string]Text
	// DisplayName and Description of the execution. Default: none.
	DisplayName Text
	Description Text
	// ClientToken makes a repeated request start only one execution: 32 to 128 characters. Default: a new UUID, so that
	// each attempt starts one.
	ClientToken Text
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c SageMakerStartPipelineExecution) integration(r *renderer, _ Pattern) integration {
	r.requiredString(r.path("call.pipelineName"), c.PipelineName, "the name of a pipeline")
	if n := len(c.Parameters); n > sagemaker.MaxPipelineParameters {
		r.addf(r.path("call.parameters"), "are %d, %d are allowed; drop some or put them into one file in S3", n, sagemaker.MaxPipelineParameters)
	}
	f := fields{{"PipelineName", Text(c.PipelineName)}}
	f.text("PipelineExecutionDisplayName", c.DisplayName)
	f.text("PipelineExecutionDescription", c.Description)
	var parameters List
	for _, name := range slices.Sorted(maps.Keys(c.Parameters)) {
		parameters = append(parameters, fields{{"Name", Text(name)}, {"Value", c.Parameters[name]}})
	}
	if len(parameters) > 0 {
		f.set("PipelineParameters", parameters)
	}
	f.set("ClientRequestToken", cmp.Or(c.ClientToken, UUID()))
	return sageMakerCall("aws-sdk:sagemaker:startPipelineExecution", f, c.Extra, func(scope arn.Scope) []policy.Statement {
		return []policy.Statement{allow(named(scope, "pipeline", Text(c.PipelineName)), "sagemaker:StartPipelineExecution")}
	})
}

// SageMakerDescribePipelineExecution reads how far an execution is: asl.Result("PipelineExecutionStatus"). Patterns:
// RequestResponse, WaitForToken (AWS SDK integration).
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribePipelineExecution.html
type SageMakerDescribePipelineExecution struct {
	// PipelineName is the pipeline: known before run time, because the permission names it. Required.
	PipelineName string
	// Execution is the ARN that starting gave. Required.
	Execution Text
}

func (c SageMakerDescribePipelineExecution) integration(r *renderer, _ Pattern) integration {
	r.requiredString(r.path("call.pipelineName"), c.PipelineName, "the name of a pipeline")
	r.required(r.path("call.execution"), c.Execution, "the ARN of an execution, such as asl.Input(\"PipelineExecutionArn\")")
	return sageMakerCall("aws-sdk:sagemaker:describePipelineExecution", fields{{"PipelineExecutionArn", c.Execution}}, nil, func(scope arn.Scope) []policy.Statement {
		return []policy.Statement{allow(named(scope, "pipeline", Text(c.PipelineName+"/execution/*")), "sagemaker:DescribePipelineExecution")}
	})
}

// SageMakerDescribeTrainingJob reads a training job, such as the best one of a tuning job. Patterns: RequestResponse,
// WaitForToken (AWS SDK integration).
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
type SageMakerDescribeTrainingJob struct {
	// Name of the job, such as asl.Input("BestTrainingJob.TrainingJobName"). Required.
	Name Text
}

func (c SageMakerDescribeTrainingJob) integration(r *renderer, _ Pattern) integration {
	r.required(r.path("call.name"), c.Name, "the name of a training job")
	return sageMakerCall("aws-sdk:sagemaker:describeTrainingJob", fields{{"TrainingJobName", c.Name}}, nil, func(scope arn.Scope) []policy.Statement {
		return []policy.Statement{allow(named(scope, "training-job", c.Name), "sagemaker:DescribeTrainingJob")}
	})
}
