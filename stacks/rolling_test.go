package stacks_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// update is the request of a machine that updates its endpoint.
func update(t *testing.T, template synthtest.Template, name string) string {
	t.Helper()
	_, states := machine(t, template, name)
	text, err := json.Marshal(states["Update endpoint"]["Arguments"])
	require.NoError(t, err)
	return string(text)
}

// TestRollingEndpoint: batches, watched by the endpoint's own alarms.
func TestRollingEndpoint(t *testing.T) {
	files := changed(t, "prod", "{ traffic: canary, bakingMinutes: 10, keepOldMinutes: 10 }", "{ traffic: rolling, bakingMinutes: 10 }")
	template := synthtest.Parse(t, string(builtOne(t, configurations[0], files, "prod")))
	iamcheck.Check{AnyResource: []string{"cloudwatch:PutMetricData"}}.Template(t, template.Root())
	request := update(t, template, "wine-prod-approval")
	require.Contains(t, request, `"RollingUpdatePolicy":{"MaximumBatchSize":{"Type":"CAPACITY_PERCENT","Value":50},"WaitIntervalInSeconds":600}`)
	require.Equal(t, 2, strings.Count(request, `{"AlarmName":"${aws_cloudwatch_metric_alarm.endpoint_watch_alarm-AllTraffic-`))
	require.NotContains(t, request, "BlueGreen")
}

// TestScalingThatWasRemoved: the machine takes back what it registered, and may, within the boundary; the number of instances is
// then that of the configuration.
func TestScalingThatWasRemoved(t *testing.T) {
	files := changed(t, "prod", "  autoscaling: { min: 2, max: 6, invocationsPerInstance: 600 }\n", "  instanceCount: 3\n")
	for name, scaled := range map[string]bool{"with": true, "without": false} {
		template := withRoles(t, example(t), "prod")
		if !scaled {
			template = builtWithRoles(t, configurations[0], files, "prod")
		}
		_, states := machine(t, template, "wine-prod-approval")
		require.Equal(t, scaled, states["Register scaling"] != nil, name)
		require.Equal(t, !scaled, states["Remove scaling"] != nil, name)
		require.Equal(t, scaled, strings.Contains(update(t, template, "wine-prod-approval"), "RetainAllVariantProperties"), name)

		role := roleStatements(t, template, "endpoint_machine_role_", "prod")
		asks := func(action, service string) bool {
			request := iamcheck.Request{
				Action: "application-autoscaling:" + action, Resource: "arn:aws:application-autoscaling:us-west-2:444444444444:scalable-target/1",
				Keys: map[string]string{
					"application-autoscaling:service-namespace": service, "application-autoscaling:scalable-dimension": "sagemaker:variant:DesiredInstanceCount",
					"aws:RequestedRegion": "us-west-2",
				},
			}
			return iamcheck.Allows(role, request) && iamcheck.Allows(boundaryStatements(t, template), request)
		}
		require.True(t, asks("DeregisterScalableTarget", "sagemaker"), name)
		require.False(t, asks("DeregisterScalableTarget", "dynamodb"), name)
		require.Equal(t, scaled, asks("RegisterScalableTarget", "sagemaker"), name)
		require.Equal(t, !scaled, asks("DescribeScalingPolicies", "sagemaker"), name)
	}
}
