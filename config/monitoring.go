package config

import (
	"maps"
	"slices"
)

// Monitoring is metrics of the cluster with rules and alerts, pictures of them and of the environment's other parts, and a budget. What
// alarms it tells the environment's topic.
type Monitoring struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Metrics is where the cluster's metrics are: managed in Amazon Managed Prometheus, which AWS fills without an agent; cloudWatch in CloudWatch, by Container Insights; selfHosted in the cluster, by kube-prometheus-stack, which needs serving; none. Default: managed with cluster, else none.
	Metrics MetricsStore `yaml:"metrics"`
	// ScrapeSeconds is the time between two readings of a metric, 30 to 3600. Each reading costs. Not with cloudWatch. Default: 60.
	ScrapeSeconds int `yaml:"scrapeSeconds" jsonschema:"minimum=30,maximum=3600"`
	// KeyARN is a KMS key that encrypts the metrics of managed, for ever. Default: one that AWS owns.
	KeyARN string `yaml:"keyArn"`
	// Alerts are when people are told. Default: the defaults below.
	Alerts MonitoringAlerts `yaml:"alerts"`
	// Rules are alerts of your own by name, letters and digits. Not with cloudWatch. Default: those of the platform alone.
	Rules map[string]MonitoringRule `yaml:"rules"`
	// Grafana is Amazon Managed Grafana. Default: off; with selfHosted there is one in the cluster.
	Grafana *MonitoringGrafana `yaml:"grafana"`
	// SelfHosted is the size of what runs in the cluster. Only with selfHosted. Default: the defaults below.
	SelfHosted MonitoringSelfHosted `yaml:"selfHosted"`
	// Budget tells of costs. Default: none.
	Budget *Budget `yaml:"budget"`
}

// MetricsStore is where metrics of the cluster are kept.
type MetricsStore string

const (
	// MetricsManaged is Amazon Managed Prometheus.
	MetricsManaged MetricsStore = "managed"
	// MetricsCloudWatch is CloudWatch.
	MetricsCloudWatch MetricsStore = "cloudWatch"
	// MetricsSelfHosted is a Prometheus in the cluster.
	MetricsSelfHosted MetricsStore = "selfHosted"
	// MetricsNone is nowhere.
	MetricsNone MetricsStore = "none"
)

// Values are all choices.
func (MetricsStore) Values() []string {
	return []string{string(MetricsManaged), string(MetricsCloudWatch), string(MetricsSelfHosted), string(MetricsNone)}
}

// MonitoringAlerts are the limits above which people are told.
type MonitoringAlerts struct {
	// ErrorPercent of a model's answers that fail, 1 to 99. Not with cloudWatch. Default: 5.
	ErrorPercent int `yaml:"errorPercent" jsonschema:"minimum=1,maximum=99"`
	// LatencyMilliseconds within which 99 of 100 answers of a model come, 1 to 600000. Not with cloudWatch. Default: 5000.
	LatencyMilliseconds int `yaml:"latencyMilliseconds" jsonschema:"minimum=1,maximum=600000"`
	// RepeatHours after which people are told again while it lasts, 1 to 168. Not with cloudWatch. Default: 4.
	RepeatHours int `yaml:"repeatHours" jsonschema:"minimum=1,maximum=168"`
	// NodePercent of processor, memory or disk of all nodes that is in use, 1 to 99. Only with cloudWatch. Default: 90.
	NodePercent int `yaml:"nodePercent" jsonschema:"minimum=1,maximum=99"`
}

// MonitoringRule is an alert.
type MonitoringRule struct {
	// Expr is an expression of PromQL: while it has a value, the alert is on.
	Expr string `yaml:"expr" jsonschema:"required,example=up == 0"`
	// ForMinutes is how long it must have one before people are told, 0 to 1440. Default: 5.
	ForMinutes int `yaml:"forMinutes" jsonschema:"minimum=0,maximum=1440"`
	// Severity is warning or critical. Default: warning.
	Severity Severity `yaml:"severity"`
	// Summary is what people are told, in which {{ $labels.x }} and {{ $value }} stand for those.
	Summary string `yaml:"summary" jsonschema:"required,example=Something is down"`
}

// Severity is how bad an alert is.
type Severity string

const (
	// SeverityWarning can wait until morning.
	SeverityWarning Severity = "warning"
	// SeverityCritical cannot.
	SeverityCritical Severity = "critical"
)

// Values are all choices.
func (Severity) Values() []string { return []string{string(SeverityWarning), string(SeverityCritical)} }

// MonitoringGrafana is a workspace of Amazon Managed Grafana, which shows Prometheus and CloudWatch.
type MonitoringGrafana struct {
	// Enabled switches it off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Authentication is sso for IAM Identity Center, or saml for an identity provider of your own, whose metadata is given in the console. Default: sso.
	Authentication GrafanaAuthentication `yaml:"authentication"`
	// Admins are ids of groups of Identity Center that administer it. Only with sso. Default: none; assign people in the console.
	Admins []string `yaml:"admins" jsonschema:"uniqueItems=true"`
	// Editors are ids of groups that change dashboards. Only with sso. Default: none.
	Editors []string `yaml:"editors" jsonschema:"uniqueItems=true"`
	// Viewers are ids of groups that look. Only with sso. Default: none.
	Viewers []string `yaml:"viewers" jsonschema:"uniqueItems=true"`
}

