package statebackend_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/statebackend"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A destroy that the states bring to a halt has not touched their key, and S3 gets one change of access at a time.
func TestOrder(t *testing.T) {
	_, template := build(t, plain())
	for of, want := range map[string]string{
		"aws_s3_bucket": "aws_kms_key", "aws_s3_bucket_policy": "aws_s3_bucket_public_access_block", "aws_s3_bucket_ownership_controls": "aws_s3_bucket_policy",
	} {
		after, _ := template.One(of)["depends_on"].([]any)
		require.Len(t, after, 1, of)
		require.Contains(t, after[0], want+".", of)
	}
}

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	bucketName = "wine-operations-state"
	bucketARN  = "arn:aws:s3:::" + bucketName
	keyARN     = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-4333-8444-555555555555"
	replicaKey = "arn:aws:kms:eu-west-1:222222222222:key/66666666-7777-4888-9999-000000000000"
)

var scope = arn.Scope{Region: synthtest.Region, Account: synthtest.Account}

// plain is the smallest backend; dev is the access of one environment in another account.
func plain() statebackend.Props { return statebackend.Props{Name: bucketName, Scope: scope} }

func dev() statebackend.Access {
	return statebackend.Access{
		Name: "dev", KeyPrefixes: []string{"acme/wine-ml/dev/"},
		Principals: []string{"arn:aws:iam::333333333333:role/wine-dev-plan", "arn:aws:iam::333333333333:role/wine-dev-apply"},
	}
}

func full() statebackend.Props {
	props := plain()
	props.KeyARN = keyARN
	props.Lock = statebackend.Both
	props.TableName = "wine-locks"
	props.NoncurrentVersionDays = 365
	props.KeepNoncurrentVersions = 50
	props.AccessLogs = &statebackend.AccessLogs{Bucket: "wine-operations-logs", Prefix: "state/"}
	props.Replica = &statebackend.Replica{BucketARN: "arn:aws:s3:::wine-backup-state", KeyARN: replicaKey, Account: "555555555555", RoleName: "wine-state-copy"}
	auditor := statebackend.Access{
		Name: "audit", RoleName: "wine-state-audit", KeyPrefixes: []string{"acme/"}, ReadOnly: true,
		Principals: []string{"arn:aws:iam::444444444444:role/audit-*", "arn:aws:iam::222222222222:user/auditor", "arn:aws:iam::444444444444:role/reader"},
	}
	props.Access = []statebackend.Access{dev(), auditor}
	props.PermissionsBoundary = "arn:aws:iam::222222222222:policy/wine-boundary"
	props.AllowDestroy = true
	return props
}

func build(t *testing.T, props statebackend.Props) (*statebackend.Backend, synthtest.Template) {
	t.Helper()
	stack := synthtest.Stack(t)
	backend, err := statebackend.New(stack, "state", props)
	require.NoError(t, err)
	return backend, synthtest.Synth(t, stack)
}

func TestPlain(t *testing.T) {
	backend, template := build(t, plain())
	template.Golden("plain")
	require.Empty(t, backend.TableName())
	require.Empty(t, backend.TableARN())
	require.Empty(t, backend.RoleARN("dev"))
	require.Equal(t, bucketARN, backend.BucketARN())
}

func TestEveryOption(t *testing.T) {
	_, template := build(t, full())
	template.Golden("full")
}

// stackWith makes a stack whose backend is the reference's.
func stackWith(t *testing.T, reference statebackend.Reference, key string) tf.Stack {
	t.Helper()
	var attached error
	stack, err := tf.NewStack(tf.NewApp(t.TempDir()), "test", tf.StackProps{
		Region: synthtest.Region, Account: synthtest.Account,
		Backend: func(stack tf.Stack) { attached = reference.Attach(stack, key) },
	})
	require.NoError(t, err)
	require.NoError(t, attached)
	return stack
}

