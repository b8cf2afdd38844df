package statebackend

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlifecycleconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlogging"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketownershipcontrols"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpublicaccessblock"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketversioning"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// makeBucket makes the bucket and its settings.
func (b *Backend) makeBucket() error {
	document, err := policy.New(b.bucketStatements()...).JSON(policy.Resource)
	if err != nil {
		return err
	}
	bucket := s3bucket.NewS3Bucket(b.construct, tf.Str("bucket"), &s3bucket.S3BucketConfig{
		Bucket: tf.Str(b.props.Name), ForceDestroy: b.props.AllowDestroy, Lifecycle: tf.Protect(!b.props.AllowDestroy),
		// So that a destroy which the states bring to a halt has not scheduled their key for deletion.
		DependsOn: tf.After(b.key...),
	})
	id := tf.Str(tf.Attr(bucket, "id"))
	b.bucketName = *id

	block := s3bucketpublicaccessblock.NewS3BucketPublicAccessBlock(b.construct, tf.Str("public-access-block"), &s3bucketpublicaccessblock.S3BucketPublicAccessBlockConfig{
		Bucket: id, BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
	})
	// S3 answers changes of these three that come at the same time with OperationAborted, so they come one after another.
	attached := s3bucketpolicy.NewS3BucketPolicy(b.construct, tf.Str("policy"), &s3bucketpolicy.S3BucketPolicyConfig{
		Bucket: id, Policy: tf.Str(document), DependsOn: tf.After(block),
	})
	s3bucketownershipcontrols.NewS3BucketOwnershipControls(b.construct, tf.Str("ownership"), &s3bucketownershipcontrols.S3BucketOwnershipControlsConfig{
		Bucket: id, Rule: &s3bucketownershipcontrols.S3BucketOwnershipControlsRule{ObjectOwnership: tf.Str("BucketOwnerEnforced")},
		DependsOn: tf.After(attached),
	})
	b.makeEncryption(id)
	versioning := s3bucketversioning.NewS3BucketVersioningA(b.construct, tf.Str("versioning"), &s3bucketversioning.S3BucketVersioningAConfig{
		Bucket: id, VersioningConfiguration: &s3bucketversioning.S3BucketVersioningVersioningConfiguration{Status: tf.Str("Enabled")},
	})
	b.versioning = versioning
	b.makeLifecycle(id)
	if log := b.props.AccessLogs; log != nil {
		s3bucketlogging.NewS3BucketLoggingA(b.construct, tf.Str("access-logs"), &s3bucketlogging.S3BucketLoggingAConfig{
			Bucket: id, TargetBucket: tf.Str(log.Bucket), TargetPrefix: tf.Str(log.Prefix),
		})
	}
	return nil
}

func (b *Backend) makeEncryption(bucket *string) {
	algorithm := &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA{
		SseAlgorithm: tf.Str(string(b.props.Encryption)), KmsMasterKeyId: tf.OptStr(b.keyARN),
	}
	rule := &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{ApplyServerSideEncryptionByDefault: algorithm}
	if b.props.Encryption == KMS {
		rule.BucketKeyEnabled = true
	}
	s3bucketserversideencryptionconfiguration.NewS3BucketServerSideEncryptionConfigurationA(b.construct, tf.Str("encryption"), &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationAConfig{
		Bucket: bucket, Rule: []*s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{rule},
	})
}

// makeLifecycle deletes old versions, what deleted lock files leave behind, and uploads that were never completed.
func (b *Backend) makeLifecycle(bucket *string) {
	s3bucketlifecycleconfiguration.NewS3BucketLifecycleConfiguration(b.construct, tf.Str("lifecycle"), &s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationConfig{
		Bucket: bucket, DependsOn: tf.After(b.versioning),
		Rule: []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRule{{
			Id: tf.Str("old-versions"), Status: tf.Str("Enabled"),
			Filter: []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleFilter{{Prefix: tf.Str("")}},
			NoncurrentVersionExpiration: []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration{{
				NoncurrentDays: tf.Num(b.props.NoncurrentVersionDays), NewerNoncurrentVersions: tf.Num(b.props.KeepNoncurrentVersions),
			}},
			Expiration:                     []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleExpiration{{ExpiredObjectDeleteMarker: true}},
			AbortIncompleteMultipartUpload: []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload{{DaysAfterInitiation: tf.Num(7)}},
		}},
	})
}

// bucketStatements is the bucket policy. It only takes away: who may use the bucket is decided by the roles' policies.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
func (b *Backend) bucketStatements() []policy.Statement {
	bucket := b.BucketARN()
	objects := bucket + "/*"
	everyone := []policy.Principal{policy.Everyone()}
	statements := []policy.Statement{
		policy.DenyInsecureTransport("s3:*", bucket, objects),
		{
			Sid: "DenyOldTLS", Effect: policy.Deny, Principals: everyone, Actions: []string{"s3:*"}, Resources: []string{bucket, objects},
			Conditions: []policy.Condition{{Operator: "NumericLessThan", Key: "s3:TlsVersion", Values: []string{"1.2"}}},
		},
		// A request without the header is encrypted as the bucket says, so only a header that says something else is refused.
		{
			Sid: "DenyOtherEncryption", Effect: policy.Deny, Principals: everyone, Actions: []string{"s3:PutObject"}, Resources: []string{objects},
			Conditions: []policy.Condition{policy.Present("s3:x-amz-server-side-encryption"), b.otherEncryption()},
		},
		{
			Sid: "DenyKeysOfTheCaller", Effect: policy.Deny, Principals: everyone, Actions: []string{"s3:PutObject"}, Resources: []string{objects},
			Conditions: []policy.Condition{policy.Present("s3:x-amz-server-side-encryption-customer-algorithm")},
		},
	}
	if b.props.AllowDestroy {
		return statements
	}
	return append(statements,
		policy.Statement{Sid: "DenyDeletingTheBucket", Effect: policy.Deny, Principals: everyone, Actions: []string{"s3:DeleteBucket"}, Resources: []string{bucket}},
		policy.Statement{Sid: "DenyDeletingVersions", Effect: policy.Deny, Principals: everyone, Actions: []string{"s3:DeleteObjectVersion"}, Resources: []string{objects}},
	)
}

// otherEncryption holds when the encryption header asks for another encryption than the bucket's. With KMS, the key
// decides: a header without a key means a key of AWS, and AES256 comes without one.
func (b *Backend) otherEncryption() policy.Condition {
	if b.props.Encryption == KMS {
		return policy.StringNotEquals("s3:x-amz-server-side-encryption-aws-kms-key-id", b.keyARN)
	}
	return policy.StringNotEquals("s3:x-amz-server-side-encryption", string(AES256))
}
