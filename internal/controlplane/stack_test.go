package controlplane

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/helmvalues"
	"github.com/mlplatform/mlplatform/internal/awsprovider"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/stacks"
)

// servingSet is the example set whose stacks are released.
const servingSet = "../../examples/configurations/serving"

// aRelease is a release as it stands in the stack.
type aRelease struct {
	Name, Namespace, Chart string
	Values                 []string
	DependsOn              []string `json:"depends_on"`
	Atomic, Wait           bool
}

// synthesised are the stacks of the example set, in folders of this one.
func synthesised(t *testing.T) string {
	t.Helper()
	require.NoError(t, awsprovider.Load())
	defer tf.CloseRuntime()
	platform, err := config.LoadFS(os.DirFS(servingSet))
	require.NoError(t, err)
	folder := t.TempDir()
	app := tf.NewApp(folder)
	require.NoError(t, stacks.Build(app, platform, stacks.Options{}))
	require.NoError(t, tf.Synth(app))
	return filepath.Join(folder, "stacks")
}

// releasesOf are the releases of a stack by their addresses.
func releasesOf(t *testing.T, stack string) map[string]aRelease {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(stack, "cdk.tf.json"))
	require.NoError(t, err)
	var read struct {
		Resource struct {
			Releases map[string]aRelease `json:"helm_release"`
		}
	}
	require.NoError(t, json.Unmarshal(text, &read))
	releases := map[string]aRelease{}
	for name, each := range read.Resource.Releases {
		require.True(t, each.Atomic && each.Wait, "%s: they are installed here with both", each.Name)
		releases["helm_release."+name] = each
	}
	return releases
}

// ordered are the releases as Terraform makes them: each after what it depends on. It destroys them the other way round.
func ordered(t *testing.T, releases map[string]aRelease) []aRelease {
	t.Helper()
	var out []aRelease
	done := map[string]bool{}
	for len(done) < len(releases) {
		before := len(done)
		for _, address := range slices.Sorted(maps.Keys(releases)) {
			each := releases[address]
			if !done[address] && !slices.ContainsFunc(each.DependsOn, func(other string) bool { return !done[other] }) {
				done[address] = true
				out = append(out, each)
			}
		}
		require.Greater(t, len(done), before, "releases depend on each other in a circle")
	}
	return out
}

// facts are what stands for expressions of Terraform, by how they end.
var facts = []struct{ end, value string }{
	{"-targets.arn", "arn:aws:elasticloadbalancing:us-west-2:222222222222:targetgroup/wine/0123456789abcdef"},
	{".address", "wine.cluster.us-west-2.rds.amazonaws.com"}, {".secret_arn", "arn:aws:secretsmanager:us-west-2:222222222222:secret:rds!db-1-abcdef"},
	{".vpc_id", "vpc-0123456789abcdef0"}, {"[0]", "subnet-00000000000000000"}, {"[1]", "subnet-00000000000000001"}, {"[2]", "subnet-00000000000000002"},
}

var expression = regexp.MustCompile(`\$\{[^}]*\}`)

// values are those of a release, with facts.
func (r aRelease) values(t *testing.T) map[string]any {
	t.Helper()
	var out map[string]any
	for _, each := range r.Values {
		known := expression.ReplaceAllStringFunc(each, func(found string) string {
			for _, fact := range facts {
				if strings.HasSuffix(strings.TrimSuffix(found, "}"), fact.end) {
					return fact.value
				}
			}
			t.Errorf("%s: nobody knows %s", r.Name, found)
			return ""
		})
		require.NoError(t, json.Unmarshal([]byte(known), &out), r.Name)
	}
	return out
}

