// The program is any CDKTF app: it uses nothing of this module but package faststart, and starts in a fraction of
// a second where it took seconds.
//
// The archive aws.tgz holds the parts of the AWS provider that the program imports. After importing another package of
// the provider, make it again:
//
//	go generate
//
// With FASTSTART_OFF=all it starts as slowly as without that package, to compare.
package main

import (
	_ "embed"
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/mlplatform/mlplatform/faststart"
)

//go:generate go run github.com/mlplatform/mlplatform/faststart/cmd/trimprovider -o aws.tgz .

//go:embed aws.tgz
var archive []byte

func main() {
	// Before the first construct: what the runtime sees first stays.
	if err := faststart.Load(archive); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer explain()
	app := cdktf.NewApp(&cdktf.AppConfig{StackTraces: jsii.Bool(false)})
	build(app)
	app.Synth()
	faststart.Close()
}

// explain turns the panic of the bindings about a namespace that the archive lacks into a message that says what to do.
func explain() {
	recovered := recover()
	if recovered == nil {
		return
	}
	if err := faststart.Explain(recovered); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	panic(recovered)
}

func build(app cdktf.App) {
	stack := cdktf.NewTerraformStack(app, jsii.String("data"))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-west-2")})
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("terraform.tfstate")})
	s3bucket.NewS3Bucket(stack, jsii.String("data"), &s3bucket.S3BucketConfig{Bucket: jsii.String("acme-data")})
}
