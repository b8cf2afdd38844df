package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// storage makes the buckets of models and data.
func (e *environmentStack) storage() error {
	var problems problem.List
	logs, err := e.accessLogs()
	problems.Add("accessLogs", err)
	for _, each := range []struct {
		part, output, description string
		config                    config.Bucket
		into                      **bucket.Bucket
	}{
		{config.ModelsBucket, "s3_bucket_name", "Bucket of trained models", e.env.Storage.Models, &e.parts.Models},
		{config.DataBucket, "data_bucket_name", "Bucket of data sets and of what jobs make of them", e.env.Storage.Data, &e.parts.Data},
	} {
		props := bucketProps(each.config, e.env.Protect)
		props.AccessLogs = logs
		if props.Encryption == bucket.KMS {
			props.KeyARN = e.env.Storage.KeyARN
		}
		made, err := bucket.New(e.made, each.part, props)
		if err != nil {
			problems.Add(each.part, err)
			continue
		}
		*each.into = made
		tf.Output(e.made, each.output, made.Name(), each.description)
	}
	return problems.Err()
}

// accessLogs says where S3 records the requests to the buckets, and makes the bucket for that unless there is one. Folders tell account,
// region, bucket and day apart.
func (e *environmentStack) accessLogs() (*bucket.AccessLogs, error) {
	c := e.env.Storage.AccessLogs
	if c == nil {
		return nil, nil
	}
	logs := &bucket.AccessLogs{Bucket: c.Bucket, Prefix: e.env.Prefix(), ByEventDate: true}
	if c.Bucket != "" {
		return logs, nil
	}
	made, err := bucket.New(e.made, config.AccessLogsBucket, bucket.Props{
		Name: e.env.AccessLogsName(), Encryption: bucket.AES256, AccessLogTarget: true, AccessLogSources: e.bucketNames(),
		Lifecycle:    []bucket.LifecycleRule{{Name: "retention", ExpireAfterDays: c.RetentionDays, NoncurrentExpireAfterDays: oldVersionsDays}},
		AllowDestroy: !e.env.Protect, DeleteObjectsOnDestroy: !e.env.Protect,
	})
	if err != nil {
		return nil, err
	}
	logs.Bucket, logs.After = made.Name(), made.Policied()
	tf.Output(e.made, "access_logs_bucket_name", made.Name(), "Bucket of the records of requests to the other buckets")
	return logs, nil
}

// bucketNames are the names of the environment's buckets, which the configuration may choose freely.
func (e *environmentStack) bucketNames() []string {
	if !e.env.StorageEnabled() {
		return nil
	}
	return []string{e.env.Storage.Models.Name, e.env.Storage.Data.Name}
}

// bucketProps translates the configuration of a bucket.
func bucketProps(c config.Bucket, protect bool) bucket.Props {
	props := bucket.Props{
		Name: c.Name, Encryption: bucketEncryptions[c.Encryption], EventBridge: c.EventNotifications,
		Lifecycle: []bucket.LifecycleRule{{Name: "old-versions", NoncurrentExpireAfterDays: c.NoncurrentVersionDays}},
		// Without protection the environment can be torn down with all that is in it.
		AllowDestroy: !protect, DeleteObjectsOnDestroy: !protect,
	}
	if days := c.TransitionToInfrequentAccessDays; days > 0 {
		props.Lifecycle = append(props.Lifecycle, bucket.LifecycleRule{
			Name: "infrequent-access", Transitions: []bucket.Transition{{StorageClass: bucket.StandardIA, AfterDays: days}},
		})
	}
	if days := c.ExpirationDays; days > 0 {
		props.Lifecycle = append(props.Lifecycle, bucket.LifecycleRule{Name: "expiration", ExpireAfterDays: days})
	}
	if days := c.ObjectLockDays; days > 0 {
		props.ObjectLock = &bucket.ObjectLock{Days: days}
	}
	return props
}

var bucketEncryptions = map[config.Encryption]bucket.Encryption{
	config.EncryptionKMS: bucket.KMS, config.EncryptionAES256: bucket.AES256,
}
