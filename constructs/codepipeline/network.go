package codepipeline

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Network is where builds run in a VPC. All fields are required. The subnets need NAT: a build has no public address.
// https://docs.aws.amazon.com/codebuild/latest/userguide/vpc-support.html
type Network struct {
	// VPCID is the id of the VPC.
	VPCID string
	// SubnetIDs are ids of private subnets, 1 to 16.
	SubnetIDs []string
	// SecurityGroupIDs are ids of security groups that let builds out, 1 to 5.
	SecurityGroupIDs []string
}

func (n Network) validate(problems *problem.List) {
	if n.VPCID == "" {
		problems.Addf("network.vpcID", "is missing; give the id of the VPC")
	}
	if c := len(n.SubnetIDs); c > 16 || c == 0 {
		problems.Addf("network.subnetIDs", "are %d, 1 to 16 are allowed; give ids of private subnets", c)
	}
	if c := len(n.SecurityGroupIDs); c > 5 || c == 0 {
		problems.Addf("network.securityGroupIDs", "are %d, 1 to 5 are allowed; give ids of security groups", c)
	}
	for _, list := range []struct {
		path string
		ids  []string
	}{{"network.subnetIDs", n.SubnetIDs}, {"network.securityGroupIDs", n.SecurityGroupIDs}} {
		for i, id := range list.ids {
			if id == "" {
				problems.Addf(problem.Index(list.path, i), "is empty; give an id")
			}
		}
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

// statements let CodeBuild put a build into the subnets.
// https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html#customer-managed-policies-example-create-vpc-network-interface
func (n Network) statements(scope arn.Scope) []policy.Statement {
	interfaces := scope.Regional("ec2", "network-interface/*")
	subnets := each(scope, "subnet/", n.SubnetIDs)
	places := slices.Concat(subnets, each(scope, "security-group/", n.SecurityGroupIDs), []string{interfaces})
	return []policy.Statement{
		{
			Sid: "BuildNetwork", Resources: []string{"*"}, Conditions: []policy.Condition{policy.StringEquals("aws:RequestedRegion", scope.Region)},
			Actions: []string{"ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"},
		},
		{Sid: "BuildInterfaces", Actions: []string{"ec2:CreateNetworkInterface"}, Resources: places},
		{Sid: "BuildInterfacesGone", Actions: []string{"ec2:DeleteNetworkInterface"}, Resources: []string{interfaces}},
		{
			Sid: "BuildInterfacesUse", Actions: []string{"ec2:CreateNetworkInterfacePermission"}, Resources: []string{interfaces},
			Conditions: []policy.Condition{policy.StringEquals("ec2:AuthorizedService", "codebuild.amazonaws.com"), policy.ARNLike("ec2:Subnet", subnets...)},
		},
	}
}
