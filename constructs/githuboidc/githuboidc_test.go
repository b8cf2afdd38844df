package githuboidc_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/githuboidc"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const existingProvider = "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"

var (
	repository = github.Repository{Name: "acme/wine-ml", OwnerID: "123", ID: "456"}
	scope      = permissions.Scope{
		Scope: arn.Scope{Region: synthtest.Region, Account: synthtest.Account}, Prefix: "wine-dev",
		Tags: map[string]string{"Environment": "dev", "Project": "wine"},
	}
)

func newProvider(t *testing.T, stack tf.Stack, props githuboidc.Props) *githuboidc.Provider {
	t.Helper()
	provider, err := githuboidc.New(stack, "github", props)
	require.NoError(t, err)
	return provider
}

func TestProvider(t *testing.T) {
	stack := synthtest.Stack(t)
	provider := newProvider(t, stack, githuboidc.Props{})
	tf.Output(stack, "provider", provider.ARN(), "ARN of the provider")
	synthtest.Synth(t, stack).Golden("provider")
}

func TestExistingProvider(t *testing.T) {
	stack := synthtest.Stack(t)
	provider := newProvider(t, stack, githuboidc.Props{ExistingARN: existingProvider})
	require.Equal(t, existingProvider, provider.ARN())
	require.Empty(t, synthtest.Synth(t, stack).Addresses())
}

func TestRole(t *testing.T) {
	stack := synthtest.Stack(t)
	role, err := githuboidc.NewRole(stack, "images", githuboidc.RoleProps{
		Name: "wine-ops-github-images", Provider: newProvider(t, stack, githuboidc.Props{}),
		Trust:      github.Trust{Repository: github.Repository{Name: "acme/wine-ml"}, Subjects: []github.Subject{github.Branch("main"), github.TagPattern("v*")}},
		Statements: []policy.Statement{{Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}}},
		MaxSession: 2 * time.Hour,
	})
	require.NoError(t, err)
	require.NoError(t, role.Grant("push", policy.Statement{
		Actions: []string{"ecr:PutImage"}, Resources: []string{"arn:aws:ecr:us-west-2:222222222222:repository/training-image"},
	}))
	template := synthtest.Synth(t, stack)
	template.Golden("role")
	for subject, want := range map[string]bool{
		"repo:acme/wine-ml:ref:refs/heads/main":       true,
		"repo:acme@1/wine-ml@2:ref:refs/heads/main":   true,
		"repo:acme/wine-ml:ref:refs/tags/v1.2":        true,
		"repo:acme/wine-ml:ref:refs/heads/main2":      false,
		"repo:acme/wine-ml:pull_request":              false,
		"repo:acme/wine-ml-copy:ref:refs/heads/main":  false,
		"repo:acme@1/other@2:ref:refs/heads/main":     false,
		"repo:acme/wine-ml:environment:prod":          false,
		"repo:acmes@1/wine-ml@2:ref:refs/heads/main":  false,
		"repo:acme@1/wine-ml@2:ref:refs/tags/staging": false,
	} {
		require.Equal(t, want, github.Allows(role.Trust(), github.Token{Subject: subject}), subject)
	}
}

func TestRoleWithEveryOption(t *testing.T) {
	stack := synthtest.Stack(t)
	provider := newProvider(t, stack, githuboidc.Props{Issuer: "token.actions.acme.ghe.com", Audiences: []string{"sts.amazonaws.com", "wine"}})
	role, err := githuboidc.NewRole(stack, "role", githuboidc.RoleProps{
		Name: "wine-dev-github-train", Description: "Starts trainings", Path: "/github/", Provider: provider,
		Trust: github.Trust{
			Repository: repository, Subjects: []github.Subject{github.Environment("dev")}, Refs: []github.Subject{github.Branch("main")},
			Workflows: []string{"acme/ci/.github/workflows/train.yml@refs/heads/main"}, Audience: "wine",
		},
		ManagedPolicyARNs:   []string{"arn:aws:iam::aws:policy/AmazonSageMakerReadOnly"},
		PermissionsBoundary: "arn:aws:iam::222222222222:policy/org", MaxSession: 12 * time.Hour,
	})
	require.NoError(t, err)
	synthtest.Synth(t, stack).Golden("role-options")
	token := github.Token{
		Issuer: "token.actions.acme.ghe.com", Subject: "repo:acme@123/wine-ml@456:environment:dev", Audience: "wine",
		Ref: "refs/heads/main", Workflow: "acme/ci/.github/workflows/train.yml@refs/heads/main",
	}
	require.True(t, github.Allows(role.Trust(), token))
	token.Workflow = "acme/wine-ml/.github/workflows/train.yml@refs/heads/main"
	require.False(t, github.Allows(role.Trust(), token))
}

// state lets a role reach the Terraform state.
var state = policy.Statement{Sid: "State", Actions: []string{"sts:AssumeRole"}, Resources: []string{"arn:aws:iam::111111111111:role/wine-state-dev"}}

func deployment(provider *githuboidc.Provider) githuboidc.DeploymentProps {
	return githuboidc.DeploymentProps{
		Scope: scope, Services: permissions.Services(), Provider: provider, Repository: repository,
		Plan:  githuboidc.DeploymentRole{Subjects: []github.Subject{github.PullRequest(), github.Branch("main")}, Statements: []policy.Statement{state}},
		Apply: githuboidc.DeploymentRole{Subjects: []github.Subject{github.Environment("dev")}, Statements: []policy.Statement{state}},
	}
}

