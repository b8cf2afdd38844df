package controlplane

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/chart"
	"github.com/mlplatform/mlplatform/documents/inferenceservice"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/internal/kubernetestest"
	"github.com/mlplatform/mlplatform/systems/kservemodel"
)

// Folders of the versions of a model. The stand-ins know what is wrong with some of them by their names.
const (
	first  = "s3://wine-dev-models/1/model"
	second = "s3://wine-dev-models/2/model"
	broken = "s3://wine-dev-models/3-broken/model"
	wrong  = "s3://wine-dev-models/4-wrong/model"
)

// answers is what the stand-in for MLServer does: it holds the request against the protocol, and answers class 0, or 2 where the version is
// a wrong one.
func answers(folder string, request map[string]any) (map[string]any, error) {
	inputs := Object(request).List("inputs")
	if len(inputs) != 1 || inputs[0].Text("datatype") != "FP64" || fmt.Sprint(inputs[0].at("shape")) != "[1 13]" || len(inputs[0].at("data").([]any)) != 13 {
		return nil, errors.New("the model takes one input of 13 numbers")
	}
	value := 0.1
	if strings.Contains(folder, "wrong") {
		value = 2
	}
	return map[string]any{"model_name": "wine", "outputs": []any{map[string]any{"name": "output-1", "shape": []int{1, 1}, "datatype": "FP64", "data": []any{value}}}}, nil
}

// A tenant is a namespace with models, whose own chart is a release too. Each test has one, so that they run at once on one control plane.
type tenant struct {
	*Cluster
	namespace string
	models    Release
}

func (c *Cluster) tenant(t *testing.T, namespace string) tenant {
	t.Helper()
	return tenant{c, namespace, c.release(t, chart.Chart{Name: namespace, Objects: []kubernetes.Object{
		kubernetes.Namespace{Metadata: kubernetes.Metadata{Name: namespace, Labels: kubernetes.PodSecurityLabels(kubernetes.Baseline)}},
		kubernetes.DefaultDeny(namespace), kubernetes.AllowDNS(namespace), kubernetes.AllowPodIdentity(namespace, nil),
		kubernetes.ResourceQuota{Metadata: kubernetes.Metadata{Name: "quota", Namespace: namespace}, Hard: map[string]kubernetes.Quantity{"requests.cpu": "20", "pods": "50"}},
	}}, "default")}
}

// release writes the chart and installs it.
func (c *Cluster) release(t *testing.T, made chart.Chart, namespace string) Release {
	t.Helper()
	r := Release{Name: made.Name, Namespace: namespace, Folder: filepath.Join(t.TempDir(), made.Name)}
	_, err := made.Write(r.Folder)
	require.NoError(t, err)
	require.NoError(t, chart.Verify(r.Folder))
	require.NoError(t, c.Install(t, r))
	return r
}

// wine is the model of the examples with another folder.
func (c tenant) wine(folder string, patience time.Duration) kservemodel.Model {
	m := kubernetestest.WineModel()
	m.Service.Namespace = c.namespace
	m.Service.Predictor.Model.StorageURI = folder
	m.Verification.Timeout = patience
	m.Callers = []kubernetes.Peer{kubernetes.InNamespace("gateway", nil)}
	return m
}

// put installs or upgrades a model.
func (c tenant) put(t *testing.T, m kservemodel.Model) (Release, error) {
	t.Helper()
	made, err := m.Chart()
	require.NoError(t, err)
	r := Release{Name: made.Name, Namespace: c.namespace, Folder: filepath.Join(t.TempDir(), made.Name), Timeout: 3 * time.Minute}
	_, err = made.Write(r.Folder)
	require.NoError(t, err)
	began := time.Now()
	err = c.Install(t, r)
	t.Logf("the release took %.1f s", time.Since(began).Seconds())
	return r, err
}

