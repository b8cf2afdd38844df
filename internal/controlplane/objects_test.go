package controlplane

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/inferenceservice"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/internal/kubernetestest"
)

// definitionFiles are the schemas of the projects whose objects we write, and of those that KServe looks for.
func definitionFiles(t testing.TB) []string {
	t.Helper()
	var files []string
	for _, each := range []source{
		certManager.in("deploy/crds"), gatewayAPI.in("config/crd/standard"), externalSecrets.in("config/crds/bases"), keda.in("config/crd/bases"),
		prometheus.in("example/prometheus-operator-crd"), karpenter.in("pkg/apis/crds"),
	} {
		files = append(files, each.yamlFiles(t)...)
	}
	return files
}

// meshFiles are the schemas of Istio and Knative Serving, with which KServe has its mode Knative.
func meshFiles(t testing.TB) []string {
	t.Helper()
	return append(istio.in("manifests/charts/base/files/crd-all.gen.yaml").yamlFiles(t), knative.in("config/core/300-resources").yamlFiles(t)...)
}

// withoutSchema are kinds whose projects publish no schema as a Go module.
var withoutSchema = []string{"TargetGroupBinding"}

func hasSchema(object kubernetes.Object) bool {
	return object.Describe().Kind != withoutSchema[0]
}

// TestServing is one control plane with KServe, on which everything that concerns it is tried at once.
func TestServing(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no python3, with which the hook of a model asks it, so no model is tried; install python3 3.8 or later")
	}
	cluster := Start(t, Find(t))
	began := time.Now()
	n := cluster.Define(t, definitionFiles(t)...)
	t.Logf("%d CustomResourceDefinitions after %.1f s", n, time.Since(began).Seconds())
	began = time.Now()
	charts := cluster.StartKServe(t)
	t.Logf("KServe after %.1f s", time.Since(began).Seconds())
	t.Cleanup(func() {
		for _, each := range slices.Backward(charts) {
			cluster.Uninstall(t, each)
		}
	})
	cluster.RunPrograms(t, cluster.Models(answers))
	cluster.Kubelet.Ready(func(pod Object) bool { return !strings.Contains(storageOf(pod), "broken") })
	t.Run("objects", func(t *testing.T) { t.Parallel(); objects(t, cluster) })
	for name, try := range map[string]func(*testing.T, tenant){"models": models, "weights": weights, "hours": hours, "packages": packages, "ignored": ignored} {
		t.Run(name, func(t *testing.T) { t.Parallel(); try(t, cluster.tenant(t, "wine-"+name)) })
	}
}

// objects holds every object that we write, and every wrong one, against the real API server and KServe's own controller.
func objects(t *testing.T, cluster *Cluster) {
	n := cluster.Define(t, meshFiles(t)...)
	t.Logf("%d CustomResourceDefinitions of Istio and Knative", n)
	ctx := context.Background()
	require.NoError(t, cluster.Create(ctx, Of(t, kubernetes.Namespace{Metadata: kubernetes.Metadata{Name: kubernetestest.Namespace}}), false))

	t.Run("good ones are taken", func(t *testing.T) {
		taken := map[string]bool{}
		for _, each := range append(kubernetestest.Kubernetes(), kubernetestest.KServe()...) {
			if !hasSchema(each) {
				t.Logf("%s: its project publishes no schema, so nobody was asked", kubernetes.Identity(each))
				continue
			}
			text, err := kubernetes.YAML(each)
			require.NoError(t, err)
			kind := each.Describe()
			path, err := cluster.Path(ctx, kind.APIVersion, kind.Kind, each.Meta().Namespace)
			require.NoError(t, err)
			if kind.Kind == "Namespace" {
				text = []byte(strings.Replace(string(text), "name: models", "name: models-too", 1))
			}
			got, err := cluster.Do(ctx, http.MethodPost, path, url.Values{"fieldValidation": {"Strict"}, "dryRun": {"All"}}, YAML(text))
			if err != nil {
				t.Errorf("%s: %v", kubernetes.Identity(each), err)
				continue
			}
			if texts, ok := each.(kubernetes.ConfigMap); ok {
				for key, text := range texts.Data {
					require.Equal(t, text, got.Text("data", key), "the text arrives as it was written")
				}
			}
			taken[kind.Kind] = true
		}
		t.Logf("good objects of %d kinds are taken", len(taken))
	})

	t.Run("wrong ones are refused", func(t *testing.T) {
		count := map[kubernetestest.Refusal]int{}
		for _, each := range append(kubernetestest.WrongKubernetes(), kubernetestest.WrongKServe()...) {
			require.Error(t, each.Object.Validate(), each.Name)
			object := Of(t, each.Object)
			if object.Text("kind") == "Namespace" {
				object.at("metadata").(map[string]any)["name"] = object.Text("metadata", "name") + "-too"
			}
			err := cluster.Create(ctx, object, true)
			if got := refusal(err); got != each.By {
				t.Errorf("%s: refused by %s, not by %s: %v", each.Name, got, each.By, err)
			}
			count[each.By]++
		}
		t.Logf("refused by the API server: %d, by KServe: %d, by this project alone: %d", count[kubernetestest.ByServer], count[kubernetestest.ByKServe], count[kubernetestest.ByNobody])
		require.GreaterOrEqual(t, count[kubernetestest.ByServer]+count[kubernetestest.ByKServe]+count[kubernetestest.ByNobody], 60)
	})

	t.Run("an unknown field is refused", func(t *testing.T) {
		object := Of(t, kubernetestest.Wine())
		object.at("spec", "predictor", "model").(map[string]any)["storageURI"] = "x"
		require.ErrorContains(t, cluster.Create(ctx, object, true), `unknown field "spec.predictor.model.storageURI"`)
	})

	t.Run("roles allow what they say", func(t *testing.T) { roles(t, cluster) })
}

