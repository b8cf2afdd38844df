package stacks

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupingressrule"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/cluster"
	"github.com/mlplatform/mlplatform/constructs/githubrunner"
	"github.com/mlplatform/mlplatform/constructs/jobnetwork"
	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func (e *environmentStack) clusterName() string { return e.name("cluster") }

// cluster makes the EKS cluster in the private subnets.
func (e *environmentStack) cluster() error {
	c := e.env.Cluster
	nodeTags := e.tags(e.Stack)
	delete(nodeTags, "Name") // as a default tag, it would give way to the name of the pool, too
	props := cluster.Props{
		Name: e.clusterName(), Version: c.Version, VPCID: e.parts.Network.ID(), SubnetIDs: e.parts.Network.PrivateSubnetIDs(), After: e.parts.Network.Routes(),
		Admins:       e.env.Administrators,
		Endpoint:     cluster.Endpoint{PublicCIDRs: c.PublicAccessCIDRs, AllowPublicAccessFromAnywhere: c.AllowPublicAccessFromAnywhere},
		Logs:         cluster.Logs{RetentionDays: c.LogRetentionDays, Disabled: len(c.LogTypes) == 0},
		Identity:     map[config.Identity]cluster.Identity{config.IdentityPodIdentity: cluster.PodIdentity, config.IdentityIRSA: cluster.IRSA}[c.Identity],
		Nodes:        cluster.Nodes{Tags: nodeTags},
		AllowDestroy: !e.env.Protect, PermissionsBoundary: e.boundary,
	}
	for _, each := range c.LogTypes {
		props.Logs.Types = append(props.Logs.Types, cluster.LogType(each))
	}
	if c.Compute == config.ComputeAutoMode {
		props.AutoMode = &cluster.AutoMode{}
	}
	if c.Karpenter != nil {
		props.Karpenter = &cluster.KarpenterProps{}
	}
	if e.env.ServingEnabled() {
		// Network policies hold only where the network plugin sees to it.
		props.Addons = map[string]cluster.Addon{"vpc-cni": {Configuration: cluster.NetworkPolicies}}
	}
	for _, name := range c.AddonNames() {
		if props.Addons == nil {
			props.Addons = map[string]cluster.Addon{}
		}
		addon := cluster.Addon{Version: c.Addons[name].Version, Configuration: c.Addons[name].Configuration}
		if zones := c.Addons[name].HostedZones; len(zones) > 0 {
			addon.Statements = cluster.ManageRecords(e.scope.Partition, zones...)
		}
		props.Addons[name] = addon
	}
	for _, name := range c.NodePoolNames() {
		if props.NodePools == nil {
			props.NodePools = map[string]cluster.NodePool{}
		}
		props.NodePools[name] = nodePool(c.NodePools[name])
	}
	made, err := cluster.New(e.made, "cluster", props)
	if err != nil {
		return err
	}
	e.parts.Cluster = made
	tf.Output(e.made, "cluster_name", made.Name(), "EKS cluster")
	tf.Output(e.made, "cluster_endpoint", made.Endpoint(), "Address of the Kubernetes API")
	tf.Output(e.made, "cluster_oidc_issuer", made.OIDCIssuer(), "Issuer of the cluster's service account tokens")
	tf.Output(e.made, "update_kubeconfig_command", made.UpdateKubeconfigCommand(), "Command that lets kubectl reach the cluster")
	if e.env.Runner() != "" {
		if err := e.runner(); err != nil {
			return fmt.Errorf("runner: %w", err)
		}
	}
	return nil
}

// runner makes the machines on which GitHub runs the jobs of further stacks. It is in the stack before those, which GitHub's own machines
// deploy and destroy: no job runs on what it takes away.
func (e *environmentStack) runner() error {
	r, name := e.env.Cluster.Runner, e.env.Runner()
	scope := tf.Group(e.made, "runner")
	group, err := jobnetwork.New(scope, "network", jobnetwork.Props{Name: name, Description: "Jobs of GitHub for " + e.env.Prefix(), VPCID: e.parts.Network.ID()})
	if err != nil {
		return err
	}
	reachAPI(scope, "api", e.parts.Cluster, group.SecurityGroupID(), name)
	made, err := githubrunner.New(scope, "machines", githubrunner.Props{
		Name: name, Repository: e.platform.Repository, VPCID: e.parts.Network.ID(), SubnetIDs: e.parts.Network.PrivateSubnetIDs(), SecurityGroupIDs: []string{group.SecurityGroupID()},
		Compute: computes[r.ComputeType], LogRetentionDays: r.LogRetentionDays, RoleName: name, PermissionsBoundary: e.boundary,
	})
	if err != nil {
		return err
	}
	tf.Output(e.made, "runner_project", made.ProjectName(), "Project of CodeBuild that runs jobs of GitHub in the network")
	return nil
}

// reachAPI lets the members of a security group reach the private endpoint of the Kubernetes API, and nothing of the nodes.
func reachAPI(scope tf.Construct, id string, of *cluster.Cluster, group, name string) {
	vpcsecuritygroupingressrule.NewVpcSecurityGroupIngressRule(scope, tf.Str(id), &vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig{
		SecurityGroupId: tf.Str(of.ControlPlaneSecurityGroupID()), ReferencedSecurityGroupId: tf.Str(group), IpProtocol: tf.Str("tcp"), FromPort: tf.Num(443), ToPort: tf.Num(443),
		Description: tf.Str("Kubernetes API from " + name), Tags: tf.Name(name, nil),
	})
}

// computes are the sizes of machines of CodeBuild.
var computes = map[config.ComputeType]buildspec.Compute{
	config.ComputeSmall: buildspec.Small, config.ComputeMedium: buildspec.Medium, config.ComputeLarge: buildspec.Large,
}

var (
	amis       = map[config.AMI]cluster.AMI{config.AMIStandard: cluster.AMIStandard, config.AMIARM64: cluster.AMIARM64, config.AMINVIDIA: cluster.AMINVIDIA, config.AMINeuron: cluster.AMINeuron}
	capacities = map[config.Capacity]cluster.Capacity{config.CapacityOnDemand: cluster.OnDemand, config.CapacitySpot: cluster.Spot}
)

// nodePool translates a node pool.
func nodePool(c config.NodePool) cluster.NodePool {
	pool := cluster.NodePool{
		InstanceTypes: c.InstanceTypes, AMI: amis[c.AMI], Min: c.Min, Desired: c.Desired, Max: c.Max,
		Capacity: capacities[c.Capacity], DiskSizeGiB: c.DiskSizeGiB, Labels: c.Labels,
		// The configuration has filled in the taint of costly nodes; none there means that none is wanted.
		AdmitAllPods: len(c.Taints) == 0 && (c.AMI == config.AMINVIDIA || c.AMI == config.AMINeuron),
	}
	for _, taint := range c.Taints {
		pool.Taints = append(pool.Taints, cluster.Taint{Key: taint.Key, Value: taint.Value, Effect: cluster.TaintEffect(taint.Effect)})
	}
	return pool
}
