package rule_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	_ "github.com/mlplatform/mlplatform/internal/golden" // go test ./... -update reaches every package
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

func TestEmail(t *testing.T) {
	for _, address := range []string{
		"ml-team@example.com", "on.call+x@example.com", "a@b.co", "o'neil@x-y.example", strings.Repeat("a", 64) + "@example.com",
	} {
		require.NoError(t, rule.Email(address), address)
	}
	for _, address := range []string{
		"", "a", "a@b", "a@@b.co", "a b@c.de", `"a b"@c.de`, "a@[1.2.3.4]", "a@1.2.3.4", "<a@b.cd>", "a@b.cd,e@f.gh", ".a@b.cd", "a..b@c.de", "a@b..co", "a@-b.cd",
		"a@b.cd\n", "é@example.com", strings.Repeat("a", 65) + "@example.com", "a@" + strings.Repeat("a.", 130) + "com",
	} {
		require.Error(t, rule.Email(address), address)
	}
}

func TestARNs(t *testing.T) {
	const id = "01234567-89ab-4def-8123-456789abcdef"
	for text, check := range map[string]func(string) (rule.ARN, error){
		"arn:aws:iam::222222222222:role/a": rule.RoleARN, "arn:aws-cn:iam::222222222222:role/team/ml/platform-admin": rule.RoleARN,
		"arn:aws:iam::222222222222:role/" + strings.Repeat("a", 64):                       rule.RoleARN,
		"arn:aws:codeconnections:us-west-2:222222222222:connection/" + id:                 rule.ConnectionARN,
		"arn:aws-us-gov:codestar-connections:us-gov-west-1:222222222222:connection/" + id: rule.ConnectionARN,
		"arn:aws:sns:us-west-2:222222222222:delivery":                                     rule.TopicARN,
		"arn:aws:kms:us-west-2:222222222222:key/" + id:                                    rule.KeyARN,
		"arn:aws:kms:us-west-2:222222222222:key/mrk-" + strings.Repeat("0a", 16):          rule.KeyARN,
	} {
		_, err := check(text)
		require.NoError(t, err, text)
	}
	for text, check := range map[string]func(string) (rule.ARN, error){
		"": rule.RoleARN, "role/a": rule.RoleARN, "arn:aws:iam::222222222222:role//x": rule.RoleARN, "arn:aws:iam::222222222222:role/a/": rule.RoleARN,
		"arn:aws:iam::222222222222:role/" + strings.Repeat("a", 65):                            rule.RoleARN,
		"arn:aws:iam::222222222222:role/" + strings.Repeat("a/", 300) + "b":                    rule.RoleARN,
		"arn:aws:iam::222222222222:role/platformarn:aws:iam::222222222222:role/admin":          rule.RoleARN,
		"arn:aws:iam:us-west-2:222222222222:role/a":                                            rule.RoleARN,
		"arn:aws:iam::22222222222:role/a":                                                      rule.RoleARN,
		"arn:aws:codeconnections:us-west-2:222222222222:connection/" + strings.Repeat("-", 36): rule.ConnectionARN,
		"arn:aws:codeconnections:mars-1:222222222222:connection/" + id:                         rule.ConnectionARN,
		"arn:aws-cn:codeconnections:us-west-2:222222222222:connection/" + id:                   rule.ConnectionARN,
		"arn:aws:sns:us-west-2:222222222222:delivery.fifo":                                     rule.TopicARN,
		"arn:aws:sns::222222222222:delivery":                                                   rule.TopicARN,
		"arn:aws:kms:us-west-2:222222222222:alias/a":                                           rule.KeyARN,
		"arn:aws:kms:us-west-2:222222222222:key/-":                                             rule.KeyARN,
	} {
		_, err := check(text)
		require.Error(t, err, text)
	}
}

func TestPublicRanges(t *testing.T) {
	var problems problem.List
	rule.PublicRanges(&problems, "ranges", []string{"203.0.113.0/24", "198.51.100.7/32", "8.0.0.0/8"}, false)
	rule.PublicRanges(&problems, "ranges", []string{"0.0.0.0/0", "128.0.0.0/1"}, true)
	require.NoError(t, problems.Err())
	rule.PublicRanges(&problems, "anywhere", []string{"224.0.0.0/4", "10.1.0.0/16"}, true)
	require.EqualError(t, problems.Err(), `anywhere[0]: 224.0.0.0/4 is multicast or reserved, from which nobody comes; remove it
anywhere[1]: 10.1.0.0/16 is private address space, which never arrives at a public endpoint; remove it: the VPC reaches the private endpoint anyway`)
}

func TestZone(t *testing.T) {
	require.NoError(t, rule.Zone("us-west-2", "us-west-2d"))
	require.NoError(t, rule.Zone("us-west-1", "us-west-1a"), "some accounts see it")
	require.NoError(t, rule.Zone("us-north-9", "us-north-9a"), "a region that is newer than the table")
	require.EqualError(t, rule.Zone("us-west-2", "us-west-2e"), `"us-west-2e" is no zone of us-west-2; use us-west-2a, us-west-2b, us-west-2c or us-west-2d`)
}
