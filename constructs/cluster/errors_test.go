package cluster_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/cluster"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestProblems(t *testing.T) {
	pool := func(change func(p *cluster.NodePool)) func(p *cluster.Props) {
		return func(p *cluster.Props) {
			general := p.NodePools["general"]
			change(&general)
			p.NodePools["general"] = general
		}
	}
	entry := func(e cluster.AccessEntry) func(p *cluster.Props) {
		return func(p *cluster.Props) { p.Access = map[string]cluster.AccessEntry{"team": e} }
	}
	addon := func(name string, a cluster.Addon) func(p *cluster.Props) {
		return func(p *cluster.Props) { p.Addons = map[string]cluster.Addon{name: a} }
	}
	const team = "arn:aws:iam::222222222222:role/team"
	view := []cluster.AccessPolicy{{Name: cluster.ViewPolicy}}
	synthtest.Refuse(t, synthtest.Stack(t), minimal, cluster.New, map[string]synthtest.Refusal[cluster.Props]{
		"name": {func(p *cluster.Props) { p.Name = "-wine" },
			`name: "-wine" is no name of a cluster; use 1 to 100 letters, digits, _ and -, beginning with a letter or digit`},
		"account": {func(p *cluster.Props) { p.Scope.Account = "1234" },
			`scope.account: "1234" is no AWS account id; write its 12 digits as a string`},
		"version that ended": {func(p *cluster.Props) { p.Version = "1.33" },
			`version: "1.33" left the standard support of EKS on 2026-07-29; use 1.34, 1.35 or 1.36`},
		"version that never was": {func(p *cluster.Props) { p.Version = "1.24" },
			`version: "1.24" is no version in the standard support of EKS; use 1.34, 1.35 or 1.36`},
		"vpc": {func(p *cluster.Props) { p.VPCID = "wine" },
			`vpcID: "wine" is no id of a VPC; write it like vpc-0123456789abcdef0`},
		"one subnet": {func(p *cluster.Props) { p.SubnetIDs = p.SubnetIDs[:1] },
			`subnetIDs: are 1, EKS needs at least 2 in different zones; list the private subnets`},
		"subnet": {func(p *cluster.Props) {
			p.SubnetIDs = []string{"private", "subnet-0a1b2c3d4e5f60718"}
			p.NodePools["general"] = cluster.NodePool{InstanceTypes: []string{"m6i.large"}, Desired: 1, Max: 1, SubnetIDs: p.SubnetIDs[1:]}
		}, `subnetIDs[0]: "private" is no id of a subnet; write it like subnet-0123456789abcdef0`},
		"subnet twice": {func(p *cluster.Props) {
			p.SubnetIDs = []string{p.SubnetIDs[0], p.SubnetIDs[0]}
			p.NodePools["general"] = cluster.NodePool{InstanceTypes: []string{"m6i.large"}, Desired: 1, Max: 1, SubnetIDs: p.SubnetIDs[1:]}
		}, `subnetIDs[1]: "subnet-0a1b2c3d4e5f60718" is listed twice; list it once`},
		"nobody gets in": {func(p *cluster.Props) { p.Admins = nil },
			`admins: are missing; list at least one IAM role, or nobody could ever get into the cluster`},
		"admin of a namespace only": {func(p *cluster.Props) {
			p.Admins = nil
			p.Access = map[string]cluster.AccessEntry{"team": {PrincipalARN: team, Policies: []cluster.AccessPolicy{{Name: cluster.ClusterAdminPolicy, Namespaces: []string{"team"}}}}}
		}, `admins: are missing; list at least one IAM role, or nobody could ever get into the cluster`},
		"session as admin": {func(p *cluster.Props) { p.Admins = []string{"arn:aws:sts::222222222222:assumed-role/admin/ada"} },
			`admins[0]: "arn:aws:sts::222222222222:assumed-role/admin/ada" is no ARN of an IAM role or user; write it like arn:aws:iam::123456789012:role/name, not the session of an assumed role`},
		"every role as admin": {func(p *cluster.Props) { p.Admins = []string{"arn:aws:iam::222222222222:role/*"} },
			`admins[0]: "arn:aws:iam::222222222222:role/*" is no ARN of an IAM role or user; write it like arn:aws:iam::123456789012:role/name, not the session of an assumed role`},
		"admin of Terraform": {func(p *cluster.Props) { p.Admins = []string{"${aws_iam_role.x.arn}"} },
			`admins[0]: "${aws_iam_role.x.arn}" is known to Terraform only and gives no lasting address; name it in access, with the policy AmazonEKSClusterAdminPolicy`},
		"principal twice": {entry(cluster.AccessEntry{PrincipalARN: admin}),
			`access["team"]: "arn:aws:iam::222222222222:role/platform-admin" is the principal of admins[0] too; EKS allows one entry per principal, put everything into one`},
		"entry type": {entry(cluster.AccessEntry{PrincipalARN: team, Type: "LINUX", Policies: view}),
			`access["team"].type: "LINUX" is unknown; use STANDARD, EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX, EC2, HYBRID_LINUX or HYPERPOD_LINUX
access["team"].policies[0]: AmazonEKSViewPolicy cannot be given to an entry of type LINUX; remove it or use type STANDARD`},
		"node with policies": {entry(cluster.AccessEntry{PrincipalARN: team, Type: cluster.EC2Linux, Policies: view}),
			`access["team"].policies[0]: AmazonEKSViewPolicy cannot be given to an entry of type EC2_LINUX; remove it or use type STANDARD`},
		"node with groups": {entry(cluster.AccessEntry{PrincipalARN: team, Type: cluster.HybridLinux, Groups: []string{"a"}, UserName: "b"}),
			`access["team"].groups: have no place in an entry of type HYBRID_LINUX, which gets those of nodes; remove them
access["team"].userName: "b" has no place in an entry of type HYBRID_LINUX; remove it`},
		"policy": {entry(cluster.AccessEntry{PrincipalARN: team, Policies: []cluster.AccessPolicy{{Name: "AdministratorAccess"}}}),
			`access["team"].policies[0].name: "AdministratorAccess" is unknown; use AmazonEKSClusterAdminPolicy, AmazonEKSAdminPolicy, AmazonEKSAdminViewPolicy, AmazonEKSEditPolicy, AmazonEKSViewPolicy or AmazonEKSAutoNodePolicy`},
		"policy twice": {entry(cluster.AccessEntry{PrincipalARN: team, Policies: []cluster.AccessPolicy{{Name: cluster.ViewPolicy}, {Name: cluster.ViewPolicy}}}),
			`access["team"].policies[1].name: "AmazonEKSViewPolicy" is given twice; put all namespaces into one`},
		"namespace": {entry(cluster.AccessEntry{PrincipalARN: team, Policies: []cluster.AccessPolicy{{Name: cluster.ViewPolicy, Namespaces: []string{"a*b", "team-*"}}}}),
			`access["team"].policies[0].namespaces[0]: "a*b" is no namespace; use lower-case letters, digits and hyphens, with at most one * at the end`},
		"reserved group": {entry(cluster.AccessEntry{PrincipalARN: team, Groups: []string{"system:masters"}}),
			`access["team"].groups[0]: "system:masters" begins with system:, which EKS reserves; bind a group of your own, or use policies`},
		"entry name": {func(p *cluster.Props) { p.Access = map[string]cluster.AccessEntry{"My Team": {PrincipalARN: team}} },
			`access["My Team"]: is no name; use 1 to 63 lower-case letters, digits and hyphens`},
		"open to the world": {func(p *cluster.Props) { p.Endpoint.PublicCIDRs = []string{"0.0.0.0/0"} },
			`endpoint.publicCIDRs[0]: 0.0.0.0/0 opens the Kubernetes API to the whole internet; name the ranges that need it, or set allowPublicAccessFromAnywhere: true`},
		"open to half the world": {func(p *cluster.Props) { p.Endpoint.PublicCIDRs = []string{"128.0.0.0/1"} },
			`endpoint.publicCIDRs[0]: 128.0.0.0/1 opens the Kubernetes API to much of the internet; name the ranges that need it, /8 or smaller, or set allowPublicAccessFromAnywhere: true`},
		"public private range": {func(p *cluster.Props) { p.Endpoint.PublicCIDRs = []string{"10.1.0.0/16"} },
			`endpoint.publicCIDRs[0]: 10.1.0.0/16 is private address space, which never arrives at a public endpoint; remove it: the VPC reaches the private endpoint anyway`},
		"ranges": {func(p *cluster.Props) {
			p.Endpoint.PublicCIDRs = []string{"203.0.113.1/24", "203.0.113.1", "198.51.100.0/24", "198.51.100.0/24"}
			p.Endpoint.PrivateCIDRs = []string{"0.0.0.0/0", "2001:db8::/32"}
			p.Endpoint.PrivateSecurityGroups = map[string]string{"VPN": "vpn"}
		}, `endpoint.publicCIDRs[0]: 203.0.113.1/24 does not begin at its first address; write 203.0.113.0/24
endpoint.publicCIDRs[1]: "203.0.113.1" is no IPv4 range; write it like 203.0.113.0/24, and a single address like 203.0.113.7/32
endpoint.publicCIDRs[3]: "198.51.100.0/24" is listed twice; list it once
endpoint.privateCIDRs[1]: "2001:db8::/32" is no IPv4 range; write it like 203.0.113.0/24
endpoint.privateCIDRs[0]: "0.0.0.0/0" is everything; list the networks that need the Kubernetes API
endpoint.privateSecurityGroups["VPN"]: is no name; use 1 to 63 lower-case letters, digits and hyphens
endpoint.privateSecurityGroups["VPN"]: "vpn" is no id of a security group; write it like sg-0123456789abcdef0`},
		"logs": {func(p *cluster.Props) {
			p.Logs = cluster.Logs{Types: []cluster.LogType{"events", cluster.LogAudit, cluster.LogAudit}, RetentionDays: 42, KeyARN: "alias/logs", Disabled: true}
		}, `logs.types[0]: "events" is unknown; use api, audit, authenticator, controllerManager or scheduler
logs.types[2]: "audit" is listed twice; list it once
logs.disabled: stands beside types; keep one of them
logs.retentionDays: 42 is not offered by CloudWatch Logs; use one of 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653
logs.keyARN: "alias/logs" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, not an alias`},
		"encryption": {func(p *cluster.Props) { p.Encryption = cluster.Encryption{KeyARN: "alias/eks", AWSOwnedKey: true} },
			`encryption.keyARN: "alias/eks" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, not an alias
encryption.awsOwnedKey: stands beside keyARN; keep one of them`},
		"no compute": {func(p *cluster.Props) { p.NodePools = nil },
			`nodePools: are missing; list at least one, or set autoMode`},
		"two kinds of compute": {func(p *cluster.Props) {
			p.AutoMode = &cluster.AutoMode{NodePools: []cluster.AutoNodePool{"gpu", cluster.System, cluster.System}}
			p.Karpenter = &cluster.KarpenterProps{}
		}, `autoMode: stands beside nodePools; let EKS make the nodes or list the pools, not both
autoMode.nodePools[0]: "gpu" is no built-in node pool; use general-purpose or system, and make others inside Kubernetes
autoMode.nodePools[2]: "system" is listed twice; list it once
karpenter: stands beside autoMode, which has Karpenter built in; remove one of them`},
		"add-on of Auto Mode": {func(p *cluster.Props) {
			p.NodePools, p.AutoMode = nil, &cluster.AutoMode{}
			p.Addons = map[string]cluster.Addon{"coredns": {}}
		}, `addons["coredns"]: is built into Auto Mode; remove it`},
		"pool name": {func(p *cluster.Props) { p.NodePools["GPU"] = p.NodePools["general"] },
			`nodePools["GPU"]: is no name of a pool; use 1 to 36 lower-case letters, digits and hyphens`},
		"no place for add-ons": {pool(func(p *cluster.NodePool) { p.Desired = 0 }),
			`nodePools: have no node for the add-ons; let one pool without NoSchedule and NoExecute taints have desired 1 or more`},
		"only tainted nodes": {pool(func(p *cluster.NodePool) { p.Taints = []cluster.Taint{{Key: "team", Effect: cluster.NoSchedule}} }),
			`nodePools: have no node for the add-ons; let one pool without NoSchedule and NoExecute taints have desired 1 or more`},
		"sizes": {pool(func(p *cluster.NodePool) { p.Min, p.Desired, p.Max, p.DiskSizeGiB = 2, 1, 500, 10 }),
			`nodePools["general"].max: 500 is out of range; use 1 to 450
nodePools["general"].desired: 1 is not between min 2 and max 500, or min is below 0; use 0 <= min <= desired <= max
nodePools["general"].diskSizeGiB: 10 is out of range; use 20 to 16384`},
		"no instance types": {pool(func(p *cluster.NodePool) { p.InstanceTypes = nil }),
			`nodePools["general"].instanceTypes: are 0, a pool takes 1 to 20; list EC2 instance types such as m6i.large`},
		"instance types that there are not": {pool(func(p *cluster.NodePool) { p.InstanceTypes = []string{"m99.large", "m5.nano", "mac2.metal"} }),
			`nodePools["general"].instanceTypes[0]: "m99.large" is no EC2 instance type; use another, such as m6i.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass
nodePools["general"].instanceTypes[1]: "m5.nano" is no EC2 instance type; use a size that m5 has: large, xlarge, 2xlarge, 4xlarge, 8xlarge, 12xlarge, 16xlarge, 24xlarge, metal, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass
nodePools["general"].instanceTypes[2]: "mac2.metal" runs macOS alone, for which there is no image here; choose another type such as m6i.large`},
		"instance types": {pool(func(p *cluster.NodePool) {
			p.InstanceTypes = []string{"m6i.large", "large", "m7g.large", "g5.xlarge", "g5g.xlarge", "trn1.2xlarge", "m6i.large"}
		}), `nodePools["general"].instanceTypes[1]: "large" is no EC2 instance type; write it like m6i.large
nodePools["general"].instanceTypes[2]: "m7g.large" needs the image arm64, the pool has standard; choose other types, or another ami for all of them
nodePools["general"].instanceTypes[3]: "g5.xlarge" needs the image nvidia, the pool has standard; choose other types, or another ami for all of them
nodePools["general"].instanceTypes[4]: "g5g.xlarge" has a GPU on an arm64 processor, for which there is no image here; choose an x86 type such as g5.xlarge
nodePools["general"].instanceTypes[5]: "trn1.2xlarge" needs the image neuron, the pool has standard; choose other types, or another ami for all of them
nodePools["general"].instanceTypes[6]: "m6i.large" is listed twice; list it once`},
		"image": {pool(func(p *cluster.NodePool) { p.AMI, p.Capacity, p.AdmitAllPods = "AL2_x86_64", "SPOT", true }),
			`nodePools["general"].ami: "AL2_x86_64" is unknown; use standard, arm64, nvidia or neuron
nodePools["general"].capacity: "SPOT" is unknown; use onDemand or spot
nodePools["general"].admitAllPods: only leaves out the default taint of the images nvidia and neuron, which this pool does not have; remove it`},
		"release": {pool(func(p *cluster.NodePool) { p.ReleaseVersion = "latest" }),
			`nodePools["general"].releaseVersion: "latest" is no release of an image; write it like 1.36.0-20261101`},
		"release of another version": {pool(func(p *cluster.NodePool) { p.ReleaseVersion = "1.35.2-20261101" }),
			`nodePools["general"].releaseVersion: "1.35.2-20261101" is not for Kubernetes 1.36; use a release that begins with it`},
		"updates": {pool(func(p *cluster.NodePool) { p.MaxUnavailable, p.MaxUnavailablePercent = 1, 1 }),
			`nodePools["general"].maxUnavailable: stands beside maxUnavailablePercent; keep one of them`},
		"updates of too many": {pool(func(p *cluster.NodePool) { p.MaxUnavailable = 101 }),
			`nodePools["general"].maxUnavailable: 101 is out of range; use 1 to 100`},
		"updates of too much": {pool(func(p *cluster.NodePool) { p.MaxUnavailablePercent = 101 }),
			`nodePools["general"].maxUnavailablePercent: 101 is out of range; use 1 to 100`},
		"labels": {pool(func(p *cluster.NodePool) {
			p.Labels = map[string]string{"a b": "x", "node-role.kubernetes.io/gpu": "true", "node.kubernetes.io/pool": "ok", "size": "very large", "empty": ""}
		}), `nodePools["general"].labels["a b"]: "a b" is no Kubernetes label key; write it like team or example.com/team
nodePools["general"].labels["empty"]: has no value, which EKS does not take; write one, such as "true"
nodePools["general"].labels["node-role.kubernetes.io/gpu"]: "node-role.kubernetes.io/gpu" is in a domain in which nodes may not label themselves; use one of your own, such as example.com/team
nodePools["general"].labels["size"]: "very large" is no Kubernetes label value; use up to 63 letters, digits and .-_ between letters or digits`},
		"taints": {pool(func(p *cluster.NodePool) {
			p.Taints = []cluster.Taint{{Key: "", Value: "a b", Effect: "NO_SCHEDULE"}, {Key: "x", Effect: cluster.PreferNoSchedule}, {Key: "x", Effect: cluster.PreferNoSchedule}}
		}), `nodePools["general"].taints[0].effect: "NO_SCHEDULE" is unknown; use NoSchedule, PreferNoSchedule or NoExecute
nodePools["general"].taints[0].key: "" is no Kubernetes label key; write it like team or example.com/team
nodePools["general"].taints[0].value: "a b" is no Kubernetes label value; use up to 63 letters, digits and .-_ between letters or digits
nodePools["general"].taints[2].key: "x" has the effect PreferNoSchedule already; keep one of the two, the first is taints[1]
nodePools: have no node for the add-ons; let one pool without NoSchedule and NoExecute taints have desired 1 or more`},
		"pool's security group": {pool(func(p *cluster.NodePool) { p.SecurityGroupIDs = []string{"db"} }),
			`nodePools["general"].securityGroupIDs[0]: "db" is no id of a security group; write it like sg-0123456789abcdef0`},
		"nodes": {func(p *cluster.Props) {
			p.Nodes = cluster.Nodes{
				RoleARN: "node", VolumeKeyARN: "key", Tags: map[string]string{"aws:x": "y"},
				ManagedPolicyARNs: []string{"AmazonSSMManagedInstanceCore", "arn:aws:iam::aws:policy/AmazonS3FullAccess"},
			}
		}, `nodes.roleARN: "node" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
nodes.volumeKeyARN: "key" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, not an alias
nodes.managedPolicyARNs[0]: "AmazonSSMManagedInstanceCore" is no ARN of a managed policy; write it like arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore
nodes.managedPolicyARNs[1]: "arn:aws:iam::aws:policy/AmazonS3FullAccess" allows far more than nodes need; grant pods what they need by GrantPodIdentity
nodes.tags["aws:x"]: "y" is no tag; use a key of 1 to 128 characters that does not begin with aws:, and a value of at most 256`},
		"karpenter": {func(p *cluster.Props) {
			p.Karpenter = &cluster.KarpenterProps{Namespace: "*", ServiceAccount: "K", QueueName: "a.fifo"}
		}, `karpenter.namespace: "*" is no Kubernetes namespace; use 1 to 63 lower-case letters, digits and hyphens, no wildcard
karpenter.serviceAccount: "K" is no name of a service account; use lower-case letters, digits, hyphens and dots, no wildcard
karpenter.queueName: "a.fifo" is no name of a queue; use 1 to 80 letters, digits, _ and -`},
		"add-on without a pin": {addon("aws-efs-csi-driver", cluster.Addon{}),
			`addons["aws-efs-csi-driver"].version: is missing and none is pinned here for Kubernetes 1.36; take one that this prints: aws eks describe-addon-versions --kubernetes-version 1.36 --addon-name aws-efs-csi-driver`},
		"add-on": {addon("Metrics Server", cluster.Addon{Version: "latest", Configuration: "{", RoleARN: "role", Statements: []policy.Statement{readModels}}),
			`addons["Metrics Server"]: is no name of an add-on; see aws eks describe-addon-versions
addons["Metrics Server"].version: "latest" is no version of an add-on; write it like v1.2.3-eksbuild.4
addons["Metrics Server"].configuration: "{" is no JSON; write the values of the add-on's schema as a JSON object
addons["Metrics Server"].roleARN: "role" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
addons["Metrics Server"].roleARN: comes with permissions of its own; remove managedPolicyARNs and statements, or roleARN
addons["Metrics Server"].serviceAccount: is not known for this add-on, nor its namespace; give both, as its documentation names them`},
		"add-on's service account": {addon("my-agent", cluster.Addon{Version: "v1.0.0-eksbuild.1", Namespace: "a/b", ServiceAccount: "x", Statements: []policy.Statement{readModels}}),
			`addons["my-agent"].namespace: "a/b" is no Kubernetes namespace; use 1 to 63 lower-case letters, digits and hyphens, no wildcard`},
		"no agent": {addon("eks-pod-identity-agent", cluster.Addon{Omit: true}),
			`addons["eks-pod-identity-agent"]: is what gives pods their roles with podIdentity; keep it, or set identity to irsa`},
		"enums": {func(p *cluster.Props) { p.Identity, p.Support, p.IPFamily = "kiam", "NONE", "ipv5" },
			`ipFamily: "ipv5" is unknown; use ipv4 or ipv6
identity: "kiam" is unknown; use podIdentity or irsa
support: "NONE" is unknown; use STANDARD or EXTENDED`},
		"service range": {func(p *cluster.Props) { p.ServiceCIDR = "100.64.0.0/16" },
			`serviceCIDR: "100.64.0.0/16" is no range for services; use one of /12 to /24 inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`},
		"service range with IPv6": {func(p *cluster.Props) { p.ServiceCIDR, p.IPFamily = "10.100.0.0/16", cluster.IPv6 },
			`serviceCIDR: "10.100.0.0/16" has no place with IPv6, where EKS chooses the range; remove it`},
		"roles": {func(p *cluster.Props) { p.RoleARN, p.PermissionsBoundary = "role", "boundary" },
			`roleARN: "role" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
permissionsBoundary: "boundary" is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name`},
	})
}

