package permissions

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// Boundary is the permissions boundary of every role that a deployment makes: the AWS services that the parts of the
// platform use, in the deployment's region, and of IAM only what nodes need. A role with this boundary can not give
// itself or others more permissions, run commands or sessions with a role without it, or reach the scope's neighbours,
// whatever its policies say. The scope and services must be valid.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func Boundary(scope Scope, services ...Service) policy.Document {
	scope = scope.WithDefaults()
	parts := chosen(services)
	var actions, own, ownOn, passTo, linked []string
	for _, p := range parts {
		actions, passTo = append(actions, p.workloads...), append(passTo, p.passTo...)
		if !p.byApply {
			linked = append(linked, p.linked...)
		}
		if p.ownOn != nil {
			own, ownOn = append(own, p.own...), append(ownOn, p.ownOn(scope)...)
		}
	}
	roles := []string{"sts:AssumeRole", "sts:TagSession"}
	if has(parts, Cluster) {
		roles = append(roles, "iam:GetRole")
	}
	statements := []policy.Statement{{Sid: "OwnRoles", Actions: sorted(roles), Resources: []string{scope.Role(scope.Prefix + "-*")}}}
	if len(actions) > 0 {
		statements = append([]policy.Statement{{Sid: "Services", Actions: sorted(actions), Resources: []string{"*"}, Conditions: scope.inRegion()}}, statements...)
	}
	if len(own) > 0 {
		// Each action applies to the resources of its service only.
		statements = append(statements, policy.Statement{Sid: "Own", Actions: sorted(own), Resources: sorted(scope.anyPlace(ownOn)), Conditions: scope.inRegion()})
	}
	if slices.Contains(own, "s3:*") {
		statements = append(statements, scope.sharedBuckets()...)
	}
	if principals := scope.principals(passTo); len(principals) > 0 {
		pass := policy.PassRole(principals, scope.Role(scope.Prefix+"-*"))
		if scope.Partition == "aws-cn" {
			// Each of its services may have either of two names, and there is no room for both.
			pass.Conditions = []policy.Condition{policy.StringLike("iam:PassedToService", sorted(either(principals))...)}
		}
		statements = append(statements, pass)
	}
	for _, p := range parts {
		switch p.service {
		case Cluster:
			statements = append(statements, scope.nodeIdentities(sorted(append(linked, "elasticloadbalancing.amazonaws.com")))...)
		case SageMaker:
			statements = append(statements, scope.onlyOwnByName())
			// State machines register endpoints for scaling. The roles of a cluster's services are in its statement.
			if !has(parts, Cluster) {
				statements = append(statements, scope.makeServiceLinkedRoles(p.linked))
			}
		}
	}
	statements = append(statements, scope.untouchable(has(parts, CodePipeline))...)
	for i, each := range statements {
		statements[i].Resources, statements[i].NotResources = scope.short(each.Resources), scope.short(each.NotResources)
	}
	whole := policy.New(statements...)
	if whole.Size() <= policy.MaxManaged {
		return whole
	}
	// With many parts and long names there is no room for what only people read.
	for i := range statements {
		statements[i].Sid = ""
	}
	if whole = policy.New(statements...); whole.Size() <= policy.MaxManaged {
		return whole
	}
	for i, each := range statements {
		statements[i].Actions = slices.Clone(each.Actions)
		for j, action := range each.Actions {
			if short, known := shorter[action]; known {
				statements[i].Actions[j] = short
			}
		}
	}
	return policy.New(statements...)
}

// shorter are patterns that allow the same as an action or a longer pattern, which a boundary has that is too long otherwise. A test holds
// them against AWS's list.
var shorter = map[string]string{
	"ec2:RunInstances": "ec2:RunI*", "ec2:TerminateInstances": "ec2:TerminateI*", "ecr:BatchGetImage": "ecr:BatchGetI*", "ecs:DescribeTaskDefinition": "ecs:*beTaskD*",
	"kms:DescribeKey": "kms:*beKey", "kms:GenerateDataKey*": "kms:GenerateD*", "logs:DescribeLogGroups": "logs:DescribeLogG*", "ssm:GetManifest": "ssm:GetMan*",
	"events:PutEvents": "events:PutE*", "ssm:DescribeAssociation": "ssm:*beAssociation", "ssm:PutInventory": "ssm:PutI*", "ssm:UpdateAssociationStatus": "ssm:UpdateA*Status",
}

// short leaves out of ARNs what goes without saying, because the boundary is one policy with little room: the partition,
// which the account has.
func (s Scope) short(arns []string) []string { return replaced(arns, "arn:"+s.Partition+":", "arn:*:") }

// anyPlace leaves out the region of ARNs in a statement that has a condition for it, and the account: what has the prefix in another one is
// reached only where that one lets somebody in by name.
func (s Scope) anyPlace(arns []string) []string {
	return replaced(replaced(arns, ":"+s.Region+":"+s.Account+":", ":*:*:"), ":"+s.Region+":", ":*:")
}

func replaced(values []string, before, after string) []string {
	var out []string
	for _, each := range values {
		out = append(out, strings.Replace(each, before, after, 1))
	}
	return out
}

// either are patterns for names of services that end with .cn or do not.
func either(principals []string) []string {
	var out []string
	for _, each := range principals {
		out = append(out, strings.TrimSuffix(each, ".cn")+"*")
	}
	return out
}

