package stacks

import (
	"time"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/budget"
	"github.com/mlplatform/mlplatform/constructs/containerinsights"
	"github.com/mlplatform/mlplatform/constructs/grafana"
	workspace "github.com/mlplatform/mlplatform/constructs/prometheus"
	"github.com/mlplatform/mlplatform/documents/dashboard"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/prometheus"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Namespace and service account of what publishes alerts from within the cluster.
const (
	monitoringNamespace = "monitoring"
	alertsAccount       = "alertmanager"
)

// dashboardsFolder is where the dashboards are, beside the stack whose Grafana shows them.
const dashboardsFolder = "dashboards"

// monitoringNeeds are the parts that monitoring looks at, or tells.
func monitoringNeeds(env *config.Environment) []string {
	needs := []string{"notifications"}
	if env.Monitoring.Metrics != config.MetricsNone {
		needs = append(needs, "network", "cluster")
	}
	return needs
}

func monitoringServices(env *config.Environment) []permissions.Service {
	m, needed := env.Monitoring, []permissions.Service{permissions.Monitoring, permissions.Notifications}
	if m.Metrics == config.MetricsManaged || m.Grafana != nil || m.Budget != nil {
		needed = append(needed, permissions.Metrics)
	}
	return needed
}

// monitoring makes what keeps and watches metrics, what shows them, and the budget.
func (e *environmentStack) monitoring() error {
	scope := tf.Group(e.made, "monitoring")
	var problems problem.List
	switch e.env.Monitoring.Metrics {
	case config.MetricsManaged:
		problems.Add("metrics", e.managedMetrics(scope))
	case config.MetricsCloudWatch:
		_, err := containerinsights.New(scope, "insights", containerinsights.Props{
			Name: e.clusterName(), ClusterName: e.parts.Cluster.Name(), NodePercent: e.env.Monitoring.Alerts.NodePercent, TopicARNs: e.topics(),
		})
		problems.Add("metrics", err)
	case config.MetricsSelfHosted:
		role, err := e.account(monitoringNamespace, alertsAccount)
		if err == nil {
			err = e.parts.Notifications.GrantPublish(role)
		}
		problems.Add("selfHosted", err)
	}
	if e.env.Monitoring.Grafana != nil && problems.Err() == nil {
		problems.Add("grafana", e.managedGrafana(scope))
	}
	if b := e.env.Monitoring.Budget; b != nil {
		props := budget.Props{Name: e.name("monthly"), MonthlyUSD: float64(b.MonthlyUSD), WarnPercent: b.WarnPercent, TopicARNs: e.topics()}
		if b.Scope == config.BudgetEnvironment {
			props.Tags = map[string]string{"Environment": e.env.Name, "Project": e.platform.Project}
		}
		_, err := budget.New(scope, "budget", props)
		problems.Add("budget", err)
	}
	return problems.Err()
}

// managedMetrics makes the workspace of Amazon Managed Prometheus.
func (e *environmentStack) managedMetrics(scope tf.Construct) error {
	m, alerts := e.env.Monitoring, e.alerts(e.parts.Notifications.ARN(), e.Region)
	made, err := workspace.New(scope, "prometheus", workspace.Props{
		Name: e.name("metrics"), KeyARN: m.KeyARN, Rules: alertRules(m),
		Alerts: &alerts,
		Scraper: &workspace.Scraper{
			ClusterARN: e.parts.Cluster.ARN(), SubnetIDs: e.parts.Network.PrivateSubnetIDs(), SecurityGroupIDs: []string{e.parts.Cluster.SecurityGroupID()},
			Scrape: prometheus.Scrape{Cluster: e.clusterName(), Interval: time.Duration(m.ScrapeSeconds) * time.Second},
		},
	})
	if err != nil {
		return err
	}
	e.parts.Metrics = made
	tf.Output(e.made, "prometheus_workspace_id", made.ID(), "Workspace of Amazon Managed Prometheus")
	tf.Output(e.made, "prometheus_endpoint", made.Endpoint(), "Where metrics are asked for, with requests signed for the service aps")
	return nil
}

// alerts say that the topic is told, and how often.
func (e *environmentStack) alerts(topic, region string) prometheus.Alerts {
	return prometheus.Alerts{TopicARN: topic, Region: region, Repeat: time.Duration(e.env.Monitoring.Alerts.RepeatHours) * time.Hour}
}

// alertRules are those of the platform, and the team's own beside them.
func alertRules(m *config.Monitoring) map[string]prometheus.Rules {
	all := map[string]prometheus.Rules{"platform": prometheus.Platform(prometheus.Thresholds{
		ErrorPercent: m.Alerts.ErrorPercent, Latency: time.Duration(m.Alerts.LatencyMilliseconds) * time.Millisecond,
	})}
	var own []prometheus.Rule
	for _, name := range m.RuleNames() {
		of := m.Rules[name]
		own = append(own, prometheus.Rule{
			Alert: name, Expr: of.Expr, For: time.Duration(of.ForMinutes) * time.Minute,
			Labels: map[string]string{"severity": string(of.Severity)}, Annotations: map[string]string{"summary": of.Summary},
		})
	}
	if len(own) > 0 {
		all["own"] = prometheus.Rules{Groups: []prometheus.Group{{Name: "own", Rules: own}}}
	}
	return all
}

// managedGrafana makes the workspace of Amazon Managed Grafana. Its dashboards are written beside the stack with a script that puts them
// there: Terraform could do it only with a token in its state.
func (e *environmentStack) managedGrafana(scope tf.Construct) error {
	g := e.env.Monitoring.Grafana
	props := grafana.Props{
		Name: e.name("grafana"), Description: "Metrics of " + e.env.Prefix(), RoleName: e.name("grafana"), PermissionsBoundary: e.boundary,
		Authentication: map[config.GrafanaAuthentication]grafana.Authentication{config.GrafanaSSO: grafana.SSO, config.GrafanaSAML: grafana.SAML}[g.Authentication],
		Admins:         g.Admins, Editors: g.Editors, Viewers: g.Viewers,
	}
	if e.parts.Metrics != nil {
		props.WorkspaceARNs = []string{e.parts.Metrics.ARN()}
	}
	made, err := grafana.New(scope, "grafana", props)
	if err != nil {
		return err
	}
	e.parts.Grafana = made
	tf.Output(e.made, "grafana_url", made.URL(), "Grafana")
	tf.Output(e.made, "grafana_workspace_id", made.ID(), "Workspace of Amazon Managed Grafana")
	return e.writeDashboards()
}

// dashboards are those of what the environment has.
func (e *environmentStack) dashboards() []dashboard.Dashboard {
	names := dashboard.Names{
		Prefix: e.env.Prefix(), Kubernetes: e.env.KeepsMetrics(config.MetricsManaged) || e.env.KeepsMetrics(config.MetricsSelfHosted),
	}
	if e.env.ServingEnabled() && e.env.Serving.MLflow != nil {
		names.Database = mlflowDatabase(e.env)
	}
	if e.env.KeepsMetrics(config.MetricsSelfHosted) {
		return dashboard.Platform(names) // the Grafana in the cluster reads no CloudWatch
	}
	if e.env.EndpointEnabled() {
		names.Endpoint = e.env.Endpoint.Name
	}
	if e.env.ContainersEnabled() {
		names.ECSCluster = e.name(servicesPart)
	}
	if e.env.MLflowEnabled() && e.env.MLflow.ECS != nil {
		names.Databases = append(names.Databases, mlflowDatabase(e.env))
	}
	if e.env.WorkersEnabled() && e.env.Workers.Server != nil {
		names.Databases = append(names.Databases, prefectDatabase(e.env))
	}
	names.LoadBalancer = e.env.LoadBalancerEnabled() || e.env.ServingEnabled()
	if e.env.APIEnabled() {
		names.API, names.Stage = e.name(apiPart), e.env.API.Stage
	}
	return dashboard.Platform(names)
}

// writeDashboards writes them and the script that imports them.
func (e *environmentStack) writeDashboards() error {
	for _, each := range e.dashboards() {
		text, err := each.JSON()
		if err == nil {
			err = e.writeBeside(dashboardsFolder, each.UID+".json", text)
		}
		if err != nil {
			return err
		}
	}
	return e.writeBeside(dashboardsFolder, "import.sh", dashboard.ImportScript)
}
