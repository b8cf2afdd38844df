package cluster

import (
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// controller is what the permissions of Karpenter's controller are limited to.
type controller struct {
	scope                               arn.Scope
	cluster, clusterARN                 string
	nodeRoleARN, queueARN, volumeKeyARN string
}

// controllerStatements follow what Karpenter 1 documents: it starts and ends only what bears the tags of this cluster, tags
// only what it starts, and passes only its own node role to EC2.
// https://karpenter.sh/docs/reference/cloudformation/
func controllerStatements(k controller) []policy.Statement {
	statements := append(k.launch(), k.instanceProfiles()...)
	return append(statements, k.discover()...)
}

// owned holds for what belongs to this cluster by its tags. from is aws:RequestTag/ for what is being made and
// aws:ResourceTag/ for what exists; key is the tag that says which node pool or class of Karpenter it belongs to.
func (k controller) owned(from, key string) []policy.Condition {
	return []policy.Condition{
		policy.StringEquals(from+"kubernetes.io/cluster/"+k.cluster, "owned"),
		policy.StringLike(from+key, "*"),
	}
}

const (
	requestTag  = "aws:RequestTag/"
	resourceTag = "aws:ResourceTag/"
	nodePoolTag = "karpenter.sh/nodepool"
	classTag    = "karpenter.k8s.aws/ec2nodeclass"
	nameTag     = "eks:eks-cluster-name"
	regionTag   = "topology.kubernetes.io/region"
)

func (k controller) ec2(types ...string) []string {
	arns := make([]string, len(types))
	for i, each := range types {
		arns[i] = k.scope.Regional("ec2", each+"/*")
	}
	return arns
}

func (k controller) launch() []policy.Statement {
	// Images and snapshots may be AWS's, subnets and capacity reservations those of an account that shares them.
	region := "arn:" + k.scope.Partition + ":ec2:" + k.scope.Region
	made := k.ec2("fleet", "instance", "launch-template", "network-interface", "spot-instances-request", "volume")
	named := policy.StringEquals(requestTag+nameTag, k.cluster)
	return []policy.Statement{
		{
			Sid: "LaunchWith", Actions: []string{"ec2:CreateFleet", "ec2:RunInstances"},
			Resources: []string{
				region + "::image/*", region + "::snapshot/*", region + ":*:capacity-reservation/*", region + ":*:placement-group/*",
				region + ":*:security-group/*", region + ":*:subnet/*",
			},
		},
		{
			Sid: "LaunchFromOwnTemplates", Actions: []string{"ec2:CreateFleet", "ec2:RunInstances"},
			Resources: k.ec2("launch-template"), Conditions: k.owned(resourceTag, nodePoolTag),
		},
		{
			Sid: "Launch", Actions: []string{"ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"},
			Resources: made, Conditions: append(k.owned(requestTag, nodePoolTag), named),
		},
		{
			Sid: "TagAtLaunch", Actions: []string{"ec2:CreateTags"}, Resources: made,
			Conditions: append(k.owned(requestTag, nodePoolTag), named,
				policy.StringEquals("ec2:CreateAction", "CreateFleet", "CreateLaunchTemplate", "RunInstances")),
		},
		{
			Sid: "TagInstances", Actions: []string{"ec2:CreateTags"}, Resources: k.ec2("instance"),
			Conditions: append(k.owned(resourceTag, nodePoolTag),
				policy.Condition{Operator: "StringEqualsIfExists", Key: requestTag + nameTag, Values: []string{k.cluster}},
				policy.Condition{Operator: "ForAllValues:StringEquals", Key: "aws:TagKeys", Values: []string{nameTag, "karpenter.sh/nodeclaim", "Name"}}),
		},
		{
			Sid: "Terminate", Actions: []string{"ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"},
			Resources: k.ec2("instance", "launch-template"), Conditions: k.owned(resourceTag, nodePoolTag),
		},
	}
}

// instanceProfiles are made by Karpenter, one for each node class.
func (k controller) instanceProfiles() []policy.Statement {
	profiles := []string{k.scope.Global("iam", "instance-profile/*")}
	inRegion := func(from string) policy.Condition { return policy.StringEquals(from+regionTag, k.scope.Region) }
	named := policy.StringEquals(requestTag+nameTag, k.cluster)
	pass := policy.PassRole([]string{"ec2." + k.scope.DNSSuffix()}, k.nodeRoleARN)
	pass.Sid = "PassNodeRole"
	statements := []policy.Statement{
		pass,
		{
			Sid: "CreateProfiles", Actions: []string{"iam:CreateInstanceProfile"}, Resources: profiles,
			Conditions: append(k.owned(requestTag, classTag), named, inRegion(requestTag)),
		},
		{
			Sid: "TagProfiles", Actions: []string{"iam:TagInstanceProfile"}, Resources: profiles,
			Conditions: append(append(k.owned(resourceTag, classTag), inRegion(resourceTag)), append(k.owned(requestTag, classTag), named, inRegion(requestTag))...),
		},
		{
			Sid:       "ChangeProfiles",
			Actions:   []string{"iam:AddRoleToInstanceProfile", "iam:DeleteInstanceProfile", "iam:RemoveRoleFromInstanceProfile"},
			Resources: profiles, Conditions: append(k.owned(resourceTag, classTag), inRegion(resourceTag)),
		},
		{Sid: "ReadProfiles", Actions: []string{"iam:GetInstanceProfile"}, Resources: profiles},
		{Sid: "ListProfiles", Actions: []string{"iam:ListInstanceProfiles"}, Resources: []string{"*"}},
	}
	if k.volumeKeyARN == "" {
		return statements
	}
	// EC2 encrypts the disks of new instances on behalf of who starts them.
	viaEC2 := policy.StringEquals("kms:ViaService", "ec2."+k.scope.Region+"."+k.scope.DNSSuffix())
	return append(statements,
		policy.Statement{
			Sid: "EncryptVolumes", Actions: []string{"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"},
			Resources: []string{k.volumeKeyARN}, Conditions: []policy.Condition{viaEC2},
		},
		policy.Statement{
			Sid: "GrantVolumes", Actions: []string{"kms:CreateGrant"}, Resources: []string{k.volumeKeyARN},
			Conditions: []policy.Condition{viaEC2, policy.Bool("kms:GrantIsForAWSResource", true)},
		},
	)
}

func (k controller) discover() []policy.Statement {
	return []policy.Statement{
		{
			Sid: "DiscoverEC2",
			Actions: []string{
				"ec2:DescribeAvailabilityZones", "ec2:DescribeCapacityReservations", "ec2:DescribeImages", "ec2:DescribeInstanceStatus", "ec2:DescribeInstanceTypeOfferings",
				"ec2:DescribeInstanceTypes", "ec2:DescribeInstances", "ec2:DescribeLaunchTemplates", "ec2:DescribePlacementGroups",
				"ec2:DescribeSecurityGroups", "ec2:DescribeSpotPriceHistory", "ec2:DescribeSubnets",
			},
			Resources: []string{"*"}, Conditions: []policy.Condition{policy.StringEquals("aws:RequestedRegion", k.scope.Region)},
		},
		{
			Sid: "DiscoverImages", Actions: []string{"ssm:GetParameter"},
			Resources: []string{"arn:" + k.scope.Partition + ":ssm:" + k.scope.Region + "::parameter/aws/service/*"},
		},
		{Sid: "DiscoverPrices", Actions: []string{"pricing:GetProducts"}, Resources: []string{"*"}},
		{Sid: "DiscoverCluster", Actions: []string{"eks:DescribeCluster"}, Resources: []string{k.clusterARN}},
		{Sid: "ReadInterruptions", Actions: []string{"sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"}, Resources: []string{k.queueARN}},
	}
}
