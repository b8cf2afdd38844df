package permissions

import (
	"slices"

	"github.com/mlplatform/mlplatform/documents/policy"
)

// cluster: aws_eks_cluster, aws_eks_node_group, aws_eks_addon, aws_eks_access_entry, aws_eks_access_policy_association,
// aws_eks_pod_identity_association, aws_launch_template, aws_iam_openid_connect_provider.
func cluster() part {
	return part{
		service: Cluster, needs: []Service{SecurityGroups, Queues, Events, Logs, Encryption},
		passTo: []string{"ec2", "eks", "pods.eks"},
		linked: []string{"autoscaling.amazonaws.com", "eks-fargate.amazonaws.com", "eks-nodegroup.amazonaws.com", "eks.amazonaws.com", "spot.amazonaws.com"},
		grants: func(s Scope) []grant {
			return append(eks(s), nodes(s)...)
		},
		workloads: slices.Concat(nodeWork(), imageReads(), useKeys(), []string{"cloudwatch:*", "elasticloadbalancing:*", "xray:Get*", "xray:Put*"}),
		own:       []string{"ecr:*", "ssm:GetParameter*"},
		ownOn: func(s Scope) []string {
			// AWS's parameters name machine images.
			return append(s.repositories(), "arn:"+s.Partition+":ssm:"+s.Region+"::parameter/aws/*")
		},
	}
}

// records: nothing but what roles may do. https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/#iam-policy
func records() part {
	return part{
		service:   Records,
		grants:    func(Scope) []grant { return nil },
		workloads: of("route53", "ChangeRes* List*"),
	}
}

// nodeWork is what the roles of a cluster, its nodes, Karpenter and the drivers for disks and load balancers do. What
// could change or take over an instance that somebody else started is left out, of Systems Manager all but what the
// agent on an instance says about itself: commands would run as the role of the instance, which may have no boundary.
// Policies are short of space, so that names are cut where nothing else begins or ends alike: templates and snapshots are created and
// deleted, the wish of a group is set, the API of Kubernetes is used.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSSMManagedInstanceCore.html
func nodeWork() []string {
	return slices.Concat(
		of("ec2", `*NetworkInterface* *SecurityGroup* *Tags *Volume* *eLaunchTemplate *eSnapshot Assign* CreateFleet Describe* EnableFastSnap*
			RunInstances TerminateInstances Unassign*`),
		of("autoscaling", "Describe* SetDes* TerminateI*"),
		of("eks", "Acc* Describe* List*"), []string{"ec2messages:*", "eks-auth:*", "ssmmessages:*"},
		of("ssm", "DescribeAssociation DescribeDocument GetD* GetManifest List*Associations PutCo* PutInventory UpdateAssociationStatus UpdateInstance*"),
	)
}

func eks(s Scope) []grant {
	var clusters []string
	// The cluster itself may be named exactly as the prefix.
	for _, each := range []string{"access-entry/", "addon/", "cluster/", "nodegroup/", "podidentityassociation/"} {
		own := s.Prefix
		if each != "cluster/" {
			own += "/*"
		}
		clusters = append(clusters, s.Regional("eks", each+own), s.Regional("eks", each+s.Prefix+"-*"))
	}
	return []grant{
		{
			// CreateCluster makes a grant on the key of the cluster's secrets in the name of the caller, and does not say that it
			// is for a resource of AWS. https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
			name: "KeysForCluster", on: []string{s.Regional("kms", "key/*")}, write: of("kms", "CreateGrant"), whenWriting: s.ours(),
		},
		{
			name: "ClusterAll", on: []string{"*"}, when: s.inRegion(),
			read: of("ec2", "DescribeLaunchTemplateVersions DescribeLaunchTemplates DescribeSecurityGroups DescribeSubnets DescribeTags DescribeVpcs"),
		},
		{name: "ClusterCreate", on: []string{"*"}, write: of("eks", "CreateCluster"), when: s.inRegion(), whenWriting: s.asOurs()},
		{
			name: "Cluster", on: clusters,
			read: of("eks", `DescribeAccessEntry DescribeAddon DescribeCluster DescribeNodegroup DescribePodIdentityAssociation DescribeUpdate ListAccessEntries
				ListAddons ListAssociatedAccessPolicies ListNodegroups ListPodIdentityAssociations ListTagsForResource ListUpdates`),
			write: of("eks", `AssociateAccessPolicy AssociateEncryptionConfig CreateAccessEntry CreateAddon CreateNodegroup CreatePodIdentityAssociation
				DeleteAccessEntry DeleteAddon DeleteCluster DeleteNodegroup DeletePodIdentityAssociation DisassociateAccessPolicy TagResource UntagResource
				UpdateAccessEntry UpdateAddon UpdateClusterConfig UpdateClusterVersion UpdateNodegroupConfig UpdateNodegroupVersion
				UpdatePodIdentityAssociation`),
		},
		{
			// Roles for service accounts trust the issuer of the cluster, whose id AWS chooses.
			name: "ClusterIssuer", on: []string{s.Global("iam", "oidc-provider/oidc.eks."+s.Region+"."+s.DNSSuffix()+"/id/*")},
			read: of("iam", "GetOpenIDConnectProvider ListOpenIDConnectProviderTags"),
			write: of("iam", `AddClientIDToOpenIDConnectProvider CreateOpenIDConnectProvider DeleteOpenIDConnectProvider
				RemoveClientIDFromOpenIDConnectProvider TagOpenIDConnectProvider UntagOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint`),
		},
	}
}

func nodes(s Scope) []grant {
	creations := "CreateLaunchTemplate RunInstances"
	launched := []string{"instance", "network-interface", "spot-instances-request", "volume"}
	return []grant{
		{name: "NodesCreateTemplate", on: s.ec2("launch-template"), write: of("ec2", "CreateLaunchTemplate"), whenWriting: s.asOurs()},
		{
			name: "NodesChangeTemplate", on: s.ec2("launch-template"), whenWriting: s.ours(),
			write: of("ec2", "CreateLaunchTemplateVersion CreateTags DeleteLaunchTemplate DeleteLaunchTemplateVersions DeleteTags ModifyLaunchTemplate"),
		},
		{
			// EKS checks that whoever gives a node group a launch template could launch instances with it.
			// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
			name: "NodesLaunch", write: of("ec2", "RunInstances"),
			on: append(s.ec2(append(launched, "launch-template", "security-group", "subnet")...), "arn:"+s.Partition+":ec2:"+s.Region+"::image/*",
				"arn:"+s.Partition+":ec2:"+s.Region+"::snapshot/*"),
		},
		s.tagOnCreation("Nodes", creations, append(launched, "launch-template")...),
		{
			// Karpenter finds subnets and security groups by its tag, also those that EKS made.
			name: "NodesDiscovery", on: s.ec2("security-group", "subnet"), write: of("ec2", "CreateTags DeleteTags"),
			whenWriting: []policy.Condition{
				{Operator: "ForAllValues:StringEquals", Key: "aws:TagKeys", Values: []string{"karpenter.sh/discovery"}},
				// ForAllValues also holds where no tag is named, and that means all tags to DeleteTags.
				policy.Present("aws:TagKeys"),
			},
		},
	}
}
