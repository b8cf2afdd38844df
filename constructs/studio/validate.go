package studio

import (
	"cmp"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

// maxDockerAccounts is the limit of
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DockerSettings.html
const maxDockerAccounts = 20

var (
	namePattern = lazyregexp.New(`^[A-Za-z0-9](-*[A-Za-z0-9])*$`)
)

func (p Props) withDefaults() Props {
	p.AuthMode = cmp.Or(p.AuthMode, IAM)
	if p.Egress == nil && len(p.SecurityGroupIDs) == 0 {
		p.Egress = []Egress{{CIDR: "0.0.0.0/0", Port: 443}}
	}
	given := p.Settings
	p.Settings = given.withDefaults()
	users := make([]User, len(p.Users))
	for i, each := range p.Users {
		if each.Settings != nil {
			settings := each.Settings.over(given).withDefaults()
			each.Settings = &settings
		}
		users[i] = each
	}
	p.Users = users
	return p
}

func (p Props) validate() error {
	var problems problem.List
	if !namePattern.MatchString(p.Name) || len(p.Name) > 63 {
		problems.Addf("name", "%q is no name of a domain; use 1 to 63 letters, digits and hyphens, with a letter or digit at both ends", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	if p.AuthMode != IAM && p.AuthMode != SSO {
		problems.Addf("authMode", "%q is unknown; use %q or %q", p.AuthMode, IAM, SSO)
	}
	p.validateNetwork(&problems)
	problems.Add("", p.Scope.CheckKey("keyARN", p.KeyARN))
	problems.Add("", p.roleChoice().Validate())
	if p.RoleARN != "" && p.ownRoles() {
		problems.Add("", iam.RoleChoice{PermissionsBoundary: p.PermissionsBoundary}.Validate())
	}
	if p.RoleARN != "" && len(p.Statements) > 0 {
		problems.Addf("statements", "are for a role to make, but roleARN gives an existing one; keep one of them")
	} else if len(p.Statements) > 0 {
		problems.Add("", policy.New(p.Statements...).Validate(policy.Identity))
	}
	p.Settings.validate("settings", &problems)
	p.validateUsers(&problems)
	p.validateDocker(&problems)
	p.validatePortal(&problems)
	if p.DeleteHomesOnDestroy && !p.AllowDestroy {
		problems.Addf("deleteHomesOnDestroy", "has no effect while Terraform refuses to destroy the domain; set allowDestroy too")
	}
	if p.AllowDestroy && !p.DeleteHomesOnDestroy && p.KeyARN == "" {
		problems.Addf("allowDestroy", "deletes the key that is made here, and with it the homes that stay; set deleteHomesOnDestroy too, or give keyARN")
	}
	return problems.Err()
}

func (p Props) validateDocker(problems *problem.List) {
	if len(p.DockerAccounts) > 0 && !p.AllowDocker {
		problems.Addf("dockerAccounts", "have no effect without Docker; set allowDocker or remove them")
	}
	if n := len(p.DockerAccounts); n > maxDockerAccounts {
		problems.Addf("dockerAccounts", "are %d, %d are allowed; list fewer", n, maxDockerAccounts)
	}
	for i, each := range p.DockerAccounts {
		if !token.Is(each) && !arn.IsAccount(each) {
			problems.Addf(problem.Index("dockerAccounts", i), "%q is no AWS account id; write its 12 digits as a string", each)
		}
	}
}
