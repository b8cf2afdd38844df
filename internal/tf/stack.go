package tf

import (
	"errors"
	"path/filepath"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

// RequiredVersion is the Terraform that every stack asks for: native S3 state locking is complete since 1.11.
// https://developer.hashicorp.com/terraform/language/backend/s3
const RequiredVersion = ">= 1.11.0"

// ProviderVersion is the version of the AWS provider that the bindings pin exactly.
const ProviderVersion = awsfacts.ProviderVersion

// ProviderSource is the AWS provider's full address.
const ProviderSource = "registry.terraform.io/hashicorp/aws"

// App is the root of the construct tree.
type App = cdktf.App

// Stack is one Terraform root module, with a state of its own.
type Stack = cdktf.TerraformStack

// NewApp makes an app that synthesises into the directory.
func NewApp(outputDirectory string) App {
	return cdktf.NewApp(&cdktf.AppConfig{
		Outdir: jsii.String(outputDirectory),
		// The version of the CDKTF library is in the output anyway; stack traces would be machine paths.
		StackTraces: jsii.Bool(false),
	})
}

// Synth validates the app and writes all its stacks.
func Synth(app App) error {
	return Guard("synthesis", func() error { app.Synth(); return nil })
}

// StackFolder is where the files of a stack are written, in which Terraform runs.
func StackFolder(app App, stack string) string { return filepath.Join(*app.Outdir(), "stacks", stack) }

// StackProps is what all stacks have.
type StackProps struct {
	// Region is the AWS region of the provider.
	Region string
	// Account is the only AWS account in which the provider may work.
	Account string
	// Profile is the AWS CLI profile of the provider. Default: none, credentials come from the environment.
	Profile string
	// Tags are on every resource of the stack.
	Tags map[string]string
	// Backend attaches the backend. A stack without one would get a local one with a path of this machine.
	Backend func(stack Stack)
}

// NewStack makes a stack with backend, AWS provider and version constraints. Its constructs live where the provider works.
func NewStack(app App, name string, props StackProps) (stack Stack, err error) {
	if props.Backend == nil {
		return nil, errors.New(name + ": backend: is missing; give the stack a backend")
	}
	err = Guard(name, func() error {
		stack = cdktf.NewTerraformStack(app, jsii.String(name))
		remember(stack, Place{Region: props.Region, Account: props.Account})
		props.Backend(stack)
		config := &provider.AwsProviderConfig{Region: jsii.String(props.Region), Profile: OptStr(props.Profile)}
		if props.Account != "" {
			config.AllowedAccountIds = jsii.Strings(props.Account)
		}
		if len(props.Tags) > 0 {
			config.DefaultTags = []*provider.AwsProviderDefaultTags{{Tags: StrMap(props.Tags)}}
		}
		provider.NewAwsProvider(stack, jsii.String("aws"), config)
		stack.AddOverride(jsii.String("terraform.required_version"), RequiredVersion)
		stack.AddOverride(jsii.String("terraform.required_providers.aws.source"), ProviderSource)
		return nil
	})
	return stack, err
}

// LocalBackend keeps the state in a file, at a path relative to the stack's output directory.
func LocalBackend(path string) func(Stack) {
	return func(stack Stack) {
		cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String(path)})
	}
}

// S3Backend is the configuration of Terraform's S3 backend.
// https://developer.hashicorp.com/terraform/language/backend/s3
type S3Backend struct {
	Bucket, Key, Region string
	// KMSKeyARN encrypts the state. Default: the bucket's own encryption, which Terraform's argument encrypt would
	// replace by AES256 where it stands without a key.
	KMSKeyARN string
	// LockFile locks the state by a file beside it.
	LockFile bool
	// LockTable locks the state by an item of this DynamoDB table. Default: none.
	LockTable string
	// RoleARN is assumed before the bucket is used. Default: none.
	RoleARN string
	// Profile is the AWS CLI profile of the backend. Default: none.
	Profile string
}

// Attach makes the backend that of the stack.
func (b S3Backend) Attach(stack Stack) {
	config := &cdktf.S3BackendConfig{
		Bucket: jsii.String(b.Bucket), Key: jsii.String(b.Key), Region: jsii.String(b.Region), Encrypt: OptBool(b.KMSKeyARN != ""),
		KmsKeyId: OptStr(b.KMSKeyARN), DynamodbTable: OptStr(b.LockTable), Profile: OptStr(b.Profile),
	}
	if b.RoleARN != "" {
		config.AssumeRole = &cdktf.S3BackendAssumeRoleConfig{RoleArn: jsii.String(b.RoleARN)}
	}
	backend := cdktf.NewS3Backend(stack, config)
	if b.LockFile {
		// The bindings have no field for it.
		backend.AddOverride(jsii.String("use_lockfile"), true)
	}
}

// Output declares an output of the stack under exactly this name.
func Output(scope constructs.Construct, name, value, description string) {
	output(scope, name, value, description)
}

// ListOutput declares an output whose value is a list.
func ListOutput(scope constructs.Construct, name string, values []string, description string) {
	output(scope, name, jsii.Strings(values...), description)
}

func output(scope constructs.Construct, name string, value any, description string) {
	cdktf.NewTerraformOutput(scope, jsii.String(name), &cdktf.TerraformOutputConfig{
		Value: value, Description: jsii.String(description), StaticId: jsii.Bool(true),
	})
}

// MapOutput declares an output whose value is a map of strings.
func MapOutput(scope constructs.Construct, name string, values map[string]string, description string) {
	output(scope, name, StrMap(values), description)
}
