package iamcheck

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/policy"
)

func TestAllows(t *testing.T) {
	statements := []policy.Statement{
		{Actions: []string{"s3:Get*"}, Resources: []string{"arn:aws:s3:::b/*"}},
		{Effect: policy.Deny, Actions: []string{"s3:GetObjectAcl"}, Resources: []string{"*"}},
		{Actions: []string{"iam:CreateRole"}, Resources: []string{"*"}, Conditions: []policy.Condition{policy.StringEquals("k", "1", "2"), policy.StringLike("l", "a?c*")}},
		{Actions: []string{"iam:TagRole"}, Resources: []string{"*"}, Conditions: []policy.Condition{policy.StringNotEquals("k", "1")}},
		{Actions: []string{"iam:GetRole"}, Resources: []string{"*"}, Conditions: []policy.Condition{{Operator: "StringEqualsIfExists", Key: "k", Values: []string{"1"}}, policy.Bool("b", true)}},
		{Actions: []string{"ec2:DeleteTags"}, Resources: []string{"*"}, Conditions: []policy.Condition{{Operator: "Null", Key: "aws:TagKeys", Values: []string{"false"}}}},
		{Actions: []string{"ec2:CreateTags"}, Resources: []string{"*"}, Conditions: []policy.Condition{{Operator: "Null", Key: "k", Values: []string{"true"}}}},
		{Actions: []string{"kms:*"}, NotResources: []string{"arn:k/*"}},
		{Effect: policy.Deny, NotActions: []string{"kms:Decrypt"}, Resources: []string{"arn:l/*"}},
	}
	tests := []struct {
		request Request
		want    bool
	}{
		{Request{Action: "s3:getobject", Resource: "arn:aws:s3:::b/k"}, true},
		{Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::c/k"}, false},
		{Request{Action: "s3:GetObjectAcl", Resource: "arn:aws:s3:::b/k"}, false},
		{Request{Action: "s3:PutObject", Resource: "arn:aws:s3:::b/k"}, false},
		{Request{Action: "iam:CreateRole", Resource: "r", Keys: map[string]string{"k": "2", "l": "abcd"}}, true},
		{Request{Action: "iam:CreateRole", Resource: "r", Keys: map[string]string{"k": "2", "l": "ac"}}, false},
		{Request{Action: "iam:CreateRole", Resource: "r", Keys: map[string]string{"l": "abc"}}, false},
		{Request{Action: "iam:TagRole", Resource: "r"}, true},
		{Request{Action: "iam:TagRole", Resource: "r", Keys: map[string]string{"k": "1"}}, false},
		{Request{Action: "iam:GetRole", Resource: "r", Keys: map[string]string{"b": "true"}}, true},
		{Request{Action: "iam:GetRole", Resource: "r", Keys: map[string]string{"b": "true", "k": "2"}}, false},
		{Request{Action: "iam:GetRole", Resource: "r"}, false},
		{Request{Action: "ec2:DeleteTags", Resource: "r", Keys: map[string]string{"aws:TagKeys": "a"}}, true},
		{Request{Action: "ec2:DeleteTags", Resource: "r"}, false},
		{Request{Action: "ec2:CreateTags", Resource: "r", Keys: map[string]string{"k": "a"}}, false},
		{Request{Action: "ec2:CreateTags", Resource: "r"}, true},
		{Request{Action: "kms:Encrypt", Resource: "arn:m/1"}, true},
		{Request{Action: "kms:Encrypt", Resource: "arn:k/1"}, false},
		{Request{Action: "kms:Encrypt", Resource: "arn:l/1"}, false},
		{Request{Action: "kms:Decrypt", Resource: "arn:l/1"}, true},
	}
	for _, test := range tests {
		require.Equal(t, test.want, Allows(statements, test.request), "%v", test.request)
	}
}
