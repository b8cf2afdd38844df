// Package monitor watches what an endpoint, or batch transforms, are asked: SageMaker Model Monitor compares captured
// data with a baseline on a schedule, and alarms go off for the features that drift.
package monitor

import (
	"encoding/json"
	"time"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures a monitor. Name, EndpointName or Transform, Image, Baseline and OutputURI are required.
type Props struct {
	// Name of the schedule: 1 to 63 letters, digits and hyphens.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateMonitoringSchedule.html
	Name string
	// Scope is where the monitor lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of the resources, beside those of the stack. Default: none.
	Tags map[string]string

	// EndpointName is the endpoint whose captured requests are looked at. It must have data capture, one model, and
	// neither Async nor Serverless. Pass the Name of the endpoint's construct, with its ARN in EndpointARN, so that the
	// monitor waits for the endpoint. Exactly one of EndpointName and Transform is given.
	EndpointName string
	// EndpointARN is what the role that is made here may look at. Default: the ARN of EndpointName, which must then be
	// written out.
	EndpointARN string
	// CaptureURI is the S3 folder to which the endpoint captures data. Required with EndpointName where the role is
	// made here, which reads it.
	CaptureURI string
	// Transform is captured data of batch transforms instead. Default: none.
	Transform *Transform
	// CaptureKeyARNs are the KMS keys of the captured data, the baseline and the scripts. Default: none.
	CaptureKeyARNs []string

	// Image of the analyzer in ECR, in the monitor's region: that of AWS for the region, or one's own. AWS gives its
	// own the one tag "latest" or none, which is accepted here from other accounts than that of Scope.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-pre-built-container.html
	Image string
	// Baseline is what captured data is compared with.
	Baseline Baseline
	// OutputURI is the S3 folder for reports.
	OutputURI string
	// KeyARN is the KMS key for reports and volumes. Default: keys of AWS.
	KeyARN string
	// PreprocessorURI is the S3 URI of a Python script that prepares each record. Default: none.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-pre-and-post-processing.html
	PreprocessorURI string
	// PostprocessorURI is the S3 URI of a Python script that runs after the analysis. Default: none.
	PostprocessorURI string
	// Environment of the analyzer, at most 50 variables, no secrets. Default: only what publishes metrics.
	Environment map[string]string

	// EveryHours is how often to look, 1 to 24. Default: 24.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-schedule-expression.html
	EveryHours int
	// AtHour is the hour of the first look of a day, 0 to 23, UTC. SageMaker starts up to 20 minutes later. Without
	// effect if EveryHours is 1. Default: 0.
	AtHour int
	// MaxRuntime ends a job that takes longer, 1 minute to 1 hour. Default: 30 minutes.
	MaxRuntime time.Duration

	// InstanceType of the job, such as ml.m5.xlarge. Default: ml.m5.xlarge.
	InstanceType string
	// InstanceCount of the job. Default: 1.
	InstanceCount int
	// VolumeGB of each instance, 1 to 512, which are those that the provider takes. Default: 20.
	VolumeGB int
	// VPC is where the job runs. Default: in the network of SageMaker.
	VPC *VPC
	// AllowContainerNetwork lets the analyzer open connections of its own, and gives up network isolation.
	// Default: false.
	AllowContainerNetwork bool

	// RoleARN is an existing execution role, which SageMaker can assume. Default: a role is made that can do what the
	// job needs.
	RoleARN string
	// RoleName names the role that is made. Default: the monitor's name.
	RoleName string
	// PermissionsBoundary is the ARN of the managed policy that limits the role. Default: none.
	PermissionsBoundary string

	// Drifts are the features to raise an alarm for. Metrics of all features are published in any case. Default: none.
	Drifts []Drift
	// TopicARNs are SNS topics that are told when an alarm goes off and when all is well again. Default: none.
	TopicARNs []string
}

// Transform is data that batch transform jobs captured.
type Transform struct {
	// CapturedURI is the S3 folder of the data.
	CapturedURI string
	// Format of the data.
	Format Format
}

// Format of the data of batch transforms.
type Format string

// The formats.
const (
	// CSV without a header.
	CSV Format = "csv"
	// CSVWithHeader has a header in the first line.
	CSVWithHeader Format = "csv-with-header"
	// JSON is one document.
	JSON Format = "json"
	// JSONLines is one document in each line.
	JSONLines Format = "json-lines"
)

// Baseline is what a baselining job, or a quality check step of a pipeline, found in the training data.
// https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-create-baseline.html
type Baseline struct {
	// ConstraintsURI is the S3 URI of constraints.json. Its monitoring_config must have emit_metrics Enabled, which is
	// what baselining jobs write, for alarms to have metrics.
	ConstraintsURI string
	// StatisticsURI is the S3 URI of statistics.json.
	StatisticsURI string
}

// VPC is where the job runs. Without a NAT gateway, it needs VPC endpoints for S3, ECR, CloudWatch and CloudWatch Logs.
type VPC struct {
	// SubnetIDs are 1 to 16 subnets.
	SubnetIDs []string
	// SecurityGroupIDs are 1 to 5 security groups.
	SecurityGroupIDs []string
}

// Drift raises an alarm when the distribution of a feature is further from the baseline than the threshold.
type Drift struct {
	// Feature as it is called in the baseline, such as "alcohol".
	Feature string
	// Threshold is the distance, more than 0 and less than 1. Default: 0.1, which baselining jobs use too.
	Threshold float64
}

// A Monitor is a monitoring schedule.
type Monitor struct {
	construct tf.Construct
	props     Props
	name, arn string
	roleARN   string
	role      *iam.Role
	alarms    []alarm
}

type alarm struct{ name, arn string }

// New makes a monitor. All problems of the props are returned at once.
func New(scope constructs.Construct, id string, props Props) (*Monitor, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Monitor, error) {
		made := &Monitor{construct: scope, props: props, roleARN: props.RoleARN}
		var permissions []tf.Dependable
		if made.roleARN == "" {
			role, err := iam.NewRole(scope, "role", props.role())
			if err != nil {
				return nil, err
			}
			made.role, made.roleARN = role, role.ARN()
			permissions = role.Policies()
		}
		made.addSchedule(made.addDefinition(permissions))
		made.addAlarms()
		return made, nil
	})
}

