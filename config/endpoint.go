package config

import "strings"

// Endpoint is what serves the approved model of an environment. A state machine deploys each model of the group when it is
// approved, and only then; Terraform makes what is around the endpoint. It needs training or automation.
type Endpoint struct {
	// Enabled switches the part off if false. The endpoint itself stays and costs until it is deleted. Default: true.
	Enabled bool `yaml:"enabled"`
	// Name of the endpoint, which begins with <project>-<environment>-. Default: <project>-<environment>-models.
	Name string `yaml:"name"`
	// ModelPackageGroup is the group whose approved models are deployed. Default: that of training, or that of automation.
	ModelPackageGroup string `yaml:"modelPackageGroup"`
	// InstanceType is the SageMaker instance type. Default: ml.m5.large, none with serverless.
	InstanceType string `yaml:"instanceType"`
	// InstanceCount is the number of instances, with autoscaling that of a new endpoint, 1 to 100. Default: 1, or autoscaling's min, none with serverless.
	InstanceCount int `yaml:"instanceCount" jsonschema:"minimum=1,maximum=100"`
	// Serverless runs without instances and costs nothing while idle. Default: none, on instances.
	Serverless *EndpointServerless `yaml:"serverless"`
	// Autoscaling changes the number of instances with the load. Where it is taken away, the next deployment ends it. Default: none.
	Autoscaling *EndpointAutoscaling `yaml:"autoscaling"`
	// DataCapture keeps requests and answers in the data bucket. Default: none.
	DataCapture *EndpointDataCapture `yaml:"dataCapture"`
	// Deployment is how traffic moves to a new model. Default: the defaults below.
	Deployment EndpointDeployment `yaml:"deployment"`
	// Alarms watch the endpoint, and bring the model before back during a deployment. Default: the defaults below.
	Alarms EndpointAlarms `yaml:"alarms"`
	// Environment are variables of the container, over those of the model; no secrets. Default: none.
	Environment map[string]string `yaml:"environment"`
	// Network runs the containers in the private subnets of the environment's network. Default: true where these reach S3, by NAT or by the endpoint s3, but not with serverless.
	Network bool `yaml:"network"`
	// Dashboard makes a CloudWatch dashboard. Default: false.
	Dashboard bool `yaml:"dashboard"`
	// LogRetentionDays is how long the logs of the containers are kept, as CloudWatch offers. Default: 90.
	LogRetentionDays int `yaml:"logRetentionDays"`
	// NotifySuccess tells people of each deployment, not only of those that fail. Default: true.
	NotifySuccess bool `yaml:"notifySuccess"`
}

// EndpointServerless is the size of an endpoint without instances.
type EndpointServerless struct {
	// MemoryMB of each container: 1024, 2048, 3072, 4096, 5120 or 6144. Default: 2048.
	MemoryMB int `yaml:"memoryMB" jsonschema:"minimum=1024,maximum=6144"`
	// MaxConcurrency is how many requests are answered at once, 1 to 200. Default: 5.
	MaxConcurrency int `yaml:"maxConcurrency" jsonschema:"minimum=1,maximum=200"`
	// ProvisionedConcurrency is how many containers are kept warm, and paid, at most maxConcurrency. Default: 0, none.
	ProvisionedConcurrency int `yaml:"provisionedConcurrency" jsonschema:"minimum=0,maximum=200"`
}

// EndpointAutoscaling keeps the load of each instance at a target.
type EndpointAutoscaling struct {
	// Min is the smallest number of instances, 1 to 100. Default: 1.
	Min int `yaml:"min" jsonschema:"minimum=1,maximum=100"`
	// Max is the largest number of instances, 1 to 100.
	Max int `yaml:"max" jsonschema:"required,minimum=1,maximum=100,example=4"`
	// InvocationsPerInstance is the target for requests per instance and minute, from a load test.
	InvocationsPerInstance int `yaml:"invocationsPerInstance" jsonschema:"required,minimum=1,maximum=1000000,example=600"`
	// ScaleOutCooldownSeconds is how long to wait after adding an instance, 1 to 3600. Default: 60.
	ScaleOutCooldownSeconds int `yaml:"scaleOutCooldownSeconds" jsonschema:"minimum=1,maximum=3600"`
	// ScaleInCooldownSeconds is how long to wait after removing an instance, 1 to 3600. Default: 300.
	ScaleInCooldownSeconds int `yaml:"scaleInCooldownSeconds" jsonschema:"minimum=1,maximum=3600"`
}

// EndpointDataCapture keeps requests and answers.
type EndpointDataCapture struct {
	// Percent of the requests that are kept, 1 to 100. Default: 100.
	Percent int `yaml:"percent" jsonschema:"minimum=1,maximum=100"`
	// Prefix is the folder of the data bucket. Default: capture.
	Prefix string `yaml:"prefix"`
}

