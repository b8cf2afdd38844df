package github

import (
	"cmp"
	"slices"

	"github.com/mlplatform/mlplatform/documents/policy"
)

// A Token holds the claims of a job's token that a trust policy can ask for.
type Token struct {
	// Subject is the sub claim, such as repo:acme/wine-ml:environment:prod.
	Subject string
	// Audience is the aud claim. Default: sts.amazonaws.com.
	Audience string
	// Ref is the ref claim, such as refs/heads/main. Default: none.
	Ref string
	// Workflow is the job_workflow_ref claim. Default: none.
	Workflow string
	// Issuer of the token, without https://. Default: that of github.com.
	Issuer string
}

// Allows reports whether the trust lets a job with this token assume the role. It reads the policy document that
// Document makes as IAM does, which makes it a test of the document and not of the fields behind it.
func (t Trust) Allows(token Token) bool { return Allows(t.Document("provider"), token) }

// Allows reports whether a trust policy lets a job with this token assume the role. Operators that trust policies of
// this package do not use never hold.
func Allows(document policy.Document, token Token) bool {
	return slices.ContainsFunc(document.Statements, func(s policy.Statement) bool { return s.Effect != policy.Deny && token.meets(s.Conditions) })
}

func (t Token) meets(conditions []policy.Condition) bool {
	for _, c := range conditions {
		value, present := t.claim(c.Key)
		if !present || !holds(c, value) {
			return false
		}
	}
	return true
}

// claim is the value of a condition key. A claim that the token lacks makes every condition on it false.
func (t Token) claim(key string) (value string, present bool) {
	audience, issuer := t.Audience, t.Issuer
	audience = cmp.Or(audience, Audience)
	issuer = cmp.Or(issuer, Issuer)
	switch key {
	case issuer + ":sub":
		value = t.Subject
	case issuer + ":aud":
		value = audience
	case issuer + ":ref":
		value = t.Ref
	case issuer + ":job_workflow_ref":
		value = t.Workflow
	}
	return value, value != ""
}

func holds(c policy.Condition, value string) bool {
	for _, want := range c.Values {
		switch c.Operator {
		case "StringEquals":
			if value == want {
				return true
			}
		case "StringLike":
			if policy.Match(want, value) {
				return true
			}
		}
	}
	return false
}