// refusal says who refused an object.
func refusal(err error) kubernetestest.Refusal {
	switch {
	case err == nil:
		return kubernetestest.ByNobody
	case strings.Contains(err.Error(), "admission webhook"):
		return kubernetestest.ByKServe
	default:
		return kubernetestest.ByServer
	}
}

// TestBuiltin: the table of KServe's runtimes is that of its chart.
func TestBuiltin(t *testing.T) {
	t.Parallel()
	cluster := &Cluster{programs: Find(t), folder: t.TempDir()}
	manifest, err := cluster.Render(t, KServe(t)[2])
	require.NoError(t, err)
	builtin := inferenceservice.Builtin()
	found := map[string]bool{}
	for _, each := range Documents(t, []byte(manifest)) {
		name := each.Text("metadata", "name")
		if each.Text("kind") != "ClusterServingRuntime" || strings.HasSuffix(name, "-multinode") {
			continue
		}
		found[name] = true
		ours, known := builtin[name]
		require.True(t, known, "%s is new", name)
		var theirs, mine []string
		protocols, _ := each.at("spec", "protocolVersions").([]any)
		for _, protocol := range protocols {
			theirs = append(theirs, fmt.Sprint(protocol))
		}
		for _, protocol := range ours.ProtocolVersions {
			mine = append(mine, string(protocol))
		}
		for _, format := range each.List("spec", "supportedModelFormats") {
			automatic := format.at("autoSelect") == true
			theirs = append(theirs, describe(format.Text("name"), format.Text("version"), automatic, format.Number("priority")))
		}
		for _, format := range ours.SupportedModelFormats {
			mine = append(mine, describe(format.Name, format.Version, format.AutoSelect, format.Priority))
		}
		require.ElementsMatch(t, theirs, mine, name)
	}
	require.Len(t, found, len(builtin))
}

// describe is what decides about a format; a priority does only where the runtime may be selected by itself.
func describe(name, version string, automatic bool, priority int) string {
	if !automatic {
		priority = 0
	}
	return fmt.Sprint(name, " ", version, " ", automatic, " ", priority)
}

// roles asks the API server what subjects may do, with the roles of the good objects.
func roles(t *testing.T, cluster *Cluster) {
	ctx := context.Background()
	for _, each := range kubernetestest.Kubernetes() {
		switch each.Describe().Kind {
		case "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding":
			require.NoError(t, cluster.Create(ctx, Of(t, each), false))
		}
	}
	wine := "system:serviceaccount:" + kubernetestest.Namespace + ":wine"
	for _, each := range []question{
		{user: wine, verb: "get", group: "serving.kserve.io", resource: "inferenceservices", namespace: kubernetestest.Namespace, allowed: true},
		{user: wine, verb: "delete", group: "serving.kserve.io", resource: "inferenceservices", namespace: kubernetestest.Namespace},
		{user: wine, verb: "get", group: "serving.kserve.io", resource: "inferenceservices", namespace: "default"},
		{user: wine, verb: "get", resource: "configmaps", name: "settings", namespace: kubernetestest.Namespace, allowed: true},
		{user: wine, verb: "get", resource: "configmaps", name: "others", namespace: kubernetestest.Namespace},
		{user: "scraper", verb: "list", resource: "pods", namespace: "default", allowed: true},
		{user: "scraper", verb: "get", resource: "secrets", namespace: "default"},
		{user: "somebody", verb: "list", resource: "pods", namespace: "default"},
	} {
		each.ask(t, cluster)
	}
}
