package ecsservice

import (
	"cmp"
	"fmt"
	"time"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/appautoscalingpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/appautoscalingscheduledaction"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/appautoscalingtarget"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"

	"github.com/mlplatform/mlplatform/constructs/internal/autoscaling"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Scaling changes the number of tasks. Each target that is given has a policy of its own; the one that wants most tasks counts.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
type Scaling struct {
	// Min tasks, 0 to Max. With 0, only Queue and Schedules start the first one. Default: 0.
	Min int
	// Max tasks, 1 to 5000.
	Max int
	// CPUPercent is the target for the load of the tasks' processors, 10 to 95. Default: none.
	CPUPercent int
	// MemoryPercent is the target for the tasks' memory, 10 to 95. Default: none.
	MemoryPercent int
	// Requests is the target for requests of a load balancer. Default: none.
	Requests *Requests
	// Queue is the target for messages that wait in a queue. Default: none.
	Queue *Queue
	// ScaleOutCooldown is how long to wait after adding, 1 second to 1 hour in whole seconds. Default: 1 minute.
	ScaleOutCooldown time.Duration
	// ScaleInCooldown is how long to wait after removing, 1 second to 1 hour in whole seconds. Default: 5 minutes.
	ScaleInCooldown time.Duration
	// Schedules change the limits at given times. Default: none.
	Schedules []Schedule
}

// Requests scales by the requests that each task gets from a load balancer.
type Requests struct {
	// PerMinute and task.
	PerMinute int
	// ResourceLabel names the load balancer and the target group, as app/NAME/ID/targetgroup/NAME/ID.
	ResourceLabel string
}

// Queue scales by the messages of an SQS queue that each task has before it. The cluster needs Container Insights.
// https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
type Queue struct {
	// Name of the queue.
	Name string
	// MessagesPerTask that may wait.
	MessagesPerTask int
}

// Schedule changes the limits at given times.
// https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
type Schedule struct {
	// Name of the schedule, unique in the service: 1 to 256 letters, digits, hyphens and underscores.
	Name string
	// Expression is cron(minutes hours day month weekday year), rate(value unit) or at(yyyy-mm-ddThh:mm:ss).
	Expression string
	// TimeZone of cron and at, such as Europe/Berlin. Default: UTC.
	TimeZone string
	// Min from then on. Default: nil, the minimum stays. At least one of Min and Max is given.
	Min *int
	// Max from then on. Default: nil, the maximum stays.
	Max *int
}

func (s Scaling) withDefaults() Scaling {
	s.ScaleOutCooldown = cmp.Or(s.ScaleOutCooldown, time.Minute)
	s.ScaleInCooldown = cmp.Or(s.ScaleInCooldown, 5*time.Minute)
	return s
}

const (
	namespace = "ecs"
	dimension = "ecs:service:DesiredCount"
)

type trackingConfig = appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration

func (s *Service) scale(props Props) {
	scaling := props.Scaling
	if scaling == nil {
		return
	}
	var lifecycle *tf.Lifecycle
	if changed := autoscaling.ScheduledLimits(scaling.Schedules, func(s Schedule) (lowest, highest *int) { return s.Min, s.Max }); len(changed) > 0 {
		lifecycle = tf.Ignore(changed...)
	}
	target := appautoscalingtarget.NewAppautoscalingTarget(s.construct, tf.Str("scaling"), &appautoscalingtarget.AppautoscalingTargetConfig{
		ServiceNamespace: tf.Str(namespace), ScalableDimension: tf.Str(dimension), ResourceId: tf.Str("service/" + props.Cluster.Name + "/" + s.name),
		MinCapacity: tf.Num(scaling.Min), MaxCapacity: tf.Num(scaling.Max), Tags: tf.StrMap(props.Tags), Lifecycle: lifecycle,
	})
	resource := tf.Attr(target, "resourceId")
	track := func(kind string, value int, fill func(*trackingConfig)) {
		config := &trackingConfig{
			TargetValue: tf.Num(value), ScaleInCooldown: tf.Num(int(scaling.ScaleInCooldown / time.Second)), ScaleOutCooldown: tf.Num(int(scaling.ScaleOutCooldown / time.Second)),
		}
		fill(config)
		appautoscalingpolicy.NewAppautoscalingPolicy(s.construct, tf.Str("scaling-"+kind), &appautoscalingpolicy.AppautoscalingPolicyConfig{
			Name: tf.Str(props.Name + "-" + kind), PolicyType: tf.Str("TargetTrackingScaling"), ServiceNamespace: tf.Str(namespace), ScalableDimension: tf.Str(dimension),
			ResourceId: tf.Str(resource), TargetTrackingScalingPolicyConfiguration: config,
		})
	}
	predefined := func(metric, label string) func(*trackingConfig) {
		return func(config *trackingConfig) {
			config.PredefinedMetricSpecification = &appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification{
				PredefinedMetricType: tf.Str(metric), ResourceLabel: tf.OptStr(label),
			}
		}
	}
	if scaling.CPUPercent > 0 {
		track("cpu", scaling.CPUPercent, predefined("ECSServiceAverageCPUUtilization", ""))
	}
	if scaling.MemoryPercent > 0 {
		track("memory", scaling.MemoryPercent, predefined("ECSServiceAverageMemoryUtilization", ""))
	}
	if r := scaling.Requests; r != nil {
		track("requests", r.PerMinute, predefined("ALBRequestCountPerTarget", r.ResourceLabel))
	}
	if q := scaling.Queue; q != nil {
		track("queue", q.MessagesPerTask, func(config *trackingConfig) { config.CustomizedMetricSpecification = s.backlog(props, *q) })
		if scaling.Min == 0 {
			s.fromZero(props, *q, resource)
		}
	}
	for _, schedule := range scaling.Schedules {
		appautoscalingscheduledaction.NewAppautoscalingScheduledAction(s.construct, tf.Str("scaling-at-"+schedule.Name), &appautoscalingscheduledaction.AppautoscalingScheduledActionConfig{
			Name: tf.Str(schedule.Name), ServiceNamespace: tf.Str(namespace), ScalableDimension: tf.Str(dimension), ResourceId: tf.Str(resource),
			Schedule: tf.Str(schedule.Expression), Timezone: tf.OptStr(schedule.TimeZone),
			ScalableTargetAction: &appautoscalingscheduledaction.AppautoscalingScheduledActionScalableTargetAction{MinCapacity: number(schedule.Min), MaxCapacity: number(schedule.Max)},
		})
	}
}

type (
	customMetric    = appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecification
	metricQuery     = appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetrics
	metricStat      = appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricsMetricStat
	metric          = appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricsMetricStatMetric
	metricDimension = appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricsMetricStatMetricDimensions
)

// backlog is how many messages each running task has before it.
func (s *Service) backlog(props Props, q Queue) *customMetric {
	query := func(id, space, name, stat string, dimensions ...*metricDimension) *metricQuery {
		return &metricQuery{Id: tf.Str(id), ReturnData: false, MetricStat: &metricStat{
			Metric: &metric{Namespace: tf.Str(space), MetricName: tf.Str(name), Dimensions: dimensions}, Stat: tf.Str(stat),
		}}
	}
	is := func(name, value string) *metricDimension {
		return &metricDimension{Name: tf.Str(name), Value: tf.Str(value)}
	}
	return &customMetric{Metrics: []*metricQuery{
		query("waiting", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", is("QueueName", q.Name)),
		query("running", "ECS/ContainerInsights", "RunningTaskCount", "Average", is("ClusterName", props.Cluster.Name), is("ServiceName", s.name)),
		{Id: tf.Str("backlog"), Expression: tf.Str("waiting / MAX([FILL(running, 1), 1])"), Label: tf.Str("Messages for each task"), ReturnData: true},
	}}
}

// fromZero starts the first task when a message comes, because no task has no backlog.
func (s *Service) fromZero(props Props, q Queue, resource string) {
	wake := appautoscalingpolicy.NewAppautoscalingPolicy(s.construct, tf.Str("scaling-from-zero"), &appautoscalingpolicy.AppautoscalingPolicyConfig{
		Name: tf.Str(props.Name + "-from-zero"), PolicyType: tf.Str("StepScaling"), ServiceNamespace: tf.Str(namespace), ScalableDimension: tf.Str(dimension), ResourceId: tf.Str(resource),
		StepScalingPolicyConfiguration: &appautoscalingpolicy.AppautoscalingPolicyStepScalingPolicyConfiguration{
			// At least one: with tasks running, the message is theirs.
			AdjustmentType: tf.Str("ExactCapacity"), MetricAggregationType: tf.Str("Maximum"), Cooldown: tf.Num(int(props.Scaling.ScaleInCooldown / time.Second)),
			StepAdjustment: []*appautoscalingpolicy.AppautoscalingPolicyStepScalingPolicyConfigurationStepAdjustment{
				{MetricIntervalLowerBound: tf.Str("0"), ScalingAdjustment: tf.Num(1)},
			},
		},
	})
	query := func(id, space, name, stat string, dimensions map[string]string) *cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery {
		return &cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{Id: tf.Str(id), Metric: &cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQueryMetric{
			Namespace: tf.Str(space), MetricName: tf.Str(name), Stat: tf.Str(stat), Period: tf.Num(60), Dimensions: tf.StrMap(dimensions),
		}}
	}
	cloudwatchmetricalarm.NewCloudwatchMetricAlarm(s.construct, tf.Str("scaling-waiting"), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		AlarmName:        tf.Str(props.Name + "-waiting"),
		AlarmDescription: tf.Str(fmt.Sprintf("Messages wait in the queue %s for the service %s, which has no task: the first one is started", q.Name, props.Name)),
		MetricQuery: []*cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{
			{Id: tf.Str("alone"), Expression: tf.Str("IF(FILL(running, 0) < 1, waiting, 0)"), Label: tf.Str("Messages without a task"), ReturnData: true},
			query("waiting", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", map[string]string{"QueueName": q.Name}),
			query("running", "ECS/ContainerInsights", "RunningTaskCount", "Maximum", map[string]string{"ClusterName": props.Cluster.Name, "ServiceName": s.name}),
		},
		ComparisonOperator: tf.Str("GreaterThanThreshold"), Threshold: tf.Num(0), EvaluationPeriods: tf.Num(1), TreatMissingData: tf.Str("notBreaching"),
		AlarmActions: tf.Strs([]string{tf.Attr(wake, "arn")}), Tags: tf.StrMap(props.Tags),
	})
}

// number writes a number that may be missing as the text that the resource takes.
func number(value *int) *string {
	if value == nil {
		return nil
	}
	return tf.Str(fmt.Sprint(*value))
}
