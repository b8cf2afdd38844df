package privateapi

import (
	"cmp"
	"fmt"
	"time"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogmetricfilter"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Alarms watch the API over five minutes each.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
type Alarms struct {
	// Off makes no alarms. Default: false.
	Off bool
	// TopicARNs are SNS topics that are told when an alarm goes off and when all is well again. Default: none.
	TopicARNs []string
	// Errors is how many answers of 500 and more set off an alarm: from 1. Default: 5.
	Errors int
	// Latency is how slow one of a hundred answers may be: 1 ms to 29 s in whole milliseconds. Default: 10 s.
	Latency time.Duration
	// Throttled is how many requests that are refused with 429 set off an alarm: from 1. It is counted in the access logs.
	// Default: 100.
	Throttled int
}

func (a Alarms) withDefaults() Alarms {
	if a.Off {
		return a
	}
	a.Errors = cmp.Or(a.Errors, 5)
	a.Latency = cmp.Or(a.Latency, 10*time.Second)
	a.Throttled = cmp.Or(a.Throttled, 100)
	return a
}

func (a Alarms) validate(problems *problem.List) {
	if a.Off {
		if len(a.TopicARNs) > 0 || a.Errors != 0 || a.Latency != 0 || a.Throttled != 0 {
			problems.Addf("alarms.off", "makes no alarms, and other settings of alarms are given; drop one of the two")
		}
		return
	}
	problems.Add("", arn.CheckTopics("alarms.topicARNs", a.TopicARNs))
	if a.Errors < 1 {
		problems.Addf("alarms.errors", "%d is out of range; use 1 or more", a.Errors)
	}
	if a.Latency < time.Millisecond || a.Latency > 29*time.Second || a.Latency%time.Millisecond != 0 {
		problems.Addf("alarms.latency", "%s is not allowed; use 1ms to 29s in whole milliseconds", a.Latency)
	}
	if a.Throttled < 1 {
		problems.Addf("alarms.throttled", "%d is out of range; use 1 or more", a.Throttled)
	}
}

func (a *API) makeAlarms(props Props) {
	if props.Alarms.Off {
		return
	}
	own := map[string]string{"ApiName": props.Name, "Stage": props.Stage}
	a.alarm(props, "errors", fmt.Sprintf("%d or more answers of the API %s were errors of ours", props.Alarms.Errors, props.Name), cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		Namespace: tf.Str("AWS/ApiGateway"), MetricName: tf.Str("5XXError"), Dimensions: tf.StrMap(own), Statistic: tf.Str("Sum"), Threshold: tf.Num(props.Alarms.Errors),
	})
	a.alarm(props, "latency", fmt.Sprintf("One of a hundred answers of the API %s took %s or more", props.Name, props.Alarms.Latency), cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		Namespace: tf.Str("AWS/ApiGateway"), MetricName: tf.Str("Latency"), Dimensions: tf.StrMap(own), ExtendedStatistic: tf.Str("p99"), Threshold: tf.Num(int(props.Alarms.Latency.Milliseconds())),
	})
	if props.Logs.Off {
		return
	}
	// API Gateway counts throttled requests with all others of 400 to 499.
	metric := props.Name + "-throttled"
	cloudwatchlogmetricfilter.NewCloudwatchLogMetricFilter(a.construct, tf.Str("throttled"), &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterConfig{
		Name: tf.Str(metric), LogGroupName: tf.Str(a.logGroupName), Pattern: tf.Str(`{ $.status = "429" }`),
		MetricTransformation: &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterMetricTransformation{Namespace: tf.Str(metricNamespace), Name: tf.Str(metric), Value: tf.Str("1")},
	})
	a.alarm(props, "throttled", fmt.Sprintf("%d or more requests to the API %s were refused because there were too many", props.Alarms.Throttled, props.Name), cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		Namespace: tf.Str(metricNamespace), MetricName: tf.Str(metric), Statistic: tf.Str("Sum"), Threshold: tf.Num(props.Alarms.Throttled),
	})
}

// metricNamespace holds what is counted in the access logs.
const metricNamespace = "PrivateAPI"

func (a *API) alarm(props Props, suffix, description string, config cloudwatchmetricalarm.CloudwatchMetricAlarmConfig) {
	name, topics := props.Name+"-"+suffix, tf.Strs(props.Alarms.TopicARNs)
	config.AlarmName, config.AlarmDescription = tf.Str(name), tf.Str(description)
	config.Period, config.EvaluationPeriods, config.ComparisonOperator = tf.Num(300), tf.Num(1), tf.Str("GreaterThanOrEqualToThreshold")
	// No requests, no problem.
	config.TreatMissingData, config.AlarmActions, config.OkActions, config.Tags = tf.Str("notBreaching"), topics, topics, tf.StrMap(props.Tags)
	cloudwatchmetricalarm.NewCloudwatchMetricAlarm(a.construct, tf.Str("alarm-"+suffix), &config)
	a.alarms = append(a.alarms, name)
}
