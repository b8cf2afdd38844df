package endpoint

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// WatchProps configures what stands around an endpoint that Terraform does not make. Name is required.
type WatchProps struct {
	// Name of the endpoint: 1 to 63 letters, digits and hyphens.
	Name string
	// Scope is where the endpoint lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of the resources, beside those of the stack. Default: none.
	Tags map[string]string
	// Variant is the name of the endpoint's only variant. Default: AllTraffic.
	Variant string
	// Serverless says that it runs without instances, so that the dashboard shows what there is. Default: false.
	Serverless bool
	// Alarms watch the variant. Default: errors and latency are watched, and nobody is told.
	Alarms Alarms
	// Dashboard makes a CloudWatch dashboard of the endpoint's name. Default: false.
	Dashboard bool
	// LogRetentionDays is how long CloudWatch keeps what the containers print. Default: 90.
	LogRetentionDays int
	// LogKeyARN is the KMS key of the log group; its policy must admit CloudWatch Logs. Default: a key of AWS.
	LogKeyARN string
}

// A Watched endpoint is made elsewhere, such as by the state machine of systems/approval with the first approved model.
type Watched struct{ endpoint *Endpoint }

// Watch makes the log group, the alarms and the dashboard of an endpoint that others make, before or after it exists.
// CloudWatch knows endpoints by name. All problems of the props are returned at once.
func Watch(scope constructs.Construct, id string, props WatchProps) (*Watched, error) {
	props.Scope = site.Of(scope, props.Scope)
	full := props.full()
	if err := full.validateWatch(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Watched, error) {
		made := &Endpoint{construct: scope, id: id, props: full, name: props.Name}
		full.addLogs(scope)
		made.addAlarms()
		made.addDashboard()
		return &Watched{made}, nil
	})
}

func (p WatchProps) full() Props {
	variant := Variant{Name: p.Variant}
	if p.Serverless {
		variant.Serverless = &Serverless{}
	}
	return Props{
		Name: p.Name, Scope: p.Scope, Tags: p.Tags, Variants: []Variant{variant}, Alarms: p.Alarms, Dashboard: p.Dashboard,
		LogRetentionDays: p.LogRetentionDays, LogKeyARN: p.LogKeyARN,
	}.withDefaults()
}

func (p Props) validateWatch() error {
	var problems problem.List
	problems.Add("", sagemaker.CheckName("name", p.Name))
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	problems.Add("", sagemaker.CheckName("variant", p.Variants[0].Name))
	p.validateAlarms(&problems)
	p.validateLogs(&problems)
	return problems.Err()
}

func (p Props) validateLogs(problems *problem.List) {
	rule.LogRetention(problems, "logRetentionDays", p.LogRetentionDays)
	problems.Add("", p.Scope.CheckKey("logKeyARN", p.LogKeyARN))
}

// addLogs makes the log group. SageMaker would make it itself, without retention, and Terraform could not make it any
// more.
func (p Props) addLogs(scope constructs.Construct) cloudwatchloggroup.CloudwatchLogGroup {
	return cloudwatchloggroup.NewCloudwatchLogGroup(scope, tf.Str("logs"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name: tf.Str(p.logGroup()), RetentionInDays: tf.Num(p.LogRetentionDays), KmsKeyId: tf.OptStr(p.LogKeyARN), Tags: tf.StrMap(p.Tags),
	})
}

// LogGroupName is the log group of the containers.
func (w *Watched) LogGroupName() string { return w.endpoint.LogGroupName() }

// AlarmNames are the names of the alarms: errors, then latency.
func (w *Watched) AlarmNames() []string { return w.endpoint.AlarmNames() }

// AlarmARNs are the ARNs of the alarms, in the order of AlarmNames.
func (w *Watched) AlarmARNs() []string { return w.endpoint.AlarmARNs() }

// Construct holds the resources.
func (w *Watched) Construct() constructs.Construct { return w.endpoint.construct }
