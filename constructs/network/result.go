package network

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/subnets"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A Network is a VPC with its subnets, made by New or existing.
type Network struct {
	construct     tf.Construct
	name          string
	scope         arn.Scope
	plan          subnets.Plan
	id, arn, cidr string
	zones         []string
	tiers         map[string]*tier // by name
	order         []string         // of the tiers' names
	natIPs        []string
	endpoints     map[string]string
	prefixLists   map[string]string // of gateway endpoints
	securityGroup string
	logGroup      string
	ways          []tf.Resource
}

type tier struct {
	tierType                 subnets.Type
	subnetIDs, routeTableIDs []string
}

// tier finds the tier or starts it.
func (n *Network) tier(name string, tierType subnets.Type) *tier {
	if n.tiers[name] == nil {
		n.tiers[name] = &tier{tierType: tierType}
		n.order = append(n.order, name)
	}
	return n.tiers[name]
}

// first is the first tier of a type, an empty one if there is none.
func (n *Network) first(tierType subnets.Type) *tier {
	for _, name := range n.order {
		if n.tiers[name].tierType == tierType {
			return n.tiers[name]
		}
	}
	return &tier{}
}

// ID of the VPC.
func (n *Network) ID() string { return n.id }

// ARN of the VPC.
func (n *Network) ARN() string { return n.arn }

// CIDR is the IPv4 range of the VPC, or "" for an existing one of which it was not given.
func (n *Network) CIDR() string { return n.cidr }

// Zones are the names of the availability zones, none for an existing VPC of which they were not given.
func (n *Network) Zones() []string { return copied(n.zones) }

// PublicSubnetIDs are the subnets of the first public tier, in the order of the zones; none if there is no such tier.
func (n *Network) PublicSubnetIDs() []string { return copied(n.first(subnets.Public).subnetIDs) }

// PrivateSubnetIDs are the subnets of the first private tier, in the order of the zones; none if there is no such tier.
func (n *Network) PrivateSubnetIDs() []string { return copied(n.first(subnets.Private).subnetIDs) }

// IsolatedSubnetIDs are the subnets of the first isolated tier, in the order of the zones; none if there is no such tier.
func (n *Network) IsolatedSubnetIDs() []string { return copied(n.first(subnets.Isolated).subnetIDs) }

// SubnetIDs are the subnets of the tier of this name, in the order of the zones; none if there is no such tier.
func (n *Network) SubnetIDs(tierName string) []string {
	if of := n.tiers[tierName]; of != nil {
		return copied(of.subnetIDs)
	}
	return nil
}

// RouteTableIDs are the route tables of the tier of this name: one for each zone in a private tier, one in others.
func (n *Network) RouteTableIDs(tierName string) []string {
	if of := n.tiers[tierName]; of != nil {
		return copied(of.routeTableIDs)
	}
	return nil
}

// NATPublicIPs are the addresses from which private subnets reach the internet. None for existing networks.
func (n *Network) NATPublicIPs() []string { return copied(n.natIPs) }

// EndpointSecurityGroupID is the security group of the interface endpoints, or "" if there is none.
func (n *Network) EndpointSecurityGroupID() string { return n.securityGroup }

// EndpointID is the id of the endpoint of a service, such as "execute-api" or "s3", or "" if there is none.
func (n *Network) EndpointID(service string) string { return n.endpoints[service] }

// PrefixListID is the id of the list with the addresses of a service that has a gateway endpoint, "s3" or "dynamodb", or ""
// if it has none here. Rules of security groups take it in place of a range.
func (n *Network) PrefixListID(service string) string { return n.prefixLists[service] }

// FlowLogGroupName is the log group of the flow logs, or "" if they do not go to one that was made here.
func (n *Network) FlowLogGroupName() string { return n.logGroup }

// SubnetPlan is how the VPC is divided. It is empty for existing networks.
func (n *Network) SubnetPlan() subnets.Plan { return n.plan }

// Routes are the ways out of the subnets that were made here: the routes to the internet, the associations of the
// subnets with them, and the endpoints with the rule that admits the VPC to them. What must reach the internet or AWS at
// its first start, such as the nodes of a cluster, depends on them (DependsOn), because its reference to a subnet does
// not wait for them. Of an existing network, only the endpoints that were asked for.
func (n *Network) Routes() []tf.Resource { return append([]tf.Resource(nil), n.ways...) }

// Construct holds the network's resources.
func (n *Network) Construct() constructs.Construct { return n.construct }

func copied(values []string) []string { return append([]string(nil), values...) }
