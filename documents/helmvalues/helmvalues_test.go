package helmvalues_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/documents/helmvalues"
	"github.com/mlplatform/mlplatform/documents/inferenceservice"
	"github.com/mlplatform/mlplatform/internal/golden"
)

func TestValues(t *testing.T) {
	account := helmvalues.Account{Create: true, Name: "a", Annotations: map[string]string{"eks.amazonaws.com/role-arn": "arn:aws:iam::222222222222:role/a"}}
	all := map[string]helmvalues.Values{
		helmvalues.LoadBalancerController: helmvalues.LoadBalancerControllerValues{ClusterName: "c", Region: "us-west-2", VPCID: "vpc-1", ServiceAccount: account, ReplicaCount: 2}.Values(),
		helmvalues.ExternalSecrets:        helmvalues.ExternalSecretsValues{ServiceAccount: account, ReplicaCount: 2}.Values(),
		helmvalues.KEDA:                   helmvalues.KEDAValues{Region: "us-west-2"}.Values(),
		helmvalues.Karpenter:              helmvalues.KarpenterValues{Settings: helmvalues.KarpenterSettings{ClusterName: "c", InterruptionQueue: "q"}, ServiceAccount: account, Replicas: 2}.Values(),
		helmvalues.EnvoyGateway:           helmvalues.EnvoyGatewayValues{}.Values(),
		helmvalues.Istio:                  helmvalues.IstioValues{}.Values(),
		helmvalues.IstioGateway:           helmvalues.IstioGatewayValues{}.Values(),
		helmvalues.KServe:                 helmvalues.KServeValues{Mode: inferenceservice.Standard, Domain: "models.example.com", Gateway: "gateway/models"}.Values(),
		helmvalues.KServe + "-knative":    helmvalues.KServeValues{Mode: inferenceservice.Knative, Domain: "models.example.com"}.Values(),
		helmvalues.KServeRuntimes:         helmvalues.KServeRuntimesValues{}.Values(),
		helmvalues.PrometheusStack: helmvalues.PrometheusStackValues{
			ScrapeConfigs: []any{map[string]any{"job_name": "pods"}}, Interval: time.Minute, Alertmanager: map[string]any{"route": map[string]any{"receiver": "topic"}}, AlertsAccount: account, Region: "us-west-2",
			RetentionDays: 15, StorageGiB: 50, StorageClass: "metrics", MemoryMiB: 4096, AdminSecret: "grafana-admin",
		}.Values(),
		helmvalues.NVIDIADevicePlugin: helmvalues.NVIDIADevicePluginValues{}.Values(),
		helmvalues.DCGMExporter:       helmvalues.DCGMExporterValues{Nodes: helmvalues.GPUNodes{InstanceTypes: []string{"g5.xlarge", "g6.xlarge"}}}.Values(),
		helmvalues.MLflow: helmvalues.MLflowValues{
			Image: "ghcr.io/mlflow/mlflow", Tag: "v3.15.1-full", Replicas: 2, Workers: 4, Host: "mlflow.example.com", Addresses: []string{"10.*"}, DatabaseSecret: "mlflow-database", DatabaseKey: "uri",
			Artifacts: "s3://models/mlflow", Account: "mlflow", BasicAuth: true, AuthSecret: "mlflow-auth", Region: "us-west-2",
			Resources: helmvalues.Resources{Requests: helmvalues.Amounts{CPU: "500m", Memory: "1Gi"}, Limits: helmvalues.Amounts{Memory: "2Gi"}},
		}.Values(),
	}
	for name, values := range all {
		text, err := json.MarshalIndent(values, "", "  ")
		require.NoError(t, err)
		golden.Assert(t, "testdata/"+name+".json", append(text, '\n'))
	}
}

func TestExtraWinsWithinItsPlace(t *testing.T) {
	values := helmvalues.KServeRuntimesValues{Extra: helmvalues.Values{"kserve": helmvalues.Values{"servingruntime": helmvalues.Values{"mlserver": helmvalues.Values{"tag": "1.8.0"}, "tritonserver": helmvalues.Values{"disabled": true}}}}}.Values()
	runtime := values["kserve"].(helmvalues.Values)["servingruntime"].(helmvalues.Values)
	require.Equal(t, helmvalues.Values{"enabled": true, "mlserver": helmvalues.Values{"tag": "1.8.0"}, "tritonserver": helmvalues.Values{"disabled": true}}, runtime)
}

func TestCharts(t *testing.T) {
	require.Len(t, helmvalues.ChartNames(), len(helmvalues.Charts()))
	seen := map[string]bool{}
	for _, each := range helmvalues.Charts() {
		require.False(t, seen[each.Name])
		seen[each.Name] = true
		require.Regexp(t, `^v?[0-9]+\.[0-9]+\.[0-9]+$`, each.Version, each.Name)
		require.Regexp(t, `^(oci|https)://`, each.Repository, each.Name)
		found, ok := helmvalues.Find(each.Name)
		require.True(t, ok)
		require.Equal(t, each, found)
	}
	_, ok := helmvalues.Find("nothing")
	require.False(t, ok)
}

// Helm takes values that a chart does not know and does nothing with them. So each of ours has its place in the chart's own, where
// the module that carries the chart is in Go's cache: go mod download MODULE fetches it.
func TestChartsKnowTheValues(t *testing.T) {
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	require.NoError(t, err)
	compared := 0
	for golden, file := range map[string]string{
		helmvalues.KServe:              "github.com/kserve/kserve@v0.20.0/charts/kserve-resources/values.yaml",
		helmvalues.KServe + "-knative": "github.com/kserve/kserve@v0.20.0/charts/kserve-resources/values.yaml",
		helmvalues.KServeRuntimes:      "github.com/kserve/kserve@v0.20.0/charts/kserve-runtime-configs/values.yaml",
		helmvalues.NVIDIADevicePlugin:  "github.com/!n!v!i!d!i!a/k8s-device-plugin@v0.18.0/deployments/helm/nvidia-device-plugin/values.yaml",
		helmvalues.Karpenter:           "github.com/aws/karpenter-provider-aws@v1.8.2/charts/karpenter/values.yaml",
		helmvalues.ExternalSecrets:     "github.com/external-secrets/external-secrets@v1.3.2/deploy/charts/external-secrets/values.yaml",
	} {
		text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(cache)), filepath.FromSlash(file)))
		if err != nil {
			module, _, _ := strings.Cut(strings.SplitAfter(file, "@")[1], "/")
			t.Logf("the values of %s are not held against the chart's own; fetch it with: go mod download %s%s", golden, strings.SplitAfter(file, "@")[0], module)
			continue
		}
		var known, ours map[string]any
		require.NoError(t, yaml.Unmarshal(text, &known))
		text, err = os.ReadFile("testdata/" + golden + ".json")
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &ours))
		require.Empty(t, unknown("", ours, known), golden)
		compared++
	}
	if compared == 0 {
		t.Skip("no values are held against those of a chart, since none is in Go's cache; fetch the charts with: go mod download github.com/kserve/kserve@v0.20.0 github.com/external-secrets/external-secrets@v1.3.2")
	}
}

func unknown(at string, ours, known map[string]any) (paths []string) {
	for key, value := range ours {
		below, there := known[key]
		if !there {
			paths = append(paths, at+key)
			continue
		}
		inner, isMap := value.(map[string]any)
		// An empty map takes anything.
		if under, ok := below.(map[string]any); isMap && ok && len(under) > 0 {
			paths = append(paths, unknown(at+key+".", inner, under)...)
		}
	}
	return paths
}
