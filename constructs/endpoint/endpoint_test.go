package endpoint_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/endpoint"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	name     = "wine-dev-quality"
	image    = "222222222222.dkr.ecr.us-west-2.amazonaws.com/wine-dev-serving:1.4"
	data     = "s3://wine-dev-models/quality/model.tar.gz"
	keyARN   = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-4333-8444-555555555555"
	modelKey = "arn:aws:kms:us-west-2:222222222222:key/66666666-7777-4888-9999-000000000000"
	roleARN  = "arn:aws:iam::222222222222:role/serving"
	topic    = "arn:aws:sns:us-west-2:222222222222:wine-dev-alerts"
)

// Namespaces of metrics limit where a datum goes; the resource that AWS lists for the action is another thing.
var permissions = iamcheck.Check{AnyResource: []string{"cloudwatch:PutMetricData"}}

func integer(n int) *int { return &n }

// plain is the smallest endpoint, answering is one variant.
func plain() endpoint.Props {
	return endpoint.Props{Name: name, Variants: []endpoint.Variant{answering()}}
}

func answering() endpoint.Variant {
	return endpoint.Variant{Model: endpoint.Model{Image: image, DataURI: data}, InstanceType: "ml.m5.large"}
}

func asynchronous() endpoint.Props {
	props := plain()
	props.Async = &endpoint.Async{OutputURI: "s3://wine-dev-async/answers/", InputURIs: []string{"s3://wine-dev-async/requests/"}}
	return props
}

func serverless() endpoint.Props {
	props := plain()
	props.Variants = []endpoint.Variant{{Model: endpoint.Model{Image: image, DataURI: data}, Serverless: &endpoint.Serverless{}}}
	return props
}

// full has every option that goes with instances that answer at once.
func full() endpoint.Props {
	candidate := endpoint.Variant{
		Name: "candidate", Weight: integer(1), InstanceType: "ml.c5.xlarge", InstanceCount: 10, VolumeGB: 30, StartupTimeout: 5 * time.Minute, DownloadTimeout: 10 * time.Minute,
		Model: endpoint.Model{PackageARN: "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev-quality/7", Environment: map[string]string{"SAGEMAKER_PROGRAM": "inference.py"}},
	}
	champion := endpoint.Variant{
		Name: "champion", Weight: integer(9), InstanceType: "ml.m5.large", Routing: endpoint.LeastOutstandingRequests, InferenceAMI: "al2-ami-sagemaker-inference-gpu-2",
		Model: endpoint.Model{Image: image, DataURI: "s3://wine-dev-models/quality/7/"},
		Autoscaling: &endpoint.Autoscaling{
			Min: 2, Max: 8, InvocationsPerInstance: 600, ScaleOutCooldown: 30 * time.Second, ScaleInCooldown: 10 * time.Minute, NoScaleIn: true,
			Schedules: []endpoint.ScheduledScaling{
				{Name: "morning", Expression: "cron(0 7 ? * MON-FRI *)", TimeZone: "Europe/Berlin", Min: integer(4)},
				{Name: "night", Expression: "cron(0 22 * * ? *)", TimeZone: "Europe/Berlin", Min: integer(2), Max: integer(3)},
			},
		},
	}
	return endpoint.Props{
		Name: name, Tags: map[string]string{"Team": "wine"}, Variants: []endpoint.Variant{champion, candidate}, KeyARN: keyARN,
		DataCapture: &endpoint.DataCapture{
			DestinationURI: "s3://wine-dev-capture/quality", Percent: 25, Modes: []endpoint.CaptureMode{endpoint.Input}, CSVContentTypes: []string{"text/csv", "text/plain"},
			JSONContentTypes: []string{"application/json", "application/jsonlines"}, KeyARN: modelKey,
		},
		VPC:                   &endpoint.VPC{SubnetIDs: []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}, SecurityGroupIDs: []string{"sg-0123456789abcdef0"}},
		AllowContainerNetwork: true, RoleName: "wine-dev-serving", PermissionsBoundary: "arn:aws:iam::222222222222:policy/wine-boundary",
		Access: endpoint.Access{
			ModelDataURIs: []string{"s3://wine-operations-artifacts/quality/"}, RepositoryARNs: []string{"arn:aws:ecr:us-west-2:111111111111:repository/wine-serving"}, KeyARNs: []string{modelKey, keyARN},
		},
		Deployment: endpoint.Deployment{
			Strategy: endpoint.Linear, StepPercent: 25, Wait: 4 * time.Minute, KeepOld: 10 * time.Minute, Timeout: time.Hour, RollbackAlarms: []string{"wine-dev-business"},
		},
		Alarms:    endpoint.Alarms{ErrorPercent: 2, LatencyP99: 800 * time.Millisecond, TopicARNs: []string{topic}},
		Dashboard: true, LogRetentionDays: 365, LogKeyARN: keyARN, AllowDestroy: true,
	}
}

