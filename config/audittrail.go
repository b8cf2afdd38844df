package config

// AuditTrail records in AWS CloudTrail who assumes the roles that deploy and that reach Terraform's state, and who reads or writes a
// state, with alarms. It belongs to the stacks that keep the state, which administrators apply: a deployment cannot change what
// watches it.
type AuditTrail struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Alarms are what sets off an alarm. stateRoles and applyRoles do so at each deployment. Default: all of them.
	Alarms []AuditAlarm `yaml:"alarms" jsonschema:"uniqueItems=true"`
	// Emails are addresses that are told of alarms. Each must confirm once. Default: none.
	Emails []string `yaml:"emails" jsonschema:"uniqueItems=true"`
	// TopicARN is an SNS topic that is told, in place of emails, such as that of a security team. Only with state in one account and region, that of the topic; its policy, and that of its key, must let CloudWatch publish. Default: none, a topic is made.
	TopicARN string `yaml:"topicArn"`
	// RetentionDays is for how many days the bucket keeps the files of the trail, 90 to 3650. Default: 365.
	RetentionDays int `yaml:"retentionDays" jsonschema:"minimum=90,maximum=3650"`
	// LogRetentionDays is for how many days the log group keeps them too, in which one searches, one of the numbers that CloudWatch Logs knows. Default: 90.
	LogRetentionDays int `yaml:"logRetentionDays"`
}

// AuditAlarm is what sets off an alarm.
type AuditAlarm string

const (
	// AuditStateRoles is the use of a role that writes states, as by each deployment.
	AuditStateRoles AuditAlarm = "stateRoles"
	// AuditApplyRoles is the use of a role that applies or publishes in the account, as by each deployment of operations.
	AuditApplyRoles AuditAlarm = "applyRoles"
	// AuditAdminRoles is the use of the role by which administrators reach states.
	AuditAdminRoles AuditAlarm = "adminRoles"
	// AuditRefused is that somebody was refused a role of the account.
	AuditRefused AuditAlarm = "refused"
	// AuditOutside is that a state was reached, or tried to, without one of the roles for it.
	AuditOutside AuditAlarm = "outside"
	// AuditChanged is that a trail, a filter or an alarm of the account was changed or switched off.
	AuditChanged AuditAlarm = "changed"
)

// Values are all alarms.
func (AuditAlarm) Values() []string {
	return []string{
		string(AuditStateRoles), string(AuditApplyRoles), string(AuditAdminRoles), string(AuditRefused), string(AuditOutside), string(AuditChanged),
	}
}

func (a *AuditTrail) setDefaults() {
	*a = AuditTrail{
		Enabled: true, RetentionDays: 365, LogRetentionDays: 90,
		Alarms: []AuditAlarm{AuditStateRoles, AuditApplyRoles, AuditAdminRoles, AuditRefused, AuditOutside, AuditChanged},
	}
}

// AuditName is the name of the trail that watches a store, and of all that belongs to it: <project>-<stack>-audit.
func (p *Platform) AuditName(store StateStore) string {
	return p.Project + "-" + store.Stack + "-audit"
}

// AuditBucket is the bucket with the files of that trail.
func (p *Platform) AuditBucket(store StateStore) string {
	return p.AuditName(store) + "-" + store.Account + "-" + store.Region
}
