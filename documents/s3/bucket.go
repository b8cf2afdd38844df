// Package s3 is what policies of buckets say, and how long they may be. It is pure Go.
package s3

import (
	"slices"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// MaxPolicy is the size limit of a bucket policy, in characters.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html
const MaxPolicy = 20 * 1024

// A Bucket is what the policy of a bucket must know of it.
type Bucket struct {
	// ARN of the bucket.
	ARN string
	// Scope is where the bucket lives.
	Scope arn.Scope
	// KeyARN is the only KMS key that uploads may name. Default: any.
	KeyARN string
	// AccessLogTarget lets buckets of the same account write their access logs here.
	AccessLogTarget bool
	// AccessLogSources are the ARNs of the buckets that may. Default: all of the account.
	AccessLogSources []string
	// Shares open the bucket to other accounts.
	Shares []Share
	// Statements are added.
	Statements []policy.Statement
}

// A Share opens some folders of a bucket to other accounts, whose own IAM policies then say which of their roles may use it.
type Share struct {
	// Accounts are ids of other accounts.
	Accounts []string
	// Organization is all accounts in it.
	Organization policy.Organization
	// Folders each end with a slash. Default: the whole bucket.
	Folders []string
	// Write lets the accounts write too.
	Write bool
}

// Policy is the one policy that the bucket has: what S3 must refuse, then what the shares and the caller add.
func (b Bucket) Policy() policy.Document {
	statements := []policy.Statement{
		policy.DenyInsecureTransport("s3:*", b.ARN, b.ARN+"/*"),
		b.denyOldTLS(),
		b.denyUpload("DenyCustomerProvidedKeys", policy.Present("s3:x-amz-server-side-encryption-customer-algorithm")),
	}
	if b.KeyARN != "" {
		statements = append(statements, b.denyOtherKeys()...)
	}
	if b.AccessLogTarget {
		statements = append(statements, b.allowAccessLogs())
	}
	for _, share := range b.Shares {
		statements = append(statements, b.share(share)...)
	}
	return policy.New(append(statements, b.Statements...)...)
}

// denyOldTLS refuses TLS 1.0 and 1.1.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
func (b Bucket) denyOldTLS() policy.Statement {
	return policy.Statement{
		Sid: "DenyOldTLS", Effect: policy.Deny, Principals: []policy.Principal{policy.Everyone()},
		Actions: []string{"s3:*"}, Resources: []string{b.ARN, b.ARN + "/*"},
		Conditions: []policy.Condition{{Operator: "NumericLessThan", Key: "s3:TlsVersion", Values: []string{"1.2"}}},
	}
}

// denyOtherKeys refuses uploads that ask for an encryption which is not the bucket's. Uploads that ask for none get
// the bucket's. One that asks for KMS without naming a key would get the key aws/s3, which no other account can use.
func (b Bucket) denyOtherKeys() []policy.Statement {
	const encryption = "s3:x-amz-server-side-encryption"
	const key = "s3:x-amz-server-side-encryption-aws-kms-key-id"
	return []policy.Statement{
		b.denyUpload("DenyOtherEncryption", policy.Present(encryption), policy.StringNotEquals(encryption, "aws:kms", "aws:kms:dsse")),
		b.denyUpload("DenyUnnamedKey", policy.Present(encryption), missing(key)),
		b.denyUpload("DenyOtherKey", policy.Present(key), policy.StringNotEquals(key, b.KeyARN)),
	}
}

func (b Bucket) denyUpload(sid string, conditions ...policy.Condition) policy.Statement {
	return policy.Statement{
		Sid: sid, Effect: policy.Deny, Principals: []policy.Principal{policy.Everyone()},
		Actions: []string{"s3:PutObject"}, Resources: []string{b.ARN + "/*"}, Conditions: conditions,
	}
}

// missing holds when the request does not have the key.
func missing(key string) policy.Condition {
	return policy.Condition{Operator: "Null", Key: key, Values: []string{"true"}}
}

// allowAccessLogs lets S3 deliver access logs of buckets of this account.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
func (b Bucket) allowAccessLogs() policy.Statement {
	conditions := []policy.Condition{policy.StringEquals("aws:SourceAccount", b.Scope.Account)}
	if len(b.AccessLogSources) > 0 {
		conditions = append(conditions, policy.ARNEquals("aws:SourceArn", b.AccessLogSources...))
	}
	return policy.Statement{
		Sid: "AccessLogs", Principals: []policy.Principal{policy.Service("logging.s3.amazonaws.com")},
		Actions: []string{"s3:PutObject"}, Resources: []string{b.ARN + "/*"}, Conditions: conditions,
	}
}

// share opens the folders of a share to whom it is for.
func (b Bucket) share(share Share) []policy.Statement {
	statements := b.Read(share.Folders)
	if share.Write {
		statements = append(statements, b.Write(share.Folders)...)
	}
	return share.With(b.Scope.Partition, policy.Merge(statements...)...)
}

// With gives the statements principals: the accounts as a whole, whose own IAM policies decide which of their roles may.
func (s Share) With(partition string, statements ...policy.Statement) []policy.Statement {
	var out []policy.Statement
	for _, statement := range statements {
		if len(s.Accounts) > 0 {
			var roots []string
			for _, account := range s.Accounts {
				roots = append(roots, arn.Scope{Partition: partition, Account: account}.Root())
			}
			named := statement
			named.Principals = []policy.Principal{policy.AWS(roots...)}
			out = append(out, named)
		}
		if s.Organization.Given() {
			statement.Principals = []policy.Principal{policy.Everyone()}
			statement.Conditions = append(slices.Clone(statement.Conditions), s.Organization.Principals()...)
			out = append(out, statement)
		}
	}
	return out
}

// Read is what listing and reading the folders takes, the whole bucket where none is named. The location of the bucket is asked for
// by many clients first.
func (b Bucket) Read(folders []string) []policy.Statement {
	list := policy.Statement{Actions: []string{"s3:ListBucket"}, Resources: []string{b.ARN}}
	if len(folders) > 0 {
		var patterns []string
		for _, folder := range folders {
			patterns = append(patterns, folder+"*")
		}
		list.Conditions = []policy.Condition{policy.StringLike("s3:prefix", patterns...)}
	}
	return []policy.Statement{
		{Actions: []string{"s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion"}, Resources: b.Objects(folders)},
		list,
		{Actions: []string{"s3:GetBucketLocation"}, Resources: []string{b.ARN}},
	}
}

// Write is what writing takes, with multipart uploads, which all SDKs use for large objects.
func (b Bucket) Write(folders []string) []policy.Statement {
	return []policy.Statement{
		{Actions: []string{"s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject", "s3:PutObjectTagging"}, Resources: b.Objects(folders)},
		{Actions: []string{"s3:GetBucketLocation", "s3:ListBucketMultipartUploads"}, Resources: []string{b.ARN}},
	}
}

// Objects are the ARNs of all objects in the folders.
func (b Bucket) Objects(folders []string) []string {
	if len(folders) == 0 {
		return []string{b.ARN + "/*"}
	}
	var out []string
	for _, folder := range folders {
		out = append(out, b.ARN+"/"+folder+"*")
	}
	return out
}
