// Package kubernetestest holds objects for tests: a good one of each kind with all that can be said of it, and wrong ones with
// who refuses them. Tests of the documents hold them against golden files and texts of errors, and those of internal/controlplane
// against a real API server and KServe's own controller.
package kubernetestest

import (
	"time"

	"github.com/mlplatform/mlplatform/documents/inferenceservice"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/documents/prometheus"
	"github.com/mlplatform/mlplatform/systems/kservemodel"
)

// Namespace is that of all objects that are in one.
const Namespace = "models"

// Image is an image by its digest.
const Image = "111111111111.dkr.ecr.us-west-2.amazonaws.com/wine@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func named(name string) kubernetes.Metadata {
	return kubernetes.Metadata{Name: name, Namespace: Namespace}
}

func clusterNamed(name string) kubernetes.Metadata { return kubernetes.Metadata{Name: name} }

// Kubernetes are good objects of the package documents/kubernetes.
func Kubernetes() []kubernetes.Object {
	return append(core(), extensions()...)
}

func core() []kubernetes.Object {
	predictors := kubernetes.Selector{
		MatchLabels:      map[string]string{"component": "predictor"},
		MatchExpressions: []kubernetes.Requirement{{Key: "serving.kserve.io/inferenceservice", Operator: "Exists"}, {Key: "tier", Operator: "NotIn", Values: []string{"test"}}},
	}
	return []kubernetes.Object{
		kubernetes.Namespace{Metadata: kubernetes.Metadata{Name: Namespace, Labels: kubernetes.PodSecurityLabels(kubernetes.Baseline), Annotations: map[string]string{"example.com/owner": "ml"}}},
		kubernetes.ServiceAccount{
			Metadata: kubernetes.Metadata{Name: "wine", Namespace: Namespace, Annotations: map[string]string{
				kubernetes.RoleARN: "arn:aws:iam::111111111111:role/wine", "serving.kserve.io/s3-region": "us-west-2",
			}},
			AutomountServiceAccountToken: kubernetes.Ptr(false),
		},
		kubernetes.ResourceQuota{Metadata: named("quota"), Hard: map[string]kubernetes.Quantity{"requests.cpu": "20", "limits.memory": "64Gi", "requests.nvidia.com/gpu": "2", "pods": "50", "count/jobs.batch": "20"}},
		kubernetes.LimitRange{Metadata: named("limits"), Limits: []kubernetes.Limit{
			{Type: "Container", Max: kubernetes.Resources{"cpu": "8", "memory": "32Gi"}, Min: kubernetes.Resources{"cpu": "10m", "memory": "16Mi"},
				Default: kubernetes.Resources{"cpu": "1", "memory": "1Gi"}, DefaultRequest: kubernetes.Resources{"cpu": "100m", "memory": "128Mi"}},
			{Type: "PersistentVolumeClaim", Max: kubernetes.Resources{"storage": "100Gi"}},
		}},
		kubernetes.ConfigMap{Metadata: named("settings"), Data: map[string]string{
			"greeting": "{{ .Hello }} & <welcome>", "lines.txt": "one\n  two\n---\nthree: {{\"x\"}}\n", "number": "012", "yes": "yes", "empty": "",
		}, Immutable: true},
		kubernetes.Service{Metadata: named("mlflow"), Selector: map[string]string{"app": "mlflow"}, Ports: []kubernetes.ServicePort{
			{Name: "http", Port: 80, TargetPort: "5000", Protocol: "TCP", AppProtocol: "http"}, {Name: "metrics", Port: 8082, TargetPort: "metrics"},
		}},
		kubernetes.Service{Metadata: named("mlflow-headless"), Selector: map[string]string{"app": "mlflow"}, ClusterIP: "None", Ports: []kubernetes.ServicePort{{Port: 80}}},
		kubernetes.PodDisruptionBudget{Metadata: named("mlflow"), Selector: kubernetes.Selector{MatchLabels: map[string]string{"app": "mlflow"}}, MinAvailable: "1", UnhealthyPodEvictionPolicy: "AlwaysAllow"},
		kubernetes.PodDisruptionBudget{Metadata: named("wine"), Selector: predictors, MaxUnavailable: "25%"},
		kubernetes.DefaultDeny(Namespace),
		kubernetes.AllowDNS(Namespace),
		kubernetes.AllowPodIdentity(Namespace, map[string]string{"component": "predictor"}),
		kubernetes.NetworkPolicy{
			Metadata: named("predictors"), PodSelector: predictors, PolicyTypes: []string{"Ingress", "Egress"},
			Ingress: []kubernetes.IngressRule{
				{From: []kubernetes.Peer{kubernetes.InNamespace("envoy-gateway-system", map[string]string{"app": "envoy"}), {PodSelector: &kubernetes.Selector{MatchLabels: map[string]string{"job": "smoke-test"}}}}, Ports: kubernetes.TCP("8080", "http")},
				{From: []kubernetes.Peer{kubernetes.InNamespace("monitoring", nil)}, Ports: []kubernetes.PolicyPort{{Port: "8082"}, {Port: "9000", EndPort: 9100, Protocol: "TCP"}}},
			},
			Egress: []kubernetes.EgressRule{{To: []kubernetes.Peer{kubernetes.Addresses("0.0.0.0/0", "10.0.0.0/8", "169.254.0.0/16")}, Ports: kubernetes.TCP("443")}},
		},
		kubernetes.Job{
			Metadata: kubernetes.Metadata{Name: "migrate", Namespace: Namespace, Labels: map[string]string{"app": "mlflow"}}, BackoffLimit: kubernetes.Ptr(2), ActiveDeadlineSeconds: 600, TTLSecondsAfterFinished: kubernetes.Ptr(0),
			Template: kubernetes.PodTemplate{Metadata: kubernetes.TemplateMetadata{Labels: map[string]string{"job": "migrate"}}, Spec: pod()},
		},
		kubernetes.Role{Metadata: named("viewer"), Rules: []kubernetes.Rule{
			{APIGroups: []string{"serving.kserve.io"}, Resources: []string{"inferenceservices", "inferenceservices/status"}, Verbs: []string{"get", "list", "watch"}},
			{APIGroups: []string{""}, Resources: []string{"configmaps"}, ResourceNames: []string{"settings"}, Verbs: []string{"get"}},
		}},
		kubernetes.ClusterRole{Metadata: clusterNamed("mlplatform:metrics"), Rules: []kubernetes.Rule{
			{APIGroups: []string{"", "discovery.k8s.io"}, Resources: []string{"pods", "endpointslices"}, Verbs: []string{"get", "list", "watch"}},
			{NonResourceURLs: []string{"/metrics"}, Verbs: []string{"get"}},
		}},
		kubernetes.RoleBinding{Metadata: named("viewer"), RoleRef: kubernetes.RoleRef{Kind: "Role", Name: "viewer"}, Subjects: []kubernetes.Subject{
			{Kind: "Group", Name: "data-scientists"}, {Kind: "ServiceAccount", Name: "wine", Namespace: Namespace},
		}},
		kubernetes.ClusterRoleBinding{Metadata: clusterNamed("mlplatform:metrics"), RoleRef: kubernetes.RoleRef{Kind: "ClusterRole", Name: "mlplatform:metrics"}, Subjects: []kubernetes.Subject{{Kind: "User", Name: "scraper"}}},
		kubernetes.Ingress{
			Metadata: kubernetes.Metadata{Name: "mlflow", Namespace: Namespace, Annotations: map[string]string{"alb.ingress.kubernetes.io/scheme": "internal"}}, IngressClassName: "alb",
			TLS: []kubernetes.IngressTLS{{Hosts: []string{"mlflow.example.com"}, SecretName: "mlflow-tls"}},
			Rules: []kubernetes.HostRule{{Host: "mlflow.example.com", HTTP: kubernetes.IngressPaths{Paths: []kubernetes.IngressPath{
				{Path: "/", PathType: "Prefix", Backend: kubernetes.IngressBackend{Service: kubernetes.IngressService{Name: "mlflow", Port: kubernetes.IngressPort{Number: 80}}}},
				{Path: "/metrics", PathType: "Exact", Backend: kubernetes.IngressBackend{Service: kubernetes.IngressService{Name: "mlflow", Port: kubernetes.IngressPort{Name: "metrics"}}}},
			}}}},
		},
		kubernetes.Other{Metadata: named("gp3-claim"), Kind: kubernetes.Kind{APIVersion: "v1", Kind: "PersistentVolumeClaim"}, Fields: map[string]any{
			"spec": map[string]any{"accessModes": []string{"ReadWriteOnce"}, "resources": map[string]any{"requests": map[string]any{"storage": "10Gi"}}},
		}},
	}
}

