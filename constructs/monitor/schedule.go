package monitor

import (
	"fmt"
	"maps"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakerdataqualityjobdefinition"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakermonitoringschedule"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// publish is the variable with which the analyzer publishes metrics.
const publish = "publish_cloudwatch_metrics"

// addDefinition makes the job. Nothing of a definition can be changed, so that each change makes a new one, under a name
// of the provider's, before the old one goes.
// https://registry.terraform.io/providers/hashicorp/aws/5.99.1/docs/resources/sagemaker_data_quality_job_definition
func (m *Monitor) addDefinition(permissions []tf.Dependable) string {
	p := m.props
	environment := map[string]string{publish: "Enabled"}
	maps.Copy(environment, p.Environment)
	tags := map[string]string{"Name": p.Name}
	maps.Copy(tags, p.Tags)
	network := &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionNetworkConfig{
		EnableNetworkIsolation: tf.Bool(!p.AllowContainerNetwork), EnableInterContainerTrafficEncryption: tf.Bool(true),
	}
	if p.VPC != nil {
		network.VpcConfig = &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionNetworkConfigVpcConfig{
			Subnets: tf.Strs(p.VPC.SubnetIDs), SecurityGroupIds: tf.Strs(p.VPC.SecurityGroupIDs),
		}
	}
	definition := sagemakerdataqualityjobdefinition.NewSagemakerDataQualityJobDefinition(m.construct, tf.Str("job"), &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionConfig{
		RoleArn: tf.Str(m.roleARN), Tags: tf.StrMap(tags), Lifecycle: tf.CreateFirst(), DependsOn: tf.After(permissions...), NetworkConfig: network,
		DataQualityAppSpecification: &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityAppSpecification{
			ImageUri: tf.Str(p.Image), Environment: tf.StrMap(environment),
			RecordPreprocessorSourceUri: tf.OptStr(p.PreprocessorURI), PostAnalyticsProcessorSourceUri: tf.OptStr(p.PostprocessorURI),
		},
		DataQualityBaselineConfig: &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityBaselineConfig{
			ConstraintsResource: &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityBaselineConfigConstraintsResource{S3Uri: tf.Str(p.Baseline.ConstraintsURI)},
			StatisticsResource:  &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityBaselineConfigStatisticsResource{S3Uri: tf.Str(p.Baseline.StatisticsURI)},
		},
		DataQualityJobInput: p.input(),
		DataQualityJobOutputConfig: &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityJobOutputConfig{
			KmsKeyId: tf.OptStr(p.KeyARN),
			MonitoringOutputs: &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityJobOutputConfigMonitoringOutputs{
				S3Output: &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityJobOutputConfigMonitoringOutputsS3Output{S3Uri: tf.Str(p.OutputURI)},
			},
		},
		JobResources: &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionJobResources{
			ClusterConfig: &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionJobResourcesClusterConfig{
				InstanceType: tf.Str(p.InstanceType), InstanceCount: tf.Num(p.InstanceCount), VolumeSizeInGb: tf.Num(p.VolumeGB), VolumeKmsKeyId: tf.OptStr(p.volumeKey()),
			},
		},
		StoppingCondition: &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionStoppingCondition{MaxRuntimeInSeconds: tf.Num(int(p.MaxRuntime.Seconds()))},
	})
	return tf.Attr(definition, "name")
}

func (p Props) input() *sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityJobInput {
	if p.Transform == nil {
		return &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityJobInput{
			EndpointInput: &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityJobInputEndpointInput{EndpointName: tf.Str(p.EndpointName)},
		}
	}
	format := &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityJobInputBatchTransformInputDatasetFormat{}
	switch p.Transform.Format {
	case CSV, CSVWithHeader:
		format.Csv = &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityJobInputBatchTransformInputDatasetFormatCsv{Header: tf.Bool(p.Transform.Format == CSVWithHeader)}
	default:
		format.Json = &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityJobInputBatchTransformInputDatasetFormatJson{Line: tf.Bool(p.Transform.Format == JSONLines)}
	}
	return &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityJobInput{
		BatchTransformInput: &sagemakerdataqualityjobdefinition.SagemakerDataQualityJobDefinitionDataQualityJobInputBatchTransformInput{
			DataCapturedDestinationS3Uri: tf.Str(p.Transform.CapturedURI), DatasetFormat: format,
		},
	}
}

func (m *Monitor) addSchedule(definition string) {
	schedule := sagemakermonitoringschedule.NewSagemakerMonitoringSchedule(m.construct, tf.Str("schedule"), &sagemakermonitoringschedule.SagemakerMonitoringScheduleConfig{
		Name: tf.Str(m.props.Name), Tags: tf.StrMap(m.props.Tags),
		MonitoringScheduleConfig: &sagemakermonitoringschedule.SagemakerMonitoringScheduleMonitoringScheduleConfig{
			MonitoringJobDefinitionName: tf.Str(definition), MonitoringType: tf.Str("DataQuality"),
			ScheduleConfig: &sagemakermonitoringschedule.SagemakerMonitoringScheduleMonitoringScheduleConfigScheduleConfig{ScheduleExpression: tf.Str(m.props.expression())},
		},
	})
	m.name, m.arn = tf.Attr(schedule, "name"), tf.Attr(schedule, "arn")
}

// expression is the schedule in the few forms that Model Monitor takes.
func (p Props) expression() string {
	switch p.EveryHours {
	case 1:
		return "cron(0 * ? * * *)"
	case 24:
		return fmt.Sprintf("cron(0 %d ? * * *)", p.AtHour)
	}
	return fmt.Sprintf("cron(0 %d/%d ? * * *)", p.AtHour, p.EveryHours)
}

// addAlarms watches the metrics that the analyzer publishes once for each job.
// https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-cloudwatch.html
func (m *Monitor) addAlarms() {
	p := m.props
	namespace, dimensions := "aws/sagemaker/Endpoints/data-metrics", map[string]string{"Endpoint": p.EndpointName, "MonitoringSchedule": p.Name}
	if p.Transform != nil {
		namespace, dimensions = "aws/sagemaker/ModelMonitoring/data-metrics", map[string]string{"MonitoringSchedule": p.Name}
	}
	for _, drift := range p.Drifts {
		threshold := drift.Threshold
		made := cloudwatchmetricalarm.NewCloudwatchMetricAlarm(m.construct, tf.Str("drift-"+drift.Feature), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
			AlarmName:        tf.Str(p.Name + "-drift-" + drift.Feature),
			AlarmDescription: tf.Str(fmt.Sprintf("The feature %s is further from the baseline than %g; the report is in %s", drift.Feature, threshold, p.OutputURI)),
			Namespace:        tf.Str(namespace), MetricName: tf.Str("feature_baseline_drift_" + drift.Feature), Dimensions: tf.StrMap(dimensions), Statistic: tf.Str("Maximum"),
			// A job tells once. Between two jobs the alarm stays as it is.
			Period: tf.Num(3600), EvaluationPeriods: tf.Num(1), TreatMissingData: tf.Str("ignore"),
			ComparisonOperator: tf.Str("GreaterThanThreshold"), Threshold: &threshold,
			AlarmActions: tf.Strs(p.TopicARNs), OkActions: tf.Strs(p.TopicARNs), Tags: tf.StrMap(p.Tags),
		})
		m.alarms = append(m.alarms, alarm{tf.Attr(made, "alarmName"), tf.Attr(made, "arn")})
	}
}

// volumeKey is the key of the volumes, which instances with disks of their own do not take.
func (p Props) volumeKey() string {
	return sagemaker.Volumes{Types: []string{p.InstanceType}}.Key(p.KeyARN)
}
