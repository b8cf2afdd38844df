package stacks

import (
	"time"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/endpoint"
	"github.com/mlplatform/mlplatform/constructs/executionrole"
	"github.com/mlplatform/mlplatform/constructs/statemachine"
	"github.com/mlplatform/mlplatform/constructs/trigger"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/systems/approval"
)

// approvalPart is in the names of what deploys approved models.
const approvalPart = "approval"

// endpoint makes what deploys approved models and watches the endpoint. The endpoint itself comes into being with the
// first approved model, without which there is nothing to serve.
func (e *environmentStack) endpoint() error {
	c := e.env.Endpoint
	scope, group := tf.Group(e.made, "endpoint"), e.parts.ModelGroups[c.ModelPackageGroup]
	network, err := e.jobNetwork(scope, "serving", c.Network)
	if err != nil {
		return err
	}
	watched, err := endpoint.Watch(scope, "watch", endpoint.WatchProps{
		Name: c.Name, Serverless: c.Serverless != nil, Dashboard: c.Dashboard, LogRetentionDays: c.LogRetentionDays,
		Alarms: endpoint.Alarms{
			ErrorPercent: c.Alarms.ErrorPercent, LatencyP99: time.Duration(c.Alarms.LatencyMilliseconds) * time.Millisecond, TopicARNs: e.topics(),
		},
	})
	if err != nil {
		return err
	}
	role, err := e.servingRole(scope, network)
	if err != nil {
		return err
	}
	settings := e.approvalSettings(network)
	settings.RoleARN = role.ARN()
	e.moveTraffic(&settings, watched.AlarmNames())
	definition, err := settings.Definition()
	if err != nil {
		return err
	}
	machine, err := statemachine.New(scope, "machine", statemachine.Props{
		Name: e.name(approvalPart), Definition: definition, PermissionsBoundary: e.boundary,
		// Failed deployments are told by the machine itself.
		Alarms: statemachine.Alarms{TopicARNs: e.topics()},
		// It writes to versions what became of them, and must not approve any by that.
		Statements: []policy.Statement{peopleApprove(group, "sagemaker:UpdateModelPackage")},
	})
	if err != nil {
		return err
	}
	if _, err := trigger.New(scope, "approved", trigger.Props{
		Name: e.name(approvalPart), Description: "Starts the state machine " + e.name(approvalPart) + " when a model is approved",
		Event: settings.Event(), PermissionsBoundary: e.boundary, FailureTopicARNs: e.topics(),
		StateMachine: &trigger.StateMachine{ARN: machine.ARN()},
	}); err != nil {
		return err
	}
	e.parts.Serving, e.parts.Deployment = role, machine
	e.drawMachine(approvalPart, definition)
	tf.Output(e.made, "endpoint_name", c.Name, "Endpoint that serves the approved model, once there is one")
	tf.Output(e.made, "approval_state_machine_arn", machine.ARN(), "State machine that deploys approved models")
	return nil
}

// approvedEndpoint is what serves once a model is approved.
func approvedEndpoint(env *config.Environment) []Instances {
	switch c := env.Endpoint; {
	case c.Serverless != nil && c.Serverless.ProvisionedConcurrency == 0:
		return nil
	case c.Serverless != nil:
		return []Instances{{Number: c.Serverless.ProvisionedConcurrency}}
	case c.Autoscaling != nil:
		return []Instances{{c.InstanceType, c.Autoscaling.Min}}
	default:
		return []Instances{{c.InstanceType, c.InstanceCount}}
	}
}

