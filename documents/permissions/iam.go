package permissions

import (
	"github.com/mlplatform/mlplatform/documents/policy"
)

// boundaryKey is the boundary that a role has, or is being given.
const boundaryKey = "iam:PermissionsBoundary"

// iam gives roles to the services that they are for, and lets services make roles for themselves.
func (s Scope) iam(parts []part) []grant {
	var passTo, linked []string
	for _, p := range parts {
		passTo, linked = append(append(passTo, p.passTo...), p.passedOnce...), append(linked, p.linked...)
	}
	var grants []grant
	if services := s.principals(passTo); len(services) > 0 {
		grants = append(grants, grant{
			name: "PassRoles", on: []string{s.Role(s.Prefix + "-*")}, write: of("iam", "PassRole"),
			whenWriting: []policy.Condition{policy.StringEquals("iam:PassedToService", services...)},
		})
	}
	if services := sorted(linked); len(services) > 0 {
		grants = append(grants, s.serviceLinkedRoles(services))
	}
	return grants
}

func roleReads() []string {
	return of("iam", "GetRole GetRolePolicy ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies ListRoleTags")
}

func policyReads() []string {
	return of("iam", "GetPolicy GetPolicyVersion ListEntitiesForPolicy ListPolicyTags ListPolicyVersions")
}

// roles are those under the prefix, with their policies and instance profiles.
func (s Scope) roles() []grant {
	withBoundary := []policy.Condition{policy.StringEquals(boundaryKey, s.Boundary)}
	return []grant{
		{
			name: "Roles", on: []string{s.Role(s.Prefix + "-*")},
			read: roleReads(),
			write: of("iam", `AttachRolePolicy CreateRole DeleteRole DeleteRolePolicy DetachRolePolicy PutRolePermissionsBoundary
				PutRolePolicy UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription`),
			whenWriting: withBoundary,
		},
		{name: "RoleTags", on: []string{s.Role(s.Prefix + "-*")}, write: of("iam", "TagRole UntagRole")},
		{
			name: "Policies", on: []string{s.policy(s.Prefix + "-*")},
			read:  policyReads(),
			write: of("iam", "CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion SetDefaultPolicyVersion TagPolicy UntagPolicy"),
		},
		{
			name: "InstanceProfiles", on: []string{s.Global("iam", "instance-profile/"+s.Prefix+"-*")},
			read: of("iam", "GetInstanceProfile ListInstanceProfileTags"),
			write: of("iam", `AddRoleToInstanceProfile CreateInstanceProfile DeleteInstanceProfile RemoveRoleFromInstanceProfile
				TagInstanceProfile UntagInstanceProfile`),
		},
	}
}

// serviceLinkedRoles are the roles that AWS services make for themselves when they are first used.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
func (s Scope) serviceLinkedRoles(services []string) grant {
	var roles []string
	for _, each := range services {
		roles = append(roles, s.Role("aws-service-role/"+each+"/*"))
	}
	return grant{
		name: "ServiceLinkedRoles", on: roles, read: of("iam", "GetRole"), write: of("iam", "CreateServiceLinkedRole"),
		whenWriting: []policy.Condition{policy.StringEquals("iam:AWSServiceName", services...)},
	}
}

// principals are the names of services in the scope's partition. In China some have a domain of their own.
func (s Scope) principals(services []string) []string {
	var out []string
	for _, each := range services {
		out = append(out, each+".amazonaws.com")
		if s.Partition == "aws-cn" {
			out = append(out, each+".amazonaws.com.cn")
		}
	}
	return sorted(out)
}

// guards are denials, which no permission that is added later can lift.
func (s Scope) guards(pipeline bool) []policy.Statement {
	guarded := append(s.deployment(), s.Boundary, s.oidcProvider())
	if pipeline {
		guarded = append(guarded, s.pipelineRoles()...)
	}
	guards := []policy.Statement{
		{
			Sid: "GuardDeploymentRoles", Effect: policy.Deny, Resources: append(guarded, s.protected("iam")...),
			Actions: of("iam", "Add* Attach* Create* Delete* Detach* PassRole Put* Remove* Set* Tag* Untag* Update*"),
		},
		{
			// A role without a boundary, or with another, could do what this one can not.
			Sid: "GuardBoundary", Effect: policy.Deny, Resources: []string{"*"},
			Actions:    of("iam", "CreateRole PutRolePermissionsBoundary"),
			Conditions: []policy.Condition{policy.StringNotEquals(boundaryKey, s.Boundary)},
		},
		{
			// Users have access keys that never end. Nothing here needs them.
			Sid: "GuardIdentities", Effect: policy.Deny, Resources: []string{"*"},
			Actions: of("iam", "CreateAccessKey CreateLoginProfile CreateUser DeleteRolePermissionsBoundary"),
		},
	}
	if buckets := s.protected("s3"); len(buckets) > 0 {
		guards = append(guards, policy.Statement{
			Sid: "GuardBuckets", Effect: policy.Deny, Actions: of("s3", "Delete* Put* Bypass* Replicate*"), Resources: withObjects(buckets),
		})
	}
	if keys := s.protected("kms"); len(keys) > 0 {
		guards = append(guards, policy.Statement{
			Sid: "GuardKeys", Effect: policy.Deny, Resources: keys,
			Actions: of("kms", "CreateGrant Delete* Disable* PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource Update*"),
		})
	}
	guards = append(guards, s.notTagged("GuardTagged", byTag())...)
	return append(guards, s.guardNeighbours()...)
}

func withObjects(buckets []string) []string {
	out := append([]string(nil), buckets...)
	for _, each := range buckets {
		out = append(out, each+"/*")
	}
	return out
}