func build(t *testing.T, props endpoint.Props) (*endpoint.Endpoint, synthtest.Template) {
	t.Helper()
	return synthtest.Build(t, "quality", props, endpoint.New)
}

func TestPlain(t *testing.T) {
	_, template := build(t, plain())
	require.Equal(t, []string{
		"aws_cloudwatch_log_group.quality_logs_FFFF2956", "aws_cloudwatch_metric_alarm.quality_alarm-AllTraffic-errors_C673BAAD",
		"aws_cloudwatch_metric_alarm.quality_alarm-AllTraffic-latency_BCA06FB5", "aws_iam_role.quality_role_0F4E86E7",
		"aws_iam_role_policy.quality_role_grant-permissions_8EC4A350", "aws_sagemaker_endpoint.quality_endpoint_52957183",
		"aws_sagemaker_endpoint_configuration.quality_configuration_FFFC796F", "aws_sagemaker_model.quality_model-AllTraffic_176B75F7",
	}, template.Addresses())
	template.Golden("plain")
	permissions.Template(t, template.Root())
}

func TestEveryOption(t *testing.T) {
	_, template := build(t, full())
	template.Golden("full")
	permissions.Template(t, template.Root())
}

func TestAsync(t *testing.T) {
	props := asynchronous()
	props.KeyARN = keyARN
	props.Async.FailureURI = "s3://wine-dev-async/failures/"
	props.Async.SuccessTopicARN, props.Async.ErrorTopicARN, props.Async.AnswerInTopics = topic, topic, true
	props.Async.MaxConcurrentPerInstance = 4
	props.Variants[0].Autoscaling = &endpoint.Autoscaling{ToZero: true, Max: 3}
	props.Deployment = endpoint.Deployment{Strategy: endpoint.Rolling, StepPercent: 50}
	props.Dashboard = true
	_, template := build(t, props)
	template.Golden("async")
	permissions.Template(t, template.Root())
}

func TestServerless(t *testing.T) {
	props := serverless()
	props.Variants[0].Serverless = &endpoint.Serverless{MemoryMB: 4096, MaxConcurrency: 50, ProvisionedConcurrency: 5}
	props.Variants[0].Autoscaling = &endpoint.Autoscaling{Min: 2, Max: 20}
	props.Alarms.NoLatency = true
	props.Dashboard = true
	_, template := build(t, props)
	template.Golden("serverless")
	require.Equal(t, false, template.One("aws_sagemaker_model")["enable_network_isolation"])
	require.Nil(t, template.One("aws_appautoscaling_target")["lifecycle"], "a serverless variant has no instance type")
}

func TestShadow(t *testing.T) {
	props := plain()
	props.Shadow = &endpoint.Variant{
		Model: endpoint.Model{Image: strings.Replace(image, "1.4", "2.0", 1), DataURI: "s3://wine-dev-models/candidate/model.tar.gz"}, InstanceType: "ml.m5.large",
		Routing: endpoint.RandomInstance,
	}
	_, template := build(t, props)
	template.Golden("shadow")
}

