package subnets

import (
	"fmt"
	"net"
	"sort"

	"github.com/apparentlymart/go-cidr/cidr"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// A span is a run of addresses, counted from the beginning of the VPC. The end is not part of it.
type span struct {
	from, to int
	owner    string
}

func (s span) overlaps(other span) bool { return s.from < other.to && other.from < s.to }

// A home is the standard place of the tier of one type.
type home struct {
	span
	length int // of the prefix of each subnet
}

// sizes finds the standard sizes: as large as fits with room for all zones, private ones before the others. Public
// subnets have /27 at least, where the range is large enough, because a load balancer needs that.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
func sizes(vpcLength, maxZones int) map[Type]int {
	small := min(vpcLength+6, SmallestSubnet)
	for _, public := range []int{min(small, 27), SmallestSubnet} {
		for private := vpcLength + 1; private <= SmallestSubnet; private++ {
			if maxZones*(count(private)+count(public)+count(small)) <= count(vpcLength) {
				return map[Type]int{Private: private, Public: public, Isolated: small}
			}
		}
	}
	return map[Type]int{Private: SmallestSubnet, Public: SmallestSubnet, Isolated: SmallestSubnet}
}

// homes are the standard places, one after the other. In a /24 with room for six zones the last one is cut short.
func homes(vpcLength, maxZones int) map[Type]home {
	out, from := map[Type]home{}, 0
	for _, each := range types {
		length := sizes(vpcLength, maxZones)[each]
		to := min(from+maxZones*count(length), count(vpcLength))
		out[each] = home{span{from: from, to: to}, length}
		from = to
	}
	return out
}

// count is how many addresses a range with a prefix of this length has.
func count(length int) int { return 1 << (32 - length) }

// A placer puts one tier after the other into the VPC.
type placer struct {
	props  Props
	vpc    *net.IPNet
	length int
	// reserved are the standard places of the types that no tier has had yet.
	reserved map[Type]home
	taken    []span
	further  int // tiers so far that were not the first of their type
	plan     Plan
}

func place(vpc *net.IPNet, props Props) (Plan, error) {
	length, _ := vpc.Mask.Size()
	p := &placer{props: props, vpc: vpc, length: length, reserved: homes(length, props.MaxZones)}
	p.plan = Plan{CIDR: vpc.String(), Zones: append([]string(nil), props.Zones...)}
	var problems problem.List
	for i, tier := range props.Tiers {
		if err := p.add(tier); err != nil {
			problems.Addf(problem.Index("tiers", i), "%s", err)
		}
	}
	if err := problems.Err(); err != nil {
		return Plan{}, err
	}
	p.plan.free = p.free()
	return p.plan, nil
}

func (p *placer) add(tier Tier) error {
	at, first := p.reserved[tier.Type]
	delete(p.reserved, tier.Type)
	number := p.number(tier.Type, first)
	switch {
	case len(tier.CIDRs) > 0:
		return p.explicit(tier, number)
	case tier.PrefixLength > 0:
		found, err := p.search(tier)
		if err != nil {
			return err
		}
		return p.fill(tier, found, tier.PrefixLength, number)
	}
	if other := p.hit(at.span); other != "" {
		return fmt.Errorf("the standard place of the %s tier, %s, is taken by tier %q; list this tier before that one, or give it a prefixLength or cidrs", tier.Type, p.describe(at.span), other)
	}
	return p.fill(tier, at.span, at.length, number)
}

// number is what the tier's subnets are numbered from: eight for each tier, the standard ones first.
func (p *placer) number(tierType Type, first bool) int {
	if !first {
		p.further++
		return 8 * (len(types) + p.further - 1)
	}
	for i, each := range types {
		if each == tierType {
			return 8 * i
		}
	}
	return 0
}

func (p *placer) explicit(tier Tier, number int) error {
	for i, text := range tier.CIDRs {
		_, subnet, err := net.ParseCIDR(text)
		if err != nil {
			return err
		}
		length, _ := subnet.Mask.Size()
		from := p.offset(subnet.IP)
		at := span{from, from + count(length), tier.Name}
		if other := p.hit(at); other != "" {
			return fmt.Errorf("%s overlaps what tier %q has or keeps for further zones; use another range", text, other)
		}
		p.taken = append(p.taken, at)
		p.append(tier, i, subnet, number)
	}
	return nil
}

// search finds the lowest place with room for all zones. The standard places of types that have not come yet are
// taken only if nothing else is left.
func (p *placer) search(tier Tier) (span, error) {
	size := count(tier.PrefixLength)
	for _, respect := range []bool{true, false} {
		for from := 0; from+size*p.props.MaxZones <= count(p.length); from += size {
			at := span{from: from, to: from + size*p.props.MaxZones}
			if p.hit(at) == "" && !(respect && p.isReserved(at)) {
				return at, nil
			}
		}
	}
	return span{}, fmt.Errorf("%s has no room for %d zones of /%d in %s, where %s is free; use a longer prefix, a smaller maxZones or a larger range",
		tier.Name, p.props.MaxZones, tier.PrefixLength, p.vpc, p.describeFree())
}

func (p *placer) isReserved(at span) bool {
	for _, kept := range p.reserved {
		if at.overlaps(kept.span) {
			return true
		}
	}
	return false
}

// hit is the tier that has some of these addresses, or "".
func (p *placer) hit(at span) string {
	for _, each := range p.taken {
		if at.overlaps(each) {
			return each.owner
		}
	}
	return ""
}

// fill makes one subnet for each zone, from the beginning of the span.
func (p *placer) fill(tier Tier, at span, length, number int) error {
	size := count(length)
	if room := (at.to - at.from) / size; room < len(p.props.Zones) {
		return fmt.Errorf("%s has room for %d zones in %s, not for %d; use a larger range, fewer zones or fewer tiers", tier.Name, room, p.vpc, len(p.props.Zones))
	}
	at.owner = tier.Name
	p.taken = append(p.taken, at)
	for i := range p.props.Zones {
		subnet, err := cidr.Subnet(p.vpc, length-p.length, at.from/size+i)
		if err != nil {
			return err
		}
		p.append(tier, i, subnet, number)
	}
	return nil
}

func (p *placer) append(tier Tier, zone int, subnet *net.IPNet, number int) {
	p.plan.Subnets = append(p.plan.Subnets, Subnet{
		Tier: tier.Name, Type: tier.Type, Zone: p.props.Zones[zone], CIDR: subnet.String(), Number: number + zone,
	})
}

func (p *placer) offset(ip net.IP) int {
	var out int
	for i, b := range ip.To4() {
		out = out<<8 + int(b) - int(p.vpc.IP.To4()[i])
	}
	return out
}

// free are the largest ranges that no tier has, not even for further zones.
func (p *placer) free() []string {
	taken := append([]span(nil), p.taken...)
	sort.Slice(taken, func(i, j int) bool { return taken[i].from < taken[j].from })
	taken = append(taken, span{from: count(p.length), to: count(p.length)})
	var out []string
	from := 0
	for _, next := range taken {
		for from < next.from {
			length := p.length
			for from%count(length) != 0 || from+count(length) > next.from {
				length++
			}
			out = append(out, p.cidr(from, length))
			from += count(length)
		}
		from = max(from, next.to)
	}
	return out
}

func (p *placer) cidr(from, length int) string {
	subnet, err := cidr.Subnet(p.vpc, length-p.length, from/count(length))
	if err != nil {
		return err.Error() // from is a place inside the VPC, so this is not reached
	}
	return subnet.String()
}

func (p *placer) describeFree() string {
	if free := p.free(); len(free) > 0 {
		return list(free, "and")
	}
	return "nothing"
}

func (p *placer) describe(at span) string {
	first, _ := cidr.Host(p.vpc, at.from)
	last, _ := cidr.Host(p.vpc, at.to-1)
	return first.String() + " to " + last.String()
}