// serves waits until the Deployment of a service has this folder and is ready.
func (c tenant) serves(t *testing.T, service, folder string) Object {
	t.Helper()
	var deployment Object
	Eventually(t, 2*time.Minute, service+" serves "+folder, func(ctx context.Context) error {
		var err error
		if deployment, err = c.Get(ctx, "apps/v1", "Deployment", c.namespace, service+"-predictor"); err != nil {
			return err
		}
		if got := storageOf(deployment.at("spec", "template").(map[string]any)); got != folder {
			return fmt.Errorf("it serves %s", got)
		}
		if deployment.Number("status", "availableReplicas") == 0 || deployment.Number("status", "updatedReplicas") != deployment.Number("status", "replicas") {
			return errors.New("it is not ready")
		}
		return nil
	})
	return deployment
}

// models releases a model for real: installed, upgraded, upgraded to versions that fail, rolled back, removed.
func models(t *testing.T, cluster tenant) {
	ctx := context.Background()

	release, err := cluster.put(t, cluster.wine(first, 2*time.Minute))
	require.NoError(t, err)
	deployment := cluster.serves(t, "wine", first)
	service, err := cluster.Get(ctx, "serving.kserve.io/v1beta1", "InferenceService", cluster.namespace, "wine")
	require.NoError(t, err)
	require.Equal(t, "True", service.Condition("Ready"))
	require.Equal(t, service.at("spec", "predictor", "annotations", "mlplatform/version"), deployment.at("spec", "template", "metadata", "annotations", "mlplatform/version"), "pods know their version")
	require.Equal(t, "wine", Object(deployment.at("spec", "template", "spec").(map[string]any)).Text("serviceAccountName"))
	labels, _ := deployment.at("spec", "template", "metadata", "labels").(map[string]any)
	require.Equal(t, "wine", labels["serving.kserve.io/inferenceservice"])
	require.Equal(t, "predictor", labels["component"])
	pods, err := cluster.All(ctx, "v1", "Pod", cluster.namespace)
	require.NoError(t, err)
	loads := ""
	for _, each := range pods {
		for _, container := range each.List("spec", "initContainers") {
			loads += fmt.Sprint(container.Text("name"), container.at("args"))
		}
	}
	require.Equal(t, "storage-initializer["+first+" /mnt/models]", loads, "KServe has the pod fetch the folder")
	for kind, version := range map[string]string{"Service": "v1", "HorizontalPodAutoscaler": "autoscaling/v2", "HTTPRoute": "gateway.networking.k8s.io/v1"} {
		all, err := cluster.All(ctx, version, kind, cluster.namespace)
		require.NoError(t, err)
		require.NotEmpty(t, all, "KServe makes a %s", kind)
	}

	t.Run("the hook may read what it must", func(t *testing.T) {
		who := "system:serviceaccount:" + cluster.namespace + ":wine-verify"
		for _, each := range []question{
			{user: who, verb: "get", group: "serving.kserve.io", resource: "inferenceservices", name: "wine", namespace: cluster.namespace, allowed: true},
			{user: who, verb: "get", group: "apps", resource: "deployments", name: "wine-predictor", namespace: cluster.namespace, allowed: true},
			{user: who, verb: "get", group: "serving.kserve.io", resource: "inferenceservices", name: "other", namespace: cluster.namespace},
			{user: who, verb: "patch", group: "serving.kserve.io", resource: "inferenceservices", name: "wine", namespace: cluster.namespace},
			{user: who, verb: "get", resource: "secrets", name: "any", namespace: cluster.namespace},
			{user: who, verb: "list", group: "apps", resource: "deployments", namespace: cluster.namespace},
		} {
			each.ask(t, cluster.Cluster)
		}
	})

	_, err = cluster.put(t, cluster.wine(second, 2*time.Minute))
	require.NoError(t, err)
	cluster.serves(t, "wine", second)

	_, err = cluster.put(t, cluster.wine(broken, 10*time.Second))
	require.ErrorContains(t, err, "post-upgrade hooks failed", "a version that is never ready fails")
	cluster.serves(t, "wine", second)

	_, err = cluster.put(t, cluster.wine(wrong, 2*time.Minute))
	require.ErrorContains(t, err, "post-upgrade hooks failed", "a version that answers wrongly fails")
	cluster.serves(t, "wine", second)
	said := ""
	pods, err = cluster.All(ctx, "v1", "Pod", cluster.namespace)
	require.NoError(t, err)
	for _, each := range pods {
		if each.Text("status", "phase") == "Failed" {
			said += each.Text("status", "message")
		}
	}
	require.Contains(t, said, "wrong: the answer is [2], not [0", "the hook says why, and stays to be read")

	require.NoError(t, cluster.Rollback(t, release, 1))
	cluster.serves(t, "wine", first)

	cluster.gone(t, release)
}

