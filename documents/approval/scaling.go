package approval

import (
	"time"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Autoscaling keeps the requests of each instance at a target, by the number of instances. An endpoint that the machine
// makes does not exist when Terraform runs, so that the machine registers it, after each deployment anew.
// https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html
type Autoscaling struct {
	// Min and Max are the numbers of instances, from 1. Max is required. Default of Min: 1.
	Min, Max int
	// InvocationsPerInstance is the target for requests per instance and minute. Required.
	InvocationsPerInstance int
	// ScaleOutCooldown and ScaleInCooldown are how long to wait after adding and after removing: whole seconds up to
	// 1 h. Default: 1 min and 5 min.
	ScaleOutCooldown, ScaleInCooldown time.Duration
}

func (a Autoscaling) withDefaults() *Autoscaling {
	if a.Min == 0 {
		a.Min = 1
	}
	if a.ScaleOutCooldown == 0 {
		a.ScaleOutCooldown = time.Minute
	}
	if a.ScaleInCooldown == 0 {
		a.ScaleInCooldown = 5 * time.Minute
	}
	return &a
}

func (a Autoscaling) validate(problems *problem.List) {
	if a.Min < 1 {
		problems.Addf("autoscaling.min", "%d is too small; use 1 or more", a.Min)
	}
	if a.Max < a.Min {
		problems.Addf("autoscaling.max", "%d is less than the smallest number, %d; make it larger", a.Max, a.Min)
	}
	if a.InvocationsPerInstance < 1 {
		problems.Addf("autoscaling.invocationsPerInstance", "%d is too small; use the requests per minute that one instance takes", a.InvocationsPerInstance)
	}
	for _, each := range []struct {
		path  string
		value time.Duration
	}{{"autoscaling.scaleOutCooldown", a.ScaleOutCooldown}, {"autoscaling.scaleInCooldown", a.ScaleInCooldown}} {
		if each.value < time.Second || each.value > time.Hour || each.value%time.Second != 0 {
			problems.Addf(each.path, "%s is not allowed; use 1s to 1h0m0s in whole seconds", each.value)
		}
	}
}

const (
	registerScaling = "Register scaling"
	setScaling      = "Set scaling policy"
	dimension       = "sagemaker:variant:DesiredInstanceCount"
)

// scale registers the variant and its policy. Both calls change what is there already.
func (s Settings) scale(next, otherwise string) []asl.State {
	a := s.Autoscaling
	target := asl.Object{
		"ServiceNamespace": asl.Text("sagemaker"), "ScalableDimension": asl.Text(dimension), "ResourceId": asl.Text("endpoint/" + s.Endpoint + "/variant/" + s.Variant),
	}
	with := func(more asl.Object) asl.Object {
		for name, value := range target {
			more[name] = value
		}
		return more
	}
	return []asl.State{
		call(registerScaling, setScaling, otherwise, asl.SDKCall{
			Service: "applicationautoscaling", Action: "registerScalableTarget", Permissions: s.scalingPermissions(),
			Arguments: with(asl.Object{"MinCapacity": asl.Int(a.Min), "MaxCapacity": asl.Int(a.Max)}),
		}, nil),
		call(setScaling, next, otherwise, asl.SDKCall{
			Service: "applicationautoscaling", Action: "putScalingPolicy", Permissions: s.scalingPermissions(),
			Arguments: with(asl.Object{
				"PolicyName": asl.Text(s.Endpoint + "-" + s.Variant), "PolicyType": asl.Text("TargetTrackingScaling"),
				"TargetTrackingScalingPolicyConfiguration": asl.Object{
					"TargetValue":                   asl.Int(a.InvocationsPerInstance),
					"PredefinedMetricSpecification": asl.Object{"PredefinedMetricType": asl.Text("SageMakerVariantInvocationsPerInstance")},
					"ScaleOutCooldown":              asl.Int(a.ScaleOutCooldown / time.Second), "ScaleInCooldown": asl.Int(a.ScaleInCooldown / time.Second),
				},
			}),
		}, nil),
	}
}

// scalingPermissions are those that SageMaker asks of who scales: Application Auto Scaling works in the caller's name
// until its own role exists.
// https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html
func (s Settings) scalingPermissions() []policy.Statement {
	const service = "sagemaker.application-autoscaling.amazonaws.com"
	alarms := "alarm:TargetTracking-endpoint/" + s.Endpoint + "/variant/" + s.Variant + "-*"
	return []policy.Statement{
		// Targets are named by random ids.
		{Actions: []string{"application-autoscaling:PutScalingPolicy", "application-autoscaling:RegisterScalableTarget"}, Resources: []string{s.Scope.Regional("application-autoscaling", "scalable-target/*")}},
		{
			Actions:   []string{"sagemaker:DescribeEndpoint", "sagemaker:UpdateEndpointWeightsAndCapacities"},
			Resources: []string{s.Scope.Regional("sagemaker", "endpoint/"+s.Endpoint)},
		},
		{Actions: []string{"sagemaker:DescribeEndpointConfig"}, Resources: []string{s.Scope.Regional("sagemaker", "endpoint-config/"+s.prefix()+"*")}},
		{Actions: []string{"cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"}, Resources: []string{s.Scope.Regional("cloudwatch", alarms)}},
		{Actions: []string{"cloudwatch:DescribeAlarms"}, Resources: []string{s.Scope.Regional("cloudwatch", "alarm:*")}},
		{
			Actions: []string{"iam:CreateServiceLinkedRole"}, Resources: []string{s.Scope.Role("aws-service-role/" + service + "/*")},
			Conditions: []policy.Condition{policy.StringEquals("iam:AWSServiceName", service)},
		},
	}
}
