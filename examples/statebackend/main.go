// The program makes a state backend and nothing else, in a CDKTF app that has no other part of this module. Two
// environments in accounts of their own keep their states in it.
//
// The first deployment keeps the backend's own state on disk, the second moves it into the bucket:
//
//	LOCAL_STATE=1 cdktf deploy state
//	cdktf deploy state --migrate-state
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/mlplatform/mlplatform/constructs/statebackend"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/faststart"
)

var props = statebackend.Props{
	Name:  "acme-terraform-state-111111111111",
	Scope: arn.Scope{Region: "eu-central-1", Account: "111111111111"},
	Access: []statebackend.Access{
		{Name: "dev", KeyPrefixes: []string{"acme/shop/dev/"}, Principals: []string{"arn:aws:iam::222222222222:role/shop-dev-*"}},
		{Name: "prod", KeyPrefixes: []string{"acme/shop/prod/"}, Principals: []string{"arn:aws:iam::333333333333:role/shop-prod-apply"}},
	},
}

func main() {
	app := cdktf.NewApp(&cdktf.AppConfig{StackTraces: jsii.Bool(false)})
	if err := build(app, os.Getenv("LOCAL_STATE") != ""); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	app.Synth()
	faststart.Close()
}

// build adds the stack. While the bucket does not exist, the stack's own state is a file beside cdktf.out.
func build(app cdktf.App, localState bool) error {
	stack := cdktf.NewTerraformStack(app, jsii.String("state"))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{
		Region: jsii.String(props.Scope.Region), AllowedAccountIds: jsii.Strings(props.Scope.Account),
	})
	backend, err := statebackend.New(stack, "state", props)
	if err != nil {
		return err
	}
	output(stack, "state_bucket", backend.BucketName())
	output(stack, "state_role_dev", backend.RoleARN("dev"))
	output(stack, "state_role_prod", backend.RoleARN("prod"))

	// What a project that is not written in Go puts into a file for terraform init -backend-config.
	dev, err := backend.Reference("dev")
	if err != nil {
		return err
	}
	file, err := dev.BackendFile("acme/shop/dev/terraform.tfstate")
	if err != nil {
		return err
	}
	output(stack, "backend_file_dev", file)

	if localState {
		cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../state.tfstate")})
		return nil
	}
	own, err := backend.Reference("")
	if err != nil {
		return err
	}
	return own.Attach(stack, "acme/state/terraform.tfstate")
}

func output(stack cdktf.TerraformStack, name, value string) {
	cdktf.NewTerraformOutput(stack, jsii.String(name), &cdktf.TerraformOutputConfig{Value: value, StaticId: jsii.Bool(true)})
}
