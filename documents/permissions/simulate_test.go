package permissions_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

const (
	iam      = "arn:aws:iam::222222222222:"
	ec2      = "arn:aws:ec2:us-west-2:222222222222:"
	boundary = iam + "policy/wine-dev-boundary"
)

type keys = map[string]string

func with(sets ...keys) keys {
	out := keys{}
	for _, each := range sets {
		maps.Copy(out, each)
	}
	return out
}

var (
	bounded   = keys{"iam:PermissionsBoundary": boundary}
	ours      = keys{"aws:ResourceTag/Project": "wine", "aws:ResourceTag/Environment": "dev"}
	neighbour = keys{"aws:ResourceTag/Project": "wine", "aws:ResourceTag/Environment": "staging"}
	shared    = keys{"aws:ResourceTag/Project": "wine", "aws:ResourceTag/Environment": "operations"}
	state     = keys{"aws:ResourceTag/Project": "wine", "aws:ResourceTag/Environment": "operations", "aws:ResourceTag/Stack": "state"}
	others    = keys{"aws:ResourceTag/Project": "beer", "aws:ResourceTag/Environment": "dev"}
	asOurs    = keys{"aws:RequestTag/Project": "wine", "aws:RequestTag/Environment": "dev"}
	here      = keys{"aws:RequestedRegion": "us-west-2"}
)

