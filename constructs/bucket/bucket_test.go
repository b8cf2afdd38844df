package bucket_test

import (
	"cmp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	name     = "wine-dev-models-222222222222-us-west-2"
	keyARN   = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	otherKey = "arn:aws:kms:eu-west-1:222222222222:key/99999999-2222-3333-4444-555555555555"
)

// build makes a bucket with the construct id "models" and synthesises its stack.
func build(t *testing.T, props bucket.Props) (*bucket.Bucket, synthtest.Template) {
	t.Helper()
	props.Name = cmp.Or(props.Name, name)
	return synthtest.Build(t, "models", props, bucket.New)
}

func TestBucket(t *testing.T) {
	made, template := build(t, bucket.Props{})
	require.Equal(t, map[string]int{
		"aws_kms_alias": 1, "aws_kms_key": 1, "aws_s3_bucket": 1, "aws_s3_bucket_lifecycle_configuration": 1,
		"aws_s3_bucket_ownership_controls": 1, "aws_s3_bucket_policy": 1, "aws_s3_bucket_public_access_block": 1,
		"aws_s3_bucket_server_side_encryption_configuration": 1, "aws_s3_bucket_versioning": 1,
	}, template.Counts())
	template.Golden("bucket")
	require.NotEmpty(t, made.Name())
}

// A destroy ends at the bucket that is not empty, and has not touched the key by then.
func TestBucketGoesBeforeItsKey(t *testing.T) {
	_, template := build(t, bucket.Props{})
	require.Equal(t, []any{"aws_kms_key.models_key_1CCCF4CF"}, template.One("aws_s3_bucket")["depends_on"])
}

func TestExistingKey(t *testing.T) {
	made, template := build(t, bucket.Props{KeyARN: keyARN})
	require.NotContains(t, template.One("aws_s3_bucket"), "depends_on")
	require.Equal(t, keyARN, made.KeyARN())
	require.Empty(t, template.Resources("aws_kms_key"))
	for _, s := range template.Statements(template.One("aws_s3_bucket_policy")["policy"]) {
		if s.Sid == "DenyOtherKey" {
			require.Equal(t, map[string]any{"s3:x-amz-server-side-encryption-aws-kms-key-id": keyARN}, s.Condition["StringNotEquals"])
		}
	}
}

func TestOptOuts(t *testing.T) {
	made, template := build(t, bucket.Props{
		Encryption: bucket.AES256, UnversionedBecause: "rebuilt every night", AccessLogTarget: true, AllowDestroy: true, DeleteObjectsOnDestroy: true,
	})
	require.Empty(t, made.KeyARN())
	template.Golden("opt-outs")
}

func TestSids(t *testing.T) {
	tests := map[string]struct {
		props bucket.Props
		want  []string
	}{
		"one key": {bucket.Props{KeyARN: keyARN}, []string{
			"DenyInsecureTransport", "DenyOldTLS", "DenyCustomerProvidedKeys", "DenyOtherEncryption", "DenyUnnamedKey", "DenyOtherKey",
		}},
		"other keys": {bucket.Props{KeyARN: keyARN, AllowOtherKeys: true}, []string{"DenyInsecureTransport", "DenyOldTLS", "DenyCustomerProvidedKeys"}},
		"logs":       {bucket.Props{Encryption: bucket.AES256, AccessLogTarget: true}, []string{"DenyInsecureTransport", "DenyOldTLS", "DenyCustomerProvidedKeys", "AccessLogs"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, template := build(t, test.props)
			var got []string
			for _, s := range template.Statements(template.One("aws_s3_bucket_policy")["policy"]) {
				got = append(got, s.Sid)
			}
			require.Equal(t, test.want, got)
		})
	}
}

// Records come from the named buckets alone, and the order lets S3 find that it may deliver.
func TestAccessLogsInOneStack(t *testing.T) {
	stack := synthtest.Stack(t)
	logs, err := bucket.New(stack, "logs", bucket.Props{Name: "wine-dev-logs", Encryption: bucket.AES256, AccessLogTarget: true, AccessLogSources: []string{"wine-dev-data"}})
	require.NoError(t, err)
	_, err = bucket.New(stack, "data", bucket.Props{Name: "wine-dev-data", AccessLogs: &bucket.AccessLogs{Bucket: logs.Name(), After: logs.Policied()}})
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	logging := template.One("aws_s3_bucket_logging")
	require.Equal(t, []any{"aws_s3_bucket_policy.logs_policy_7361357F"}, logging["depends_on"])
	delivery := template.Statements(template.Resources("aws_s3_bucket_policy")["logs_policy_7361357F"]["policy"])[3]
	require.Equal(t, map[string]map[string]any{
		"StringEquals": {"aws:SourceAccount": "222222222222"}, "ArnEquals": {"aws:SourceArn": "arn:aws:s3:::wine-dev-data"},
	}, delivery.Condition)
}

