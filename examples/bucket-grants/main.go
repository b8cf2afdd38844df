// The program makes a bucket and lets a role that is already there use it, in a CDKTF app that has no other part of
// this module. The role also reads a bucket of another account.
//
//	cdktf deploy models
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/faststart"
)

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
	stack := cdktf.NewTerraformStack(app, jsii.String("models"))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{
		Region: jsii.String(scope.Region), AllowedAccountIds: jsii.Strings(scope.Account),
	})
	site.Set(stack, scope)

	// The role was made elsewhere. It gets inline policies here and is not changed otherwise.
	training, err := iam.FromARN(stack, "training", "arn:aws:iam::222222222222:role/ml/training")
	if err != nil {
		return err
	}
	models, err := bucket.New(stack, "models", bucket.Props{
		Name:     "wine-dev-models-222222222222-us-west-2",
		Prefixes: []string{"churn", "fraud"},
		Lifecycle: []bucket.LifecycleRule{
			{Name: "old-versions", NoncurrentExpireAfterDays: 90, NoncurrentKeepVersions: 5},
		},
	})
	if err != nil {
		return err
	}
	// Where a bucket is in another account, that account's bucket policy and key policy must let the role in, too.
	raw, err := bucket.FromName(stack, "raw", bucket.ExistingProps{
		Name: "acme-raw-data", Scope: arn.Scope{Account: "111111111111"},
		KeyARN: "arn:aws:kms:us-west-2:111111111111:key/11111111-2222-3333-4444-555555555555",
	})
	if err != nil {
		return err
	}
	return errors.Join(
		models.GrantReadWrite(training, "churn"),
		models.GrantRead(training, "fraud"),
		raw.GrantRead(training, "orders"),
	)
}
