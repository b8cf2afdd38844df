// Package policy builds AWS IAM policy documents as plain Go values: identity policies, resource policies, trust
// policies and permissions boundaries. A document is validated, measured against the service's limits, and
// marshalled to JSON in which Terraform references stand untouched.
//
// Reference: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
package policy

import (
	"cmp"
	"slices"
	"sort"

	"github.com/mlplatform/mlplatform/internal/jsontext"
)

// Version is the policy language version of every document.
const Version = "2012-10-17"

// Effect says whether a statement allows or denies.
type Effect string

// The effects of a statement. The zero value of Statement.Effect means Allow.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// A Document is a policy: statements in the order in which they were given.
type Document struct {
	Statements []Statement
}

// New makes a document of the statements.
func New(statements ...Statement) Document { return Document{Statements: statements} }

// A Statement is one permission. Its fields are the elements of the policy language, under the same names.
type Statement struct {
	// Sid identifies the statement within its document: letters and digits. Default: none.
	Sid string
	// Effect is Allow or Deny. Default: Allow.
	Effect Effect
	// Principals says whom a resource or trust policy is about. Identity policies have none.
	Principals []Principal
	// Actions are the actions, such as "s3:GetObject". Exactly one of Actions and NotActions is given.
	Actions    []string
	NotActions []string
	// Resources are ARNs. Identity and resource policies give exactly one of Resources and NotResources, a trust
	// policy neither.
	Resources    []string
	NotResources []string
	// Conditions must all hold.
	Conditions []Condition
}

// PrincipalType is the kind of a principal.
type PrincipalType string

// The kinds of principals.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
const (
	PrincipalAWS       PrincipalType = "AWS"
	PrincipalService   PrincipalType = "Service"
	PrincipalFederated PrincipalType = "Federated"
)

// A Principal is one or more identities of one kind.
type Principal struct {
	Type PrincipalType
	IDs  []string
}

// AWS names accounts, roles or users by ARN or account id.
func AWS(ids ...string) Principal { return Principal{Type: PrincipalAWS, IDs: ids} }

// Service names AWS services, such as "lambda.amazonaws.com".
func Service(ids ...string) Principal { return Principal{Type: PrincipalService, IDs: ids} }

// Federated names identity providers by ARN.
func Federated(ids ...string) Principal { return Principal{Type: PrincipalFederated, IDs: ids} }

// Everyone is every principal, signed in or not. A statement that allows it anything must have conditions.
func Everyone() Principal { return Principal{Type: PrincipalAWS, IDs: []string{"*"}} }

// A Condition compares one condition key with values, by an operator such as "StringEquals".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
type Condition struct {
	Operator string
	Key      string
	Values   []string
}

// StringEquals holds when the key has exactly one of the values.
func StringEquals(key string, values ...string) Condition {
	return Condition{Operator: "StringEquals", Key: key, Values: values}
}

// Present holds for requests that have the key.
func Present(key string) Condition {
	return Condition{Operator: "Null", Key: key, Values: []string{"false"}}
}

// StringNotEquals holds when the key has none of the values.
func StringNotEquals(key string, values ...string) Condition {
	return Condition{Operator: "StringNotEquals", Key: key, Values: values}
}

// StringLike holds when the key matches one of the patterns, in which * and ? are wildcards.
func StringLike(key string, patterns ...string) Condition {
	return Condition{Operator: "StringLike", Key: key, Values: patterns}
}

// ARNLike holds when the key is an ARN that matches one of the patterns, part by part.
func ARNLike(key string, patterns ...string) Condition {
	return Condition{Operator: "ArnLike", Key: key, Values: patterns}
}

// ARNEquals holds when the key is one of the ARNs.
func ARNEquals(key string, arns ...string) Condition {
	return Condition{Operator: "ArnEquals", Key: key, Values: arns}
}

// Bool holds when the key has this value.
func Bool(key string, value bool) Condition {
	text := "false"
	if value {
		text = "true"
	}
	return Condition{Operator: "Bool", Key: key, Values: []string{text}}
}

// MustJSON is JSON for documents that are fixed in the program. It panics where JSON returns an error.
func (d Document) MustJSON(kind Kind) string {
	text, err := d.JSON(kind)
	if err != nil {
		panic(err)
	}
	return text
}

// JSON validates the document as one of this kind and returns it as compact JSON, elements in the order of the
// policy language, actions and condition values as given. Terraform references pass unchanged.
func (d Document) JSON(kind Kind) (string, error) {
	if err := d.Validate(kind); err != nil {
		return "", err
	}
	return d.marshal(), nil
}

func (d Document) marshal() string {
	statements := make([]jsonStatement, len(d.Statements))
	for i, s := range d.Statements {
		statements[i] = s.json()
	}
	return jsontext.Compact(struct {
		Version   string
		Statement []jsonStatement
	}{Version, statements})
}

type jsonStatement struct {
	Sid         string                          `json:",omitempty"`
	Effect      Effect                          `json:",omitempty"`
	Principal   any                             `json:",omitempty"`
	Action      oneOrMany                       `json:",omitempty"`
	NotAction   oneOrMany                       `json:",omitempty"`
	Resource    oneOrMany                       `json:",omitempty"`
	NotResource oneOrMany                       `json:",omitempty"`
	Condition   map[string]map[string]oneOrMany `json:",omitempty"`
}

func (s Statement) json() jsonStatement {
	return jsonStatement{
		Sid: s.Sid, Effect: s.effect(), Principal: s.principal(),
		Action: s.Actions, NotAction: s.NotActions, Resource: s.Resources, NotResource: s.NotResources,
		Condition: s.condition(),
	}
}

func (s Statement) effect() Effect {
	return cmp.Or(s.Effect, Allow)
}

// principal writes everyone as "*", the form that S3 and ECR show back, and all others as a map by kind.
func (s Statement) principal() any {
	if len(s.Principals) == 0 {
		return nil
	}
	if s.forEveryone() && len(s.Principals) == 1 {
		return "*"
	}
	byType := map[PrincipalType]oneOrMany{}
	for _, p := range s.Principals {
		byType[p.Type] = append(byType[p.Type], p.IDs...)
	}
	return byType
}

func (s Statement) forEveryone() bool {
	return slices.ContainsFunc(s.Principals, func(p Principal) bool { return p.Type == PrincipalAWS && len(p.IDs) == 1 && p.IDs[0] == "*" })
}

func (s Statement) condition() map[string]map[string]oneOrMany {
	if len(s.Conditions) == 0 {
		return nil
	}
	byOperator := map[string]map[string]oneOrMany{}
	for _, c := range s.Conditions {
		if byOperator[c.Operator] == nil {
			byOperator[c.Operator] = map[string]oneOrMany{}
		}
		byOperator[c.Operator][c.Key] = append(byOperator[c.Operator][c.Key], c.Values...)
	}
	return byOperator
}

// oneOrMany is a string when it has one element and a list otherwise, as the IAM console writes it.
type oneOrMany []string

// MarshalJSON implements json.Marshaler.
func (values oneOrMany) MarshalJSON() ([]byte, error) {
	if len(values) == 1 {
		return []byte(jsontext.Compact(values[0])), nil
	}
	return []byte(jsontext.Compact([]string(values))), nil
}

func sorted(values []string) []string {
	out := append([]string(nil), values...)
	sort.Strings(out)
	return out
}
