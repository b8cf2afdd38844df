package permissions

import (
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// Boundary is the permissions boundary of every role that a deployment makes: the AWS services that the parts of the
// platform use, in the deployment's region, and of IAM only what nodes need. A role with this boundary can not give
// itself or others more permissions, whatever its policies say. The scope and services must be valid.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func Boundary(scope Scope, services ...Service) policy.Document {
	scope = scope.WithDefaults()
	parts := chosen(services)
	var actions, passTo, linked []string
	for _, p := range parts {
		actions, passTo, linked = append(actions, p.workloads...), append(passTo, p.passTo...), append(linked, p.linked...)
	}
	statements := []policy.Statement{
		{
			Sid: "OwnRoles", Actions: []string{"sts:AssumeRole", "sts:TagSession"}, Resources: []string{scope.Role(scope.Prefix + "-*")},
		},
	}
	if len(actions) > 0 {
		statements = append([]policy.Statement{{Sid: "Services", Actions: sorted(actions), Resources: []string{"*"}, Conditions: scope.inRegion()}}, statements...)
	}
	if principals := scope.principals(passTo); len(principals) > 0 {
		statements = append(statements, policy.PassRole(principals, scope.Role(scope.Prefix+"-*")))
	}
	for _, p := range parts {
		if p.service == Cluster {
			statements = append(statements, scope.nodeIdentities(sorted(append(linked, "elasticloadbalancing.amazonaws.com")))...)
		}
	}
	return policy.New(append(statements, scope.untouchable()...)...)
}

// untouchable is what no role may use, even where another policy lets it: the deployment roles, and the state and keys
// that the deployment itself must leave alone. Otherwise a deployment could reach them through a role that it makes.
func (s Scope) untouchable() []policy.Statement {
	roles := append([]string{s.Role(s.Prefix + "-github-*")}, s.StateRoleARNs...)
	for _, each := range s.protected("iam") {
		if arn.Is(each, "iam", "role/") {
			roles = append(roles, each)
		}
	}
	statements := []policy.Statement{{
		Sid: "NotTheDeployment", Effect: policy.Deny, Actions: []string{"iam:PassRole", "sts:AssumeRole"}, Resources: sorted(roles),
	}}
	if buckets := s.protected("s3"); len(buckets) > 0 {
		statements = append(statements, policy.Statement{Sid: "NotTheBuckets", Effect: policy.Deny, Actions: []string{"s3:*"}, Resources: withObjects(buckets)})
	}
	if keys := s.protected("kms"); len(keys) > 0 {
		statements = append(statements, policy.Statement{Sid: "NotTheKeys", Effect: policy.Deny, Actions: []string{"kms:*"}, Resources: keys})
	}
	return statements
}

// nodeIdentities is what EKS and Karpenter do in IAM: look roles up, give nodes an instance profile, make the roles of
// the services that they use. Prices are those of one region for all.
func (s Scope) nodeIdentities(linked []string) []policy.Statement {
	return []policy.Statement{
		{
			Sid: "NodeProfiles", Resources: []string{s.Global("iam", "instance-profile/*"), s.Role(s.Prefix + "-*")},
			Actions: of("iam", `AddRoleToInstanceProfile CreateInstanceProfile DeleteInstanceProfile GetInstanceProfile GetRole ListInstanceProfileTags
				ListInstanceProfilesForRole RemoveRoleFromInstanceProfile TagInstanceProfile`),
		},
		{Sid: "NodePrices", Actions: []string{"iam:ListInstanceProfiles", "pricing:GetProducts"}, Resources: []string{"*"}},
		{
			Sid: "ServiceLinkedRoles", Actions: []string{"iam:CreateServiceLinkedRole"}, Resources: []string{s.Role("aws-service-role/*")},
			Conditions: []policy.Condition{policy.StringEquals("iam:AWSServiceName", linked...)},
		},
	}
}
