package endpoint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/endpoint"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestWatch(t *testing.T) {
	stack := synthtest.Stack(t)
	watched, err := endpoint.Watch(stack, "quality", endpoint.WatchProps{
		Name: name, Variant: "Main", Dashboard: true, LogRetentionDays: 30, LogKeyARN: keyARN, Tags: map[string]string{"team": "wine"},
		Alarms: endpoint.Alarms{ErrorPercent: 2, LatencyP99: time.Second, TopicARNs: []string{topic}},
	})
	require.NoError(t, err)
	require.Equal(t, "/aws/sagemaker/Endpoints/"+name, watched.LogGroupName())
	require.Len(t, watched.AlarmNames(), 2)
	require.Len(t, watched.AlarmARNs(), 2)
	require.NotNil(t, watched.Construct())
	template := synthtest.Synth(t, stack)
	require.Equal(t, map[string]int{"aws_cloudwatch_log_group": 1, "aws_cloudwatch_metric_alarm": 2, "aws_cloudwatch_dashboard": 1}, template.Counts(), "nothing of the endpoint itself")
	require.EqualValues(t, 30, template.One("aws_cloudwatch_log_group")["retention_in_days"])
	for _, kind := range []string{"errors", "latency"} {
		alarm := template.Where("aws_cloudwatch_metric_alarm", "alarm_name", name+"-Main-"+kind)
		require.Equal(t, []any{topic}, alarm["alarm_actions"])
	}
	require.Contains(t, template.One("aws_cloudwatch_dashboard")["dashboard_body"], `"VariantName","Main"`)
	require.Contains(t, template.One("aws_cloudwatch_dashboard")["dashboard_body"], "CPUUtilization")
}

func TestWatchServerless(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := endpoint.Watch(stack, "quality", endpoint.WatchProps{Name: name, Serverless: true, Dashboard: true})
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	require.Contains(t, template.One("aws_cloudwatch_dashboard")["dashboard_body"], "ModelSetupTime")
	template.Where("aws_cloudwatch_metric_alarm", "alarm_name", name+"-AllTraffic-errors")
}

func TestWatchProblems(t *testing.T) {
	_, err := endpoint.Watch(synthtest.Stack(t), "quality", endpoint.WatchProps{
		Name: "wine_dev", Variant: "-", LogRetentionDays: 8, LogKeyARN: "alias/a", Alarms: endpoint.Alarms{ErrorPercent: 100},
	})
	require.EqualError(t, err, `name: "wine_dev" is no SageMaker name; use 1 to 63 letters, digits and single or repeated hyphens between them
variant: "-" is no SageMaker name; use 1 to 63 letters, digits and single or repeated hyphens between them
alarms.errorPercent: 100 is out of range; use 1 to 99
logRetentionDays: 8 is not offered by CloudWatch Logs; use one of 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653
logKeyARN: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`)
}
