// Package jobnetwork makes the security group of jobs that run in a VPC: nobody reaches them, and they reach AWS's
// services and what they download over TLS.
package jobnetwork

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securitygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupegressrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupingressrule"

	"github.com/mlplatform/mlplatform/constructs/internal/firewall"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Props configures the security group. Name and VPCID are required.
// https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html
type Props struct {
	// Name of the security group: 1 to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, not beginning with "sg-".
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
	Name string
	// Description for people, at most 255 of the same characters. Changing it makes the group anew. Default: "Jobs of
	// <Name>".
	Description string
	// VPCID is the VPC.
	VPCID string
	// Destinations are the IPv4 ranges that jobs reach at port 443. Default: 0.0.0.0/0, and none where SecurityGroups or
	// PrefixLists say what they reach.
	Destinations []string
	// SecurityGroups are what jobs reach at port 443 too, such as the VPC's interface endpoints: ids by a name for the
	// rule, of lower-case letters, digits and hyphens. Default: none.
	SecurityGroups map[string]string
	// PrefixLists are lists of addresses that jobs reach at port 443 too, such as that of S3, which has public addresses
	// also behind a gateway endpoint: ids by a name for the rule. Default: none.
	// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
	PrefixLists map[string]string
	// Distributed lets the instances of one job talk to each other, on all ports and with the encryption between
	// containers. Default: false, for jobs of one instance.
	Distributed bool
	// Tags of the group, beside Name and those of the stack. Default: none.
	Tags map[string]string
}

// A Group is the security group.
type Group struct {
	construct tf.Construct
	id        string
}

var (
	namePattern = lazyregexp.New(`^[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}$`)

	groupPattern = lazyregexp.New(`^sg-[0-9a-f]{8,17}$`)
	listPattern  = lazyregexp.New(`^pl-[0-9a-f]{8,17}$`)
	rulePattern  = lazyregexp.New(`^[a-z0-9][a-z0-9-]{0,39}$`)
)

// New makes the security group with its rules.
func New(scope constructs.Construct, id string, props Props) (*Group, error) {
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Group, error) {
		group := securitygroup.NewSecurityGroup(scope, tf.Str("security-group"), &securitygroup.SecurityGroupConfig{
			Name: tf.Str(props.Name), Description: tf.Str(props.Description), VpcId: tf.Str(props.VPCID), Tags: tf.Name(props.Name, props.Tags),
		})
		made := &Group{construct: scope, id: tf.Attr(group, "id")}
		reach := func(id string, to firewall.Rule) {
			to.From, to.To, to.Name, to.Tags = 443, 443, props.Name, props.Tags
			firewall.Egress(scope, "egress-"+id, made.id, to)
		}
		for _, cidr := range props.Destinations {
			reach(firewall.RangeID(cidr), firewall.Rule{CIDR: cidr, Description: "TLS"})
		}
		for _, name := range slices.Sorted(maps.Keys(props.SecurityGroups)) {
			reach("group-"+name, firewall.Rule{Group: props.SecurityGroups[name], Description: "TLS to " + name})
		}
		for _, name := range slices.Sorted(maps.Keys(props.PrefixLists)) {
			reach("list-"+name, firewall.Rule{PrefixList: props.PrefixLists[name], Description: "TLS to " + name})
		}
		if props.Distributed {
			made.between(props)
		}
		return made, nil
	})
}

// between admits all traffic of the group's members with each other, which includes the IPsec of encrypted containers.
// https://docs.aws.amazon.com/sagemaker/latest/dg/train-encrypt.html
func (g *Group) between(props Props) {
	vpcsecuritygroupingressrule.NewVpcSecurityGroupIngressRule(g.construct, tf.Str("ingress-jobs"), &vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig{
		SecurityGroupId: tf.Str(g.id), ReferencedSecurityGroupId: tf.Str(g.id), IpProtocol: tf.Str("-1"),
		Description: tf.Str("Between instances of a job"), Tags: tf.Name(props.Name, props.Tags),
	})
	vpcsecuritygroupegressrule.NewVpcSecurityGroupEgressRule(g.construct, tf.Str("egress-jobs"), &vpcsecuritygroupegressrule.VpcSecurityGroupEgressRuleConfig{
		SecurityGroupId: tf.Str(g.id), ReferencedSecurityGroupId: tf.Str(g.id), IpProtocol: tf.Str("-1"),
		Description: tf.Str("Between instances of a job"), Tags: tf.Name(props.Name, props.Tags),
	})
}

func (p Props) withDefaults() Props {
	p.Description = cmp.Or(p.Description, "Jobs of "+p.Name)
	if len(p.Destinations)+len(p.SecurityGroups)+len(p.PrefixLists) == 0 {
		p.Destinations = []string{"0.0.0.0/0"}
	}
	return p
}

func (p Props) validate() error {
	var problems problem.List
	rule.Tags(&problems, "tags", p.Tags)
	if !token.Is(p.Name) && (!namePattern.MatchString(p.Name) || strings.HasPrefix(p.Name, "sg-")) {
		problems.Addf("name", `%q is no name of a security group; use 1 to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, not beginning with sg-`, p.Name)
	}
	if !token.Is(p.Description) && p.Name != "" && !namePattern.MatchString(p.Description) {
		problems.Addf("description", `%q is no description of a security group; use up to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*`, p.Description)
	}
	firewall.CheckVPC(&problems, "vpcID", p.VPCID)
	firewall.CheckRanges(&problems, "destinations", p.Destinations)
	for _, each := range []struct {
		field, what string
		ids         map[string]string
		pattern     *lazyregexp.Regexp
	}{
		{"securityGroups", "security group; write it like sg-0123456789abcdef0", p.SecurityGroups, groupPattern},
		{"prefixLists", "prefix list; write it like pl-0123456789abcdef0", p.PrefixLists, listPattern},
	} {
		for _, name := range slices.Sorted(maps.Keys(each.ids)) {
			at := problem.Key(each.field, name)
			if !rulePattern.MatchString(name) {
				problems.Addf(at, "%q is no name for a rule; use up to 40 lower-case letters, digits and hyphens", name)
			}
			if id := each.ids[name]; !token.Is(id) && !each.pattern.MatchString(id) {
				problems.Addf(at, "%q is no id of a %s", id, each.what)
			}
		}
	}
	return problems.Err()
}

// SecurityGroupID of the group.
func (g *Group) SecurityGroupID() string { return g.id }

// Construct holds the group's resources.
func (g *Group) Construct() constructs.Construct { return g.construct }
