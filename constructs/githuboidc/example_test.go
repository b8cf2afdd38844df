package githuboidc_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/constructs/githuboidc"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// A role with which the main branch pushes images.
func ExampleNewRole() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		provider, err := githuboidc.New(stack, "github", githuboidc.Props{})
		if err != nil {
			return err
		}
		role, err := githuboidc.NewRole(stack, "images", githuboidc.RoleProps{
			Name:     "wine-ops-github-images",
			Provider: provider,
			Trust: github.Trust{
				Repository: github.Repository{Name: "acme/wine-ml"},
				Subjects:   []github.Subject{github.Branch("main")},
			},
		})
		if err != nil {
			return err
		}
		fmt.Println(github.Allows(role.Trust(), github.Token{Subject: "repo:acme/wine-ml:ref:refs/heads/main"}))
		fmt.Println(github.Allows(role.Trust(), github.Token{Subject: "repo:acme/wine-ml:pull_request"}))
		return role.Grant("push", policy.Statement{
			Actions: []string{"ecr:PutImage"}, Resources: []string{"arn:aws:ecr:us-west-2:111111111111:repository/training-image"},
		})
	})
	// Output:
	// true
	// false
	// aws_iam_openid_connect_provider 1
	// aws_iam_role 1
	// aws_iam_role_policy 1
}

// The roles of an environment: pull requests plan, the GitHub environment "staging" applies.
func ExampleNewDeployment() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		provider, err := githuboidc.New(stack, "github", githuboidc.Props{})
		if err != nil {
			return err
		}
		_, err = githuboidc.NewDeployment(stack, "deployment", githuboidc.DeploymentProps{
			Scope: permissions.Scope{
				Scope:  arn.Scope{Region: "us-west-2", Account: "333333333333"},
				Prefix: "wine-staging",
				Tags:   map[string]string{"Project": "wine", "Environment": "staging"},
			},
			Services:   []permissions.Service{permissions.Network, permissions.Storage, permissions.GitHub},
			Provider:   provider,
			Repository: github.Repository{Name: "acme/wine-ml"},
			Plan:       githuboidc.DeploymentRole{Subjects: []github.Subject{github.PullRequest()}},
			Apply: githuboidc.DeploymentRole{
				Subjects: []github.Subject{github.Environment("staging")},
				Refs:     []github.Subject{github.Tag("staging")},
			},
		})
		return err
	})
	// Output:
	// aws_iam_openid_connect_provider 1
	// aws_iam_policy 4
	// aws_iam_role 2
	// aws_iam_role_policy 1
	// aws_iam_role_policy_attachment 3
}
