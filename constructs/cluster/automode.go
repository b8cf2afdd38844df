package cluster

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ekscluster"

	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// AutoMode leaves nodes, their images, block storage, networking, load balancing and Pod Identity to EKS. AWS takes a fee
// per instance for it. https://docs.aws.amazon.com/eks/latest/userguide/automode.html
type AutoMode struct {
	// NodePools are the built-in node pools that are on. Default: both. More are made inside Kubernetes.
	// https://docs.aws.amazon.com/eks/latest/userguide/set-builtin-node-pools.html
	NodePools []AutoNodePool
}

// AutoNodePool is a built-in node pool of EKS Auto Mode.
type AutoNodePool string

// The built-in node pools.
const (
	// GeneralPurpose runs what does not ask for anything special, on amd64.
	GeneralPurpose AutoNodePool = "general-purpose"
	// System runs critical add-ons, on nodes tainted for them.
	System AutoNodePool = "system"
)

// autoModePolicies are what the role of the control plane needs beside AmazonEKSClusterPolicy.
// https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html
var autoModePolicies = []string{
	"AmazonEKSBlockStoragePolicy", "AmazonEKSComputePolicy", "AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingPolicy",
}

func (m AutoMode) withDefaults() AutoMode {
	if len(m.NodePools) == 0 {
		m.NodePools = []AutoNodePool{GeneralPurpose, System}
	}
	return m
}

func (m AutoMode) validate(problems *problem.List) {
	seen := map[AutoNodePool]bool{}
	for i, pool := range m.NodePools {
		at := problem.Index("autoMode.nodePools", i)
		if pool != GeneralPurpose && pool != System {
			problems.Addf(at, "%q is no built-in node pool; use general-purpose or system, and make others inside Kubernetes", pool)
		}
		if seen[pool] {
			problems.Addf(at, "%q is listed twice; list it once", pool)
		}
		seen[pool] = true
	}
}

// autoMode switches on the three parts of Auto Mode, which EKS accepts together only. It returns the policies of the node
// role.
func (c *Cluster) autoMode(config *ekscluster.EksClusterConfig) ([]tf.Dependable, error) {
	// These nodes do not describe themselves by EC2's API, so they need less than those of node groups.
	policies, err := c.makeNodeRole("AmazonEKSWorkerNodeMinimalPolicy")
	if err != nil {
		return nil, err
	}
	var pools []string
	for _, each := range c.props.AutoMode.NodePools {
		pools = append(pools, string(each))
	}
	config.ComputeConfig = &ekscluster.EksClusterComputeConfig{Enabled: true, NodePools: tf.Strs(pools), NodeRoleArn: tf.Str(c.nodeRoleARN)}
	config.KubernetesNetworkConfig.ElasticLoadBalancing = &ekscluster.EksClusterKubernetesNetworkConfigElasticLoadBalancing{Enabled: true}
	config.StorageConfig = &ekscluster.EksClusterStorageConfig{
		BlockStorage: &ekscluster.EksClusterStorageConfigBlockStorage{Enabled: true},
	}
	return policies, nil
}
