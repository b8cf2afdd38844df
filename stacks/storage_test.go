package stacks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

const (
	ownKey   = "arn:aws:kms:us-west-2:222222222222:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
	theirKey = "arn:aws:kms:us-west-2:999999999999:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
)

// withStorage is the example with lines in dev's sections storage and registry.
func withStorage(t *testing.T, storage, registry string) map[string]string {
	t.Helper()
	text := string(filesOf(t, configurations[0])["environments/dev.yaml"].Data)
	return map[string]string{"environments/dev.yaml": strings.NewReplacer("\nstorage:\n", "\nstorage:\n"+storage, "\nregistry:\n", "\nregistry:\n"+registry).Replace(text)}
}

// TestKeysOfOnesOwn: no key is made for buckets and repositories, each role that could use those can use this one as much, and who deploys
// can do what it could. The registry's key, of another account, it may see and lend.
func TestKeysOfOnesOwn(t *testing.T) {
	dir := configurations[0]
	files := withStorage(t, "  keyArn: "+ownKey+"\n", "  keyArn: "+theirKey+"\n")
	before, template := builtWithRoles(t, dir, nil, "dev"), builtWithRoles(t, dir, files, "dev")
	require.Len(t, template.Resources("aws_kms_key"), len(before.Resources("aws_kms_key"))-3)
	for _, each := range template.Resources("aws_s3_bucket_server_side_encryption_configuration") {
		rule := each["rule"].([]any)[0].(map[string]any)["apply_server_side_encryption_by_default"]
		require.Equal(t, map[string]any{"sse_algorithm": "aws:kms", "kms_master_key_id": ownKey}, rule)
	}
	require.Equal(t, []any{map[string]any{"encryption_type": "KMS", "kms_key": theirKey}}, template.One("aws_ecr_repository")["encryption_configuration"])

	own := strings.NewReplacer("${aws_kms_key.models_key_1CCCF4CF.arn}", ownKey, "${aws_kms_key.data_key_FECD82CE.arn}", ownKey)
	used := 0
	for address, role := range before.Resources("aws_iam_role_policy") {
		want, got := own.Replace(role["policy"].(string)), template.Resources("aws_iam_role_policy")[address]["policy"].(string)
		require.Equal(t, granted(before, want), granted(template, got), address)
		used += strings.Count(got, ownKey)
	}
	require.Positive(t, used)

	lends := func(key, forService string) iamcheck.Request {
		return iamcheck.Request{Action: "kms:CreateGrant", Resource: key, Keys: map[string]string{"aws:RequestedRegion": "us-west-2", "kms:GrantIsForAWSResource": forService}}
	}
	retires := func(key, by string) iamcheck.Request {
		return iamcheck.Request{Action: "kms:RetireGrant", Resource: key, Keys: map[string]string{"aws:RequestedRegion": "us-west-2", "kms:ViaService": by}}
	}
	const ecr = "ecr.us-west-2.amazonaws.com"
	apply := applyStatements(t, template)
	for _, each := range []struct {
		request iamcheck.Request
		allowed bool
	}{
		{lends(theirKey, "true"), true},
		{lends(theirKey, "false"), false},
		{retires(theirKey, ecr), true},
		{retires(theirKey, "rds.us-west-2.amazonaws.com"), false},
		{retires(ownKey, ecr), true},
		{lends(strings.Replace(theirKey, "0f1e", "ffff", 1), "true"), false},
		{iamcheck.Request{Action: "kms:DescribeKey", Resource: theirKey}, true},
		{iamcheck.Request{Action: "kms:Decrypt", Resource: theirKey}, false},
		{iamcheck.Request{Action: "kms:PutKeyPolicy", Resource: theirKey}, false},
	} {
		require.Equal(t, each.allowed, iamcheck.Allows(apply, each.request), each.request)
	}
	require.False(t, iamcheck.Allows(applyStatements(t, before), lends(theirKey, "true")))
	require.False(t, iamcheck.Allows(applyStatements(t, before), retires(theirKey, ecr)))

	both := withStorage(t, "  keyArn: "+ownKey+"\n", "  keyArn: "+ownKey+"\n")
	require.Equal(t, string(builtOnly(t, dir, nil, "dev")["dev-access"]), string(builtOnly(t, dir, both, "dev")["dev-access"]), "a key of the account changes no role that deploys")
}

// granted is what a policy grants, statement by statement, in which one key may stand where two did.
func granted(template synthtest.Template, document string) map[string]bool {
	out := map[string]bool{}
	for _, each := range template.Statements(document) {
		for _, action := range each.Actions {
			for _, resource := range each.Resources {
				out[fmt.Sprint(each.Effect, action, resource, each.Condition)] = true
			}
		}
	}
	return out
}

// TestStorageAccessLogs: in a bucket that is made, or one that is there.
func TestStorageAccessLogs(t *testing.T) {
	dir := configurations[0]
	require.Empty(t, synthtest.Parse(t, string(builtOne(t, dir, nil, "dev"))).Resources("aws_s3_bucket_logging"))

	files := withStorage(t, "  accessLogs: { retentionDays: 90 }\n", "")
	template := synthtest.Parse(t, string(builtOne(t, dir, files, "dev")))
	made := template.Where("aws_s3_bucket", "bucket", "wine-dev-logs-222222222222-us-west-2")
	require.Equal(t, true, made["force_destroy"])
	logging := template.Resources("aws_s3_bucket_logging")
	require.Len(t, logging, 2)
	for _, each := range logging {
		require.Equal(t, "${aws_s3_bucket.logs_bucket_5A22438C.bucket}", each["target_bucket"])
		require.Equal(t, "wine-dev/", each["target_prefix"])
		require.Equal(t, map[string]any{"partitioned_prefix": map[string]any{"partition_date_source": "EventTime"}}, each["target_object_key_format"])
		require.Equal(t, []any{"aws_s3_bucket_policy.logs_policy_7361357F"}, each["depends_on"])
	}
	require.Equal(t, "${aws_s3_bucket.logs_bucket_5A22438C.bucket}", template.Output("access_logs_bucket_name"))
	planTogether(t, terraform.Stack{Name: "access logs", JSON: builtOne(t, dir, files, "dev")})

	existing := synthtest.Parse(t, string(builtOne(t, dir, withStorage(t, "  accessLogs: { bucket: acme-access-logs }\n", ""), "dev")))
	require.Len(t, existing.Resources("aws_s3_bucket"), 2)
	for _, each := range existing.Resources("aws_s3_bucket_logging") {
		require.Equal(t, "acme-access-logs", each["target_bucket"])
		require.NotContains(t, each, "depends_on")
	}
}
