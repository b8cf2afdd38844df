package network_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/network"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func existing() network.ExistingProps {
	return network.ExistingProps{
		ID: "vpc-0123456789abcdef0", CIDR: "10.0.0.0/16", Zones: zones(2),
		PrivateSubnetIDs: []string{"subnet-00000000000000001", "subnet-00000000000000002"},
	}
}

func TestExistingNetwork(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := network.FromIDs(stack, "network", existing())
	require.NoError(t, err)
	require.Equal(t, "vpc-0123456789abcdef0", made.ID())
	require.Equal(t, "arn:aws:ec2:us-west-2:222222222222:vpc/vpc-0123456789abcdef0", made.ARN())
	require.Equal(t, "10.0.0.0/16", made.CIDR())
	require.Equal(t, zones(2), made.Zones())
	require.Equal(t, []string{"subnet-00000000000000001", "subnet-00000000000000002"}, made.PrivateSubnetIDs())
	require.Equal(t, made.PrivateSubnetIDs(), made.SubnetIDs("private"))
	require.Empty(t, made.PublicSubnetIDs())
	require.Empty(t, made.Routes())
	require.Empty(t, synthtest.Synth(t, stack).Counts())
}

func TestExistingNetworkOfWhichOnlyTheIDsAreKnown(t *testing.T) {
	props := existing()
	props.CIDR, props.Zones = "", nil
	made, err := network.FromIDs(synthtest.Stack(t), "network", props)
	require.NoError(t, err)
	require.Len(t, made.PrivateSubnetIDs(), 2)
	require.Empty(t, made.Zones())
}

func TestEndpointsInAnExistingNetwork(t *testing.T) {
	stack := synthtest.Stack(t)
	props := existing()
	props.Name = "wine-dev"
	props.PrivateRouteTableIDs = []string{"rtb-00000000000000001"}
	props.Endpoints.Groups = []network.EndpointGroup{network.S3, network.ExecuteAPI}
	made, err := network.FromIDs(stack, "network", props)
	require.NoError(t, err)
	require.NotEmpty(t, made.EndpointID("execute-api"))
	template := synthtest.Synth(t, stack)
	require.Equal(t, map[string]int{"aws_vpc_endpoint": 2, "aws_security_group": 1, "aws_vpc_security_group_ingress_rule": 1}, template.Counts())
	require.Equal(t, []any{"rtb-00000000000000001"}, template.Where("aws_vpc_endpoint", "vpc_endpoint_type", "Gateway")["route_table_ids"])
	template.Golden("endpoints")
}

func TestExistingNetworkErrors(t *testing.T) {
	synthtest.Refuse(t, synthtest.Stack(t), existing, network.FromIDs, map[string]synthtest.Refusal[network.ExistingProps]{
		"nothing": {func(p *network.ExistingProps) { *p = network.ExistingProps{Scope: arn.Scope{Account: "2"}} }, `id: "" is no id of a VPC; write it like vpc-0123456789abcdef0
scope.account: "2" is no AWS account id; write its 12 digits as a string
privateSubnetIDs: are missing; give the subnets of at least one of the public, private and isolated tiers`},
		"range": {func(p *network.ExistingProps) { p.CIDR, p.Zones = "10.0.0.0", nil }, `cidr: "10.0.0.0" is no IPv4 range; write it like 10.0.0.0/16`},
		"zones": {func(p *network.ExistingProps) { p.Zones = []string{"us-east-1a", "us-west-2b"} }, `zones[0]: "us-east-1a" is not in region us-west-2; use a zone like us-west-2a`},
		"subnets": {func(p *network.ExistingProps) {
			p.PublicSubnetIDs = []string{"subnet-1"}
			p.PrivateSubnetIDs[1] = p.PrivateSubnetIDs[0]
			p.IsolatedRouteTableIDs = []string{"rtb-00000000000000001"}
		}, `publicSubnetIDs: has length 1, but there are 2 zones; give one for each zone, in the order of the zones
publicSubnetIDs[0]: "subnet-1" is no id; write it like subnet-0123456789abcdef0
privateSubnetIDs[1]: "subnet-00000000000000001" is named twice; name each once
isolatedRouteTableIDs: has no meaning without isolatedSubnetIDs; give the subnets too`},
		"endpoints": {func(p *network.ExistingProps) {
			p.PublicSubnetIDs, p.PrivateSubnetIDs, p.CIDR = p.PrivateSubnetIDs, nil, ""
			p.Endpoints.Groups = []network.EndpointGroup{network.S3, network.STS}
		}, `endpoints: need a private or isolated tier for their network interfaces; add one, or ask for s3 and dynamodb only
cidr: is missing; give the VPC's range, which the endpoints' security group admits, or endpoints.securityGroupID
endpoints: s3 is reached by routes, and no route table is given; give privateRouteTableIDs or those of other tiers
name: "" is no name of a network; use 1 to 54 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen`},
	})
}
