package schedule

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/constructs/internal/eventtarget"
	"github.com/mlplatform/mlplatform/documents/scheduleexpression"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// The limits of schedules.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
const (
	maxInput  = 256 * 1024
	maxWindow = 24 * time.Hour
)

func (p Props) withDefaults() Props {
	p.TimeZone = cmp.Or(p.TimeZone, "UTC")
	p.Group = cmp.Or(p.Group, "default")
	p.RetryFor = cmp.Or(p.RetryFor, eventtarget.DefaultRetryFor)
	if p.StateMachine != nil && p.StateMachine.Input == "" {
		p.StateMachine = &StateMachine{ARN: p.StateMachine.ARN, Input: "{}"}
	}
	return p
}

func (p Props) validate() error {
	var problems problem.List
	starter := p.starter()
	starter.CheckSelf(&problems)
	starter.CheckTarget(&problems)
	p.validateInput(&problems)
	p.validateTime(&problems)
	if !token.Is(p.Group) {
		eventtarget.CheckName(&problems, "group", p.Group)
	}
	starter.CheckDelivery(&problems)
	problems.Add("", starter.Role.Validate())
	return problems.Err()
}

func (p Props) validateInput(problems *problem.List) {
	if p.StateMachine == nil {
		return
	}
	input := p.StateMachine.Input
	switch {
	case token.Is(input) && !strings.HasPrefix(strings.TrimSpace(input), "{"):
	case !json.Valid([]byte(input)):
		problems.Addf("stateMachine.input", `%q is no JSON; write it like {"mode":"full"}, placeholders within quotes`, input)
	case strings.Contains(input, `\u003caws.scheduler.`):
		problems.Addf("stateMachine.input", `has a placeholder written as \u003c..., which Scheduler does not know; encode the JSON with SetEscapeHTML(false)`)
	case len(input) > maxInput:
		problems.Addf("stateMachine.input", "has %d bytes, %d are allowed; put the data into S3 and pass its address", len(input), maxInput)
	}
}

func (p Props) validateTime(problems *problem.List) {
	if err := scheduleexpression.Validate(p.Expression); err != nil {
		for _, each := range problem.Split(err) {
			problems.Addf("expression", "%v", each)
		}
	}
	if err := scheduleexpression.ValidateTimeZone(p.TimeZone); err != nil {
		problems.Addf("timeZone", "%v", err)
	}
	if w := p.FlexibleWindow; w != 0 && (w < time.Minute || w > maxWindow || w%time.Minute != 0) {
		problems.Addf("flexibleWindow", "%s is out of range; use 1m to 24h in whole minutes", w)
	}
	if !p.Start.IsZero() && !p.End.IsZero() && !p.Start.Before(p.End) {
		problems.Addf("end", "%s is not after start %s; use a later time", date(p.End), date(p.Start))
	}
	if scheduleexpression.OneTime(p.Expression) && !(p.Start.IsZero() && p.End.IsZero()) {
		problems.Addf("expression", "%q names one point in time, and start and end have no effect on it; remove them", p.Expression)
	}
}