// pod uses everything that can be said of a pod.
func pod() kubernetes.PodSpec {
	probe := func(p kubernetes.Probe) *kubernetes.Probe { return &p }
	return kubernetes.PodSpec{
		ServiceAccountName: "wine", AutomountServiceAccountToken: kubernetes.Ptr(false), RestartPolicy: "Never",
		InitContainers: []kubernetes.Container{{
			Name: "wait", Image: "public.ecr.aws/docker/library/busybox:1.37.0", Command: []string{"sh", "-c"}, Args: []string{"until nc -z db 5432; do sleep 1; done"},
			SecurityContext: kubernetes.RestrictedContainer(),
		}},
		Containers: []kubernetes.Container{{
			Name: "main", Image: Image, WorkingDir: "/work",
			Env: []kubernetes.EnvVar{
				{Name: "PLAIN", Value: "yes"},
				{Name: "PASSWORD", ValueFrom: &kubernetes.EnvValue{SecretKeyRef: &kubernetes.KeyRef{Name: "mlflow", Key: "uri"}}},
				{Name: "SETTING", ValueFrom: &kubernetes.EnvValue{ConfigMapKeyRef: &kubernetes.KeyRef{Name: "settings", Key: "greeting"}}},
				{Name: "POD", ValueFrom: &kubernetes.EnvValue{FieldRef: &kubernetes.FieldRef{FieldPath: "metadata.name"}}},
			},
			Ports:           []kubernetes.ContainerPort{{Name: "http", ContainerPort: 8080, Protocol: "TCP"}},
			Resources:       kubernetes.Requirements{Requests: kubernetes.Resources{"cpu": "500m", "memory": "512Mi", kubernetes.GPU: "1"}, Limits: kubernetes.Resources{"cpu": "1.5", "memory": "1Gi", kubernetes.GPU: "1"}},
			VolumeMounts:    []kubernetes.VolumeMount{{Name: "work", MountPath: "/work"}, {Name: "settings", MountPath: "/etc/settings", ReadOnly: true}, {Name: "keys", MountPath: "/etc/keys", SubPath: "one"}, {Name: "models", MountPath: "/mnt/cache"}},
			StartupProbe:    probe(kubernetes.Probe{TCPSocket: &kubernetes.TCPSocket{Port: "8080"}, FailureThreshold: 30, PeriodSeconds: 2}),
			ReadinessProbe:  probe(kubernetes.Probe{HTTPGet: &kubernetes.HTTPGet{Path: "/health", Port: "http", Scheme: "HTTP"}, InitialDelaySeconds: 1, TimeoutSeconds: 5, SuccessThreshold: 2}),
			LivenessProbe:   probe(kubernetes.Probe{GRPC: &kubernetes.GRPC{Port: 9000, Service: "inference"}}),
			SecurityContext: kubernetes.RestrictedContainer(),
		}, {
			Name: "beside", Image: "public.ecr.aws/docker/library/busybox:1.37.0", LivenessProbe: probe(kubernetes.Probe{Exec: &kubernetes.Exec{Command: []string{"true"}}}),
		}},
		Volumes: []kubernetes.Volume{
			{Name: "work", EmptyDir: &kubernetes.EmptyDir{Medium: "Memory", SizeLimit: "1Gi"}}, {Name: "settings", ConfigMap: &kubernetes.ConfigMapVolume{Name: "settings"}},
			{Name: "keys", Secret: &kubernetes.SecretVolume{SecretName: "keys"}}, {Name: "models", PersistentVolumeClaim: &kubernetes.ClaimVolume{ClaimName: "gp3-claim", ReadOnly: true}},
		},
		NodeSelector:              map[string]string{"kubernetes.io/arch": "amd64"},
		Tolerations:               []kubernetes.Toleration{{Key: kubernetes.GPU, Operator: "Exists", Effect: "NoSchedule"}, {Key: "team", Value: "ml"}},
		TopologySpreadConstraints: []kubernetes.Spread{{MaxSkew: 1, TopologyKey: "topology.kubernetes.io/zone", WhenUnsatisfiable: "ScheduleAnyway", LabelSelector: kubernetes.Selector{MatchLabels: map[string]string{"job": "migrate"}}}},
		SecurityContext:           kubernetes.RestrictedPod(1000), PriorityClassName: "system-cluster-critical", TerminationGracePeriodSeconds: kubernetes.Ptr(10),
	}
}

