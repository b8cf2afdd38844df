package changes

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/golden"
)

// side is an output with these stacks, given as what is in their files.
func side(t testing.TB, stacks map[string]string) synthesised {
	t.Helper()
	made := synthesised{stacks: map[string]stack{}}
	for name, text := range stacks {
		root, err := readStack([]byte(text), strings.NewReplacer())
		require.NoError(t, err, name)
		made.stacks[name] = newStack(root)
	}
	made.sort([]string{"operations", "dev", "prod"})
	return made
}

func reportOf(t testing.TB, before, after map[string]string) *Report {
	t.Helper()
	return &Report{
		Base:   Side{Ref: "main", Commit: "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b"},
		Stacks: compare(side(t, before), side(t, after)),
	}
}

// resources is a stack with nothing but these.
func resources(text string) string { return `{"resource": ` + text + `}` }

func TestMarkdown(t *testing.T) {
	hostile := "a`b``@octocat\\n\\n</details><script>|\\u202e"
	for _, each := range []struct {
		name          string
		before, after map[string]string
	}{
		{
			"nothing",
			map[string]string{"dev": `{"//": {"version": 1}, "resource": {"aws_vpc": {"a": {"//": {"path": "x"}, "cidr_block": "10.0.0.0/16"}}}}`},
			map[string]string{"dev": `{"//": {"version": 2}, "resource": {"aws_vpc": {"a": {"//": {"path": "y"}, "cidr_block": "10.0.0.0/16"}}}}`},
		},
		{
			"order-of-sections",
			map[string]string{"dev": `{
				"terraform": {"required_version": ">= 1.11.0", "required_providers": {"aws": {"version": "5.99.1"}}},
				"provider": {"aws": [{"region": "us-west-2", "default_tags": [{"tags": {"Owner": "a"}}]}]},
				"data": {"aws_caller_identity": {"me": {}}},
				"output": {"bucket": {"value": "a"}, "gone": {"value": "x"}},
				"resource": {
					"aws_iam_role": {"jobs": {"name": "jobs", "assume_role_policy": "{\"Statement\":[{\"Sid\":\"Trust\",\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"sagemaker.amazonaws.com\"}}]}"}},
					"aws_security_group": {"jobs": {"name": "jobs", "description": "Jobs", "egress": [{"cidr_blocks": ["10.0.0.0/8"], "from_port": 443}]}},
					"aws_kms_key": {"data": {"deletion_window_in_days": 30, "policy": "{\"Statement\":[{\"Action\":\"kms:*\",\"Principal\":{\"AWS\":\"a\"}}]}"}},
					"aws_s3_bucket": {"data": {"bucket": "data", "lifecycle": {"prevent_destroy": true}}, "old": {"bucket": "old", "lifecycle": {"prevent_destroy": true}}},
					"aws_ecr_repository": {"app": {"name": "app"}},
					"aws_sagemaker_pipeline": {"training": {"pipeline_name": "t", "pipeline_definition": "{\"Steps\":[{\"Name\":\"Train\",\"Arguments\":{\"Image\":\"a\"}}]}"}}
				}}`},
			map[string]string{"dev": `{
				"terraform": {"required_version": ">= 1.12.0", "required_providers": {"aws": {"version": "5.100.0"}}},
				"provider": {"aws": [{"region": "us-west-2", "default_tags": [{"tags": {"Owner": "b"}}]}]},
				"output": {"bucket": {"value": "b"}, "new": {"value": "x"}},
				"resource": {
					"aws_iam_role": {"jobs": {"name": "jobs", "permissions_boundary": "b", "assume_role_policy": "{\"Statement\":[{\"Sid\":\"Trust\",\"Effect\":\"Allow\",\"Action\":[\"sts:AssumeRole\",\"sts:TagSession\"],\"Principal\":{\"Service\":\"sagemaker.amazonaws.com\"}}]}"}},
					"aws_iam_role_policy": {"jobs": {"name": "jobs", "role": "jobs", "policy": "{\"Statement\":[{\"Sid\":\"Read\",\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}"}},
					"aws_security_group": {"jobs": {"name": "jobs", "description": "Jobs", "egress": [{"cidr_blocks": ["0.0.0.0/0"], "from_port": 443}]}},
					"aws_kms_key": {"data": {"deletion_window_in_days": 7, "policy": "{\"Statement\":[{\"Action\":\"kms:*\",\"Principal\":{\"AWS\":\"a\"}}]}"}},
					"aws_s3_bucket": {"data": {"bucket": "data", "force_destroy": true}},
					"aws_ecr_repository": {"app": {"name": "application"}},
					"aws_sagemaker_pipeline": {"training": {"pipeline_name": "t", "pipeline_definition": "{\"Steps\":[{\"Name\":\"Train\",\"Arguments\":{\"Image\":\"b\"}}]}"}},
					"aws_cloudwatch_dashboard": {"d": {"dashboard_name": "d"}}
				}}`},
		},
		{
			"replaced-with-all-that-follows",
			map[string]string{"dev": resources(`{
				"aws_vpc": {"v": {"cidr_block": "10.0.0.0/16", "instance_tenancy": "default", "lifecycle": {"prevent_destroy": true}}},
				"aws_subnet": {"s": {"vpc_id": "${aws_vpc.v.id}", "cidr_block": "10.0.0.0/24"}, "elsewhere": {"vpc_id": "vpc-1", "cidr_block": "${aws_vpc.v.cidr_block}"}},
				"aws_eks_node_group": {"n": {"subnet_ids": ["${aws_subnet.s.id}"], "cluster_name": "c"}},
				"aws_instance": {"i": {"subnet_id": "${aws_subnet.s.id}"}},
				"aws_route_table": {"r": {"vpc_id": "${aws_vpc.v.id}"}},
				"aws_ecr_lifecycle_policy": {"l": {"repository": "${aws_vpc.v.instance_tenancy}"}}}`)},
			map[string]string{"dev": resources(`{
				"aws_vpc": {"v": {"cidr_block": "10.1.0.0/16", "instance_tenancy": "default", "lifecycle": {"prevent_destroy": true}}},
				"aws_subnet": {"s": {"vpc_id": "${aws_vpc.v.id}", "cidr_block": "10.0.0.0/24"}, "elsewhere": {"vpc_id": "vpc-1", "cidr_block": "${aws_vpc.v.cidr_block}"}},
				"aws_eks_node_group": {"n": {"subnet_ids": ["${aws_subnet.s.id}"], "cluster_name": "c"}},
				"aws_instance": {"i": {"subnet_id": "${aws_subnet.s.id}"}},
				"aws_route_table": {"r": {"vpc_id": "${aws_vpc.v.id}"}},
				"aws_ecr_lifecycle_policy": {"l": {"repository": "${aws_vpc.v.instance_tenancy}"}}}`)},
		},
		{
			"renamed-construct",
			map[string]string{"dev": resources(`{
				"aws_kms_key": {"data_key_AAAA": {"enable_key_rotation": true}},
				"aws_s3_bucket": {"data_bucket_AAAA": {"bucket": "data", "depends_on": ["aws_kms_key.data_key_AAAA"]}},
				"aws_s3_bucket_versioning": {"data_versioning_AAAA": {"bucket": "${aws_s3_bucket.data_bucket_AAAA.id}"}},
				"aws_iam_role_policy": {"reader": {"policy": "{\"Statement\":[{\"Resource\":\"${aws_s3_bucket.data_bucket_AAAA.arn}/*\"}]}"}},
				"aws_sqs_queue": {"one": {}, "two": {}},
				"aws_sns_topic": {"data_topic-a_AAAAAAAA": {}, "data_topic-b_AAAAAAAA": {}}}`)},
			map[string]string{"dev": resources(`{
				"aws_kms_key": {"lake_key_BBBB": {"enable_key_rotation": true}},
				"aws_s3_bucket": {"lake_bucket_BBBB": {"bucket": "data", "depends_on": ["aws_kms_key.lake_key_BBBB"]}},
				"aws_s3_bucket_versioning": {"lake_versioning_BBBB": {"bucket": "${aws_s3_bucket.lake_bucket_BBBB.id}"}},
				"aws_iam_role_policy": {"reader": {"policy": "{\"Statement\":[{\"Resource\":\"${aws_s3_bucket.lake_bucket_BBBB.arn}/*\"}]}"}},
				"aws_sqs_queue": {"three": {}, "four": {}},
				"aws_sns_topic": {"lake_topic-b_BBBBBBBB": {}, "lake_topic-a_BBBBBBBB": {}}}`)},
		},
		{
			"not-renamed-but-another", // what refers to it is another too, though it reads the same
			map[string]string{"dev": resources(`{"aws_sqs_queue": {"a": {"name": "a"}}, "aws_sqs_queue_policy": {"a": {"queue_url": "${aws_sqs_queue.a.id}"}}}`)},
			map[string]string{"dev": resources(`{"aws_sqs_queue": {"b": {"name": "b"}}, "aws_sqs_queue_policy": {"b": {"queue_url": "${aws_sqs_queue.b.id}"}}}`)},
		},
		{
			"moved-imported-forgotten",
			map[string]string{"dev": resources(`{"aws_s3_bucket": {"a": {"bucket": "a"}, "kept": {"bucket": "kept"}}}`)},
			map[string]string{"dev": `{"resource": {"aws_s3_bucket": {"b": {"bucket": "a", "tags": {"k": "v"}}, "there": {"bucket": "there"}}},
				"moved": [{"from": "aws_s3_bucket.a", "to": "aws_s3_bucket.b"}, {"from": "aws_s3_bucket.ages", "to": "aws_s3_bucket.ago"}],
				"import": [{"to": "aws_s3_bucket.there", "id": "there"}],
				"removed": [{"from": "aws_s3_bucket.kept", "lifecycle": {"destroy": false}}]}`},
		},
		{
			"new-and-removed-stacks",
			map[string]string{"operations": resources(`{"aws_ecr_repository": {"a": {}}}`), "qa": resources(`{"aws_s3_bucket": {"a": {}}, "aws_vpc": {"a": {}}}`), "old": resources(`{"aws_vpc": {"a": {}}}`)},
			map[string]string{"operations": resources(`{"aws_ecr_repository": {"a": {}, "b": {}}}`), "dev": resources(`{"aws_s3_bucket": {"a": {}}, "aws_iam_role": {"a": {}}, "aws_vpc": {"a": {}}}`)},
		},
		{
			"backend",
			map[string]string{"dev": `{"terraform": {"backend": {"s3": {"bucket": "a", "key": "dev"}}}}`, "prod": `{"terraform": {"backend": {"s3": {"bucket": "a", "key": "prod", "dynamodb_table": "locks"}}}}`},
			map[string]string{"dev": `{"terraform": {"backend": {"s3": {"bucket": "b", "key": "dev"}}}}`, "prod": `{"terraform": {"backend": {"s3": {"bucket": "a", "key": "prod", "use_lockfile": true}}}}`},
		},
		{
			"hostile-names",
			map[string]string{"dev|" + "`x`": resources(`{"aws_s3_bucket": {"` + hostile + `": {"bucket": "` + hostile + `"}}}`)},
			map[string]string{"dev|" + "`x`": resources(`{"aws_s3_bucket": {"` + hostile + `": {"bucket": "x", "` + hostile + `": "</details> @octocat"}}}`), "@octocat</details>": resources(`{"aws_s3_bucket": {"` + hostile + `": {}}}`)},
		},
		{
			"secrets",
			map[string]string{"dev": `{"output": {"s": {"sensitive": true, "value": "hush"}}, "resource": {"aws_db_instance": {"a": {"password": "hush", "settings": {"auth": [{"token": "hush", "n": 1}]}}}}}`},
			map[string]string{"dev": `{"output": {"s": {"sensitive": true, "value": "hush2"}}, "resource": {"aws_db_instance": {"a": {"password": "hush2", "settings": {"auth": [{"token": "hush", "n": 1}, {"token": "hush2", "n": 2}]}}}}}`},
		},
		{
			"long-values",
			map[string]string{"dev": resources(`{"aws_x": {"a": {"text": "` + strings.Repeat("same ", 30) + `one` + strings.Repeat(" same", 30) + `"}}}`)},
			map[string]string{"dev": resources(`{"aws_x": {"a": {"text": "` + strings.Repeat("same ", 30) + `two` + strings.Repeat(" same", 30) + `", "more": "` + strings.Repeat("word ", 100) + `"}}}`)},
		},
	} {
		t.Run(each.name, func(t *testing.T) {
			got := reportOf(t, each.before, each.after).Markdown(CommentLimit)
			golden.Assert(t, filepath.Join("testdata", "markdown", each.name+".md"), []byte(got))
			require.NotContains(t, got, "hush")
		})
	}
}

