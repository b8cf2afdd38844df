package kubernetes

import (
	"github.com/mlplatform/mlplatform/documents/prometheus"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// A ServiceMonitor lets the Prometheus operator read the metrics behind services.
// https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor
type ServiceMonitor struct {
	Metadata `json:"-"`
	// Selector chooses the services.
	Selector Selector `json:"selector"`
	// NamespaceSelector chooses their namespaces. Default: that of the monitor.
	NamespaceSelector *NamespaceChoice `json:"namespaceSelector,omitempty"`
	// Endpoints are ports of the services: one or more.
	Endpoints []MetricsEndpoint `json:"endpoints"`
	// JobLabel is the label of the service that names the job. Default: the name of the service.
	JobLabel string `json:"jobLabel,omitempty"`
}

// A PodMonitor lets the Prometheus operator read the metrics of pods, also on ports that no service has. MLServer's are on 8082.
// https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor
type PodMonitor struct {
	Metadata `json:"-"`
	// Selector chooses the pods.
	Selector Selector `json:"selector"`
	// NamespaceSelector chooses their namespaces. Default: that of the monitor.
	NamespaceSelector *NamespaceChoice `json:"namespaceSelector,omitempty"`
	// PodMetricsEndpoints are ports of the pods: one or more.
	PodMetricsEndpoints []MetricsEndpoint `json:"podMetricsEndpoints"`
	// PodTargetLabels are labels of pods that their metrics get. Default: none.
	PodTargetLabels []string `json:"podTargetLabels,omitempty"`
}

// A NamespaceChoice is any namespace, or those that are named.
type NamespaceChoice struct {
	Any        bool     `json:"any,omitempty"`
	MatchNames []string `json:"matchNames,omitempty"`
}

// A MetricsEndpoint is where metrics are read.
type MetricsEndpoint struct {
	// Port is the name of the port. PortNumber is its number, which need not be declared by the pod; for PodMonitor only.
	Port       string `json:"port,omitempty"`
	PortNumber int    `json:"portNumber,omitempty"`
	// Path of the metrics. Default: /metrics.
	Path string `json:"path,omitempty"`
	// Scheme is http or https. Default: http.
	Scheme string `json:"scheme,omitempty"`
	// Interval between two readings, and ScrapeTimeout of one, which is not longer. Default: Prometheus'.
	Interval      Duration `json:"interval,omitempty"`
	ScrapeTimeout Duration `json:"scrapeTimeout,omitempty"`
}

// A PrometheusRule holds rules that the Prometheus operator gives to Prometheus.
// https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule
type PrometheusRule struct {
	Metadata `json:"-"`
	// Rules are those of a file of Prometheus.
	Rules prometheus.Rules
}

// MarshalJSON writes the rules, which are all of the object's spec.
func (r PrometheusRule) MarshalJSON() ([]byte, error) { return marshal(r.Rules) }

const monitoring = "monitoring.coreos.com/v1"

// Describe is monitoring.coreos.com/v1 ServiceMonitor.
func (ServiceMonitor) Describe() Kind { return Kind{APIVersion: monitoring, Kind: "ServiceMonitor"} }

// Describe is monitoring.coreos.com/v1 PodMonitor.
func (PodMonitor) Describe() Kind { return Kind{APIVersion: monitoring, Kind: "PodMonitor"} }

// Describe is monitoring.coreos.com/v1 PrometheusRule.
func (PrometheusRule) Describe() Kind { return Kind{APIVersion: monitoring, Kind: "PrometheusRule"} }

// Validate reports everything that is wrong.
func (m ServiceMonitor) Validate() error {
	problems := begin(m)
	m.Selector.check(problems, "selector")
	m.NamespaceSelector.check(problems)
	checkEndpoints(problems, "endpoints", m.Endpoints, false)
	return problems.Err()
}

// Validate reports everything that is wrong.
func (m PodMonitor) Validate() error {
	problems := begin(m)
	m.Selector.check(problems, "selector")
	m.NamespaceSelector.check(problems)
	checkEndpoints(problems, "podMetricsEndpoints", m.PodMetricsEndpoints, true)
	for i, each := range m.PodTargetLabels {
		checkKey(problems, problem.Index("podTargetLabels", i), each)
	}
	return problems.Err()
}

func (c *NamespaceChoice) check(problems *problem.List) {
	if c == nil {
		return
	}
	if c.Any == (len(c.MatchNames) > 0) {
		problems.Addf("namespaceSelector", "is any namespace and named ones, or neither; give any or matchNames")
	}
	for i, each := range c.MatchNames {
		checkLabelName(problems, problem.Index("namespaceSelector.matchNames", i), each)
	}
}

func checkEndpoints(problems *problem.List, path string, endpoints []MetricsEndpoint, pods bool) {
	if len(endpoints) == 0 {
		problems.Addf(path, "are missing; give at least one")
	}
	for i, each := range endpoints {
		at := problem.Index(path, i)
		switch {
		case !pods && each.PortNumber != 0:
			problems.Addf(at+".portNumber", "%d is given; a ServiceMonitor takes the name of a port, or use a PodMonitor", each.PortNumber)
		case (each.Port == "") == (each.PortNumber == 0):
			problems.Addf(at+".port", "is a name and a number, or neither; give one of the two")
		case each.PortNumber != 0:
			between(problems, at+".portNumber", each.PortNumber, 1, 65535)
		}
		oneOf(problems, at+".scheme", each.Scheme, "http", "https")
		if each.Interval < 0 || each.ScrapeTimeout < 0 {
			problems.Addf(at+".interval", "or scrapeTimeout is negative; use a time such as 30s")
		}
		if each.Interval > 0 && each.ScrapeTimeout > each.Interval {
			problems.Addf(at+".scrapeTimeout", "%s is longer than the interval, %s; lower it", each.ScrapeTimeout, each.Interval)
		}
	}
}

// Validate reports everything that is wrong. PromQL is not read.
func (r PrometheusRule) Validate() error {
	problems := begin(r)
	problems.Add("", r.Rules.Validate())
	return problems.Err()
}
