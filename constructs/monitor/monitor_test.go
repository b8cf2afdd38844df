package monitor_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/monitor"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	// The registry of AWS for Model Monitor in us-west-2.
	image    = "159807026194.dkr.ecr.us-west-2.amazonaws.com/sagemaker-model-monitor-analyzer"
	keyARN   = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-4333-8444-555555555555"
	otherKey = "arn:aws:kms:us-west-2:222222222222:key/66666666-7777-4888-9999-000000000000"
	topic    = "arn:aws:sns:us-west-2:222222222222:wine-dev-alerts"
)

var (
	// Namespaces of metrics limit where a datum goes; the resource that AWS lists for the action is another thing.
	permissions = iamcheck.Check{AnyResource: []string{"cloudwatch:PutMetricData"}}
)

func plain() monitor.Props {
	return monitor.Props{
		Name: "wine-dev-quality-drift", EndpointName: "Wine-Dev-Quality", CaptureURI: "s3://wine-dev-capture/quality", Image: image,
		Baseline:  monitor.Baseline{ConstraintsURI: "s3://wine-dev-models/baseline/constraints.json", StatisticsURI: "s3://wine-dev-models/baseline/statistics.json"},
		OutputURI: "s3://wine-dev-capture/reports",
	}
}

func full() monitor.Props {
	props := plain()
	props.Tags = map[string]string{"Team": "wine"}
	props.EndpointName, props.EndpointARN, props.CaptureURI = "", "", ""
	props.Transform = &monitor.Transform{CapturedURI: "s3://wine-dev-capture/batch", Format: monitor.JSONLines}
	props.CaptureKeyARNs, props.KeyARN = []string{keyARN, otherKey}, keyARN
	props.Image = "222222222222.dkr.ecr.us-west-2.amazonaws.com/wine-dev-analyzer:2.1"
	props.PreprocessorURI, props.PostprocessorURI = "s3://wine-dev-models/monitor/before.py", "s3://wine-dev-models/monitor/after.py"
	props.Environment = map[string]string{"LOCALE": "C"}
	props.EveryHours, props.AtHour, props.MaxRuntime = 6, 3, time.Hour
	props.InstanceType, props.InstanceCount, props.VolumeGB = "ml.m5.2xlarge", 2, 100
	props.VPC = &monitor.VPC{SubnetIDs: []string{"subnet-0123456789abcdef0"}, SecurityGroupIDs: []string{"sg-0123456789abcdef0"}}
	props.AllowContainerNetwork = true
	props.RoleName, props.PermissionsBoundary = "wine-dev-monitor", "arn:aws:iam::222222222222:policy/wine-boundary"
	props.Drifts = []monitor.Drift{{Feature: "alcohol", Threshold: 0.25}, {Feature: "pH"}}
	props.TopicARNs = []string{topic}
	return props
}

func build(t *testing.T, props monitor.Props) (*monitor.Monitor, synthtest.Template) {
	t.Helper()
	return synthtest.Build(t, "drift", props, monitor.New)
}

func TestPlain(t *testing.T) {
	_, template := build(t, plain())
	require.Equal(t, []string{
		"aws_iam_role.drift_role_C63D1323", "aws_iam_role_policy.drift_role_grant-permissions_D3F1AECB",
		"aws_sagemaker_data_quality_job_definition.drift_job_A87F9350", "aws_sagemaker_monitoring_schedule.drift_schedule_710C8F87",
	}, template.Addresses())
	template.Golden("plain")
	permissions.Template(t, template.Root())
}

func TestEveryOption(t *testing.T) {
	_, template := build(t, full())
	template.Golden("full")
	permissions.Template(t, template.Root())
}

