package applied_test

// unneeded are what apply roles may do although no step of a set calls it, each with the reason. Some are for statements alone whose names
// begin like this.
var unneeded = []struct{ service, actions, reason, statements string }{
	{"ssm", "GetParameter", "the workflow asks before Terraform whether an administrator must apply the roles first", "Access"},
	{"s3", "GetObject GetObjectVersion", "the build of CodePipeline reads what it was handed", "Build"},
	{"kms", "Decrypt", "the build of CodePipeline reads what it was handed", "Build"},
	{"logs", "CreateLogStream PutLogEvents", "the build of CodePipeline writes its log", "Build"},
	{"ec2", "CreateNetworkInterface CreateNetworkInterfacePermission DeleteNetworkInterface DescribeDhcpOptions", "CodeBuild puts the build into its network", "Build"},
	{"iam", "CreatePolicyVersion DeletePolicyVersion", "changes of a policy, of which no example makes any", ""},
	{"sagemaker", "AddTags DeleteTags ListTags", "tags of Studio, a construct that extensions add", "Domains"},
	{"iam", `AddRoleToInstanceProfile CreateInstanceProfile DeleteInstanceProfile GetInstanceProfile ListInstanceProfileTags RemoveRoleFromInstanceProfile
		TagInstanceProfile UntagInstanceProfile`, "instance profiles of constructs that extensions add to an environment", ""},
	{"iam", "CreateServiceLinkedRole GetRole", "a service makes its role in an account once, and the emulator has no such roles", ""},
	{"iam", "UpdateRole UpdateRoleDescription PutRolePermissionsBoundary SetDefaultPolicyVersion UpdateAssumeRolePolicy", "changes of a role that no example makes: its description, session, boundary, trust, or a version to go back to", ""},
	{"iam", "ListRoleTags ListPolicyTags ListEntitiesForPolicy ListOpenIDConnectProviderTags UpdateOpenIDConnectProviderThumbprint AddClientIDToOpenIDConnectProvider RemoveClientIDFromOpenIDConnectProvider CreateOpenIDConnectProvider DeleteOpenIDConnectProvider TagOpenIDConnectProvider UntagOpenIDConnectProvider GetOpenIDConnectProvider", "the issuer of a cluster, for roles of service accounts instead of pod identities; and imports", ""},
	{"sagemaker", `CreateDomain DeleteDomain DescribeDomain UpdateDomain ListDomains CreateUserProfile DeleteUserProfile DescribeUserProfile UpdateUserProfile ListUserProfiles`, "Studio, a construct that extensions add", ""},
	{"sagemaker", "UpdateMlflowTrackingServer", "changes of a tracking server that no example makes", ""},
	{"sagemaker", "CreateFeatureGroup DeleteFeatureGroup DescribeFeatureGroup UpdateFeatureGroup", "Feature Store, a construct that extensions add", ""},
	{"sagemaker", `CreateDataQualityJobDefinition DeleteDataQualityJobDefinition DescribeDataQualityJobDefinition CreateMonitoringSchedule DeleteMonitoringSchedule
		DescribeMonitoringSchedule UpdateMonitoringSchedule`, "monitors of data, a construct that extensions add", ""},
	{"sagemaker", `CreateEndpoint CreateEndpointConfig CreateModel DeleteEndpoint DeleteEndpointConfig DeleteModel DescribeEndpoint DescribeEndpointConfig DescribeModel
		UpdateEndpoint UpdateEndpointWeightsAndCapacities`, "endpoints that Terraform makes; those of the environments are made on approval by a state machine", ""},
	{"sagemaker", "GetModelPackageGroupPolicy PutModelPackageGroupPolicy DeleteModelPackageGroupPolicy ListModelPackages", "groups of models that other accounts read", ""},
	{"scheduler", "CreateScheduleGroup DeleteScheduleGroup GetScheduleGroup ListTagsForResource TagResource UntagResource UpdateSchedule", "groups of schedules of constructs that extensions add, and a changed schedule", ""},
	{"cloudwatch", "PutCompositeAlarm DisableAlarmActions EnableAlarmActions", "alarms that hang on others, and alarms that are silenced, of constructs that extensions add", ""},
	{"states", `CreateStateMachineAlias DeleteStateMachineAlias DescribeStateMachineAlias ListStateMachineAliases UpdateStateMachineAlias PublishStateMachineVersion DeleteStateMachineVersion`, "versions and aliases of state machines, and definitions that change", ""},
	{"s3", `GetAnalyticsConfiguration PutAnalyticsConfiguration GetIntelligentTieringConfiguration PutIntelligentTieringConfiguration GetInventoryConfiguration
		PutInventoryConfiguration GetMetricsConfiguration PutMetricsConfiguration PutAccelerateConfiguration PutBucketCORS PutBucketLogging PutBucketObjectLockConfiguration
		GetBucketLocation`, "settings of buckets that no example has on, and imports", ""},
	{"s3", "TagResource UntagResource ListTagsForResource", "releases of the provider from 6 on read and write tags of buckets through S3 Control", ""},
	{"s3", "BypassGovernanceRetention DeleteObject", "objects without versions or under retention, which a destroy empties; those of the emulator have versions and no retention", ""},
	{"ecr", "BatchDeleteImage ListImages", "repositories with images in them, which a destroy empties; those of the emulator are empty", ""},
	{"ecr", `PutImageScanningConfiguration PutImageTagMutability UpdatePullThroughCacheRule UpdateRepositoryCreationTemplate ValidatePullThroughCacheRule`, "changes of repositories that no example makes", ""},
	{"kms", "CancelKeyDeletion DisableKey DisableKeyRotation EnableKey PutKeyPolicy UpdateAlias UpdateKeyDescription", "changes of keys that no example makes", ""},
	{"logs", "AssociateKmsKey DisassociateKmsKey DeleteRetentionPolicy CreateLogDelivery DeleteLogDelivery", "changes of log groups, and flow logs that go to S3", ""},
	{"eks", `AssociateEncryptionConfig UpdateAccessEntry UpdateAddon UpdateClusterConfig UpdateClusterVersion UpdatePodIdentityAssociation ListUpdates ListAddons ListAccessEntries ListNodegroups ListPodIdentityAssociations ListTagsForResource`, "changes of a cluster that no example makes, above all its version, and what people list to find out why one fails", ""},
	{"ec2", "RunInstances", "EKS checks that whoever gives a node group a launch template could launch instances with it; the emulator has no authorisation to check", ""},
	{"ec2", `CreateEgressOnlyInternetGateway DeleteEgressOnlyInternetGateway DescribeEgressOnlyInternetGateways AssociateSubnetCidrBlock AssociateVpcCidrBlock
		DisassociateSubnetCidrBlock DisassociateVpcCidrBlock ModifyVpcTenancy ModifySubnetAttribute`, "IPv6 and more ranges, which no example has", ""},
	{"ec2", `ModifyVpcEndpoint ReplaceRoute ReplaceRouteTableAssociation ReplaceNetworkAclAssociation ModifySecurityGroupRules UpdateSecurityGroupRuleDescriptionsEgress UpdateSecurityGroupRuleDescriptionsIngress`, "changes of a network that no example makes", ""},
	{"ec2", "DeleteLaunchTemplateVersions", "changes of the launch template of a node pool", ""},
	{"ec2", "DescribeAccountAttributes DescribeAvailabilityZones DescribeManagedPrefixLists DescribeVpcEndpointServices", "lookups of constructs for other networks", ""},
	{"route53", "AssociateVPCWithHostedZone", "EC2 asks for it where an interface endpoint has private names; the emulator does not", ""},
	{"sts", "AssumeRole", "the state is in a file here; TestBootstrap assumes the role of the state", ""},
	{"sns", "SetSubscriptionAttributes ListSubscriptionsByTopic", "changes of subscriptions, and imports", ""},
	{"sqs", "GetQueueUrl", "imports", ""},
	{"apigateway", "PATCH UpdateRestApiPolicy", "the account's role for logs, which is off by default; and the policy of an API, which comes with its document here", ""},
	{"budgets", "ModifyBudget TagResource UntagResource ListTagsForResource ViewBudget", "IAM's names for what the API of budgets calls otherwise: CreateBudget is ModifyBudget there, DescribeBudget ViewBudget", ""},
	{"acm", "UpdateCertificateOptions", "changes of a certificate that no example makes", ""},
	{"ecs", "UpdateCluster UpdateClusterSettings", "changes of a cluster that no example makes", ""},
	{"rds", "CreateDBCluster CreateDBInstance", "AWS's list has the option group for both calls, and the emulator makes none", "DatabaseOptions"},
	{"rds", `CreateDBCluster CreateDBClusterParameterGroup CreateDBClusterSnapshot DeleteDBCluster DeleteDBClusterParameterGroup ModifyDBCluster
		ModifyDBClusterParameterGroup ResetDBClusterParameterGroup DescribeDBClusterParameterGroups DescribeDBClusterParameters DescribeDBClusters DescribeGlobalClusters`,
		"Aurora, which a configuration may name and no example does", ""},
	{"rds", "CreateDBSnapshot ModifyDBSubnetGroup RebootDBInstance ResetDBParameterGroup", "the last snapshot, which RDS makes in the caller's name, and changes of a database that no example makes", ""},
	{"wafv2", "CreateWebACL UpdateWebACL", "AWS asks for them on the managed groups of rules in a firewall, too, and the emulator has none; and changes of a firewall", ""},
	{"elasticloadbalancing", "SetWebAcl", "AWS asks for it where a firewall is put before a load balancer; the emulator does not", ""},
	{"elasticloadbalancing", `ModifyListener ModifyListenerAttributes ModifyRule ModifyTargetGroup SetIpAddressType SetRulePriorities SetSecurityGroups SetSubnets`, "changes of a load balancer that no example makes", ""},
	{"elasticloadbalancing", "DescribeCapacityReservation DescribeListenerCertificates DescribeTargetHealth", "releases of the provider from 5.83 on, and what people look at when a target is not healthy", ""},
	{"secretsmanager", "CancelRotateSecret CreateSecret RotateSecret TagResource DescribeSecret", "RDS makes the secret of a database with the permission of who makes the database, which the emulator does not ask for", "MasterPasswords"},
	{"cognito-idp", "DescribeUserPoolClient", "the load balancer asks for it with the permission of who makes a rule with sign-in; the emulator does not", ""},
	{"ec2", "DescribeInstances DescribeNetworkInterfaces DescribeSecurityGroups DescribeVolumes", "the workflow looks for what Kubernetes left before an environment is destroyed", "Leftovers"},
	{"tag", "GetResources", "the workflow looks for what Kubernetes left before an environment is destroyed", "Leftovers"},
	{"grafana", "CreateWorkspaceServiceAccount CreateWorkspaceServiceAccountToken DeleteWorkspaceServiceAccount", "the workflow imports dashboards", ""},
	{"sso", `AssociateProfile CreateManagedApplicationInstance DeleteManagedApplicationInstance DisassociateProfile DescribeRegisteredRegions GetManagedApplicationInstance
		GetProfile GetSharedSsoConfiguration ListDirectoryAssociations ListProfileAssociations ListProfiles`, "Grafana enters itself in IAM Identity Center with the permission of who makes the workspace; the emulator does not", ""},
	{"sso-directory", "DescribeGroup", "Grafana enters itself in IAM Identity Center with the permission of who makes the workspace; the emulator does not", ""},
	{"organizations", "DescribeOrganization", "Grafana enters itself in IAM Identity Center with the permission of who makes the workspace; the emulator does not", ""},
	{"events", "DisableRule EnableRule", "rules that are switched off and on", ""},
}