// gone removes a model and its namespace, and holds that nothing is left.
func (c tenant) gone(t *testing.T, model Release) {
	t.Helper()
	c.Uninstall(t, model)
	// Jobs of versions that failed stay to be read for a day, and are gone then with their pods.
	jobs, err := c.All(context.Background(), "batch/v1", "Job", c.namespace)
	require.NoError(t, err)
	for _, job := range jobs {
		require.Equal(t, 24*60*60, job.Number("spec", "ttlSecondsAfterFinished"))
		job["apiVersion"], job["kind"] = "batch/v1", "Job"
		job.at("spec").(map[string]any)["ttlSecondsAfterFinished"] = 0
		require.NoError(t, c.Put(context.Background(), job))
	}
	Eventually(t, 2*time.Minute, "nothing is left of the model", func(ctx context.Context) error {
		left, err := c.Everything(ctx, c.namespace)
		if err != nil {
			return err
		}
		for _, each := range left {
			if strings.Contains(each, "wine") {
				return fmt.Errorf("%s is left", each)
			}
		}
		return nil
	})
	c.Uninstall(t, c.models)
	Eventually(t, 2*time.Minute, "the namespace is gone", func(ctx context.Context) error {
		if _, err := c.Get(ctx, "v1", "Namespace", "", c.namespace); err == nil {
			return errors.New("it is there")
		}
		return nil
	})
}

// weights has two versions share the requests by the weights of a route, and then makes the next one the model.
func weights(t *testing.T, cluster tenant) {
	ctx := context.Background()
	m := cluster.wine(second, 2*time.Minute)
	next := m.Service
	model := *next.Predictor.Model
	model.StorageURI = first
	next.Name, next.Predictor.Model = "wine-next", &model
	m.Route = &kservemodel.Route{
		Gateway: kubernetes.ParentRef{Name: "inference", Namespace: "gateway"}, Hostnames: []string{"wine.models.example.com"}, Next: &kservemodel.Next{Service: next, Weight: 10},
	}
	release, err := cluster.put(t, m)
	require.NoError(t, err)
	cluster.serves(t, "wine", second)
	cluster.serves(t, "wine-next", first)
	routes, err := cluster.All(ctx, "gateway.networking.k8s.io/v1", "HTTPRoute", cluster.namespace)
	require.NoError(t, err)
	require.Len(t, routes, 1, "KServe makes no route beside ours")
	weights := map[string]int{}
	for _, each := range routes[0].List("spec", "rules")[0].List("backendRefs") {
		weights[each.Text("name")] = each.Number("weight")
		_, err := cluster.Get(ctx, "v1", "Service", cluster.namespace, each.Text("name"))
		require.NoError(t, err, "the route leads to a Service that KServe made")
	}
	require.Equal(t, map[string]int{"wine-predictor": 90, "wine-next-predictor": 10}, weights)

	m.Route.Next = nil
	m.Service.Predictor.Model = &model
	_, err = cluster.put(t, m)
	require.NoError(t, err)
	cluster.serves(t, "wine", first)
	cluster.gone(t, release)
}

