// Package subnets divides the IPv4 range of a VPC among availability zones and tiers of subnets. A plan keeps room for
// growth: a zone or a tier that is added at the end, or a standard tier that comes or goes, moves no other subnet, so
// that Terraform never has to replace one.
//
// Reference: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
package subnets

import (
	"cmp"
	"net"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Type says what the subnets of a tier can reach.
type Type string

// The types of tiers.
const (
	// Private subnets reach the internet through NAT, where the network has it, and are not reachable from there.
	Private Type = "private"
	// Public subnets have a route to and from the internet gateway.
	Public Type = "public"
	// Isolated subnets have no route out of the VPC.
	Isolated Type = "isolated"
)

// types are the types of tiers in the order in which their standard places follow each other.
var types = []Type{Private, Public, Isolated}

const (
	// MaxZones is the most availability zones that a plan can have, the number of those in the largest AWS region.
	MaxZones = 6
	// MaxTiers is the most tiers that a plan can have.
	MaxTiers = 10
	// MinPrefixLength and MaxPrefixLength bound the range of a plan.
	MinPrefixLength = 16
	MaxPrefixLength = 24
	// SmallestSubnet is the longest prefix that AWS gives a subnet.
	SmallestSubnet = 28
)

// Props describes the plan. CIDR and Zones are required.
type Props struct {
	// CIDR is the IPv4 range of the VPC: private (RFC 1918), /16 to /24, without 172.17.0.0/16, which Docker and with it
	// SageMaker notebooks use inside their machines.
	CIDR string
	// Zones are the names of 1 to 6 availability zones, such as us-west-2a. Add new ones at the end.
	Zones []string
	// MaxZones is for how many zones every tier keeps room, at least as many as Zones and at most 6. Fewer make larger
	// subnets. Changing it later moves subnets. Default: 6.
	MaxZones int
	// Tiers are kinds of subnets, each with one subnet per zone, at most 10. Default: a public and a private one.
	Tiers []Tier
}

// A Tier is a kind of subnets. The first tier of each type that gives neither PrefixLength nor CIDRs has a standard
// place, which stays free while there is no such tier. Other tiers are placed in the order of the list: add new ones
// at the end.
type Tier struct {
	// Type says what the subnets can reach. Default: private.
	Type Type
	// Name is 1 to 20 lower-case letters, digits and hyphens. Default: the type.
	Name string
	// PrefixLength is the size of each subnet, longer than the VPC's (by one bit at least) and at most 28. Required for
	// every tier after the first of its type, unless CIDRs are given. Default: as many addresses as fit, most of them
	// private; 10.0.0.0/16 with room for six zones has private /19, public and isolated /22.
	PrefixLength int
	// CIDRs are the subnets themselves, one for each zone in the order of Zones, to keep those of an existing VPC.
	// Default: calculated.
	CIDRs []string
}

var tierName = lazyregexp.New(`^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$`)

// New makes the plan. It reports everything that is wrong with the description, and then every tier that does not fit.
func New(props Props) (Plan, error) {
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return Plan{}, err
	}
	_, vpc, err := net.ParseCIDR(props.CIDR)
	if err != nil {
		return Plan{}, err
	}
	return place(vpc, props)
}

func (p Props) withDefaults() Props {
	p.MaxZones = cmp.Or(p.MaxZones, MaxZones)
	if len(p.Tiers) == 0 {
		p.Tiers = []Tier{{Type: Public}, {Type: Private}}
	}
	tiers := make([]Tier, len(p.Tiers))
	for i, tier := range p.Tiers {
		tier.Type = cmp.Or(tier.Type, Private)
		if tier.Name == "" {
			tier.Name = string(tier.Type)
		}
		tiers[i] = tier
	}
	p.Tiers = tiers
	return p
}

