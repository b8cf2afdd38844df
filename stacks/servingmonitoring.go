package stacks

import (
	"time"

	"github.com/mlplatform/mlplatform/documents/helmvalues"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/documents/prometheus"
)

// Names of what the Prometheus in the cluster needs before its chart.
const (
	metricsVolumes = "metrics"
	grafanaSecret  = "grafana-admin"
)

// selfHostedMetrics installs kube-prometheus-stack, between what it needs and what it takes: its volumes and the password of Grafana's
// administrator before, rules and dashboards after, whose kinds and whose readers come with it.
func (s *servingStack) selfHostedMetrics() {
	m, region := s.env.Monitoring, s.stack.Region
	named := func(name string) kubernetes.Metadata {
		return kubernetes.Metadata{Name: name, Namespace: monitoringNamespace}
	}
	before := s.own("monitoring-access", []kubernetes.Object{
		kubernetes.Other{
			Metadata: kubernetes.Metadata{Name: metricsVolumes}, Kind: kubernetes.Kind{APIVersion: "storage.k8s.io/v1", Kind: "StorageClass", Cluster: true},
			Fields: map[string]any{
				"provisioner": "ebs.csi.aws.com", "volumeBindingMode": "WaitForFirstConsumer", "allowVolumeExpansion": true, "reclaimPolicy": "Delete",
				"parameters": map[string]any{"type": "gp3", "encrypted": "true"},
			},
		},
		kubernetes.Password{Metadata: named(grafanaSecret), Length: 32, Digits: 8, AllowRepeat: true},
		kubernetes.ExternalSecret{
			Metadata: named(grafanaSecret), Once: true, DataFrom: []kubernetes.DataFrom{kubernetes.Generated(grafanaSecret, "password")},
			Target: kubernetes.SecretTarget{Template: &kubernetes.SecretTemplate{Data: map[string]string{"user": "admin", "password": "{{ .password }}"}}},
		},
		// Who looks at metrics comes through the API server, and those who work together are in the same namespace.
		kubernetes.NetworkPolicy{
			Metadata: named("together"), PolicyTypes: []string{"Ingress"},
			Ingress: []kubernetes.IngressRule{{From: []kubernetes.Peer{kubernetes.InNamespace(monitoringNamespace, nil)}}},
		},
	}, nil, s.secretsOperator())

	jobs, err := prometheus.Scrape{Cluster: s.clusterName(), Interval: time.Duration(m.ScrapeSeconds) * time.Second, InCluster: true}.Jobs()
	s.problems.Add("monitoring", err)
	alerts, err := s.alerts(s.scope.Regional("sns", s.name(notificationsPart)), region).Config()
	s.problems.Add("monitoring", err)
	installed := s.install(helmvalues.PrometheusStack, monitoringNamespace, helmvalues.PrometheusStackValues{
		ScrapeConfigs: jobs, Alertmanager: alerts, AlertsAccount: s.identity(monitoringNamespace, alertsAccount), Region: region,
		RetentionDays: m.SelfHosted.RetentionDays, StorageGiB: m.SelfHosted.StorageGiB, StorageClass: metricsVolumes, MemoryMiB: m.SelfHosted.MemoryMiB,
		AdminSecret: grafanaSecret, Interval: time.Duration(m.ScrapeSeconds) * time.Second,
	}.Values(), before)

	var objects []kubernetes.Object
	rules := alertRules(m)
	for _, name := range sorted(rules) {
		objects = append(objects, kubernetes.PrometheusRule{Metadata: named(name), Rules: rules[name]})
	}
	for _, each := range s.dashboards() {
		text, err := each.JSON()
		if err != nil {
			s.problems.Add("monitoring", err)
			continue
		}
		board := named("dashboard-" + each.UID)
		board.Labels = map[string]string{helmvalues.DashboardLabel: "1"}
		objects = append(objects, kubernetes.ConfigMap{Metadata: board, Data: map[string]string{each.UID + ".json": text}})
	}
	s.own("monitoring", objects, nil, installed)
}
