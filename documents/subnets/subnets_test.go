package subnets_test

import (
	"cmp"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/apparentlymart/go-cidr/cidr"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mlplatform/mlplatform/documents/subnets"
)

var zones = []string{"us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d", "us-west-2e", "us-west-2f"}

var all = []subnets.Tier{{Type: subnets.Public}, {Type: subnets.Private}, {Type: subnets.Isolated}}

func Example() {
	plan, err := subnets.New(subnets.Props{
		CIDR:  "10.20.0.0/16",
		Zones: []string{"us-west-2a", "us-west-2b"},
		Tiers: []subnets.Tier{{Type: subnets.Public}, {Type: subnets.Private}, {Name: "database", Type: subnets.Isolated, PrefixLength: 26}},
	})
	fmt.Println(err)
	fmt.Print(plan)
	fmt.Println(plan.Free())
	// Output:
	// <nil>
	// tier      zone        range            addresses
	// public    us-west-2a  10.20.192.0/22   1019
	// public    us-west-2b  10.20.196.0/22   1019
	// private   us-west-2a  10.20.0.0/19     8187
	// private   us-west-2b  10.20.32.0/19    8187
	// database  us-west-2a  10.20.216.0/26   59
	// database  us-west-2b  10.20.216.64/26  59
	// [10.20.217.128/25 10.20.218.0/23 10.20.220.0/22 10.20.224.0/19]
}

// Standard sizes are a contract: they decide the subnets of every network that names none.
func TestStandardSizes(t *testing.T) {
	for _, test := range []struct {
		length, maxZones int
		want             string
	}{
		{16, 6, "public 10.0.192.0/22, private 10.0.0.0/19, isolated 10.0.216.0/22"},
		{17, 6, "public 10.0.96.0/23, private 10.0.0.0/20, isolated 10.0.108.0/23"},
		{18, 6, "public 10.0.48.0/24, private 10.0.0.0/21, isolated 10.0.54.0/24"},
		{19, 6, "public 10.0.24.0/25, private 10.0.0.0/22, isolated 10.0.27.0/25"},
		{20, 6, "public 10.0.12.0/26, private 10.0.0.0/23, isolated 10.0.13.128/26"},
		{21, 6, "public 10.0.6.0/27, private 10.0.0.0/24, isolated 10.0.6.192/27"},
		{22, 6, "public 10.0.1.128/27, private 10.0.0.0/26, isolated 10.0.2.64/28"},
		{23, 6, "public 10.0.0.192/27, private 10.0.0.0/27, isolated 10.0.1.128/28"},
		{24, 6, "public 10.0.0.96/28, private 10.0.0.0/28, isolated 10.0.0.192/28"},
		{16, 3, "public 10.0.192.0/22, private 10.0.0.0/18, isolated 10.0.204.0/22"},
		{16, 2, "public 10.0.128.0/22, private 10.0.0.0/18, isolated 10.0.136.0/22"},
		{16, 1, "public 10.0.128.0/22, private 10.0.0.0/17, isolated 10.0.132.0/22"},
		{24, 3, "public 10.0.0.96/27, private 10.0.0.0/27, isolated 10.0.0.192/28"},
		{24, 2, "public 10.0.0.128/27, private 10.0.0.0/26, isolated 10.0.0.192/28"},
	} {
		plan, err := subnets.New(subnets.Props{CIDR: fmt.Sprintf("10.0.0.0/%d", test.length), Zones: zones[:1], MaxZones: test.maxZones, Tiers: all})
		require.NoError(t, err)
		var got []string
		for _, each := range plan.Subnets {
			got = append(got, each.Tier+" "+each.CIDR)
		}
		require.Equal(t, test.want, strings.Join(got, ", "), "/%d with room for %d zones", test.length, test.maxZones)
	}
}

func TestPlan(t *testing.T) {
	plan, err := subnets.New(subnets.Props{CIDR: "10.0.0.0/16", Zones: zones[:2]})
	require.NoError(t, err)
	require.Equal(t, []string{"public", "private"}, plan.Tiers())
	require.Equal(t, "private", plan.First(subnets.Private))
	require.Empty(t, plan.First(subnets.Isolated))
	require.Equal(t, []subnets.Subnet{
		{Tier: "private", Type: subnets.Private, Zone: "us-west-2a", CIDR: "10.0.0.0/19", Number: 0},
		{Tier: "private", Type: subnets.Private, Zone: "us-west-2b", CIDR: "10.0.32.0/19", Number: 1},
	}, plan.Tier("private"))
	require.Equal(t, 9, plan.Tier("public")[1].Number)
	require.Equal(t, []string{"10.0.216.0/21", "10.0.224.0/19"}, plan.Free())
}