func extensions() []kubernetes.Object {
	aws := kubernetes.SecretProvider{AWS: kubernetes.AWSSecrets{Service: "SecretsManager", Region: "us-west-2"}}
	jwt := kubernetes.SecretProvider{AWS: kubernetes.AWSSecrets{
		Service: "ParameterStore", Region: "us-west-2", Role: "arn:aws:iam::111111111111:role/reader",
		Auth: &kubernetes.SecretAuth{JWT: kubernetes.SecretJWT{ServiceAccountRef: kubernetes.AccountRef{Name: "wine"}}},
	}}
	minute := kubernetes.Duration(time.Minute)
	return []kubernetes.Object{
		kubernetes.SecretStore{Metadata: named("parameters"), Provider: jwt},
		kubernetes.ClusterSecretStore{Metadata: clusterNamed("aws"), Provider: aws, Conditions: []kubernetes.StoreCondition{
			{Namespaces: []string{"mlflow"}}, {NamespaceSelector: &kubernetes.Selector{MatchLabels: map[string]string{"secrets": "aws"}}},
		}},
		kubernetes.ExternalSecret{
			Metadata: named("database"), RefreshInterval: kubernetes.Duration(time.Hour), SecretStoreRef: kubernetes.StoreRef{Kind: "ClusterSecretStore", Name: "aws"},
			Target: kubernetes.SecretTarget{Name: "mlflow-database", CreationPolicy: "Owner", DeletionPolicy: "Retain", Template: &kubernetes.SecretTemplate{Type: "Opaque", Data: map[string]string{
				"uri": `postgresql+psycopg2://{{ .username }}:{{ .password | urlquery }}@db.internal:5432/mlflow`,
			}}},
			Data:     []kubernetes.SecretData{{SecretKey: "username", RemoteRef: kubernetes.RemoteRef{Key: "rds!db-1", Property: "username"}}, {SecretKey: "password", RemoteRef: kubernetes.RemoteRef{Key: "rds!db-1", Property: "password", Version: "AWSCURRENT"}}},
			DataFrom: []kubernetes.DataFrom{{Extract: &kubernetes.RemoteRef{Key: "mlflow/admin"}}, kubernetes.Generated("admin", "session")},
		},
		kubernetes.Password{Metadata: named("admin"), Length: 32, Digits: 8, Symbols: 2, NoUpper: true, AllowRepeat: true},
		kubernetes.ExternalSecret{Metadata: named("generated"), Once: true, DataFrom: []kubernetes.DataFrom{kubernetes.Generated("admin", "password")}},
		kubernetes.GatewayClass{Metadata: clusterNamed("envoy"), ControllerName: kubernetes.EnvoyGateway, ParametersRef: &kubernetes.ParametersRef{Group: "gateway.envoyproxy.io", Kind: "EnvoyProxy", Name: "internal", Namespace: "envoy-gateway-system"}},
		kubernetes.Gateway{
			Metadata: named("inference"), GatewayClassName: "envoy",
			Listeners: []kubernetes.Listener{
				{Name: "http", Port: 80, Protocol: "HTTP", Hostname: "*.models.example.com", AllowedRoutes: &kubernetes.AllowedRoutes{Namespaces: kubernetes.RouteNamespaces{From: "Selector", Selector: &kubernetes.Selector{MatchLabels: map[string]string{"models": "yes"}}}}},
				{Name: "https", Port: 443, Protocol: "HTTPS", TLS: &kubernetes.ListenerTLS{Mode: "Terminate", CertificateRefs: []kubernetes.CertificateRef{{Name: "tls"}}}},
			},
			Infrastructure: &kubernetes.Infrastructure{Labels: map[string]string{"part": "inference"}, Annotations: map[string]string{"example.com/a": "b"}, ParametersRef: &kubernetes.ParametersRef{Group: "gateway.envoyproxy.io", Kind: "EnvoyProxy", Name: "internal"}},
		},
		kubernetes.HTTPRoute{
			Metadata: named("wine"), ParentRefs: []kubernetes.ParentRef{{Name: "inference", Namespace: Namespace, SectionName: "http", Port: 80}}, Hostnames: []string{"wine.models.example.com"},
			Rules: []kubernetes.HTTPRule{
				{
					Matches: []kubernetes.HTTPMatch{{Path: &kubernetes.PathMatch{Type: "PathPrefix", Value: "/wine"}, Headers: []kubernetes.HeaderMatch{{Name: "x-team", Value: "ml"}, {Type: "RegularExpression", Name: "x-version", Value: "v[0-9]+"}}, Method: "POST"}},
					Filters: []kubernetes.HTTPFilter{
						{RequestHeaderModifier: &kubernetes.HeaderModifier{Set: []kubernetes.Header{{Name: "x-model", Value: "wine"}}, Add: []kubernetes.Header{{Name: "x-trace", Value: "1"}}, Remove: []string{"x-debug"}}},
						{ResponseHeaderModifier: &kubernetes.HeaderModifier{Remove: []string{"server"}}},
						{URLRewrite: &kubernetes.Rewrite{Hostname: "wine-predictor.models", Path: &kubernetes.PathRewrite{ReplacePrefixMatch: "/v2"}}},
					},
					BackendRefs: []kubernetes.BackendRef{{Name: "wine-predictor", Port: 80, Weight: kubernetes.Ptr(90)}, {Name: "wine-next-predictor", Port: 80, Weight: kubernetes.Ptr(10)}},
					Timeouts:    &kubernetes.HTTPTimeouts{Request: minute, BackendRequest: kubernetes.Duration(1500 * time.Millisecond)},
				},
				{
					Matches: []kubernetes.HTTPMatch{{Path: &kubernetes.PathMatch{Type: "Exact", Value: "/"}}},
					Filters: []kubernetes.HTTPFilter{{RequestRedirect: &kubernetes.Redirect{Scheme: "https", Hostname: "docs.example.com", Port: 443, StatusCode: 301}}},
				},
			},
		},
		kubernetes.TargetGroupBinding{
			Metadata: named("inference"), ServiceRef: kubernetes.ServiceRef{Name: "mlflow", Port: "80"}, TargetType: "ip", IPAddressType: "ipv4",
			TargetGroupARN: "arn:aws:elasticloadbalancing:us-west-2:111111111111:targetgroup/wine-dev-inference/0123456789abcdef",
			Networking: &kubernetes.BindingNetworking{Ingress: []kubernetes.BindingRule{{
				From:  []kubernetes.BindingPeer{{SecurityGroup: &kubernetes.GroupPeer{GroupID: "sg-0123456789abcdef0"}}, {IPBlock: &kubernetes.CIDRPeer{CIDR: "10.0.0.0/16"}}},
				Ports: []kubernetes.BindingPort{{Protocol: "TCP", Port: "5000"}},
			}}},
		},
		kubernetes.ServiceMonitor{
			Metadata: named("mlflow"), Selector: kubernetes.Selector{MatchLabels: map[string]string{"app": "mlflow"}}, NamespaceSelector: &kubernetes.NamespaceChoice{MatchNames: []string{"mlflow"}}, JobLabel: "app",
			Endpoints: []kubernetes.MetricsEndpoint{{Port: "metrics", Path: "/metrics", Scheme: "http", Interval: minute, ScrapeTimeout: kubernetes.Duration(10 * time.Second)}},
		},
		kubernetes.PodMonitor{
			Metadata: named("mlserver"), Selector: kubernetes.Selector{MatchLabels: map[string]string{"component": "predictor"}}, NamespaceSelector: &kubernetes.NamespaceChoice{Any: true},
			PodTargetLabels: []string{"serving.kserve.io/inferenceservice"}, PodMetricsEndpoints: []kubernetes.MetricsEndpoint{{PortNumber: 8082}},
		},
		kubernetes.PrometheusRule{Metadata: named("predictors"), Rules: prometheus.Rules{Groups: []prometheus.Group{{Name: "predictors", Interval: time.Minute, Rules: []prometheus.Rule{
			{Record: "model:requests:rate5m", Expr: "sum by (model) (rate(rest_server_requests_total[5m]))", Labels: map[string]string{"team": "ml"}},
			{Alert: "ModelErrors", Expr: `sum(rate(rest_server_requests_total{status_code=~"5.."}[5m])) > 0`, For: 10 * time.Minute, Labels: map[string]string{"severity": "page"}, Annotations: map[string]string{"summary": "{{ $labels.model }} fails"}},
		}}}}},
		kubernetes.NodePool{
			Metadata: clusterNamed("gpu"),
			Template: kubernetes.NodeTemplate{Metadata: kubernetes.TemplateMetadata{Labels: map[string]string{"pool": "gpu"}, Annotations: map[string]string{"example.com/owner": "ml"}}, Spec: kubernetes.NodeSpec{
				NodeClassRef: kubernetes.NodeClassRef{Name: "gpu"},
				Requirements: []kubernetes.NodeRequirement{
					kubernetes.Require("karpenter.sh/capacity-type", "spot", "on-demand"), kubernetes.Require("karpenter.k8s.aws/instance-family", "g5", "g6"), kubernetes.Require("kubernetes.io/arch", "amd64"),
					{Requirement: kubernetes.Requirement{Key: "karpenter.k8s.aws/instance-gpu-count", Operator: "Lt", Values: []string{"5"}}},
					{Requirement: kubernetes.Requirement{Key: "node.kubernetes.io/instance-type", Operator: "Exists"}, MinValues: 2},
				},
				Taints: []kubernetes.Taint{{Key: kubernetes.GPU, Value: "true", Effect: "NoSchedule"}}, StartupTaints: []kubernetes.Taint{{Key: "example.com/starting", Effect: "NoExecute"}},
				ExpireAfter: kubernetes.Duration(720 * time.Hour), TerminationGracePeriod: kubernetes.Duration(24*time.Hour + 30*time.Minute),
			}},
			Disruption: &kubernetes.Disruption{ConsolidationPolicy: "WhenEmptyOrUnderutilized", ConsolidateAfter: minute, Budgets: []kubernetes.Budget{
				{Nodes: "20%"}, {Nodes: "0", Schedule: "0 8 * * mon-fri", Duration: kubernetes.Duration(10 * time.Hour), Reasons: []string{"Underutilized", "Drifted"}},
			}},
			Limits: kubernetes.Resources{"cpu": "64", "memory": "256Gi", kubernetes.GPU: "4"}, Weight: 10,
		},
		kubernetes.EC2NodeClass{
			Metadata: clusterNamed("gpu"), AMISelectorTerms: []kubernetes.AMITerm{{Alias: "bottlerocket@v1.49.0"}},
			SubnetSelectorTerms: []kubernetes.SelectorTerm{{Tags: map[string]string{"karpenter.sh/discovery": "wine-dev"}}, {ID: "subnet-0123456789abcdef0"}}, SecurityGroupSelectorTerms: []kubernetes.SelectorTerm{{ID: "sg-0123456789abcdef0"}},
			Role: "wine-dev-node", Tags: map[string]string{"team": "ml"}, InstanceStorePolicy: "RAID0", DetailedMonitoring: true, UserData: "[settings.kernel]\nlockdown = \"integrity\"\n",
			BlockDeviceMappings: []kubernetes.BlockDevice{{DeviceName: "/dev/xvdb", EBS: kubernetes.EBS{VolumeSize: "200Gi", VolumeType: "gp3", Encrypted: true, IOPS: 3000, Throughput: 250, KMSKeyID: "arn:aws:kms:us-west-2:111111111111:key/12345678-1234-1234-1234-123456789012"}}},
			MetadataOptions:     &kubernetes.MetadataOptions{HTTPEndpoint: "enabled", HTTPTokens: "required", HTTPPutResponseHopLimit: 1},
			Kubelet:             &kubernetes.Kubelet{MaxPods: 110, SystemReserved: kubernetes.Resources{"cpu": "100m", "memory": "100Mi"}, KubeReserved: kubernetes.Resources{"cpu": "200m"}},
		},
		kubernetes.EC2NodeClass{
			Metadata: clusterNamed("own"), AMISelectorTerms: []kubernetes.AMITerm{{ID: "ami-0123456789abcdef0"}}, AMIFamily: "AL2023", InstanceProfile: "wine-dev-node",
			SubnetSelectorTerms: []kubernetes.SelectorTerm{{Tags: map[string]string{"a": "b"}}}, SecurityGroupSelectorTerms: []kubernetes.SelectorTerm{{Tags: map[string]string{"a": "b"}}},
		},
		kubernetes.ScaledObject{
			Metadata: named("wine"), ScaleTargetRef: kubernetes.ScaleTarget{APIVersion: "apps/v1", Kind: "Deployment", Name: "wine-predictor"}, MinReplicaCount: kubernetes.Ptr(1), MaxReplicaCount: kubernetes.Ptr(5), IdleReplicaCount: kubernetes.Ptr(0),
			PollingInterval: 15, CooldownPeriod: kubernetes.Ptr(120), Advanced: &kubernetes.ScalingAdvanced{RestoreToOriginalReplicaCount: true},
			Triggers: []kubernetes.Trigger{
				kubernetes.Cron("Europe/Berlin", "0 8 * * 1-5", "0 20 * * 1-5", 2),
				kubernetes.CPU(70),
				{Type: "prometheus", Name: "rate", MetricType: "AverageValue", AuthenticationRef: &kubernetes.TriggerAuth{Name: "aws", Kind: "TriggerAuthentication"}, Metadata: kubernetes.Prometheus("https://aps-workspaces.us-west-2.amazonaws.com/workspaces/ws-1", "sum(rate(rest_server_requests_total[1m]))", "20").Metadata},
			},
		},
		kubernetes.TriggerAuthentication{Metadata: named("aws"), PodIdentity: kubernetes.TriggerIdentity{Provider: "aws", RoleARN: "arn:aws:iam::111111111111:role/keda"}},
	}
}

