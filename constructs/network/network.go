// Package network makes a VPC: tiers of subnets over one to six availability zones, NAT, VPC endpoints and flow logs.
// What comes with a VPC and is open by default, its security group and its main route table, is closed.
//
// Reference: https://docs.aws.amazon.com/vpc/latest/userguide/what-is-amazon-vpc.html
package network

import (
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpc"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/subnets"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// NAT says how private subnets reach the internet over IPv4.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
type NAT string

// The kinds of NAT.
const (
	// NATNone gives private subnets no way to the internet. What they need of AWS must come through endpoints.
	NATNone NAT = "none"
	// NATSingle has one NAT gateway, in the first zone: the cheapest, but an outage of that zone cuts off all others,
	// and traffic between zones is charged.
	NATSingle NAT = "single"
	// NATPerZone has one NAT gateway in each zone.
	NATPerZone NAT = "perZone"
)

// Props configures a network. Name, CIDR and Zones are required.
type Props struct {
	// Name is what the names of all parts begin with: 1 to 54 lower-case letters, digits and hyphens.
	Name string
	// Scope is where the network lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// CIDR is the IPv4 range of the VPC: private (RFC 1918), /16 to /24. It cannot be changed later without making
	// everything in the network anew.
	CIDR string
	// Zones are 1 to 6 availability zones of the region, such as us-west-2a. Add new ones at the end.
	Zones []string
	// MaxZones is for how many zones the subnets keep room, see subnets.Props. Default: 6.
	MaxZones int
	// Tiers are the kinds of subnets, each with one subnet per zone. Default: a public and a private one.
	Tiers []subnets.Tier
	// NAT says how private subnets reach the internet. Default: NATSingle where there are a public and a private tier,
	// otherwise NATNone.
	NAT NAT
	// NATAllocationIDs are existing Elastic IPs for the NAT gateways, in the order of the zones, so that partners who
	// list these addresses need not change anything when the network is made anew. Default: new addresses.
	// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
	NATAllocationIDs []string
	// IPv6 gives the VPC a /56 of Amazon's and every subnet a /64: public subnets reach the internet both ways, private
	// ones through an egress-only gateway, isolated ones not at all. Default: IPv4 only.
	// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-migrate-ipv6.html
	IPv6 bool
	// Endpoints connect the network with AWS services. Default: S3 and DynamoDB, whose endpoints cost nothing.
	Endpoints Endpoints
	// FlowLogs record the network's traffic. Default: all traffic, to CloudWatch Logs for 90 days.
	FlowLogs FlowLogs
	// KubernetesClusters are the names of the EKS clusters that will use the network. Their load balancers find the
	// subnets by tags, and so does Karpenter, which looks for the first cluster's name in karpenter.sh/discovery.
	// Default: no such tags.
	// https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
	KubernetesClusters []string
	// PermissionsBoundary is the ARN of the managed policy that limits the role of the flow logs. Default: none.
	PermissionsBoundary string
}

// New makes a network.
func New(scope constructs.Construct, id string, props Props) (*Network, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	plan, err := props.validate()
	if err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Network, error) {
		made := vpc.NewVpc(scope, tf.Str("vpc"), &vpc.VpcConfig{
			CidrBlock: tf.Str(props.CIDR), AssignGeneratedIpv6CidrBlock: tf.OptBool(props.IPv6),
			// Private DNS names of endpoints, EKS and EFS need both.
			EnableDnsSupport: tf.Bool(true), EnableDnsHostnames: tf.Bool(true),
			Tags: tf.Name(props.Name, nil),
		})
		network := &Network{
			construct: scope, name: props.Name, scope: props.Scope, plan: plan,
			id: tf.Attr(made, "id"), arn: tf.Attr(made, "arn"), cidr: props.CIDR, zones: plan.Zones,
			tiers: map[string]*tier{}, endpoints: map[string]string{},
		}
		lockDefaults(scope, made, props)
		b := &builder{props: props, network: network, vpc: made}
		b.subnets()
		b.routes()
		if err := network.addEndpoints(props.Endpoints); err != nil {
			return nil, err
		}
		return network, network.addFlowLogs(props)
	})
}

func (p Props) withDefaults() Props {
	if len(p.Tiers) == 0 {
		p.Tiers = []subnets.Tier{{Type: subnets.Public}, {Type: subnets.Private}}
	}
	if p.NAT == "" {
		p.NAT = NATNone
		if p.hasTier(subnets.Public) && p.hasTier(subnets.Private) {
			p.NAT = NATSingle
		}
	}
	if p.Endpoints.Groups == nil {
		p.Endpoints.Groups = []EndpointGroup{S3, DynamoDB}
	}
	p.Endpoints = p.Endpoints.withDefaults()
	p.FlowLogs = p.FlowLogs.withDefaults()
	return p
}

// hasTier knows that a tier is private unless it says something else.
func (p Props) hasTier(tierType subnets.Type) bool {
	return slices.ContainsFunc(p.Tiers, func(each subnets.Tier) bool {
		return each.Type == tierType || each.Type == "" && tierType == subnets.Private
	})
}

// natZones are the indexes of the zones that have a NAT gateway.
func (p Props) natZones() []int {
	switch p.NAT {
	case NATSingle:
		return []int{0}
	case NATPerZone:
		all := make([]int, len(p.Zones))
		for i := range all {
			all[i] = i
		}
		return all
	}
	return nil
}
