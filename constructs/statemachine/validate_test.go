package statemachine_test

import (
	"testing"
	"time"

	"github.com/mlplatform/mlplatform/constructs/statemachine"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestProblems(t *testing.T) {
	synthtest.Refuse(t, synthtest.Stack(t), typical, statemachine.New, map[string]synthtest.Refusal[statemachine.Props]{
		"name":       {func(p *statemachine.Props) { p.Name = "wine dev" }, `name: "wine dev" is no name of a state machine; use 1 to 80 letters, digits, hyphens and underscores`},
		"token name": {func(p *statemachine.Props) { p.Name = "${var.n}" }, `name: "${var.n}" is known to Terraform only, and policies are written now; write the name out`},
		"scope":      {func(p *statemachine.Props) { p.Scope.Account = "12" }, `scope.account: "12" is no AWS account id; write its 12 digits as a string`},
		"definition": {func(p *statemachine.Props) {
			p.Definition.States = append(p.Definition.States, asl.Succeed{Name: "Lost"})
		}, `definition.states["Lost"]: is never reached from "Tell"; lead to it, or remove it`},
		"no definition":     {func(p *statemachine.Props) { p.Definition = asl.Definition{} }, `definition.states: are missing; give at least one`},
		"definition's name": {func(p *statemachine.Props) { p.Definition.Name = "train" }, `definition.name: "train" is not "wine-dev-train", the name of the state machine; leave it out`},
		"partition":         {func(p *statemachine.Props) { p.Definition.Partition = "aws-cn" }, `definition.partition: "aws-cn" is not "aws", the partition of the scope; leave it out`},
		"type":              {func(p *statemachine.Props) { p.Definition.Type = "FAST" }, `definition.type: "FAST" is unknown; use STANDARD or EXPRESS`},
		"log level":         {func(p *statemachine.Props) { p.Logs.Level = "OFF" }, `logs.level: "OFF" is unknown; use "ALL", "ERROR" or "FATAL"`},
		"log retention": {func(p *statemachine.Props) { p.Logs.RetentionDays = 100 },
			`logs.retentionDays: 100 is not offered by CloudWatch Logs; use one of 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653`},
		"log key":   {func(p *statemachine.Props) { p.Logs.KeyARN = "alias/a" }, `logs.keyARN: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},
		"log group": {func(p *statemachine.Props) { p.Logs.LogGroupARN = "group" }, `logs.logGroupARN: "group" is no ARN of a log group; write it like arn:aws:logs:us-west-2:123456789012:log-group:name`},
		"settings of another log group": {func(p *statemachine.Props) {
			p.Logs = statemachine.Logs{LogGroupARN: groupARN, RetentionDays: 30, KeyARN: keyARN}
		}, "logs.retentionDays: has no meaning beside logGroupARN, whose own retention applies; remove one of the two\n" +
			"logs.keyARN: has no meaning beside logGroupARN, whose own key applies; remove one of the two"},
		"logs off":   {func(p *statemachine.Props) { p.Logs = statemachine.Logs{Off: true, RetentionDays: 30} }, "logs.off: makes no logs, and other settings of logs are given; drop one of the two"},
		"alarms off": {func(p *statemachine.Props) { p.Alarms.Off = true }, "alarms.off: makes no alarms, and other settings of alarms are given; drop one of the two"},
		"alarms": {func(p *statemachine.Props) {
			p.Alarms = statemachine.Alarms{TopicARNs: []string{"a", topicARN, topicARN, topicARN, topicARN, topicARN}, Threshold: -1}
		}, "alarms.topicARNs[0]: \"a\" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name\n" +
			"alarms.topicARNs: are 6, 5 are allowed; have one topic tell the others\n" +
			"alarms.threshold: -1 is out of range; use 1 or more"},
		"encryption": {func(p *statemachine.Props) { p.Encryption = "KMS" }, `encryption: "KMS" is unknown; use AWS_OWNED_KEY or CUSTOMER_MANAGED_KMS_KEY`},
		"idle key": {func(p *statemachine.Props) {
			p.Encryption, p.KeyARN, p.KeyReuse = statemachine.AWSOwnedKey, keyARN, time.Minute
		}, "keyARN: has no use with the encryption AWS_OWNED_KEY; remove it, or use CUSTOMER_MANAGED_KMS_KEY\n" +
			"keyReuse: has no use with the encryption AWS_OWNED_KEY; remove it, or use CUSTOMER_MANAGED_KMS_KEY"},
		"key": {func(p *statemachine.Props) { p.KeyARN, p.KeyReuse = "alias/a", time.Hour }, "keyReuse: 1h0m0s is out of range; use 1m to 15m in whole seconds\n" +
			`keyARN: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},
		"role": {func(p *statemachine.Props) { p.RoleARN, p.PermissionsBoundary = "role/a", boundaryARN },
			"roleARN: \"role/a\" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name\n" +
				"permissionsBoundary: limits a role to make, but roleARN gives an existing one; keep one of them"},
		"statements": {func(p *statemachine.Props) {
			p.RoleARN, p.Statements = roleARN, []policy.Statement{{Actions: []string{"sqs:SendMessage"}}}
		}, "statements: are for a role to make, but roleARN gives an existing one; give them to that role\n" +
			"statements[0]: needs either resources or notResources, and not both"},
	})
}
