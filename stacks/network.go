package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/network"
	"github.com/mlplatform/mlplatform/documents/subnets"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// network makes the environment's VPC, or takes the existing one.
func (e *environmentStack) network() error {
	made, err := e.newNetwork()
	if err != nil {
		return err
	}
	tf.Output(e.made, "vpc_id", made.ID(), "VPC of the environment")
	for _, tier := range []struct {
		name string
		ids  []string
	}{{"public", made.PublicSubnetIDs()}, {"private", made.PrivateSubnetIDs()}, {"isolated", made.IsolatedSubnetIDs()}} {
		if len(tier.ids) > 0 {
			tf.ListOutput(e.made, tier.name+"_subnet_ids", tier.ids, "Subnets of the "+tier.name+" tier, one for each availability zone")
		}
	}
	if ips := made.NATPublicIPs(); len(ips) > 0 {
		tf.ListOutput(e.made, "nat_public_ips", ips, "Addresses under which private subnets reach the internet")
	}
	e.parts.Network = made
	return nil
}

func (e *environmentStack) newNetwork() (*network.Network, error) {
	c := e.env.Network
	if existing := c.Existing; existing != nil {
		return network.FromIDs(e.made, "network", network.ExistingProps{
			ID: existing.VPCID, CIDR: existing.CIDR, Name: e.name("network"),
			PublicSubnetIDs: existing.PublicSubnetIDs, PrivateSubnetIDs: existing.PrivateSubnetIDs,
			IsolatedSubnetIDs: existing.IsolatedSubnetIDs, PrivateRouteTableIDs: existing.PrivateRouteTableIDs,
			Endpoints: network.Endpoints{Groups: endpointGroups(c.Endpoints)},
		})
	}
	props := network.Props{
		Name: e.name("network"), CIDR: c.CIDR, Zones: e.env.ZoneNames(), IPv6: c.IPv6,
		NAT:       map[config.NAT]network.NAT{config.NATNone: network.NATNone, config.NATSingle: network.NATSingle, config.NATPerZone: network.NATPerZone}[c.NAT],
		Endpoints: network.Endpoints{Groups: endpointGroups(c.Endpoints)},
		FlowLogs: network.FlowLogs{
			Disabled: !c.FlowLogs.Enabled, RetentionDays: c.FlowLogs.RetentionDays, TrafficType: network.TrafficType(c.FlowLogs.TrafficType),
		},
		PermissionsBoundary: e.boundary,
	}
	for _, tier := range c.Tiers {
		props.Tiers = append(props.Tiers, subnets.Tier{Type: subnets.Type(tier)})
	}
	if e.env.ClusterEnabled() {
		props.KubernetesClusters = []string{e.clusterName()}
	}
	return network.New(e.made, "network", props)
}

// endpointGroups translates the groups, whose names are the same. No group at all is a list, too: it switches the free endpoints off.
func endpointGroups(groups []config.EndpointGroup) []network.EndpointGroup {
	out := []network.EndpointGroup{}
	for _, group := range groups {
		out = append(out, network.EndpointGroup(group))
	}
	return out
}
