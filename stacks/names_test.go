package stacks_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// nameAttributes are how the types of the provider call the name that must be the only one in an account and a region.
var nameAttributes = []string{
	"name", "bucket", "identifier", "cluster_identifier", "cluster_name", "function_name", "alarm_name", "dashboard_name", "pipeline_name", "group_name", "repository_prefix", "ecr_repository_prefix",
	"model_package_group_name", "tracking_server_name", "domain_name",
}

// namedInside are the types whose names count inside of what another argument names.
var namedInside = map[string]string{
	"aws_iam_role_policy": "role", "aws_ecs_service": "cluster", "aws_route53_record": "type", "aws_appautoscaling_policy": "resource_id", "aws_eks_node_group": "cluster_name",
	"aws_eks_access_entry": "principal_arn", "aws_eks_access_policy_association": "principal_arn", "aws_eks_addon": "addon_name", "aws_eks_pod_identity_association": "service_account",
	"aws_cloudwatch_log_metric_filter": "log_group_name", "aws_prometheus_rule_group_namespace": "workspace_id", "aws_api_gateway_authorizer": "rest_api_id",
}

// TestNamesAreTakenOnce: no two resources of an account ask AWS for the same name, which it refuses when they are made and no plan shows.
func TestNamesAreTakenOnce(t *testing.T) {
	for _, dir := range append(slices.Clone(configurations), servingSet) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			taken := map[string]string{}
			for stack, text := range built(t, dir, nil) {
				var parsed struct {
					Provider map[string][]struct {
						Accounts []string `json:"allowed_account_ids"`
					}
				}
				require.NoError(t, json.Unmarshal(text, &parsed))
				require.NotEmpty(t, parsed.Provider["aws"], stack)
				account := parsed.Provider["aws"][0].Accounts
				require.Len(t, account, 1, stack)
				template := synthtest.Parse(t, string(text))
				for kind := range template.Counts() {
					for address, resource := range template.Resources(kind) {
						for _, attribute := range nameAttributes {
							name, isText := resource[attribute].(string)
							if !isText || strings.HasPrefix(name, "${") || attribute == namedInside[kind] {
								continue
							}
							inside, _ := resource[namedInside[kind]].(string)
							if strings.HasPrefix(inside, "${") {
								inside = stack + " " + inside
							}
							key := strings.Join([]string{account[0], kind, inside, name}, " ")
							require.Empty(t, taken[key], "%s of %s", key, stack+" "+address)
							taken[key] = stack + " " + address
							break
						}
					}
				}
			}
			require.Greater(t, len(taken), 30)
		})
	}
}
