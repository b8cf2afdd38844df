package kubernetes

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A PodSpec is what runs together on one node.
// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
type PodSpec struct {
	// ServiceAccountName is who the pod is. Default: the service account default of the namespace.
	ServiceAccountName string `json:"serviceAccountName,omitempty"`
	// AutomountServiceAccountToken gives the pod a token for the API server. Default: as the service account says.
	AutomountServiceAccountToken *bool `json:"automountServiceAccountToken,omitempty"`
	// RestartPolicy is Always, OnFailure or Never. Default: Always; jobs need one of the others.
	RestartPolicy string `json:"restartPolicy,omitempty"`
	// InitContainers run one after another before the others. Default: none.
	InitContainers []Container `json:"initContainers,omitempty"`
	// Containers run together.
	Containers []Container `json:"containers,omitempty"`
	// Volumes for the containers. Default: none.
	Volumes []Volume `json:"volumes,omitempty"`
	// NodeSelector are labels of nodes. Default: none.
	NodeSelector map[string]string `json:"nodeSelector,omitempty"`
	// Tolerations of taints. Default: none.
	Tolerations []Toleration `json:"tolerations,omitempty"`
	// TopologySpreadConstraints spread the pods over zones or nodes. Default: none.
	TopologySpreadConstraints []Spread `json:"topologySpreadConstraints,omitempty"`
	// SecurityContext of all containers. Default: none.
	SecurityContext *PodSecurityContext `json:"securityContext,omitempty"`
	// PriorityClassName says whom to put off the nodes first. Default: none.
	PriorityClassName string `json:"priorityClassName,omitempty"`
	// TerminationGracePeriodSeconds to end in. Default: 30.
	TerminationGracePeriodSeconds *int `json:"terminationGracePeriodSeconds,omitempty"`
}

// A Container is one program of a pod.
type Container struct {
	// Name in the pod.
	Name string `json:"name,omitempty"`
	// Image with a digest, or a tag that is not latest.
	Image string `json:"image,omitempty"`
	// Command and Args. Default: those of the image.
	Command []string `json:"command,omitempty"`
	Args    []string `json:"args,omitempty"`
	// WorkingDir is the directory. Default: that of the image.
	WorkingDir string `json:"workingDir,omitempty"`
	// Env are variables. Default: none.
	Env []EnvVar `json:"env,omitempty"`
	// Ports that others call. Default: none.
	Ports []ContainerPort `json:"ports,omitempty"`
	// Resources asked for. Default: none.
	Resources Requirements `json:"resources,omitzero"`
	// VolumeMounts of the pod's volumes. Default: none.
	VolumeMounts []VolumeMount `json:"volumeMounts,omitempty"`
	// StartupProbe, ReadinessProbe and LivenessProbe. Default: none.
	StartupProbe   *Probe `json:"startupProbe,omitempty"`
	ReadinessProbe *Probe `json:"readinessProbe,omitempty"`
	LivenessProbe  *Probe `json:"livenessProbe,omitempty"`
	// SecurityContext of this container. Default: none.
	SecurityContext *SecurityContext `json:"securityContext,omitempty"`
}

// An EnvVar is an environment variable.
type EnvVar struct {
	// Name of the variable.
	Name string `json:"name"`
	// Value in clear text, or ValueFrom where it is found.
	Value     string    `json:"value,omitempty"`
	ValueFrom *EnvValue `json:"valueFrom,omitempty"`
}

// An EnvValue is where the value of a variable is found: one of the three.
type EnvValue struct {
	// SecretKeyRef and ConfigMapKeyRef are keys of objects of the same namespace.
	SecretKeyRef    *KeyRef `json:"secretKeyRef,omitempty"`
	ConfigMapKeyRef *KeyRef `json:"configMapKeyRef,omitempty"`
	// FieldRef is a field of the pod.
	FieldRef *FieldRef `json:"fieldRef,omitempty"`
}

// A KeyRef is a key of a Secret or a ConfigMap.
type KeyRef struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

// A FieldRef is a field of the pod, such as metadata.name or status.podIP.
type FieldRef struct {
	FieldPath string `json:"fieldPath"`
}

