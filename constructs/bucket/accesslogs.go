package bucket

import (
	"cmp"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlogging"

	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// AccessLogs says where the records of the bucket's requests go.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
type AccessLogs struct {
	// Bucket is the name of the target, in the same account and region, encrypted with AES256 and with a policy that
	// admits S3's log delivery: a bucket with AccessLogTarget.
	Bucket string
	// Prefix is the folder of the records in the target. Default: the name of the bucket that is logged.
	Prefix string
	// ByEventDate puts the records into folders by account, region, bucket and the date of the request, which queries
	// with Athena need. Default: all records in one folder.
	ByEventDate bool
	// After are what the logs come after: the policy of a target in the same stack, Policied, since S3 tries whether it may deliver. Default:
	// nothing.
	After []tf.Dependable
}

func (p Props) validateAccessLogs(problems *problem.List) {
	if p.AccessLogTarget && p.Encryption != AES256 {
		problems.Addf("accessLogTarget", "needs encryption %q, S3 delivers access logs to no bucket encrypted with %q; set encryption", AES256, p.Encryption)
	}
	if p.AccessLogTarget && p.ObjectLock != nil {
		problems.Addf("accessLogTarget", "does not go with objectLock, S3 delivers access logs to no locked bucket; drop one of them")
	}
	if len(p.AccessLogSources) > 0 && !p.AccessLogTarget {
		problems.Addf("accessLogSources", "has no effect without accessLogTarget; set it too")
	}
	for i, source := range p.AccessLogSources {
		checkName(problems, problem.Index("accessLogSources", i), source, true)
	}
	if p.AccessLogs == nil {
		return
	}
	checkName(problems, "accessLogs.bucket", p.AccessLogs.Bucket, true)
	if p.AccessLogs.Bucket == p.Name {
		problems.Addf("accessLogs.bucket", "is the bucket itself, whose logs would be logged again without end; use another bucket")
	}
	if p.AccessLogs.Prefix != "" {
		if err := checkFolder(p.AccessLogs.Prefix, nil); err != nil {
			problems.Addf("accessLogs.prefix", "%v", err)
		}
	}
}

func (b *Bucket) addAccessLogs(props Props) {
	logs := props.AccessLogs
	if logs == nil {
		return
	}
	prefix := cmp.Or(logs.Prefix, props.Name)
	config := &s3bucketlogging.S3BucketLoggingAConfig{
		Bucket: tf.Str(b.name), TargetBucket: tf.Str(logs.Bucket), TargetPrefix: tf.Str(folder(prefix)),
		DependsOn: tf.After(logs.After...),
	}
	if logs.ByEventDate {
		config.TargetObjectKeyFormat = &s3bucketlogging.S3BucketLoggingTargetObjectKeyFormat{
			PartitionedPrefix: &s3bucketlogging.S3BucketLoggingTargetObjectKeyFormatPartitionedPrefix{PartitionDateSource: tf.Str("EventTime")},
		}
	}
	s3bucketlogging.NewS3BucketLoggingA(b.construct, tf.Str("access-logs"), config)
}
