// Package codepipeline delivers inside AWS: a pipeline of type V2 that starts at a push to GitHub or CodeCommit, builds
// with CodeBuild, waits for people where it should, and tells them. Each build has a role of its own that can do what its
// commands need, and of the artifacts reads only what it is given and writes only what it makes.
package codepipeline

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/codepipeline"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures a pipeline. Name, Source and Stages are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/codepipeline
type Props struct {
	// Name of the pipeline, with which the names of its builds begin: 1 to 80 letters, digits, _ and -.
	Name string
	// Scope is where the pipeline lives, and its repository if that is one of CodeCommit. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of the pipeline and its builds, beside those of the stack. Default: none.
	Tags map[string]string

	// Source is what starts the pipeline.
	Source Source
	// Stages are what it does then, one after another, 1 to 49.
	Stages []Stage
	// Watches are builds that start by themselves beside all that. Default: none.
	Watches []Watch
	// Mode says what becomes of an execution that comes while another one is in a stage. Default: Superseded.
	Mode Mode

	// Image is the container image of the builds. Default: buildspec.AmazonLinux.
	Image buildspec.Image
	// Compute is the size of their machines. Default: Medium.
	Compute Compute
	// Network runs the builds in a VPC. Default: none, builds run in AWS's own network with a way to the internet.
	Network *Network

	// Artifacts is where builds put what they hand on. Default: a bucket is made, named <Name>-<account>-<region>.
	Artifacts Artifacts
	// KeyARN is a KMS key for artifacts and logs. Its policy must have the statement of AllowLogs. Default: a key is made,
	// with the alias <Name>.
	KeyARN string
	// LogRetentionDays is how long the logs of the builds are kept, one of the numbers of days that CloudWatch Logs
	// offers. Default: 365.
	LogRetentionDays int

	// Topic hears of approvals that wait, and of what Notify names. constructs/notification makes one that fits. EventBridge
	// must be allowed to publish to it. Default: nobody hears.
	Topic Topic
	// Notify are the events of executions that the topic hears of. An empty list, unlike none, is only approvals.
	// Default: Failed, where there is a topic.
	Notify []Event

	// RoleARN is an existing role that the pipeline assumes, with the permissions of Pipeline.Permissions. Default: a role
	// is made, named RoleName.
	RoleARN string
	// RoleName names the role that is made: 1 to 64 letters, digits and +=,.@_- Default: <Name>-pipeline, shortened with a
	// hash where it is too long.
	RoleName string
	// StartRoleName names the role that is made for EventBridge to start the pipeline at a push to CodeCommit. Default:
	// <Name>-start, shortened with a hash where it is too long.
	StartRoleName string
	// PermissionsBoundary is the ARN of the managed policy that limits the roles that are made. Default: none.
	PermissionsBoundary string

	// AllowDestroy lets Terraform destroy the bucket with all artifacts and the key that were made. Default: Terraform
	// refuses.
	AllowDestroy bool
}

// Mode is what becomes of an execution that comes while another one is in a stage.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html#concepts-how-it-works-executions
type Mode string

// The modes. PARALLEL, in which executions do not wait for each other, is not among them: two builds would change the
// same resources at the same time.
const (
	// Superseded lets a newer execution overtake those that wait before a stage.
	Superseded Mode = "SUPERSEDED"
	// Queued takes one after another.
	Queued Mode = "QUEUED"
)

// Topic is an SNS topic, such as one of constructs/notification.
type Topic interface {
	// ARN of the topic.
	ARN() string
	// GrantPublish lets the grantee publish to it.
	GrantPublish(grantee iam.Grantee) error
}

// A Pipeline is a pipeline with its builds.
type Pipeline struct {
	construct      tf.Construct
	props          Props
	arn, name      string
	roleARN        string
	bucket, keyARN string
	builds         map[string]*made
}

