package privateapi_test

import (
	"testing"
	"time"

	"github.com/mlplatform/mlplatform/constructs/privateapi"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestErrors(t *testing.T) {
	endpoint := func(e privateapi.VPCEndpoint) func(*privateapi.Props) {
		return func(p *privateapi.Props) { p.VPCEndpointID, p.VPCEndpoint = "", &e }
	}
	synthtest.Refuse(t, synthtest.Stack(t), typical, privateapi.New, map[string]synthtest.Refusal[privateapi.Props]{
		"name":        {func(p *privateapi.Props) { p.Name = "wine dev" }, `name: "wine dev" is no name of an API; use 1 to 64 letters, digits, hyphens and underscores`},
		"stage":       {func(p *privateapi.Props) { p.Stage = "v1.0" }, `stage: "v1.0" is no name of a stage; use 1 to 128 letters, digits, hyphens and underscores`},
		"no endpoint": {func(p *privateapi.Props) { p.VPCEndpointID = "" }, "vpcEndpointID: exactly one of VPCEndpointID and VPCEndpoint is needed"},
		"endpoint":    {func(p *privateapi.Props) { p.VPCEndpointID = "vpc-0123456789abcdef0" }, `vpcEndpointID: "vpc-0123456789abcdef0" is no id of a VPC endpoint; write it like vpce-0123456789abcdef0`},
		"new endpoint": {endpoint(privateapi.VPCEndpoint{}), "vpcEndpoint.vpcID: \"\" is no id of a VPC; write it like vpc-0123456789abcdef0\n" +
			"vpcEndpoint.subnetIDs: are missing; give private subnets, one in each zone\nvpcEndpoint.clientCIDRs: are missing; give the ranges from which clients come, such as that of the VPC"},
		"endpoint's values": {endpoint(privateapi.VPCEndpoint{VPCID: "vpc-0123456789abcdef0", SubnetIDs: []string{"a"}, ClientCIDRs: []string{"0.0.0.0/0", "10.0.0.1/16", "10.0.0.0/16", "10.0.0.0/16", "${x}"}}),
			"vpcEndpoint.subnetIDs[0]: \"a\" is no id of a subnet; write it like subnet-0123456789abcdef0\n" +
				"vpcEndpoint.clientCIDRs[1]: \"10.0.0.1/16\" is no IPv4 range; write it like 10.0.0.0/16, beginning at its first address\n" +
				"vpcEndpoint.clientCIDRs[3]: \"10.0.0.0/16\" is given twice; drop one\n" +
				"vpcEndpoint.clientCIDRs[4]: \"${x}\" is known to Terraform only, and the rule is named after it; write the range out\n" +
				"vpcEndpoint.clientCIDRs[0]: \"0.0.0.0/0\" is everybody; give the ranges of your clients"},
		"throttle": {func(p *privateapi.Props) { p.Throttle = privateapi.Throttle{Rate: -1, Burst: 5001} }, "throttle.rate: -1 is out of range; use 1 to 10000\nthrottle.burst: 5001 is out of range; use 1 to 5000"},
		"quota":    {func(p *privateapi.Props) { p.Quota = privateapi.Quota{Requests: -1, Period: privateapi.Day} }, "quota.requests: -1 is less than none; use 1 or more, or 0 for no quota"},
		"period":   {func(p *privateapi.Props) { p.Quota = privateapi.Quota{Requests: 1, Period: "YEAR"} }, `quota.period: "YEAR" is unknown; use DAY, WEEK or MONTH`},
		"no quota": {func(p *privateapi.Props) { p.Quota = privateapi.Quota{Period: privateapi.Day} }, "quota.period: is given without requests; say how many, or remove it"},
		"logs": {func(p *privateapi.Props) { p.Logs = privateapi.Logs{RetentionDays: 31, KeyARN: "alias/logs"} }, "logs.retentionDays: 31 is not offered by CloudWatch Logs; use one of 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653\n" +
			`logs.keyARN: "alias/logs" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},
		"logs off":   {func(p *privateapi.Props) { p.Logs = privateapi.Logs{Off: true, AccountRole: true} }, "logs.off: makes no logs, and other settings of logs are given; drop one of the two"},
		"alarms off": {func(p *privateapi.Props) { p.Alarms = privateapi.Alarms{Off: true, Errors: 1} }, "alarms.off: makes no alarms, and other settings of alarms are given; drop one of the two"},
		"alarms": {func(p *privateapi.Props) {
			p.Alarms = privateapi.Alarms{TopicARNs: []string{"a", topicARN, topicARN, topicARN, topicARN, topicARN}, Errors: -1, Latency: time.Minute, Throttled: -1}
		},
			"alarms.topicARNs[0]: \"a\" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name\nalarms.topicARNs: are 6, 5 are allowed; have one topic tell the others\n" +
				"alarms.errors: -1 is out of range; use 1 or more\nalarms.latency: 1m0s is not allowed; use 1ms to 29s in whole milliseconds\nalarms.throttled: -1 is out of range; use 1 or more"},
		"document": {func(p *privateapi.Props) {
			p.Document.Policy, p.Document.VPCEndpoints, p.Document.Version = policy.New(policy.Statement{}), []string{endpointID}, ""
		}, "document.policy: is given, and the API lets in what comes through its VPC endpoint and nothing else; remove it\n" +
			"document.vpcEndpoints: are given; name the endpoint by VPCEndpointID\ndocument.version: is missing; say which version of the API this is, such as 1.0"},
	})
}
