package githuboidc_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/githuboidc"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestProviderErrors(t *testing.T) {
	tests := map[string]struct {
		props githuboidc.Props
		want  string
	}{
		"issuer with scheme": {githuboidc.Props{Issuer: "https://token.actions.githubusercontent.com"},
			`issuer: "https://token.actions.githubusercontent.com" is no issuer of GitHub Actions; use token.actions.githubusercontent.com, or that of your enterprise, such as token.actions.githubusercontent.com/acme or token.actions.acme.ghe.com`},
		"no provider": {githuboidc.Props{ExistingARN: "arn:aws:iam::222222222222:role/x"},
			`existingARN: "arn:aws:iam::222222222222:role/x" is no ARN of an OpenID Connect provider; write it like arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com`},
		"provider of others": {githuboidc.Props{ExistingARN: "arn:aws:iam::222222222222:oidc-provider/gitlab.com"},
			`existingARN: "arn:aws:iam::222222222222:oidc-provider/gitlab.com" is the provider of another issuer than token.actions.githubusercontent.com; give that one's ARN, or set issuer`},
		"audience of an existing provider": {githuboidc.Props{ExistingARN: existingProvider, Audiences: []string{"wine"}},
			`audiences: wine can not be given to an existing provider; leave them out, or leave existingARN out`},
		"audiences": {githuboidc.Props{Audiences: []string{"a", "*", "a"}}, strings.Join([]string{
			`audiences[1]: "*" is no audience; use 1 to 255 characters without spaces and wildcards, such as sts.amazonaws.com`,
			`audiences[2]: "a" is listed twice; remove one`,
		}, "\n")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := githuboidc.New(synthtest.Stack(t), "github", test.props)
			require.EqualError(t, err, test.want)
		})
	}
}

func TestRoleErrors(t *testing.T) {
	stack := synthtest.Stack(t)
	provider := newProvider(t, stack, githuboidc.Props{})
	trust := github.Trust{Repository: repository, Subjects: []github.Subject{github.Branch("main")}}
	other := trust
	other.Issuer, other.Audience = "token.actions.acme.ghe.com", "wine"
	audience := trust
	audience.Audience = "wine"
	tests := map[string]struct {
		props githuboidc.RoleProps
		want  string
	}{
		"nothing": {githuboidc.RoleProps{}, strings.Join([]string{
			`provider: is missing; make one with New`,
			`trust.repository.name: "" is no GitHub repository; write it as owner/name, such as acme/wine-ml`,
			`trust.subjects: are missing, which would trust every repository on GitHub; name the branches, tags or environments`,
			`name: "" is no role name; use 1 to 64 letters, digits and +=,.@_-`,
		}, "\n")},
		"whole repository": {githuboidc.RoleProps{Name: "a", Provider: provider, Trust: github.Trust{Repository: repository, Subjects: []github.Subject{github.BranchPattern("*")}}},
			`trust.subjects[0]: branch pattern "*" fits every branch of the repository; begin it with the characters that the trusted ones share, such as "feature/*"`},
		"other issuer": {githuboidc.RoleProps{Name: "a", Provider: provider, Trust: other},
			`trust.issuer: "token.actions.acme.ghe.com" is not the issuer of the provider, token.actions.githubusercontent.com; leave it out`},
		"other audience": {githuboidc.RoleProps{Name: "a", Provider: provider, Trust: audience},
			`trust.audience: "wine" is not accepted by the provider, only sts.amazonaws.com; add it to the provider's audiences`},
		"administrator": {githuboidc.RoleProps{Name: "a", Provider: provider, Trust: trust, ManagedPolicyARNs: []string{"arn:aws:iam::aws:policy/AdministratorAccess"}},
			`managedPolicyARNs[0]: "arn:aws:iam::aws:policy/AdministratorAccess" allows far more than one role needs; list the permissions in statements`},
		"session": {githuboidc.RoleProps{Name: "a", Provider: provider, Trust: trust, MaxSession: time.Minute},
			`maxSession: 1m0s is out of range; use 1h to 12h in whole seconds`},
		"trust too long": {githuboidc.RoleProps{Name: "a", Provider: provider, Trust: github.Trust{Repository: repository, Subjects: manyBranches(20)}},
			`trust: has 2361 characters, 2048 are allowed; name fewer principals or conditions`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := githuboidc.NewRole(stack, "role", test.props)
			require.EqualError(t, err, test.want)
		})
	}
}

func manyBranches(n int) []github.Subject {
	var out []github.Subject
	for i := range n {
		out = append(out, github.Branch("release-"+string(rune('a'+i))))
	}
	return out
}

