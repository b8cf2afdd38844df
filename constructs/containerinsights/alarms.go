// Package containerinsights makes alarms on what CloudWatch Container Insights knows of an EKS cluster with the add-on
// amazon-cloudwatch-observability: nodes that fail, and nodes that run out of processor, memory or disk.
package containerinsights

import (
	"cmp"
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"

	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures the alarms. Name and ClusterName are required. All look at five minutes, three times.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-EKS.html
type Props struct {
	// Name begins the names of the alarms.
	Name string
	// ClusterName is the EKS cluster.
	ClusterName string
	// NodePercent is the share of processor, memory and disk of all nodes above which an alarm goes off, 1 to 99. Default: 90.
	NodePercent int
	// TopicARNs are SNS topics that are told when an alarm goes off and when all is well again. Default: none.
	TopicARNs []string
}

// Alarms watch a cluster.
type Alarms struct {
	construct tf.Construct
	arns      []string
}

func (p Props) validate() error {
	var problems problem.List
	if p.Name == "" {
		problems.Addf("name", "is missing; say how the names of the alarms begin")
	}
	if p.ClusterName == "" {
		problems.Addf("clusterName", "is missing; name the cluster")
	}
	if p.NodePercent < 1 || p.NodePercent > 99 {
		problems.Addf("nodePercent", "%d is out of range; use 1 to 99", p.NodePercent)
	}
	return problems.Err()
}

// New makes the alarms.
func New(scope constructs.Construct, id string, props Props) (*Alarms, error) {
	props.NodePercent = cmp.Or(props.NodePercent, 90)
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Alarms, error) {
		made := &Alarms{construct: scope}
		add := func(kind, metric, statistic, missing string, threshold int, description string) {
			alarm := cloudwatchmetricalarm.NewCloudwatchMetricAlarm(scope, tf.Str("alarm-"+kind), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
				AlarmName: tf.Str(props.Name + "-" + kind), AlarmDescription: tf.Str(description), Namespace: tf.Str("ContainerInsights"), MetricName: tf.Str(metric),
				Statistic: tf.Str(statistic), Dimensions: tf.StrMap(map[string]string{"ClusterName": props.ClusterName}), Period: tf.Num(300), EvaluationPeriods: tf.Num(3),
				ComparisonOperator: tf.Str("GreaterThanThreshold"), Threshold: tf.Num(threshold), TreatMissingData: tf.Str(missing),
				AlarmActions: tf.Strs(props.TopicARNs), OkActions: tf.Strs(props.TopicARNs),
			})
			made.arns = append(made.arns, tf.Attr(alarm, "arn"))
		}
		// One of the alarms tells that nothing is heard, not each of them.
		add("nodes", "cluster_failed_node_count", "Maximum", "breaching", 0, fmt.Sprintf("A node of the cluster %s fails, or nothing is heard of the cluster", props.ClusterName))
		for _, each := range []struct{ kind, metric, what string }{
			{"cpu", "node_cpu_utilization", "processors"}, {"memory", "node_memory_utilization", "memory"}, {"disk", "node_filesystem_utilization", "disks"},
		} {
			add(each.kind, each.metric, "Average", "notBreaching", props.NodePercent, fmt.Sprintf("More than %d%% of the %s of all nodes of the cluster %s are in use", props.NodePercent, each.what, props.ClusterName))
		}
		return made, nil
	})
}

// ARNs of the alarms.
func (a *Alarms) ARNs() []string { return a.arns }

// Construct holds the alarms.
func (a *Alarms) Construct() constructs.Construct { return a.construct }
