package prometheus

import (
	"cmp"
	"errors"
	"time"

	"go.yaml.in/yaml/v3"
)

// Scrape is what is scraped in an EKS cluster.
// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-collector-how-to.html#AMP-collector-configuration
type Scrape struct {
	// Interval of all jobs, 30 seconds to 1 hour in Amazon Managed Prometheus, which asks for whole seconds. Default: 60 seconds.
	Interval time.Duration
	// Cluster is the label cluster of all metrics.
	Cluster string
	// InCluster is for a Prometheus that runs in the cluster itself. Default: false, one of AWS outside.
	InCluster bool
}

type relabel struct {
	Source      []string `yaml:"source_labels,omitempty"`
	Action      string   `yaml:"action,omitempty"`
	Regex       string   `yaml:"regex,omitempty"`
	Target      string   `yaml:"target_label,omitempty"`
	Replacement string   `yaml:"replacement,omitempty"`
}

type job struct {
	Name    string      `yaml:"job_name"`
	Scheme  string      `yaml:"scheme,omitempty"`
	Token   string      `yaml:"bearer_token_file,omitempty"`
	TLS     *authority  `yaml:"tls_config,omitempty"`
	Targets []discovery `yaml:"kubernetes_sd_configs"`
	Relabel []relabel   `yaml:"relabel_configs,omitempty"`
	Metrics []relabel   `yaml:"metric_relabel_configs,omitempty"`
}

// authority is who vouches for the server.
type authority struct {
	File string `yaml:"ca_file"`
}

type discovery struct {
	Role string `yaml:"role"`
}

const meta = "__meta_kubernetes_"

// YAML is the configuration: nodes and containers as kubelets know them, the exporters of the add-ons kube-state-metrics and
// prometheus-node-exporter, predictors of KServe on MLServer's own port, GPUs by dcgm-exporter, and pods that ask for it by the
// annotation prometheus.io/scrape. What costs most and nobody looks at is dropped: histograms of the API's requests are not scraped.
func (s Scrape) YAML() (string, error) {
	jobs, err := s.jobs()
	if err != nil {
		return "", err
	}
	return text(map[string]any{
		"global": map[string]any{
			"scrape_interval": duration(cmp.Or(s.Interval, time.Minute)), "external_labels": map[string]string{"cluster": s.Cluster},
		},
		"scrape_configs": jobs,
	})
}

// Jobs are the jobs alone, for a Prometheus whose other settings somebody else writes, as values of YAML.
func (s Scrape) Jobs() ([]any, error) {
	jobs, err := s.jobs()
	if err != nil {
		return nil, err
	}
	written, err := text(jobs)
	if err != nil {
		return nil, err
	}
	var values []any
	return values, yaml.Unmarshal([]byte(written), &values)
}

