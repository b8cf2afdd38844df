package subnets

import (
	"fmt"
	"net"
	"net/netip"
)

var (
	privateRanges = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
	dockerRange   = "172.17.0.0/16"
)

// CheckRange says what is wrong with cidr as the IPv4 range of a VPC, or returns nil.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
func CheckRange(cidr string) error {
	// The size goes first: what is said of the first address depends on it.
	if ip, vpc, err := net.ParseCIDR(cidr); err == nil && ip.To4() != nil {
		length, bits := vpc.Mask.Size()
		if length < MinPrefixLength || length > MaxPrefixLength {
			allowed := max(min(length, MaxPrefixLength), MinPrefixLength)
			return fmt.Errorf("%s has a prefix of /%d, /%d to /%d are allowed; use for example %s/%d", cidr, length, MinPrefixLength, MaxPrefixLength, ip.Mask(net.CIDRMask(allowed, bits)), allowed)
		}
	}
	if _, err := parse(cidr); err != nil {
		return err
	}
	private := false
	for _, each := range privateRanges {
		private = private || Within(cidr, each)
	}
	if !private {
		return fmt.Errorf("%s is not private; use a part of %s", cidr, list(privateRanges, "or"))
	}
	if Overlap(cidr, dockerRange) {
		return fmt.Errorf("%s overlaps %s, which Docker and SageMaker notebooks use inside their machines; use another range", cidr, dockerRange)
	}
	return nil
}

// Overlap reports whether two ranges have addresses in common. Ranges that cannot be read have none.
func Overlap(a, b string) bool {
	_, first, errA := net.ParseCIDR(a)
	_, second, errB := net.ParseCIDR(b)
	return errA == nil && errB == nil && (first.Contains(second.IP) || second.Contains(first.IP))
}

// Within reports whether all addresses of the inner range are in the outer one.
func Within(inner, outer string) bool {
	_, in, errIn := net.ParseCIDR(inner)
	_, out, errOut := net.ParseCIDR(outer)
	if errIn != nil || errOut != nil {
		return false
	}
	inLength, _ := in.Mask.Size()
	outLength, _ := out.Mask.Size()
	return out.Contains(in.IP) && inLength >= outLength
}

// parse reads an IPv4 range whose address is its first one.
func parse(cidr string) (*net.IPNet, error) {
	ip, network, err := net.ParseCIDR(cidr)
	if _, strict := netip.ParsePrefix(cidr); err != nil || strict != nil { // the former takes /016 for /16
		return nil, fmt.Errorf("%q is no range of addresses; write it like 10.0.0.0/16", cidr)
	}
	if ip.To4() == nil {
		return nil, fmt.Errorf("%s is an IPv6 range; give an IPv4 range like 10.0.0.0/16", cidr)
	}
	if !ip.Equal(network.IP) {
		return nil, fmt.Errorf("%s does not begin at its first address; write %s", cidr, network)
	}
	return network, nil
}
