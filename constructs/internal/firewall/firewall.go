// Package firewall makes the security groups of what listens in a VPC, closed until someone is let in, and the pairs of rules
// that let one in.
package firewall

import (
	"net/netip"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securitygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupegressrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupingressrule"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	groupPattern  = lazyregexp.New(`^sg-[0-9a-f]{8,17}$`)
	vpcPattern    = lazyregexp.New(`^vpc-[0-9a-f]{8,17}$`)
	subnetPattern = lazyregexp.New(`^subnet-[0-9a-f]{8,17}$`)
	rulePattern   = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9-]{0,62}$`)
)

// NewGroup makes a security group without rules, under the id "security-group", and returns its id.
func NewGroup(scope constructs.Construct, name, description, vpcID string, tags map[string]string) string {
	return tf.Attr(securitygroup.NewSecurityGroup(scope, tf.Str("security-group"), &securitygroup.SecurityGroupConfig{
		Name: tf.Str(name), Description: tf.Str(description), VpcId: tf.Str(vpcID), Tags: tf.Name(name, tags), Lifecycle: tf.CreateFirst(),
	}), "id")
}

// A Rule is what one rule of a security group lets through, by TCP. One of CIDR, Group and PrefixList is the other side.
type Rule struct {
	Description, CIDR, Group, PrefixList string
	From, To                             int
	// Name is the Name tag of the rule.
	Name string
	Tags map[string]string
}

// Ingress lets traffic into the group.
func Ingress(scope constructs.Construct, id, group string, rule Rule) {
	vpcsecuritygroupingressrule.NewVpcSecurityGroupIngressRule(scope, tf.Str(id), &vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig{
		SecurityGroupId: tf.Str(group), CidrIpv4: tf.OptStr(rule.CIDR), ReferencedSecurityGroupId: tf.OptStr(rule.Group), PrefixListId: tf.OptStr(rule.PrefixList), IpProtocol: tf.Str("tcp"),
		FromPort: tf.Num(rule.From), ToPort: tf.Num(rule.To), Description: tf.Str(rule.Description), Tags: tf.Name(rule.Name, rule.Tags),
	})
}

// Egress lets traffic out of the group.
func Egress(scope constructs.Construct, id, group string, rule Rule) {
	vpcsecuritygroupegressrule.NewVpcSecurityGroupEgressRule(scope, tf.Str(id), &vpcsecuritygroupegressrule.VpcSecurityGroupEgressRuleConfig{
		SecurityGroupId: tf.Str(group), CidrIpv4: tf.OptStr(rule.CIDR), ReferencedSecurityGroupId: tf.OptStr(rule.Group), PrefixListId: tf.OptStr(rule.PrefixList), IpProtocol: tf.Str("tcp"),
		FromPort: tf.Num(rule.From), ToPort: tf.Num(rule.To), Description: tf.Str(rule.Description), Tags: tf.Name(rule.Name, rule.Tags),
	})
}

// Between lets a client's group reach a server's group at a port: out of the one, into the other.
func Between(scope constructs.Construct, id, client, server string, rule Rule) {
	out, in := rule, rule
	out.Group, in.Group = server, client
	Egress(scope, "egress-"+id, client, out)
	Ingress(scope, "ingress-"+id, server, in)
}

// CheckVPC reports what is no id of a VPC. Tokens pass, as in all checks here.
func CheckVPC(problems *problem.List, path, id string) {
	if !token.Is(id) && !vpcPattern.MatchString(id) {
		problems.Addf(path, "%q is no id of a VPC; write it like vpc-0123456789abcdef0", id)
	}
}

// CheckGroup reports what is no id of a security group.
func CheckGroup(problems *problem.List, path, id string) {
	if !token.Is(id) && !groupPattern.MatchString(id) {
		problems.Addf(path, "%q is no id of a security group; write it like sg-0123456789abcdef0", id)
	}
}

// CheckSubnets reports subnets that are no ids, given twice, or fewer than needed.
func CheckSubnets(problems *problem.List, path string, ids []string, needed int, why string) {
	if len(ids) < needed {
		problems.Addf(path, "names %d subnets, %s; name one in each zone", len(ids), why)
	}
	seen := map[string]bool{}
	for i, id := range ids {
		at := problem.Index(path, i)
		if !token.Is(id) && !subnetPattern.MatchString(id) {
			problems.Addf(at, "%q is no id of a subnet; write it like subnet-0123456789abcdef0", id)
		} else if seen[id] {
			problems.Addf(at, "%q is given twice; drop one", id)
		}
		seen[id] = true
	}
}

// CheckRuleID reports what can be no part of the id of a rule.
func CheckRuleID(problems *problem.List, path, id string) {
	if !rulePattern.MatchString(id) {
		problems.Addf(path, "%q is no name of a client; use up to 63 letters, digits and hyphens", id)
	}
}

// CheckRanges reports IPv4 ranges that are none, do not begin at their first address, or are given twice.
func CheckRanges(problems *problem.List, path string, ranges []string) {
	seen := map[string]bool{}
	for i, cidr := range ranges {
		prefix, err := netip.ParsePrefix(cidr)
		at := problem.Index(path, i)
		switch {
		case token.Is(cidr):
			problems.Addf(at, "%q is known to Terraform only, and the rule is named after it; write the range out", cidr)
		case err != nil || !prefix.Addr().Is4() || prefix.Masked() != prefix:
			problems.Addf(at, "%q is no IPv4 range; write it like 10.0.0.0/16, beginning at its first address", cidr)
		case seen[cidr]:
			problems.Addf(at, "%q is given twice; drop one", cidr)
		}
		seen[cidr] = true
	}
}

// RangeID is a range as a part of an id.
func RangeID(cidr string) string { return strings.NewReplacer(".", "-", "/", "-").Replace(cidr) }
