package stacks_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

// trusting is an example set whose images are signed, and named by digest everywhere.
func trusting(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for name, file := range filesOf(t, dir) {
		text := string(file.Data)
		if name == "platform.yaml" {
			text = strings.Replace(text, "\noperations:\n", "\noperations:\n  imageTrust: { exceptions: [{ id: CVE-2026-1, until: \"2027-01-31\", reason: not reachable }] }\n", 1)
		}
		for _, line := range strings.Split(text, "\n") {
			if tag := strings.TrimSpace(line); strings.HasPrefix(tag, "image: { tag: ") {
				text = strings.Replace(text, tag, `image: { digest: "sha256:`+strings.Repeat("0f1e2d3c", 8)+`" }`, 1)
			}
		}
		files[name] = text
	}
	return files
}

func TestImageTrust(t *testing.T) {
	dir := configurations[0]
	files := trusting(t, dir)
	operations := builtOnly(t, dir, files, "operations")
	access := synthtest.Parse(t, string(operations["operations-access"]))
	key := access.Where("aws_kms_key", "key_usage", "SIGN_VERIFY")
	require.Equal(t, "ECC_NIST_P256", key["customer_master_key_spec"])
	require.Equal(t, "alias/wine-operations-images", access.One("aws_kms_alias")["name"])

	// Only the role that builds images signs; the accounts of the environments verify.
	const keyARN, alias = "arn:aws:kms:us-west-2:111111111111:key/11111111-2222-3333-4444-555555555555", "alias/wine-operations-images"
	sign := iamcheck.Request{Action: "kms:Sign", Resource: keyARN}
	statements, err := iamcheck.Parse(key["policy"].(string))
	require.NoError(t, err)
	for _, each := range statements {
		require.NotContains(t, each.Actions, "kms:Sign")
	}
	require.Contains(t, key["policy"], `"arn:aws:iam::222222222222:root"`)
	made := withRoles(t, operations, "operations")
	require.False(t, iamcheck.Allows(applyStatements(t, made), sign))
	require.NotEmpty(t, access.Allowing(access.Where("aws_iam_role_policy", "name", "images-sign")["policy"], "kms:Sign"))

	// Nor can who deploys operations take the key.
	tags := map[string]string{"aws:ResourceTag/Project": "wine", "aws:ResourceTag/Environment": "operations", "aws:ResourceTag/Repository": "acme/wine-ml", "aws:ResourceTag/Stack": "operations-access", "aws:RequestedRegion": "us-west-2"}
	for _, action := range []string{"kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey"} {
		require.False(t, iamcheck.Allows(applyStatements(t, made), iamcheck.Request{Action: action, Resource: keyARN, Keys: tags}), action)
	}

	planned := []terraform.Stack{{Name: "operations-access", JSON: operations["operations-access"]}}
	for _, name := range []string{"dev", "staging", "prod"} {
		env := builtOnly(t, dir, files, name)
		planned = append(planned, terraform.Stack{Name: name + "-access", JSON: env[name+"-access"]})
		template := withRoles(t, env, name)
		const object = "arn:aws:s3:::wine-operations-artifacts-111111111111-us-west-2/attestations/wine-operations/training-image/sha256:0f1e/sbom.json"
		plan := planStatements(t, template)
		require.True(t, iamcheck.Allows(plan, iamcheck.Request{Action: "s3:GetObject", Resource: object}), name)
		require.True(t, iamcheck.Allows(plan, iamcheck.Request{Action: "kms:Verify", Resource: keyARN, Keys: map[string]string{"kms:RequestAlias": alias}}), name)
		require.False(t, iamcheck.Allows(plan, iamcheck.Request{Action: "kms:Verify", Resource: keyARN, Keys: map[string]string{"kms:RequestAlias": "alias/other"}}), name)
		images, _ := synthtest.Parse(t, string(env[name])).Output("image_digests").(map[string]any)
		require.Len(t, images, 2, name)
		require.Regexp(t, `^wine-operations/training-image@sha256:[0-9a-f]{64}$`, images["training"], name)
		require.Equal(t, images["training"], images["automation"], name)
	}
	planTogether(t, planned...)
}

// TestImageTrustInCodePipeline: a build that plans looks at the signatures.
func TestImageTrustInCodePipeline(t *testing.T) {
	dir := configurations[0]
	files := trusting(t, dir)
	files["environments/dev.yaml"] = strings.Replace(files["environments/dev.yaml"], "branches: [main, feature/*]", "branches: [main]", 1) +
		"\ncodePipeline: { source: { connectionArn: \"arn:aws:codeconnections:us-west-2:222222222222:connection/01234567-89ab-4def-8123-456789abcdef\" } }\n"
	made := builtOnly(t, dir, files, "dev")["dev"]
	require.Contains(t, string(made), "aws kms verify --region")
	require.Contains(t, string(made), "arn:aws:kms:us-west-2:111111111111:alias/wine-operations-images")
	template := synthtest.Parse(t, string(made))
	require.True(t, iamcheck.Allows(buildStatements(t, template, "plan"), iamcheck.Request{
		Action: "kms:Verify", Resource: "arn:aws:kms:us-west-2:111111111111:key/1", Keys: map[string]string{"kms:RequestAlias": "alias/wine-operations-images"},
	}))
}

// planStatements are the permissions of the stack's plan role.
func planStatements(t *testing.T, template synthtest.Template) []policy.Statement {
	t.Helper()
	var all []policy.Statement
	for _, kind := range []string{"aws_iam_policy", "aws_iam_role_policy"} {
		for address, resource := range template.Resources(kind) {
			if strings.HasPrefix(address, "deployment_plan_") {
				statements, err := iamcheck.Parse(resource["policy"].(string))
				require.NoError(t, err)
				all = append(all, statements...)
			}
		}
	}
	require.NotEmpty(t, all)
	return all
}
