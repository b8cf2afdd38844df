package inferenceservice

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	namePattern          = lazyregexp.New(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)
	formatVersionPattern = lazyregexp.New(`^[0-9]+(\.[0-9]+){0,2}$`)
	bucketPattern        = lazyregexp.New(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	tagPattern           = lazyregexp.New(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	valuePattern         = lazyregexp.New(`^[0-9]+(\.[0-9]+)?(m|k|M|G|Ki|Mi|Gi)?$`)
)

// schemes of models: https://kserve.github.io/website/docs/model-serving/storage/overview
var schemes = []string{"s3", "gs", "pvc", "oci", "hf", "http", "https", "hdfs", "webhdfs"}

// maxName leaves room for -transformer in the 63 characters of a Service's name.
const maxName = 63 - len("-transformer")

// Validate reports everything that KServe would refuse, or take and ignore in this mode, and what never becomes ready: a format that no
// runtime of Builtin loads. A Runtime of another name is taken as it is; use ValidateWith to hold the service against it.
func (s InferenceService) Validate() error { return s.ValidateWith(nil) }

// ValidateWith is Validate with runtimes by name beside those of Builtin.
func (s InferenceService) ValidateWith(own map[string]Runtime) error {
	var problems problem.List
	problems.Add("", kubernetes.Begin(s))
	switch {
	case !namePattern.MatchString(s.Name):
		problems.Addf("name", "%q is no name of an InferenceService; use lower-case letters, digits and -, and begin with a letter", s.Name)
	case len(s.Name) > maxName:
		problems.Addf("name", "%q has %d characters; KServe adds to it for its services, so use at most %d", s.Name, len(s.Name), maxName)
	case len(s.Name)+1+len(s.Namespace) > 63:
		problems.Addf("name", "%q and the namespace %q are one part of a host name, of 63 characters; shorten one of the two", s.Name, s.Namespace)
	}
	for _, each := range []string{modeAnnotation, autoscalerAnnotation, stopAnnotation, knativeAutoscaler} {
		if _, found := s.Metadata.Annotations[each]; found {
			problems.Addf(problem.Key("annotations", each), "is written from the fields mode, autoscaler and stopped; drop it")
		}
	}
	s.checkMode(&problems)
	p := s.Predictor
	switch {
	case p.Model == nil && len(p.Containers) == 0:
		problems.Addf("predictor.model", "is missing, and so are predictor.containers; give one of the two")
	case p.Model != nil:
		p.Model.check(&problems, own)
		for i, each := range p.Containers {
			if each.Name == serverContainer {
				problems.Addf(problem.Index("predictor.containers", i)+".name", "%q is a model of its own beside predictor.model; drop one of the two", each.Name)
			}
		}
	default:
		checkOwn(&problems, "predictor", p.Containers)
	}
	p.checkStorageURIs(&problems)
	s.checkComponent(&problems, "predictor", p.PodSpec, p.Extension)
	if t := s.Transformer; t != nil {
		checkOwn(&problems, "transformer", t.Containers)
		s.checkComponent(&problems, "transformer", t.PodSpec, t.Extension)
	}
	if e := s.Explainer; e != nil {
		if e.ART == nil {
			checkOwn(&problems, "explainer", e.Containers)
		} else {
			if e.ART.Type != "SquareAttack" {
				problems.Addf("explainer.art.type", "%q is unknown; use SquareAttack", e.ART.Type)
			}
			if len(e.Containers) > 0 {
				problems.Addf("explainer.containers", "are given beside explainer.art; drop one of the two")
			}
			if e.ART.StorageURI != "" {
				checkStorage(&problems, "explainer.art.storageUri", e.ART.StorageURI, "")
			}
			problems.Add("", kubernetes.CheckContainer("explainer.art", e.ART.Container, true))
			checkEnvironment(&problems, "explainer.art", e.ART.Env)
		}
		s.checkComponent(&problems, "explainer", e.PodSpec, e.Extension)
	}
	return problems.Err()
}

func (p Predictor) checkStorageURIs(problems *problem.List) {
	if p.Model != nil && len(p.StorageURIs) > 0 {
		problems.Addf("predictor.storageUris", "are given beside predictor.model, which has its storageUri; drop one of the two")
	}
	seen := map[string]bool{}
	top := ""
	for i, each := range p.StorageURIs {
		at := problem.Index("predictor.storageUris", i)
		checkStorage(problems, at+".uri", each.URI, "")
		path := cmp.Or(each.MountPath, "/mnt/models")
		if !mountPattern.MatchString(path) || strings.Contains(path, "..") || len(path) > 255 {
			problems.Addf(at+".mountPath", "%q is no path of a folder; write it like /mnt/models", path)
			continue
		}
		switch first, _, _ := strings.Cut(path[1:], "/"); {
		case seen[path]:
			problems.Addf(at+".mountPath", "%q is given twice; use another", path)
		case top != "" && first != top:
			problems.Addf(at+".mountPath", "%q is not below /%s, and KServe mounts what all paths have in common; move it there", path, top)
		case top == "":
			top = first
		}
		seen[path] = true
	}
}

// mountPattern is an absolute path that is not the root.
var mountPattern = lazyregexp.New(`^(/[^/]+)+/?$`)

func (s InferenceService) checkMode(problems *problem.List) {
	switch s.Mode {
	case Standard:
		if s.Autoscaler == KPA {
			problems.Addf("autoscaler", "\"kpa\" is Knative's; use hpa, keda, external or none, or the mode Knative")
		}
	case Knative:
		if slices.Contains([]Autoscaler{KEDA, External, None}, s.Autoscaler) {
			problems.Addf("autoscaler", "%q is for the mode Standard; use kpa or hpa, or that mode", s.Autoscaler)
		}
	case "":
		problems.Addf("mode", "is missing; use Standard or Knative")
	case "RawDeployment", "Serverless":
		problems.Addf("mode", "%q is the old name; use %s", s.Mode, map[Mode]Mode{"RawDeployment": Standard, "Serverless": Knative}[s.Mode])
	default:
		problems.Addf("mode", "%q is unknown; use Standard or Knative", s.Mode)
	}
	if !slices.Contains([]Autoscaler{"", HPA, KEDA, External, None, KPA}, s.Autoscaler) {
		problems.Addf("autoscaler", "%q is unknown; use hpa, keda, external, none or kpa", s.Autoscaler)
	}
}

func (m Model) check(problems *problem.List, own map[string]Runtime) {
	const path = "predictor.model"
	if m.Name != "" {
		problems.Addf(path+".name", "%q is given, which KServe refuses for models; leave it out", m.Name)
	}
	checkProtocol(problems, path+".protocolVersion", m.ProtocolVersion)
	m.checkRuntime(problems, path, own)
	if m.StorageURI == "" && m.Image == "" {
		problems.Addf(path+".storageUri", "is missing; give the folder of the model, such as s3://bucket/prefix, or an image that holds it")
	} else if m.StorageURI != "" {
		checkStorage(problems, path+".storageUri", m.StorageURI, m.ModelFormat.Name)
	}
	if m.RuntimeVersion != "" {
		switch {
		case m.Image != "":
			problems.Addf(path+".runtimeVersion", "%q is a tag, and image is given too; drop one of the two", m.RuntimeVersion)
		case !tagPattern.MatchString(m.RuntimeVersion) || m.RuntimeVersion == "latest":
			problems.Addf(path+".runtimeVersion", "%q is no tag that stays; name one of the runtime's image, or leave it out", m.RuntimeVersion)
		case m.runtime() == "kserve-mlserver" && !mlserverTag.MatchString(m.RuntimeVersion):
			problems.Addf(path+".runtimeVersion", "%q is no tag of MLServer, such as 1.7.1; it is no version of MLflow or of the model, so leave it out", m.RuntimeVersion)
		}
	}
	problems.Add("", kubernetes.CheckContainer(path, m.Container, true))
	checkEnvironment(problems, path, m.Env)
	if _, known := builtin[m.Runtime]; known || m.Runtime == "" {
		checkLimits(problems, path, m.Container)
	}
}

// defaultLimits are those of the runtimes of KServe's chart, and of a predictor's own container that has none.
// https://github.com/kserve/kserve/blob/v0.20.0/charts/kserve-resources/values.yaml
var defaultLimits = kubernetes.Resources{"cpu": "1", "memory": "2Gi"}

// checkLimits: what asks for more than its limit gets no pod.
func checkLimits(problems *problem.List, path string, container kubernetes.Container) {
	for _, name := range []string{"cpu", "memory"} {
		requested, limit := container.Resources.Requests[name], defaultLimits[name]
		if _, limited := container.Resources.Limits[name]; !limited && requested.Exceeds(limit) {
			problems.Addf(path+".resources.requests."+name, "%q is more than %s, which KServe's runtimes and its defaults have as limit; give limits.%s", requested, limit, name)
		}
	}
}

// mlserverTag are versions of MLServer, of which there is no 2 yet.
var mlserverTag = lazyregexp.New(`^[01]\.[0-9]+\.[0-9]+([.-].*)?$`)

func (m Model) checkRuntime(problems *problem.List, path string, own map[string]Runtime) {
	format := m.ModelFormat
	if format.Version != "" && !formatVersionPattern.MatchString(format.Version) {
		problems.Addf(path+".modelFormat.version", "%q is no version; write it like 1, 1.2 or 1.2.3", format.Version)
	}
	runtimes := maps.Clone(builtin)
	maps.Copy(runtimes, own)
	if m.Runtime != "" {
		runtime, known := runtimes[m.Runtime]
		switch {
		case format.Name == "":
			problems.Addf(path+".modelFormat.name", "is missing; name the format, such as mlflow")
		case known && !runtime.supports(format, m.protocol(), true):
			problems.Addf(path+".runtime", "%q does not serve %s by %s, so that the model would never be ready; use another runtime, or leave it out", m.Runtime, format, m.protocol())
		}
		return
	}
	var protocols []string
	found := false
	for _, each := range []Protocol{V1, V2, GRPCV1, GRPCV2} {
		for _, runtime := range runtimes {
			if runtime.supports(format, each, false) && !slices.Contains(protocols, string(each)) {
				protocols = append(protocols, string(each))
			}
			found = found || each == m.protocol() && runtime.supports(format, each, false)
		}
	}
	switch {
	case format.Name == "":
		problems.Addf(path+".modelFormat.name", "is missing; name the format, such as mlflow")
	case len(protocols) == 0:
		problems.Addf(path+".modelFormat", "%s is known to no runtime, so that the model would never be ready; use one of %s, or name a runtime of your own", format, strings.Join(Formats(), ", "))
	case !found:
		problems.Addf(path+".protocolVersion", "%q is spoken by no runtime of %s, so that the model would never be ready; use %s", m.protocol(), format, strings.Join(protocols, " or "))
	}
}

// String is the format for people.
func (f ModelFormat) String() string { return strings.TrimSpace(f.Name + " " + f.Version) }

// protocol is the protocol, also where it is the default.
func (m Model) protocol() Protocol {
	if m.ProtocolVersion != "" {
		return m.ProtocolVersion
	}
	if named, known := builtin[m.Runtime]; known && !named.supports(m.ModelFormat, V2, true) && named.supports(m.ModelFormat, V1, true) {
		return V1
	}
	return V2
}

// runtime is the name of the runtime of Builtin that KServe takes, or that is named.
func (m Model) runtime() string {
	if m.Runtime != "" {
		return m.Runtime
	}
	best, highest := "", 0
	for name, runtime := range builtin {
		for _, each := range runtime.SupportedModelFormats {
			if each.Name == m.ModelFormat.Name && runtime.supports(m.ModelFormat, m.protocol(), false) && each.Priority > highest {
				best, highest = name, each.Priority
			}
		}
	}
	return best
}

// checkStorage reports what is no folder of a model.
func checkStorage(problems *problem.List, path, uri, format string) {
	if token.Is(uri) {
		return
	}
	scheme, rest, found := strings.Cut(uri, "://")
	switch {
	case strings.HasPrefix(uri, "models:/"), strings.HasPrefix(uri, "runs:/"), strings.HasPrefix(uri, "mlflow-artifacts:/"):
		problems.Addf(path, "%q is MLflow's own name for it, which KServe cannot read; give the folder in S3 that MLflow shows as the artifact's path", uri)
	case !found || !slices.Contains(schemes, scheme) || rest == "":
		problems.Addf(path, "%q is no place of a model; write it like s3://bucket/prefix, or with one of %s", uri, strings.Join(schemes, ", "))
	case scheme == "s3":
		bucket, key, _ := strings.Cut(rest, "/")
		if !bucketPattern.MatchString(bucket) {
			problems.Addf(path, "%q has no bucket in it; write it like s3://bucket/prefix", uri)
		}
		if format == "mlflow" && strings.Trim(key, "/") == "" {
			problems.Addf(path, "%q is a whole bucket; give the folder that holds the file MLmodel", uri)
		}
		if strings.HasSuffix(key, "/MLmodel") || key == "MLmodel" {
			problems.Addf(path, "%q is the file MLmodel; give the folder that holds it", uri)
		}
	}
}

func checkProtocol(problems *problem.List, path string, protocol Protocol) {
	if !slices.Contains([]Protocol{"", V1, V2, GRPCV1, GRPCV2}, protocol) {
		problems.Addf(path, "%q is unknown; use v1, v2, grpc-v1 or grpc-v2", protocol)
	}
}

// checkOwn checks the containers of a component that has no runtime.
func checkOwn(problems *problem.List, component string, containers []kubernetes.Container) {
	if len(containers) == 0 {
		problems.Addf(component+".containers", "are missing; give one")
	}
	ours := 0
	for i, each := range containers {
		if i == 0 { // the one that KServe gives its limits to
			checkLimits(problems, problem.Index(component+".containers", i), each)
		}
		if each.Name == serverContainer {
			ours++
		}
	}
	if len(containers) > 1 && ours != 1 {
		problems.Addf(component+".containers", "are %d, of which %d are named %s; name the one that serves so", len(containers), ours, serverContainer)
	}
}

func checkEnvironment(problems *problem.List, path string, env []kubernetes.EnvVar) {
	for i, each := range env {
		if each.Name == "PYTHONPATH" {
			problems.Addf(problem.Index(path+".env", i)+".name", "%q is refused by KServe, for whoever sets it changes the program; put the code into the image", each.Name)
		}
	}
}

func (s InferenceService) checkComponent(problems *problem.List, path string, pod kubernetes.PodSpec, e Extension) {
	problems.Add("", kubernetes.CheckPod(path, pod))
	for i, each := range pod.Containers {
		checkEnvironment(problems, problem.Index(path+".containers", i), each.Env)
	}
	for i, each := range pod.InitContainers {
		checkEnvironment(problems, problem.Index(path+".initContainers", i), each.Env)
	}
	low := 1
	if e.MinReplicas != nil {
		low = *e.MinReplicas
	}
	switch {
	case low < 0:
		problems.Addf(path+".minReplicas", "%d is negative; use 1 or more, or 0 in the mode Knative", low)
	case low == 0 && s.Mode == Standard:
		problems.Addf(path+".minReplicas", "is 0, which the mode Standard makes 1 without a word, or leaves asleep for good; use 1, with a ScaledObject and the autoscaler external for hours without replicas, or the mode Knative, which wakes models by requests")
	case low == 0 && s.Autoscaler == HPA:
		problems.Addf(path+".minReplicas", "is 0, from which the autoscaler hpa wakes nothing; use kpa")
	}
	switch {
	case e.MaxReplicas < 0:
		problems.Addf(path+".maxReplicas", "%d is negative; use 1 or more, or leave it out", e.MaxReplicas)
	case e.MaxReplicas > 0 && e.MaxReplicas < low:
		problems.Addf(path+".maxReplicas", "%d is less than minReplicas, %d; raise it", e.MaxReplicas, low)
	}
	if e.Timeout < 0 {
		problems.Addf(path+".timeout", "%d is negative; use seconds", e.Timeout)
	}
	if c := e.ContainerConcurrency; c != nil {
		if *c < 0 {
			problems.Addf(path+".containerConcurrency", "%d is negative; use 1 or more, or 0 for no limit", *c)
		}
		if s.Mode == Standard {
			problems.Addf(path+".containerConcurrency", "is ignored in the mode Standard; leave it out, or use the mode Knative")
		}
	}
	if c := e.CanaryTrafficPercent; c != nil {
		if *c < 0 || *c > 100 {
			problems.Addf(path+".canaryTrafficPercent", "%d is out of range; use 0 to 100", *c)
		}
		if s.Mode == Standard {
			problems.Addf(path+".canaryTrafficPercent", "is ignored in the mode Standard; use two services and a route with weights, or the mode Knative")
		}
	}
	s.checkScaling(problems, path, e)
	if l := e.Logger; l != nil {
		if target, err := url.Parse(l.URL); !token.Is(l.URL) && (err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https") {
			problems.Addf(path+".logger.url", "%q is no URL; write it like http://broker.models.svc.cluster.local", l.URL)
		}
		if !slices.Contains([]string{"all", "request", "response"}, l.Mode) {
			problems.Addf(path+".logger.mode", "%q is unknown; use all, request or response", l.Mode)
		}
	}
	if b := e.Batcher; b != nil && (b.MaxBatchSize < 0 || b.MaxLatency < 0 || b.Timeout < 0) {
		problems.Addf(path+".batcher", "has a negative number; use 1 or more, or leave it out")
	}
	problems.Add("", kubernetes.CheckTemplate(path, kubernetes.TemplateMetadata{Labels: e.Labels, Annotations: e.Annotations}))
}

func (s InferenceService) checkScaling(problems *problem.List, path string, e Extension) {
	autoscaler := s.Autoscaler
	if autoscaler == "" {
		autoscaler = map[Mode]Autoscaler{Standard: HPA, Knative: KPA}[s.Mode]
	}
	allowed, mode := []string{"cpu", "memory"}, "concurrency and rps are for the mode Knative with kpa"
	switch autoscaler {
	case KPA:
		allowed, mode = []string{"concurrency", "rps"}, "cpu and memory are for the autoscaler hpa"
	case KEDA:
		allowed, mode = nil, "KEDA scales by autoScaling.metrics"
	case External, None:
		allowed, mode = nil, "nobody here scales by it"
	}
	if e.ScaleMetric != "" && !slices.Contains(allowed, e.ScaleMetric) {
		problems.Addf(path+".scaleMetric", "%q is not for the autoscaler %s; %s", e.ScaleMetric, autoscaler, mode)
	}
	if t := e.ScaleTarget; t != nil {
		switch {
		case len(allowed) == 0:
			problems.Addf(path+".scaleTarget", "%d is not for the autoscaler %s; %s", *t, autoscaler, mode)
		case *t < 1:
			problems.Addf(path+".scaleTarget", "%d is too little; use 1 or more", *t)
		case autoscaler == HPA && e.ScaleMetric != "memory" && *t > 100:
			problems.Addf(path+".scaleTarget", "%d is no percentage of the requested cpu; use 1 to 100", *t)
		case autoscaler == HPA && *t > 100:
			problems.Addf(path+".scaleTarget", "%d is more than KServe takes; use 1 to 100", *t)
		}
	}
	if e.AutoScaling == nil {
		return
	}
	if autoscaler != KEDA {
		problems.Addf(path+".autoScaling", "is for the autoscaler keda; use that in the mode Standard, or scaleMetric and scaleTarget")
		return
	}
	if len(e.AutoScaling.Metrics) == 0 {
		problems.Addf(path+".autoScaling.metrics", "are missing; give at least one")
	}
	for i, each := range e.AutoScaling.Metrics {
		each.check(problems, problem.Index(path+".autoScaling.metrics", i))
	}
}

func (m Metric) check(problems *problem.List, path string) {
	switch {
	case (m.Resource == nil) == (m.External == nil):
		problems.Addf(path, "is a resource and a query, or neither; give one of the two")
	case m.Resource != nil:
		if m.Resource.Name != "cpu" && m.Resource.Name != "memory" {
			problems.Addf(path+".resource.name", "%q is unknown; use cpu or memory", m.Resource.Name)
		}
		if m.Resource.AverageUtilization < 1 || m.Resource.AverageUtilization > 100 {
			problems.Addf(path+".resource.averageUtilization", "%d is no percentage; use 1 to 100", m.Resource.AverageUtilization)
		}
	default:
		if m.External.Backend != "prometheus" && m.External.Backend != "graphite" {
			problems.Addf(path+".external.backend", "%q is unknown; use prometheus or graphite", m.External.Backend)
		}
		if m.External.ServerAddress == "" {
			problems.Addf(path+".external.serverAddress", "is missing; give the URL of the server")
		}
		if m.External.Query == "" {
			problems.Addf(path+".external.query", "is missing; give a query that yields one number")
		}
		if !valuePattern.MatchString(m.External.Value) {
			problems.Addf(path+".external.value", "%q is no quantity; write it like 10", m.External.Value)
		}
	}
}
