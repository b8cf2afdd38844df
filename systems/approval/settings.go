// Package approval is the state machine that deploys a model when it is approved: a definition of documents/asl from
// plain settings. It takes the event of a model package (eventpattern.ModelPackageChange), makes sure that the package is
// approved, creates or updates the endpoint, waits, records what it did and removes what it replaced. Where a
// deployment fails, the endpoint serves as before, and a topic hears of it. No Lambda function is involved.
//
// https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy.html
package approval

import (
	"cmp"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// Settings of the state machine. Required are Scope, Group, Endpoint, RoleARN, TopicARN and one of InstanceType and
// Serverless.
type Settings struct {
	// Name of the state machine: 1 to 80 letters, digits, hyphens and underscores. Default: the endpoint's, with
	// "-approval" after it.
	Name string
	// Scope is where the model package group, the endpoint and the machine live: one account and region. Required.
	Scope arn.Scope
	// Group is the name of the model package group: 1 to 63 small letters, digits and hyphens. SageMaker writes names in
	// small letters in ARNs, so that a package of a group with capitals could not be told for sure. Required.
	Group string
	// Endpoint is the name of the endpoint: 1 to 63 letters, digits and hyphens. It is made with the first approval if
	// there is none. An endpoint of constructs/endpoint needs DeployedElsewhere. Required.
	Endpoint string
	// Variant is the name of the endpoint's only variant. An endpoint that exists must have the same. Default:
	// AllTraffic.
	Variant string

	// RoleARN is the role that the model's containers work with. Required.
	RoleARN string
	// Environment of the container, over that of the package: no secrets. Default: none.
	Environment map[string]string
	// Subnets and SecurityGroups put the containers into a VPC: 1 to 16 and 1 to 5 ids, both or neither. Default: outside
	// of any VPC. https://docs.aws.amazon.com/sagemaker/latest/dg/host-vpc.html
	Subnets, SecurityGroups []string
	// AllowContainerNetwork gives up the isolation of the containers from every network. Serverless endpoints have no
	// isolation. Default: false.
	AllowContainerNetwork bool

	// InstanceType, such as "ml.m5.large". Exactly one of InstanceType and Serverless is given.
	InstanceType string
	// InstanceCount of a new endpoint: 1 or more. Default: 1.
	InstanceCount int
	// ResetInstanceCount takes InstanceCount with every deployment. Default: false, the endpoint keeps as many as it has,
	// which autoscaling may have chosen.
	ResetInstanceCount bool
	// Autoscaling changes the number of instances with the load. Not for serverless endpoints. Default: nil; what the
	// machine registered for scaling before is deregistered with the next deployment.
	Autoscaling *Autoscaling
	// Serverless runs without instances. Default: nil.
	Serverless *asl.Serverless
	// KeyARN is the KMS key of the instances' volumes. Not for serverless endpoints. Instances that have disks of their
	// own, such as ml.g5, encrypt those themselves and are not given the key. Default: a key of AWS.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
	KeyARN string
	// DataCapture stores requests and answers; the role writes them. Not for serverless endpoints. Default: nil, none.
	DataCapture *asl.DataCapture

	// Deployment moves the traffic of an existing endpoint in steps and goes back when one of its alarms goes off.
	// Default: nil, SageMaker goes back only where the new instances do not start.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
	Deployment *asl.BlueGreen
	// Rolling replaces the instances of an existing endpoint in batches and goes back when one of its alarms goes off. It
	// needs two instances or more, and at most one of Deployment and Rolling is given. Default: nil.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-rolling.html
	Rolling *asl.Rolling
	// MaxWait is how long a deployment may take, and also how long to wait for one that is under way: whole seconds, up
	// to 12 h. Default: 1 h, or what Deployment or Rolling takes and half an hour.
	MaxWait time.Duration
	// Poll is the time between looks at the endpoint: 10 s to 10 min in whole seconds. Default: 1 min.
	Poll time.Duration
	// KeepReplaced leaves the configurations and models that were replaced, which cost nothing and pile up. Default:
	// false, those that this machine made are deleted.
	KeepReplaced bool

	// TopicARN is an SNS topic that hears of deployments that fail. Required.
	TopicARN string
	// TopicKeyARN is the KMS key of the topic. Default: none.
	TopicKeyARN string
	// NotifySuccess tells the topic of each deployment. Default: false.
	NotifySuccess bool
	// EventSource is the source of the events of the default bus, "Model Deployed" and "Model Deployment Failed": not
	// beginning with "aws.". Default: mlplatform.
	EventSource string
	// Tags of models, configurations and the endpoint. Default: none.
	Tags map[string]string
}

// The names of the events that the machine sends.
const (
	DeployedEvent = "Model Deployed"
	FailedEvent   = "Model Deployment Failed"
)

const (
	maxName   = 63
	infix     = "-approved"
	maxPrefix = maxName - 17 // a hyphen and a hash of 16 digits
)

func (s Settings) withDefaults() Settings {
	s.Scope = s.Scope.WithDefaults()
	s.Name = cmp.Or(s.Name, s.Endpoint+"-approval")
	s.Variant = cmp.Or(s.Variant, "AllTraffic")
	if s.Autoscaling != nil {
		s.Autoscaling = s.Autoscaling.withDefaults()
	}
	if s.Serverless == nil && s.InstanceCount == 0 {
		s.InstanceCount = 1
		if s.Autoscaling != nil {
			s.InstanceCount = max(1, s.Autoscaling.Min)
		}
	}
	if s.MaxWait == 0 {
		s.MaxWait = s.wait()
	}
	s.Poll = cmp.Or(s.Poll, time.Minute)
	s.EventSource = cmp.Or(s.EventSource, "mlplatform")
	return s
}

// Definition is the state machine. All problems of the settings are reported at once.
func (s Settings) Definition() (asl.Definition, error) {
	s = s.withDefaults()
	if err := s.validate(); err != nil {
		return asl.Definition{}, err
	}
	return s.machine(), nil
}

// Event are the events that start the machine: approvals of packages of the group.
func (s Settings) Event() eventpattern.ModelPackageChange {
	return eventpattern.ModelPackageChange{Group: s.Group, Statuses: []eventpattern.ApprovalStatus{eventpattern.Approved}}
}

// prefix begins the names of the models and configurations that the machine makes, and with that says which ones it may
// delete.
func (s Settings) prefix() string { return Made(s.Endpoint) }

// Made begins the names of the models and configurations that the machine makes for an endpoint.
func Made(endpoint string) string {
	if most := maxPrefix - len(infix); len(endpoint) > most {
		endpoint = strings.TrimRight(endpoint[:most], "-")
	}
	return endpoint + infix + "-"
}

// packages begins the ARNs of the group's packages.
func (s Settings) packages() string {
	return s.Scope.Regional("sagemaker", "model-package/"+s.Group+"/")
}

// volumeKey is the key of the volumes, where the instances have volumes. That serverless endpoints have none, the definition
// says.
func (s Settings) volumeKey() string {
	return sagemaker.Volumes{Types: []string{s.InstanceType}}.Key(s.KeyARN)
}

var (
	groupPattern    = lazyregexp.New(`^[a-z0-9](-*[a-z0-9]){0,62}$`)
	endpointPattern = lazyregexp.New(`^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$`)
)
