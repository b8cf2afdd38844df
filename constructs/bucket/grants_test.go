package bucket_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// grantee remembers what it was granted.
type grantee map[string]string

func (g grantee) Grant(id string, statements ...policy.Statement) error {
	text, err := policy.New(policy.Merge(statements...)...).JSON(policy.Identity)
	g[id] = text
	return err
}

func existing(t *testing.T, props bucket.ExistingProps) *bucket.Bucket {
	t.Helper()
	made, err := bucket.FromName(synthtest.Stack(t), "raw", props)
	require.NoError(t, err)
	return made
}

func TestGrants(t *testing.T) {
	encrypted := existing(t, bucket.ExistingProps{Name: "raw", KeyARN: keyARN})
	plain := existing(t, bucket.ExistingProps{Name: "raw"})
	china := existing(t, bucket.ExistingProps{Name: "raw", KeyARN: "arn:aws-cn:kms:cn-north-1:222222222222:key/1", Scope: arn.Scope{Region: "cn-north-1", Account: synthtest.Account}})
	const location = `{"Effect":"Allow","Action":"s3:GetBucketLocation","Resource":"arn:aws:s3:::raw"}`
	const useKey = `,"Resource":"` + keyARN + `","Condition":{"StringEquals":{"kms:ViaService":"s3.us-west-2.amazonaws.com"}}}`
	const read = `"s3:GetObject","s3:GetObjectTagging","s3:GetObjectVersion"`
	const write = `"s3:AbortMultipartUpload","s3:ListMultipartUploadParts","s3:PutObject","s3:PutObjectTagging"`
	tests := map[string]struct {
		grant  func(iam.Grantee) error
		id     string
		policy string
	}{
		"read": {func(g iam.Grantee) error { return encrypted.GrantRead(g) }, "raw-read",
			`{"Effect":"Allow","Action":[` + read + `],"Resource":"arn:aws:s3:::raw/*"},` +
				`{"Effect":"Allow","Action":["s3:GetBucketLocation","s3:ListBucket"],"Resource":"arn:aws:s3:::raw"},` +
				`{"Effect":"Allow","Action":"kms:Decrypt"` + useKey},
		"read folders": {func(g iam.Grantee) error { return plain.GrantRead(g, "in", "models/churn/") }, "raw-read-in-models-churn",
			`{"Effect":"Allow","Action":[` + read + `],"Resource":["arn:aws:s3:::raw/in/*","arn:aws:s3:::raw/models/churn/*"]},` +
				`{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::raw","Condition":{"StringLike":{"s3:prefix":["in/*","models/churn/*"]}}},` + location},
		"write": {func(g iam.Grantee) error { return encrypted.GrantWrite(g, "out") }, "raw-write-out",
			`{"Effect":"Allow","Action":[` + write + `],"Resource":"arn:aws:s3:::raw/out/*"},` +
				`{"Effect":"Allow","Action":["s3:GetBucketLocation","s3:ListBucketMultipartUploads"],"Resource":"arn:aws:s3:::raw"},` +
				`{"Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey"]` + useKey},
		"read and write": {func(g iam.Grantee) error { return plain.GrantReadWrite(g) }, "raw-readwrite",
			`{"Effect":"Allow","Action":["s3:AbortMultipartUpload",` + read + `,"s3:ListMultipartUploadParts","s3:PutObject","s3:PutObjectTagging"],"Resource":"arn:aws:s3:::raw/*"},` +
				`{"Effect":"Allow","Action":["s3:GetBucketLocation","s3:ListBucket","s3:ListBucketMultipartUploads"],"Resource":"arn:aws:s3:::raw"}`},
		"delete": {func(g iam.Grantee) error { return encrypted.GrantDelete(g, "out") }, "raw-delete-out",
			`{"Effect":"Allow","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::raw/out/*"}`},
		"China": {func(g iam.Grantee) error { return china.GrantRead(g, "in") }, "raw-read-in",
			`{"Effect":"Allow","Action":[` + read + `],"Resource":"arn:aws-cn:s3:::raw/in/*"},` +
				`{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws-cn:s3:::raw","Condition":{"StringLike":{"s3:prefix":"in/*"}}},` +
				`{"Effect":"Allow","Action":"s3:GetBucketLocation","Resource":"arn:aws-cn:s3:::raw"},` +
				`{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws-cn:kms:cn-north-1:222222222222:key/1","Condition":{"StringEquals":{"kms:ViaService":"s3.cn-north-1.amazonaws.com.cn"}}}`},
		"long name": {func(g iam.Grantee) error {
			return plain.GrantDelete(g, "a-folder-with-a-rather-long-name", "another-folder-with-a-long-name")
		}, "raw-delete-a-folder-with-a-rather-long-name-another-fol-52f22a2e",
			`{"Effect":"Allow","Action":"s3:DeleteObject","Resource":["arn:aws:s3:::raw/a-folder-with-a-rather-long-name/*","arn:aws:s3:::raw/another-folder-with-a-long-name/*"]}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := grantee{}
			require.NoError(t, test.grant(got))
			require.Equal(t, grantee{test.id: `{"Version":"2012-10-17","Statement":[` + test.policy + `]}`}, got)
		})
	}
}

func TestGrantsOfOneRole(t *testing.T) {
	stack := synthtest.Stack(t)
	role, err := iam.NewRole(stack, "train", iam.RoleProps{Name: "wine-dev-train", Trust: policy.TrustService(synthtest.Account, "sagemaker.amazonaws.com")})
	require.NoError(t, err)
	made, err := bucket.New(stack, "data", bucket.Props{Name: "wine-dev-data", Prefixes: []string{"raw", "features"}})
	require.NoError(t, err)
	require.NoError(t, made.GrantRead(role, "raw"))
	require.NoError(t, made.GrantRead(role, "features"))
	require.NoError(t, made.GrantWrite(role, "features"))
	require.ErrorContains(t, made.GrantRead(role, "raw/"), `has a grant "data-read-raw" already; use another id`)
	template := synthtest.Synth(t, stack)
	written := template.Where("aws_iam_role_policy", "name", "data-write-features")
	allowed := template.Allowing(written["policy"], "kms:GenerateDataKey")
	require.Len(t, allowed, 1)
	require.Equal(t, []string{"${aws_kms_key.data_key_FECD82CE.arn}"}, allowed[0].Resources)
	require.Empty(t, template.Allowing(written["policy"], "s3:DeleteObject"))
	require.Empty(t, template.Allowing(written["policy"], "s3:GetObject"))
}

func TestGrantProblems(t *testing.T) {
	made := existing(t, bucket.ExistingProps{Name: "raw", Prefixes: []string{"raw", "models/"}})
	tests := map[string]struct {
		prefix, want string
	}{
		"wildcard": {"raw/*", `bucket raw: grant read: prefixes[0]: "raw/*" is no folder; write it like "raw" or "models/churn", without wildcards and without a slash at the front`},
		"slash":    {"/raw", `bucket raw: grant read: prefixes[0]: "/raw" is no folder; write it like "raw" or "models/churn", without wildcards and without a slash at the front`},
		"empty":    {"", `bucket raw: grant read: prefixes[0]: "" is no folder; write it like "raw" or "models/churn", without wildcards and without a slash at the front`},
		"typo":     {"modles", `bucket raw: grant read: prefixes[0]: "modles" is none of the bucket's folders; did you mean "models"?`},
		"unknown":  {"features", `bucket raw: grant read: prefixes[0]: "features" is none of the bucket's folders raw, models/; add it to prefixes or use one of them`},
		"sibling":  {"raw-old", `bucket raw: grant read: prefixes[0]: "raw-old" is none of the bucket's folders raw, models/; add it to prefixes or use one of them`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { require.EqualError(t, made.GrantRead(grantee{}, test.prefix), test.want) })
	}
	require.NoError(t, made.GrantRead(grantee{}, "models/churn"))
	require.EqualError(t, made.GrantWrite(nil), "bucket raw: grant write: the grantee is missing; pass a role")
}

func TestExisting(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := bucket.FromName(stack, "raw", bucket.ExistingProps{Name: "acme-raw", KeyARN: keyARN})
	require.NoError(t, err)
	require.Empty(t, synthtest.Synth(t, stack).Counts())
	require.Equal(t, []string{"acme-raw", "arn:aws:s3:::acme-raw", "acme-raw.s3.us-west-2.amazonaws.com", keyARN, "s3://acme-raw/in/x.csv"},
		[]string{made.Name(), made.ARN(), made.RegionalDomainName(), made.KeyARN(), made.URI("in/x.csv")})
	_, err = bucket.FromName(stack, "bad", bucket.ExistingProps{Name: "Raw", Scope: arn.Scope{Region: "us-west-2", Account: "22"}, KeyARN: "alias/raw", Prefixes: []string{"*"}})
	require.EqualError(t, err, `name: "Raw" is no name of an S3 bucket; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS
scope.account: "22" is no AWS account id; write its 12 digits as a string
keyARN: "alias/raw" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
prefixes[0]: "*" is no folder; write it like "raw" or "models/churn", without wildcards and without a slash at the front`)
}
