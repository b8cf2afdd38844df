package permissions_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

// wide is a boundary that allows all but what Denials say.
func wide(services ...permissions.Service) []policy.Statement {
	return append(permissions.Denials(dev, services...), policy.Statement{Actions: []string{"*"}, Resources: []string{"*"}})
}

func TestDenials(t *testing.T) {
	statements := wide(permissions.Services()...)
	tests := []struct {
		who, action, resource string
		keys                  keys
		want                  bool
	}{
		// The deployment and the roles of the state do their work, and the platform's boundaries say nothing about others.
		{"wine-dev-github-apply", "iam:CreateRole", iam + "role/wine-dev-a", nil, true},
		{"wine-dev-github-plan", "sts:AssumeRole", iam + "role/wine-dev-state", nil, true},
		{"wine-dev-codebuild-apply", "iam:PutRolePolicy", iam + "role/wine-dev-a", nil, true},
		{"wine-dev-codepipeline-service", "codebuild:StartBuild", "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-delivery-plan", nil, true},
		{"wine-dev-state", "s3:GetObject", "arn:aws:s3:::wine-dev-s3-tf-backend/a", nil, true},
		{"wine-dev-state", "s3:GetObject", "arn:aws:s3:::wine-terraform-state-222222222222-us-west-2/a", nil, true},
		{"wine-dev-state", "kms:GenerateDataKey", "arn:aws:kms:us-west-2:222222222222:key/9", state, true},
		{"wine-dev-state", "kms:Decrypt", "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555", nil, true},
		{"wine-dev-state", "iam:PutRolePolicy", iam + "role/wine-dev-state", nil, false},
		{"wine-prod-jobs", "s3:GetObject", "arn:aws:s3:::wine-prod-models/a", neighbour, true},
		{"admin", "iam:CreateUser", iam + "user/a", nil, true},
		// What it makes does not become one.
		{"wine-dev-jobs", "iam:CreateRole", iam + "role/wine-dev-stronger", bounded, false},
		{"wine-dev-jobs", "iam:PutRolePolicy", iam + "role/wine-dev-jobs", bounded, false},
		{"wine-dev-jobs", "iam:CreatePolicyVersion", iam + "policy/acme-boundary", nil, false},
		{"wine-dev-jobs", "sts:AssumeRole", iam + "role/wine-dev-github-apply", nil, false},
		{"wine-dev-jobs", "sts:AssumeRole", iam + "role/wine-dev-state", nil, false},
		{"wine-dev-a-github-b", "sts:AssumeRole", iam + "role/wine-dev-state", nil, false},
		{"wine-dev-jobs", "sts:AssumeRole", "arn:aws:iam::111111111111:role/wine-dev-state", nil, false},
		{"wine-dev-jobs", "iam:PassRole", iam + "role/wine-dev-codebuild-apply", nil, false},
		{"wine-dev-jobs", "iam:PassRole", iam + "role/wine-prod-jobs", nil, false},
		{"wine-dev-jobs", "iam:PassRole", iam + "role/admin", nil, false},
		{"wine-dev-jobs", "codebuild:StartBuild", "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-delivery-apply", nil, false},
		{"wine-dev-jobs", "codepipeline:PutApprovalResult", "arn:aws:codepipeline:us-west-2:222222222222:wine-dev-delivery/Approve/approve", nil, false},
		{"wine-dev-jobs", "ssm:SendCommand", ec2 + "instance/i-1", nil, false},
		{"wine-dev-jobs", "ssm:StartSession", ec2 + "instance/i-1", nil, false},
		{"wine-dev-jobs", "ec2:ReplaceIamInstanceProfileAssociation", ec2 + "instance/i-1", nil, false},
		{"wine-dev-jobs", "ec2:ModifyInstanceAttribute", ec2 + "instance/i-1", nil, false},
		// Nor does it reach the state and the neighbours.
		{"wine-dev-jobs", "s3:GetObject", "arn:aws:s3:::wine-dev-s3-tf-backend/a", nil, false},
		{"wine-dev-jobs", "s3:GetObject", "arn:aws:s3:::wine-terraform-state-222222222222-us-west-2/a", nil, false},
		{"wine-dev-jobs", "s3:GetObject", "arn:aws:s3:::wine-prod-models/a", nil, false},
		{"wine-dev-jobs", "s3:PutObject", "arn:aws:s3:::wine-operations-artifacts/a", nil, false},
		{"wine-dev-jobs", "kms:Decrypt", "arn:aws:kms:us-west-2:222222222222:key/1", neighbour, false},
		{"wine-dev-jobs", "kms:Decrypt", "arn:aws:kms:us-west-2:222222222222:key/9", state, false},
		{"wine-dev-jobs", "kms:GenerateDataKey", "arn:aws:kms:us-west-2:222222222222:key/1", shared, false},
		{"wine-dev-jobs", "ecr:PutImage", "arn:aws:ecr:us-west-2:222222222222:repository/wine-operations/lambda", shared, false},
		{"wine-dev-jobs", "sqs:ReceiveMessage", "arn:aws:sqs:us-west-2:222222222222:wine-prod-a", neighbour, false},
		{"wine-dev-jobs", "sagemaker:UpdateModelPackage", "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-prod-models/1", nil, false},
		// Workloads do theirs.
		{"wine-dev-jobs", "s3:PutObject", "arn:aws:s3:::wine-dev-models/a", nil, true},
		{"wine-dev-jobs", "s3:DeleteObject", "arn:aws:s3:::acme-wine-raw-1/a", nil, true},
		{"wine-dev-jobs", "s3:GetObject", "arn:aws:s3:::wine-operations-artifacts/a", nil, true},
		{"wine-dev-jobs", "kms:Decrypt", "arn:aws:kms:us-west-2:222222222222:key/1", ours, true},
		{"wine-dev-jobs", "kms:Decrypt", "arn:aws:kms:us-west-2:222222222222:key/1", shared, true},
		{"wine-dev-jobs", "iam:PassRole", iam + "role/wine-dev-jobs", nil, true},
		{"wine-dev-jobs", "sts:AssumeRole", iam + "role/wine-dev-reader", nil, true},
		{"wine-dev-jobs", "sagemaker:UpdateModelPackage", "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev-models/1", nil, true},
		{"wine-dev-nodes", "iam:AddRoleToInstanceProfile", iam + "instance-profile/wine-dev-cluster_1", nil, true},
		{"wine-dev-nodes", "ssm:UpdateInstanceInformation", ec2 + "instance/i-1", nil, true},
	}
	for _, test := range tests {
		request := iamcheck.Request{Action: test.action, Resource: test.resource, Keys: with(keys{"aws:PrincipalArn": iam + "role/" + test.who}, test.keys)}
		require.Equal(t, test.want, iamcheck.Allows(statements, request), "%s: %s on %s", test.who, test.action, test.resource)
	}
	alone := dev
	alone.Neighbours.Shared = ""
	theirs := iamcheck.Request{Action: "kms:Decrypt", Resource: "arn:aws:kms:us-west-2:222222222222:key/9", Keys: with(state, keys{"aws:PrincipalArn": iam + "role/wine-dev-state"})}
	require.True(t, iamcheck.Allows(append(permissions.Denials(alone), policy.Statement{Actions: []string{"*"}, Resources: []string{"*"}}), theirs), "the state that operations keep")
	start := iamcheck.Request{Action: "codebuild:StartBuild", Resource: "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-runner", Keys: keys{"aws:PrincipalArn": iam + "role/wine-dev-jobs"}}
	require.True(t, iamcheck.Allows(wide(permissions.Storage), start), "no pipeline to keep from")
}