func TestApplyCanAndCannot(t *testing.T) {
	statements := permissions.Apply(dev, permissions.Services()...)
	tests := []struct {
		name, action, resource string
		keys                   keys
		want                   bool
	}{
		{"take a key back from ECR", "kms:RetireGrant", "arn:aws:kms:us-west-2:222222222222:key/1", keys{"kms:ViaService": "ecr.us-west-2.amazonaws.com"}, true},
		{"take a key back from others", "kms:RetireGrant", "arn:aws:kms:us-west-2:222222222222:key/1", nil, false},
		{"take a key of a neighbour back", "kms:RetireGrant", "arn:aws:kms:us-west-2:222222222222:key/1", with(neighbour, keys{"kms:ViaService": "ecr.us-west-2.amazonaws.com"}), false},
		// Roles: only under the prefix, only with the boundary, never those of the deployment.
		{"role with the boundary", "iam:CreateRole", iam + "role/wine-dev-nodes", bounded, true},
		{"role without boundary", "iam:CreateRole", iam + "role/wine-dev-nodes", nil, false},
		{"role with another boundary", "iam:CreateRole", iam + "role/wine-dev-nodes", keys{"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"}, false},
		{"role of a neighbour", "iam:CreateRole", iam + "role/wine-dev2-nodes", bounded, false},
		{"policy on a bounded role", "iam:PutRolePolicy", iam + "role/wine-dev-nodes", bounded, true},
		{"policy on an unbounded role", "iam:PutRolePolicy", iam + "role/wine-dev-nodes", nil, false},
		{"trust of an unbounded role", "iam:UpdateAssumeRolePolicy", iam + "role/wine-dev-nodes", nil, false},
		{"take the boundary away", "iam:DeleteRolePermissionsBoundary", iam + "role/wine-dev-nodes", bounded, false},
		{"exchange the boundary", "iam:PutRolePermissionsBoundary", iam + "role/wine-dev-nodes", keys{"iam:PermissionsBoundary": iam + "policy/wine-dev-wide"}, false},
		{"new version of the boundary", "iam:CreatePolicyVersion", boundary, nil, false},
		{"delete the boundary", "iam:DeletePolicy", boundary, nil, false},
		{"older version of the boundary", "iam:SetDefaultPolicyVersion", boundary, nil, false},
		{"other policy", "iam:CreatePolicyVersion", iam + "policy/wine-dev-nodes", nil, true},
		{"own permissions", "iam:PutRolePolicy", iam + "role/wine-dev-github-apply", bounded, false},
		{"own trust", "iam:UpdateAssumeRolePolicy", iam + "role/wine-dev-github-apply", bounded, false},
		{"own managed policies", "iam:CreatePolicyVersion", iam + "policy/wine-dev-github-apply-1", nil, false},
		{"another deployment role", "iam:CreateRole", iam + "role/wine-dev-github-evil", bounded, false},
		{"tags of the own role", "iam:TagRole", iam + "role/wine-dev-github-apply", nil, false},
		{"protected role", "iam:UpdateAssumeRolePolicy", iam + "role/wine-dev-state", bounded, false},
		{"see the own role", "iam:GetRole", iam + "role/wine-dev-github-apply", nil, true},
		// The pipeline in AWS: to be seen, not to be changed.
		{"permissions of the build that applies", "iam:PutRolePolicy", iam + "role/wine-dev-codebuild-apply", bounded, false},
		{"trust of the build that applies", "iam:UpdateAssumeRolePolicy", iam + "role/wine-dev-codebuild-apply", bounded, false},
		{"managed policies of the build that applies", "iam:CreatePolicyVersion", iam + "policy/wine-dev-codebuild-apply-1", nil, false},
		{"role of another build", "iam:CreateRole", iam + "role/wine-dev-codebuild-evil", bounded, false},
		{"role of the pipeline", "iam:PutRolePolicy", iam + "role/wine-dev-codepipeline-service", bounded, false},
		{"pass the role of a build", "iam:PassRole", iam + "role/wine-dev-codebuild-apply", keys{"iam:PassedToService": "codebuild.amazonaws.com"}, false},
		{"see the role of a build", "iam:GetRole", iam + "role/wine-dev-codebuild-apply", nil, true},
		{"see a build", "codebuild:BatchGetProjects", "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-delivery-apply", nil, true},
		{"commands of a build", "codebuild:UpdateProject", "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-delivery-apply", nil, false},
		{"another build", "codebuild:CreateProject", "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-evil", nil, false},
		{"start a build", "codebuild:StartBuild", "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-delivery-apply", nil, false},
		{"see the pipeline", "codepipeline:GetPipeline", "arn:aws:codepipeline:us-west-2:222222222222:wine-dev-delivery", nil, true},
		{"stages of the pipeline", "codepipeline:UpdatePipeline", "arn:aws:codepipeline:us-west-2:222222222222:wine-dev-delivery", nil, false},
		{"start the pipeline", "codepipeline:StartPipelineExecution", "arn:aws:codepipeline:us-west-2:222222222222:wine-dev-delivery", nil, false},
		{"approve oneself", "codepipeline:PutApprovalResult", "arn:aws:codepipeline:us-west-2:222222222222:wine-dev-delivery/Deploy/approve", nil, false},
		{"GitHub's provider", "iam:AddClientIDToOpenIDConnectProvider", iam + "oidc-provider/token.actions.githubusercontent.com", nil, false},
		{"delete GitHub's provider", "iam:DeleteOpenIDConnectProvider", iam + "oidc-provider/token.actions.githubusercontent.com", nil, false},
		{"see GitHub's provider", "iam:GetOpenIDConnectProvider", iam + "oidc-provider/token.actions.githubusercontent.com", nil, true},
		{"another provider", "iam:CreateOpenIDConnectProvider", iam + "oidc-provider/evil.example.com", nil, false},
		{"provider of a cluster", "iam:CreateOpenIDConnectProvider", iam + "oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/AB12", nil, true},
		{"user", "iam:CreateUser", iam + "user/wine-dev-evil", nil, false},
		{"access key", "iam:CreateAccessKey", iam + "user/admin", nil, false},
		{"pass to a service in use", "iam:PassRole", iam + "role/wine-dev-nodes", keys{"iam:PassedToService": "eks.amazonaws.com"}, true},
		{"pass to another service", "iam:PassRole", iam + "role/wine-dev-nodes", keys{"iam:PassedToService": "cloudformation.amazonaws.com"}, false},
		{"pass the own role", "iam:PassRole", iam + "role/wine-dev-github-apply", keys{"iam:PassedToService": "eks.amazonaws.com"}, false},
		{"pass a role of others", "iam:PassRole", iam + "role/admin", keys{"iam:PassedToService": "eks.amazonaws.com"}, false},
		{"service-linked role", "iam:CreateServiceLinkedRole", iam + "role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS", keys{"iam:AWSServiceName": "eks.amazonaws.com"}, true},
		{"service-linked role of another service", "iam:CreateServiceLinkedRole", iam + "role/aws-service-role/eks.amazonaws.com/x", keys{"iam:AWSServiceName": "organizations.amazonaws.com"}, false},
		// State: how it is reached is not said here, and nothing else leads to it.
		{"policy of the state bucket", "s3:PutBucketPolicy", "arn:aws:s3:::wine-dev-s3-tf-backend", nil, false},
		{"delete the state", "s3:DeleteObjectVersion", "arn:aws:s3:::wine-dev-s3-tf-backend/wine/dev.tfstate", nil, false},
		{"delete the key of the state", "kms:ScheduleKeyDeletion", "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555", ours, false},
		{"policy of the key of the state", "kms:PutKeyPolicy", "arn:aws:kms:us-west-2:222222222222:key/9", state, false},
		{"policy of the key of the own state store", "kms:PutKeyPolicy", "arn:aws:kms:us-west-2:222222222222:key/9", with(ours, keys{"aws:ResourceTag/Stack": "state-dev"}), false},
		{"alias of the key of the state", "kms:DeleteAlias", "arn:aws:kms:us-west-2:222222222222:key/9", with(ours, keys{"aws:ResourceTag/Stack": "state-dev"}), false},
		// API Gateway: ids are random, and what is below an API has its tags.
		{"API with tags", "apigateway:POST", "arn:aws:apigateway:us-west-2::/restapis", asOurs, true},
		{"API without tags", "apigateway:POST", "arn:aws:apigateway:us-west-2::/restapis", nil, false},
		{"API elsewhere", "apigateway:POST", "arn:aws:apigateway:eu-west-1::/restapis", asOurs, false},
		{"usage plan with tags", "apigateway:POST", "arn:aws:apigateway:us-west-2::/usageplans", asOurs, true},
		{"document of the own API", "apigateway:PUT", "arn:aws:apigateway:us-west-2::/restapis/a1", ours, true},
		{"document of the API of a neighbour", "apigateway:PUT", "arn:aws:apigateway:us-west-2::/restapis/a1", neighbour, false},
		{"document of the API of others", "apigateway:PUT", "arn:aws:apigateway:us-west-2::/restapis/a1", others, false},
		{"deployment of the own API", "apigateway:POST", "arn:aws:apigateway:us-west-2::/restapis/a1/deployments", ours, true},
		{"stage of the own API", "apigateway:PATCH", "arn:aws:apigateway:us-west-2::/restapis/a1/stages/live", ours, true},
		{"delete the stage of a neighbour", "apigateway:DELETE", "arn:aws:apigateway:us-west-2::/restapis/a1/stages/live", neighbour, false},
		{"look at an API", "apigateway:GET", "arn:aws:apigateway:us-west-2::/restapis/a1", nil, true},
		{"key of a usage plan", "apigateway:GET", "arn:aws:apigateway:us-west-2::/apikeys/a1", nil, false},
		{"API of HTTP", "apigateway:POST", "arn:aws:apigateway:us-west-2::/apis", asOurs, false},
		{"role for the logs of the account", "apigateway:PATCH", "arn:aws:apigateway:us-west-2::/account", nil, true},
		{"pass a role to API Gateway", "iam:PassRole", iam + "role/wine-dev-api-integrations", keys{"iam:PassedToService": "apigateway.amazonaws.com"}, true},
		{"metric of the access logs", "logs:PutMetricFilter", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/apigateway/wine-dev-api", nil, true},
		{"metric of the logs of a neighbour", "logs:PutMetricFilter", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/apigateway/wine-prod-api", nil, false},
		// Metrics: ids are random, tags decide.
		{"workspace with tags", "aps:CreateWorkspace", "*", with(asOurs, here), true},
		{"workspace without tags", "aps:CreateWorkspace", "*", here, false},
		{"rules of the own workspace", "aps:PutRuleGroupsNamespace", "arn:aws:aps:us-west-2:222222222222:rulegroupsnamespace/ws-1/wine-dev-platform", nil, true},
		{"rules of a neighbour", "aps:PutRuleGroupsNamespace", "arn:aws:aps:us-west-2:222222222222:rulegroupsnamespace/ws-1/wine-prod-platform", nil, false},
		{"metrics of others", "aps:DeleteWorkspace", "arn:aws:aps:us-west-2:222222222222:workspace/ws-1", others, false},
		{"scrape the own cluster", "aps:CreateScraper", "arn:aws:eks:us-west-2:222222222222:cluster/wine-dev-cluster", asOurs, true},
		{"scrape the cluster of a neighbour", "aps:CreateScraper", "arn:aws:eks:us-west-2:222222222222:cluster/wine-prod-cluster", asOurs, false},
		{"read metrics", "aps:QueryMetrics", "arn:aws:aps:us-west-2:222222222222:workspace/ws-1", ours, false},
		{"people of the own Grafana", "grafana:UpdatePermissions", "arn:aws:grafana:us-west-2:222222222222:/workspaces/g-1", ours, true},
		{"people of the Grafana of a neighbour", "grafana:UpdatePermissions", "arn:aws:grafana:us-west-2:222222222222:/workspaces/g-1", neighbour, false},
		{"machines for jobs", "codebuild:UpdateProject", "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-runner", nil, true},
		{"machines for jobs of a neighbour", "codebuild:UpdateProject", "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev2-runner", nil, false},
		{"a build of the pipeline", "codebuild:UpdateProject", "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-delivery-apply", nil, false},
		{"credential of CodeBuild for GitHub", "codebuild:ImportSourceCredentials", "*", nil, false},
		{"pass a role to machines for jobs", "iam:PassRole", iam + "role/wine-dev-runner", keys{"iam:PassedToService": "codebuild.amazonaws.com"}, true},
		{"pass the role of a build to machines for jobs", "iam:PassRole", iam + "role/wine-dev-codebuild-apply", keys{"iam:PassedToService": "codebuild.amazonaws.com"}, false},
		{"token of the own Grafana", "grafana:CreateWorkspaceServiceAccountToken", "arn:aws:grafana:us-west-2:222222222222:/workspaces/g-1", ours, true},
		{"token of the Grafana of a neighbour", "grafana:CreateWorkspaceServiceAccountToken", "arn:aws:grafana:us-west-2:222222222222:/workspaces/g-1", neighbour, false},
		{"pass a role to Grafana", "iam:PassRole", iam + "role/wine-dev-grafana", keys{"iam:PassedToService": "grafana.amazonaws.com"}, true},
		{"budget", "budgets:ModifyBudget", "arn:aws:budgets::222222222222:budget/wine-dev-monthly", nil, true},
		{"budget of others", "budgets:ModifyBudget", "arn:aws:budgets::222222222222:budget/whole-account", nil, false},
		// EC2: this region, and changes only where the tags say so.
		{"VPC with tags", "ec2:CreateVpc", ec2 + "vpc/vpc-1", asOurs, true},
		{"VPC without tags", "ec2:CreateVpc", ec2 + "vpc/vpc-1", nil, false},
		{"VPC elsewhere", "ec2:CreateVpc", "arn:aws:ec2:eu-west-1:222222222222:vpc/vpc-1", asOurs, false},
		{"subnet in a VPC of others", "ec2:CreateSubnet", ec2 + "vpc/vpc-1", others, true},
		{"subnet in the VPC of a neighbour", "ec2:CreateSubnet", ec2 + "vpc/vpc-1", neighbour, false},
		{"delete the own VPC", "ec2:DeleteVpc", ec2 + "vpc/vpc-1", ours, true},
		{"delete the VPC of a neighbour", "ec2:DeleteVpc", ec2 + "vpc/vpc-1", neighbour, false},
		{"delete a VPC without tags", "ec2:DeleteVpc", ec2 + "vpc/vpc-1", nil, false},
		{"tag the VPC of a neighbour", "ec2:CreateTags", ec2 + "vpc/vpc-1", with(neighbour, asOurs), false},
		{"tag a new VPC", "ec2:CreateTags", ec2 + "vpc/vpc-1", with(asOurs, keys{"ec2:CreateAction": "CreateVpc"}), true},
		{"tag a default route table", "ec2:CreateTags", ec2 + "route-table/rtb-1", asOurs, true},
		{"change a tag of the own network ACL", "ec2:CreateTags", ec2 + "network-acl/acl-1", ours, true},
		{"tag the own route table", "ec2:CreateTags", ec2 + "route-table/rtb-1", with(ours, asOurs), true},
		{"claim the route table of a neighbour", "ec2:CreateTags", ec2 + "route-table/rtb-1", with(neighbour, asOurs), false},
		{"claim the network ACL of others", "ec2:CreateTags", ec2 + "network-acl/acl-1", with(others, asOurs), false},
		{"claim the security group of others", "ec2:CreateTags", ec2 + "security-group/sg-1", with(others, asOurs), false},
		{"tag for Karpenter", "ec2:CreateTags", ec2 + "subnet/subnet-1", keys{"aws:TagKeys": "karpenter.sh/discovery"}, true},
		{"another tag", "ec2:CreateTags", ec2 + "subnet/subnet-1", keys{"aws:TagKeys": "Name"}, false},
		{"all tags of a subnet", "ec2:DeleteTags", ec2 + "subnet/subnet-1", nil, false},
		{"tag for Karpenter of a neighbour", "ec2:DeleteTags", ec2 + "subnet/subnet-1", with(neighbour, keys{"aws:TagKeys": "karpenter.sh/discovery"}), false},
		{"route in a default route table", "ec2:CreateRoute", ec2 + "route-table/rtb-1", nil, true},
		{"route of a neighbour", "ec2:ReplaceRoute", ec2 + "route-table/rtb-1", neighbour, false},
		{"route of operations", "ec2:DeleteRoute", ec2 + "route-table/rtb-1", shared, false},
		{"network ACL entry of a neighbour", "ec2:CreateNetworkAclEntry", ec2 + "network-acl/acl-1", neighbour, false},
		{"rules of a security group of a neighbour", "ec2:AuthorizeSecurityGroupIngress", ec2 + "security-group/sg-1", neighbour, false},
		{"launch in a subnet of a neighbour", "ec2:RunInstances", ec2 + "subnet/subnet-1", neighbour, false},
		{"network ACL entry of others", "ec2:CreateNetworkAclEntry", ec2 + "network-acl/acl-1", others, false},
		{"route of others", "ec2:ReplaceRoute", ec2 + "route-table/rtb-1", others, false},
		{"rules of a security group of others", "ec2:AuthorizeSecurityGroupIngress", ec2 + "security-group/sg-1", others, false},
		{"rules of a group that EKS made", "ec2:AuthorizeSecurityGroupIngress", ec2 + "security-group/sg-1", keys{"aws:ResourceTag/aws:eks:cluster-name": "wine-dev-cluster"}, true},
		{"what has the tag of the project only", "ec2:CreateRoute", ec2 + "route-table/rtb-1", keys{"aws:ResourceTag/Project": "wine"}, true},
		{"rules of the default security group", "ec2:RevokeSecurityGroupIngress", ec2 + "security-group/sg-1", nil, true},
		{"look at everything here", "ec2:DescribeVpcs", "*", here, true},
		{"look elsewhere", "ec2:DescribeVpcs", "*", keys{"aws:RequestedRegion": "eu-west-1"}, false},
		{"terminate an instance", "ec2:TerminateInstances", ec2 + "instance/i-1", ours, false},
		// The rest: by name.
		{"cluster named as the prefix", "eks:DeleteCluster", "arn:aws:eks:us-west-2:222222222222:cluster/wine-dev", nil, true},
		{"node group of it", "eks:UpdateNodegroupConfig", "arn:aws:eks:us-west-2:222222222222:nodegroup/wine-dev/general/1", nil, true},
		{"cluster of a neighbour", "eks:DeleteCluster", "arn:aws:eks:us-west-2:222222222222:cluster/wine-dev2", nil, false},
		{"own bucket", "s3:PutBucketPolicy", "arn:aws:s3:::wine-dev-models-222222222222-us-west-2", nil, true},
		{"named bucket", "s3:PutBucketPolicy", "arn:aws:s3:::acme-wine-raw-1", nil, true},
		{"other bucket", "s3:PutBucketPolicy", "arn:aws:s3:::wine-prod-models", nil, false},
		{"read an object", "s3:GetObject", "arn:aws:s3:::wine-dev-models/a", nil, false},
		{"empty a bucket", "s3:DeleteObject", "arn:aws:s3:::wine-dev-models/a", nil, true},
		{"repository with a path", "ecr:PutLifecyclePolicy", "arn:aws:ecr:us-west-2:222222222222:repository/wine-dev/model", nil, true},
		{"named repository", "ecr:SetRepositoryPolicy", "arn:aws:ecr:us-west-2:222222222222:repository/lambda-image", nil, true},
		{"push an image", "ecr:PutImage", "arn:aws:ecr:us-west-2:222222222222:repository/lambda-image", nil, false},
		{"key with tags", "kms:CreateKey", "*", with(here, asOurs), true},
		{"policy of the own key", "kms:PutKeyPolicy", "arn:aws:kms:us-west-2:222222222222:key/1", ours, true},
		{"policy of a key of a neighbour", "kms:PutKeyPolicy", "arn:aws:kms:us-west-2:222222222222:key/1", neighbour, false},
		{"tag a new key", "kms:TagResource", "arn:aws:kms:us-west-2:222222222222:key/1", asOurs, true},
		{"claim the key of a neighbour", "kms:TagResource", "arn:aws:kms:us-west-2:222222222222:key/1", with(neighbour, asOurs), false},
		{"claim the key of others", "kms:TagResource", "arn:aws:kms:us-west-2:222222222222:key/1", with(others, asOurs), false},
		{"claim a key of others without tags", "kms:TagResource", "arn:aws:kms:us-west-2:222222222222:key/1", with(asOurs, keys{"kms:ResourceAliases": "alias/orders"}), false},
		{"claim an own key without tags", "kms:TagResource", "arn:aws:kms:us-west-2:222222222222:key/1", with(asOurs, keys{"kms:ResourceAliases": "alias/wine-dev-models"}), true},
		{"claim the key of the state", "kms:TagResource", "arn:aws:kms:us-west-2:222222222222:key/9", with(state, asOurs), false},
		{"alias on the key of a neighbour", "kms:CreateAlias", "arn:aws:kms:us-west-2:222222222222:key/1", neighbour, false},
		{"grant on the key of a neighbour", "kms:CreateGrant", "arn:aws:kms:us-west-2:222222222222:key/1", with(neighbour, keys{"kms:GrantIsForAWSResource": "true"}), false},
		{"issuer of the cluster of a neighbour", "iam:DeleteOpenIDConnectProvider", iam + "oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/AB12", neighbour, false},
		{"Studio domain of a neighbour", "sagemaker:DeleteDomain", "arn:aws:sagemaker:us-west-2:222222222222:domain/d-1", neighbour, false},
		{"grant for a service", "kms:CreateGrant", "arn:aws:kms:us-west-2:222222222222:key/1", keys{"kms:GrantIsForAWSResource": "true"}, true},
		{"grant for a cluster on an own key", "kms:CreateGrant", "arn:aws:kms:us-west-2:222222222222:key/1", ours, true},
		{"grant for a cluster on the key of others", "kms:CreateGrant", "arn:aws:kms:us-west-2:222222222222:key/1", others, false},
		{"grant for oneself", "kms:CreateGrant", "arn:aws:kms:us-west-2:222222222222:key/1", nil, false},
		{"log group of the cluster", "logs:PutRetentionPolicy", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/eks/wine-dev/cluster:*", nil, true},
		{"log group of a container", "logs:CreateLogGroup", "arn:aws:logs:us-west-2:222222222222:log-group:/ecs/wine-dev-api", nil, true},
		{"log group of a neighbour's container", "logs:CreateLogGroup", "arn:aws:logs:us-west-2:222222222222:log-group:/ecs/wine-prod-api", nil, false},
		{"instances by the id that RDS gave", "rds:DescribeDBInstances", "arn:aws:rds:us-west-2:222222222222:db:*", nil, true},
		{"change an instance of others", "rds:ModifyDBInstance", "arn:aws:rds:us-west-2:222222222222:db:orders", nil, false},
		{"log group of flow logs", "logs:CreateLogGroup", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/vpc/wine-dev-flow", nil, true},
		{"log group of containers", "logs:CreateLogGroup", "arn:aws:logs:us-west-2:222222222222:log-group:/ecs/wine-dev-api", nil, true},
		{"log group of others' containers", "logs:DeleteLogGroup", "arn:aws:logs:us-west-2:222222222222:log-group:/ecs/wine-prod-api", nil, false},
		{"log group of others", "logs:DeleteLogGroup", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/eks/wine-prod/cluster:*", nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, iamcheck.Allows(statements, iamcheck.Request{Action: test.action, Resource: test.resource, Keys: test.keys}))
		})
	}
}

// TestWhatCallersAdd: no statement that a caller adds lets an apply role read what a neighbour encrypted, but one about
// what all share does.
func TestWhatCallersAdd(t *testing.T) {
	statements := append(permissions.Apply(dev, permissions.SageMaker), policy.Statement{Actions: []string{"kms:*"}, Resources: []string{"*"}})
	key := "arn:aws:kms:us-west-2:111111111111:key/1"
	for name, test := range map[string]struct {
		action string
		keys   keys
		want   bool
	}{
		"what all share":           {"kms:Decrypt", shared, true},
		"what a neighbour has":     {"kms:Decrypt", neighbour, false},
		"the state":                {"kms:Decrypt", state, false},
		"to write what all share":  {"kms:GenerateDataKey", shared, false},
		"to sign with it":          {"kms:Sign", shared, false},
		"to change its policy":     {"kms:PutKeyPolicy", shared, false},
		"to hand it on":            {"kms:CreateGrant", shared, false},
		"to derive a secret of it": {"kms:DeriveSharedSecret", shared, false},
		"what the deployment made": {"kms:Decrypt", ours, true},
		"what another project has": {"kms:Decrypt", others, true},
	} {
		require.Equal(t, test.want, iamcheck.Allows(statements, iamcheck.Request{Action: test.action, Resource: key, Keys: with(here, test.keys)}), name)
	}
}

// TestScalingForTheFirstTime: a state machine registers an endpoint, and Application Auto Scaling makes its role.
func TestScalingForTheFirstTime(t *testing.T) {
	for _, services := range [][]permissions.Service{{permissions.SageMaker}, {permissions.SageMaker, permissions.Cluster}} {
		statements := permissions.Boundary(dev, services...).Statements
		for service, want := range map[string]bool{"sagemaker.application-autoscaling.amazonaws.com": true, "organizations.amazonaws.com": false} {
			require.Equal(t, want, iamcheck.Allows(statements, iamcheck.Request{
				Action: "iam:CreateServiceLinkedRole", Resource: iam + "role/aws-service-role/" + service + "/AWSServiceRole", Keys: keys{"iam:AWSServiceName": service},
			}), service)
		}
	}
}

// Machines for jobs write their log and join the network, under the boundary too, whatever else the deployment has.
func TestMachinesForJobsWithinTheBoundary(t *testing.T) {
	for _, services := range [][]permissions.Service{{permissions.Runners}, permissions.Services()} {
		statements := permissions.Boundary(dev, services...).Statements
		for action, resource := range map[string]string{
			"logs:PutLogEvents":       "arn:aws:logs:us-west-2:222222222222:log-group:/aws/codebuild/wine-dev-runner:log-stream:1",
			"ec2:DescribeDhcpOptions": "*", "ec2:DescribeVpcs": "*",
			"ec2:CreateNetworkInterface": ec2 + "subnet/subnet-1", "ec2:DeleteNetworkInterface": ec2 + "network-interface/eni-1",
			"ec2:CreateNetworkInterfacePermission": ec2 + "network-interface/eni-1",
		} {
			require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: action, Resource: resource, Keys: here}), action)
		}
	}
}

