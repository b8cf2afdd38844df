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
	// Keys are the condition keys that come with the request, Lists those that have several values.
	Keys  map[string]string
	Lists map[string][]string
}

// Allows reports whether the statements of a role's identity policies allow the request: one of them does and none
// denies it. Of the condition operators it knows StringEquals, StringNotEquals, StringLike, StringNotLike, ArnLike, ArnEquals,
// ArnNotEquals, ArnNotLike, Bool, Null, NumericLessThan, ForAllValues: and ForAnyValue: before one of them, and IfExists behind. Another one panics.
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
	// A trust policy names no resource, for it is that of one.
	resource := len(s.Resources)+len(s.NotResources) == 0 || slices.ContainsFunc(s.Resources, isResource) || len(s.NotResources) > 0 && !slices.ContainsFunc(s.NotResources, isResource)
	return action && resource && !slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool { return !r.holds(c) })
}

func (r Request) holds(c policy.Condition) bool {
	operator, ifExists := strings.CutSuffix(c.Operator, "IfExists")
	operator, forAll := strings.CutPrefix(operator, "ForAllValues:")
	operator, _ = strings.CutPrefix(operator, "ForAnyValue:")
	values := r.values(c.Key)
	if len(values) == 0 && (ifExists || forAll) {
		return true
	}
	if operator == "Null" {
		return slices.Contains(c.Values, strconv.FormatBool(len(values) == 0))
	}
	holds := func(value string) bool { return compare(operator, value, c.Values) }
	if forAll || strings.Contains(operator, "Not") {
		return !slices.ContainsFunc(values, func(value string) bool { return !holds(value) })
	}
	return slices.ContainsFunc(values, holds)
}

// values are those of a condition key, in whose name upper and lower case do not count.
func (r Request) values(key string) []string {
	for name, value := range r.Keys {
		if strings.EqualFold(name, key) {
			return []string{value}
		}
	}
	for name, values := range r.Lists {
		if strings.EqualFold(name, key) {
			return values
		}
	}
	return nil
}

func compare(operator, value string, wanted []string) bool {
	like := func(want string) bool { return policy.Match(want, value) }
	switch operator {
	case "StringEquals", "Bool":
		return slices.Contains(wanted, value)
	case "StringNotEquals":
		return !slices.Contains(wanted, value)
	case "StringLike", "ArnLike", "ArnEquals":
		return slices.ContainsFunc(wanted, like)
	case "NumericLessThan":
		n, err := strconv.ParseFloat(value, 64)
		return err == nil && slices.ContainsFunc(wanted, func(want string) bool {
			limit, err := strconv.ParseFloat(want, 64)
			return err == nil && n < limit
		})
	case "StringNotLike", "ArnNotLike", "ArnNotEquals":
		return !slices.ContainsFunc(wanted, like)
	}
	panic("no test knows the condition operator " + operator)
}