// GrafanaAuthentication is how people sign in to Grafana.
type GrafanaAuthentication string

const (
	// GrafanaSSO is IAM Identity Center.
	GrafanaSSO GrafanaAuthentication = "sso"
	// GrafanaSAML is an identity provider.
	GrafanaSAML GrafanaAuthentication = "saml"
)

// Values are all choices.
func (GrafanaAuthentication) Values() []string {
	return []string{string(GrafanaSSO), string(GrafanaSAML)}
}

// MonitoringSelfHosted is the size of the Prometheus in the cluster.
type MonitoringSelfHosted struct {
	// RetentionDays is how long metrics are kept, 1 to 365. Default: 15.
	RetentionDays int `yaml:"retentionDays" jsonschema:"minimum=1,maximum=365"`
	// StorageGiB is the size of its volume, 10 to 16384. It can only grow. Default: 50.
	StorageGiB int `yaml:"storageGiB" jsonschema:"minimum=10,maximum=16384"`
	// MemoryMiB that Prometheus may use, 1024 to 262144. Default: 4096.
	MemoryMiB int `yaml:"memoryMiB" jsonschema:"minimum=1024,maximum=262144"`
}

// Budget is what a month may cost. It stops nothing.
type Budget struct {
	// MonthlyUSD is the budget of a month, 1 to 10000000.
	MonthlyUSD int `yaml:"monthlyUsd" jsonschema:"required,minimum=1,maximum=10000000,example=500"`
	// Scope is account for all that the account costs, or environment for what has the environment's tags, which must be active as cost allocation tags. Default: account.
	Scope BudgetScope `yaml:"scope"`
	// WarnPercent of the budget at which people are told that so much is spent, 1 to 99. They are told again at 100, and once AWS expects the month to cost more. Default: 80.
	WarnPercent int `yaml:"warnPercent" jsonschema:"minimum=1,maximum=99"`
}

// BudgetScope is what a budget counts.
type BudgetScope string

const (
	// BudgetAccount is the whole account.
	BudgetAccount BudgetScope = "account"
	// BudgetEnvironment is what has the environment's tags.
	BudgetEnvironment BudgetScope = "environment"
)

// Values are all choices.
func (BudgetScope) Values() []string {
	return []string{string(BudgetAccount), string(BudgetEnvironment)}
}

func (m *Monitoring) setDefaults() {
	*m = Monitoring{Enabled: true, ScrapeSeconds: 60}
	m.Alerts.setDefaults()
	m.SelfHosted.setDefaults()
}

func (a *MonitoringAlerts) setDefaults() {
	*a = MonitoringAlerts{ErrorPercent: 5, LatencyMilliseconds: 5000, RepeatHours: 4, NodePercent: 90}
}

func (r *MonitoringRule) setDefaults() {
	*r = MonitoringRule{ForMinutes: 5, Severity: SeverityWarning}
}

func (g *MonitoringGrafana) setDefaults() {
	*g = MonitoringGrafana{Enabled: true, Authentication: GrafanaSSO}
}

func (s *MonitoringSelfHosted) setDefaults() {
	*s = MonitoringSelfHosted{RetentionDays: 15, StorageGiB: 50, MemoryMiB: 4096}
}

func (b *Budget) setDefaults() { *b = Budget{Scope: BudgetAccount, WarnPercent: 80} }

// MonitoringEnabled reports whether the environment is monitored.
func (e *Environment) MonitoringEnabled() bool { return e.Monitoring != nil }

// KeepsMetrics reports whether the environment is monitored and its cluster's metrics are there.
func (e *Environment) KeepsMetrics(store MetricsStore) bool {
	return e.Monitoring != nil && e.Monitoring.Metrics == store
}

// RuleNames are the names of the alerts of one's own, sorted.
func (m *Monitoring) RuleNames() []string { return slices.Sorted(maps.Keys(m.Rules)) }

// Addons are those of the cluster that the metrics come from.
func (m *Monitoring) Addons() []string {
	switch m.Metrics {
	case MetricsManaged, MetricsSelfHosted:
		return []string{"kube-state-metrics", "prometheus-node-exporter"}
	case MetricsCloudWatch:
		return []string{"amazon-cloudwatch-observability"}
	}
	return nil
}

// setDerived fills in what follows from the environment, and the add-ons that metrics come from.
func (m *Monitoring) setDerived(f *file, e *Environment) {
	if m.Metrics == "" && !f.has("monitoring.metrics") {
		m.Metrics = MetricsNone
		if e.Cluster != nil {
			m.Metrics = MetricsManaged
		}
	}
	dropOff(m)
	e.Cluster.require(f, m.Addons()...)
}

// require switches add-ons on that another part needs, unless the file says otherwise.
func (c *Cluster) require(f *file, addons ...string) {
	if c == nil {
		return
	}
	for _, addon := range addons {
		if _, there := c.Addons[addon]; there || f.has("cluster.addons."+addon) {
			continue
		}
		if c.Addons == nil {
			c.Addons = map[string]ClusterAddon{}
		}
		c.Addons[addon] = ClusterAddon{Enabled: true}
	}
}
