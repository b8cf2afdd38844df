package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

func TestAccessLogs(t *testing.T) {
	for storage, want := range map[string]struct {
		logs *config.AccessLogs
		name string
	}{
		"storage: { enabled: false, accessLogs: {} }": {nil, ""},
		"storage: {}":                 {nil, ""},
		"storage: { accessLogs: {} }": {&config.AccessLogs{RetentionDays: 365}, "wine-dev-logs-222222222222-us-west-2"},
		"storage: { accessLogs: { bucket: acme-access-logs } }": {&config.AccessLogs{Bucket: "acme-access-logs", RetentionDays: 365}, "acme-access-logs"},
	} {
		env := dev("\n" + storage + "\n").must(t).Environment("dev")
		require.Equal(t, want.name, env.AccessLogsName(), storage)
		if env.Storage != nil {
			require.Equal(t, want.logs, env.Storage.AccessLogs, storage)
		}
	}
}

func init() {
	const elsewhere = `"arn:aws:kms:eu-west-1:222222222222:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"`
	const key = `"arn:aws:kms:us-west-2:222222222222:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"`
	for _, each := range []struct{ name, section, want string }{
		{"key of buckets that is none", `storage: { keyArn: alias/a }`, `20: storage.keyArn: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, not an alias`},
		{"key of buckets elsewhere", `storage: { keyArn: ` + elsewhere + ` }`, `20: storage.keyArn: is in eu-west-1; use a key in us-west-2`},
		{"key of buckets without one", `storage: { keyArn: ` + key + `, models: { encryption: aes256 }, data: { encryption: aes256 } }`,
			`20: storage.keyArn: encrypts nothing, as both buckets have encryption: aes256; remove it, or one of these`},
		{"key of images that is none", `registry: { keyArn: a, repositories: { a: {} } }`, `21: registry.keyArn: "a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, not an alias`},
		{"key of images elsewhere", `registry: { keyArn: ` + elsewhere + `, repositories: { a: {} } }`, `21: registry.keyArn: is in eu-west-1; use a key in us-west-2`},
		{"key of caches", `registry: { keyArn: ` + key + `, pullThrough: [quay] }`, `21: registry.keyArn: encrypts nothing: the repositories of caches have a key of AWS; remove it, or add repositories`},
		{"key of images that cannot be read, which is told once", `registry: { keyArn: ` + key + `, repositorys: { a: {} } }`,
			`100: registry.repositorys: is no key here; use enabled, keyArn, repositories or pullThrough (did you mean repositories?)`},
		{"access logs in no bucket", `storage: { accessLogs: { bucket: s3://logs } }`,
			`34: storage.accessLogs.bucket: "s3://logs" is no name of an S3 bucket; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS`},
		{"access logs of access logs", `storage: { data: { name: wine-all }, accessLogs: { bucket: wine-all } }`,
			`60: storage.accessLogs.bucket: "wine-all" is the bucket of storage.data, whose logs would be logged without end; name another bucket`},
		{"access logs in a bucket of their own name", `storage: { models: { name: wine-dev-logs-222222222222-us-west-2 }, accessLogs: {} }`,
			`80: storage.accessLogs: "wine-dev-logs-222222222222-us-west-2" is the bucket of storage.models, whose logs would be logged without end; name another bucket`},
		{"retention of an existing bucket", `storage: { accessLogs: { bucket: acme-logs, retentionDays: 90 } }`,
			`60: storage.accessLogs.retentionDays: is for the bucket that is made, and storage.accessLogs.bucket names another; remove one of them; an existing bucket has its own lifecycle`},
		{"access logs of no time", `storage: { accessLogs: { retentionDays: 0 } }`, `41: storage.accessLogs.retentionDays: 0 is not allowed; use 1 to 3650`},
	} {
		badInputs = append(badInputs, struct {
			name  string
			files files
			want  string
		}{each.name, dev("\n" + each.section + "\n"), "environments/dev.yaml:3:" + each.want})
	}
	const prod = "account: \"333333333333\"\npromotion: { tags: [prod] }\n"
	for _, each := range []struct{ name, dev, prod, want string }{
		{"access logs in the bucket of the state", "storage: { accessLogs: { bucket: wine-terraform-state-111111111111-us-west-2 } }", "",
			`environments/dev.yaml:3:34: storage.accessLogs.bucket: "wine-terraform-state-111111111111-us-west-2" is a bucket of the state, which takes no access logs; name a bucket that is for logs`},
		{"access logs in the bucket of another environment", "storage: { accessLogs: { bucket: wine-prod-data-333333333333-us-west-2 } }", "storage: {}",
			`environments/dev.yaml:3:34: storage.accessLogs.bucket: "wine-prod-data-333333333333-us-west-2" is a bucket of prod, which takes no access logs; name a bucket that is for logs`},
		{"data in the bucket of access logs of another environment", "storage: { accessLogs: {} }", "storage: { data: { name: wine-dev-logs-222222222222-us-west-2 } }",
			`environments/dev.yaml:3:24: storage.accessLogs: "wine-dev-logs-222222222222-us-west-2" is a bucket of prod, which takes no access logs; name a bucket that is for logs`},
	} {
		badInputs = append(badInputs, struct {
			name  string
			files files
			want  string
		}{each.name, small(files{"environments/dev.yaml": "account: \"222222222222\"\npromotion: { branches: [main] }\n" + each.dev + "\n", "environments/prod.yaml": prod + each.prod + "\n"}), each.want})
	}
	badInputs = append(badInputs, struct {
		name  string
		files files
		want  string
	}{"name of the bucket of access logs too long", small(files{
		"platform.yaml":                 "project: wine-qualities-ml-x\nrepository: acme/wine-ml\nregion: us-east-1\noperations:\n  account: \"111111111111\"\n",
		"environments/development.yaml": "account: \"222222222222\"\npromotion: { branches: [main] }\nregion: ap-southeast-2\nstorage: { models: { name: a-models }, data: { name: a-data }, accessLogs: {} }\n", "environments/dev.yaml": ``,
	}), `environments/development.yaml:4:76: storage.accessLogs: makes the bucket name wine-qualities-ml-x-development-logs-222222222222-ap-southeast-2, which has 64 characters where S3 allows 63; set storage.accessLogs.bucket, or shorten the name of the project or the environment`})
}
