package githuboidc

import (
	"slices"
	"time"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// DeploymentProps configures the two roles that deploy one environment. All but BoundaryStatements and
// PermissionsBoundary are required.
type DeploymentProps struct {
	// Scope is what the deployment may touch: account, region, name prefix, tags, neighbours. Where Scope.Boundary names
	// an existing policy, it is used and none is made. Account and region are by default those of the stack, see package site.
	Scope permissions.Scope
	// Services are the parts of the platform that the deployment has, from which both roles' permissions follow.
	Services []permissions.Service
	// Provider is the account's provider for GitHub.
	Provider *Provider
	// Repository whose jobs deploy.
	Repository github.Repository
	// Plan is the role that reads, for terraform plan.
	Plan DeploymentRole
	// Apply is the role that changes, for terraform apply. Pull requests are refused as its subject, because their code
	// is not reviewed yet.
	Apply DeploymentRole
	// BoundaryStatements add to what the roles of the deployment may be allowed beyond the Services, for example another
	// AWS service that a workload calls. Not with an existing boundary. Default: none.
	BoundaryStatements []policy.Statement
	// PermissionsBoundary is the ARN of a policy that limits the plan and apply roles themselves, where the organization
	// demands one. It is not the boundary of the roles that they make. Default: none.
	PermissionsBoundary string
}

// DeploymentRole says which jobs have one of the two roles. Subjects are required.
type DeploymentRole struct {
	// Subjects are what a job must run for. A job that names a GitHub environment has the subject of that environment.
	Subjects []github.Subject
	// Refs and Workflows narrow that further, as in github.Trust. Default: any.
	Refs      []github.Subject
	Workflows []string
	// Audience is the aud claim of the tokens. Default: sts.amazonaws.com.
	Audience string
	// MaxSession is how long a job may keep the credentials, 1 to 12 hours. Default: 1 hour.
	MaxSession time.Duration
	// Statements are permissions beside those of the services, such as assuming the role that reaches the Terraform state.
	// Default: none.
	Statements []policy.Statement
}

// Deployment is the plan role, the apply role, and the permissions boundary of all roles that the deployment makes.
type Deployment struct {
	construct   tf.Construct
	plan, apply *Role
	boundary    string
	props       DeploymentProps
	own         *iam.Boundary // nil where the boundary is an existing policy
}

// NewDeployment makes the roles <prefix>-github-plan and <prefix>-github-apply and the policy <prefix>-boundary.
//
// The apply role can not change any of them: neither its own permissions nor its trust, nor the boundary, nor the
// provider. Changes to them, such as a new service, are applied by an administrator.
func NewDeployment(scope constructs.Construct, id string, props DeploymentProps) (*Deployment, error) {
	props.Scope.Scope = site.Of(scope, props.Scope.Scope)
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Deployment, error) {
		made := &Deployment{construct: scope, boundary: props.Scope.Boundary, props: props}
		var err error
		if made.boundary == "" {
			if made.own, err = iam.NewBoundary(scope, "boundary", props.Scope.Prefix, props.boundary()); err != nil {
				return nil, err
			}
			made.boundary = made.own.ARN()
		}
		if made.plan, err = NewRole(scope, "plan", props.plan()); err != nil {
			return nil, err
		}
		if made.apply, err = NewRole(scope, "apply", props.apply()); err != nil {
			return nil, err
		}
		return made, nil
	})
}

// Allow gives the deployment what it needs for resources beside those of its services, under an id that was not used
// before and becomes the name of a policy of both roles. Call it once at most for a deployment: the boundary is the
// services' with these permissions.
func (d *Deployment) Allow(id string, extra permissions.Extra) error {
	scope := d.props.scope()
	if err := extra.Validate(scope); err != nil {
		return err
	}
	added := permissions.Add(scope, d.props.Services, extra)
	added.Boundary.Statements = append(added.Boundary.Statements, d.props.BoundaryStatements...)
	var problems problem.List
	if len(added.Plan) > 0 {
		problems.Add("plan", d.plan.Grant(id, added.Plan...))
	}
	if len(added.Apply) > 0 {
		problems.Add("apply", d.apply.Grant(id, added.Apply...))
	}
	if d.own != nil && len(extra.Services)+len(extra.Workloads) > 0 {
		problems.Add("workloads", d.own.Replace(added.Boundary))
	}
	return problems.Err()
}