// EndpointDeployment is how new instances take the place of the old ones, watched by the alarms.
// https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
type EndpointDeployment struct {
	// Traffic is allAtOnce, canary for a share first and then the rest, linear for steps, each beside all old instances, or rolling to replace instances in batches. Default: allAtOnce.
	Traffic Traffic `yaml:"traffic"`
	// StepPercent of the capacity moves first (canary, 1 to 50), each time (linear, 10 to 50) or in each batch (rolling, 5 to 50 and one instance at least). Default: 10 with canary, 20 with linear, 20 or one instance with rolling.
	StepPercent int `yaml:"stepPercent" jsonschema:"minimum=1,maximum=50"`
	// BakingMinutes is how long the alarms are watched after each move, 1 to 60. Default: 5.
	BakingMinutes int `yaml:"bakingMinutes" jsonschema:"minimum=1,maximum=60"`
	// KeepOldMinutes is how long the old instances live after the last move, 0 to 60, not with rolling. Default: 0.
	KeepOldMinutes int `yaml:"keepOldMinutes" jsonschema:"minimum=0,maximum=60"`
}

// Traffic is how requests move to a new model.
type Traffic string

const (
	// TrafficAllAtOnce moves all requests.
	TrafficAllAtOnce Traffic = "allAtOnce"
	// TrafficCanary moves a share, and later the rest.
	TrafficCanary Traffic = "canary"
	// TrafficLinear moves equal steps.
	TrafficLinear Traffic = "linear"
	// TrafficRolling replaces instances in batches, with fewer of them at a time.
	TrafficRolling Traffic = "rolling"
)

// Values are all ways.
func (Traffic) Values() []string {
	return []string{string(TrafficAllAtOnce), string(TrafficCanary), string(TrafficLinear), string(TrafficRolling)}
}

// EndpointAlarms look at single minutes and go off when two of three are bad.
type EndpointAlarms struct {
	// ErrorPercent is the share of failed requests above which an alarm goes off, 1 to 99. Default: 5.
	ErrorPercent int `yaml:"errorPercent" jsonschema:"minimum=1,maximum=99"`
	// LatencyMilliseconds is the time within which 99 of 100 answers of the container come, 1 to 60000. Default: 5000.
	LatencyMilliseconds int `yaml:"latencyMilliseconds" jsonschema:"minimum=1,maximum=60000"`
}

const defaultEndpointInstance = "ml.m5.large"

func (p *Endpoint) setDefaults() {
	*p = Endpoint{Enabled: true, LogRetentionDays: 90, NotifySuccess: true}
	p.Deployment.setDefaults()
	p.Alarms.setDefaults()
}

func (s *EndpointServerless) setDefaults() {
	*s = EndpointServerless{MemoryMB: 2048, MaxConcurrency: 5}
}

func (a *EndpointAutoscaling) setDefaults() {
	*a = EndpointAutoscaling{Min: 1, ScaleOutCooldownSeconds: 60, ScaleInCooldownSeconds: 300}
}

func (d *EndpointDataCapture) setDefaults() {
	*d = EndpointDataCapture{Percent: 100, Prefix: "capture"}
}

func (d *EndpointDeployment) setDefaults() {
	*d = EndpointDeployment{Traffic: TrafficAllAtOnce, BakingMinutes: 5}
}

func (a *EndpointAlarms) setDefaults() {
	*a = EndpointAlarms{ErrorPercent: 5, LatencyMilliseconds: 5000}
}

// EndpointEnabled reports whether the environment serves approved models.
func (e *Environment) EndpointEnabled() bool { return e.Endpoint != nil }

// setDerived fills in what follows from the environment.
func (p *Endpoint) setDerived(f *file, e *Environment) {
	if p.Name == "" && !f.has("endpoint.name") {
		p.Name = e.Prefix() + "-models"
	}
	if groups := e.ModelPackageGroups(); p.ModelPackageGroup == "" && !f.has("endpoint.modelPackageGroup") && len(groups) > 0 {
		p.ModelPackageGroup = groups[0]
	}
	if p.Serverless == nil {
		if p.InstanceType == "" && !f.has("endpoint.instanceType") {
			p.InstanceType = defaultEndpointInstance
		}
		if !f.has("endpoint.instanceCount") {
			p.InstanceCount = 1
			if p.Autoscaling != nil {
				p.InstanceCount = p.Autoscaling.Min
			}
		}
	}
	if !f.has("endpoint.deployment.stepPercent") {
		p.Deployment.StepPercent = map[Traffic]int{TrafficCanary: 10, TrafficLinear: 20, TrafficRolling: max(20, min(50, p.oneInstance()))}[p.Deployment.Traffic]
	}
	if !f.has("endpoint.network") {
		p.Network = p.Serverless == nil && e.Network.hasPrivateSubnets() && e.Network.reachesS3()
	}
	if p.DataCapture != nil {
		p.DataCapture.Prefix = strings.TrimSuffix(p.DataCapture.Prefix, "/")
	}
}

// fewestInstances is how many instances there are when there are fewest.
func (p *Endpoint) fewestInstances() int {
	if p.Autoscaling != nil {
		return min(p.InstanceCount, p.Autoscaling.Min)
	}
	return p.InstanceCount
}

// oneInstance is the percentage that one instance is at most, rounded up.
func (p *Endpoint) oneInstance() int {
	fewest := max(1, p.fewestInstances())
	return (100 + fewest - 1) / fewest
}

// leastMinutes is how long a deployment takes by its own settings.
func (d EndpointDeployment) leastMinutes() int {
	waits := 1
	switch d.Traffic {
	case TrafficCanary:
		waits = 2
	case TrafficLinear, TrafficRolling:
		waits = (100 + d.StepPercent - 1) / max(1, d.StepPercent)
	}
	return waits*d.BakingMinutes + d.KeepOldMinutes
}
