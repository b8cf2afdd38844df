package rule

import (
	"net/netip"
	"slices"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// maxPublicRanges is what EKS takes: https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
const maxPublicRanges = 40

// widest is the longest range from which the Kubernetes API may be reached unless anywhere is allowed: two halves of the
// internet are the internet.
const widest = 8

// Ranges from which nothing comes over the internet.
// https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml
var (
	privateRanges  = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16")
	unusableRanges = prefixes("0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4")
)

func prefixes(texts ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

// PublicRanges reports IPv4 ranges that EKS would not let in from the internet, or that are most of the internet, unless
// anywhere is allowed.
func PublicRanges(problems *problem.List, path string, ranges []string, anywhere bool) {
	if len(ranges) > maxPublicRanges {
		problems.Addf(path, "has %d ranges; EKS allows %d; join some", len(ranges), maxPublicRanges)
	}
	seen := map[string]bool{}
	for i, text := range ranges {
		at := problem.Index(path, i)
		if seen[text] {
			problems.Addf(at, "%q is listed twice; list it once", text)
			continue
		}
		seen[text] = true
		prefix, err := netip.ParsePrefix(text)
		switch {
		case err != nil || !prefix.Addr().Is4():
			problems.Addf(at, "%q is no IPv4 range; write it like 203.0.113.0/24, and a single address like 203.0.113.7/32", text)
		case prefix.Masked() != prefix:
			problems.Addf(at, "%s does not begin at its first address; write %s", text, prefix.Masked())
		case anywhere && prefix.Bits() == 0:
		case within(prefix, privateRanges):
			problems.Addf(at, "%s is private address space, which never arrives at a public endpoint; remove it: the VPC reaches the private endpoint anyway", text)
		case within(prefix, unusableRanges):
			problems.Addf(at, "%s is multicast or reserved, from which nobody comes; remove it", text)
		case anywhere || prefix.Bits() >= widest:
		case prefix.Bits() == 0:
			problems.Addf(at, "%s opens the Kubernetes API to the whole internet; name the ranges that need it, or set allowPublicAccessFromAnywhere: true", text)
		default:
			problems.Addf(at, "%s opens the Kubernetes API to much of the internet; name the ranges that need it, /%d or smaller, or set allowPublicAccessFromAnywhere: true", text, widest)
		}
	}
}

func within(prefix netip.Prefix, ranges []netip.Prefix) bool {
	return slices.ContainsFunc(ranges, func(each netip.Prefix) bool { return prefix.Bits() >= each.Bits() && each.Overlaps(prefix) })
}

// ClientRanges reports IPv4 ranges from which nobody can come to a load balancer, and such as are given twice.
func ClientRanges(problems *problem.List, path string, ranges []string) {
	seen := map[string]bool{}
	for i, text := range ranges {
		at := problem.Index(path, i)
		prefix, err := netip.ParsePrefix(text)
		switch {
		case err != nil || !prefix.Addr().Is4():
			problems.Addf(at, "%q is no IPv4 range; write it like 10.0.0.0/16, and a single address like 203.0.113.7/32", text)
		case prefix.Masked() != prefix:
			problems.Addf(at, "%s does not begin at its first address; write %s", text, prefix.Masked())
		case prefix.Bits() == 0:
			problems.Addf(at, "%s admits the whole internet; name the ranges of the clients", text)
		case seen[text]:
			problems.Addf(at, "%q is listed twice; list it once", text)
		}
		seen[text] = true
	}
}
