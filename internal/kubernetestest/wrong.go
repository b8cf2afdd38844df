package kubernetestest

import (
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/inferenceservice"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
)

// A Refusal is who refuses a wrong object, where this project would not.
type Refusal string

const (
	// ByServer: the API server does, by its own rules or by the schema of the CRD.
	ByServer Refusal = "API server"
	// ByKServe: a webhook of KServe does.
	ByKServe Refusal = "KServe"
	// ByNobody: it is taken, and does nothing, never becomes ready, or gives something away.
	ByNobody Refusal = "nobody"
)

// A Wrong object, with what is wrong in its name.
type Wrong struct {
	Name   string
	Object kubernetes.Object
	By     Refusal
}

// change is a copy of an object with something else in it.
func change[T any](object T, how func(*T)) T {
	how(&object)
	return object
}

// find is the first good object of the type.
func find[T kubernetes.Object](objects []kubernetes.Object) T {
	for _, each := range objects {
		if found, ok := each.(T); ok {
			return found
		}
	}
	panic("no such object")
}

func good[T kubernetes.Object](how func(*T)) T {
	return change(find[T](append(Kubernetes(), KServe()...)), how)
}

// WrongKubernetes are wrong objects of the package documents/kubernetes.
func WrongKubernetes() []Wrong {
	return append(wrongCore(), wrongExtensions()...)
}

