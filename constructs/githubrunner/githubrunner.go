// Package githubrunner runs jobs of GitHub Actions inside a VPC: CodeBuild starts a machine for each job that asks for it by the label of
// the project, and ends it with the job. Jobs take the roles of AWS that trust their tokens, as on machines of GitHub, so that the project's
// own role can do nothing but write its log and join the subnets.
//
// Any workflow of the repository can ask for the label, of any branch: who may push may reach what the security groups let through. Give
// them nothing that takes the network alone for an identity.
package githubrunner

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/codebuildproject"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/codebuildwebhook"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/internal/codebuild"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures the machines. Name, Repository, VPCID, SubnetIDs and SecurityGroupIDs are required.
// https://docs.aws.amazon.com/codebuild/latest/userguide/action-runner.html
type Props struct {
	// Name of the project, which the label of jobs has: 2 to 150 letters, digits, _ and -.
	Name string
	// Scope is where the project lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Repository is the one on github.com whose jobs run here: owner/name.
	Repository string
	// ConnectionARN is a connection of AWS CodeConnections through which CodeBuild reaches GitHub. The project's role may then fetch tokens
	// of the connection, and so may every job: with all that the connection may do to its repositories. Default: none, CodeBuild uses the
	// credential for GitHub that the account has in the region, which jobs cannot read: aws codebuild import-source-credentials.
	ConnectionARN string

	// VPCID is the VPC.
	VPCID string
	// SubnetIDs are ids of private subnets with a way to the internet by NAT, 1 to 16: the machine asks GitHub for its job.
	SubnetIDs []string
	// SecurityGroupIDs are ids of security groups that let jobs out, 1 to 5, such as that of constructs/jobnetwork.
	SecurityGroupIDs []string

	// Image is the container image in which jobs run. Default: buildspec.AmazonLinux, which has git, jq and the AWS CLI. There is no
	// Docker daemon: that would need root on the machine.
	Image buildspec.Image
	// Compute is the size of the machines. Default: buildspec.Small.
	Compute buildspec.Compute
	// Timeout is how long a job may run, 5 minutes to 36 hours. Default: 4 hours.
	Timeout time.Duration
	// QueueTimeout is how long it may wait for a machine, 5 minutes to 8 hours. Default: 30 minutes.
	QueueTimeout time.Duration

	// KeyARN is a KMS key for the log, whose policy lets CloudWatch Logs use it. Default: the key of CloudWatch Logs.
	KeyARN string
	// LogRetentionDays is how long the log is kept, one of the numbers of days that CloudWatch Logs offers. GitHub has the log of the job
	// itself. Default: 90.
	LogRetentionDays int

	// RoleARN is an existing role for the machines, with the permissions of Permissions. Default: a role is made, named RoleName.
	RoleARN string
	// RoleName names the role that is made: 1 to 64 letters, digits and +=,.@_- Default: Name, shortened with a hash where it is too long.
	RoleName string
	// PermissionsBoundary is the ARN of the managed policy that limits the role that is made. Default: none.
	PermissionsBoundary string

	// Tags of all that is made, beside those of the stack. Default: none.
	Tags map[string]string
}

// A Runner runs jobs.
type Runner struct {
	construct                    tf.Construct
	project, roleARN, log, label string
}

// spec is what CodeBuild would run in the place of a job's steps, and with a label of its own beside them: nothing, and no file of the
// repository.
const spec = "version: 0.2\nphases:\n  build:\n    commands:\n      - \"true\"\n"

// New makes the project with its webhook, role and log group.
func New(scope constructs.Construct, id string, props Props) (*Runner, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Runner, error) {
		group := cloudwatchloggroup.NewCloudwatchLogGroup(scope, tf.Str("logs"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
			Name: tf.Str(codebuild.LogPrefix + props.Name), RetentionInDays: tf.Num(props.LogRetentionDays), KmsKeyId: tf.OptStr(props.KeyARN), Tags: tf.StrMap(props.Tags),
		})
		made := &Runner{construct: scope, roleARN: props.RoleARN, log: tf.Attr(group, "name"), label: github.RunnerLabel(props.Name)}
		var after []tf.Dependable
		if made.roleARN == "" {
			role, err := iam.NewRole(scope, "role", iam.RoleProps{
				Name: iam.RoleChoice{Name: props.RoleName}.NameFor(props.Name, ""), Description: "Starts jobs of GitHub Actions for " + props.Repository, PermissionsBoundary: props.PermissionsBoundary,
				Trust: codebuild.Trust(props.Scope.Account, props.projectARN()), Statements: Permissions(props),
			})
			if err != nil {
				return nil, fmt.Errorf("role: %w", err)
			}
			made.roleARN, after = role.ARN(), role.Policies()
		}
		project := codebuildproject.NewCodebuildProject(scope, tf.Str("project"), &codebuildproject.CodebuildProjectConfig{
			Name: tf.Str(props.Name), Description: tf.Str("Jobs of GitHub Actions for " + props.Repository), ServiceRole: tf.Str(made.roleARN),
			BuildTimeout: tf.Num(int(props.Timeout.Minutes())), QueuedTimeout: tf.Num(int(props.QueueTimeout.Minutes())),
			ProjectVisibility: tf.Str("PRIVATE"), Tags: tf.StrMap(props.Tags), DependsOn: tf.After(after...), Source: props.source(),
			Artifacts: &codebuildproject.CodebuildProjectArtifacts{Type: tf.Str("NO_ARTIFACTS")},
			Environment: &codebuildproject.CodebuildProjectEnvironment{
				Type: tf.Str("LINUX_CONTAINER"), Image: tf.Str(string(props.Image)), ComputeType: tf.Str(string(props.Compute)), ImagePullCredentialsType: tf.Str("CODEBUILD"),
				PrivilegedMode: false,
			},
			VpcConfig: &codebuildproject.CodebuildProjectVpcConfig{VpcId: tf.Str(props.VPCID), Subnets: tf.Strs(props.SubnetIDs), SecurityGroupIds: tf.Strs(props.SecurityGroupIDs)},
			LogsConfig: &codebuildproject.CodebuildProjectLogsConfig{
				CloudwatchLogs: &codebuildproject.CodebuildProjectLogsConfigCloudwatchLogs{Status: tf.Str("ENABLED"), GroupName: tf.Str(made.log)},
			},
		})
		made.project = tf.Attr(project, "name")
		codebuildwebhook.NewCodebuildWebhook(scope, tf.Str("webhook"), &codebuildwebhook.CodebuildWebhookConfig{
			ProjectName: tf.Str(made.project), BuildType: tf.Str("BUILD"),
			FilterGroup: []*codebuildwebhook.CodebuildWebhookFilterGroup{{
				Filter: []*codebuildwebhook.CodebuildWebhookFilterGroupFilter{{Type: tf.Str("EVENT"), Pattern: tf.Str("WORKFLOW_JOB_QUEUED")}},
			}},
		})
		return made, nil
	})
}

