package config

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/mlplatform/mlplatform/documents/subnets"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

func (e environmentFile) validateNetwork() {
	n, f := e.Network, e.file
	e.validateJobDestinations()
	if n.Existing != nil {
		e.validateExisting()
		return
	}
	if !f.has("network.cidr") {
		f.add("network.cidr", "", "is missing", "add cidr: 10.10.0.0/16, or existing: with the ids of a VPC that is there")
	} else if err := subnets.CheckRange(n.CIDR); n.CIDR != "" && err != nil {
		f.addErr("network.cidr", n.CIDR, err)
		f.broken["network.cidr"] = true // nothing is said about what follows from it
	}
	zonesOK := e.validateZones()
	tiersOK := f.readable("network.tiers")
	if len(n.Tiers) == 0 {
		f.add("network.tiers", "", "is empty", "use [public, private], or remove the line")
	}
	if tiersOK && f.readable("network.nat") && n.NAT != NATNone {
		for _, tier := range []Tier{PublicTier, PrivateTier} {
			if !n.HasTier(tier) {
				f.add("network.nat", string(n.NAT), fmt.Sprintf("%s needs a %s tier", n.NAT, tier), "add it to tiers, or set nat: none")
			}
		}
	}
	f.checkRetention("network.flowLogs.retentionDays", n.FlowLogs.RetentionDays)
	if tiersOK && len(n.Tiers) > 0 && !n.HasTier(PrivateTier) && !n.HasTier(IsolatedTier) {
		for i, group := range n.Endpoints {
			if group != "" && !group.gateway() {
				f.add(fmt.Sprintf("network.endpoints[%d]", i), string(group), fmt.Sprintf("%s is an interface endpoint and needs private or isolated subnets", group), "add a tier, or remove it")
			}
		}
	}
	if zonesOK && tiersOK && len(n.Tiers) > 0 && subnets.CheckRange(n.CIDR) == nil {
		tiers := make([]subnets.Tier, len(n.Tiers))
		for i, tier := range n.Tiers {
			tiers[i] = subnets.Tier{Type: subnets.Type(tier)}
		}
		if _, err := subnets.New(subnets.Props{CIDR: n.CIDR, Zones: n.Zones, Tiers: tiers}); err != nil {
			f.add("network.cidr", n.CIDR, fmt.Sprintf("%s is too small for %d zones with %d tiers", n.CIDR, len(n.Zones), len(n.Tiers)),
				"use a larger range, up to /16, or fewer zones or tiers")
		}
	}
}

// validateZones reports whether the zones are those of the region.
func (e environmentFile) validateZones() bool {
	n, f := e.Network, e.file
	region, ok := awsfacts.RegionNamed(e.Region)
	if !ok || !f.readable("network.zones") || !f.readable("network.availabilityZones") {
		return false
	}
	if f.has("network.zones") && f.has("network.availabilityZones") {
		f.add("network.zones", "", "stands beside availabilityZones", "keep one of them: zones gives the names, availabilityZones the number")
		return false
	}
	if !f.has("network.zones") {
		if n.AvailabilityZones <= len(region.Zones) {
			return true
		}
		if len(region.Zones) == 0 {
			f.add("network.zones", "", fmt.Sprintf("is missing, and in %s accounts see different zones", region.Name),
				fmt.Sprintf("name those of the account: aws ec2 describe-availability-zones --region %s shows them", region.Name))
			return false
		}
		f.add("network.availabilityZones", fmt.Sprint(n.AvailabilityZones), fmt.Sprintf("%d is more than the %d zones of %s", n.AvailabilityZones, len(region.Zones), region.Name),
			fmt.Sprintf("use 1 to %d", len(region.Zones)))
		return false
	}
	fine := true
	if len(n.Zones) == 0 {
		f.add("network.zones", "", "is empty", "name at least one zone, such as "+region.AllZones()[0]+", or remove the line")
		fine = false
	}
	for i, zone := range n.Zones {
		if at := fmt.Sprintf("network.zones[%d]", i); zone != "" {
			err := rule.Zone(region.Name, zone)
			f.addErr(at, zone, err)
			fine = fine && err == nil
		}
	}
	return fine
}

