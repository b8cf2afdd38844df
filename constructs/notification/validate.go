package notification

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

var namePattern = lazyregexp.New(`^[A-Za-z0-9_-]{1,256}$`)

func (p Props) withDefaults() Props {
	if p.Publishers == nil {
		p.Publishers = []Publisher{CloudWatch, EventBridge}
	}
	subscriptions := make([]Subscription, len(p.Subscriptions))
	for i, each := range p.Subscriptions {
		subscriptions[i] = each.withDefaults()
	}
	p.Subscriptions = subscriptions
	return p
}

func (p Props) validate() error {
	var problems problem.List
	switch {
	case token.Is(p.Name):
		problems.Addf("name", "%q is known to Terraform only, and policies are written now; write the name out", p.Name)
	case strings.HasSuffix(p.Name, ".fifo"):
		problems.Addf("name", "%q is a FIFO topic, which alarms and rules cannot publish to; use a name without .fifo", p.Name)
	case !namePattern.MatchString(p.Name):
		problems.Addf("name", "%q is no topic name; use 1 to 256 letters, digits, _ and -", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	if n := utf8.RuneCountInString(p.DisplayName); n > 100 {
		problems.Addf("displayName", "has %d characters, 100 are allowed; shorten it", n)
	}
	problems.Add("", p.Scope.CheckKey("keyARN", p.KeyARN))
	p.validatePublishers(&problems)
	p.validateStatements(&problems)
	seen, told := map[string]bool{}, map[string]string{}
	for i, each := range p.Subscriptions {
		at := problem.Index("subscriptions", i)
		each.validate(at, &problems)
		if seen[each.Name] {
			problems.Addf(at+".name", "%q is used twice; make it unique within the topic", each.Name)
		}
		seen[each.Name] = true
		if first := told[each.Endpoint]; first != "" && each.Endpoint != "" {
			problems.Addf(at+".endpoint", "%q is that of %q already, and SNS knows each receiver once; join the two", each.Endpoint, first)
		}
		told[each.Endpoint] = each.Name
	}
	return problems.Err()
}

func (p Props) validatePublishers(problems *problem.List) {
	for i, each := range p.Publishers {
		at := problem.Index("publishers", i)
		if !each.known() {
			problems.Addf(at, "%q is unknown; use %s, or give a role GrantPublish", each, publisherNames())
		}
		if slices.Index(p.Publishers, each) < i {
			problems.Addf(at, "%q is there twice; remove one", each)
		}
	}
}

func (p Props) validateStatements(problems *problem.List) {
	if len(p.Statements) == 0 {
		return
	}
	problems.Add("", policy.New(p.Statements...).Validate(policy.Resource))
	taken := map[string]bool{}
	for _, s := range (Props{Name: p.Name, Scope: p.Scope, Publishers: p.Publishers}).policy().Statements {
		taken[s.Sid] = true
	}
	for i, s := range p.Statements {
		at := problem.Index("statements", i)
		if s.Sid != "" && taken[s.Sid] {
			problems.Addf(at+".sid", "%q is one that the topic's own policy uses; choose another", s.Sid)
		}
		for j, resource := range s.Resources {
			if !token.Is(resource) && resource != p.literalARN() {
				problems.Addf(problem.Index(at+".resources", j), "%q is not this topic; use %s", resource, p.literalARN())
			}
		}
	}
}

func publisherNames() string {
	var names []string
	for _, each := range publishers {
		names = append(names, string(each))
	}
	return strings.Join(names, ", ")
}
