package prometheus

import (
	"cmp"
	"fmt"
	"time"
)

// Thresholds of the alerts of Platform.
type Thresholds struct {
	// ErrorPercent of a predictor's answers that fail, 1 to 99. Default: 5.
	ErrorPercent int
	// Latency within which 99 of 100 answers of a predictor come. Default: 5 seconds.
	Latency time.Duration
}

func (t Thresholds) withDefaults() Thresholds {
	t.ErrorPercent = cmp.Or(t.ErrorPercent, 5)
	t.Latency = cmp.Or(t.Latency, 5*time.Second)
	return t
}

// Names of the metrics that Platform records, each by namespace and inferenceservice.
const (
	PredictorRate       = "predictor:requests:rate5m"
	PredictorErrors     = "predictor:errors:ratio5m"
	PredictorLatency50  = "predictor:latency_seconds:p50_5m"
	PredictorLatency95  = "predictor:latency_seconds:p95_5m"
	PredictorLatency99  = "predictor:latency_seconds:p99_5m"
	PredictorInProgress = "predictor:requests_in_progress:sum"
	PredictorCPU        = "predictor:cpu:ratio5m"
	PredictorMemory     = "predictor:memory:ratio"
)

// Platform are the rules of a cluster that serves models: rate, errors, latency and saturation of each predictor, and alerts on those,
// on pods, nodes, volumes, GPUs and on what is no longer scraped. They take the metrics of the jobs of Scrape.
func Platform(thresholds Thresholds) Rules {
	t := thresholds.withDefaults()
	const infer = `rest_server_requests_total{job="predictors",path=~".*/infer"}`
	quantile := func(q string) string {
		return `histogram_quantile(` + q + `, sum by (namespace, inferenceservice, le) (rate(rest_server_request_duration_seconds_bucket{job="predictors",path=~".*/infer"}[5m])))`
	}
	const byService = "sum by (namespace, inferenceservice) "
	// The exporters of the cluster know no InferenceService, and pods of one are named after it.
	usage := func(used, limit string) string {
		service := func(of string) string {
			return byService + `(label_replace(` + of + `, "inferenceservice", "$1", "pod", "(.+)-predictor-.+"))`
		}
		return service(used) + " / " + service(limit)
	}
	warning := map[string]string{"severity": "warning"}
	critical := map[string]string{"severity": "critical"}
	told := func(summary string) map[string]string { return map[string]string{"summary": summary} }
	return Rules{Groups: []Group{
		{Name: "predictors", Rules: []Rule{
			{Record: PredictorRate, Expr: byService + `(rate(` + infer + `[5m]))`},
			{Record: PredictorErrors, Expr: byService + `(rate(rest_server_requests_total{job="predictors",path=~".*/infer",status_code=~"5.."}[5m])) / (` +
				byService + `(rate(` + infer + `[5m])) > 0)`},
			{Record: PredictorLatency50, Expr: quantile("0.5")},
			{Record: PredictorLatency95, Expr: quantile("0.95")},
			{Record: PredictorLatency99, Expr: quantile("0.99")},
			{Record: PredictorInProgress, Expr: byService + `(rest_server_requests_in_progress{job="predictors"})`},
			{Record: PredictorCPU, Expr: usage(`rate(container_cpu_usage_seconds_total{container="kserve-container"}[5m])`,
				`kube_pod_container_resource_limits{container="kserve-container",resource="cpu"}`)},
			{Record: PredictorMemory, Expr: usage(`container_memory_working_set_bytes{container="kserve-container"}`,
				`kube_pod_container_resource_limits{container="kserve-container",resource="memory"}`)},
			{Alert: "PredictorFails", For: 5 * time.Minute, Labels: critical, Expr: fmt.Sprintf("%s > %g", PredictorErrors, float64(t.ErrorPercent)/100),
				Annotations: told("{{ $value | humanizePercentage }} of the answers of {{ $labels.namespace }}/{{ $labels.inferenceservice }} fail")},
			{Alert: "PredictorSlow", For: 10 * time.Minute, Labels: warning, Expr: fmt.Sprintf("%s > %g", PredictorLatency99, t.Latency.Seconds()),
				Annotations: told("1 of 100 answers of {{ $labels.namespace }}/{{ $labels.inferenceservice }} takes {{ $value | humanizeDuration }} or more")},
			{Alert: "PredictorSaturated", For: 15 * time.Minute, Labels: warning, Expr: PredictorCPU + " > 0.9 or " + PredictorMemory + " > 0.9",
				Annotations: told("{{ $labels.namespace }}/{{ $labels.inferenceservice }} uses {{ $value | humanizePercentage }} of its limit; raise resources or replicas")},
			{Alert: "PredictorDown", For: 5 * time.Minute, Labels: critical,
				Expr:        `kube_deployment_status_replicas_available{deployment=~".+-predictor.*"} == 0 and on (namespace, deployment) kube_deployment_spec_replicas > 0`,
				Annotations: told("{{ $labels.namespace }}/{{ $labels.deployment }} has no pod that is ready")},
		}},
		{Name: "cluster", Rules: []Rule{
			{Alert: "PodRestarts", For: 10 * time.Minute, Labels: warning, Expr: `increase(kube_pod_container_status_restarts_total[30m]) > 3`,
				Annotations: told("{{ $labels.namespace }}/{{ $labels.pod }} restarted {{ $value | humanize }} times within 30 minutes")},
			{Alert: "PodWaits", For: 15 * time.Minute, Labels: warning, Expr: `sum by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Unknown"}) > 0`,
				Annotations: told("{{ $labels.namespace }}/{{ $labels.pod }} waits for a node or an image since 15 minutes")},
			{Alert: "DeploymentIncomplete", For: 15 * time.Minute, Labels: warning, Expr: `kube_deployment_spec_replicas != kube_deployment_status_replicas_available`,
				Annotations: told("{{ $labels.namespace }}/{{ $labels.deployment }} has {{ $value | humanize }} replicas wanted and others available")},
			{Alert: "NodeNotReady", For: 10 * time.Minute, Labels: critical, Expr: `kube_node_status_condition{condition="Ready",status="true"} == 0`,
				Annotations: told("Node {{ $labels.node }} is not ready")},
			{Alert: "NodeDiskFull", For: 10 * time.Minute, Labels: warning,
				Expr:        `node_filesystem_avail_bytes{mountpoint="/",fstype!~"tmpfs|overlay"} / node_filesystem_size_bytes{mountpoint="/",fstype!~"tmpfs|overlay"} < 0.1`,
				Annotations: told("The disk of {{ $labels.instance }} has {{ $value | humanizePercentage }} left")},
			{Alert: "VolumeFull", For: 10 * time.Minute, Labels: warning, Expr: `kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.1`,
				Annotations: told("Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left")},
			{Alert: "GPUMemoryFull", For: 15 * time.Minute, Labels: warning, Expr: `DCGM_FI_DEV_FB_USED / (DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE) > 0.95`,
				Annotations: told("GPU {{ $labels.gpu }} of {{ $labels.Hostname }} has {{ $value | humanizePercentage }} of its memory in use")},
			{Alert: "MLflowDown", For: 5 * time.Minute, Labels: critical, Expr: `sum(kube_deployment_status_replicas_available{namespace="mlflow"}) == 0`,
				Annotations: told("No pod of MLflow is ready")},
			{Alert: "NotScraped", For: 15 * time.Minute, Labels: warning, Expr: `up == 0`,
				Annotations: told("{{ $labels.job }} at {{ $labels.instance }} does not answer with metrics")},
		}},
	}}
}
