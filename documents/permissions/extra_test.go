package permissions_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
)

var extended = permissions.Scope{
	Scope: arn.Scope{Region: "us-west-2", Account: "222222222222"}, Prefix: "wine-dev",
	Tags:       map[string]string{"Project": "wine", "Environment": "dev"},
	Neighbours: permissions.Neighbours{Prefix: "wine", Shared: "operations"},
}

func statement(action, resource string) []policy.Statement {
	return []policy.Statement{{Sid: "Own", Actions: []string{action}, Resources: []string{resource}}}
}

const ownTables = "arn:aws:dynamodb:us-west-2:222222222222:table/wine-dev-*"

func TestExtraErrors(t *testing.T) {
	for want, extra := range map[string]permissions.Extra{
		`plan[0].actions[0]: "dynamodb:PutItem" may change something; a plan reads only: move it to apply`: {Plan: statement("dynamodb:PutItem", ownTables)},
		`plan[0].actions[0]: "dynamodb:*" allows actions that nobody listed; write each action out` + "\n" +
			`plan[0].actions[0]: "dynamodb:*" may change something; a plan reads only: move it to apply`: {Plan: statement("dynamodb:*", ownTables)},
		`apply[0].actions[0]: "iam:CreateRole" could lift the limits of the deployment; of iam only iam:PassRole of roles named wine-dev-* is allowed, in apply`: {
			Apply: statement("iam:CreateRole", "*"),
		},
		`apply[0].actions[0]: "iam:PassRole" could lift the limits of the deployment; of iam only iam:PassRole of roles named wine-dev-* is allowed, in apply`: {
			Apply: []policy.Statement{policy.PassRole([]string{"lambda.amazonaws.com"}, "arn:aws:iam::222222222222:role/admin")},
		},
		`workloads[0].actions[0]: "sts:AssumeRole" could lift the limits of the deployment; of sts only iam:PassRole of roles named wine-dev-* is allowed, in apply`: {
			Workloads: statement("sts:AssumeRole", "*"),
		},
		`workloads[0].actions[0]: "*" allows everything; name the services, as in "dynamodb:*"`: {Workloads: statement("*", "*")},
		`apply[0].resources[0]: "arn:aws:dynamodb:us-west-2:222222222222:table/wine-prod-lookup" belongs to another deployment of the project; use names that begin with wine-dev-`: {
			Apply: statement("dynamodb:CreateTable", "arn:aws:dynamodb:us-west-2:222222222222:table/wine-prod-lookup"),
		},
		`apply[0]: must allow what it lists; remove effect, notActions and notResources`: {
			Apply: []policy.Statement{{Effect: policy.Deny, Actions: []string{"dynamodb:CreateTable"}, Resources: []string{"*"}}},
		},
		`plan[0]: needs either resources or notResources, and not both`: {Plan: []policy.Statement{{Actions: []string{"dynamodb:DescribeTable"}}}},
	} {
		require.EqualError(t, extra.Validate(extended), want)
	}
	bounded := extended
	bounded.Boundary = "arn:aws:iam::222222222222:policy/acme-boundary"
	require.EqualError(t, permissions.Extra{Workloads: statement("dynamodb:*", ownTables)}.Validate(bounded),
		"workloads: can not be added to the existing boundary arn:aws:iam::222222222222:policy/acme-boundary; add them there")
	require.ErrorContains(t, permissions.Extra{Services: []permissions.Service{"lambda"}}.Validate(extended), `services[0]: "lambda" is unknown; use network, `)
	require.NoError(t, permissions.Extra{
		Services: []permissions.Service{permissions.Queues},
		Plan:     statement("dynamodb:DescribeTable", ownTables),
		Apply: append(statement("dynamodb:CreateTable", ownTables),
			policy.PassRole([]string{"lambda.amazonaws.com"}, "arn:aws:iam::222222222222:role/wine-dev-lookup")),
		Workloads: statement("dynamodb:*", ownTables),
	}.Validate(extended))
}

func TestAddedServiceBringsOnlyWhatIsMissing(t *testing.T) {
	services := []permissions.Service{permissions.Storage}
	added := permissions.Add(extended, services, permissions.Extra{Services: []permissions.Service{permissions.Storage, permissions.Queues}})
	require.NotEmpty(t, added.Plan)
	has := func(statements []policy.Statement, action string) bool {
		for _, s := range statements {
			for _, each := range s.Actions {
				if each == action {
					return true
				}
			}
		}
		return false
	}
	require.True(t, has(added.Plan, "sqs:GetQueueAttributes"))
	require.False(t, has(added.Plan, "sqs:CreateQueue"))
	require.True(t, has(added.Apply, "sqs:CreateQueue"))
	require.False(t, has(added.Apply, "s3:CreateBucket"), "the deployment has it already")
	require.Equal(t, permissions.Boundary(extended, permissions.Storage, permissions.Queues), added.Boundary)

	none := permissions.Add(extended, services, permissions.Extra{})
	require.Empty(t, none.Plan)
	require.Empty(t, none.Apply)
	require.Equal(t, permissions.Boundary(extended, services...), none.Boundary)
}