// Wine is the model of the examples, in Standard mode.
func Wine() inferenceservice.InferenceService {
	return inferenceservice.InferenceService{
		Metadata: named("wine"), Mode: inferenceservice.Standard,
		Predictor: inferenceservice.Predictor{
			Model: &inferenceservice.Model{
				ModelFormat: inferenceservice.ModelFormat{Name: "mlflow"}, StorageURI: "s3://wine-dev-models/1/0123456789abcdef/artifacts/model",
				Container: kubernetes.Container{Resources: kubernetes.Requirements{Requests: kubernetes.Resources{"cpu": "500m", "memory": "1Gi"}, Limits: kubernetes.Resources{"memory": "2Gi"}}},
			},
			PodSpec: kubernetes.PodSpec{ServiceAccountName: "wine"}, Extension: inferenceservice.Extension{MinReplicas: kubernetes.Ptr(1), MaxReplicas: 3},
		},
	}
}

// KServe are good objects of the package documents/inferenceservice.
func KServe() []kubernetes.Object {
	logger := &inferenceservice.Logger{URL: "http://broker.models.svc.cluster.local", Mode: "all", MetadataHeaders: []string{"x-request-id"}}
	own := kubernetes.Container{Name: "kserve-container", Image: Image, Env: []kubernetes.EnvVar{{Name: "PROTOCOL", Value: "v2"}}, Ports: []kubernetes.ContainerPort{{ContainerPort: 8080, Protocol: "TCP"}}}
	gpu := kubernetes.Resources{"cpu": "4", "memory": "16Gi", kubernetes.GPU: "1"}
	return []kubernetes.Object{
		Wine(),
		inferenceservice.InferenceService{
			Metadata: named("full"), Mode: inferenceservice.Standard, Autoscaler: inferenceservice.KEDA,
			Predictor: inferenceservice.Predictor{
				Model: &inferenceservice.Model{
					ModelFormat: inferenceservice.ModelFormat{Name: "huggingface", Version: "1"}, ProtocolVersion: inferenceservice.V2, Runtime: "kserve-huggingfaceserver", StorageURI: "hf://acme/model",
					Container: kubernetes.Container{
						Image: Image, Args: []string{"--model_name=full"}, Resources: kubernetes.Requirements{Requests: gpu, Limits: gpu},
						ReadinessProbe: &kubernetes.Probe{HTTPGet: &kubernetes.HTTPGet{Path: "/v2/models/full/ready", Port: "8080"}, TimeoutSeconds: 5}, StartupProbe: &kubernetes.Probe{TCPSocket: &kubernetes.TCPSocket{Port: "8080"}, FailureThreshold: 60},
					},
				},
				PodSpec: kubernetes.PodSpec{ServiceAccountName: "wine", NodeSelector: map[string]string{"pool": "gpu"}, Tolerations: []kubernetes.Toleration{{Key: kubernetes.GPU, Operator: "Exists"}}, SecurityContext: kubernetes.RestrictedPod(1000)},
				Extension: inferenceservice.Extension{
					MinReplicas: kubernetes.Ptr(1), MaxReplicas: 4, Timeout: 120, Labels: map[string]string{"team": "ml"}, Annotations: map[string]string{"example.com/a": "b"}, Logger: logger, Batcher: &inferenceservice.Batcher{MaxBatchSize: 16, MaxLatency: 100, Timeout: 30},
					AutoScaling: &inferenceservice.AutoScaling{Metrics: []inferenceservice.Metric{
						{Resource: &inferenceservice.ResourceMetric{Name: "cpu", AverageUtilization: 70}},
						{External: &inferenceservice.ExternalMetric{Backend: "prometheus", ServerAddress: "http://prometheus.monitoring:9090", Query: "sum(rate(requests_total[1m]))", Value: "10"}},
					}},
				},
			},
			Transformer: &inferenceservice.Transformer{PodSpec: kubernetes.PodSpec{Containers: []kubernetes.Container{own}}, Extension: inferenceservice.Extension{MinReplicas: kubernetes.Ptr(1), MaxReplicas: 2}},
			Explainer:   &inferenceservice.Explainer{ART: &inferenceservice.ART{Type: "SquareAttack", StorageURI: "s3://wine-dev-models/explainer", Config: map[string]string{"nb_classes": "10"}}},
		},
		inferenceservice.InferenceService{
			Metadata: named("own"), Mode: inferenceservice.Standard, Autoscaler: inferenceservice.None, Stopped: true,
			Predictor: inferenceservice.Predictor{PodSpec: kubernetes.PodSpec{Containers: []kubernetes.Container{own}}},
		},
		inferenceservice.InferenceService{
			Metadata: named("fetched"), Mode: inferenceservice.Standard,
			Predictor: inferenceservice.Predictor{
				StorageURIs: []inferenceservice.StorageURI{{URI: "s3://wine-dev-models/1/model.tar.gz", MountPath: "/opt/ml/model"}, {URI: "s3://wine-dev-models/2", MountPath: "/opt/ml/other"}},
				PodSpec:     kubernetes.PodSpec{Containers: []kubernetes.Container{own}},
			},
		},
		inferenceservice.InferenceService{
			Metadata: named("sleeper"), Mode: inferenceservice.Knative,
			Predictor: inferenceservice.Predictor{
				Model:     &inferenceservice.Model{ModelFormat: inferenceservice.ModelFormat{Name: "sklearn"}, ProtocolVersion: inferenceservice.V1, StorageURI: "s3://wine-dev-models/sklearn"},
				Extension: inferenceservice.Extension{MinReplicas: kubernetes.Ptr(0), MaxReplicas: 5, ScaleMetric: "concurrency", ScaleTarget: kubernetes.Ptr(10), ContainerConcurrency: kubernetes.Ptr(20), CanaryTrafficPercent: kubernetes.Ptr(10)},
			},
		},
		inferenceservice.ServingRuntime{Metadata: named("wine-mlserver"), Runtime: ownRuntime("wine-format", 3)},
		inferenceservice.ClusterServingRuntime{Metadata: clusterNamed("mlserver-py311"), Runtime: ownRuntime("mlflow-py311", 1)},
		inferenceservice.InferenceGraph{
			Metadata: named("blend"), Mode: inferenceservice.Standard, MinReplicas: kubernetes.Ptr(1), MaxReplicas: 2, Timeout: 30, ServiceAccountName: "wine",
			Resources: kubernetes.Requirements{Requests: kubernetes.Resources{"cpu": "100m"}, Limits: kubernetes.Resources{"cpu": "1"}},
			Nodes: map[string]inferenceservice.Router{
				"root":   {RouterType: "Sequence", Steps: []inferenceservice.Step{{Name: "first", ServiceName: "wine"}, {NodeName: "split", Data: "$response", Dependency: "Hard"}}},
				"split":  {RouterType: "Splitter", Steps: []inferenceservice.Step{{ServiceName: "wine", Weight: kubernetes.Ptr(80)}, {NodeName: "choose", Weight: kubernetes.Ptr(20)}}},
				"choose": {RouterType: "Switch", Steps: []inferenceservice.Step{{ServiceURL: "http://other.models.svc.cluster.local/v2/models/other/infer", Condition: "inputs.0.shape.#(==1)"}}},
			},
		},
	}
}

