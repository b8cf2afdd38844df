package network

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securitygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcendpoint"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupingressrule"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/subnets"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Endpoints configures VPC endpoints.
type Endpoints struct {
	// Groups are the uses of AWS to make endpoints for. An empty list, unlike none, makes no endpoints. Default: S3
	// and DynamoDB for a new network, none for an existing one.
	Groups []EndpointGroup
	// Services are further interface endpoints by the short name of their service, which is what follows the region,
	// such as "bedrock-runtime". Default: none.
	Services []string
	// Zones is in how many zones, from the first, interface endpoints stand. Fewer cost less, but an outage of these
	// zones cuts off the others too. Default: all.
	Zones int
	// SecurityGroupID is an existing security group for the interface endpoints. Default: one of their own, which
	// admits HTTPS from the VPC and nothing else.
	SecurityGroupID string
	// Policies limit what can be done through an endpoint, by the short name of its service, such as "s3" or
	// "ecr.api". They replace AWS's policy, which allows everything, and need an Allow. Default: AWS's policy; the
	// permissions of whoever calls apply in any case.
	// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
	Policies map[string]policy.Document
}

var servicePattern = lazyregexp.New(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)*$`)

func (e Endpoints) withDefaults() Endpoints {
	e.Groups = append([]EndpointGroup{}, e.Groups...)
	return e
}

// all are the short names of the services, each once, in alphabetical order.
func (e Endpoints) all() []string {
	seen := map[string]bool{}
	for _, group := range e.Groups {
		for _, service := range services[group] {
			seen[service] = true
		}
	}
	for _, service := range e.Services {
		seen[service] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

func (e Endpoints) hasInterfaces() bool {
	return slices.ContainsFunc(e.all(), func(service string) bool { return !isGateway(service) })
}

func (e Endpoints) validate(at string, zones int, hasSubnets bool, problems *problem.List) {
	for i, group := range e.Groups {
		if services[group] == nil {
			problems.Addf(problem.Index(at+".groups", i), "%q is unknown; use %s", group, problem.Choices(EndpointGroups()))
		}
	}
	for i, service := range e.Services {
		if !servicePattern.MatchString(service) || strings.HasPrefix(service, "com.") || strings.HasPrefix(service, "aws.") {
			problems.Addf(problem.Index(at+".services", i), `%q is no short name of an endpoint service; write what follows the region in its name, such as "bedrock-runtime"`, service)
		}
	}
	if zones > 0 && (e.Zones < 0 || e.Zones > zones) { // without zones or subnets there is another problem
		problems.Addf(at+".zones", "%d is out of range; use 1 to %d, the number of zones, or leave it out", e.Zones, zones)
	}
	if e.hasInterfaces() && !hasSubnets {
		problems.Addf(at, "need a private or isolated tier for their network interfaces; add one, or ask for s3 and dynamodb only")
	}
	if e.SecurityGroupID != "" && !isID("sg-", e.SecurityGroupID) {
		problems.Addf(at+".securityGroupID", "%q is no id; write it like sg-0123456789abcdef0", e.SecurityGroupID)
	}
	asked := e.all()
	for _, service := range slices.Sorted(maps.Keys(e.Policies)) {
		path := problem.Key(at+".policies", service)
		if i := sort.SearchStrings(asked, service); i == len(asked) || asked[i] != service {
			problems.Addf(path, "there is no such endpoint here; ask for it in groups or services, or remove the policy")
		}
		problems.Add(path, e.Policies[service].Validate(policy.Resource))
	}
}

// addEndpoints makes the endpoints of a validated configuration.
func (n *Network) addEndpoints(props Endpoints) error {
	at := n.endpointSubnets(props.Zones)
	n.securityGroup = props.SecurityGroupID
	if n.securityGroup == "" && props.hasInterfaces() {
		n.securityGroup = n.endpointSecurityGroup()
	}
	for _, service := range props.all() {
		part := strings.ReplaceAll(service, ".", "-")
		config := &vpcendpoint.VpcEndpointConfig{
			VpcId: tf.Str(n.id), ServiceName: tf.Str(n.serviceName(service)), Tags: tf.Name(n.name+"-"+part, nil),
		}
		if document, ok := props.Policies[service]; ok {
			text, err := document.JSON(policy.Resource)
			if err != nil {
				return err
			}
			config.Policy = tf.Str(text)
		}
		if isGateway(service) {
			config.VpcEndpointType = tf.Str("Gateway")
			config.RouteTableIds = tf.Strs(n.allRouteTables())
		} else {
			config.VpcEndpointType = tf.Str("Interface")
			config.PrivateDnsEnabled = tf.Bool(true)
			config.SubnetIds = tf.Strs(at)
			config.SecurityGroupIds = tf.Strs([]string{n.securityGroup})
		}
		made := vpcendpoint.NewVpcEndpoint(n.construct, tf.Str("endpoint-"+part), config)
		n.endpoints[service] = tf.Attr(made, "id")
		if isGateway(service) {
			if n.prefixLists == nil {
				n.prefixLists = map[string]string{}
			}
			n.prefixLists[service] = tf.Attr(made, "prefixListId")
		}
		n.ways = append(n.ways, made)
	}
	return nil
}

// endpointSubnets is one subnet for each of the first zones, private ones where there are such.
func (n *Network) endpointSubnets(zones int) []string {
	at := n.first(subnets.Private).subnetIDs
	if len(at) == 0 {
		at = n.first(subnets.Isolated).subnetIDs
	}
	if zones > 0 && zones < len(at) {
		at = at[:zones]
	}
	return at
}

func (n *Network) allRouteTables() []string {
	var out []string
	for _, name := range n.order {
		out = append(out, n.tiers[name].routeTableIDs...)
	}
	return out
}

// endpointSecurityGroup admits HTTPS from the VPC. Endpoints only answer, so nothing goes out.
func (n *Network) endpointSecurityGroup() string {
	group := securitygroup.NewSecurityGroup(n.construct, tf.Str("endpoints"), &securitygroup.SecurityGroupConfig{
		Name: tf.Str(n.name + "-endpoints"), Description: tf.Str("HTTPS from the VPC to its interface endpoints"),
		VpcId: tf.Str(n.id), Tags: tf.Name(n.name+"-endpoints", nil),
	})
	admit := vpcsecuritygroupingressrule.NewVpcSecurityGroupIngressRule(n.construct, tf.Str("endpoints-https"), &vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig{
		SecurityGroupId: tf.Str(tf.Attr(group, "id")), Description: tf.Str("HTTPS from the VPC"), CidrIpv4: tf.Str(n.cidr),
		IpProtocol: tf.Str("tcp"), FromPort: tf.Num(443), ToPort: tf.Num(443), Tags: tf.Name(n.name+"-endpoints-https", nil),
	})
	// An endpoint does not wait for the rule without which nothing reaches it.
	n.ways = append(n.ways, admit)
	return tf.Attr(group, "id")
}
