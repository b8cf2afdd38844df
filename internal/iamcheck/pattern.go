package iamcheck

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/policy"
)

var variable = regexp.MustCompile(`\$\{[^}]*\}`)

// pattern turns placeholders of AWS's ARN formats and Terraform references into wildcards.
func pattern(text string) string { return variable.ReplaceAllString(text, "*") }

// intersectARN is intersect for ARNs, whose wildcards stay within the six parts.
func intersectARN(a, b string) bool {
	as, bs := strings.SplitN(a, ":", 6), strings.SplitN(b, ":", 6)
	if len(as) != len(bs) {
		return intersect(a, b)
	}
	for i := range as {
		if !intersect(as[i], bs[i]) {
			return false
		}
	}
	return true
}

// intersect reports whether any text fits both patterns, in which * stands for any characters and ? for one.
func intersect(a, b string) bool {
	type position struct{ i, j int }
	failed := map[position]bool{}
	var fits func(i, j int) bool
	fits = func(i, j int) bool {
		switch {
		case i == len(a) && j == len(b):
			return true
		case failed[position{i, j}]:
			return false
		case i < len(a) && a[i] == '*':
			if fits(i+1, j) || j < len(b) && fits(i, j+1) {
				return true
			}
		case j < len(b) && b[j] == '*':
			if fits(i, j+1) || i < len(a) && fits(i+1, j) {
				return true
			}
		case i < len(a) && j < len(b) && (a[i] == b[j] || a[i] == '?' || b[j] == '?'):
			if fits(i+1, j+1) {
				return true
			}
		}
		failed[position{i, j}] = true
		return false
	}
	return fits(0, 0)
}

// Parse reads a policy document in JSON. Principals are left out.
func Parse(document string) ([]policy.Statement, error) {
	var parsed struct{ Statement rawStatements }
	if err := json.Unmarshal([]byte(document), &parsed); err != nil {
		return nil, fmt.Errorf("the policy is no JSON: %w", err)
	}
	var statements []policy.Statement
	for _, raw := range parsed.Statement {
		s := policy.Statement{
			Sid: raw.Sid, Effect: policy.Effect(raw.Effect), Actions: raw.Action, NotActions: raw.NotAction,
			Resources: raw.Resource, NotResources: raw.NotResource,
		}
		for _, operator := range keys(raw.Condition) {
			for _, key := range keys(raw.Condition[operator]) {
				s.Conditions = append(s.Conditions, policy.Condition{Operator: operator, Key: key, Values: raw.Condition[operator][key]})
			}
		}
		statements = append(statements, s)
	}
	return statements, nil
}

type rawStatement struct {
	Sid, Effect                              string
	Action, NotAction, Resource, NotResource oneOrMany
	Condition                                map[string]map[string]oneOrMany
}

// rawStatements is a list that JSON may write as a single statement.
type rawStatements []rawStatement

// UnmarshalJSON implements json.Unmarshaler.
func (statements *rawStatements) UnmarshalJSON(text []byte) error {
	var one rawStatement
	if json.Unmarshal(text, &one) == nil {
		*statements = rawStatements{one}
		return nil
	}
	return json.Unmarshal(text, (*[]rawStatement)(statements))
}

// oneOrMany is a list that JSON may write as a single string.
type oneOrMany []string

// UnmarshalJSON implements json.Unmarshaler.
func (values *oneOrMany) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*values = oneOrMany{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(values))
}

func keys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
