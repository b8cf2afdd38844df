package kservemodel

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/mlplatform/mlplatform/documents/chart"
	"github.com/mlplatform/mlplatform/documents/inferenceservice"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
)

// failedHookStays is how long the job of a model that did not prove itself can be read.
const failedHookStays = 24 * time.Hour

//go:embed verify.py
var program string

// nobody is a user that no image has for its own.
const nobody = 65532

// plan is what the program reads.
type plan struct {
	Namespace      string            `json:"namespace"`
	Service        string            `json:"service"`
	Mode           string            `json:"mode"`
	Versions       map[string]string `json:"versions"`
	Scalers        map[string]string `json:"scalers,omitempty"`
	URL            string            `json:"url"`
	Host           string            `json:"host"`
	Model          string            `json:"model"`
	Request        map[string]any    `json:"request,omitempty"`
	Invocation     *Invocation       `json:"invocation,omitempty"`
	Expected       map[string]any    `json:"expected"`
	Seconds        int               `json:"seconds"`
	Pause          float64           `json:"pause"`
	RequestSeconds int               `json:"requestSeconds"`
}

// verification is who asks, what it may read, and a job for each service.
func (m Model) verification(services []inferenceservice.InferenceService) ([]kubernetes.Object, error) {
	name := m.hookName(m.Service.Name)
	rule := func(group, resource string, names []string) kubernetes.Rule {
		return kubernetes.Rule{APIGroups: []string{group}, Resources: []string{resource}, ResourceNames: names, Verbs: []string{"get"}}
	}
	var inference, deployments []string
	for _, each := range services {
		inference = append(inference, each.Name)
		for component := range versions(each) {
			deployments = append(deployments, each.Name+"-"+component)
		}
	}
	role := kubernetes.Role{Metadata: m.named(name), Rules: []kubernetes.Rule{rule("serving.kserve.io", "inferenceservices", inference)}}
	if m.Service.Mode == inferenceservice.Standard {
		role.Rules = append(role.Rules, rule("apps", "deployments", sorted(deployments)))
	} else {
		// The names of revisions are Knative's.
		role.Rules = append(role.Rules, rule("serving.knative.dev", "revisions", nil))
	}
	if m.Hours != nil {
		var names []string
		for _, each := range m.scaledObjects() {
			names = append(names, each.Name)
		}
		wake := rule("keda.sh", "scaledobjects", names)
		wake.Verbs = []string{"get", "patch"}
		role.Rules = append(role.Rules, wake)
	}
	objects := []kubernetes.Object{
		kubernetes.ServiceAccount{Metadata: m.named(name)},
		role,
		kubernetes.RoleBinding{
			Metadata: m.named(name), RoleRef: kubernetes.RoleRef{Kind: "Role", Name: name},
			Subjects: []kubernetes.Subject{{Kind: "ServiceAccount", Name: name, Namespace: m.Service.Namespace}},
		},
	}
	for _, each := range services {
		job, err := m.job(each)
		if err != nil {
			return nil, err
		}
		objects = append(objects, job)
	}
	return objects, nil
}

func versions(s inferenceservice.InferenceService) map[string]string {
	out := map[string]string{"predictor": s.Predictor.Annotations[versionAnnotation]}
	if s.Transformer != nil {
		out["transformer"] = s.Transformer.Annotations[versionAnnotation]
	}
	return out
}

func (m Model) job(s inferenceservice.InferenceService) (kubernetes.Job, error) {
	timeout := cmp.Or(m.Verification.Timeout, 10*time.Minute)
	url, host := m.Verification.URL, m.Verification.Host
	if url == "" || s.Name != m.Service.Name {
		url, host = fmt.Sprintf("http://%s-%s.%s.svc.cluster.local", s.Name, entrance(s), s.Namespace), ""
	}
	text, err := json.Marshal(plan{
		Namespace: s.Namespace, Service: s.Name, Mode: string(s.Mode), Versions: versions(s), Scalers: m.scalers(s), URL: url, Host: host, Model: m.Service.Name,
		Request: m.Question.request(), Invocation: m.Question.Invocation.withDefaults(), Expected: m.Question.Answer.expected(), Seconds: int(timeout.Seconds()), Pause: 2, RequestSeconds: 30,
	})
	if err != nil {
		return kubernetes.Job{}, err
	}
	metadata := m.named(m.hookName(s.Name))
	metadata.Annotations = chart.Hook(0, "post-install", "post-upgrade")
	return kubernetes.Job{
		Metadata: metadata, BackoffLimit: kubernetes.Ptr(0),
		// Helm removes a hook that has succeeded. One that failed stays to be read, and no longer: Helm's uninstall leaves hooks alone.
		TTLSecondsAfterFinished: kubernetes.Ptr(int(failedHookStays.Seconds())),
		// The program ends by itself; this is for an image that cannot be pulled.
		ActiveDeadlineSeconds: int(timeout.Seconds()) + 120,
		Template: kubernetes.PodTemplate{
			Metadata: kubernetes.TemplateMetadata{Labels: with(m.hookLabels(), "app.kubernetes.io/part-of", m.Service.Name)},
			Spec: kubernetes.PodSpec{
				ServiceAccountName: m.hookName(m.Service.Name), RestartPolicy: "Never", SecurityContext: kubernetes.RestrictedPod(nobody),
				Containers: []kubernetes.Container{{
					Name: "verify", Image: m.Verification.Image, Command: []string{"python3", "-c"}, Args: []string{program},
					Env: []kubernetes.EnvVar{{Name: "PLAN", Value: string(text)}},
					Resources: kubernetes.Requirements{
						Requests: kubernetes.Resources{"cpu": "50m", "memory": "64Mi"}, Limits: kubernetes.Resources{"memory": "128Mi"},
					},
					SecurityContext: kubernetes.RestrictedContainer(),
				}},
			},
		},
	}, nil
}
