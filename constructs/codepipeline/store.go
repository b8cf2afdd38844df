package codepipeline

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlifecycleconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketownershipcontrols"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpublicaccessblock"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"

	"github.com/mlplatform/mlplatform/constructs/internal/codebuild"
	"github.com/mlplatform/mlplatform/constructs/kms"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Artifacts is where builds put what they hand on.
type Artifacts struct {
	// Bucket is the name of the bucket to make, 3 to 63 lower-case letters, digits and hyphens.
	// Default: <name of the pipeline>-<account>-<region>, in lower case.
	Bucket string
	// Existing says that the bucket of this name is there already. Its policy must not forbid the pipeline's roles, and
	// nobody else should be able to write to it: who can exchange a plan can apply what they like. Default: false.
	Existing bool
	// ExpireDays is after how many days artifacts are deleted, 1 or more. A plan that waits longer for its approval is
	// gone. Not with an existing bucket. Default: 90.
	ExpireDays int
}

// makeStore makes the key and the bucket, unless they are there.
func (p *Pipeline) makeStore() error {
	p.keyARN = p.props.KeyARN
	var after []tf.Dependable
	if p.keyARN == "" {
		key, err := kms.NewKey(p.construct, "key", kms.KeyProps{
			Scope: p.props.Scope, Alias: p.props.Name, Description: "Artifacts and logs of the pipeline " + p.props.Name,
			Statements: []policy.Statement{AllowLogs(p.props.Scope, p.props.Name)}, AllowDestroy: p.props.AllowDestroy,
		})
		if err != nil {
			return fmt.Errorf("key: %w", err)
		}
		p.keyARN, after = key.ARN(), []tf.Dependable{key.Resource()}
	}
	p.bucket = p.props.Artifacts.Bucket
	if p.props.Artifacts.Existing {
		return nil
	}
	return p.makeBucket(after)
}

// AllowLogs is what the policy of a key needs that is given as KeyARN, for the logs of the pipeline of this name.
func AllowLogs(scope arn.Scope, pipeline string) policy.Statement {
	return kms.AllowLogs(scope, codebuild.LogPrefix+pipeline+"-")
}

func (p *Pipeline) makeBucket(after []tf.Dependable) error {
	name, scope := p.props.Artifacts.Bucket, p.construct
	text, err := policy.New(policy.DenyInsecureTransport("s3:*", p.props.bucketARN(), p.props.bucketARN()+"/*")).JSON(policy.Resource)
	if err != nil {
		return err
	}
	bucket := s3bucket.NewS3Bucket(scope, tf.Str("bucket"), &s3bucket.S3BucketConfig{
		Bucket: tf.Str(name), ForceDestroy: p.props.AllowDestroy, Tags: tf.StrMap(p.props.Tags), Lifecycle: tf.Protect(!p.props.AllowDestroy),
		// So that a destroy which the artifacts bring to a halt has not scheduled their key for deletion.
		DependsOn: tf.After(after...),
	})
	id := tf.Str(tf.Attr(bucket, "bucket"))
	p.bucket = *id
	block := s3bucketpublicaccessblock.NewS3BucketPublicAccessBlock(scope, tf.Str("public-access-block"), &s3bucketpublicaccessblock.S3BucketPublicAccessBlockConfig{
		Bucket: id, BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
	})
	// S3 answers changes of these three that come at the same time with OperationAborted, so they come one after another.
	attached := s3bucketpolicy.NewS3BucketPolicy(scope, tf.Str("policy"), &s3bucketpolicy.S3BucketPolicyConfig{Bucket: id, Policy: tf.Str(text), DependsOn: tf.After(block)})
	s3bucketownershipcontrols.NewS3BucketOwnershipControls(scope, tf.Str("ownership"), &s3bucketownershipcontrols.S3BucketOwnershipControlsConfig{
		Bucket: id, Rule: &s3bucketownershipcontrols.S3BucketOwnershipControlsRule{ObjectOwnership: tf.Str("BucketOwnerEnforced")}, DependsOn: tf.After(attached),
	})
	type byDefault = s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA
	s3bucketserversideencryptionconfiguration.NewS3BucketServerSideEncryptionConfigurationA(scope, tf.Str("encryption"), &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationAConfig{
		Bucket: id, Rule: []*s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{{
			ApplyServerSideEncryptionByDefault: &byDefault{SseAlgorithm: tf.Str("aws:kms"), KmsMasterKeyId: tf.Str(p.keyARN)}, BucketKeyEnabled: true,
		}},
	})
	s3bucketlifecycleconfiguration.NewS3BucketLifecycleConfiguration(scope, tf.Str("lifecycle"), &s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationConfig{
		Bucket: id,
		Rule: []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRule{{
			Id: tf.Str("artifacts"), Status: tf.Str("Enabled"),
			Filter:                         []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleFilter{{Prefix: tf.Str("")}},
			Expiration:                     []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleExpiration{{Days: tf.Num(p.props.Artifacts.ExpireDays)}},
			AbortIncompleteMultipartUpload: []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload{{DaysAfterInitiation: tf.Num(1)}},
		}},
	})
	return nil
}
