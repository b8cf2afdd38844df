package statebackend_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/statebackend"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestReference(t *testing.T) {
	reference, err := full().Reference("dev")
	require.NoError(t, err)
	require.Equal(t, statebackend.Reference{
		Bucket: bucketName, Region: "us-west-2", Lock: statebackend.Both, Table: "wine-locks",
		RoleARN: "arn:aws:iam::222222222222:role/wine-operations-state-dev", KeyPrefixes: []string{"acme/wine-ml/dev/"},
	}, reference)
	require.Equal(t, policy.Statement{Sid: "AssumeStateRole", Actions: []string{"sts:AssumeRole"}, Resources: []string{reference.RoleARN}}, reference.AllowAssume())

	_, err = full().Reference("prod")
	require.EqualError(t, err, `access: "prod" is unknown; the backend has: audit, dev`)
	_, err = plain().Reference("prod")
	require.EqualError(t, err, `access: "prod" is unknown; the backend has: none`)

	backend, _ := build(t, plain())
	reference, err = backend.Reference("")
	require.NoError(t, err)
	require.Equal(t, statebackend.Reference{Bucket: bucketName, Region: "us-west-2", Lock: statebackend.Native}, reference)
	require.Equal(t, policy.Statement{}, reference.AllowAssume())
}

func TestAttach(t *testing.T) {
	tests := map[string]struct {
		reference statebackend.Reference
		want      map[string]any
	}{
		// Without encrypt: Terraform would then ask for AES256 in place of the bucket's key.
		"smallest": {statebackend.Reference{Bucket: "wine-state", Region: "us-west-2"},
			map[string]any{"bucket": "wine-state", "key": stateKey, "region": "us-west-2", "use_lockfile": true}},
		"everything": {statebackend.Reference{
			Bucket: "wine-state", Region: "us-west-2", Lock: statebackend.Both, Table: "locks", Profile: "operations", KeyARN: keyARN,
			RoleARN: "arn:aws:iam::222222222222:role/dev", KeyPrefixes: []string{"acme/shared/", "acme/wine-ml/"},
		}, map[string]any{
			"bucket": "wine-state", "key": stateKey, "region": "us-west-2", "use_lockfile": true, "dynamodb_table": "locks", "profile": "operations",
			"encrypt": true, "kms_key_id": keyARN, "assume_role": map[string]any{"role_arn": "arn:aws:iam::222222222222:role/dev"},
		}},
		"table only": {statebackend.Reference{Bucket: "wine-state", Region: "us-west-2", Lock: statebackend.DynamoDB, Table: "locks"},
			map[string]any{"bucket": "wine-state", "key": stateKey, "region": "us-west-2", "dynamodb_table": "locks"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			template := synthtest.Synth(t, stackWith(t, test.reference, stateKey))
			require.Equal(t, map[string]any{"s3": test.want}, template.Root()["terraform"].(map[string]any)["backend"])
		})
	}
	good := tests["smallest"].reference
	require.ErrorContains(t, good.Attach(synthtest.Stack(t), stateKey), "There is already a Construct with name 'backend'")
	require.EqualError(t, good.Attach(synthtest.Stack(t), "state"),
		`key: "state" is no key of a state; use letters, digits, _.=@+- and slashes between them, at most 1,017 characters, and end it with .tfstate, such as acme/wine-ml/dev/terraform.tfstate`)
}

func TestReferenceProblems(t *testing.T) {
	err := statebackend.Reference{
		Bucket: "${aws_s3_bucket.b.id}", Region: "Oregon", Lock: statebackend.Both, RoleARN: "dev", Profile: `a"b`, KeyARN: "alias/state",
	}.Validate("/terraform.tfstate")
	require.EqualError(t, err, `bucket: "${aws_s3_bucket.b.id}" is no name of an S3 bucket; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS
region: "Oregon" is no AWS region; write it like us-west-2
table: "" is no table name; use 3 to 255 letters, digits, dots, hyphens and underscores
roleARN: "dev" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
profile: "a\"b" is no name of an AWS CLI profile; use one of ~/.aws/config, without spaces and quotes
keyARN: "alias/state" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/<id>
key: "/terraform.tfstate" is no key of a state; use letters, digits, _.=@+- and slashes between them, at most 1,017 characters, and end it with .tfstate, such as acme/wine-ml/dev/terraform.tfstate`)

	reference, err := full().Reference("dev")
	require.NoError(t, err)
	require.EqualError(t, reference.Validate("acme/wine-ml/prod/terraform.tfstate"),
		`key: "acme/wine-ml/prod/terraform.tfstate" is outside of what the role may use; begin it with acme/wine-ml/dev/`)
	_, err = reference.Config("acme/wine-ml/development/terraform.tfstate")
	require.EqualError(t, err, `key: "acme/wine-ml/development/terraform.tfstate" is outside of what the role may use; begin it with acme/wine-ml/dev/`)
	reference.KeyPrefixes = []string{"acme"}
	_, err = reference.BackendFile(stateKey)
	require.ErrorContains(t, err, `keyPrefixes[0]: "acme" is no key prefix`)
}

