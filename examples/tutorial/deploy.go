package main

import (
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/executionrole"
	"github.com/mlplatform/mlplatform/constructs/notification"
	"github.com/mlplatform/mlplatform/constructs/statemachine"
	"github.com/mlplatform/mlplatform/constructs/trigger"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/systems/approval"
)

// addDeployment deploys a model when somebody approves it, and tells the topic where that fails.
func addDeployment(stack cdktf.TerraformStack, env environment, scope arn.Scope, store *bucket.Bucket) error {
	name := env.prefix()
	alerts, err := notification.New(stack, "alerts", notification.Props{Name: name + "-alerts"})
	if err != nil {
		return err
	}
	serve, err := executionrole.New(stack, "serve", executionrole.Props{
		Name: name + "-serve", RepositoryARNs: []string{repositoryARN},
	})
	if err != nil {
		return err
	}
	if err := store.GrantRead(serve, "results"); err != nil {
		return err
	}
	deployment := approval.Settings{
		Scope: scope, Group: name, Endpoint: name, RoleARN: serve.ARN(),
		Serverless: &asl.Serverless{MemoryMB: 2048, MaxConcurrency: 5}, // costs nothing while nobody asks
		TopicARN:   alerts.ARN(), TopicKeyARN: alerts.KeyARN(),
	}
	definition, err := deployment.Definition()
	if err != nil {
		return err
	}
	machine, err := statemachine.New(stack, "approval", statemachine.Props{
		Name: name + "-approval", Definition: definition, Alarms: statemachine.Alarms{TopicARNs: []string{alerts.ARN()}},
	})
	if err != nil {
		return err
	}
	_, err = trigger.New(stack, "approved", trigger.Props{
		Name: name + "-approved", Event: deployment.Event(), StateMachine: &trigger.StateMachine{ARN: machine.ARN()},
	})
	return err
}
