package stacks_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/stacks"
)

// parameter is what says with which digest the stack of a deployment's roles was applied.
func parameter(t *testing.T, access []byte) map[string]any {
	t.Helper()
	return synthtest.Parse(t, string(access)).One("aws_ssm_parameter")
}

// TestDeploymentsDoNotApplyTheirOwnRoles: what the apply role is denied to change is in no stack that it applies, but for
// CodePipeline's, which says so in its plans.
func TestDeploymentsDoNotApplyTheirOwnRoles(t *testing.T) {
	checked := 0
	for _, dir := range configurations {
		platform, made := load(t, dir, nil), built(t, dir, nil)
		for _, stack := range platform.Stacks() {
			if stack.Kind != config.OperationsStack && stack.Kind != config.EnvironmentStack {
				continue
			}
			access, deployed := made[stack.Name+config.AccessSuffix]
			require.True(t, deployed, "%s %s", dir, stack.Name)
			statements := applyStatements(t, withRoles(t, made, stack.Name))
			scope := arn.Scope{Region: stack.Region, Account: stack.Account}.WithDefaults()
			template := synthtest.Parse(t, string(made[stack.Name]))
			require.Empty(t, template.Resources("aws_iam_openid_connect_provider"))
			for address, role := range template.Resources("aws_iam_role") {
				if strings.HasPrefix(address, "deployment_codepipeline_") {
					continue
				}
				keys := map[string]string{"iam:PermissionsBoundary": role["permissions_boundary"].(string)}
				require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: "iam:CreateRole", Resource: scope.Role(role["name"].(string)), Keys: keys}), "%s %s", stack.Name, address)
				checked++
			}
			// The other way round: nothing of the roles' stack is within reach, nor its record.
			own := synthtest.Parse(t, string(access))
			for _, role := range own.Resources("aws_iam_role") {
				for _, action := range []string{"iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:TagRole", "iam:DeleteRole"} {
					require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: action, Resource: scope.Role(role["name"].(string))}), "%s on %s", action, role["name"])
				}
			}
			record := scope.Regional("ssm", "parameter"+parameter(t, access)["name"].(string))
			require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: "ssm:GetParameter", Resource: record}))
			require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: "ssm:PutParameter", Resource: record}))
		}
	}
	require.Greater(t, checked, 30)
}

// TestWhatTheRecordOfAccessTells: tags change it as little as profiles do, another part of the environment changes it, and what
// comes with neither does not.
func TestWhatTheRecordOfAccessTells(t *testing.T) {
	text, err := os.ReadFile(configurations[0] + "/environments/dev.yaml")
	require.NoError(t, err)
	record := func(made map[string][]byte) any { return parameter(t, made["dev-access"])["value"] }
	with := func(change func(string) string) any {
		return record(builtOnly(t, configurations[0], map[string]string{"environments/dev.yaml": change(string(text))}, "dev"))
	}
	before := record(example(t))
	require.Regexp(t, `^[0-9a-f]{64}$`, before)
	require.Equal(t, before, with(func(text string) string { return text + "\ntags: { CostCenter: \"42\" }\n" }), "a tag")
	require.Equal(t, before, with(func(text string) string {
		return strings.Replace(text, "availabilityZones: 2", "availabilityZones: 3", 1)
	}), "what the roles may do already")
	require.NotEqual(t, before, with(func(string) string { return without(t, "cluster") }), "a part of the environment")
	require.NotEqual(t, before, with(func(text string) string {
		return strings.Replace(text, "promotion:\n", "github: { maxSessionMinutes: 240 }\npromotion:\n", 1)
	}), "the roles themselves")
	require.NotEqual(t, before, record(builtWith(t, stacks.Options{
		Extensions: stacks.Extensions{Environment: []func(*stacks.EnvironmentStack) error{func(stack *stacks.EnvironmentStack) error {
			return stack.Allow(permissions.Extra{Workloads: []policy.Statement{{Actions: []string{"dynamodb:*"}, Resources: []string{"*"}}}})
		}}},
	}, "dev")), "what an extension needs")
	require.Equal(t, before, record(builtWith(t, stacks.Options{Profiles: true, StateProfile: "state"}, "dev")), "profiles")
}