// New makes a pipeline with its source, builds, roles, logs, artifacts and notifications.
func New(scope constructs.Construct, id string, props Props) (*Pipeline, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Pipeline, error) {
		p := &Pipeline{construct: scope, props: props, name: props.Name, roleARN: props.RoleARN, builds: map[string]*made{}}
		if err := p.makeStore(); err != nil {
			return nil, err
		}
		for _, build := range props.builds() {
			if err := p.makeBuild(build, true); err != nil {
				return nil, fmt.Errorf("%s: %w", build.Name, err)
			}
		}
		after, err := p.makeRole()
		if err != nil {
			return nil, err
		}
		resource := codepipeline.NewCodepipeline(scope, tf.Str("pipeline"), &codepipeline.CodepipelineConfig{
			Name: tf.Str(props.Name), RoleArn: tf.Str(p.roleARN), PipelineType: tf.Str("V2"), ExecutionMode: tf.Str(string(props.Mode)),
			ArtifactStore: []*codepipeline.CodepipelineArtifactStore{{
				Type: tf.Str("S3"), Location: tf.Str(p.bucket),
				EncryptionKey: &codepipeline.CodepipelineArtifactStoreEncryptionKey{Type: tf.Str("KMS"), Id: tf.Str(p.keyARN)},
			}},
			Stage: p.stages(), Trigger: props.Source.trigger(), Tags: tf.StrMap(props.Tags), DependsOn: tf.After(after...),
		})
		p.arn = tf.Attr(resource, "arn")
		if err := p.startAtPushes(); err != nil {
			return nil, err
		}
		for _, watch := range props.Watches {
			if err := p.makeWatch(watch); err != nil {
				return nil, fmt.Errorf("%s: %w", watch.Build.Name, err)
			}
		}
		return p, p.notify()
	})
}

// makeRole makes the role that the pipeline assumes, and returns what must be there before it does.
func (p *Pipeline) makeRole() ([]tf.Dependable, error) {
	if p.roleARN != "" {
		return nil, nil
	}
	trust := policy.TrustService("", "codepipeline.amazonaws.com")
	// AWS documents the key for CodeBuild and EventBridge, but not that CodePipeline sends it, which could not begin without.
	// Nobody can pass a role of another account to a pipeline of theirs anyway.
	trust.Statements[0].Conditions = []policy.Condition{{Operator: "StringEqualsIfExists", Key: "aws:SourceAccount", Values: []string{p.props.Scope.Account}}}
	role, err := iam.NewRole(p.construct, "role", iam.RoleProps{
		Name: p.props.roleName(), Description: "Runs the pipeline " + p.props.Name, PermissionsBoundary: p.props.PermissionsBoundary,
		Trust: trust, Statements: p.Permissions(),
	})
	if err != nil {
		return nil, fmt.Errorf("role: %w", err)
	}
	if p.props.Topic != nil && p.props.longestApproval() > 0 {
		if err := p.props.Topic.GrantPublish(role); err != nil {
			return nil, err
		}
	}
	p.roleARN = role.ARN()
	return role.Policies(), nil
}

// Permissions are what an existing role needs so that it can be given as RoleARN, but for publishing to the topic.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html#how-to-update-role-new-services
func (p *Pipeline) Permissions() []policy.Statement {
	var projects []string
	for _, build := range p.props.builds() {
		projects = append(projects, p.props.projectARN(build))
	}
	statements := []policy.Statement{
		{Sid: "Artifacts", Actions: []string{"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:PutObjectAcl"}, Resources: []string{p.props.artifact("*")}},
		{Sid: "ArtifactStore", Actions: []string{"s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"}, Resources: []string{p.props.bucketARN()}},
		p.useKey("ArtifactKey", true),
		{Sid: "Builds", Actions: []string{"codebuild:BatchGetBuilds", "codebuild:StartBuild"}, Resources: projects},
	}
	return append(statements, p.props.Source.statements(p.props.Scope)...)
}

// useKey lets a role use the key for artifacts.
func (p *Pipeline) useKey(sid string, write bool) policy.Statement {
	statement := policy.UseKey(write, "", p.keyARN)
	statement.Sid = sid
	statement.Actions = append(statement.Actions, "kms:DescribeKey")
	if write {
		statement.Actions = append(statement.Actions, "kms:Encrypt")
	}
	return statement
}

// ARN of the pipeline.
func (p *Pipeline) ARN() string { return p.arn }

// Name of the pipeline.
func (p *Pipeline) Name() string { return p.name }

// RoleARN is the role that the pipeline assumes.
func (p *Pipeline) RoleARN() string { return p.roleARN }

// BuildRoleARN is the role of the build of this name. Empty if there is no such build.
func (p *Pipeline) BuildRoleARN(build string) string {
	if found := p.builds[build]; found != nil {
		return found.roleARN
	}
	return ""
}

// LogGroupName is the log group of the build of this name. Empty if there is no such build.
func (p *Pipeline) LogGroupName(build string) string {
	if found := p.builds[build]; found != nil {
		return found.logGroup
	}
	return ""
}

// BucketName is the bucket of the artifacts.
func (p *Pipeline) BucketName() string { return p.bucket }

// KeyARN is the KMS key of artifacts and logs.
func (p *Pipeline) KeyARN() string { return p.keyARN }

// Construct holds the pipeline's resources.
func (p *Pipeline) Construct() constructs.Construct { return p.construct }
