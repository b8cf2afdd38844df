package audittrail

import (
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/filterpattern"
)

// A Guard is what deploys an account: roles whose names have a beginning and an end, and the bucket of the states that they write.
// All fields are required.
type Guard struct {
	// Scope is where roles and bucket are.
	Scope arn.Scope
	// RolePrefix begins the names of all the roles, such as wine-.
	RolePrefix string
	// StateRole, AdminRole and ReadRole end the names of the roles that write states, that write those of what only administrators
	// apply, and that read states.
	StateRole, AdminRole, ReadRole string
	// ApplyRoles end the names of the roles that change the account.
	ApplyRoles []string
	// Bucket is the name of the bucket of the states.
	Bucket string
}

// The names of a guard's alarms.
const (
	// StateRoles is a role that writes states, which every deployment assumes.
	StateRoles = "state-roles"
	// ApplyRoles is a role that changes the account, which every deployment assumes.
	ApplyRoles = "apply-roles"
	// AdminRoles is the role of administrators.
	AdminRoles = "admin-roles"
	// Refused is the attempt to assume any role of the account.
	Refused = "refused"
	// Outside is a state that was reached without one of the roles.
	Outside = "outside"
	// Changed is a trail, filter or alarm that was changed.
	Changed = "changed"
)

// Alarms are all of them. Somebody of another account is known to the log by the id and the session of a role alone, so that no alarm
// can tell a pipeline from a person.
func (g Guard) Alarms() []Alarm {
	is, not, all, any := filterpattern.Is, filterpattern.Not, filterpattern.All, filterpattern.Any
	assumes := func(suffixes ...string) filterpattern.Condition {
		var ends []string
		for _, each := range suffixes {
			ends = append(ends, "*"+each)
		}
		return all(is("eventSource", "sts.amazonaws.com"), filterpattern.Missing("errorCode"),
			is("requestParameters.roleArn", g.Scope.Role(g.RolePrefix)+"*"), is("requestParameters.roleArn", ends...))
	}
	const issuer = "userIdentity.sessionContext.sessionIssuer.userName"
	return []Alarm{
		{Name: StateRoles, Description: "A role that writes Terraform states was assumed, as each deployment does", When: assumes(g.StateRole)},
		{Name: ApplyRoles, Description: "A role that applies was assumed, as each deployment of this account does", When: assumes(g.ApplyRoles...)},
		{Name: AdminRoles, Description: "The role of administrators for Terraform states was assumed", When: assumes(g.AdminRole)},
		{
			Name: Refused, Description: "Somebody was refused a role of this account",
			When: all(is("eventSource", "sts.amazonaws.com"), is("errorCode", "AccessDenied")),
		},
		{
			Name: Outside, Description: "A Terraform state was reached, or tried to, without one of the roles for it",
			When: all(is("eventCategory", "Data"), is("requestParameters.bucketName", g.Bucket), not("userIdentity.type", "AWSService"),
				not(issuer, "*"+g.StateRole, "*"+g.AdminRole, "*"+g.ReadRole)),
		},
		{
			Name: Changed, Description: "The audit trail, or an alarm or filter of the account, was changed or switched off",
			When: any(
				all(is("eventSource", service), is("eventName", "StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors")),
				is("eventName", "DeleteMetricFilter", "DisableAlarmActions", "DeleteAlarms"),
			),
		},
	}
}
