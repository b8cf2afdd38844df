// Package statebackend makes the place where Terraform keeps its state: a versioned, encrypted, private S3 bucket, locks,
// and one role per environment that reaches that environment's states and no others.
//
// A Reference, which is a plain value, then gives any stack its backend, in this app or in another.
package statebackend

import (
	"fmt"
	"sort"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketversioning"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/kms"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A Backend is a state bucket with its locks and access roles.
type Backend struct {
	construct  tf.Construct
	props      Props
	bucketName string
	tableName  string
	tableARN   string
	keyARN     string
	key        []tf.Dependable // the one made here
	versioning s3bucketversioning.S3BucketVersioningA
	roles      map[string]*iam.Role
}

// New makes the backend. Put it into a stack of its own, whose state moves into the bucket once the bucket exists.
// All problems of the props are returned at once.
func New(scope constructs.Construct, id string, props Props) (*Backend, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Backend, error) {
		backend := &Backend{construct: scope, props: props, keyARN: props.KeyARN, roles: map[string]*iam.Role{}}
		for _, step := range []func() error{backend.makeKey, backend.makeBucket, backend.makeTable, backend.makeReplica, backend.makeRoles} {
			if err := step(); err != nil {
				return nil, err
			}
		}
		return backend, nil
	})
}

// makeKey makes the key of the bucket, unless there is one already or none is wanted.
func (b *Backend) makeKey() error {
	if b.props.Encryption != KMS || b.keyARN != "" {
		return nil
	}
	key, err := kms.NewKey(b.construct, "key", kms.KeyProps{
		Scope: b.props.Scope, Alias: b.props.Name, Description: "Terraform states in the bucket " + b.props.Name, AllowDestroy: b.props.AllowDestroy,
	})
	if err != nil {
		return err
	}
	b.keyARN, b.key = key.ARN(), []tf.Dependable{key.Resource()}
	return nil
}

// makeRoles makes the role of each access.
func (b *Backend) makeRoles() error {
	for _, access := range b.props.Access {
		role, err := iam.NewRole(b.construct, "access-"+access.Name, iam.RoleProps{
			Name: access.RoleName, Description: access.describe(), Trust: policy.TrustPrincipals(b.props.Scope.Partition, access.Principals...),
			Statements: b.statements(access.ReadOnly, access.KeyPrefixes), PermissionsBoundary: b.props.PermissionsBoundary,
		})
		if err != nil {
			return fmt.Errorf("access %s: %w", access.Name, err)
		}
		b.roles[access.Name] = role
	}
	return nil
}

// BucketName is the name of the bucket.
func (b *Backend) BucketName() string { return b.bucketName }

// BucketARN is the ARN of the bucket.
func (b *Backend) BucketARN() string { return b.props.Scope.Bucket(b.props.Name) }

// TableName is the name of the DynamoDB lock table, empty with the lock mode Native.
func (b *Backend) TableName() string { return b.tableName }

// TableARN is the ARN of the DynamoDB lock table, empty with the lock mode Native.
func (b *Backend) TableARN() string { return b.tableARN }

// KeyARN is the ARN of the KMS key, made here or given. Empty with AES256.
func (b *Backend) KeyARN() string { return b.keyARN }

// RoleARN is the ARN of the role of the access with this name, empty if there is no such access.
func (b *Backend) RoleARN(access string) string {
	if role := b.roles[access]; role != nil {
		return role.ARN()
	}
	return ""
}

// Reference is what stacks need to keep their state here; see Props.Reference.
func (b *Backend) Reference(access string) (Reference, error) { return b.props.Reference(access) }

// Construct holds the backend's resources.
func (b *Backend) Construct() constructs.Construct { return b.construct }

// GrantReadWrite lets a role of the same account keep the states under the key prefixes, such as "acme/wine-ml/dev/",
// and lock them. Roles of other accounts assume an Access role instead.
func (b *Backend) GrantReadWrite(grantee iam.Grantee, keyPrefixes ...string) error {
	return b.grant(grantee, false, keyPrefixes)
}

// GrantRead lets a role of the same account read the states under the key prefixes, without locking them:
// terraform plan -lock=false, terraform_remote_state.
func (b *Backend) GrantRead(grantee iam.Grantee, keyPrefixes ...string) error {
	return b.grant(grantee, true, keyPrefixes)
}

func (b *Backend) grant(grantee iam.Grantee, readOnly bool, keyPrefixes []string) error {
	if err := validateKeyPrefixes("keyPrefixes", keyPrefixes); err != nil {
		return err
	}
	return grantee.Grant("terraform-state", b.statements(readOnly, keyPrefixes)...)
}

// names lists the accesses for error messages.
func (p Props) names() string {
	if len(p.Access) == 0 {
		return "none"
	}
	var names []string
	for _, access := range p.Access {
		names = append(names, access.Name)
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}