func TestExistingRole(t *testing.T) {
	props := plain()
	props.RoleARN = roleARN
	props.Variants[0].Model.Image = "${aws_ecr_repository.a.repository_url}:1.4"
	props.Variants[0].Model.DataURI = "${aws_ssm_parameter.a.value}"
	made, template := build(t, props)
	require.Nil(t, made.Role())
	require.Equal(t, roleARN, made.RoleARN())
	require.Empty(t, template.Resources("aws_iam_role"))
	require.Equal(t, roleARN, template.One("aws_sagemaker_model")["execution_role_arn"])
}

func TestRoleNameFits(t *testing.T) {
	long := strings.Repeat("a", 63)
	props := plain()
	props.Name = long
	_, template := build(t, props)
	role := template.One("aws_iam_role")["name"].(string)
	require.Len(t, role, 64)
	require.Equal(t, long[:46]+"-7d3e74a05d"[:9]+"-endpoint", role)
	require.Equal(t, long[:36]+"-", template.One("aws_sagemaker_endpoint_configuration")["name_prefix"])
}

func TestLocalDisksTakeNoKey(t *testing.T) {
	for instance, want := range map[string]any{"ml.m5.large": keyARN, "ml.g5.xlarge": nil, "ml.g4dn.xlarge": nil, "ml.m6gd.large": nil, "ml.inf2.xlarge": keyARN} {
		props := plain()
		props.KeyARN = keyARN
		props.DataCapture = &endpoint.DataCapture{DestinationURI: "s3://wine-dev-capture/quality/"}
		props.Variants[0].InstanceType = instance
		_, template := build(t, props)
		configuration := template.One("aws_sagemaker_endpoint_configuration")
		require.Equal(t, want, configuration["kms_key_arn"], instance)
		require.Equal(t, keyARN, configuration["data_capture_config"].(map[string]any)["kms_key_id"])
		grants := template.Allowing(template.One("aws_iam_role_policy")["policy"], "kms:CreateGrant")
		require.Equal(t, want != nil, len(grants) == 1, instance)
	}
}

func TestInf1IsUnguarded(t *testing.T) {
	props := plain()
	props.Variants[0].InstanceType = "ml.inf1.xlarge"
	_, template := build(t, props)
	require.Nil(t, template.One("aws_sagemaker_endpoint")["deployment_config"])
	require.Len(t, template.Resources("aws_cloudwatch_metric_alarm"), 2)
}

func TestDeployedElsewhere(t *testing.T) {
	props := plain()
	props.DeployedElsewhere = true
	_, template := build(t, props)
	require.Equal(t, map[string]any{"ignore_changes": []any{"endpoint_config_name", "deployment_config"}, "prevent_destroy": true}, template.One("aws_sagemaker_endpoint")["lifecycle"])
	for _, each := range []string{"aws_sagemaker_endpoint_configuration", "aws_sagemaker_model"} {
		require.Equal(t, map[string]any{"create_before_destroy": true, "ignore_changes": "all"}, template.One(each)["lifecycle"])
	}
}

