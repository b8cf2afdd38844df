package cluster_test

import (
	"testing"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/cluster"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const admin = "arn:aws:iam::222222222222:role/platform-admin"

var readModels = policy.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::models/*"}}

// minimal is the smallest cluster with node groups.
func minimal() cluster.Props {
	return cluster.Props{
		Name: "wine-dev", Version: "1.36",
		VPCID: "vpc-0a1b2c3d4e5f60718", SubnetIDs: []string{"subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"},
		Admins:    []string{admin},
		NodePools: map[string]cluster.NodePool{"general": {InstanceTypes: []string{"m6i.large"}, Desired: 2, Max: 3}},
	}
}

// everything sets every option of a cluster with node groups.
func everything() cluster.Props {
	props := minimal()
	props.Admins = []string{admin, "arn:aws:iam::111111111111:user/people/ada"}
	props.Access = map[string]cluster.AccessEntry{
		"team":    {PrincipalARN: "arn:aws:iam::222222222222:role/team", Policies: []cluster.AccessPolicy{{Name: cluster.EditPolicy, Namespaces: []string{"models", "team-*"}}, {Name: cluster.ViewPolicy}}},
		"runner":  {PrincipalARN: "arn:aws:iam::222222222222:role/runner", Groups: []string{"deployers"}, UserName: "runner"},
		"windows": {PrincipalARN: "arn:aws:iam::222222222222:role/windows", Type: cluster.EC2Windows},
	}
	props.Endpoint = cluster.Endpoint{
		PublicCIDRs: []string{"0.0.0.0/0"}, AllowPublicAccessFromAnywhere: true, PrivateCIDRs: []string{"10.99.0.0/16"},
		PrivateSecurityGroups: map[string]string{"runner": "sg-0a1b2c3d4e5f60718"},
	}
	props.Logs = cluster.Logs{Types: []cluster.LogType{cluster.LogAudit, cluster.LogScheduler}, RetentionDays: 365, KeyARN: "arn:aws:kms:us-west-2:222222222222:key/logs"}
	props.Encryption = cluster.Encryption{KeyARN: "arn:aws:kms:us-west-2:222222222222:key/secrets"}
	props.NodePools["gpu"] = cluster.NodePool{
		InstanceTypes: []string{"g5.xlarge", "g6.xlarge"}, AMI: cluster.AMINVIDIA, ReleaseVersion: "1.36.0-20261101", Capacity: cluster.Spot,
		Max: 4, DiskSizeGiB: 200, Labels: map[string]string{"workload": "training"},
		SubnetIDs: []string{"subnet-0a1b2c3d4e5f60718"}, SecurityGroupIDs: []string{"sg-0a1b2c3d4e5f60718"}, MaxUnavailablePercent: 50, ForceUpdate: true,
	}
	props.NodePools["neuron"] = cluster.NodePool{
		InstanceTypes: []string{"trn1.2xlarge"}, Min: 1, Max: 2, ManageDesired: true, MaxUnavailable: 2,
		Taints: []cluster.Taint{{Key: "team", Value: "research", Effect: cluster.NoExecute}, {Key: "busy", Effect: cluster.PreferNoSchedule}},
	}
	props.NodePools["shared-gpu"] = cluster.NodePool{InstanceTypes: []string{"g5.xlarge"}, Max: 1, AdmitAllPods: true}
	props.NodePools["graviton"] = cluster.NodePool{InstanceTypes: []string{"m7g.large"}, Max: 1}
	props.Nodes = cluster.Nodes{
		ManagedPolicyARNs: []string{"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"}, Tags: map[string]string{"Project": "wine"},
		VolumeKeyARN: "arn:aws:kms:us-west-2:222222222222:key/volumes",
	}
	props.Karpenter = &cluster.KarpenterProps{Namespace: "karpenter", ServiceAccount: "controller", QueueName: "wine-interruptions"}
	props.Addons = map[string]cluster.Addon{
		"coredns":                      {Version: "v1.14.3-eksbuild.14", Configuration: `{"replicaCount":3}`, Preserve: true},
		"aws-ebs-csi-driver":           {Omit: true},
		"aws-mountpoint-s3-csi-driver": {Version: "v2.2.0-eksbuild.1", Statements: []policy.Statement{readModels}},
		"my-agent":                     {Version: "v1.0.0-eksbuild.1", BeforeCompute: true, Namespace: "agents", ServiceAccount: "agent", RoleARN: "arn:aws:iam::222222222222:role/agent"},
	}
	props.ServiceCIDR = "172.20.0.0/16"
	props.Support = cluster.SupportExtended
	props.ZonalShift, props.AllowDestroy = true, true
	props.RoleARN = "arn:aws:iam::222222222222:role/control-plane"
	props.PermissionsBoundary = "arn:aws:iam::222222222222:policy/boundary"
	return props
}

// synth makes a cluster of the props and synthesises it.
func synth(t *testing.T, props cluster.Props, more ...func(c *cluster.Cluster)) synthtest.Template {
	t.Helper()
	stack := synthtest.Stack(t)
	made, err := cluster.New(stack, "cluster", props)
	require.NoError(t, err)
	for _, each := range more {
		each(made)
	}
	return synthtest.Synth(t, stack)
}

func TestMinimal(t *testing.T) {
	synth(t, minimal()).Golden("minimal")
}

func TestEverything(t *testing.T) {
	template := synth(t, everything(), func(c *cluster.Cluster) {
		role, err := c.GrantPodIdentity("models", "mlflow.server", readModels)
		require.NoError(t, err)
		require.NoError(t, role.Grant("write", policy.Statement{Actions: []string{"s3:PutObject"}, Resources: []string{"arn:aws:s3:::models/*"}}))
		require.NoError(t, c.AssociatePodIdentity("models", "legacy", "arn:aws:iam::222222222222:role/legacy"))
		require.NoError(t, c.GrantAccess("late", cluster.AccessEntry{PrincipalARN: role.ARN()}))
	})
	template.Golden("everything")
}

func TestAutoMode(t *testing.T) {
	props := minimal()
	props.NodePools, props.AutoMode = nil, &cluster.AutoMode{}
	props.Encryption.AWSOwnedKey, props.Logs.Disabled = true, true
	template := synth(t, props)
	template.Golden("automode")
}

// IRSA trusts exact subjects of the cluster's own identity provider.
func TestIRSA(t *testing.T) {
	props := minimal()
	props.Identity = cluster.IRSA
	template := synth(t, props, func(c *cluster.Cluster) {
		require.NotEmpty(t, c.OIDCProviderARN())
		_, err := c.GrantPodIdentity("models", "mlflow", readModels)
		require.NoError(t, err)
	})
	require.Empty(t, template.Resources("aws_eks_pod_identity_association"))
	require.NotContains(t, template.One("aws_iam_openid_connect_provider"), "thumbprint_list")
	require.Len(t, template.Resources("aws_eks_addon"), 4, "no agent")

	role := template.Where("aws_iam_role", "name", "wine-dev-models-mlflow")
	trust := template.Statements(role["assume_role_policy"])
	require.Len(t, trust, 1)
	require.Equal(t, []string{"sts:AssumeRoleWithWebIdentity"}, trust[0].Actions)
	require.Equal(t, map[string]any{"Federated": "${aws_iam_openid_connect_provider.cluster_oidc-provider_6677C701.arn}"}, trust[0].Principal)
	locals := template.Root()["locals"].(map[string]any)
	require.Len(t, locals, 1)
	for name, value := range locals {
		require.Equal(t, `${replace(aws_eks_cluster.cluster_A4C38409.identity[0].oidc[0].issuer, "https://", "")}`, value)
		require.Equal(t, map[string]map[string]any{"StringEquals": {
			"${local." + name + "}:aud": "sts.amazonaws.com",
			"${local." + name + "}:sub": "system:serviceaccount:models:mlflow",
		}}, trust[0].Condition)
	}

	cni := template.Where("aws_eks_addon", "addon_name", "vpc-cni")
	require.Contains(t, cni["service_account_role_arn"], "cluster_addon-vpc-cni-role")
	require.NotContains(t, cni, "pod_identity_association")
	template.Golden("irsa")
}

func TestPodIdentityTrustsOneServiceAccountOfOneCluster(t *testing.T) {
	template := synth(t, minimal(), func(c *cluster.Cluster) {
		_, err := c.GrantPodIdentity("models", "mlflow", readModels)
		require.NoError(t, err)
	})
	trust := template.Statements(template.Where("aws_iam_role", "name", "wine-dev-models-mlflow")["assume_role_policy"])
	require.Len(t, trust, 1)
	require.Equal(t, []string{"sts:AssumeRole", "sts:TagSession"}, trust[0].Actions)
	require.Equal(t, map[string]any{"Service": "pods.eks.amazonaws.com"}, trust[0].Principal)
	require.Equal(t, map[string]map[string]any{"StringEquals": {
		"aws:SourceAccount":                         "222222222222",
		"aws:RequestTag/eks-cluster-arn":            "arn:aws:eks:us-west-2:222222222222:cluster/wine-dev",
		"aws:RequestTag/kubernetes-namespace":       "models",
		"aws:RequestTag/kubernetes-service-account": "mlflow",
	}}, trust[0].Condition)
	association := template.One("aws_eks_pod_identity_association")
	require.Equal(t, "models", association["namespace"])
	require.Equal(t, "mlflow", association["service_account"])
}

// A role of the same stack can be the only administrator.
func TestAdminByAccess(t *testing.T) {
	props := minimal()
	props.Admins = nil
	props.Access = map[string]cluster.AccessEntry{
		"deployer": {PrincipalARN: "${aws_iam_role.deployer.arn}", Policies: []cluster.AccessPolicy{{Name: cluster.ClusterAdminPolicy}}},
	}
	template := synth(t, props)
	require.Equal(t, "${aws_iam_role.deployer.arn}", template.One("aws_eks_access_entry")["principal_arn"])
	require.Equal(t, map[string]any{"type": "cluster"}, template.One("aws_eks_access_policy_association")["access_scope"])
}

func TestStatementsOfAnAddonStandBesideItsPolicy(t *testing.T) {
	props := minimal()
	props.Addons = map[string]cluster.Addon{"aws-ebs-csi-driver": {Statements: []policy.Statement{policy.UseKey(true, "", "arn:aws:kms:us-west-2:222222222222:key/volumes")}}}
	template := synth(t, props)
	require.Len(t, template.Allowing(template.One("aws_iam_role_policy")["policy"], "kms:GenerateDataKey"), 1)
	template.Where("aws_iam_role_policy_attachment", "policy_arn", "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy")
}

// Nodes go before what they need to go cleanly.
func TestOrder(t *testing.T) {
	template := synth(t, minimal())
	pool := template.One("aws_eks_node_group")["depends_on"]
	for _, before := range []string{"addon-vpc-cni", "addon-kube-proxy", "addon-eks-pod-identity-agent", "AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"} {
		require.True(t, mentions(pool, before), before)
	}
	for addon, afterNodes := range map[string]bool{"vpc-cni": false, "kube-proxy": false, "eks-pod-identity-agent": false, "coredns": true, "aws-ebs-csi-driver": true} {
		after := template.Where("aws_eks_addon", "addon_name", addon)["depends_on"]
		require.Equal(t, afterNodes, mentions(after, "aws_eks_node_group"), addon)
	}
	require.True(t, mentions(template.Where("aws_eks_addon", "addon_name", "vpc-cni")["depends_on"], "AmazonEKS_CNI_Policy"))
	require.True(t, mentions(template.One("aws_eks_cluster")["depends_on"], "AmazonEKSClusterPolicy"))
	require.True(t, mentions(template.One("aws_eks_cluster")["depends_on"], "aws_cloudwatch_log_group"))
}

// A pool that cannot start, for want of GPUs for example, leaves the cluster with DNS and disks.
func TestAddonsWaitForPoolsThatTakeThemOnly(t *testing.T) {
	props := minimal()
	props.NodePools["soft"] = cluster.NodePool{InstanceTypes: []string{"m6i.large"}, Min: 1, Max: 1, Taints: []cluster.Taint{{Key: "busy", Effect: cluster.PreferNoSchedule}}}
	props.NodePools["gpu"] = cluster.NodePool{InstanceTypes: []string{"g5.xlarge"}, Min: 1, Max: 2}
	props.NodePools["empty"] = cluster.NodePool{InstanceTypes: []string{"m6i.large"}, Max: 3}
	template := synth(t, props)
	for _, addon := range []string{"coredns", "aws-ebs-csi-driver"} {
		after := template.Where("aws_eks_addon", "addon_name", addon)["depends_on"]
		for pool, want := range map[string]bool{"general": true, "soft": true, "gpu": false, "empty": false} {
			require.Equal(t, want, mentions(after, "pool-"+pool), "%s after %s", addon, pool)
		}
	}
}

// Terraform would extend create_before_destroy to the cluster, which cannot be there twice under its name.
func TestTheClusterCanBeReplaced(t *testing.T) {
	require.NotContains(t, everyString(synth(t, everything()).Root()), "create_before_destroy")
}

func TestGrantsOfNodes(t *testing.T) {
	grant := func(want int) func(*cluster.Cluster) {
		return func(c *cluster.Cluster) {
			require.Len(t, c.NodeRoles(), want)
			for _, role := range c.NodeRoles() {
				require.NoError(t, role.Grant("models", readModels))
			}
		}
	}
	props := minimal()
	props.Karpenter = &cluster.KarpenterProps{}
	template := synth(t, props, grant(2))
	var roles []any
	for _, each := range template.Resources("aws_iam_role_policy") {
		if each["name"] == "models" {
			roles = append(roles, each["role"])
		}
	}
	require.ElementsMatch(t, []any{"${aws_iam_role.cluster_node-role_79F6B7BD.name}", "${aws_iam_role.cluster_karpenter-node-role_9436DC87.name}"}, roles)

	props.Nodes.RoleARN = "arn:aws:iam::222222222222:role/node"
	synth(t, props, grant(1))
	props.Karpenter = nil
	synth(t, props, grant(0))
	props = minimal()
	props.NodePools, props.AutoMode = nil, &cluster.AutoMode{}
	synth(t, props, grant(1))
}

// Adding a pool in the middle moves no other.
func TestAddingAPoolLeavesTheOthersAlone(t *testing.T) {
	props := minimal()
	props.NodePools["zeta"] = cluster.NodePool{InstanceTypes: []string{"m6i.large"}, Max: 3}
	before := synth(t, props).Resources("aws_eks_node_group")
	props.NodePools["middle"] = cluster.NodePool{InstanceTypes: []string{"m6i.large"}, Max: 3}
	after := synth(t, props).Resources("aws_eks_node_group")
	require.Len(t, after, 3)
	for name, pool := range before {
		require.Equal(t, pool, after[name])
	}
}

func TestPartitions(t *testing.T) {
	for region, want := range map[string]struct{ partition, ec2 string }{
		"us-gov-west-1": {"aws-us-gov", "ec2.amazonaws.com"},
		"cn-north-1":    {"aws-cn", "ec2.amazonaws.com.cn"},
	} {
		props := minimal()
		props.Scope.Region = region
		props.Admins = []string{"arn:" + want.partition + ":iam::222222222222:role/platform-admin"}
		props.Karpenter = &cluster.KarpenterProps{}
		template := synth(t, props)
		text := everyString(template.Root())
		require.NotContains(t, text, "arn:aws:", region)
		for _, name := range []string{"wine-dev-node", "wine-dev-karpenter-node"} {
			trust := template.Statements(template.Where("aws_iam_role", "name", name)["assume_role_policy"])
			require.Equal(t, map[string]any{"Service": want.ec2}, trust[0].Principal)
		}
	}
}

func TestIPv6(t *testing.T) {
	props := minimal()
	props.IPFamily = cluster.IPv6
	template := synth(t, props)
	require.Equal(t, map[string]any{"ip_family": "ipv6"}, template.One("aws_eks_cluster")["kubernetes_network_config"])
	require.Len(t, template.Allowing(template.One("aws_iam_role_policy")["policy"], "ec2:AssignIpv6Addresses"), 1)
	for _, attached := range template.Resources("aws_iam_role_policy_attachment") {
		require.NotContains(t, attached["policy_arn"], "AmazonEKS_CNI_Policy")
	}
}

func TestExistingResources(t *testing.T) {
	props := minimal()
	props.RoleARN, props.Nodes.RoleARN = "arn:aws:iam::222222222222:role/control-plane", "arn:aws:iam::222222222222:role/node"
	props.Encryption.KeyARN, props.Logs.Existing = "arn:aws:kms:us-west-2:222222222222:key/secrets", true
	template := synth(t, props, func(c *cluster.Cluster) {
		require.Equal(t, "/aws/eks/wine-dev/cluster", c.LogGroupName())
		require.Equal(t, "arn:aws:iam::222222222222:role/node", c.NodeRoleARN())
		require.Equal(t, "arn:aws:kms:us-west-2:222222222222:key/secrets", c.KeyARN())
	})
	require.Empty(t, template.Resources("aws_kms_key"))
	require.Empty(t, template.Resources("aws_cloudwatch_log_group"))
	require.Len(t, template.Resources("aws_iam_role"), 2, "the add-ons' alone")
}

func TestOutputs(t *testing.T) {
	stack := synthtest.Stack(t)
	props := minimal()
	props.Karpenter = &cluster.KarpenterProps{}
	c, err := cluster.New(stack, "cluster", props)
	require.NoError(t, err)
	require.Equal(t, "aws eks update-kubeconfig --region us-west-2 --name wine-dev", c.UpdateKubeconfigCommand())
	require.Equal(t, "1.36", c.Version())
	require.Empty(t, c.OIDCProviderARN())
	require.Equal(t, "wine-dev", c.Karpenter().DiscoveryValue())
	require.Equal(t, "kube-system", c.Karpenter().Namespace())
	require.Equal(t, "karpenter", c.Karpenter().ServiceAccount())
	values := map[string]string{
		"name": c.Name(), "arn": c.ARN(), "endpoint": c.Endpoint(), "ca": c.CAData(), "issuer": c.OIDCIssuer(),
		"security_group": c.SecurityGroupID(), "control_plane": c.ControlPlaneSecurityGroupID(), "node_role": c.NodeRoleARN(),
		"logs": c.LogGroupName(), "key": c.KeyARN(), "karpenter_queue": c.Karpenter().QueueName(), "karpenter_queue_arn": c.Karpenter().QueueARN(),
		"karpenter_node_role": c.Karpenter().NodeRoleName(), "karpenter_node_role_arn": c.Karpenter().NodeRoleARN(), "karpenter_controller": c.Karpenter().ControllerRole().ARN(),
	}
	output(stack, values)
	template := synthtest.Synth(t, stack)
	for name, want := range map[string]string{
		"name": "${aws_eks_cluster.cluster_A4C38409.name}", "arn": "${aws_eks_cluster.cluster_A4C38409.arn}",
		"endpoint": "${aws_eks_cluster.cluster_A4C38409.endpoint}", "ca": "${aws_eks_cluster.cluster_A4C38409.certificate_authority[0].data}",
		"issuer":         "${aws_eks_cluster.cluster_A4C38409.identity[0].oidc[0].issuer}",
		"security_group": "${aws_eks_cluster.cluster_A4C38409.vpc_config[0].cluster_security_group_id}",
		"logs":           "${aws_cloudwatch_log_group.cluster_logs_1669D170.name}",
	} {
		require.Equal(t, want, template.Output(name))
	}
	template.Golden("outputs")
}

func TestNodesWaitForWhatComesBefore(t *testing.T) {
	for name, auto := range map[string]bool{"aws_eks_node_group": false, "aws_eks_cluster": true} {
		stack := synthtest.Stack(t)
		props := minimal()
		props.After = []tf.Resource{kmskey.NewKmsKey(stack, tf.Str("way"), &kmskey.KmsKeyConfig{})}
		if auto {
			props.NodePools, props.AutoMode = nil, &cluster.AutoMode{}
		}
		_, err := cluster.New(stack, "cluster", props)
		require.NoError(t, err)
		require.Contains(t, synthtest.Synth(t, stack).One(name)["depends_on"], "aws_kms_key.way")
	}
}
