package privateapi

import (
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securitygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcendpoint"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcendpointpolicy"

	"github.com/mlplatform/mlplatform/constructs/internal/firewall"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
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

var endpointPattern = lazyregexp.New(`^vpce-[0-9a-f]{8,17}$`)

func (e VPCEndpoint) validate(problems *problem.List) {
	firewall.CheckVPC(problems, "vpcEndpoint.vpcID", e.VPCID)
	if len(e.SubnetIDs) == 0 {
		problems.Addf("vpcEndpoint.subnetIDs", "are missing; give private subnets, one in each zone")
	}
	firewall.CheckSubnets(problems, "vpcEndpoint.subnetIDs", e.SubnetIDs, 0, "")
	if len(e.ClientCIDRs) == 0 {
		problems.Addf("vpcEndpoint.clientCIDRs", "are missing; give the ranges from which clients come, such as that of the VPC")
	}
	firewall.CheckRanges(problems, "vpcEndpoint.clientCIDRs", e.ClientCIDRs)
	for i, cidr := range e.ClientCIDRs {
		if strings.HasSuffix(cidr, "/0") {
			problems.Addf(problem.Index("vpcEndpoint.clientCIDRs", i), "%q is everybody; give the ranges of your clients", cidr)
		}
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
		firewall.Ingress(a.construct, "ingress-"+firewall.RangeID(cidr), a.securityGroup,
			firewall.Rule{CIDR: cidr, From: 443, To: 443, Description: "TLS", Name: name, Tags: props.Tags})
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
