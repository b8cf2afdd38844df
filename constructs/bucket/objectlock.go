package bucket

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketobjectlockconfiguration"

	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// LockMode says who can end the retention of an object early.
type LockMode string

// The modes of object lock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
const (
	// Governance lets principals with s3:BypassGovernanceRetention delete locked versions.
	Governance LockMode = "GOVERNANCE"
	// Compliance lets nobody delete locked versions, not even the account's root user.
	Compliance LockMode = "COMPLIANCE"
)

// ObjectLock keeps each version of an object from being deleted or overwritten for a time.
type ObjectLock struct {
	// Mode says who can end the retention early. Default: Governance.
	Mode LockMode
	// Days is how long each new version is kept, 1 to 36,500.
	Days int
}

func (p Props) validateObjectLock(problems *problem.List) {
	lock := p.ObjectLock
	if lock == nil {
		return
	}
	if lock.Mode != Governance && lock.Mode != Compliance {
		problems.Addf("objectLock.mode", "%q is unknown; use GOVERNANCE or COMPLIANCE", lock.Mode)
	}
	if lock.Days < 1 || lock.Days > 36500 {
		problems.Addf("objectLock.days", "%d is out of range; use 1 to 36500", lock.Days)
	}
	if !p.versioned() {
		problems.Addf("objectLock", "locks versions, which an unversioned bucket does not keep; remove unversionedBecause")
	}
	if p.DeleteObjectsOnDestroy {
		problems.Addf("objectLock", "does not go with deleteObjectsOnDestroy, locked objects cannot be deleted; drop one of them")
	}
}

func (b *Bucket) addObjectLock(props Props) {
	lock := props.ObjectLock
	if lock == nil {
		return
	}
	s3bucketobjectlockconfiguration.NewS3BucketObjectLockConfigurationA(b.construct, tf.Str("object-lock"), &s3bucketobjectlockconfiguration.S3BucketObjectLockConfigurationAConfig{
		Bucket: tf.Str(b.name), DependsOn: tf.After(b.versioning...),
		Rule: &s3bucketobjectlockconfiguration.S3BucketObjectLockConfigurationRuleA{
			DefaultRetention: &s3bucketobjectlockconfiguration.S3BucketObjectLockConfigurationRuleDefaultRetentionA{
				Mode: tf.Str(string(lock.Mode)), Days: tf.Num(lock.Days),
			},
		},
	})
}
