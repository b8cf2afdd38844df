package setup_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// gitHub is what a repository of GitHub knows.
type gitHub struct {
	OwnerID, ID             int
	FullName, DefaultBranch string
	// Enterprise says that environments may have reviewers and waiting times, as in a private repository of that plan.
	Enterprise bool
	// Calls that change something: method, path, body.
	Calls        []string
	NextID       int
	Environments map[string]*gitHubEnvironment
	Rulesets     []gitHubRuleset
	Actions      map[string]json.RawMessage
	Users, Teams map[string]int
}

type gitHubEnvironment struct {
	WaitTimer         *int  `json:"wait_timer"`
	PreventSelfReview *bool `json:"prevent_self_review"`
	CanAdminsBypass   *bool `json:"can_admins_bypass"`
	Reviewers         []struct {
		Type string `json:"type"`
		ID   int    `json:"id"`
	} `json:"reviewers"`
	Policy *struct {
		Protected *bool `json:"protected_branches"`
		Custom    *bool `json:"custom_branch_policies"`
	} `json:"deployment_branch_policy"`
	Policies []gitHubPolicy `json:"-"`
}

type gitHubPolicy struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
}

// state is how an environment is kept: its JSON has no policies, as at GitHub.
type state struct {
	gitHub
	Policies map[string][]gitHubPolicy
}

type gitHubRuleset struct {
	ID           int    `json:"id,omitempty"`
	Name         string `json:"name"`
	Target       string `json:"target"`
	Enforcement  string `json:"enforcement"`
	BypassActors []struct {
		ID   int    `json:"actor_id"`
		Type string `json:"actor_type"`
		Mode string `json:"bypass_mode"`
	} `json:"bypass_actors"`
	Conditions struct {
		RefName struct {
			Include []string `json:"include"`
			Exclude []string `json:"exclude"`
		} `json:"ref_name"`
	} `json:"conditions"`
	Rules []struct {
		Type       string          `json:"type"`
		Parameters json.RawMessage `json:"parameters,omitempty"`
	} `json:"rules"`
}

const repository = "repos/acme/wine-ml"

var (
	userPath        = regexp.MustCompile(`^users/([^/]+)$`)
	teamPath        = regexp.MustCompile(`^orgs/([^/]+)/teams/([^/]+)$`)
	environmentPath = regexp.MustCompile(`^` + repository + `/environments/([^/]+)$`)
	policiesPath    = regexp.MustCompile(`^` + repository + `/environments/([^/]+)/deployment-branch-policies(?:/(\d+))?$`)
	rulesetPath     = regexp.MustCompile(`^` + repository + `/rulesets(?:/(\d+))?$`)
	actionsPath     = regexp.MustCompile(`^` + repository + `/actions/(oidc/customization/sub|permissions|permissions/selected-actions|permissions/workflow)$`)
)

func (s *state) answer(c *ghCall) (any, error) {
	where, query, _ := strings.Cut(c.path, "?")
	if c.method != "GET" {
		var compacted bytes.Buffer
		if len(c.body) > 0 {
			if err := json.Compact(&compacted, c.body); err != nil {
				return nil, fmt.Errorf("%s %s: the body is no JSON: %w: %s", c.method, where, err, c.body)
			}
		}
		s.Calls = append(s.Calls, strings.TrimSpace(c.method+" "+strings.TrimPrefix(where, repository+"/")+" "+compacted.String()))
	}
	part := func(pattern *regexp.Regexp) []string { return pattern.FindStringSubmatch(where) }
	switch {
	case c.method == "GET" && where == repository:
		return map[string]any{"full_name": s.FullName, "id": s.ID, "owner": map[string]any{"id": s.OwnerID}, "default_branch": s.DefaultBranch}, nil
	case c.method == "GET" && part(userPath) != nil:
		return identity(s.Users, part(userPath)[1])
	case c.method == "GET" && part(teamPath) != nil:
		return identity(s.Teams, part(teamPath)[1]+"/"+part(teamPath)[2])
	case c.method == "PUT" && part(environmentPath) != nil:
		return nil, s.putEnvironment(part(environmentPath)[1], c.body)
	case part(policiesPath) != nil:
		return s.policies(c, part(policiesPath)[1], part(policiesPath)[2], query)
	case part(rulesetPath) != nil:
		return s.rulesets(c, part(rulesetPath)[1], query)
	case c.method == "PUT" && part(actionsPath) != nil:
		s.Actions[part(actionsPath)[1]] = c.body
		return nil, nil
	}
	return nil, fmt.Errorf("%s %s: Not Found (HTTP 404)", c.method, c.path)
}

func identity(of map[string]int, name string) (any, error) {
	if id, known := of[name]; known {
		return map[string]any{"login": name, "id": id, "type": "other"}, nil
	}
	return nil, fmt.Errorf("%s: Not Found (HTTP 404)", name)
}

