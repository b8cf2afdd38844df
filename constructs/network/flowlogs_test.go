package network_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/network"
	"github.com/mlplatform/mlplatform/documents/policy"
)

func TestFlowLogRoleWritesIntoItsLogGroupOnly(t *testing.T) {
	_, template := build(t, typical())
	document := template.One("aws_iam_role_policy")["policy"]
	write := template.Allowing(document, "logs:PutLogEvents")
	require.Len(t, write, 1)
	for _, resource := range write[0].Resources {
		require.Contains(t, resource, "${aws_cloudwatch_log_group.network_flow-log-group_")
	}
	require.Empty(t, template.Allowing(document, "logs:CreateLogGroup"))
	trust := template.Statements(template.One("aws_iam_role")["assume_role_policy"])
	require.Equal(t, map[string]map[string]any{
		"StringEquals": {"aws:SourceAccount": "222222222222"},
		"ArnLike":      {"aws:SourceArn": "arn:aws:ec2:us-west-2:222222222222:vpc-flow-log/*"},
	}, trust[0].Condition)
}

func TestFlowLogsToABucket(t *testing.T) {
	props := typical()
	props.FlowLogs = network.FlowLogs{BucketARN: "arn:aws:s3:::flow-logs/wine-dev/", Parquet: true}
	made, template := build(t, props)
	flow := template.One("aws_flow_log")
	require.Equal(t, "s3", flow["log_destination_type"])
	require.Equal(t, "arn:aws:s3:::flow-logs/wine-dev/", flow["log_destination"])
	require.Equal(t, map[string]any{"file_format": "parquet"}, flow["destination_options"])
	require.NotContains(t, flow, "iam_role_arn")
	require.Empty(t, template.Resources("aws_iam_role"))
	require.Empty(t, template.Resources("aws_cloudwatch_log_group"))
	require.Empty(t, made.FlowLogGroupName())
}

func TestFlowLogsToAnExistingLogGroup(t *testing.T) {
	props := typical()
	props.FlowLogs = network.FlowLogs{LogGroupARN: "arn:aws:logs:us-west-2:222222222222:log-group:central:*"}
	_, template := build(t, props)
	require.Equal(t, "arn:aws:logs:us-west-2:222222222222:log-group:central", template.One("aws_flow_log")["log_destination"])
	require.Empty(t, template.Resources("aws_cloudwatch_log_group"))
	require.Equal(t, []string{"arn:aws:logs:us-west-2:222222222222:log-group:central", "arn:aws:logs:us-west-2:222222222222:log-group:central:*"},
		template.Allowing(template.One("aws_iam_role_policy")["policy"], "logs:PutLogEvents")[0].Resources)
}

func TestFlowLogsWithAnExistingRole(t *testing.T) {
	props := typical()
	props.FlowLogs = network.FlowLogs{RoleARN: "arn:aws:iam::222222222222:role/flow-logs"}
	_, template := build(t, props)
	require.Equal(t, "arn:aws:iam::222222222222:role/flow-logs", template.One("aws_flow_log")["iam_role_arn"])
	require.Empty(t, template.Resources("aws_iam_role"))
}

func TestFlowLogsDisabled(t *testing.T) {
	props := typical()
	props.FlowLogs.Disabled = true
	_, template := build(t, props)
	for _, resourceType := range []string{"aws_flow_log", "aws_iam_role", "aws_cloudwatch_log_group"} {
		require.Empty(t, template.Resources(resourceType))
	}
}

func TestFlowLogDelivery(t *testing.T) {
	text, err := policy.New(network.FlowLogDelivery(scope, "arn:aws:s3:::flow-logs/wine-dev/")...).JSON(policy.Resource)
	require.NoError(t, err)
	require.JSONEq(t, `{"Version": "2012-10-17", "Statement": [
		{"Sid": "FlowLogDeliveryWrite", "Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"},
		 "Action": "s3:PutObject", "Resource": "arn:aws:s3:::flow-logs/wine-dev/AWSLogs/*", "Condition": {
			"StringEquals": {"aws:SourceAccount": "222222222222", "s3:x-amz-acl": "bucket-owner-full-control"},
			"ArnLike": {"aws:SourceArn": "arn:aws:logs:us-west-2:222222222222:*"}}},
		{"Sid": "FlowLogDeliveryCheck", "Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"},
		 "Action": ["s3:GetBucketAcl", "s3:ListBucket"], "Resource": "arn:aws:s3:::flow-logs", "Condition": {
			"StringEquals": {"aws:SourceAccount": "222222222222"},
			"ArnLike": {"aws:SourceArn": "arn:aws:logs:us-west-2:222222222222:*"}}}
	]}`, text)
}
