package cluster

import (
	"cmp"
	"maps"
	"slices"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/eksnodegroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/launchtemplate"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// NodePool is a managed node group with Amazon Linux 2023. Its nodes have encrypted disks and answer metadata requests of
// version 2 from the node itself only, so that pods cannot take the node's role.
// https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
type NodePool struct {
	// InstanceTypes are the EC2 instance types, 1 to 20 with the same kind of processor and accelerator. For Spot name
	// several of one size.
	InstanceTypes []string
	// AMI is the image. Default: the one that the instance types need.
	AMI AMI
	// ReleaseVersion pins the release of the image, such as 1.36.0-20261101. Default: the newest when the pool is made
	// or its Kubernetes version rises.
	// https://docs.aws.amazon.com/eks/latest/userguide/eks-linux-ami-versions.html
	ReleaseVersion string
	// Capacity is how nodes are paid for. Default: OnDemand.
	Capacity Capacity
	// Min, Desired and Max are numbers of nodes, 0 to 450. Max is required. Default: Min 0, and Desired is Min.
	Min, Desired, Max int
	// ManageDesired lets Terraform set Desired at every apply, which takes it from autoscalers. Default: false, Desired
	// counts when the pool is made.
	ManageDesired bool
	// DiskSizeGiB is the size of each node's gp3 disk, 20 to 16384. Default: 50, and 100 with AMINVIDIA and AMINeuron,
	// whose images are large.
	DiskSizeGiB int
	// Labels are Kubernetes labels of the nodes. Default: none.
	Labels map[string]string
	// Taints keep pods without a matching toleration away, at most 50. Default: none, and with AMINVIDIA and AMINeuron
	// nvidia.com/gpu=true and aws.amazon.com/neuron=true with NoSchedule, so that only pods that need it hold a costly node.
	Taints []Taint
	// AdmitAllPods leaves out the default taint of AMINVIDIA and AMINeuron, so that other pods fill costly nodes.
	// Default: false.
	AdmitAllPods bool
	// SubnetIDs of the nodes, such as those of one zone. Default: those of the cluster.
	SubnetIDs []string
	// SecurityGroupIDs are added to the cluster's own. Default: none.
	SecurityGroupIDs []string
	// MaxUnavailable is how many nodes may be away at once during an update, 1 to 100. Default: 1.
	MaxUnavailable int
	// MaxUnavailablePercent is the same in percent of the nodes, 1 to 100, instead of MaxUnavailable. Default: none.
	MaxUnavailablePercent int
	// ForceUpdate removes pods in an update that their disruption budget would keep. Default: false.
	ForceUpdate bool
	// Repair lets EKS replace or restart nodes that are ill. It finds more with the add-on eks-node-monitoring-agent,
	// faults of GPUs for example. Default: false.
	// https://docs.aws.amazon.com/eks/latest/userguide/node-health.html
	Repair bool
}

// AMI is an image of Amazon Linux 2023 for EKS.
// https://docs.aws.amazon.com/eks/latest/userguide/eks-optimized-amis.html
type AMI string

// The images.
const (
	// AMIStandard is for x86 processors.
	AMIStandard AMI = "standard"
	// AMIARM64 is for Graviton processors.
	AMIARM64 AMI = "arm64"
	// AMINVIDIA is for x86 processors with GPUs of NVIDIA. It has the driver; the device plugin is installed in Kubernetes.
	AMINVIDIA AMI = "nvidia"
	// AMINeuron is for Inferentia and Trainium.
	AMINeuron AMI = "neuron"
)

// Capacity is how nodes are paid for.
type Capacity string

// The kinds of capacity.
const (
	OnDemand Capacity = "onDemand"
	// Spot is spare capacity, cheaper, which EC2 takes back with two minutes' notice.
	Spot Capacity = "spot"
)

// Taint keeps pods without a matching toleration away from a node.
// https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
type Taint struct {
	Key string
	// Value of the taint. Default: none.
	Value  string
	Effect TaintEffect
}

// TaintEffect is what a taint does to pods that do not tolerate it.
type TaintEffect string

// The effects of taints.
const (
	// NoSchedule keeps new pods away.
	NoSchedule TaintEffect = "NoSchedule"
	// PreferNoSchedule keeps them away where there is another place.
	PreferNoSchedule TaintEffect = "PreferNoSchedule"
	// NoExecute also removes pods that are there already.
	NoExecute TaintEffect = "NoExecute"
)

var (
	amis       = []AMI{AMIStandard, AMIARM64, AMINVIDIA, AMINeuron}
	capacities = []Capacity{OnDemand, Spot}
	effects    = []TaintEffect{NoSchedule, PreferNoSchedule, NoExecute}

	// What the API of EKS calls them.
	amiTypes = map[AMI]string{
		AMIStandard: "AL2023_x86_64_STANDARD", AMIARM64: "AL2023_ARM_64_STANDARD", AMINVIDIA: "AL2023_x86_64_NVIDIA", AMINeuron: "AL2023_x86_64_NEURON",
	}
	capacityTypes = map[Capacity]string{OnDemand: "ON_DEMAND", Spot: "SPOT"}
	taintEffects  = map[TaintEffect]string{NoSchedule: "NO_SCHEDULE", PreferNoSchedule: "PREFER_NO_SCHEDULE", NoExecute: "NO_EXECUTE"}
)

// amiFor is the image that an instance type needs, "" where there is none.
func amiFor(instance awsfacts.InstanceType) AMI {
	switch {
	case instance.Accelerator == awsfacts.Neuron:
		return AMINeuron
	case instance.Accelerator == awsfacts.NVIDIA && instance.ARM64:
		return ""
	case instance.Accelerator == awsfacts.NVIDIA:
		return AMINVIDIA
	case instance.ARM64:
		return AMIARM64
	}
	return AMIStandard
}

func (p NodePool) withDefaults(subnets []string) NodePool {
	if p.AMI == "" && len(p.InstanceTypes) > 0 {
		instance, _ := awsfacts.ParseInstanceType(p.InstanceTypes[0])
		p.AMI = amiFor(instance)
	}
	p.Capacity = cmp.Or(p.Capacity, OnDemand)
	p.Desired = cmp.Or(p.Desired, p.Min)
	accelerated := p.AMI == AMINVIDIA || p.AMI == AMINeuron
	if p.DiskSizeGiB == 0 {
		p.DiskSizeGiB = 50
		if accelerated {
			p.DiskSizeGiB = 100
		}
	}
	if accelerated && len(p.Taints) == 0 && !p.AdmitAllPods {
		key := "nvidia.com/gpu"
		if p.AMI == AMINeuron {
			key = "aws.amazon.com/neuron"
		}
		p.Taints = []Taint{{Key: key, Value: "true", Effect: NoSchedule}}
	}
	if len(p.SubnetIDs) == 0 {
		p.SubnetIDs = subnets
	}
	if p.MaxUnavailable == 0 && p.MaxUnavailablePercent == 0 {
		p.MaxUnavailable = 1
	}
	return p
}

// runsAddons reports whether the pool has a node from the start that takes every pod.
func (p NodePool) runsAddons() bool {
	for _, taint := range p.Taints {
		if taint.Effect != PreferNoSchedule {
			return false
		}
	}
	return p.Desired > 0
}

// makeNodeRole makes the role of the nodes, unless there is one, and returns what is attached to it.
func (c *Cluster) makeNodeRole(nodePolicy string) ([]tf.Dependable, error) {
	if c.props.Nodes.RoleARN != "" {
		c.nodeRoleARN = c.props.Nodes.RoleARN
		return nil, nil
	}
	role, err := c.role("node-role", iam.RoleProps{
		Name:              limited(c.props.Name+"-node", maxRoleName),
		Description:       "Nodes of the EKS cluster " + c.props.Name,
		Trust:             c.instanceTrust(),
		ManagedPolicyARNs: append(c.awsManaged([]string{nodePolicy, "AmazonEC2ContainerRegistryPullOnly"}), c.props.Nodes.ManagedPolicyARNs...),
	})
	if err != nil {
		return nil, err
	}
	c.nodeRole, c.nodeRoleARN = role, role.ARN()
	return role.Policies(), nil
}

// instanceTrust names no account: EC2 assumes a role for an instance, and a role can only be passed to one of its own
// account.
func (c *Cluster) instanceTrust() policy.Document {
	return policy.TrustService("", "ec2."+c.props.Scope.DNSSuffix())
}

// after is what the props want to exist before any node.
func (c *Cluster) after() []tf.Dependable {
	var out []tf.Dependable
	for _, each := range c.props.After {
		out = append(out, each)
	}
	return out
}

// makeNodePools makes the pools after the add-ons that they need, and returns those on which the other add-ons can run.
func (c *Cluster) makeNodePools(after []tf.Dependable) ([]tf.Dependable, error) {
	if len(c.props.NodePools) == 0 {
		return nil, nil
	}
	// The network plugin has a role of its own, so the nodes' role is without AmazonEKS_CNI_Policy.
	attached, err := c.makeNodeRole("AmazonEKSWorkerNodePolicy")
	if err != nil {
		return nil, err
	}
	after = append(append(c.after(), after...), attached...)
	var pools []tf.Dependable
	for _, name := range slices.Sorted(maps.Keys(c.props.NodePools)) {
		pool := c.props.NodePools[name]
		made := c.makeNodePool(name, pool, after)
		if pool.runsAddons() {
			pools = append(pools, made)
		}
	}
	return pools, nil
}

func (c *Cluster) makeNodePool(name string, pool NodePool, after []tf.Dependable) tf.Dependable {
	template := c.makeLaunchTemplate(name, pool)
	var taints []*eksnodegroup.EksNodeGroupTaint
	for _, taint := range pool.Taints {
		taints = append(taints, &eksnodegroup.EksNodeGroupTaint{
			Key: tf.Str(taint.Key), Value: tf.OptStr(taint.Value), Effect: tf.Str(taintEffects[taint.Effect]),
		})
	}
	// Not create_before_destroy: Terraform would extend it to everything that the pool depends on. The cluster, its log
	// group, its roles and the network's routes have names and places that no second one can take, so that a replacement
	// of the cluster would fail half-way.
	var lifecycle *tf.Lifecycle
	if !pool.ManageDesired {
		lifecycle = tf.Ignore("scaling_config[0].desired_size")
	}
	config := &eksnodegroup.EksNodeGroupConfig{
		ClusterName: tf.Str(c.name), NodeGroupName: tf.Str(name), NodeRoleArn: tf.Str(c.nodeRoleARN),
		SubnetIds: tf.Strs(pool.SubnetIDs), Version: tf.Str(c.props.Version), ReleaseVersion: tf.OptStr(pool.ReleaseVersion),
		AmiType: tf.Str(amiTypes[pool.AMI]), CapacityType: tf.Str(capacityTypes[pool.Capacity]), InstanceTypes: tf.Strs(pool.InstanceTypes),
		LaunchTemplate: &eksnodegroup.EksNodeGroupLaunchTemplate{Id: tf.Str(tf.Attr(template, "id")), Version: tf.Str(tf.Attr(template, "latestVersion"))},
		ScalingConfig: &eksnodegroup.EksNodeGroupScalingConfig{
			MinSize: tf.Num(pool.Min), DesiredSize: tf.Num(pool.Desired), MaxSize: tf.Num(pool.Max),
		},
		UpdateConfig: &eksnodegroup.EksNodeGroupUpdateConfig{
			MaxUnavailable: tf.OptNum(pool.MaxUnavailable), MaxUnavailablePercentage: tf.OptNum(pool.MaxUnavailablePercent),
		},
		ForceUpdateVersion: tf.OptBool(pool.ForceUpdate),
		Labels:             tf.StrMap(pool.Labels), DependsOn: tf.After(after...), Lifecycle: lifecycle,
	}
	if len(taints) > 0 {
		config.Taint = taints
	}
	if pool.Repair {
		config.NodeRepairConfig = &eksnodegroup.EksNodeGroupNodeRepairConfig{Enabled: true}
	}
	return eksnodegroup.NewEksNodeGroup(c.construct, tf.Str("pool-"+name), config)
}

func (c *Cluster) makeLaunchTemplate(name string, pool NodePool) launchtemplate.LaunchTemplate {
	full := c.props.Name + "-" + name
	var tagged []*launchtemplate.LaunchTemplateTagSpecifications
	for _, kind := range []string{"instance", "network-interface", "volume"} {
		tagged = append(tagged, &launchtemplate.LaunchTemplateTagSpecifications{ResourceType: tf.Str(kind), Tags: tf.Name(full, c.props.Nodes.Tags)})
	}
	return launchtemplate.NewLaunchTemplate(c.construct, tf.Str("pool-"+name+"-template"), &launchtemplate.LaunchTemplateConfig{
		Name: tf.Str(limited(full, 128)), Description: tf.Str("Nodes of the pool " + name + " of the EKS cluster " + c.props.Name),
		UpdateDefaultVersion: true,
		// Groups in a launch template stand in place of the cluster's own, so that is among them.
		VpcSecurityGroupIds: tf.Strs(append([]string{c.securityGroup}, pool.SecurityGroupIDs...)),
		MetadataOptions: &launchtemplate.LaunchTemplateMetadataOptions{
			HttpEndpoint: tf.Str("enabled"), HttpTokens: tf.Str("required"), HttpPutResponseHopLimit: tf.Num(1),
		},
		BlockDeviceMappings: []*launchtemplate.LaunchTemplateBlockDeviceMappings{{
			DeviceName: tf.Str("/dev/xvda"),
			Ebs: &launchtemplate.LaunchTemplateBlockDeviceMappingsEbs{
				Encrypted: tf.Str("true"), KmsKeyId: tf.OptStr(c.props.Nodes.VolumeKeyARN), DeleteOnTermination: tf.Str("true"),
				VolumeType: tf.Str("gp3"), VolumeSize: tf.Num(pool.DiskSizeGiB),
			},
		}},
		TagSpecifications: tagged,
	})
}
