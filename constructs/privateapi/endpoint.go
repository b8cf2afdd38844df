package privateapi

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securitygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcendpoint"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcendpointpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupingressrule"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// VPCEndpoint is how clients in a VPC reach the API. VPCID, SubnetIDs and ClientCIDRs are required.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
type VPCEndpoint struct {
	// VPCID is the VPC.
	VPCID string
	// SubnetIDs are private subnets, one in each zone.
	SubnetIDs []string
	// ClientCIDRs are the IPv4 ranges from which clients come, such as that of the VPC.
	ClientCIDRs []string
	// PrivateDNS makes the usual names of all APIs of the region lead to this endpoint, for the whole VPC: public APIs are no
	// longer reached by those, and a VPC can have one such endpoint. Default: false, clients use InvokeURL.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
	PrivateDNS bool
}

var (
	vpcPattern      = regexp.MustCompile(`^vpc-[0-9a-f]{8,17}$`)
	subnetPattern   = regexp.MustCompile(`^subnet-[0-9a-f]{8,17}$`)
	endpointPattern = regexp.MustCompile(`^vpce-[0-9a-f]{8,17}$`)
)

func (e VPCEndpoint) validate(problems *problem.List) {
	if !token.Is(e.VPCID) && !vpcPattern.MatchString(e.VPCID) {
		problems.Addf("vpcEndpoint.vpcID", "%q is no id of a VPC; write it like vpc-0123456789abcdef0", e.VPCID)
	}
	if len(e.SubnetIDs) == 0 {
		problems.Addf("vpcEndpoint.subnetIDs", "are missing; give private subnets, one in each zone")
	}
	for i, id := range e.SubnetIDs {
		if !token.Is(id) && !subnetPattern.MatchString(id) {
			problems.Addf(problem.Index("vpcEndpoint.subnetIDs", i), "%q is no id of a subnet; write it like subnet-0123456789abcdef0", id)
		}
	}
	if len(e.ClientCIDRs) == 0 {
		problems.Addf("vpcEndpoint.clientCIDRs", "are missing; give the ranges from which clients come, such as that of the VPC")
	}
	seen := map[string]bool{}
	for i, cidr := range e.ClientCIDRs {
		at := problem.Index("vpcEndpoint.clientCIDRs", i)
		prefix, err := netip.ParsePrefix(cidr)
		switch {
		case token.Is(cidr):
			problems.Addf(at, "%q is known to Terraform only, and the rule is named after it; write the range out", cidr)
		case err != nil || !prefix.Addr().Is4() || prefix.Masked() != prefix:
			problems.Addf(at, "%q is no IPv4 range; write it like 10.0.0.0/16, beginning at its first address", cidr)
		case prefix.Bits() == 0:
			problems.Addf(at, "%q is everybody; give the ranges of your clients", cidr)
		case seen[cidr]:
			problems.Addf(at, "%q is given twice; drop one", cidr)
		}
		seen[cidr] = true
	}
}

// reach makes the VPC endpoint with its security group, or takes the existing one.
func (a *API) reach(props Props) {
	e := props.VPCEndpoint
	if e == nil {
		a.endpointID = props.VPCEndpointID
		return
	}
	name := props.Name + "-endpoint"
	group := securitygroup.NewSecurityGroup(a.construct, tf.Str("security-group"), &securitygroup.SecurityGroupConfig{
		Name: tf.Str(name), Description: tf.Str("Clients of the API " + props.Name), VpcId: tf.Str(e.VPCID), Tags: tf.Name(name, props.Tags),
	})
	a.securityGroup = tf.Attr(group, "id")
	for _, cidr := range e.ClientCIDRs {
		id := "ingress-" + strings.NewReplacer(".", "-", "/", "-").Replace(cidr)
		vpcsecuritygroupingressrule.NewVpcSecurityGroupIngressRule(a.construct, tf.Str(id), &vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig{
			SecurityGroupId: tf.Str(a.securityGroup), CidrIpv4: tf.Str(cidr), IpProtocol: tf.Str("tcp"), FromPort: tf.Num(443), ToPort: tf.Num(443),
			Description: tf.Str("TLS"), Tags: tf.Name(name, props.Tags),
		})
	}
	service := "com.amazonaws." + props.Scope.Region + ".execute-api"
	if props.Scope.Partition == "aws-cn" {
		service = "cn." + service
	}
	endpoint := vpcendpoint.NewVpcEndpoint(a.construct, tf.Str("endpoint"), &vpcendpoint.VpcEndpointConfig{
		VpcId: tf.Str(e.VPCID), ServiceName: tf.Str(service), VpcEndpointType: tf.Str("Interface"), SubnetIds: tf.Strs(e.SubnetIDs),
		SecurityGroupIds: tf.Strs([]string{a.securityGroup}), PrivateDnsEnabled: e.PrivateDNS, Tags: tf.Name(name, props.Tags),
	})
	a.endpointID = tf.Attr(endpoint, "id")
}

// limitEndpoint gives the endpoint that was made a policy of its own, as a resource of its own, because the API must exist
// for it and the endpoint for the API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-endpoint-policies.html
func (a *API) limitEndpoint(props Props) {
	if props.VPCEndpoint == nil {
		return
	}
	vpcendpointpolicy.NewVpcEndpointPolicy(a.construct, tf.Str("endpoint-policy"), &vpcendpointpolicy.VpcEndpointPolicyConfig{
		VpcEndpointId: tf.Str(a.endpointID),
		Policy: tf.Str(policy.New(policy.Statement{
			Sid: "ThisAPI", Principals: []policy.Principal{policy.Everyone()}, Actions: []string{"execute-api:Invoke"},
			Resources:  []string{a.executionARN + "/*"},
			Conditions: []policy.Condition{policy.StringEquals("aws:SourceVpce", a.endpointID)},
		}).MustJSON(policy.Resource)),
	})
}
