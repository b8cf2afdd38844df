// Package kservemodel makes a model on KServe one Helm release: the InferenceService with what it needs, and a hook that waits until
// its newest version serves and asks it one question. A model that does not become ready or answers wrongly fails the release, which Helm
// then takes back, while the version before serves on. In Standard mode two versions can share the requests by the weights of a
// route. It is pure Go.
package kservemodel

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"time"

	"github.com/mlplatform/mlplatform/documents/chart"
	"github.com/mlplatform/mlplatform/documents/inferenceservice"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
)

// A Model is an InferenceService that is released with its proof.
type Model struct {
	// Service is the model. Where it names no service account it gets one of its own name.
	Service inferenceservice.InferenceService
	// RoleARN is the role of its service account by IRSA, which reads the folder of the model. Default: none, for EKS Pod Identity,
	// which associates the role with the service account outside the cluster.
	RoleARN string
	// Question is what the model is asked after each change.
	Question Question
	// Verification is how it is asked.
	Verification Verification
	// Callers may ask the model, and Scrapers may read its metrics on port 8082: peers of a network policy. Default: no policy is
	// written, and those of the namespace hold.
	Callers, Scrapers []kubernetes.Peer
	// Route leads requests from outside to the model. Default: the route that KServe makes.
	Route *Route
	// Hours are when it has its replicas, for which there is a release of its own: HoursChart. Default: always.
	Hours *Hours
}

// Verification is the job that asks the model.
type Verification struct {
	// Image has python3 3.8 or later, named by its digest: the image of the model server does.
	Image string
	// Timeout is how long the newest version may take to be ready, image and files included. Helm's own timeout is to be longer.
	// Default: 10 minutes.
	Timeout time.Duration
	// URL is where the model is asked, instead of its service within the cluster, and Host the header of that name: those of a
	// gateway. Default: the service.
	URL, Host string
}

// A Route leads a host name to the model, and a share of the requests to its next version. Standard mode only. KServe then makes no
// route of its own; one that it has made before stays as long as the InferenceService.
type Route struct {
	// Gateway takes the requests.
	Gateway kubernetes.ParentRef
	// Hostnames are one or more.
	Hostnames []string
	// Timeout of a request. Default: a minute.
	Timeout time.Duration
	// Next is the version that is to replace the model. Default: none.
	Next *Next
}

// A Next is a version that gets a share of the requests until it is made the model, or dropped.
type Next struct {
	// Service is the version, of another name in the same namespace. It answers to the name of the model.
	Service inferenceservice.InferenceService
	// Weight is its share of the requests in per cent, 0 to 100. With 0 it is only verified.
	Weight int
}

// versionAnnotation says which version of a component a pod is, so that the hook knows the newest from the one before.
const versionAnnotation = "mlplatform/version"

// modelName is the variable by which MLServer knows the name that it answers to.
const modelName = "MLSERVER_MODEL_NAME"

// privateLabel keeps KServe from making a route of its own.
// https://kserve.github.io/website/docs/admin-guide/gatewayapi-migration
const privateLabel = "networking.kserve.io/visibility"

// Chart is the release of the model, named after it.
func (m Model) Chart() (chart.Chart, error) {
	if err := m.Validate(); err != nil {
		return chart.Chart{}, err
	}
	services := []inferenceservice.InferenceService{m.prepared(m.Service)}
	if m.Route != nil && m.Route.Next != nil {
		services = append(services, m.prepared(answering(m.Route.Next.Service, m.Service.Name)))
	}
	made := chart.Chart{Name: m.Service.Name, Description: "The model " + m.Service.Name + "."}
	made.Objects = append(made.Objects, m.account())
	for _, each := range services {
		made.Objects = append(made.Objects, each)
		if low := each.Predictor.MinReplicas; low != nil && *low > 1 {
			made.Objects = append(made.Objects, kubernetes.PodDisruptionBudget{
				Metadata: m.named(each.Name), Selector: podsOf(each.Name), MaxUnavailable: "1", UnhealthyPodEvictionPolicy: "AlwaysAllow",
			})
		}
	}
	if m.Route != nil {
		made.Objects = append(made.Objects, m.route())
	}
	made.Objects = append(made.Objects, m.policies(services)...)
	verification, err := m.verification(services)
	if err != nil {
		return chart.Chart{}, err
	}
	made.Objects = append(made.Objects, verification...)
	return made, nil
}