func TestExistingRole(t *testing.T) {
	props := plain()
	props.RoleARN, props.CaptureURI = "arn:aws:iam::222222222222:role/monitor", ""
	props.EndpointName = "${aws_sagemaker_endpoint.a.name}"
	made, template := build(t, props)
	require.Nil(t, made.Role())
	require.Equal(t, props.RoleARN, made.RoleARN())
	require.Empty(t, template.Resources("aws_iam_role"))
	require.Equal(t, props.RoleARN, template.One("aws_sagemaker_data_quality_job_definition")["role_arn"])
}

func TestEndpointOfTheStack(t *testing.T) {
	props := plain()
	props.EndpointName, props.EndpointARN = "${aws_sagemaker_endpoint.a.name}", "${aws_sagemaker_endpoint.a.arn}"
	props.Drifts = []monitor.Drift{{Feature: "pH"}}
	_, template := build(t, props)
	policy := template.One("aws_iam_role_policy")["policy"]
	require.Equal(t, []string{"${aws_sagemaker_endpoint.a.arn}"}, template.Allowing(policy, "sagemaker:DescribeEndpoint")[0].Resources)
	require.Equal(t, map[string]any{"Endpoint": "${aws_sagemaker_endpoint.a.name}", "MonitoringSchedule": props.Name}, template.One("aws_cloudwatch_metric_alarm")["dimensions"])
}

func TestSchedules(t *testing.T) {
	for want, set := range map[string]monitor.Props{
		"cron(0 * ? * * *)":     {EveryHours: 1, AtHour: 5},
		"cron(0 0 ? * * *)":     {},
		"cron(0 22 ? * * *)":    {EveryHours: 24, AtHour: 22},
		"cron(0 17/12 ? * * *)": {EveryHours: 12, AtHour: 17},
	} {
		props := plain()
		props.EveryHours, props.AtHour = set.EveryHours, set.AtHour
		_, template := build(t, props)
		config := template.One("aws_sagemaker_monitoring_schedule")["monitoring_schedule_config"].(map[string]any)
		require.Equal(t, map[string]any{"schedule_expression": want}, config["schedule_config"])
	}
}

func TestFormats(t *testing.T) {
	for format, want := range map[monitor.Format]string{
		monitor.CSV: `{"csv": {"header": false}}`, monitor.CSVWithHeader: `{"csv": {"header": true}}`, monitor.JSON: `{"json": {"line": false}}`, monitor.JSONLines: `{"json": {"line": true}}`,
	} {
		props := full()
		props.Transform.Format = format
		_, template := build(t, props)
		input := template.One("aws_sagemaker_data_quality_job_definition")["data_quality_job_input"].(map[string]any)["batch_transform_input"].(map[string]any)
		got, err := json.Marshal(input["dataset_format"])
		require.NoError(t, err)
		require.JSONEq(t, want, string(got))
	}
}

func TestLocalDisksTakeNoKey(t *testing.T) {
	props := plain()
	props.KeyARN, props.InstanceType = keyARN, "ml.g4dn.xlarge"
	_, template := build(t, props)
	cluster := template.One("aws_sagemaker_data_quality_job_definition")["job_resources"].(map[string]any)["cluster_config"].(map[string]any)
	require.NotContains(t, cluster, "volume_kms_key_id")
	require.Empty(t, template.Allowing(template.One("aws_iam_role_policy")["policy"], "kms:CreateGrant"))
}

