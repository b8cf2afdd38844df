package network_test

import (
	"testing"

	"github.com/mlplatform/mlplatform/constructs/network"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/subnets"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestErrors(t *testing.T) {
	synthtest.Refuse(t, synthtest.Stack(t), typical, network.New, map[string]synthtest.Refusal[network.Props]{
		"nothing": {func(p *network.Props) { *p = network.Props{Scope: arn.Scope{Account: "2"}} }, `name: "" is no name of a network; use 1 to 54 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen
scope.account: "2" is no AWS account id; write its 12 digits as a string
cidr: "" is no range of addresses; write it like 10.0.0.0/16
zones: are missing; name 1 to 6 availability zones, such as us-west-2a`},
		"name": {func(p *network.Props) { p.Name = "Wine_dev" }, `name: "Wine_dev" is no name of a network; use 1 to 54 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen`},
		"zones": {func(p *network.Props) { p.Zones = []string{"usw2-az1", "eu-west-1a", "us-west-2-lax-1a"} }, `zones[0]: "usw2-az1" is no availability zone; write its name like us-west-2a (not its id, and no local zone)
zones[1]: "eu-west-1a" is not in region us-west-2; use a zone like us-west-2a
zones[2]: "us-west-2-lax-1a" is no availability zone; write its name like us-west-2a (not its id, and no local zone)`},
		"zones that no account sees": {func(p *network.Props) { p.Zones = []string{"us-west-2a", "us-west-2e"} }, `zones[1]: "us-west-2e" is no zone of us-west-2; use us-west-2a, us-west-2b, us-west-2c or us-west-2d`},
		"zones of a region that only Terraform knows": {func(p *network.Props) {
			p.Scope.Region, p.Zones = "${var.region}", []string{"us-west-2a", "us-east-1a"}
		}, `zones[1]: "us-east-1a" is not in region us-west-2; use a zone like us-west-2a`},
		"plan": {func(p *network.Props) {
			p.CIDR, p.MaxZones = "10.0.0.0/24", 5
			p.Zones, p.Tiers = zones(4), []subnets.Tier{public, private, isolated, {Name: "more", PrefixLength: 28}}
		}, `tiers[3]: more has no room for 5 zones of /28 in 10.0.0.0/24, where 10.0.0.240/28 is free; use a longer prefix, a smaller maxZones or a larger range`},
		"names of tiers": {func(p *network.Props) {
			p.Tiers = []subnets.Tier{private, {Type: "isolated", Name: "private-b"}}
		}, `tiers[1].name: "private-b" is what the part of tier "private" in zone b is named; use another name`},
		"NAT": {func(p *network.Props) { p.NAT = "both" }, `nat: "both" is unknown; use none, single or perZone`},
		"NAT without its tiers": {func(p *network.Props) { p.NAT, p.Tiers = network.NATSingle, []subnets.Tier{isolated} }, `nat: single needs a public tier, where the NAT gateway stands; add one to tiers or set nat to none
nat: single serves private tiers only and there is none; add one to tiers or set nat to none`},
		"Elastic IPs": {func(p *network.Props) { p.NATAllocationIDs = []string{"eipalloc-00000001", "1.2.3.4"} }, `natAllocationIDs: has length 2, but the number of NAT gateways is 1; give one Elastic IP for each, or none
natAllocationIDs[1]: "1.2.3.4" is no id; write it like eipalloc-0123456789abcdef0`},
		"endpoints": {func(p *network.Props) {
			p.Tiers = []subnets.Tier{public}
			p.Endpoints = network.Endpoints{
				Groups: []network.EndpointGroup{"S3", network.STS}, Services: []string{"com.amazonaws.us-west-2.sqs"}, Zones: 3, SecurityGroupID: "default",
				Policies: map[string]policy.Document{"sqs": policy.New(), "sts": policy.New(policy.Statement{Actions: []string{"sts:*"}, Resources: []string{"*"}})},
			}
		}, `endpoints.groups[0]: "S3" is unknown; use dynamodb, ecr, ecs, efs, eks, events, executeAPI, lambda, logs, messaging, monitoring, s3, sagemaker, secrets, sessions, stepFunctions, sts or studio
endpoints.services[0]: "com.amazonaws.us-west-2.sqs" is no short name of an endpoint service; write what follows the region in its name, such as "bedrock-runtime"
endpoints.zones: 3 is out of range; use 1 to 2, the number of zones, or leave it out
endpoints: need a private or isolated tier for their network interfaces; add one, or ask for s3 and dynamodb only
endpoints.securityGroupID: "default" is no id; write it like sg-0123456789abcdef0
endpoints.policies["sqs"]: there is no such endpoint here; ask for it in groups or services, or remove the policy
endpoints.policies["sqs"].statements: are missing; a policy document needs at least one
endpoints.policies["sts"].statements[0].actions[0]: "sts:*" allows actions that nobody listed; write each action out
endpoints.policies["sts"].statements[0].principals: are missing; say whom the statement is about`},
		"flow logs": {func(p *network.Props) {
			p.FlowLogs = network.FlowLogs{TrafficType: "SOME", Interval: 5, RetentionDays: 100, KeyARN: "alias/x", RoleARN: "x", Parquet: true}
		}, `flowLogs.trafficType: "SOME" is unknown; use ALL, ACCEPT or REJECT
flowLogs.interval: 5ns is not offered; use 1m or 10m
flowLogs.retentionDays: 100 is not offered by CloudWatch Logs; use one of 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653
flowLogs.keyARN: "alias/x" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id
flowLogs.roleARN: "x" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
flowLogs.parquet: is for files in a bucket; give bucketARN or remove it`},
		"flow logs to two places": {func(p *network.Props) {
			p.FlowLogs = network.FlowLogs{BucketARN: "flow-logs", LogGroupARN: "arn:aws:logs:us-west-2:222222222222:log-group:x", RetentionDays: 7}
		}, `flowLogs.bucketARN: "flow-logs" is no ARN of a bucket; write it like arn:aws:s3:::name
flowLogs.logGroupARN: has no meaning beside bucketARN; remove one of the two
flowLogs.retentionDays: has no meaning beside bucketARN; remove one of the two`},
		"flow logs to a group with its own settings": {func(p *network.Props) {
			p.FlowLogs = network.FlowLogs{LogGroupARN: "arn:aws:logs:us-west-2:222222222222:log-group:x", RetentionDays: 7, KeyARN: "arn:aws:kms:us-west-2:222222222222:key/1"}
		}, `flowLogs.keyARN: has no meaning beside logGroupARN, whose own key applies; remove one of the two
flowLogs.retentionDays: has no meaning beside logGroupARN, whose own retention applies; remove one of the two`},
		"clusters and boundary": {func(p *network.Props) {
			p.KubernetesClusters, p.PermissionsBoundary = []string{"-x"}, "boundary"
		}, `kubernetesClusters[0]: "-x" is no name of an EKS cluster; use 1 to 100 letters, digits, hyphens and underscores, beginning with a letter or digit
permissionsBoundary: "boundary" is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name`},
		"account": {func(p *network.Props) { p.Scope = arn.Scope{Region: "us-west-2", Account: "22"} }, `scope.account: "22" is no AWS account id; write its 12 digits as a string`},
	})
}