func TestDataStaysUnlessSaidOtherwise(t *testing.T) {
	statements := permissions.Apply(bare, permissions.Services()...)
	require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: "s3:DeleteObject", Resource: "arn:aws:s3:::wine-dev-models/a"}))
	require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: "ecr:BatchDeleteImage", Resource: "arn:aws:ecr:us-west-2:222222222222:repository/wine-dev-a"}))
}

func TestOnlyTheServicesAskedFor(t *testing.T) {
	statements := permissions.Apply(bare, permissions.Storage)
	require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: "s3:CreateBucket", Resource: "arn:aws:s3:::wine-dev-models"}))
	require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: "kms:CreateKey", Resource: "*", Keys: here}), "buckets need keys")
	require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: "ec2:CreateVpc", Resource: ec2 + "vpc/vpc-1"}))
	require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: "iam:PassRole", Resource: iam + "role/wine-dev-a", Keys: keys{"iam:PassedToService": "eks.amazonaws.com"}}))
}

// What makes no roles can not make any, but sees those of the deployment, which are in its stack.
func TestRolesOnlyWherePartsHaveThem(t *testing.T) {
	operations := []permissions.Service{permissions.GitHub, permissions.Storage, permissions.Registry}
	writes := []string{"iam:CreateRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:CreatePolicyVersion", "iam:CreateInstanceProfile", "iam:TagRole"}
	for _, action := range writes {
		request := iamcheck.Request{Action: action, Resource: iam + "role/wine-dev-a", Keys: bounded}
		switch action {
		case "iam:CreatePolicyVersion":
			request.Resource = iam + "policy/wine-dev-a"
		case "iam:CreateInstanceProfile":
			request.Resource = iam + "instance-profile/wine-dev-a"
		}
		require.False(t, iamcheck.Allows(permissions.Apply(dev, operations...), request), action)
		for _, also := range []permissions.Service{permissions.Roles, permissions.Replication, permissions.Schedules, permissions.Network} {
			require.True(t, iamcheck.Allows(permissions.Apply(dev, append(operations, also)...), request), "%s with %s", action, also)
		}
	}
	for action, resource := range map[string]string{
		"iam:GetRole": "role/wine-dev-github-apply", "iam:GetRolePolicy": "role/wine-dev-github-plan", "iam:GetPolicyVersion": "policy/wine-dev-github-apply-1",
		"iam:ListPolicyTags": "policy/wine-dev-boundary",
	} {
		require.True(t, iamcheck.Allows(permissions.Plan(dev, operations...), iamcheck.Request{Action: action, Resource: iam + resource}), action)
	}
	require.False(t, iamcheck.Allows(permissions.Plan(dev, operations...), iamcheck.Request{Action: "iam:GetRole", Resource: iam + "role/wine-dev-a"}))
}