func TestOutputs(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := monitor.New(stack, "drift", full())
	require.NoError(t, err)
	pattern, err := made.DriftEventPattern()
	require.NoError(t, err)
	for output, value := range map[string]string{"name": made.Name(), "arn": made.ARN(), "role": made.RoleARN(), "pattern": pattern} {
		tf.Output(stack, output, value, "Test")
	}
	tf.ListOutput(stack, "alarms", made.AlarmNames(), "Test")
	template := synthtest.Synth(t, stack)
	require.Contains(t, template.Output("name"), "${aws_sagemaker_monitoring_schedule.drift_schedule_")
	require.Contains(t, template.Output("arn"), "${aws_sagemaker_monitoring_schedule.drift_schedule_")
	require.Contains(t, template.Output("role"), "${aws_iam_role.drift_role_")
	require.Len(t, template.Output("alarms"), 2)
	var got struct {
		Source     []string
		DetailType []string `json:"detail-type"`
		Resources  []string
		Detail     map[string]map[string][]string
	}
	require.NoError(t, json.Unmarshal([]byte(template.Output("pattern").(string)), &got))
	require.Equal(t, []string{"aws.cloudwatch"}, got.Source)
	require.Equal(t, []string{"CloudWatch Alarm State Change"}, got.DetailType)
	require.Len(t, got.Resources, 2)
	require.Contains(t, got.Resources[0], "${aws_cloudwatch_metric_alarm.drift_drift-alcohol_")
	require.Equal(t, map[string]map[string][]string{"state": {"value": {"ALARM"}}}, got.Detail)
}

func TestNoDriftsNoPattern(t *testing.T) {
	made, template := build(t, plain())
	pattern, err := made.DriftEventPattern()
	require.NoError(t, err)
	require.Empty(t, pattern)
	require.Empty(t, made.AlarmARNs())
	require.Empty(t, template.Resources("aws_cloudwatch_metric_alarm"))
}

