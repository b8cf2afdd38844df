package modelregistry_test

import (
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/modelregistry"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		models, err := modelregistry.New(stack, "models", modelregistry.Props{
			Name:           "wine",
			DeployAccounts: []string{"333333333333"},
		})
		if err != nil {
			return err
		}
		lead, err := iam.FromARN(stack, "lead", "arn:aws:iam::111111111111:role/lead-data-scientist")
		if err != nil {
			return err
		}
		return models.GrantApprove(lead)
	})
	// Output:
	// aws_iam_role_policy 1
	// aws_sagemaker_model_package_group 1
	// aws_sagemaker_model_package_group_policy 1
}
