package bucket_test

import (
	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		models, err := bucket.New(stack, "models", bucket.Props{
			Name: "wine-dev-models-222222222222-us-west-2",
			Lifecycle: []bucket.LifecycleRule{
				{Name: "old-versions", NoncurrentExpireAfterDays: 90, NoncurrentKeepVersions: 5},
			},
		})
		if err != nil {
			return err
		}
		role, err := iam.FromARN(stack, "train", "arn:aws:iam::222222222222:role/train")
		if err != nil {
			return err
		}
		return models.GrantReadWrite(role, "churn")
	})
	// Output:
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

func ExampleFromName() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		raw, err := bucket.FromName(stack, "raw", bucket.ExistingProps{
			Name: "acme-raw-data", Scope: arn.Scope{Region: "us-west-2", Account: "111111111111"},
			KeyARN: "arn:aws:kms:us-west-2:111111111111:key/11111111-2222-3333-4444-555555555555",
		})
		if err != nil {
			return err
		}
		role, err := iam.FromARN(stack, "train", "arn:aws:iam::222222222222:role/train")
		if err != nil {
			return err
		}
		return raw.GrantRead(role, "orders", "customers")
	})
	// Output:
	// aws_iam_role_policy 1
}
