package subnets

import (
	"fmt"
	"net"
	"strings"
	"text/tabwriter"
)

// A Plan is the subnets of a VPC.
type Plan struct {
	// CIDR is the range of the VPC.
	CIDR string
	// Zones are the availability zones, in the order given.
	Zones []string
	// Subnets are in the order of the tiers and, within a tier, of the zones.
	Subnets []Subnet

	free []string
}

// A Subnet is one range of the plan.
type Subnet struct {
	// Tier is the name of the tier.
	Tier string
	// Type says what the subnet can reach.
	Type Type
	// Zone is the availability zone.
	Zone string
	// CIDR is the range.
	CIDR string
	// Number is 0 to 255 and belongs to this subnet alone. It is as stable as the range, and is the subnet's /64 in the
	// VPC's /56 where there is IPv6.
	Number int
}

// Tier returns the subnets of the tier, in the order of the zones.
func (p Plan) Tier(name string) []Subnet {
	var out []Subnet
	for _, each := range p.Subnets {
		if each.Tier == name {
			out = append(out, each)
		}
	}
	return out
}

// First is the name of the first tier of the type, or "" if there is none.
func (p Plan) First(tierType Type) string {
	for _, each := range p.Subnets {
		if each.Type == tierType {
			return each.Tier
		}
	}
	return ""
}

// Tiers are the names of the tiers, in order.
func (p Plan) Tiers() []string {
	var out []string
	for _, each := range p.Subnets {
		if len(out) == 0 || out[len(out)-1] != each.Tier {
			out = append(out, each.Tier)
		}
	}
	return out
}

// Free are the ranges that no tier has and none keeps for further zones, as few as possible, from the lowest. They
// include the standard places of types that have no tier.
func (p Plan) Free() []string { return append([]string(nil), p.free...) }

// String is a table for people.
func (p Plan) String() string {
	var out strings.Builder
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "tier\tzone\trange\taddresses")
	for _, each := range p.Subnets {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\n", each.Tier, each.Zone, each.CIDR, each.Addresses())
	}
	_ = table.Flush() // a strings.Builder takes everything
	return out.String()
}

// Addresses is how many addresses the subnet has for use: AWS keeps five of each.
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
func (s Subnet) Addresses() int {
	_, network, err := net.ParseCIDR(s.CIDR)
	if err != nil {
		return 0
	}
	length, _ := network.Mask.Size()
	return count(length) - 5
}