func wrongCore() []Wrong {
	type k = kubernetes.Metadata
	job := func(how func(*kubernetes.PodSpec)) kubernetes.Job {
		return good(func(j *kubernetes.Job) { how(&j.Template.Spec) })
	}
	main := func(how func(*kubernetes.Container)) kubernetes.Job {
		return job(func(p *kubernetes.PodSpec) { how(&p.Containers[0]) })
	}
	policy := func(how func(*kubernetes.NetworkPolicy)) kubernetes.NetworkPolicy {
		return change(kubernetes.AllowDNS(Namespace), how)
	}
	return []Wrong{
		{"name in capitals", kubernetes.ConfigMap{Metadata: k{Name: "Settings", Namespace: Namespace}}, ByServer},
		{"name with an underscore", kubernetes.ServiceAccount{Metadata: k{Name: "my_account", Namespace: Namespace}}, ByServer},
		{"name of a namespace too long", kubernetes.Namespace{Metadata: k{Name: "a234567890123456789012345678901234567890123456789012345678901234"}}, ByServer},
		{"name of a Service that begins with a digit", good(func(s *kubernetes.Service) { s.Name = "1st" }), ByServer},
		{"label with a space", kubernetes.ConfigMap{Metadata: k{Name: "a", Namespace: Namespace, Labels: map[string]string{"team": "machine learning"}}}, ByServer},
		{"label key with two slashes", kubernetes.ConfigMap{Metadata: k{Name: "a", Namespace: Namespace, Labels: map[string]string{"a/b/c": "d"}}}, ByServer},
		{"level of pod security misspelt", kubernetes.Namespace{Metadata: k{Name: "a", Labels: map[string]string{"pod-security.kubernetes.io/enforce": "strict"}}}, ByServer},
		{"quota that is no number", good(func(q *kubernetes.ResourceQuota) {
			q.Hard = map[string]kubernetes.Quantity{"requests.cpu": "twenty"}
		}), ByServer},
		{"quota of limits of GPUs", good(func(q *kubernetes.ResourceQuota) {
			q.Hard = map[string]kubernetes.Quantity{"limits.nvidia.com/gpu": "2"}
		}), ByNobody},
		{"quota of an unknown resource", good(func(q *kubernetes.ResourceQuota) { q.Hard = map[string]kubernetes.Quantity{"gpus": "2"} }), ByServer},
		{"limit range with the least above the most", kubernetes.LimitRange{Metadata: named("l"), Limits: []kubernetes.Limit{{Type: "Container", Min: kubernetes.Resources{"cpu": "2"}, Max: kubernetes.Resources{"cpu": "1"}}}}, ByServer},
		{"limit range with a default above the most", kubernetes.LimitRange{Metadata: named("l"), Limits: []kubernetes.Limit{{Type: "Container", Default: kubernetes.Resources{"memory": "8Gi"}, Max: kubernetes.Resources{"memory": "4Gi"}}}}, ByServer},
		{"limit range of pods with a default", kubernetes.LimitRange{Metadata: named("l"), Limits: []kubernetes.Limit{{Type: "Pod", Default: kubernetes.Resources{"cpu": "1"}}}}, ByServer},
		{"limit range that gives everybody a GPU", kubernetes.LimitRange{Metadata: named("l"), Limits: []kubernetes.Limit{{Type: "Container", Max: kubernetes.Resources{kubernetes.GPU: "1"}}}}, ByNobody},
		{"data with a space in a key", kubernetes.ConfigMap{Metadata: named("a"), Data: map[string]string{"my key": "1"}}, ByServer},
		{"Service without ports", good(func(s *kubernetes.Service) { s.Ports = nil }), ByServer},
		{"Service with a port out of range", good(func(s *kubernetes.Service) {
			s.Ports = []kubernetes.ServicePort{{Port: 70000}}
		}), ByServer},
		{"Service with two ports and no names", good(func(s *kubernetes.Service) {
			s.Ports = []kubernetes.ServicePort{{Port: 80}, {Port: 81}}
		}), ByServer},
		{"Service with a port twice", good(func(s *kubernetes.Service) {
			s.Ports = []kubernetes.ServicePort{{Name: "a", Port: 80}, {Name: "a", Port: 81}}
		}), ByServer},
		{"budget with both bounds", good(func(b *kubernetes.PodDisruptionBudget) { b.MaxUnavailable = "1" }), ByServer},
		{"budget with a share above 100%", good(func(b *kubernetes.PodDisruptionBudget) { b.MinAvailable = "120%" }), ByServer},
		{"budget that keeps every pod", good(func(b *kubernetes.PodDisruptionBudget) { b.MinAvailable = "100%" }), ByNobody},
		{"policy of an unknown direction", policy(func(p *kubernetes.NetworkPolicy) { p.PolicyTypes = []string{"Outgoing"} }), ByServer},
		{"policy with rules of a direction that it does not have", policy(func(p *kubernetes.NetworkPolicy) { p.PolicyTypes = []string{"Ingress"} }), ByNobody},
		{"policy with addresses and pods in one peer", policy(func(p *kubernetes.NetworkPolicy) {
			p.Egress = []kubernetes.EgressRule{{To: []kubernetes.Peer{{PodSelector: &kubernetes.Selector{}, IPBlock: &kubernetes.IPBlock{CIDR: "10.0.0.0/8"}}}}}
		}), ByServer},
		{"policy with an empty peer", policy(func(p *kubernetes.NetworkPolicy) { p.Egress = []kubernetes.EgressRule{{To: []kubernetes.Peer{{}}}} }), ByServer},
		{"policy with no range of addresses", policy(func(p *kubernetes.NetworkPolicy) {
			p.Egress = []kubernetes.EgressRule{{To: []kubernetes.Peer{kubernetes.Addresses("10.0.0.0")}}}
		}), ByServer},
		{"policy with an exception outside the range", policy(func(p *kubernetes.NetworkPolicy) {
			p.Egress = []kubernetes.EgressRule{{To: []kubernetes.Peer{kubernetes.Addresses("10.0.0.0/8", "192.168.0.0/16")}}}
		}), ByServer},
		{"policy with a range of ports that runs backwards", policy(func(p *kubernetes.NetworkPolicy) {
			p.Egress = []kubernetes.EgressRule{{Ports: []kubernetes.PolicyPort{{Port: "9000", EndPort: 80}}}}
		}), ByServer},
		{"policy with a selector without values", policy(func(p *kubernetes.NetworkPolicy) {
			p.PodSelector = kubernetes.Selector{MatchExpressions: []kubernetes.Requirement{{Key: "a", Operator: "In"}}}
		}), ByServer},
		{"policy with a selector of an unknown operator", policy(func(p *kubernetes.NetworkPolicy) {
			p.PodSelector = kubernetes.Selector{MatchExpressions: []kubernetes.Requirement{{Key: "a", Operator: "Like", Values: []string{"b"}}}}
		}), ByServer},
		{"job that restarts always", job(func(p *kubernetes.PodSpec) { p.RestartPolicy = "Always" }), ByServer},
		{"job without containers", job(func(p *kubernetes.PodSpec) { p.Containers = nil }), ByServer},
		{"job with a negative limit", good(func(j *kubernetes.Job) { j.BackoffLimit = kubernetes.Ptr(-1) }), ByServer},
		{"container that mounts no volume", main(func(c *kubernetes.Container) {
			c.VolumeMounts = []kubernetes.VolumeMount{{Name: "missing", MountPath: "/x"}}
		}), ByServer},
		{"container that asks for more than its limit", main(func(c *kubernetes.Container) {
			c.Resources = kubernetes.Requirements{Requests: kubernetes.Resources{"memory": "2Gi"}, Limits: kubernetes.Resources{"memory": "1Gi"}}
		}), ByServer},
		{"container with half a GPU", main(func(c *kubernetes.Container) {
			c.Resources = kubernetes.Requirements{Limits: kubernetes.Resources{kubernetes.GPU: "0.5"}}
		}), ByServer},
		{"container that asks for a GPU without a limit", main(func(c *kubernetes.Container) {
			c.Resources = kubernetes.Requirements{Requests: kubernetes.Resources{kubernetes.GPU: "1"}}
		}), ByServer},
		{"container with memory in millibytes", main(func(c *kubernetes.Container) {
			c.Resources = kubernetes.Requirements{Limits: kubernetes.Resources{"memory": "512m"}}
		}), ByNobody},
		{"container with a quantity that is none", main(func(c *kubernetes.Container) {
			c.Resources = kubernetes.Requirements{Limits: kubernetes.Resources{"memory": "2GB"}}
		}), ByServer},
		{"container of the newest image", main(func(c *kubernetes.Container) { c.Image = "wine:latest" }), ByNobody},
		{"container without tag and digest", main(func(c *kubernetes.Container) { c.Image = "registry.example.com:5000/wine" }), ByNobody},
		{"container with a key of AWS", main(func(c *kubernetes.Container) {
			c.Env = []kubernetes.EnvVar{{Name: "AWS_SECRET_ACCESS_KEY", Value: "x"}}
		}), ByNobody},
		{"container with a variable from two places", main(func(c *kubernetes.Container) {
			c.Env = []kubernetes.EnvVar{{Name: "A", ValueFrom: &kubernetes.EnvValue{SecretKeyRef: &kubernetes.KeyRef{Name: "a", Key: "b"}, FieldRef: &kubernetes.FieldRef{FieldPath: "metadata.name"}}}}
		}), ByServer},
		{"container with two ways to probe", main(func(c *kubernetes.Container) {
			c.ReadinessProbe = &kubernetes.Probe{TCPSocket: &kubernetes.TCPSocket{Port: "80"}, Exec: &kubernetes.Exec{Command: []string{"true"}}}
		}), ByServer},
		{"container that must be alive twice", main(func(c *kubernetes.Container) {
			c.LivenessProbe = &kubernetes.Probe{TCPSocket: &kubernetes.TCPSocket{Port: "80"}, SuccessThreshold: 2}
		}), ByServer},
		{"volume of two kinds", job(func(p *kubernetes.PodSpec) { p.Volumes[0].Secret = &kubernetes.SecretVolume{SecretName: "x"} }), ByServer},
		{"toleration of nothing", job(func(p *kubernetes.PodSpec) { p.Tolerations = []kubernetes.Toleration{{Value: "x"}} }), ByServer},
		{"spread without what to do", job(func(p *kubernetes.PodSpec) { p.TopologySpreadConstraints[0].WhenUnsatisfiable = "Maybe" }), ByServer},
		{"role with a wildcard", good(func(r *kubernetes.Role) {
			r.Rules = []kubernetes.Rule{{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"*"}}}
		}), ByNobody},
		{"role without verbs", good(func(r *kubernetes.Role) {
			r.Rules = []kubernetes.Rule{{APIGroups: []string{""}, Resources: []string{"pods"}}}
		}), ByServer},
		{"role with paths of the API server", good(func(r *kubernetes.Role) {
			r.Rules = []kubernetes.Rule{{NonResourceURLs: []string{"/metrics"}, Verbs: []string{"get"}}}
		}), ByServer},
		{"role with names of what is yet to be made", good(func(r *kubernetes.Role) {
			r.Rules = []kubernetes.Rule{{APIGroups: []string{""}, Resources: []string{"pods"}, ResourceNames: []string{"a"}, Verbs: []string{"create"}}}
		}), ByNobody},
		{"binding of an unknown kind", good(func(b *kubernetes.RoleBinding) { b.RoleRef.Kind = "Group" }), ByServer},
		{"binding of a service account without namespace", good(func(b *kubernetes.ClusterRoleBinding) {
			b.Subjects = []kubernetes.Subject{{Kind: "ServiceAccount", Name: "wine"}}
		}), ByServer},
		{"binding of everybody", good(func(b *kubernetes.ClusterRoleBinding) {
			b.Subjects = []kubernetes.Subject{{Kind: "Group", Name: "system:unauthenticated"}}
		}), ByNobody},
		{"Ingress with a path that is none", good(func(i *kubernetes.Ingress) { i.Rules[0].HTTP.Paths[0].Path = "metrics" }), ByServer},
		{"Ingress with a port by number and name", good(func(i *kubernetes.Ingress) {
			i.Rules[0].HTTP.Paths[0].Backend.Service.Port = kubernetes.IngressPort{Number: 80, Name: "http"}
		}), ByServer},
		{"Ingress without type of path", good(func(i *kubernetes.Ingress) { i.Rules[0].HTTP.Paths[0].PathType = "" }), ByServer},
		{"object of no version", kubernetes.Other{Metadata: named("a"), Kind: kubernetes.Kind{APIVersion: "apps", Kind: "deployment"}}, ByServer},
	}
}