func (p DeploymentProps) plan() RoleProps {
	return p.role(github.PlanRole(p.Scope.Prefix), p.Plan, permissions.Plan(p.scope(), p.Services...))
}

func (p DeploymentProps) apply() RoleProps {
	return p.role(github.ApplyRole(p.Scope.Prefix), p.Apply, permissions.Apply(p.scope(), p.Services...))
}

func (p DeploymentProps) role(name string, role DeploymentRole, statements []policy.Statement) RoleProps {
	return RoleProps{
		Name: name, Provider: p.Provider,
		Trust: github.Trust{
			Repository: p.Repository, Subjects: role.Subjects, Refs: role.Refs, Workflows: role.Workflows, Audience: role.Audience,
		},
		Statements: append(statements, role.Statements...), PermissionsBoundary: p.PermissionsBoundary, MaxSession: role.MaxSession,
	}
}

// scope knows the provider that the deployment must not change.
func (p DeploymentProps) scope() permissions.Scope {
	scope := p.Scope
	if p.Provider != nil {
		scope.Issuer = p.Provider.issuer
	}
	return scope
}

func (p DeploymentProps) boundary() policy.Document {
	document := permissions.Boundary(p.scope(), p.Services...)
	document.Statements = append(document.Statements, p.BoundaryStatements...)
	return document
}

func (p DeploymentProps) validate() error {
	var problems problem.List
	scoped := permissions.Validate(p.scope(), p.Services...)
	problems.Add("", scoped)
	if p.Provider == nil {
		problems.Addf("provider", "is missing; make one with New")
	}
	problems.Add("repository", p.Repository.Validate())
	if p.Scope.Boundary != "" && len(p.BoundaryStatements) > 0 {
		problems.Addf("boundaryStatements", "can not be added to the existing boundary %s; add them there, or leave scope.boundary out", p.Scope.Boundary)
	}
	for i, s := range p.Apply.Subjects {
		if s.IsPullRequest() {
			problems.Addf(problem.Index("apply.subjects", i), "pull requests could apply code that nobody reviewed; use a branch, tag or environment, and give pull requests the plan role")
		}
	}
	if scoped == nil && p.Provider != nil && p.Repository.Validate() == nil {
		problems.Add("plan", p.Plan.validate(p.plan()))
		problems.Add("apply", p.Apply.validate(p.apply()))
		p.validateBoundary(&problems)
	}
	return problems.Err()
}

// validate reports what is wrong with the role, in the fields of the deployment role where they are its own.
func (r DeploymentRole) validate(role RoleProps) error {
	var problems problem.List
	services := role.Statements[:len(role.Statements)-len(r.Statements)]
	if own := added(services, r.Statements, policy.Identity); own != nil {
		problems.Add("", own)
		role.Statements = services
	}
	// A deployment role has the fields of a trust itself.
	problems.Add("", problem.Rename(role.withDefaults().validate(), "trust.", ""))
	return problems.Err()
}

func (p DeploymentProps) validateBoundary(problems *problem.List) {
	services := permissions.Boundary(p.scope(), p.Services...).Statements
	problems.Add("", problem.Rename(added(services, p.BoundaryStatements, policy.Boundary), "statements", "boundaryStatements"))
	if size := p.boundary().Size(); size > policy.MaxManaged {
		problems.Addf("boundaryStatements", "make the boundary %d characters long, %d are allowed; use fewer", size, policy.MaxManaged)
	}
}

// added reports what is wrong with statements that are added to those of the services.
func added(services, own []policy.Statement, kind policy.Kind) error {
	if len(own) == 0 {
		return nil
	}
	var problems problem.List
	problems.Add("", policy.New(own...).Validate(kind))
	for i, s := range own {
		if s.Sid != "" && slices.ContainsFunc(services, func(each policy.Statement) bool { return each.Sid == s.Sid }) {
			problems.Addf(problem.Index("statements", i)+".sid", "%q is taken by a statement of the services; use another", s.Sid)
		}
	}
	return problems.Err()
}

// Plan is the role that reads.
func (d *Deployment) Plan() *Role { return d.plan }

// Apply is the role that changes.
func (d *Deployment) Apply() *Role { return d.apply }

// BoundaryARN is the permissions boundary that every role of the deployment must have.
func (d *Deployment) BoundaryARN() string { return d.boundary }

// Construct holds the resources of the deployment roles.
func (d *Deployment) Construct() constructs.Construct { return d.construct }
