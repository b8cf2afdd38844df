package network

import (
	"cmp"
	"strings"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/subnets"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	namePattern    = lazyregexp.New(`^[a-z]([a-z0-9-]{0,52}[a-z0-9])?$`)
	zonePattern    = lazyregexp.New(`^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$`)
	clusterPattern = lazyregexp.New(`^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$`)
)

// validate reports everything that is wrong and returns the plan of the subnets.
func (p Props) validate() (subnets.Plan, error) {
	var problems problem.List
	validateName(p.Name, &problems)
	problems.Add("", site.Check(p.Scope))
	validateZones(p.Zones, p.Scope.Region, &problems)
	plan, err := subnets.New(subnets.Props{CIDR: p.CIDR, Zones: p.Zones, MaxZones: p.MaxZones, Tiers: p.Tiers})
	problems.Add("", err)
	p.validateTierNames(&problems)
	p.validateNAT(&problems)
	hasSubnets := p.hasTier(subnets.Private) || p.hasTier(subnets.Isolated)
	p.Endpoints.validate("endpoints", len(p.Zones), hasSubnets, &problems)
	p.FlowLogs.validate("flowLogs", &problems)
	for i, cluster := range p.KubernetesClusters {
		if !token.Is(cluster) && !clusterPattern.MatchString(cluster) {
			problems.Addf(problem.Index("kubernetesClusters", i), "%q is no name of an EKS cluster; use 1 to 100 letters, digits, hyphens and underscores, beginning with a letter or digit", cluster)
		}
	}
	if p.PermissionsBoundary != "" && !arn.Is(p.PermissionsBoundary, "iam", "policy/") {
		problems.Addf("permissionsBoundary", "%q is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name", p.PermissionsBoundary)
	}
	return plan, problems.Err()
}

// validateTierNames refuses a tier whose one route table would get the name of a private tier's table for one zone.
func (p Props) validateTierNames(problems *problem.List) {
	private := map[string]bool{}
	for _, each := range p.Tiers {
		if each.Type == subnets.Private || each.Type == "" {
			private[cmp.Or(each.Name, string(subnets.Private))] = true
		}
	}
	for i, each := range p.Tiers {
		end := len(each.Name) - 2
		if each.Type != subnets.Private && each.Type != "" && end > 0 && each.Name[end] == '-' && private[each.Name[:end]] {
			problems.Addf(problem.Index("tiers", i)+".name", "%q is what the part of tier %q in zone %s is named; use another name", each.Name, each.Name[:end], each.Name[end+1:])
		}
	}
}

func validateName(name string, problems *problem.List) {
	if !namePattern.MatchString(name) {
		problems.Addf("name", "%q is no name of a network; use 1 to 54 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen", name)
	}
}

func validateZones(zones []string, region string, problems *problem.List) {
	if token.Is(region) && len(zones) > 0 && zones[0] != "" {
		region = zones[0][:len(zones[0])-1] // at least they must be of one region
	}
	for i, zone := range zones {
		at := problem.Index("zones", i)
		switch {
		case zone == "": // the plan reports it
		case !zonePattern.MatchString(zone):
			problems.Addf(at, "%q is no availability zone; write its name like us-west-2a (not its id, and no local zone)", zone)
		case zone[:len(zone)-1] != region:
			problems.Addf(at, "%q is not in region %s; use a zone like %sa", zone, region, region)
		default:
			if err := rule.Zone(region, zone); err != nil {
				problems.Addf(at, "%s", err)
			}
		}
	}
}

func (p Props) validateNAT(problems *problem.List) {
	switch p.NAT {
	case NATNone, NATSingle, NATPerZone:
	default:
		problems.Addf("nat", "%q is unknown; use none, single or perZone", p.NAT)
		return
	}
	if p.NAT != NATNone && !p.hasTier(subnets.Public) {
		problems.Addf("nat", "%s needs a public tier, where the NAT gateway stands; add one to tiers or set nat to none", p.NAT)
	}
	if p.NAT != NATNone && !p.hasTier(subnets.Private) {
		problems.Addf("nat", "%s serves private tiers only and there is none; add one to tiers or set nat to none", p.NAT)
	}
	if n := len(p.natZones()); len(p.NATAllocationIDs) > 0 && len(p.NATAllocationIDs) != n {
		problems.Addf("natAllocationIDs", "has length %d, but the number of NAT gateways is %d; give one Elastic IP for each, or none", len(p.NATAllocationIDs), n)
	}
	validateIDs("natAllocationIDs", "eipalloc-", p.NATAllocationIDs, problems)
}

// validateIDs checks the form of ids that AWS gave, such as subnet-0123456789abcdef0.
func validateIDs(at, prefix string, ids []string, problems *problem.List) {
	seen := map[string]bool{}
	for i, id := range ids {
		if !isID(prefix, id) {
			problems.Addf(problem.Index(at, i), "%q is no id; write it like %s0123456789abcdef0", id, prefix)
		} else if seen[id] {
			problems.Addf(problem.Index(at, i), "%q is named twice; name each once", id)
		}
		seen[id] = true
	}
}

var idPattern = lazyregexp.New(`^[0-9a-f]{8}([0-9a-f]{9})?$`)

func isID(prefix, id string) bool {
	rest, found := strings.CutPrefix(id, prefix)
	return token.Is(id) || found && idPattern.MatchString(rest)
}