func TestExistingSubnetsAreKept(t *testing.T) {
	plan, err := subnets.New(subnets.Props{CIDR: "10.0.0.0/16", Zones: zones[:2], Tiers: []subnets.Tier{
		{Type: subnets.Private, CIDRs: []string{"10.0.1.0/24", "10.0.2.0/24"}},
		{Type: subnets.Public, CIDRs: []string{"10.0.101.0/24", "10.0.102.0/24"}},
		{Name: "pods", Type: subnets.Private, PrefixLength: 20},
		{Type: subnets.Isolated},
	}})
	require.NoError(t, err)
	require.Equal(t, "10.0.102.0/24", plan.Tier("public")[1].CIDR)
	require.Equal(t, "10.0.112.0/20", plan.Tier("pods")[0].CIDR)
	require.Equal(t, 24, plan.Tier("pods")[0].Number)
	require.Equal(t, "10.0.216.0/22", plan.Tier("isolated")[0].CIDR)
}

func TestIsolatedOnly(t *testing.T) {
	plan, err := subnets.New(subnets.Props{CIDR: "10.0.0.0/16", Zones: zones[:3], Tiers: []subnets.Tier{{Type: subnets.Isolated, PrefixLength: 19}}})
	require.NoError(t, err)
	require.Equal(t, "10.0.64.0/19", plan.Tier("isolated")[2].CIDR)
}