func (m Model) named(name string) kubernetes.Metadata {
	return kubernetes.Metadata{Name: name, Namespace: m.Service.Namespace, Labels: map[string]string{"app.kubernetes.io/part-of": m.Service.Name}}
}

func (m Model) accountName() string {
	if name := m.Service.Predictor.ServiceAccountName; name != "" {
		return name
	}
	return m.Service.Name
}

// account reads the folder of the model. Its pods need nothing of the API server.
func (m Model) account() kubernetes.ServiceAccount {
	account := kubernetes.ServiceAccount{Metadata: m.named(m.accountName()), AutomountServiceAccountToken: kubernetes.Ptr(false)}
	if m.RoleARN != "" {
		account.Annotations = map[string]string{kubernetes.RoleARN: m.RoleARN}
	}
	return account
}

// prepared is the service with its account, the versions of its components, and without a route of its own where we make one.
func (m Model) prepared(s inferenceservice.InferenceService) inferenceservice.InferenceService {
	if s.Predictor.ServiceAccountName == "" {
		s.Predictor.ServiceAccountName = m.accountName()
	}
	if m.Route != nil {
		s.Labels = with(s.Labels, privateLabel, "cluster-local")
	}
	s.Predictor.Annotations = with(s.Predictor.Annotations, versionAnnotation, version(s.Predictor.Model, s.Predictor.StorageURIs, s.Predictor.PodSpec))
	if t := s.Transformer; t != nil {
		changed := *t
		changed.Annotations = with(t.Annotations, versionAnnotation, version(nil, nil, t.PodSpec))
		s.Transformer = &changed
	}
	return s
}

// answering is the service that answers to the name of another.
func answering(s inferenceservice.InferenceService, name string) inferenceservice.InferenceService {
	if s.Predictor.Model == nil {
		return s
	}
	model := *s.Predictor.Model
	for _, each := range model.Env {
		if each.Name == modelName {
			return s
		}
	}
	model.Env = append(append([]kubernetes.EnvVar(nil), model.Env...), kubernetes.EnvVar{Name: modelName, Value: name})
	s.Predictor.Model = &model
	return s
}

func with(texts map[string]string, key, value string) map[string]string {
	out := maps.Clone(texts)
	if out == nil {
		out = map[string]string{}
	}
	out[key] = value
	return out
}

// version is the hash of what makes the pods of a component: not of how many there are.
func version(model *inferenceservice.Model, files []inferenceservice.StorageURI, pod kubernetes.PodSpec) string {
	text, err := json.Marshal(struct {
		Model *inferenceservice.Model
		Files []inferenceservice.StorageURI `json:",omitempty"`
		Pod   kubernetes.PodSpec
	}{model, files, pod})
	if err != nil {
		return "" // maps, slices and texts alone, which are always written
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:12]
}

// entrance is the component that takes the requests.
func entrance(s inferenceservice.InferenceService) string {
	if s.Transformer != nil {
		return "transformer"
	}
	return "predictor"
}

// podsOf are the pods that KServe makes for the predictor of a service.
func podsOf(service string) kubernetes.Selector {
	return kubernetes.Selector{MatchLabels: map[string]string{"serving.kserve.io/inferenceservice": service, "component": "predictor"}}
}

