package statebackend

import (
	"cmp"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Encryption says how the states are encrypted at rest.
type Encryption string

// The kinds of encryption.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
const (
	// KMS encrypts with a customer managed key: access needs rights on the bucket and on the key, and every use of
	// the key is in CloudTrail.
	KMS Encryption = "aws:kms"
	// AES256 encrypts with keys of S3. Whoever may read the object can read the state.
	AES256 Encryption = "AES256"
)

// Lock says how two runs are kept from writing one state at the same time.
type Lock string

// The lock modes.
// https://developer.hashicorp.com/terraform/language/backend/s3#state-locking
const (
	// Native locks with a file beside the state, by conditional writes. It needs Terraform 1.11 or later.
	Native Lock = "native"
	// DynamoDB locks with an item in a table. Terraform has deprecated it.
	DynamoDB Lock = "dynamodb"
	// Both takes both locks, so that older configurations, which know only the table, and newer ones respect each
	// other during a migration.
	Both Lock = "both"
)

func (l Lock) native() bool { return l == Native || l == Both }
func (l Lock) table() bool  { return l == DynamoDB || l == Both }

// Props configures a backend. Name is required.
type Props struct {
	// Name of the bucket: 3 to 63 lower-case letters, digits and hyphens, unique among all buckets of the partition.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	Name string
	// Scope is where the bucket lives. Default: where the stack is, see package site; Reference, which knows no stack, needs it.
	Scope arn.Scope
	// Encryption of the states. Default: KMS.
	Encryption Encryption
	// KeyARN is an existing KMS key for the encryption, in the bucket's region. If it belongs to another account, its
	// key policy must let this account use it. Default: a key is made, with the alias alias/<Name>.
	KeyARN string
	// Lock mode. Default: Native.
	Lock Lock
	// TableName names the lock table of the modes DynamoDB and Both: 3 to 255 letters, digits, dots, hyphens and
	// underscores. Default: <Name>-lock.
	TableName string
	// NoncurrentVersionDays is after how many days an overwritten version of a state is deleted, provided that enough
	// newer ones are kept, 1 to 3650. Default: 90.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
	NoncurrentVersionDays int
	// KeepNoncurrentVersions is how many overwritten versions of a state stay whatever their age, 1 to 100.
	// Default: 10.
	KeepNoncurrentVersions int
	// AccessLogs sends the bucket's server access logs to another bucket. Default: none.
	AccessLogs *AccessLogs
	// Replica copies the states to a bucket elsewhere. Default: none.
	Replica *Replica
	// Access makes roles that reach some of the states. Default: none, who may use the backend is decided by
	// GrantReadWrite, GrantRead and policies made elsewhere.
	Access []Access
	// PermissionsBoundary is the ARN of the managed policy that limits every role made here. Default: none.
	PermissionsBoundary string
	// AllowDestroy gives up the protection of all states: Terraform may destroy the bucket with everything in it, the
	// table and the key, and versions can be deleted. Set it and apply, before a teardown. Default: false, Terraform
	// refuses to destroy them, and the bucket refuses DeleteBucket and DeleteObjectVersion to everyone.
	AllowDestroy bool
}

// AccessLogs is where S3 writes who used the bucket. The target bucket must be in the same region and account and let
// logging.s3.amazonaws.com write: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
type AccessLogs struct {
	// Bucket is the name of the target bucket.
	Bucket string
	// Prefix of the log objects. Default: <name of the state bucket>/.
	Prefix string
}

// Replica is a versioned bucket, usually in another region, to which S3 copies every version of every state.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
type Replica struct {
	// BucketARN is the destination.
	BucketARN string
	// KeyARN is the KMS key with which the copies are encrypted, in the destination's region. Required where
	// the states are encrypted with KMS, and only there.
	KeyARN string
	// Account is the destination's account, which then owns the copies. Default: the account of the state bucket.
	Account string
	// RoleName names the role with which S3 copies. Default: <Name>-replication.
	RoleName string
}

var (
	tablePattern    = lazyregexp.New(`^[A-Za-z0-9_.-]{3,255}$`)
	roleNamePattern = lazyregexp.New(`^[A-Za-z0-9+=,.@_-]{1,64}$`)
)

func (p Props) withDefaults() Props {
	p.Scope = p.Scope.WithDefaults()
	p.Encryption = cmp.Or(p.Encryption, KMS)
	p.Lock = cmp.Or(p.Lock, Native)
	if p.TableName == "" && p.Lock.table() {
		p.TableName = p.Name + "-lock"
	}
	p.NoncurrentVersionDays = cmp.Or(p.NoncurrentVersionDays, 90)
	p.KeepNoncurrentVersions = cmp.Or(p.KeepNoncurrentVersions, 10)
	if p.AccessLogs != nil {
		log := *p.AccessLogs
		log.Prefix = cmp.Or(log.Prefix, p.Name+"/")
		p.AccessLogs = &log
	}
	if p.Replica != nil {
		replica := *p.Replica
		replica.RoleName = cmp.Or(replica.RoleName, p.Name+"-replication")
		p.Replica = &replica
	}
	access := make([]Access, len(p.Access))
	for i, each := range p.Access {
		each.RoleName = cmp.Or(each.RoleName, p.Name+"-"+each.Name)
		access[i] = each
	}
	p.Access = access
	return p
}

func (p Props) validate() error {
	var problems problem.List
	validateBucketName("name", p.Name, &problems)
	problems.Add("", site.Check(p.Scope))
	p.validateEncryption(&problems)
	p.validateLockAs("tableName", &problems)
	if p.NoncurrentVersionDays < 1 || p.NoncurrentVersionDays > 3650 {
		problems.Addf("noncurrentVersionDays", "%d is out of range; use 1 to 3650", p.NoncurrentVersionDays)
	}
	if p.KeepNoncurrentVersions < 1 || p.KeepNoncurrentVersions > 100 {
		problems.Addf("keepNoncurrentVersions", "%d is out of range; use 1 to 100", p.KeepNoncurrentVersions)
	}
	p.validateAccessLogs(&problems)
	p.validateReplica(&problems)
	p.validateAccess(&problems)
	if p.PermissionsBoundary != "" && !arn.Is(p.PermissionsBoundary, "iam", "policy/") {
		problems.Addf("permissionsBoundary", "%q is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name", p.PermissionsBoundary)
	}
	return problems.Err()
}

func validateBucketName(path, name string, problems *problem.List) {
	if wrong, fix := awsfacts.NewBucketName(name); wrong != "" {
		problems.Addf(path, "%q %s; %s", name, wrong, fix)
	}
}

func (p Props) validateEncryption(problems *problem.List) {
	if p.Encryption != KMS && p.Encryption != AES256 {
		problems.Addf("encryption", "%q is unknown; use %s or %s", p.Encryption, KMS, AES256)
	}
	if p.KeyARN == "" {
		return
	}
	if !arn.Is(p.KeyARN, "kms", "key/") {
		problems.Addf("keyARN", "%q is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/<id>, an alias will not do", p.KeyARN)
	}
	if p.Encryption == AES256 {
		problems.Addf("keyARN", "has no use with the encryption %s; remove it, or use %s", AES256, KMS)
	}
}

// validateLockAs checks the lock mode and the table, whose field a Reference calls otherwise.
func (p Props) validateLockAs(table string, problems *problem.List) {
	switch {
	case p.Lock != Native && p.Lock != DynamoDB && p.Lock != Both:
		problems.Addf("lock", "%q is unknown; use %s, %s or %s", p.Lock, Native, DynamoDB, Both)
	case p.Lock == Native && p.TableName != "":
		problems.Addf(table, "%q has no use with the lock mode %s; remove it, or use %s", p.TableName, Native, Both)
	case p.Lock.table() && !tablePattern.MatchString(p.TableName):
		problems.Addf(table, "%q is no table name; use 3 to 255 letters, digits, dots, hyphens and underscores", p.TableName)
	}
}

func (p Props) validateAccessLogs(problems *problem.List) {
	if p.AccessLogs == nil {
		return
	}
	validateBucketName("accessLogs.bucket", p.AccessLogs.Bucket, problems)
	if p.AccessLogs.Bucket == p.Name && p.Name != "" {
		problems.Addf("accessLogs.bucket", "%q is the state bucket, whose logs would be logged without end; name another bucket", p.Name)
	}
}

func (p Props) validateReplica(problems *problem.List) {
	if p.Replica == nil {
		return
	}
	r := *p.Replica
	if !arn.Is(r.BucketARN, "s3", "") {
		problems.Addf("replica.bucketARN", "%q is no ARN of a bucket; write it like arn:aws:s3:::name", r.BucketARN)
	}
	if r.BucketARN == p.Scope.Bucket(p.Name) {
		problems.Addf("replica.bucketARN", "%q is the state bucket itself; name another bucket", r.BucketARN)
	}
	switch {
	case p.Encryption == KMS && !arn.Is(r.KeyARN, "kms", "key/"):
		problems.Addf("replica.keyARN", "%q is no ARN of a KMS key; states encrypted with KMS are copied only with a key of the destination's region", r.KeyARN)
	case p.Encryption == AES256 && r.KeyARN != "":
		problems.Addf("replica.keyARN", "has no use with the encryption %s; remove it", AES256)
	}
	if r.Account != "" && !arn.IsAccount(r.Account) {
		problems.Addf("replica.account", "%q is no AWS account id; write its 12 digits as a string", r.Account)
	}
	if !roleNamePattern.MatchString(r.RoleName) {
		problems.Addf("replica.roleName", "%q is no role name; use 1 to 64 letters, digits and +=,.@_-", r.RoleName)
	}
}
