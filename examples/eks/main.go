// The program makes a VPC, an EKS cluster with a pool of GPU nodes, and a bucket that the pods of one service account
// read and write, in a CDKTF app that has no other part of this module.
//
//	cdktf deploy wine-dev
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/cluster"
	"github.com/mlplatform/mlplatform/constructs/network"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/faststart"
)

const name = "wine-dev"

var scope = arn.Scope{Region: "us-west-2", Account: "222222222222"}

func main() {
	app := cdktf.NewApp(&cdktf.AppConfig{StackTraces: jsii.Bool(false)})
	if err := build(app); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	app.Synth()
	faststart.Close()
}

func build(app cdktf.App) error {
	stack := cdktf.NewTerraformStack(app, jsii.String(name))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{
		Region: jsii.String(scope.Region), AllowedAccountIds: jsii.Strings(scope.Account),
	})
	site.Set(stack, scope)

	vpc, err := network.New(stack, "network", network.Props{
		Name: name, CIDR: "10.10.0.0/16", Zones: []string{"us-west-2a", "us-west-2b"},
		KubernetesClusters: []string{name},
	})
	if err != nil {
		return err
	}
	eks, err := cluster.New(stack, "cluster", cluster.Props{
		Name: name, Version: "1.35",
		VPCID: vpc.ID(), SubnetIDs: vpc.PrivateSubnetIDs(), After: vpc.Routes(),
		Admins: []string{"arn:aws:iam::222222222222:role/platform-admin"},
		NodePools: map[string]cluster.NodePool{
			"general": {InstanceTypes: []string{"m6i.large"}, Min: 2, Max: 4},
			"gpu":     {InstanceTypes: []string{"g5.xlarge"}, Max: 2, Capacity: cluster.Spot}, // 0 to 2, for pods that tolerate nvidia.com/gpu
		},
	})
	if err != nil {
		return err
	}
	models, err := bucket.New(stack, "models", bucket.Props{Name: "wine-dev-models-222222222222-us-west-2"})
	if err != nil {
		return err
	}

	// The pods of the service account "trainer" reach the folder "churn" of the bucket with its KMS key, and nothing else.
	trainer, err := eks.GrantPodIdentity("training", "trainer")
	if err != nil {
		return err
	}
	if err := models.GrantReadWrite(trainer, "churn"); err != nil {
		return err
	}

	output(stack, "kubeconfig_command", eks.UpdateKubeconfigCommand())
	output(stack, "cluster_endpoint", eks.Endpoint())
	output(stack, "models_bucket", models.Name())
	return nil
}

func output(stack cdktf.TerraformStack, name, value string) {
	cdktf.NewTerraformOutput(stack, jsii.String(name), &cdktf.TerraformOutputConfig{Value: value, StaticId: jsii.Bool(true)})
}
