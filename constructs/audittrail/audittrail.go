// Package audittrail makes a trail of AWS CloudTrail that watches roles and objects which deserve it: who assumed the roles by
// which an account is deployed, and who read or wrote objects such as Terraform states. What it finds goes to a bucket, with digests
// that show whether a file was changed, and to CloudWatch Logs, where filters count and alarms go off.
//
// Reference: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-user-guide.html
package audittrail

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudtrail"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures a trail. Name, BucketName and KeyARN are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudtrail
type Props struct {
	// Name of the trail, of its log group and of what belongs to them: 3 to 47 letters, digits and hyphens, beginning and ending with a
	// letter or digit.
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html
	Name string
	// Scope is where the trail lives. It records all regions. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of the trail and what belongs to it, beside those of the stack. Default: none.
	Tags map[string]string

	// BucketName is the bucket that keeps the files. Its policy needs BucketStatements.
	BucketName string
	// KeyARN is the KMS key of the files and of the log group. Its policy needs KeyStatements.
	KeyARN string
	// After is what must be there before the trail, such as the bucket's policy, which CloudTrail tries. Default: nothing.
	After []tf.Dependable

	// Objects are the buckets, or folders of them, whose objects' reads and writes are recorded: "wine-state", "wine-data/raw/". Default: none.
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
	Objects []string
	// LogRetentionDays is for how many days CloudWatch Logs keeps what the alarms look at, one of the numbers that it knows. Default: 90.
	LogRetentionDays int
	// Alarms that go off. Default: none.
	Alarms []Alarm
	// TopicARNs are SNS topics that are told when an alarm goes off. Default: none.
	TopicARNs []string
	// PermissionsBoundary is the ARN of the managed policy that limits the role of the log group. Default: none.
	PermissionsBoundary string
}

// A Trail is a trail of CloudTrail.
type Trail struct {
	construct     tf.Construct
	arn, logGroup string
}

// roleSuffix ends the name of the role with which CloudTrail writes to the log group.
const roleSuffix = "-logs"

