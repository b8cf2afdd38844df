package registry

import (
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	shared "github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	namePattern = lazyregexp.New(`^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$`)
)

func (p Props) validate() error {
	var problems problem.List
	checkName(&problems, "name", p.Name, false)
	problems.Add("", site.Check(p.Scope))
	shared.Tags(&problems, "tags", p.Tags)
	if p.Encryption != KMS && p.Encryption != AES256 {
		problems.Addf("encryption", "%q is unknown; use %q or %q", p.Encryption, KMS, AES256)
	}
	problems.Add("", p.Scope.CheckKey("keyARN", p.KeyARN))
	if p.KeyARN != "" && p.Encryption == AES256 {
		problems.Addf("keyARN", "has no effect with encryption %q; remove one of them", AES256)
	}
	p.Lifecycle.validate(&problems)
	p.validateAccess(&problems)
	if p.DeleteImagesOnDestroy && !p.AllowDestroy {
		problems.Addf("deleteImagesOnDestroy", "has no effect while Terraform refuses to destroy the repository; set allowDestroy too")
	}
	return problems.Err()
}

func checkName(problems *problem.List, path, name string, tokenAllowed bool) {
	if token.Is(name) {
		if !tokenAllowed {
			problems.Addf(path, "%q is known to Terraform only, and policies and limits are checked now; write the name out", name)
		}
		return
	}
	if !namePattern.MatchString(name) || len(name) < 2 || len(name) > 256 {
		problems.Addf(path, "%q is no repository name; use 2 to 256 lower-case letters, digits, and . _ - / between them", name)
	}
}

func (p Props) validateAccess(problems *problem.List) {
	for i, account := range p.PullAccounts {
		at := problem.Index("pullAccounts", i)
		if !arn.IsAccount(account) && !token.Is(account) {
			problems.Addf(at, "%q is no AWS account id; write its 12 digits as a string", account)
		}
		if account == p.Scope.Account {
			problems.Addf(at, "%q is the repository's own account; use GrantPull for its roles", account)
		}
	}
	if p.PullOrganization.Given() {
		problems.Add("pullOrganization", p.PullOrganization.Validate())
	}
	seen := map[Service]bool{}
	for i, service := range p.PullServices {
		at := problem.Index("pullServices", i)
		if service != Lambda && service != SageMaker {
			problems.Addf(at, "%q is unknown; use %q or %q, other services pull with a role", service, Lambda, SageMaker)
		}
		if seen[service] {
			problems.Addf(at, "%q is named twice; name it once", service)
		}
		seen[service] = true
	}
	for i, role := range p.PushRoleARNs {
		if !arn.Is(role, "iam", "role/") {
			problems.Addf(problem.Index("pushRoleARNs", i), "%q is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name", role)
		}
	}
	if len(p.Statements) > 0 {
		problems.Add("", policy.New(p.Statements...).Validate(policy.Repository))
	}
	if size := policy.New(p.policyStatements()...).Size(); size > ecr.MaxPolicy {
		problems.Addf("statements", "make a repository policy of %d characters, %d are allowed; use an organization in place of accounts, or fewer statements", size, ecr.MaxPolicy)
	}
}
