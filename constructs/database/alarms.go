package database

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// Alarms tell of a database that runs out of something. All look at five minutes, three times.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
type Alarms struct {
	// Disabled makes no alarms. Default: false.
	Disabled bool
	// CPUPercent is the load of the processor above which an alarm goes off, 1 to 100. Default: 80.
	CPUPercent int
	// FreeStorageGB is the free storage of PostgreSQL below which an alarm goes off, in GiB, less than StorageGB. Default: 2.
	// Storage of Aurora grows by itself.
	FreeStorageGB int
	// CapacityPercent is the share of the largest capacity of AuroraServerless above which an alarm goes off, 1 to 100. Default: 90.
	CapacityPercent int
	// Connections is the number above which an alarm goes off. RDS allows one for each 9.5 MB of memory. Default: 100.
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
	Connections int
	// TopicARNs are SNS topics that are told when an alarm goes off and when all is well again. Default: none.
	TopicARNs []string
}

func (a Alarms) withDefaults() Alarms {
	if a.Disabled {
		return a
	}
	for value, otherwise := range map[*int]int{&a.CPUPercent: 80, &a.FreeStorageGB: 2, &a.CapacityPercent: 90, &a.Connections: 100} {
		if *value == 0 {
			*value = otherwise
		}
	}
	return a
}

func (d *Database) addAlarms(props Props) {
	a := props.Alarms
	if a.Disabled {
		return
	}
	dimension, aurora := "DBInstanceIdentifier", props.Engine == AuroraServerless
	if aurora {
		dimension = "DBClusterIdentifier"
	}
	add := func(kind, metric, comparison string, threshold int, description string) {
		made := cloudwatchmetricalarm.NewCloudwatchMetricAlarm(d.construct, tf.Str("alarm-"+kind), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
			AlarmName: tf.Str(props.Name + "-" + kind), AlarmDescription: tf.Str(description), Namespace: tf.Str("AWS/RDS"), MetricName: tf.Str(metric),
			Statistic: tf.Str("Average"), Dimensions: tf.StrMap(map[string]string{dimension: props.Name}), Period: tf.Num(300), EvaluationPeriods: tf.Num(3),
			ComparisonOperator: tf.Str(comparison), Threshold: tf.Num(threshold),
			// A database that pauses or restarts has no metrics, and nothing runs out.
			TreatMissingData: tf.Str("notBreaching"), AlarmActions: tf.Strs(a.TopicARNs), OkActions: tf.Strs(a.TopicARNs), Tags: tf.StrMap(props.Tags),
		})
		d.alarms = append(d.alarms, tf.Attr(made, "arn"))
	}
	const above, below = "GreaterThanThreshold", "LessThanThreshold"
	add("cpu", "CPUUtilization", above, a.CPUPercent, fmt.Sprintf("The processor of the database %s is busy for more than %d%%", props.Name, a.CPUPercent))
	add("connections", "DatabaseConnections", above, a.Connections, fmt.Sprintf("The database %s has more than %d connections", props.Name, a.Connections))
	if aurora {
		add("capacity", "ACUUtilization", above, a.CapacityPercent, fmt.Sprintf("The database %s uses more than %d%% of its largest capacity", props.Name, a.CapacityPercent))
		return
	}
	add("storage", "FreeStorageSpace", below, a.FreeStorageGB<<30, fmt.Sprintf("The database %s has less than %d GiB of free storage", props.Name, a.FreeStorageGB))
}
