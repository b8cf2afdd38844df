package stacks

import (
	"slices"
	"time"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/githuboidc"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// deploymentOf says what GitHub Actions deploys with the roles of one stack.
type deploymentOf struct {
	stack         config.Stack
	owner, prefix string // "operations" or an environment, and how its names begin
	github        config.GitHub
	promotion     config.Promotion
	services      []permissions.Service
	buckets       []string
	repositories  []string
	destroysData  bool
	// plans and applies are what else the two roles may do.
	plans, applies []policy.Statement
}

// deployed is what the rest of the stack needs to know of its deployment.
type deployed struct {
	provider *githuboidc.Provider
	// access is the stack with the roles, made before what they deploy.
	access access
	// allow gives the deployment more permissions, once. Nil where only people deploy.
	allow func(permissions.Extra) error
	// boundary is the ARN of what limits every role that the deployment makes, written out: it is in the other stack.
	boundary string
}

// deployment makes the stack with the plan role, the apply role and the boundary of all other roles of the stack that they deploy.
func (b builder) deployment(of deploymentOf) (deployed, error) {
	made, err := b.newAccess(of.stack, of.prefix)
	if err != nil {
		return deployed{}, err
	}
	scope := scopeOf(of.stack)
	provider := githuboidc.Props{}
	if of.github.Provider == config.ExistingProvider {
		provider.ExistingARN = scope.Global("iam", "oidc-provider/"+github.Issuer)
	}
	oidc, err := githuboidc.New(made.Stack, "github", provider)
	if err != nil {
		return deployed{}, err
	}
	read, err := b.stateStatements(of.owner, of.owner+config.PlanAccess)
	if err != nil {
		return deployed{}, err
	}
	write, err := b.stateStatements(of.owner, of.owner)
	if err != nil {
		return deployed{}, err
	}
	plan, apply := b.platform.PlanTrust(of.promotion, of.github), b.platform.ApplyTrust(of.promotion, of.github, scope.Partition)
	session := time.Duration(of.github.MaxSessionMinutes) * time.Minute
	allowed := b.permissionScope(of)
	deployment, err := githuboidc.NewDeployment(made.Stack, "deployment", githuboidc.DeploymentProps{
		Scope: allowed, Services: of.services, Provider: oidc, Repository: plan.Repository, PermissionsBoundary: b.boundaryOf(scope),
		Plan: githuboidc.DeploymentRole{Subjects: plan.Subjects, Statements: append(read, of.plans...)},
		Apply: githuboidc.DeploymentRole{
			Subjects: apply.Subjects, Refs: apply.Refs, MaxSession: session, Statements: append(write, of.applies...),
		},
	})
	if err != nil {
		return deployed{}, err
	}
	tf.Output(made.Stack, "github_plan_role_arn", deployment.Plan().ARN(), "Role with which GitHub Actions plans")
	tf.Output(made.Stack, "github_apply_role_arn", deployment.Apply().ARN(), "Role with which GitHub Actions applies")
	tf.Output(made.Stack, "permissions_boundary_arn", deployment.BoundaryARN(), "Permissions boundary of every role of the stack "+of.stack.Name)
	b.tellDenials(made, allowed, of.services)
	allow := func(extra permissions.Extra) error { return deployment.Allow("extensions", extra) }
	return deployed{provider: oidc, access: made, allow: allow, boundary: allowed.WithDefaults().Boundary}, nil
}

// tellDenials hands on what the boundary of the organisation must deny, where it takes the place of the deployment's own.
func (b builder) tellDenials(made access, scope permissions.Scope, services []permissions.Service) {
	if b.platform.PermissionsBoundary != "" {
		denials := policy.New(permissions.Denials(scope, services...)...).MustJSON(policy.Boundary)
		tf.Output(made.Stack, "permissions_boundary_denials", denials, "What the permissions boundary must deny the roles that "+scope.Prefix+" makes")
	}
}

// deployedByGitHub makes the roles with which GitHub deploys the environment.
func (e *environmentStack) deployedByGitHub() (err error) {
	e.deployed, err = e.deployment(deploymentOf{
		stack: e.Stack, owner: e.env.Name, prefix: e.env.Prefix(), github: *e.env.GitHub, promotion: e.env.Promotion,
		services: services(e.env), buckets: e.bucketNames(), destroysData: !e.env.Protect, plans: append(e.verifyImages(), e.readCharts()...), applies: slices.Concat(e.readDefinition(), e.startTraining(), e.readCharts(), e.lendKey()),
	})
	return err
}

// permissionScope is what the deployment may touch.
func (b builder) permissionScope(of deploymentOf) permissions.Scope {
	scope := permissions.Scope{
		Scope: scopeOf(of.stack), Boundary: b.boundaryOf(scopeOf(of.stack)), Prefix: of.prefix, Tags: b.deploymentTags(of.owner), Buckets: of.buckets, Repositories: of.repositories,
		Protected: b.stateResources(of.stack, of.owner), ProtectedTags: b.stateTags(of.owner), AllowDestroyingData: of.destroysData,
		Neighbours: permissions.Neighbours{Prefix: b.platform.Project, Shared: config.OperationsName},
	}
	if env := of.stack.Environment; env != nil && env.LoadBalancerEnabled() {
		scope.HostedZones = env.LoadBalancer.Zones()
	}
	if env := of.stack.Environment; env != nil && env.ServingEnabled() && env.Serving.HostedZone != "" {
		scope.HostedZones = append(scope.HostedZones, env.Serving.HostedZone)
		if zone := env.Serving.ValidationZone; zone != env.Serving.HostedZone {
			scope.HostedZones = append(scope.HostedZones, zone)
		}
	}
	if env := of.stack.Environment; env != nil && env.CodePipelineEnabled() {
		// Who could exchange a plan could have anything applied.
		scope.Protected = append(scope.Protected, scope.Bucket(env.BucketName(config.BuildsBucket)))
	}
	return scope
}

// stateStatements let a role assume the role that reaches its state.
func (b builder) stateStatements(owner, access string) ([]policy.Statement, error) {
	reference, err := b.reference(owner, access, "")
	if err != nil {
		return nil, err
	}
	return []policy.Statement{reference.AllowAssume()}, nil
}

// deploymentTags are what tells the deployments of one account apart. The tag Stack is not among them, because several
// stacks can be deployed with the same roles, and ManagedBy says nothing.
func (b builder) deploymentTags(owner string) map[string]string {
	tags := b.standardTags("", owner)
	delete(tags, "Stack")
	delete(tags, "ManagedBy")
	return tags
}

// stateResources are what a deployment must not touch although it is in its account and its names begin alike or are
// shared: the places where its own state and that of operations are kept, and the roles that reach its own. No other
// environment counts, so that a new one changes nothing here.
func (b builder) stateResources(stack config.Stack, owner string) []string {
	scope := scopeOf(stack)
	var out []string
	for _, store := range b.storesOf(owner) {
		if store.Account != stack.Account {
			continue
		}
		out = append(out, scope.Bucket(store.Bucket))
		for _, access := range b.platform.StateAccess(store) {
			// The names of the others' roles do not begin alike.
			if slices.Contains([]string{owner, owner + config.PlanAccess, owner + config.AdminAccess}, access.Name) {
				out = append(out, scope.Role(access.RoleName))
			}
		}
	}
	return out
}

// stateTags are on the KMS keys of those places, whose ARNs nobody knows here.
func (b builder) stateTags(owner string) map[string][]string {
	tags := map[string][]string{"Project": {b.platform.Project}}
	for _, store := range b.storesOf(owner) {
		tags["Stack"] = append(tags["Stack"], store.Stack)
	}
	if owner == config.OperationsName && b.platform.Operations.ImageTrust != nil {
		// The key that signs images is in the stack of the roles.
		tags["Stack"] = append(tags["Stack"], owner+config.AccessSuffix)
	}
	return tags
}

// storesOf are the places where the state of an owner and of operations are kept, each once.
func (b builder) storesOf(owner string) []config.StateStore {
	return slices.Compact([]config.StateStore{b.platform.StateStoreOf(owner), b.platform.StateStoreOf(config.OperationsName)})
}
