package ecr_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/ecr"
)

func TestParseRegistry(t *testing.T) {
	for host, want := range map[string]arn.Scope{
		"111111111111.dkr.ecr.us-west-2.amazonaws.com":                    {Partition: "aws", Region: "us-west-2", Account: "111111111111"},
		"111111111111.dkr.ecr-fips.us-east-1.amazonaws.com":               {Partition: "aws", Region: "us-east-1", Account: "111111111111"},
		"111111111111.dkr-ecr.eu-west-1.on.aws":                           {Partition: "aws", Region: "eu-west-1", Account: "111111111111"},
		"111111111111.dkr-ecr-fips.us-east-2.on.aws":                      {Partition: "aws", Region: "us-east-2", Account: "111111111111"},
		"111111111111.dkr.ecr.us-gov-west-1.amazonaws.com":                {Partition: "aws-us-gov", Region: "us-gov-west-1", Account: "111111111111"},
		"111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn":                {Partition: "aws-cn", Region: "cn-north-1", Account: "111111111111"},
		"111111111111.dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn": {Partition: "aws-cn", Region: "cn-northwest-1", Account: "111111111111"},
	} {
		got, ok := ecr.ParseRegistry(host)
		require.True(t, ok, host)
		require.Equal(t, want, got)
		if strings.Contains(host, ".dkr.ecr.") {
			require.Equal(t, host, got.Registry(), "the two directions agree")
		}
	}
	for _, host := range []string{
		"", "docker.io", "public.ecr.aws",
		"1111.dkr.ecr.us-west-2.amazonaws.com",
		"111111111111.dkr.ecr.us-west-2.amazonaws.com.cn",
		"111111111111.dkr.ecr.cn-north-1.amazonaws.com",
		"111111111111.dkr.ecr.us-west-2.on.aws",
		"111111111111.dkr-ecr.us-west-2.amazonaws.com",
		"111111111111.dkr.ecr.west.amazonaws.com",
		"111111111111.dkr.ecr.us-west-2.amazonaws.com.example.com",
		"111111111111.dkr.ecr.us-west-2.amazonaws.com:443",
	} {
		_, ok := ecr.ParseRegistry(host)
		require.False(t, ok, host)
	}
}

func TestParseImage(t *testing.T) {
	const host = "111111111111.dkr.ecr.us-west-2.amazonaws.com"
	digest := "sha256:" + strings.Repeat("0f", 32)
	for _, test := range []struct {
		rest, repository, tag, digest string
		literal                       bool
	}{
		{"train", "train", "", "", true},
		{"wine/train:1.0", "wine/train", "1.0", "", true},
		{"train@" + digest, "train", "", digest, true},
		{"train:1.0@" + digest, "train", "1.0", digest, true},
		{"Train:1", "Train", "1", "", false},
		{"train:-1", "train", "-1", "", false},
		{"train@sha256:12", "train", "", "sha256:12", false},
		{"train:${TfToken[TOKEN.1]}", "train", "${TfToken[TOKEN.1]}", "", false},
	} {
		got, ok := ecr.ParseImage(host + "/" + test.rest)
		require.True(t, ok, test.rest)
		require.Equal(t, ecr.Image{
			Registry: arn.Scope{Partition: "aws", Region: "us-west-2", Account: "111111111111"}, Host: host,
			Repository: test.repository, Tag: test.tag, Digest: test.digest,
		}, got)
		require.Equal(t, test.literal, got.Literal(), test.rest)
		require.Equal(t, "arn:aws:ecr:us-west-2:111111111111:repository/"+test.repository, got.RepositoryARN())
	}
	for _, address := range []string{"", host, host + "/", host + "/:1", "python:3.12", "docker.io/library/python:3.12"} {
		_, ok := ecr.ParseImage(address)
		require.False(t, ok, address)
	}
}
