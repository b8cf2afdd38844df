package permissions_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

// dev is a deployment that uses every option, bare one that uses none.
var (
	bare = permissions.Scope{Scope: arn.Scope{Region: "us-west-2", Account: "222222222222"}, Prefix: "wine-dev"}
	dev  = permissions.Scope{
		Scope: arn.Scope{Region: "us-west-2", Account: "222222222222"}, Prefix: "wine-dev",
		Tags:    map[string]string{"Project": "wine", "Environment": "dev"},
		Buckets: []string{"acme-wine-raw-*"}, Repositories: []string{"lambda-image", "training-image"},
		Protected: []string{
			"arn:aws:iam::222222222222:role/wine-dev-state", "arn:aws:s3:::wine-dev-s3-tf-backend",
			"arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555",
		},
		ProtectedTags:       map[string][]string{"Project": {"wine"}, "Stack": {"state", "state-dev"}},
		Neighbours:          permissions.Neighbours{Prefix: "wine", Shared: "operations"},
		AllowDestroyingData: true,
	}
)

func TestActionsExistAndFitTheirResources(t *testing.T) {
	for _, scope := range []permissions.Scope{bare, dev} {
		for _, service := range permissions.Services() {
			t.Run(string(service), func(t *testing.T) {
				iamcheck.Statements(t, permissions.Plan(scope, service)...)
				iamcheck.Statements(t, permissions.Apply(scope, service)...)
				iamcheck.Check{}.Policy(t, policy.Boundary, permissions.Boundary(scope, service).MustJSON(policy.Boundary))
			})
		}
	}
}

func TestPlanOnlyReads(t *testing.T) {
	for _, s := range permissions.Plan(dev, permissions.Services()...) {
		for _, action := range s.Actions {
			level := iamcheck.AccessLevel(t, action)
			require.True(t, level == "Read" || level == "List", "%s is %s", action, level)
		}
	}
}

// Plan runs for pull requests too, so it must not see data or secrets. The one parameter that it reads holds a digest.
func TestPlanSeesNoData(t *testing.T) {
	forbidden := []string{"s3:GetObject", "kms:Decrypt", "secretsmanager:GetSecretValue", "ssm:GetParameter", "logs:GetLogEvents", "logs:FilterLogEvents",
		"ecr:GetDownloadUrlForLayer", "ecr:GetAuthorizationToken", "sqs:ReceiveMessage", "dynamodb:GetItem", "lambda:GetFunction"}
	for _, s := range permissions.Plan(dev, permissions.Services()...) {
		if s.Sid == "AccessRead" {
			require.Equal(t, []string{dev.WithDefaults().Regional("ssm", "parameter/"+dev.Prefix+"/access")}, s.Resources)
			continue
		}
		for _, action := range s.Actions {
			require.NotContains(t, forbidden, action)
		}
	}
}

func TestSizes(t *testing.T) {
	all := permissions.Services()
	for name, statements := range map[string][]policy.Statement{"plan": permissions.Plan(dev, all...), "apply": permissions.Apply(dev, all...)} {
		documents, rest, err := policy.Spread(statements, maxPolicies, inlineShare)
		require.NoError(t, err, name)
		require.Empty(t, rest, name)
		for _, d := range documents {
			require.NoError(t, d.Validate(policy.Identity))
		}
	}
	long := dev
	long.Prefix, long.Neighbours.Prefix, long.Boundary = "wine-and-cheese-tasting-recommender-stag", "wine-and-cheese-tasting-recommender", ""
	require.NoError(t, permissions.Validate(long, all...))
	for _, scope := range []permissions.Scope{bare, dev, long} {
		boundary := permissions.Boundary(scope, all...)
		require.NoError(t, boundary.Validate(policy.Boundary))
		require.LessOrEqual(t, boundary.Size(), policy.MaxManaged, scope.Prefix)
	}
}

func TestNoWildcardActionIsAllowed(t *testing.T) {
	for _, s := range permissions.Apply(dev, permissions.Services()...) {
		if s.Effect != policy.Deny {
			require.NotContains(t, strings.Join(s.Actions, " "), "*", s.Sid)
		}
	}
}
