package stacks_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

// withMLflow is the set of services with another mlflow, and what else is replaced.
func withMLflow(t *testing.T, mlflow string, replaced ...string) map[string]string {
	t.Helper()
	text := string(filesOf(t, servicesSet)["environments/dev.yaml"].Data)
	before, _, found := strings.Cut(text, "\nmlflow:\n")
	require.True(t, found)
	return map[string]string{"environments/dev.yaml": strings.NewReplacer(replaced...).Replace(before) + "\n" + mlflow}
}

const managedMLflow = `mlflow: { server: managed, managed: { size: Medium, version: "3.0", maintenanceWindow: "Sun:03:30", registerModels: true } }
`

const cognitoMLflow = `mlflow:
  server: ecs
  ecs:
    image: { repository: mlflow-image, tag: v3.15.1 }
    host: mlflow.dev.churn.example.com
    authentication: cognito
    cognito: { userPoolArn: "arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi", clientId: 1example23456789, domain: churn }
`

// taskOf are the container definitions of a family, by name.
func taskOf(t *testing.T, template synthtest.Template, family string) map[string]map[string]any {
	t.Helper()
	var list []map[string]any
	require.NoError(t, json.Unmarshal([]byte(template.Where("aws_ecs_task_definition", "family", family)["container_definitions"].(string)), &list))
	out := map[string]map[string]any{}
	for _, each := range list {
		out[each["name"].(string)] = each
	}
	return out
}

// The database is brought up to date before the server answers, no password is in the state, and only the server has the artifacts.
func TestMLflowOnECS(t *testing.T) {
	template := servicesStack(t, nil)
	task := taskOf(t, template, "churn-dev-mlflow")
	require.Equal(t, []any{"migrate"}, task["migrate"]["command"])
	require.Equal(t, false, task["migrate"]["essential"])
	require.Equal(t, []any{map[string]any{"containerName": "migrate", "condition": string(containers.Success)}}, task["mlflow"]["dependsOn"])
	command := ""
	for _, each := range task["mlflow"]["command"].([]any) {
		command += " " + each.(string)
	}
	require.Regexp(t, `^ server --artifacts-destination s3://\$\{aws_s3_bucket\.[^ ]+/mlflow --serve-artifacts `, command)
	require.Contains(t, command, " --allowed-hosts mlflow.dev.churn.example.com,mlflow.dev.churn.example.com:*,10.*,172.*,192.168.* --app-name basic-auth ")
	require.ElementsMatch(t, []any{
		map[string]any{"name": "ADMIN_PASSWORD", "valueFrom": "arn:aws:secretsmanager:us-west-2:222222222222:secret:churn-dev-mlflow-a1b2c3:password::"},
		map[string]any{"name": "MLFLOW_FLASK_SERVER_SECRET_KEY", "valueFrom": "arn:aws:secretsmanager:us-west-2:222222222222:secret:churn-dev-mlflow-a1b2c3:key::"},
	}, task["mlflow"]["secrets"])

	instance := template.One("aws_db_instance")
	require.Equal(t, true, instance["manage_master_user_password"])
	require.Equal(t, false, instance["publicly_accessible"])
	require.Len(t, template.Where("aws_ecs_service", "name", "churn-dev-mlflow")["load_balancer"], 1)
	t.Run("permissions", func(t *testing.T) { checkPolicies(t, template) })

	// The pipeline finds the server, and its jobs the credentials and the way.
	definition := template.One("aws_sagemaker_pipeline")["pipeline_definition"].(string)
	require.Equal(t, 3, strings.Count(definition, `"MLFLOW_TRACKING_URI":"https://mlflow.dev.churn.example.com"`), definition)
	require.Contains(t, definition, `"MLFLOW_TRACKING_SECRET_ARN":"arn:aws:secretsmanager:us-west-2:222222222222:secret:churn-dev-mlflow-client-a1b2c3"`)
	require.NotContains(t, definition, "MlflowConfig")
}

