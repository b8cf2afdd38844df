package githuboidc

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// RoleProps configures a role for GitHub Actions. Name, Provider and Trust are required.
type RoleProps struct {
	// Name of the role: 1 to 64 letters, digits and +=,.@_-
	Name string
	// Description for people, at most 1,000 characters. Default: the repository and what its jobs must run for.
	Description string
	// Path groups roles, begins and ends with a slash. Default: "/".
	Path string
	// Provider is the account's provider for GitHub.
	Provider *Provider
	// Trust says which jobs may assume the role. Its issuer is the provider's.
	Trust github.Trust
	// Statements are the role's permissions. Default: none.
	Statements []policy.Statement
	// ManagedPolicyARNs are existing policies to attach, but not AdministratorAccess or ...FullAccess. Default: none.
	ManagedPolicyARNs []string
	// PermissionsBoundary is the ARN of the managed policy that limits what the role can ever do. Default: none.
	PermissionsBoundary string
	// MaxSession is how long a job may keep the role's credentials, 1 to 12 hours. Default: 1 hour.
	MaxSession time.Duration
}

// A Role is one that jobs of GitHub Actions assume. It can be granted permissions like any other.
type Role struct {
	*iam.Role
	trust policy.Document
}

// NewRole makes a role for GitHub Actions.
func NewRole(scope constructs.Construct, id string, props RoleProps) (*Role, error) {
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	role, err := iam.NewRole(scope, id, props.role())
	if err != nil {
		return nil, err
	}
	return &Role{Role: role, trust: props.role().Trust}, nil
}

// Trust is the role's trust policy, for tests: github.Allows tells which jobs it lets in.
func (r *Role) Trust() policy.Document { return r.trust }

func (p RoleProps) withDefaults() RoleProps {
	if p.Provider != nil && p.Trust.Issuer == "" {
		p.Trust.Issuer = p.Provider.issuer
	}
	p.Trust = p.Trust.WithDefaults()
	if p.Description == "" {
		p.Description = "GitHub Actions of " + p.Trust.Repository.Name + " for " + describe(p.Trust.Subjects)
	}
	return p
}

// describe lists what jobs must run for, in the characters that IAM allows in a description, and shortened to fit.
func describe(subjects []github.Subject) string {
	names := make([]string, len(subjects))
	for i, s := range subjects {
		names[i] = strings.Map(func(c rune) rune {
			if c < ' ' || c > '~' {
				return '?'
			}
			return c
		}, strings.ReplaceAll(s.String(), `"`, ""))
	}
	text := strings.Join(names, ", ")
	if len(text) > 800 {
		return text[:800] + " and more"
	}
	return text
}

func (p RoleProps) validate() error {
	var problems problem.List
	switch {
	case p.Provider == nil:
		problems.Addf("provider", "is missing; make one with New")
	case p.Trust.Issuer != p.Provider.issuer:
		problems.Addf("trust.issuer", "%q is not the issuer of the provider, %s; leave it out", p.Trust.Issuer, p.Provider.issuer)
	case len(p.Provider.audiences) > 0 && !slices.Contains(p.Provider.audiences, p.Trust.Audience):
		problems.Addf("trust.audience", "%q is not accepted by the provider, only %s; add it to the provider's audiences", p.Trust.Audience, strings.Join(p.Provider.audiences, ", "))
	}
	trusted := p.Trust.Validate()
	problems.Add("trust", trusted)
	role := p.role()
	if trusted != nil || p.Provider == nil {
		// The document would repeat in other words what is wrong with the trust.
		role.Trust = policy.TrustService("", "sts.amazonaws.com")
	}
	problems.Add("", role.Validate())
	return problems.Err()
}

func (p RoleProps) role() iam.RoleProps {
	role := iam.RoleProps{
		Name: p.Name, Description: p.Description, Path: p.Path, Statements: p.Statements, ManagedPolicyARNs: p.ManagedPolicyARNs,
		PermissionsBoundary: p.PermissionsBoundary, MaxSession: p.MaxSession,
	}
	if p.Provider != nil {
		role.Trust = p.Trust.Document(p.Provider.arn)
	}
	return role
}
