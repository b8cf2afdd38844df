package audittrail

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

const service = "cloudtrail.amazonaws.com"

// LogGroupName is the log group of the trail with this name.
func LogGroupName(name string) string { return "/aws/cloudtrail/" + name }

// BucketStatements are what the policy of a bucket needs so that the trail with this name can keep its files there.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
func BucketStatements(scope arn.Scope, name, bucket string) []policy.Statement {
	scope = scope.WithDefaults()
	only := trailOf(scope, name)
	return []policy.Statement{
		{
			Sid: "TrailAcl", Principals: []policy.Principal{policy.Service(service)}, Actions: []string{"s3:GetBucketAcl"},
			Resources: []string{scope.Bucket(bucket)}, Conditions: []policy.Condition{only},
		},
		{
			Sid: "TrailWrite", Principals: []policy.Principal{policy.Service(service)}, Actions: []string{"s3:PutObject"},
			Resources:  []string{scope.Bucket(fmt.Sprintf("%s/AWSLogs/%s/*", bucket, scope.Account))},
			Conditions: []policy.Condition{only, policy.StringEquals("s3:x-amz-acl", "bucket-owner-full-control")},
		},
	}
}

// KeyStatements are what the policy of a KMS key needs so that the trail with this name can encrypt its files and its log group.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
func KeyStatements(scope arn.Scope, name string) []policy.Statement {
	scope = scope.WithDefaults()
	only := trailOf(scope, name)
	return []policy.Statement{
		{
			Sid: "TrailEncrypt", Principals: []policy.Principal{policy.Service(service)}, Actions: []string{"kms:GenerateDataKey"}, Resources: []string{"*"},
			Conditions: []policy.Condition{only, policy.ARNLike("kms:EncryptionContext:aws:cloudtrail:arn", fmt.Sprintf("arn:%s:cloudtrail:*:%s:trail/*", scope.Partition, scope.Account))},
		},
		{
			Sid: "TrailDescribe", Principals: []policy.Principal{policy.Service(service)}, Actions: []string{"kms:DescribeKey"}, Resources: []string{"*"},
			Conditions: []policy.Condition{only},
		},
	}
}

// trailOf holds for requests that CloudTrail makes for this one trail.
func trailOf(scope arn.Scope, name string) policy.Condition {
	return policy.ARNEquals("aws:SourceArn", scope.Regional("cloudtrail", "trail/"+name))
}

// trust lets CloudTrail write to the log group, for this trail only.
func trust(scope arn.Scope, name string) policy.Document {
	trust := policy.TrustService(scope.Account, service)
	trust.Statements[0].Conditions = append(trust.Statements[0].Conditions, trailOf(scope, name))
	return trust
}

// writeLogs lets it write its own streams.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
func writeLogs(scope arn.Scope, name string) policy.Statement {
	return policy.Statement{
		Actions:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: []string{scope.Regional("logs", fmt.Sprintf("log-group:%s:log-stream:%s_CloudTrail_%s*", LogGroupName(name), scope.Account, scope.Region))},
	}
}