// onlyOwnByName denies what of SageMaker names tell apart. Versions of a model package group and executions of a pipeline have
// no tags of their own, and who approves a version deploys it. Who opens Studio or a notebook has the role of the profile
// or notebook. Jobs, and what SageMaker names by itself, are left to tags.
func (s Scope) onlyOwnByName() policy.Statement {
	return policy.Statement{
		Sid: "OnlyOwnByName", Effect: policy.Deny, NotResources: replaced([]string{s.Regional("sagemaker", "*/"+s.Prefix+"-*")}, ":"+s.Region+":", ":*:"),
		Actions: of("sagemaker", "*Notebook* *ModelPackage *PipelineExecution *teEndpoint* *teFeatureGroup *tePipeline CreatePresigned* Invoke*"),
	}
}

// untouchable is what no role may use, even where another policy lets it: the deployment roles, and the state and keys
// that the deployment itself must leave alone. Otherwise a deployment could reach them through a role that it makes.
func (s Scope) untouchable(pipeline bool) []policy.Statement {
	roles := []string{s.Role(s.Prefix + "-github-*")}
	if pipeline {
		roles = append(roles, s.Role(s.pipelineNames()))
	}
	for _, each := range s.protected("iam") {
		if arn.Is(each, "iam", "role/") {
			roles = append(roles, each)
		}
	}
	// Shorter than with the account, and no less strict.
	roles = replaced(roles, ":iam::"+s.Account+":", ":iam::*:")
	statements := []policy.Statement{{
		Sid: "NotTheDeployment", Effect: policy.Deny, Actions: []string{"iam:PassRole", "sts:AssumeRole"}, Resources: sorted(roles),
	}}
	if buckets := s.protected("s3"); len(buckets) > 0 {
		statements = append(statements, policy.Statement{Sid: "NotTheBuckets", Effect: policy.Deny, Actions: []string{"s3:*"}, Resources: replaced(withObjects(buckets)[len(buckets):], "/*", "*")})
	}
	if keys := s.protected("kms"); len(keys) > 0 {
		statements = append(statements, policy.Statement{Sid: "NotTheKeys", Effect: policy.Deny, Actions: []string{"kms:*"}, Resources: keys})
	}
	all := []string{"*"}
	var shared []string
	if s.shared() != "" {
		shared = []string{s.shared()}
	}
	statements = append(statements, s.notTagged("NotTheTagged", all)...)
	return append(append(statements, s.notNeighbours("NotTheNeighbours", all, shared...)...), s.onlyReadShared()...)
}

// nodeIdentities is what EKS and Karpenter do in IAM: look roles up, give nodes an instance profile, make the roles of
// the services that they use. Karpenter names profiles by the cluster, in its later releases under a path of its own,
// EKS Auto Mode by eks. Prices are those of one region for all.
func (s Scope) nodeIdentities(linked []string) []policy.Statement {
	return []policy.Statement{
		{
			Sid: "NodeProfiles", Resources: s.profiles(), Actions: of("iam", "*InstanceProfile*"),
		},
		{Sid: "NodePrices", Actions: []string{"iam:ListInstanceProfiles", "pricing:GetProducts"}, Resources: []string{"*"}},
		s.makeServiceLinkedRoles(linked),
	}
}

// makeServiceLinkedRoles lets services be used for the first time, which make a role for themselves then.
func (s Scope) makeServiceLinkedRoles(services []string) policy.Statement {
	return policy.Statement{
		Sid: "ServiceLinkedRoles", Actions: []string{"iam:CreateServiceLinkedRole"}, Resources: []string{s.Role("aws-service-role/*")},
		Conditions: []policy.Condition{policy.StringEquals("iam:AWSServiceName", services...)},
	}
}

func (s Scope) profiles() []string {
	var out []string
	for _, each := range []string{"eks*", "karpenter/*/" + s.Prefix + "-*", s.Prefix + "-*", s.Prefix + "_*"} {
		out = append(out, s.Global("iam", "instance-profile/"+each))
	}
	return out
}

// useKeys are the actions of workloads on KMS keys: grants, Encrypt, Decrypt, ReEncrypt*, and data keys. None changes a key or
// who may use it, but through grants.
func useKeys() []string {
	return of("kms", "*Grant* *crypt* DescribeKey GenerateDataKey*")
}

// imageReads are the actions that find and pull images.
func imageReads() []string {
	return of("ecr", "BatchCheck* BatchGetImage Describe* Get* List*")
}

// repositories are those under the prefix and those that the scope adds.
func (s Scope) repositories() []string {
	out := []string{s.Regional("ecr", "repository/"+s.Prefix+"-*"), s.Regional("ecr", "repository/"+s.Prefix+"/*")}
	for _, each := range s.Repositories {
		if !strings.HasPrefix(each, s.Prefix+"-") && !strings.HasPrefix(each, s.Prefix+"/") {
			out = append(out, s.Regional("ecr", "repository/"+each))
		}
	}
	return out
}

// buckets are those under the prefix and those that the scope adds.
func (s Scope) buckets() []string {
	out := []string{s.Bucket(s.Prefix + "-*")}
	for _, each := range s.Buckets {
		// Policies are short of space, so what the prefix covers stands in none.
		if !strings.HasPrefix(each, s.Prefix+"-") {
			out = append(out, s.Bucket(each))
		}
	}
	return out
}
