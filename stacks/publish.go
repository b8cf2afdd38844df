package stacks

import (
	"time"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/githuboidc"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/s3"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// publish makes the role with which GitHub Actions stores container images and definitions of pipelines. It can do
// nothing else, and only two workflows of the default branch have it: what environments run has been reviewed.
func (b builder) publish(deployment deployed) error {
	o := b.platform.Operations
	scope := scopeOf(config.Stack{Account: o.Account, Region: o.Region})
	trust := github.Trust{Repository: b.platform.GitHubRepository(), Subjects: github.Branches(b.platform.DefaultBranch)}
	if config.ComparesClaims(scope.Partition) {
		for _, workflow := range []string{github.ImagesWorkflow, github.DefinitionsWorkflow} {
			trust.Workflows = append(trust.Workflows, github.WorkflowOn(b.platform.Repository, workflow, b.platform.DefaultBranch))
		}
	}
	role, err := githuboidc.NewRole(deployment.access.Stack, "publish", githuboidc.RoleProps{
		Name: github.PublishRole(o.Prefix()), Provider: deployment.provider, MaxSession: time.Duration(o.GitHub.MaxSessionMinutes) * time.Minute,
		Description: "Stores container images and definitions of pipelines that the default branch of " + b.platform.Repository + " makes",
		Trust:       trust, PermissionsBoundary: b.boundaryOf(scope),
		Statements: []policy.Statement{
			// ECR has no resource level for the login to a registry.
			{Sid: "LogIn", Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}},
			{
				// All of the namespace: a new image must not change the role, which takes an administrator.
				Sid: "PushImages", Resources: []string{scope.Regional("ecr", "repository/"+config.RepositoryName(o.Prefix(), "*"))},
				Actions: []string{
					"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer",
					"ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
				},
			},
		},
	})
	if err != nil {
		return err
	}
	tf.Output(deployment.access.Stack, "github_publish_role_arn", role.ARN(), "Role with which GitHub Actions stores images and definitions of pipelines")
	if err := b.signImages(deployment, role, scope); err != nil {
		return err
	}
	definitions := s3.Bucket{ARN: scope.Bucket(o.BucketName(config.PipelinesBucket)), Scope: scope}
	return role.Grant(config.PipelinesBucket+"-write", append(definitions.Write(nil), useKeyOf(definitions.ARN, true, scope))...)
}
