package permissions

import (
	"slices"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// Denials are what a boundary of others, in place of Boundary, must deny: then a role that the deployment makes can not give itself or
// others more permissions, act as the deployment or another role, or reach what the scope protects and its neighbours have, whatever
// else that boundary allows. They hold for roles under the prefix alone, so that one policy can have those of several deployments.
// The scope and services must be valid.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func Denials(scope Scope, services ...Service) []policy.Statement {
	scope = scope.WithDefaults()
	pipeline := has(chosen(services), CodePipeline)
	statements := []policy.Statement{
		// Commands and sessions would run as the role of an instance, whosever it is.
		{Sid: "NoIdentities", Effect: policy.Deny, Resources: []string{"*"}, Actions: slices.Concat(identities(), of("ec2", "*IamInstanceProfile* ModifyInstanceAttribute"), of("ssm", "*Session CreateAssociation* SendCommand StartAutomation*"))},
		{Sid: "OnlyOwnRoles", Effect: policy.Deny, Actions: []string{"iam:PassRole", "sts:AssumeRole"}, NotResources: []string{scope.Role(scope.Prefix + "-*")}},
	}
	statements = append(append(statements, scope.onlyOwnBuckets()...), scope.onlyOwnByName())
	if pipeline {
		// Who starts a build says what it runs, and who approves a change says what is applied.
		statements = append(statements, policy.Statement{
			Sid: "NotThePipeline", Effect: policy.Deny, Actions: []string{"codebuild:*", "codepipeline:*"},
			Resources: scope.anyPlace(append(scope.named("codebuild", "*/"), scope.named("codepipeline", "")...)),
		})
	}
	statements = append(statements, scope.untouchable(pipeline)...)
	made := policy.ARNLike(principal, scope.short([]string{scope.Role(scope.Prefix + "-*")})...)
	for i, each := range statements {
		statements[i].Resources, statements[i].NotResources = scope.short(each.Resources), scope.short(each.NotResources)
		statements[i].Conditions = append(slices.Clone(each.Conditions), made, scope.exempt(pipeline, keepState[each.Sid]))
	}
	return statements
}

const principal = "aws:PrincipalArn"

// keepState are the statements that would keep the roles which reach the state from it.
var keepState = map[string]bool{"OnlyOwnBuckets": true, "NotTheBuckets": true, "NotTheKeys": true, "NotTheTagged": true, "NotTheNeighbours": true, "OnlyReadShared": true}

// exempt holds for all roles but those that deploy, and those that reach the state.
func (s Scope) exempt(pipeline, state bool) policy.Condition {
	roles := []string{s.Role(s.Prefix + "-github-*")}
	if pipeline {
		roles = append(roles, s.Role(s.pipelineNames()))
	}
	for _, each := range s.protected("iam") {
		if state && arn.Is(each, "iam", "role/") {
			roles = append(roles, each)
		}
	}
	return policy.Condition{Operator: "ArnNotLike", Key: principal, Values: s.short(roles)}
}

// identities are all actions of IAM on users, groups, policies, credentials and providers, and all that change a role. Instance profiles
// and service-linked roles, which nodes and services make, are not among them, nor is iam:PassRole.
func identities() []string {
	return of("iam", `*AccessKey* *Account* *Boundary *Certificate* *CloudFront* *Credential* *Delegation* *Federation *Group* *LoginProfile *MFA* *OpenID* *Organizations*
		*Password* *Polic* *SAML* *SSH* *STS* *SecurityToken* *User* CreateRole DeleteRole TagRole UntagRole UpdateRole*`)
}

// onlyOwnBuckets denies the buckets that Boundary does not allow. Tags tell nothing there: S3 knows those of few buckets.
func (s Scope) onlyOwnBuckets() []policy.Statement {
	own := policy.Statement{Sid: "OnlyOwnBuckets", Effect: policy.Deny, Actions: []string{"s3:*"}, NotResources: ownBuckets(s)}
	shared := s.sharedBuckets()
	for i, each := range shared {
		own.NotResources = append(own.NotResources, each.Resources...)
		shared[i] = policy.Statement{Sid: "OnlyRead" + each.Sid, Effect: policy.Deny, NotActions: each.Actions, Resources: each.Resources}
	}
	return append([]policy.Statement{own}, shared...)
}
