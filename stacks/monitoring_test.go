package stacks_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/chart"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/helmschema"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/stacks"
)

// monitored are the stacks of an environment with models, and of its software, with this section, and the folder that they are in.
func monitored(t *testing.T, section string) (environment, software synthtest.Template, folder string) {
	t.Helper()
	files := servingFiles(t)
	for name := range files {
		files[name] += section
	}
	folder = t.TempDir()
	app := tf.NewApp(folder)
	require.NoError(t, stacks.BuildOnly(app, load(t, configurations[0], files), stacks.Options{}, "dev"))
	require.NoError(t, tf.Synth(app))
	read := func(stack string) synthtest.Template {
		text, err := os.ReadFile(filepath.Join(folder, "stacks", stack, "cdk.tf.json"))
		require.NoError(t, err)
		return synthtest.Parse(t, string(text))
	}
	return read("dev"), read("dev-serving"), filepath.Join(folder, "stacks")
}

const managedMonitoring = `monitoring:
  scrapeSeconds: 30
  alerts: { errorPercent: 2, latencyMilliseconds: 250, repeatHours: 12 }
  rules: { QueueLong: { expr: "queue > 5", severity: critical, summary: "{{ $value }} wait" } }
  grafana: { admins: [01234567-89ab-cdef-0123-456789abcdef] }
  budget: { monthlyUsd: 500, scope: environment }
`

func TestManagedMonitoring(t *testing.T) {
	environment, software, folder := monitored(t, managedMonitoring)

	scraper := environment.One("aws_prometheus_scraper")
	require.Contains(t, scraper["scrape_configuration"], "scrape_interval: 30s")
	require.Contains(t, scraper["scrape_configuration"], "cluster: wine-dev-cluster")
	rules := environment.Where("aws_prometheus_rule_group_namespace", "name", "wine-dev-metrics-platform")["data"].(string)
	require.Contains(t, rules, "predictor:errors:ratio5m > 0.02")
	require.Contains(t, rules, "predictor:latency_seconds:p99_5m > 0.25")
	require.Contains(t, environment.Where("aws_prometheus_rule_group_namespace", "name", "wine-dev-metrics-own")["data"], "QueueLong")
	require.Contains(t, environment.One("aws_prometheus_alert_manager_definition")["definition"], "repeat_interval: 43200s")

	// Both services may publish to the topic, and use its key.
	topic := environment.One("aws_sns_topic_policy")["policy"].(string)
	for _, service := range []string{"aps.amazonaws.com", "budgets.amazonaws.com"} {
		require.Contains(t, topic, service)
		keys := 0
		for _, key := range environment.Resources("aws_kms_key") {
			if strings.Contains(key["policy"].(string), service) {
				keys++
			}
		}
		require.Equal(t, 1, keys, service)
	}
	filters := environment.One("aws_budgets_budget")["cost_filter"].([]any)
	require.Len(t, filters, 1)
	require.Equal(t, []any{"user:Environment$dev", "user:Project$wine"}, filters[0].(map[string]any)["values"])

	// Grafana reads this Prometheus, under the boundary.
	role := environment.Where("aws_iam_role", "name", "wine-dev-grafana")
	require.Equal(t, "arn:aws:iam::222222222222:policy/wine-dev-boundary", role["permissions_boundary"])
	read := 0
	for _, each := range environment.Resources("aws_iam_role_policy") {
		text := each["policy"].(string)
		if queries := environment.Allowing(text, "aps:QueryMetrics"); len(queries) > 0 {
			read++
			require.NotEqual(t, []string{"*"}, queries[0].Resources)
			iamcheck.Check{AnyResource: []string{"cloudwatch:GetMetricData", "cloudwatch:ListMetrics"}}.Policy(t, policy.Identity, text)
		}
	}
	require.Equal(t, 1, read)

	// Dashboards stand beside the stack, with the script that imports them.
	entries, err := os.ReadDir(filepath.Join(folder, "dev", "dashboards"))
	require.NoError(t, err)
	var names []string
	for _, each := range entries {
		names = append(names, each.Name())
		if text, err := os.ReadFile(filepath.Join(folder, "dev", "dashboards", each.Name())); strings.HasSuffix(each.Name(), ".json") {
			require.NoError(t, err)
			require.True(t, json.Valid(text))
			require.NotContains(t, string(text), "${aws_", "a file knows no references of Terraform")
		}
	}
	require.Equal(t, []string{"import.sh", "wine-dev-cluster.json", "wine-dev-gpus.json", "wine-dev-load-balancer.json", "wine-dev-mlflow.json", "wine-dev-predictors.json"}, names)
	require.NotContains(t, strings.Join(releases(software), " "), "prometheus", "nothing of it is in the cluster")
}