func TestDeploymentErrors(t *testing.T) {
	stack := synthtest.Stack(t)
	provider := newProvider(t, stack, githuboidc.Props{})
	accepted := func() githuboidc.DeploymentProps {
		props := deployment(provider)
		props.Services = []permissions.Service{permissions.Logs}
		return props
	}
	synthtest.Refuse(t, stack, accepted, githuboidc.NewDeployment, map[string]synthtest.Refusal[githuboidc.DeploymentProps]{
		"pull requests apply": {func(p *githuboidc.DeploymentProps) {
			p.Apply.Subjects = []github.Subject{github.Branch("main"), github.PullRequest()}
		},
			`apply.subjects[1]: pull requests could apply code that nobody reviewed; use a branch, tag or environment, and give pull requests the plan role`},
		"no subjects": {func(p *githuboidc.DeploymentProps) { p.Plan.Subjects, p.Apply.Subjects = nil, nil }, strings.Join([]string{
			`plan.subjects: are missing, which would trust every repository on GitHub; name the branches, tags or environments`,
			`apply.subjects: are missing, which would trust every repository on GitHub; name the branches, tags or environments`,
		}, "\n")},
		"no provider": {func(p *githuboidc.DeploymentProps) { p.Provider = nil }, `provider: is missing; make one with New`},
		"unknown service": {func(p *githuboidc.DeploymentProps) { p.Services = []permissions.Service{"s3"} },
			`services[0]: "s3" is unknown; use network, cluster, records, security-groups, storage, replication, registry, registry-settings, sagemaker, step-functions, containers, load-balancers, databases, secrets, serving, api-gateway, events, schedules, queues, notifications, monitoring, metrics, encryption, logs, roles, github, access, runners or codepipeline`},
		"wildcard repository": {func(p *githuboidc.DeploymentProps) { p.Repository.Name = "acme/*" },
			`repository.name: "acme/*" has a wildcard, with which repositories of others could get in; name one repository, such as acme/wine-ml`},
		"statements on an existing boundary": {func(p *githuboidc.DeploymentProps) {
			p.Scope.Boundary = "arn:aws:iam::222222222222:policy/b"
			p.BoundaryStatements = []policy.Statement{{Actions: []string{"sns:*"}, Resources: []string{"*"}}}
		}, `boundaryStatements: can not be added to the existing boundary arn:aws:iam::222222222222:policy/b; add them there, or leave scope.boundary out`},
		"wildcard action": {func(p *githuboidc.DeploymentProps) {
			p.Apply.Statements = []policy.Statement{{Actions: []string{"*"}, Resources: []string{"*"}}}
		}, `apply.statements[0].actions[0]: "*" allows everything; list the actions that are needed`},
		"Sid of ours": {func(p *githuboidc.DeploymentProps) {
			p.Apply.Statements = []policy.Statement{{Sid: "LogGroups", Actions: []string{"sns:ListTopics"}, Resources: []string{"*"}}}
		}, `apply.statements[0].sid: "LogGroups" is taken by a statement of the services; use another`},
		"boundary statement": {func(p *githuboidc.DeploymentProps) {
			p.BoundaryStatements = []policy.Statement{{Sid: "OwnRoles", Actions: []string{"sns:Publish"}}}
		}, "boundaryStatements[0]: needs either resources or notResources, and not both\n" +
			`boundaryStatements[0].sid: "OwnRoles" is taken by a statement of the services; use another`},
		"boundary too long": {func(p *githuboidc.DeploymentProps) {
			p.BoundaryStatements = []policy.Statement{{Actions: []string{"sns:*"}, Resources: []string{"arn:aws:sns:us-west-2:222222222222:" + strings.Repeat("a", 6000)}}}
		}, `boundaryStatements: make the boundary 6931 characters long, 6144 are allowed; use fewer`},
		"several": {func(p *githuboidc.DeploymentProps) {
			p.Scope.Prefix, p.Repository.Name, p.Provider = "Wine", "x", nil
			p.Apply.Subjects = []github.Subject{github.PullRequest()}
		}, strings.Join([]string{
			`scope.prefix: "Wine" is no name prefix; use 2 to 40 lower-case letters, digits and single hyphens, such as wine-dev`,
			`provider: is missing; make one with New`,
			`repository.name: "x" is no GitHub repository; write it as owner/name, such as acme/wine-ml`,
			`apply.subjects[0]: pull requests could apply code that nobody reviewed; use a branch, tag or environment, and give pull requests the plan role`,
		}, "\n")},
	})
}
