package helmvalues

import (
	"fmt"
	"time"
)

// DashboardLabel is the label of ConfigMaps in which the Grafana of PrometheusStack finds dashboards.
const DashboardLabel = "grafana_dashboard"

// PrometheusStackValues are those of kube-prometheus-stack: the Prometheus operator, a Prometheus, an Alertmanager and a Grafana. The exporters
// of the cluster are add-ons of EKS beside it, and nothing but ScrapeConfigs is read.
// https://github.com/prometheus-community/helm-charts/blob/main/charts/kube-prometheus-stack/values.yaml
type PrometheusStackValues struct {
	// ScrapeConfigs are jobs of Prometheus, and Interval the time between two readings where they say none.
	ScrapeConfigs []any
	Interval      time.Duration
	// Alertmanager is its configuration, and AlertsAccount the service account of its pods, whose role publishes alerts in Region.
	Alertmanager  map[string]any
	AlertsAccount Account
	Region        string
	// RetentionDays is how long metrics are kept, on a volume of StorageGiB of StorageClass. Metrics are dropped before it is full.
	RetentionDays, StorageGiB int
	StorageClass              string
	// MemoryMiB that Prometheus may use.
	MemoryMiB int
	// AdminSecret has the name and the password of Grafana's administrator under user and password.
	AdminSecret string
	Extra       Values
}

// Values for Helm. The rules of the chart and its readers of parts that EKS hides are off; rules and monitors of all namespaces are taken. Without the
// admission webhooks no job of the chart needs to write certificates.
func (v PrometheusStackValues) Values() Values {
	off := Values{"enabled": false}
	values := Values{
		"crds": Values{"enabled": true}, "defaultRules": Values{"create": false},
		"kubeApiServer": off, "kubelet": off, "kubeControllerManager": off, "coreDns": off, "kubeEtcd": off, "kubeScheduler": off, "kubeProxy": off,
		"kubeStateMetrics": off, "nodeExporter": off,
		"prometheusOperator": Values{
			"admissionWebhooks": off, "tls": off,
			"resources": Values{"requests": Values{"cpu": "50m", "memory": "128Mi"}, "limits": Values{"memory": "256Mi"}},
		},
		"prometheus": Values{"prometheusSpec": Values{
			"additionalScrapeConfigs": v.ScrapeConfigs, "retention": fmt.Sprintf("%dd", v.RetentionDays), "retentionSize": fmt.Sprintf("%dMiB", v.StorageGiB*1024*85/100),
			"scrapeInterval": fmt.Sprintf("%ds", int(v.Interval.Seconds())), "walCompression": true,
			"ruleSelectorNilUsesHelmValues": false, "podMonitorSelectorNilUsesHelmValues": false, "serviceMonitorSelectorNilUsesHelmValues": false,
			"resources": Values{"requests": Values{"cpu": "250m", "memory": fmt.Sprintf("%dMi", v.MemoryMiB/2)}, "limits": Values{"memory": fmt.Sprintf("%dMi", v.MemoryMiB)}},
			"storageSpec": Values{"volumeClaimTemplate": Values{"spec": Values{
				"storageClassName": v.StorageClass, "accessModes": []any{"ReadWriteOnce"}, "resources": Values{"requests": Values{"storage": fmt.Sprintf("%dGi", v.StorageGiB)}},
			}}},
		}},
		"alertmanager": Values{
			"config": v.Alertmanager, "serviceAccount": written(v.AlertsAccount, nil),
			"alertmanagerSpec": Values{
				"resources":  Values{"requests": Values{"cpu": "25m", "memory": "64Mi"}, "limits": Values{"memory": "128Mi"}},
				"containers": []any{Values{"name": "alertmanager", "env": []any{Values{"name": "AWS_REGION", "value": v.Region}}}},
			},
		},
		"grafana": Values{
			"admin": Values{"existingSecret": v.AdminSecret, "userKey": "user", "passwordKey": "password"},
			// Only the dashboards of the platform, whose metrics are there.
			"defaultDashboardsEnabled": false,
			"sidecar":                  Values{"dashboards": Values{"enabled": true, "label": DashboardLabel, "labelValue": "1"}},
			"grafana.ini":              Values{"analytics": Values{"check_for_updates": false, "reporting_enabled": false}, "users": Values{"allow_sign_up": false}},
			"resources":                Values{"requests": Values{"cpu": "50m", "memory": "192Mi"}, "limits": Values{"memory": "384Mi"}},
		},
	}
	return merge(values, v.Extra)
}
