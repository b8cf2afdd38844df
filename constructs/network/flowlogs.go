package network

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/flowlog"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// TrafficType says which traffic is recorded.
type TrafficType string

// The kinds of traffic.
const (
	// TrafficAll is all traffic.
	TrafficAll TrafficType = "ALL"
	// TrafficAccept is what security groups and network ACLs let through.
	TrafficAccept TrafficType = "ACCEPT"
	// TrafficReject is what they stopped.
	TrafficReject TrafficType = "REJECT"
)

// FlowLogs configures the record of the network's traffic.
// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
type FlowLogs struct {
	// Disabled gives up the record. Default: false.
	Disabled bool
	// TrafficType says what is recorded. Default: TrafficAll.
	TrafficType TrafficType
	// Interval is over how long one record sums up: 1 or 10 minutes. Default: 10 minutes.
	Interval time.Duration
	// RetentionDays is for how many days the log group keeps the records, one of the numbers that CloudWatch Logs
	// knows. Default: 90.
	RetentionDays int
	// KeyARN is the KMS key that encrypts the log group. Its policy must let CloudWatch Logs use it, as that of
	// kms.AllowLogs does. Default: a key of CloudWatch Logs.
	KeyARN string
	// LogGroupARN is an existing log group. Default: one named /aws/vpc/<name>/flow-logs.
	LogGroupARN string
	// RoleARN is an existing role with which the service writes into the log group. Default: one named
	// <name>-flow-logs, which can do nothing else.
	RoleARN string
	// BucketARN is an existing bucket, and may have a folder after it, that takes the records in place of a log group.
	// Its policy must have the statements of FlowLogDelivery. Default: a log group.
	// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
	BucketARN string
	// Parquet writes files in Apache Parquet, which Athena reads faster, into a bucket. Default: plain text.
	Parquet bool
}

func (f FlowLogs) withDefaults() FlowLogs {
	f.TrafficType = cmp.Or(f.TrafficType, TrafficAll)
	f.Interval = cmp.Or(f.Interval, 10*time.Minute)
	if f.RetentionDays == 0 && f.BucketARN == "" && f.LogGroupARN == "" {
		f.RetentionDays = 90
	}
	return f
}

func (f FlowLogs) validate(at string, problems *problem.List) {
	if f.Disabled {
		return
	}
	if f.TrafficType != TrafficAll && f.TrafficType != TrafficAccept && f.TrafficType != TrafficReject {
		problems.Addf(at+".trafficType", "%q is unknown; use ALL, ACCEPT or REJECT", f.TrafficType)
	}
	if f.Interval != time.Minute && f.Interval != 10*time.Minute {
		problems.Addf(at+".interval", "%s is not offered; use 1m or 10m", f.Interval)
	}
	if f.RetentionDays != 0 {
		rule.LogRetention(problems, at+".retentionDays", f.RetentionDays)
	}
	for _, each := range []struct{ field, value, service, prefix, like string }{
		{"keyARN", f.KeyARN, "kms", "key/", "a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id"},
		{"logGroupARN", f.LogGroupARN, "logs", "log-group:", "a log group; write it like arn:aws:logs:us-west-2:123456789012:log-group:name"},
		{"roleARN", f.RoleARN, "iam", "role/", "an IAM role; write it like arn:aws:iam::123456789012:role/name"},
		{"bucketARN", f.BucketARN, "s3", "", "a bucket; write it like arn:aws:s3:::name"},
	} {
		if each.value != "" && !arn.Is(each.value, each.service, each.prefix) {
			problems.Addf(at+"."+each.field, "%q is no ARN of %s", each.value, each.like)
		}
	}
	f.validateDestination(at, problems)
}

// validateDestination refuses settings of a destination that is not used.
func (f FlowLogs) validateDestination(at string, problems *problem.List) {
	if f.BucketARN == "" && f.Parquet {
		problems.Addf(at+".parquet", "is for files in a bucket; give bucketARN or remove it")
	}
	for _, each := range []struct {
		field string
		set   bool
	}{
		{"logGroupARN", f.LogGroupARN != ""}, {"roleARN", f.RoleARN != ""}, {"keyARN", f.KeyARN != ""}, {"retentionDays", f.RetentionDays != 0},
	} {
		if f.BucketARN != "" && each.set {
			problems.Addf(at+"."+each.field, "has no meaning beside bucketARN; remove one of the two")
		}
	}
	if f.BucketARN == "" && f.LogGroupARN != "" {
		if f.KeyARN != "" {
			problems.Addf(at+".keyARN", "has no meaning beside logGroupARN, whose own key applies; remove one of the two")
		}
		if f.RetentionDays != 0 {
			problems.Addf(at+".retentionDays", "has no meaning beside logGroupARN, whose own retention applies; remove one of the two")
		}
	}
}

