package bucket_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// TestOrganizationShares: whoever is in the organisation reads objects and the key, and nobody else, through the folder that is shared.
func TestOrganizationShares(t *testing.T) {
	_, template := build(t, bucket.Props{Shares: []bucket.Share{{
		Accounts: []string{"333333333333"}, Organization: policy.Organization{ID: "o-a1b2c3d4e5"}, Prefixes: []string{"models"},
	}}})
	inside := map[string]any{"aws:PrincipalOrgID": "o-a1b2c3d4e5"}
	document := template.One("aws_s3_bucket_policy")["policy"]
	read := template.Allowing(document, "s3:GetObject")
	require.Len(t, read, 2)
	require.Equal(t, map[string]any{"AWS": "arn:aws:iam::333333333333:root"}, read[0].Principal)
	require.Empty(t, read[0].Condition)
	require.Equal(t, "*", read[1].Principal)
	require.Equal(t, map[string]map[string]any{"StringEquals": inside}, read[1].Condition)
	require.Equal(t, read[0].Resources, read[1].Resources)
	list := template.Allowing(document, "s3:ListBucket")
	require.Len(t, list, 2)
	require.Equal(t, map[string]map[string]any{"StringEquals": inside, "StringLike": {"s3:prefix": "models/*"}}, list[1].Condition)
	use := template.Allowing(template.One("aws_kms_key")["policy"], "kms:Decrypt")
	require.Len(t, use, 2)
	require.Equal(t, map[string]map[string]any{"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "kms:ViaService": "s3.us-west-2.amazonaws.com"}}, use[1].Condition)
}
