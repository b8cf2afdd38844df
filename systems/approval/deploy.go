package approval

import (
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/internal/jsontext"
)

// create makes the model and the configuration. What a lost answer has made already is taken as it is: the names belong
// to this execution alone.
func (s Settings) create() []asl.State {
	environment := map[string]asl.Text{}
	for name, value := range s.Environment {
		environment[name] = asl.Text(value)
	}
	model := asl.SageMakerCreateModel{
		Name: s.name(), RoleARN: s.RoleARN, Tags: s.Tags,
		Containers: []asl.ModelContainer{{ModelPackage: s.modelPackage(), Environment: environment}},
		Network: asl.SageMakerNetwork{
			Subnets: s.Subnets, SecurityGroups: s.SecurityGroups, Isolation: s.Serverless == nil && !s.AllowContainerNetwork,
		},
	}
	configuration := asl.SageMakerCreateEndpointConfig{
		Name: s.name(), KeyARN: s.volumeKey(), DataCapture: s.DataCapture, Tags: s.Tags,
		Variants: []asl.EndpointVariant{{
			Name: s.Variant, ModelName: s.name(), InstanceType: asl.Text(s.InstanceType), InstanceCount: s.InstanceCount, Serverless: s.Serverless,
		}},
	}
	exists := func(name, next, otherwise string) asl.Choice {
		return asl.Choice{Name: name, Default: otherwise, Rules: []asl.Rule{{If: says(cause, alreadyThere), Next: next}}}
	}
	return []asl.State{
		call("Create model", "Create configuration", "Is the model there", model, nil),
		exists("Is the model there", "Create configuration", "Record failure"),
		call("Create configuration", "Create or update", "Is the configuration there", configuration, nil),
		exists("Is the configuration there", "Create or update", "Discard model"),
	}
}

const (
	createEndpoint = "Create endpoint"
	updateEndpoint = "Update endpoint"
)

// deploy brings the endpoint to the configuration, and waits until it is there or back.
func (s Settings) deploy() []asl.State {
	is, serves := asl.Var(status), asl.Var(serving)
	key, endpoint := s.volumeKey(), asl.Text(s.Endpoint)
	ended := asl.Object{
		failure: asl.Expr(`$failure != "" ? $failure : "DeploymentFailed"`),
		cause: asl.Expr(`$cause != "" ? $cause : $reason != "" ? $reason : "the endpoint is " & $status & " with the configuration " & $serving & ` +
			`", to which it went back"`),
	}
	broken := asl.Object{failure: ended[failure], cause: asl.Expr(`$cause != "" ? $cause : "the endpoint is " & $status & ": " & $reason`)}
	update := updateEndpoint
	var first []asl.State
	switch {
	case s.Autoscaling != nil:
		first, update = s.unscale(update), readConfiguration
	case s.Serverless == nil:
		first, update = s.forget(update), readScaling
	}
	// An update that was refused is not repeated as it is: what another deployment brought meanwhile would be replaced unseen, and
	// stay. It begins anew, and so knows what it replaces.
	updating := call(updateEndpoint, "Wait for deployment", "Wait for deployment", asl.SageMakerUpdateEndpoint{
		Name: endpoint, ConfigName: s.name(), KeyARN: key, Deployment: s.Deployment, Rolling: s.Rolling, KeepVariantProperties: s.Serverless == nil && !s.ResetInstanceCount,
	}, nil)
	updating.Retry = append([]asl.Retrier{refused()}, updating.Retry...)
	return append(first,
		asl.Choice{
			Name: "Create or update", Default: update, Assign: fresh(),
			Rules: []asl.Rule{{If: asl.StringEquals(asl.Var(current), ""), Next: createEndpoint, Assign: fresh()}},
		},
		// Whether the endpoint is on its way after an error, only the endpoint knows: a request may have been received
		// although its answer was lost.
		call(createEndpoint, "Wait for deployment", "Wait for deployment", asl.SageMakerCreateEndpoint{
			Name: endpoint, ConfigName: s.name(), KeyARN: key, Tags: s.Tags,
		}, nil),
		updating,
		asl.Wait{Name: "Wait for deployment", For: s.Poll, Assign: again(), Next: "Read deployment"},
		asl.Task{
			Name: "Read deployment", Call: asl.SageMakerDescribeEndpoint{Name: endpoint}, Output: asl.Object{}, Retry: retry(),
			Assign: asl.Object{status: asl.Result("EndpointStatus"), serving: asl.Result("EndpointConfigName"), reason: optional("$states.result.FailureReason")},
			Catch:  unread("Read deployment", "Is it gone"), Next: "Where is the deployment",
		},
		asl.Choice{
			Name: "Is it gone", Default: "Record failure", Comment: "Nothing is deleted while nobody knows what the endpoint serves",
			Rules: []asl.Rule{{If: says(reason, notFound), Next: "Discard configuration"}},
		},
		asl.Choice{
			Name: "Where is the deployment", Default: "Record failure", Assign: broken,
			Rules: []asl.Rule{
				{If: asl.And(asl.StringEquals(is, "InService"), asl.StringEquals(serves, s.name())), Next: "Record deployment"},
				{If: asl.StringEquals(is, "InService"), Next: "Discard configuration", Assign: ended, Comment: "rolled back, or never begun"},
				{If: asl.And(busy(), asl.NumericLessThan(asl.Var(looks), s.maxLooks())), Next: "Wait for deployment"},
				{
					If: busy(), Next: "Record failure", Comment: "Nothing is deleted that may yet be used",
					Assign: found("Where is the deployment", "DeploymentTooSlow", "the endpoint is still "+is+" after "+asl.Text(s.MaxWait.String())),
				},
				{If: asl.And(asl.StringEquals(is, "Failed"), asl.StringEquals(asl.Var(current), "")), Next: "Delete failed endpoint", Assign: broken},
			},
		},
		asl.Task{
			Name: "Delete failed endpoint", Call: asl.SageMakerDeleteEndpoint{Name: endpoint}, Retry: retry(), Output: asl.Object{},
			Comment: "It never served, and would stand in the way of the next approval",
			Catch:   lost("Record failure"), Next: "Discard configuration",
		},
	)
}

// fresh begins a deployment: no error yet, and nothing seen.
func fresh() asl.Object {
	return asl.Object{
		at: asl.Text("Where is the deployment"), failure: none, cause: none, reason: none, serving: none, looks: asl.Int(0),
	}
}

// unread keeps an error of the deployment itself before one of looking at it.
func unread(state, next string) []asl.Catcher {
	catch := asl.CatchAll(next)
	catch[0].Output = asl.Object{}
	catch[0].Assign = asl.Object{
		at:      asl.Expr(`$failure != "" ? $at : ` + jsontext.Compact(state)),
		failure: asl.Expr(`$failure != "" ? $failure : $states.errorOutput.Error`),
		cause:   asl.Expr(`$cause != "" ? $cause : $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : ""`),
		reason:  optional("$states.errorOutput.Cause"),
	}
	return catch
}

// lost goes on without keeping the error, where an earlier one is to be told.
func lost(next string) []asl.Catcher {
	catch := asl.CatchAll(next)
	catch[0].Output = asl.Object{}
	return catch
}