// servingRole is what the containers of the endpoint work with: it reads the models of the group's makers.
func (e *environmentStack) servingRole(scope tf.Construct, network jobPlace) (*executionrole.Role, error) {
	c, models, data := e.env.Endpoint, e.parts.Models, e.parts.Data
	var repositories []string
	var places []executionrole.Data
	if t := e.env.Training; t != nil && t.ModelPackageGroup == c.ModelPackageGroup {
		image, err := e.image(tf.Group(scope, "training"), t.Image)
		if err != nil {
			return nil, err
		}
		repositories = append(repositories, image.repositoryARN)
		places = append(places, executionrole.Data{BucketARN: models.ARN(), Read: []string{trainingPart}, KeyARN: models.KeyARN()})
	}
	var read, write []string
	if a := e.env.Automation; a != nil && a.Register.ModelPackageGroup == c.ModelPackageGroup {
		repository := sagemaker.Repository(e.scope.Partition, a.Tuning.Image)
		if a.Tuning.Image == "" {
			image, err := e.image(tf.Group(scope, "automation"), a.Image)
			if err != nil {
				return nil, err
			}
			repository = image.repositoryARN
		}
		if len(repositories) == 0 || repositories[0] != repository {
			repositories = append(repositories, repository)
		}
		read = []string{a.Folder + "/models"}
	}
	if c.DataCapture != nil {
		write = []string{c.DataCapture.Prefix}
	}
	if len(read)+len(write) > 0 {
		places = append(places, executionrole.Data{BucketARN: data.ARN(), Read: read, Write: write, KeyARN: data.KeyARN()})
	}
	props := executionrole.Props{
		Name: e.name("serving"), Description: "Runs the containers of the endpoint " + c.Name, PermissionsBoundary: e.boundary,
		RepositoryARNs: repositories, Data: places, Network: network.forRole(),
	}
	if c.Serverless == nil {
		props.VolumeKeyARNs = present(models.KeyARN())
	}
	return executionrole.New(scope, "serving", props)
}

// approvalSettings say what the state machine deploys, and how.
func (e *environmentStack) approvalSettings(network jobPlace) approval.Settings {
	c, models, data := e.env.Endpoint, e.parts.Models, e.parts.Data
	settings := approval.Settings{
		Name: e.name(approvalPart), Scope: e.scope, Group: c.ModelPackageGroup, Endpoint: c.Name, Environment: c.Environment,
		Subnets: network.subnets, SecurityGroups: network.groups,
		InstanceType: c.InstanceType, InstanceCount: c.InstanceCount,
		TopicARN: e.parts.Notifications.ARN(), TopicKeyARN: e.parts.Notifications.KeyARN(), NotifySuccess: c.NotifySuccess, Tags: e.tags(e.Stack),
	}
	if s := c.Serverless; s != nil {
		settings.Serverless = &asl.Serverless{MemoryMB: s.MemoryMB, MaxConcurrency: s.MaxConcurrency, ProvisionedConcurrency: s.ProvisionedConcurrency}
		return settings
	}
	settings.KeyARN = models.KeyARN()
	// Without scaling, the number of instances is that of the configuration.
	settings.ResetInstanceCount = c.Autoscaling == nil
	if a := c.Autoscaling; a != nil {
		settings.Autoscaling = &approval.Autoscaling{
			Min: a.Min, Max: a.Max, InvocationsPerInstance: a.InvocationsPerInstance,
			ScaleOutCooldown: time.Duration(a.ScaleOutCooldownSeconds) * time.Second, ScaleInCooldown: time.Duration(a.ScaleInCooldownSeconds) * time.Second,
		}
	}
	if d := c.DataCapture; d != nil {
		settings.DataCapture = &asl.DataCapture{S3URI: asl.Text(data.URI(d.Prefix)), Percent: d.Percent, KeyARN: data.KeyARN()}
	}
	return settings
}

// moveTraffic says how new instances take the place of the old ones, and which alarms make that go back.
func (e *environmentStack) moveTraffic(settings *approval.Settings, alarms []string) {
	d := e.env.Endpoint.Deployment
	baking := time.Duration(d.BakingMinutes) * time.Minute
	if d.Traffic == config.TrafficRolling {
		settings.Rolling = &asl.Rolling{StepPercent: d.StepPercent, Baking: baking, Alarms: alarms}
		return
	}
	settings.Deployment = &asl.BlueGreen{
		Traffic: map[config.Traffic]asl.Traffic{
			config.TrafficAllAtOnce: asl.AllAtOnce, config.TrafficCanary: asl.Canary, config.TrafficLinear: asl.LinearTraffic,
		}[d.Traffic],
		StepPercent: d.StepPercent, Baking: baking, OldInstances: time.Duration(d.KeepOldMinutes) * time.Minute, Alarms: alarms,
	}
}
