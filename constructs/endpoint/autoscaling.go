package endpoint

import (
	"cmp"
	"time"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/appautoscalingpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/appautoscalingscheduledaction"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/appautoscalingtarget"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"

	"github.com/mlplatform/mlplatform/constructs/internal/autoscaling"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Autoscaling keeps a metric at a target: by the number of instances or, for serverless variants with provisioned
// concurrency, by that concurrency. Which target is given depends on the endpoint: InvocationsPerInstance for one that
// answers at once, BacklogPerInstance for an asynchronous one, UtilizationPercent for a serverless one.
// https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html
type Autoscaling struct {
	// Min instances, or provisioned concurrency. Default: 1, or 0 with ToZero.
	Min int
	// Max instances, or provisioned concurrency.
	Max int
	// ToZero lets an asynchronous endpoint go down to no instance while nothing is in its queue. The first request
	// then waits some minutes for an instance. Default: false.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html
	ToZero bool

	// InvocationsPerInstance is the target for requests per instance and minute, the result of a load test with room
	// left for the minutes that a new instance takes.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-loadtest.html
	InvocationsPerInstance int
	// BacklogPerInstance is the target for requests in the queue per instance of an asynchronous endpoint. Default: 5.
	BacklogPerInstance int
	// UtilizationPercent is the target for the share of the provisioned concurrency that is in use, 10 to 90. Default: 70.
	UtilizationPercent int

	// ScaleOutCooldown is how long to wait after adding, 1 second to 1 hour in whole seconds. Default: 1 minute.
	ScaleOutCooldown time.Duration
	// ScaleInCooldown is how long to wait after removing, 1 second to 1 hour in whole seconds. Default: 5 minutes.
	ScaleInCooldown time.Duration
	// NoScaleIn never removes. Default: false.
	NoScaleIn bool
	// Schedules change the limits at given times. Default: none.
	Schedules []ScheduledScaling
}

// ScheduledScaling changes the limits of autoscaling at given times.
// https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
type ScheduledScaling struct {
	// Name of the schedule, unique in the variant: 1 to 256 letters, digits, hyphens and underscores.
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

func (a Autoscaling) withDefaults() Autoscaling {
	if a.Min == 0 && !a.ToZero {
		a.Min = 1
	}
	a.ScaleOutCooldown = cmp.Or(a.ScaleOutCooldown, time.Minute)
	a.ScaleInCooldown = cmp.Or(a.ScaleInCooldown, 5*time.Minute)
	return a
}

// addAutoscaling scales the variants that ask for it.
func (e *Endpoint) addAutoscaling(configuration string) {
	for i, v := range e.props.Variants {
		if v.Autoscaling != nil {
			e.scale(i, v, *v.Autoscaling, configuration)
		}
	}
}

// limits leaves those to the schedules that they change.
func limits(scaling Autoscaling, lifecycle *tf.Lifecycle) *tf.Lifecycle {
	changed := autoscaling.ScheduledLimits(scaling.Schedules, func(s ScheduledScaling) (lowest, highest *int) { return s.Min, s.Max })
	if len(changed) == 0 {
		return lifecycle
	}
	out := tf.Ignore(changed...)
	if lifecycle != nil {
		out.ReplaceTriggeredBy = lifecycle.ReplaceTriggeredBy
	}
	return out
}

// service is the namespace of Application Auto Scaling in which endpoints are.
const service = "sagemaker"

func (e *Endpoint) scale(index int, v Variant, scaling Autoscaling, configuration string) {
	dimension := "sagemaker:variant:DesiredInstanceCount"
	var lifecycle *tf.Lifecycle
	if v.Serverless != nil {
		dimension = "sagemaker:variant:DesiredProvisionedConcurrency"
	} else {
		// SageMaker refuses another instance type while the variant is registered, so a change of it registers the
		// variant anew, which also ends its policies and schedules.
		// https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-update.html
		lifecycle = &tf.Lifecycle{ReplaceTriggeredBy: instanceType(configuration, index)}
	}
	target := appautoscalingtarget.NewAppautoscalingTarget(e.construct, tf.Str("scaling-"+v.Name), &appautoscalingtarget.AppautoscalingTargetConfig{
		ServiceNamespace: tf.Str(service), ScalableDimension: tf.Str(dimension), ResourceId: tf.Str("endpoint/" + e.name + "/variant/" + v.Name),
		MinCapacity: tf.Num(scaling.Min), MaxCapacity: tf.Num(scaling.Max), Tags: tf.StrMap(e.props.Tags), Lifecycle: limits(scaling, lifecycle),
	})
	resource := tf.Str(tf.Attr(target, "resourceId"))
	appautoscalingpolicy.NewAppautoscalingPolicy(e.construct, tf.Str("scaling-"+v.Name+"-policy"), &appautoscalingpolicy.AppautoscalingPolicyConfig{
		Name: tf.Str(e.props.Name + "-" + v.Name), PolicyType: tf.Str("TargetTrackingScaling"),
		ServiceNamespace: tf.Str(service), ScalableDimension: tf.Str(dimension), ResourceId: resource, Lifecycle: lifecycle,
		TargetTrackingScalingPolicyConfiguration: e.tracking(v, scaling),
	})
	if scaling.ToZero {
		e.fromZero(v, scaling, resource, lifecycle)
	}
	for _, schedule := range scaling.Schedules {
		appautoscalingscheduledaction.NewAppautoscalingScheduledAction(e.construct, tf.Str("scaling-"+v.Name+"-at-"+schedule.Name), &appautoscalingscheduledaction.AppautoscalingScheduledActionConfig{
			Name: tf.Str(schedule.Name), ServiceNamespace: tf.Str(service), ScalableDimension: tf.Str(dimension), ResourceId: resource,
			Schedule: tf.Str(schedule.Expression), Timezone: tf.OptStr(schedule.TimeZone), Lifecycle: lifecycle,
			ScalableTargetAction: &appautoscalingscheduledaction.AppautoscalingScheduledActionScalableTargetAction{
				MinCapacity: number(schedule.Min), MaxCapacity: number(schedule.Max),
			},
		})
	}
}

// tracking keeps the metric of the endpoint's kind at its target.
func (e *Endpoint) tracking(v Variant, scaling Autoscaling) *appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration {
	out := &appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration{
		ScaleInCooldown: tf.Num(seconds(scaling.ScaleInCooldown)), ScaleOutCooldown: tf.Num(seconds(scaling.ScaleOutCooldown)), DisableScaleIn: tf.OptBool(scaling.NoScaleIn),
	}
	predefined := func(metric string) {
		out.PredefinedMetricSpecification = &appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification{PredefinedMetricType: tf.Str(metric)}
	}
	switch {
	case v.Serverless != nil:
		share := float64(scaling.UtilizationPercent) / 100
		out.TargetValue = &share
		predefined("SageMakerVariantProvisionedConcurrencyUtilization")
	case e.props.Async != nil:
		out.TargetValue = tf.Num(scaling.BacklogPerInstance)
		out.CustomizedMetricSpecification = &appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecification{
			Namespace: tf.Str(metrics), MetricName: tf.Str("ApproximateBacklogSizePerInstance"), Statistic: tf.Str("Average"),
			Dimensions: []*appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationDimensions{
				{Name: tf.Str("EndpointName"), Value: tf.Str(e.props.Name)},
			},
		}
	default:
		out.TargetValue = tf.Num(scaling.InvocationsPerInstance)
		predefined("SageMakerVariantInvocationsPerInstance")
	}
	return out
}

// fromZero starts the first instance when a request comes, because without instances there is no backlog per instance.
func (e *Endpoint) fromZero(v Variant, scaling Autoscaling, resource *string, lifecycle *tf.Lifecycle) {
	wake := appautoscalingpolicy.NewAppautoscalingPolicy(e.construct, tf.Str("scaling-"+v.Name+"-from-zero"), &appautoscalingpolicy.AppautoscalingPolicyConfig{
		Name: tf.Str(e.props.Name + "-" + v.Name + "-from-zero"), PolicyType: tf.Str("StepScaling"), Lifecycle: lifecycle,
		ServiceNamespace: tf.Str(service), ScalableDimension: tf.Str("sagemaker:variant:DesiredInstanceCount"), ResourceId: resource,
		StepScalingPolicyConfiguration: &appautoscalingpolicy.AppautoscalingPolicyStepScalingPolicyConfiguration{
			AdjustmentType: tf.Str("ChangeInCapacity"), MetricAggregationType: tf.Str("Average"), Cooldown: tf.Num(seconds(scaling.ScaleInCooldown)),
			StepAdjustment: []*appautoscalingpolicy.AppautoscalingPolicyStepScalingPolicyConfigurationStepAdjustment{
				{MetricIntervalLowerBound: tf.Str("0"), ScalingAdjustment: tf.Num(1)},
			},
		},
	})
	cloudwatchmetricalarm.NewCloudwatchMetricAlarm(e.construct, tf.Str("scaling-"+v.Name+"-waiting"), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		AlarmName:        tf.Str(e.props.Name + "-" + v.Name + "-waiting"),
		AlarmDescription: tf.Str("Requests wait at the endpoint " + e.props.Name + ", which has no instance: the first one is started"),
		Namespace:        tf.Str(metrics), MetricName: tf.Str("HasBacklogWithoutCapacity"), Statistic: tf.Str("Average"),
		Dimensions: tf.StrMap(map[string]string{"EndpointName": e.props.Name}), Period: tf.Num(60), EvaluationPeriods: tf.Num(2),
		ComparisonOperator: tf.Str("GreaterThanOrEqualToThreshold"), Threshold: tf.Num(1), TreatMissingData: tf.Str("missing"),
		AlarmActions: tf.Strs([]string{tf.Attr(wake, "arn")}), Tags: tf.StrMap(e.props.Tags),
	})
}