var (
	namePattern   = lazyregexp.New(`^[A-Za-z0-9](-?[A-Za-z0-9]+)*$`)
	objectPattern = lazyregexp.New(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9](/[^*?]*)?$`)
)

// New makes a trail.
func New(scope constructs.Construct, id string, props Props) (*Trail, error) {
	props.Scope = site.Of(scope, props.Scope)
	props.LogRetentionDays = cmp.Or(props.LogRetentionDays, 90)
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Trail, error) {
		group := cloudwatchloggroup.NewCloudwatchLogGroup(scope, tf.Str("logs"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
			Name: tf.Str(LogGroupName(props.Name)), RetentionInDays: tf.Num(props.LogRetentionDays), KmsKeyId: tf.Str(props.KeyARN), Tags: tf.StrMap(props.Tags),
		})
		made := &Trail{construct: scope, logGroup: tf.Attr(group, "name")}
		role, err := iam.NewRole(scope, "logs-role", iam.RoleProps{
			Name: props.Name + roleSuffix, Description: "CloudTrail writes what the trail " + props.Name + " records to its log group",
			Trust:               trust(props.Scope, props.Name),
			Statements:          []policy.Statement{writeLogs(props.Scope, props.Name)},
			PermissionsBoundary: props.PermissionsBoundary,
		})
		if err != nil {
			return nil, err
		}
		trail := cloudtrail.NewCloudtrail(scope, tf.Str("trail"), &cloudtrail.CloudtrailConfig{
			Name: tf.Str(props.Name), S3BucketName: tf.Str(props.BucketName), KmsKeyId: tf.Str(props.KeyARN), Tags: tf.StrMap(props.Tags),
			// Roles are assumed in the region of the caller's choice.
			IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true, EnableLogFileValidation: true,
			CloudWatchLogsGroupArn: tf.Str(tf.Attr(group, "arn") + ":*"), CloudWatchLogsRoleArn: tf.Str(role.ARN()),
			AdvancedEventSelector: props.selectors(), DependsOn: tf.After(append(slices.Clone(props.After), role.Policies()...)...),
		})
		made.arn = tf.Attr(trail, "arn")
		for _, each := range props.Alarms {
			if err := made.watch(each, props); err != nil {
				return nil, err
			}
		}
		return made, nil
	})
}

// selectors are what is recorded: all calls that manage something but those of KMS, which are many, and what happens to the objects.
func (p Props) selectors() []*cloudtrail.CloudtrailAdvancedEventSelector {
	field := func(name string, of cloudtrail.CloudtrailAdvancedEventSelectorFieldSelector) *cloudtrail.CloudtrailAdvancedEventSelectorFieldSelector {
		of.Field = tf.Str(name)
		return &of
	}
	equals := func(name, value string) *cloudtrail.CloudtrailAdvancedEventSelectorFieldSelector {
		return field(name, cloudtrail.CloudtrailAdvancedEventSelectorFieldSelector{EqualTo: tf.Strs([]string{value})})
	}
	selectors := []*cloudtrail.CloudtrailAdvancedEventSelector{{
		Name: tf.Str("Management events"),
		FieldSelector: []*cloudtrail.CloudtrailAdvancedEventSelectorFieldSelector{
			equals("eventCategory", "Management"),
			field("eventSource", cloudtrail.CloudtrailAdvancedEventSelectorFieldSelector{NotEquals: tf.Strs([]string{"kms.amazonaws.com", "rdsdata.amazonaws.com"})}),
		},
	}}
	if len(p.Objects) == 0 {
		return selectors
	}
	var objects []string
	for _, each := range p.Objects {
		if !strings.Contains(each, "/") {
			each += "/"
		}
		objects = append(objects, p.Scope.Bucket(each))
	}
	return append(selectors, &cloudtrail.CloudtrailAdvancedEventSelector{
		Name: tf.Str("Objects"),
		FieldSelector: []*cloudtrail.CloudtrailAdvancedEventSelectorFieldSelector{
			equals("eventCategory", "Data"), equals("resources.type", "AWS::S3::Object"),
			field("resources.ARN", cloudtrail.CloudtrailAdvancedEventSelectorFieldSelector{StartsWith: tf.Strs(objects)}),
		},
	})
}

func (p Props) validate() error {
	var problems problem.List
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	if !namePattern.MatchString(p.Name) || len(p.Name) < 3 || len(p.Name) > 47 {
		problems.Addf("name", "%q is no name of a trail; use 3 to 47 letters, digits and single hyphens, beginning and ending with a letter or digit", p.Name)
	}
	if p.BucketName == "" {
		problems.Addf("bucketName", "is missing; name the bucket that keeps the files")
	}
	if p.KeyARN == "" {
		problems.Addf("keyARN", "is missing; give the KMS key of the files, whose policy has KeyStatements")
	}
	problems.Add("", p.Scope.CheckKey("keyARN", p.KeyARN))
	for i, each := range p.Objects {
		if !objectPattern.MatchString(each) {
			problems.Addf(problem.Index("objects", i), "%q is no bucket or folder of one; write it like wine-state or wine-data/raw/", each)
		}
	}
	rule.LogRetention(&problems, "logRetentionDays", p.LogRetentionDays)
	named := map[string]bool{}
	for i, each := range p.Alarms {
		at := problem.Index("alarms", i)
		problems.Add(at, each.validate())
		if named[each.Name] {
			problems.Addf(at+".name", "%q is there already; give each alarm a name of its own", each.Name)
		}
		named[each.Name] = true
	}
	problems.Add("", p.Scope.CheckTopics("topicARNs", p.TopicARNs))
	return problems.Err()
}

// ARN of the trail.
func (t *Trail) ARN() string { return t.arn }

// LogGroupName is the log group in which one looks for who did what.
func (t *Trail) LogGroupName() string { return t.logGroup }

// Construct holds the trail's resources.
func (t *Trail) Construct() constructs.Construct { return t.construct }
