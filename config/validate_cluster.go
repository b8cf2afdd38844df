package config

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

func (e environmentFile) validateCluster() {
	c, f := e.Cluster, e.file
	f.checkKubernetesVersion(c.Version)
	if len(e.Administrators) == 0 {
		f.add("administrators", "", "is missing, and nobody else gets into the cluster, not even who creates it",
			fmt.Sprintf("add administrators: [arn:%s:iam::%s:role/platform-admin], with a role that is there", cmp.Or(e.Partition(), "aws"), e.Account))
	}
	e.validateClusterNetwork()
	e.validateAddons()
	if c.Runner != nil {
		e.validateRunner()
	}
	var problems problem.List
	rule.PublicRanges(&problems, "cluster.publicAccessCidrs", c.PublicAccessCIDRs, c.AllowPublicAccessFromAnywhere)
	f.addList(problems)
	f.checkRetention("cluster.logRetentionDays", c.LogRetentionDays)
	switch {
	case c.Compute == ComputeAutoMode && len(c.NodePools) > 0:
		f.add("cluster.nodePools", "", "stands beside compute: autoMode, which brings its own nodes", "remove nodePools, or set compute: nodeGroups")
	case c.Compute == ComputeNodeGroups && len(c.NodePools) == 0:
		f.add("cluster.nodePools", "", "is missing, so that no pod could run", "add a pool, such as general: { instanceTypes: [m6i.large], max: 3 }, or set compute: autoMode")
	}
	if c.Compute == ComputeAutoMode && c.Karpenter != nil {
		f.add("cluster.karpenter", "", "stands beside compute: autoMode, which has a Karpenter of its own", "remove karpenter, or set compute: nodeGroups")
	}
	runsAddons := false
	for _, name := range c.NodePoolNames() {
		e.checkNodePool(name, c.NodePools[name])
		runsAddons = runsAddons || c.NodePools[name].runsAddons()
	}
	if len(c.NodePools) > 0 && !runsAddons && f.readable("cluster.nodePools") {
		f.add("cluster.nodePools", "", "has no node for the add-ons: each pool begins with none or has a taint", "add a pool without taint and with desired 1 or more")
	}
}

func (e environmentFile) validateRunner() {
	const path = "cluster.runner"
	f, n := e.file, e.Network
	f.checkRetention(path+".logRetentionDays", e.Cluster.Runner.LogRetentionDays)
	if e.GitHub == nil {
		f.add(path, "", "runs jobs of GitHub, which does not deploy the environment", "remove it, or "+codePipelineNetwork)
	}
	if n != nil && f.readable("network") && n.Existing == nil && n.NAT == NATNone {
		f.add(path, "", "has no way to GitHub, from which its machines take jobs", "set network.nat to single or perZone")
	}
}

// codePipelineNetwork is how builds of CodePipeline get into the network.
const codePipelineNetwork = "set codePipeline.network: true, with which its builds run in the network"

// runsAddons reports whether the pool has a node from the start that takes every pod.
func (n NodePool) runsAddons() bool {
	for _, taint := range n.Taints {
		if taint.Effect != PreferNoSchedule {
			return false
		}
	}
	return n.Desired > 0
}

func (f *file) checkKubernetesVersion(version string) {
	const path = "cluster.version"
	names := awsfacts.EKSVersionNames()
	if contains(names, version) {
		return
	}
	fix := "use " + problem.Choices(quoted(names)) + ", which EKS has in standard support"
	for _, each := range awsfacts.EKSEndedVersions() {
		if each.Version == version {
			f.add(path, version, fmt.Sprintf("standard support of Kubernetes %s on EKS ended on %s", version, each.EndOfStandardSupport), fix)
			return
		}
	}
	f.add(path, version, fmt.Sprintf("%s is no Kubernetes version known here to have standard support on EKS", quote(version)), fix)
}

func quoted(values []string) []string {
	out := make([]string, len(values))
	for i, each := range values {
		out[i] = quote(each)
	}
	return out
}

// What nodes without a way to the internet need to start and to pull images.
// https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
var privateClusterEndpoints = []EndpointGroup{EndpointS3, EndpointECR, EndpointSTS, EndpointEKS}

func (e environmentFile) validateClusterNetwork() {
	const path = "cluster"
	n, f := e.Network, e.file
	switch {
	case n == nil:
		f.add(path, "", "needs a network", f.provide("network")+", new or existing")
	case !f.readable("network"):
	case n.Existing != nil:
		if len(n.Existing.PrivateSubnetIDs) < 2 {
			f.add(path, "", "needs private subnets in at least 2 zones", "name them in network.existing.privateSubnetIds")
		}
	default:
		if !n.HasTier(PrivateTier) {
			f.add(path, "", "needs private subnets", "add private to network.tiers")
		}
		if n.AvailabilityZones < 2 {
			f.add(path, "", "needs subnets in at least 2 zones", "set network.availabilityZones to 2 or more")
		}
		var missing []string
		for _, group := range privateClusterEndpoints {
			if n.NAT == NATNone && !contains(n.Endpoints, group) {
				missing = append(missing, string(group))
			}
		}
		if len(missing) > 0 {
			f.add(path, "", "has no way to AWS without NAT, so that its nodes could not join", "add "+strings.Join(missing, ", ")+" to network.endpoints, or set network.nat to single or perZone")
		}
	}
}

var poolPattern = lazyregexp.New(`^[a-z](?:-?[a-z0-9])*$`)

const maxPoolName = 20

func (e environmentFile) checkNodePool(name string, pool NodePool) {
	f := e.file
	path := join("cluster.nodePools", name)
	if !poolPattern.MatchString(name) || len(name) > maxPoolName {
		f.add(path, name, quote(name)+" is no name for a node pool", fmt.Sprintf("use up to %d lower-case letters, digits and single hyphens, beginning with a letter", maxPoolName))
	}
	if len(pool.InstanceTypes) == 0 {
		f.add(path+".instanceTypes", "", "is empty", "name at least one, such as m6i.large")
	}
	if len(pool.InstanceTypes) > maxInstanceTypes {
		f.add(path+".instanceTypes", "", fmt.Sprintf("has %d instance types", len(pool.InstanceTypes)), fmt.Sprintf("EKS allows %d", maxInstanceTypes))
	}
	for i, each := range pool.InstanceTypes {
		e.checkInstanceType(fmt.Sprintf("%s.instanceTypes[%d]", path, i), each, pool, f.has(path+".ami"))
	}
	if !f.broken[path+".min"] && !f.broken[path+".max"] && !f.broken[path+".desired"] {
		switch {
		case pool.Min > pool.Max:
			f.add(path+".min", fmt.Sprint(pool.Min), fmt.Sprintf("%d is more than max, %d", pool.Min, pool.Max), "lower min or raise max")
		case pool.Desired < pool.Min || pool.Desired > pool.Max:
			f.add(path+".desired", fmt.Sprint(pool.Desired), fmt.Sprintf("%d is not between min, %d, and max, %d", pool.Desired, pool.Min, pool.Max), "set it between them, or remove it")
		}
	}
	var problems problem.List
	rule.NodeLabels(&problems, path+".labels", pool.Labels)
	taints := make([]rule.Taint, len(pool.Taints))
	for i, taint := range pool.Taints {
		taints[i] = rule.Taint{Key: taint.Key, Value: taint.Value, Effect: string(taint.Effect)}
	}
	rule.Taints(&problems, path+".taints", taints)
	f.addList(problems)
}

const maxInstanceTypes = 20 // https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
