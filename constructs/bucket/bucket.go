// Package bucket makes S3 buckets for data, models and logs: encrypted, versioned, private and reached over TLS only,
// with one bucket policy, and grants that carry the KMS permissions which the objects need.
package bucket

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketnotification"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketownershipcontrols"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpublicaccessblock"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketversioning"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/s3"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures a bucket. Name is required.
type Props struct {
	// Name of the bucket, unique in the partition: 3 to 63 lower-case letters, digits and hyphens. Dots are refused,
	// because they break the TLS certificate of the bucket's host name.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	Name string
	// Scope is where the bucket lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of the bucket, beside those of the stack. Default: none.
	Tags map[string]string

	// Encryption of objects that do not say otherwise. Default: KMS.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
	Encryption Encryption
	// KeyARN is an existing KMS key for Encryption KMS. Default: a key is made, with the alias of the bucket's name.
	KeyARN string
	// KeyPerObject asks KMS for a data key at every object. It gives up S3 Bucket Keys, which save nearly all KMS
	// requests, and is for key policies that look at each object's ARN. Default: false.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
	KeyPerObject bool
	// AllowOtherKeys admits uploads that ask for another encryption than the bucket's. It gives up that whoever has a
	// grant on the bucket can read every object in it. Default: false.
	AllowOtherKeys bool

	// UnversionedBecause is the reason for which the bucket keeps no old versions of objects: 1 to 256 letters, digits,
	// spaces and + - = . _ : / @. It stands as a tag on the bucket. Default: the bucket is versioned.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
	UnversionedBecause string
	// Prefixes are the folders that the bucket is meant for, such as "raw" and "models". Where they are given, grants,
	// shares and rules about any other folder are refused as mistakes. Default: anything goes.
	Prefixes []string

	// Statements are added to the bucket policy. Default: none.
	Statements []policy.Statement
	// Shares open the bucket, or some folders of it, to other accounts. Default: none.
	Shares []Share

	// Lifecycle says when objects move to cheaper storage classes and when they go. Default: objects stay.
	Lifecycle []LifecycleRule
	// AbortMultipartAfterDays is when parts of uploads that were never finished go, 1 day or more. Default: 7.
	AbortMultipartAfterDays int
	// IntelligentTiering lets objects in the storage class INTELLIGENT_TIERING sink to archive tiers. Default: none.
	IntelligentTiering []IntelligentTiering

	// EventBridge sends the bucket's events, such as "Object Created", to the default event bus. Default: false.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
	EventBridge bool
	// AccessLogs sends a record of each request to another bucket. Default: none.
	AccessLogs *AccessLogs
	// AccessLogTarget lets buckets of the same account write their access logs here. Needs Encryption AES256, which is
	// the only one that S3 delivers such logs to. Default: false.
	AccessLogTarget bool
	// AccessLogSources are the names of the buckets that may. Default: all of the account.
	AccessLogSources []string
	// CORS lets web pages of other origins use the bucket. Default: none.
	CORS []CORSRule
	// ObjectLock keeps each version of an object from being deleted for a time. It cannot be switched off again.
	// Default: none.
	ObjectLock *ObjectLock
	// Replication copies objects to other buckets. Default: none.
	Replication *Replication

	// AllowDestroy lets Terraform destroy the bucket and the key that was made for it. Default: Terraform refuses.
	AllowDestroy bool
	// DeleteObjectsOnDestroy deletes all objects and versions when Terraform destroys the bucket, which otherwise fails
	// until the bucket is empty. Needs AllowDestroy. Default: false.
	DeleteObjectsOnDestroy bool
}

// A Share opens a bucket to other accounts, whose own IAM policies then say which of their roles may use it. It needs Accounts,
// Organization or both.
type Share struct {
	// Accounts are the 12-digit ids of the other accounts. Default: none.
	Accounts []string
	// Organization is all accounts of an organisation, or of some of its units. Default: none.
	Organization policy.Organization
	// Prefixes are the folders to share. Default: the whole bucket.
	Prefixes []string
	// Write lets the accounts write too. Default: they only read.
	Write bool
}

// A Bucket is an S3 bucket, made here or existing.
type Bucket struct {
	construct tf.Construct
	id        string
	scope     arn.Scope
	// literalARN stands in policies: it is known before the bucket exists, so that plans show it.
	literalARN     string
	name, arn      string
	regionalDomain string
	keyARN         string
	prefixes       []string
	// versioning must precede what S3 refuses on a bucket without versions. Empty for an unversioned bucket.
	versioning []tf.Dependable
	policied   []tf.Dependable
}