func TestSettingsOfTheRegistryAreApart(t *testing.T) {
	for _, action := range []string{"ecr:PutReplicationConfiguration", "ecr:PutRegistryPolicy", "ecr:DeleteRegistryPolicy", "ecr:PutRegistryScanningConfiguration"} {
		request := iamcheck.Request{Action: action, Resource: "*", Keys: here}
		require.False(t, iamcheck.Allows(permissions.Apply(dev, permissions.Registry, permissions.Cluster, permissions.SageMaker), request), action)
		require.True(t, iamcheck.Allows(permissions.Apply(dev, permissions.RegistrySettings), request), action)
		require.False(t, iamcheck.Allows(permissions.Boundary(dev, permissions.Services()...).Statements, request), action)
	}
	require.True(t, iamcheck.Allows(permissions.Apply(dev, permissions.Registry), iamcheck.Request{Action: "ecr:CreatePullThroughCacheRule", Resource: "*", Keys: here}))
}

// The deployment that owns what is shared is one among neighbours too.
func TestOperationsAreANeighbour(t *testing.T) {
	operations := dev
	operations.Prefix, operations.Tags = "wine-operations", keys{"Project": "wine", "Environment": "operations"}
	require.NoError(t, permissions.Validate(operations, permissions.Services()...))
	statements := permissions.Boundary(operations, permissions.Services()...).Statements
	key := "arn:aws:kms:us-west-2:222222222222:key/1"
	require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: "kms:GenerateDataKey", Resource: key, Keys: with(here, shared)}))
	require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: "kms:Decrypt", Resource: key, Keys: with(here, ours)}))
	require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: "kms:Decrypt", Resource: key, Keys: with(here, state)}))
	require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: "s3:PutObject", Resource: "arn:aws:s3:::wine-operations-artifacts/a", Keys: here}))
}

