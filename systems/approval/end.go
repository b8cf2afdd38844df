package approval

import (
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/internal/jsontext"
)

// record notes in the package's metadata what became of it at this endpoint. Other metadata stays, and that of other
// endpoints too. Values hold only what SageMaker allows there, which excludes most causes of errors.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html
func (s Settings) record(result string, more map[string]asl.Text) asl.SageMakerUpdateModelPackage {
	metadata := map[string]asl.Text{
		s.Endpoint + ":status": asl.Text(result), s.Endpoint + ":time": asl.Context("State.EnteredTime"), s.Endpoint + ":execution": asl.ExecutionID(),
	}
	for name, value := range more {
		metadata[s.Endpoint+":"+name] = value
	}
	return asl.SageMakerUpdateModelPackage{ModelPackage: s.modelPackage(), Metadata: metadata}
}

func (s Settings) event(detailType string, detail asl.Object) asl.EventBridgePutEvents {
	return asl.EventBridgePutEvents{Events: []asl.Event{{
		Source: s.EventSource, DetailType: detailType, Detail: detail, Resources: []asl.Text{s.modelPackage()},
	}}}
}

func (s Settings) tell(what string, message asl.Object) asl.SNSPublish {
	return asl.SNSPublish{TopicARN: s.TopicARN, KeyARN: s.TopicKeyARN, Subject: asl.Text(s.Endpoint + ": " + what), Message: message}
}

// succeed records the deployment, announces it, and deletes what it replaced, as far as this machine made that.
func (s Settings) succeed() []asl.State {
	const otherwise = "Notify of loose ends"
	deployed := s.report("deployed", asl.Object{"configuration": s.name(), "replaced": asl.Var(current)})
	loose := s.report("deployed, with loose ends", asl.Object{"configuration": s.name(), "replaced": asl.Var(current), "at": asl.Var(at), "error": asl.Var(failure), "cause": asl.Var(cause)})
	const done = "Deployed"
	announced := done
	if !s.KeepReplaced {
		announced = "Was anything replaced"
	}
	afterScaling := announced
	if s.NotifySuccess {
		afterScaling = "Notify of success"
	}
	afterEvent := afterScaling
	if s.Autoscaling != nil {
		afterEvent = registerScaling
	}
	states := []asl.State{
		call("Record deployment", "Announce deployment", otherwise, s.record("deployed", map[string]asl.Text{"configuration": s.name()}), nil),
		call("Announce deployment", afterEvent, otherwise, s.event(DeployedEvent, deployed), nil),
	}
	if s.Autoscaling != nil {
		states = append(states, s.scale(afterScaling, otherwise)...)
	}
	if s.NotifySuccess {
		states = append(states, call("Notify of success", announced, otherwise, s.tell("model deployed", deployed), nil))
	}
	if !s.KeepReplaced {
		old := asl.Text(s.prefix()) + asl.Var(replaced)
		states = append(states,
			asl.Choice{
				Name: "Was anything replaced", Default: done, Comment: "What others made, such as Terraform, is theirs",
				Rules: []asl.Rule{{
					If:     asl.StringMatches(asl.Var(current), s.prefix()+"*"),
					Assign: asl.Object{replaced: asl.Expr("$substringAfter($current, " + jsontext.Compact(s.prefix()) + ")")}, Next: "Delete replaced configuration",
				}},
			},
			call("Delete replaced configuration", "Delete replaced model", otherwise, asl.SageMakerDeleteEndpointConfig{Name: old}, nil),
			call("Delete replaced model", done, otherwise, asl.SageMakerDeleteModel{Name: old}, nil),
		)
	}
	return append(states,
		asl.Succeed{Name: done, Output: deployed},
		asl.Task{Name: otherwise, Call: s.tell("model deployed, with loose ends", loose), Output: asl.Object{}, Retry: retry(), Catch: lost("Loose ends"), Next: "Loose ends"},
		asl.Fail{Name: "Loose ends", Error: "LooseEnds", Cause: "the model is deployed, but: " + asl.Var(at) + ": " + asl.Var(cause)},
	)
}

// fail deletes what the deployment made, records and announces that it failed, and tells people. Nothing on the way
// keeps people from being told. Where the endpoint was refused because another approval came first by seconds, nothing
// has failed: this one begins anew, and waits until the endpoint is free.
func (s Settings) fail() []asl.State {
	failed := s.report("not deployed", asl.Object{"at": asl.Var(at), "error": asl.Var(failure), "cause": asl.Var(cause)})
	step := func(name, next string, action asl.Action) asl.Task {
		return asl.Task{Name: name, Call: action, Output: asl.Object{}, Retry: retry(), Catch: lost(next), Next: next}
	}
	discarded := "Record failure"
	var scaling []asl.State
	if s.Autoscaling != nil {
		scaling, discarded = s.rescale(discarded), "Does an endpoint serve"
	}
	return append(scaling,
		step("Discard configuration", "Discard model", asl.SageMakerDeleteEndpointConfig{Name: s.name()}),
		step("Discard model", wasItTaken, asl.SageMakerDeleteModel{Name: s.name()}),
		asl.Choice{
			Name: wasItTaken, Default: discarded,
			Rules: []asl.Rule{{
				If:     asl.And(s.taken(), asl.NumericLessThan(asl.Var(turns), asl.Int(maxTurns))),
				Assign: asl.Object{turns: asl.MathAdd(asl.Var(turns), asl.Int(1)), looks: asl.Int(0)}, Next: "Read package",
			}},
		},
		step("Record failure", "Announce failure", s.record("failed", nil)),
		step("Announce failure", "Notify", s.event(FailedEvent, failed)),
		step("Notify", "Not deployed", s.tell("model not deployed", failed)),
		asl.Fail{Name: "Not deployed", Error: "NotDeployed", Cause: asl.Var(at) + ": " + asl.Var(cause)},
	)
}

const wasItTaken = "Was the endpoint taken"

// taken holds where the endpoint was refused because of another deployment, or the request for no fault of its own: it says so, or what
// serves is neither what served before nor of this execution.
func (s Settings) taken() asl.Condition {
	failedAt := func(state string) asl.Condition { return asl.StringEquals(asl.Var(at), asl.Text(state)) }
	serves := func(configuration asl.Text) asl.Condition { return asl.StringEquals(asl.Var(serving), configuration) }
	return asl.And(
		asl.Or(failedAt(createEndpoint), failedAt(updateEndpoint)),
		asl.Or(
			says(cause, inProgress), asl.And(failedAt(updateEndpoint), asl.Or(says(cause, throttled), says(cause, serverFault))), asl.And(failedAt(createEndpoint), says(cause, alreadyThere)),
			asl.Not(asl.Or(serves(""), serves(asl.Var(current)), serves(s.name()))),
		),
	)
}
