package rule_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

func TestTags(t *testing.T) {
	var problems problem.List
	rule.Tags(&problems, "tags", map[string]string{
		"Team": "größe 1/2", "empty": "", "known": "${aws_s3_bucket.made.arn}",
		"AWS:x": "1", "a;b": "1", "list": "a,b", "long": strings.Repeat("x", 257),
	})
	require.EqualError(t, problems.Err(), `tags["AWS:x"]: "AWS:x" begins with aws:, which AWS keeps for itself; choose another key
tags["a;b"]: "a;b" is no key of a tag; use 1 to 128 letters, digits, spaces and _.:/=+-@
tags["list"]: "a,b" is no value of a tag; use up to 256 letters, digits, spaces and _.:/=+-@
tags["long"]: "`+strings.Repeat("x", 257)+`" is no value of a tag; use up to 256 letters, digits, spaces and _.:/=+-@`)
}

func TestInstanceClass(t *testing.T) {
	for _, class := range []string{"db.t4g.micro", "db.t3.2xlarge", "db.m7g.large", "db.r6id.32xlarge", "db.x2iedn.24xlarge", "db.r5b.8xlarge.tpc2.mem3x", "db.z9z.16xlarge"} {
		require.True(t, rule.InstanceClass(class), class)
	}
	for _, class := range []string{"", "t4g.small", "db.serverless", "db.t4g", "db.t4g.mediun", "db.t4g.4xlarge", "db.m7g.xxlarge", "db.m7g.0xlarge", "db.M7g.large"} {
		require.False(t, rule.InstanceClass(class), class)
	}
}
