package config

import (
	"maps"
	"slices"
)

// Cluster is the EKS cluster of an environment. Only the roles in administrators get into it.
type Cluster struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Version is the Kubernetes version in quotes, one that EKS has in standard support.
	Version string `yaml:"version" jsonschema:"required,example=1.35"`
	// Compute is nodeGroups for managed node groups, or autoMode to leave nodes to EKS. Default: nodeGroups.
	Compute Compute `yaml:"compute"`
	// PublicAccessCIDRs are the IPv4 ranges that reach the Kubernetes API from the internet. Default: none, only from inside the VPC.
	PublicAccessCIDRs []string `yaml:"publicAccessCidrs" jsonschema:"uniqueItems=true"`
	// AllowPublicAccessFromAnywhere accepts 0.0.0.0/0 in publicAccessCidrs. Default: false.
	AllowPublicAccessFromAnywhere bool `yaml:"allowPublicAccessFromAnywhere"`
	// LogTypes are the logs of the control plane that go to CloudWatch Logs. Default: [api, audit, authenticator].
	LogTypes []ClusterLogType `yaml:"logTypes" jsonschema:"uniqueItems=true"`
	// LogRetentionDays is for how many days they are kept, one of the numbers that CloudWatch Logs knows. Default: 90.
	LogRetentionDays int `yaml:"logRetentionDays"`
	// Identity is how pods get AWS roles: podIdentity by the agent of EKS, or irsa by an OIDC provider. Default: podIdentity.
	Identity Identity `yaml:"identity"`
	// NodePools are the managed node groups by name. At least one with compute nodeGroups, none with autoMode. Default: none.
	NodePools map[string]NodePool `yaml:"nodePools"`
	// Karpenter starts nodes as pods need them. Default: off.
	Karpenter *Karpenter `yaml:"karpenter"`
	// Addons are further add-ons of EKS by name: amazon-cloudwatch-observability, cert-manager, external-dns, kube-state-metrics, metrics-server, prometheus-node-exporter, snapshot-controller. Default: none, and those that serving needs.
	Addons map[string]ClusterAddon `yaml:"addons"`
	// Runner runs the jobs of GitHub Actions that must reach the Kubernetes API, those of further stacks such as serving's, on machines of CodeBuild in the private subnets. Default: off, they run where runsOn says.
	Runner *ClusterRunner `yaml:"runner"`
}

// ClusterRunner is a project of CodeBuild, <project>-<environment>-runner, that starts a machine for each job. CodeBuild reaches GitHub with
// the credential that the account has for it in the region: an administrator imports it once.
type ClusterRunner struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// ComputeType is the size of the machines. small has 2 vCPUs, medium 4, large 8. Default: small.
	ComputeType ComputeType `yaml:"computeType"`
	// LogRetentionDays is for how many days CodeBuild's log of the machines is kept, one of the numbers that CloudWatch Logs knows. GitHub keeps that of the jobs. Default: 90.
	LogRetentionDays int `yaml:"logRetentionDays"`
}

// ClusterAddon is software in the cluster that EKS installs and updates.
type ClusterAddon struct {
	// Enabled leaves the add-on out if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Version of the add-on, as aws eks describe-addon-versions prints it. Default: one that is pinned for the Kubernetes version.
	Version string `yaml:"version"`
	// Configuration is JSON of the add-on's own schema. Default: none.
	Configuration string `yaml:"configuration"`
	// HostedZones are the ids of the zones of Route 53 in which external-dns keeps records. Required there, and not allowed elsewhere. Default: none.
	HostedZones []string `yaml:"hostedZones" jsonschema:"uniqueItems=true"`
}

// Compute is what runs the pods.
type Compute string

const (
	// ComputeNodeGroups is managed node groups, as nodePools describes them.
	ComputeNodeGroups Compute = "nodeGroups"
	// ComputeAutoMode is EKS Auto Mode, which brings its own nodes, storage and load balancing.
	ComputeAutoMode Compute = "autoMode"
)

// Values are all choices.
func (Compute) Values() []string { return []string{string(ComputeNodeGroups), string(ComputeAutoMode)} }

// ClusterLogType is a log of the EKS control plane.
// https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
type ClusterLogType string

const (
	// LogAPI is the log of the API server.
	LogAPI ClusterLogType = "api"
	// LogAudit is who did what.
	LogAudit ClusterLogType = "audit"
	// LogAuthenticator is who signed in as whom.
	LogAuthenticator ClusterLogType = "authenticator"
	// LogControllerManager is the log of the controllers.
	LogControllerManager ClusterLogType = "controllerManager"
	// LogScheduler is the log of the scheduler.
	LogScheduler ClusterLogType = "scheduler"
)

// Values are all types.
func (ClusterLogType) Values() []string {
	return []string{
		string(LogAPI), string(LogAudit), string(LogAuthenticator), string(LogControllerManager), string(LogScheduler),
	}
}

// Identity is how pods get AWS roles.
type Identity string

const (
	// IdentityPodIdentity is EKS Pod Identity.
	IdentityPodIdentity Identity = "podIdentity"
	// IdentityIRSA is IAM roles for service accounts.
	IdentityIRSA Identity = "irsa"
)

// Values are all choices.
func (Identity) Values() []string { return []string{string(IdentityPodIdentity), string(IdentityIRSA)} }

