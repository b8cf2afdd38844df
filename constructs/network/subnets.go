package network

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/subnet"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpc"

	"github.com/mlplatform/mlplatform/documents/subnets"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A builder makes the subnets of a new VPC and the ways between them and out.
type builder struct {
	props   Props
	network *Network
	vpc     vpc.Vpc
}

// letter is the end of a zone's name, which tells it from the other zones of its region.
func letter(zone string) string { return zone[len(zone)-1:] }

func (b *builder) subnets() {
	for _, planned := range b.network.plan.Subnets {
		part := planned.Tier + "-" + letter(planned.Zone)
		config := &subnet.SubnetConfig{
			VpcId: tf.Str(tf.Attr(b.vpc, "id")), CidrBlock: tf.Str(planned.CIDR), AvailabilityZone: tf.Str(planned.Zone),
			// Also in public subnets: what needs a public address asks for it.
			MapPublicIpOnLaunch: tf.Bool(false),
			Tags:                tf.Name(b.props.Name+"-"+part, b.kubernetesTags(planned.Type)),
		}
		if b.props.IPv6 {
			// Only Terraform knows the VPC's IPv6 range, so only it can divide it.
			config.Ipv6CidrBlock = tf.Str(fmt.Sprintf("${cidrsubnet(%s.ipv6_cidr_block, 8, %d)}", tf.Address(b.vpc), planned.Number))
			config.AssignIpv6AddressOnCreation = tf.Bool(true)
		}
		made := subnet.NewSubnet(b.network.construct, tf.Str("subnet-"+part), config)
		of := b.network.tier(planned.Tier, planned.Type)
		of.subnetIDs = append(of.subnetIDs, tf.Attr(made, "id"))
	}
}

// kubernetesTags are what the load balancer controllers of Kubernetes and Karpenter find subnets by.
// https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html#network-requirements-subnets
// https://karpenter.sh/docs/concepts/nodeclasses/#specsubnetselectorterms
func (b *builder) kubernetesTags(tierType subnets.Type) map[string]string {
	if len(b.props.KubernetesClusters) == 0 || tierType == subnets.Isolated {
		return nil
	}
	tags := map[string]string{}
	for _, cluster := range b.props.KubernetesClusters {
		tags["kubernetes.io/cluster/"+cluster] = "shared"
	}
	if tierType == subnets.Public {
		tags["kubernetes.io/role/elb"] = "1"
		return tags
	}
	tags["kubernetes.io/role/internal-elb"] = "1"
	tags["karpenter.sh/discovery"] = b.props.KubernetesClusters[0]
	return tags
}
