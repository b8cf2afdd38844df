package stacks_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/terraform"
)

// A worker starts tasks of one family in one cluster and passes the roles of that family to ECS alone; no key is in the stack.
func TestWorkers(t *testing.T) {
	template := servicesStack(t, nil)
	t.Run("permissions", func(t *testing.T) { checkPolicies(t, template) })
	allowed := map[string]bool{}
	for address, each := range template.Resources("aws_iam_role_policy") {
		if !strings.HasPrefix(address, "workers-features_") || strings.Contains(address, "_flow_") {
			continue
		}
		for _, statement := range template.Allowing(each["policy"], "ecs:RunTask") {
			allowed["run"] = true
			require.Equal(t, []string{"arn:aws:ecs:us-west-2:222222222222:task-definition/churn-dev-features-flow:*"}, statement.Resources)
			require.Equal(t, map[string]map[string]any{"ArnEquals": {"ecs:cluster": "arn:aws:ecs:us-west-2:222222222222:cluster/churn-dev-services"}}, statement.Condition)
		}
		for _, statement := range template.Allowing(each["policy"], "iam:PassRole") {
			allowed["pass"] = true
			require.Len(t, statement.Resources, 2)
			for _, role := range statement.Resources {
				require.Regexp(t, `^\$\{aws_iam_role\.workers-features_flow_(task|start)_`, role)
			}
			require.Equal(t, map[string]map[string]any{"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}, statement.Condition)
		}
		require.Empty(t, template.Allowing(each["policy"], "ecs:RegisterTaskDefinition"))
	}
	require.Equal(t, map[string]bool{"run": true, "pass": true}, allowed)

	worker := taskOf(t, template, "churn-dev-features")
	require.Equal(t, []any{"prefect", "worker", "start", "--pool", "features", "--type", "ecs", "--with-healthcheck"}, worker["worker"]["command"])
	require.Equal(t, []any{map[string]any{"containerName": "setup", "condition": "SUCCESS"}}, worker["worker"]["dependsOn"])
	flow := taskOf(t, template, "churn-dev-features-flow")
	for _, each := range []map[string]any{worker["setup"], worker["worker"], flow["flow"]} {
		require.Contains(t, each["secrets"], map[string]any{"name": "PREFECT_API_KEY", "valueFrom": "arn:aws:secretsmanager:us-west-2:222222222222:secret:churn-dev-prefect-a1b2c3"})
	}
	require.NotContains(t, worker["worker"]["secrets"], map[string]any{"name": "WAREHOUSE_TOKEN", "valueFrom": "arn:aws:secretsmanager:us-west-2:222222222222:secret:churn-dev-warehouse-a1b2c3"})

	// The template is JSON with references of Terraform in it, and names the flows' revision.
	var base struct {
		JobConfiguration struct {
			Request struct{ TaskDefinition string } `json:"task_run_request"`
		} `json:"job_configuration"`
	}
	for _, each := range worker["setup"]["environment"].([]any) {
		if variable := each.(map[string]any); variable["name"] == "BASE_JOB_TEMPLATE" {
			require.NoError(t, json.Unmarshal([]byte(variable["value"].(string)), &base))
		}
	}
	require.Regexp(t, `^\$\{aws_ecs_task_definition\.workers-features_flow_definition_[A-F0-9]+\.arn\}$`, base.JobConfiguration.Request.TaskDefinition)

	// On weekdays there is a worker, at night there is none.
	target := template.Where("aws_appautoscaling_scheduled_action", "schedule", "cron(0 20 ? * MON-FRI *)")["scalable_target_action"].(map[string]any)
	require.Equal(t, "0", target["max_capacity"])

	// Flows inside a worker need no tasks, and their worker starts none.
	require.Equal(t, []any{"prefect", "worker", "start", "--pool", "reports", "--type", "process", "--with-healthcheck"}, taskOf(t, template, "churn-dev-reports")["worker"]["command"])
	require.Len(t, template.Resources("aws_cloudwatch_event_rule"), 3, "approved models, failed training, and tasks of flows")
}

// The address of the API is in a parameter that ECS reads, and in no stack. Tasks of flows get it of their worker.
func TestPrefectAPIByReference(t *testing.T) {
	const url = "arn:aws:ssm:us-west-2:222222222222:parameter/churn-dev/prefect-url"
	text := string(filesOf(t, servicesSet)["environments/dev.yaml"].Data)
	before, after, found := strings.Cut(text, "  apiUrl: ")
	require.True(t, found)
	_, after, _ = strings.Cut(after, "\n")
	template := servicesStack(t, map[string]string{"environments/dev.yaml": before + "  apiUrlFrom: { arn: \"" + url + "\" }\n" + after})
	t.Run("permissions", func(t *testing.T) { checkPolicies(t, template) })
	require.NotContains(t, template.Text(), "api.prefect.cloud")
	reference := map[string]any{"name": "PREFECT_API_URL", "valueFrom": url}
	for _, pool := range []string{"features", "reports"} {
		worker := taskOf(t, template, "churn-dev-"+pool)
		require.Contains(t, worker["setup"]["secrets"], reference)
		require.Contains(t, worker["worker"]["secrets"], reference)
	}
	flow := taskOf(t, template, "churn-dev-features-flow")["flow"]
	require.NotContains(t, flow["secrets"], reference)
	require.NotContains(t, flow["environment"], "PREFECT_API_URL")
	reads := 0
	for _, each := range template.Resources("aws_iam_role_policy") {
		for _, statement := range template.Allowing(each["policy"], "ssm:GetParameters") {
			require.Equal(t, []string{url}, statement.Resources)
			reads++
		}
	}
	require.Equal(t, 2, reads, "the roles that start the workers of both pools, and no others")
}

// A server of one's own has migrations before it serves, the authentication string by reference, and its workers after it.
func TestPrefectServer(t *testing.T) {
	template := servicesStack(t, withPrefectServer(t))
	t.Run("permissions", func(t *testing.T) { checkPolicies(t, template) })
	task := taskOf(t, template, "churn-dev-prefect")
	require.Equal(t, []any{"migrate"}, task["migrate"]["command"])
	require.Equal(t, []any{map[string]any{"containerName": "migrate", "condition": "SUCCESS"}}, task["prefect"]["dependsOn"])
	require.Equal(t, []any{"server", "--host", "0.0.0.0", "--port", "4200"}, task["prefect"]["command"])
	require.Equal(t, true, task["prefect"]["readonlyRootFilesystem"])
	const auth = "arn:aws:secretsmanager:us-west-2:222222222222:secret:churn-dev-prefect-a1b2c3"
	require.Equal(t, []any{map[string]any{"name": "PREFECT_SERVER_API_AUTH_STRING", "valueFrom": auth}}, task["prefect"]["secrets"])
	require.NotContains(t, task["migrate"], "secrets")
	require.Contains(t, task["prefect"]["environment"], map[string]any{"name": "PREFECT_SERVER_UI_API_URL", "value": "https://prefect.dev.churn.example.com/api"})

	worker := taskOf(t, template, "churn-dev-features")
	for _, each := range []map[string]any{worker["setup"], worker["worker"], taskOf(t, template, "churn-dev-features-flow")["flow"]} {
		require.Contains(t, each["environment"], map[string]any{"name": "PREFECT_API_URL", "value": "https://prefect.dev.churn.example.com/api"})
		require.Contains(t, each["secrets"], map[string]any{"name": "PREFECT_API_AUTH_STRING", "valueFrom": auth})
	}
	server := ""
	for address, service := range template.Resources("aws_ecs_service") {
		if service["name"] == "churn-dev-prefect" {
			server = "aws_ecs_service." + address
			require.Len(t, service["load_balancer"], 1)
			require.Equal(t, float64(1), service["desired_count"])
		}
	}
	for _, pool := range []string{"features", "reports"} {
		require.Contains(t, template.Where("aws_ecs_service", "name", "churn-dev-"+pool)["depends_on"], server)
	}
	require.Equal(t, true, template.Where("aws_db_instance", "identifier", "churn-dev-prefect")["manage_master_user_password"])

	// People sign in, before Prefect and before a service; workers have a route of their own.
	signs := map[float64]bool{}
	for _, rule := range template.Resources("aws_lb_listener_rule") {
		signs[rule["priority"].(float64)] = rule["action"].([]any)[0].(map[string]any)["type"] == "authenticate-cognito"
	}
	require.Equal(t, map[float64]bool{10: false, 20: false, 21: true, 100: true}, signs)
	planTogether(t, terraform.Stack{Name: "prefect-server/dev", JSON: builtOne(t, servicesSet, withPrefectServer(t), "dev")})
}

// withPrefectServer is the set of services with a server of Prefect in place of Prefect Cloud, and people who sign in.
func withPrefectServer(t *testing.T) map[string]string {
	t.Helper()
	const pool = `cognito: { userPoolArn: "arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi", clientId: 1example23456789, domain: churn }`
	text := string(filesOf(t, servicesSet)["environments/dev.yaml"].Data)
	before, after, found := strings.Cut(text, "  apiUrl: ")
	require.True(t, found)
	_, after, _ = strings.Cut(after, "\n")
	text = before + "  server: { image: { repository: flows-image, tag: 4f2a9c1 }, host: prefect.dev.churn.example.com, " + pool + " }\n" + strings.Replace(after, "apiKey", "authString", 1)
	return map[string]string{"environments/dev.yaml": strings.Replace(text, "route: { priority: 100,", "route: { priority: 100, "+pool+",", 1)}
}