func (p Props) validate() error {
	var problems problem.List
	rangeErr := CheckRange(p.CIDR)
	if rangeErr != nil {
		problems.Addf("cidr", "%s", rangeErr)
	}
	p.validateZones(&problems)
	if len(p.Tiers) > MaxTiers {
		problems.Addf("tiers", "has %d tiers, at most %d are allowed; remove some", len(p.Tiers), MaxTiers)
	}
	names, seen := map[string]int{}, map[Type]bool{}
	for i, tier := range p.Tiers {
		at := problem.Index("tiers", i)
		tier.validate(at, p, rangeErr == nil, seen[tier.Type], &problems)
		if first, used := names[tier.Name]; used {
			problems.Addf(at+".name", "%q is the name of tiers[%d] already; give each tier a name of its own", tier.Name, first)
		} else {
			names[tier.Name] = i
		}
		seen[tier.Type] = true
	}
	return problems.Err()
}

func (p Props) validateZones(problems *problem.List) {
	if n := len(p.Zones); n == 0 {
		problems.Addf("zones", "are missing; name 1 to %d availability zones, such as us-west-2a", MaxZones)
	} else if n > MaxZones {
		problems.Addf("zones", "has %d availability zones, 1 to %d are allowed; remove some", n, MaxZones)
	}
	seen := map[string]bool{}
	for i, zone := range p.Zones {
		at := problem.Index("zones", i)
		if zone == "" {
			problems.Addf(at, "is empty; name an availability zone, such as us-west-2a")
		} else if seen[zone] {
			problems.Addf(at, "%q is named twice; name each availability zone once", zone)
		}
		seen[zone] = true
	}
	if p.MaxZones < 1 || p.MaxZones > MaxZones {
		problems.Addf("maxZones", "%d is out of range; use 1 to %d", p.MaxZones, MaxZones)
	} else if len(p.Zones) > p.MaxZones && len(p.Zones) <= MaxZones {
		problems.Addf("maxZones", "%d is less than the %d zones; use %d to %d, or leave it out", p.MaxZones, len(p.Zones), len(p.Zones), MaxZones)
	}
}

func (t Tier) validate(at string, props Props, rangeKnown, further bool, problems *problem.List) {
	if t.Type != Private && t.Type != Public && t.Type != Isolated {
		problems.Addf(at+".type", "%q is unknown; use public, private or isolated", t.Type)
	}
	if !tierName.MatchString(t.Name) {
		problems.Addf(at+".name", "%q is no tier name; use 1 to 20 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen", t.Name)
	}
	if len(t.CIDRs) > 0 {
		t.validateCIDRs(at, props, rangeKnown, problems)
		return
	}
	if !rangeKnown {
		return
	}
	_, vpc, _ := net.ParseCIDR(props.CIDR)
	length, _ := vpc.Mask.Size()
	switch {
	case t.PrefixLength == 0 && further:
		problems.Addf(at+".prefixLength", "is missing; only the first %s tier has a default size, so give this one a length from %d to %d", t.Type, length+1, SmallestSubnet)
	case t.PrefixLength != 0 && (t.PrefixLength <= length || t.PrefixLength > SmallestSubnet):
		problems.Addf(at+".prefixLength", "%d is out of range; use %d to %d for subnets of %s", t.PrefixLength, length+1, SmallestSubnet, props.CIDR)
	}
}

func (t Tier) validateCIDRs(at string, props Props, rangeKnown bool, problems *problem.List) {
	if t.PrefixLength != 0 {
		problems.Addf(at+".prefixLength", "has no meaning beside cidrs; remove one of the two")
	}
	if len(t.CIDRs) != len(props.Zones) {
		problems.Addf(at+".cidrs", "has length %d, but there are %d zones; give one for each zone, in the order of the zones", len(t.CIDRs), len(props.Zones))
	}
	for i, text := range t.CIDRs {
		subnet, err := parse(text)
		if err != nil {
			problems.Addf(problem.Index(at+".cidrs", i), "%s", err)
			continue
		}
		if length, _ := subnet.Mask.Size(); length > SmallestSubnet {
			problems.Addf(problem.Index(at+".cidrs", i), "%s is smaller than the smallest subnet of AWS; use /%d or larger", text, SmallestSubnet)
		}
		if rangeKnown && !Within(text, props.CIDR) {
			problems.Addf(problem.Index(at+".cidrs", i), "%s is not inside %s; use a part of the VPC's range", text, props.CIDR)
		}
	}
}

// list writes words for people: a, b and c.
func list(words []string, conjunction string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + conjunction + " " + words[len(words)-1]
}
