package statebackend

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A Reference is what a stack needs to keep its state in a backend: names only, so that it can be written down before
// the backend exists, and in another app. Terraform reads it before it evaluates anything: no field may be a token.
type Reference struct {
	// Bucket is the name of the bucket.
	Bucket string
	// Region of the bucket and the table.
	Region string
	// Lock mode. Default: Native.
	Lock Lock
	// Table is the name of the lock table, for the modes DynamoDB and Both.
	Table string
	// RoleARN is a role that Terraform assumes before it uses the bucket. Default: none, the caller's own permissions.
	RoleARN string
	// KeyPrefixes are the prefixes that the role may use, so that a key outside of them is an error here rather than
	// a denied access later. Default: any key.
	KeyPrefixes []string
	// Profile is the AWS CLI profile with which the backend is used or the role is assumed. Default: none, credentials
	// come from the environment.
	Profile string
	// KeyARN is the KMS key that encrypts the states in a bucket whose own encryption is another. The buckets that this
	// package makes need none. Default: the bucket's encryption.
	KeyARN string
}

const (
	// stateSuffix ends the key of every state. The access roles' permissions depend on it.
	stateSuffix = ".tfstate"
	// lockSuffix is what Terraform appends for a lock file.
	lockSuffix = ".tflock"
)

var (
	keyPattern     = lazyregexp.New(`^([A-Za-z0-9_.=@+-]+/)*[A-Za-z0-9_.=@+-]*\.tfstate$`)
	profilePattern = lazyregexp.New(`^[^\s"'\\\[\]]+$`)
)

// Reference is what stacks need to keep their state in the backend that these props make, through the role of the
// access with this name, or with the caller's own permissions where access is empty. It needs no construct: every
// stack but the backend's own can be built without the backend.
func (p Props) Reference(access string) (Reference, error) {
	p = p.withDefaults()
	if err := p.validate(); err != nil {
		return Reference{}, err
	}
	reference := Reference{Bucket: p.Name, Region: p.Scope.Region, Lock: p.Lock, Table: p.TableName}
	if access == "" {
		return reference, nil
	}
	for _, each := range p.Access {
		if each.Name == access {
			reference.RoleARN = p.Scope.Role(each.RoleName)
			reference.KeyPrefixes = append([]string(nil), each.KeyPrefixes...)
			return reference, nil
		}
	}
	return Reference{}, fmt.Errorf("access: %q is unknown; the backend has: %s", access, p.names())
}

func (r Reference) withDefaults() Reference {
	r.Lock = cmp.Or(r.Lock, Native)
	return r
}

// Validate reports what is wrong with the reference, and with the key of a state, such as
// "acme/wine-ml/dev/network/terraform.tfstate". Keys end with .tfstate.
func (r Reference) Validate(key string) error {
	r = r.withDefaults()
	var problems problem.List
	validateBucketName("bucket", r.Bucket, &problems)
	if !arn.IsRegion(r.Region) {
		problems.Addf("region", "%q is no AWS region; write it like us-west-2", r.Region)
	}
	Props{Lock: r.Lock, TableName: r.Table}.validateLockAs("table", &problems)
	if r.RoleARN != "" && (!arn.Is(r.RoleARN, "iam", "role/") || token.Is(r.RoleARN)) {
		problems.Addf("roleARN", "%q is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name", r.RoleARN)
	}
	if r.Profile != "" && (!profilePattern.MatchString(r.Profile) || token.Is(r.Profile)) {
		problems.Addf("profile", "%q is no name of an AWS CLI profile; use one of ~/.aws/config, without spaces and quotes", r.Profile)
	}
	if r.KeyARN != "" && (!arn.Is(r.KeyARN, "kms", "key/") || token.Is(r.KeyARN)) {
		problems.Addf("keyARN", "%q is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/<id>", r.KeyARN)
	}
	if len(r.KeyPrefixes) > 0 {
		problems.Add("", validateKeyPrefixes("keyPrefixes", r.KeyPrefixes))
	}
	r.validateKey(key, &problems)
	return problems.Err()
}

func (r Reference) validateKey(key string, problems *problem.List) {
	if !keyPattern.MatchString(key) || len(key)+len(lockSuffix) > 1024 {
		problems.Addf("key", "%q is no key of a state; use letters, digits, _.=@+- and slashes between them, at most 1,017 characters, and end it with %s, such as acme/wine-ml/dev/terraform.tfstate", key, stateSuffix)
		return
	}
	for _, prefix := range r.KeyPrefixes {
		if strings.HasPrefix(key, prefix) {
			return
		}
	}
	if len(r.KeyPrefixes) > 0 {
		problems.Addf("key", "%q is outside of what the role may use; begin it with %s", key, strings.Join(r.KeyPrefixes, " or "))
	}
}

// Attach makes the backend that of the stack, with its state at the key.
func (r Reference) Attach(stack tf.Stack, key string) error {
	r = r.withDefaults()
	if err := r.Validate(key); err != nil {
		return err
	}
	return tf.Guard("backend", func() error {
		tf.S3Backend{
			Bucket: r.Bucket, Key: key, Region: r.Region, KMSKeyARN: r.KeyARN, LockFile: r.Lock.native(), LockTable: r.Table,
			RoleARN: r.RoleARN, Profile: r.Profile,
		}.Attach(stack)
		return nil
	})
}

// AllowAssume is the permission that a principal of Access needs in its own account to assume the reference's role.
// It is the zero Statement where there is no role.
func (r Reference) AllowAssume() policy.Statement {
	if r.RoleARN == "" {
		return policy.Statement{}
	}
	return policy.Statement{Sid: "AssumeStateRole", Actions: []string{"sts:AssumeRole"}, Resources: []string{r.RoleARN}}
}