// strict decodes what GitHub documents, and nothing else.
func strict(body []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

func (s *state) putEnvironment(escaped string, body []byte) error {
	name, err := url.PathUnescape(escaped)
	if err != nil {
		return err
	}
	var fresh gitHubEnvironment
	if err := strict(body, &fresh); err != nil {
		return err
	}
	if fresh.Policy == nil || fresh.Policy.Protected == nil || fresh.Policy.Custom == nil {
		return fmt.Errorf("the environment %s leaves something out: %s", name, body)
	}
	ruled := fresh.WaitTimer != nil && fresh.PreventSelfReview != nil && fresh.CanAdminsBypass != nil
	if s.Enterprise && !ruled {
		return fmt.Errorf("the environment %s leaves rules out: %s", name, body)
	}
	if !s.Enterprise && (fresh.WaitTimer != nil || fresh.PreventSelfReview != nil || fresh.Reviewers != nil || fresh.CanAdminsBypass != nil) {
		return fmt.Errorf("Failed to create the environment protection rule. Please ensure the billing plan supports the required reviewers protection rule. (HTTP 422)")
	}
	if *fresh.Policy.Protected == *fresh.Policy.Custom {
		return fmt.Errorf("protected_branches and custom_branch_policies cannot have the same value (HTTP 422)")
	}
	if before := s.Environments[name]; before != nil {
		fresh.Policies = before.Policies
	}
	s.Environments[name] = &fresh
	return nil
}

func (s *state) policies(c *ghCall, escaped, id, query string) (any, error) {
	name, err := url.PathUnescape(escaped)
	if err != nil {
		return nil, err
	}
	environment := s.Environments[name]
	if environment == nil || !*environment.Policy.Custom {
		return nil, fmt.Errorf("environment %s: Not Found (HTTP 404)", name)
	}
	switch c.method {
	case "GET":
		if query != "per_page=100" || !c.paginate {
			return nil, fmt.Errorf("a list of which only the first page is read")
		}
		return map[string]any{"total_count": len(environment.Policies), "branch_policies": append([]gitHubPolicy{}, environment.Policies...)}, nil
	case "POST":
		var fresh gitHubPolicy
		if err := strict(c.body, &fresh); err != nil {
			return nil, err
		}
		if fresh.Type != "branch" && fresh.Type != "tag" {
			return nil, fmt.Errorf("type %q (HTTP 422)", fresh.Type)
		}
		for _, each := range environment.Policies {
			if each.Name == fresh.Name && each.Type == fresh.Type {
				return nil, fmt.Errorf("the policy %s exists (HTTP 303)", fresh.Name)
			}
		}
		s.NextID++
		fresh.ID = s.NextID
		environment.Policies = append(environment.Policies, fresh)
		return fresh, nil
	case "DELETE":
		before := len(environment.Policies)
		environment.Policies = slices.DeleteFunc(environment.Policies, func(p gitHubPolicy) bool { return strconv.Itoa(p.ID) == id })
		if len(environment.Policies) == before {
			return nil, fmt.Errorf("policy %s: Not Found (HTTP 404)", id)
		}
		return nil, nil
	}
	return nil, fmt.Errorf("%s %s: Not Found (HTTP 404)", c.method, c.path)
}

func (s *state) rulesets(c *ghCall, id, query string) (any, error) {
	if c.method == "GET" && id == "" {
		if query != "includes_parents=false&per_page=100" || !c.paginate {
			return nil, fmt.Errorf("a list of other rulesets or of the first page")
		}
		return append([]gitHubRuleset{}, s.Rulesets...), nil
	}
	index := slices.IndexFunc(s.Rulesets, func(r gitHubRuleset) bool { return strconv.Itoa(r.ID) == id })
	if (c.method == "POST") != (id == "") || c.method != "POST" && index < 0 {
		return nil, fmt.Errorf("%s %s: Not Found (HTTP 404)", c.method, c.path)
	}
	if c.method == "DELETE" {
		s.Rulesets = slices.Delete(s.Rulesets, index, index+1)
		return nil, nil
	}
	var fresh gitHubRuleset
	if err := strict(c.body, &fresh); err != nil {
		return nil, err
	}
	if fresh.Name == "" || !slices.Contains([]string{"branch", "tag"}, fresh.Target) || fresh.Enforcement != "active" || len(fresh.Conditions.RefName.Include) == 0 || fresh.Conditions.RefName.Exclude == nil || len(fresh.Rules) == 0 || fresh.BypassActors == nil {
		return nil, fmt.Errorf("the ruleset leaves something out (HTTP 422): %s", c.body)
	}
	if c.method == "POST" {
		s.NextID++
		fresh.ID = s.NextID
		s.Rulesets = append(s.Rulesets, fresh)
		return fresh, nil
	}
	fresh.ID = s.Rulesets[index].ID
	s.Rulesets[index] = fresh
	return fresh, nil
}