// What a role refuses is only known while it is made.
func TestProblemsOfRoles(t *testing.T) {
	props := minimal()
	props.Addons = map[string]cluster.Addon{"aws-ebs-csi-driver": {Statements: []policy.Statement{{Actions: []string{"kms:*"}, Resources: []string{"*"}}}}}
	_, err := cluster.New(synthtest.Stack(t), "cluster", props)
	require.EqualError(t, err, `addons["aws-ebs-csi-driver"]: permissions.statements[0].actions[0]: "kms:*" allows actions that nobody listed; write each action out`)
}

func TestGrantProblems(t *testing.T) {
	stack := synthtest.Stack(t)
	c, err := cluster.New(stack, "cluster", minimal())
	require.NoError(t, err)

	_, err = c.GrantPodIdentity("models", "*", readModels)
	require.EqualError(t, err, `service account models/*: serviceAccount: "*" is no name of a service account; use lower-case letters, digits, hyphens and dots, no wildcard`)
	_, err = c.GrantPodIdentity("kube-system", "aws-node", readModels)
	require.EqualError(t, err, `service account kube-system/aws-node: has a role already; give that role the further permissions`)
	_, err = c.GrantPodIdentity("models", "mlflow", policy.Statement{Actions: []string{"s3:*"}, Resources: []string{"*"}})
	require.EqualError(t, err, `service account models/mlflow: permissions.statements[0].actions[0]: "s3:*" allows actions that nobody listed; write each action out`)
	_, err = c.GrantPodIdentity("models", "mlflow", readModels)
	require.NoError(t, err, "a grant that failed leaves nothing behind")
	_, err = c.GrantPodIdentity("models", "mlflow", readModels)
	require.EqualError(t, err, `service account models/mlflow: has a role already; give that role the further permissions`)

	_, err = c.GrantPodIdentity("models-mlflow", "ui")
	require.NoError(t, err)
	_, err = c.GrantPodIdentity("models", "mlflow-ui")
	require.EqualError(t, err, `service account models/mlflow-ui: roleName: "wine-dev-models-mlflow-ui" is the name of another role of the cluster; choose one`)
	_, err = c.ServiceAccountRole(cluster.ServiceAccount{Namespace: "models", Name: "mlflow-ui", RoleName: "wine-dev-mlflow"})
	require.NoError(t, err)

	require.EqualError(t, c.AssociatePodIdentity("models", "other", "role"),
		`service account models/other: roleARN: "role" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name`)
	require.EqualError(t, c.GrantAccess("Team", cluster.AccessEntry{PrincipalARN: "team"}), `access Team: "Team" is no name; use 1 to 63 lower-case letters, digits and hyphens
principalARN: "team" is no ARN of an IAM role or user; write it like arn:aws:iam::123456789012:role/name, not the session of an assumed role`)
	require.NoError(t, c.GrantAccess("team", cluster.AccessEntry{PrincipalARN: "arn:aws:iam::222222222222:role/team"}))
	require.EqualError(t, c.GrantAccess("team", cluster.AccessEntry{PrincipalARN: "arn:aws:iam::222222222222:role/team"}), `access team: "team" is taken; use another name`)

	props := minimal()
	props.Name, props.Identity = "wine-irsa", cluster.IRSA
	irsa, err := cluster.New(stack, "irsa", props)
	require.NoError(t, err)
	require.EqualError(t, irsa.AssociatePodIdentity("models", "other", "arn:aws:iam::222222222222:role/other"),
		`service account models/other: identity: is irsa, which has no associations; annotate the service account with eks.amazonaws.com/role-arn`)
}

// AWS counts characters of tags, not bytes.
func TestLongTagsOfNodes(t *testing.T) {
	stack := synthtest.Stack(t)
	p := minimal()
	p.Nodes.Tags = map[string]string{strings.Repeat("é", 128): strings.Repeat("é", 256)}
	_, err := cluster.New(stack, "cluster", p)
	require.NoError(t, err)
}