// TestDashboardsOfServices: what runs on ECS is shown with its databases, its load balancer, the API and the endpoint, without a cluster.
func TestDashboardsOfServices(t *testing.T) {
	files := filesOf(t, servicesSet)
	const section = "\nmonitoring: { metrics: none, grafana: { admins: [01234567-89ab-cdef-0123-456789abcdef] } }\n"
	for name, want := range map[string]struct {
		boards    []string
		databases []string
	}{
		"dev":  {[]string{"api", "databases", "ecs", "endpoint", "load-balancer"}, []string{"churn-dev-mlflow"}},
		"prod": {[]string{"databases", "ecs", "load-balancer"}, []string{"churn-prod-prefect"}},
	} {
		file := "environments/" + name + ".yaml"
		platform := load(t, servicesSet, map[string]string{file: string(files[file].Data) + section})
		folder := t.TempDir()
		app := tf.NewApp(folder)
		require.NoError(t, stacks.BuildOnly(app, platform, stacks.Options{}, name))
		require.NoError(t, tf.Synth(app))
		var boards []string
		for _, each := range want.boards {
			boards = append(boards, filepath.Join(folder, "stacks", name, "dashboards", "churn-"+name+"-"+each+".json"))
		}
		found, err := filepath.Glob(filepath.Join(folder, "stacks", name, "dashboards", "*.json"))
		require.NoError(t, err)
		require.Equal(t, boards, found)
		text, err := os.ReadFile(filepath.Join(folder, "stacks", name, "dashboards", "churn-"+name+"-databases.json"))
		require.NoError(t, err)
		made, err := os.ReadFile(filepath.Join(folder, "stacks", name, "cdk.tf.json"))
		require.NoError(t, err)
		stack := synthtest.Parse(t, string(made))
		var instances []string
		for _, each := range stack.Resources("aws_db_instance") {
			instances = append(instances, each["identifier"].(string))
			require.Contains(t, string(text), `"`+each["identifier"].(string)+`"`)
		}
		require.Equal(t, want.databases, instances)
		if name == "dev" {
			api, err := os.ReadFile(boards[0])
			require.NoError(t, err)
			require.Contains(t, string(api), `"`+stack.One("aws_api_gateway_rest_api")["name"].(string)+`"`)
			require.Contains(t, string(api), `"`+stack.One("aws_api_gateway_stage")["stage_name"].(string)+`"`)
		}
	}
}

func releases(software synthtest.Template) (names []string) {
	for _, each := range software.Resources("helm_release") {
		names = append(names, each["name"].(string))
	}
	slices.Sort(names)
	return names
}

func TestContainerInsights(t *testing.T) {
	environment, _, folder := monitored(t, "monitoring: { metrics: cloudWatch, alerts: { nodePercent: 70 } }\n")
	require.Equal(t, "amazon-cloudwatch-observability", environment.Where("aws_eks_addon", "addon_name", "amazon-cloudwatch-observability")["addon_name"])
	watched := 0
	for _, each := range environment.Resources("aws_cloudwatch_metric_alarm") {
		if each["namespace"] == "ContainerInsights" {
			watched++
			require.NotEmpty(t, each["alarm_actions"])
		}
	}
	require.Equal(t, 4, watched)
	require.Empty(t, environment.Resources("aws_prometheus_workspace"))
	require.NoDirExists(t, filepath.Join(folder, "dev", "dashboards"))
}

