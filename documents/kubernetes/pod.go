package kubernetes

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