// published are charts of others that come with a module.
func published(t *testing.T, chart string) (folder string, found bool) {
	t.Helper()
	switch chart {
	case helmvalues.KServeDefinitions, helmvalues.KServe, helmvalues.KServeRuntimes:
		return copied(t, kserveModule.in("charts/"+chart).path(t)), true
	case helmvalues.ExternalSecrets:
		return without(t, copied(t, externalSecrets.in("deploy/charts/external-secrets").path(t))), true
	case helmvalues.Karpenter:
		return copied(t, karpenter.in("charts/karpenter").path(t)), true
	case helmvalues.NVIDIADevicePlugin:
		return copied(t, devicePlugin.in("deployments/helm/nvidia-device-plugin").path(t)), true
	case helmvalues.EnvoyGateway:
		return envoyGatewayChart(t), true
	case helmvalues.IstioBase:
		return copied(t, istio.in("manifests/charts/base").path(t)), true
	case helmvalues.Istio:
		return copied(t, istio.in("manifests/charts/istio-control/istio-discovery").path(t)), true
	case helmvalues.IstioGateway:
		return copied(t, istio.in("manifests/charts/gateway").path(t)), true
	}
	return "", false
}

// envoyGatewayChart is the chart with what its makers fill in when they publish it: the names of the images.
func envoyGatewayChart(t *testing.T) string {
	t.Helper()
	folder := copied(t, envoyGateway.in("charts/gateway-helm").path(t))
	text, err := os.ReadFile(filepath.Join(folder, "values.tmpl.yaml"))
	require.NoError(t, err)
	filled := strings.NewReplacer("${GatewayImage}", "docker.io/envoyproxy/gateway:"+envoyGateway.version, "${GatewayImagePullPolicy}", "IfNotPresent").Replace(string(text))
	require.NotContains(t, filled, "${")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "values.yaml"), []byte(filled), 0o644))
	return folder
}

// addons are those of EKS without which there are no models, by the charts that they are made of. The metrics server goes at once: a namespace is not removed while it is
// known and does not answer.
func (c *Cluster) addons(t *testing.T) (certificates Release) {
	t.Helper()
	image := func() map[string]any { return map[string]any{"image": map[string]any{"tag": certManager.version}} }
	values := image()
	maps.Copy(values, map[string]any{"crds": map[string]any{"enabled": true}, "webhook": image(), "cainjector": image(), "startupapicheck": map[string]any{"enabled": false}})
	certificates = Release{Name: "cert-manager", Namespace: "cert-manager", Folder: copied(t, certManager.in("deploy/charts/cert-manager").path(t)), Values: values}
	metrics := Release{Name: "metrics-server", Namespace: "kube-system", Folder: copied(t, metricsServer.in("charts/metrics-server").path(t)), Values: map[string]any{"replicas": 2}}
	for _, each := range []Release{certificates, metrics} {
		require.NoError(t, c.Install(t, each))
	}
	c.Uninstall(t, metrics)
	c.unheard(t)
	return certificates
}

// kindsOf are the schemas that charts bring which are not to be had, or whose modules have them elsewhere.
func (c *Cluster) kindsOf(t *testing.T, chart string) {
	t.Helper()
	for _, each := range map[string][]source{
		helmvalues.Karpenter:       {karpenter.in("pkg/apis/crds")},
		helmvalues.ExternalSecrets: {externalSecrets.in("config/crds/bases")},
		helmvalues.KEDA:            {keda.in("config/crd/bases")},
		helmvalues.PrometheusStack: {prometheus.in("example/prometheus-operator-crd")},
		// The operator's own, and those that it makes of an object of them.
		helmvalues.KnativeOperator: {knativeOperator.in("config/crd/bases/operator.knative.dev_knativeservings.yaml"), knative.in("config/core/300-resources")},
	}[chart] {
		c.Define(t, each.yamlFiles(t)...)
	}
	if chart == helmvalues.LoadBalancerController {
		// Its project publishes no schema as a module.
		require.NoError(t, c.Create(context.Background(), openDefinition("elbv2.k8s.aws", "v1beta1", "TargetGroupBinding", "targetgroupbindings"), false))
		Eventually(t, time.Minute, "bindings are served", func(ctx context.Context) error {
			_, err := c.All(ctx, "elbv2.k8s.aws/v1beta1", "TargetGroupBinding", "")
			return err
		})
	}
}

// openDefinition defines a kind that takes any fields.
func openDefinition(group, version, kind, plural string) Object {
	return Object{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": map[string]any{"name": plural + "." + group},
		"spec": map[string]any{
			"group": group, "scope": "Namespaced", "names": map[string]any{"kind": kind, "plural": plural, "singular": strings.ToLower(kind)},
			"versions": []any{map[string]any{
				"name": version, "served": true, "storage": true,
				"schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
			}},
		},
	}
}

