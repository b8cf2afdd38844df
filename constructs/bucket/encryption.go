package bucket

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"

	"github.com/mlplatform/mlplatform/constructs/kms"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Encryption is how S3 encrypts objects.
type Encryption string

// The encryptions of a bucket.
const (
	// KMS encrypts with a KMS key of yours: who reads an object needs the key too, and CloudTrail records it.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
	KMS Encryption = "aws:kms"
	// AES256 encrypts with keys that S3 manages. It costs nothing, gives up control over the key, and is right for the
	// targets of access logs.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingServerSideEncryption.html
	AES256 Encryption = "AES256"
)

// addKey makes the key where none is given, and returns what the bucket comes after. Without that order, a destroy that
// the objects in the bucket bring to a halt would have scheduled the key for deletion already.
func (b *Bucket) addKey(props Props) ([]tf.Dependable, error) {
	if props.Encryption != KMS {
		return nil, nil
	}
	if b.keyARN = props.KeyARN; b.keyARN != "" {
		return nil, nil
	}
	key, err := kms.NewKey(b.construct, "key", kms.KeyProps{
		Scope: props.Scope, Alias: props.Name, Description: "Objects of the bucket " + props.Name,
		Statements: b.keyStatements(props), AllowDestroy: props.AllowDestroy,
	})
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	b.keyARN = key.ARN()
	return []tf.Dependable{key.Resource()}, nil
}

// encrypt sets the bucket's default encryption.
func (b *Bucket) encrypt(props Props) {
	type byDefault = s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA
	rule := &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{
		ApplyServerSideEncryptionByDefault: &byDefault{SseAlgorithm: tf.Str(string(props.Encryption))},
	}
	if props.Encryption == KMS {
		rule.ApplyServerSideEncryptionByDefault.KmsMasterKeyId = tf.Str(b.keyARN)
		rule.BucketKeyEnabled = !props.KeyPerObject
	}
	s3bucketserversideencryptionconfiguration.NewS3BucketServerSideEncryptionConfigurationA(b.construct, tf.Str("encryption"), &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationAConfig{
		Bucket: tf.Str(b.name), Rule: []*s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{rule},
	})
}

// keyStatements let the accounts of the shares use the key, through S3 and no other service.
func (b *Bucket) keyStatements(props Props) []policy.Statement {
	var statements []policy.Statement
	for _, share := range props.Shares {
		use := policy.UseKey(share.Write, b.viaService(props.Scope.Region), "*")
		statements = append(statements, share.document().With(props.Scope.Partition, use)...)
	}
	return policy.Merge(statements...)
}

// viaService is the name under which KMS knows S3 in the region.
func (b *Bucket) viaService(region string) string {
	return fmt.Sprintf("s3.%s.%s", region, b.scope.DNSSuffix())
}