func TestDeployment(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := githuboidc.NewDeployment(stack, "deployment", deployment(newProvider(t, stack, githuboidc.Props{})))
	require.NoError(t, err)
	require.NotEmpty(t, made.BoundaryARN())
	template := synthtest.Synth(t, stack)
	require.Len(t, template.Resources("aws_iam_role"), 2)
	// What each role may do, as it stands in the output.
	plan, apply := statements(t, template, "wine-dev-github-plan"), statements(t, template, "wine-dev-github-apply")
	createRole := iamcheck.Request{Action: "iam:CreateRole", Resource: "arn:aws:iam::222222222222:role/wine-dev-nodes",
		Keys: map[string]string{"iam:PermissionsBoundary": "arn:aws:iam::222222222222:policy/wine-dev-boundary"}}
	require.True(t, iamcheck.Allows(apply, createRole))
	require.False(t, iamcheck.Allows(plan, createRole))
	createRole.Keys = nil
	require.False(t, iamcheck.Allows(apply, createRole))
	for _, statements := range [][]policy.Statement{plan, apply} {
		require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: "sts:AssumeRole", Resource: "arn:aws:iam::111111111111:role/wine-state-dev"}))
		require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: "ec2:DescribeVpcs", Resource: "*", Keys: map[string]string{"aws:RequestedRegion": "us-west-2"}}))
	}

	// Who gets in.
	require.True(t, github.Allows(made.Plan().Trust(), github.Token{Subject: "repo:acme/wine-ml:pull_request"}))
	require.False(t, github.Allows(made.Apply().Trust(), github.Token{Subject: "repo:acme/wine-ml:pull_request"}))
	require.False(t, github.Allows(made.Apply().Trust(), github.Token{Subject: "repo:acme/wine-ml:ref:refs/heads/main"}))
	require.True(t, github.Allows(made.Apply().Trust(), github.Token{Subject: "repo:acme@123/wine-ml@456:environment:dev"}))

	// Last, because it skips where AWS's list is not installed.
	iamcheck.Check{}.Template(t, template.Root())
}

// statements are all permissions of a role in the template, inline and managed.
func statements(t *testing.T, template synthtest.Template, role string) []policy.Statement {
	t.Helper()
	var out []policy.Statement
	add := func(document any) {
		parsed, err := iamcheck.Parse(document.(string))
		require.NoError(t, err)
		out = append(out, parsed...)
	}
	for _, each := range template.Resources("aws_iam_policy") {
		if strings.HasPrefix(each["name"].(string), role+"-") {
			add(each["policy"])
		}
	}
	for address, each := range template.Resources("aws_iam_role_policy") {
		if strings.Contains(address, "_"+role[strings.LastIndex(role, "-")+1:]+"_") {
			add(each["policy"])
		}
	}
	require.NotEmpty(t, out)
	return out
}

func TestSmallDeployment(t *testing.T) {
	stack := synthtest.Stack(t)
	props := deployment(newProvider(t, stack, githuboidc.Props{ExistingARN: existingProvider}))
	props.Services, props.Scope.Tags = []permissions.Service{permissions.Logs, permissions.Roles}, nil
	_, err := githuboidc.NewDeployment(stack, "deployment", props)
	require.NoError(t, err)
	synthtest.Synth(t, stack).Golden("deployment")
}

func TestDeploymentWithEveryOption(t *testing.T) {
	stack := synthtest.Stack(t)
	role := githuboidc.DeploymentRole{
		Subjects: []github.Subject{github.Environment("prod")}, Refs: []github.Subject{github.TagPattern("v*")}, Audience: "sts.amazonaws.com",
		Workflows: []string{"acme/wine-ml/.github/workflows/deploy.yml@refs/tags/v*"}, MaxSession: 2 * time.Hour,
		Statements: []policy.Statement{{Sid: "Extra", Actions: []string{"sns:ListTopics"}, Resources: []string{"*"}}},
	}
	props := githuboidc.DeploymentProps{
		Scope: scope, Services: permissions.Services(), Provider: newProvider(t, stack, githuboidc.Props{}), Repository: repository, Plan: role, Apply: role,
		BoundaryStatements:  []policy.Statement{{Sid: "Topics", Actions: []string{"sns:*"}, Resources: []string{"*"}}},
		PermissionsBoundary: "arn:aws:iam::222222222222:policy/org",
	}
	_, err := githuboidc.NewDeployment(stack, "deployment", props)
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	for _, each := range template.Resources("aws_iam_role") {
		require.Equal(t, "arn:aws:iam::222222222222:policy/org", each["permissions_boundary"])
		require.EqualValues(t, 7200, each["max_session_duration"])
	}
	require.Contains(t, template.Where("aws_iam_policy", "name", "wine-dev-boundary")["policy"], `"sns:*"`)
	require.True(t, iamcheck.Allows(statements(t, template, "wine-dev-github-plan"), iamcheck.Request{Action: "sns:ListTopics", Resource: "*"}))
	template.Golden("everything")
}

func TestExistingBoundary(t *testing.T) {
	stack := synthtest.Stack(t)
	props := deployment(newProvider(t, stack, githuboidc.Props{ExistingARN: existingProvider}))
	props.Scope.Boundary = "arn:aws:iam::222222222222:policy/org/workloads"
	made, err := githuboidc.NewDeployment(stack, "deployment", props)
	require.NoError(t, err)
	require.Equal(t, props.Scope.Boundary, made.BoundaryARN())
	template := synthtest.Synth(t, stack)
	for _, each := range template.Resources("aws_iam_policy") {
		require.NotEqual(t, "wine-dev-boundary", each["name"])
	}
	createRole := iamcheck.Request{Action: "iam:CreateRole", Resource: "arn:aws:iam::222222222222:role/wine-dev-nodes", Keys: map[string]string{"iam:PermissionsBoundary": props.Scope.Boundary}}
	require.True(t, iamcheck.Allows(statements(t, template, "wine-dev-github-apply"), createRole))
}