func TestDeployments(t *testing.T) {
	tests := map[string]struct {
		deployment endpoint.Deployment
		want       string
	}{
		"default":   {endpoint.Deployment{}, `{"blue_green_update_policy": {"traffic_routing_configuration": {"type": "ALL_AT_ONCE", "wait_interval_in_seconds": 300}}}`},
		"canary":    {endpoint.Deployment{Strategy: endpoint.Canary}, `{"blue_green_update_policy": {"traffic_routing_configuration": {"type": "CANARY", "wait_interval_in_seconds": 300, "canary_size": {"type": "CAPACITY_PERCENT", "value": 10}}}}`},
		"instances": {endpoint.Deployment{Strategy: endpoint.Canary, StepInstances: 2}, `{"blue_green_update_policy": {"traffic_routing_configuration": {"type": "CANARY", "wait_interval_in_seconds": 300, "canary_size": {"type": "INSTANCE_COUNT", "value": 2}}}}`},
		"linear":    {endpoint.Deployment{Strategy: endpoint.Linear, Wait: time.Minute}, `{"blue_green_update_policy": {"traffic_routing_configuration": {"type": "LINEAR", "wait_interval_in_seconds": 60, "linear_step_size": {"type": "CAPACITY_PERCENT", "value": 20}}}}`},
		"rolling":   {endpoint.Deployment{Strategy: endpoint.Rolling, StepInstances: 1, Timeout: 2 * time.Hour}, `{"rolling_update_policy": {"maximum_batch_size": {"type": "INSTANCE_COUNT", "value": 1}, "rollback_maximum_batch_size": {"type": "CAPACITY_PERCENT", "value": 100}, "wait_interval_in_seconds": 300, "maximum_execution_timeout_in_seconds": 7200}}`},
		"unguarded": {endpoint.Deployment{Strategy: endpoint.Unguarded}, `null`},
		"alarms":    {endpoint.Deployment{RollbackAlarms: []string{"a"}}, `{"auto_rollback_configuration": {"alarms": [{"alarm_name": "a"}]}, "blue_green_update_policy": {"traffic_routing_configuration": {"type": "ALL_AT_ONCE", "wait_interval_in_seconds": 300}}}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			props := plain()
			props.Variants[0].InstanceCount = 4
			props.Alarms.Disabled = true
			props.Deployment = test.deployment
			_, template := build(t, props)
			got, err := json.Marshal(template.One("aws_sagemaker_endpoint")["deployment_config"])
			require.NoError(t, err)
			require.JSONEq(t, test.want, string(got))
		})
	}
}

func TestOutputsAndGrants(t *testing.T) {
	for name, test := range map[string]struct {
		props   endpoint.Props
		path    string
		actions []string
	}{
		"at once": {plain(), "invocations", []string{"sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"}},
		"async":   {asynchronous(), "async-invocations", []string{"sagemaker:InvokeEndpointAsync"}},
	} {
		t.Run(name, func(t *testing.T) {
			stack := synthtest.Stack(t)
			test.props.Name = "Wine-Dev-Quality"
			made, err := endpoint.New(stack, "quality", test.props)
			require.NoError(t, err)
			caller, err := iam.FromARN(stack, "caller", "arn:aws:iam::222222222222:role/api")
			require.NoError(t, err)
			require.NoError(t, made.GrantInvoke(caller))
			require.EqualError(t, made.GrantInvoke(nil), "endpoint quality: grant invoke: the grantee is missing; pass a role")
			for output, value := range map[string]string{
				"name": made.Name(), "arn": made.ARN(), "url": made.URL(), "configuration": made.ConfigurationName(), "role": made.RoleARN(), "logs": made.LogGroupName(),
			} {
				tf.Output(stack, output, value, "Test")
			}
			tf.ListOutput(stack, "alarms", made.AlarmNames(), "Test")
			tf.ListOutput(stack, "alarmARNs", made.AlarmARNs(), "Test")
			template := synthtest.Synth(t, stack)
			const resource = "${aws_sagemaker_endpoint.quality_endpoint_52957183"
			require.Equal(t, resource+".name}", template.Output("name"))
			require.Equal(t, resource+".arn}", template.Output("arn"))
			require.Equal(t, "https://runtime.sagemaker.us-west-2.amazonaws.com/endpoints/"+resource+".name}/"+test.path, template.Output("url"))
			require.Contains(t, template.Output("configuration"), "${aws_sagemaker_endpoint_configuration.quality_configuration_")
			require.Contains(t, template.Output("role"), "${aws_iam_role.quality_role_")
			require.Equal(t, "/aws/sagemaker/Endpoints/Wine-Dev-Quality", template.Output("logs"))
			require.Len(t, template.Output("alarms"), len(template.Resources("aws_cloudwatch_metric_alarm")))
			require.Len(t, template.Output("alarmARNs"), len(template.Resources("aws_cloudwatch_metric_alarm")))
			granted := template.Statements(template.Where("aws_iam_role_policy", "role", "api")["policy"])
			require.Len(t, granted, 1)
			require.Equal(t, test.actions, granted[0].Actions)
			require.Equal(t, []string{"arn:aws:sagemaker:us-west-2:222222222222:endpoint/wine-dev-quality"}, granted[0].Resources)
		})
	}
}