// packages has a container of SageMaker with its files: it is asked as SageMaker would, upgraded, and taken back where it answers wrongly.
func packages(t *testing.T, cluster tenant) {
	ctx := context.Background()
	at := func(folder string) kservemodel.Model {
		m := cluster.wine("", 2*time.Minute)
		var row []string
		for _, number := range m.Question.Inputs[0].Numbers {
			row = append(row, fmt.Sprint(number))
		}
		m.Service.Predictor.Model = nil
		m.Service.Predictor.StorageURIs = []inferenceservice.StorageURI{{URI: folder + ".tar.gz", MountPath: "/opt/ml/model"}}
		m.Service.Predictor.Containers = []kubernetes.Container{{
			Name: "kserve-container", Image: kubernetestest.Image, Args: []string{"serve"}, Ports: []kubernetes.ContainerPort{{ContainerPort: 8080}},
			ReadinessProbe: &kubernetes.Probe{HTTPGet: &kubernetes.HTTPGet{Path: "/ping", Port: "8080"}},
			Resources:      kubernetes.Requirements{Requests: kubernetes.Resources{"cpu": "500m", "memory": "1Gi"}},
		}}
		m.Question = kservemodel.Question{Invocation: &kservemodel.Invocation{Body: strings.Join(row, ",") + "\n"}, Answer: m.Question.Answer}
		return m
	}
	release, err := cluster.put(t, at(first))
	require.NoError(t, err)
	template := Object(cluster.serves(t, "wine", first+".tar.gz").at("spec", "template").(map[string]any))
	fetches := template.List("spec", "initContainers")[0]
	require.Equal(t, "["+first+".tar.gz /opt/ml/model]", fmt.Sprint(fetches.at("args")), "KServe has the pod fetch the archive")
	container := template.List("spec", "containers")[0]
	mounts := container.List("volumeMounts")
	require.Len(t, mounts, 1)
	require.Equal(t, "/opt/ml/model", mounts[0].Text("mountPath"))
	require.Equal(t, true, mounts[0].at("readOnly"))
	require.Equal(t, fetches.List("volumeMounts")[0].Text("name"), mounts[0].Text("name"))
	require.Equal(t, "/ping", container.Text("readinessProbe", "httpGet", "path"))
	service, err := cluster.Get(ctx, "v1", "Service", cluster.namespace, "wine-predictor")
	require.NoError(t, err)
	require.Equal(t, "[8080]", fmt.Sprint([]any{service.List("spec", "ports")[0].at("targetPort")}), "the Service leads to the container's port")

	_, err = cluster.put(t, at(wrong))
	require.ErrorContains(t, err, "post-upgrade hooks failed")
	cluster.serves(t, "wine", first+".tar.gz")
	_, err = cluster.put(t, at(second))
	require.NoError(t, err)
	cluster.serves(t, "wine", second+".tar.gz")
	cluster.gone(t, release)
}

