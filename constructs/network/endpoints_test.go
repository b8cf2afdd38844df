package network_test

import (
	"sort"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/network"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/subnets"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func serviceNames(template synthtest.Template) []string {
	var out []string
	for _, endpoint := range template.Resources("aws_vpc_endpoint") {
		out = append(out, endpoint["service_name"].(string))
	}
	sort.Strings(out)
	return out
}

func TestEndpointGroups(t *testing.T) {
	for _, test := range []struct {
		groups []network.EndpointGroup
		want   []string
	}{
		{nil, []string{"com.amazonaws.us-west-2.dynamodb", "com.amazonaws.us-west-2.s3"}},
		{[]network.EndpointGroup{}, nil},
		{[]network.EndpointGroup{network.S3}, []string{"com.amazonaws.us-west-2.s3"}},
		{[]network.EndpointGroup{network.ECR}, []string{"com.amazonaws.us-west-2.ecr.api", "com.amazonaws.us-west-2.ecr.dkr"}},
		{[]network.EndpointGroup{network.SageMaker, network.Studio}, []string{"aws.sagemaker.us-west-2.studio", "com.amazonaws.us-west-2.sagemaker.api", "com.amazonaws.us-west-2.sagemaker.runtime"}},
		{[]network.EndpointGroup{network.Secrets, network.Sessions}, []string{
			"com.amazonaws.us-west-2.ec2messages", "com.amazonaws.us-west-2.kms", "com.amazonaws.us-west-2.secretsmanager",
			"com.amazonaws.us-west-2.ssm", "com.amazonaws.us-west-2.ssmmessages",
		}},
	} {
		props := typical()
		props.Endpoints.Groups = test.groups
		_, template := build(t, props)
		require.Equal(t, test.want, serviceNames(template))
	}
}

// https://docs.amazonaws.cn/en_us/vpc/latest/privatelink/aws-services-privatelink-support.html
func TestEndpointsInChina(t *testing.T) {
	made := typical()
	made.Scope = arn.Scope{Region: "cn-north-1", Account: synthtest.Account}
	made.Zones = []string{"cn-north-1a"}
	made.Endpoints.Groups = []network.EndpointGroup{network.S3, network.STS, network.Logs, network.Studio}
	_, template := build(t, made)
	require.Equal(t, []string{"aws.sagemaker.cn-north-1.studio", "cn.com.amazonaws.cn-north-1.sts", "com.amazonaws.cn-north-1.logs", "com.amazonaws.cn-north-1.s3"}, serviceNames(template))
	require.Contains(t, template.One("aws_iam_role")["assume_role_policy"], "arn:aws-cn:ec2:cn-north-1:222222222222:vpc-flow-log/*")
}

func TestInterfaceEndpoints(t *testing.T) {
	props := typical()
	props.Endpoints.Groups = []network.EndpointGroup{network.STS}
	made, template := build(t, props)
	endpoint := template.One("aws_vpc_endpoint")
	require.Equal(t, true, endpoint["private_dns_enabled"])
	require.Len(t, endpoint["subnet_ids"], 2)
	require.Contains(t, endpoint["subnet_ids"].([]any)[0], "subnet-private-a")
	rule := template.One("aws_vpc_security_group_ingress_rule")
	require.Equal(t, "10.10.0.0/16", rule["cidr_ipv4"])
	require.Equal(t, 443.0, rule["from_port"])
	require.Equal(t, 443.0, rule["to_port"])
	require.NotContains(t, template.One("aws_security_group"), "egress")
	require.NotEmpty(t, made.EndpointSecurityGroupID())
}

// Without NAT, endpoints are the only way to AWS, so that nodes must wait for them and for what lets packets in.
func TestRoutesHaveTheEndpoints(t *testing.T) {
	stack := synthtest.Stack(t)
	props := typical()
	props.Tiers, props.Endpoints.Groups = []subnets.Tier{private}, []network.EndpointGroup{network.S3, network.STS}
	made, err := network.New(stack, "network", props)
	require.NoError(t, err)
	brought := existing()
	brought.Name, brought.PrivateRouteTableIDs = "wine-old", []string{"rtb-00000000000000001"}
	brought.Endpoints.Groups = []network.EndpointGroup{network.S3, network.STS}
	old, err := network.FromIDs(stack, "old", brought)
	require.NoError(t, err)
	for name, each := range map[string]struct {
		network *network.Network
		want    []string
	}{
		"network": {made, []string{
			"aws_route_table_association.association-private-a", "aws_route_table_association.association-private-b",
			"aws_vpc_endpoint.endpoint-s3", "aws_vpc_endpoint.endpoint-sts", "aws_vpc_security_group_ingress_rule.endpoints-https",
		}},
		"old": {old, []string{"aws_vpc_endpoint.endpoint-s3", "aws_vpc_endpoint.endpoint-sts", "aws_vpc_security_group_ingress_rule.endpoints-https"}},
	} {
		var got []string
		for _, way := range each.network.Routes() {
			got = append(got, *way.TerraformResourceType()+"."+*way.Node().Id())
		}
		require.ElementsMatch(t, each.want, got, name)
	}
}

func TestInterfaceEndpointsInFewerZonesBehindAnExistingSecurityGroup(t *testing.T) {
	props := typical()
	props.Tiers = []subnets.Tier{public, isolated}
	props.Endpoints = network.Endpoints{Groups: []network.EndpointGroup{network.STS}, Zones: 1, SecurityGroupID: "sg-0123456789abcdef0"}
	made, template := build(t, props)
	endpoint := template.One("aws_vpc_endpoint")
	require.Len(t, endpoint["subnet_ids"], 1)
	require.Contains(t, endpoint["subnet_ids"].([]any)[0], "subnet-isolated-a")
	require.Equal(t, []any{"sg-0123456789abcdef0"}, endpoint["security_group_ids"])
	require.Empty(t, template.Resources("aws_security_group"))
	require.Equal(t, "sg-0123456789abcdef0", made.EndpointSecurityGroupID())
}
