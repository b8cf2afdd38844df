package controlplane

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// RunPrograms has the stand-in for the kubelet run the programs of jobs for real, as processes of this machine: those of Python, with the
// variables of the container, with a token of the pod's service account, and with a network in which the services of the cluster
// answer as the handler does. Others succeed.
func (c *Cluster) RunPrograms(t testing.TB, services http.Handler) {
	t.Helper()
	network := httptest.NewServer(services)
	t.Cleanup(network.Close)
	address, err := url.Parse(c.address)
	require.NoError(t, err)
	folder := t.TempDir()
	c.Kubelet.Job(func(pod Object) (bool, string) {
		container := pod.List("spec", "containers")[0]
		command, _ := container.at("command").([]any)
		arguments, _ := container.at("args").([]any)
		if len(command) == 0 || command[0] != "python3" {
			return true, ""
		}
		account, err := c.account(folder, pod)
		if err != nil {
			return false, err.Error()
		}
		var all []string
		for _, each := range append(command[1:], arguments...) {
			all = append(all, fmt.Sprint(each))
		}
		program := exec.Command("python3", all...)
		program.Dir = account
		program.Env = []string{
			"PATH=" + os.Getenv("PATH"), "SERVICE_ACCOUNT_FOLDER=" + account, "KUBERNETES_SERVICE_HOST=" + address.Hostname(), "KUBERNETES_SERVICE_PORT=" + address.Port(), "http_proxy=" + network.URL,
		}
		for _, each := range container.List("env") {
			program.Env = append(program.Env, each.Text("name")+"="+each.Text("value"))
		}
		written, err := program.CombinedOutput()
		return err == nil, string(written)
	})
}

// account is a folder with what a pod finds of its service account.
func (c *Cluster) account(folder string, pod Object) (string, error) {
	path := fmt.Sprintf("/api/v1/namespaces/%s/serviceaccounts/%s/token", pod.Text("metadata", "namespace"), pod.Text("spec", "serviceAccountName"))
	token, err := c.Do(context.Background(), http.MethodPost, path, nil, Object{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": map[string]any{}})
	if err != nil {
		return "", err
	}
	own := filepath.Join(folder, pod.Text("metadata", "name"))
	if err := os.MkdirAll(own, 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(own, "token"), []byte(token.Text("status", "token")), 0o600); err != nil {
		return "", err
	}
	return own, os.WriteFile(filepath.Join(own, "ca.crt"), c.authority.pem, 0o600)
}

// Answers is what a model whose folder this is answers to the request, or an error.
type Answers func(folder string, request map[string]any) (map[string]any, error)

// Models answers for the models of the cluster in the V2 protocol: at NAME-predictor.NAMESPACE.svc.cluster.local for the Deployment of that
// name, while it has a pod that is ready, and under the name that MLServer would have from its variable.
func (c *Cluster) Models(answers Answers) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse := func(code int, message string) { http.Error(w, message, code) }
		parts := strings.SplitN(r.Host, ".", 3)
		if len(parts) != 3 || !strings.HasPrefix(parts[2], "svc.cluster.local") {
			refuse(http.StatusBadGateway, r.Host+" is nobody")
			return
		}
		if _, err := c.Get(r.Context(), "v1", "Service", parts[1], parts[0]); err != nil {
			refuse(http.StatusBadGateway, err.Error())
			return
		}
		template, err := c.served(r.Context(), parts[1], parts[0])
		if err != nil {
			refuse(http.StatusServiceUnavailable, err.Error())
			return
		}
		if fmt.Sprint(template.List("spec", "containers")[0].at("args")) == "[serve]" {
			c.invoke(w, r, storageOf(template), answers)
			return
		}
		name := template.Text("metadata", "labels", "serving.kserve.io/inferenceservice")
		for _, each := range template.List("spec", "containers")[0].List("env") {
			if each.Text("name") == "MLSERVER_MODEL_NAME" {
				name = each.Text("value")
			}
		}
		switch r.URL.Path {
		case "/v2/models/" + name + "/ready":
		case "/v2/models/" + name + "/infer":
			body, _ := io.ReadAll(r.Body)
			var request map[string]any
			if err := json.NewDecoder(bytes.NewReader(body)).Decode(&request); err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
				refuse(http.StatusBadRequest, fmt.Sprintf("%s is no request of the protocol", body))
				return
			}
			answer, err := answers(storageOf(template), request)
			if err != nil {
				refuse(http.StatusBadRequest, err.Error())
				return
			}
			json.NewEncoder(w).Encode(answer)
		default:
			refuse(http.StatusNotFound, r.URL.Path+" is no path of "+name)
		}
	})
}

// served is the template of the pods behind a service: those of its Deployment while one is ready, or of its newest revision in mode Knative.
func (c *Cluster) served(ctx context.Context, namespace, name string) (Object, error) {
	deployment, err := c.Get(ctx, "apps/v1", "Deployment", namespace, name)
	if err == nil && deployment.Number("status", "availableReplicas") == 0 {
		return nil, errors.New("no pod is ready")
	}
	if err != nil {
		if deployment, err = c.Get(ctx, "serving.knative.dev/v1", "Service", namespace, name); err != nil {
			return nil, errors.New("no pod is ready")
		}
	}
	return deployment.at("spec", "template").(map[string]any), nil
}

// invoke answers as a container of SageMaker does: one row of CSV with the values of the answer in JSON.
func (c *Cluster) invoke(w http.ResponseWriter, r *http.Request, folder string, answers Answers) {
	body, _ := io.ReadAll(r.Body)
	switch {
	case r.Method == http.MethodGet && r.URL.Path == "/ping":
	case r.Method == http.MethodPost && r.URL.Path == "/invocations" && r.Header.Get("Content-Type") == "text/csv":
		var row []any
		for _, each := range strings.Split(strings.TrimSpace(string(body)), ",") {
			row = append(row, json.Number(each))
		}
		answer, err := answers(folder, map[string]any{"inputs": []any{map[string]any{"datatype": "FP64", "shape": []int{1, len(row)}, "data": row}}})
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		json.NewEncoder(w).Encode(map[string]any{"predictions": []any{map[string]any{"score": Object(answer).at("outputs").([]any)[0].(map[string]any)["data"]}}})
	default:
		http.Error(w, r.Method+" "+r.URL.Path+" is nothing that a container of SageMaker answers", http.StatusNotFound)
	}
}
