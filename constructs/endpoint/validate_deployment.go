package endpoint

import (
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// terraformWaits is how long the provider waits for an endpoint.
const terraformWaits = time.Hour

func (p Props) validateDeployment(problems *problem.List) {
	d := p.Deployment
	known := []Strategy{AllAtOnce, Canary, Linear, Rolling, Unguarded}
	if !slices.Contains(known, d.Strategy) {
		problems.Addf("deployment.strategy", "%q is unknown; use %s, %s, %s, %s or %s", d.Strategy, known[0], known[1], known[2], known[3], known[4])
		return
	}
	if d.Strategy == Unguarded {
		if d.StepPercent != 0 || d.StepInstances != 0 || d.Wait != 0 || d.KeepOld != 0 || d.Timeout != 0 || len(d.RollbackAlarms) > 0 {
			problems.Addf("deployment", "has settings that the strategy %s does not use; remove them or choose another strategy", Unguarded)
		}
		return
	}
	if p.inf1() {
		problems.Addf("deployment.strategy", "%q does not work with Inf1 instances; use %s or other instances", d.Strategy, Unguarded)
	}
	p.validateSteps(problems)
	whole := func(path string, value, least, most time.Duration) {
		if value != 0 && (value < least || value > most || value%time.Second != 0) {
			problems.Addf(path, "%s is out of range; use %s to %s in whole seconds", value, least, most)
		}
	}
	whole("deployment.wait", d.Wait, time.Second, time.Hour)
	whole("deployment.keepOld", d.KeepOld, time.Second, time.Hour)
	whole("deployment.timeout", d.Timeout, 10*time.Minute, 4*time.Hour)
	if d.Strategy == Rolling && d.KeepOld != 0 {
		problems.Addf("deployment.keepOld", "has no effect with the strategy %s, which has no old fleet; remove it", Rolling)
	}
	if total := d.Wait*time.Duration(p.waits()) + d.KeepOld; total >= terraformWaits && !p.DeployedElsewhere {
		problems.Addf("deployment", "waits %s in all, and Terraform gives up after %s; use larger steps or a shorter wait", total, terraformWaits)
	}
	if n := p.alarmCount() + len(d.RollbackAlarms); n > 10 {
		problems.Addf("deployment.rollbackAlarms", "would be %d with those of the variants, 10 are allowed; set alarms.noLatency or alarms.off, or name fewer", n)
	}
	for i, name := range d.RollbackAlarms {
		if name == "" || len(name) > 255 {
			problems.Addf(problem.Index("deployment.rollbackAlarms", i), "%q is no name of an alarm; use 1 to 255 characters, and no ARN", name)
		} else if strings.HasPrefix(name, "arn:") {
			problems.Addf(problem.Index("deployment.rollbackAlarms", i), "%q is an ARN; give the alarm's name", name)
		}
	}
}

// waits is how often the deployment waits for the alarms.
func (p Props) waits() int {
	d := p.Deployment
	steps := func() int {
		if d.StepInstances > 0 {
			most := 1
			for _, v := range p.Variants {
				most = max(most, (v.InstanceCount+d.StepInstances-1)/d.StepInstances)
			}
			return most
		}
		return (100 + d.StepPercent - 1) / max(1, d.StepPercent)
	}
	switch d.Strategy {
	case Canary:
		return 2
	case Linear, Rolling:
		return steps()
	}
	return 1
}

// validateSteps holds the step against the limits of the strategy.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TrafficRoutingConfig.html
func (p Props) validateSteps(problems *problem.List) {
	d := p.Deployment
	least, most := 0, 50
	switch d.Strategy {
	case AllAtOnce:
		if d.StepPercent != 0 || d.StepInstances != 0 {
			problems.Addf("deployment", "has a step, and the strategy %s has none; remove it, or use %s, %s or %s", AllAtOnce, Canary, Linear, Rolling)
		}
		return
	case Canary:
		least = 1
	case Linear:
		least = 10
	case Rolling:
		least = 5
		if p.serverless() {
			problems.Addf("deployment.strategy", "%q does not work with serverless variants; use %s, %s or %s", Rolling, AllAtOnce, Canary, Linear)
		}
		if len(p.Variants) > 1 {
			problems.Addf("deployment.strategy", "%q works with one variant, and there are %d; use %s, %s or %s", Rolling, len(p.Variants), AllAtOnce, Canary, Linear)
		}
	}
	switch {
	case d.StepPercent != 0 && d.StepInstances != 0:
		problems.Addf("deployment", "has stepPercent and stepInstances; keep one of them")
	case d.StepInstances == 0 && (d.StepPercent < least || d.StepPercent > most):
		problems.Addf("deployment.stepPercent", "%d is out of range; use %d to %d with the strategy %s", d.StepPercent, least, most, d.Strategy)
	case d.StepInstances < 0:
		problems.Addf("deployment.stepInstances", "%d is out of range; use 1 or more", d.StepInstances)
	case d.StepInstances > 0 && p.serverless():
		problems.Addf("deployment.stepInstances", "has no meaning for a serverless variant; use stepPercent")
	case d.StepInstances > 0:
		for _, v := range p.Variants {
			if share := 100 * d.StepInstances / max(1, v.InstanceCount); share < least || share > most {
				problems.Addf("deployment.stepInstances", "%d of the %d instances of the variant %s is %d%%, %d%% to %d%% are allowed with the strategy %s; change one of the numbers", d.StepInstances, v.InstanceCount, v.Name, share, least, most, d.Strategy)
			}
		}
	}
}

func (p Props) validateAlarms(problems *problem.List) {
	a := p.Alarms
	if a.Disabled {
		if a.ErrorPercent != 0 || a.Errors != 0 || a.LatencyP99 != 0 || a.NoLatency || len(a.TopicARNs) > 0 {
			problems.Addf("alarms", "has settings although it is disabled; remove disabled or the settings")
		}
		return
	}
	if p.Async != nil {
		if a.ErrorPercent != 0 || a.LatencyP99 != 0 || a.NoLatency {
			problems.Addf("alarms", "has errorPercent, latencyP99 or noLatency, which asynchronous endpoints do not have; use errors")
		}
		if a.Errors < 1 {
			problems.Addf("alarms.errors", "%d is out of range; use 1 or more", a.Errors)
		}
	} else {
		if a.Errors != 0 {
			problems.Addf("alarms.errors", "is for asynchronous endpoints; use errorPercent")
		}
		if a.ErrorPercent < 1 || a.ErrorPercent > 99 {
			problems.Addf("alarms.errorPercent", "%d is out of range; use 1 to 99", a.ErrorPercent)
		}
		if a.NoLatency && a.LatencyP99 != 0 {
			problems.Addf("alarms.latencyP99", "%s has no effect with noLatency; remove one of them", a.LatencyP99)
		}
		if !a.NoLatency && (a.LatencyP99 < time.Millisecond || a.LatencyP99 > time.Minute) {
			problems.Addf("alarms.latencyP99", "%s is out of range; use 1ms to 1m, after which SageMaker ends a request", a.LatencyP99)
		}
	}
	problems.Add("", arn.CheckTopics("alarms.topicARNs", a.TopicARNs))
}
