package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

// watched is an environment with a cluster, whose metrics are kept.
const watched = `administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster: { version: "1.35", nodePools: { general: { instanceTypes: [m6i.large], max: 3 } } }
`

func withMonitoring(section string) files { return dev(watched + "monitoring:" + section + "\n") }

func TestMonitoringDefaults(t *testing.T) {
	env := withMonitoring(" {}").must(t).Environments[0]
	require.Equal(t, &config.Monitoring{
		Enabled: true, Metrics: config.MetricsManaged, ScrapeSeconds: 60,
		Alerts:     config.MonitoringAlerts{ErrorPercent: 5, LatencyMilliseconds: 5000, RepeatHours: 4, NodePercent: 90},
		SelfHosted: config.MonitoringSelfHosted{RetentionDays: 15, StorageGiB: 50, MemoryMiB: 4096},
	}, env.Monitoring)
	require.True(t, env.NotificationsEnabled(), "somebody is told")
	require.Equal(t, []string{"kube-state-metrics", "prometheus-node-exporter"}, env.Cluster.AddonNames())

	plain := withMonitoring(" { metrics: cloudWatch, alerts: { nodePercent: 80 } }").must(t).Environments[0]
	require.Equal(t, []string{"amazon-cloudwatch-observability"}, plain.Cluster.AddonNames())
	require.Nil(t, withMonitoring(" { enabled: false, metrics: cloudWatch }").must(t).Environments[0].Monitoring)
	require.Empty(t, withMonitoring(" { metrics: none, budget: { monthlyUsd: 5 } }").must(t).Environments[0].Cluster.AddonNames())

	costs := dev("monitoring: { budget: { monthlyUsd: 500 } }\n").must(t).Environments[0].Monitoring
	require.Equal(t, config.MetricsNone, costs.Metrics)
	require.Equal(t, &config.Budget{MonthlyUSD: 500, Scope: config.BudgetAccount, WarnPercent: 80}, costs.Budget)
	require.Nil(t, withMonitoring(" { grafana: { enabled: false } }").must(t).Environments[0].Monitoring.Grafana)

	all := withMonitoring(`
  metrics: managed
  scrapeSeconds: 30
  keyArn: arn:aws:kms:us-west-2:222222222222:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0
  alerts: { errorPercent: 1, latencyMilliseconds: 200, repeatHours: 12 }
  rules: { QueueLong: { expr: "queue > 5", forMinutes: 0, severity: critical, summary: "{{ $value }} wait" } }
  grafana: { admins: [01234567-89ab-cdef-0123-456789abcdef] }
  budget: { monthlyUsd: 100, scope: environment, warnPercent: 50 }`).must(t).Environments[0].Monitoring
	require.Equal(t, config.MonitoringRule{Expr: "queue > 5", Severity: config.SeverityCritical, Summary: "{{ $value }} wait"}, all.Rules["QueueLong"])
	require.Equal(t, config.GrafanaSSO, all.Grafana.Authentication)
}

