package network_test

import (
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/network"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/subnets"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

var scope = arn.Scope{Region: synthtest.Region, Account: synthtest.Account}

var (
	public   = subnets.Tier{Type: subnets.Public}
	private  = subnets.Tier{Type: subnets.Private}
	isolated = subnets.Tier{Type: subnets.Isolated}
)

// zones are the first n zones.
func zones(n int) []string {
	return []string{"us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"}[:n]
}

// typical is the least that New takes.
func typical() network.Props {
	return network.Props{Name: "wine-dev", CIDR: "10.10.0.0/16", Zones: zones(2)}
}

// build makes the network and synthesises its stack.
func build(t *testing.T, props network.Props) (*network.Network, synthtest.Template) {
	t.Helper()
	return synthtest.Build(t, "network", props, network.New)
}

func TestTypical(t *testing.T) {
	_, template := build(t, typical())
	template.Golden("typical")
}

func everything() network.Props {
	return network.Props{
		Name: "wine-prod", CIDR: "10.40.0.0/16", Zones: zones(3), MaxZones: 4,
		Tiers: []subnets.Tier{public, private, {Type: subnets.Isolated, Name: "database", PrefixLength: 24}},
		NAT:   network.NATPerZone, NATAllocationIDs: []string{"eipalloc-00000000000000001", "eipalloc-00000000000000002", "eipalloc-00000000000000003"},
		IPv6: true,
		Endpoints: network.Endpoints{
			Groups: network.EndpointGroups(), Services: []string{"bedrock-runtime"}, Zones: 2,
			Policies: map[string]policy.Document{"s3": policy.New(policy.Statement{
				Principals: []policy.Principal{policy.Everyone()}, Actions: []string{"s3:GetObject"}, Resources: []string{"*"},
				Conditions: []policy.Condition{policy.StringEquals("aws:PrincipalAccount", synthtest.Account)},
			})},
		},
		FlowLogs: network.FlowLogs{
			TrafficType: network.TrafficReject, Interval: time.Minute, RetentionDays: 365,
			KeyARN: "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555",
		},
		KubernetesClusters:  []string{"wine-prod", "wine-prod-next"},
		PermissionsBoundary: "arn:aws:iam::222222222222:policy/wine-prod-boundary",
	}
}

func TestEverything(t *testing.T) {
	made, template := build(t, everything())
	template.Golden("everything")
	require.Len(t, made.NATPublicIPs(), 3)
	require.Len(t, made.SubnetIDs("database"), 3)
	require.Equal(t, made.SubnetIDs("database"), made.IsolatedSubnetIDs())
	require.Len(t, made.RouteTableIDs("private"), 3)
	require.Len(t, made.RouteTableIDs("public"), 1)
	require.Nil(t, made.SubnetIDs("other"))
	require.Nil(t, made.RouteTableIDs("other"))
	require.Equal(t, "10.40.0.0/19", made.SubnetPlan().Tier("private")[0].CIDR)
	require.Len(t, made.Routes(), 8+9+len(template.Resources("aws_vpc_endpoint"))+1, "routes, associations, endpoints and their rule")
}

func TestResult(t *testing.T) {
	made, _ := build(t, typical())
	require.Equal(t, "10.10.0.0/16", made.CIDR())
	require.Equal(t, zones(2), made.Zones())
	require.Len(t, made.PublicSubnetIDs(), 2)
	require.Len(t, made.PrivateSubnetIDs(), 2)
	require.Empty(t, made.IsolatedSubnetIDs())
	require.Empty(t, made.EndpointSecurityGroupID())
	require.NotEmpty(t, made.EndpointID("s3"))
	require.Empty(t, made.EndpointID("sts"))
	require.NotEmpty(t, made.ID())
	require.NotEmpty(t, made.ARN())
	require.NotEmpty(t, made.FlowLogGroupName())
	require.Equal(t, "network", *made.Construct().Node().Id())
}

// natOf tells which NAT gateway each private route goes through.
func natOf(template synthtest.Template) []string {
	var out []string
	for name, route := range template.Resources("aws_route") {
		if nat, ok := route["nat_gateway_id"].(string); ok {
			out = append(out, part(name)+" -> "+part(strings.TrimPrefix(nat, "${aws_nat_gateway.")))
		}
	}
	sort.Strings(out)
	return out
}

// part is a resource's name without the construct's id and the hash.
func part(name string) string {
	_, name, _ = strings.Cut(name, "network_")
	name, _, _ = strings.Cut(name, "_")
	return name
}

func TestNAT(t *testing.T) {
	for _, test := range []struct {
		nat    network.NAT
		tiers  []subnets.Tier
		ips    int
		routes []string
	}{
		{"", nil, 1, []string{"internet-private-a -> nat-a", "internet-private-b -> nat-a"}},
		{network.NATSingle, nil, 1, []string{"internet-private-a -> nat-a", "internet-private-b -> nat-a"}},
		{network.NATPerZone, nil, 2, []string{"internet-private-a -> nat-a", "internet-private-b -> nat-b"}},
		{network.NATNone, nil, 0, nil},
		{"", []subnets.Tier{private}, 0, nil},
		{"", []subnets.Tier{public}, 0, nil},
		{"", []subnets.Tier{public, isolated}, 0, nil},
		{"", []subnets.Tier{public, {}}, 1, []string{"internet-private-a -> nat-a", "internet-private-b -> nat-a"}},
	} {
		t.Run(fmt.Sprintf("%s %v", test.nat, test.tiers), func(t *testing.T) {
			props := typical()
			props.NAT, props.Tiers = test.nat, test.tiers
			made, template := build(t, props)
			require.Equal(t, test.routes, natOf(template))
			require.Len(t, template.Resources("aws_nat_gateway"), test.ips)
			require.Len(t, template.Resources("aws_eip"), test.ips)
			require.Len(t, made.NATPublicIPs(), test.ips)
		})
	}
}

func TestIsolatedTiersHaveNoWayOut(t *testing.T) {
	props := typical()
	props.Tiers = []subnets.Tier{isolated}
	props.IPv6 = true
	_, template := build(t, props)
	require.Empty(t, template.Resources("aws_route"))
	require.Empty(t, template.Resources("aws_internet_gateway"))
	require.Empty(t, template.Resources("aws_egress_only_internet_gateway"))
	require.Len(t, template.Resources("aws_vpc_endpoint"), 2, "S3 and DynamoDB still")
}

func TestWhatAWSMakesIsLocked(t *testing.T) {
	_, template := build(t, typical())
	group := template.One("aws_default_security_group")
	require.Equal(t, []any{}, group["ingress"])
	require.Equal(t, []any{}, group["egress"])
	require.Equal(t, []any{}, template.One("aws_default_route_table")["route"])
	for _, subnet := range template.Resources("aws_subnet") {
		require.Equal(t, false, subnet["map_public_ip_on_launch"])
	}
}

// What exists stays as it is, byte for byte, when something is added at the end.
func TestAdditionsChangeNothingElse(t *testing.T) {
	small := typical()
	small.NAT = network.NATSingle
	for _, test := range []struct {
		name   string
		change func(*network.Props)
		// changed are the resources that must change, because they list others.
		changed []string
	}{
		{"zone", func(p *network.Props) { p.Zones = zones(4) }, []string{"endpoint-dynamodb", "endpoint-s3"}},
		{"isolated tier", func(p *network.Props) { p.Tiers = []subnets.Tier{isolated, public, private} }, []string{"endpoint-dynamodb", "endpoint-s3"}},
		{"further tier", func(p *network.Props) {
			p.Tiers = []subnets.Tier{public, private, {Name: "pods", PrefixLength: 23}}
		}, []string{"endpoint-dynamodb", "endpoint-s3"}},
		{"NAT for each zone", func(p *network.Props) { p.NAT = network.NATPerZone }, []string{"internet-private-b"}},
		{"endpoints", func(p *network.Props) {
			p.Endpoints.Groups = []network.EndpointGroup{network.S3, network.ECR, network.DynamoDB, network.SageMaker}
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, before := build(t, small)
			larger := small
			test.change(&larger)
			_, after := build(t, larger)
			var changed []string
			for resourceType := range before.Counts() {
				all := after.Resources(resourceType)
				for name, resource := range before.Resources(resourceType) {
					require.Contains(t, all, name)
					if fmt.Sprint(resource) != fmt.Sprint(all[name]) {
						changed = append(changed, part(name))
					}
				}
			}
			sort.Strings(changed)
			require.Equal(t, test.changed, changed)
		})
	}
}

func TestKubernetesTags(t *testing.T) {
	props := typical()
	props.Zones = zones(1)
	props.Tiers = []subnets.Tier{public, private, isolated}
	props.KubernetesClusters = []string{"wine-dev"}
	_, template := build(t, props)
	for zone, want := range map[string]map[string]any{
		"wine-dev-public-a": {"Name": "wine-dev-public-a", "kubernetes.io/cluster/wine-dev": "shared", "kubernetes.io/role/elb": "1"},
		"wine-dev-private-a": {"Name": "wine-dev-private-a", "kubernetes.io/cluster/wine-dev": "shared", "kubernetes.io/role/internal-elb": "1",
			"karpenter.sh/discovery": "wine-dev"},
		"wine-dev-isolated-a": {"Name": "wine-dev-isolated-a"},
	} {
		found := false
		for _, subnet := range template.Resources("aws_subnet") {
			tags := subnet["tags"].(map[string]any)
			if tags["Name"] == zone {
				found = true
				require.Equal(t, want, tags)
			}
		}
		require.True(t, found, zone)
	}
}
