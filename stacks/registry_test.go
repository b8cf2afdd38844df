package stacks_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// TestNodesPullThroughTheCaches: AWS's policy for nodes does not let them create the repository that the first pull of
// an image needs.
func TestNodesPullThroughTheCaches(t *testing.T) {
	made := example(t)
	template := withRoles(t, made, "prod")
	host := "444444444444.dkr.ecr.us-west-2.amazonaws.com/"
	require.Equal(t, map[string]any{
		"ecrPublic":  host + "${aws_ecr_pull_through_cache_rule.registry_ecrPublic_rule_59AF3DB8.ecr_repository_prefix}",
		"kubernetes": host + "${aws_ecr_pull_through_cache_rule.registry_kubernetes_rule_77B866EC.ecr_repository_prefix}",
	}, template.Root()["output"].(map[string]any)["pull_through_cache_uri"].(map[string]any)["value"])

	boundary, err := iamcheck.Parse(boundaryOf(t, template))
	require.NoError(t, err)
	for _, role := range []string{"cluster_node-role", "cluster_karpenter-node-role"} {
		for _, cache := range []string{"ecr-public", "kubernetes"} {
			for _, action := range []string{"ecr:CreateRepository", "ecr:BatchImportUpstreamImage", "ecr:BatchGetImage"} {
				request := iamcheck.Request{Action: action, Resource: "arn:aws:ecr:us-west-2:444444444444:repository/wine-prod/" + cache + "/team/image", Keys: map[string]string{
					"aws:RequestedRegion": "us-west-2", "aws:PrincipalAccount": "444444444444", "aws:ResourceAccount": "444444444444",
				}}
				require.True(t, iamcheck.Allows(boundary, request), action)
				allowed := false
				for address, each := range template.Resources("aws_iam_role_policy") {
					if strings.HasPrefix(address, role+"_grant-") {
						statements, err := iamcheck.Parse(each["policy"].(string))
						require.NoError(t, err)
						allowed = allowed || iamcheck.Allows(statements, request)
					}
				}
				require.True(t, allowed, "%s: %s", role, request)
			}
		}
	}
	require.NotContains(t, synthtest.Parse(t, string(made["dev"])).Root()["output"], "pull_through_cache_uri")
}

// boundaryOf is the permissions boundary of the stack's roles.
func boundaryOf(t *testing.T, template synthtest.Template) string {
	t.Helper()
	for address, each := range template.Resources("aws_iam_policy") {
		if strings.HasPrefix(address, "deployment_boundary_") {
			return each["policy"].(string)
		}
	}
	require.Fail(t, "the stack has no boundary")
	return ""
}