// A ContainerPort is a port that a container listens on.
type ContainerPort struct {
	// Name such as http1 or h2c, which Knative reads. Default: none.
	Name string `json:"name,omitempty"`
	// ContainerPort is its number.
	ContainerPort int `json:"containerPort"`
	// Protocol is TCP or UDP. Default: TCP.
	Protocol string `json:"protocol,omitempty"`
}

// A Volume is a directory for containers, of one of the kinds.
type Volume struct {
	Name string `json:"name"`
	// EmptyDir lives as long as the pod.
	EmptyDir *EmptyDir `json:"emptyDir,omitempty"`
	// ConfigMap and Secret show an object of the namespace as files.
	ConfigMap *ConfigMapVolume `json:"configMap,omitempty"`
	Secret    *SecretVolume    `json:"secret,omitempty"`
	// PersistentVolumeClaim is a volume that outlives the pod.
	PersistentVolumeClaim *ClaimVolume `json:"persistentVolumeClaim,omitempty"`
}

// An EmptyDir is on the node's disk, or in memory.
type EmptyDir struct {
	// Medium is Memory, or empty for the disk.
	Medium string `json:"medium,omitempty"`
	// SizeLimit is the most it holds. Default: none.
	SizeLimit Quantity `json:"sizeLimit,omitempty"`
}

// A ConfigMapVolume shows a ConfigMap, and a SecretVolume a Secret.
type ConfigMapVolume struct {
	Name string `json:"name"`
}

// A SecretVolume shows a Secret.
type SecretVolume struct {
	SecretName string `json:"secretName"`
}

// A ClaimVolume is the volume of a PersistentVolumeClaim.
type ClaimVolume struct {
	ClaimName string `json:"claimName"`
	ReadOnly  bool   `json:"readOnly,omitempty"`
}

// A VolumeMount is where a container sees a volume.
type VolumeMount struct {
	Name      string `json:"name"`
	MountPath string `json:"mountPath"`
	SubPath   string `json:"subPath,omitempty"`
	ReadOnly  bool   `json:"readOnly,omitempty"`
}

// A Toleration lets a pod on nodes with a taint.
type Toleration struct {
	// Key of the taint. Empty with Exists: every taint.
	Key string `json:"key,omitempty"`
	// Operator is Equal or Exists. Default: Equal.
	Operator string `json:"operator,omitempty"`
	// Value of the taint, for Equal.
	Value string `json:"value,omitempty"`
	// Effect is NoSchedule, PreferNoSchedule or NoExecute. Default: all.
	Effect string `json:"effect,omitempty"`
}

// A Spread keeps the numbers of pods in the domains of a key from differing by more than MaxSkew.
type Spread struct {
	MaxSkew int `json:"maxSkew"`
	// TopologyKey is a label of nodes, such as topology.kubernetes.io/zone.
	TopologyKey string `json:"topologyKey"`
	// WhenUnsatisfiable is DoNotSchedule or ScheduleAnyway.
	WhenUnsatisfiable string `json:"whenUnsatisfiable"`
	// LabelSelector chooses the pods.
	LabelSelector Selector `json:"labelSelector"`
}

// A PodSecurityContext is the part of the security of a pod that all containers share.
type PodSecurityContext struct {
	RunAsNonRoot   *bool           `json:"runAsNonRoot,omitempty"`
	RunAsUser      *int            `json:"runAsUser,omitempty"`
	RunAsGroup     *int            `json:"runAsGroup,omitempty"`
	FSGroup        *int            `json:"fsGroup,omitempty"`
	SeccompProfile *SeccompProfile `json:"seccompProfile,omitempty"`
}

// A SecurityContext is the security of one container.
type SecurityContext struct {
	RunAsNonRoot             *bool           `json:"runAsNonRoot,omitempty"`
	RunAsUser                *int            `json:"runAsUser,omitempty"`
	AllowPrivilegeEscalation *bool           `json:"allowPrivilegeEscalation,omitempty"`
	ReadOnlyRootFilesystem   *bool           `json:"readOnlyRootFilesystem,omitempty"`
	Capabilities             *Capabilities   `json:"capabilities,omitempty"`
	SeccompProfile           *SeccompProfile `json:"seccompProfile,omitempty"`
}

// A SeccompProfile is RuntimeDefault or Unconfined.
type SeccompProfile struct {
	Type string `json:"type"`
}

