package iamcheck

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/documents/policy"
)

// A Request is one call to AWS, as IAM sees it.
type Request struct {
	Action   string
	Resource string
	// Keys are the condition keys that come with the request.
	Keys map[string]string
}

// Allows reports whether the statements of a role's identity policies allow the request: one of them does and none
// denies it. Of the condition operators it knows StringEquals, StringNotEquals, StringLike, ArnLike, ArnEquals, Bool,
// Null, ForAllValues: before one of them, and IfExists behind.
func Allows(statements []policy.Statement, request Request) bool {
	allowed := false
	for _, s := range statements {
		if !request.fits(s) {
			continue
		}
		if s.Effect == policy.Deny {
			return false
		}
		allowed = true
	}
	return allowed
}

func (r Request) fits(s policy.Statement) bool {
	isAction := func(p string) bool { return policy.Match(strings.ToLower(p), strings.ToLower(r.Action)) }
	isResource := func(p string) bool { return policy.Match(p, r.Resource) }
	action := slices.ContainsFunc(s.Actions, isAction) || len(s.NotActions) > 0 && !slices.ContainsFunc(s.NotActions, isAction)
	resource := slices.ContainsFunc(s.Resources, isResource) || len(s.NotResources) > 0 && !slices.ContainsFunc(s.NotResources, isResource)
	return action && resource && !slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool { return !r.holds(c) })
}

func (r Request) holds(c policy.Condition) bool {
	operator, ifExists := strings.CutSuffix(c.Operator, "IfExists")
	operator, forAll := strings.CutPrefix(operator, "ForAllValues:")
	value, present := r.Keys[c.Key]
	if !present && (ifExists || forAll) {
		return true
	}
	if operator == "Null" {
		return slices.Contains(c.Values, strconv.FormatBool(!present))
	}
	if operator == "StringNotEquals" {
		return !present || !slices.Contains(c.Values, value)
	}
	return present && slices.ContainsFunc(c.Values, func(want string) bool {
		switch operator {
		case "StringEquals", "Bool":
			return want == value
		case "StringLike", "ArnLike", "ArnEquals":
			return policy.Match(want, value)
		}
		return false
	})
}
