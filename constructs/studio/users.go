package studio

import (
	"cmp"
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakeruserprofile"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A User is a person with a profile in the domain. Name is required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sagemaker_user_profile
type User struct {
	// Name of the profile: 1 to 63 letters, digits and hyphens, with a letter or digit at both ends.
	Name string
	// SSOUser is the person's user name in IAM Identity Center. Required with AuthMode SSO, for nothing else.
	SSOUser string
	// Tags of the profile, beside those of the stack. Default: none.
	Tags map[string]string

	// RoleARN is an existing execution role for this user. It is not changed: UserPermissions says what it needs for
	// Studio itself. Default: that of the domain.
	RoleARN string
	// OwnRole makes an execution role for this user alone, so that grants reach nobody else. Default: the domain's.
	OwnRole bool
	// RoleName is the name of the own role. Default: the domain's name, "-" and the user's.
	RoleName string
	// Statements are further permissions of the own role. Default: none.
	Statements []policy.Statement

	// Settings override those of the domain, field by field. Default: the domain's.
	Settings *Settings
}

// profile is a user's profile as it was made.
type profile struct {
	arn, roleARN string
	role         *iam.Role
}

var userPattern = lazyregexp.New(`^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$`)

func (p Props) validateUsers(problems *problem.List) {
	seen := map[string]bool{}
	for i, each := range p.Users {
		at := problem.Index("users", i)
		each.validate(at, p, problems)
		if seen[each.Name] {
			problems.Addf(at+".name", "%q is used twice; make it unique within the domain", each.Name)
		}
		seen[each.Name] = true
	}
}

func (u User) validate(at string, p Props, problems *problem.List) {
	if !userPattern.MatchString(u.Name) || len(u.Name) > 63 {
		problems.Addf(at+".name", "%q is no name of a user profile; use 1 to 63 letters, digits and hyphens, with a letter or digit at both ends", u.Name)
	}
	switch {
	case p.AuthMode == SSO && u.SSOUser == "":
		problems.Addf(at+".ssoUser", "is missing; give the user name in IAM Identity Center, or use authMode %q", IAM)
	case p.AuthMode == IAM && u.SSOUser != "":
		problems.Addf(at+".ssoUser", "%q is for authMode %q; remove it", u.SSOUser, SSO)
	}
	if u.OwnRole && u.RoleARN != "" {
		problems.Addf(at+".ownRole", "contradicts roleARN; keep one of them")
	}
	if !u.OwnRole && (u.RoleName != "" || len(u.Statements) > 0) {
		problems.Addf(at, "has a role name or statements, but no own role to put them into; set ownRole")
	}
	choice := iam.RoleChoice{ARN: u.RoleARN}
	if u.OwnRole {
		choice = iam.RoleChoice{Name: u.RoleName}
	}
	problems.Add(at, choice.Validate())
	if len(u.Statements) > 0 {
		problems.Add(at, policy.New(u.Statements...).Validate(policy.Identity))
	}
	if u.Settings != nil {
		u.Settings.validate(at+".settings", problems)
	}
}

// addUsers makes the profiles, after the domain.
func (s *Studio) addUsers() error {
	for _, each := range s.props.Users {
		made := &profile{roleARN: each.RoleARN}
		if each.OwnRole {
			role, err := iam.NewRole(s.construct, "role-"+each.Name, s.props.ownRole(each))
			if err != nil {
				return fmt.Errorf("role of user %s: %w", each.Name, err)
			}
			if err := role.Grant("studio", s.UserPermissions(each.Name)...); err != nil {
				return fmt.Errorf("role of user %s: %w", each.Name, err)
			}
			made.role, made.roleARN = role, role.ARN()
		}
		resource := sagemakeruserprofile.NewSagemakerUserProfile(s.construct, tf.Str("user-"+each.Name), s.userConfig(each, made.roleARN))
		made.arn = tf.Attr(resource, "arn")
		if made.roleARN == "" {
			made.roleARN, made.role = s.roleARN, s.role
		}
		s.profiles[each.Name] = made
	}
	return nil
}

// userConfig is a profile's resource. What it leaves out, it takes from the domain.
func (s *Studio) userConfig(u User, roleARN string) *sagemakeruserprofile.SagemakerUserProfileConfig {
	config := &sagemakeruserprofile.SagemakerUserProfileConfig{
		DomainId: tf.Str(s.domainID), UserProfileName: tf.Str(u.Name), Tags: tf.StrMap(u.Tags),
	}
	if u.SSOUser != "" {
		config.SingleSignOnUserIdentifier, config.SingleSignOnUserValue = tf.Str("UserName"), tf.Str(u.SSOUser)
	}
	if roleARN == "" && u.Settings == nil {
		return config
	}
	roleARN = cmp.Or(roleARN, s.roleARN)
	config.UserSettings = &sagemakeruserprofile.SagemakerUserProfileUserSettings{ExecutionRole: tf.Str(roleARN)}
	if u.Settings != nil {
		u.Settings.apply(config.UserSettings)
	}
	return config
}

// apply writes the settings into a profile's, as domainSettings does for the domain.
func (s Settings) apply(to *sagemakeruserprofile.SagemakerUserProfileUserSettings) {
	lab := &sagemakeruserprofile.SagemakerUserProfileUserSettingsJupyterLabAppSettings{
		AppLifecycleManagement: &sagemakeruserprofile.SagemakerUserProfileUserSettingsJupyterLabAppSettingsAppLifecycleManagement{
			IdleSettings: &sagemakeruserprofile.SagemakerUserProfileUserSettingsJupyterLabAppSettingsAppLifecycleManagementIdleSettings{LifecycleManagement: tf.Str(enabled(!s.NeverShutDownIdle))},
		},
		LifecycleConfigArns: tf.Strs(s.LifecycleConfigARNs),
	}
	editor := &sagemakeruserprofile.SagemakerUserProfileUserSettingsCodeEditorAppSettings{
		AppLifecycleManagement: &sagemakeruserprofile.SagemakerUserProfileUserSettingsCodeEditorAppSettingsAppLifecycleManagement{
			IdleSettings: &sagemakeruserprofile.SagemakerUserProfileUserSettingsCodeEditorAppSettingsAppLifecycleManagementIdleSettings{LifecycleManagement: tf.Str(enabled(!s.NeverShutDownIdle))},
		},
	}
	if !s.NeverShutDownIdle {
		idle := lab.AppLifecycleManagement.IdleSettings
		idle.IdleTimeoutInMinutes, idle.MinIdleTimeoutInMinutes, idle.MaxIdleTimeoutInMinutes = minutes(s.IdleTimeout), minutes(minIdle), minutes(s.MaxIdleTimeout)
		other := editor.AppLifecycleManagement.IdleSettings
		other.IdleTimeoutInMinutes, other.MinIdleTimeoutInMinutes, other.MaxIdleTimeoutInMinutes = idle.IdleTimeoutInMinutes, idle.MinIdleTimeoutInMinutes, idle.MaxIdleTimeoutInMinutes
	}
	if s.InstanceType != "" {
		lab.DefaultResourceSpec = &sagemakeruserprofile.SagemakerUserProfileUserSettingsJupyterLabAppSettingsDefaultResourceSpec{InstanceType: tf.Str(s.InstanceType)}
		editor.DefaultResourceSpec = &sagemakeruserprofile.SagemakerUserProfileUserSettingsCodeEditorAppSettingsDefaultResourceSpec{InstanceType: tf.Str(s.InstanceType)}
	}
	var repositories []*sagemakeruserprofile.SagemakerUserProfileUserSettingsJupyterLabAppSettingsCodeRepository
	for _, each := range s.CodeRepositories {
		repositories = append(repositories, &sagemakeruserprofile.SagemakerUserProfileUserSettingsJupyterLabAppSettingsCodeRepository{RepositoryUrl: tf.Str(each)})
	}
	if len(repositories) > 0 {
		lab.CodeRepository = repositories
	}
	to.JupyterLabAppSettings, to.CodeEditorAppSettings = lab, editor
	to.SpaceStorageSettings = &sagemakeruserprofile.SagemakerUserProfileUserSettingsSpaceStorageSettings{
		DefaultEbsStorageSettings: &sagemakeruserprofile.SagemakerUserProfileUserSettingsSpaceStorageSettingsDefaultEbsStorageSettings{
			DefaultEbsVolumeSizeInGb: tf.Num(s.VolumeGB), MaximumEbsVolumeSizeInGb: tf.Num(s.MaxVolumeGB),
		},
	}
}

// UserARN is the ARN of a user's profile, and empty for a user who is not in Users.
func (s *Studio) UserARN(name string) string {
	if found, ok := s.profiles[name]; ok {
		return found.arn
	}
	return ""
}

// UserRoleARN is the execution role of a user, and empty for a user who is not in Users.
func (s *Studio) UserRoleARN(name string) string {
	if found, ok := s.profiles[name]; ok {
		return found.roleARN
	}
	return ""
}

// UserRole is the execution role of a user, for grants: the own one, or the domain's. It is nil for an existing role and
// for a user who is not in Users.
func (s *Studio) UserRole(name string) *iam.Role {
	if found, ok := s.profiles[name]; ok {
		return found.role
	}
	return nil
}