// TestMarkdownFits: however long the page would be, it fits, is whole Markdown, and says what is missing.
func TestMarkdownFits(t *testing.T) {
	stack := func(value string) string {
		var out strings.Builder
		out.WriteString(`{"resource": {"aws_x": {`)
		for i := range 400 {
			fmt.Fprintf(&out, `"r%d": {"a": "%s", "b": "%s", "c": "%s", "d": "%s", "e": "%s", "f": "%s"},`, i, value, value, value, value, value, value)
		}
		out.WriteString(`"last": {}}, "aws_s3_bucket": {`)
		for i := range 200 {
			fmt.Fprintf(&out, `"b%d": {"bucket": "%s%d"},`, i, value, i)
		}
		out.WriteString(`"last": {}}, "aws_iam_role": {"role": {"name": "` + value + `"}}}}`)
		return out.String()
	}
	report := reportOf(t,
		map[string]string{"dev": stack("one"), "prod": stack("one")},
		map[string]string{"dev": stack("two"), "prod": stack("two"), "operations": stack("two")})
	all := report.Markdown(0)
	require.Greater(t, len(all), 4*CommentLimit)
	require.NotContains(t, all, "hortened")
	for _, limit := range []int{2_000, 5_000, 20_000, CommentLimit, 200_000} {
		got := report.Markdown(limit)
		require.LessOrEqual(t, len(got), limit)
		require.Greater(t, len(got), limit/4, "%d: much is left out that would fit", limit)
		require.Equal(t, strings.Count(got, "<details>"), strings.Count(got, "</details>"))
		require.Contains(t, got, "| `prod` | changed |", "%d", limit)
		require.True(t, strings.HasSuffix(got, "All of it: `go run . diff --base 1a2b3c4 --max-length 0`_\n"), "%d", limit)
		if limit < 200_000 {
			require.Contains(t, got, "### `prod`\n", "%d", limit)
			require.Regexp(t, `more (lines|entries)`, got)
		}
		if limit >= 20_000 {
			require.Equal(t, 2, strings.Count(got, "**probably replaced** `aws_iam_role.role`"), "%d", limit)
		}
		for _, line := range strings.Split(got, "\n") {
			require.Zero(t, strings.Count(line, "`")%2, "a code span is open: %s", line)
		}
	}
	t.Run("a little too long", func(t *testing.T) {
		got := report.Markdown(len(all) - 1)
		require.Contains(t, got, "  - and 1 more\n")
		require.Contains(t, got, "\n_Shortened to the ")
	})
	t.Run("of two commits", func(t *testing.T) {
		report.Head = Side{Ref: "feature", Commit: strings.Repeat("b", 40)}
		require.Contains(t, report.Markdown(CommentLimit), "`go run . diff --base 1a2b3c4 --head bbbbbbb --max-length 0`")
	})
}