// TestStacks releases what the stacks <environment>-serving of the example set have: in Terraform's order and with their values, the charts that we write and those of others
// that come with a module; of the others there are the kinds. Then all of it is removed in the opposite order.
func TestStacks(t *testing.T) {
	programs := Find(t)
	made := synthesised(t) // by one process of Node.js, so before anything is done at once
	t.Parallel()
	for _, environment := range []string{"dev", "prod"} {
		t.Run(environment, func(t *testing.T) {
			t.Parallel()
			stack := filepath.Join(made, environment+"-serving")
			released(t, Start(t, programs), ordered(t, releasesOf(t, stack)), stack)
		})
	}
}

func released(t *testing.T, cluster *Cluster, releases []aRelease, folder string) {
	ctx := context.Background()
	cluster.RunPrograms(t, cluster.Models(asked))
	installed := []Release{cluster.addons(t)}
	for _, each := range releases {
		r := Release{Name: each.Name, Namespace: each.Namespace, Values: each.values(t), Timeout: 3 * time.Minute}
		chart := filepath.Base(each.Chart)
		own := strings.HasPrefix(each.Chart, "charts/")
		chart, _, _ = strings.Cut(chart, "@")
		if own {
			r.Folder = filepath.Join(folder, filepath.FromSlash(each.Chart))
		} else {
			cluster.kindsOf(t, chart)
			if chart == helmvalues.KnativeOperator {
				cluster.revisions(t)
			}
			found := false
			if r.Folder, found = published(t, chart); !found {
				t.Logf("%s: its chart comes with no module, so it is not installed", each.Name)
				continue
			}
		}
		began := time.Now()
		require.NoError(t, cluster.Install(t, r), each.Name)
		t.Logf("%s after %.1f s", each.Name, time.Since(began).Seconds())
		installed = append(installed, r)
		switch {
		case !own && chart != helmvalues.KServe:
			cluster.unheard(t)
		case chart == helmvalues.KServe && !own:
			cluster.runKServe(t)
		case own && each.Name == "namespaces":
			require.NotEmpty(t, cluster.namespaces(t))
		case strings.HasPrefix(each.Name, "model-"):
			service, err := cluster.Get(ctx, "serving.kserve.io/v1beta1", "InferenceService", "models", strings.TrimPrefix(each.Name, "model-"))
			require.NoError(t, err)
			require.Equal(t, "True", service.Condition("Ready"), each.Name)
		}
	}
	// Whatever makes load balancers is Terraform's.
	for kind, version := range map[string]string{"Service": "v1", "Ingress": "networking.k8s.io/v1"} {
		all, err := cluster.All(ctx, version, kind, "")
		require.NoError(t, err)
		for _, each := range all {
			require.False(t, kind == "Ingress" || each.Text("spec", "type") == "LoadBalancer", "%s %s makes a load balancer", kind, each.Text("metadata", "name"))
		}
	}

	for _, each := range slices.Backward(installed) {
		began := time.Now()
		cluster.Uninstall(t, each)
		t.Logf("%s is gone after %.1f s", each.Name, time.Since(began).Seconds())
	}
	Eventually(t, 2*time.Minute, "the namespaces are gone", func(ctx context.Context) error {
		if left := cluster.namespaces(t); len(left) > 0 {
			return fmt.Errorf("%s are left", strings.Join(left, ", "))
		}
		return nil
	})
}

// unheard has the API server do without webhooks of software whose pods do not run here.
func (c *Cluster) unheard(t *testing.T) {
	t.Helper()
	for _, kind := range []string{"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"} {
		all, err := c.All(context.Background(), "admissionregistration.k8s.io/v1", kind, "")
		require.NoError(t, err)
		for _, each := range all {
			for _, webhook := range each.List("webhooks") {
				if service := webhook.Text("clientConfig", "service", "namespace"); service != "" && service != "kserve" {
					webhook["failurePolicy"], webhook["timeoutSeconds"] = "Ignore", 1
				}
			}
			each["apiVersion"], each["kind"] = "admissionregistration.k8s.io/v1", kind
			require.NoError(t, c.Put(context.Background(), each))
		}
	}
}

