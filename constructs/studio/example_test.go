package studio_test

import (
	"github.com/mlplatform/mlplatform/constructs/studio"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		made, err := studio.New(stack, "studio", studio.Props{
			Name:      "wine-dev",
			VPCID:     "vpc-0123456789abcdef0",
			SubnetIDs: []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"},
			Users:     []studio.User{{Name: "ada"}, {Name: "bob"}},
		})
		if err != nil {
			return err
		}
		return made.Role().Grant("data", readData())
	})
	// Output:
	// aws_iam_role 1
	// aws_iam_role_policy 2
	// aws_kms_alias 1
	// aws_kms_key 1
	// aws_sagemaker_domain 1
	// aws_sagemaker_user_profile 2
	// aws_security_group 1
	// aws_vpc_security_group_egress_rule 3
	// aws_vpc_security_group_ingress_rule 2
}