// New makes a bucket with its key, policy and everything else that props asks for.
func New(scope constructs.Construct, id string, props Props) (*Bucket, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Bucket, error) {
		made := &Bucket{construct: scope, id: id, scope: props.Scope, literalARN: props.Scope.Bucket(props.Name), prefixes: props.Prefixes}
		key, err := made.addKey(props)
		if err != nil {
			return nil, err
		}
		bucket := s3bucket.NewS3Bucket(scope, tf.Str("bucket"), &s3bucket.S3BucketConfig{
			Bucket: tf.Str(props.Name), ForceDestroy: props.DeleteObjectsOnDestroy, ObjectLockEnabled: tf.OptBool(props.ObjectLock != nil),
			Tags: tf.StrMap(props.tags()), Lifecycle: tf.Protect(!props.AllowDestroy), DependsOn: tf.After(key...),
		})
		made.name, made.arn, made.regionalDomain = tf.Attr(bucket, "bucket"), tf.Attr(bucket, "arn"), tf.Attr(bucket, "bucketRegionalDomainName")
		made.encrypt(props)
		if err := made.protect(props); err != nil {
			return nil, err
		}
		made.addVersioning(props)
		made.addLifecycle(props)
		made.addFeatures(props)
		return made, made.replicate(props)
	})
}

// ExistingProps names a bucket that was made elsewhere. Name is required.
type ExistingProps struct {
	// Name of the bucket.
	Name string
	// Scope is where the bucket lives. Its account is that of the bucket's owner. Default: where the stack is, see package site.
	Scope arn.Scope
	// KeyARN is the KMS key of the bucket's objects. Default: none, the objects are not encrypted with KMS.
	KeyARN string
	// Prefixes are the folders that grants may be about. Default: anything goes.
	Prefixes []string
}

// FromName is an existing bucket, with the same grants and outputs as one that New made. Nothing is created, and the
// bucket's own policy stays as it is: in another account, it must admit the account of the grantee.
func FromName(scope constructs.Construct, id string, props ExistingProps) (*Bucket, error) {
	props.Scope = site.Of(scope, props.Scope)
	var problems problem.List
	checkName(&problems, "name", props.Name, true)
	problems.Add("", site.Check(props.Scope))
	problems.Add("", props.Scope.CheckKey("keyARN", props.KeyARN))
	_, err := folders("prefixes", props.Prefixes, nil)
	problems.Add("", err)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Bucket, error) {
		bucketARN := props.Scope.Bucket(props.Name)
		return &Bucket{
			construct: scope, id: id, scope: props.Scope, literalARN: bucketARN, name: props.Name, arn: bucketARN,
			regionalDomain: fmt.Sprintf("%s.s3.%s.%s", props.Name, props.Scope.Region, props.Scope.DNSSuffix()),
			keyARN:         props.KeyARN, prefixes: props.Prefixes,
		}, nil
	})
}

func (p Props) withDefaults() Props {
	p.Encryption = cmp.Or(p.Encryption, KMS)
	p.AbortMultipartAfterDays = cmp.Or(p.AbortMultipartAfterDays, 7)
	if p.Replication != nil {
		replication := p.Replication.withDefaults(p.Name, p.Scope)
		p.Replication = &replication
	}
	if p.ObjectLock != nil && p.ObjectLock.Mode == "" {
		p.ObjectLock = &ObjectLock{Mode: Governance, Days: p.ObjectLock.Days}
	}
	return p
}

func (p Props) versioned() bool { return p.UnversionedBecause == "" }

func (p Props) tags() map[string]string {
	if p.versioned() {
		return p.Tags
	}
	tags := map[string]string{"UnversionedBecause": p.UnversionedBecause}
	maps.Copy(tags, p.Tags)
	return tags
}

