package network

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/egressonlyinternetgateway"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/eip"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/internetgateway"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/natgateway"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/route"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/routetable"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/routetableassociation"

	"github.com/mlplatform/mlplatform/documents/subnets"
	"github.com/mlplatform/mlplatform/internal/tf"
)

const (
	anywhere     = "0.0.0.0/0"
	anywhereIPv6 = "::/0"
)

// routes gives each tier its route tables. Routes are resources of their own, so that others, such as one to a transit
// gateway, can be added to the tables.
func (b *builder) routes() {
	var gateway internetgateway.InternetGateway
	if b.props.hasTier(subnets.Public) {
		gateway = internetgateway.NewInternetGateway(b.network.construct, tf.Str("internet-gateway"), &internetgateway.InternetGatewayConfig{
			VpcId: tf.Str(tf.Attr(b.vpc, "id")), Tags: tf.Name(b.props.Name, nil),
		})
	}
	nats := b.nats(gateway)
	egressOnly := ""
	if b.props.IPv6 && b.props.hasTier(subnets.Private) {
		egressOnly = tf.Attr(egressonlyinternetgateway.NewEgressOnlyInternetGateway(b.network.construct, tf.Str("egress-only-gateway"), &egressonlyinternetgateway.EgressOnlyInternetGatewayConfig{
			VpcId: tf.Str(tf.Attr(b.vpc, "id")), Tags: tf.Name(b.props.Name, nil),
		}), "id")
	}
	for _, name := range b.network.plan.Tiers() {
		switch of := b.network.tiers[name]; of.tierType {
		case subnets.Public:
			table := b.table(name)
			b.route(name, route.RouteConfig{RouteTableId: tf.Str(table), DestinationCidrBlock: tf.Str(anywhere), GatewayId: tf.Str(tf.Attr(gateway, "id"))})
			if b.props.IPv6 {
				b.route6(name, route.RouteConfig{RouteTableId: tf.Str(table), DestinationIpv6CidrBlock: tf.Str(anywhereIPv6), GatewayId: tf.Str(tf.Attr(gateway, "id"))})
			}
			b.associate(of, name, table)
		case subnets.Isolated:
			b.associate(of, name, b.table(name))
		case subnets.Private:
			// One table for each zone, also where one NAT gateway serves all: then a change to one for each zone
			// replaces no table.
			for i, zone := range b.network.zones {
				part := name + "-" + letter(zone)
				table := b.table(part)
				if len(nats) > 0 {
					b.route(part, route.RouteConfig{RouteTableId: tf.Str(table), DestinationCidrBlock: tf.Str(anywhere), NatGatewayId: tf.Str(nats[i%len(nats)])})
				}
				if egressOnly != "" {
					b.route6(part, route.RouteConfig{RouteTableId: tf.Str(table), DestinationIpv6CidrBlock: tf.Str(anywhereIPv6), EgressOnlyGatewayId: tf.Str(egressOnly)})
				}
				of.routeTableIDs = append(of.routeTableIDs, table)
				b.associateOne(part, of.subnetIDs[i], table)
			}
		}
	}
}

// nats makes the NAT gateways, each in the public subnet of its zone, and returns their ids.
func (b *builder) nats(gateway internetgateway.InternetGateway) []string {
	var ids []string
	for n, zone := range b.props.natZones() {
		part := "nat-" + letter(b.network.zones[zone])
		tags := tf.Name(b.props.Name+"-"+part, nil)
		var allocation string
		if len(b.props.NATAllocationIDs) > 0 {
			allocation = b.props.NATAllocationIDs[n]
		} else {
			allocation = tf.Attr(eip.NewEip(b.network.construct, tf.Str("ip-"+part), &eip.EipConfig{
				Domain: tf.Str("vpc"), Tags: tags, DependsOn: tf.After(gateway),
			}), "allocationId")
		}
		public := b.network.tiers[b.network.plan.First(subnets.Public)]
		made := natgateway.NewNatGateway(b.network.construct, tf.Str(part), &natgateway.NatGatewayConfig{
			SubnetId: tf.Str(public.subnetIDs[zone]), AllocationId: tf.Str(allocation), Tags: tags, DependsOn: tf.After(gateway),
		})
		ids = append(ids, tf.Attr(made, "id"))
		b.network.natIPs = append(b.network.natIPs, tf.Attr(made, "publicIp"))
	}
	return ids
}

func (b *builder) table(part string) string {
	return tf.Attr(routetable.NewRouteTable(b.network.construct, tf.Str("routes-"+part), &routetable.RouteTableConfig{
		VpcId: tf.Str(tf.Attr(b.vpc, "id")), Tags: tf.Name(b.props.Name+"-"+part, nil),
	}), "id")
}

func (b *builder) route(part string, config route.RouteConfig) { b.way("internet-"+part, config) }

func (b *builder) route6(part string, config route.RouteConfig) { b.way("internet6-"+part, config) }

func (b *builder) way(id string, config route.RouteConfig) {
	made := route.NewRoute(b.network.construct, tf.Str(id), &config)
	b.network.ways = append(b.network.ways, made)
}

// associate gives all subnets of a tier the same table.
func (b *builder) associate(of *tier, name, table string) {
	of.routeTableIDs = []string{table}
	for i, zone := range b.network.zones {
		b.associateOne(name+"-"+letter(zone), of.subnetIDs[i], table)
	}
}

func (b *builder) associateOne(part, subnetID, table string) {
	made := routetableassociation.NewRouteTableAssociation(b.network.construct, tf.Str("association-"+part), &routetableassociation.RouteTableAssociationConfig{
		SubnetId: tf.Str(subnetID), RouteTableId: tf.Str(table),
	})
	b.network.ways = append(b.network.ways, made)
}