func TestErrors(t *testing.T) {
	for _, test := range []struct {
		name  string
		props subnets.Props
		want  string
	}{
		{"nothing", subnets.Props{}, `cidr: "" is no range of addresses; write it like 10.0.0.0/16
zones: are missing; name 1 to 6 availability zones, such as us-west-2a`},
		{"no mask", subnets.Props{CIDR: "10.0.0.0", Zones: zones[:1]}, `cidr: "10.0.0.0" is no range of addresses; write it like 10.0.0.0/16`},
		{"IPv6", subnets.Props{CIDR: "fd00::/64", Zones: zones[:1]}, `cidr: fd00::/64 is an IPv6 range; give an IPv4 range like 10.0.0.0/16`},
		{"host bits", subnets.Props{CIDR: "10.1.2.0/16", Zones: zones[:1]}, `cidr: 10.1.2.0/16 does not begin at its first address; write 10.1.0.0/16`},
		{"too large", subnets.Props{CIDR: "10.0.0.0/8", Zones: zones[:1]}, `cidr: 10.0.0.0/8 has a prefix of /8, /16 to /24 are allowed; use for example 10.0.0.0/16`},
		{"too large, and not from its first address", subnets.Props{CIDR: "10.60.0.0/12", Zones: zones[:1]}, `cidr: 10.60.0.0/12 has a prefix of /12, /16 to /24 are allowed; use for example 10.60.0.0/16`},
		{"too small", subnets.Props{CIDR: "10.0.0.0/25", Zones: zones[:1]}, `cidr: 10.0.0.0/25 has a prefix of /25, /16 to /24 are allowed; use for example 10.0.0.0/24`},
		{"public", subnets.Props{CIDR: "20.0.0.0/16", Zones: zones[:1]}, `cidr: 20.0.0.0/16 is not private; use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`},
		{"Docker", subnets.Props{CIDR: "172.17.4.0/22", Zones: zones[:1]}, `cidr: 172.17.4.0/22 overlaps 172.17.0.0/16, which Docker and SageMaker notebooks use inside their machines; use another range`},
		{"zones", subnets.Props{CIDR: "10.0.0.0/16", Zones: []string{"a", "a", ""}, MaxZones: 7}, `zones[1]: "a" is named twice; name each availability zone once
zones[2]: is empty; name an availability zone, such as us-west-2a
maxZones: 7 is out of range; use 1 to 6`},
		{"too many zones", subnets.Props{CIDR: "10.0.0.0/16", Zones: append(zones[:6:6], "us-west-2g")}, `zones: has 7 availability zones, 1 to 6 are allowed; remove some`},
		{"less room than zones", subnets.Props{CIDR: "10.0.0.0/16", Zones: zones[:3], MaxZones: 2}, `maxZones: 2 is less than the 3 zones; use 3 to 6, or leave it out`},
		{"tiers", subnets.Props{CIDR: "10.0.0.0/16", Zones: zones[:1], Tiers: []subnets.Tier{
			{Type: "secret", Name: "Top_"}, {PrefixLength: 16}, {PrefixLength: 29}, {Name: "more"},
		}}, `tiers[0].type: "secret" is unknown; use public, private or isolated
tiers[0].name: "Top_" is no tier name; use 1 to 20 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen
tiers[1].prefixLength: 16 is out of range; use 17 to 28 for subnets of 10.0.0.0/16
tiers[2].prefixLength: 29 is out of range; use 17 to 28 for subnets of 10.0.0.0/16
tiers[2].name: "private" is the name of tiers[1] already; give each tier a name of its own
tiers[3].prefixLength: is missing; only the first private tier has a default size, so give this one a length from 17 to 28`},
		{"too many tiers", subnets.Props{CIDR: "10.0.0.0/16", Zones: zones[:1], Tiers: many(11)}, `tiers: has 11 tiers, at most 10 are allowed; remove some`},
		{"explicit", subnets.Props{CIDR: "10.0.0.0/16", Zones: zones[:2], Tiers: []subnets.Tier{
			{CIDRs: []string{"10.0.0.0/24"}}, {Type: subnets.Public, PrefixLength: 24, CIDRs: []string{"10.1.0.0/24", "10.0.0.0/30"}}, {Name: "odd", CIDRs: []string{"10.0.1.1/24", "x"}},
		}}, `tiers[0].cidrs: has length 1, but there are 2 zones; give one for each zone, in the order of the zones
tiers[1].prefixLength: has no meaning beside cidrs; remove one of the two
tiers[1].cidrs[0]: 10.1.0.0/24 is not inside 10.0.0.0/16; use a part of the VPC's range
tiers[1].cidrs[1]: 10.0.0.0/30 is smaller than the smallest subnet of AWS; use /28 or larger
tiers[2].cidrs[0]: 10.0.1.1/24 does not begin at its first address; write 10.0.1.0/24
tiers[2].cidrs[1]: "x" is no range of addresses; write it like 10.0.0.0/16`},
		{"no room", subnets.Props{CIDR: "10.0.0.0/16", Zones: zones[:2], Tiers: []subnets.Tier{{}, {Name: "pods", PrefixLength: 20}}},
			`tiers[1]: pods has no room for 6 zones of /20 in 10.0.0.0/16, where 10.0.192.0/18 is free; use a longer prefix, a smaller maxZones or a larger range`},
		{"full", subnets.Props{CIDR: "10.0.0.0/24", Zones: zones[:2], Tiers: append(all[:3:3], subnets.Tier{Name: "more", PrefixLength: 28})},
			`tiers[3]: more has no room for 6 zones of /28 in 10.0.0.0/24, where nothing is free; use a longer prefix, a smaller maxZones or a larger range`},
		{"too many zones for a small range", subnets.Props{CIDR: "10.0.0.0/24", Zones: zones[:5], Tiers: all},
			`tiers[2]: isolated has room for 4 zones in 10.0.0.0/24, not for 5; use a larger range, fewer zones or fewer tiers`},
		{"overlap", subnets.Props{CIDR: "10.0.0.0/16", Zones: zones[:1], Tiers: []subnets.Tier{{}, {Type: subnets.Public, CIDRs: []string{"10.0.160.0/24"}}}},
			`tiers[1]: 10.0.160.0/24 overlaps what tier "private" has or keeps for further zones; use another range`},
		{"taken", subnets.Props{CIDR: "10.0.0.0/16", Zones: zones[:1], Tiers: []subnets.Tier{{Type: subnets.Public, CIDRs: []string{"10.0.160.0/24"}}, {}}},
			`tiers[1]: the standard place of the private tier, 10.0.0.0 to 10.0.191.255, is taken by tier "public"; list this tier before that one, or give it a prefixLength or cidrs`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := subnets.New(test.props)
			require.EqualError(t, err, test.want)
		})
	}
}

func many(n int) []subnets.Tier {
	tiers := make([]subnets.Tier, n)
	for i := range tiers {
		tiers[i] = subnets.Tier{Name: fmt.Sprintf("tier-%d", i), PrefixLength: 28}
	}
	return tiers
}

func TestOverlapAndWithin(t *testing.T) {
	for _, test := range []struct {
		a, b            string
		overlap, within bool
	}{
		{"10.0.0.0/16", "10.0.0.0/16", true, true},
		{"10.0.4.0/24", "10.0.0.0/16", true, true},
		{"10.0.0.0/16", "10.0.4.0/24", true, false},
		{"10.0.0.0/16", "10.1.0.0/16", false, false},
		{"x", "10.1.0.0/16", false, false},
		{"10.1.0.0/16", "x", false, false},
	} {
		require.Equal(t, test.overlap, subnets.Overlap(test.a, test.b), "%s and %s overlap", test.a, test.b)
		require.Equal(t, test.within, subnets.Within(test.a, test.b), "%s is within %s", test.a, test.b)
	}
}

