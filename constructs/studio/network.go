package studio

import (
	"cmp"
	"fmt"
	"net/netip"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securitygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupegressrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupingressrule"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// An Egress is a place that notebooks may open TCP connections to. CIDR and Port are required.
type Egress struct {
	// CIDR is an IPv4 or IPv6 range, such as 10.0.0.0/16.
	CIDR string
	// Port is the first or only port, 1 to 65535.
	Port int
	// LastPort makes it a range of ports. Default: Port.
	LastPort int
}

var idPattern = lazyregexp.New(`^[a-z]+-[0-9a-f]{8,17}$`)

func isID(prefix, id string) bool {
	return token.Is(id) || idPattern.MatchString(id) && id[:len(prefix)] == prefix
}

func (p Props) validateNetwork(problems *problem.List) {
	if !isID("vpc-", p.VPCID) {
		problems.Addf("vpcID", "%q is no id; write it like vpc-0123456789abcdef0", p.VPCID)
	}
	if n := len(p.SubnetIDs); n < 1 || n > 16 {
		problems.Addf("subnetIDs", "are %d, 1 to 16 are allowed; list private subnets", n)
	}
	for i, each := range p.SubnetIDs {
		if !isID("subnet-", each) {
			problems.Addf(problem.Index("subnetIDs", i), "%q is no id; write it like subnet-0123456789abcdef0", each)
		}
	}
	// The API takes five, and SageMaker adds one for NFS.
	if n := len(p.SecurityGroupIDs); n > 4 {
		problems.Addf("securityGroupIDs", "are %d, 4 are allowed beside SageMaker's own; list fewer", n)
	}
	for i, each := range p.SecurityGroupIDs {
		if !isID("sg-", each) {
			problems.Addf(problem.Index("securityGroupIDs", i), "%q is no id; write it like sg-0123456789abcdef0", each)
		}
	}
	if len(p.SecurityGroupIDs) > 0 && p.Egress != nil {
		problems.Addf("egress", "is for the group that is made, but securityGroupIDs give existing ones; keep one of them")
		return
	}
	seen := map[string]bool{}
	for i, each := range p.Egress {
		at := problem.Index("egress", i)
		each.validate(at, problems)
		if seen[each.id()] {
			problems.Addf(at, "is there twice; remove one")
		}
		seen[each.id()] = true
	}
}

func (e Egress) validate(at string, problems *problem.List) {
	if prefix, err := netip.ParsePrefix(e.CIDR); !token.Is(e.CIDR) && (err != nil || prefix != prefix.Masked()) {
		problems.Addf(at+".cidr", "%q is no range; write it like 10.0.0.0/16, with zeros after the prefix", e.CIDR)
	}
	if e.Port < 1 || e.Port > 65535 {
		problems.Addf(at+".port", "%d is out of range; use 1 to 65535", e.Port)
	}
	if last := e.last(); last < e.Port || last > 65535 {
		problems.Addf(at+".lastPort", "%d is out of range; use %d, the first port, to 65535", last, e.Port)
	}
}

func (e Egress) last() int {
	return cmp.Or(e.LastPort, e.Port)
}

var notInID = lazyregexp.New(`[^A-Za-z0-9]+`)

// id names the rule after what it allows, so that adding another moves none.
func (e Egress) id() string {
	ports := fmt.Sprint(e.Port)
	if e.last() != e.Port {
		ports = fmt.Sprintf("%d-%d", e.Port, e.last())
	}
	return fmt.Sprintf("egress-%s-to-%s", ports, notInID.ReplaceAllString(e.CIDR, "-"))
}

// inside are the TCP ports that apps of the domain use among each other: NFS, and the ports of kernels.
// https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-and-internet-access.html
var inside = []struct {
	name       string
	first, end int
}{{"nfs", 2049, 2049}, {"apps", 8192, 65535}}

// addSecurityGroup makes the group of the notebooks. SageMaker adds groups of its own for the homes.
func (s *Studio) addSecurityGroup() {
	name := s.props.Name + "-studio"
	group := securitygroup.NewSecurityGroup(s.construct, tf.Str("security-group"), &securitygroup.SecurityGroupConfig{
		Name: tf.Str(name), Description: tf.Str("Notebooks of the Studio domain " + s.props.Name), VpcId: tf.Str(s.props.VPCID), Tags: tf.Name(name, nil),
	})
	id := tf.Attr(group, "id")
	for _, each := range inside {
		description := "Between apps of the domain: " + each.name
		vpcsecuritygroupingressrule.NewVpcSecurityGroupIngressRule(s.construct, tf.Str("ingress-"+each.name), &vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig{
			SecurityGroupId: tf.Str(id), ReferencedSecurityGroupId: tf.Str(id), Description: tf.Str(description),
			IpProtocol: tf.Str("tcp"), FromPort: tf.Num(each.first), ToPort: tf.Num(each.end), Tags: tf.Name(name+"-"+each.name, nil),
		})
		vpcsecuritygroupegressrule.NewVpcSecurityGroupEgressRule(s.construct, tf.Str("egress-"+each.name), &vpcsecuritygroupegressrule.VpcSecurityGroupEgressRuleConfig{
			SecurityGroupId: tf.Str(id), ReferencedSecurityGroupId: tf.Str(id), Description: tf.Str(description),
			IpProtocol: tf.Str("tcp"), FromPort: tf.Num(each.first), ToPort: tf.Num(each.end), Tags: tf.Name(name+"-"+each.name, nil),
		})
	}
	for _, each := range s.props.Egress {
		config := &vpcsecuritygroupegressrule.VpcSecurityGroupEgressRuleConfig{
			SecurityGroupId: tf.Str(id), IpProtocol: tf.Str("tcp"), FromPort: tf.Num(each.Port), ToPort: tf.Num(each.last()), Tags: tf.Name(name, nil),
		}
		if prefix, err := netip.ParsePrefix(each.CIDR); err == nil && prefix.Addr().Is6() {
			config.CidrIpv6 = tf.Str(each.CIDR)
		} else {
			config.CidrIpv4 = tf.Str(each.CIDR)
		}
		vpcsecuritygroupegressrule.NewVpcSecurityGroupEgressRule(s.construct, tf.Str(each.id()), config)
	}
	s.securityGroupIDs = []string{id}
}
