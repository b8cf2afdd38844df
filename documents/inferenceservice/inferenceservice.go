// Package inferenceservice writes the objects of KServe from typed Go values: InferenceService, ServingRuntime and
// InferenceGraph, as version 0.20 takes them, in the modes Standard and Knative. What a mode takes and then ignores is an error
// that says which mode can do it. It is pure Go.
//
// Reference: https://kserve.github.io/website/docs/reference/crd-api
package inferenceservice

import (
	"maps"

	"github.com/mlplatform/mlplatform/documents/kubernetes"
)

// Mode is how KServe runs models.
type Mode string

const (
	// Standard makes a Deployment, a Service, an autoscaler and a route. It needs neither Knative nor a service mesh. It has no
	// revisions, and no way to wake a model that has no replica.
	Standard Mode = "Standard"
	// Knative makes a Knative Service: revisions, shares of the traffic for them, and no replica at all while nobody asks.
	Knative Mode = "Knative"
)

// Autoscaler is who sets the number of replicas.
type Autoscaler string

const (
	// HPA is Kubernetes' own, by processor or memory. The default in Standard mode.
	HPA Autoscaler = "hpa"
	// KEDA is KEDA's, by processor or memory as KServe makes it. Standard mode only.
	KEDA Autoscaler = "keda"
	// External leaves it to something else, such as a ScaledObject of one's own. Standard mode only.
	External Autoscaler = "external"
	// None keeps MinReplicas. Standard mode only.
	None Autoscaler = "none"
	// KPA is Knative's, by requests. The default in Knative mode, and only there.
	KPA Autoscaler = "kpa"
)

// An InferenceService is a model that answers requests.
// https://kserve.github.io/website/docs/concepts/resources/inferenceservice
type InferenceService struct {
	kubernetes.Metadata `json:"-"`
	// Mode is required, and stays: KServe refuses to change it.
	Mode Mode `json:"-"`
	// Autoscaler is who sets the number of replicas. Default: HPA in Standard mode, KPA in Knative mode.
	Autoscaler Autoscaler `json:"-"`
	// Stopped takes all replicas away and leaves the object, until it is false again. Default: false.
	Stopped bool `json:"-"`
	// Predictor is the model.
	Predictor Predictor `json:"predictor"`
	// Transformer changes requests and answers. Default: none.
	Transformer *Transformer `json:"transformer,omitempty"`
	// Explainer explains answers. Default: none.
	Explainer *Explainer `json:"explainer,omitempty"`
}

// Annotations of KServe. https://kserve.github.io/website/docs/reference/annotations-and-labels
const (
	modeAnnotation       = "serving.kserve.io/deploymentMode"
	autoscalerAnnotation = "serving.kserve.io/autoscalerClass"
	stopAnnotation       = "serving.kserve.io/stop"
	knativeAutoscaler    = "autoscaling.knative.dev/class"
)

// Describe is serving.kserve.io/v1beta1 InferenceService.
func (InferenceService) Describe() kubernetes.Kind {
	return kubernetes.Kind{APIVersion: "serving.kserve.io/v1beta1", Kind: "InferenceService"}
}

// Meta is the metadata with the annotations that the fields make.
func (s InferenceService) Meta() kubernetes.Metadata {
	m := s.Metadata
	m.Annotations = maps.Clone(m.Annotations)
	if m.Annotations == nil {
		m.Annotations = map[string]string{}
	}
	m.Annotations[modeAnnotation] = string(s.Mode)
	switch {
	case s.Mode == Standard && s.Autoscaler == "":
		m.Annotations[autoscalerAnnotation] = string(HPA)
	case s.Mode == Standard:
		m.Annotations[autoscalerAnnotation] = string(s.Autoscaler)
	case s.Autoscaler == HPA:
		m.Annotations[knativeAutoscaler] = "hpa.autoscaling.knative.dev"
	}
	if s.Stopped {
		m.Annotations[stopAnnotation] = "true"
	}
	return m
}

// A Predictor is a model: one that a runtime loads, or a container of one's own.
type Predictor struct {
	// Model is loaded by a runtime. Nil: the containers of the PodSpec are the model.
	Model *Model `json:"model,omitempty"`
	// StorageURIs are fetched for containers of one's own, which find them below their MountPath. Default: none. A Model has its StorageURI.
	StorageURIs []StorageURI `json:"storageUris,omitempty"`
	// PodSpec is the rest of the pods: service account, tolerations, volumes; and containers beside that of the model, or instead.
	kubernetes.PodSpec
	// Extension is how many replicas there are, and what is around them.
	Extension
}

// A StorageURI is fetched before the containers start. A single file that is an archive is unpacked.
type StorageURI struct {
	// URI such as s3://BUCKET/PREFIX, or s3://BUCKET/KEY.tar.gz.
	URI string `json:"uri"`
	// MountPath in the containers, read-only. Default: /mnt/models.
	MountPath string `json:"mountPath,omitempty"`
}

// A Model is what a runtime loads.
type Model struct {
	// ModelFormat chooses the runtime.
	ModelFormat ModelFormat `json:"modelFormat"`
	// ProtocolVersion is what clients speak. Default: V2, or V1 where Runtime is one of KServe's that does not speak V2.
	ProtocolVersion Protocol `json:"protocolVersion"`
	// Runtime is the name of a ServingRuntime or ClusterServingRuntime. Default: the one of the highest priority that has the format
	// and the protocol.
	Runtime string `json:"runtime,omitempty"`
	// StorageURI is the folder of the model: s3://BUCKET/PREFIX. For MLflow it is the one that holds the file MLmodel.
	StorageURI string `json:"storageUri,omitempty"`
	// RuntimeVersion replaces the tag of the runtime's image. It is no version of the model. Default: the runtime's tag.
	RuntimeVersion string `json:"runtimeVersion,omitempty"`
	// Container changes that of the runtime: Image, Env, Args, Resources, probes. Its name stays empty.
	kubernetes.Container
}

