package applied_test

import (
	"encoding/json"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/awsemulator"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

// madeElsewhere makes what the configuration names and others own: zones, certificates, KMS keys, buckets for access logs, and the boundary of
// an organisation. Policies of keys and buckets are those that docs/storage.md tells to write. The emulator holds the delivery of access logs
// against the policy of their bucket; it does not hold uses of keys against key policies.
func madeElsewhere(t *testing.T, emulator *awsemulator.Emulator, s *set) {
	t.Helper()
	makeBoundaries(t, emulator, s)
	makeKeys(t, emulator, s)
	zones := func(account, name string, ids ...string) {
		labels := strings.Split(name, ".")
		for _, id := range ids {
			if id != "" {
				require.NoError(t, emulator.HostedZone(account, id, strings.Join(labels[len(labels)-2:], ".")))
			}
		}
	}
	certificate := func(arn, domain string) {
		if arn != "" {
			require.NoError(t, emulator.Certificate(arn, domain))
		}
	}
	for _, e := range s.platform.Environments {
		makeLogBucket(t, emulator, e)
		if balancer := e.LoadBalancer; balancer != nil && len(balancer.Names) > 0 {
			zones(e.Account, balancer.Names[0], balancer.HostedZoneID, balancer.ValidationZoneID)
			certificate(balancer.CertificateARN, balancer.Names[0])
		}
		if serving := e.Serving; serving != nil {
			zones(e.Account, serving.Domain, serving.HostedZone, serving.ValidationZone)
			certificate(serving.CertificateARN, "*."+serving.Domain)
		}
	}
}

type object = map[string]any

// makeBoundaries makes the boundary of the organisation in each account. It allows everything but what the stacks of the account's roles say
// that it must deny.
func makeBoundaries(t *testing.T, emulator *awsemulator.Emulator, s *set) {
	t.Helper()
	if s.platform.PermissionsBoundary == "" {
		return
	}
	statements := map[string][]any{}
	for _, stack := range s.platform.Stacks() {
		i := slices.IndexFunc(s.first, func(each terraform.Stack) bool { return each.Name == stack.Name })
		if i < 0 {
			continue
		}
		if statements[stack.Account] == nil {
			statements[stack.Account] = []any{object{"Effect": "Allow", "Action": "*", "Resource": "*"}}
		}
		if stack.Kind == config.AccessStack {
			var denials struct{ Statement []any }
			text := synthtest.Parse(t, string(s.first[i].JSON)).Output("permissions_boundary_denials").(string)
			require.NoError(t, json.Unmarshal([]byte(text), &denials))
			require.NotEmpty(t, denials.Statement)
			statements[stack.Account] = append(statements[stack.Account], denials.Statement...)
		}
	}
	folder, name := path.Split("/" + s.platform.PermissionsBoundary)
	for _, account := range slices.Sorted(maps.Keys(statements)) {
		_, err := emulator.Invoke(account, "us-east-1", "iam", "iam", "CreatePolicy", object{"Path": folder, "PolicyName": name, "PolicyDocument": document(t, statements[account])})
		require.NoError(t, err)
	}
}

// makeKeys makes the keys of buckets and repositories, and writes their ids into the stacks in place of those of the configuration.
func makeKeys(t *testing.T, emulator *awsemulator.Emulator, s *set) {
	t.Helper()
	users := map[string][]string{} // accounts, by the key that they use
	for _, e := range s.platform.Environments {
		var named []string
		if e.Storage != nil {
			named = append(named, e.Storage.KeyARN)
		}
		if e.Registry != nil {
			named = append(named, e.Registry.KeyARN)
		}
		for _, key := range named {
			if key != "" && !slices.Contains(users[key], e.Account) {
				users[key] = append(users[key], e.Account)
			}
		}
	}
	var ids []string
	for _, key := range slices.Sorted(maps.Keys(users)) {
		parts := strings.Split(key, ":")
		region, owner := parts[3], parts[4]
		statements := []any{object{"Effect": "Allow", "Principal": object{"AWS": "arn:aws:iam::" + owner + ":root"}, "Action": "kms:*", "Resource": "*"}}
		for _, account := range users[key] {
			if account != owner {
				var theirs []any
				require.NoError(t, json.Unmarshal([]byte(strings.ReplaceAll(ofStoragePage(t, "EnvironmentUses"), "222222222222", account)), &theirs))
				statements = append(statements, theirs...)
			}
		}
		made, err := emulator.Invoke(owner, region, "kms", "kms", "CreateKey", object{"Policy": document(t, statements)})
		require.NoError(t, err)
		ids = append(ids, key, made["KeyMetadata"].(object)["Arn"].(string))
	}
	replace := strings.NewReplacer(ids...)
	for _, stacks := range [][]terraform.Stack{s.first, s.changed, s.unprotected} {
		for i := range stacks {
			stacks[i].JSON = []byte(replace.Replace(string(stacks[i].JSON)))
		}
	}
}

// makeLogBucket makes the bucket that an environment's access logs go to, where it is not the environment's own.
func makeLogBucket(t *testing.T, emulator *awsemulator.Emulator, e *config.Environment) {
	t.Helper()
	if e.Storage == nil || e.Storage.AccessLogs == nil || e.Storage.AccessLogs.Bucket == "" {
		return
	}
	bucket, place := e.Storage.AccessLogs.Bucket, ""
	if e.Region != "us-east-1" {
		place = "<CreateBucketConfiguration><LocationConstraint>" + e.Region + "</LocationConstraint></CreateBucketConfiguration>"
	}
	_, err := emulator.Invoke(e.Account, e.Region, "s3", "s3", "CreateBucket", object{"Bucket": bucket, "Body": place})
	require.NoError(t, err)
	statement := strings.NewReplacer(
		"wine-dev-models-222222222222-us-west-2", e.Storage.Models.Name, "wine-dev-data-222222222222-us-west-2", e.Storage.Data.Name,
		"acme-access-logs", bucket, "wine-dev", e.Prefix(), "222222222222", e.Account,
	).Replace(ofStoragePage(t, "logging.s3.amazonaws.com"))
	_, err = emulator.Invoke(e.Account, e.Region, "s3", "s3", "PutBucketPolicy", object{"Bucket": bucket, "Body": document(t, []any{json.RawMessage(statement)})})
	require.NoError(t, err)
}

// document is a policy of statements.
func document(t *testing.T, statements []any) string {
	t.Helper()
	text, err := json.Marshal(object{"Version": "2012-10-17", "Statement": statements})
	require.NoError(t, err)
	return string(text)
}

var jsonBlock = regexp.MustCompile("(?s)\n```json\n(.*?)```\n")

// ofStoragePage is the one block of JSON of docs/storage.md that has the text.
func ofStoragePage(t *testing.T, text string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/storage.md")
	require.NoError(t, err)
	var found []string
	for _, each := range jsonBlock.FindAllStringSubmatch(string(page), -1) {
		if strings.Contains(each[1], text) {
			found = append(found, each[1])
		}
	}
	require.Len(t, found, 1)
	return found[0]
}
