package network

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/defaultnetworkacl"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/defaultroutetable"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/defaultsecuritygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpc"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// lockDefaults takes over what AWS makes with every VPC, so that nobody uses it by accident and a change by hand shows
// up in the next plan: the default security group has no rules and the main route table no routes.
// https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2
func lockDefaults(scope constructs.Construct, made vpc.Vpc, props Props) {
	group := defaultsecuritygroup.NewDefaultSecurityGroup(scope, tf.Str("default-security-group"), &defaultsecuritygroup.DefaultSecurityGroupConfig{
		VpcId: tf.Str(tf.Attr(made, "id")), Tags: tf.Name(props.Name+"-default-locked", nil),
	})
	// An absent list would mean "as it is", which hides rules that are added by hand.
	group.AddOverride(tf.Str("ingress"), []string{})
	group.AddOverride(tf.Str("egress"), []string{})
	table := defaultroutetable.NewDefaultRouteTable(scope, tf.Str("default-route-table"), &defaultroutetable.DefaultRouteTableConfig{
		DefaultRouteTableId: tf.Str(tf.Attr(made, "defaultRouteTableId")), Tags: tf.Name(props.Name+"-default-locked", nil),
	})
	table.AddOverride(tf.Str("route"), []string{})

	// Network ACLs have no state, so a stricter default would break the answers to requests from inside. The rules are
	// those that AWS makes; the subnets without an ACL of their own are attached by AWS and not by Terraform.
	ingress := []*defaultnetworkacl.DefaultNetworkAclIngress{{
		RuleNo: tf.Num(100), Action: tf.Str("allow"), Protocol: tf.Str("-1"), FromPort: tf.Num(0), ToPort: tf.Num(0), CidrBlock: tf.Str(anywhere),
	}}
	egress := []*defaultnetworkacl.DefaultNetworkAclEgress{{
		RuleNo: tf.Num(100), Action: tf.Str("allow"), Protocol: tf.Str("-1"), FromPort: tf.Num(0), ToPort: tf.Num(0), CidrBlock: tf.Str(anywhere),
	}}
	if props.IPv6 {
		ingress = append(ingress, &defaultnetworkacl.DefaultNetworkAclIngress{
			RuleNo: tf.Num(101), Action: tf.Str("allow"), Protocol: tf.Str("-1"), FromPort: tf.Num(0), ToPort: tf.Num(0), Ipv6CidrBlock: tf.Str(anywhereIPv6),
		})
		egress = append(egress, &defaultnetworkacl.DefaultNetworkAclEgress{
			RuleNo: tf.Num(101), Action: tf.Str("allow"), Protocol: tf.Str("-1"), FromPort: tf.Num(0), ToPort: tf.Num(0), Ipv6CidrBlock: tf.Str(anywhereIPv6),
		})
	}
	defaultnetworkacl.NewDefaultNetworkAcl(scope, tf.Str("default-network-acl"), &defaultnetworkacl.DefaultNetworkAclConfig{
		DefaultNetworkAclId: tf.Str(tf.Attr(made, "defaultNetworkAclId")), Ingress: ingress, Egress: egress,
		Tags: tf.Name(props.Name+"-default", nil), Lifecycle: tf.Ignore("subnet_ids"),
	})
}