// TestDenialsOfEveryChangeOfIdentities: of all that AWS lists of IAM's changes a workload keeps those that nodes and services need.
func TestDenialsOfEveryChangeOfIdentities(t *testing.T) {
	statements := wide(permissions.Services()...)
	var kept []string
	for _, action := range iamcheck.Actions(t, "iam") {
		level := iamcheck.AccessLevel(t, action)
		request := iamcheck.Request{Action: action, Resource: iam + "role/wine-dev-jobs", Keys: keys{"aws:PrincipalArn": iam + "role/wine-dev-jobs"}}
		if level != "Read" && level != "List" && iamcheck.Allows(statements, request) {
			kept = append(kept, strings.TrimPrefix(action, "iam:"))
		}
	}
	slices.Sort(kept)
	require.Equal(t, []string{
		"AddRoleToInstanceProfile", "CreateInstanceProfile", "CreateServiceLinkedRole", "DeleteInstanceProfile", "DeleteServiceLinkedRole", "PassRole",
		"RemoveRoleFromInstanceProfile", "TagInstanceProfile", "UntagInstanceProfile",
	}, kept)
}

func TestDenialsAreValid(t *testing.T) {
	document := policy.New(permissions.Denials(dev, permissions.Services()...)...)
	require.NoError(t, document.Validate(policy.Boundary))
	require.Less(t, document.Size(), policy.MaxManaged, "with some room for what it allows")
	china := dev
	china.Scope = arn.Scope{Partition: "aws-cn", Region: "cn-north-1", Account: dev.Account}
	china.Protected = nil
	require.NotContains(t, policy.New(permissions.Denials(china, permissions.Services()...)...).MustJSON(policy.Boundary), "arn:aws:")
}
