package studio

import (
	"fmt"
	"slices"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/policy"
)

func (p Props) trust() policy.Document {
	trust := policy.TrustService(p.Scope.Account, "sagemaker.amazonaws.com")
	if p.UserInCloudTrail {
		trust.Statements[0].Actions = append(trust.Statements[0].Actions, "sts:SetSourceIdentity")
	}
	return trust
}

func (p Props) roleChoice() iam.RoleChoice {
	choice := iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName}
	if p.RoleARN == "" || !p.ownRoles() {
		choice.PermissionsBoundary = p.PermissionsBoundary
	}
	return choice
}

// ownRoles reports whether a user has a role that is made, which the boundary is for even where the domain's exists.
func (p Props) ownRoles() bool {
	return slices.ContainsFunc(p.Users, func(each User) bool { return each.OwnRole })
}

func (p Props) executionRole() iam.RoleProps {
	return iam.RoleProps{
		Name: p.roleChoice().NameFor(p.Name, "-studio"), Description: "Users of the Studio domain " + p.Name,
		Trust: p.trust(), Statements: p.Statements, PermissionsBoundary: p.PermissionsBoundary,
	}
}

func (p Props) ownRole(u User) iam.RoleProps {
	return iam.RoleProps{
		Name:        iam.RoleChoice{Name: u.RoleName}.NameFor(p.Name+"-"+u.Name, ""),
		Description: fmt.Sprintf("User %s of the Studio domain %s", u.Name, p.Name),
		Trust:       p.trust(), Statements: u.Statements, PermissionsBoundary: p.PermissionsBoundary,
	}
}

// anyUser stands in a policy for the name of the profile that makes the request. The first dollar sign keeps Terraform
// from taking it for a reference of its own.
const anyUser = "$${sagemaker:UserProfileName}"

// Permissions are what an execution role that several users share needs for Studio itself: each user may make, see and
// delete private spaces and their apps, and nobody those of another. They say nothing about data, jobs and models. The
// role that is made has them; give them to one that you bring.
// https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-jl-admin-guide-permissions.html
func (s *Studio) Permissions() []policy.Statement { return s.permissions(anyUser) }

// UserPermissions are Permissions for a role of one user alone.
func (s *Studio) UserPermissions(name string) []policy.Statement { return s.permissions(name) }

func (s *Studio) permissions(user string) []policy.Statement {
	scope := s.props.Scope
	of := func(kind string) string { return scope.Regional("sagemaker", kind+"/"+s.domainID+"/*") }
	profile := scope.Regional("sagemaker", "user-profile/"+s.domainID+"/"+user)
	own := policy.ARNLike("sagemaker:OwnerUserProfileArn", profile)
	sharing := []string{"Private"}
	if s.props.AllowSharedSpaces {
		sharing = append(sharing, "Shared")
	}
	statements := []policy.Statement{
		{Sid: "OpenOwnProfile", Actions: []string{"sagemaker:CreatePresignedDomainUrl"}, Resources: []string{profile}},
		{
			Sid: "OwnSpaces", Actions: []string{"sagemaker:CreateSpace", "sagemaker:DeleteSpace", "sagemaker:UpdateSpace"},
			Resources: []string{of("space")}, Conditions: []policy.Condition{own, policy.StringEquals("sagemaker:SpaceSharingType", sharing...)},
		},
		{
			Sid: "OwnApps", Actions: []string{"sagemaker:CreateApp", "sagemaker:DeleteApp"}, Resources: []string{of("app")},
			Conditions: []policy.Condition{own, policy.StringEquals("sagemaker:SpaceSharingType", "Private")},
		},
		// Studio tags what it makes, and making fails where it may not.
		{
			Sid: "TagOnCreation", Actions: []string{"sagemaker:AddTags"}, Resources: []string{of("space"), of("app")},
			Conditions: []policy.Condition{policy.StringEquals("sagemaker:TaggingAction", "CreateApp", "CreateSpace")},
		},
		{
			Sid: "Describe", Actions: []string{"sagemaker:DescribeApp", "sagemaker:DescribeDomain", "sagemaker:DescribeSpace", "sagemaker:DescribeUserProfile"},
			Resources: []string{scope.Regional("sagemaker", "domain/"+s.domainID), of("user-profile"), of("space"), of("app")},
		},
		// AWS offers no resource for these.
		{
			Sid: "List", Actions: []string{"sagemaker:ListApps", "sagemaker:ListDomains", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"},
			Resources: []string{"*"},
		},
		{
			Sid: "AppLogs", Actions: []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			Resources: []string{scope.Regional("logs", "log-group:/aws/sagemaker/studio"), scope.Regional("logs", "log-group:/aws/sagemaker/studio:*")},
		},
		// SageMaker makes the volumes of spaces on behalf of the role.
		{
			Sid: "Volumes", Actions: []string{"kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"},
			Resources: []string{s.keyARN},
		},
	}
	if s.props.AllowSharedSpaces {
		statements = append(statements, policy.Statement{
			Sid: "SharedApps", Actions: []string{"sagemaker:CreateApp", "sagemaker:DeleteApp"}, Resources: []string{of("app")},
			Conditions: []policy.Condition{policy.StringEquals("sagemaker:SpaceSharingType", "Shared")},
		})
	}
	return statements
}

// GrantOpen lets the grantee open Studio as each of the users, as everyone where none is named, which is for portals and
// for people who sign in with roles. The policy's name is the domain's construct id and "open". It is an error to name a
// user who is not in Users.
func (s *Studio) GrantOpen(grantee iam.Grantee, users ...string) error {
	resources := []string{s.props.Scope.Regional("sagemaker", "user-profile/"+s.domainID+"/*")}
	if len(users) > 0 {
		resources = nil
	}
	for _, each := range users {
		if _, ok := s.profiles[each]; !ok {
			return fmt.Errorf("studio %s: grant open: %q is none of the users; add the user first", s.id, each)
		}
		resources = append(resources, s.profiles[each].arn)
	}
	return iam.Grant(grantee, "studio", s.id, "open", policy.Statement{
		Actions: []string{"sagemaker:CreatePresignedDomainUrl", "sagemaker:DescribeUserProfile"}, Resources: resources,
	})
}