func ownRuntime(format string, priority int) inferenceservice.Runtime {
	return inferenceservice.Runtime{
		SupportedModelFormats: []inferenceservice.SupportedFormat{{Name: format, Version: "1", AutoSelect: true, Priority: priority}}, ProtocolVersions: []inferenceservice.Protocol{inferenceservice.V2},
		Containers:  []kubernetes.Container{{Name: "kserve-container", Image: "docker.io/seldonio/mlserver:1.7.1", Args: []string{"--name={{.Name}}"}, VolumeMounts: []kubernetes.VolumeMount{{Name: "cache", MountPath: "/cache"}}, Resources: kubernetes.Requirements{Requests: kubernetes.Resources{"cpu": "1"}}}},
		Volumes:     []kubernetes.Volume{{Name: "cache", EmptyDir: &kubernetes.EmptyDir{}}},
		Tolerations: []kubernetes.Toleration{{Key: "team", Value: "ml"}}, NodeSelector: map[string]string{"kubernetes.io/arch": "amd64"}, Labels: map[string]string{"team": "ml"}, Annotations: map[string]string{"prometheus.kserve.io/port": "8082"},
	}
}

// WineModel is the model of the examples with its question: the first row of scikit-learn's wine data, which is of class 0.
func WineModel() kservemodel.Model {
	return kservemodel.Model{
		Service: Wine(),
		Question: kservemodel.Question{
			Inputs: []kservemodel.Tensor{{
				Name: "input-0", Shape: []int{1, 13}, Datatype: "FP64",
				Numbers: []float64{14.23, 1.71, 2.43, 15.6, 127, 2.8, 3.06, 0.28, 2.29, 5.64, 1.04, 3.92, 1065},
			}},
			Answer: kservemodel.Answer{Numbers: []float64{0}, Tolerance: 0.5},
		},
		Verification: kservemodel.Verification{Image: Image},
	}
}