// Capabilities of Linux that a container gets or loses.
type Capabilities struct {
	Add  []string `json:"add,omitempty"`
	Drop []string `json:"drop,omitempty"`
}

// RestrictedPod is the security of a pod that the standard Restricted asks for, with this user.
func RestrictedPod(user int) *PodSecurityContext {
	return &PodSecurityContext{RunAsNonRoot: Ptr(true), RunAsUser: &user, RunAsGroup: &user, FSGroup: &user, SeccompProfile: &SeccompProfile{Type: "RuntimeDefault"}}
}

// RestrictedContainer is the security of a container that the standard Restricted asks for, with a root file system that is only read.
func RestrictedContainer() *SecurityContext {
	return &SecurityContext{
		RunAsNonRoot: Ptr(true), AllowPrivilegeEscalation: Ptr(false), ReadOnlyRootFilesystem: Ptr(true),
		Capabilities: &Capabilities{Drop: []string{"ALL"}}, SeccompProfile: &SeccompProfile{Type: "RuntimeDefault"},
	}
}

// A Probe asks a container whether it is well. Exactly one of HTTPGet, TCPSocket, GRPC and Exec.
// https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
type Probe struct {
	HTTPGet   *HTTPGet   `json:"httpGet,omitempty"`
	TCPSocket *TCPSocket `json:"tcpSocket,omitempty"`
	GRPC      *GRPC      `json:"grpc,omitempty"`
	Exec      *Exec      `json:"exec,omitempty"`
	// InitialDelaySeconds before the first. Default: 0.
	InitialDelaySeconds int `json:"initialDelaySeconds,omitempty"`
	// PeriodSeconds between two. Default: 10.
	PeriodSeconds int `json:"periodSeconds,omitempty"`
	// TimeoutSeconds for an answer. Default: 1.
	TimeoutSeconds int `json:"timeoutSeconds,omitempty"`
	// FailureThreshold is how many in a row are a failure. Default: 3.
	FailureThreshold int `json:"failureThreshold,omitempty"`
	// SuccessThreshold is how many in a row are a success; 1 for startup and liveness. Default: 1.
	SuccessThreshold int `json:"successThreshold,omitempty"`
}

// An HTTPGet succeeds with a status from 200 to 399.
type HTTPGet struct {
	Path   string      `json:"path"`
	Port   IntOrString `json:"port"`
	Scheme string      `json:"scheme,omitempty"`
}

// A TCPSocket succeeds with a connection.
type TCPSocket struct {
	Port IntOrString `json:"port"`
}

// GRPC asks the standard health service.
type GRPC struct {
	Port    int    `json:"port"`
	Service string `json:"service,omitempty"`
}

// Exec succeeds with exit code 0.
type Exec struct {
	Command []string `json:"command"`
}

// credentials are variables whose values nobody may read.
var credentials = []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GITHUB_TOKEN", "HF_TOKEN", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN"}

var (
	variablePattern = lazyregexp.New(`^[A-Za-z_.-][A-Za-z0-9_.-]*$`)
	digestPattern   = lazyregexp.New(`@sha256:[0-9a-f]{64}$`)
	tagPattern      = lazyregexp.New(`:([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$`)
	imagePattern    = lazyregexp.New(`^[a-z0-9]([a-z0-9._:/-]*[a-z0-9])?(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?(@sha256:[0-9a-f]{64})?$`)
)

// ByDigest reports whether the image is named by its digest, so that it is always the same.
func ByDigest(image string) bool { return token.Is(image) || digestPattern.MatchString(image) }

func checkImage(problems *problem.List, path, image string) {
	tag := tagPattern.FindStringSubmatch(digestPattern.ReplaceAllString(image, ""))
	switch {
	case token.Is(image):
	case image == "":
		problems.Addf(path, "is missing; name an image with a digest or a tag")
	case !imagePattern.MatchString(image):
		problems.Addf(path, "%q is no image; write it like registry/name:tag or registry/name@sha256:... with 64 hexadecimal digits", image)
	case digestPattern.MatchString(image):
	case tag == nil:
		problems.Addf(path, "%q has no tag and no digest, so that it is what is newest; name one", image)
	case tag[1] == "latest":
		problems.Addf(path, "%q is what is newest; name a tag that stays, or a digest", image)
	}
}