func TestWithoutNeighbours(t *testing.T) {
	statements := permissions.Boundary(bare, permissions.Services()...).Statements
	require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::wine-prod-models/a", Keys: here}))
	require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: "s3:PutBucketPolicy", Resource: "arn:aws:s3:::wine-prod-models", Keys: here}))
	require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: "kms:Decrypt", Resource: "arn:aws:kms:us-west-2:222222222222:key/1", Keys: with(here, neighbour)}))
}

func TestBoundaryLimits(t *testing.T) {
	statements := permissions.Boundary(dev, permissions.Services()...).Statements
	tests := []struct {
		name, action, resource string
		keys                   keys
		want                   bool
	}{
		{"service in use", "s3:GetObject", "arn:aws:s3:::wine-dev-a/b", here, true},
		{"service elsewhere", "s3:GetObject", "arn:aws:s3:::wine-dev-a/b", keys{"aws:RequestedRegion": "eu-west-1"}, false},
		{"service not in use", "lambda:InvokeFunction", "arn:aws:lambda:us-west-2:222222222222:function:f", here, false},
		{"new role", "iam:CreateRole", iam + "role/wine-dev-a", with(here, bounded), false},
		{"role of a build", "sts:AssumeRole", iam + "role/wine-dev-codebuild-apply", here, false},
		{"role of the pipeline", "iam:PassRole", iam + "role/wine-dev-codepipeline-service", with(here, keys{"iam:PassedToService": "events.amazonaws.com"}), false},
		{"start the pipeline", "codepipeline:StartPipelineExecution", "arn:aws:codepipeline:us-west-2:222222222222:wine-dev-delivery", here, false},
		{"policy on a role", "iam:PutRolePolicy", iam + "role/wine-dev-a", with(here, bounded), false},
		{"instance profile of Karpenter", "iam:CreateInstanceProfile", iam + "instance-profile/wine-dev-cluster_1", here, true},
		{"its path in later releases", "iam:AddRoleToInstanceProfile", iam + "instance-profile/karpenter/us-west-2/wine-dev-cluster/1/2", here, true},
		{"instance profile of Auto Mode", "iam:CreateInstanceProfile", iam + "instance-profile/eks-us-west-2-wine-dev-cluster-1", here, true},
		{"instance profile of a neighbour", "iam:AddRoleToInstanceProfile", iam + "instance-profile/wine-prod-cluster_1", here, false},
		{"instance profile of others", "iam:RemoveRoleFromInstanceProfile", iam + "instance-profile/bastion", here, false},
		// Neighbours: all that is tagged as theirs, and their buckets by name.
		{"own key", "kms:Decrypt", "arn:aws:kms:us-west-2:222222222222:key/1", with(here, ours), true},
		{"key of a neighbour", "kms:Decrypt", "arn:aws:kms:us-west-2:222222222222:key/1", with(here, neighbour), false},
		{"key of operations", "kms:Decrypt", "arn:aws:kms:us-west-2:222222222222:key/1", with(here, shared), true},
		{"encrypt with the key of operations", "kms:GenerateDataKey", "arn:aws:kms:us-west-2:222222222222:key/1", with(here, shared), false},
		{"key of the state", "kms:Decrypt", "arn:aws:kms:us-west-2:222222222222:key/9", with(here, state), false},
		{"key of the own state store", "kms:Decrypt", "arn:aws:kms:us-west-2:222222222222:key/9", with(here, ours, keys{"aws:ResourceTag/Stack": "state-dev"}), false},
		{"policy of a key", "kms:PutKeyPolicy", "arn:aws:kms:us-west-2:222222222222:key/1", with(here, ours), false},
		{"own object", "s3:DeleteObject", "arn:aws:s3:::wine-dev-models/a", here, true},
		{"object in a named bucket", "s3:DeleteObject", "arn:aws:s3:::acme-wine-raw-1/a", here, true},
		{"object of a neighbour", "s3:GetObject", "arn:aws:s3:::wine-prod-models/a", here, false},
		{"policy of the bucket of a neighbour", "s3:PutBucketPolicy", "arn:aws:s3:::wine-prod-models", here, false},
		{"bucket of the state", "s3:GetObject", "arn:aws:s3:::wine-terraform-state-222222222222-us-west-2/a", here, false},
		{"artifact of operations", "s3:GetObject", "arn:aws:s3:::wine-operations-artifacts/a", here, true},
		{"overwrite an artifact", "s3:PutObject", "arn:aws:s3:::wine-operations-artifacts/a", here, false},
		{"object of another project", "s3:GetObject", "arn:aws:s3:::acme-lake/a", here, false},
		{"write an object of another project", "s3:PutObject", "arn:aws:s3:::acme-lake/a", here, false},
		{"policy of a bucket of another project", "s3:PutBucketPolicy", "arn:aws:s3:::acme-lake", here, false},
		{"image of operations", "ecr:BatchGetImage", "arn:aws:ecr:us-west-2:222222222222:repository/wine-operations/lambda", with(here, shared), true},
		{"push to operations", "ecr:PutImage", "arn:aws:ecr:us-west-2:222222222222:repository/wine-operations/lambda", with(here, shared), false},
		{"own image", "ecr:PutImage", "arn:aws:ecr:us-west-2:222222222222:repository/wine-dev/model", with(here, ours), true},
		{"push to the cache of a neighbour, which has no tags", "ecr:PutImage", "arn:aws:ecr:us-west-2:222222222222:repository/wine-prod/quay/a", here, false},
		{"cluster of a neighbour", "eks:AccessKubernetesApi", "arn:aws:eks:us-west-2:222222222222:cluster/wine-prod-cluster", with(here, neighbour), false},
		{"administrator of a cluster", "eks:CreateAccessEntry", "arn:aws:eks:us-west-2:222222222222:cluster/wine-dev-cluster", with(here, ours), false},
		// What has no tags, or none of ours, is told apart by its name.
		{"own queue", "sqs:ReceiveMessage", "arn:aws:sqs:us-west-2:222222222222:wine-dev-a", here, true},
		{"queue of another project", "sqs:ReceiveMessage", "arn:aws:sqs:us-west-2:222222222222:orders", here, false},
		{"own topic", "sns:Publish", "arn:aws:sns:us-west-2:222222222222:wine-dev-a", here, true},
		{"topic of another project", "sns:Publish", "arn:aws:sns:us-west-2:222222222222:orders", here, false},
		{"own rule", "events:PutTargets", "arn:aws:events:us-west-2:222222222222:rule/wine-dev-a", here, true},
		{"rule of Step Functions for jobs", "events:PutTargets", "arn:aws:events:us-west-2:222222222222:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule", here, true},
		{"rule of another project", "events:PutTargets", "arn:aws:events:us-west-2:222222222222:rule/orders", here, false},
		{"event", "events:PutEvents", "arn:aws:events:us-west-2:222222222222:event-bus/default", here, true},
		{"who may send events", "events:PutPermission", "arn:aws:events:us-west-2:222222222222:event-bus/default", here, false},
		{"schedule of a neighbour", "scheduler:UpdateSchedule", "arn:aws:scheduler:us-west-2:222222222222:schedule/default/wine-prod-a", here, false},
		{"logs of a state machine", "logs:PutLogEvents", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/vendedlogs/states/wine-dev-a:log-stream:b", here, true},
		{"logs under the prefix", "logs:GetLogEvents", "arn:aws:logs:us-west-2:222222222222:log-group:/wine-dev/a:log-stream:b", here, true},
		{"logs of jobs", "logs:CreateLogStream", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/sagemaker/TrainingJobs", here, true},
		{"delivery of logs", "logs:CreateLogDelivery", "*", here, true},
		{"logs of another project", "logs:GetLogEvents", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/lambda/orders:log-stream:b", here, false},
		{"delete logs of a neighbour", "logs:DeleteLogGroup", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/eks/wine-prod-cluster/cluster", here, false},
		{"approve the own model", "sagemaker:UpdateModelPackage", "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev-models/1", here, true},
		{"approve the model of a neighbour", "sagemaker:UpdateModelPackage", "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-prod-models/1", here, false},
		{"register a model with a neighbour", "sagemaker:CreateModelPackage", "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-prod-models/2", here, false},
		{"stop an execution of a neighbour", "sagemaker:StopPipelineExecution", "arn:aws:sagemaker:us-west-2:222222222222:pipeline/wine-prod-train/execution/a", here, false},
		{"call an endpoint of another project", "sagemaker:InvokeEndpoint", "arn:aws:sagemaker:us-west-2:222222222222:endpoint/orders", here, false},
		{"job of a pipeline, which SageMaker names", "sagemaker:CreateTrainingJob", "arn:aws:sagemaker:us-west-2:222222222222:training-job/pipelines-a-train-b", here, true},
		{"list endpoints", "sagemaker:ListEndpoints", "*", here, true},
		{"queue of a neighbour", "sqs:ReceiveMessage", "arn:aws:sqs:us-west-2:222222222222:wine-prod-a", with(here, neighbour), false},
		{"endpoint of a neighbour", "sagemaker:UpdateEndpoint", "arn:aws:sagemaker:us-west-2:222222222222:endpoint/wine-prod-a", with(here, neighbour), false},
		{"MLflow of a neighbour, where tags do not count", "sagemaker-mlflow:GetRun", "arn:aws:sagemaker:us-west-2:222222222222:mlflow-tracking-server/wine-prod", here, false},
		{"own state machine", "states:StartExecution", "arn:aws:states:us-west-2:222222222222:stateMachine:wine-dev-train", here, true},
		{"history of an execution of a neighbour", "states:GetExecutionHistory", "arn:aws:states:us-west-2:222222222222:execution:wine-prod-train:1", here, false},
		{"subnet of a neighbour", "ec2:RunInstances", ec2 + "subnet/subnet-1", with(here, neighbour), false},
		{"role of a neighbour that continues the prefix", "sts:AssumeRole", iam + "role/wine-dev-eu-a", neighbour, false},
		// Other roles: no way to act as them.
		{"Studio of the own profile", "sagemaker:CreatePresignedDomainUrl", "arn:aws:sagemaker:us-west-2:222222222222:user-profile/d-1/wine-dev-ana", here, true},
		{"Studio of others", "sagemaker:CreatePresignedDomainUrl", "arn:aws:sagemaker:us-west-2:222222222222:user-profile/d-2/admin", here, false},
		{"notebook of others", "sagemaker:CreatePresignedNotebookInstanceUrl", "arn:aws:sagemaker:us-west-2:222222222222:notebook-instance/admin", here, false},
		{"start code of a notebook of others", "sagemaker:UpdateNotebookInstance", "arn:aws:sagemaker:us-west-2:222222222222:notebook-instance/admin", here, false},
		{"command on an instance", "ssm:SendCommand", ec2 + "instance/i-1", here, false},
		{"session on an instance", "ssm:StartSession", ec2 + "instance/i-1", here, false},
		{"agent on an instance", "ssm:UpdateInstanceInformation", ec2 + "instance/i-1", here, true},
		{"AWS's parameters", "ssm:GetParameter", "arn:aws:ssm:us-west-2::parameter/aws/service/eks/optimized-ami/1.33/a", here, true},
		{"parameter of others", "ssm:GetParameter", "arn:aws:ssm:us-west-2:222222222222:parameter/prod/password", here, false},
		{"own parameters", "ssm:GetParameters", "arn:aws:ssm:us-west-2:222222222222:parameter/wine-dev/prefect", here, true},
		{"parameters of others", "ssm:GetParameters", "arn:aws:ssm:us-west-2:222222222222:parameter/wine-dev2/prefect", here, false},
		{"change a parameter", "ssm:PutParameter", "arn:aws:ssm:us-west-2:222222222222:parameter/wine-dev/a", here, false},
		{"user data of an instance", "ec2:ModifyInstanceAttribute", ec2 + "instance/i-1", here, false},
		{"role of an instance", "ec2:ReplaceIamInstanceProfileAssociation", ec2 + "instance/i-1", here, false},
		{"delete a VPC", "ec2:DeleteVpc", ec2 + "vpc/vpc-1", here, false},
		{"volume of a node", "ec2:AttachVolume", ec2 + "volume/vol-1", here, true},
		{"node role to EC2", "iam:PassRole", iam + "role/wine-dev-nodes", keys{"iam:PassedToService": "ec2.amazonaws.com"}, true},
		{"deployment role to EC2", "iam:PassRole", iam + "role/wine-dev-github-apply", keys{"iam:PassedToService": "ec2.amazonaws.com"}, false},
		{"role of the project", "sts:AssumeRole", iam + "role/wine-dev-reader", nil, true},
		{"role of others", "sts:AssumeRole", iam + "role/admin", nil, false},
		{"deployment role", "sts:AssumeRole", iam + "role/wine-dev-github-apply", nil, false},
		{"state role", "sts:AssumeRole", "arn:aws:iam::111111111111:role/wine-state-dev", nil, false},
		{"protected role", "sts:AssumeRole", iam + "role/wine-dev-state", nil, false},
		{"protected bucket", "s3:GetObject", "arn:aws:s3:::wine-dev-s3-tf-backend/wine/dev.tfstate", here, false},
		{"protected key", "kms:Decrypt", "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555", here, false},
		{"other key", "kms:Decrypt", "arn:aws:kms:us-west-2:222222222222:key/1", here, true},
		{"user", "iam:CreateUser", iam + "user/a", here, false},
		{"organization", "organizations:LeaveOrganization", "*", here, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, iamcheck.Allows(statements, iamcheck.Request{Action: test.action, Resource: test.resource, Keys: test.keys}))
		})
	}
}
