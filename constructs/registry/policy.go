package registry

import (
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
var (
	pushActions = []string{
		"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
	}
	serviceActions = []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
)

// GrantPull lets the grantee pull images. The policy's name is the repository's construct id and "pull".
func (r *Repository) GrantPull(grantee iam.Grantee) error {
	return r.grant(grantee, "pull", ecr.PullActions())
}

// GrantPush lets the grantee push images. Reading layers back, as a build cache does, takes GrantPull too. The policy's
// name is the repository's construct id and "push".
func (r *Repository) GrantPush(grantee iam.Grantee) error {
	return r.grant(grantee, "push", pushActions)
}

func (r *Repository) grant(grantee iam.Grantee, access string, actions []string) error {
	return iam.Grant(grantee, "repository", r.id, access, signIn(), policy.Statement{Actions: actions, Resources: []string{r.literalARN}})
}

// signIn allows getting a password for Docker. ECR offers no resource level for it.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
func signIn() policy.Statement {
	return policy.Statement{Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}}
}

// policyStatements are those of the repository policy: what other accounts and services may do here.
func (p Props) policyStatements() []policy.Statement {
	var statements []policy.Statement
	if len(p.PullAccounts) > 0 {
		statements = append(statements, ecr.Pull(p.Scope.Partition, p.PullAccounts...))
	}
	for _, service := range p.PullServices {
		statements = append(statements, p.serviceStatement(service))
	}
	if len(p.PushRoleARNs) > 0 {
		statements = append(statements, policy.Statement{Sid: "Push", Principals: []policy.Principal{policy.AWS(p.PushRoleARNs...)}, Actions: pushActions})
	}
	return append(statements, p.Statements...)
}

// serviceStatement lets a service pull for resources of the accounts, and for nobody else's. This account is among
// them, because Lambda would otherwise add a statement of its own here, which the next plan would remove.
func (p Props) serviceStatement(service Service) policy.Statement {
	accounts := append([]string{p.Scope.Account}, p.PullAccounts...)
	if service == Lambda {
		var functions []string
		for _, account := range accounts {
			functions = append(functions, arn.Scope{Partition: p.Scope.Partition, Region: p.Scope.Region, Account: account}.Regional("lambda", "function:*"))
		}
		return policy.Statement{
			Sid: "LambdaPull", Principals: []policy.Principal{policy.Service(string(Lambda))}, Actions: serviceActions,
			Conditions: []policy.Condition{policy.StringLike("aws:SourceArn", functions...)},
		}
	}
	return policy.Statement{
		Sid: "SageMakerPull", Principals: []policy.Principal{policy.Service(string(SageMaker))}, Actions: serviceActions,
		Conditions: []policy.Condition{policy.StringEquals("aws:SourceAccount", accounts...)},
	}
}