func wrongExtensions() []Wrong {
	rule := func(how func(*kubernetes.HTTPRule)) kubernetes.HTTPRoute {
		return good(func(r *kubernetes.HTTPRoute) { how(&r.Rules[0]) })
	}
	pool := func(how func(*kubernetes.NodeSpec)) kubernetes.NodePool {
		return good(func(p *kubernetes.NodePool) { how(&p.Template.Spec) })
	}
	return []Wrong{
		{"store of an unknown service", good(func(s *kubernetes.SecretStore) { s.Provider.AWS.Service = "Vault" }), ByServer},
		{"store without a region", good(func(s *kubernetes.SecretStore) { s.Provider.AWS.Region = "" }), ByNobody},
		{"store for every namespace", good(func(s *kubernetes.ClusterSecretStore) { s.Conditions = nil }), ByNobody},
		{"secret of an unknown kind of store", good(func(s *kubernetes.ExternalSecret) { s.SecretStoreRef.Kind = "Vault" }), ByServer},
		{"secret that takes nothing", good(func(s *kubernetes.ExternalSecret) { s.Data, s.DataFrom = nil, nil }), ByNobody},
		{"secret with a key that is none", good(func(s *kubernetes.ExternalSecret) { s.Data[0].SecretKey = "user name" }), ByServer},
		{"secret that is generated and read from a secret", good(func(s *kubernetes.ExternalSecret) { s.DataFrom[0].SourceRef = s.DataFrom[1].SourceRef }), ByNobody},
		{"secret of a generator without a name", good(func(s *kubernetes.ExternalSecret) { s.DataFrom[1].SourceRef.GeneratorRef.Name = "" }), ByServer},
		{"password of too many digits", good(func(p *kubernetes.Password) { p.Digits = 40 }), ByNobody},
		{"secret with an unknown policy", good(func(s *kubernetes.ExternalSecret) { s.Target.CreationPolicy = "Always" }), ByServer},
		{"class of no controller", good(func(c *kubernetes.GatewayClass) { c.ControllerName = "envoy" }), ByServer},
		{"Gateway without listeners", good(func(g *kubernetes.Gateway) { g.Listeners = nil }), ByServer},
		{"Gateway with HTTP and a certificate", good(func(g *kubernetes.Gateway) { g.Listeners[0].TLS = g.Listeners[1].TLS }), ByServer},
		{"Gateway with HTTPS and no certificate", good(func(g *kubernetes.Gateway) { g.Listeners[1].TLS.CertificateRefs = nil }), ByServer},
		{"Gateway with a listener twice", good(func(g *kubernetes.Gateway) { g.Listeners[1] = g.Listeners[0] }), ByServer},
		{"Gateway with a host name in capitals", good(func(g *kubernetes.Gateway) { g.Listeners[0].Hostname = "Models.example.com" }), ByServer},
		{"route with a path that is none", rule(func(r *kubernetes.HTTPRule) { r.Matches[0].Path.Value = "wine" }), ByServer},
		{"route with a negative weight", rule(func(r *kubernetes.HTTPRule) { r.BackendRefs[0].Weight = kubernetes.Ptr(-1) }), ByServer},
		{"route without any weight", rule(func(r *kubernetes.HTTPRule) {
			r.BackendRefs[0].Weight, r.BackendRefs[1].Weight = kubernetes.Ptr(0), kubernetes.Ptr(0)
		}), ByNobody},
		{"route with an unknown method", rule(func(r *kubernetes.HTTPRule) { r.Matches[0].Method = "FETCH" }), ByServer},
		{"route with a header that is none", rule(func(r *kubernetes.HTTPRule) { r.Matches[0].Headers[0].Name = "x team" }), ByServer},
		{"route that waits longer for a part than for the whole", rule(func(r *kubernetes.HTTPRule) { r.Timeouts.BackendRequest = kubernetes.Duration(time.Hour) }), ByServer},
		{"route that replaces a prefix of an exact path", rule(func(r *kubernetes.HTTPRule) { r.Matches[0].Path.Type = "Exact" }), ByServer},
		{"route that redirects and forwards", good(func(r *kubernetes.HTTPRoute) {
			r.Rules[1].BackendRefs = r.Rules[0].BackendRefs
		}), ByServer},
		{"route without services", rule(func(r *kubernetes.HTTPRule) { r.BackendRefs = nil }), ByNobody},
		{"monitor of an unknown scheme", good(func(m *kubernetes.ServiceMonitor) { m.Endpoints[0].Scheme = "ftp" }), ByServer},
		{"monitor that waits longer than it pauses", good(func(m *kubernetes.ServiceMonitor) { m.Endpoints[0].ScrapeTimeout = kubernetes.Duration(time.Hour) }), ByNobody},
		{"monitor of pods with no port", good(func(m *kubernetes.PodMonitor) {
			m.PodMetricsEndpoints = []kubernetes.MetricsEndpoint{{Path: "/metrics"}}
		}), ByNobody},
		{"monitor of pods with a port out of range", good(func(m *kubernetes.PodMonitor) {
			m.PodMetricsEndpoints = []kubernetes.MetricsEndpoint{{PortNumber: 80820}}
		}), ByServer},
		{"rule that records and alerts", good(func(r *kubernetes.PrometheusRule) { r.Rules.Groups[0].Rules[0].Alert = "Both" }), ByNobody},
		{"pool without requirements of a known operator", pool(func(s *kubernetes.NodeSpec) { s.Requirements[0].Operator = "Is" }), ByServer},
		{"pool with In and no values", pool(func(s *kubernetes.NodeSpec) { s.Requirements[0].Values = nil }), ByServer},
		{"pool with a taint of an unknown effect", pool(func(s *kubernetes.NodeSpec) { s.Taints[0].Effect = "Never" }), ByServer},
		{"pool with more values than there are", pool(func(s *kubernetes.NodeSpec) { s.Requirements[0].MinValues = 3 }), ByServer},
		{"pool with its own name as a requirement", pool(func(s *kubernetes.NodeSpec) { s.Requirements[0].Key = "karpenter.sh/nodepool" }), ByServer},
		{"pool with a weight above 100", good(func(p *kubernetes.NodePool) { p.Weight = 101 }), ByServer},
		{"pool with a budget that begins and never ends", good(func(p *kubernetes.NodePool) { p.Disruption.Budgets[1].Duration = 0 }), ByServer},
		{"pool without bounds", good(func(p *kubernetes.NodePool) { p.Limits = nil }), ByNobody},
		{"nodes with the ARN of a role and a profile", good(func(c *kubernetes.EC2NodeClass) { c.InstanceProfile = "x" }), ByServer},
		{"nodes of an alias that is none", good(func(c *kubernetes.EC2NodeClass) { c.AMISelectorTerms[0].Alias = "al2024" }), ByServer},
		{"nodes of an alias and of an id", good(func(c *kubernetes.EC2NodeClass) { c.AMISelectorTerms[0].ID = "ami-0123456789abcdef0" }), ByServer},
		{"nodes of an image that says nothing of its kind", good(func(c *kubernetes.EC2NodeClass) {
			c.AMISelectorTerms = []kubernetes.AMITerm{{ID: "ami-0123456789abcdef0"}}
		}), ByServer},
		{"nodes in no subnet", good(func(c *kubernetes.EC2NodeClass) { c.SubnetSelectorTerms = nil }), ByServer},
		{"nodes with an open disk", good(func(c *kubernetes.EC2NodeClass) { c.BlockDeviceMappings[0].EBS.Encrypted = false }), ByNobody},
		{"nodes with IMDSv1", good(func(c *kubernetes.EC2NodeClass) { c.MetadataOptions.HTTPTokens = "optional" }), ByNobody},
		{"scaling without triggers", good(func(s *kubernetes.ScaledObject) { s.Triggers = nil }), ByServer},
		{"scaling with the most below the least", good(func(s *kubernetes.ScaledObject) { s.MaxReplicaCount = kubernetes.Ptr(0) }), ByServer},
		{"scaling by an unknown metric", good(func(s *kubernetes.ScaledObject) { s.Triggers[0].MetricType = "Sum" }), ByNobody},
		{"scaling by the clock without a time zone", good(func(s *kubernetes.ScaledObject) { delete(s.Triggers[0].Metadata, "timezone") }), ByNobody},
		{"scaling by the clock of a zone that there is not", good(func(s *kubernetes.ScaledObject) { s.Triggers[0].Metadata["timezone"] = "Europe/Bonn" }), ByNobody},
		{"scaling by six fields", good(func(s *kubernetes.ScaledObject) { s.Triggers[0].Metadata["start"] = "0 8 ? * MON-FRI *" }), ByNobody},
		{"scaling from a time until the same", good(func(s *kubernetes.ScaledObject) { s.Triggers[0].Metadata["end"] = s.Triggers[0].Metadata["start"] }), ByNobody},
		{"scaling to a number that is none", good(func(s *kubernetes.ScaledObject) { s.Triggers[0].Metadata["desiredReplicas"] = "two" }), ByNobody},
		{"scaling by a name that is too long", good(func(s *kubernetes.ScaledObject) { s.Name = strings.Repeat("a", 55) }), ByNobody},
		{"scaling from nothing by cpu", good(func(s *kubernetes.ScaledObject) {
			s.MinReplicaCount, s.IdleReplicaCount = kubernetes.Ptr(0), nil
			s.Triggers = []kubernetes.Trigger{{Type: "cpu", MetricType: "Utilization", Metadata: map[string]string{"value": "80"}}}
		}), ByNobody},
		{"log in by an unknown provider", good(func(a *kubernetes.TriggerAuthentication) { a.PodIdentity.Provider = "kiam" }), ByServer},
	}
}

