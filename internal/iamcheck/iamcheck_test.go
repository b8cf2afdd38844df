package iamcheck

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/policy"
)

const ec2 = "arn:aws:ec2:us-west-2:222222222222:"

func TestProblems(t *testing.T) {
	db := open(t)
	tests := map[string]struct {
		check      Check
		kind       policy.Kind
		statements []policy.Statement
		want       []string
	}{
		"nothing wrong": {statements: []policy.Statement{
			{Actions: []string{"ec2:DescribeVpcs"}, Resources: []string{"*"}, Conditions: []policy.Condition{policy.StringEquals("aws:RequestedRegion", "us-west-2")}},
			{Actions: []string{"ec2:CreateSubnet"}, Resources: []string{ec2 + "subnet/*"}, Conditions: []policy.Condition{policy.StringEquals("aws:RequestTag/Project", "wine")}},
			{Actions: []string{"ec2:CreateSubnet", "ec2:CreateVpc"}, Resources: []string{ec2 + "vpc/*"}},
			{Effect: policy.Deny, Actions: []string{"s3:Delete*"}, Resources: []string{"*"}},
		}},
		"no action": {statements: []policy.Statement{{Actions: []string{"s3:GetBucketEncryption"}, Resources: []string{"arn:aws:s3:::b"}}},
			want: []string{"statement 0: s3:GetBucketEncryption is no AWS action; is s3:GetBucketLocation meant?", "statement 0: no action applies to arn:aws:s3:::b"}},
		"no service": {statements: []policy.Statement{{Effect: policy.Deny, Actions: []string{"vpc:Create*"}, Resources: []string{"*"}}},
			want: []string{"statement 0: vpc:Create* is no AWS action"}},
		"everything": {statements: []policy.Statement{{Sid: "All", Actions: []string{"sqs:DeleteQueue"}, Resources: []string{"*"}}},
			want: []string{`All: sqs:DeleteQueue on "*", but AWS can limit it to queue`}},
		"everything, excused": {check: Check{AnyResource: []string{"sqs:DeleteQueue"}},
			statements: []policy.Statement{{Actions: []string{"sqs:DeleteQueue"}, Resources: []string{"*"}}}},
		"no resource level": {statements: []policy.Statement{{Actions: []string{"ec2:DescribeVpcs"}, Resources: []string{ec2 + "vpc/*"}}},
			want: []string{`statement 0: ec2:DescribeVpcs has no resource level; it works on "*" only`, "statement 0: no action applies to " + ec2 + "vpc/*"}},
		"wrong resource": {statements: []policy.Statement{{Actions: []string{"sqs:DeleteQueue"}, Resources: []string{"arn:aws:sns:us-west-2:222222222222:topic"}}},
			want: []string{"statement 0: sqs:DeleteQueue applies to none of the resources, only to queue", "statement 0: no action applies to arn:aws:sns:us-west-2:222222222222:topic"}},
		"one statement out of reach, another not": {statements: []policy.Statement{
			{Actions: []string{"ec2:DeleteVpc"}, Resources: []string{ec2 + "vpc/*"}},
			{Actions: []string{"ec2:DeleteVpc"}, Resources: []string{ec2 + "vpc/*"}, Conditions: []policy.Condition{policy.StringEquals("aws:RequestTag/Project", "wine")}},
		}},
		"resource missing": {statements: []policy.Statement{{Actions: []string{"ec2:CreateSubnet"}, Resources: []string{ec2 + "subnet/*"}}},
			want: []string{"ec2:CreateSubnet also needs a vpc, which no statement allows"}},
		"condition that never holds": {statements: []policy.Statement{{Actions: []string{"ec2:DeleteVpc"}, Resources: []string{ec2 + "vpc/*"},
			Conditions: []policy.Condition{policy.StringEquals("aws:RequestTag/Project", "wine")}}},
			want: []string{"statement 0: ec2:DeleteVpc on a vpc never comes with aws:RequestTag/Project"}},
		"condition without resource level": {statements: []policy.Statement{{Actions: []string{"ec2:DescribeVpcs"}, Resources: []string{"*"},
			Conditions: []policy.Condition{policy.StringEquals("aws:ResourceTag/Project", "wine")}}},
			want: []string{"statement 0: ec2:DescribeVpcs never comes with aws:ResourceTag/Project"}},
		"unused resource": {statements: []policy.Statement{{Actions: []string{"sqs:DeleteQueue"}, Resources: []string{"arn:aws:sqs:us-west-2:222222222222:q", "${aws_vpc.v.arn}", ec2 + "vpc/*"}}},
			want: []string{"statement 0: no action applies to " + ec2 + "vpc/*"}},
		"resource policies": {kind: policy.Key, statements: []policy.Statement{{Actions: []string{"kms:*", "kms:Decript"}, Resources: []string{"*"}}},
			want: []string{"statement 0: kms:Decript is no AWS action; is kms:Decrypt meant?"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, test.check.problems(db, test.kind, test.statements))
		})
	}
}

