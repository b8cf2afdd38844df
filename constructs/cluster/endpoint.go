package cluster

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Endpoint says who reaches the Kubernetes API. Nodes do so inside the VPC, always.
// https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
type Endpoint struct {
	// PublicCIDRs are IPv4 ranges that reach the API over the internet, at most 40. Default: none, the API is private.
	PublicCIDRs []string
	// AllowPublicAccessFromAnywhere accepts 0.0.0.0/0 and other ranges larger than /8 in PublicCIDRs, so that only IAM
	// stands before the API.
	// Default: false.
	AllowPublicAccessFromAnywhere bool
	// PrivateCIDRs are IPv4 ranges inside the network, such as a VPN's, that reach the private endpoint. Default: none.
	PrivateCIDRs []string
	// PrivateSecurityGroups are security groups that reach the private endpoint, such as a runner's, by a name of your
	// choice, which stands in the Terraform address. Default: none.
	PrivateSecurityGroups map[string]string
}

func (p Props) validateNetwork(problems *problem.List) {
	if !vpcPattern.MatchString(p.VPCID) && !token.Is(p.VPCID) {
		problems.Addf("vpcID", "%q is no id of a VPC; write it like vpc-0123456789abcdef0", p.VPCID)
	}
	if len(p.SubnetIDs) < 2 {
		problems.Addf("subnetIDs", "are %d, EKS needs at least 2 in different zones; list the private subnets", len(p.SubnetIDs))
	}
	ids("subnetIDs", p.SubnetIDs, subnetPattern, "subnet", problems)
	if !slices.Contains(families, p.IPFamily) {
		problems.Addf("ipFamily", "%q is unknown; use %s", p.IPFamily, problem.Choices(families))
	}
	if p.ServiceCIDR == "" {
		return
	}
	if p.IPFamily == IPv6 {
		problems.Addf("serviceCIDR", "%q has no place with IPv6, where EKS chooses the range; remove it", p.ServiceCIDR)
	}
	prefix, err := netip.ParsePrefix(p.ServiceCIDR)
	inside := func(private netip.Prefix) bool {
		return private.Bits() <= prefix.Bits() && private.Contains(prefix.Addr())
	}
	if err != nil || prefix.Masked() != prefix || prefix.Bits() < 12 || prefix.Bits() > 24 || !slices.ContainsFunc(privateRanges, inside) {
		problems.Addf("serviceCIDR", "%q is no range for services; use one of /12 to /24 inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16", p.ServiceCIDR)
	}
}

// ids checks the ids of resources that already exist, or are tokens.
func ids(path string, values []string, pattern *lazyregexp.Regexp, kind string, problems *problem.List) {
	seen := map[string]bool{}
	for i, value := range values {
		at := problem.Index(path, i)
		if !pattern.MatchString(value) && !token.Is(value) {
			problems.Addf(at, "%q is no id of a %s; write it like %s", value, strings.ReplaceAll(kind, "-", " "), map[string]string{
				"subnet": "subnet-0123456789abcdef0", "security-group": "sg-0123456789abcdef0",
			}[kind])
		}
		if seen[value] {
			problems.Addf(at, "%q is listed twice; list it once", value)
		}
		seen[value] = true
	}
}

func (e Endpoint) validate() error {
	var problems problem.List
	rule.PublicRanges(&problems, "publicCIDRs", e.PublicCIDRs, e.AllowPublicAccessFromAnywhere)
	cidrs("privateCIDRs", e.PrivateCIDRs, &problems)
	for i, cidr := range e.PrivateCIDRs {
		if prefix, err := netip.ParsePrefix(cidr); err == nil && prefix.Bits() == 0 {
			problems.Addf(problem.Index("privateCIDRs", i), "%q is everything; list the networks that need the Kubernetes API", cidr)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.PrivateSecurityGroups)) {
		at := problem.Key("privateSecurityGroups", name)
		if !namePattern.MatchString(name) {
			problems.Addf(at, "is no name; use 1 to 63 lower-case letters, digits and hyphens")
		}
		if id := e.PrivateSecurityGroups[name]; !securityGroupPattern.MatchString(id) && !token.Is(id) {
			problems.Addf(at, "%q is no id of a security group; write it like sg-0123456789abcdef0", id)
		}
	}
	return problems.Err()
}

func cidrs(path string, values []string, problems *problem.List) {
	seen := map[string]bool{}
	for i, value := range values {
		at := problem.Index(path, i)
		prefix, err := netip.ParsePrefix(value)
		switch {
		case err != nil || !prefix.Addr().Is4():
			problems.Addf(at, "%q is no IPv4 range; write it like 203.0.113.0/24", value)
		case prefix.Masked() != prefix:
			problems.Addf(at, "%q has bits outside its mask; write %s", value, prefix.Masked())
		case seen[value]:
			problems.Addf(at, "%q is listed twice; list it once", value)
		}
		seen[value] = true
	}
}
