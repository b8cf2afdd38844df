package bucket

import (
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// maxPolicy is the size limit of a bucket policy, in characters.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html
const maxPolicy = 20 * 1024

// policy is the one policy that the bucket has: what S3 must refuse, then what the shares and the caller add.
func (b *Bucket) policy(props Props) policy.Document {
	statements := []policy.Statement{
		policy.DenyInsecureTransport("s3:*", b.literalARN, b.literalARN+"/*"),
		b.denyOldTLS(),
		b.denyUpload("DenyCustomerProvidedKeys", given("s3:x-amz-server-side-encryption-customer-algorithm")),
	}
	if props.Encryption == KMS && !props.AllowOtherKeys {
		statements = append(statements, b.denyOtherKeys()...)
	}
	if props.AccessLogTarget {
		statements = append(statements, b.allowAccessLogs())
	}
	for _, share := range props.Shares {
		statements = append(statements, b.shareStatements(share, props.Scope)...)
	}
	return policy.New(append(statements, props.Statements...)...)
}

// denyOldTLS refuses TLS 1.0 and 1.1.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
func (b *Bucket) denyOldTLS() policy.Statement {
	return policy.Statement{
		Sid: "DenyOldTLS", Effect: policy.Deny, Principals: []policy.Principal{policy.Everyone()},
		Actions: []string{"s3:*"}, Resources: []string{b.literalARN, b.literalARN + "/*"},
		Conditions: []policy.Condition{{Operator: "NumericLessThan", Key: "s3:TlsVersion", Values: []string{"1.2"}}},
	}
}

// denyOtherKeys refuses uploads that ask for an encryption which is not the bucket's. Uploads that ask for none get
// the bucket's. One that asks for KMS without naming a key would get the key aws/s3, which no other account can use.
func (b *Bucket) denyOtherKeys() []policy.Statement {
	const encryption = "s3:x-amz-server-side-encryption"
	const key = "s3:x-amz-server-side-encryption-aws-kms-key-id"
	return []policy.Statement{
		b.denyUpload("DenyOtherEncryption", given(encryption), policy.StringNotEquals(encryption, "aws:kms", "aws:kms:dsse")),
		b.denyUpload("DenyUnnamedKey", given(encryption), missing(key)),
		b.denyUpload("DenyOtherKey", given(key), policy.StringNotEquals(key, b.keyARN)),
	}
}

func (b *Bucket) denyUpload(sid string, conditions ...policy.Condition) policy.Statement {
	return policy.Statement{
		Sid: sid, Effect: policy.Deny, Principals: []policy.Principal{policy.Everyone()},
		Actions: []string{"s3:PutObject"}, Resources: []string{b.literalARN + "/*"}, Conditions: conditions,
	}
}

// given holds when the request has the key.
func given(key string) policy.Condition {
	return policy.Condition{Operator: "Null", Key: key, Values: []string{"false"}}
}

// missing holds when the request does not have the key.
func missing(key string) policy.Condition {
	return policy.Condition{Operator: "Null", Key: key, Values: []string{"true"}}
}

// allowAccessLogs lets S3 deliver access logs of buckets of this account.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
func (b *Bucket) allowAccessLogs() policy.Statement {
	return policy.Statement{
		Sid: "AccessLogs", Principals: []policy.Principal{policy.Service("logging.s3.amazonaws.com")},
		Actions: []string{"s3:PutObject"}, Resources: []string{b.literalARN + "/*"},
		Conditions: []policy.Condition{policy.StringEquals("aws:SourceAccount", b.scope.Account)},
	}
}

func (b *Bucket) shareStatements(share Share, scope arn.Scope) []policy.Statement {
	prefixes, _ := folders("", share.Prefixes, nil) // validated before
	statements := b.readStatements(prefixes)
	if share.Write {
		statements = append(statements, b.writeStatements(prefixes)...)
	}
	statements = policy.Merge(statements...)
	for i := range statements {
		statements[i].Principals = []policy.Principal{share.principal(scope)}
	}
	return statements
}

// principal names the accounts as a whole: their own IAM policies decide which of their roles it means.
func (s Share) principal(scope arn.Scope) policy.Principal {
	var roots []string
	for _, account := range s.Accounts {
		roots = append(roots, arn.Scope{Partition: scope.Partition, Account: account}.Root())
	}
	return policy.AWS(roots...)
}