func TestParse(t *testing.T) {
	want := []policy.Statement{
		{Sid: "A", Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: []string{"a", "b"},
			Conditions: []policy.Condition{policy.Bool("aws:SecureTransport", true), policy.StringEquals("k", "1", "2")}},
		{Effect: policy.Deny, NotActions: []string{"s3:*"}, NotResources: []string{"c"}},
	}
	got, err := Parse(policy.New(want...).MustJSON(policy.Identity))
	require.NoError(t, err)
	require.Equal(t, want, got)
	_, err = Parse("{")
	require.EqualError(t, err, "the policy is no JSON: unexpected end of JSON input")
}

func TestIntersect(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"", "", true}, {"a*", "*b", true}, {"a*", "b*", false}, {"a/*", "a/b/*", true}, {"*/x", "a/*y", false}, {"a?c", "abc", true}, {"*", "", true}, {"a", "", false},
	} {
		require.Equal(t, test.want, intersect(test.a, test.b), "%q %q", test.a, test.b)
		require.Equal(t, test.want, intersect(test.b, test.a), "%q %q", test.b, test.a)
	}
}

func TestAccessLevel(t *testing.T) {
	require.Equal(t, "List", AccessLevel(t, "ec2:DescribeVpcs"))
	require.Equal(t, "Permissions management, Write", AccessLevel(t, "iam:PutRolePolicy"))
	require.Empty(t, AccessLevel(t, "iam:Nothing"))
}

func TestTemplate(t *testing.T) {
	var root map[string]any
	require.NoError(t, json.Unmarshal([]byte(`{"resource": {
		"aws_iam_role": {"a": {"assume_role_policy": "{\"Statement\":{\"Action\":\"sts:AssumRole\"}}"}},
		"aws_iam_role_policy": {"one": {"role": "${aws_iam_role.a.name}", "policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ec2:CreateSubnet\",\"Resource\":\"`+ec2+`subnet/*\"}]}"}},
		"aws_iam_policy": {
			"two": {"policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ec2:CreateSubnet\",\"Resource\":\"`+ec2+`vpc/*\"},{\"Action\":\"s3:PutObjekt\",\"Resource\":\"arn:aws:s3:::b/*\"}]}"},
			"boundary": {"policy": "{\"Statement\":[{\"Action\":[\"s3:*\",\"s4:*\"],\"Resource\":\"*\"}]}"}
		},
		"aws_iam_role_policy_attachment": {"two": {"role": "${aws_iam_role.a.name}", "policy_arn": "${aws_iam_policy.two.arn}"}},
		"aws_s3_bucket_policy": {"b": {"policy": "{"}}
	}}`), &root))
	require.Equal(t, []string{
		"aws_iam_policy.boundary: statement 0: s4:* is no AWS action",
		"permissions of ${aws_iam_role.a.name}: statement 2: s3:PutObjekt is no AWS action; is s3:PutObject meant?",
		"permissions of ${aws_iam_role.a.name}: statement 2: no action applies to arn:aws:s3:::b/*",
		"aws_iam_role.a: statement 0: sts:AssumRole is no AWS action; is sts:AssumeRole meant?",
		"aws_s3_bucket_policy.b: the policy is no JSON: unexpected end of JSON input",
	}, Check{}.template(open(t), root))
}
