package permissions_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/permissions"
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
		// State: through the role only.
		{"state role", "sts:AssumeRole", "arn:aws:iam::111111111111:role/wine-state-dev", nil, true},
		{"state role of another environment", "sts:AssumeRole", "arn:aws:iam::111111111111:role/wine-state-prod", nil, false},
		{"policy of the state bucket", "s3:PutBucketPolicy", "arn:aws:s3:::wine-dev-s3-tf-backend", nil, false},
		{"delete the state", "s3:DeleteObjectVersion", "arn:aws:s3:::wine-dev-s3-tf-backend/wine/dev.tfstate", nil, false},
		{"delete the key of the state", "kms:ScheduleKeyDeletion", "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555", ours, false},
		// EC2: this region, and changes only where the tags say so.
		{"VPC with tags", "ec2:CreateVpc", ec2 + "vpc/vpc-1", asOurs, true},
		{"VPC without tags", "ec2:CreateVpc", ec2 + "vpc/vpc-1", nil, false},
		{"VPC elsewhere", "ec2:CreateVpc", "arn:aws:ec2:eu-west-1:222222222222:vpc/vpc-1", asOurs, false},
		{"subnet in a VPC of others", "ec2:CreateSubnet", ec2 + "vpc/vpc-1", neighbour, true},
		{"delete the own VPC", "ec2:DeleteVpc", ec2 + "vpc/vpc-1", ours, true},
		{"delete the VPC of a neighbour", "ec2:DeleteVpc", ec2 + "vpc/vpc-1", neighbour, false},
		{"delete a VPC without tags", "ec2:DeleteVpc", ec2 + "vpc/vpc-1", nil, false},
		{"tag the VPC of a neighbour", "ec2:CreateTags", ec2 + "vpc/vpc-1", with(neighbour, asOurs), false},
		{"tag a new VPC", "ec2:CreateTags", ec2 + "vpc/vpc-1", with(asOurs, keys{"ec2:CreateAction": "CreateVpc"}), true},
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
		{"decrypt", "kms:Decrypt", "arn:aws:kms:us-west-2:222222222222:key/1", ours, false},
		{"grant for a service", "kms:CreateGrant", "arn:aws:kms:us-west-2:222222222222:key/1", keys{"kms:GrantIsForAWSResource": "true"}, true},
		{"grant for oneself", "kms:CreateGrant", "arn:aws:kms:us-west-2:222222222222:key/1", nil, false},
		{"log group of the cluster", "logs:PutRetentionPolicy", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/eks/wine-dev/cluster:*", nil, true},
		{"log group of flow logs", "logs:CreateLogGroup", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/vpc/wine-dev-flow", nil, true},
		{"log group of others", "logs:DeleteLogGroup", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/eks/wine-prod/cluster:*", nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, iamcheck.Allows(statements, iamcheck.Request{Action: test.action, Resource: test.resource, Keys: test.keys}))
		})
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

func TestBoundaryLimits(t *testing.T) {
	statements := permissions.Boundary(dev, permissions.Services()...).Statements
	tests := []struct {
		name, action, resource string
		keys                   keys
		want                   bool
	}{
		{"service in use", "s3:GetObject", "arn:aws:s3:::a/b", here, true},
		{"service elsewhere", "s3:GetObject", "arn:aws:s3:::a/b", keys{"aws:RequestedRegion": "eu-west-1"}, false},
		{"service not in use", "lambda:InvokeFunction", "arn:aws:lambda:us-west-2:222222222222:function:f", here, false},
		{"new role", "iam:CreateRole", iam + "role/wine-dev-a", with(here, bounded), false},
		{"policy on a role", "iam:PutRolePolicy", iam + "role/wine-dev-a", with(here, bounded), false},
		{"instance profile of Karpenter", "iam:CreateInstanceProfile", iam + "instance-profile/karpenter_1", here, true},
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
