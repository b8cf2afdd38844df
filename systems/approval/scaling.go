package approval

import (
	"cmp"
	"maps"
	"strings"
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
	a.Min = cmp.Or(a.Min, 1)
	a.ScaleOutCooldown = cmp.Or(a.ScaleOutCooldown, time.Minute)
	a.ScaleInCooldown = cmp.Or(a.ScaleInCooldown, 5*time.Minute)
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

// The states around scaling.
const (
	readConfiguration = "Read configuration"
	stopScaling       = "Stop scaling"
	registerScaling   = "Register scaling"
	setScaling        = "Set scaling policy"
	readScaling       = "Read scaling"
	removeScaling     = "Remove scaling"
	restoreScaling    = "Restore scaling"
	restorePolicy     = "Restore scaling policy"
)

const dimension = "sagemaker:variant:DesiredInstanceCount"

// scalingCall is a call of Application Auto Scaling about the variant.
func (s Settings) scalingCall(action string, more asl.Object) asl.SDKCall {
	arguments := asl.Object{
		"ServiceNamespace": asl.Text("sagemaker"), "ScalableDimension": asl.Text(dimension), "ResourceId": asl.Text("endpoint/" + s.Endpoint + "/variant/" + s.Variant),
	}
	maps.Copy(arguments, more)
	return asl.SDKCall{Service: "applicationautoscaling", Action: action, Permissions: s.scalingPermissions(), Arguments: arguments}
}

// scalingPolicy names the policy that tells what the machine registered from what others did, such as constructs/endpoint.
func (s Settings) scalingPolicy() string { return s.prefix() + s.Variant }

// register and follow make the variant scale. Both change what is there already.
func (s Settings) register() asl.SDKCall {
	return s.scalingCall("registerScalableTarget", asl.Object{"MinCapacity": asl.Int(s.Autoscaling.Min), "MaxCapacity": asl.Int(s.Autoscaling.Max)})
}

func (s Settings) follow() asl.SDKCall {
	a := s.Autoscaling
	return s.scalingCall("putScalingPolicy", asl.Object{
		"PolicyName": asl.Text(s.scalingPolicy()), "PolicyType": asl.Text("TargetTrackingScaling"),
		"TargetTrackingScalingPolicyConfiguration": asl.Object{
			"TargetValue":                   asl.Int(a.InvocationsPerInstance),
			"PredefinedMetricSpecification": asl.Object{"PredefinedMetricType": asl.Text("SageMakerVariantInvocationsPerInstance")},
			"ScaleOutCooldown":              asl.Int(a.ScaleOutCooldown / time.Second), "ScaleInCooldown": asl.Int(a.ScaleInCooldown / time.Second),
		},
	})
}

// scale makes the variant scale after a deployment.
func (s Settings) scale(next, otherwise string) []asl.State {
	return []asl.State{
		call(registerScaling, setScaling, otherwise, s.register(), nil),
		call(setScaling, next, otherwise, s.follow(), nil),
	}
}

// unscale deregisters the variant where the instance type changes, which SageMaker refuses otherwise. Whatever cannot be
// done here shows at the update.
// https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-update.html
func (s Settings) unscale(next string) []asl.State {
	configuration := asl.SDKCall{
		Service: "sagemaker", Action: "describeEndpointConfig", Permissions: s.scalingPermissions(),
		Arguments: asl.Object{"EndpointConfigName": asl.Var(current)},
	}
	return []asl.State{
		asl.Task{
			Name: readConfiguration, Call: configuration, Output: asl.Object{}, Retry: retry(), Catch: lost(next), Next: "Is it another instance type",
			Assign: asl.Object{instance: optional("$states.result.ProductionVariants[0].InstanceType")},
		},
		asl.Choice{
			Name: "Is it another instance type", Default: next,
			Rules: []asl.Rule{{If: asl.And(asl.Not(asl.StringEquals(asl.Var(instance), "")), asl.Not(asl.StringEquals(asl.Var(instance), asl.Text(s.InstanceType)))), Next: stopScaling}},
		},
		asl.Task{
			Name: stopScaling, Call: s.scalingCall("deregisterScalableTarget", nil), Output: asl.Object{}, Retry: retry(), Catch: lost(next), Next: next,
			Comment: "It is registered anew when the deployment has ended",
		},
	}
}

// forget deregisters what this machine registered when its settings still had autoscaling. It does so before the update,
// because SageMaker refuses another instance type of what is registered.
func (s Settings) forget(next string) []asl.State {
	const discard = "Discard configuration"
	return []asl.State{
		call(readScaling, "Is it scaled by this machine", discard, s.scalingCall("describeScalingPolicies", asl.Object{"PolicyNames": asl.List{asl.Text(s.scalingPolicy())}}),
			asl.Object{policies: asl.Expr("$count($states.result.ScalingPolicies)")}),
		asl.Choice{
			Name: "Is it scaled by this machine", Default: next, Comment: "What others registered is theirs",
			Rules: []asl.Rule{{If: asl.NumericGreaterThan(asl.Var(policies), asl.Int(0)), Next: removeScaling}},
		},
		call(removeScaling, next, discard, s.scalingCall("deregisterScalableTarget", nil), nil),
	}
}

// rescale makes the variant scale again after a deployment that failed, as far as there is an endpoint.
func (s Settings) rescale(next string) []asl.State {
	step := func(name, next string, action asl.Action) asl.Task {
		return asl.Task{Name: name, Call: action, Output: asl.Object{}, Retry: retry(), Catch: lost("Record failure"), Next: next}
	}
	return []asl.State{
		asl.Choice{
			Name: "Does an endpoint serve", Default: restoreScaling,
			Rules: []asl.Rule{{If: asl.StringEquals(asl.Var(current), ""), Next: next}},
		},
		step(restoreScaling, restorePolicy, s.register()), step(restorePolicy, next, s.follow()),
	}
}

// scalingPermissions are those that SageMaker asks of who scales: Application Auto Scaling works in the caller's name
// until its own role exists.
// https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html
func (s Settings) scalingPermissions() []policy.Statement {
	const service = "sagemaker.application-autoscaling.amazonaws.com"
	if s.Autoscaling == nil {
		return []policy.Statement{
			// Looking has no resource level.
			{Actions: []string{"application-autoscaling:DescribeScalingPolicies"}, Resources: []string{"*"}},
			s.onTargets("DeregisterScalableTarget"),
			{Actions: []string{"cloudwatch:DeleteAlarms"}, Resources: []string{s.scalingAlarms()}},
		}
	}
	// Configurations that this machine made, and those of constructs/endpoint, begin with the endpoint's name, cut.
	configurations := "endpoint-config/" + strings.TrimRight(s.Endpoint[:min(len(s.Endpoint), maxPrefix-len(infix)-1)], "-") + "*"
	return []policy.Statement{
		s.onTargets("DeregisterScalableTarget", "PutScalingPolicy", "RegisterScalableTarget"),
		{
			Actions:   []string{"sagemaker:DescribeEndpoint", "sagemaker:UpdateEndpointWeightsAndCapacities"},
			Resources: []string{s.Scope.Regional("sagemaker", "endpoint/"+s.Endpoint)},
		},
		{Actions: []string{"sagemaker:DescribeEndpointConfig"}, Resources: []string{s.Scope.Regional("sagemaker", configurations)}},
		{Actions: []string{"cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"}, Resources: []string{s.scalingAlarms()}},
		{Actions: []string{"cloudwatch:DescribeAlarms"}, Resources: []string{s.Scope.Regional("cloudwatch", "alarm:*")}},
		{
			Actions: []string{"iam:CreateServiceLinkedRole"}, Resources: []string{s.Scope.Role("aws-service-role/" + service + "/*")},
			Conditions: []policy.Condition{policy.StringEquals("iam:AWSServiceName", service)},
		},
	}
}

// onTargets are actions on scalable targets, whose names are random ids. They are limited to the instances of endpoints.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsapplicationautoscaling.html
func (s Settings) onTargets(actions ...string) policy.Statement {
	statement := policy.Statement{
		Resources: []string{s.Scope.Regional("application-autoscaling", "scalable-target/*")},
		Conditions: []policy.Condition{
			policy.StringEquals("application-autoscaling:scalable-dimension", dimension),
			policy.StringEquals("application-autoscaling:service-namespace", "sagemaker"),
		},
	}
	for _, action := range actions {
		statement.Actions = append(statement.Actions, "application-autoscaling:"+action)
	}
	return statement
}

// scalingAlarms are those that Application Auto Scaling makes for the variant.
func (s Settings) scalingAlarms() string {
	return s.Scope.Regional("cloudwatch", "alarm:TargetTracking-endpoint/"+s.Endpoint+"/variant/"+s.Variant+"-*")
}