// CheckPod reports what is wrong with a pod, with path before each problem.
func CheckPod(path string, pod PodSpec) error {
	var problems problem.List
	pod.check(&problems, path)
	return problems.Err()
}

// CheckContainer reports what is wrong with a container, with path before each problem. A partial one is merged into another, as
// KServe does it, and needs neither name nor image.
func CheckContainer(path string, container Container, partial bool) error {
	var problems problem.List
	container.check(&problems, path, partial)
	return problems.Err()
}

func (p PodSpec) check(problems *problem.List, path string) {
	if p.ServiceAccountName != "" {
		checkName(problems, path+".serviceAccountName", p.ServiceAccountName)
	}
	oneOf(problems, path+".restartPolicy", p.RestartPolicy, "Always", "OnFailure", "Never")
	names, volumes := map[string]bool{}, map[string]bool{}
	for i, each := range p.Volumes {
		at := problem.Index(path+".volumes", i)
		checkLabelName(problems, at+".name", each.Name)
		if volumes[each.Name] {
			problems.Addf(at+".name", "%q is given twice; use another name", each.Name)
		}
		volumes[each.Name] = true
		if kinds := count(each.EmptyDir != nil, each.ConfigMap != nil, each.Secret != nil, each.PersistentVolumeClaim != nil); kinds != 1 {
			problems.Addf(at, "is of %d kinds; give one of emptyDir, configMap, secret and persistentVolumeClaim", kinds)
		}
		if each.EmptyDir != nil {
			oneOf(problems, at+".emptyDir.medium", each.EmptyDir.Medium, "Memory")
			if size := each.EmptyDir.SizeLimit; size != "" {
				if _, ok := size.amount(); !ok {
					problems.Addf(at+".emptyDir.sizeLimit", "%q is no quantity; write it like 2Gi", size)
				}
			}
		}
	}
	for _, list := range []struct {
		name       string
		containers []Container
	}{{"initContainers", p.InitContainers}, {"containers", p.Containers}} {
		for i, each := range list.containers {
			at := problem.Index(path+"."+list.name, i)
			each.check(problems, at, false)
			if names[each.Name] {
				problems.Addf(at+".name", "%q is given twice; use another name", each.Name)
			}
			names[each.Name] = true
			for j, mount := range each.VolumeMounts {
				if !volumes[mount.Name] {
					problems.Addf(problem.Index(at+".volumeMounts", j)+".name", "%q is no volume of the pod; add it to volumes", mount.Name)
				}
			}
		}
	}
	checkLabels(problems, path+".nodeSelector", p.NodeSelector)
	for i, each := range p.Tolerations {
		each.check(problems, problem.Index(path+".tolerations", i))
	}
	for i, each := range p.TopologySpreadConstraints {
		at := problem.Index(path+".topologySpreadConstraints", i)
		if each.MaxSkew < 1 {
			problems.Addf(at+".maxSkew", "%d is too little; use 1 or more", each.MaxSkew)
		}
		checkKey(problems, at+".topologyKey", each.TopologyKey)
		if each.WhenUnsatisfiable == "" {
			problems.Addf(at+".whenUnsatisfiable", "is missing; use DoNotSchedule or ScheduleAnyway")
		}
		oneOf(problems, at+".whenUnsatisfiable", each.WhenUnsatisfiable, "DoNotSchedule", "ScheduleAnyway")
		each.LabelSelector.check(problems, at+".labelSelector")
	}
}

func count(conditions ...bool) int {
	n := 0
	for _, each := range conditions {
		if each {
			n++
		}
	}
	return n
}

func (t Toleration) check(problems *problem.List, path string) {
	oneOf(problems, path+".operator", t.Operator, "Equal", "Exists")
	oneOf(problems, path+".effect", t.Effect, "NoSchedule", "PreferNoSchedule", "NoExecute")
	switch {
	case t.Key == "" && t.Operator != "Exists":
		problems.Addf(path+".key", "is missing; name the taint, or tolerate every one with the operator Exists")
	case t.Key != "":
		checkKey(problems, path+".key", t.Key)
	}
	if t.Operator == "Exists" && t.Value != "" {
		problems.Addf(path+".value", "%q is given; Exists takes none", t.Value)
	}
}

