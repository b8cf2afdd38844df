package stacks_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// The stack that keeps all states guards them, and the stacks of the roles that deploy guard what a deployment may: who could write
// their states could have an administrator apply what they like to them. So only administrators reach those, each store's by a
// role of its own.
func TestOnlyAdministratorsReachTheStateOfWhatTheyApply(t *testing.T) {
	for dir, kinds := range map[string]map[config.StackKind]int{
		configurations[0]: {config.StateStack: 1, config.AccessStack: 4}, configurations[1]: {config.StateStack: 4, config.AccessStack: 4}, configurations[2]: {config.StateStack: 1, config.AccessStack: 4},
	} {
		platform := load(t, dir, nil)
		checked := map[config.StackKind]int{}
		for _, stack := range platform.Stacks() {
			if !stack.Administered() {
				continue
			}
			checked[stack.Kind]++
			owner, prefix := config.OperationsName, platform.Operations.Prefix()
			if stack.Environment != nil {
				owner, prefix = stack.Environment.Name, stack.Environment.Prefix()
			}
			made, store := built(t, dir, nil), platform.StateStoreOf(owner)
			template := synthtest.Parse(t, string(made[store.Stack]))
			scope := arn.Scope{Region: store.Region, Account: store.Account}.WithDefaults()
			state, admin := scope.Bucket(store.Bucket)+"/"+platform.StateKey(stack.Name), config.StateAdminRole(prefix)
			backend := parse(t, made[stack.Name]).Terraform.Backend["s3"]
			require.Equal(t, map[string]any{"role_arn": scope.Role(admin)}, backend["assume_role"])

			reached := 0
			for address, role := range template.Resources("aws_iam_role") {
				document := template.Where("aws_iam_role_policy", "role", "${aws_iam_role."+address+".name}")["policy"].(string)
				statements, err := iamcheck.Parse(document)
				require.NoError(t, err)
				for _, request := range []iamcheck.Request{
					{Action: "s3:GetObject", Resource: state}, {Action: "s3:PutObject", Resource: state}, {Action: "s3:DeleteObject", Resource: state + ".tflock"},
				} {
					require.Equal(t, role["name"] == admin, iamcheck.Allows(statements, request), "%s of %s: %s on %s", role["name"], stack.Name, request.Action, request.Resource)
				}
				if role["name"] == admin {
					reached++
					require.NotContains(t, role["assume_role_policy"], "github", "no pipeline is named")
					require.NotContains(t, role["assume_role_policy"], "codebuild")
				}
			}
			require.Equal(t, 1, reached, stack.Name)
			// Where nobody is named, any role of the account is trusted, and its own policies decide.
			for _, deployed := range platform.Stacks() {
				if deployed.Kind != config.OperationsStack && deployed.Kind != config.EnvironmentStack {
					continue
				}
				made := withRoles(t, made, deployed.Name)
				request := iamcheck.Request{Action: "sts:AssumeRole", Resource: scope.Role(admin)}
				require.False(t, iamcheck.Allows(applyStatements(t, made), request), "apply of %s", deployed.Name)
				jobs := platform.Operations.Prefix() + "-jobs"
				if deployed.Environment != nil {
					jobs = deployed.Environment.Prefix() + "-jobs"
				}
				request.Keys = map[string]string{"aws:PrincipalArn": arn.Scope{Region: deployed.Region, Account: deployed.Account}.WithDefaults().Role(jobs)}
				require.False(t, iamcheck.Allows(boundaryStatements(t, made), request), "roles of %s", deployed.Name)
				for _, action := range []string{"iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy"} {
					require.False(t, iamcheck.Allows(applyStatements(t, made), iamcheck.Request{Action: action, Resource: scope.Role(admin)}), "%s by %s", action, deployed.Name)
				}
			}
			require.True(t, strings.HasSuffix(admin, "-state-admin"))
		}
		require.Equal(t, kinds, checked, dir)
	}
}
