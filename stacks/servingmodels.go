package stacks

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/helmrelease"
	"github.com/mlplatform/mlplatform/documents/helmvalues"
	"github.com/mlplatform/mlplatform/documents/inferenceservice"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/documents/scheduleexpression"
	"github.com/mlplatform/mlplatform/systems/kservemodel"
)

func sorted[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }

// kserve installs the gateway, and KServe with its runtimes. What it returns, models come after.
func (s *servingStack) kserve() *helmrelease.Release {
	c := s.env.Serving
	mode, gateway := inferenceservice.Standard, s.envoy
	if c.Mode == config.ServingKnative {
		mode, gateway = inferenceservice.Knative, s.knative
	}
	made := gateway()
	var before []*helmrelease.Release
	if c.Mode == config.ServingKnative {
		// KServe's controller looks once, when it starts, whether Knative's kinds are there. Knative's operator makes them after its release is done, which is while these are made.
		before = append(before, made)
	}
	definitions := s.install(helmvalues.KServeDefinitions, "kserve", nil, before...)
	controller := s.install(helmvalues.KServe, "kserve", helmvalues.KServeValues{Mode: mode, Domain: c.Domain, Gateway: gatewayNamespace + "/" + modelsNamespace}.Values(), definitions, made)
	return s.install(helmvalues.KServeRuntimes, "kserve", helmvalues.KServeRuntimesValues{}.Values(), controller)
}

// binding registers the pods of the gateway's service at the load balancer.
func binding(namespace, service string, port int) kubernetes.TargetGroupBinding {
	return kubernetes.TargetGroupBinding{
		Metadata: kubernetes.Metadata{Name: modelsNamespace, Namespace: namespace}, TargetGroupARN: kubernetes.Value("targets"), TargetType: "ip",
		ServiceRef: kubernetes.ServiceRef{Name: service, Port: strconvPort(port)},
	}
}

// envoy installs Envoy Gateway and the gateway of models. Its service is ClusterIP: the load balancer is Terraform's.
func (s *servingStack) envoy() *helmrelease.Release {
	operator := s.install(helmvalues.EnvoyGateway, gatewayNamespace, helmvalues.EnvoyGatewayValues{}.Values())
	const class = "envoy"
	proxy := kubernetes.Other{
		Metadata: kubernetes.Metadata{Name: class, Namespace: gatewayNamespace}, Kind: kubernetes.Kind{APIVersion: "gateway.envoyproxy.io/v1alpha1", Kind: "EnvoyProxy"},
		Fields: map[string]any{"spec": map[string]any{"provider": map[string]any{"type": "Kubernetes", "kubernetes": map[string]any{
			"envoyService": map[string]any{"type": "ClusterIP", "name": modelsNamespace},
			"envoyDeployment": map[string]any{"replicas": 2, "container": map[string]any{"resources": map[string]any{
				"requests": map[string]any{"cpu": "100m", "memory": "256Mi"}, "limits": map[string]any{"memory": "512Mi"},
			}}},
			"envoyPDB": map[string]any{"minAvailable": 1},
		}}}},
	}
	return s.own("gateway", append([]kubernetes.Object{
		proxy,
		kubernetes.GatewayClass{
			Metadata: kubernetes.Metadata{Name: class}, ControllerName: kubernetes.EnvoyGateway,
			ParametersRef: &kubernetes.ParametersRef{Group: "gateway.envoyproxy.io", Kind: "EnvoyProxy", Name: class, Namespace: gatewayNamespace},
		},
		kubernetes.Gateway{
			Metadata: kubernetes.Metadata{Name: modelsNamespace, Namespace: gatewayNamespace}, GatewayClassName: class,
			Listeners: []kubernetes.Listener{{
				Name: "http", Port: gatewayPort, Protocol: "HTTP",
				AllowedRoutes: &kubernetes.AllowedRoutes{Namespaces: kubernetes.RouteNamespaces{
					From: "Selector", Selector: &kubernetes.Selector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": modelsNamespace}},
				}},
			}},
		},
		binding(gatewayNamespace, modelsNamespace, gatewayPort),
	}, envoyTokens(s.env.Serving.Tokens)...), map[string]any{"targets": s.fact("modelsTargets")}, operator, s.controller)
}

