package awsemulator

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

// s3Actions are the actions of S3's operations that are named otherwise.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
var s3Actions = map[string]string{
	"HeadBucket": "ListBucket", "ListObjects": "ListBucket", "ListObjectsV2": "ListBucket", "ListObjectVersions": "ListBucketVersions", "ListBuckets": "ListAllMyBuckets",
	"HeadObject": "GetObject", "CopyObject": "PutObject", "DeleteObjects": "DeleteObject", "CreateMultipartUpload": "PutObject", "UploadPart": "PutObject",
	"GetBucketCors": "GetBucketCORS", "PutBucketCors": "PutBucketCORS", "DeleteBucketCors": "PutBucketCORS",
	"GetBucketEncryption": "GetEncryptionConfiguration", "PutBucketEncryption": "PutEncryptionConfiguration", "DeleteBucketEncryption": "PutEncryptionConfiguration",
	"GetBucketLifecycleConfiguration": "GetLifecycleConfiguration", "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration", "DeleteBucketLifecycle": "PutLifecycleConfiguration",
	"GetBucketReplication": "GetReplicationConfiguration", "PutBucketReplication": "PutReplicationConfiguration", "DeleteBucketReplication": "PutReplicationConfiguration",
	"GetBucketNotificationConfiguration": "GetBucketNotification", "PutBucketNotificationConfiguration": "PutBucketNotification",
	"GetBucketAccelerateConfiguration": "GetAccelerateConfiguration", "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
	"GetObjectLockConfiguration": "GetBucketObjectLockConfiguration", "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
	"GetPublicAccessBlock": "GetBucketPublicAccessBlock", "PutPublicAccessBlock": "PutBucketPublicAccessBlock", "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
	"DeleteBucketOwnershipControls": "PutBucketOwnershipControls", "DeleteBucketTagging": "PutBucketTagging",
	"GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration", "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
	"DeleteBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
	"GetBucketMetricsConfiguration":               "GetMetricsConfiguration", "PutBucketMetricsConfiguration": "PutMetricsConfiguration", "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
	"GetBucketInventoryConfiguration": "GetInventoryConfiguration", "PutBucketInventoryConfiguration": "PutInventoryConfiguration", "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
	"GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration", "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration", "DeleteBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
}

// verbs are the actions of a call without their service. But for S3 that is its operation.
func verbs(c *Call) []string {
	switch {
	case c.Service == "budgets" && !strings.Contains(c.Operation, "Tag"):
		// https://docs.aws.amazon.com/cost-management/latest/userguide/billing-example-policies.html
		if strings.HasPrefix(c.Operation, "Describe") {
			return []string{"ViewBudget"}
		}
		return []string{"ModifyBudget"}
	case c.Service != "s3":
		return []string{c.Operation}
	}
	verb := c.Operation
	if named := s3Actions[verb]; named != "" {
		verb = named
	}
	if verb == "DeleteObject" && deletesVersion(c) {
		verb = "DeleteObjectVersion"
	}
	if c.Arguments["VersionId"] != nil && verb == "GetObject" {
		verb = "GetObjectVersion"
	}
	out := []string{verb}
	if c.Arguments["BypassGovernanceRetention"] == true {
		out = append(out, "BypassGovernanceRetention")
	}
	return out
}

func deletesVersion(c *Call) bool {
	version := c.Arguments["VersionId"] != nil
	texts(c.Arguments["Delete"], func(path, _ string) { version = version || strings.HasSuffix(path, "VersionId") })
	return version
}

// ec2Ids are what the ids of EC2 begin with, by the type of resource in IAM.
var ec2Ids = map[string]string{
	"vpc": "vpc", "subnet": "subnet", "route-table": "rtb", "internet-gateway": "igw", "natgateway": "nat", "elastic-ip": "eipalloc", "network-interface": "eni",
	"security-group": "sg", "security-group-rule": "sgr", "network-acl": "acl", "vpc-endpoint": "vpce", "vpc-flow-log": "fl", "launch-template": "lt",
	"dhcp-options": "dopt", "instance": "i", "volume": "vol", "egress-only-internet-gateway": "eigw", "prefix-list": "pl",
}

