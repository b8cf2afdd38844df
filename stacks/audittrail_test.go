package stacks_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

// audited is the platform of an example set with an audit trail.
func audited(t testing.TB, dir, lines string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "platform.yaml"))
	require.NoError(t, err)
	return map[string]string{"platform.yaml": strings.Replace(string(text), "\noperations:\n", "\noperations:\n  auditTrail: "+lines+"\n", 1)}
}

// TestAuditTrail: each place where state is kept has a trail, of which the roles that deploy the account can change nothing.
func TestAuditTrail(t *testing.T) {
	var planned []terraform.Stack
	for dir, stores := range map[string][]string{configurations[0]: {"state"}, configurations[1]: {"state-operations", "state-dev", "state-tst", "state-prd"}} {
		files := audited(t, dir, "{ emails: [security@example.com] }")
		platform := load(t, dir, files)
		var found []string
		for _, stack := range platform.Stacks() {
			if stack.Kind != config.StateStack {
				continue
			}
			found = append(found, stack.Name)
			text := builtOne(t, dir, files, stack.Name)
			planned = append(planned, terraform.Stack{Name: filepath.Base(dir) + " " + stack.Name, JSON: text})
			template := synthtest.Parse(t, string(text))
			name := platform.Project + "-" + stack.Name + "-audit"
			require.Equal(t, name, template.One("aws_cloudtrail")["name"])
			require.Len(t, template.Resources("aws_cloudwatch_metric_alarm"), len(config.AuditAlarm("").Values()))
			require.Equal(t, "security@example.com", template.One("aws_sns_topic_subscription")["endpoint"])

			scope := arn.Scope{Region: stack.Region, Account: stack.Account}.WithDefaults()
			for _, deployed := range platform.Stacks() {
				if deployed.Account != stack.Account || deployed.Kind != config.OperationsStack && deployed.Kind != config.EnvironmentStack {
					continue
				}
				made := builtWithRoles(t, dir, files, deployed.Name)
				for _, request := range []iamcheck.Request{
					{Action: "cloudtrail:StopLogging", Resource: scope.Regional("cloudtrail", "trail/"+name)},
					{Action: "cloudtrail:UpdateTrail", Resource: scope.Regional("cloudtrail", "trail/"+name)},
					{Action: "s3:PutBucketPolicy", Resource: scope.Bucket(name + "-" + stack.Account + "-" + stack.Region)},
					{Action: "s3:PutLifecycleConfiguration", Resource: scope.Bucket(name + "-" + stack.Account + "-" + stack.Region)},
					{Action: "logs:DeleteLogGroup", Resource: scope.Regional("logs", "log-group:/aws/cloudtrail/"+name)},
					{Action: "logs:DeleteMetricFilter", Resource: scope.Regional("logs", "log-group:/aws/cloudtrail/"+name)},
					{Action: "cloudwatch:DisableAlarmActions", Resource: scope.Regional("cloudwatch", "alarm:"+name+"-changed")},
					{Action: "cloudwatch:DeleteAlarms", Resource: scope.Regional("cloudwatch", "alarm:"+name+"-changed")},
					{Action: "sns:Unsubscribe", Resource: scope.Regional("sns", name)},
					{Action: "iam:PutRolePolicy", Resource: scope.Role(name + "-logs")},
				} {
					require.False(t, iamcheck.Allows(applyStatements(t, made), request), "apply of %s: %s", deployed.Name, request.Action)
				}
			}
		}
		require.Equal(t, stores, found)
	}
	planTogether(t, planned...)
}

func TestAuditTrailTellsAnExistingTopic(t *testing.T) {
	const topic = "arn:aws:sns:us-west-2:111111111111:security"
	template := synthtest.Parse(t, string(builtOne(t, configurations[0], audited(t, configurations[0], "{ topicArn: "+topic+", alarms: [outside, changed] }"), "state")))
	require.Empty(t, template.Resources("aws_sns_topic"))
	var names []string
	for _, alarm := range template.Resources("aws_cloudwatch_metric_alarm") {
		names = append(names, alarm["alarm_name"].(string))
		require.Equal(t, []any{topic}, alarm["alarm_actions"])
	}
	slices.Sort(names)
	require.Equal(t, []string{"wine-state-audit-changed", "wine-state-audit-outside"}, names)
}
