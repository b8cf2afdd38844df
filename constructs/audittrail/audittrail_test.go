package audittrail_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/audittrail"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/filterpattern"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

var scope = arn.Scope{Region: synthtest.Region, Account: synthtest.Account}

const (
	keyARN   = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	topicARN = "arn:aws:sns:us-west-2:222222222222:security"
)

func TestTrail(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := audittrail.New(stack, "audit", audittrail.Props{Name: "wine-audit", BucketName: "wine-audit-logs", KeyARN: keyARN})
	require.NoError(t, err)
	require.NotEmpty(t, made.ARN())
	require.NotEmpty(t, made.LogGroupName())
	synthtest.Synth(t, stack).Golden("trail")
}

func TestEverything(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := audittrail.New(stack, "audit", audittrail.Props{
		Name: "wine-audit", Tags: map[string]string{"Team": "ml"}, BucketName: "wine-audit-logs", KeyARN: keyARN,
		Objects: []string{"wine-state", "wine-data/raw/"}, LogRetentionDays: 365,
		Alarms: []audittrail.Alarm{
			{Name: "trail", Description: "Somebody changed the trail", When: filterpattern.Is("eventName", "StopLogging", "DeleteTrail")},
			{Name: "state-role", Description: "A role that writes states was assumed", When: filterpattern.Is("requestParameters.roleArn", "*-state")},
		},
		TopicARNs: []string{topicARN}, PermissionsBoundary: "arn:aws:iam::222222222222:policy/wine-boundary",
	})
	require.NoError(t, err)
	synthtest.Synth(t, stack).Golden("everything")
}

// TestPolicies holds the policies against AWS's pages of the trail's bucket and key.
func TestPolicies(t *testing.T) {
	text := func(statements []policy.Statement, kind policy.Kind) string {
		out, err := policy.New(statements...).JSON(kind)
		require.NoError(t, err)
		return out
	}
	require.JSONEq(t, `{"Version": "2012-10-17", "Statement": [
		{"Sid": "TrailAcl", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::logs",
		 "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:cloudtrail:us-west-2:222222222222:trail/wine-audit"}}},
		{"Sid": "TrailWrite", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs/AWSLogs/222222222222/*",
		 "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:cloudtrail:us-west-2:222222222222:trail/wine-audit"}, "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}
	]}`, text(audittrail.BucketStatements(scope, "wine-audit", "logs"), policy.Resource))
	require.JSONEq(t, `{"Version": "2012-10-17", "Statement": [
		{"Sid": "TrailEncrypt", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "kms:GenerateDataKey", "Resource": "*",
		 "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:cloudtrail:us-west-2:222222222222:trail/wine-audit"},
		  "ArnLike": {"kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:222222222222:trail/*"}}},
		{"Sid": "TrailDescribe", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "kms:DescribeKey", "Resource": "*",
		 "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:cloudtrail:us-west-2:222222222222:trail/wine-audit"}}}
	]}`, text(audittrail.KeyStatements(scope, "wine-audit"), policy.Key))
}

func TestProblems(t *testing.T) {
	_, err := audittrail.New(synthtest.Stack(t), "audit", audittrail.Props{
		Name: "wine--audit", KeyARN: "alias/a", Objects: []string{"Wine"}, LogRetentionDays: 2, TopicARNs: []string{"security"},
		Alarms: []audittrail.Alarm{
			{Name: "a", Description: "b", When: filterpattern.Is("c", "d")},
			{Name: "a", Description: strings.Repeat("x", 1025), When: filterpattern.Any()},
			{Name: "B", When: filterpattern.Is("c d", "e")},
		},
	})
	require.EqualError(t, err, `name: "wine--audit" is no name of a trail; use 3 to 47 letters, digits and single hyphens, beginning and ending with a letter or digit
bucketName: is missing; name the bucket that keeps the files
keyARN: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
objects[0]: "Wine" is no bucket or folder of one; write it like wine-state or wine-data/raw/
logRetentionDays: 2 is not offered by CloudWatch Logs; use one of 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653
alarms[1].description: has 1025 characters, 1 to 1,024 are allowed; say what happened
alarms[1].when.condition: is empty; give it a field with a value, or other conditions
alarms[1].name: "a" is there already; give each alarm a name of its own
alarms[2].name: "B" is no name of an alarm; use 1 to 64 lower-case letters, digits and hyphens, beginning with a letter
alarms[2].description: has 0 characters, 1 to 1,024 are allowed; say what happened
alarms[2].when.c d: is no field of an event; write it like userIdentity.type
topicARNs[0]: "security" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name`)
	_, err = audittrail.New(synthtest.Stack(t), "audit", audittrail.Props{Name: "wine-audit", BucketName: "b"})
	require.EqualError(t, err, "keyARN: is missing; give the KMS key of the files, whose policy has KeyStatements")
}

// TestEvents holds what guards Terraform states against events as CloudTrail writes them.
func TestEvents(t *testing.T) {
	alarms := audittrail.Guard{
		Scope: scope.WithDefaults(), RolePrefix: "wine-", StateRole: "-state", AdminRole: "-state-admin", ReadRole: "-state-plan",
		ApplyRoles: []string{"-github-apply", "-codebuild-apply"}, Bucket: "wine-state",
	}.Alarms()
	text, err := os.ReadFile("testdata/events.jsonl")
	require.NoError(t, err)
	set := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		var event struct {
			What, Alarm string
			Event       map[string]any
		}
		require.NoError(t, json.Unmarshal([]byte(line), &event))
		got := ""
		for _, each := range alarms {
			if each.When.Matches(event.Event) {
				got, set[each.Name] = got+each.Name, true
			}
		}
		require.Equal(t, event.Alarm, got, event.What)
	}
	for _, each := range alarms {
		require.True(t, set[each.Name], "no event sets off %s", each.Name)
		_, err := each.When.Pattern()
		require.NoError(t, err)
	}
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := audittrail.New(stack, "audit", audittrail.Props{
			Name: "wine-audit", BucketName: "wine-audit-logs", KeyARN: keyARN, Objects: []string{"wine-state"},
			Alarms: []audittrail.Alarm{{Name: "trail", Description: "Somebody changed the trail", When: filterpattern.Is("eventName", "StopLogging")}},
		})
		return err
	})
	// Output:
	// aws_cloudtrail 1
	// aws_cloudwatch_log_group 1
	// aws_cloudwatch_log_metric_filter 1
	// aws_cloudwatch_metric_alarm 1
	// aws_iam_role 1
	// aws_iam_role_policy 1
}
