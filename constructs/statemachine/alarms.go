package statemachine

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Alarms watch, over five minutes each, for executions that failed, timed out or were aborted, and for events that were
// throttled. Express machines cannot be aborted, and have no alarm for that.
// https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
type Alarms struct {
	// Off makes no alarms. Default: false.
	Off bool
	// TopicARNs are SNS topics that are told when an alarm goes off and when all is well again. Default: none.
	TopicARNs []string
	// Threshold is how many executions in five minutes, or throttled events, set off an alarm: from 1. Default: 1.
	Threshold int
}

func (a Alarms) withDefaults() Alarms {
	if a.Threshold == 0 && !a.Off {
		a.Threshold = 1
	}
	return a
}

func (a Alarms) validate(problems *problem.List) {
	if a.Off {
		if len(a.TopicARNs) > 0 || a.Threshold != 0 {
			problems.Addf("alarms.off", "makes no alarms, and other settings of alarms are given; drop one of the two")
		}
		return
	}
	problems.Add("", arn.CheckTopics("alarms.topicARNs", a.TopicARNs))
	if a.Threshold < 1 {
		problems.Addf("alarms.threshold", "%d is out of range; use 1 or more", a.Threshold)
	}
}

// watched are the metrics with an alarm, in the order of AlarmNames.
var watched = []struct {
	suffix, metric, what string
	standard             bool
}{
	{"failed", "ExecutionsFailed", "executions of the state machine %s failed", false},
	{"timed-out", "ExecutionsTimedOut", "executions of the state machine %s timed out", false},
	{"aborted", "ExecutionsAborted", "executions of the state machine %s were aborted", true},
	{"throttled", "ExecutionThrottled", "events of the state machine %s were throttled", false},
}

func (m *Machine) makeAlarms(props Props) {
	if props.Alarms.Off {
		return
	}
	topics := tf.Strs(props.Alarms.TopicARNs)
	for _, each := range watched {
		if each.standard && m.express {
			continue
		}
		name := props.Name + "-" + each.suffix
		cloudwatchmetricalarm.NewCloudwatchMetricAlarm(m.construct, tf.Str("alarm-"+each.suffix), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
			AlarmName: tf.Str(name), AlarmDescription: tf.Str(fmt.Sprintf("%d or more ", props.Alarms.Threshold) + fmt.Sprintf(each.what, props.Name)),
			Namespace: tf.Str("AWS/States"), MetricName: tf.Str(each.metric), Dimensions: tf.StrMap(map[string]string{"StateMachineArn": m.arn}),
			Statistic: tf.Str("Sum"), Period: tf.Num(300), EvaluationPeriods: tf.Num(1),
			ComparisonOperator: tf.Str("GreaterThanOrEqualToThreshold"), Threshold: tf.Num(props.Alarms.Threshold),
			// No executions, no problem.
			TreatMissingData: tf.Str("notBreaching"),
			AlarmActions:     topics, OkActions: topics, Tags: tf.StrMap(props.Tags),
		})
		m.alarms = append(m.alarms, name)
	}
}
