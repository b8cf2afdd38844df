package awsfacts_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

// The examples of https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html and the edges of its rules.
func TestBucketNames(t *testing.T) {
	for name, want := range map[string]struct {
		made   string // what is wrong with a bucket to be made
		exists bool
	}{
		"amzn-s3-bucket-a1b2c3d4":  {"", true},
		"aaa":                      {"", true},
		"example.com":              {"is no name of an S3 bucket", true},
		"my-s3-bucket-.example":    {"is no name of an S3 bucket", true},
		"amzn_s3_demo_bucket":      {"is no name of an S3 bucket", false},
		"AmznS3DemoBucket":         {"is no name of an S3 bucket", false},
		"amzn-s3-bucket-":          {"is no name of an S3 bucket", false},
		"-amzn-s3-bucket":          {"is no name of an S3 bucket", false},
		"aa":                       {"is no name of an S3 bucket", false},
		"":                         {"is no name of an S3 bucket", false},
		strings.Repeat("a", 63):    {"", true},
		strings.Repeat("a", 64):    {"is no name of an S3 bucket", false},
		"xn--wine":                 {"begins with xn--, which S3 keeps for itself", true},
		"sthree-wine":              {"begins with sthree-, which S3 keeps for itself", true},
		"amzn-s3-demo-wine":        {"begins with amzn-s3-demo-, which S3 keeps for itself", true},
		"wine-s3alias":             {"ends with -s3alias, which S3 keeps for itself", true},
		"wine--use1-az4--x-s3":     {"ends with --x-s3, which S3 keeps for itself", true},
		"wine--ol-s3":              {"ends with --ol-s3, which S3 keeps for itself", true},
		"wine--table-s3":           {"ends with --table-s3, which S3 keeps for itself", true},
		"wine-s3aliases-in-a-name": {"", true},
	} {
		wrong, fix := awsfacts.NewBucketName(name)
		require.Equal(t, want.made, wrong, name)
		require.Equal(t, wrong == "", fix == "", name)
		require.Equal(t, want.exists, awsfacts.IsBucketName(name), name)
	}
}
