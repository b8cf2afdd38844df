package stacks_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

const servicesSet = "../examples/configurations/services"

// checkPolicies compares the policies of a stack with AWS's list. AWS could limit metrics to a dataset, which is something else than a
// namespace; the condition limits these.
func checkPolicies(t *testing.T, template synthtest.Template) {
	t.Helper()
	iamcheck.Check{AnyResource: []string{"cloudwatch:PutMetricData"}}.Template(t, template.Root())
}

func servicesStack(t *testing.T, files map[string]string) synthtest.Template {
	t.Helper()
	return synthtest.Parse(t, string(builtOne(t, servicesSet, files, "dev")))
}

// What serves is in private subnets without public addresses, by TLS, with the roles of its own, and goes back by itself.
func TestServices(t *testing.T) {
	template := servicesStack(t, nil)
	api, report := template.Where("aws_ecs_service", "name", "churn-dev-api"), template.Where("aws_ecs_service", "name", "churn-dev-report")
	for _, service := range []map[string]any{api, report} {
		network := service["network_configuration"].(map[string]any)
		require.Equal(t, false, network["assign_public_ip"])
		require.Len(t, network["subnets"], 2)
		require.Equal(t, map[string]any{"enable": true, "rollback": true}, service["deployment_circuit_breaker"])
		require.NotEmpty(t, service["lifecycle"].(map[string]any)["postcondition"])
	}
	require.Len(t, api["load_balancer"], 1)
	require.Len(t, api["alarms"].(map[string]any)["alarm_names"], 2)
	require.NotContains(t, report, "load_balancer")
	require.Len(t, template.Resources("aws_appautoscaling_policy"), 2)
	require.Equal(t, true, template.One("aws_lb")["internal"])
	for _, role := range template.Resources("aws_iam_role") {
		require.Contains(t, role["permissions_boundary"], "policy/churn-dev-boundary")
	}
	t.Run("permissions", func(t *testing.T) { checkPolicies(t, template) })

	var definitions []struct {
		Image       string
		Environment []map[string]string
		Secrets     []map[string]string
	}
	require.NoError(t, json.Unmarshal([]byte(template.Where("aws_ecs_task_definition", "family", "churn-dev-api")["container_definitions"].(string)), &definitions))
	require.Equal(t, "111111111111.dkr.ecr.us-west-2.amazonaws.com/churn-operations/serving-image@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", definitions[0].Image)
	require.Equal(t, []map[string]string{{"name": "API_TOKEN", "valueFrom": "arn:aws:secretsmanager:us-west-2:222222222222:secret:churn-dev-api-a1b2c3:token::"}}, definitions[0].Secrets)
}

func TestAccessLogs(t *testing.T) {
	require.NotContains(t, servicesStack(t, nil).One("aws_lb"), "access_logs")
	text := string(filesOf(t, servicesSet)["environments/dev.yaml"].Data)
	template := servicesStack(t, map[string]string{"environments/dev.yaml": strings.Replace(text, "loadBalancer:\n", "loadBalancer:\n  accessLogBucket: acme-access-logs\n", 1)})
	require.Equal(t, map[string]any{"enabled": true, "bucket": "acme-access-logs", "prefix": "churn-dev-web"}, template.One("aws_lb")["access_logs"])
}

// A service that is off is not there, and leaves the others as they are.
func TestServiceOff(t *testing.T) {
	text := string(filesOf(t, servicesSet)["environments/dev.yaml"].Data)
	template := servicesStack(t, map[string]string{"environments/dev.yaml": strings.Replace(text, "  report: # nobody reaches it\n", "  report:\n    enabled: false\n", 1)})
	before := map[string]bool{}
	for _, each := range servicesStack(t, nil).Resources("aws_ecs_service") {
		before[each["name"].(string)] = true
	}
	after := map[string]bool{"churn-dev-report": true}
	for _, each := range template.Resources("aws_ecs_service") {
		after[each["name"].(string)] = true
	}
	require.Equal(t, before, after)
	require.NotContains(t, template.Text(), `"churn-dev-report"`)
}

// TestContainerDefinitions keeps what the example set runs on ECS as golden files, which documents/containers/awstest holds against the types
// of ECS.
func TestContainerDefinitions(t *testing.T) {
	for _, name := range []string{"dev", "prod"} {
		for _, each := range synthtest.Parse(t, string(builtOne(t, servicesSet, nil, name))).Resources("aws_ecs_task_definition") {
			golden.AssertJSON(t, "testdata/containers/"+each["family"].(string)+".json", each["container_definitions"].(string))
		}
	}
}

// Another image is another revision of the task definition, which Terraform deploys, and nothing else.
func TestNewImageChangesTheTaskDefinitionAlone(t *testing.T) {
	text := string(filesOf(t, servicesSet)["environments/dev.yaml"].Data)
	before := servicesStack(t, nil).Root()
	after := servicesStack(t, map[string]string{"environments/dev.yaml": strings.Replace(text, "tag: 4f2a9c1", "tag: 5f2a9c1", 1)}).Root()
	different := map[string]bool{}
	for kind, all := range before["resource"].(map[string]any) {
		for name, resource := range all.(map[string]any) {
			if now := after["resource"].(map[string]any)[kind].(map[string]any)[name]; !equalJSON(t, resource, now) {
				different[kind] = true
			}
		}
	}
	require.Equal(t, map[string]bool{"aws_ecs_task_definition": true}, different)
}

func equalJSON(t *testing.T, a, b any) bool {
	t.Helper()
	left, err := json.Marshal(a)
	require.NoError(t, err)
	right, err := json.Marshal(b)
	require.NoError(t, err)
	return string(left) == string(right)
}

// A service with hours has no task outside of them, and the next plan leaves the limits to its schedules.
func TestServiceHours(t *testing.T) {
	text := string(filesOf(t, servicesSet)["environments/dev.yaml"].Data)
	const hours = `hours: { from: "cron(0 6 ? * MON-FRI *)", until: "cron(0 20 ? * MON-FRI *)", timeZone: Europe/Berlin }`
	template := servicesStack(t, map[string]string{"environments/dev.yaml": strings.NewReplacer("    port: 8000\n", "    port: 8000\n    "+hours+"\n", "    port: 9000\n", "    port: 9000\n    "+hours+"\n").Replace(text)})
	for name, most := range map[string]float64{"api": 10, "report": 1} {
		var target map[string]any
		for _, each := range template.Resources("aws_appautoscaling_target") {
			if strings.Contains(each["resource_id"].(string), name) {
				target = each
			}
		}
		require.NotNil(t, target, name)
		require.Equal(t, most, target["max_capacity"], name)
		require.Equal(t, []any{"max_capacity", "min_capacity"}, target["lifecycle"].(map[string]any)["ignore_changes"], name)
		limits := map[string]any{}
		for id, each := range template.Resources("aws_appautoscaling_scheduled_action") {
			if strings.Contains(id, "_"+name) {
				require.Equal(t, "Europe/Berlin", each["timezone"])
				limits[each["name"].(string)] = fmt.Sprint(each["scalable_target_action"].(map[string]any)["max_capacity"])
			}
		}
		require.Equal(t, map[string]any{"from": fmt.Sprint(most), "until": "0"}, limits, name)
	}
}
