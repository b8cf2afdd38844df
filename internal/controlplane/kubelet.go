package controlplane

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A Kubelet stands in for scheduler, kubelet and gateway: it binds each pod to its one node and says of it that it runs and is ready,
// of the pods of jobs that they have ended, and of routes that they were accepted. No image is ever pulled.
type Kubelet struct {
	mutex sync.Mutex
	ready func(pod Object) bool
	job   func(pod Object) (bool, string)
	begun map[string]bool
}

// Ready decides which pods become ready. All of them do, until it is given.
func (k *Kubelet) Ready(decide func(pod Object) bool) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.ready = decide
}

// Job runs the pods of jobs, and says whether they have succeeded and what they have written. All of them succeed, until it is given.
func (k *Kubelet) Job(run func(pod Object) (bool, string)) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.job = run
}

func startKubelet(t testing.TB, c *Cluster) *Kubelet {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	node := Object{"apiVersion": "v1", "kind": "Node", "metadata": map[string]any{"name": "node", "labels": map[string]any{"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}}}
	require.NoError(t, c.Create(ctx, node, false))
	node["status"] = map[string]any{
		"allocatable": map[string]any{"cpu": "64", "memory": "256Gi", "pods": "500", "nvidia.com/gpu": "8"},
		"conditions":  []any{map[string]any{"type": "Ready", "status": "True", "lastHeartbeatTime": now(), "lastTransitionTime": now()}},
	}
	_, err := c.PutStatus(ctx, node)
	require.NoError(t, err)

	k := &Kubelet{ready: func(Object) bool { return true }, job: func(Object) (bool, string) { return true, "" }, begun: map[string]bool{}}
	var working sync.WaitGroup
	working.Add(1)
	go func() {
		defer working.Done()
		for ctx.Err() == nil {
			k.pods(ctx, c)
			k.routes(ctx, c)
			time.Sleep(150 * time.Millisecond)
		}
	}()
	t.Cleanup(func() { cancel(); working.Wait() })
	return k
}

func now() string { return time.Now().UTC().Format(time.RFC3339) }

// pods does for each pod what is next. What fails is tried again with the next round.
func (k *Kubelet) pods(ctx context.Context, c *Cluster) {
	pods, err := c.All(ctx, "v1", "Pod", "")
	if err != nil {
		return
	}
	k.mutex.Lock()
	ready, run := k.ready, k.job
	k.mutex.Unlock()
	for _, pod := range pods {
		pod["apiVersion"], pod["kind"] = "v1", "Pod"
		path := "/api/v1/namespaces/" + pod.Text("metadata", "namespace") + "/pods/" + pod.Text("metadata", "name")
		phase := pod.Text("status", "phase")
		switch {
		case pod.Text("metadata", "deletionTimestamp") != "":
			c.Do(ctx, http.MethodDelete, path, url.Values{"gracePeriodSeconds": {"0"}}, nil)
		case phase == "Succeeded" || phase == "Failed":
		case pod.Text("spec", "nodeName") == "":
			c.Do(ctx, http.MethodPost, path+"/binding", nil, Object{
				"apiVersion": "v1", "kind": "Binding", "metadata": map[string]any{"name": pod.Text("metadata", "name")}, "target": map[string]any{"kind": "Node", "name": "node"},
			})
		case len(pod.List("metadata", "ownerReferences")) > 0 && pod.List("metadata", "ownerReferences")[0].Text("kind") == "Job":
			uid := pod.Text("metadata", "uid")
			if k.begun[uid] {
				continue
			}
			pod["status"] = statusOf(pod, "Running", true)
			running, err := c.PutStatus(ctx, pod)
			if err != nil {
				continue
			}
			k.begun[uid] = true
			go k.end(ctx, c, path, running, run)
		default:
			if is := ready(pod); phase != "Running" || is != (pod.Condition("Ready") == "True") {
				pod["status"] = statusOf(pod, "Running", is)
				c.PutStatus(ctx, pod)
			}
		}
	}
}

// end runs the pod of a job and writes how it ended.
func (k *Kubelet) end(ctx context.Context, c *Cluster, path string, pod Object, run func(Object) (bool, string)) {
	phase := "Succeeded"
	succeeded, written := run(pod)
	if !succeeded {
		phase = "Failed"
	}
	for ctx.Err() == nil {
		latest, err := c.Do(ctx, http.MethodGet, path, nil, nil)
		if err != nil {
			return
		}
		status := statusOf(latest, phase, false)
		status["message"] = written
		latest["status"] = status
		if _, err := c.PutStatus(ctx, latest); err == nil {
			return
		}
	}
}

func statusOf(pod Object, phase string, ready bool) map[string]any {
	started := pod.Text("status", "startTime")
	if started == "" {
		started = now()
	}
	status := map[string]any{"phase": phase, "podIP": "10.1.0.1", "podIPs": []any{map[string]any{"ip": "10.1.0.1"}}, "hostIP": "127.0.0.1", "startTime": started}
	var conditions, containers, initial []any
	for _, each := range []string{"Initialized", "ContainersReady", "Ready", "PodScheduled"} {
		is := ready || each == "Initialized" || each == "PodScheduled"
		conditions = append(conditions, map[string]any{"type": each, "status": map[bool]string{true: "True", false: "False"}[is], "lastTransitionTime": now()})
	}
	for _, each := range pod.List("spec", "containers") {
		state := map[string]any{"running": map[string]any{"startedAt": started}}
		if phase != "Running" {
			code := 0
			if phase == "Failed" {
				code = 1
			}
			state = map[string]any{"terminated": map[string]any{"exitCode": code, "reason": "Completed", "startedAt": started, "finishedAt": now()}}
		}
		containers = append(containers, map[string]any{"name": each.Text("name"), "image": each.Text("image"), "imageID": "none", "ready": ready, "started": ready, "restartCount": 0, "state": state})
	}
	for _, each := range pod.List("spec", "initContainers") {
		initial = append(initial, map[string]any{
			"name": each.Text("name"), "image": each.Text("image"), "imageID": "none", "ready": true, "restartCount": 0,
			"state": map[string]any{"terminated": map[string]any{"exitCode": 0, "reason": "Completed", "startedAt": started, "finishedAt": started}},
		})
	}
	status["conditions"], status["containerStatuses"], status["initContainerStatuses"] = conditions, containers, initial
	return status
}

// routes says of each route that its Gateway has accepted it, as the controller of the Gateway would.
func (k *Kubelet) routes(ctx context.Context, c *Cluster) {
	routes, err := c.All(ctx, "gateway.networking.k8s.io/v1", "HTTPRoute", "")
	if err != nil {
		return
	}
	for _, route := range routes {
		if len(route.List("status", "parents")) > 0 {
			continue
		}
		var parents []any
		for _, each := range route.List("spec", "parentRefs") {
			var conditions []any
			for _, kind := range []string{"Accepted", "ResolvedRefs"} {
				conditions = append(conditions, map[string]any{
					"type": kind, "status": "True", "reason": kind, "message": "", "lastTransitionTime": now(), "observedGeneration": route.Number("metadata", "generation"),
				})
			}
			parents = append(parents, map[string]any{"parentRef": each, "controllerName": "example.com/stand-in", "conditions": conditions})
		}
		route["apiVersion"], route["kind"] = "gateway.networking.k8s.io/v1", "HTTPRoute"
		route["status"] = map[string]any{"parents": parents}
		c.PutStatus(ctx, route)
	}
}

// storageOf is what a pod, or the pods of a template, load of a model: as KServe has noted it there for its runtimes, and as it is fetched for other containers.
func storageOf(pod Object) string {
	if noted := pod.Text("metadata", "annotations", "internal.serving.kserve.io/storage-initializer-sourceuri"); noted != "" {
		return noted
	}
	for _, each := range pod.List("spec", "initContainers") {
		if arguments, _ := each.at("args").([]any); each.Text("name") == "storage-initializer" && len(arguments) > 0 {
			return fmt.Sprint(arguments[0])
		}
	}
	return ""
}