func TestGrants(t *testing.T) {
	stack := synthtest.Stack(t)
	props := plain()
	props.Encryption, props.Lock = statebackend.AES256, statebackend.DynamoDB
	backend, err := statebackend.New(stack, "state", props)
	require.NoError(t, err)
	apply, err := iam.FromARN(stack, "apply", "arn:aws:iam::222222222222:role/apply")
	require.NoError(t, err)
	plan, err := iam.FromARN(stack, "plan", "arn:aws:iam::222222222222:role/plan")
	require.NoError(t, err)
	require.NoError(t, backend.GrantReadWrite(apply, "acme/wine-ml/dev/", "acme/shared/"))
	require.NoError(t, backend.GrantRead(plan, "acme/wine-ml/dev/"))
	require.EqualError(t, backend.GrantRead(plan), `keyPrefixes: are missing; give at least one, such as "acme/wine-ml/dev/"`)

	template := synthtest.Synth(t, stack)
	table := template.One("aws_dynamodb_table")
	require.Equal(t, bucketName+"-lock", table["name"])
	require.Equal(t, true, table["deletion_protection_enabled"])
	require.Equal(t, map[string]any{"prevent_destroy": true}, table["lifecycle"])

	written := template.Where("aws_iam_role_policy", "role", "apply")["policy"]
	require.Equal(t, []string{bucketARN + "/acme/wine-ml/dev/*.tfstate", bucketARN + "/acme/shared/*.tfstate"}, template.Allowing(written, "s3:PutObject")[0].Resources)
	require.Equal(t, map[string]map[string]any{
		"ForAllValues:StringLike": {"dynamodb:LeadingKeys": []any{bucketName + "/acme/wine-ml/dev/*", bucketName + "/acme/shared/*"}},
		"Null":                    {"dynamodb:LeadingKeys": "false"},
	}, template.Allowing(written, "dynamodb:PutItem")[0].Condition)
	require.Empty(t, template.Allowing(written, "s3:DeleteObject"), "nothing is deleted with the lock mode dynamodb")
	require.Empty(t, template.Allowing(written, "kms:Decrypt"))

	read := template.Where("aws_iam_role_policy", "role", "plan")["policy"]
	for _, action := range []string{"s3:PutObject", "s3:DeleteObject", "dynamodb:PutItem", "dynamodb:DeleteItem"} {
		require.Empty(t, template.Allowing(read, action), action)
	}
}

func TestProtection(t *testing.T) {
	_, template := build(t, plain())
	for _, resource := range []string{"aws_s3_bucket", "aws_kms_key"} {
		require.Equal(t, map[string]any{"prevent_destroy": true}, template.One(resource)["lifecycle"], resource)
	}
	denied := map[string]string{}
	for _, s := range template.Statements(template.One("aws_s3_bucket_policy")["policy"]) {
		require.Equal(t, "Deny", s.Effect)
		require.Equal(t, "*", s.Principal)
		denied[s.Sid] = s.Actions[0]
	}
	require.Equal(t, map[string]string{
		"DenyInsecureTransport": "s3:*", "DenyOldTLS": "s3:*", "DenyOtherEncryption": "s3:PutObject", "DenyKeysOfTheCaller": "s3:PutObject",
		"DenyDeletingTheBucket": "s3:DeleteBucket", "DenyDeletingVersions": "s3:DeleteObjectVersion",
	}, denied)
}

func TestChina(t *testing.T) {
	props := plain()
	props.Scope = arn.Scope{Region: "cn-north-1", Account: synthtest.Account}
	props.Access = []statebackend.Access{{Name: "dev", KeyPrefixes: []string{"dev/"}, Principals: []string{"arn:aws-cn:iam::222222222222:role/dev"}}}
	backend, template := build(t, props)
	require.Equal(t, "arn:aws-cn:s3:::"+bucketName, backend.BucketARN())
	permissions := template.One("aws_iam_role_policy")["policy"]
	require.Equal(t, "s3.cn-north-1.amazonaws.com.cn", template.Allowing(permissions, "kms:Decrypt")[0].Condition["StringEquals"]["kms:ViaService"])
	require.Equal(t, map[string]any{"AWS": "arn:aws-cn:iam::222222222222:root"}, template.Statements(template.One("aws_iam_role")["assume_role_policy"])[0].Principal)
}