func TestOutputs(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := bucket.New(stack, "models", bucket.Props{Name: name})
	require.NoError(t, err)
	for output, value := range map[string]string{
		"name": made.Name(), "arn": made.ARN(), "domain": made.RegionalDomainName(), "key": made.KeyARN(), "uri": made.URI("/churn/model.tar.gz"), "root": made.URI(""),
	} {
		tf.Output(stack, output, value, "Test")
	}
	template := synthtest.Synth(t, stack)
	const resource = "aws_s3_bucket.models_bucket_03E03D20."
	require.Equal(t, "${"+resource+"bucket}", template.Output("name"))
	require.Equal(t, "${"+resource+"arn}", template.Output("arn"))
	require.Equal(t, "${"+resource+"bucket_regional_domain_name}", template.Output("domain"))
	require.Equal(t, "${aws_kms_key.models_key_1CCCF4CF.arn}", template.Output("key"))
	require.Equal(t, "s3://${"+resource+"bucket}/churn/model.tar.gz", template.Output("uri"))
	require.Equal(t, "s3://${"+resource+"bucket}", template.Output("root"))
}

func TestReplicationRoleNameFits(t *testing.T) {
	long := strings.Repeat("a", 55)
	_, template := build(t, bucket.Props{Name: long, Encryption: bucket.AES256, Replication: &bucket.Replication{
		Rules: []bucket.ReplicationRule{{Name: "all", BucketARN: "arn:aws:s3:::copy"}},
	}})
	require.Equal(t, long[:43]+"-9f4390f8-replication", template.One("aws_iam_role")["name"])
}

func TestExistingReplicationRole(t *testing.T) {
	_, template := build(t, bucket.Props{Encryption: bucket.AES256, Replication: &bucket.Replication{
		RoleARN: "arn:aws:iam::222222222222:role/copy", Rules: []bucket.ReplicationRule{{Name: "all", BucketARN: "arn:aws:s3:::copy"}},
	}})
	require.Empty(t, template.Resources("aws_iam_role"))
	require.Equal(t, "arn:aws:iam::222222222222:role/copy", template.One("aws_s3_bucket_replication_configuration")["role"])
}

func everything() bucket.Props {
	return bucket.Props{
		Tags: map[string]string{"Data": "training"}, KeyPerObject: true, AllowOtherKeys: true,
		Prefixes: []string{"raw", "features/", "models"},
		Statements: []policy.Statement{{
			Sid: "Catalog", Principals: []policy.Principal{policy.Service("glue.amazonaws.com")}, Actions: []string{"s3:GetObject"},
			Resources:  []string{"arn:aws:s3:::" + name + "/raw/*"},
			Conditions: []policy.Condition{policy.StringEquals("aws:SourceAccount", synthtest.Account)},
		}},
		Shares: []bucket.Share{
			{Accounts: []string{"333333333333", "444444444444"}, Prefixes: []string{"models"}},
			{Accounts: []string{"333333333333"}, Prefixes: []string{"raw/inbox"}, Write: true},
		},
		Lifecycle: []bucket.LifecycleRule{
			{
				Name: "raw", Prefix: "raw", Transitions: []bucket.Transition{{bucket.StandardIA, 30}, {bucket.GlacierFlexible, 90}, {bucket.GlacierDeepArchive, 180}},
				ExpireAfterDays: 365, NoncurrentTransitions: []bucket.Transition{{bucket.GlacierInstant, 0}}, NoncurrentExpireAfterDays: 30, NoncurrentKeepVersions: 3,
			},
			{Name: "tagged", Tags: map[string]string{"Keep": "no"}, ExpireAfterDays: 7},
			{Name: "large", Prefix: "features", Tags: map[string]string{"Keep": "no"}, LargerThanBytes: 1 << 20, SmallerThanBytes: 1 << 30, Transitions: []bucket.Transition{{bucket.IntelligentTier, 0}}},
			{Name: "markers", ExpireDeleteMarkers: true, NoncurrentKeepVersions: 5, Disabled: true},
		},
		AbortMultipartAfterDays: 2,
		IntelligentTiering:      []bucket.IntelligentTiering{{Name: "features", Prefix: "features", ArchiveAfterDays: 90, DeepArchiveAfterDays: 180}},
		EventBridge:             true,
		AccessLogs:              &bucket.AccessLogs{Bucket: "wine-dev-logs", Prefix: "s3/models", ByEventDate: true},
		CORS: []bucket.CORSRule{{
			Origins: []string{"https://*.example.com"}, Methods: []string{"GET", "PUT"}, AllowedHeaders: []string{"x-amz-*"},
			ExposedHeaders: []string{"ETag"}, MaxAge: 5 * time.Minute,
		}},
		ObjectLock: &bucket.ObjectLock{Mode: bucket.Compliance, Days: 30},
		Replication: &bucket.Replication{
			PermissionsBoundary: "arn:aws:iam::222222222222:policy/wine-dev-boundary", RoleName: "wine-dev-copy",
			Rules: []bucket.ReplicationRule{
				{
					Name: "models", Prefix: "models", BucketARN: "arn:aws:s3:::wine-backup", Region: "eu-west-1", KeyARN: otherKey, Account: "555555555555",
					StorageClass: bucket.GlacierInstant, DeleteMarkers: true, Within15Minutes: true,
				},
				{Name: "raw", Prefix: "raw", BucketARN: "arn:aws:s3:::wine-copy", KeyARN: keyARN},
			},
		},
		AllowDestroy: true,
	}
}

func TestEverything(t *testing.T) {
	_, template := build(t, everything())
	template.Golden("everything")
}
