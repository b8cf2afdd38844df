// Package sagemakerpipeline makes a SageMaker pipeline of a definition from documents/pipeline, with a role that may do
// what the steps need and nothing else, and gives the role of the jobs what the jobs touch.
package sagemakerpipeline

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakerpipeline"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures a pipeline. Definition is required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sagemaker_pipeline
type Props struct {
	// Scope is where the pipeline lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Definition says what the pipeline does. Name, display name, description and parallelism are the definition's.
	Definition *pipeline.Pipeline
	// Object is where the same definition lies in S3, such as in a bucket that keeps definitions by commit. SageMaker
	// reads it when the pipeline is created or changed. Default: the definition stands in Terraform's resource.
	Object *Object
	// Tags of the pipeline, beside those of the stack. Default: none.
	Tags map[string]string

	// JobRole is the role that the definition gives to its jobs. It is granted what the jobs touch: the data that they
	// read and write, their images, keys, network, logs and metrics. Default: nothing is granted, the roles in the
	// definition have what they need.
	JobRole iam.Grantee
	// Buckets are those that steps read or write, so that the keys of their objects are granted where the definition
	// does not name them. Whether the jobs read or write follows from the steps. It needs JobRole. Default: none.
	Buckets []Bucket
	// Repositories are those that hold images of the definition. It is for repositories whose address only Terraform
	// knows; of others, the address says where they are. It needs JobRole. Default: none.
	Repositories []Repository

	// RoleARN is an existing role for the pipeline, with the permissions it needs. Default: a role is made, named
	// RoleName.
	RoleARN string
	// RoleName names the role that is made: 1 to 64 letters, digits and +=,.@_- Default: <name of the pipeline>-pipeline,
	// shortened with a hash where it is too long.
	RoleName string
	// PermissionsBoundary is the ARN of the managed policy that limits the role that is made. Default: none.
	PermissionsBoundary string
	// Statements are more permissions, or denials, for the role that is made, such as for raw steps. Default: none.
	Statements []policy.Statement
}

// Object is a definition in S3. Bucket and Key are required.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PipelineDefinitionS3Location.html
type Object struct {
	// Bucket is its name.
	Bucket string
	// Key of the object. It should change with the content, as a commit does: Terraform sees the key only.
	Key string
	// VersionID is a version of the object. Default: the newest when the pipeline is created or changed.
	VersionID string
}

// A Bucket is what steps read or write. Those of constructs/bucket are such.
type Bucket interface {
	Name() string
	KeyARN() string
}

// A Repository holds images. Those of constructs/registry are such.
type Repository interface {
	URL() string
	ARN() string
}

// A Pipeline is a SageMaker pipeline.
type Pipeline struct {
	construct  tf.Construct
	id         string
	name, arn  string
	roleARN    string
	definition string
}

// New makes a pipeline with its role.
func New(scope constructs.Construct, id string, props Props) (*Pipeline, error) {
	props.Scope = site.Of(scope, props.Scope)
	plan, err := props.plan()
	if err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Pipeline, error) {
		made := &Pipeline{construct: scope, id: id, roleARN: props.RoleARN, definition: plan.definition}
		if len(plan.jobs) > 0 {
			if err := props.JobRole.Grant(id+"-jobs", plan.jobs...); err != nil {
				return nil, err
			}
		}
		var permitted []tf.Dependable
		if made.roleARN == "" {
			role, err := iam.NewRole(scope, "role", plan.role)
			if err != nil {
				return nil, err
			}
			made.roleARN, permitted = role.ARN(), role.Policies()
		}
		resource := sagemakerpipeline.NewSagemakerPipeline(scope, tf.Str("pipeline"), props.config(plan, made.roleARN, permitted))
		made.name, made.arn = tf.Attr(resource, "pipelineName"), tf.Attr(resource, "arn")
		return made, nil
	})
}

func (p Props) config(plan plan, roleARN string, permitted []tf.Dependable) *sagemakerpipeline.SagemakerPipelineConfig {
	about := p.Definition.Props()
	config := &sagemakerpipeline.SagemakerPipelineConfig{
		PipelineName: tf.Str(p.Definition.Name()), PipelineDisplayName: tf.Str(about.DisplayName), PipelineDescription: tf.OptStr(about.Description),
		RoleArn: tf.Str(roleARN), Tags: tf.StrMap(p.Tags), DependsOn: tf.After(permitted...),
	}
	if n := about.MaxParallelSteps; n > 0 {
		config.ParallelismConfiguration = &sagemakerpipeline.SagemakerPipelineParallelismConfiguration{MaxParallelExecutionSteps: tf.Num(n)}
	}
	if p.Object == nil {
		config.PipelineDefinition = tf.Str(plan.definition)
		return config
	}
	config.PipelineDefinitionS3Location = &sagemakerpipeline.SagemakerPipelinePipelineDefinitionS3Location{
		Bucket: tf.Str(p.Object.Bucket), ObjectKey: tf.Str(p.Object.Key), VersionId: tf.OptStr(p.Object.VersionID),
	}
	// The provider reads the definition back into the argument that is not used, and would plan to remove it every time.
	config.Lifecycle = tf.Ignore("pipeline_definition")
	return config
}

// GrantStart lets the grantee start executions, watch, stop and retry them. Starting chooses parameters: whoever may
// start the pipeline decides what it does within them. The policy's name is the pipeline's construct id and "start".
func (p *Pipeline) GrantStart(grantee iam.Grantee) error {
	return p.grant(grantee, "start", append([]policy.Statement{
		{Sid: "StartPipeline", Actions: []string{"sagemaker:StartPipelineExecution"}, Resources: []string{p.arn}},
		{Sid: "ControlExecutions", Actions: []string{"sagemaker:RetryPipelineExecution", "sagemaker:StopPipelineExecution"}, Resources: []string{p.executions()}},
	}, p.read()...))
}

// GrantRead lets the grantee see the pipeline and its executions. The policy's name is the pipeline's construct id and
// "read".
func (p *Pipeline) GrantRead(grantee iam.Grantee) error {
	return p.grant(grantee, "read", p.read())
}

func (p *Pipeline) read() []policy.Statement {
	return []policy.Statement{
		{Sid: "ReadPipeline", Actions: []string{"sagemaker:DescribePipeline", "sagemaker:ListPipelineExecutions"}, Resources: []string{p.arn}},
		{
			Sid: "ReadExecutions", Resources: []string{p.executions()},
			Actions: []string{
				"sagemaker:DescribePipelineDefinitionForExecution", "sagemaker:DescribePipelineExecution", "sagemaker:ListPipelineExecutionSteps",
				"sagemaker:ListPipelineParametersForExecution",
			},
		},
	}
}

func (p *Pipeline) executions() string { return p.arn + "/execution/*" }

func (p *Pipeline) grant(grantee iam.Grantee, access string, statements []policy.Statement) error {
	return iam.Grant(grantee, "pipeline", p.id, access, statements...)
}

// Name of the pipeline.
func (p *Pipeline) Name() string { return p.name }

// ARN of the pipeline.
func (p *Pipeline) ARN() string { return p.arn }

// RoleARN is the role of the pipeline.
func (p *Pipeline) RoleARN() string { return p.roleARN }

// Definition is the definition in JSON, with which a schedule or a trigger checks the parameters that it passes.
func (p *Pipeline) Definition() string { return p.definition }

// Construct holds the pipeline's resources.
func (p *Pipeline) Construct() constructs.Construct { return p.construct }
