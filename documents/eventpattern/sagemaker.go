package eventpattern

import (
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// ApprovalStatus is what was decided about a model package.
// https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html
type ApprovalStatus string

// The approval statuses.
const (
	Approved              ApprovalStatus = "Approved"
	Rejected              ApprovalStatus = "Rejected"
	PendingManualApproval ApprovalStatus = "PendingManualApproval"
)

// ModelPackageChange are model packages of a group whose approval status was set: by approval or rejection, or when they
// were registered. The package is in $.detail.ModelPackageArn.
// https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-model-package
type ModelPackageChange struct {
	// Group is the name of the model package group. Required.
	Group string
	// Statuses are the approval statuses of interest. At least one.
	Statuses []ApprovalStatus
	// AnyUpdate also takes events of packages in such a status of which something else was changed, such as their
	// metadata. A workflow that writes to the package which started it would start itself again and again.
	// Default: false.
	AnyUpdate bool
}

var groupPattern = lazyregexp.New(`^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$`)

// Pattern implements Event.
func (e ModelPackageChange) Pattern() Pattern {
	fields := []Field{
		{Path: "detail.ModelPackageGroupName", Values: Each(e.Group)},
		{Path: "detail.ModelApprovalStatus", Values: Each(texts(e.Statuses)...)},
	}
	if !e.AnyUpdate {
		// New packages have no such field.
		fields = append(fields, Field{Path: "detail.UpdatedModelPackageFields", Values: []Value{Equals("ModelApprovalStatus"), Absent()}})
	}
	return Pattern{Sources: []string{"aws.sagemaker"}, DetailTypes: []string{"SageMaker Model Package State Change"}, Fields: fields}
}

// Validate implements Event.
func (e ModelPackageChange) Validate() error {
	var problems problem.List
	if known(e.Group) && !groupPattern.MatchString(e.Group) {
		problems.Addf("group", "%q is no name of a model package group; use 1 to 63 letters, digits and hyphens between them", e.Group)
	}
	oneOf(&problems, "statuses", texts(e.Statuses), []string{"Approved", "Rejected", "PendingManualApproval"}, true)
	return finish(&problems, e.Pattern())
}

// ExecutionStatus is how far the execution of a pipeline is.
type ExecutionStatus string

// The statuses of executions.
const (
	Executing ExecutionStatus = "Executing"
	Succeeded ExecutionStatus = "Succeeded"
	Failed    ExecutionStatus = "Failed"
	Stopping  ExecutionStatus = "Stopping"
	Stopped   ExecutionStatus = "Stopped"
)

// PipelineExecutionChange are executions of SageMaker pipelines that come to one of the statuses. The execution is in
// $.detail.pipelineExecutionArn.
// https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-pipeline
type PipelineExecutionChange struct {
	// PipelineARNs are the pipelines. At least one.
	PipelineARNs []string
	// Statuses are the statuses of interest. At least one.
	Statuses []ExecutionStatus
}

// Pattern implements Event.
func (e PipelineExecutionChange) Pattern() Pattern {
	return Pattern{
		Sources: []string{"aws.sagemaker"}, DetailTypes: []string{"SageMaker Model Building Pipeline Execution Status Change"},
		Fields: []Field{
			{Path: "detail.pipelineArn", Values: Each(e.PipelineARNs...)},
			{Path: "detail.currentPipelineExecutionStatus", Values: Each(texts(e.Statuses)...)},
		},
	}
}

// Validate implements Event.
func (e PipelineExecutionChange) Validate() error {
	var problems problem.List
	if len(e.PipelineARNs) == 0 {
		problems.Addf("pipelineARNs", "are missing; name at least one pipeline")
	}
	for i, each := range e.PipelineARNs {
		if known(each) && !strings.Contains(each, ":pipeline/") {
			problems.Addf(problem.Index("pipelineARNs", i), "%q is no ARN of a SageMaker pipeline; write it like arn:aws:sagemaker:us-west-2:123456789012:pipeline/name", each)
		}
	}
	oneOf(&problems, "statuses", texts(e.Statuses), []string{"Executing", "Succeeded", "Failed", "Stopping", "Stopped"}, true)
	return finish(&problems, e.Pattern())
}
