package endpoint

import (
	"cmp"
	"fmt"
	"time"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// metrics is the namespace of the metrics of endpoints.
// https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
const metrics = "AWS/SageMaker"

// Alarms watch each variant. They tell people, and bring the old configuration back while a deployment is on its way.
// All look at single minutes and go off when two of three are bad.
type Alarms struct {
	// Disabled makes no alarms. It gives up that a bad deployment is rolled back, except by Deployment.RollbackAlarms. An
	// endpoint that gets its first rollback alarm, or loses its last, is replaced by the provider. Default: false.
	Disabled bool
	// ErrorPercent is the share of requests that fail (HTTP 5xx) above which an alarm goes off, 1 to 99. Not with
	// Async, where AWS does not count requests. Default: 5.
	ErrorPercent int
	// Errors is how many failed requests of one minute set off the alarm of an asynchronous endpoint. Default: 5.
	Errors int
	// LatencyP99 is the time that 99 of 100 answers of the container take less than, above which an alarm goes off.
	// Not with Async. Default: 5 seconds.
	LatencyP99 time.Duration
	// NoLatency makes no alarm of the latency. Default: false.
	NoLatency bool
	// TopicARNs are SNS topics that are told when an alarm goes off and when all is well again. Default: none.
	TopicARNs []string
}

// An alarm is one that was made.
type alarm struct{ name, arn string }

func (a Alarms) withDefaults(async bool) Alarms {
	if a.Disabled {
		return a
	}
	if async {
		a.Errors = cmp.Or(a.Errors, 5)
		return a
	}
	a.ErrorPercent = cmp.Or(a.ErrorPercent, 5)
	if a.LatencyP99 == 0 && !a.NoLatency {
		a.LatencyP99 = 5 * time.Second
	}
	return a
}

// count is how many alarms are made.
func (p Props) alarmCount() int {
	switch {
	case p.Alarms.Disabled:
		return 0
	case p.Async != nil || p.Alarms.NoLatency:
		return len(p.Variants)
	}
	return 2 * len(p.Variants)
}

func (e *Endpoint) addAlarms() {
	a := e.props.Alarms
	if a.Disabled {
		return
	}
	for _, v := range e.props.Variants {
		dimensions := tf.StrMap(map[string]string{"EndpointName": e.props.Name, "VariantName": v.Name})
		if e.props.Async != nil {
			e.addAlarm(v, "errors", fmt.Sprintf("%d or more requests in a minute failed at the variant %s of the endpoint %s", a.Errors, v.Name, e.props.Name), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
				Namespace: tf.Str(metrics), MetricName: tf.Str("Invocation5XXErrors"), Statistic: tf.Str("Sum"), Dimensions: dimensions, Period: tf.Num(60),
				ComparisonOperator: tf.Str("GreaterThanOrEqualToThreshold"), Threshold: tf.Num(a.Errors),
			})
			continue
		}
		metric := func(id, name string) *cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery {
			return &cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{Id: tf.Str(id), Metric: &cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQueryMetric{
				Namespace: tf.Str(metrics), MetricName: tf.Str(name), Stat: tf.Str("Sum"), Period: tf.Num(60), Dimensions: dimensions,
			}}
		}
		e.addAlarm(v, "errors", fmt.Sprintf("More than %d%% of the requests failed at the variant %s of the endpoint %s", a.ErrorPercent, v.Name, e.props.Name), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
			MetricQuery: []*cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{
				{Id: tf.Str("rate"), Expression: tf.Str("100 * errors / requests"), Label: tf.Str("Failed requests in percent"), ReturnData: true},
				metric("errors", "Invocation5XXErrors"), metric("requests", "Invocations"),
			},
			ComparisonOperator: tf.Str("GreaterThanThreshold"), Threshold: tf.Num(a.ErrorPercent),
		})
		if !a.NoLatency {
			e.addAlarm(v, "latency", fmt.Sprintf("One of 100 answers of the variant %s of the endpoint %s took more than %s", v.Name, e.props.Name, a.LatencyP99), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
				Namespace: tf.Str(metrics), MetricName: tf.Str("ModelLatency"), ExtendedStatistic: tf.Str("p99"), Dimensions: dimensions, Period: tf.Num(60),
				ComparisonOperator: tf.Str("GreaterThanThreshold"), Threshold: tf.Num(int(a.LatencyP99.Microseconds())), EvaluateLowSampleCountPercentiles: tf.Str("evaluate"),
			})
		}
	}
}

func (e *Endpoint) addAlarm(v Variant, kind, description string, config *cloudwatchmetricalarm.CloudwatchMetricAlarmConfig) {
	config.AlarmName = tf.Str(e.props.Name + "-" + v.Name + "-" + kind)
	config.AlarmDescription = tf.Str(description)
	config.EvaluationPeriods, config.DatapointsToAlarm = tf.Num(3), tf.Num(2)
	// No requests, no problem.
	config.TreatMissingData = tf.Str("notBreaching")
	config.AlarmActions, config.OkActions = tf.Strs(e.props.Alarms.TopicARNs), tf.Strs(e.props.Alarms.TopicARNs)
	config.Tags = tf.StrMap(e.props.Tags)
	made := cloudwatchmetricalarm.NewCloudwatchMetricAlarm(e.construct, tf.Str("alarm-"+v.Name+"-"+kind), config)
	e.alarms = append(e.alarms, alarm{tf.Attr(made, "alarmName"), tf.Attr(made, "arn")})
}

// AlarmNames are the names of the alarms, by variant: errors, then latency.
func (e *Endpoint) AlarmNames() []string {
	var out []string
	for _, each := range e.alarms {
		out = append(out, each.name)
	}
	return out
}

// AlarmARNs are the ARNs of the alarms, in the order of AlarmNames.
func (e *Endpoint) AlarmARNs() []string {
	var out []string
	for _, each := range e.alarms {
		out = append(out, each.arn)
	}
	return out
}