// namespaces are those that are not the cluster's own.
func (c *Cluster) namespaces(t *testing.T) (out []string) {
	all, err := c.All(context.Background(), "v1", "Namespace", "")
	require.NoError(t, err)
	for _, each := range all {
		if name := each.Text("metadata", "name"); name != "default" && name != "cert-manager" && !strings.HasPrefix(name, "kube-") {
			out = append(out, name)
		}
	}
	return out
}

// revisions does what Knative's controller does with its services, where no pod runs: it makes a revision of each generation, and says that it is ready.
func (c *Cluster) revisions(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	// KServe reads how Knative scales.
	require.NoError(t, c.Create(ctx, Object{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "config-autoscaler", "namespace": "knative-serving"}}, false))
	var working sync.WaitGroup
	working.Add(1)
	go func() {
		defer working.Done()
		for ; ctx.Err() == nil; time.Sleep(150 * time.Millisecond) {
			services, err := c.All(ctx, knativeVersion, "Service", "")
			if err != nil {
				continue // tried again with the next round
			}
			for _, each := range services {
				if generation := each.Number("metadata", "generation"); each.Number("status", "observedGeneration") != generation {
					c.revise(ctx, each, generation)
				}
			}
		}
	}()
	t.Cleanup(func() { cancel(); working.Wait() })
}

const knativeVersion = "serving.knative.dev/v1"

// revise makes the revision. What fails is tried again with the next round.
func (c *Cluster) revise(ctx context.Context, service Object, generation int) {
	name, namespace := service.Text("metadata", "name"), service.Text("metadata", "namespace")
	revision := fmt.Sprintf("%s-%05d", name, generation)
	owner := map[string]any{"apiVersion": knativeVersion, "kind": "Service", "name": name, "uid": service.Text("metadata", "uid"), "controller": true}
	c.Create(ctx, Object{
		"apiVersion": knativeVersion, "kind": "Revision", "spec": service.at("spec", "template", "spec"),
		"metadata": map[string]any{"name": revision, "namespace": namespace, "annotations": service.at("spec", "template", "metadata", "annotations"), "ownerReferences": []any{owner}},
	}, false)
	c.Create(ctx, Object{
		"apiVersion": "v1", "kind": "Service", "metadata": map[string]any{"name": name, "namespace": namespace, "ownerReferences": []any{owner}},
		"spec": map[string]any{"type": "ExternalName", "externalName": "knative-local-gateway.istio-system.svc.cluster.local"},
	}, false)
	var conditions []any
	for _, kind := range []string{"ConfigurationsReady", "RoutesReady", "Ready"} {
		conditions = append(conditions, map[string]any{"type": kind, "status": "True", "lastTransitionTime": now()})
	}
	service["apiVersion"], service["kind"] = knativeVersion, "Service"
	service["status"] = map[string]any{
		"observedGeneration": generation, "conditions": conditions, "latestCreatedRevisionName": revision, "latestReadyRevisionName": revision,
		"url": "http://" + name + "-" + namespace + ".example.com", "address": map[string]any{"url": "http://" + name + "." + namespace + ".svc.cluster.local"},
		"traffic": []any{map[string]any{"revisionName": revision, "latestRevision": true, "percent": 100}},
	}
	c.PutStatus(ctx, service)
}

// asked is what the models of the example answer to their columns, or why not.
func asked(_ string, request map[string]any) (map[string]any, error) {
	names := map[string]bool{}
	for _, each := range Object(request).List("inputs") {
		names[each.Text("name")] = true
	}
	pandas := Object(request).Text("parameters", "content_type") == "pd"
	if wine := names["alcohol"] && names["proline"] && pandas; !wine && !(names["text"] && !pandas) {
		return nil, fmt.Errorf("no model takes the columns %v", slices.Sorted(maps.Keys(names)))
	}
	return map[string]any{"model_name": "any", "outputs": []any{map[string]any{"name": "output-1", "shape": []int{1, 1}, "datatype": "INT64", "data": []any{0}}}}, nil
}
