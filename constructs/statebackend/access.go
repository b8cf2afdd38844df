package statebackend

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Access is a role of the bucket's account through which some principals, of this account or of others, reach the
// states under some key prefixes, their locks, and nothing else. They assume it with their own credentials: one login
// is enough, and Terraform does the rest.
type Access struct {
	// Name identifies the access, such as the name of an environment: letters, digits and hyphens.
	Name string
	// RoleName names the role. Default: <name of the bucket>-<Name>.
	RoleName string
	// KeyPrefixes are the beginnings of the state keys, each ending with a slash: "acme/wine-ml/dev/".
	KeyPrefixes []string
	// Principals are the ARNs of the roles and users that may assume the role. * and ? are wildcards after the account
	// id, as in arn:aws:iam::222222222222:role/wine-dev-*. They need not exist yet. Each also needs its account's
	// leave, for which there is Reference.AllowAssume.
	Principals []string
	// ReadOnly leaves out all writing, and with it the locks: terraform plan -lock=false. Default: false.
	ReadOnly bool
}

var (
	accessNamePattern = lazyregexp.New(`^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$`)
	prefixPattern     = lazyregexp.New(`^([A-Za-z0-9_.=@+-]+/)+$`)
	principalPattern  = lazyregexp.New(`^arn:(aws[a-z-]*):iam::([0-9]{12}):(role|user)/[A-Za-z0-9+=,.@_/*?-]+$`)
)

// maxPrefix leaves room in an S3 key of 1,024 characters for the rest of it.
const maxPrefix = 512

func (p Props) validateAccess(problems *problem.List) {
	names, roles := map[string]bool{}, map[string]bool{}
	for i, access := range p.Access {
		at := problem.Index("access", i)
		switch {
		case !accessNamePattern.MatchString(access.Name):
			problems.Addf(at+".name", "%q is no name of an access; use letters, digits and hyphens", access.Name)
		case names[access.Name]:
			problems.Addf(at+".name", "%q is used twice; make it unique", access.Name)
		}
		names[access.Name] = true
		switch {
		case !roleNamePattern.MatchString(access.RoleName):
			problems.Addf(at+".roleName", "%q is no role name; use 1 to 64 letters, digits and +=,.@_-", access.RoleName)
		case roles[access.RoleName] || p.Replica != nil && p.Replica.RoleName == access.RoleName:
			problems.Addf(at+".roleName", "%q is used twice; make it unique", access.RoleName)
		}
		roles[access.RoleName] = true
		problems.Add(at, validateKeyPrefixes("keyPrefixes", access.KeyPrefixes))
		access.validatePrincipals(at+".principals", p.Scope.Partition, problems)
	}
}

func (a Access) validatePrincipals(path, partition string, problems *problem.List) {
	if len(a.Principals) == 0 {
		problems.Addf(path, "are missing, so nobody could assume the role; give the ARNs of roles or users")
	}
	valid := true
	for i, principal := range a.Principals {
		at := problem.Index(path, i)
		match := principalPattern.FindStringSubmatch(principal)
		switch {
		case match == nil && token.Is(principal):
			valid = false
			problems.Addf(at, "%q is known to Terraform only; write the ARN out, the role need not exist yet", principal)
		case match == nil:
			valid = false
			problems.Addf(at, "%q is no ARN of a role or user with an account id; write it like arn:aws:iam::222222222222:role/name, with * and ? only after role/ or user/", principal)
		case match[1] != partition:
			problems.Addf(at, "%q is in the partition %s, the bucket is in %s; roles cannot be assumed across partitions", principal, match[1], partition)
		}
	}
	if size := policy.TrustPrincipals(partition, a.Principals...).Size(); valid && size > policy.MaxTrust {
		problems.Addf(path, "make a trust policy of %d characters, %d are allowed; use a wildcard or a second access", size, policy.MaxTrust)
	}
}

