package cluster

import (
	"cmp"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures a cluster. Name, Scope, Version, VPCID, SubnetIDs, at least one administrator, and either NodePools or
// AutoMode are required.
type Props struct {
	// Name of the cluster, unique in account and region: 1 to 100 letters, digits, _ and -, beginning with a letter or
	// digit. It begins the names of the roles. https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
	Name string
	// Scope is where the cluster lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Version is the Kubernetes version, one that EKS has in standard support, such as "1.36". Raising it by one upgrades
	// the control plane, then the add-ons of the network, then the nodes, then the other add-ons. It cannot be lowered.
	// https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
	Version string
	// VPCID is the VPC of the subnets.
	VPCID string
	// SubnetIDs are private subnets in at least two zones, for control plane and nodes. Every node needs a way out of
	// them to EKS, ECR, STS and S3: a NAT gateway or VPC endpoints.
	// https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
	SubnetIDs []string
	// After are resources that must exist before the first node starts and outlive the last one, such as a network's
	// Routes: a reference to a subnet does not wait for its way to the internet. Default: none.
	After []tf.Resource

	// Admins are the ARNs of IAM roles and users that may do everything in the cluster, with the access policy
	// AmazonEKSClusterAdminPolicy. Who creates the cluster is none of them unless listed. At least one, here or in Access.
	Admins []string
	// Access lets further principals in, by a name of your choice, which stands in the Terraform address. Default: none.
	Access map[string]AccessEntry

	// Endpoint says who reaches the Kubernetes API. Default: the cluster's nodes only.
	Endpoint Endpoint
	// Logs of the control plane. Default: API server, audit and authenticator, kept for 90 days.
	Logs Logs
	// Encryption of Kubernetes secrets. Default: with a KMS key that is made for the cluster.
	Encryption Encryption

	// NodePools are managed node groups by name: lower-case letters, digits and hyphens, at most 36. At least one must
	// have a node that is not tainted, for the add-ons. Default: none.
	// https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
	NodePools map[string]NodePool
	// AutoMode leaves nodes, storage, networking and load balancing to EKS, instead of NodePools. Default: off.
	AutoMode *AutoMode
	// Nodes is what all nodes have in common.
	Nodes Nodes
	// Karpenter makes what Karpenter needs in AWS, beside NodePools for Karpenter itself. Default: none.
	Karpenter *KarpenterProps

	// Addons changes and adds EKS add-ons, by their names. Default: vpc-cni, kube-proxy, coredns, aws-ebs-csi-driver
	// and, with PodIdentity, eks-pod-identity-agent. None with AutoMode, which has these built in.
	// https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
	Addons map[string]Addon
	// Identity is how pods get AWS roles. Default: PodIdentity.
	Identity Identity

	// IPFamily of pods and services. It cannot be changed later. Default: IPv4.
	// https://docs.aws.amazon.com/eks/latest/userguide/cni-ipv6.html
	IPFamily IPFamily
	// ServiceCIDR is the range of the Kubernetes services: private, /12 to /24, disjoint from the VPC and its peers. It
	// cannot be changed later. Default: EKS takes 10.100.0.0/16 or 172.20.0.0/16.
	ServiceCIDR string
	// Support is what happens when standard support for the version ends. Default: SupportStandard.
	// https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html
	Support Support
	// ZonalShift lets Application Recovery Controller move traffic away from a zone. Default: false.
	// https://docs.aws.amazon.com/eks/latest/userguide/zone-shift.html
	ZonalShift bool
	// AllowDestroy lets Terraform destroy the cluster and the key that was made for it, or replace the cluster after a
	// change. Default: Terraform refuses.
	AllowDestroy bool
	// RoleARN is an existing role for the control plane. Default: one is made, which only this cluster can assume.
	// https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html
	RoleARN string
	// PermissionsBoundary is the ARN of a managed policy that limits every role made here. Default: none.
	PermissionsBoundary string
}

// IPFamily is the kind of addresses that pods and services have.
type IPFamily string

// The IP families.
const (
	IPv4 IPFamily = "ipv4"
	// IPv6 needs dual-stack subnets.
	IPv6 IPFamily = "ipv6"
)

// Support is the upgrade policy of a cluster.
type Support string

// The upgrade policies.
const (
	// SupportStandard lets EKS upgrade the control plane when standard support ends, at no extra cost.
	SupportStandard Support = "STANDARD"
	// SupportExtended keeps the version for 12 more months, at six times the price of the control plane.
	SupportExtended Support = "EXTENDED"
)

// LogType is a log of the control plane.
// https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
type LogType string

// The logs of the control plane.
const (
	LogAPI               LogType = "api"
	LogAudit             LogType = "audit"
	LogAuthenticator     LogType = "authenticator"
	LogControllerManager LogType = "controllerManager"
	LogScheduler         LogType = "scheduler"
)

// Logs are the logs of the control plane. EKS writes them to the log group /aws/eks/<name>/cluster and to no other.
type Logs struct {
	// Types of logs. Default: api, audit and authenticator.
	Types []LogType
	// RetentionDays is how long they are kept, one of the numbers that CloudWatch Logs knows. Default: 90.
	RetentionDays int
	// KeyARN is a KMS key that encrypts them, whose policy admits CloudWatch Logs (kms.AllowLogs). Default: AWS owns the key.
	KeyARN string
	// Existing says that the log group is there already, for example left over from an earlier cluster of the name.
	// Retention and key are its own then. Default: the log group is made.
	Existing bool
	// Disabled gives up the logs, and with them the record of who did what. Default: false.
	Disabled bool
}

// Encryption says which KMS key encrypts Kubernetes secrets. A cluster with a key of yours keeps it for life: without the
// key the cluster is lost.
// https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html
type Encryption struct {
	// KeyARN is an existing key. Default: a key is made, with the alias <name>-secrets.
	KeyARN string
	// AWSOwnedKey gives up a key of your own: EKS encrypts with one that it owns, which leaves no trace in CloudTrail and
	// cannot be taken away from it. Default: false.
	AWSOwnedKey bool
}

// Nodes is what all nodes have in common.
type Nodes struct {
	// RoleARN is an existing role for the nodes of NodePools or AutoMode. Default: one is made.
	// https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
	RoleARN string
	// ManagedPolicyARNs are added to the node roles made here, such as AmazonSSMManagedInstanceCore to open sessions on
	// nodes. Every pod with host network can use them. Default: none.
	ManagedPolicyARNs []string
	// Tags of instances, volumes and network interfaces, which the tags of the stack do not reach. Default: Name only.
	Tags map[string]string
	// VolumeKeyARN is the KMS key of the disks of NodePools. Its policy must admit the service-linked role of EC2 Auto
	// Scaling. Karpenter may use it too, where a node class names it. Default: the account's key for EBS.
	// https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
	VolumeKeyARN string
}

func (p Props) withDefaults() Props {
	if len(p.Logs.Types) == 0 && !p.Logs.Disabled {
		p.Logs.Types = []LogType{LogAPI, LogAudit, LogAuthenticator}
	}
	p.Logs.RetentionDays = cmp.Or(p.Logs.RetentionDays, 90)
	p.Identity = cmp.Or(p.Identity, PodIdentity)
	p.IPFamily = cmp.Or(p.IPFamily, IPv4)
	p.Support = cmp.Or(p.Support, SupportStandard)
	pools := make(map[string]NodePool, len(p.NodePools))
	for name, pool := range p.NodePools {
		pools[name] = pool.withDefaults(p.SubnetIDs)
	}
	p.NodePools = pools
	entries := make(map[string]AccessEntry, len(p.Access))
	for name, entry := range p.Access {
		entries[name] = entry.withDefaults()
	}
	p.Access = entries
	if p.AutoMode != nil {
		mode := p.AutoMode.withDefaults()
		p.AutoMode = &mode
	}
	if p.Karpenter != nil {
		karpenter := p.Karpenter.withDefaults(p.Name)
		p.Karpenter = &karpenter
	}
	p.Addons = p.addonsWithDefaults()
	return p
}
