package codepipeline

import (
	"fmt"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/codebuildproject"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/internal/codebuild"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// made is a build with what was made for it.
type made struct {
	project, arn, roleARN, logGroup string
}

// makeBuild makes the project with its log group and its role. A build of an action gets its files from the pipeline.
func (p *Pipeline) makeBuild(b Build, action bool) error {
	scope := tf.Group(p.construct, b.Name)
	name := p.props.projectName(b)
	group := cloudwatchloggroup.NewCloudwatchLogGroup(scope, tf.Str("logs"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name: tf.Str(codebuild.LogPrefix + name), RetentionInDays: tf.Num(p.props.LogRetentionDays), KmsKeyId: tf.Str(p.keyARN), Tags: tf.StrMap(p.props.Tags),
	})
	build := &made{roleARN: b.RoleARN, logGroup: tf.Attr(group, "name")}
	var after []tf.Dependable
	if build.roleARN == "" {
		role, err := iam.NewRole(scope, "role", iam.RoleProps{
			Name: p.props.buildRoleName(b), Description: fmt.Sprintf("Build %s of the pipeline %s", b.Name, p.props.Name),
			PermissionsBoundary: p.props.PermissionsBoundary, Trust: codebuild.Trust(p.props.Scope.Account, p.props.projectARN(b)), Statements: append(p.buildStatements(b), b.Statements...),
		})
		if err != nil {
			return fmt.Errorf("role: %w", err)
		}
		build.roleARN, after = role.ARN(), role.Policies()
	}
	yaml, err := b.Spec.YAML()
	if err != nil {
		return err
	}
	config := &codebuildproject.CodebuildProjectConfig{
		Name: tf.Str(name), Description: tf.Str(fmt.Sprintf("Build %s of the pipeline %s", b.Name, p.props.Name)), ServiceRole: tf.Str(build.roleARN),
		BuildTimeout: tf.Num(int(b.Timeout.Minutes())), QueuedTimeout: tf.Num(int(b.QueueTimeout.Minutes())), ConcurrentBuildLimit: tf.Num(1),
		EncryptionKey: tf.Str(p.keyARN), ProjectVisibility: tf.Str("PRIVATE"), Tags: tf.StrMap(p.props.Tags), DependsOn: tf.After(after...),
		Source:    &codebuildproject.CodebuildProjectSource{Type: tf.Str("CODEPIPELINE"), Buildspec: tf.Str(escape(yaml))},
		Artifacts: &codebuildproject.CodebuildProjectArtifacts{Type: tf.Str("CODEPIPELINE")},
		Environment: &codebuildproject.CodebuildProjectEnvironment{
			Type: tf.Str(b.machine()), Image: tf.Str(string(b.Image)), ComputeType: tf.Str(string(b.Compute)),
			ImagePullCredentialsType: tf.Str(b.pulledBy()), PrivilegedMode: b.Privileged,
		},
		LogsConfig: &codebuildproject.CodebuildProjectLogsConfig{
			CloudwatchLogs: &codebuildproject.CodebuildProjectLogsConfigCloudwatchLogs{Status: tf.Str("ENABLED"), GroupName: tf.Str(tf.Attr(group, "name"))},
		},
	}
	// https://docs.aws.amazon.com/codebuild/latest/userguide/caching-local.html: not in a VPC
	if len(b.Spec.CachePaths) > 0 && p.props.Network == nil {
		config.Cache = &codebuildproject.CodebuildProjectCache{Type: tf.Str("LOCAL"), Modes: tf.Strs([]string{"LOCAL_CUSTOM_CACHE"})}
	}
	if n := p.props.Network; n != nil {
		config.VpcConfig = &codebuildproject.CodebuildProjectVpcConfig{VpcId: tf.Str(n.VPCID), Subnets: tf.Strs(n.SubnetIDs), SecurityGroupIds: tf.Strs(n.SecurityGroupIDs)}
	}
	if !action {
		config.Source.Type, config.Artifacts.Type = tf.Str("NO_SOURCE"), tf.Str("NO_ARTIFACTS")
	}
	project := codebuildproject.NewCodebuildProject(scope, tf.Str("project"), config)
	build.project, build.arn = tf.Attr(project, "name"), tf.Attr(project, "arn")
	p.builds[b.Name] = build
	return nil
}

// escape keeps Terraform from taking what is for the shell.
func escape(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(text)
}

func (b Build) machine() string {
	if b.Image.ARM() {
		return "ARM_CONTAINER"
	}
	return "LINUX_CONTAINER"
}

// pulledBy says whose credentials pull the image: CodeBuild's own need none.
func (b Build) pulledBy() string {
	if b.Image.Managed() {
		return "CODEBUILD"
	}
	return "SERVICE_ROLE"
}
