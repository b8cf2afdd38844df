package workflows_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func deployments(commits ...string) []string {
	var all []string
	for i, commit := range commits {
		all = append(all, fmt.Sprintf(`{"id":%d,"sha":%q}`, 100+i, commit))
	}
	return []string{"[" + strings.Join(all, ",") + "]"}
}

func states(all ...string) []string {
	var pages []string
	for _, state := range all {
		pages = append(pages, fmt.Sprintf(`[{"state":%q}]`, state))
	}
	return pages
}

func TestGate(t *testing.T) {
	s := stepOf(t, "stack", "gate", "May this commit be deployed")
	const zero = "0000000000000000000000000000000000000000"
	byRef := `deployments -f ref=`
	bySHA := `^gh api --paginate --method GET repos/acme/wine-ml/deployments -f sha=` + sha + ` -f environment=staging `
	tests := map[string]struct {
		ref     string
		env     map[string]string
		answers []answer
		refused string
	}{
		"nothing to check":       {"heads/main", map[string]string{"MOVED_TAGS": "allow"}, nil, ""},
		"a branch is never held": {"heads/main", map[string]string{"MOVED_TAGS": "refuse", "BEFORE": otherSHA}, nil, ""},
		"a moved tag is allowed": {"tags/prod", map[string]string{"MOVED_TAGS": "allow", "BEFORE": otherSHA}, nil, ""},
		"a new tag":              {"tags/v1", map[string]string{"MOVED_TAGS": "refuse", "BEFORE": zero}, []answer{{Call: byRef, Pages: deployments()}}, ""},
		"a tag again":            {"tags/v1", map[string]string{"MOVED_TAGS": "refuse"}, []answer{{Call: byRef, Pages: deployments(sha, sha)}}, ""},
		"a moved tag": {"tags/v1", map[string]string{"MOVED_TAGS": "refuse", "BEFORE": otherSHA}, nil,
			"the tag v1 was moved, and prod deploys no tag that was moved; make a new tag"},
		"a tag made again": {"tags/v1", map[string]string{"MOVED_TAGS": "refuse", "BEFORE": zero}, []answer{{Call: byRef + "v1 ", Pages: deployments(sha, otherSHA)}},
			"the tag v1 was " + otherSHA + " when prod deployed it before, and now is " + sha + "; make a new tag"},
		"a tag made again, whole ref": {"tags/v1", map[string]string{"MOVED_TAGS": "refuse"}, []answer{{Call: byRef + "v1 ", Pages: deployments()}, {Call: byRef + "refs/tags/v1 ", Pages: deployments(otherSHA)}},
			"the tag v1 was " + otherSHA + " when prod deployed it before, and now is " + sha + "; make a new tag"},
		"after another": {"tags/prod", map[string]string{"MOVED_TAGS": "allow", "AFTER": "staging"},
			[]answer{{Call: bySHA, Pages: deployments(sha, sha)}, {Call: "deployments/100/statuses", Pages: states("failure", "in_progress")}, {Call: "deployments/101/statuses", Pages: states("inactive", "success", "queued")}}, ""},
		"never there": {"tags/prod", map[string]string{"MOVED_TAGS": "allow", "AFTER": "staging"}, []answer{{Call: bySHA, Pages: deployments()}},
			"staging has not deployed " + sha + " in the last 90 days, which prod asks for; deploy this commit there first"},
		"failed there": {"tags/prod", map[string]string{"MOVED_TAGS": "allow", "AFTER": "staging"}, []answer{{Call: bySHA, Pages: deployments(sha)}, {Call: "statuses", Pages: states("failure", "queued")}},
			"staging has not deployed " + sha + " in the last 90 days, which prod asks for; deploy this commit there first"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, test.answers...)
			m.env["GITHUB_REF"], m.env["GITHUB_REF_NAME"] = "refs/"+test.ref, test.ref[strings.Index(test.ref, "/")+1:]
			test.env["ENVIRONMENT"] = "prod"
			r := m.run(s, test.env)
			if test.refused == "" {
				require.Zero(t, r.code, r.out)
				return
			}
			require.Equal(t, 1, r.code, r.out)
			require.Equal(t, "::error::"+test.refused+"\n", r.out)
		})
	}
	for name, failing := range map[string]string{"deployments": "deployments -f", "statuses": "statuses"} {
		t.Run("GitHub does not answer: "+name, func(t *testing.T) {
			m := newMachine(t, answer{Call: failing, Err: "HTTP 502", Code: 1}, answer{Call: "deployments -f", Pages: deployments(sha)})
			r := m.run(s, map[string]string{"ENVIRONMENT": "prod", "AFTER": "staging", "MOVED_TAGS": "allow"})
			require.Equal(t, 1, r.code)
			require.Equal(t, "HTTP 502", r.out)
		})
	}
}

