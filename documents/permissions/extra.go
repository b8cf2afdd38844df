package permissions

import (
	"reflect"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Extra are permissions of a deployment beside those of its services, for what a team adds to the platform.
type Extra struct {
	// Services are parts of the platform that what is added uses too, such as Queues. Those that the deployment has
	// already count once. Default: none.
	Services []Service
	// Plan are the calls with which Terraform reads the added resources. Actions that read only: their names begin with
	// Get, List, Describe, BatchGet, Lookup or View. Apply may make them too. Default: none.
	Plan []policy.Statement
	// Apply are the calls with which Terraform makes, changes and deletes them. Not those of IAM, because roles are made
	// under the deployment's prefix and with its boundary already, but for iam:PassRole of such roles. Default: none.
	Apply []policy.Statement
	// Workloads are what roles that are added may be allowed: the boundary of all roles grows by them. A boundary limits
	// and grants nothing, so actions may have wildcards, as in "dynamodb:*". Not with an existing boundary. Default: none.
	Workloads []policy.Statement
}

// Empty reports whether nothing is allowed beside the services of the deployment.
func (e Extra) Empty() bool {
	return len(e.Services)+len(e.Plan)+len(e.Apply)+len(e.Workloads) == 0
}

// Added is what Extra adds to the policies of a deployment.
type Added struct {
	// Plan and Apply are statements that the two roles need more.
	Plan, Apply []policy.Statement
	// Boundary is the whole boundary.
	Boundary policy.Document
}

// reading begins the names of actions that change nothing.
var reading = lazyregexp.New(`^[a-z0-9-]+:(Get|List|Describe|BatchGet|Lookup|View)[A-Za-z]*$`)

// unreachable are services by which a deployment could get around its own limits.
var unreachable = []string{"iam", "sts", "organizations", "account"}

// Validate reports everything that is wrong with the extra permissions of the scope.
func (e Extra) Validate(scope Scope) error {
	var problems problem.List
	known := Services()
	for i, s := range e.Services {
		if !slices.Contains(known, s) {
			problems.Addf(problem.Index("services", i), "%q is unknown; use %s", s, problem.Choices(known))
		}
	}
	if len(e.Workloads) > 0 && scope.Boundary != "" {
		problems.Addf("workloads", "can not be added to the existing boundary %s; add them there", scope.Boundary)
	}
	for _, list := range []struct {
		field      string
		kind       policy.Kind
		statements []policy.Statement
	}{{"plan", policy.Identity, e.Plan}, {"apply", policy.Identity, e.Apply}, {"workloads", policy.Boundary, e.Workloads}} {
		if len(list.statements) == 0 {
			continue
		}
		problems.Add("", problem.Rename(policy.New(list.statements...).Validate(list.kind), "statements", list.field))
		for i, statement := range list.statements {
			scope.validateExtra(&problems, problem.Index(list.field, i), list.field, statement)
		}
	}
	return problems.Err()
}

func (s Scope) validateExtra(problems *problem.List, at, list string, statement policy.Statement) {
	if statement.Effect == policy.Deny || len(statement.NotActions) > 0 || len(statement.NotResources) > 0 {
		problems.Addf(at, "must allow what it lists; remove effect, notActions and notResources")
		return
	}
	for i, action := range statement.Actions {
		at := problem.Index(at+".actions", i)
		service, _, _ := strings.Cut(action, ":")
		switch {
		case action == "*":
			problems.Addf(at, `"*" allows everything; name the services, as in "dynamodb:*"`)
		case list == "apply" && action == "iam:PassRole" && s.ownRoles(statement.Resources):
		case slices.Contains(unreachable, service):
			problems.Addf(at, "%q could lift the limits of the deployment; of %s only iam:PassRole of roles named %s-* is allowed, in apply", action, service, s.Prefix)
		case list == "plan" && !reading.MatchString(action):
			problems.Addf(at, "%q may change something; a plan reads only: move it to apply", action)
		}
	}
	for i, resource := range statement.Resources {
		if other := s.neighbourIn(resource); other != "" {
			problems.Addf(problem.Index(at+".resources", i), "%q belongs to another deployment of the project; use names that begin with %s-", resource, s.Prefix)
		}
	}
}

func (s Scope) ownRoles(resources []string) bool {
	for _, each := range resources {
		if _, name, found := strings.Cut(each, ":role/"); !found || !strings.HasPrefix(name, s.Prefix+"-") {
			return false
		}
	}
	return len(resources) > 0
}

// neighbourIn is the name in the ARN that another deployment of the project begins its names with, or "".
func (s Scope) neighbourIn(resource string) string {
	if s.Neighbours.Prefix == "" {
		return ""
	}
	for _, part := range strings.FieldsFunc(resource, func(r rune) bool { return r == ':' || r == '/' }) {
		rest, ours := strings.CutPrefix(part, s.Neighbours.Prefix+"-")
		if !ours || strings.HasPrefix(part, s.Prefix+"-") || rest == s.Neighbours.Shared || strings.HasPrefix(rest, s.Neighbours.Shared+"-") {
			continue
		}
		return part
	}
	return ""
}

// Add is what a deployment with the services needs more for the extra permissions. Both must be valid.
func Add(scope Scope, services []Service, extra Extra) Added {
	all := append(slices.Clone(services), extra.Services...)
	missing := func(from, than []policy.Statement) []policy.Statement {
		return slices.DeleteFunc(from, func(each policy.Statement) bool {
			return slices.ContainsFunc(than, func(other policy.Statement) bool { return reflect.DeepEqual(each, other) })
		})
	}
	added := Added{
		Plan:     append(missing(Plan(scope, all...), Plan(scope, services...)), extra.Plan...),
		Apply:    append(missing(Apply(scope, all...), Apply(scope, services...)), slices.Concat(extra.Plan, extra.Apply)...),
		Boundary: Boundary(scope, all...),
	}
	added.Boundary.Statements = append(added.Boundary.Statements, extra.Workloads...)
	return added
}