// FlowLogDelivery are the statements of a bucket policy with which flow logs of this region and account can be
// delivered into the bucket. Where they are missing, AWS may put a policy of its own into the bucket's place.
func FlowLogDelivery(scope arn.Scope, bucketARN string) []policy.Statement {
	scope = scope.WithDefaults()
	bucket, _, _ := strings.Cut(bucketARN, "/")
	service := []policy.Principal{policy.Service("delivery.logs.amazonaws.com")}
	source := []policy.Condition{
		policy.StringEquals("aws:SourceAccount", scope.Account),
		policy.ARNLike("aws:SourceArn", scope.Regional("logs", "*")),
	}
	return []policy.Statement{
		{
			Sid: "FlowLogDeliveryWrite", Principals: service, Actions: []string{"s3:PutObject"},
			Resources:  []string{strings.TrimSuffix(bucketARN, "/") + "/AWSLogs/*"},
			Conditions: append(slices.Clone(source), policy.StringEquals("s3:x-amz-acl", "bucket-owner-full-control")),
		},
		{
			Sid: "FlowLogDeliveryCheck", Principals: service, Actions: []string{"s3:GetBucketAcl", "s3:ListBucket"},
			Resources: []string{bucket}, Conditions: source,
		},
	}
}

// addFlowLogs makes the flow log of a validated configuration.
func (n *Network) addFlowLogs(props Props) error {
	logs := props.FlowLogs
	if logs.Disabled {
		return nil
	}
	config := &flowlog.FlowLogConfig{
		VpcId: tf.Str(n.id), TrafficType: tf.Str(string(logs.TrafficType)), MaxAggregationInterval: tf.Num(int(logs.Interval.Seconds())),
		Tags: tf.Name(n.name, nil),
	}
	if logs.BucketARN != "" {
		config.LogDestinationType = tf.Str("s3")
		config.LogDestination = tf.Str(logs.BucketARN)
		if logs.Parquet {
			config.DestinationOptions = &flowlog.FlowLogDestinationOptions{FileFormat: tf.Str("parquet")}
		}
	} else {
		group := strings.TrimSuffix(logs.LogGroupARN, ":*") // the form that some AWS tools print
		if group == "" {
			group = n.flowLogGroup(logs)
		}
		role, err := n.flowLogRole(props, group)
		if err != nil {
			return err
		}
		config.LogDestinationType = tf.Str("cloud-watch-logs")
		config.LogDestination = tf.Str(group)
		config.IamRoleArn = tf.Str(role)
	}
	flowlog.NewFlowLog(n.construct, tf.Str("flow-log"), config)
	return nil
}

func (n *Network) flowLogGroup(logs FlowLogs) string {
	made := cloudwatchloggroup.NewCloudwatchLogGroup(n.construct, tf.Str("flow-log-group"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name: tf.Str("/aws/vpc/" + n.name + "/flow-logs"), RetentionInDays: tf.Num(logs.RetentionDays), KmsKeyId: tf.OptStr(logs.KeyARN),
	})
	n.logGroup = tf.Attr(made, "name")
	return tf.Attr(made, "arn")
}

// flowLogRole is the role that the service writes with. It writes into the one group and makes none, so AWS's example
// policy is wider than needed.
// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
func (n *Network) flowLogRole(props Props, groupARN string) (string, error) {
	if props.FlowLogs.RoleARN != "" {
		return props.FlowLogs.RoleARN, nil
	}
	trust := policy.TrustService(n.scope.Account, "vpc-flow-logs.amazonaws.com")
	trust.Statements[0].Conditions = append(trust.Statements[0].Conditions, policy.ARNLike("aws:SourceArn", n.scope.Regional("ec2", "vpc-flow-log/*")))
	role, err := iam.NewRole(n.construct, "flow-logs", iam.RoleProps{
		Name: n.name + "-flow-logs", Description: "Writes the flow logs of " + n.name, Trust: trust,
		Statements: []policy.Statement{
			{Actions: []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}, Resources: []string{groupARN, groupARN + ":*"}},
			// AWS offers no resource level for it.
			{Actions: []string{"logs:DescribeLogGroups"}, Resources: []string{"*"}},
		},
		PermissionsBoundary: props.PermissionsBoundary,
	})
	if err != nil {
		return "", err
	}
	return role.ARN(), nil
}
