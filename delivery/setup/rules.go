package setup

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/shell"
)

// A ruleset of a repository. https://docs.github.com/en/rest/repos/rules#create-a-repository-ruleset
type ruleset struct {
	Name         string     `json:"name"`
	Target       string     `json:"target"`
	Enforcement  string     `json:"enforcement"`
	BypassActors []actor    `json:"bypass_actors"`
	Conditions   conditions `json:"conditions"`
	Rules        []rule     `json:"rules"`
}

type actor struct {
	ID   int    `json:"actor_id"`
	Type string `json:"actor_type"`
	Mode string `json:"bypass_mode"`
}

type conditions struct {
	RefName refName `json:"ref_name"`
}

type refName struct {
	Include []string `json:"include"`
	Exclude []string `json:"exclude"`
}

type rule struct {
	Type       string `json:"type"`
	Parameters any    `json:"parameters,omitempty"`
}

type pullRequest struct {
	Approvals          int  `json:"required_approving_review_count"`
	DismissStale       bool `json:"dismiss_stale_reviews_on_push"`
	CodeOwner          bool `json:"require_code_owner_review"`
	LastPush           bool `json:"require_last_push_approval"`
	ThreadsAreResolved bool `json:"required_review_thread_resolution"`
}

type statusChecks struct {
	Strict bool    `json:"strict_required_status_checks_policy"`
	Checks []check `json:"required_status_checks"`
}

type check struct {
	Context string `json:"context"`
	App     int    `json:"integration_id"`
}

func newRuleset(name, target string, include []string, bypass []actor, rules ...rule) ruleset {
	return ruleset{
		Name: name, Target: target, Enforcement: "active", BypassActors: bypass,
		Conditions: conditions{RefName: refName{Include: include, Exclude: []string{}}}, Rules: rules,
	}
}

// Branches are those beside the default branch that deploy and have a name of their own. They must be there before the
// script runs: from then on GitHub lets nobody make them from a commit that no pull request has checked.
func Branches(p *config.Platform) []string {
	var all []string
	for _, each := range delivered(p) {
		for _, branch := range each.branches {
			if exact(branch) && branch != p.DefaultBranch && !slices.Contains(all, branch) {
				all = append(all, branch)
			}
		}
	}
	return all
}

// branches protects the default branch, and each branch that deploys and has a name of its own. A pattern such as
// feature/* is for branches that people push to as they work: requiring a pull request would stop them.
func (s *script) branches() {
	include, free := []string{"~DEFAULT_BRANCH"}, []string{}
	for _, branch := range Branches(s.platform) {
		include = append(include, "refs/heads/"+branch)
	}
	for _, each := range s.delivered {
		for _, branch := range each.branches {
			if !exact(branch) {
				free = append(free, fmt.Sprintf("%s (%s)", branch, each.stack))
			}
		}
	}
	rules := []rule{
		{Type: "deletion"}, {Type: "non_fast_forward"},
		{"pull_request", pullRequest{Approvals: 1, DismissStale: true, LastPush: true, ThreadsAreResolved: true}},
	}
	with := "with an approval"
	if len(s.stages) > 0 { // else there is no workflow that checks
		with += " and the checks of the workflow"
		var checks []check
		for _, name := range Checks {
			checks = append(checks, check{name, actionsApp})
		}
		rules = append(rules, rule{"required_status_checks", statusChecks{Strict: true, Checks: checks}})
	}
	comments := []string{"Branches that deploy, and the default branch: changes by pull request only, " + with + "."}
	if len(free) > 0 {
		comments = append(comments, "Not for "+strings.Join(free, ", ")+": whoever can push such a branch deploys it, as far as the environment lets them.")
	}
	s.comment(append(comments, "https://docs.github.com/en/rest/repos/rules")...)
	s.send("ruleset "+shell.Quote(branchRules), newRuleset(branchRules, "branch", include, []actor{}, rules...))
}

// tags decides who may make a tag that deploys, and keeps those that must not move in place.
func (s *script) tags() {
	var all, fixed []string
	for _, each := range s.delivered {
		for _, tag := range each.tags {
			for _, written := range gitHubPatterns(tag) {
				all = append(all, "refs/tags/"+written)
				if each.immutableTags {
					fixed = append(fixed, "refs/tags/"+written)
				}
			}
		}
	}
	s.comment("Tags that deploy: only people with the role Maintain or Admin make, move or delete them.")
	if len(all) == 0 {
		s.line("no_ruleset %s", shell.Quote(tagRules))
	} else {
		s.send("ruleset "+shell.Quote(tagRules), newRuleset(tagRules, "tag", all,
			[]actor{{maintainRole, "RepositoryRole", "always"}, {adminRole, "RepositoryRole", "always"}},
			rule{Type: "creation"}, rule{Type: "update"}, rule{Type: "deletion"}))
	}
	s.comment("Tags that never move (promotion.immutableTags): nobody moves or deletes them.")
	if len(fixed) == 0 {
		s.line("no_ruleset %s", shell.Quote(moveRules))
	} else {
		s.send("ruleset "+shell.Quote(moveRules), newRuleset(moveRules, "tag", fixed, []actor{}, rule{Type: "update"}, rule{Type: "deletion"}))
	}
}