func (c Container) check(problems *problem.List, path string, partial bool) {
	if !partial || c.Name != "" {
		checkLabelName(problems, path+".name", c.Name)
	}
	if !partial || c.Image != "" {
		checkImage(problems, path+".image", c.Image)
	}
	seen := map[string]bool{}
	for i, each := range c.Env {
		at := problem.Index(path+".env", i)
		switch {
		case !variablePattern.MatchString(each.Name):
			problems.Addf(at+".name", "%q is no name of a variable; use letters, digits and _.- and begin with no digit", each.Name)
		case seen[each.Name]:
			problems.Addf(at+".name", "%q is given twice; drop one", each.Name)
		case each.Value != "" && slices.Contains(credentials, each.Name):
			problems.Addf(at+".value", "is a credential in clear text; use Pod Identity, or a Secret by valueFrom.secretKeyRef")
		}
		seen[each.Name] = true
		if from := each.ValueFrom; from != nil {
			if each.Value != "" {
				problems.Addf(at+".valueFrom", "is given beside value; drop one of the two")
			}
			if count(from.SecretKeyRef != nil, from.ConfigMapKeyRef != nil, from.FieldRef != nil) != 1 {
				problems.Addf(at+".valueFrom", "names several places or none; give one of secretKeyRef, configMapKeyRef and fieldRef")
			}
		}
	}
	for i, each := range c.Ports {
		at := problem.Index(path+".ports", i)
		between(problems, at+".containerPort", each.ContainerPort, 1, 65535)
		oneOf(problems, at+".protocol", each.Protocol, "TCP", "UDP")
		if each.Name != "" {
			checkPort(problems, at+".name", IntOrString(each.Name))
		}
	}
	c.Resources.check(problems, path+".resources")
	mounted := map[string]bool{}
	for i, each := range c.VolumeMounts {
		at := problem.Index(path+".volumeMounts", i)
		if !strings.HasPrefix(each.MountPath, "/") || strings.Contains(each.MountPath, ":") {
			problems.Addf(at+".mountPath", "%q is no path; begin it with / and use no colon", each.MountPath)
		}
		if mounted[each.MountPath] {
			problems.Addf(at+".mountPath", "%q is given twice; use another path", each.MountPath)
		}
		mounted[each.MountPath] = true
	}
	c.StartupProbe.check(problems, path+".startupProbe", true)
	c.ReadinessProbe.check(problems, path+".readinessProbe", false)
	c.LivenessProbe.check(problems, path+".livenessProbe", true)
}

func (p *Probe) check(problems *problem.List, path string, once bool) {
	if p == nil {
		return
	}
	if ways := count(p.HTTPGet != nil, p.TCPSocket != nil, p.GRPC != nil, p.Exec != nil); ways != 1 {
		problems.Addf(path, "asks in %d ways; give one of httpGet, tcpSocket, grpc and exec", ways)
	}
	if p.HTTPGet != nil {
		checkPort(problems, path+".httpGet.port", p.HTTPGet.Port)
		oneOf(problems, path+".httpGet.scheme", p.HTTPGet.Scheme, "HTTP", "HTTPS")
	}
	if p.TCPSocket != nil {
		checkPort(problems, path+".tcpSocket.port", p.TCPSocket.Port)
	}
	if p.GRPC != nil {
		between(problems, path+".grpc.port", p.GRPC.Port, 1, 65535)
	}
	if p.Exec != nil && len(p.Exec.Command) == 0 {
		problems.Addf(path+".exec.command", "is missing; give a command")
	}
	for _, each := range []struct {
		name  string
		value int
	}{
		{"initialDelaySeconds", p.InitialDelaySeconds}, {"periodSeconds", p.PeriodSeconds}, {"timeoutSeconds", p.TimeoutSeconds},
		{"failureThreshold", p.FailureThreshold}, {"successThreshold", p.SuccessThreshold},
	} {
		if each.value < 0 {
			problems.Addf(path+"."+each.name, "%d is negative; use 1 or more, or leave it out", each.value)
		}
	}
	if once && p.SuccessThreshold > 1 {
		problems.Addf(path+".successThreshold", "%d is too much for this probe, which one success ends; leave it out", p.SuccessThreshold)
	}
}
