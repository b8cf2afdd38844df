package asl

import (
	"cmp"
	"slices"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// SageMakerUpdateEndpoint moves an endpoint to another configuration without a gap. It answers before that is done: wait,
// and poll with SageMakerDescribeEndpoint. Patterns: RequestResponse, WaitForToken. It is called by the AWS SDK integration,
// because AWS lists two names and no deployment for the optimized one.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html
type SageMakerUpdateEndpoint struct {
	// Name of the endpoint. Required.
	Name Text
	// ConfigName is the new endpoint configuration. Required.
	ConfigName Text
	// KeepVariantProperties keeps instance counts and weights as they are now, such as autoscaling has made them.
	// Default: false, those of the configuration.
	KeepVariantProperties bool
	// Deployment moves traffic to new instances, in steps if it says so, and goes back on alarm. Default: nil, all at once.
	Deployment *BlueGreen
	// Rolling replaces the instances in batches, and goes back on alarm. At most one of Deployment and Rolling is given.
	// Default: nil.
	Rolling *Rolling
	// KeyARN is the KMS key of the configuration, for the permission to use it. Default: none.
	KeyARN string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

// BlueGreen moves traffic from the old instances to new ones.
// https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
type BlueGreen struct {
	// Traffic is how it is moved. Default: AllAtOnce.
	Traffic Traffic
	// StepPercent of the capacity is moved first (Canary: up to 50) or each time (LinearTraffic: 10 to 50). Default: 10.
	StepPercent int
	// Baking is how long alarms are watched after each move: whole seconds, up to 1 h. Default: 10 min.
	Baking time.Duration
	// OldInstances live for so long after the last move: whole seconds, up to 1 h. Default: not at all.
	OldInstances time.Duration
	// MaxDuration of the whole: 10 min to 8 h. Default: that of SageMaker.
	MaxDuration time.Duration
	// Alarms of CloudWatch, by name, at most 10, that make it go back. Default: none.
	Alarms []string
}

// Traffic is how a blue/green deployment moves requests.
type Traffic string

// The ways of moving traffic.
const (
	AllAtOnce     Traffic = "ALL_AT_ONCE"
	Canary        Traffic = "CANARY"
	LinearTraffic Traffic = "LINEAR"
)

func (c SageMakerUpdateEndpoint) integration(r *renderer, _ Pattern) integration {
	name := nameOf(r, r.path("call.name"), c.Name)
	config := nameOf(r, r.path("call.configName"), c.ConfigName)
	f := fields{{"EndpointName", name}, {"EndpointConfigName", config}}
	f.bool("RetainAllVariantProperties", c.KeepVariantProperties)
	var alarms []string
	if c.Deployment != nil {
		alarms = c.Deployment.Alarms
		f.set("DeploymentConfig", c.Deployment.fields(r, r.path("call.deployment")))
	}
	if c.Rolling != nil {
		alarms = slices.Concat(alarms, c.Rolling.Alarms)
		f.set("DeploymentConfig", c.Rolling.fields(r, r.path("call.rolling")))
		if c.Deployment != nil {
			r.addf(r.path("call.rolling"), "stands beside Deployment, and an update is one of them; remove one")
		}
	}
	return sageMakerCall("aws-sdk:sagemaker:updateEndpoint", f, c.Extra, func(scope arn.Scope) []policy.Statement {
		resources := append(named(scope, "endpoint", name), named(scope, "endpoint-config", config)...)
		statements := []policy.Statement{allow(resources, "sagemaker:UpdateEndpoint")}
		if len(alarms) > 0 {
			var watched []string
			for _, alarm := range alarms {
				watched = append(watched, scope.Regional("cloudwatch", "alarm:"+alarm))
			}
			statements = append(statements, policy.Statement{Actions: []string{"cloudwatch:DescribeAlarms"}, Resources: watched})
		}
		return append(statements, keyGrant(c.KeyARN)...)
	})
}

func (b BlueGreen) fields(r *renderer, path string) fields {
	traffic := cmp.Or(b.Traffic, AllAtOnce)
	oneOf(r, path+".traffic", traffic, AllAtOnce, Canary, LinearTraffic)
	baking := cmp.Or(b.Baking, 10*time.Minute)
	routing := fields{{"Type", Text(string(traffic))}, {"WaitIntervalInSeconds", Int(r.seconds(path+".baking", baking, 3600))}}
	step := cmp.Or(b.StepPercent, 10)
	size := fields{{"Type", Text("CAPACITY_PERCENT")}, {"Value", Int(step)}}
	switch traffic {
	case Canary:
		r.between(path+".stepPercent", step, 1, 50)
		routing.set("CanarySize", size)
	case LinearTraffic:
		r.between(path+".stepPercent", step, 10, 50)
		routing.set("LinearStepSize", size)
	default:
		if b.StepPercent != 0 {
			r.addf(path+".stepPercent", "is for Canary and LinearTraffic; remove it, or set Traffic")
		}
	}
	policyFields := fields{{"TrafficRoutingConfiguration", routing}}
	if b.OldInstances != 0 {
		policyFields.int("TerminationWaitInSeconds", r.seconds(path+".oldInstances", b.OldInstances, 3600))
	}
	policyFields.maxDuration(r, path, b.MaxDuration)
	f := fields{{"BlueGreenUpdatePolicy", policyFields}}
	f.rollback(b.Alarms)
	return f
}

// Rolling replaces old instances by new ones in batches. It needs fewer instances at a time than a blue/green deployment:
// a batch more than the endpoint has. Not for serverless variants, several variants and ml.inf1.
// https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-rolling.html
type Rolling struct {
	// StepPercent of the instances are replaced at a time: 5 to 50. Default: 20.
	StepPercent int
	// Baking is how long alarms are watched after each batch: whole seconds, up to 1 h. Default: 10 min.
	Baking time.Duration
	// RollbackPercent of the instances go back at a time: 5 to 100. Default: 100, all old instances are brought back at
	// once.
	RollbackPercent int
	// MaxDuration of the whole: 10 min to 8 h. Default: that of SageMaker.
	MaxDuration time.Duration
	// Alarms of CloudWatch, by name, at most 10, that make it go back. Default: none.
	Alarms []string
}

// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RollingUpdatePolicy.html
func (b Rolling) fields(r *renderer, path string) fields {
	step, baking := cmp.Or(b.StepPercent, 20), b.Baking
	baking = cmp.Or(baking, 10*time.Minute)
	percent := func(value int) fields { return fields{{"Type", Text("CAPACITY_PERCENT")}, {"Value", Int(value)}} }
	r.between(path+".stepPercent", step, 5, 50)
	policyFields := fields{
		{"MaximumBatchSize", percent(step)}, {"WaitIntervalInSeconds", Int(r.seconds(path+".baking", baking, 3600))},
	}
	if b.RollbackPercent != 0 {
		r.between(path+".rollbackPercent", b.RollbackPercent, 5, 100)
		policyFields.set("RollbackMaximumBatchSize", percent(b.RollbackPercent))
	}
	policyFields.maxDuration(r, path, b.MaxDuration)
	f := fields{{"RollingUpdatePolicy", policyFields}}
	f.rollback(b.Alarms)
	return f
}

// maxDuration limits a deployment.
func (f *fields) maxDuration(r *renderer, path string, limit time.Duration) {
	if limit == 0 {
		return
	}
	seconds := r.seconds(path+".maxDuration", limit, 28800)
	if seconds < 600 {
		r.addf(path+".maxDuration", "%v is less than 10m; make it longer", limit)
	}
	f.int("MaximumExecutionTimeoutInSeconds", seconds)
}

// rollback names the alarms that make a deployment go back.
func (f *fields) rollback(names []string) {
	var alarms List
	for _, name := range names {
		alarms = append(alarms, fields{{"AlarmName", Text(name)}})
	}
	if len(alarms) > 0 {
		f.set("AutoRollbackConfiguration", fields{{"Alarms", alarms}})
	}
}
