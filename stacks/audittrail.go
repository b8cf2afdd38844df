package stacks

import (
	"slices"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/audittrail"
	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/kms"
	"github.com/mlplatform/mlplatform/constructs/notification"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// auditAlarms are the construct's names of the alarms.
var auditAlarms = map[config.AuditAlarm]string{
	config.AuditStateRoles: audittrail.StateRoles, config.AuditApplyRoles: audittrail.ApplyRoles, config.AuditAdminRoles: audittrail.AdminRoles,
	config.AuditRefused: audittrail.Refused, config.AuditOutside: audittrail.Outside, config.AuditChanged: audittrail.Changed,
}

// auditTrail watches a place where state is kept and the roles of its account. Its names begin as no deployment's do, which could
// otherwise change it.
func (b builder) auditTrail(made tf.Stack, store config.StateStore) error {
	audit := b.platform.Operations.AuditTrail
	name, files := b.platform.AuditName(store), b.platform.AuditBucket(store)
	scope := arn.Scope{Region: store.Region, Account: store.Account}.WithDefaults()
	group, destroy := tf.Group(made, "audit"), !b.platform.Operations.Protect
	key, err := kms.NewKey(group, "key", kms.KeyProps{
		Alias: name, Description: "Files and logs of the trail " + name, AllowDestroy: destroy,
		Statements: append(audittrail.KeyStatements(scope, name), kms.AllowLogs(scope, audittrail.LogGroupName(name))),
	})
	if err != nil {
		return err
	}
	kept, err := bucket.New(group, "files", bucket.Props{
		Name: files, KeyARN: key.ARN(), Statements: audittrail.BucketStatements(scope, name, files),
		Lifecycle:    []bucket.LifecycleRule{{Name: "retention", ExpireAfterDays: audit.RetentionDays, NoncurrentExpireAfterDays: oldVersionsDays}},
		AllowDestroy: destroy, DeleteObjectsOnDestroy: destroy,
	})
	if err != nil {
		return err
	}
	topic, err := b.auditTopic(group, name)
	if err != nil {
		return err
	}
	guard := audittrail.Guard{
		Scope: scope, RolePrefix: b.platform.Project + "-", Bucket: store.Bucket,
		StateRole: config.StateRole(""), AdminRole: config.StateAdminRole(""), ReadRole: config.StatePlanRole(""),
		ApplyRoles: []string{github.ApplyRole(""), github.PublishRole(""), config.CodeBuildRole("", applyBuild)},
	}
	props := audittrail.Props{
		Name: name, BucketName: kept.Name(), KeyARN: key.ARN(), After: kept.Policied(), Objects: []string{store.Bucket},
		LogRetentionDays: audit.LogRetentionDays, PermissionsBoundary: b.boundaryOf(scope), TopicARNs: []string{topic.ARN()},
	}
	for _, alarm := range guard.Alarms() {
		if slices.ContainsFunc(audit.Alarms, func(each config.AuditAlarm) bool { return auditAlarms[each] == alarm.Name }) {
			props.Alarms = append(props.Alarms, alarm)
		}
	}
	trail, err := audittrail.New(group, "trail", props)
	if err != nil {
		return err
	}
	tf.Output(made, "audit_trail_arn", trail.ARN(), "Trail of CloudTrail that watches the state and the roles that deploy")
	tf.Output(made, "audit_log_group_name", trail.LogGroupName(), "Log group that says who used them")
	tf.Output(made, "audit_bucket_name", kept.Name(), "Bucket of the trail's files")
	tf.Output(made, "audit_topic_arn", topic.ARN(), "SNS topic that hears of its alarms")
	return nil
}

// auditTopic is who is told.
func (b builder) auditTopic(scope tf.Construct, name string) (*notification.Topic, error) {
	audit := b.platform.Operations.AuditTrail
	if audit.TopicARN != "" {
		return notification.FromARN(scope, "topic", notification.ExistingProps{ARN: audit.TopicARN})
	}
	return notification.New(scope, "topic", notification.Props{
		Name: name, DisplayName: name, Publishers: []notification.Publisher{notification.CloudWatch}, Subscriptions: subscriptions(audit.Emails),
	})
}