func (s Scrape) jobs() ([]job, error) {
	s.Interval = cmp.Or(s.Interval, time.Minute)
	if s.Interval < 30*time.Second || s.Interval > time.Hour || s.Interval%time.Second != 0 {
		return nil, errors.New("interval: " + s.Interval.String() + " is out of range; use 30s to 1h, in whole seconds")
	}
	if s.Cluster == "" {
		return nil, errors.New("cluster: is missing; give its name, by which metrics of several are told apart")
	}
	pods := func(name string, relabels ...relabel) job {
		return job{Name: name, Targets: []discovery{{"pod"}}, Relabel: append(relabels,
			relabel{Source: []string{meta + "namespace"}, Target: "namespace"}, relabel{Source: []string{meta + "pod_name"}, Target: "pod"},
			relabel{Source: []string{meta + "pod_node_name"}, Target: "node"},
			relabel{Source: []string{meta + "pod_phase"}, Action: "drop", Regex: "Pending|Succeeded|Failed"},
		)}
	}
	// Nodes answer to the API server alone, which hands their metrics on.
	var trusted *authority
	if s.InCluster {
		trusted = &authority{"/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"}
	}
	nodes := func(name, path string) job {
		return job{
			TLS:  trusted,
			Name: name, Scheme: "https", Token: "/var/run/secrets/kubernetes.io/serviceaccount/token", Targets: []discovery{{"node"}},
			Relabel: []relabel{
				{Target: "__address__", Replacement: "kubernetes.default.svc:443"},
				{Source: []string{meta + "node_name"}, Regex: "(.+)", Target: "__metrics_path__", Replacement: "/api/v1/nodes/$1/proxy/" + path},
				{Source: []string{meta + "node_name"}, Target: "node"},
			},
		}
	}
	cadvisor := nodes("cadvisor", "metrics/cadvisor")
	cadvisor.Metrics = []relabel{{Source: []string{"__name__"}, Action: "keep",
		Regex: "container_(cpu_usage_seconds_total|cpu_cfs_throttled_periods_total|cpu_cfs_periods_total|memory_working_set_bytes|network_(receive|transmit)_bytes_total|fs_usage_bytes)"}}
	kubelet := nodes("kubelet", "metrics")
	kubelet.Metrics = []relabel{{Source: []string{"__name__"}, Action: "keep", Regex: "kubelet_volume_stats_.+|kubelet_running_pods|kubelet_node_name"}}
	exporter := func(name string) job {
		return pods(name,
			relabel{Source: []string{meta + "pod_label_app_kubernetes_io_name"}, Action: "keep", Regex: name},
			relabel{Source: []string{meta + "pod_container_port_name"}, Action: "keep", Regex: "http|metrics|http-metrics"})
	}
	state := exporter("kube-state-metrics")
	// These metrics say themselves whose they are.
	state.Relabel = state.Relabel[:2]
	predictors := pods("predictors",
		// Each pod once, not once for each port; MLServer tells of itself on a port that the pod does not announce.
		relabel{Source: []string{meta + "pod_label_serving_kserve_io_inferenceservice"}, Action: "keep", Regex: ".+"},
		relabel{Source: []string{meta + "pod_container_name"}, Action: "keep", Regex: "kserve-container"},
		relabel{Source: []string{meta + "pod_container_port_number"}, Action: "keep", Regex: "8080"},
		relabel{Source: []string{meta + "pod_ip"}, Regex: "(.+)", Target: "__address__", Replacement: "$1:8082"},
		relabel{Source: []string{meta + "pod_label_serving_kserve_io_inferenceservice"}, Target: "inferenceservice"})
	annotated := pods("pods",
		relabel{Source: []string{meta + "pod_annotation_prometheus_io_scrape"}, Action: "keep", Regex: "true"},
		relabel{Source: []string{meta + "pod_label_serving_kserve_io_inferenceservice"}, Action: "drop", Regex: ".+"},
		relabel{Source: []string{meta + "pod_annotation_prometheus_io_path"}, Regex: "(.+)", Target: "__metrics_path__", Replacement: "$1"},
		relabel{Source: []string{meta + "pod_ip", meta + "pod_annotation_prometheus_io_port"}, Regex: "(.+);([0-9]+)", Target: "__address__", Replacement: "$1:$2"})
	gpus := pods("gpus",
		relabel{Source: []string{meta + "pod_container_name"}, Action: "keep", Regex: "(nvidia-)?dcgm-exporter"},
		relabel{Source: []string{meta + "pod_ip"}, Regex: "(.+)", Target: "__address__", Replacement: "$1:9400"})
	return []job{annotated, cadvisor, gpus, state, kubelet, exporter("prometheus-node-exporter"), predictors}, nil
}

// Alerts is where alerts of Amazon Managed Prometheus go: to an SNS topic, grouped, told again while they last.
// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-config.html
type Alerts struct {
	// TopicARN is the topic, in the workspace's account and region; Region is that.
	TopicARN, Region string
	// Repeat is how often an alert is told again. Default: 4 hours.
	Repeat time.Duration
}

// YAML is the definition of the alert manager of Amazon Managed Prometheus.
func (a Alerts) YAML() (string, error) {
	config, err := a.Config()
	if err != nil {
		return "", err
	}
	written, err := text(config)
	if err != nil {
		return "", err
	}
	return text(map[string]any{"alertmanager_config": written})
}

// Config is the configuration of an Alertmanager: https://prometheus.io/docs/alerting/latest/configuration/
func (a Alerts) Config() (map[string]any, error) {
	if a.TopicARN == "" || a.Region == "" {
		return nil, errors.New("topicARN: is missing, or its region; give the topic that is told")
	}
	a.Repeat = cmp.Or(a.Repeat, 4*time.Hour)
	return map[string]any{
		"route": map[string]any{
			"receiver": "topic", "group_by": []string{"alertname", "namespace"}, "group_wait": "30s", "group_interval": "5m", "repeat_interval": duration(a.Repeat),
		},
		"receivers": []any{map[string]any{"name": "topic", "sns_configs": []any{map[string]any{
			"topic_arn": a.TopicARN, "send_resolved": true, "sigv4": map[string]any{"region": a.Region},
			"subject": `{{ .Status }}: {{ .CommonLabels.alertname }}`,
			"message": `{{ range .Alerts }}{{ .Status }} ({{ .Labels.severity }}): {{ .Annotations.summary }}` + "\n" + `{{ end }}`,
		}}}},
	}, nil
}