func validateKeyPrefixes(path string, prefixes []string) error {
	var problems problem.List
	if len(prefixes) == 0 {
		problems.Addf(path, `are missing; give at least one, such as "acme/wine-ml/dev/"`)
	}
	for i, prefix := range prefixes {
		if !prefixPattern.MatchString(prefix) || len(prefix) > maxPrefix {
			problems.Addf(problem.Index(path, i), "%q is no key prefix; write folders that each end with a slash, such as acme/wine-ml/dev/, without wildcards and at most %d characters", prefix, maxPrefix)
		}
	}
	return problems.Err()
}

func (a Access) describe() string {
	doing := "Keeps"
	if a.ReadOnly {
		doing = "Reads"
	}
	text := fmt.Sprintf("%s the Terraform states under %s", doing, strings.Join(a.KeyPrefixes, ", "))
	if len(text) > 1000 {
		text = text[:997] + "..."
	}
	return text
}

// statements are what Terraform needs to keep the states under the prefixes, and no more.
// https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required
func (b *Backend) statements(readOnly bool, prefixes []string) []policy.Statement {
	statements := []policy.Statement{{
		// S3 also consults it before it says of a key that there is no such object, rather than that access is denied.
		Sid: "ListStates", Actions: []string{"s3:ListBucket"}, Resources: []string{b.BucketARN()},
		Conditions: []policy.Condition{policy.StringLike("s3:prefix", each(prefixes, "", "*")...)},
	}}
	objects := func(suffix string) []string { return each(prefixes, b.BucketARN()+"/", suffix) }
	if readOnly {
		statements = append(statements, policy.Statement{Sid: "ReadStates", Actions: []string{"s3:GetObject"}, Resources: objects("*" + stateSuffix)})
	} else {
		statements = append(statements, policy.Statement{Sid: "KeepStates", Actions: []string{"s3:GetObject", "s3:PutObject"}, Resources: objects("*" + stateSuffix)})
		if b.props.Lock.native() {
			statements = append(statements, policy.Statement{
				Sid: "LockStates", Actions: []string{"s3:DeleteObject", "s3:GetObject", "s3:PutObject"}, Resources: objects("*" + stateSuffix + lockSuffix),
			})
		}
	}
	return append(append(statements, b.tableStatements(readOnly, prefixes)...), b.keyStatements(readOnly)...)
}

// tableStatements cover the lock and the digest of each state: items whose keys are <bucket>/<key> and
// <bucket>/<key>-md5. Reading a state needs its digest.
func (b *Backend) tableStatements(readOnly bool, prefixes []string) []policy.Statement {
	if !b.props.Lock.table() {
		return nil
	}
	items := policy.Statement{Sid: "LockItems", Actions: []string{"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"}, Resources: []string{b.tableARN}}
	pattern := "*"
	if readOnly {
		items.Sid, items.Actions, pattern = "ReadDigests", []string{"dynamodb:GetItem"}, "*-md5"
	}
	items.Conditions = []policy.Condition{
		{Operator: "ForAllValues:StringLike", Key: "dynamodb:LeadingKeys", Values: each(prefixes, b.props.Name+"/", pattern)},
		// ForAllValues also holds where there is no key at all.
		policy.Present("dynamodb:LeadingKeys"),
	}
	return []policy.Statement{
		{Sid: "DescribeTable", Actions: []string{"dynamodb:DescribeTable"}, Resources: []string{b.tableARN}},
		items,
	}
}

// keyStatements let the key be used for this bucket, through S3 and in no other way. S3 tells KMS the bucket's ARN where
// the bucket key encrypts an object, and the object's ARN where it does not.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
func (b *Backend) keyStatements(readOnly bool) []policy.Statement {
	if b.props.Encryption != KMS {
		return nil
	}
	use := policy.UseKey(!readOnly, b.viaS3(b.props.Scope.Region), b.keyARN)
	use.Sid = "UseKey"
	use.Conditions = append(use.Conditions, policy.StringLike("kms:EncryptionContext:aws:s3:arn", b.BucketARN(), b.BucketARN()+"/*"))
	return []policy.Statement{use}
}

func each(values []string, before, after string) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = before + value + after
	}
	return out
}
