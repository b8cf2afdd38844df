package bucket_test

import (
	"cmp"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func rule(change func(*bucket.LifecycleRule)) bucket.Props {
	r := bucket.LifecycleRule{Name: "rule"}
	change(&r)
	return bucket.Props{Lifecycle: []bucket.LifecycleRule{r}}
}

func transitions(all ...bucket.Transition) bucket.Props {
	return rule(func(r *bucket.LifecycleRule) { r.Transitions = all })
}

func replicate(change func(*bucket.ReplicationRule)) bucket.Props {
	r := bucket.ReplicationRule{Name: "all", BucketARN: "arn:aws:s3:::copy", KeyARN: keyARN}
	change(&r)
	return bucket.Props{KeyARN: keyARN, Replication: &bucket.Replication{Rules: []bucket.ReplicationRule{r}}}
}

func TestProblems(t *testing.T) {
	const order = "STANDARD_IA, INTELLIGENT_TIERING, ONEZONE_IA, GLACIER_IR, GLACIER, DEEP_ARCHIVE"
	tests := map[string]struct {
		props bucket.Props
		want  string
	}{
		"dots":           {bucket.Props{Name: "wine.models"}, `name: "wine.models" is no name of an S3 bucket; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS`},
		"reserved start": {bucket.Props{Name: "sthree-models"}, `name: "sthree-models" begins with sthree-, which S3 keeps for itself; use another name`},
		"reserved end":   {bucket.Props{Name: "models-s3alias"}, `name: "models-s3alias" ends with -s3alias, which S3 keeps for itself; use another name`},
		"token name":     {bucket.Props{Name: "${var.name}"}, `name: "${var.name}" is known to Terraform only, and policies and limits are checked now; write the name out`},
		"encryption":     {bucket.Props{Encryption: "kms"}, `encryption: "kms" is unknown; use "aws:kms" or "AES256"`},
		"tag":            {bucket.Props{Tags: map[string]string{"aws:x": "1"}}, `tags["aws:x"]: "aws:x" begins with aws:, which AWS keeps for itself; choose another key`},
		"key elsewhere":  {bucket.Props{KeyARN: "arn:aws:kms:us-east-1:222222222222:key/11111111-2222-3333-4444-555555555555"}, `keyARN: "arn:aws:kms:us-east-1:222222222222:key/11111111-2222-3333-4444-555555555555" is in us-east-1, and what uses it is in us-west-2; use one of that region`},
		"alias":          {bucket.Props{KeyARN: "alias/models"}, `keyARN: "alias/models" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},
		"key without KMS": {bucket.Props{Encryption: bucket.AES256, KeyARN: keyARN, KeyPerObject: true, AllowOtherKeys: true},
			"keyARN: has no effect with encryption \"AES256\"; remove one of them\nkeyPerObject: has no effect with encryption \"AES256\"; remove one of them\nallowOtherKeys: has no effect with encryption \"AES256\"; remove one of them"},
		"reason":  {bucket.Props{UnversionedBecause: "it's fine!"}, `unversionedBecause: "it's fine!" cannot stand as a tag; use 1 to 256 letters, digits, spaces and + - = . _ : / @`},
		"destroy": {bucket.Props{DeleteObjectsOnDestroy: true}, "deleteObjectsOnDestroy: has no effect while Terraform refuses to destroy the bucket; set allowDestroy too"},

		"share": {bucket.Props{Prefixes: []string{"raw"}, Shares: []bucket.Share{{}, {Accounts: []string{"12", "222222222222"}, Prefixes: []string{"model"}}}},
			"shares[0].accounts: are missing; name at least one account, or an organization\nshares[1].accounts[0]: \"12\" is no AWS account id; write its 12 digits as a string\n" +
				"shares[1].accounts[1]: \"222222222222\" is the bucket's own account; use grants for its roles\n" +
				"shares[1].prefixes[0]: \"model\" is none of the bucket's folders raw; add it to prefixes or use one of them"},
		"organization": {bucket.Props{Shares: []bucket.Share{{Organization: policy.Organization{Paths: []string{"ou-1"}}}}},
			`shares[0].organization.id: "" is no id of an organisation; write it like o-a1b2c3d4e5, aws organizations describe-organization shows it
shares[0].organization.paths[0]: "ou-1" is no path of an organisational unit; write it like o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ for the accounts in the unit, or with * at the end for those below too`},
		"statement": {bucket.Props{Statements: []policy.Statement{{Principals: []policy.Principal{policy.Everyone()}, Actions: []string{"s3:Get*"}, Resources: []string{"arn:aws:s3:::wine-dev-model/*"}}}},
			`statements[0].actions[0]: "s3:Get*" allows actions that nobody listed; write each action out
statements[0].principals: allow everyone without a condition; name the principals or add a condition
statements[0].resources[0]: "arn:aws:s3:::wine-dev-model/*" is not in this bucket; use arn:aws:s3:::` + name + ` or arn:aws:s3:::` + name + `/*`},

		"abort":           {bucket.Props{AbortMultipartAfterDays: -1}, "abortMultipartAfterDays: -1 is out of range; use 1 or more"},
		"idle rule":       {rule(func(*bucket.LifecycleRule) {}), "lifecycle[0]: does nothing; give transitions or an expiration"},
		"rule name":       {rule(func(r *bucket.LifecycleRule) { r.Name, r.ExpireAfterDays = "a b", 1 }), `lifecycle[0].name: "a b" is no rule name; use 1 to 255 letters, digits and . _ -`},
		"rule name taken": {rule(func(r *bucket.LifecycleRule) { r.Name, r.ExpireAfterDays = "abort-incomplete-uploads", 1 }), `lifecycle[0].name: "abort-incomplete-uploads" is used twice; make it unique within the bucket`},
		"rule prefix":     {rule(func(r *bucket.LifecycleRule) { r.Prefix, r.ExpireAfterDays = "/raw", 1 }), `lifecycle[0].prefix: "/raw" is no folder; write it like "raw" or "models/churn", without wildcards and without a slash at the front`},
		"sizes":           {rule(func(r *bucket.LifecycleRule) { r.LargerThanBytes, r.SmallerThanBytes, r.ExpireAfterDays = 10, 5, 1 }), "lifecycle[0]: no object is larger than 10 and smaller than 5 bytes; widen the range"},
		"class":           {transitions(bucket.Transition{StorageClass: "GLACIAL", AfterDays: 1}), `lifecycle[0].transitions[0].storageClass: "GLACIAL" is unknown; use one of ` + order},
		"early IA":        {transitions(bucket.Transition{StorageClass: bucket.StandardIA, AfterDays: 7}), "lifecycle[0].transitions[0].afterDays: 7 is too early for STANDARD_IA; use 30 or more"},
		"negative":        {transitions(bucket.Transition{StorageClass: bucket.GlacierInstant, AfterDays: -7}), "lifecycle[0].transitions[0].afterDays: -7 is out of range; use 0 or more"},
		"upwards":         {transitions(bucket.Transition{StorageClass: bucket.GlacierFlexible, AfterDays: 1}, bucket.Transition{StorageClass: bucket.StandardIA, AfterDays: 100}), "lifecycle[0].transitions[1].storageClass: S3 does not move objects from GLACIER to STANDARD_IA; order the transitions as in " + order},
		"one zone":        {transitions(bucket.Transition{StorageClass: bucket.OneZoneIA, AfterDays: 30}, bucket.Transition{StorageClass: bucket.GlacierInstant, AfterDays: 100}), "lifecycle[0].transitions[1].storageClass: S3 does not move objects from ONEZONE_IA to GLACIER_IR; leave one of them out"},
		"soon after IA":   {transitions(bucket.Transition{StorageClass: bucket.StandardIA, AfterDays: 30}, bucket.Transition{StorageClass: bucket.GlacierFlexible, AfterDays: 45}), "lifecycle[0].transitions[1].afterDays: 45 is too early after STANDARD_IA at 30; use 60 or more"},
		"same day":        {transitions(bucket.Transition{StorageClass: bucket.IntelligentTier}, bucket.Transition{StorageClass: bucket.GlacierFlexible}), "lifecycle[0].transitions[1].afterDays: 0 is too early after INTELLIGENT_TIERING at 0; use 1 or more"},
		"expires too early": {rule(func(r *bucket.LifecycleRule) {
			r.ExpireAfterDays, r.Transitions = 30, []bucket.Transition{{StorageClass: bucket.StandardIA, AfterDays: 30}}
		}), "lifecycle[0].expireAfterDays: 30 is not after the last transition at 30; use 31 or more"},
		"versions": {rule(func(r *bucket.LifecycleRule) { r.NoncurrentKeepVersions = 101 }), "lifecycle[0].noncurrentKeepVersions: 101 is out of range; use 1 to 100"},
		"markers": {rule(func(r *bucket.LifecycleRule) {
			r.ExpireDeleteMarkers, r.ExpireAfterDays, r.Tags = true, 1, map[string]string{"a": "b"}
		}), "lifecycle[0].expireDeleteMarkers: does not go with tags or sizes, which delete markers do not have; use a rule of its own\n" +
			"lifecycle[0].expireDeleteMarkers: does not go with expireAfterDays, which removes such markers itself; drop one of them"},
		"old versions of none": {bucket.Props{UnversionedBecause: "logs", Lifecycle: []bucket.LifecycleRule{{Name: "old", NoncurrentExpireAfterDays: 1}}},
			"lifecycle[0]: is about old versions, which an unversioned bucket does not keep; remove unversionedBecause or the rule"},

		"tiering": {bucket.Props{IntelligentTiering: []bucket.IntelligentTiering{{Name: "a"}, {Name: "a", ArchiveAfterDays: 80, DeepArchiveAfterDays: 170}, {Name: "b", ArchiveAfterDays: 200, DeepArchiveAfterDays: 190}}},
			"intelligentTiering[0]: does nothing; give archiveAfterDays or deepArchiveAfterDays\nintelligentTiering[1].name: \"a\" is used twice; make it unique within the bucket\n" +
				"intelligentTiering[1].archiveAfterDays: 80 is out of range; use 90 to 730\nintelligentTiering[1].deepArchiveAfterDays: 170 is out of range; use 180 to 730\n" +
				"intelligentTiering[2].deepArchiveAfterDays: 190 is not after archiveAfterDays 200; use a later day"},
		"log target with KMS": {bucket.Props{AccessLogTarget: true}, `accessLogTarget: needs encryption "AES256", S3 delivers access logs to no bucket encrypted with "aws:kms"; set encryption`},
		"locked log target":   {bucket.Props{Encryption: bucket.AES256, AccessLogTarget: true, ObjectLock: &bucket.ObjectLock{Days: 1}}, "accessLogTarget: does not go with objectLock, S3 delivers access logs to no locked bucket; drop one of them"},
		"log sources alone":   {bucket.Props{AccessLogSources: []string{"Data"}}, "accessLogSources: has no effect without accessLogTarget; set it too\naccessLogSources[0]: \"Data\" is no name of an S3 bucket; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS"},
		"logs to itself":      {bucket.Props{AccessLogs: &bucket.AccessLogs{Bucket: name}}, "accessLogs.bucket: is the bucket itself, whose logs would be logged again without end; use another bucket"},
		"CORS": {bucket.Props{CORS: []bucket.CORSRule{{}, {Origins: []string{"*", "https://a.example.com/"}, Methods: []string{"PATCH"}, MaxAge: time.Millisecond}}},
			`cors[0].origins: are missing; name at least one, such as "https://labels.example.com"
cors[0].methods: are missing; name at least one of GET, HEAD, PUT, POST, DELETE
cors[1].origins[0]: "*" is no origin; write scheme and host with at most one *, such as "https://*.example.com"
cors[1].origins[1]: "https://a.example.com/" is no origin; write scheme and host with at most one *, such as "https://*.example.com"
cors[1].methods[0]: "PATCH" is unknown; use GET, HEAD, PUT, POST or DELETE
cors[1].maxAge: 1ms is no number of whole seconds; use such as 5m`},
		"lock": {bucket.Props{UnversionedBecause: "logs", AllowDestroy: true, DeleteObjectsOnDestroy: true, ObjectLock: &bucket.ObjectLock{Mode: "SOFT"}},
			"objectLock.mode: \"SOFT\" is unknown; use GOVERNANCE or COMPLIANCE\nobjectLock.days: 0 is out of range; use 1 to 36500\n" +
				"objectLock: locks versions, which an unversioned bucket does not keep; remove unversionedBecause\n" +
				"objectLock: does not go with deleteObjectsOnDestroy, locked objects cannot be deleted; drop one of them"},

		"replication": {bucket.Props{UnversionedBecause: "logs", Replication: &bucket.Replication{RoleARN: "copy", PermissionsBoundary: "arn:aws:iam::222222222222:policy/b"}},
			`replication: copies versions, which an unversioned bucket does not keep; remove unversionedBecause
replication.rules: are missing; give at least one
replication.roleARN: "copy" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
replication.permissionsBoundary: is for the role that is made, and roleARN names an existing one; drop one of them`},
		"replication target": {replicate(func(r *bucket.ReplicationRule) { r.BucketARN = "copy" }), `replication.rules[0].bucketARN: "copy" is no ARN of a bucket; write it like arn:aws:s3:::name`},
		"replication loop":   {replicate(func(r *bucket.ReplicationRule) { r.BucketARN = "arn:aws:s3:::" + name }), "replication.rules[0].bucketARN: is the bucket itself; use another bucket"},
		"replication key":    {replicate(func(r *bucket.ReplicationRule) { r.KeyARN = "" }), "replication.rules[0].keyARN: is missing, the copies of objects under a KMS key need one in the target's region; give its ARN"},
		"replication place": {replicate(func(r *bucket.ReplicationRule) { r.Region, r.Account, r.StorageClass = "Oregon", "5", "COLD" }), `replication.rules[0].region: "Oregon" is no AWS region; write it like us-west-2
replication.rules[0].account: "5" is no AWS account id; write its 12 digits as a string
replication.rules[0].storageClass: "COLD" is unknown; use one of ` + order},
		"replication key without KMS": {bucket.Props{Encryption: bucket.AES256, Replication: &bucket.Replication{Rules: []bucket.ReplicationRule{{Name: "all", BucketARN: "arn:aws:s3:::copy", KeyARN: keyARN}}}},
			"replication.rules[0].keyARN: has no effect on objects encrypted with AES256, whose copies get the target's own encryption; remove it"},
	}
	stack := synthtest.Stack(t)
	for title, test := range tests {
		t.Run(title, func(t *testing.T) {
			props := test.props
			props.Name = cmp.Or(props.Name, name)
			_, err := bucket.New(stack, "models", props)
			require.EqualError(t, err, test.want)
		})
	}
}

func TestPolicyFitsTheLimit(t *testing.T) {
	var shares []bucket.Share
	for _, account := range []string{"1", "3", "4", "5", "6", "7", "8", "9"} {
		var accounts []string
		for i := 0; i < 40; i++ {
			accounts = append(accounts, fmt.Sprintf("%s23456789%03d", account, i))
		}
		shares = append(shares, bucket.Share{Accounts: accounts, Write: true})
	}
	_, err := bucket.New(synthtest.Stack(t), "models", bucket.Props{Name: name, Shares: shares})
	require.ErrorContains(t, err, "statements: make a bucket policy of ")
	require.ErrorContains(t, err, " characters, 20480 are allowed; use fewer statements or shares")
}