func TestMLflowManaged(t *testing.T) {
	template := servicesStack(t, withMLflow(t, managedMLflow, "  network: true\n", ""))
	server := template.One("aws_sagemaker_mlflow_tracking_server")
	require.Equal(t, "churn-dev-mlflow", server["tracking_server_name"])
	require.Equal(t, "Medium", server["tracking_server_size"])
	require.Empty(t, template.Resources("aws_db_instance"))
	definition := template.One("aws_sagemaker_pipeline")["pipeline_definition"].(string)
	require.Contains(t, definition, `"MlflowConfig":{"MlflowResourceArn":"arn:aws:sagemaker:us-west-2:222222222222:mlflow-tracking-server/churn-dev-mlflow","MlflowExperimentName":"churn"}`)
	t.Run("permissions", func(t *testing.T) { checkPolicies(t, template) })
}

// People sign in at the load balancer; programs inside the network, which cannot, have a route before that one.
func TestMLflowWithCognito(t *testing.T) {
	template := servicesStack(t, withMLflow(t, cognitoMLflow))
	rules := map[float64]map[string]any{}
	for address, rule := range template.Resources("aws_lb_listener_rule") {
		if strings.Contains(address, "mlflow") {
			rules[rule["priority"].(float64)] = rule
		}
	}
	require.Len(t, rules, 2)
	require.Len(t, rules[10]["action"], 1)
	require.Contains(t, rules[10]["condition"], map[string]any{"source_ip": map[string]any{"values": []any{"10.60.0.0/16"}}})
	require.Equal(t, "authenticate-cognito", rules[11]["action"].([]any)[0].(map[string]any)["type"])
	require.NotContains(t, taskOf(t, template, "churn-dev-mlflow")["mlflow"], "secrets")
}

// The jobs of the automatic learning track as those of training do, with the permissions and the way that they need.
func TestLearningTracks(t *testing.T) {
	const learning = `automation:
  image: { tag: 4f2a9c1 }
  tuning: { objective: { metric: f1 }, metrics: { f1: "f1=([0-9.]+)" }, integers: { depth: { min: 1, max: 3 } } }
  register: { threshold: 0.5 }
  network: true
  experiment: churn-learning

endpoint:`
	text := string(filesOf(t, servicesSet)["environments/dev.yaml"].Data)
	onECS := servicesStack(t, map[string]string{"environments/dev.yaml": strings.Replace(text, "endpoint:", learning, 1)})
	machine := onECS.Where("aws_sfn_state_machine", "name", "churn-dev-learning")["definition"].(string)
	require.Equal(t, 3, strings.Count(machine, `"MLFLOW_EXPERIMENT_NAME":"churn-learning"`), machine)
	require.Equal(t, 3, strings.Count(machine, `"MLFLOW_TRACKING_SECRET_ARN":"arn:aws:secretsmanager:us-west-2:222222222222:secret:churn-dev-mlflow-client-a1b2c3"`))
	allowed := func(template synthtest.Template, action string) (count int) {
		for address, each := range template.Resources("aws_iam_role_policy") {
			if strings.HasPrefix(address, "automation_jobs") {
				count += len(template.Allowing(each["policy"], action))
			}
		}
		return count
	}
	require.Equal(t, 1, allowed(onECS, "secretsmanager:GetSecretValue"))
	require.Zero(t, allowed(onECS, "sagemaker-mlflow:LogBatch"))
	t.Run("permissions", func(t *testing.T) { checkPolicies(t, onECS) })

	managed := servicesStack(t, withMLflow(t, managedMLflow, "endpoint:", learning))
	machine = managed.Where("aws_sfn_state_machine", "name", "churn-dev-learning")["definition"].(string)
	require.Contains(t, machine, `"MLFLOW_TRACKING_URI":"arn:aws:sagemaker:us-west-2:222222222222:mlflow-tracking-server/churn-dev-mlflow"`)
	require.Equal(t, 1, allowed(managed, "sagemaker-mlflow:LogBatch"))
	require.Zero(t, allowed(managed, "secretsmanager:GetSecretValue"))
}

func TestMLflowPlans(t *testing.T) {
	planTogether(t,
		terraform.Stack{Name: "mlflow-managed/dev", JSON: builtOne(t, servicesSet, withMLflow(t, managedMLflow, "  network: true\n", ""), "dev")},
		terraform.Stack{Name: "mlflow-cognito/dev", JSON: builtOne(t, servicesSet, withMLflow(t, cognitoMLflow), "dev")},
	)
}
