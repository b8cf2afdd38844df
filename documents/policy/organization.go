package policy

import (
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// An Organization is an organisation of AWS Organizations, or some of its units, whose accounts a resource is shared with. It stands in
// conditions, so that a policy is as long for a thousand accounts as for one. The zero value is none.
type Organization struct {
	// ID of the organisation, such as o-a1b2c3d4e5.
	ID string
	// Paths narrow it to the accounts in these organisational units: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ is the accounts right in the
	// unit, and with * at the end those of the units below too. Default: all accounts.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-view-data-orgs.html#access_policies_last-accessed-viewing-orgs-entity-path
	Paths []string
}

// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
var (
	organizationPattern = lazyregexp.New(`^o-[a-z0-9]{10,32}$`)
	pathPattern         = lazyregexp.New(`^o-[a-z0-9]{10,32}/r-[a-z0-9]{4,32}(/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})*/\*?$`)
)

// Given reports whether there is one.
func (o Organization) Given() bool { return o.ID != "" || len(o.Paths) > 0 }

// Validate checks the id and the paths.
func (o Organization) Validate() error {
	var problems problem.List
	known := organizationPattern.MatchString(o.ID)
	if !known {
		problems.Addf("id", "%q is no id of an organisation; write it like o-a1b2c3d4e5, aws organizations describe-organization shows it", o.ID)
	}
	for i, path := range o.Paths {
		switch at := problem.Index("paths", i); {
		case !pathPattern.MatchString(path):
			problems.Addf(at, "%q is no path of an organisational unit; write it like o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ for the accounts in the unit, or with * at the end for those below too", path)
		case known && !strings.HasPrefix(path, o.ID+"/"):
			problems.Addf(at, "%q is in another organisation than %s; use paths that begin with %s/", path, o.ID, o.ID)
		}
	}
	return problems.Err()
}

// Principals are the conditions that hold for principals of the organisation's accounts.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
func (o Organization) Principals() []Condition { return o.conditions("aws:Principal") }

// Sources are the conditions that hold for services which act for resources of the organisation's accounts.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceorgid
func (o Organization) Sources() []Condition { return o.conditions("aws:Source") }

func (o Organization) conditions(whose string) []Condition {
	conditions := []Condition{StringEquals(whose+"OrgID", o.ID)}
	if len(o.Paths) > 0 {
		conditions = append(conditions, Condition{Operator: "ForAnyValue:StringLike", Key: whose + "OrgPaths", Values: o.Paths})
	}
	return conditions
}
