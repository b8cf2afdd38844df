package permissions_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

// The permissions of functions are what Extra takes, AWS knows each of them, and the boundary has room for them beside many parts.
func TestFunctions(t *testing.T) {
	extra := permissions.Functions(extended)
	require.NoError(t, extra.Validate(extended))
	iamcheck.Statements(t, extra.Plan...)
	iamcheck.Statements(t, extra.Apply...)
	services := []permissions.Service{permissions.Network, permissions.Storage, permissions.Registry, permissions.SageMaker, permissions.StepFunctions, permissions.Containers}
	added := permissions.Add(extended, services, extra)
	iamcheck.Check{}.Policy(t, policy.Boundary, added.Boundary.MustJSON(policy.Boundary))
	require.LessOrEqual(t, added.Boundary.Size(), policy.MaxManaged)
	for _, test := range []struct {
		what, action, resource string
		statements             []policy.Statement
		want                   bool
	}{
		{"own function", "lambda:CreateFunction", "arn:aws:lambda:us-west-2:222222222222:function:wine-dev-answer", extra.Apply, true},
		{"function of others", "lambda:CreateFunction", "arn:aws:lambda:us-west-2:222222222222:function:orders", extra.Apply, false},
		{"function of another environment", "lambda:UpdateFunctionCode", "arn:aws:lambda:us-west-2:222222222222:function:wine-prod-answer", extra.Apply, false},
		{"plan changes nothing", "lambda:UpdateFunctionCode", "arn:aws:lambda:us-west-2:222222222222:function:wine-dev-answer", extra.Plan, false},
		{"call", "lambda:InvokeFunction", "arn:aws:lambda:us-west-2:222222222222:function:wine-dev-answer", extra.Workloads, true},
		{"call others", "lambda:InvokeFunction", "arn:aws:lambda:us-west-2:222222222222:function:orders", extra.Workloads, false},
	} {
		require.Equal(t, test.want, iamcheck.Allows(test.statements, iamcheck.Request{Action: test.action, Resource: test.resource}), test.what)
	}
}
