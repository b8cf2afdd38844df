package endpoint

import (
	"cmp"
	"strings"
	"time"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakerendpoint"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// Strategy is how a new configuration takes over.
type Strategy string

// The strategies.
// https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
const (
	// AllAtOnce moves all requests to a new fleet in one step, and keeps the old one while it watches the alarms.
	AllAtOnce Strategy = "all-at-once"
	// Canary moves a part of the requests to a new fleet, watches the alarms, and moves the rest.
	Canary Strategy = "canary"
	// Linear moves requests to a new fleet step by step, and watches the alarms after each.
	Linear Strategy = "linear"
	// Rolling replaces instances in batches, and watches the alarms after each. It needs the fewest extra instances.
	Rolling Strategy = "rolling"
	// Unguarded gives up alarms, waiting and rollback: what SageMaker does for Inf1 instances and for containers of
	// AWS Marketplace, which take no other strategy.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html
	Unguarded Strategy = "unguarded"
)

// Deployment says how a new configuration takes over from the old one, and what brings the old one back. It is not used
// when the endpoint is made.
type Deployment struct {
	// Strategy of the deployment. Default: AllAtOnce, or Unguarded with an Inf1 instance.
	Strategy Strategy
	// StepPercent is the size of the canary (1 to 50), of a linear step (10 to 50) or of a rolling batch (5 to 50), in
	// percent of the instances. Default: 10 for Canary, 20 for Linear and Rolling.
	StepPercent int
	// StepInstances is the size in instances instead. Default: StepPercent decides.
	StepInstances int
	// Wait is how long the alarms are watched after each step, up to 1 hour in whole seconds. Default: 5 minutes.
	Wait time.Duration
	// KeepOld is how long the old fleet stays after the last step, up to 1 hour in whole seconds. Not with Rolling. Default: 0.
	KeepOld time.Duration
	// Timeout ends and rolls back a deployment that takes longer, 10 minutes to 4 hours. Default: chosen by AWS.
	Timeout time.Duration
	// RollbackAlarms are names of CloudWatch alarms that bring the old configuration back, beside those of Alarms: at
	// most 10 together. Default: none.
	RollbackAlarms []string
}

func (d Deployment) withDefaults(inf1 bool) Deployment {
	if d.Strategy == "" {
		d.Strategy = AllAtOnce
		if inf1 {
			d.Strategy = Unguarded
		}
	}
	if d.Strategy == Unguarded {
		return d
	}
	d.Wait = cmp.Or(d.Wait, 5*time.Minute)
	if d.StepPercent == 0 && d.StepInstances == 0 {
		switch d.Strategy {
		case Canary:
			d.StepPercent = 10
		case Linear, Rolling:
			d.StepPercent = 20
		}
	}
	return d
}

// deployment is the block of the endpoint. The provider replaces an endpoint that gets its first rollback alarm or loses
// its last, so that the block is there from the beginning.
func (e *Endpoint) deployment() *sagemakerendpoint.SagemakerEndpointDeploymentConfig {
	d := e.props.Deployment
	if d.Strategy == Unguarded {
		return nil
	}
	out := &sagemakerendpoint.SagemakerEndpointDeploymentConfig{}
	if names := append(e.AlarmNames(), d.RollbackAlarms...); len(names) > 0 {
		var alarms []*sagemakerendpoint.SagemakerEndpointDeploymentConfigAutoRollbackConfigurationAlarms
		for _, name := range names {
			alarms = append(alarms, &sagemakerendpoint.SagemakerEndpointDeploymentConfigAutoRollbackConfigurationAlarms{AlarmName: tf.Str(name)})
		}
		out.AutoRollbackConfiguration = &sagemakerendpoint.SagemakerEndpointDeploymentConfigAutoRollbackConfiguration{Alarms: alarms}
	}
	unit, size := "CAPACITY_PERCENT", d.StepPercent
	if d.StepInstances > 0 {
		unit, size = "INSTANCE_COUNT", d.StepInstances
	}
	if d.Strategy == Rolling {
		out.RollingUpdatePolicy = &sagemakerendpoint.SagemakerEndpointDeploymentConfigRollingUpdatePolicy{
			MaximumBatchSize:      &sagemakerendpoint.SagemakerEndpointDeploymentConfigRollingUpdatePolicyMaximumBatchSize{Type: tf.Str(unit), Value: tf.Num(size)},
			WaitIntervalInSeconds: tf.Num(seconds(d.Wait)), MaximumExecutionTimeoutInSeconds: tf.OptNum(seconds(d.Timeout)),
			// Going back is urgent, and the old configuration is known to work.
			RollbackMaximumBatchSize: &sagemakerendpoint.SagemakerEndpointDeploymentConfigRollingUpdatePolicyRollbackMaximumBatchSize{Type: tf.Str("CAPACITY_PERCENT"), Value: tf.Num(100)},
		}
		return out
	}
	traffic := &sagemakerendpoint.SagemakerEndpointDeploymentConfigBlueGreenUpdatePolicyTrafficRoutingConfiguration{
		Type: tf.Str(strings.ReplaceAll(strings.ToUpper(string(d.Strategy)), "-", "_")), WaitIntervalInSeconds: tf.Num(seconds(d.Wait)),
	}
	switch d.Strategy {
	case Canary:
		traffic.CanarySize = &sagemakerendpoint.SagemakerEndpointDeploymentConfigBlueGreenUpdatePolicyTrafficRoutingConfigurationCanarySize{Type: tf.Str(unit), Value: tf.Num(size)}
	case Linear:
		traffic.LinearStepSize = &sagemakerendpoint.SagemakerEndpointDeploymentConfigBlueGreenUpdatePolicyTrafficRoutingConfigurationLinearStepSize{Type: tf.Str(unit), Value: tf.Num(size)}
	}
	out.BlueGreenUpdatePolicy = &sagemakerendpoint.SagemakerEndpointDeploymentConfigBlueGreenUpdatePolicy{
		TrafficRoutingConfiguration: traffic, TerminationWaitInSeconds: tf.OptNum(seconds(d.KeepOld)), MaximumExecutionTimeoutInSeconds: tf.OptNum(seconds(d.Timeout)),
	}
	return out
}