// Name of the schedule.
func (m *Monitor) Name() string { return m.name }

// ARN of the schedule.
func (m *Monitor) ARN() string { return m.arn }

// RoleARN is the execution role, made here or given.
func (m *Monitor) RoleARN() string { return m.roleARN }

// Role is the execution role that was made here, for further grants. Nil where RoleARN was given.
func (m *Monitor) Role() *iam.Role { return m.role }

// AlarmNames are the names of the alarms, in the order of Drifts.
func (m *Monitor) AlarmNames() []string {
	var out []string
	for _, each := range m.alarms {
		out = append(out, each.name)
	}
	return out
}

// AlarmARNs are the ARNs of the alarms, in the order of Drifts.
func (m *Monitor) AlarmARNs() []string {
	var out []string
	for _, each := range m.alarms {
		out = append(out, each.arn)
	}
	return out
}

// DriftEventPattern is the event pattern of an EventBridge rule that matches when one of the alarms goes off, such as
// for starting a training. Empty without Drifts.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
func (m *Monitor) DriftEventPattern() (string, error) {
	if len(m.alarms) == 0 {
		return "", nil
	}
	text, err := json.Marshal(struct {
		Source     []string `json:"source"`
		DetailType []string `json:"detail-type"`
		Resources  []string `json:"resources"`
		Detail     map[string]struct {
			Value []string `json:"value"`
		} `json:"detail"`
	}{
		[]string{"aws.cloudwatch"}, []string{"CloudWatch Alarm State Change"}, m.AlarmARNs(),
		map[string]struct {
			Value []string `json:"value"`
		}{"state": {[]string{"ALARM"}}},
	})
	return string(text), err
}

// Construct holds the monitor's resources.
func (m *Monitor) Construct() constructs.Construct { return m.construct }