// TestEncryptionHeaders asks the bucket policy about uploads with each header that a client may send.
func TestEncryptionHeaders(t *testing.T) {
	type headers map[string]string
	const algorithm, key, customer = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:x-amz-server-side-encryption-customer-algorithm"
	tests := map[statebackend.Encryption]struct{ good, bad []headers }{
		statebackend.KMS: {
			good: []headers{{}, {algorithm: "aws:kms", key: keyARN}, {algorithm: "aws:kms:dsse", key: keyARN}},
			bad:  []headers{{algorithm: "AES256"}, {algorithm: "aws:kms"}, {algorithm: "aws:kms", key: replicaKey}, {customer: "AES256"}},
		},
		statebackend.AES256: {
			good: []headers{{}, {algorithm: "AES256"}},
			bad:  []headers{{algorithm: "aws:kms"}, {algorithm: "aws:kms", key: keyARN}, {customer: "AES256"}},
		},
	}
	for encryption, test := range tests {
		t.Run(string(encryption), func(t *testing.T) {
			props := plain()
			props.Encryption = encryption
			if encryption == statebackend.KMS {
				props.KeyARN = keyARN
			}
			_, template := build(t, props)
			aws := startFakeAWS(t, template)
			for _, each := range test.good {
				require.False(t, aws.bucketRefuses("s3:PutObject", bucketARN+"/a.tfstate", each), "%v", each)
			}
			for _, each := range test.bad {
				require.True(t, aws.bucketRefuses("s3:PutObject", bucketARN+"/a.tfstate", each), "%v", each)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	change := func(edit func(*statebackend.Props)) statebackend.Props {
		props := plain()
		edit(&props)
		return props
	}
	access := func(edit func(*statebackend.Access)) statebackend.Props {
		return change(func(p *statebackend.Props) {
			one := dev()
			edit(&one)
			p.Access = []statebackend.Access{one}
		})
	}
	tests := map[string]struct {
		props statebackend.Props
		want  string
	}{
		"upper case": {change(func(p *statebackend.Props) { p.Name = "Wine" }),
			`name: "Wine" is no name of an S3 bucket; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS`},
		"dots, which break TLS": {change(func(p *statebackend.Props) { p.Name = "wine.state" }),
			`name: "wine.state" is no name of an S3 bucket; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS`},
		"reserved prefix": {change(func(p *statebackend.Props) { p.Name = "xn--wine" }), `name: "xn--wine" begins with xn--, which S3 keeps for itself; use another name`},
		"reserved suffix": {change(func(p *statebackend.Props) { p.Name = "wine-s3alias" }), `name: "wine-s3alias" ends with -s3alias, which S3 keeps for itself; use another name`},
		"account":         {change(func(p *statebackend.Props) { p.Scope.Account = "2222" }), `scope.account: "2222" is no AWS account id; write its 12 digits as a string`},
		"encryption":      {change(func(p *statebackend.Props) { p.Encryption = "none" }), `encryption: "none" is unknown; use aws:kms or AES256`},
		"alias as key": {change(func(p *statebackend.Props) { p.KeyARN = "arn:aws:kms:us-west-2:222222222222:alias/state" }),
			`keyARN: "arn:aws:kms:us-west-2:222222222222:alias/state" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/<id>, an alias will not do`},
		"key without use": {change(func(p *statebackend.Props) { p.KeyARN, p.Encryption = keyARN, statebackend.AES256 }),
			"keyARN: has no use with the encryption AES256; remove it, or use aws:kms"},
		"lock":              {change(func(p *statebackend.Props) { p.Lock = "none" }), `lock: "none" is unknown; use native, dynamodb or both`},
		"table without use": {change(func(p *statebackend.Props) { p.TableName = "locks" }), `tableName: "locks" has no use with the lock mode native; remove it, or use both`},
		"table name": {change(func(p *statebackend.Props) { p.Lock, p.TableName = statebackend.Both, "a b" }),
			`tableName: "a b" is no table name; use 3 to 255 letters, digits, dots, hyphens and underscores`},
		"days":     {change(func(p *statebackend.Props) { p.NoncurrentVersionDays = 5000 }), "noncurrentVersionDays: 5000 is out of range; use 1 to 3650"},
		"versions": {change(func(p *statebackend.Props) { p.KeepNoncurrentVersions = 101 }), "keepNoncurrentVersions: 101 is out of range; use 1 to 100"},
		"log of itself": {change(func(p *statebackend.Props) { p.AccessLogs = &statebackend.AccessLogs{Bucket: bucketName} }),
			`accessLogs.bucket: "wine-operations-state" is the state bucket, whose logs would be logged without end; name another bucket`},
		"replica of itself": {change(func(p *statebackend.Props) {
			p.Replica = &statebackend.Replica{BucketARN: bucketARN, KeyARN: replicaKey}
		}),
			`replica.bucketARN: "arn:aws:s3:::wine-operations-state" is the state bucket itself; name another bucket`},
		"replica without key": {change(func(p *statebackend.Props) { p.Replica = &statebackend.Replica{BucketARN: "arn:aws:s3:::backup"} }),
			`replica.keyARN: "" is no ARN of a KMS key; states encrypted with KMS are copied only with a key of the destination's region`},
		"replica with key": {change(func(p *statebackend.Props) {
			p.Encryption, p.Replica = statebackend.AES256, &statebackend.Replica{BucketARN: "arn:aws:s3:::backup", KeyARN: replicaKey}
		}), "replica.keyARN: has no use with the encryption AES256; remove it"},
		"replica names": {change(func(p *statebackend.Props) {
			p.Replica = &statebackend.Replica{BucketARN: "backup", KeyARN: replicaKey, Account: "5", RoleName: "a b"}
		}), "replica.bucketARN: \"backup\" is no ARN of a bucket; write it like arn:aws:s3:::name\n" +
			"replica.account: \"5\" is no AWS account id; write its 12 digits as a string\n" +
			"replica.roleName: \"a b\" is no role name; use 1 to 64 letters, digits and +=,.@_-"},
		"boundary": {change(func(p *statebackend.Props) { p.PermissionsBoundary = "boundary" }),
			`permissionsBoundary: "boundary" is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name`},
		"access name": {access(func(a *statebackend.Access) { a.Name = "dev env" }), "access[0].name: \"dev env\" is no name of an access; use letters, digits and hyphens\n" +
			"access[0].roleName: \"wine-operations-state-dev env\" is no role name; use 1 to 64 letters, digits and +=,.@_-"},
		"no prefix": {access(func(a *statebackend.Access) { a.KeyPrefixes = nil }), `access[0].keyPrefixes: are missing; give at least one, such as "acme/wine-ml/dev/"`},
		"prefix that other environments share": {access(func(a *statebackend.Access) { a.KeyPrefixes = []string{"acme/dev"} }),
			`access[0].keyPrefixes[0]: "acme/dev" is no key prefix; write folders that each end with a slash, such as acme/wine-ml/dev/, without wildcards and at most 512 characters`},
		"prefix of everything": {access(func(a *statebackend.Access) { a.KeyPrefixes = []string{"*/"} }),
			`access[0].keyPrefixes[0]: "*/" is no key prefix; write folders that each end with a slash, such as acme/wine-ml/dev/, without wildcards and at most 512 characters`},
		"nobody": {access(func(a *statebackend.Access) { a.Principals = nil }),
			"access[0].principals: are missing, so nobody could assume the role; give the ARNs of roles or users"},
		"any account": {access(func(a *statebackend.Access) { a.Principals = []string{"arn:aws:iam::*:role/dev"} }),
			`access[0].principals[0]: "arn:aws:iam::*:role/dev" is no ARN of a role or user with an account id; write it like arn:aws:iam::222222222222:role/name, with * and ? only after role/ or user/`},
		"token": {access(func(a *statebackend.Access) { a.Principals = []string{"${aws_iam_role.dev.arn}"} }),
			`access[0].principals[0]: "${aws_iam_role.dev.arn}" is known to Terraform only; write the ARN out, the role need not exist yet`},
		"partition": {access(func(a *statebackend.Access) { a.Principals = []string{"arn:aws-cn:iam::222222222222:role/dev"} }),
			`access[0].principals[0]: "arn:aws-cn:iam::222222222222:role/dev" is in the partition aws-cn, the bucket is in aws; roles cannot be assumed across partitions`},
		"too many principals": {access(func(a *statebackend.Access) {
			for i := range 60 {
				a.Principals = append(a.Principals, fmt.Sprintf("arn:aws:iam::333333333333:role/wine-%02d", i))
			}
		}), "access[0].principals: make a trust policy of 2738 characters, 2048 are allowed; use a wildcard or a second access"},
		"twice": {change(func(p *statebackend.Props) { p.Access = []statebackend.Access{dev(), dev()} }), "access[1].name: \"dev\" is used twice; make it unique\n" +
			"access[1].roleName: \"wine-operations-state-dev\" is used twice; make it unique"},
	}
	stack := synthtest.Stack(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := statebackend.New(stack, "state", test.props)
			require.EqualError(t, err, test.want)
			_, err = test.props.Reference("dev")
			require.EqualError(t, err, test.want)
		})
	}
}
