package arn_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
)

func TestPartitions(t *testing.T) {
	for region, want := range map[string]string{"us-west-2": "aws", "eu-west-3": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov"} {
		require.Equal(t, want, arn.Scope{Region: region}.WithDefaults().Partition, region)
	}
	require.Equal(t, "amazonaws.com.cn", arn.Scope{Region: "cn-north-1"}.WithDefaults().DNSSuffix())
}

func TestValidate(t *testing.T) {
	require.NoError(t, arn.Scope{Partition: "aws", Region: "ap-southeast-2", Account: "012345678901"}.Validate())
	err := arn.Scope{Partition: "amazon", Region: "Oregon", Account: "12345"}.Validate()
	require.EqualError(t, err, "partition: \"amazon\" is no AWS partition; use aws, aws-cn or aws-us-gov\n"+
		"region: \"Oregon\" is no AWS region; write it like us-west-2\n"+
		"account: \"12345\" is no AWS account id; write its 12 digits as a string")
}

func TestIs(t *testing.T) {
	tests := []struct {
		value, service, prefix string
		want                   bool
	}{
		{"arn:aws:iam::123456789012:role/a", "iam", "role/", true},
		{"arn:aws-cn:iam::123456789012:role/path/a", "iam", "role/", true},
		{"arn:aws:iam::123456789012:role/", "iam", "role/", false},
		{"arn:aws:iam::123456789012:user/a", "iam", "role/", false},
		{"arn:aws:s3:::b", "iam", "role/", false},
		{"role/a", "iam", "role/", false},
		{"", "iam", "role/", false},
		{"${aws_iam_role.a.arn}", "iam", "role/", true},
	}
	for _, test := range tests {
		require.Equal(t, test.want, arn.Is(test.value, test.service, test.prefix), test.value)
	}
}

func ExampleScope() {
	scope := arn.Scope{Region: "us-west-2", Account: "222222222222"}.WithDefaults()
	fmt.Println(scope.Regional("ecr", "repository/wine"))
	fmt.Println(scope.Role("wine-dev-train"))
	fmt.Println(scope.Bucket("wine-dev-models"))
	// Output:
	// arn:aws:ecr:us-west-2:222222222222:repository/wine
	// arn:aws:iam::222222222222:role/wine-dev-train
	// arn:aws:s3:::wine-dev-models
}

func TestWhatIsUsedIsInTheRegion(t *testing.T) {
	scope := arn.Scope{Region: "eu-central-1", Account: "222222222222"}
	const key = ":222222222222:key/11111111-2222-3333-4444-555555555555"
	for _, fits := range []string{"", "arn:aws:kms:eu-central-1" + key, "${aws_kms_key.made.arn}", "arn:aws:kms:${var.region}" + key} {
		require.NoError(t, scope.CheckKey("keyARN", fits), fits)
		require.NoError(t, arn.Scope{}.CheckKey("keyARN", fits), fits)
	}
	require.EqualError(t, scope.CheckKey("keyARN", "arn:aws:kms:us-east-1"+key),
		`keyARN: "arn:aws:kms:us-east-1:222222222222:key/11111111-2222-3333-4444-555555555555" is in us-east-1, and what uses it is in eu-central-1; use one of that region`)
	require.EqualError(t, scope.CheckKey("keyARN", "alias/wine"),
		`keyARN: "alias/wine" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`)

	require.NoError(t, scope.CheckTopics("topicARNs", []string{"arn:aws:sns:eu-central-1:111111111111:alerts"}), "of another account")
	require.EqualError(t, scope.CheckTopics("topicARNs", []string{"arn:aws:sns:us-east-1:222222222222:alerts", "alerts"}),
		`topicARNs[1]: "alerts" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name
topicARNs[0]: "arn:aws:sns:us-east-1:222222222222:alerts" is in us-east-1, and what uses it is in eu-central-1; use one of that region`)
}
