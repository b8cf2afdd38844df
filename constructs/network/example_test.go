package network_test

import (
	"fmt"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/mlplatform/mlplatform/constructs/network"
	"github.com/mlplatform/mlplatform/documents/arn"
)

func ExampleNew() {
	stack := cdktf.NewTerraformStack(cdktf.Testing_App(nil), jsii.String("shop"))
	vpc, err := network.New(stack, "network", network.Props{
		Name:      "shop-prod",
		Scope:     arn.Scope{Region: "eu-west-1", Account: "444444444444"},
		CIDR:      "10.40.0.0/16",
		Zones:     []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"},
		NAT:       network.NATPerZone,
		Endpoints: network.Endpoints{Groups: []network.EndpointGroup{network.S3, network.ECR, network.SageMaker}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(vpc.SubnetPlan())
	fmt.Println(len(vpc.NATPublicIPs()), "NAT gateways")
	// Output:
	// tier     zone        range           addresses
	// public   eu-west-1a  10.40.192.0/22  1019
	// public   eu-west-1b  10.40.196.0/22  1019
	// public   eu-west-1c  10.40.200.0/22  1019
	// private  eu-west-1a  10.40.0.0/19    8187
	// private  eu-west-1b  10.40.32.0/19   8187
	// private  eu-west-1c  10.40.64.0/19   8187
	// 3 NAT gateways
}

func ExampleFromIDs() {
	stack := cdktf.NewTerraformStack(cdktf.Testing_App(nil), jsii.String("shop"))
	vpc, err := network.FromIDs(stack, "network", network.ExistingProps{
		ID:               "vpc-0123456789abcdef0",
		Scope:            arn.Scope{Region: "eu-west-1", Account: "444444444444"},
		CIDR:             "10.40.0.0/16",
		Zones:            []string{"eu-west-1a", "eu-west-1b"},
		PrivateSubnetIDs: []string{"subnet-00000000000000001", "subnet-00000000000000002"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(vpc.ID(), vpc.PrivateSubnetIDs())
	// Output: vpc-0123456789abcdef0 [subnet-00000000000000001 subnet-00000000000000002]
}
