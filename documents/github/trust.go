package github

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Issuer of the tokens of GitHub Actions on github.com, without https://.
const Issuer = "token.actions.githubusercontent.com"

// Audience is what tokens for AWS are made for, unless a workflow asks for something else.
const Audience = "sts.amazonaws.com"

// A Trust says which jobs may assume a role. Repository and Subjects are required.
type Trust struct {
	// Repository that the jobs run in.
	Repository Repository
	// Subjects are what the jobs may run for; one of them must fit. Empty is refused, because it would mean every job
	// of every repository on GitHub.
	Subjects []Subject
	// Refs narrows the subjects further: the job must also run for one of these branches or tags. It is how a role
	// trusts an environment only from a certain branch. Environment subjects are not valid here. Default: any.
	Refs []Subject
	// Workflows narrows the subjects further: the job must be defined in one of these workflow files, each written as
	// owner/repository/.github/workflows/file.yml@refs/heads/main. * and ? are wildcards behind the @. Default: any.
	// https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-with-reusable-workflows
	Workflows []string
	// Audience is the aud claim of the tokens. Default: sts.amazonaws.com.
	Audience string
	// Issuer of the tokens, without https://. Set it for an enterprise with an issuer of its own, such as
	// token.actions.githubusercontent.com/acme or token.actions.acme.ghe.com. Default: that of github.com.
	Issuer string
}

// WithDefaults fills in audience and issuer.
func (t Trust) WithDefaults() Trust {
	t.Audience = cmp.Or(t.Audience, Audience)
	t.Issuer = cmp.Or(t.Issuer, Issuer)
	return t
}

var (
	audiencePattern = lazyregexp.New(`^[^\s*?$]{1,255}$`)
	issuerPattern   = lazyregexp.New(`^token\.actions\.(githubusercontent\.com(/[A-Za-z0-9-]+)?|[a-z0-9-]+\.ghe\.com)$`)
	workflowPattern = lazyregexp.New(`^[A-Za-z0-9_-]+/[A-Za-z0-9._-]+/\.github/workflows/[A-Za-z0-9._-]+\.ya?ml@([^\s*?]+|refs/(heads|tags)/[^\s*?]\S*)$`)
)

// ValidateIssuer reports whether issuer is one of GitHub Actions.
func ValidateIssuer(issuer string) error {
	if !issuerPattern.MatchString(issuer) {
		return fmt.Errorf("%q is no issuer of GitHub Actions; use %s, or that of your enterprise, such as %s/acme or token.actions.acme.ghe.com", issuer, Issuer, Issuer)
	}
	return nil
}

// ValidateAudience reports whether audience can be the aud claim of a token.
func ValidateAudience(audience string) error {
	if !audiencePattern.MatchString(audience) {
		return fmt.Errorf("%q is no audience; use 1 to 255 characters without spaces and wildcards, such as %s", audience, Audience)
	}
	return nil
}

// Validate reports everything that is wrong with the trust after WithDefaults.
func (t Trust) Validate() error {
	var problems problem.List
	problems.Add("repository", t.Repository.Validate())
	if len(t.Subjects) == 0 {
		problems.Addf("subjects", "are missing, which would trust every repository on GitHub; name the branches, tags or environments")
	}
	seen := map[Subject]bool{}
	for i, s := range t.Subjects {
		at := problem.Index("subjects", i)
		if err := s.Validate(); err != nil {
			problems.Addf(at, "%v", err)
		} else if seen[s] {
			problems.Addf(at, "%s is listed twice; remove one", s)
		}
		seen[s] = true
	}
	for i, s := range t.Refs {
		at := problem.Index("refs", i)
		if s.kind != branch && s.kind != tag {
			problems.Addf(at, "%s is no ref; use branches and tags", s)
		} else if err := s.Validate(); err != nil {
			problems.Addf(at, "%v", err)
		}
	}
	for i, w := range t.Workflows {
		if !workflowPattern.MatchString(w) || isExpression(w) {
			problems.Addf(problem.Index("workflows", i), "%q is no workflow; write it as owner/repository/.github/workflows/file.yml@refs/heads/main, wildcards only behind refs/heads/ or refs/tags/", w)
		}
	}
	if err := ValidateAudience(t.Audience); err != nil {
		problems.Addf("audience", "%v", err)
	}
	if err := ValidateIssuer(t.Issuer); err != nil {
		problems.Addf("issuer", "%v", err)
	}
	return problems.Err()
}

// Document is the trust policy of a role: the jobs may assume it with a token from this OIDC provider. Subjects that
// are exact stand under StringEquals, patterns under StringLike, each in a statement of its own, because two operators
// on one key in one statement would both have to hold.
func (t Trust) Document(providerARN string) policy.Document {
	t = t.WithDefaults()
	exact, patterns := t.subjects()
	var document policy.Document
	add := func(sid string, subject policy.Condition) {
		document.Statements = append(document.Statements, policy.Statement{
			Sid: sid, Principals: []policy.Principal{policy.Federated(providerARN)},
			Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
			Conditions: append([]policy.Condition{policy.StringEquals(t.key("aud"), t.Audience), subject}, t.claims()...),
		})
	}
	if len(exact) > 0 {
		add("Subjects", policy.StringEquals(t.key("sub"), exact...))
	}
	if len(patterns) > 0 {
		add("SubjectPatterns", policy.StringLike(t.key("sub"), patterns...))
	}
	return document
}

// subjects are the values of the sub claim, in both of GitHub's formats.
func (t Trust) subjects() (exact, patterns []string) {
	for _, s := range t.Subjects {
		byName, byID := t.Repository.byName()+s.context(), t.Repository.byID()+s.context()
		switch {
		case s.pattern:
			patterns = append(patterns, byName, byID)
		case t.Repository.hasIDs():
			exact = append(exact, byName, byID)
		default:
			exact, patterns = append(exact, byName), append(patterns, byID)
		}
	}
	return exact, patterns
}

// claims are the conditions on claims beside the subject, which AWS STS compares since January 2026.
// https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/
func (t Trust) claims() []policy.Condition {
	var conditions []policy.Condition
	add := func(claim string, values []string) {
		switch {
		case len(values) == 0:
		case strings.ContainsAny(strings.Join(values, ""), "*?"):
			conditions = append(conditions, policy.StringLike(t.key(claim), values...))
		default:
			conditions = append(conditions, policy.StringEquals(t.key(claim), values...))
		}
	}
	var refs []string
	for _, s := range t.Refs {
		refs = append(refs, map[kind]string{branch: "refs/heads/", tag: "refs/tags/"}[s.kind]+s.value)
	}
	add("ref", refs)
	add("job_workflow_ref", t.Workflows)
	return conditions
}

func (t Trust) key(claim string) string { return t.Issuer + ":" + claim }
