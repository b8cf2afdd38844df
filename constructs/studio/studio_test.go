package studio_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/studio"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	keyARN   = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	roleARN  = "arn:aws:iam::222222222222:role/science"
	boundary = "arn:aws:iam::222222222222:policy/boundary"
)

func typical() studio.Props {
	return studio.Props{
		Name: "wine-dev", VPCID: "vpc-0123456789abcdef0",
		SubnetIDs: []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"},
		Users:     []studio.User{{Name: "ada"}},
	}
}

func build(t *testing.T, props studio.Props) (*studio.Studio, synthtest.Template) {
	t.Helper()
	return synthtest.Build(t, "studio", props, studio.New)
}

func readData() policy.Statement {
	return policy.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::wine-dev-data/*"}}
}

func TestStudio(t *testing.T) {
	_, template := build(t, typical())
	require.Equal(t, map[string]int{
		"aws_iam_role": 1, "aws_iam_role_policy": 1, "aws_kms_alias": 1, "aws_kms_key": 1, "aws_sagemaker_domain": 1, "aws_sagemaker_user_profile": 1,
		"aws_security_group": 1, "aws_vpc_security_group_egress_rule": 3, "aws_vpc_security_group_ingress_rule": 2,
	}, template.Counts())
	template.Golden("studio")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
}

func everything() studio.Props {
	props := typical()
	props.Tags, props.AuthMode, props.AllowDirectInternet = map[string]string{"Team": "science"}, studio.SSO, true
	props.Egress = []studio.Egress{{CIDR: "10.0.0.0/16", Port: 443}, {CIDR: "2001:db8::/32", Port: 8000, LastPort: 8010}}
	props.RoleName, props.Statements, props.PermissionsBoundary = "science", []policy.Statement{readData()}, boundary
	props.Settings = studio.Settings{
		IdleTimeout: 90 * time.Minute, MaxIdleTimeout: 8 * time.Hour, VolumeGB: 20, MaxVolumeGB: 200, InstanceType: "ml.t3.large",
		LifecycleConfigARNs: []string{"arn:aws:sagemaker:us-west-2:222222222222:studio-lifecycle-config/setup"},
		CodeRepositories:    []string{"https://github.com/acme/notebooks.git"},
	}
	props.Users = []studio.User{
		{Name: "ada", SSOUser: "ada@example.com", Tags: map[string]string{"Cost": "1"}, OwnRole: true, Statements: []policy.Statement{readData()}},
		{Name: "bob", SSOUser: "bob@example.com", RoleARN: roleARN},
		{Name: "eve", SSOUser: "eve@example.com", OwnRole: true, RoleName: "eve", Settings: &studio.Settings{
			NeverShutDownIdle: true, VolumeGB: 150, InstanceType: "ml.g4dn.xlarge", CodeRepositories: []string{"https://github.com/acme/other.git"},
		}},
		{Name: "kay", SSOUser: "kay@example.com", Settings: &studio.Settings{IdleTimeout: 4 * time.Hour}},
	}
	props.AllowSharedSpaces, props.AllowDocker, props.DockerAccounts, props.UserInCloudTrail, props.PropagateTags = true, true, []string{"111111111111"}, true, true
	props.HiddenApps, props.HiddenTools = []studio.App{studio.Canvas, studio.StudioClassic}, []studio.Tool{studio.JumpStart}
	props.AllowDestroy, props.DeleteHomesOnDestroy = true, true
	return props
}

func TestEverything(t *testing.T) {
	_, template := build(t, everything())
	template.Golden("everything")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
}

func TestExisting(t *testing.T) {
	props := typical()
	props.SecurityGroupIDs, props.KeyARN, props.RoleARN = []string{"sg-0123456789abcdef0"}, keyARN, roleARN
	made, template := build(t, props)
	require.Equal(t, map[string]int{"aws_sagemaker_domain": 1, "aws_sagemaker_user_profile": 1}, template.Counts())
	require.Equal(t, []string{"sg-0123456789abcdef0"}, made.SecurityGroupIDs())
	require.Equal(t, []string{keyARN, roleARN, roleARN}, []string{made.KeyARN(), made.RoleARN(), made.UserRoleARN("ada")})
	require.Nil(t, made.Role())
	require.Nil(t, made.UserRole("ada"))
	require.Nil(t, made.UserRole("bob"))
	require.Empty(t, made.UserRoleARN("bob"))
	require.Empty(t, made.UserARN("bob"))
	require.NotEmpty(t, made.Permissions())
	settings := template.One("aws_sagemaker_domain")["default_user_settings"].(map[string]any)
	require.Equal(t, []any{"sg-0123456789abcdef0"}, settings["security_groups"])
	require.Equal(t, roleARN, settings["execution_role"])
}

func TestSecureByDefault(t *testing.T) {
	_, template := build(t, typical())
	domain := template.One("aws_sagemaker_domain")
	require.Equal(t, "VpcOnly", domain["app_network_access_type"])
	require.NotContains(t, domain, "default_space_settings", "nobody can make a shared space")
	require.Equal(t, map[string]any{"docker_settings": map[string]any{"enable_docker_access": "DISABLED"}, "execution_role_identity_config": "DISABLED"}, domain["domain_settings"])
	require.Equal(t, map[string]any{"home_efs_file_system": "Retain"}, domain["retention_policy"])
	require.Equal(t, map[string]any{"prevent_destroy": true}, domain["lifecycle"])
	require.Equal(t, map[string]any{"prevent_destroy": true}, template.One("aws_kms_key")["lifecycle"], "the homes stay, and with them the key")
	require.Equal(t, map[string]any{"notebook_output_option": "Disabled"}, domain["default_user_settings"].(map[string]any)["sharing_settings"])
	for _, rule := range template.Resources("aws_vpc_security_group_ingress_rule") {
		require.Equal(t, rule["security_group_id"], rule["referenced_security_group_id"], "only the domain itself comes in")
	}
	document := template.One("aws_iam_role_policy")["policy"]
	for _, action := range []string{"sagemaker:CreateSpace", "sagemaker:CreateApp"} {
		allowed := template.Allowing(document, action)
		require.Len(t, allowed, 1)
		require.Equal(t, "Private", allowed[0].Condition["StringEquals"]["sagemaker:SpaceSharingType"])
		owner := allowed[0].Condition["ArnLike"]["sagemaker:OwnerUserProfileArn"]
		require.Regexp(t, `^arn:aws:sagemaker:us-west-2:222222222222:user-profile/\$\{aws_sagemaker_domain\.studio_domain_[0-9A-F]+\.id\}/\$\$\{sagemaker:UserProfileName\}$`, owner)
	}
	trust := template.Statements(template.One("aws_iam_role")["assume_role_policy"])
	require.Equal(t, map[string]map[string]any{"StringEquals": {"aws:SourceAccount": synthtest.Account}}, trust[0].Condition)
}

func TestNoEgress(t *testing.T) {
	props := typical()
	props.Egress = []studio.Egress{}
	_, template := build(t, props)
	for _, rule := range template.Resources("aws_vpc_security_group_egress_rule") {
		require.Contains(t, rule, "referenced_security_group_id")
	}
}

func TestNeverShutDownIdle(t *testing.T) {
	props := typical()
	props.Settings.NeverShutDownIdle = true
	props.Users = []studio.User{{Name: "ada", Settings: &studio.Settings{IdleTimeout: time.Hour}}, {Name: "bob", Settings: &studio.Settings{VolumeGB: 10}}}
	_, template := build(t, props)
	idle := func(settings any) any {
		lab := settings.(map[string]any)["jupyter_lab_app_settings"].(map[string]any)
		return lab["app_lifecycle_management"].(map[string]any)["idle_settings"]
	}
	off := map[string]any{"lifecycle_management": "DISABLED"}
	require.Equal(t, off, idle(template.One("aws_sagemaker_domain")["default_user_settings"]))
	require.Equal(t, off, idle(template.Where("aws_sagemaker_user_profile", "user_profile_name", "bob")["user_settings"]))
	require.Equal(t, map[string]any{"lifecycle_management": "ENABLED", "idle_timeout_in_minutes": 60.0, "min_idle_timeout_in_minutes": 60.0, "max_idle_timeout_in_minutes": 60.0},
		idle(template.Where("aws_sagemaker_user_profile", "user_profile_name", "ada")["user_settings"]))
}

func TestGrants(t *testing.T) {
	stack := synthtest.Stack(t)
	props := typical()
	props.Users = append(props.Users, studio.User{Name: "bob", OwnRole: true})
	made, err := studio.New(stack, "studio", props)
	require.NoError(t, err)
	portal, err := iam.FromARN(stack, "portal", "arn:aws:iam::222222222222:role/portal")
	require.NoError(t, err)
	desk, err := iam.FromARN(stack, "desk", "arn:aws:iam::222222222222:role/desk")
	require.NoError(t, err)
	require.NoError(t, made.GrantOpen(portal))
	require.NoError(t, made.GrantOpen(desk, "ada"))
	require.EqualError(t, made.GrantOpen(desk, "eve"), `studio studio: grant open: "eve" is none of the users; add the user first`)
	require.EqualError(t, made.GrantOpen(nil), "studio studio: grant open: the grantee is missing; pass a role")
	require.Same(t, made.Role(), made.UserRole("ada"))
	require.NotSame(t, made.Role(), made.UserRole("bob"))
	require.NoError(t, made.UserRole("bob").Grant("data", readData()))
	template := synthtest.Synth(t, stack)
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
	domain := "${aws_sagemaker_domain." + template.Names("aws_sagemaker_domain")[0] + ".id}"
	of := func(role string) []synthtest.Statement {
		return template.Allowing(template.Where("aws_iam_role_policy", "role", role)["policy"], "sagemaker:CreatePresignedDomainUrl")
	}
	require.Equal(t, []string{"arn:aws:sagemaker:us-west-2:222222222222:user-profile/" + domain + "/*"}, of("portal")[0].Resources)
	require.Len(t, of("desk")[0].Resources, 1)
	require.Regexp(t, `^\$\{aws_sagemaker_user_profile\.studio_user-ada_[0-9A-F]+\.arn\}$`, of("desk")[0].Resources[0])
}

func TestOutputs(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := studio.New(stack, "studio", typical())
	require.NoError(t, err)
	for name, value := range map[string]string{
		"id": made.ID(), "arn": made.ARN(), "url": made.URL(), "homes": made.HomesID(), "group": made.SecurityGroupIDs()[0],
		"key": made.KeyARN(), "role": made.RoleARN(), "user": made.UserARN("ada"), "user_role": made.UserRoleARN("ada"),
	} {
		tf.Output(stack, name, value, "Test")
	}
	template := synthtest.Synth(t, stack)
	domain := "${aws_sagemaker_domain." + template.Names("aws_sagemaker_domain")[0]
	for output, attribute := range map[string]string{"id": "id", "arn": "arn", "url": "url", "homes": "home_efs_file_system_id"} {
		require.Equal(t, domain+"."+attribute+"}", template.Output(output))
	}
	role := "${aws_iam_role." + template.Names("aws_iam_role")[0] + ".arn}"
	require.Equal(t, role, template.Output("role"))
	require.Equal(t, role, template.Output("user_role"))
	require.Equal(t, "${aws_security_group."+template.Names("aws_security_group")[0]+".id}", template.Output("group"))
	require.Equal(t, "${aws_kms_key."+template.Names("aws_kms_key")[0]+".arn}", template.Output("key"))
	require.Equal(t, "${aws_sagemaker_user_profile."+template.Names("aws_sagemaker_user_profile")[0]+".arn}", template.Output("user"))
}