func TestConfig(t *testing.T) {
	reference := statebackend.Reference{
		Bucket: "wine-state", Region: "us-west-2", Lock: statebackend.DynamoDB, Table: "locks", Profile: "ops-${user}-%{if}", KeyARN: keyARN,
		RoleARN: "arn:aws:iam::222222222222:role/dev",
	}
	_, err := reference.Config(stateKey)
	require.ErrorContains(t, err, "is no name of an AWS CLI profile", "a token")
	reference.Profile = "ops-%{if}"
	text, err := reference.Config(stateKey)
	require.NoError(t, err)
	require.Equal(t, `terraform {
  required_version = ">= 1.7.0"

  backend "s3" {
    bucket         = "wine-state"
    key            = "acme/wine-ml/dev/network/terraform.tfstate"
    region         = "us-west-2"
    dynamodb_table = "locks"
    encrypt        = true
    kms_key_id     = "`+keyARN+`"
    profile        = "ops-%%{if}"
    assume_role    = { role_arn = "arn:aws:iam::222222222222:role/dev" }
  }
}
`, text)
}

func ExampleReference_Config() {
	text, err := statebackend.Reference{Bucket: "wine-state", Region: "us-west-2"}.Config("acme/legacy/terraform.tfstate")
	if err != nil {
		panic(err)
	}
	fmt.Print(text)
	// Output:
	// terraform {
	//   required_version = ">= 1.11.0"
	//
	//   backend "s3" {
	//     bucket       = "wine-state"
	//     key          = "acme/legacy/terraform.tfstate"
	//     region       = "us-west-2"
	//     use_lockfile = true
	//   }
	// }
}

func ExampleReference_BackendFile() {
	reference, err := statebackend.Props{Name: "wine-state", Scope: arn.Scope{Region: "us-west-2", Account: "222222222222"}, Access: []statebackend.Access{{
		Name: "dev", KeyPrefixes: []string{"acme/wine-ml/dev/"}, Principals: []string{"arn:aws:iam::333333333333:role/wine-dev-*"},
	}}}.Reference("dev")
	if err != nil {
		panic(err)
	}
	text, err := reference.BackendFile("acme/wine-ml/dev/network.tfstate")
	if err != nil {
		panic(err)
	}
	fmt.Print(text)
	// Output:
	// bucket       = "wine-state"
	// key          = "acme/wine-ml/dev/network.tfstate"
	// region       = "us-west-2"
	// use_lockfile = true
	// assume_role  = { role_arn = "arn:aws:iam::222222222222:role/wine-state-dev" }
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := statebackend.New(stack, "state", statebackend.Props{
			Name: "wine-operations-state", Scope: arn.Scope{Region: "us-west-2", Account: "222222222222"},
			Access: []statebackend.Access{{
				Name: "dev", KeyPrefixes: []string{"acme/wine-ml/dev/"}, Principals: []string{"arn:aws:iam::333333333333:role/wine-dev-*"},
			}},
		})
		return err
	})
	// Output:
	// aws_iam_role 1
	// aws_iam_role_policy 1
	// aws_kms_alias 1
	// aws_kms_key 1
	// aws_s3_bucket 1
	// aws_s3_bucket_lifecycle_configuration 1
	// aws_s3_bucket_ownership_controls 1
	// aws_s3_bucket_policy 1
	// aws_s3_bucket_public_access_block 1
	// aws_s3_bucket_server_side_encryption_configuration 1
	// aws_s3_bucket_versioning 1
}
