package network

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/subnets"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// ExistingProps says what an existing VPC is like, because nothing is read from AWS. ID, Scope and the subnets of at
// least one tier are required.
type ExistingProps struct {
	// ID of the VPC.
	ID string
	// Scope is where the VPC lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// CIDR is the VPC's IPv4 range. Required only for interface endpoints, whose security group admits it. Default: not
	// known.
	CIDR string
	// Zones are the availability zones of the subnets. With them, each tier must have one subnet for each zone. Default:
	// not known.
	Zones []string
	// PublicSubnetIDs, PrivateSubnetIDs and IsolatedSubnetIDs are the subnets, one for each zone in the order of Zones.
	// Default: no such tier.
	PublicSubnetIDs, PrivateSubnetIDs, IsolatedSubnetIDs []string
	// PublicRouteTableIDs, PrivateRouteTableIDs and IsolatedRouteTableIDs are the tables of these subnets. Gateway
	// endpoints need them. Default: none.
	PublicRouteTableIDs, PrivateRouteTableIDs, IsolatedRouteTableIDs []string
	// Name is what the names of endpoints that are made here begin with. Required only for those.
	Name string
	// Endpoints are made in the VPC, whose DNS support and DNS hostnames must be on. SecurityGroupID may also name the
	// group of interface endpoints that the VPC has already. Default: none.
	Endpoints Endpoints
}

// existingTier is a tier of an existing VPC with the names of the fields it came from.
type existingTier struct {
	tierType                  subnets.Type
	subnetsField, tablesField string
	subnetIDs, routeTableIDs  []string
}

func (p ExistingProps) tiers() []existingTier {
	return []existingTier{
		{subnets.Public, "publicSubnetIDs", "publicRouteTableIDs", p.PublicSubnetIDs, p.PublicRouteTableIDs},
		{subnets.Private, "privateSubnetIDs", "privateRouteTableIDs", p.PrivateSubnetIDs, p.PrivateRouteTableIDs},
		{subnets.Isolated, "isolatedSubnetIDs", "isolatedRouteTableIDs", p.IsolatedSubnetIDs, p.IsolatedRouteTableIDs},
	}
}

// FromIDs is an existing VPC. It is used like one that New made and is not changed, except for the endpoints that are
// asked for.
func FromIDs(scope constructs.Construct, id string, props ExistingProps) (*Network, error) {
	props.Scope = site.Of(scope, props.Scope)
	props.Endpoints = props.Endpoints.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Network, error) {
		network := &Network{
			construct: scope, name: props.Name, scope: props.Scope, id: props.ID, arn: props.Scope.Regional("ec2", "vpc/"+props.ID),
			cidr: props.CIDR, zones: copied(props.Zones), tiers: map[string]*tier{}, endpoints: map[string]string{},
		}
		for _, each := range props.tiers() {
			if len(each.subnetIDs) > 0 {
				made := network.tier(string(each.tierType), each.tierType)
				made.subnetIDs, made.routeTableIDs = copied(each.subnetIDs), copied(each.routeTableIDs)
			}
		}
		return network, network.addEndpoints(props.Endpoints)
	})
}

func (p ExistingProps) validate() error {
	var problems problem.List
	if !isID("vpc-", p.ID) {
		problems.Addf("id", "%q is no id of a VPC; write it like vpc-0123456789abcdef0", p.ID)
	}
	problems.Add("", site.Check(p.Scope))
	if p.CIDR != "" && !token.Is(p.CIDR) && !subnets.Within(p.CIDR, anywhere) {
		problems.Addf("cidr", "%q is no IPv4 range; write it like 10.0.0.0/16", p.CIDR)
	}
	validateZones(p.Zones, p.Scope.Region, &problems)
	found, tables := 0, 0
	for _, each := range p.tiers() {
		found += len(each.subnetIDs)
		tables += len(each.routeTableIDs)
		if n := len(each.subnetIDs); n > 0 && len(p.Zones) > 0 && n != len(p.Zones) {
			problems.Addf(each.subnetsField, "has length %d, but there are %d zones; give one for each zone, in the order of the zones", n, len(p.Zones))
		}
		validateIDs(each.subnetsField, "subnet-", each.subnetIDs, &problems)
		if len(each.subnetIDs) == 0 && len(each.routeTableIDs) > 0 {
			problems.Addf(each.tablesField, "has no meaning without %s; give the subnets too", each.subnetsField)
		}
		validateIDs(each.tablesField, "rtb-", each.routeTableIDs, &problems)
	}
	if found == 0 {
		problems.Addf("privateSubnetIDs", "are missing; give the subnets of at least one of the public, private and isolated tiers")
	}
	p.validateEndpoints(tables, &problems)
	return problems.Err()
}

func (p ExistingProps) validateEndpoints(tables int, problems *problem.List) {
	at := p.PrivateSubnetIDs
	if len(at) == 0 {
		at = p.IsolatedSubnetIDs
	}
	p.Endpoints.validate("endpoints", len(at), len(at) > 0, problems)
	if p.Endpoints.hasInterfaces() && p.Endpoints.SecurityGroupID == "" && p.CIDR == "" {
		problems.Addf("cidr", "is missing; give the VPC's range, which the endpoints' security group admits, or endpoints.securityGroupID")
	}
	for _, service := range p.Endpoints.all() {
		if isGateway(service) && tables == 0 {
			problems.Addf("endpoints", "%s is reached by routes, and no route table is given; give privateRouteTableIDs or those of other tiers", service)
		}
	}
	if len(p.Endpoints.all()) > 0 || p.Name != "" {
		validateName(p.Name, problems)
	}
}