// ignored shows what KServe takes and ignores, which is why this project refuses it.
func ignored(t *testing.T, cluster tenant) {
	ctx := context.Background()
	create := func(name string, how func(service, predictor map[string]any)) {
		service := kubernetestest.Wine()
		service.Name, service.Namespace = name, cluster.namespace
		service.Predictor.ServiceAccountName = "" // there is none here, which would keep pods from being made
		object := Of(t, service)
		how(object.at("spec").(map[string]any), object.at("spec", "predictor").(map[string]any))
		require.NoError(t, cluster.Create(ctx, object, false), name)
	}
	create("asleep", func(_, predictor map[string]any) { predictor["minReplicas"] = 0 })
	create("canary", func(_, predictor map[string]any) { predictor["canaryTrafficPercent"] = 10 })
	create("heavy", func(_, predictor map[string]any) {
		predictor["model"].(map[string]any)["resources"] = map[string]any{"requests": map[string]any{"cpu": "2"}}
	})
	create("unknown", func(_, predictor map[string]any) {
		predictor["model"].(map[string]any)["modelFormat"] = map[string]any{"name": "mlflows"}
	})
	create("native", func(service, predictor map[string]any) {
		service["canary"] = []any{map[string]any{"trafficPercent": 10, "predictor": map[string]any{"name": "next", "model": map[string]any{"modelFormat": map[string]any{"name": "mlflow"}, "storageUri": second}}}}
	})

	Eventually(t, 2*time.Minute, "no replicas become one", func(ctx context.Context) error {
		scaler, err := cluster.Get(ctx, "autoscaling/v2", "HorizontalPodAutoscaler", cluster.namespace, "asleep-predictor")
		if err == nil && scaler.Number("spec", "minReplicas") != 1 {
			err = fmt.Errorf("it is %d", scaler.Number("spec", "minReplicas"))
		}
		return err
	})
	Eventually(t, 2*time.Minute, "an unknown format is never ready", func(ctx context.Context) error {
		service, err := cluster.Get(ctx, "serving.kserve.io/v1beta1", "InferenceService", cluster.namespace, "unknown")
		if err == nil && service.Text("status", "modelStatus", "lastFailureInfo", "reason") != "NoSupportingRuntime" {
			err = fmt.Errorf("its status is %v", service.at("status", "modelStatus"))
		}
		return err
	})
	Eventually(t, 2*time.Minute, "services with canaries are ready", func(ctx context.Context) error {
		for _, name := range []string{"canary", "native"} {
			service, err := cluster.Get(ctx, "serving.kserve.io/v1beta1", "InferenceService", cluster.namespace, name)
			if err != nil {
				return err
			}
			if service.Condition("Ready") != "True" {
				return fmt.Errorf("%s is not ready", name)
			}
		}
		_, err := cluster.Get(ctx, "apps/v1", "Deployment", cluster.namespace, "native-next-predictor")
		return err
	})
	Eventually(t, time.Minute, "two processors are above the limit of the runtime", func(ctx context.Context) error {
		events, err := cluster.All(ctx, "v1", "Event", cluster.namespace)
		for _, each := range events {
			if each.Text("involvedObject", "name") == "heavy" && strings.Contains(each.Text("message"), "must be less than or equal to cpu limit of 1") {
				return nil
			}
		}
		return errors.Join(err, errors.New("nobody says so"))
	})
	routes, err := cluster.All(ctx, "gateway.networking.k8s.io/v1", "HTTPRoute", cluster.namespace)
	require.NoError(t, err)
	for _, route := range routes {
		for _, rule := range route.List("spec", "rules") {
			require.Len(t, rule.List("backendRefs"), 1, "%s: KServe shares no requests", route.Text("metadata", "name"))
			require.NotContains(t, fmt.Sprint(rule), "native-next", "KServe leads nobody to a canary")
		}
	}
	deployments, err := cluster.All(ctx, "apps/v1", "Deployment", cluster.namespace)
	require.NoError(t, err)
	for _, each := range deployments {
		require.NotContains(t, each.Text("metadata", "name"), "canary-predictor-", "there is one Deployment of it, and no share")
	}
	services, err := cluster.All(ctx, "serving.kserve.io/v1beta1", "InferenceService", cluster.namespace)
	require.NoError(t, err)
	for _, each := range services {
		each["apiVersion"], each["kind"] = "serving.kserve.io/v1beta1", "InferenceService"
		require.NoError(t, cluster.Delete(ctx, each))
	}
	cluster.Uninstall(t, cluster.models)
}

// counts is what KEDA does with the ScaledObjects of the namespace, on whatever their triggers may say: none while it is night, and what is written on the object while that pauses it.
func (c tenant) counts(t *testing.T, night *atomic.Bool) {
	ctx, cancel := context.WithCancel(context.Background())
	var working sync.WaitGroup
	working.Add(1)
	go func() {
		defer working.Done()
		for ; ctx.Err() == nil; time.Sleep(150 * time.Millisecond) {
			objects, err := c.All(ctx, "keda.sh/v1alpha1", "ScaledObject", c.namespace)
			if err != nil {
				continue // tried again with the next round
			}
			for _, each := range objects {
				wanted := each.List("spec", "triggers")[0].Text("metadata", "desiredReplicas")
				if night.Load() {
					wanted = fmt.Sprint(each.Number("spec", "minReplicaCount"))
				}
				if paused := each.Text("metadata", "annotations", "autoscaling.keda.sh/paused-replicas"); paused != "" {
					wanted = paused
				}
				deployment, err := c.Get(ctx, "apps/v1", "Deployment", c.namespace, each.Text("spec", "scaleTargetRef", "name"))
				if err != nil || fmt.Sprint(deployment.Number("spec", "replicas")) == wanted {
					continue
				}
				deployment.at("spec").(map[string]any)["replicas"] = json.Number(wanted)
				c.Put(ctx, deployment)
			}
		}
	}()
	t.Cleanup(func() { cancel(); working.Wait() })
}