func TestSelfHostedMonitoring(t *testing.T) {
	environment, software, folder := monitored(t, "monitoring: { metrics: selfHosted, selfHosted: { retentionDays: 30, storageGiB: 100 } }\n")
	helmschema.Check(t, software.Root())
	require.Empty(t, environment.Resources("aws_prometheus_workspace"))
	for _, name := range []string{"monitoring", "monitoring-access"} {
		require.NoError(t, chart.Verify(filepath.Join(folder, "dev-serving", "charts", name)))
	}
	stack := software.Where("helm_release", "name", "kube-prometheus-stack")
	require.Equal(t, "81.2.2", stack["version"])
	values := stack["values"].([]any)[0].(string)
	for _, each := range []string{
		`"retention":"30d"`, `"storage":"100Gi"`, `"topic_arn":"arn:aws:sns:us-west-2:222222222222:wine-dev-notifications"`, `"existingSecret":"grafana-admin"`,
		`"ca_file":"/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"`, `"job_name":"predictors"`, `{{ .CommonLabels.alertname }}`,
	} {
		require.Contains(t, values, each)
	}
	// The topic that is named is the one that is made, and the role of the pods that publish may.
	require.Equal(t, "wine-dev-notifications", environment.One("aws_sns_topic")["name"])
	publishes := 0
	for _, each := range environment.Resources("aws_iam_role_policy") {
		if len(environment.Allowing(each["policy"].(string), "sns:Publish")) > 0 {
			publishes++
			require.NotEmpty(t, environment.Allowing(each["policy"].(string), "kms:GenerateDataKey"))
		}
	}
	require.Equal(t, 1, publishes)
	var accounts []string
	for _, each := range environment.Resources("aws_eks_pod_identity_association") {
		accounts = append(accounts, each["namespace"].(string)+"/"+each["service_account"].(string))
	}
	require.Contains(t, accounts, "monitoring/alertmanager")
	require.Contains(t, values, `"serviceAccount":{"create":true,"name":"alertmanager"}`)

	objects, err := filepath.Glob(filepath.Join(folder, "dev-serving", "charts", "monitoring", "templates", "*"))
	require.NoError(t, err)
	var files []string
	for _, each := range objects {
		files = append(files, filepath.Base(each))
	}
	require.Equal(t, []string{
		"configmap.monitoring.dashboard-wine-dev-cluster.yaml", "configmap.monitoring.dashboard-wine-dev-gpus.yaml", "configmap.monitoring.dashboard-wine-dev-mlflow.yaml",
		"configmap.monitoring.dashboard-wine-dev-predictors.yaml", "prometheusrule.monitoring.platform.yaml",
	}, files)
	policy, err := os.ReadFile(filepath.Join(folder, "dev-serving", "charts", "model-wine", "templates", "networkpolicy.models.wine.yaml"))
	require.NoError(t, err)
	require.Contains(t, string(policy), "kubernetes.io/metadata.name: monitoring", "its pods read the metrics of models")
}

func TestMonitoringPlans(t *testing.T) {
	var planned []terraform.Stack
	for name, section := range map[string]string{"managed": managedMonitoring, "insights": "monitoring: { metrics: cloudWatch, budget: { monthlyUsd: 5 } }\n"} {
		environment, _, _ := monitored(t, section)
		planned = append(planned, terraform.Stack{Name: name, JSON: []byte(environment.Text())})
	}
	planTogether(t, planned...)
}

// servingSet is the example set with models on Kubernetes, in both modes and with metrics kept in both ways.
const servingSet = "../examples/configurations/serving"

// TestServingSet: the environments plan, the software in their clusters has arguments that the Helm provider knows, and what deploys them
// may make each other's resources in its own environment alone.
func TestServingSet(t *testing.T) {
	made := built(t, servingSet, nil)
	require.Equal(t, []string{"dev", "dev-access", "dev-serving", "operations", "operations-access", "prod", "prod-access", "prod-serving", "state"}, names(made))
	var planned []terraform.Stack
	for _, name := range names(made) {
		template := synthtest.Parse(t, string(made[name]))
		if strings.HasSuffix(name, "-serving") {
			helmschema.Check(t, template.Root())
			continue
		}
		t.Run(name, func(t *testing.T) {
			iamcheck.Check{AnyResource: []string{"cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "cloudwatch:PutMetricData"}}.Template(t, template.Root())
		})
		planned = append(planned, terraform.Stack{Name: name, JSON: made[name]})
	}
	for env, absent := range map[string]string{"dev": "kube-prometheus-stack", "prod": "keda"} {
		require.NotContains(t, releases(synthtest.Parse(t, string(made[env+"-serving"]))), absent)
	}
	planTogether(t, planned...)
}
