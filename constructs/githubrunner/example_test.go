package githubrunner_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/constructs/githubrunner"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		runner, err := githubrunner.New(stack, "runner", githubrunner.Props{
			Name: "wine-dev-runner", Repository: "acme/wine-ml",
			VPCID: "vpc-0123456789abcdef0", SubnetIDs: []string{"subnet-0123456789abcdef0"}, SecurityGroupIDs: []string{"sg-0123456789abcdef0"},
		})
		if err == nil {
			fmt.Println("runs-on:", runner.Label())
		}
		return err
	})
	// Output:
	// runs-on: codebuild-wine-dev-runner-${{ github.run_id }}-${{ github.run_attempt }}
	// aws_cloudwatch_log_group 1
	// aws_codebuild_project 1
	// aws_codebuild_webhook 1
	// aws_iam_role 1
	// aws_iam_role_policy 1
}