// NodePool is a managed node group with Amazon Linux 2023.
type NodePool struct {
	// InstanceTypes are the EC2 instance types that nodes may have, the same kind of processor and accelerator all.
	InstanceTypes []string `yaml:"instanceTypes" jsonschema:"required,uniqueItems=true,minItems=1,example=m6i.large"`
	// AMI is the image of the nodes: standard, arm64 for Graviton, nvidia for GPUs, neuron for Inferentia and Trainium. Default: the one that the instance types need.
	AMI AMI `yaml:"ami"`
	// Min is the least number of nodes. Default: 1.
	Min int `yaml:"min" jsonschema:"minimum=0,maximum=450"`
	// Desired is the number of nodes at first; later changes of it are left to the autoscaler. Default: min.
	Desired int `yaml:"desired" jsonschema:"minimum=0,maximum=450"`
	// Max is the greatest number of nodes, 1 to 450.
	Max int `yaml:"max" jsonschema:"required,minimum=1,maximum=450,example=3"`
	// Capacity is onDemand, or spot for cheaper nodes that AWS may take back. Default: onDemand.
	Capacity Capacity `yaml:"capacity"`
	// DiskSizeGiB is the size of each node's disk, in GiB, 20 to 16384. Default: 50, and 100 with GPUs or Neuron, whose images are large.
	DiskSizeGiB int `yaml:"diskSizeGiB" jsonschema:"minimum=20,maximum=16384"`
	// Labels are Kubernetes labels of the nodes. Default: none.
	Labels map[string]string `yaml:"labels"`
	// Taints keep pods without a matching toleration away. Default: none, and with GPUs or Neuron the taint that keeps other pods away.
	Taints []Taint `yaml:"taints"`
}

// AMI is the image of nodes.
// https://docs.aws.amazon.com/eks/latest/userguide/eks-optimized-amis.html
type AMI string

const (
	// AMIStandard is for x86 processors.
	AMIStandard AMI = "standard"
	// AMIARM64 is for Graviton processors.
	AMIARM64 AMI = "arm64"
	// AMINVIDIA is for x86 processors with GPUs of NVIDIA.
	AMINVIDIA AMI = "nvidia"
	// AMINeuron is for Inferentia and Trainium.
	AMINeuron AMI = "neuron"
)

// Values are all images.
func (AMI) Values() []string {
	return []string{string(AMIStandard), string(AMIARM64), string(AMINVIDIA), string(AMINeuron)}
}

// Capacity is how nodes are paid for.
type Capacity string

const (
	// CapacityOnDemand is at the list price.
	CapacityOnDemand Capacity = "onDemand"
	// CapacitySpot is spare capacity, which AWS may take back within two minutes.
	CapacitySpot Capacity = "spot"
)

// Values are all choices.
func (Capacity) Values() []string { return []string{string(CapacityOnDemand), string(CapacitySpot)} }

// Taint keeps pods without a matching toleration away from a node.
// https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
type Taint struct {
	// Key of the taint.
	Key string `yaml:"key" jsonschema:"required,example=nvidia.com/gpu"`
	// Value of the taint. Default: none.
	Value string `yaml:"value"`
	// Effect is NoSchedule, PreferNoSchedule or NoExecute.
	Effect TaintEffect `yaml:"effect" jsonschema:"required,example=NoSchedule"`
}

// TaintEffect is what a taint does to pods that do not tolerate it.
type TaintEffect string

const (
	// NoSchedule keeps new pods away.
	NoSchedule TaintEffect = "NoSchedule"
	// PreferNoSchedule keeps them away where there is another place.
	PreferNoSchedule TaintEffect = "PreferNoSchedule"
	// NoExecute also removes pods that are already there.
	NoExecute TaintEffect = "NoExecute"
)

// Values are all effects.
func (TaintEffect) Values() []string {
	return []string{string(NoSchedule), string(PreferNoSchedule), string(NoExecute)}
}

// Karpenter starts and stops nodes as pods need them. https://karpenter.sh
type Karpenter struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
}

func (c *Cluster) setDefaults() {
	*c = Cluster{
		Enabled: true, Compute: ComputeNodeGroups, Identity: IdentityPodIdentity, LogRetentionDays: 90,
		LogTypes: []ClusterLogType{LogAPI, LogAudit, LogAuthenticator},
	}
}

func (n *NodePool) setDefaults() { *n = NodePool{Min: 1, Capacity: CapacityOnDemand} }

func (a *ClusterAddon) setDefaults() { a.Enabled = true }

func (k *Karpenter) setDefaults() { k.Enabled = true }

func (r *ClusterRunner) setDefaults() {
	*r = ClusterRunner{Enabled: true, ComputeType: ComputeSmall, LogRetentionDays: 90}
}

// Runner is the name of the project of CodeBuild that runs jobs of GitHub in the environment's network. Empty without one.
func (e *Environment) Runner() string {
	if !e.ClusterEnabled() || e.Cluster.Runner == nil || !e.GitHubEnabled() {
		return ""
	}
	return e.Prefix() + "-runner"
}

// NodePoolNames are the names of the node pools, sorted.
func (c *Cluster) NodePoolNames() []string { return slices.Sorted(maps.Keys(c.NodePools)) }

// AddonNames are the names of the further add-ons that are on, sorted.
func (c *Cluster) AddonNames() []string { return slices.Sorted(maps.Keys(c.Addons)) }
