package permissions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

// The most managed policies that a role can have without asking AWS for more, and what an inline policy takes beside them so that grants
// find room, too. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxPolicies, inlineShare = 10, policy.MaxInlineTotal / 2

// TestEverythingPacks: whatever the names, the account, the region and the parts are that a configuration may have, the
// boundary is one policy and each deployment role has policies enough.
func TestEverythingPacks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scope := drawScope(t)
		services := rapid.SliceOfNDistinct(rapid.SampledFrom(permissions.Services()), 1, -1, rapid.ID).Draw(t, "services")
		requirePacks(t, scope, services)
	})
	// What is longest in every way.
	for _, region := range regions {
		scope := longest(region)
		requirePacks(t, scope, permissions.Services())
		scope.AllowDestroyingData = false
		requirePacks(t, scope, permissions.Services())
	}
}

var regions = []string{"us-east-1", "ap-southeast-2", "us-gov-west-1", "cn-northwest-1", "eu-central-1"}

func requirePacks(t require.TestingT, scope permissions.Scope, services []permissions.Service) {
	require.NoError(t, permissions.Validate(scope, services...))
	boundary := permissions.Boundary(scope, services...)
	require.NoError(t, boundary.Validate(policy.Boundary))
	require.NoError(t, policy.New(permissions.Denials(scope, services...)...).Validate(policy.Boundary))
	require.LessOrEqual(t, boundary.Size(), policy.MaxManaged, "boundary of %s in %s with %s", scope.Prefix, scope.Region, services)
	for name, statements := range map[string][]policy.Statement{"plan": permissions.Plan(scope, services...), "apply": permissions.Apply(scope, services...)} {
		_, _, err := policy.Spread(statements, maxPolicies, inlineShare)
		require.NoError(t, err, name)
	}
}

// longest is a deployment whose names are as long as a configuration may have them: a project of 20 characters, an
// environment of 12, buckets of 63, state in its own account.
func longest(region string) permissions.Scope {
	return scopeOf(strings.Repeat("p", 20), strings.Repeat("e", 12), region, 63, 2)
}

func drawScope(t *rapid.T) permissions.Scope {
	scope := scopeOf(
		rapid.StringMatching(`[a-z][a-z0-9]{2,19}`).Draw(t, "project"), rapid.StringMatching(`[a-z][a-z0-9]{0,11}`).Draw(t, "environment"),
		rapid.SampledFrom(regions).Draw(t, "region"), rapid.IntRange(3, 63).Draw(t, "length of names of buckets"), rapid.IntRange(0, 2).Draw(t, "stores"),
	)
	scope.AllowDestroyingData = rapid.Bool().Draw(t, "destroys data")
	if rapid.Bool().Draw(t, "operations") {
		scope.Neighbours.Shared = scope.Tags["Environment"]
	}
	return scope
}

// scopeOf is what the stacks of an environment give to its deployment.
func scopeOf(project, environment, region string, bucket, stores int) permissions.Scope {
	prefix := project + "-" + environment
	scope := permissions.Scope{
		Scope: arn.Scope{Region: region, Account: "222222222222"}.WithDefaults(), Prefix: prefix,
		Tags:                map[string]string{"Project": project, "Environment": environment, "Repository": strings.Repeat("o", 39) + "/" + strings.Repeat("r", 100)},
		Buckets:             []string{strings.Repeat("m", bucket), strings.Repeat("d", bucket)},
		ProtectedTags:       map[string][]string{"Project": {project}, "Stack": {"state-" + environment, "state-operations"}},
		Neighbours:          permissions.Neighbours{Prefix: project, Shared: "operations"},
		AllowDestroyingData: true,
	}
	for i := range stores {
		scope.Protected = append(scope.Protected, scope.Bucket(fmt.Sprint(strings.Repeat("s", bucket-1), i)))
	}
	if stores > 0 {
		scope.Protected = append(scope.Protected, scope.Bucket(strings.Repeat("b", bucket)))
		for _, name := range []string{"-state", "-state-plan", "-state-admin"} {
			scope.Protected = append(scope.Protected, scope.Role(prefix+name))
		}
	}
	slices.Sort(scope.Protected)
	return scope
}

// What is shorter allows the same: AWS lists no action that fits one and not the other.
func TestShorterAllowsTheSame(t *testing.T) {
	for long, short := range permissions.Shorter {
		service, _, _ := strings.Cut(long, ":")
		require.Less(t, len(short), len(long))
		for _, action := range iamcheck.Actions(t, service) {
			require.Equal(t, policy.Match(long, action), policy.Match(short, action), "%s and %s: %s", long, short, action)
		}
	}
}
