package jobnetwork_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/jobnetwork"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const vpc = "vpc-0123456789abcdef0"

func TestPlain(t *testing.T) {
	stack := synthtest.Stack(t)
	group, err := jobnetwork.New(stack, "jobs", jobnetwork.Props{Name: "wine-dev-jobs", VPCID: vpc})
	require.NoError(t, err)
	require.Contains(t, group.SecurityGroupID(), "${")
	require.NotNil(t, group.Construct())
	template := synthtest.Synth(t, stack)
	template.Golden("plain")
	require.Empty(t, template.Names("aws_vpc_security_group_ingress_rule"), "nobody reaches a job")
}

func TestEveryOption(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := jobnetwork.New(stack, "jobs", jobnetwork.Props{
		Name: "wine-dev-jobs", Description: "Training", VPCID: "${aws_vpc.v.id}", Destinations: []string{"10.0.0.0/16", "10.1.0.0/16"},
		SecurityGroups: map[string]string{"endpoints": "sg-0123456789abcdef0"}, PrefixLists: map[string]string{"s3": "${aws_vpc_endpoint.s3.prefix_list_id}"},
		Distributed: true, Tags: map[string]string{"Team": "wine"},
	})
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	template.Golden("everything")
}

// TestOnlyWhatTheVPCHas: where it is said what jobs reach, the internet is no part of it.
func TestOnlyWhatTheVPCHas(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := jobnetwork.New(stack, "jobs", jobnetwork.Props{
		Name: "wine-dev-jobs", VPCID: vpc, SecurityGroups: map[string]string{"endpoints": "sg-0123456789abcdef0"}, PrefixLists: map[string]string{"s3": "pl-0123456789abcdef0"},
	})
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	require.Len(t, template.Resources("aws_vpc_security_group_egress_rule"), 2)
	for _, rule := range template.Resources("aws_vpc_security_group_egress_rule") {
		require.NotContains(t, rule, "cidr_ipv4")
		require.EqualValues(t, 443, rule["from_port"])
		require.EqualValues(t, 443, rule["to_port"])
	}
	template.Where("aws_vpc_security_group_egress_rule", "referenced_security_group_id", "sg-0123456789abcdef0")
	template.Where("aws_vpc_security_group_egress_rule", "prefix_list_id", "pl-0123456789abcdef0")
}

func TestDistributed(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := jobnetwork.New(stack, "jobs", jobnetwork.Props{Name: "wine-dev-jobs", VPCID: vpc, Distributed: true})
	require.NoError(t, err)
	synthtest.Synth(t, stack).Golden("distributed")
}

func TestProblems(t *testing.T) {
	_, err := jobnetwork.New(synthtest.Stack(t), "jobs", jobnetwork.Props{
		Name: "sg-jobs", Description: strings.Repeat("ä", 2), VPCID: "vpc", Destinations: []string{"10.0.0.1/16", "::/0", "10.0.0.0/8", "10.0.0.0/8", "${aws_vpc.v.cidr_block}"},
		SecurityGroups: map[string]string{"A": "sg-1"}, PrefixLists: map[string]string{"s3": "s3"},
	})
	require.EqualError(t, err, `name: "sg-jobs" is no name of a security group; use 1 to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, not beginning with sg-
description: "ää" is no description of a security group; use up to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*
vpcID: "vpc" is no id of a VPC; write it like vpc-0123456789abcdef0
destinations[0]: "10.0.0.1/16" is no IPv4 range; write it like 10.0.0.0/16, beginning at its first address
destinations[1]: "::/0" is no IPv4 range; write it like 10.0.0.0/16, beginning at its first address
destinations[3]: "10.0.0.0/8" is given twice; drop one
destinations[4]: "${aws_vpc.v.cidr_block}" is known to Terraform only, and the rule is named after it; write the range out
securityGroups["A"]: "A" is no name for a rule; use up to 40 lower-case letters, digits and hyphens
securityGroups["A"]: "sg-1" is no id of a security group; write it like sg-0123456789abcdef0
prefixLists["s3"]: "s3" is no id of a prefix list; write it like pl-0123456789abcdef0`)
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := jobnetwork.New(stack, "jobs", jobnetwork.Props{Name: "wine-dev-jobs", VPCID: vpc})
		return err
	})
	// Output:
	// aws_security_group 1
	// aws_vpc_security_group_egress_rule 1
}
