package policy

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Kind says where a document is used, which decides what it must and may contain.
type Kind int

// The kinds of documents.
const (
	// Identity policies are attached to roles: no principals, and no wildcard actions in what they allow.
	Identity Kind = iota
	// Resource policies are attached to buckets, keys, repositories, queues: principals are required.
	Resource
	// Trust policies say who may assume a role: principals are required, resources forbidden.
	Trust
	// Boundary policies set the most that a role can ever be given. Wildcard actions are usual here.
	Boundary
	// Key policies are the resource policies of KMS keys, in which "kms:*" for the account delegates access
	// control to IAM and is what AWS itself writes.
	Key
	// Repository policies are those of ECR repositories: principals are required, and resources forbidden, because
	// each policy is about its own repository.
	Repository
)

var (
	sidPattern    = lazyregexp.New(`^[A-Za-z0-9]+$`)
	actionPattern = lazyregexp.New(`^[a-z0-9-]+:[A-Za-z0-9*?]+$`)
	// Services, and those of AWS's inside.
	servicePattern = lazyregexp.New(`^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|aws\.com|aws\.internal)$`)
)

// Validate reports everything that is wrong with the document as one of this kind.
func (d Document) Validate(kind Kind) error {
	var problems problem.List
	if len(d.Statements) == 0 {
		problems.Addf("statements", "are missing; a policy document needs at least one")
	}
	seen := map[string]bool{}
	for i, s := range d.Statements {
		path := problem.Index("statements", i)
		if s.Sid != "" && seen[s.Sid] {
			problems.Addf(path+".sid", "%q is used twice; make it unique within the document", s.Sid)
		}
		seen[s.Sid] = true
		s.validate(path, kind, &problems)
	}
	return problems.Err()
}

func (s Statement) validate(path string, kind Kind, problems *problem.List) {
	if s.Sid != "" && !sidPattern.MatchString(s.Sid) {
		problems.Addf(path+".sid", "%q has characters that IAM refuses; use letters and digits", s.Sid)
	}
	if e := s.effect(); e != Allow && e != Deny {
		problems.Addf(path+".effect", "%q is unknown; use Allow or Deny", e)
	}
	s.validateActions(path, kind, problems)
	s.validateResources(path, kind, problems)
	s.validatePrincipals(path, kind, problems)
	for i, c := range s.Conditions {
		at := problem.Index(path+".conditions", i)
		if c.Operator == "" || c.Key == "" {
			problems.Addf(at, "needs an operator and a key, such as StringEquals and aws:SourceAccount")
		}
		if len(c.Values) == 0 {
			problems.Addf(at, "%s %s has no values and would never hold; give at least one", c.Operator, c.Key)
		}
	}
}

func (s Statement) validateActions(path string, kind Kind, problems *problem.List) {
	if (len(s.Actions) == 0) == (len(s.NotActions) == 0) {
		problems.Addf(path, "needs either actions or notActions, and not both")
	}
	if len(s.NotActions) > 0 && s.effect() == Allow && kind != Boundary {
		problems.Addf(path+".notActions", "in an Allow grants every action that is not listed; list the actions instead")
	}
	for i, action := range s.NotActions {
		if action != "*" && !actionPattern.MatchString(action) {
			problems.Addf(problem.Index(path+".notActions", i), `%q is no action; write service:Action, such as "s3:GetObject"`, action)
		}
	}
	for i, action := range s.Actions {
		at := problem.Index(path+".actions", i)
		switch {
		case action == "*":
			if s.wildcardsAllowed(kind) {
				continue
			}
			problems.Addf(at, `"*" allows everything; list the actions that are needed`)
		case !actionPattern.MatchString(action):
			problems.Addf(at, `%q is no action; write service:Action, such as "s3:GetObject"`, action)
		case strings.ContainsAny(action, "*?") && !s.wildcardsAllowed(kind) && !(kind == Key && action == "kms:*"):
			problems.Addf(at, "%q allows actions that nobody listed; write each action out", action)
		case strings.EqualFold(action, "iam:PassRole") && s.effect() == Allow && kind == Identity && !s.hasCondition("iam:PassedToService"):
			problems.Addf(at, "iam:PassRole without the condition iam:PassedToService lets the role be given to any service; use policy.PassRole")
		}
	}
}

// wildcardsAllowed reports whether a wildcard in an action is harmless: a deny takes away, a boundary only limits.
func (s Statement) wildcardsAllowed(kind Kind) bool { return s.effect() == Deny || kind == Boundary }

func (s Statement) hasCondition(key string) bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool { return strings.EqualFold(c.Key, key) })
}

func (s Statement) validateResources(path string, kind Kind, problems *problem.List) {
	given := len(s.Resources) + len(s.NotResources)
	if kind == Trust || kind == Repository {
		if given > 0 {
			problems.Addf(path+".resources", "have no place in a %s policy; remove them", map[Kind]string{Trust: "trust", Repository: "repository"}[kind])
		}
		return
	}
	if (len(s.Resources) == 0) == (len(s.NotResources) == 0) {
		problems.Addf(path, "needs either resources or notResources, and not both")
	}
	for i, r := range s.Resources {
		if r == "" {
			problems.Addf(problem.Index(path+".resources", i), "is empty; give an ARN")
		}
	}
}

func (s Statement) validatePrincipals(path string, kind Kind, problems *problem.List) {
	if kind == Identity || kind == Boundary {
		if len(s.Principals) > 0 {
			problems.Addf(path+".principals", "have no place in an identity policy; remove them")
		}
		return
	}
	if len(s.Principals) == 0 {
		problems.Addf(path+".principals", "are missing; say whom the statement is about")
	}
	for i, p := range s.Principals {
		if len(p.IDs) == 0 {
			problems.Addf(problem.Index(path+".principals", i), "names nobody; give at least one %s identity", p.Type)
		}
		for _, id := range p.IDs {
			if p.Type == PrincipalService && !token.Is(id) && !servicePattern.MatchString(id) {
				problems.Addf(problem.Index(path+".principals", i), `%q is no AWS service; write it like "lambda.amazonaws.com"`, id)
			}
		}
	}
	if s.forEveryone() && s.effect() == Allow && len(s.Conditions) == 0 {
		problems.Addf(path+".principals", "allow everyone without a condition; name the principals or add a condition")
	}
}
