package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

func TestAuditTrail(t *testing.T) {
	require.Nil(t, small(nil).must(t).Operations.AuditTrail)
	require.Nil(t, small(files{"platform.yaml": smallPlatform + "  auditTrail: { enabled: false }\n"}).must(t).Operations.AuditTrail)
	audit := small(files{"platform.yaml": smallPlatform + "  auditTrail: {}\n"}).must(t)
	require.Equal(t, &config.AuditTrail{
		Enabled: true, Alarms: []config.AuditAlarm{"stateRoles", "applyRoles", "adminRoles", "refused", "outside", "changed"}, RetentionDays: 365, LogRetentionDays: 90,
	}, audit.Operations.AuditTrail)
	store := audit.StateStoreOf(config.OperationsName)
	require.Equal(t, "wine-state-audit", audit.AuditName(store))
	require.Equal(t, "wine-state-audit-111111111111-us-west-2", audit.AuditBucket(store))
}

func TestAuditTrailProblems(t *testing.T) {
	for name, each := range map[string]struct{ lines, want string }{
		"values": {"  auditTrail: { alarms: [all], emails: [ml], retentionDays: 30, logRetentionDays: 2, topicArn: security }\n",
			`platform.yaml:6:26: operations.auditTrail.alarms[0]: "all" is not allowed; use stateRoles, applyRoles, adminRoles, refused, outside or changed
platform.yaml:6:41: operations.auditTrail.emails[0]: "ml" is no e-mail address; write it like ml-team@example.com
platform.yaml:6:61: operations.auditTrail.retentionDays: 30 is not allowed; use 90 to 3650
platform.yaml:6:83: operations.auditTrail.logRetentionDays: 2 days is no retention that CloudWatch Logs knows; use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653
platform.yaml:6:96: operations.auditTrail.topicArn: stands beside emails; keep one of them; people subscribe to the topic
platform.yaml:6:96: operations.auditTrail.topicArn: "security" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name`},
		"topic elsewhere": {"  auditTrail: { topicArn: \"arn:aws:sns:us-west-2:222222222222:security\" }\n",
			`platform.yaml:6:27: operations.auditTrail.topicArn: "arn:aws:sns:us-west-2:222222222222:security" is in account 222222222222 and us-west-2, and the state in account 111111111111 and us-west-2, whose alarms tell topics there only; use a topic of that account and region, or emails`},
		"one topic for several accounts": {"  auditTrail: { topicArn: \"arn:aws:sns:us-west-2:111111111111:security\" }\nstate: { scope: environment }\n",
			`platform.yaml:6:27: operations.auditTrail.topicArn: "arn:aws:sns:us-west-2:111111111111:security" is in account 111111111111 and us-west-2, and the state for dev in account 222222222222 and us-west-2, whose alarms tell topics there only; use a topic of that account and region, or emails`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := small(files{"platform.yaml": smallPlatform + each.lines}).load()
			require.EqualError(t, err, each.want)
		})
	}
}