func (p Props) source() *codebuildproject.CodebuildProjectSource {
	source := &codebuildproject.CodebuildProjectSource{
		Type: tf.Str("GITHUB"), Location: tf.Str("https://github.com/" + p.Repository + ".git"), Buildspec: tf.Str(spec), GitCloneDepth: tf.Num(1),
	}
	if p.ConnectionARN != "" {
		source.Auth = &codebuildproject.CodebuildProjectSourceAuth{Type: tf.Str("CODECONNECTIONS"), Resource: tf.Str(p.ConnectionARN)}
	}
	return source
}

// Permissions are what an existing role needs so that it can be given as RoleARN. Props.Scope must be given.
func Permissions(props Props) []policy.Statement {
	statements := append([]policy.Statement{codebuild.WriteLogs(props.Scope, props.Name)}, codebuild.JoinNetwork(props.Scope, props.SubnetIDs, props.SecurityGroupIDs)...)
	if props.ConnectionARN != "" {
		// https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html
		service := strings.Split(props.ConnectionARN, ":")[2] // older connections are of codestar-connections
		statements = append(statements, policy.Statement{
			Sid: "Connection", Actions: []string{service + ":GetConnection", service + ":GetConnectionToken"}, Resources: []string{props.ConnectionARN},
		})
	}
	return statements
}

func (p Props) projectARN() string { return p.Scope.Regional("codebuild", "project/"+p.Name) }

func (p Props) withDefaults() Props {
	p.Image = cmp.Or(p.Image, buildspec.AmazonLinux)
	p.Compute = cmp.Or(p.Compute, buildspec.Small)
	p.Timeout = cmp.Or(p.Timeout, 4*time.Hour)
	p.QueueTimeout = cmp.Or(p.QueueTimeout, 30*time.Minute)
	p.LogRetentionDays = cmp.Or(p.LogRetentionDays, 90)
	return p
}

var namePattern = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_-]{1,149}$`)

func (p Props) validate() error {
	var problems problem.List
	if !namePattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no name of a project, written out; use 2 to 150 letters, digits, _ and -", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	if (github.Repository{Name: p.Repository}).Validate() != nil {
		problems.Addf("repository", "%q is no GitHub repository; write it as owner/name, such as acme/wine-ml", p.Repository)
	}
	if p.ConnectionARN != "" {
		if _, err := rule.ConnectionARN(p.ConnectionARN); err != nil {
			problems.Addf("connectionARN", "%q is no ARN of a connection; write it like arn:aws:codeconnections:us-west-2:123456789012:connection/id", p.ConnectionARN)
		}
	}
	codebuild.CheckNetwork(&problems, "", p.VPCID, p.SubnetIDs, p.SecurityGroupIDs)
	if !p.Image.Managed() || p.Image.ARM() {
		problems.Addf("image", "%q is not one of CodeBuild's own for x86_64; use %s or %s", p.Image, buildspec.AmazonLinux, buildspec.Ubuntu)
	}
	if err := p.Compute.Validate(); err != nil {
		problems.Addf("compute", "%v", err)
	}
	codebuild.CheckDuration(&problems, "timeout", p.Timeout, 36*time.Hour)
	codebuild.CheckDuration(&problems, "queueTimeout", p.QueueTimeout, 8*time.Hour)
	problems.Add("", p.Scope.CheckKey("keyARN", p.KeyARN))
	rule.LogRetention(&problems, "logRetentionDays", p.LogRetentionDays)
	problems.Add("", iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName, PermissionsBoundary: p.PermissionsBoundary}.Validate())
	return problems.Err()
}

// Label is what a job writes behind runs-on.
func (r *Runner) Label() string { return r.label }

// ProjectName of the project.
func (r *Runner) ProjectName() string { return r.project }

// RoleARN is the role of the machines.
func (r *Runner) RoleARN() string { return r.roleARN }

// LogGroupName is where the machines write.
func (r *Runner) LogGroupName() string { return r.log }

// Construct holds the resources.
func (r *Runner) Construct() constructs.Construct { return r.construct }