// props draws descriptions without explicit ranges, which alone cannot grow a zone by themselves.
func props(t *rapid.T) subnets.Props {
	length := rapid.IntRange(16, 24).Draw(t, "length")
	_, ten, _ := net.ParseCIDR("10.0.0.0/8")
	vpc, err := cidr.Subnet(ten, length-8, rapid.IntRange(0, 1<<(length-8)-1).Draw(t, "vpc"))
	require.NoError(t, err)
	maxZones := rapid.IntRange(0, 6).Draw(t, "maxZones")
	most := cmp.Or(maxZones, 6)
	p := subnets.Props{CIDR: vpc.String(), MaxZones: maxZones, Zones: zones[:rapid.IntRange(1, most).Draw(t, "zones")]}
	for i := range rapid.IntRange(0, 5).Draw(t, "tiers") {
		p.Tiers = append(p.Tiers, tier(t, i, length, p.Tiers))
	}
	return p
}

func tier(t *rapid.T, i, length int, before []subnets.Tier) subnets.Tier {
	out := subnets.Tier{
		Name: fmt.Sprintf("tier-%d", i),
		Type: rapid.SampledFrom([]subnets.Type{subnets.Private, subnets.Public, subnets.Isolated}).Draw(t, "type"),
	}
	explicit := rapid.Bool().Draw(t, "explicit")
	for _, each := range before {
		explicit = explicit || each.Type == out.Type
	}
	if explicit {
		out.PrefixLength = rapid.IntRange(length+1, 28).Draw(t, "prefixLength")
	}
	return out
}

func contains(t *rapid.T, larger, smaller subnets.Plan) {
	byName := map[string]subnets.Subnet{}
	for _, each := range larger.Subnets {
		byName[each.Tier+"/"+each.Zone] = each
	}
	for _, each := range smaller.Subnets {
		require.Equal(t, each, byName[each.Tier+"/"+each.Zone])
	}
}

func TestSubnetsAreDisjointAndInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := props(t)
		plan, err := subnets.New(p)
		if err != nil {
			t.Skip(err)
		}
		_, vpc, _ := net.ParseCIDR(p.CIDR)
		var networks []*net.IPNet
		numbers := map[int]bool{}
		for _, each := range plan.Subnets {
			_, network, err := net.ParseCIDR(each.CIDR)
			require.NoError(t, err)
			networks = append(networks, network)
			require.False(t, numbers[each.Number], "number %d is used twice", each.Number)
			require.Less(t, each.Number, 256)
			numbers[each.Number] = true
			require.GreaterOrEqual(t, each.Addresses(), 11)
		}
		for _, free := range plan.Free() {
			_, network, err := net.ParseCIDR(free)
			require.NoError(t, err)
			networks = append(networks, network)
		}
		require.NoError(t, cidr.VerifyNoOverlap(networks, vpc))
	})
}

func TestAddingAZoneMovesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := props(t)
		larger, err := subnets.New(p)
		if err != nil || len(p.Zones) < 2 {
			t.Skip()
		}
		p.Zones = p.Zones[:rapid.IntRange(1, len(p.Zones)-1).Draw(t, "fewer")]
		smaller, err := subnets.New(p)
		require.NoError(t, err)
		contains(t, larger, smaller)
	})
}

func TestAddingATierAtTheEndMovesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := props(t)
		larger, err := subnets.New(p)
		if err != nil || len(p.Tiers) < 2 {
			t.Skip()
		}
		p.Tiers = p.Tiers[:rapid.IntRange(1, len(p.Tiers)-1).Draw(t, "fewer")]
		smaller, err := subnets.New(p)
		require.NoError(t, err)
		contains(t, larger, smaller)
	})
}

func TestStandardTiersComeAndGoInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.IntRange(16, 23).Draw(t, "length")
		p := subnets.Props{CIDR: fmt.Sprintf("10.0.0.0/%d", length), Zones: zones, Tiers: all}
		larger, err := subnets.New(p)
		require.NoError(t, err)
		shuffled := rapid.Permutation(all).Draw(t, "order")
		p.Tiers = shuffled[:rapid.IntRange(1, 3).Draw(t, "fewer")]
		smaller, err := subnets.New(p)
		require.NoError(t, err)
		contains(t, larger, smaller)
	})
}

func FuzzCheckRange(f *testing.F) {
	for _, seed := range []string{"10.0.0.0/16", "172.17.0.0/24", "", "10.0.0.0/33", "fd00::/8", "::ffff:10.0.0.0/112"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if subnets.CheckRange(text) != nil {
			return
		}
		_, err := subnets.New(subnets.Props{CIDR: text, Zones: zones[:2]})
		require.NoError(t, err)
	})
}
