package registry_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/registry"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		training, err := registry.New(stack, "training-image", registry.Props{
			Name:         "training-image",
			PullAccounts: []string{"111111111111", "333333333333"}, PullServices: []registry.Service{registry.SageMaker},
			Lifecycle: registry.Lifecycle{
				Protect: []string{"prod-*"},
				Tagged:  []registry.TagRule{{Pattern: "*", KeepLast: 100}},
			},
		})
		if err != nil {
			return err
		}
		role, err := iam.FromARN(stack, "build", "arn:aws:iam::111111111111:role/build")
		if err != nil {
			return err
		}
		return training.GrantPush(role)
	})
	// Output:
	// aws_ecr_lifecycle_policy 1
	// aws_ecr_repository 1
	// aws_ecr_repository_policy 1
	// aws_iam_role_policy 1
	// aws_kms_alias 1
	// aws_kms_key 1
}

func ExampleRepository_ImageURI() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		training, err := registry.FromName(stack, "training-image", registry.ExistingProps{
			Name: "training-image", Scope: arn.Scope{Account: "111111111111"},
		})
		if err != nil {
			return err
		}
		image, err := training.ImageURI("3f2a1c9")
		fmt.Println(image)
		return err
	})
	// Output: 111111111111.dkr.ecr.us-west-2.amazonaws.com/training-image:3f2a1c9
}

func ExampleNewCache() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		public, err := registry.NewCache(stack, "public", registry.CacheProps{
			Upstream: registry.ECRPublic,
		})
		if err != nil {
			return err
		}
		role, err := iam.FromARN(stack, "nodes", "arn:aws:iam::222222222222:role/nodes")
		if err != nil {
			return err
		}
		return public.GrantPull(role)
	})
	// Output:
	// aws_ecr_pull_through_cache_rule 1
	// aws_ecr_repository_creation_template 1
	// aws_iam_role_policy 1
}