// badMonitoring are sections that must not load, with what is said about them. The section begins in line 6.
var badMonitoring = []struct{ name, section, want string }{
	{"unknown store", ` { metrics: prometheus }`, `environments/dev.yaml:6:24: monitoring.metrics: "prometheus" is not allowed; use managed, cloudWatch, selfHosted or none`},
	{"without serving", ` { metrics: selfHosted }`, `environments/dev.yaml:6:24: monitoring.metrics: needs serving, whose stack installs it in the cluster; add serving: and its keys, or use managed`},
	{"keys of other stores", ` { metrics: cloudWatch, scrapeSeconds: 60, selfHosted: {}, alerts: { errorPercent: 1 }, rules: { A: { expr: up, summary: a } } }`, `environments/dev.yaml:6:51: monitoring.scrapeSeconds: does nothing with metrics: cloudWatch; remove it; it is for managed and selfHosted
environments/dev.yaml:6:67: monitoring.selfHosted: does nothing with metrics: cloudWatch; remove it; it is for selfHosted
environments/dev.yaml:6:95: monitoring.alerts.errorPercent: does nothing with metrics: cloudWatch; remove it; it is for managed and selfHosted
environments/dev.yaml:6:107: monitoring.rules: does nothing with metrics: cloudWatch; remove it; it is for managed and selfHosted`},
	{"limit of another store", ` { alerts: { nodePercent: 80 } }`, `environments/dev.yaml:6:38: monitoring.alerts.nodePercent: does nothing with metrics: managed; remove it; it is for cloudWatch`},
	{"key that is none", ` { keyArn: alias/a }`, `environments/dev.yaml:6:23: monitoring.keyArn: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, not an alias`},
	{"key elsewhere", ` { keyArn: "arn:aws:kms:eu-west-1:222222222222:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" }`, `environments/dev.yaml:6:23: monitoring.keyArn: is in eu-west-1; use a key in us-west-2`},
	{"key of another store", ` { metrics: cloudWatch, keyArn: "arn:aws:kms:us-west-2:222222222222:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" }`, `environments/dev.yaml:6:44: monitoring.keyArn: is the key of Amazon Managed Prometheus alone; remove it, or write metrics: managed`},
	{"names of rules", ` { rules: { "queue long": { expr: up, summary: a } } }`, `environments/dev.yaml:6:38: monitoring.rules.queue long: "queue long" is no name of an alert; use up to 63 letters and digits, beginning with a letter`},
	{"rule that is no PromQL", ` { rules: { A: { expr: "sum(rate(x[5m])", summary: a } } }`, `environments/dev.yaml:6:35: monitoring.rules.A.expr: "sum(rate(x[5m])" has a ( that does not end; close it`},
	{"rule without an expression", ` { rules: { A: { summary: a } } }`, `environments/dev.yaml:6:27: monitoring.rules.A.expr: is missing; add expr: up == 0`},
	{"groups that are none", ` { grafana: { viewers: [everybody] } }`, `environments/dev.yaml:6:36: monitoring.grafana.viewers[0]: "everybody" is no id of a group; write it as aws identitystore list-groups prints it`},
	{"groups with SAML", ` { grafana: { authentication: saml, admins: [01234567-89ab-cdef-0123-456789abcdef] } }`, `environments/dev.yaml:6:56: monitoring.grafana.admins: has no meaning with saml, whose assertions say who may do what; remove it`},
	{"budget of nothing", ` { budget: { monthlyUsd: 0 } }`, `environments/dev.yaml:6:37: monitoring.budget.monthlyUsd: 0 is not allowed; use 1 to 10000000`},
	{"budget without an amount", ` { budget: {} }`, `environments/dev.yaml:6:23: monitoring.budget.monthlyUsd: is missing; add monthlyUsd: 500`},
}

func TestBadMonitoring(t *testing.T) {
	for _, test := range badMonitoring {
		t.Run(test.name, func(t *testing.T) {
			_, err := withMonitoring(test.section).load()
			require.EqualError(t, err, test.want)
		})
	}
}

func TestMonitoringOfNothing(t *testing.T) {
	for text, want := range map[string]string{
		"monitoring: {}\n":                      `environments/dev.yaml:3:13: monitoring: makes nothing: there is no cluster, no grafana and no budget; add one of them, or remove monitoring`,
		"monitoring: { metrics: cloudWatch }\n": `environments/dev.yaml:3:24: monitoring.metrics: needs a cluster, whose metrics it keeps; add cluster: and its keys, or write none`,
		strings.Replace(watched, "cluster: {", "cluster: { addons: { kube-state-metrics: { enabled: false } },", 1) + "monitoring: {}\n": `environments/dev.yaml:5:42: cluster.addons.kube-state-metrics: is off, and monitoring.metrics: managed needs it; remove enabled: false`,
	} {
		_, err := dev(text).load()
		require.EqualError(t, err, want)
	}
}

// What AWS does not have everywhere is refused where it is not.
func TestMonitoringElsewhere(t *testing.T) {
	china := files{
		"platform.yaml":         "project: wine\nrepository: acme/wine-ml\nregion: cn-north-1\noperations: { account: \"111111111111\" }\n",
		"environments/dev.yaml": "account: \"222222222222\"\npromotion: { branches: [main] }\n" + strings.ReplaceAll(watched, "arn:aws:", "arn:aws-cn:") + "monitoring: { grafana: {} }\n",
	}
	_, err := china.load()
	require.ErrorContains(t, err, `monitoring.metrics: is not to be had in cn-north-1; use cloudWatch or selfHosted`)
	require.ErrorContains(t, err, `monitoring.grafana: is not to be had in cn-north-1; remove it, or use metrics: selfHosted, which has one in the cluster`)
	gov := files{
		"platform.yaml":         strings.Replace(china["platform.yaml"], "cn-north-1", "us-gov-west-1", 1),
		"environments/dev.yaml": "account: \"222222222222\"\npromotion: { branches: [main] }\nmonitoring: { budget: { monthlyUsd: 5 } }\n",
	}
	_, err = gov.load()
	require.EqualError(t, err, `environments/dev.yaml:3:23: monitoring.budget: is not to be had in us-gov-west-1: budgets of GovCloud are in the account that pays; remove it`)
}
