package iam_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

var lambda = policy.TrustService(synthtest.Account, "lambda.amazonaws.com")

func read(bucket string) policy.Statement {
	return policy.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::" + bucket + "/*"}}
}

func TestRole(t *testing.T) {
	stack := synthtest.Stack(t)
	role, err := iam.NewRole(stack, "loader", iam.RoleProps{
		Name: "wine-dev-loader", Trust: lambda, MaxSession: 2 * time.Hour,
		Statements:          []policy.Statement{read("raw")},
		ManagedPolicyARNs:   []string{"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"},
		PermissionsBoundary: "arn:aws:iam::222222222222:policy/wine-dev-boundary",
	})
	require.NoError(t, err)
	require.NoError(t, role.Grant("features-read", read("features")))
	synthtest.Synth(t, stack).Golden("role")
}

func TestGrantToExistingRole(t *testing.T) {
	stack := synthtest.Stack(t)
	role, err := iam.FromARN(stack, "existing", "arn:aws:iam::222222222222:role/team/reader")
	require.NoError(t, err)
	require.NoError(t, role.Grant("raw-read", read("raw")))
	require.EqualError(t, role.Grant("raw-read", read("raw")), `grant: role reader has a grant "raw-read" already; use another id`)
	template := synthtest.Synth(t, stack)
	require.Equal(t, map[string]int{"aws_iam_role_policy": 1}, template.Counts())
	require.Equal(t, "reader", template.One("aws_iam_role_policy")["role"])
}

func TestManyStatementsBecomeManagedPolicies(t *testing.T) {
	stack := synthtest.Stack(t)
	var statements []policy.Statement
	for i := 0; i < 120; i++ {
		statements = append(statements, read(fmt.Sprintf("bucket-with-a-rather-long-name-%03d", i)))
	}
	_, err := iam.NewRole(stack, "loader", iam.RoleProps{Name: "loader", Trust: lambda, Statements: statements})
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	require.Equal(t, map[string]int{"aws_iam_role": 1, "aws_iam_policy": 3, "aws_iam_role_policy_attachment": 3}, template.Counts())
	seen := 0
	for _, managed := range template.Resources("aws_iam_policy") {
		require.LessOrEqual(t, len(managed["policy"].(string)), policy.MaxManaged)
		seen += len(template.Statements(managed["policy"]))
	}
	require.Equal(t, 120, seen)
	template.Golden("many")
}

// What ten managed policies have no room for is inline beside them.
func TestMoreThanManagedPoliciesTake(t *testing.T) {
	stack := synthtest.Stack(t)
	var statements []policy.Statement
	for i := range 21 {
		statements = append(statements, read(fmt.Sprintf("%d-%s", i, strings.Repeat("x", 2900))))
	}
	_, err := iam.NewRole(stack, "loader", iam.RoleProps{Name: "loader", Trust: lambda, Statements: statements})
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	require.Equal(t, map[string]int{"aws_iam_role": 1, "aws_iam_policy": 10, "aws_iam_role_policy_attachment": 10, "aws_iam_role_policy": 1}, template.Counts())
	require.Len(t, template.Statements(template.One("aws_iam_role_policy")["policy"]), 1)
	_, err = iam.NewRole(synthtest.Stack(t), "loader", iam.RoleProps{Name: "loader", Trust: lambda, Statements: append(statements, read("1"+strings.Repeat("x", 2900)))})
	require.EqualError(t, err, "permissions: need 11 managed policies, a role may have 10; use fewer statements or several roles")
}

func TestProblems(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := iam.NewRole(stack, "role", iam.RoleProps{
		Name: "with space", Path: "service", MaxSession: time.Minute, PermissionsBoundary: "boundary",
		ManagedPolicyARNs: []string{"AmazonS3ReadOnlyAccess", "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/AmazonS3FullAccess"},
		Statements:        []policy.Statement{{Actions: []string{"s3:*"}, Resources: []string{"*"}}},
	})
	require.EqualError(t, err, `name: "with space" is no role name; use 1 to 64 letters, digits and +=,.@_-
path: "service" is no IAM path; begin and end it with a slash, such as /service/
maxSession: 1m0s is out of range; use 1h to 12h in whole seconds
permissionsBoundary: "boundary" is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name
managedPolicyARNs[0]: "AmazonS3ReadOnlyAccess" is no ARN of a managed policy; write it like arn:aws:iam::aws:policy/name
managedPolicyARNs[1]: "arn:aws:iam::aws:policy/AdministratorAccess" allows far more than one role needs; list the permissions in statements
managedPolicyARNs[2]: "arn:aws:iam::aws:policy/AmazonS3FullAccess" allows far more than one role needs; list the permissions in statements
trust.statements: are missing; a policy document needs at least one
permissions.statements[0].actions[0]: "s3:*" allows actions that nobody listed; write each action out`)
	_, err = iam.FromARN(stack, "user", "arn:aws:iam::222222222222:user/someone")
	require.EqualError(t, err, `roleARN: "arn:aws:iam::222222222222:user/someone" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name`)
}

func TestGrantsTogetherFitTheLimit(t *testing.T) {
	role, err := iam.NewRole(synthtest.Stack(t), "role", iam.RoleProps{Name: "role", Trust: lambda})
	require.NoError(t, err)
	large := policy.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::" + strings.Repeat("x", 6000)}}
	require.NoError(t, role.Grant("first", large))
	require.ErrorContains(t, role.Grant("second", large), "characters, 10240 are allowed; give some permissions to another role")
}

func TestBindingsPanicBecomesAnError(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := iam.NewRole(stack, "twice", iam.RoleProps{Name: "a", Trust: lambda})
	require.NoError(t, err)
	_, err = iam.NewRole(stack, "twice", iam.RoleProps{Name: "b", Trust: lambda})
	require.ErrorContains(t, err, "twice: ")
	require.ErrorContains(t, err, "There is already a Construct with name 'twice'")
}

func ExampleNewRole() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		role, err := iam.NewRole(stack, "train", iam.RoleProps{
			Name:  "wine-dev-train",
			Trust: policy.TrustService("222222222222", "sagemaker.amazonaws.com"),
			Statements: []policy.Statement{
				{Actions: []string{"cloudwatch:PutMetricData"}, Resources: []string{"*"}, Conditions: []policy.Condition{policy.StringEquals("cloudwatch:namespace", "wine")}},
			},
		})
		if err != nil {
			return err
		}
		return role.Grant("raw-read", policy.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::raw/*"}})
	})
	// Output:
	// aws_iam_role 1
	// aws_iam_role_policy 2
}
