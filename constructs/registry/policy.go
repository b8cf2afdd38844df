package registry

import (
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
var pushActions = []string{
	"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
}

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
	pullers := ecr.Pullers{Accounts: p.PullAccounts, Organization: p.PullOrganization, Services: p.PullServices}
	statements := pullers.Statements(p.Scope)
	if len(p.PushRoleARNs) > 0 {
		statements = append(statements, policy.Statement{Sid: "Push", Principals: []policy.Principal{policy.AWS(p.PushRoleARNs...)}, Actions: pushActions})
	}
	return append(statements, p.Statements...)
}
