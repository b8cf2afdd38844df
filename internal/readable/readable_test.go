package readable_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/readable"
)

func TestJSON(t *testing.T) {
	got, err := readable.JSON([]byte(`{
		"//": {"metadata": {"version": "0.21.0"}},
		"resource": {"aws_iam_policy": {"p": {
			"//": {"metadata": {"path": "a/b"}},
			"policy": "{\"Statement\":[{\"Action\":\"s3:GetObject\",\"Resource\":\"<a>&b\"}]}",
			"list": "[\"a\",\"b\"]", "text": "{no json", "expression": "${aws_s3_bucket.b.arn}", "number": 12345678901234567890
		}}}}`))
	require.NoError(t, err)
	require.Equal(t, `{
  "resource": {
    "aws_iam_policy": {
      "p": {
        "expression": "${aws_s3_bucket.b.arn}",
        "list": {
          "json": [
            "a",
            "b"
          ]
        },
        "number": 12345678901234567890,
        "policy": {
          "json": {
            "Statement": [
              {
                "Action": "s3:GetObject",
                "Resource": "<a>&b"
              }
            ]
          }
        },
        "text": "{no json"
      }
    }
  }
}
`, string(got))
	back, err := readable.Terraform(got)
	require.NoError(t, err)
	require.Equal(t, `{"resource":{"aws_iam_policy":{"p":{"expression":"${aws_s3_bucket.b.arn}","list":"[\"a\",\"b\"]","number":12345678901234567890,`+
		`"policy":"{\"Statement\":[{\"Action\":\"s3:GetObject\",\"Resource\":\"<a>&b\"}]}","text":"{no json"}}}}`, string(back))

	block := `{"batch_transform_input":{"dataset_format":{"json":{"line":true}}}}`
	back, err = readable.Terraform([]byte(block))
	require.NoError(t, err)
	require.Equal(t, block, string(back))

	_, err = readable.JSON([]byte(`{`))
	require.Error(t, err)
	_, err = readable.Terraform([]byte(`{`))
	require.Error(t, err)
}