// WrongKServe are wrong objects of the package documents/inferenceservice.
func WrongKServe() []Wrong {
	type service = inferenceservice.InferenceService
	wine := func(how func(*service)) service {
		s := Wine()
		model := *s.Predictor.Model
		s.Predictor.Model = &model
		how(&s)
		return s
	}
	knative := func(how func(*service)) service {
		return wine(func(s *service) { s.Mode = inferenceservice.Knative; how(s) })
	}
	fetched := func(paths ...string) service {
		return wine(func(s *service) {
			s.Predictor.Model, s.Predictor.Containers = nil, []kubernetes.Container{{Name: "kserve-container", Image: Image}}
			for _, path := range paths {
				s.Predictor.StorageURIs = append(s.Predictor.StorageURIs, inferenceservice.StorageURI{URI: "s3://wine-dev-models/1", MountPath: path})
			}
		})
	}
	graph := func(how func(*inferenceservice.InferenceGraph)) inferenceservice.InferenceGraph { return good(how) }
	keda := func(metric inferenceservice.Metric) service {
		return wine(func(s *service) {
			s.Autoscaler = inferenceservice.KEDA
			s.Predictor.AutoScaling = &inferenceservice.AutoScaling{Metrics: []inferenceservice.Metric{metric}}
		})
	}
	return []Wrong{
		{"canary in Standard mode", wine(func(s *service) { s.Predictor.CanaryTrafficPercent = kubernetes.Ptr(10) }), ByNobody},
		{"no replicas in Standard mode", wine(func(s *service) { s.Predictor.MinReplicas = kubernetes.Ptr(0) }), ByNobody},
		{"concurrency of containers in Standard mode", wine(func(s *service) { s.Predictor.ContainerConcurrency = kubernetes.Ptr(5) }), ByNobody},
		{"processors above the limit of the runtime", wine(func(s *service) {
			s.Predictor.Model.Resources.Requests = kubernetes.Resources{"cpu": "2", "memory": "1Gi"}
		}), ByNobody},
		{"format that no runtime knows", wine(func(s *service) { s.Predictor.Model.ModelFormat.Name = "mlflows" }), ByNobody},
		{"version of a format that no runtime knows", wine(func(s *service) { s.Predictor.Model.ModelFormat.Version = "9" }), ByNobody},
		{"protocol that the runtime does not speak", wine(func(s *service) { s.Predictor.Model.ProtocolVersion = inferenceservice.V1 }), ByNobody},
		{"runtime of another format", wine(func(s *service) { s.Predictor.Model.Runtime = "kserve-torchserve" }), ByNobody},
		{"version of MLflow as tag of the runtime", wine(func(s *service) { s.Predictor.Model.RuntimeVersion = "2.12.0" }), ByNobody},
		{"name of MLflow's registry as folder", wine(func(s *service) { s.Predictor.Model.StorageURI = "models:/WineQuality/1" }), ByNobody},
		{"bucket without folder", wine(func(s *service) { s.Predictor.Model.StorageURI = "s3://wine-dev-models" }), ByNobody},
		{"file instead of folder", wine(func(s *service) { s.Predictor.Model.StorageURI += "/MLmodel" }), ByNobody},
		{"folder of an unknown scheme", wine(func(s *service) { s.Predictor.Model.StorageURI = "ftp://models/wine" }), ByNobody},
		{"model without files", wine(func(s *service) { s.Predictor.Model.StorageURI = "" }), ByNobody},
		{"files for a container beside a model", wine(func(s *service) {
			s.Predictor.StorageURIs = []inferenceservice.StorageURI{{URI: "s3://wine-dev-models/1"}}
		}), ByKServe},
		{"files in two folders of the root", fetched("/opt/ml/model", "/mnt/models"), ByKServe},
		{"files in the same folder", fetched("/opt/ml/model", "/opt/ml/model"), ByNobody},
		{"files in no folder", fetched("/opt/ml/model", "models"), ByServer},
		{"key of AWS in the model", wine(func(s *service) {
			s.Predictor.Model.Env = []kubernetes.EnvVar{{Name: "AWS_SECRET_ACCESS_KEY", Value: "x"}}
		}), ByNobody},
		{"name that does not fit its services", wine(func(s *service) { s.Name = "wine-" + s.Name + "-of-a-very-long-name-which-does-not-fit-into" }), ByNobody},
		{"name that begins with a digit", wine(func(s *service) { s.Name = "2wine" }), ByKServe},
		{"name with a dot", wine(func(s *service) { s.Name = "wine.model" }), ByKServe},
		{"more replicas at least than at most", wine(func(s *service) { s.Predictor.MinReplicas = kubernetes.Ptr(5) }), ByKServe},
		{"negative replicas", wine(func(s *service) { s.Predictor.MinReplicas = kubernetes.Ptr(-1) }), ByKServe},
		{"unknown autoscaler", wine(func(s *service) { s.Autoscaler = "magic" }), ByKServe},
		{"Knative's autoscaler in Standard mode", wine(func(s *service) { s.Autoscaler = inferenceservice.KPA }), ByKServe},
		{"requests as metric in Standard mode", wine(func(s *service) { s.Predictor.ScaleMetric = "rps" }), ByKServe},
		{"target above 100 per cent", wine(func(s *service) { s.Predictor.ScaleTarget = kubernetes.Ptr(150) }), ByKServe},
		{"unknown metric", wine(func(s *service) { s.Predictor.ScaleMetric = "gpu" }), ByServer},
		{"cpu as metric of Knative", knative(func(s *service) { s.Predictor.ScaleMetric = "cpu" }), ByKServe},
		{"negative concurrency", knative(func(s *service) { s.Predictor.ContainerConcurrency = kubernetes.Ptr(-1) }), ByKServe},
		{"canary of more than everything", knative(func(s *service) { s.Predictor.CanaryTrafficPercent = kubernetes.Ptr(110) }), ByNobody},
		{"autoscaler of Standard mode with Knative", knative(func(s *service) { s.Autoscaler = inferenceservice.KEDA }), ByNobody},
		{"no model and no container", wine(func(s *service) { s.Predictor.Model = nil }), ByKServe},
		{"model and container of the same name", wine(func(s *service) {
			s.Predictor.Containers = []kubernetes.Container{{Name: "kserve-container", Image: Image}}
		}), ByKServe},
		{"name in a model", wine(func(s *service) { s.Predictor.Model.Name = "wine" }), ByKServe},
		{"path of Python in the model", wine(func(s *service) { s.Predictor.Model.Env = []kubernetes.EnvVar{{Name: "PYTHONPATH", Value: "/x"}} }), ByKServe},
		{"logger of an unknown mode", wine(func(s *service) {
			s.Predictor.Logger = &inferenceservice.Logger{URL: "http://x.example.com", Mode: "both"}
		}), ByServer},
		{"metric of KEDA and of KServe", wine(func(s *service) {
			s.Autoscaler = inferenceservice.KEDA
			s.Predictor.ScaleMetric = "cpu"
		}), ByKServe},
		{"query without a question", keda(inferenceservice.Metric{External: &inferenceservice.ExternalMetric{Backend: "prometheus", ServerAddress: "http://p:9090", Value: "1"}}), ByKServe},
		{"query of an unknown server", keda(inferenceservice.Metric{External: &inferenceservice.ExternalMetric{Backend: "influx", ServerAddress: "http://p:9090", Query: "q", Value: "1"}}), ByServer},
		{"utilisation above 100 per cent", keda(inferenceservice.Metric{Resource: &inferenceservice.ResourceMetric{Name: "cpu", AverageUtilization: 150}}), ByKServe},
		{"resource that is neither cpu nor memory", keda(inferenceservice.Metric{Resource: &inferenceservice.ResourceMetric{Name: "gpu", AverageUtilization: 50}}), ByServer},
		{"transformer without container", wine(func(s *service) { s.Transformer = &inferenceservice.Transformer{} }), ByKServe},
		{"two versions of a format with two priorities", good(func(r *inferenceservice.ServingRuntime) {
			r.SupportedModelFormats = append(r.SupportedModelFormats, inferenceservice.SupportedFormat{Name: "wine-format", Version: "2", AutoSelect: true, Priority: 9})
		}), ByNobody},
		{"runtime without a server", good(func(r *inferenceservice.ServingRuntime) {
			r.Containers = []kubernetes.Container{{Name: "server", Image: Image}}
		}), ByNobody},
		{"runtime with a negative priority", good(func(r *inferenceservice.ServingRuntime) { r.SupportedModelFormats[0].Priority = -1 }), ByServer},
		{"graph without root", graph(func(g *inferenceservice.InferenceGraph) {
			g.Nodes = map[string]inferenceservice.Router{"first": {RouterType: "Sequence", Steps: []inferenceservice.Step{{ServiceName: "wine"}}}}
		}), ByKServe},
		{"graph with weights of 90 together", graph(func(g *inferenceservice.InferenceGraph) {
			g.Nodes = map[string]inferenceservice.Router{"root": {RouterType: "Splitter", Steps: []inferenceservice.Step{{ServiceName: "a", Weight: kubernetes.Ptr(50)}, {ServiceName: "b", Weight: kubernetes.Ptr(40)}}}}
		}), ByKServe},
		{"graph with a step to nowhere", graph(func(g *inferenceservice.InferenceGraph) {
			g.Nodes = map[string]inferenceservice.Router{"root": {RouterType: "Sequence", Steps: []inferenceservice.Step{{}}}}
		}), ByKServe},
		{"graph with a node that is missing", graph(func(g *inferenceservice.InferenceGraph) {
			g.Nodes = map[string]inferenceservice.Router{"root": {RouterType: "Sequence", Steps: []inferenceservice.Step{{NodeName: "next"}}}}
		}), ByNobody},
		{"graph in a circle", graph(func(g *inferenceservice.InferenceGraph) {
			g.Nodes = map[string]inferenceservice.Router{"root": {RouterType: "Sequence", Steps: []inferenceservice.Step{{NodeName: "root"}}}}
		}), ByNobody},
		{"graph of an unknown router", graph(func(g *inferenceservice.InferenceGraph) {
			g.Nodes = map[string]inferenceservice.Router{"root": {RouterType: "Random", Steps: []inferenceservice.Step{{ServiceName: "wine"}}}}
		}), ByServer},
	}
}