// isID reports whether a text is an id of EC2 that begins with the prefix.
func isID(prefix, text string) bool {
	digits, begins := strings.CutPrefix(text, prefix+"-")
	return begins && digits != "" && strings.Trim(digits, "0123456789abcdef") == ""
}

// synonyms are arguments that variables of ARNs stand for, all in lower case.
var synonyms = map[string][]string{
	"bucketname": {"bucket"}, "objectname": {"key"}, "keyid": {"targetkeyid"}, "alias": {"aliasname"}, "topicname": {"name"}, "queuename": {"queuename"},
	"dbinstancename": {"dbinstanceidentifier"}, "subnetgroupname": {"dbsubnetgroupname"}, "parametergroupname": {"dbparametergroupname"},
	"rulename": {"rule", "name"}, "groupname": {"name"}, "schedulename": {"name"}, "statemachinename": {"name"}, "dashboardname": {"dashboardname"},
	"pipelinename": {"name", "pipelinename"}, "mlflowtrackingservername": {"trackingservername"}, "projectname": {"name"}, "clustername": {"name", "clustername"}, "tablename": {"tablename"},
}

// special are the resources of calls that names alone do not tell.
func (a *Authorizer) special(c *Call, resource iamcheck.Resource, arguments map[string]any) (arns []string, known bool) {
	form := fixedForm(c, resource.ARN)
	one := func(variable, value string) ([]string, bool) {
		return []string{strings.Replace(form, "${"+variable+"}", value, 1)}, true
	}
	all := func(variable string, values []string) ([]string, bool) {
		for _, each := range values {
			arns = append(arns, strings.Replace(form, "${"+variable+"}", each, 1))
		}
		return arns, len(arns) > 0
	}
	switch c.Service + ":" + resource.Type {
	case "cloudwatch:alarm":
		if c.Operation == "DescribeAlarms" { // asks for all, also where a call names some
			return one("AlarmName", "*")
		}
		return all("AlarmName", named(arguments, "AlarmNames", "AlarmName"))
	case "cloudwatch:dashboard":
		return all("DashboardName", named(arguments, "DashboardNames", "DashboardName"))
	case "ecr:repository":
		return all("RepositoryName", named(arguments, "repositoryNames", "repositoryName"))
	case "sqs:queue":
		if at := text(arguments, "QueueUrl"); at != "" {
			return one("QueueName", at[strings.LastIndexByte(at, '/')+1:])
		}
	case "kms:alias":
		return one("Alias", strings.TrimPrefix(text(arguments, "AliasName"), "alias/"))
	case "kms:key":
		key := text(arguments, "KeyId") + text(arguments, "TargetKeyId")
		if key == "" { // an alias that is moved or deleted is also asked for on its key
			key = a.keyOf(text(arguments, "AliasName"))
		}
		return one("KeyId", key[strings.LastIndexByte(key, '/')+1:])
	case "sns:topic":
		if subscription := text(arguments, "SubscriptionArn"); strings.Count(subscription, ":") == 6 {
			return []string{subscription[:strings.LastIndexByte(subscription, ':')]}, true
		}
	case "events:rule-on-custom-event-bus":
		return nil, text(arguments, "EventBusName") == "" || text(arguments, "EventBusName") == "default"
	case "logs:log-group":
		if group := text(arguments, "resourceArn"); strings.HasPrefix(group, "arn:") {
			return []string{strings.TrimSuffix(group, ":*")}, true
		}
	case "eks:nodegroup", "eks:addon", "eks:access-entry", "eks:podidentityassociation":
		for _, member := range []string{"nodegroupName", "addonName", "principalArn", "associationId"} {
			if found := a.ofCluster[c.Account+"|"+text(arguments, "clusterName")+"|"+text(arguments, member)]; found != "" {
				return []string{found}, true
			}
		}
		if id := text(arguments, "associationId"); id != "" { // one that an add-on was given
			return []string{strings.NewReplacer("${ClusterName}", text(arguments, "clusterName"), "${UUID}", id).Replace(form)}, true
		}
	case "rds:db":
		if c.Operation == "DescribeDBInstances" && text(arguments, "DBInstanceIdentifier") == "" { // asks for all, also where it filters
			return one("DbInstanceName", "*")
		}
	case "events:event-bus":
		if c.Operation == "PutEvents" {
			return one("EventBusName", "default")
		}
	case "events:event-busv2":
		return nil, c.Operation == "PutEvents"
	case "sagemaker:model-package":
		if group := text(arguments, "ModelPackageGroupName"); group != "" && c.Operation == "ListModelPackages" {
			return one("ModelPackageName", group+"/*")
		}
	case "s3:object":
		if deleted, _ := arguments["Delete"].(map[string]any); deleted != nil {
			texts(deleted, func(path, key string) {
				if strings.HasSuffix(path, "Key") {
					arns = append(arns, "arn:aws:s3:::"+text(arguments, "Bucket")+"/"+key)
				}
			})
			return arns, true
		}
	case "s3:accesspointobject":
		return nil, arguments["Delete"] != nil
	case "codepipeline:pipeline":
		if pipeline, _ := arguments["pipeline"].(map[string]any); pipeline != nil {
			return one("PipelineName", text(pipeline, "name"))
		}
	case "ssm:parameter":
		if name := text(arguments, "Name"); name != "" {
			return one("ParameterNameWithoutLeadingSlash", strings.TrimPrefix(name, "/"))
		}
	case "application-autoscaling:ScalableTarget":
		if arn := text(arguments, "ResourceARN"); arn != "" {
			return []string{arn}, true
		}
		return one("ResourceId", "1")
	case "scheduler:schedule":
		group := cmp.Or(text(arguments, "GroupName"), "default")
		form = strings.Replace(form, "${GroupName}", group, 1)
		if name := text(arguments, "Name"); name != "" {
			return one("ScheduleName", name)
		}
	case "elasticloadbalancing:loadbalancer":
		// AWS's list has the form of classic load balancers alone.
		arns = named(arguments, "LoadBalancerArn", "LoadBalancerArns", "ResourceArns", "ResourceArn")
		if c.Operation == "CreateLoadBalancer" {
			texts(c.Answer, func(path, text string) {
				if strings.HasSuffix(path, "LoadBalancerArn") {
					arns = append(arns, text)
				}
			})
		}
		return arns, len(arns) > 0
	case "codebuild:project":
		return all("ProjectName", namesOf(named(arguments, "names")))
	case "aps:rulegroupsnamespace":
		if name := text(arguments, "name"); name != "" {
			return []string{strings.NewReplacer("${WorkspaceId}", text(arguments, "workspaceId"), "${Namespace}", name).Replace(form)}, true
		}
	case "grafana:workspace":
		if id := text(arguments, "workspaceId"); id != "" {
			return one("ResourceId", id)
		}
	case "budgets:budget":
		return one("BudgetName", budgetName(&request{Call: c}))
	case "iam:oidc-provider":
		if arn := text(arguments, "OpenIDConnectProviderArn"); arn != "" {
			return []string{arn}, true
		}
		if issuer := text(arguments, "Url"); issuer != "" {
			return one("OidcProviderName", strings.TrimPrefix(issuer, "https://"))
		}
	case "route53:hostedzone":
		if id := text(arguments, "HostedZoneId") + text(arguments, "Id"); id != "" {
			return one("Id", strings.TrimPrefix(id, "/hostedzone/"))
		}
	case "ecs:cluster":
		return all("ClusterName", namesOf(named(arguments, "clusters", "cluster", "clusterName")))
	case "wafv2:webacl":
		if id := text(arguments, "Id"); id != "" {
			form = strings.NewReplacer("${Scope}", strings.ToLower(text(arguments, "Scope")), "${Name}", text(arguments, "Name")).Replace(form)
			return one("Id", id)
		}
	case "iam:role":
		if name := text(arguments, "RoleName"); name != "" {
			return one("RoleNameWithPath", strings.TrimPrefix(text(arguments, "Path"), "/")+name)
		}
	}
	return nil, false
}

// namesOf are the names behind the last slashes of ARNs, or names themselves.
func namesOf(arns []string) []string {
	for i, each := range arns {
		arns[i] = each[strings.LastIndexByte(each, '/')+1:]
	}
	return arns
}

// keyOf is the ARN of the key that has an alias.
func (a *Authorizer) keyOf(alias string) string {
	for key, aliases := range a.aliases {
		if slices.Contains(aliases, alias) {
			return key
		}
	}
	return ""
}
