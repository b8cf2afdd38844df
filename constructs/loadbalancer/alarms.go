package loadbalancer

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// metrics is the namespace of the metrics of application load balancers.
const metrics = "AWS/ApplicationELB"

// errors is the alarm on what the load balancer itself fails, because no target answers.
func (l *LoadBalancer) errors() *cloudwatchmetricalarm.CloudwatchMetricAlarmConfig {
	if l.props.Alarms.Disabled {
		return nil
	}
	return &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		AlarmDescription: tf.Str(fmt.Sprintf("The load balancer %s failed more than %d requests in a minute, for want of a target that answers", l.props.Name, l.props.Alarms.Errors)),
		Namespace:        tf.Str(metrics), MetricName: tf.Str("HTTPCode_ELB_5XX_Count"), Statistic: tf.Str("Sum"), Period: tf.Num(60),
		Dimensions:         tf.StrMap(map[string]string{"LoadBalancer": l.suffix}),
		ComparisonOperator: tf.Str("GreaterThanThreshold"), Threshold: tf.Num(l.props.Alarms.Errors),
		AlarmActions: tf.Strs(l.props.Alarms.TopicARNs), OkActions: tf.Strs(l.props.Alarms.TopicARNs),
	}
}

// addAlarm makes an alarm in the load balancer's own construct.
func (l *LoadBalancer) addAlarm(id, kind string, config *cloudwatchmetricalarm.CloudwatchMetricAlarmConfig) {
	if config != nil {
		arn, _ := l.newAlarm(l.construct, id, l.props.Name+"-"+kind, config)
		l.alarms = append(l.alarms, arn)
	}
}

func (l *LoadBalancer) newAlarm(scope tf.Construct, id, name string, config *cloudwatchmetricalarm.CloudwatchMetricAlarmConfig) (arn, made string) {
	config.AlarmName, config.EvaluationPeriods, config.DatapointsToAlarm = tf.Str(name), tf.Num(5), tf.Num(3)
	// No requests, no problem.
	config.TreatMissingData, config.Tags = tf.Str("notBreaching"), tf.StrMap(l.props.Tags)
	alarm := cloudwatchmetricalarm.NewCloudwatchMetricAlarm(scope, tf.Str(id), config)
	return tf.Attr(alarm, "arn"), tf.Attr(alarm, "alarmName")
}

// addAlarms makes the alarms of the targets.
func (t *Target) addAlarms(props TargetProps) {
	l := t.balancer
	a := l.props.Alarms
	if props.Alarms != nil {
		a = *props.Alarms
	}
	if a.Disabled {
		return
	}
	dimensions := tf.StrMap(map[string]string{"LoadBalancer": l.suffix, "TargetGroup": t.tail})
	query := func(id, name string) *cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery {
		return &cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{Id: tf.Str(id), Metric: &cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQueryMetric{
			Namespace: tf.Str(metrics), MetricName: tf.Str(name), Stat: tf.Str("Sum"), Period: tf.Num(60), Dimensions: dimensions,
		}}
	}
	prefix := l.props.Name + "-" + props.Name + "-"
	add := func(kind string, rollsBack bool, config *cloudwatchmetricalarm.CloudwatchMetricAlarmConfig) {
		config.AlarmActions, config.OkActions = tf.Strs(a.TopicARNs), tf.Strs(a.TopicARNs)
		arn, name := l.newAlarm(t.construct, "alarm-"+kind, prefix+kind, config)
		t.alarms, l.alarms = append(t.alarms, arn), append(l.alarms, arn)
		if rollsBack {
			t.names = append(t.names, name)
		}
	}
	add("errors", true, &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		AlarmDescription: tf.Str(fmt.Sprintf("More than %d%% of the answers of %s at the load balancer %s are errors", a.ErrorPercent, props.Name, l.props.Name)),
		MetricQuery: []*cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{
			{Id: tf.Str("rate"), Expression: tf.Str("100 * errors / requests"), Label: tf.Str("Failed requests in percent"), ReturnData: true},
			query("errors", "HTTPCode_Target_5XX_Count"), query("requests", "RequestCount"),
		},
		ComparisonOperator: tf.Str("GreaterThanThreshold"), Threshold: tf.Num(a.ErrorPercent),
	})
	seconds := float64(a.LatencyMilliseconds) / 1000
	add("latency", true, &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		AlarmDescription: tf.Str(fmt.Sprintf("One of 100 answers of %s at the load balancer %s took more than %d milliseconds", props.Name, l.props.Name, a.LatencyMilliseconds)),
		Namespace:        tf.Str(metrics), MetricName: tf.Str("TargetResponseTime"), ExtendedStatistic: tf.Str("p99"), Dimensions: dimensions, Period: tf.Num(60),
		ComparisonOperator: tf.Str("GreaterThanThreshold"), Threshold: &seconds, EvaluateLowSampleCountPercentiles: tf.Str("evaluate"),
	})
	// Targets are unhealthy while a deployment starts them, so that this alarm does not roll back.
	add("unhealthy", false, &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		AlarmDescription: tf.Str(fmt.Sprintf("A target of %s at the load balancer %s does not answer its health check", props.Name, l.props.Name)),
		Namespace:        tf.Str(metrics), MetricName: tf.Str("UnHealthyHostCount"), Statistic: tf.Str("Maximum"), Dimensions: dimensions, Period: tf.Num(60),
		ComparisonOperator: tf.Str("GreaterThanThreshold"), Threshold: tf.Num(0),
	})
}
