// Package iam makes IAM roles whose permissions are Go values: least privilege is a list of statements, and what does
// not fit into one policy is spread over several.
package iam

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iampolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicyattachment"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A Grantee can be given permissions: a role that was made here, or an existing one from FromARN. Constructs that offer
// grants, such as a bucket's GrantRead, take a Grantee.
type Grantee interface {
	// Grant gives the permissions under an id that is unique for the grantee and becomes the name of the policy.
	Grant(id string, statements ...policy.Statement) error
}

// RoleProps configures a role. Name and Trust are required.
type RoleProps struct {
	// Name of the role: 1 to 64 letters, digits and +=,.@_-
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
	Name string
	// Description for people, at most 1,000 characters. Default: none.
	Description string
	// Path groups roles, begins and ends with a slash. Default: "/".
	Path string
	// Trust says who may assume the role.
	Trust policy.Document
	// Statements are the role's own permissions. What fits becomes one inline policy, otherwise as many managed
	// policies as are needed, at most 10, and beside those an inline one for what is left. Default: none.
	Statements []policy.Statement
	// ManagedPolicyARNs are existing policies to attach. Policies that allow everything, AdministratorAccess and
	// those whose names end in FullAccess, are refused. Default: none.
	ManagedPolicyARNs []string
	// PermissionsBoundary is the ARN of the managed policy that limits what the role can ever do. Default: none.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
	PermissionsBoundary string
	// MaxSession is how long a session may last, 1 to 12 hours. Default: 1 hour.
	MaxSession time.Duration
}

// A Role is an IAM role, made here or existing.
type Role struct {
	construct  tf.Construct
	arn, name  string
	uniqueID   string
	inlineSize int
	granted    map[string]bool
	policies   []tf.Dependable
}

// inlineShare is how much of a role's inline space its own statements may take, so that grants find room.
const inlineShare = policy.MaxInlineTotal / 2

// maxManaged is how many managed policies a role may have before AWS is asked to raise the quota.
const maxManaged = 10

var (
	namePattern    = lazyregexp.New(`^[A-Za-z0-9+=,.@_-]{1,64}$`)
	pathPattern    = lazyregexp.New(`^/([A-Za-z0-9+=,.@_-]+/)*$`)
	grantIDPattern = lazyregexp.New(`^[A-Za-z0-9+=,.@_-]{1,128}$`)
)

// NewRole makes a role.
func NewRole(scope constructs.Construct, id string, props RoleProps) (*Role, error) {
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Role, error) {
		trust, err := props.Trust.JSON(policy.Trust)
		if err != nil {
			return nil, err
		}
		role := iamrole.NewIamRole(scope, tf.Str("role"), &iamrole.IamRoleConfig{
			Name: tf.Str(props.Name), Description: tf.OptStr(props.Description), Path: tf.Str(props.Path),
			AssumeRolePolicy: tf.Str(trust), PermissionsBoundary: tf.OptStr(props.PermissionsBoundary),
			MaxSessionDuration: tf.Num(int(props.MaxSession.Seconds())),
		})
		made := &Role{construct: scope, arn: tf.Attr(role, "arn"), name: tf.Attr(role, "name"), uniqueID: tf.Attr(role, "uniqueId"), granted: map[string]bool{}}
		for _, managed := range props.ManagedPolicyARNs {
			made.attach(scope, managed[strings.LastIndex(managed, "/")+1:], managed)
		}
		return made, made.own(props)
	})
}

// FromARN is an existing role, which can be given permissions but is not changed otherwise.
func FromARN(scope constructs.Construct, id, roleARN string) (*Role, error) {
	if !arn.Is(roleARN, "iam", "role/") {
		return nil, fmt.Errorf("roleARN: %q is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name", roleARN)
	}
	if token.Is(roleARN) {
		return nil, fmt.Errorf("roleARN: %q is known to Terraform only; pass the construct that made the role instead", roleARN)
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Role, error) {
		return &Role{construct: scope, arn: roleARN, name: roleARN[strings.LastIndex(roleARN, "/")+1:], granted: map[string]bool{}}, nil
	})
}

// Validate reports everything that NewRole would refuse. Constructs that make roles for others use it to report the
// role's problems with their own.
func (p RoleProps) Validate() error { return p.withDefaults().validate() }

func (p RoleProps) withDefaults() RoleProps {
	p.Path = cmp.Or(p.Path, "/")
	p.MaxSession = cmp.Or(p.MaxSession, time.Hour)
	return p
}

