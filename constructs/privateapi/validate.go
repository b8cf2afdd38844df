package privateapi

import (
	"cmp"
	"slices"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	namePattern  = lazyregexp.New(`^[A-Za-z0-9_-]{1,64}$`)
	stagePattern = lazyregexp.New(`^[A-Za-z0-9_-]{1,128}$`)
)

func (p Props) withDefaults() Props {
	p.Stage = cmp.Or(p.Stage, "live")
	p.Throttle.Rate = cmp.Or(p.Throttle.Rate, 50)
	p.Throttle.Burst = cmp.Or(p.Throttle.Burst, 100)
	if p.Quota.Requests != 0 && p.Quota.Period == "" {
		p.Quota.Period = Day
	}
	p.Document.Title = cmp.Or(p.Document.Title, p.Name)
	if p.Document.Scope.Region == "" && p.Document.Scope.Account == "" {
		p.Document.Scope = p.Scope
	}
	p.Logs, p.Alarms = p.Logs.withDefaults(), p.Alarms.withDefaults()
	return p
}

func (p Props) validate() error {
	var problems problem.List
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	if !namePattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no name of an API; use 1 to 64 letters, digits, hyphens and underscores", p.Name)
	}
	if !stagePattern.MatchString(p.Stage) {
		problems.Addf("stage", "%q is no name of a stage; use 1 to 128 letters, digits, hyphens and underscores", p.Stage)
	}
	switch {
	case (p.VPCEndpointID == "") == (p.VPCEndpoint == nil):
		problems.Addf("vpcEndpointID", "exactly one of VPCEndpointID and VPCEndpoint is needed")
	case p.VPCEndpoint != nil:
		p.VPCEndpoint.validate(&problems)
	case !token.Is(p.VPCEndpointID) && !endpointPattern.MatchString(p.VPCEndpointID):
		problems.Addf("vpcEndpointID", "%q is no id of a VPC endpoint; write it like vpce-0123456789abcdef0", p.VPCEndpointID)
	}
	for _, limit := range []struct {
		path       string
		value, max int
	}{{"throttle.rate", p.Throttle.Rate, 10_000}, {"throttle.burst", p.Throttle.Burst, 5_000}} {
		if limit.value < 1 || limit.value > limit.max {
			problems.Addf(limit.path, "%d is out of range; use 1 to %d", limit.value, limit.max)
		}
	}
	if p.Quota.Requests < 0 {
		problems.Addf("quota.requests", "%d is less than none; use 1 or more, or 0 for no quota", p.Quota.Requests)
	}
	if p.Quota.Requests == 0 && p.Quota.Period != "" {
		problems.Addf("quota.period", "is given without requests; say how many, or remove it")
	}
	if p.Quota.Requests > 0 && !slices.Contains([]Period{Day, Week, Month}, p.Quota.Period) {
		problems.Addf("quota.period", "%q is unknown; use DAY, WEEK or MONTH", p.Quota.Period)
	}
	p.Logs.validate(&problems)
	p.Alarms.validate(&problems)
	problems.Add("", p.roleChoice().Validate())
	p.validateDocument(&problems)
	return problems.Err()
}

func (p Props) validateDocument(problems *problem.List) {
	if len(p.Document.Policy.Statements) > 0 {
		problems.Addf("document.policy", "is given, and the API lets in what comes through its VPC endpoint and nothing else; remove it")
	}
	if len(p.Document.VPCEndpoints) > 0 {
		problems.Addf("document.vpcEndpoints", "are given; name the endpoint by VPCEndpointID")
	}
	role := p.RoleARN
	if role == "" {
		role = p.Scope.WithDefaults().Role("integrations") // that will be made
	}
	d := p.Document.WithRole(role)
	d.Policy, d.VPCEndpoints = policy.Document{}, nil
	problems.Add("document", d.Validate())
}
