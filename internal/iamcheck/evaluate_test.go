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
		{Actions: []string{"ecr:TagResource"}, Resources: []string{"*"}, Conditions: []policy.Condition{{Operator: "ForAllValues:StringLike", Key: "aws:TagKeys", Values: []string{"a*"}}}},
		{Actions: []string{"ecr:UntagResource"}, Resources: []string{"*"}, Conditions: []policy.Condition{{Operator: "ForAnyValue:StringEquals", Key: "aws:tagkeys", Values: []string{"a"}}}},
		{Actions: []string{"s3:GetBucketAcl"}, Resources: []string{"*"}, Conditions: []policy.Condition{{Operator: "NumericLessThan", Key: "k", Values: []string{"1.2"}}}},
		{Actions: []string{"s3:PutBucketAcl"}, Resources: []string{"*"}, Conditions: []policy.Condition{{Operator: "StringNotLike", Key: "k", Values: []string{"a*"}}}},
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
		{Request{Action: "ecr:TagResource", Resource: "r", Lists: map[string][]string{"aws:TagKeys": {"ab", "ac"}}}, true},
		{Request{Action: "ecr:TagResource", Resource: "r", Lists: map[string][]string{"aws:TagKeys": {"ab", "b"}}}, false},
		{Request{Action: "ecr:UntagResource", Resource: "r", Lists: map[string][]string{"aws:TagKeys": {"b", "a"}}}, true},
		{Request{Action: "ecr:UntagResource", Resource: "r", Lists: map[string][]string{"aws:TagKeys": {"b"}}}, false},
		{Request{Action: "ecr:UntagResource", Resource: "r"}, false},
		{Request{Action: "s3:GetBucketAcl", Resource: "r", Keys: map[string]string{"k": "1.1"}}, true},
		{Request{Action: "s3:GetBucketAcl", Resource: "r", Keys: map[string]string{"k": "1.3"}}, false},
		{Request{Action: "s3:GetBucketAcl", Resource: "r"}, false},
		{Request{Action: "s3:PutBucketAcl", Resource: "r", Keys: map[string]string{"k": "b"}}, true},
		{Request{Action: "s3:PutBucketAcl", Resource: "r", Keys: map[string]string{"k": "ab"}}, false},
	}
	for _, test := range tests {
		require.Equal(t, test.want, Allows(statements, test.request), "%v", test.request)
	}
}
