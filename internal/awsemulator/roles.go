package awsemulator

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

// Roles are the roles and policies of IAM that calls have made.
type Roles struct {
	roles    map[string]role
	policies map[string]string // documents by ARN
}

type role struct {
	trust, boundary string
	inline          map[string]string
	attached        []string
}

// Learn notes what calls made of roles and policies. They must be given in their order.
func (r *Roles) Learn(calls []*Call) {
	if r.roles == nil {
		r.roles, r.policies = map[string]role{}, map[string]string{}
	}
	for _, c := range calls {
		if c.Service == "iam" && c.Status < 300 {
			r.learn(c)
		}
	}
}

func (r *Roles) learn(c *Call) {
	arn := "arn:aws:iam::" + c.Account + ":role"
	path, _ := c.Arguments["Path"].(string)
	path = cmp.Or(path, "/")
	name := text(c.Arguments, "RoleName")
	arn += path + name
	for known := range r.roles {
		if strings.HasPrefix(known, "arn:aws:iam::"+c.Account+":role/") && strings.HasSuffix(known, "/"+name) {
			arn = known
		}
	}
	found, document := r.roles[arn], text(c.Arguments, "PolicyDocument")
	switch c.Operation {
	case "CreateRole":
		found = role{trust: text(c.Arguments, "AssumeRolePolicyDocument"), boundary: text(c.Arguments, "PermissionsBoundary")}
	case "UpdateAssumeRolePolicy":
		found.trust = document
	case "DeleteRolePermissionsBoundary":
		found.boundary = ""
	case "PutRolePermissionsBoundary":
		found.boundary = text(c.Arguments, "PermissionsBoundary")
	case "PutRolePolicy":
		found.inline = maps.Clone(found.inline)
		if found.inline == nil {
			found.inline = map[string]string{}
		}
		found.inline[text(c.Arguments, "PolicyName")] = document
	case "DeleteRolePolicy":
		found.inline = maps.Clone(found.inline)
		delete(found.inline, text(c.Arguments, "PolicyName"))
	case "AttachRolePolicy":
		found.attached = append(slices.Clone(found.attached), text(c.Arguments, "PolicyArn"))
	case "DetachRolePolicy":
		found.attached = slices.DeleteFunc(slices.Clone(found.attached), func(each string) bool { return each == text(c.Arguments, "PolicyArn") })
	case "DeleteRole":
		delete(r.roles, arn)
		return
	case "CreatePolicy":
		texts(c.Answer, func(at, made string) {
			if strings.HasSuffix(at, "Policy.Arn") {
				r.policies[made] = document
			}
		})
		return
	case "CreatePolicyVersion":
		if c.Arguments["SetAsDefault"] == true {
			r.policies[text(c.Arguments, "PolicyArn")] = document
		}
		return
	case "DeletePolicy":
		delete(r.policies, text(c.Arguments, "PolicyArn"))
		return
	default:
		return
	}
	r.roles[arn] = found
}

// Clone is what is known by now, which later calls do not change.
func (r *Roles) Clone() *Roles { return &Roles{maps.Clone(r.roles), maps.Clone(r.policies)} }

// Has reports whether there is such a role.
func (r *Roles) Has(arn string) bool { _, has := r.roles[arn]; return has }

// ARNs are those of the roles.
func (r *Roles) ARNs() []string { return sortedKeys(r.roles) }

// Statements are the identity policies of a role, and its boundary, or nil.
func (r *Roles) Statements(arn string) (identity, boundary []policy.Statement, err error) {
	found := r.roles[arn]
	var documents []string
	for _, name := range sortedKeys(found.inline) {
		documents = append(documents, found.inline[name])
	}
	for _, attached := range found.attached {
		documents = append(documents, r.policies[attached])
	}
	for _, each := range documents {
		if each == "" {
			continue // AWS's own
		}
		statements, err := parse(each)
		if err != nil {
			return nil, nil, err
		}
		identity = append(identity, statements...)
	}
	if document := r.policies[found.boundary]; document != "" {
		boundary, err = parse(document)
	}
	return identity, boundary, err
}

// Trust is a role's trust policy.
func (r *Roles) Trust(arn string) ([]policy.Statement, error) { return parse(r.roles[arn].trust) }

var parsed sync.Map

func parse(document string) ([]policy.Statement, error) {
	if found, ok := parsed.Load(document); ok {
		return found.([]policy.Statement), nil
	}
	statements, err := parseAnew(document)
	if err == nil {
		parsed.Store(document, statements)
	}
	return statements, err
}

func parseAnew(document string) ([]policy.Statement, error) {
	if decoded, err := url.QueryUnescape(document); err == nil && strings.HasPrefix(document, "%7B") {
		document = decoded
	}
	return iamcheck.Parse(document)
}

// Allows returns the statements of a role's policies that allow it what is asked for. There are none where they, or its boundary, do
// not.
func (r *Roles) Allows(arn string, request iamcheck.Request) ([]policy.Statement, error) {
	identity, boundary, err := r.Statements(arn)
	if err != nil || !iamcheck.Allows(identity, request) || boundary != nil && !iamcheck.Allows(boundary, request) {
		return nil, err
	}
	var by []policy.Statement
	for _, each := range identity {
		if each.Effect != policy.Deny && iamcheck.Allows([]policy.Statement{each}, request) {
			by = append(by, each)
		}
	}
	return by, nil
}
