package permissions

import (
	"strings"

	"github.com/mlplatform/mlplatform/documents/policy"
)

// network: aws_vpc, aws_subnet, aws_internet_gateway, aws_egress_only_internet_gateway, aws_nat_gateway, aws_eip,
// aws_route_table, aws_route, aws_route_table_association, aws_vpc_endpoint, the default route table, network ACL and
// security group, aws_flow_log.
func network() part {
	return part{
		service: Network, needs: []Service{SecurityGroups, Logs}, passTo: []string{"vpc-flow-logs"},
		grants: func(s Scope) []grant {
			return append([]grant{
				{
					name: "NetworkAll", on: []string{"*"}, when: s.inRegion(),
					read: of("ec2", `DescribeAccountAttributes DescribeAddresses DescribeAddressesAttribute DescribeAvailabilityZones
						DescribeEgressOnlyInternetGateways DescribeFlowLogs DescribeInternetGateways DescribeManagedPrefixLists DescribeNatGateways
						DescribeNetworkAcls DescribeNetworkInterfaces DescribePrefixLists DescribeRouteTables DescribeSecurityGroups DescribeSubnets DescribeTags DescribeVpcEndpointServices DescribeVpcEndpoints DescribeVpcs`),
					// Flow logs to S3 are made as log deliveries.
					write: of("logs", "CreateLogDelivery DeleteLogDelivery"),
				},
				{name: "NetworkVPC", on: s.ec2("vpc"), read: of("ec2", "DescribeVpcAttribute")},
			}, append(networkCreation(s), networkChanges(s)...)...)
		},
	}
}

// networkCreation makes resources, with the deployment's tags, inside of others that may be the caller's own.
func networkCreation(s Scope) []grant {
	creations := `AllocateAddress CreateEgressOnlyInternetGateway CreateFlowLogs CreateInternetGateway CreateNatGateway CreateRouteTable
		CreateSubnet CreateVpc CreateVpcEndpoint`
	return []grant{
		{
			name: "NetworkCreate", write: of("ec2", creations), whenWriting: s.asOurs(),
			on: s.ec2("egress-only-internet-gateway", "elastic-ip", "internet-gateway", "natgateway", "route-table", "subnet", "vpc", "vpc-endpoint",
				"vpc-flow-log"),
		},
		{
			name: "NetworkCreateInVPC", on: s.ec2("vpc"),
			write: of("ec2", "CreateEgressOnlyInternetGateway CreateFlowLogs CreateRouteTable CreateSubnet CreateVpcEndpoint"),
		},
		{name: "NetworkCreateNAT", on: s.ec2("elastic-ip", "subnet"), write: of("ec2", "CreateNatGateway")},
		{name: "NetworkPlaceEndpoints", on: s.ec2("route-table", "security-group", "subnet"), write: of("ec2", "CreateVpcEndpoint ModifyVpcEndpoint")},
		// Interface endpoints with private DNS get a hosted zone, which AWS owns and attaches to the VPC.
		{name: "NetworkEndpointNames", on: []string{"arn:" + s.Partition + ":route53:::hostedzone/*"}, write: of("route53", "AssociateVPCWithHostedZone")},
		s.tagOnCreation("NetworkCreate", creations, "egress-only-internet-gateway", "elastic-ip", "internet-gateway", "natgateway",
			"route-table", "subnet", "vpc", "vpc-endpoint", "vpc-flow-log"),
	}
}

// networkChanges changes and deletes resources that have the deployment's tags. Routes are also those of the VPC's default
// route table and network ACL, which AWS makes without tags, as it does the default security group.
func networkChanges(s Scope) []grant {
	return []grant{
		{
			name: "NetworkChange", whenWriting: s.ours(),
			on: s.ec2("egress-only-internet-gateway", "elastic-ip", "internet-gateway", "natgateway", "network-acl", "route-table", "subnet", "vpc",
				"vpc-endpoint", "vpc-flow-log"),
			write: of("ec2", `AssociateSubnetCidrBlock AssociateVpcCidrBlock AttachInternetGateway CreateTags DeleteEgressOnlyInternetGateway DeleteFlowLogs
				DeleteInternetGateway DeleteNatGateway DeleteRouteTable DeleteSubnet DeleteTags DeleteVpc DeleteVpcEndpoints
				DetachInternetGateway DisassociateAddress DisassociateSubnetCidrBlock DisassociateVpcCidrBlock ModifySubnetAttribute ModifyVpcAttribute
				ModifyVpcEndpoint ModifyVpcTenancy ReleaseAddress`),
		},
		{
			name: "NetworkRoutes", on: s.ec2("network-acl", "route-table", "subnet"), whenWriting: s.unclaimed(),
			write: of("ec2", `AssociateRouteTable CreateNetworkAclEntry CreateRoute DeleteNetworkAclEntry DeleteRoute DisassociateRouteTable
				ReplaceNetworkAclAssociation ReplaceRoute ReplaceRouteTableAssociation`),
		},
		{
			name: "NetworkDefaults", on: s.ec2("network-acl", "route-table", "security-group"), write: of("ec2", "CreateTags"), whenWriting: s.claiming(),
		},
	}
}

// securityGroups: aws_security_group, aws_vpc_security_group_ingress_rule, aws_vpc_security_group_egress_rule and the
// rules of the default security group.
func securityGroups() part {
	return part{
		service: SecurityGroups,
		grants: func(s Scope) []grant {
			groups := s.ec2("security-group", "security-group-rule")
			return []grant{
				{
					name: "SecurityGroupsAll", on: []string{"*"}, when: s.inRegion(),
					read: of("ec2", "DescribeNetworkInterfaces DescribeSecurityGroupRules DescribeSecurityGroups DescribeTags DescribeVpcs"),
				},
				{name: "SecurityGroupsCreate", on: s.ec2("security-group"), write: of("ec2", "CreateSecurityGroup"), whenWriting: s.asOurs()},
				{name: "SecurityGroupsCreateInVPC", on: s.ec2("vpc"), write: of("ec2", "CreateSecurityGroup")},
				s.tagOnCreation("SecurityGroupsCreate", "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateSecurityGroup", "security-group", "security-group-rule"),
				{name: "SecurityGroupsChange", on: groups, write: of("ec2", "CreateTags DeleteSecurityGroup DeleteTags"), whenWriting: s.ours()},
				{
					// The default group has no tags.
					name: "SecurityGroupsRules", on: groups, whenWriting: s.unclaimed(),
					write: of("ec2", `AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress ModifySecurityGroupRules RevokeSecurityGroupEgress
						RevokeSecurityGroupIngress UpdateSecurityGroupRuleDescriptionsEgress UpdateSecurityGroupRuleDescriptionsIngress`),
				},
			}
		},
	}
}

// tagOnCreation lets the creating calls tag what they create, and nothing else.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
func (s Scope) tagOnCreation(name, creations string, types ...string) grant {
	return grant{
		name: name + "Tags", on: s.ec2(types...), write: of("ec2", "CreateTags"),
		whenWriting: []policy.Condition{policy.StringEquals("ec2:CreateAction", sorted(strings.Fields(creations))...)},
	}
}
