package trigger

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/constructs/internal/eventtarget"
	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

var busPattern = lazyregexp.New(`^[A-Za-z0-9_./-]{1,256}$`)

func (p Props) withDefaults() Props {
	p.EventBus = cmp.Or(p.EventBus, "default")
	p.RetryFor = cmp.Or(p.RetryFor, eventtarget.DefaultRetryFor)
	return p
}

func (p Props) validate() error {
	var problems problem.List
	rule.Tags(&problems, "tags", p.Tags)
	starter := p.starter()
	starter.CheckSelf(&problems)
	if p.Event == nil {
		problems.Addf("event", "is missing; say what must happen, such as eventpattern.ObjectCreated{Bucket: \"name\"}")
	} else {
		problems.Add("event", p.Event.Validate())
	}
	if !token.Is(p.EventBus) && !busPattern.MatchString(p.EventBus) {
		problems.Addf("eventBus", "%q is no name of an event bus; use 1 to 256 letters, digits and _ . - /", p.EventBus)
	}
	starter.CheckTarget(&problems)
	p.validateFromEvent(&problems)
	starter.CheckDelivery(&problems)
	if p.KeyARN != "" && p.DeadLetterQueueARN != "" {
		problems.Addf("keyARN", "is for the queue that is made, and deadLetterQueueARN names an existing one; drop one of them")
	}
	problems.Add("", starter.Role.Validate())
	return problems.Err()
}

// validateFromEvent checks what is taken from the event, and that a pipeline does not start itself.
func (p Props) validateFromEvent(problems *problem.List) {
	if p.StateMachine != nil {
		checkInput(problems, "stateMachine.input", p.StateMachine.Input)
	}
	if p.Pipeline == nil {
		return
	}
	for i, each := range p.Pipeline.Parameters {
		at := problem.Index("pipeline.parameters", i) + ".value"
		if each.late && !eventtarget.EventPath(each.value) {
			problems.Addf(at, "%q is no path in an event; write it like $.detail.object.key, with letters, digits, - and _", each.value)
		}
		if !each.late && strings.HasPrefix(each.value, "$.") {
			problems.Addf(at, "%q would be looked up in the event; use FromEvent if that is meant", each.value)
		}
	}
	if own, ok := p.Event.(eventpattern.PipelineExecutionChange); ok && slices.Contains(own.PipelineARNs, p.Pipeline.ARN) {
		problems.Addf("event", "is about the pipeline that it starts, which would start itself without end; use the pipeline's retry policies, or another pipeline")
	}
}
