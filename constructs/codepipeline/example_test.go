package codepipeline_test

import (
	"github.com/mlplatform/mlplatform/constructs/codepipeline"
	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		test := buildspec.Spec{
			Install: buildspec.Phase{Runtimes: []buildspec.Runtime{{Language: buildspec.Go, Version: "1.26"}}},
			Build:   buildspec.Phase{Commands: []string{"go test ./..."}},
		}
		_, err := codepipeline.New(stack, "delivery", codepipeline.Props{
			Name: "wine-dev-delivery",
			Source: codepipeline.Source{Connection: &codepipeline.Connection{
				ARN:        "arn:aws:codeconnections:us-west-2:222222222222:connection/01234567-89ab-4def-8123-456789abcdef",
				Repository: "acme/wine-ml", Branches: codepipeline.Filter{Include: []string{"main"}},
			}},
			Stages: []codepipeline.Stage{{
				Name: "Test", Actions: []codepipeline.Action{codepipeline.Run(codepipeline.Build{Name: "test", Tests: true, Spec: test})},
			}},
		})
		return err
	})
	// Output:
	// aws_cloudwatch_log_group 1
	// aws_codebuild_project 1
	// aws_codepipeline 1
	// aws_iam_role 2
	// aws_iam_role_policy 2
	// aws_kms_alias 1
	// aws_kms_key 1
	// aws_s3_bucket 1
	// aws_s3_bucket_lifecycle_configuration 1
	// aws_s3_bucket_ownership_controls 1
	// aws_s3_bucket_policy 1
	// aws_s3_bucket_public_access_block 1
	// aws_s3_bucket_server_side_encryption_configuration 1
}