func TestGuarded(t *testing.T) {
	s := stepOf(t, "stack", "gate", "Is the GitHub environment guarded")
	require.Equal(t, s, stepOf(t, "stack-destroy", "gate", s.Name))
	call := `^gh api repos/acme/wine-ml/environments/pre%20production%2F1 `
	rules := func(all ...string) answer {
		var list []string
		for _, each := range all {
			list = append(list, fmt.Sprintf(`{"type":%q}`, each))
		}
		return answer{Call: call, Pages: []string{`{"protection_rules":[` + strings.Join(list, ",") + `]}`}}
	}
	missing := answer{Call: call, Out: `{"message":"Not Found"}`, Err: "gh: Not Found (HTTP 404)", Code: 1}
	const warning = "::warning::there is no GitHub environment pre production/1, and GitHub makes one without rules; run: go run . setup github\n"
	lacks := func(rule string) string {
		return "::error::the GitHub environment pre production/1 has no rule " + rule + ", which the configuration asks for; run: go run . setup github\n"
	}
	for name, test := range map[string]struct {
		guards string
		answer answer
		code   int
		out    string
	}{
		"nothing is asked":     {"", rules(), 0, ""},
		"there":                {"required_reviewers wait_timer", rules("wait_timer", "branch_policy", "required_reviewers"), 0, ""},
		"no reviewers":         {"required_reviewers wait_timer", rules("wait_timer"), 1, lacks("required_reviewers")},
		"a name that is alike": {"wait_timer", rules("no_wait_timer"), 1, lacks("wait_timer")},
		"no environment":       {"required_reviewers", missing, 1, warning + lacks("required_reviewers")},
		"none, nothing asked":  {"", missing, 0, warning},
		"GitHub is down":       {"", answer{Call: call, Err: "gh: HTTP 502\n", Code: 1}, 1, "gh: HTTP 502\n"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newMachine(t, test.answer).run(s, map[string]string{"ENVIRONMENT": "pre production/1", "GUARDS": test.guards})
			require.Equal(t, test.code, r.code, r.out)
			require.Equal(t, test.out, r.out)
		})
	}
}

// TestIsDeployed: an environment is destroyed from what is there, not from what was there once.
func TestIsDeployed(t *testing.T) {
	s := stepOf(t, "stack-destroy", "gate", "Is this commit deployed")
	const other = "::error::dev has " + otherSHA + ", and this is " + sha + "; start this where that commit is, or deploy this one first\n"
	for name, test := range map[string]struct {
		pages   []string
		refused string
	}{
		"it is":                     {nodes(node("ACTIVE", sha, 2), node("INACTIVE", otherSHA, 1)), ""},
		"another failed since":      {nodes(node("FAILURE", otherSHA, 3), node("ACTIVE", sha, 2)), ""},
		"it was, and another is":    {nodes(node("ACTIVE", otherSHA, 2), node("INACTIVE", sha, 1)), other},
		"both, and another is last": {nodes(node("SUCCESS", otherSHA, 2), node("SUCCESS", sha, 1)), other},
		"destroyed":                 {nodes(node("INACTIVE", sha, 1)), "::error::GitHub has deployed nothing to dev that is still there; deploy this commit first\n"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newMachine(t, answer{Call: "^gh api graphql .*owner=acme -f name=wine-ml -f environment=dev ", Pages: test.pages}).run(s, map[string]string{"ENVIRONMENT": "dev"})
			require.Equal(t, test.refused, r.out)
			require.Equal(t, test.refused != "", r.code == 1)
		})
	}
	require.Equal(t, 1, newMachine(t, answer{Call: "gh", Code: 1}).run(s, map[string]string{"ENVIRONMENT": "dev"}).code)
}
