package stacks_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// A limit on an argument: characters, and what they may be.
type limit struct {
	argument string
	most     int
	pattern  *regexp.Regexp
}

var namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

// limits are those that AWS documents with the calls that make the resources.
var limits = map[string][]limit{
	"aws_cloudwatch_dashboard":                    {{"dashboard_name", 255, namePattern}},
	"aws_cloudwatch_event_rule":                   {{"name", 64, namePattern}, {"description", 512, nil}, {"event_pattern", 2048, nil}},
	"aws_cloudwatch_event_target":                 {{"target_id", 64, namePattern}},
	"aws_cloudwatch_log_group":                    {{"name", 512, regexp.MustCompile(`^[A-Za-z0-9_/.#-]+$`)}},
	"aws_cloudwatch_metric_alarm":                 {{"alarm_name", 255, nil}, {"alarm_description", 1024, nil}},
	"aws_codebuild_project":                       {{"name", 150, namePattern}, {"description", 255, nil}},
	"aws_codepipeline":                            {{"name", 100, namePattern}},
	"aws_codestarnotifications_notification_rule": {{"name", 64, namePattern}},
	"aws_dynamodb_table":                          {{"name", 255, regexp.MustCompile(`^[A-Za-z0-9_.-]{3,}$`)}},
	"aws_ecr_repository":                          {{"name", 256, regexp.MustCompile(`^[a-z0-9]+(?:[._/-][a-z0-9]+)*$`)}},
	"aws_ecr_pull_through_cache_rule":             {{"ecr_repository_prefix", 30, regexp.MustCompile(`^[a-z0-9]+(?:[._/-][a-z0-9]+)*$`)}},
	"aws_ecr_repository_creation_template":        {{"prefix", 256, nil}, {"description", 256, nil}},
	"aws_eks_cluster":                             {{"name", 100, namePattern}},
	"aws_eks_node_group":                          {{"node_group_name", 63, namePattern}},
	"aws_iam_policy":                              {{"name", 128, namePattern}, {"description", 1000, nil}, {"policy", policy.MaxManaged, nil}},
	"aws_iam_role":                                {{"name", 64, namePattern}, {"description", 1000, nil}, {"assume_role_policy", 2048, nil}},
	"aws_iam_role_policy":                         {{"name", 128, regexp.MustCompile(`^[A-Za-z0-9+=,.@_-]+$`)}, {"policy", policy.MaxInlineTotal, nil}},
	"aws_kms_alias":                               {{"name", 256, regexp.MustCompile(`^alias/[A-Za-z0-9/_-]+$`)}},
	"aws_kms_key":                                 {{"description", 8192, nil}, {"policy", 32768, nil}},
	"aws_launch_template":                         {{"name", 128, namePattern}, {"description", 255, nil}},
	"aws_s3_bucket":                               {{"bucket", 63, regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)}},
	"aws_s3_bucket_policy":                        {{"policy", 20480, nil}},
	"aws_sagemaker_model_package_group":           {{"model_package_group_name", 63, namePattern}, {"model_package_group_description", 1024, nil}},
	"aws_sagemaker_pipeline":                      {{"pipeline_name", 256, namePattern}, {"pipeline_display_name", 256, namePattern}},
	"aws_scheduler_schedule":                      {{"name", 64, namePattern}, {"description", 512, nil}},
	"aws_security_group":                          {{"name", 255, nil}, {"description", 255, regexp.MustCompile(`^[0-9A-Za-z_ .:/()#,@\[\]+=&;{}!$*-]*$`)}},
	"aws_sfn_state_machine":                       {{"name", 80, namePattern}, {"definition", 1 << 20, nil}},
	"aws_sns_topic":                               {{"name", 256, namePattern}, {"display_name", 100, nil}, {"policy", 30720, nil}},
	"aws_sqs_queue":                               {{"name", 80, namePattern}},
}

var (
	spaces = regexp.MustCompile(`\s+`)
	// What Terraform fills in is about as long as an id.
	references = regexp.MustCompile(`\$\{[^}]*\}`)
)

// requireLimits checks all resources of a stack against the limits.
func requireLimits(t *testing.T, stack string, template synthtest.Template) {
	t.Helper()
	filled := func(value string) string { return references.ReplaceAllString(value, strings.Repeat("x", 40)) }
	for resourceType, all := range limits {
		for address, resource := range template.Resources(resourceType) {
			for _, limit := range all {
				value, _ := resource[limit.argument].(string)
				if strings.HasSuffix(limit.argument, "policy") {
					value = spaces.ReplaceAllString(value, "") // which AWS does not count
				}
				require.LessOrEqual(t, utf8.RuneCountInString(filled(value)), limit.most, "%s: %s of %s.%s: %s", stack, limit.argument, resourceType, address, value)
				if limit.pattern != nil && value != "" {
					require.Regexp(t, limit.pattern, filled(value), "%s: %s of %s.%s", stack, limit.argument, resourceType, address)
				}
			}
		}
	}
	inline, attached := map[string]int{}, map[string]int{}
	for _, each := range template.Resources("aws_iam_role_policy") {
		inline[each["role"].(string)] += len(spaces.ReplaceAllString(filled(each["policy"].(string)), ""))
	}
	for role, length := range inline {
		require.LessOrEqual(t, length, policy.MaxInlineTotal, "%s: inline policies of %s", stack, role)
	}
	for _, each := range template.Resources("aws_iam_role_policy_attachment") {
		attached[each["role"].(string)]++
	}
	for role, number := range attached {
		require.LessOrEqual(t, number, 10, "%s: policies attached to %s", stack, role)
	}
}