// A ModelFormat is what the files of a model are.
type ModelFormat struct {
	// Name such as mlflow, sklearn, xgboost, pytorch, onnx, huggingface.
	Name string `json:"name"`
	// Version of the format. Default: any.
	Version string `json:"version,omitempty"`
}

// Protocol is a protocol of inference.
type Protocol string

// The protocols. https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol
const (
	V1     Protocol = "v1"
	V2     Protocol = "v2"
	GRPCV1 Protocol = "grpc-v1"
	GRPCV2 Protocol = "grpc-v2"
)

// A Transformer is a container that changes requests and answers on their way.
type Transformer struct {
	// PodSpec has the container.
	kubernetes.PodSpec
	// Extension is how many replicas there are, and what is around them.
	Extension
}

// An Explainer explains answers.
type Explainer struct {
	// ART is KServe's explainer with the Adversarial Robustness Toolbox. Nil: the container of the PodSpec.
	ART *ART `json:"art,omitempty"`
	// PodSpec has the container.
	kubernetes.PodSpec
	// Extension is how many replicas there are, and what is around them.
	Extension
}

// ART explains by attacks.
type ART struct {
	// Type is SquareAttack.
	Type string `json:"type"`
	// StorageURI is the folder of the explainer. Default: none.
	StorageURI string `json:"storageUri,omitempty"`
	// Config are settings. Default: none.
	Config map[string]string `json:"config,omitempty"`
	// Container changes that of KServe.
	kubernetes.Container
}

// An Extension is how a component runs.
type Extension struct {
	// MinReplicas is at least 1 in Standard mode; 0 in Knative mode lets it sleep. Default: 1.
	MinReplicas *int `json:"minReplicas,omitempty"`
	// MaxReplicas is at least MinReplicas. Default: MinReplicas.
	MaxReplicas int `json:"maxReplicas,omitempty"`
	// ScaleMetric is cpu or memory with HPA, concurrency or rps with KPA. Default: cpu, concurrency.
	ScaleMetric string `json:"scaleMetric,omitempty"`
	// ScaleTarget is the percentage of the request of cpu, the mebibytes of memory, or the number of requests. Default: 80 % of cpu.
	ScaleTarget *int `json:"scaleTarget,omitempty"`
	// AutoScaling are metrics for KEDA. Default: none.
	AutoScaling *AutoScaling `json:"autoScaling,omitempty"`
	// ContainerConcurrency is how many requests a replica gets at a time. Knative mode only. Default: no limit.
	ContainerConcurrency *int `json:"containerConcurrency,omitempty"`
	// Timeout of a request in seconds. Default: that of the mode, 60 for the route in Standard mode, 300 in Knative mode.
	Timeout int `json:"timeout,omitempty"`
	// CanaryTrafficPercent is the share of the newest revision, 0 to 100; the one before has the rest. Knative mode only. In Standard
	// mode use two services and a route with weights.
	CanaryTrafficPercent *int `json:"canaryTrafficPercent,omitempty"`
	// Logger sends requests and answers elsewhere. Default: none.
	Logger *Logger `json:"logger,omitempty"`
	// Batcher gathers requests. Default: none.
	Batcher *Batcher `json:"batcher,omitempty"`
	// Labels and Annotations of the pods. Default: none.
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// AutoScaling are metrics by which KEDA scales.
type AutoScaling struct {
	Metrics []Metric `json:"metrics"`
}

// A Metric is a resource, or a query: exactly one of the two. MarshalJSON adds its type.
type Metric struct {
	// Resource is cpu or memory.
	Resource *ResourceMetric
	// External is a query of Prometheus or Graphite.
	External *ExternalMetric
}

// A ResourceMetric is a share of what is requested.
type ResourceMetric struct {
	// Name is cpu or memory.
	Name string
	// AverageUtilization is a percentage, 1 to 100.
	AverageUtilization int
}

// An ExternalMetric is a query, and what one replica can take of it.
type ExternalMetric struct {
	// Backend is prometheus or graphite.
	Backend string
	// ServerAddress is its URL.
	ServerAddress string
	// Query yields one number.
	Query string
	// Value is what one replica can take, as a quantity such as 10 or 2.5.
	Value string
}

// A Logger sends what the model is asked and answers as CloudEvents over HTTP.
// https://kserve.github.io/website/docs/model-serving/inferenceservice/logger
type Logger struct {
	// URL that takes the events.
	URL string `json:"url"`
	// Mode is all, request or response.
	Mode string `json:"mode"`
	// MetadataHeaders are headers that the events carry along. Default: none.
	MetadataHeaders []string `json:"metadataHeaders,omitempty"`
}

// A Batcher gathers requests until there are enough, or the first has waited long enough.
// https://kserve.github.io/website/docs/model-serving/predictive-inference/batcher
type Batcher struct {
	// MaxBatchSize is how many. Default: 32.
	MaxBatchSize int `json:"maxBatchSize,omitempty"`
	// MaxLatency in milliseconds. Default: 50.
	MaxLatency int `json:"maxLatency,omitempty"`
	// Timeout of the batch in seconds. Default: 60.
	Timeout int `json:"timeout,omitempty"`
}