func (m Model) route() kubernetes.HTTPRoute {
	timeout := kubernetes.Duration(m.Route.Timeout)
	if timeout == 0 {
		timeout = kubernetes.Duration(time.Minute)
	}
	rule := kubernetes.HTTPRule{
		BackendRefs: []kubernetes.BackendRef{{Name: m.Service.Name + "-" + entrance(m.Service), Port: 80}},
		Timeouts:    &kubernetes.HTTPTimeouts{Request: timeout},
	}
	if next := m.Route.Next; next != nil {
		rule.BackendRefs[0].Weight = kubernetes.Ptr(100 - next.Weight)
		rule.BackendRefs = append(rule.BackendRefs, kubernetes.BackendRef{Name: next.Service.Name + "-" + entrance(next.Service), Port: 80, Weight: kubernetes.Ptr(next.Weight)})
	}
	return kubernetes.HTTPRoute{
		// Not the name of the model: KServe's own route, where it has made one before, has that.
		Metadata: m.named(m.Service.Name + "-route"), ParentRefs: []kubernetes.ParentRef{m.Route.Gateway}, Hostnames: m.Route.Hostnames, Rules: []kubernetes.HTTPRule{rule},
	}
}

// policies let callers, scrapers and the hook reach the model, and the hook reach the model, the API server and the name servers.
func (m Model) policies(services []inferenceservice.InferenceService) []kubernetes.Object {
	if len(m.Callers)+len(m.Scrapers) == 0 {
		return nil
	}
	var names []string
	var pods []kubernetes.Peer
	for _, each := range services {
		names = append(names, each.Name)
	}
	model := kubernetes.Selector{MatchExpressions: []kubernetes.Requirement{{Key: "serving.kserve.io/inferenceservice", Operator: "In", Values: names}}}
	pods = append(pods, kubernetes.Peer{PodSelector: &model})
	hook := kubernetes.Selector{MatchLabels: m.hookLabels()}
	callers := append(append([]kubernetes.Peer(nil), m.Callers...), kubernetes.Peer{PodSelector: &hook}, kubernetes.Peer{PodSelector: &model})
	ingress := []kubernetes.IngressRule{{From: callers, Ports: m.ports()}}
	asks := kubernetes.EgressRule{To: pods, Ports: m.ports()}
	if m.Service.Mode == inferenceservice.Knative && len(m.Callers) > 0 {
		// The name of the service within the cluster is that of Knative's own gateway.
		asks = kubernetes.EgressRule{To: m.Callers, Ports: kubernetes.TCP(knativeGateway)}
	}
	if len(m.Scrapers) > 0 {
		ingress = append(ingress, kubernetes.IngressRule{From: m.Scrapers, Ports: kubernetes.TCP("8082")})
	}
	return []kubernetes.Object{
		kubernetes.NetworkPolicy{Metadata: m.named(m.Service.Name), PodSelector: model, PolicyTypes: []string{"Ingress"}, Ingress: ingress},
		kubernetes.NetworkPolicy{
			Metadata: m.named(m.hookName(m.Service.Name)), PodSelector: hook, PolicyTypes: []string{"Ingress", "Egress"},
			Egress: []kubernetes.EgressRule{
				asks,
				// The API server: its addresses are those of the cluster's network interfaces, which nobody knows beforehand.
				{To: []kubernetes.Peer{kubernetes.Addresses("0.0.0.0/0")}, Ports: kubernetes.TCP("443")},
				kubernetes.AllowDNS(m.Service.Namespace).Egress[0],
			},
		},
	}
}

// knativeGateway is where the gateway listens to which Knative leads requests of the cluster itself.
// https://github.com/knative-extensions/net-istio/blob/main/config/203-local-gateway.yaml
const knativeGateway = "8081"

// ports are those on which pods take requests.
func (m Model) ports() []kubernetes.PolicyPort {
	switch {
	case m.Service.Mode == inferenceservice.Knative:
		// Those of Knative's proxy in the pod: HTTP/1, HTTP/2, and how many requests there are, which the autoscaler reads.
		// https://github.com/knative/serving/blob/main/pkg/networking/constants.go
		return kubernetes.TCP("8012", "8013", "9090")
	case m.Service.Predictor.Logger != nil || m.Service.Predictor.Batcher != nil:
		// KServe's agent stands before the container.
		return kubernetes.TCP("8080", "9081")
	}
	return kubernetes.TCP("8080")
}

func (m Model) hookName(service string) string { return service + "-verify" }

func (m Model) hookLabels() map[string]string {
	return map[string]string{"app.kubernetes.io/name": m.hookName(m.Service.Name)}
}