// protect closes the bucket to the public and gives it its policy. S3 answers changes of these three that come at the
// same time with OperationAborted, so they come one after another.
func (b *Bucket) protect(props Props) error {
	document := b.policy(props)
	text, err := document.JSON(policy.Resource)
	if err != nil {
		return err
	}
	if size := document.Size(); size > s3.MaxPolicy {
		return fmt.Errorf("statements: make a bucket policy of %d characters, %d are allowed; use fewer statements or shares", size, s3.MaxPolicy)
	}
	block := s3bucketpublicaccessblock.NewS3BucketPublicAccessBlock(b.construct, tf.Str("public-access-block"), &s3bucketpublicaccessblock.S3BucketPublicAccessBlockConfig{
		Bucket: tf.Str(b.name), BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
	})
	attached := s3bucketpolicy.NewS3BucketPolicy(b.construct, tf.Str("policy"), &s3bucketpolicy.S3BucketPolicyConfig{
		Bucket: tf.Str(b.name), Policy: tf.Str(text), DependsOn: tf.After(block),
	})
	b.policied = append(b.policied, attached)
	s3bucketownershipcontrols.NewS3BucketOwnershipControls(b.construct, tf.Str("ownership"), &s3bucketownershipcontrols.S3BucketOwnershipControlsConfig{
		Bucket: tf.Str(b.name), Rule: &s3bucketownershipcontrols.S3BucketOwnershipControlsRule{ObjectOwnership: tf.Str("BucketOwnerEnforced")},
		DependsOn: tf.After(attached),
	})
	return nil
}

// document is what the language of bucket policies must know of the bucket.
func (b *Bucket) document() s3.Bucket { return s3.Bucket{ARN: b.literalARN, Scope: b.scope} }

func (b *Bucket) policy(props Props) policy.Document {
	document := b.document()
	if props.Encryption == KMS && !props.AllowOtherKeys {
		document.KeyARN = b.keyARN
	}
	document.AccessLogTarget, document.Statements = props.AccessLogTarget, props.Statements
	for _, source := range props.AccessLogSources {
		document.AccessLogSources = append(document.AccessLogSources, props.Scope.Bucket(source))
	}
	for _, share := range props.Shares {
		document.Shares = append(document.Shares, share.document())
	}
	return document.Policy()
}

func (s Share) document() s3.Share {
	named, _ := folders("", s.Prefixes, nil) // validated before
	return s3.Share{Accounts: s.Accounts, Organization: s.Organization, Folders: named, Write: s.Write}
}

func (b *Bucket) addVersioning(props Props) {
	if !props.versioned() {
		return
	}
	b.versioning = append(b.versioning, s3bucketversioning.NewS3BucketVersioningA(b.construct, tf.Str("versioning"), &s3bucketversioning.S3BucketVersioningAConfig{
		Bucket:                  tf.Str(b.name),
		VersioningConfiguration: &s3bucketversioning.S3BucketVersioningVersioningConfiguration{Status: tf.Str("Enabled")},
	}))
}

// addFeatures makes the resources of the optional features.
func (b *Bucket) addFeatures(props Props) {
	if props.EventBridge {
		s3bucketnotification.NewS3BucketNotification(b.construct, tf.Str("events"), &s3bucketnotification.S3BucketNotificationConfig{
			Bucket: tf.Str(b.name), Eventbridge: true,
		})
	}
	b.addAccessLogs(props)
	b.addCORS(props)
	b.addIntelligentTiering(props)
	b.addObjectLock(props)
}

// Name of the bucket.
func (b *Bucket) Name() string { return b.name }

// ARN of the bucket.
func (b *Bucket) ARN() string { return b.arn }

// RegionalDomainName is the bucket's host name in its region, such as models.s3.us-west-2.amazonaws.com.
func (b *Bucket) RegionalDomainName() string { return b.regionalDomain }

// KeyARN is the KMS key of the bucket's objects, empty where they are not encrypted with KMS. Jobs that choose the
// encryption of their output themselves, such as SageMaker's, must be told this key.
func (b *Bucket) KeyARN() string { return b.keyARN }

// URI is the S3 URI of a key or folder, such as s3://models/churn/model.tar.gz, and of the bucket where key is empty.
func (b *Bucket) URI(key string) string {
	key = strings.TrimPrefix(key, "/")
	if key == "" {
		return "s3://" + b.name
	}
	return "s3://" + b.name + "/" + key
}

// Policied is the bucket's policy for others to come after: services of AWS that try whether they may write when they are told of the
// bucket. Empty for an existing bucket.
func (b *Bucket) Policied() []tf.Dependable { return b.policied }

// Construct holds the bucket's resources.
func (b *Bucket) Construct() constructs.Construct { return b.construct }
