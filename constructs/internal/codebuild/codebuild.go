// Package codebuild holds what builds of CodeBuild have in common, whoever starts them.
package codebuild

import (
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// LogPrefix begins the names of all log groups of CodeBuild.
const LogPrefix = "/aws/codebuild/"

// Trust lets CodeBuild assume a role for one project.
// https://docs.aws.amazon.com/codebuild/latest/userguide/cross-service-confused-deputy-prevention.html
func Trust(account, projectARN string) policy.Document {
	trust := policy.TrustService(account, "codebuild.amazonaws.com")
	trust.Statements[0].Conditions = append(trust.Statements[0].Conditions, policy.ARNEquals("aws:SourceArn", projectARN))
	return trust
}

// WriteLogs lets a build write to the log group of its project.
func WriteLogs(scope arn.Scope, project string) policy.Statement {
	return policy.Statement{
		Sid: "BuildLogs", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: []string{scope.Regional("logs", "log-group:"+LogPrefix+project+":*")},
	}
}

// JoinNetwork lets CodeBuild put a build into subnets.
// https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html#customer-managed-policies-example-create-vpc-network-interface
func JoinNetwork(scope arn.Scope, subnetIDs, securityGroupIDs []string) []policy.Statement {
	interfaces := scope.Regional("ec2", "network-interface/*")
	subnets := each(scope, "subnet/", subnetIDs)
	places := slices.Concat(subnets, each(scope, "security-group/", securityGroupIDs), []string{interfaces})
	return []policy.Statement{
		{
			Sid: "BuildNetwork", Resources: []string{"*"}, Conditions: []policy.Condition{policy.StringEquals("aws:RequestedRegion", scope.Region)},
			Actions: []string{"ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"},
		},
		{Sid: "BuildInterfaces", Actions: []string{"ec2:CreateNetworkInterface"}, Resources: places},
		{
			Sid: "BuildInterfacesGone", Actions: []string{"ec2:DeleteNetworkInterface"}, Resources: []string{interfaces},
			Conditions: []policy.Condition{policy.ARNLike("ec2:Subnet", subnets...)},
		},
		{
			Sid: "BuildInterfacesUse", Actions: []string{"ec2:CreateNetworkInterfacePermission"}, Resources: []string{interfaces},
			Conditions: []policy.Condition{policy.StringEquals("ec2:AuthorizedService", "codebuild.amazonaws.com"), policy.ARNLike("ec2:Subnet", subnets...)},
		},
	}
}

// each is the ARN of each resource, or a pattern where the list is known to Terraform only as a whole.
func each(scope arn.Scope, kind string, ids []string) []string {
	var out []string
	for _, id := range ids {
		if strings.HasPrefix(id, "#{") {
			id = "*"
		}
		out = append(out, scope.Regional("ec2", kind+id))
	}
	return out
}

// The most subnets and security groups that a project takes.
// https://docs.aws.amazon.com/codebuild/latest/APIReference/API_VpcConfig.html
const maxSubnets, maxGroups = 16, 5

// CheckNetwork reports what is no place in a VPC for a build. The prefix begins the paths.
func CheckNetwork(problems *problem.List, prefix, vpcID string, subnetIDs, securityGroupIDs []string) {
	if vpcID == "" {
		problems.Addf(prefix+"vpcID", "is missing; give the id of the VPC")
	}
	if c := len(subnetIDs); c > maxSubnets || c == 0 {
		problems.Addf(prefix+"subnetIDs", "are %d, 1 to %d are allowed; give ids of private subnets", c, maxSubnets)
	}
	if c := len(securityGroupIDs); c > maxGroups || c == 0 {
		problems.Addf(prefix+"securityGroupIDs", "are %d, 1 to %d are allowed; give ids of security groups", c, maxGroups)
	}
	for _, list := range []struct {
		path string
		ids  []string
	}{{prefix + "subnetIDs", subnetIDs}, {prefix + "securityGroupIDs", securityGroupIDs}} {
		for i, id := range list.ids {
			if id == "" {
				problems.Addf(problem.Index(list.path, i), "is empty; give an id")
			}
		}
	}
}

// CheckDuration reports what is no time in which a build ends.
func CheckDuration(problems *problem.List, path string, value, longest time.Duration) {
	if value < 5*time.Minute || value > longest || value%time.Minute != 0 {
		problems.Addf(path, "%s is out of range; use 5m to %dh in whole minutes", value, int(longest.Hours()))
	}
}