// validateJobDestinations reports what is no range for a rule of a security group.
func (e environmentFile) validateJobDestinations() {
	seen := map[string]bool{}
	for i, cidr := range e.Network.JobDestinations {
		at := fmt.Sprintf("network.jobDestinations[%d]", i)
		prefix, err := netip.ParsePrefix(cidr)
		switch {
		case err != nil || !prefix.Addr().Is4():
			e.file.add(at, cidr, fmt.Sprintf("%s is no IPv4 range", quote(cidr)), "write it like 10.0.0.0/16")
		case prefix.Masked() != prefix || prefix.String() != cidr:
			e.file.add(at, cidr, cidr+" does not begin at its first address", "write "+prefix.Masked().String())
		case seen[cidr]:
			e.file.add(at, cidr, cidr+" is given twice", "drop one")
		}
		seen[cidr] = true
	}
}

// What describes a new VPC and means nothing for one that is there.
var newNetworkKeys = []string{"cidr", "availabilityZones", "zones", "tiers", "nat", "ipv6", "flowLogs"}

func (e environmentFile) validateExisting() {
	f, existing := e.file, e.Network.Existing
	for _, key := range newNetworkKeys {
		if path := "network." + key; f.has(path) {
			f.add(path, "", "describes a new VPC beside existing", "remove it, or remove existing")
		}
	}
	f.checkID("network.existing.vpcId", "vpc", existing.VPCID)
	owners := map[string]string{}
	for _, list := range []struct {
		key string
		ids []string
	}{
		{"privateSubnetIds", existing.PrivateSubnetIDs}, {"publicSubnetIds", existing.PublicSubnetIDs}, {"isolatedSubnetIds", existing.IsolatedSubnetIDs},
	} {
		for i, id := range list.ids {
			at := fmt.Sprintf("network.existing.%s[%d]", list.key, i)
			f.checkID(at, "subnet", id)
			if owner, used := owners[id]; used && owner != list.key && id != "" {
				f.add(at, id, fmt.Sprintf("%s stands in %s too", quote(id), owner), "a subnet is either private, public or isolated")
			}
			owners[id] = list.key
		}
	}
	if len(owners) == 0 {
		f.add("network.existing", "", "names no subnet", "add privateSubnetIds, and publicSubnetIds if there are public ones")
	}
	if err := checkExistingRange(existing.CIDR); existing.CIDR != "" && err != nil {
		f.addErr("network.existing.cidr", existing.CIDR, err)
		f.broken["network.existing.cidr"] = true // the same
	}
	for i, group := range e.Network.Endpoints {
		at := fmt.Sprintf("network.endpoints[%d]", i)
		switch {
		case group == "": // reported by the decoder
		case group.gateway() && len(existing.PrivateRouteTableIDs) == 0:
			f.add(at, string(group), fmt.Sprintf("%s is a gateway endpoint and needs route tables", group), "add network.existing.privateRouteTableIds, or remove it")
		case !group.gateway() && existing.CIDR == "":
			f.add(at, string(group), fmt.Sprintf("%s is an interface endpoint and needs the range of the VPC, which it admits", group), "add network.existing.cidr, or remove it")
		}
	}
	for i, id := range existing.PrivateRouteTableIDs {
		f.checkID(fmt.Sprintf("network.existing.privateRouteTableIds[%d]", i), "rtb", id)
	}
}

// checkExistingRange is less strict than the check of a new VPC: what is there may be of any size.
func checkExistingRange(cidr string) error {
	prefix, err := netip.ParsePrefix(cidr)
	switch {
	case err != nil || !prefix.Addr().Is4():
		return fmt.Errorf("%q is no IPv4 range; write it like 10.10.0.0/16", cidr)
	case prefix.Masked() != prefix:
		return fmt.Errorf("%s does not begin at its first address; write %s", cidr, prefix.Masked())
	}
	return nil
}

var idKinds = map[string]string{"vpc": "VPC", "subnet": "subnet", "rtb": "route table"}

var idPattern = lazyregexp.New(`^(?:[0-9a-f]{8}|[0-9a-f]{17})$`)

func (f *file) checkID(path, kind, id string) {
	if rest, ok := strings.CutPrefix(id, kind+"-"); !ok || !idPattern.MatchString(rest) {
		f.add(path, id, fmt.Sprintf("%s is no id of a %s", quote(id), idKinds[kind]), fmt.Sprintf("write it like %s-0123456789abcdef0", kind))
	}
}

func (f *file) checkRetention(path string, days int) {
	allowed := awsfacts.LogRetentionDays()
	if contains(allowed, days) || !f.has(path) {
		return
	}
	texts := make([]string, len(allowed))
	for i, each := range allowed {
		texts[i] = fmt.Sprint(each)
	}
	f.add(path, fmt.Sprint(days), fmt.Sprintf("%d days is no retention that CloudWatch Logs knows", days), "use "+problem.Choices(texts))
}