const (
	// mesh is the namespace of Istio, istioGateway the gateway of models in it.
	mesh         = "istio-system"
	istioGateway = "istio-ingressgateway"
)

// envoyTokens has the gateway refuse requests without a token: 401 where there is none that is good, 403 where it lacks a scope.
// https://gateway.envoyproxy.io/docs/tasks/security/jwt-authentication/
func envoyTokens(t *config.ServingTokens) []kubernetes.Object {
	if t == nil {
		return nil
	}
	const provider = "issuer"
	signed := map[string]any{"name": provider, "issuer": t.Issuer, "remoteJWKS": map[string]any{"uri": t.KeysURL}}
	if len(t.Audiences) > 0 {
		signed["audiences"] = t.Audiences
	}
	spec := map[string]any{
		"targetRefs": []any{map[string]any{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": modelsNamespace}},
		"jwt":        map[string]any{"providers": []any{signed}},
	}
	if len(t.Scopes) > 0 {
		spec["authorization"] = map[string]any{"defaultAction": "Deny", "rules": []any{map[string]any{
			"name": "scopes", "action": "Allow", "principal": map[string]any{"jwt": map[string]any{"provider": provider, "scopes": t.Scopes}},
		}}}
	}
	return []kubernetes.Object{kubernetes.Other{
		Metadata: kubernetes.Metadata{Name: "tokens", Namespace: gatewayNamespace}, Kind: kubernetes.Kind{APIVersion: "gateway.envoyproxy.io/v1alpha1", Kind: "SecurityPolicy"}, Fields: map[string]any{"spec": spec},
	}}
}

// istioTokens has the gateway refuse requests without a token where the load balancer meets it. The cluster's own requests come by another port, and /healthz is how
// Knative finds out whether a route has arrived.
// https://istio.io/latest/docs/tasks/security/authentication/authn-policy/#end-user-authentication
func istioTokens(t *config.ServingTokens) []kubernetes.Object {
	if t == nil {
		return nil
	}
	signed := map[string]any{"issuer": t.Issuer, "jwksUri": t.KeysURL}
	if len(t.Audiences) > 0 {
		signed["audiences"] = t.Audiences
	}
	to := []any{map[string]any{"operation": map[string]any{"ports": []string{strconv.Itoa(gatewayPort)}, "notPaths": []string{"/healthz"}}}}
	rules := []any{map[string]any{"to": to, "from": []any{map[string]any{"source": map[string]any{"notRequestPrincipals": []string{"*"}}}}}}
	for _, scope := range t.Scopes {
		rules = append(rules, map[string]any{"to": to, "when": []any{map[string]any{"key": "request.auth.claims[scope]", "notValues": []string{scope}}}})
	}
	object := func(kind string, spec map[string]any) kubernetes.Object {
		spec["selector"] = map[string]any{"matchLabels": map[string]any{"istio": "ingressgateway"}}
		return kubernetes.Other{
			Metadata: kubernetes.Metadata{Name: "tokens", Namespace: mesh}, Kind: kubernetes.Kind{APIVersion: "security.istio.io/v1", Kind: kind}, Fields: map[string]any{"spec": spec},
		}
	}
	return []kubernetes.Object{
		object("RequestAuthentication", map[string]any{"jwtRules": []any{signed}}), object("AuthorizationPolicy", map[string]any{"action": "DENY", "rules": rules}),
	}
}

// knative installs Istio and Knative Serving, whose gateway leads to models.
func (s *servingStack) knative() *helmrelease.Release {
	base := s.install(helmvalues.IstioBase, mesh, nil)
	istio := s.install(helmvalues.Istio, mesh, helmvalues.IstioValues{}.Values(), base)
	// Its pods get their proxy by the injection of istiod; the service's port 80 leads to it.
	ingress := s.release(istioGateway, helmrelease.Props{
		Name: istioGateway, Namespace: mesh, Chart: s.chartOf(helmvalues.IstioGateway), Values: helmvalues.IstioGatewayValues{Extra: helmvalues.Values{
			"service": helmvalues.Values{"ports": []any{helmvalues.Values{"name": "http", "port": 80, "targetPort": gatewayPort, "protocol": "TCP"}}},
		}}.Values(),
	}, []*helmrelease.Release{istio})
	operator := s.install(helmvalues.KnativeOperator, "knative-operator", nil)
	return s.own("gateway", append([]kubernetes.Object{
		kubernetes.Other{
			Metadata: kubernetes.Metadata{Name: "knative-serving", Namespace: "knative-serving"}, Kind: kubernetes.Kind{APIVersion: "operator.knative.dev/v1beta1", Kind: "KnativeServing"},
			Fields: map[string]any{"spec": map[string]any{
				"ingress": map[string]any{"istio": map[string]any{"enabled": true}},
				"config": map[string]any{
					"domain":   map[string]any{s.env.Serving.Domain: ""},
					"network":  map[string]any{"ingress-class": "istio.ingress.networking.knative.dev", "domain-template": "{{.Name}}-{{.Namespace}}.{{.Domain}}"},
					"features": map[string]any{"kubernetes.podspec-nodeselector": "enabled", "kubernetes.podspec-tolerations": "enabled"},
				},
			}},
		},
		binding(mesh, istioGateway, 80),
	}, istioTokens(s.env.Serving.Tokens)...), map[string]any{"targets": s.fact("modelsTargets")}, ingress, operator, s.controller)
}

// models makes what all models share, and a release for each.
func (s *servingStack) models(kserve, keda *helmrelease.Release) {
	shared := s.own("models", s.modelsObjects(), nil, kserve)
	for _, name := range s.env.Serving.ModelNames() {
		model := s.model(name)
		made, err := model.Chart()
		if err != nil {
			s.problems.Add("models."+name, err)
			continue
		}
		made.Name = "model-" + name
		release := s.ownChart(made, modelsNamespace, 20*time.Minute, nil, []*helmrelease.Release{shared})
		hours, err := model.HoursChart()
		s.problems.Add("models."+name, err)
		if len(hours.Objects) > 0 {
			s.ownChart(hours, modelsNamespace, 0, nil, []*helmrelease.Release{keda, release})
		}
	}
}

func (s *servingStack) modelsObjects() []kubernetes.Object {
	objects := []kubernetes.Object{
		kubernetes.DefaultDeny(modelsNamespace), kubernetes.AllowDNS(modelsNamespace), kubernetes.AllowPodIdentity(modelsNamespace, nil),
		kubernetes.NetworkPolicy{
			// Models are fetched from S3, over NAT or an endpoint.
			Metadata: kubernetes.Metadata{Name: "fetch-models", Namespace: modelsNamespace}, PolicyTypes: []string{"Egress"},
			Egress: []kubernetes.EgressRule{{To: []kubernetes.Peer{kubernetes.Addresses("0.0.0.0/0")}, Ports: kubernetes.TCP("443")}},
		},
		kubernetes.LimitRange{
			Metadata: kubernetes.Metadata{Name: "containers", Namespace: modelsNamespace},
			Limits:   []kubernetes.Limit{{Type: "Container", DefaultRequest: kubernetes.Resources{"cpu": "50m", "memory": "64Mi"}, Default: kubernetes.Resources{"memory": "512Mi"}}},
		},
	}
	quota, q := map[string]kubernetes.Quantity{}, s.env.Serving.Quota
	if q.CPUs > 0 {
		quota["requests.cpu"] = kubernetes.Quantity(strconv.Itoa(q.CPUs))
	}
	if q.MemoryGiB > 0 {
		quota["requests.memory"] = kubernetes.Quantity(strconv.Itoa(q.MemoryGiB) + "Gi")
	}
	if q.GPUs > 0 {
		quota["requests.nvidia.com/gpu"] = kubernetes.Quantity(strconv.Itoa(q.GPUs))
	}
	if len(quota) > 0 {
		objects = append(objects, kubernetes.ResourceQuota{Metadata: kubernetes.Metadata{Name: "models", Namespace: modelsNamespace}, Hard: quota})
	}
	return objects
}

// modelService is a version of a model, from its folder or from its image.
func (s *servingStack) modelService(name, answersTo, folder, image string, of *config.ServingPackage, m config.ServingModel) inferenceservice.InferenceService {
	requests := kubernetes.Resources{"cpu": kubernetes.Quantity(fmt.Sprintf("%dm", m.MilliCPUs)), "memory": kubernetes.Quantity(fmt.Sprintf("%dMi", m.MemoryMiB))}
	// KServe's runtimes, and its defaults, have a limit of a single processor, which no model that asks for more could be within.
	limits := kubernetes.Resources{"memory": requests["memory"], "cpu": kubernetes.Quantity(fmt.Sprintf("%dm", max(1000, m.MilliCPUs)))}
	predictor := inferenceservice.Predictor{Extension: inferenceservice.Extension{MinReplicas: kubernetes.Ptr(m.MinReplicas), MaxReplicas: m.MaxReplicas}}
	if m.GPUs > 0 {
		requests["nvidia.com/gpu"] = kubernetes.Quantity(strconv.Itoa(m.GPUs))
		limits["nvidia.com/gpu"] = requests["nvidia.com/gpu"]
		predictor.Tolerations = []kubernetes.Toleration{{Key: "nvidia.com/gpu", Operator: "Exists", Effect: "NoSchedule"}}
	}
	container := kubernetes.Container{Image: image, Resources: kubernetes.Requirements{Requests: requests, Limits: limits}}
	switch {
	case of != nil:
		s.packaged(&predictor, container, *of)
	case folder == "":
		container.Name, container.Ports = "kserve-container", []kubernetes.ContainerPort{{ContainerPort: 8080}}
		container.Env = []kubernetes.EnvVar{{Name: "MLSERVER_MODEL_NAME", Value: answersTo}}
		container.ReadinessProbe = &kubernetes.Probe{HTTPGet: &kubernetes.HTTPGet{Path: "/v2/health/ready", Port: "8080"}, PeriodSeconds: 5}
		predictor.Containers = []kubernetes.Container{container}
	default:
		predictor.Model = &inferenceservice.Model{
			ModelFormat: inferenceservice.ModelFormat{Name: m.Format}, StorageURI: "s3://" + s.env.Storage.Models.Name + "/" + folder, Container: container,
		}
	}
	service := inferenceservice.InferenceService{
		Metadata: kubernetes.Metadata{Name: name, Namespace: modelsNamespace}, Mode: inferenceservice.Standard, Predictor: predictor,
	}
	if s.env.Serving.Mode == config.ServingKnative {
		service.Mode = inferenceservice.Knative
		if m.CanaryPercent > 0 {
			service.Predictor.CanaryTrafficPercent = kubernetes.Ptr(m.CanaryPercent)
		}
	} else if m.Hours != nil {
		service.Autoscaler = inferenceservice.External
	} else {
		service.Predictor.ScaleMetric, service.Predictor.ScaleTarget = "cpu", kubernetes.Ptr(m.TargetCPUPercent)
	}
	return service
}

// packaged runs the image of a model package as SageMaker does: with the argument serve, its files in /opt/ml/model, GET /ping and POST /invocations on port 8080.
// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
func (s *servingStack) packaged(predictor *inferenceservice.Predictor, container kubernetes.Container, of config.ServingPackage) {
	container.Name, container.Image, container.Args, container.Ports = "kserve-container", of.Image, []string{"serve"}, []kubernetes.ContainerPort{{ContainerPort: 8080}}
	container.ReadinessProbe = &kubernetes.Probe{HTTPGet: &kubernetes.HTTPGet{Path: "/ping", Port: "8080"}, PeriodSeconds: 5, TimeoutSeconds: 2}
	variables := map[string]string{"AWS_REGION": s.stack.Region}
	maps.Copy(variables, of.Environment)
	for _, name := range sorted(variables) {
		container.Env = append(container.Env, kubernetes.EnvVar{Name: name, Value: variables[name]})
	}
	predictor.Containers = []kubernetes.Container{container}
	if of.Data != "" {
		predictor.StorageURIs = []inferenceservice.StorageURI{{URI: of.Data, MountPath: "/opt/ml/model"}}
	}
}

// modelRoute leads the model's host name to it, and a share of the requests to its next version. In mode knative there are revisions
// for that. It is there without a next version, too: a route that KServe had made would stand beside it.
func (s *servingStack) modelRoute(name string, m config.ServingModel) *kservemodel.Route {
	if s.env.Serving.Mode == config.ServingKnative {
		return nil
	}
	route := &kservemodel.Route{
		Gateway: kubernetes.ParentRef{Name: modelsNamespace, Namespace: gatewayNamespace}, Hostnames: []string{s.env.Serving.ModelHost(name)}, Timeout: 5 * time.Minute,
	}
	if next := m.Next; next != nil {
		route.Next = &kservemodel.Next{Service: s.modelService(config.NextModel(name), name, next.Path, next.Image, next.Package, m), Weight: next.Percent}
	}
	return route
}

// modelHours are when the model has its pods, which the file has checked.
func modelHours(m config.ServingModel) *kservemodel.Hours {
	h := m.Hours
	if h == nil {
		return nil
	}
	from, _ := scheduleexpression.Crontab(h.From)
	until, _ := scheduleexpression.Crontab(h.Until)
	return &kservemodel.Hours{From: from, Until: until, TimeZone: h.TimeZone, Outside: h.Outside, TargetCPUPercent: m.TargetCPUPercent}
}

// model is what KServe serves, with the question that it must answer.
func (s *servingStack) model(name string) kservemodel.Model {
	m := s.env.Serving.Models[name]
	service := s.modelService(name, name, m.Path, m.Image, m.Package, m)
	var role string
	if len(m.Paths()) > 0 {
		role = s.irsa(modelsNamespace, name)
	}
	question := kservemodel.Question{Answer: kservemodel.Answer{Numbers: m.Question.Answer, Tolerance: m.Question.Tolerance}}
	if m.Package != nil {
		question.Invocation = &kservemodel.Invocation{Body: m.Question.Body, ContentType: m.Question.ContentType}
	} else if m.Format == "mlflow" {
		question.ContentType = "pd"
	}
	for _, column := range sorted(m.Question.Inputs) {
		question.Inputs = append(question.Inputs, kservemodel.Tensor{Name: column, Shape: []int{1}, Numbers: []float64{m.Question.Inputs[column]}})
	}
	// The scraper of AWS comes from addresses of the network; a Prometheus in the cluster is a pod, whose address is one of them, which other network plugins would not let count.
	scrapers := []kubernetes.Peer{kubernetes.Addresses(s.env.Network.Range())}
	if s.env.KeepsMetrics(config.MetricsSelfHosted) {
		scrapers = append(scrapers, kubernetes.InNamespace(monitoringNamespace, nil))
	}
	return kservemodel.Model{
		Service: service, RoleARN: role, Question: question, Route: s.modelRoute(name, m), Hours: modelHours(m),
		Verification: kservemodel.Verification{Image: m.Question.Image, Timeout: 15 * time.Minute},
		Callers:      []kubernetes.Peer{kubernetes.InNamespace(gatewayNamespace, nil), kubernetes.InNamespace(mesh, nil), kubernetes.InNamespace("knative-serving", nil)},
		Scrapers:     scrapers,
	}
}