func (p RoleProps) validate() error {
	var problems problem.List
	if !token.Is(p.Name) && !namePattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no role name; use 1 to 64 letters, digits and +=,.@_-", p.Name)
	}
	if n := utf8.RuneCountInString(p.Description); n > 1000 {
		problems.Addf("description", "has %d characters, 1,000 are allowed; shorten it", n)
	}
	if !pathPattern.MatchString(p.Path) || len(p.Path) > 512 {
		problems.Addf("path", "%q is no IAM path; begin and end it with a slash, such as /service/", p.Path)
	}
	if p.MaxSession < time.Hour || p.MaxSession > 12*time.Hour || p.MaxSession%time.Second != 0 {
		problems.Addf("maxSession", "%s is out of range; use 1h to 12h in whole seconds", p.MaxSession)
	}
	if p.PermissionsBoundary != "" && !arn.Is(p.PermissionsBoundary, "iam", "policy/") {
		problems.Addf("permissionsBoundary", "%q is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name", p.PermissionsBoundary)
	}
	for i, managed := range p.ManagedPolicyARNs {
		at := problem.Index("managedPolicyARNs", i)
		if !arn.Is(managed, "iam", "policy/") {
			problems.Addf(at, "%q is no ARN of a managed policy; write it like arn:aws:iam::aws:policy/name", managed)
		}
		if strings.HasSuffix(managed, "/AdministratorAccess") || strings.HasSuffix(managed, "FullAccess") {
			problems.Addf(at, "%q allows far more than one role needs; list the permissions in statements", managed)
		}
	}
	problems.Add("trust", p.Trust.Validate(policy.Trust))
	if size := p.Trust.Size(); size > policy.MaxTrust {
		problems.Addf("trust", "has %d characters, %d are allowed; name fewer principals or conditions", size, policy.MaxTrust)
	}
	if len(p.Statements) > 0 {
		problems.Add("permissions", policy.New(p.Statements...).Validate(policy.Identity))
	}
	return problems.Err()
}

// own attaches the role's own statements, inline while they are small.
func (r *Role) own(props RoleProps) error {
	if len(props.Statements) == 0 {
		return nil
	}
	if policy.New(props.Statements...).Size() <= inlineShare {
		return r.Grant("permissions", props.Statements...)
	}
	documents, rest, err := policy.Spread(props.Statements, max(0, maxManaged-len(props.ManagedPolicyARNs)), inlineShare)
	if err != nil {
		return fmt.Errorf("permissions: %w", err)
	}
	if len(rest) > 0 {
		if err := r.Grant("permissions", rest...); err != nil {
			return err
		}
	}
	for i, document := range documents {
		text, err := document.JSON(policy.Identity)
		if err != nil {
			return err
		}
		id := fmt.Sprintf("permissions-%d", i+1)
		made := iampolicy.NewIamPolicy(r.construct, tf.Str(id), &iampolicy.IamPolicyConfig{
			Name: tf.Str(fmt.Sprintf("%s-%d", props.Name, i+1)), Path: tf.Str(props.Path), Policy: tf.Str(text),
			Description: tf.Str(fmt.Sprintf("Permissions of the role %s, part %d of %d", props.Name, i+1, len(documents))),
		})
		r.attach(r.construct, id, tf.Attr(made, "arn"))
	}
	return nil
}

func (r *Role) attach(scope constructs.Construct, id, policyARN string) {
	r.policies = append(r.policies, iamrolepolicyattachment.NewIamRolePolicyAttachment(scope, tf.Str("attach-"+id), &iamrolepolicyattachment.IamRolePolicyAttachmentConfig{
		Role: tf.Str(r.name), PolicyArn: tf.Str(policyARN),
	}))
}

// Grant gives the role more permissions, as an inline policy of that name. It is an error if the id was used before,
// if a statement is not valid for an identity policy, or if the role's inline policies together would pass 10,240
// characters.
func (r *Role) Grant(id string, statements ...policy.Statement) error {
	if !grantIDPattern.MatchString(id) {
		return fmt.Errorf("grant: %q is no policy name; use 1 to 128 letters, digits and +=,.@_-", id)
	}
	if r.granted[id] {
		return fmt.Errorf("grant: role %s has a grant %q already; use another id", r.name, id)
	}
	document := policy.New(policy.Merge(statements...)...)
	text, err := document.JSON(policy.Identity)
	if err != nil {
		return fmt.Errorf("grant %s: %w", id, err)
	}
	size := document.Size()
	if total := r.inlineSize + size; total > policy.MaxInlineTotal {
		return fmt.Errorf("grant %s: would bring the inline policies of role %s to %d characters, %d are allowed; give some permissions to another role", id, r.name, total, policy.MaxInlineTotal)
	}
	err = tf.Guard(id, func() error {
		r.policies = append(r.policies, iamrolepolicy.NewIamRolePolicy(r.construct, tf.Str("grant-"+id), &iamrolepolicy.IamRolePolicyConfig{
			Name: tf.Str(id), Role: tf.Str(r.name), Policy: tf.Str(text),
		}))
		return nil
	})
	if err != nil {
		return err
	}
	r.granted[id] = true
	r.inlineSize += size
	return nil
}

// ARN of the role.
func (r *Role) ARN() string { return r.arn }

// Name of the role, without its path.
func (r *Role) Name() string { return r.name }

// UniqueID is the id that AWS gives the role, which no later role of the same name has. Empty for existing roles.
func (r *Role) UniqueID() string { return r.uniqueID }

// Policies are the resources that give the role the permissions it has so far. What works with these permissions while
// it is made or removed depends on them, because a reference to the role alone does not wait for its policies.
func (r *Role) Policies() []tf.Dependable { return append([]tf.Dependable(nil), r.policies...) }

// Construct holds the role's resources.
func (r *Role) Construct() constructs.Construct { return r.construct }
