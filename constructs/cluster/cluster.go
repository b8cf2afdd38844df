// Package cluster makes an Amazon EKS cluster for machine learning: private, encrypted and logged, open to named
// principals only, with managed node groups or EKS Auto Mode, pinned add-ons, AWS roles for single service accounts, and
// what Karpenter needs.
//
// What runs inside the cluster is not made here, and must not be made in the same stack: a Kubernetes or Helm provider
// that is configured from a cluster of its own state breaks as soon as the cluster is replaced.
// https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs#stacking-with-managed-kubernetes-cluster-resources
package cluster

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ekscluster"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A Cluster is an EKS cluster with its nodes, add-ons and identities.
type Cluster struct {
	construct tf.Construct
	props     Props

	name, arn, endpoint, caData     string
	securityGroup, controlPlane     string
	issuer, issuerHost, providerARN string
	logGroup, keyARN, nodeRoleARN   string
	nodeRole                        *iam.Role // nil where there was one
	karpenter                       *Karpenter

	// What is taken: service accounts by namespace/name, names of access entries and of roles.
	accounts, entries, roles map[string]bool
}

// New makes a cluster.
func New(scope constructs.Construct, id string, props Props) (*Cluster, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Cluster, error) {
		c := &Cluster{construct: scope, props: props, accounts: map[string]bool{}, entries: map[string]bool{}, roles: map[string]bool{}}
		steps := []func() error{c.makeControlPlane, c.makeIdentity, c.makeAccess, c.makeCompute, c.makeKarpenter}
		for _, step := range steps {
			if err := step(); err != nil {
				return nil, err
			}
		}
		return c, nil
	})
}

// makeCompute makes nodes and add-ons in the order in which they need each other. Terraform removes them in the
// reverse order: pods before nodes, and nodes before the network plugin, whose permissions it needs to the last moment
// to detach the nodes' interfaces.
func (c *Cluster) makeCompute() error {
	before, err := c.makeAddons(true)
	if err != nil {
		return err
	}
	nodes, err := c.makeNodePools(before)
	if err != nil {
		return err
	}
	return c.makeAddonsAfter(nodes)
}

// Name of the cluster. As a value that only Terraform knows, it makes what uses it wait for the cluster.
func (c *Cluster) Name() string { return c.name }

// ARN of the cluster.
func (c *Cluster) ARN() string { return c.arn }

// Endpoint is the URL of the Kubernetes API.
func (c *Cluster) Endpoint() string { return c.endpoint }

// CAData is the certificate of the cluster's certificate authority, in base64, as kubeconfig files have it.
func (c *Cluster) CAData() string { return c.caData }

// Version of Kubernetes, such as 1.36.
func (c *Cluster) Version() string { return c.props.Version }

// OIDCIssuer is the URL that signs the tokens of the cluster's service accounts.
func (c *Cluster) OIDCIssuer() string { return c.issuer }

// OIDCProviderARN is the IAM identity provider of the cluster, with IRSA. Empty otherwise.
func (c *Cluster) OIDCProviderARN() string { return c.providerARN }

// SecurityGroupID is the security group that EKS makes for the cluster and puts on control plane and nodes. Members
// reach each other on all ports. Databases and endpoints that pods use allow it.
// https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
func (c *Cluster) SecurityGroupID() string { return c.securityGroup }

// ControlPlaneSecurityGroupID is a further security group of the control plane alone, for rules that let others reach
// the private endpoint of the Kubernetes API.
func (c *Cluster) ControlPlaneSecurityGroupID() string { return c.controlPlane }

// NodeRoleARN is the role of the nodes, without those that Karpenter starts.
func (c *Cluster) NodeRoleARN() string { return c.nodeRoleARN }

// NodeRoles are the roles of nodes that were made here: that of NodePools or AutoMode, and that of Karpenter's nodes. They
// take grants, such as that of a pull-through cache, from which nodes pull. With Nodes.RoleARN, only Karpenter's. Every pod
// with host network can use what a node may do: for pods there is GrantPodIdentity.
func (c *Cluster) NodeRoles() []iam.Grantee {
	var roles []iam.Grantee
	if c.nodeRole != nil {
		roles = append(roles, c.nodeRole)
	}
	if c.karpenter != nil {
		roles = append(roles, c.karpenter.nodeRole)
	}
	return roles
}

// LogGroupName is the log group of the control plane. Empty when its logs are disabled.
func (c *Cluster) LogGroupName() string { return c.logGroup }

// KeyARN is the KMS key that encrypts the Kubernetes secrets. Empty when AWS owns the key.
func (c *Cluster) KeyARN() string { return c.keyARN }

// UpdateKubeconfigCommand is the command that lets kubectl reach the cluster.
// https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html
func (c *Cluster) UpdateKubeconfigCommand() string {
	return fmt.Sprintf("aws eks update-kubeconfig --region %s --name %s", c.props.Scope.Region, c.props.Name)
}

// Karpenter is what the cluster has for Karpenter. Nil without it.
func (c *Cluster) Karpenter() *Karpenter { return c.karpenter }

// Construct holds the cluster's resources.
func (c *Cluster) Construct() constructs.Construct { return c.construct }

// read takes the attributes of the cluster that others need, once.
func (c *Cluster) read(cluster ekscluster.EksCluster) {
	c.name, c.arn, c.endpoint = tf.Attr(cluster, "name"), tf.Attr(cluster, "arn"), tf.Attr(cluster, "endpoint")
	c.caData = tf.Attr(cluster, "certificateAuthority.0.data")
	c.issuer = tf.Attr(cluster, "identity.0.oidc.0.issuer")
	c.securityGroup = tf.Attr(cluster, "vpcConfig.clusterSecurityGroupId")
}

// role makes a role of the cluster under the id. Its name is that of the cluster and the id, cut where IAM's limit is
// passed.
func (c *Cluster) role(id string, props iam.RoleProps) (*iam.Role, error) {
	if props.Name == "" {
		props.Name = limited(c.props.Name+"-"+id, maxRoleName)
	}
	if c.roles[props.Name] {
		return nil, fmt.Errorf("roleName: %q is the name of another role of the cluster; choose one", props.Name)
	}
	props.PermissionsBoundary = c.props.PermissionsBoundary
	role, err := iam.NewRole(c.construct, id, props)
	if err == nil {
		c.roles[props.Name] = true
	}
	return role, err
}

// clusterARN is known before the cluster is, for policies that name it.
func (c *Cluster) clusterARN() string { return c.props.Scope.Regional("eks", "cluster/"+c.props.Name) }
