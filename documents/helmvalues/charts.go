// Package helmvalues are the charts of a cluster that serves models, each of one version, and their values as typed structs of what
// this platform sets. Every struct has Extra for what it does not know. It is pure Go.
package helmvalues

import (
	"encoding/json"
	"maps"
	"slices"
)

// A Chart is where a chart is, and its version.
type Chart struct{ Repository, Name, Version string }

// Names of the charts.
const (
	LoadBalancerController = "aws-load-balancer-controller"
	ExternalSecrets        = "external-secrets"
	KEDA                   = "keda"
	Karpenter              = "karpenter"
	EnvoyGateway           = "gateway-helm"
	IstioBase              = "base"
	Istio                  = "istiod"
	IstioGateway           = "gateway"
	KnativeOperator        = "knative-operator"
	KServeDefinitions      = "kserve-crd"
	KServe                 = "kserve-resources"
	KServeRuntimes         = "kserve-runtime-configs"
	MLflow                 = "mlflow"
	PrometheusStack        = "kube-prometheus-stack"
	NVIDIADevicePlugin     = "nvidia-device-plugin"
	DCGMExporter           = "dcgm-exporter"
)

const (
	istio  = "https://istio-release.storage.googleapis.com/charts"
	kserve = "oci://ghcr.io/kserve/charts"
)

// The versions go together: those of Envoy Gateway, KEDA, Istio and Knative are what KServe 0.20 is tested with.
// https://github.com/kserve/kserve/blob/v0.20.0/kserve-deps.env
var charts = []Chart{
	{"https://aws.github.io/eks-charts", LoadBalancerController, "3.4.0"},
	{"https://charts.external-secrets.io", ExternalSecrets, "1.3.1"},
	{"https://kedacore.github.io/charts", KEDA, "2.18.0"},
	{"oci://public.ecr.aws/karpenter", Karpenter, "1.14.1"},
	{"oci://docker.io/envoyproxy", EnvoyGateway, "v1.8.1"},
	{istio, IstioBase, "1.27.1"},
	{istio, Istio, "1.27.1"},
	{istio, IstioGateway, "1.27.1"},
	{"https://knative.github.io/operator", KnativeOperator, "v1.21.1"},
	{kserve, KServeDefinitions, "v0.20.0"},
	{kserve, KServe, "v0.20.0"},
	{kserve, KServeRuntimes, "v0.20.0"},
	{"oci://ghcr.io/mlflow/charts", MLflow, "0.1.1"},
	{"oci://ghcr.io/prometheus-community/charts", PrometheusStack, "81.2.2"},
	{"https://nvidia.github.io/k8s-device-plugin", NVIDIADevicePlugin, "0.18.0"},
	{"https://nvidia.github.io/dcgm-exporter/helm-charts", DCGMExporter, "4.8.2"},
}

// Charts are all charts, in no particular order.
func Charts() []Chart { return slices.Clone(charts) }

// ChartNames are their names, sorted.
func ChartNames() []string {
	var names []string
	for _, each := range charts {
		names = append(names, each.Name)
	}
	slices.Sort(names)
	return names
}

// Find is the chart of this name.
func Find(name string) (Chart, bool) {
	i := slices.IndexFunc(charts, func(c Chart) bool { return c.Name == name })
	if i < 0 {
		return Chart{}, false
	}
	return charts[i], true
}

// Values are those of a chart, as Helm takes them.
type Values = map[string]any

// written turns a struct into values, and lets extra win.
func written(of any, extra Values) Values {
	text, err := json.Marshal(of)
	if err != nil {
		return Values{} // structs of texts, numbers, lists and maps alone, which are always written
	}
	values := Values{}
	if json.Unmarshal(text, &values) != nil {
		return Values{}
	}
	return merge(values, extra)
}

// merge lays one set of values over another, as Helm does: maps are merged, all else is replaced.
func merge(below, above Values) Values {
	out := maps.Clone(below)
	for key, value := range above {
		inner, isMap := value.(Values)
		under, wasMap := out[key].(Values)
		if isMap && wasMap {
			value = merge(under, inner)
		}
		out[key] = value
	}
	return out
}

// Account is the service account of a chart's pods.
type Account struct {
	// Create makes the account. Default: false, it is there.
	Create bool `json:"create"`
	// Name of the account.
	Name string `json:"name,omitempty"`
	// Annotations of the account, such as that of IRSA. Default: none.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Resources of a container: at least these, and at most those.
type Resources struct {
	Requests Amounts `json:"requests"`
	Limits   Amounts `json:"limits,omitzero"`
}

// Amounts of processor and memory, as Kubernetes writes them: 500m, 512Mi.
type Amounts struct {
	CPU    string `json:"cpu,omitempty"`
	Memory string `json:"memory,omitempty"`
}