func TestErrors(t *testing.T) {
	synthtest.Refuse(t, synthtest.Stack(t), plain, monitor.New, map[string]synthtest.Refusal[monitor.Props]{
		"nothing": {func(p *monitor.Props) { *p = monitor.Props{RoleName: "r", Scope: arn.Scope{Account: "2"}} }, `name: "" is no SageMaker name; use 1 to 63 letters, digits and single or repeated hyphens between them
scope.account: "2" is no AWS account id; write its 12 digits as a string
endpointName: and transform are both given or both missing; give one of them
image: is missing; name the analyzer of AWS for the region
baseline.constraintsURI: "" is no S3 URI; write it like s3://bucket/folder/
baseline.statisticsURI: "" is no S3 URI; write it like s3://bucket/folder/
outputURI: "" is no S3 URI; write it like s3://bucket/folder/`},
		"both inputs": {func(p *monitor.Props) { p.Transform = &monitor.Transform{} }, `endpointName: and transform are both given or both missing; give one of them`},
		"endpoint": {func(p *monitor.Props) { p.EndpointName, p.EndpointARN, p.CaptureURI = "my_endpoint", "my", "" }, `endpointName: "my_endpoint" is no SageMaker name; use 1 to 63 letters, digits and single or repeated hyphens between them
endpointARN: "my" is no ARN of an endpoint; write it like arn:aws:sagemaker:us-west-2:123456789012:endpoint/name
captureURI: is missing, and the role could not read the captured data; name the S3 folder, or give a roleARN`},
		"unknown endpoint": {func(p *monitor.Props) { p.EndpointName = "${local.name}" }, `endpointARN: is missing, and the name "${local.name}" is known to Terraform only; give the ARN too, or a roleARN`},
		"transform": {func(p *monitor.Props) {
			p.EndpointName, p.Transform = "", &monitor.Transform{CapturedURI: "batch", Format: "parquet"}
		}, `transform.capturedURI: "batch/" is no S3 URI; write it like s3://bucket/folder/
transform.format: "parquet" is unknown; use csv, csv-with-header, json or json-lines
transform: goes with neither captureURI nor endpointARN, which are for endpoints; remove them`},
		"own image": {func(p *monitor.Props) { p.Image = "222222222222.dkr.ecr.us-west-2.amazonaws.com/analyzer:latest" },
			`image: "222222222222.dkr.ecr.us-west-2.amazonaws.com/analyzer:latest" has the tag latest, which changes unseen; use a digest or another tag`},
		"image of another region": {func(p *monitor.Props) {
			p.Image = "159807026194.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-model-monitor-analyzer:2.0"
		},
			`image: "159807026194.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-model-monitor-analyzer:2.0" is in eu-west-1, and SageMaker pulls from its own region; use a copy in us-west-2`},
		"unknown image": {func(p *monitor.Props) { p.Image = "${local.image}" }, `image: "${local.image}" is known to Terraform only, and the role must pull it; write it out, or give a roleARN`},
		"files": {func(p *monitor.Props) {
			p.PreprocessorURI, p.PostprocessorURI, p.KeyARN, p.CaptureKeyARNs = "before.py", "after.py", "key", []string{""}
		}, `preprocessorURI: "before.py" is no S3 URI; write it like s3://bucket/folder/
postprocessorURI: "after.py" is no S3 URI; write it like s3://bucket/folder/
keyARN: "key" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
captureKeyARNs[0]: is empty; give the ARN of a KMS key`},
		"environment": {func(p *monitor.Props) { p.Environment = map[string]string{"publish_cloudwatch_metrics": "Disabled"} },
			`environment: has publish_cloudwatch_metrics, which is always Enabled here; remove it`},
		"limits": {func(p *monitor.Props) {
			p.InstanceType, p.Environment = "ml.c7g.large", map[string]string{"A": strings.Repeat("x", 257), "B-C": "1"}
			for i := range 50 {
				p.Environment[fmt.Sprintf("V%d", i)] = ""
			}
		}, `environment: has 52 elements, 50 are allowed; remove some
environment["A"]: has 257 characters, 256 are allowed; shorten it
environment["B-C"]: "B-C" is not allowed; use letters, digits and underscores, no digit first
instanceType: "ml.c7g.large" processes nothing; use another, such as ml.m5.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`},
		"job": {func(p *monitor.Props) {
			p.EveryHours, p.AtHour, p.MaxRuntime, p.InstanceType, p.InstanceCount, p.VolumeGB = 48, 24, 2*time.Hour, "m5.large", 101, 513
			p.VPC = &monitor.VPC{}
		}, `everyHours: 48 is out of range; use 1 to 24
atHour: 24 is out of range; use 0 to 23
maxRuntime: 2h0m0s is out of range; use 1m to 1h in whole seconds
instanceType: "m5.large" is no SageMaker instance type; write it as SageMaker does: ml.m5.large
instanceCount: 101 is out of range; use 1 to 100
volumeGB: 513 is out of range; use 1 to 512
vpc.subnetIDs: has 0 subnets, 1 to 16 are allowed; give at least one
vpc.securityGroupIDs: has 0 security groups, 1 to 5 are allowed; give at least one`},
		"role": {func(p *monitor.Props) { p.RoleName, p.PermissionsBoundary = "my role", "b" }, `roleName: "my role" is no role name; use 1 to 64 letters, digits and +=,.@_-
permissionsBoundary: "b" is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name`},
		"two roles": {func(p *monitor.Props) { p.RoleARN, p.RoleName, p.PermissionsBoundary = "r", "r", "b" }, `roleARN: "r" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
roleName: "r" names a role to make, but roleARN gives an existing one; keep one of them
permissionsBoundary: limits a role to make, but roleARN gives an existing one; keep one of them`},
		"drifts": {func(p *monitor.Props) {
			p.Drifts, p.TopicARNs = []monitor.Drift{{Feature: "fixed acidity"}, {Feature: "pH", Threshold: 1}, {Feature: "pH", Threshold: -1}}, []string{"alerts"}
		}, `drifts[0].feature: "fixed acidity" cannot stand in names of metrics and alarms; use 1 to 180 letters, digits, dots, hyphens and underscores
drifts[1].threshold: 1 is out of range; use more than 0 and less than 1
drifts[2].feature: "pH" is given twice; remove one
drifts[2].threshold: -1 is out of range; use more than 0 and less than 1
topicARNs[0]: "alerts" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name`},
		"topics alone": {func(p *monitor.Props) { p.TopicARNs = []string{topic} }, `topicARNs: have no effect without drifts; name the features to raise an alarm for`},
	})
}
