package cluster_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/constructs/cluster"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		c, err := cluster.New(stack, "cluster", cluster.Props{
			Name: "wine-dev", Version: "1.36",
			VPCID: "vpc-0a1b2c3d4e5f60718", SubnetIDs: []string{"subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"},
			Admins: []string{"arn:aws:iam::222222222222:role/platform-admin"},
			NodePools: map[string]cluster.NodePool{
				"general": {InstanceTypes: []string{"m6i.large"}, Min: 1, Max: 3},
				"gpu":     {InstanceTypes: []string{"g5.xlarge"}, Max: 2},
			},
		})
		if err != nil {
			return err
		}
		fmt.Println(c.UpdateKubeconfigCommand())
		return nil
	})
	// Output:
	// aws eks update-kubeconfig --region us-west-2 --name wine-dev
	// aws_cloudwatch_log_group 1
	// aws_eks_access_entry 1
	// aws_eks_access_policy_association 1
	// aws_eks_addon 5
	// aws_eks_cluster 1
	// aws_eks_node_group 2
	// aws_iam_role 4
	// aws_iam_role_policy_attachment 5
	// aws_kms_alias 1
	// aws_kms_key 1
	// aws_launch_template 2
	// aws_security_group 1
}

func ExampleNew_autoMode() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := cluster.New(stack, "cluster", cluster.Props{
			Name: "wine-dev", Version: "1.36",
			VPCID: "vpc-0a1b2c3d4e5f60718", SubnetIDs: []string{"subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"},
			Admins:   []string{"arn:aws:iam::222222222222:role/platform-admin"},
			AutoMode: &cluster.AutoMode{},
		})
		return err
	})
	// Output:
	// aws_cloudwatch_log_group 1
	// aws_eks_access_entry 1
	// aws_eks_access_policy_association 1
	// aws_eks_cluster 1
	// aws_iam_role 2
	// aws_iam_role_policy_attachment 7
	// aws_kms_alias 1
	// aws_kms_key 1
	// aws_security_group 1
}

func ExampleCluster_GrantPodIdentity() {
	var c *cluster.Cluster // from New
	grant := func() error {
		role, err := c.GrantPodIdentity("models", "mlflow", policy.Statement{
			Actions: []string{"secretsmanager:GetSecretValue"}, Resources: []string{"arn:aws:secretsmanager:us-west-2:222222222222:secret:mlflow-*"},
		})
		if err != nil {
			return err
		}
		// The role takes grants of other constructs, such as a bucket's GrantRead(role).
		return role.Grant("queue", policy.Statement{Actions: []string{"sqs:SendMessage"}, Resources: []string{"arn:aws:sqs:us-west-2:222222222222:wine"}})
	}
	_ = grant
}