// hours has a model sleep at night: KServe lets it, what is released meanwhile is woken and asked, and it sleeps on.
func hours(t *testing.T, cluster tenant) {
	ctx := context.Background()
	var night atomic.Bool
	cluster.counts(t, &night)
	asleep := func(folder string) {
		t.Helper()
		Eventually(t, 2*time.Minute, "the model sleeps", func(ctx context.Context) error {
			deployment, err := cluster.Get(ctx, "apps/v1", "Deployment", cluster.namespace, "wine-predictor")
			if err != nil {
				return err
			}
			if got := storageOf(deployment.at("spec", "template").(map[string]any)); got != folder {
				return fmt.Errorf("it would serve %s", got)
			}
			if deployment.Number("spec", "replicas") != 0 || deployment.Number("status", "replicas") != 0 {
				return errors.New("it is awake")
			}
			return nil
		})
		object, err := cluster.Get(ctx, "keda.sh/v1alpha1", "ScaledObject", cluster.namespace, "wine")
		require.NoError(t, err)
		require.NotContains(t, fmt.Sprint(object.at("metadata", "annotations")), "paused", "KEDA counts again")
	}

	release, err := cluster.put(t, cluster.wine(first, 2*time.Minute))
	require.NoError(t, err)
	at := func(folder string) kservemodel.Model {
		m := cluster.wine(folder, 2*time.Minute)
		m.Service.Autoscaler = inferenceservice.External
		m.Hours = &kservemodel.Hours{From: "0 7 * * 1-5", Until: "0 20 * * 1-5", TimeZone: "Europe/Berlin", TargetCPUPercent: 70}
		return m
	}
	_, err = cluster.put(t, at(first))
	require.NoError(t, err)
	Eventually(t, time.Minute, "KServe counts no more", func(ctx context.Context) error {
		scalers, err := cluster.All(ctx, "autoscaling/v2", "HorizontalPodAutoscaler", cluster.namespace)
		if err == nil && len(scalers) > 0 {
			err = errors.New("its autoscaler is there")
		}
		return err
	})
	made, err := at(first).HoursChart()
	require.NoError(t, err)
	clock := cluster.release(t, made, cluster.namespace)

	night.Store(true)
	asleep(first)
	service, err := cluster.Get(ctx, "serving.kserve.io/v1beta1", "InferenceService", cluster.namespace, "wine")
	require.NoError(t, err)
	require.Equal(t, "True", service.Condition("Ready"), "a model that sleeps is in order")

	_, err = cluster.put(t, at(second))
	require.NoError(t, err, "it is woken, and asked")
	asleep(second)
	_, err = cluster.put(t, at(wrong))
	require.ErrorContains(t, err, "post-upgrade hooks failed", "it is woken, and answers wrongly")
	asleep(second)

	object, err := cluster.Get(ctx, "keda.sh/v1alpha1", "ScaledObject", cluster.namespace, "wine")
	require.NoError(t, err)
	object.at("metadata").(map[string]any)["annotations"].(map[string]any)["autoscaling.keda.sh/paused-replicas"] = "1"
	object.at("metadata").(map[string]any)["annotations"].(map[string]any)["mlplatform/woken"] = "true"
	require.NoError(t, cluster.Put(ctx, object), "a hook that was ended before it could end")
	_, err = cluster.put(t, at(first))
	require.NoError(t, err)
	asleep(first)

	who := "system:serviceaccount:" + cluster.namespace + ":wine-verify"
	for name, allowed := range map[string]bool{"wine": true, "other": false} {
		question{user: who, verb: "patch", group: "keda.sh", resource: "scaledobjects", name: name, namespace: cluster.namespace, allowed: allowed}.ask(t, cluster.Cluster)
	}
	night.Store(false)
	cluster.serves(t, "wine", first)
	cluster.Uninstall(t, clock)
	cluster.gone(t, release)
}
