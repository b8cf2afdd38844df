package inferenceservice

import (
	"maps"
	"slices"

	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// A ServingRuntime is a server of models for its namespace.
// https://kserve.github.io/website/docs/concepts/resources/servingruntime
type ServingRuntime struct {
	kubernetes.Metadata `json:"-"`
	Runtime
}

// A ClusterServingRuntime is a server of models for all namespaces.
type ClusterServingRuntime struct {
	kubernetes.Metadata `json:"-"`
	Runtime
}

// A Runtime is how a server of models is run.
type Runtime struct {
	// SupportedModelFormats are what it can load.
	SupportedModelFormats []SupportedFormat `json:"supportedModelFormats"`
	// ProtocolVersions that it speaks.
	ProtocolVersions []Protocol `json:"protocolVersions"`
	// Containers, of which kserve-container is the server. {{.Name}} in them is the name of the InferenceService.
	Containers []kubernetes.Container `json:"containers"`
	// Volumes, NodeSelector and Tolerations of the pods. Default: none.
	Volumes      []kubernetes.Volume     `json:"volumes,omitempty"`
	NodeSelector map[string]string       `json:"nodeSelector,omitempty"`
	Tolerations  []kubernetes.Toleration `json:"tolerations,omitempty"`
	// Labels and Annotations of the pods. Default: none.
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	// Disabled keeps it from being used. Default: false.
	Disabled bool `json:"disabled,omitempty"`
}

// A SupportedFormat is a format that a runtime can load.
type SupportedFormat struct {
	Name string `json:"name"`
	// Version of the format. Default: any.
	Version string `json:"version,omitempty"`
	// AutoSelect lets services have the runtime that do not name it. Default: false.
	AutoSelect bool `json:"autoSelect,omitempty"`
	// Priority among runtimes that may be selected, 1 or more; the highest wins. Default: the last.
	Priority int `json:"priority,omitempty"`
}

// serverContainer is the container of a runtime that serves, and of a predictor of one's own.
const serverContainer = "kserve-container"

const servingAlpha = "serving.kserve.io/v1alpha1"

// Describe is serving.kserve.io/v1alpha1 ServingRuntime.
func (ServingRuntime) Describe() kubernetes.Kind {
	return kubernetes.Kind{APIVersion: servingAlpha, Kind: "ServingRuntime"}
}

// Describe is serving.kserve.io/v1alpha1 ClusterServingRuntime.
func (ClusterServingRuntime) Describe() kubernetes.Kind {
	return kubernetes.Kind{APIVersion: servingAlpha, Kind: "ClusterServingRuntime", Cluster: true}
}

// Validate reports everything that is wrong.
func (r ServingRuntime) Validate() error {
	var problems problem.List
	problems.Add("", kubernetes.Begin(r))
	r.Runtime.check(&problems)
	return problems.Err()
}

// Validate reports everything that is wrong.
func (r ClusterServingRuntime) Validate() error {
	var problems problem.List
	problems.Add("", kubernetes.Begin(r))
	r.Runtime.check(&problems)
	return problems.Err()
}

func (r Runtime) check(problems *problem.List) {
	if len(r.SupportedModelFormats) == 0 {
		problems.Addf("supportedModelFormats", "are missing; name at least one")
	}
	priorities := map[string]int{}
	for i, each := range r.SupportedModelFormats {
		at := problem.Index("supportedModelFormats", i)
		if each.Name == "" {
			problems.Addf(at+".name", "is missing; name a format such as mlflow")
		}
		if each.Version != "" && !formatVersionPattern.MatchString(each.Version) {
			problems.Addf(at+".version", "%q is no version; write it like 1, 1.2 or 1.2.3", each.Version)
		}
		if each.Priority < 0 {
			problems.Addf(at+".priority", "%d is negative; use 1 or more", each.Priority)
		}
		if earlier, found := priorities[each.Name]; found && earlier != each.Priority {
			problems.Addf(at+".priority", "%d differs from that of another version of %s, %d, which KServe refuses once there is another runtime; use the same", each.Priority, each.Name, earlier)
		}
		priorities[each.Name] = each.Priority
	}
	if len(r.ProtocolVersions) == 0 {
		problems.Addf("protocolVersions", "are missing; name at least one, such as v2")
	}
	for i, each := range r.ProtocolVersions {
		checkProtocol(problems, problem.Index("protocolVersions", i), each)
	}
	if !slices.ContainsFunc(r.Containers, func(c kubernetes.Container) bool { return c.Name == serverContainer }) {
		problems.Addf("containers", "have none named %s, which is the one that serves; name it so", serverContainer)
	}
	problems.Add("", problem.Rename(kubernetes.CheckPod("pod", kubernetes.PodSpec{
		Containers: r.Containers, Volumes: r.Volumes, NodeSelector: r.NodeSelector, Tolerations: r.Tolerations,
	}), "pod.", ""))
}

// supports reports whether the runtime can load the format, by itself or only where it is named, and speaks the protocol.
func (r Runtime) supports(format ModelFormat, protocol Protocol, named bool) bool {
	return !r.Disabled && (len(r.ProtocolVersions) == 0 || slices.Contains(r.ProtocolVersions, protocol)) &&
		slices.ContainsFunc(r.SupportedModelFormats, func(each SupportedFormat) bool {
			return each.Name == format.Name && (format.Version == "" || each.Version == format.Version) && (named || each.AutoSelect)
		})
}

// formats writes the names of a runtime's formats.
func auto(name string, priority int, versions ...string) []SupportedFormat {
	var out []SupportedFormat
	for _, version := range versions {
		out = append(out, SupportedFormat{Name: name, Version: version, AutoSelect: priority > 0, Priority: priority})
	}
	return out
}

// Builtin are the runtimes for one node that KServe's chart kserve-runtime-configs v0.20.0 installs, by name, as far as they decide
// what can be loaded. Their containers are left out.
// https://github.com/kserve/kserve/tree/v0.20.0/config/runtimes
func Builtin() map[string]Runtime { return maps.Clone(builtin) }

func runtimeOf(formats []SupportedFormat, protocols ...Protocol) Runtime {
	return Runtime{SupportedModelFormats: formats, ProtocolVersions: protocols}
}

var builtin = map[string]Runtime{
	"kserve-autogluonserver":    runtimeOf(auto("autogluon", 1, "1"), V1, V2),
	"kserve-huggingfaceserver":  runtimeOf(auto("huggingface", 1, "1"), V2, V1),
	"kserve-lgbserver":          runtimeOf(auto("lightgbm", 1, "4"), V1, V2),
	"kserve-mlserver":           runtimeOf(slices.Concat(auto("sklearn", 2, "0", "1"), auto("xgboost", 2, "1", "2"), auto("lightgbm", 2, "3", "4"), auto("mlflow", 1, "1", "2")), V2),
	"kserve-paddleserver":       runtimeOf(auto("paddle", 1, "2"), V1, V2),
	"kserve-pmmlserver":         runtimeOf(auto("pmml", 1, "3", "4"), V1, V2),
	"kserve-predictiveserver":   runtimeOf(slices.Concat(auto("sklearn", 0, "1"), auto("xgboost", 0, "2"), auto("lightgbm", 0, "4")), V1, V2),
	"kserve-sklearnserver":      runtimeOf(auto("sklearn", 1, "1"), V1, V2),
	"kserve-tensorflow-serving": runtimeOf(auto("tensorflow", 2, "1", "2"), V1, GRPCV1),
	"kserve-torchserve":         runtimeOf(auto("pytorch", 2, "1"), V1, V2, GRPCV2),
	"kserve-tritonserver": runtimeOf(slices.Concat(auto("tensorrt", 1, "8"), auto("tensorflow", 1, "1", "2"), auto("onnx", 1, "1"), auto("pytorch", 0, "1"),
		auto("triton", 1, "2")), V2, GRPCV2),
	"kserve-vllmserver": runtimeOf(auto("vLLM", 1, "1")),
	"kserve-xgbserver":  runtimeOf(auto("xgboost", 1, "2"), V1, V2),
}

// Formats are the names of formats that the runtimes of Builtin load for services that name no runtime, in order.
func Formats() []string {
	var names []string
	for _, runtime := range builtin {
		for _, each := range runtime.SupportedModelFormats {
			if each.AutoSelect && !slices.Contains(names, each.Name) {
				names = append(names, each.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}
