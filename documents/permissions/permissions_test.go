package permissions_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/golden"
)

func TestGolden(t *testing.T) {
	all := permissions.Services()
	for name, document := range map[string]policy.Document{
		"plan": policy.New(permissions.Plan(dev, all...)...), "apply": policy.New(permissions.Apply(dev, all...)...),
		"apply-storage": policy.New(permissions.Apply(bare, permissions.Storage)...), "boundary": permissions.Boundary(dev, all...),
	} {
		kind := policy.Identity
		if name == "boundary" {
			kind = policy.Boundary
		}
		text, err := document.JSON(kind)
		require.NoError(t, err)
		golden.AssertJSON(t, "testdata/"+name+".json", text)
	}
}

func TestOrderOfServicesDoesNotMatter(t *testing.T) {
	require.Equal(t, permissions.Apply(dev, permissions.Network, permissions.Storage), permissions.Apply(dev, permissions.Storage, permissions.Network, permissions.Storage))
}

func TestPartitions(t *testing.T) {
	china := permissions.Scope{Scope: arn.Scope{Region: "cn-north-1", Account: "222222222222"}, Prefix: "wine-dev"}
	require.NoError(t, permissions.Validate(china, permissions.Cluster))
	text := policy.New(permissions.Apply(china, permissions.Cluster)...).MustJSON(policy.Identity)
	require.NotContains(t, text, "arn:aws:")
	require.Contains(t, text, `"ec2.amazonaws.com.cn"`)
	require.Contains(t, text, "oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/*")
}

func TestValidate(t *testing.T) {
	good := arn.Scope{Region: "us-west-2", Account: "222222222222"}
	tests := map[string]struct {
		scope    permissions.Scope
		services []permissions.Service
		want     string
	}{
		"nothing": {permissions.Scope{}, nil, strings.Join([]string{
			`scope.region: "" is no AWS region; write it like us-west-2`,
			`scope.account: "" is no AWS account id; write its 12 digits as a string`,
			`scope.prefix: "" is no name prefix; use 2 to 40 lower-case letters, digits and single hyphens, such as wine-dev`,
			`services: are missing; list the parts of the platform that the deployment has`,
		}, "\n")},
		"unknown service": {permissions.Scope{Scope: good, Prefix: "wine-dev"}, []permissions.Service{"vpc"},
			`services[0]: "vpc" is unknown; use network, cluster, records, security-groups, storage, replication, registry, registry-settings, sagemaker, step-functions, containers, load-balancers, databases, secrets, serving, api-gateway, events, schedules, queues, notifications, monitoring, metrics, encryption, logs, roles, github, access, runners or codepipeline`},
		"wildcard prefix": {permissions.Scope{Scope: good, Prefix: "*"}, []permissions.Service{permissions.Logs},
			`scope.prefix: "*" is no name prefix; use 2 to 40 lower-case letters, digits and single hyphens, such as wine-dev`},
		"hyphen at the end": {permissions.Scope{Scope: good, Prefix: "wine-"}, []permissions.Service{permissions.Logs},
			`scope.prefix: "wine-" is no name prefix; use 2 to 40 lower-case letters, digits and single hyphens, such as wine-dev`},
		"everything wrong": {permissions.Scope{
			Scope: good, Prefix: "wine-dev", Tags: map[string]string{"Project": "", "A": "b"}, Boundary: "wine-dev-boundary",
			Buckets: []string{"*"}, Repositories: []string{"a*"}, Protected: []string{"arn:aws:sns:us-west-2:222222222222:a", "${aws_iam_role.a.arn}"},
			ProtectedTags: map[string][]string{"Stack": {""}, "Team": nil}, Neighbours: permissions.Neighbours{Prefix: "beer", ProjectTag: "Team", DeploymentTag: "Team"},
		}, []permissions.Service{permissions.Logs}, strings.Join([]string{
			`scope.tags["Project"]: "" is no tag; use a key of 1 to 128 and a value of 1 to 256 characters`,
			`scope.boundary: "wine-dev-boundary" is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name`,
			`scope.buckets[0]: "*" is too wide or no bucket name; use lower-case letters, digits, dots and hyphens, and at least 3 of them before a wildcard`,
			`scope.repositories[0]: "a*" is too wide or no repository name; use lower-case letters, digits and ._/-, and at least 2 of them before a wildcard`,
			`scope.protected[0]: "arn:aws:sns:us-west-2:222222222222:a" can not be protected; give the ARN of an IAM role or policy, an S3 bucket or a KMS key`,
			`scope.protected[1]: "${aws_iam_role.a.arn}" can not be protected; give the ARN of an IAM role or policy, an S3 bucket or a KMS key`,
			`scope.protectedTags["Stack"]: [""] are no values of a tag; give at least one, none of them empty`,
			`scope.protectedTags["Team"]: [] are no values of a tag; give at least one, none of them empty`,
			`scope.neighbours.prefix: "beer" does not begin "wine-dev"; give the beginning that all names of the project have, without the hyphen behind it`,
			`scope.neighbours.projectTag: "Team" is not among the tags; add it to them or name another`,
			`scope.neighbours.deploymentTag: "Team" is not among the tags; add it to them or name another`,
			`scope.neighbours.deploymentTag: "Team" is the tag of the project too; name the one whose value is another for each deployment`,
		}, "\n")},
		"neighbours without prefix": {permissions.Scope{Scope: good, Prefix: "wine-dev", Neighbours: permissions.Neighbours{Shared: "operations"}}, []permissions.Service{permissions.Logs},
			`scope.neighbours.prefix: is missing; give the beginning of all names of the project, such as wine`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.EqualError(t, permissions.Validate(test.scope, test.services...), test.want)
		})
	}
	require.NoError(t, permissions.Validate(dev, permissions.Services()...))
	require.NoError(t, permissions.Validate(bare, permissions.Services()...))
}
