package stacks

import (
	"time"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/privateapi"
	"github.com/mlplatform/mlplatform/constructs/statemachine"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/systems/approval"
	"github.com/mlplatform/mlplatform/systems/modelapi"
)

// apiPart is in the names of the API and of the state machines that answer it.
const apiPart = "api"

// api makes the private API over the models: a state machine for each route, and the API in front of them.
func (e *environmentStack) api() error {
	scope, settings := tf.Group(e.made, apiPart), e.modelAPI()
	machines, err := settings.Machines()
	if err != nil {
		return err
	}
	answers := modelapi.API{Title: e.name(apiPart), Machines: map[modelapi.Route]string{}}
	for _, m := range machines {
		machine, err := statemachine.New(scope, string(m.Route), statemachine.Props{
			Name: m.Definition.Name, Definition: m.Definition, PermissionsBoundary: e.boundary, Statements: m.Statements,
			// What fails inside is found by the id that clients are told. Transactions stay out of logs.
			Logs:   statemachine.Logs{IncludeExecutionData: !m.HasTransactions, RetentionDays: e.env.API.Logs.RetentionDays},
			Alarms: statemachine.Alarms{TopicARNs: e.topics()},
		})
		if err != nil {
			return err
		}
		answers.Machines[m.Route] = machine.ARN()
		e.drawMachine(apiPart+"-"+string(m.Route), m.Definition)
	}
	document, err := settings.Document(answers)
	if err != nil {
		return err
	}
	props := e.apiProps()
	props.Document = document
	api, err := privateapi.New(scope, "gateway", props)
	if err != nil {
		return err
	}
	e.parts.API = api
	tf.Output(e.made, "api_url", api.InvokeURL(), "Where the routes of the API over the models begin, for clients in the network")
	tf.Output(e.made, "api_id", api.ID(), "Id of the API over the models")
	tf.Output(e.made, "api_usage_plan_id", api.UsagePlanID(), "Usage plan of the API's keys, which are made by command")
	return nil
}

// modelAPI says what the API does.
func (e *environmentStack) modelAPI() modelapi.Settings {
	c, rules := e.env.Endpoint, e.env.API.Inference.Rules()
	return modelapi.Settings{
		Name: e.name(apiPart), Scope: e.scope, Group: c.ModelPackageGroup, Endpoint: c.Name, DeploymentARN: e.parts.Deployment.ARN(),
		Made: approval.Made(c.Name), Tags: e.deploymentTags(e.env.Name),
		Features: rules.Features, Threshold: rules.Threshold, Label: rules.Label, Score: rules.Score,
	}
}

// apiProps say how clients reach the API, and how often.
func (e *environmentStack) apiProps() privateapi.Props {
	c, network := e.env.API, e.parts.Network
	props := privateapi.Props{
		Name: e.name(apiPart), Stage: c.Stage, VPCEndpointID: c.VPCEndpointID, PermissionsBoundary: e.boundary,
		Throttle: privateapi.Throttle{Rate: c.Throttle.Rate, Burst: c.Throttle.Burst},
		Logs:     privateapi.Logs{RetentionDays: c.Logs.RetentionDays, AccountRole: c.Logs.AccountRole},
		Alarms: privateapi.Alarms{
			TopicARNs: e.topics(), Errors: c.Alarms.Errors, Throttled: c.Alarms.Throttled, Latency: time.Duration(c.Alarms.LatencyMilliseconds) * time.Millisecond,
		},
	}
	if q := c.Quota; q != nil {
		periods := map[config.QuotaPeriod]privateapi.Period{config.QuotaDay: privateapi.Day, config.QuotaWeek: privateapi.Week, config.QuotaMonth: privateapi.Month}
		props.Quota = privateapi.Quota{Requests: q.Requests, Period: periods[q.Period]}
	}
	switch {
	case c.MakesVPCEndpoint(e.env.Network):
		subnets := network.PrivateSubnetIDs()
		if len(subnets) == 0 {
			subnets = network.IsolatedSubnetIDs()
		}
		props.VPCEndpoint = &privateapi.VPCEndpoint{VPCID: network.ID(), SubnetIDs: subnets, ClientCIDRs: c.ClientCIDRs, PrivateDNS: c.PrivateDNS}
	case c.VPCEndpointID == "":
		props.VPCEndpointID = network.EndpointID("execute-api")
	}
	return props
}
