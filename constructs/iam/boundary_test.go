package iam_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestBoundary(t *testing.T) {
	stack := synthtest.Stack(t)
	document := policy.New(policy.Statement{Actions: []string{"s3:*"}, Resources: []string{"*"}})
	made, err := iam.NewBoundary(stack, "boundary", "wine-dev", document)
	require.NoError(t, err)
	require.Contains(t, made.ARN(), "${TfToken[")
	template := synthtest.Synth(t, stack)
	require.Equal(t, map[string]any{
		"name": "wine-dev-boundary", "description": "Permissions boundary of every role of wine-dev",
		"policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`,
	}, template.One("aws_iam_policy"))

	_, err = iam.NewBoundary(stack, "empty", "wine-dev", policy.New())
	require.EqualError(t, err, "statements: are missing; a policy document needs at least one")
	document.Statements[0].Resources = []string{"arn:aws:s3:::" + strings.Repeat("a", policy.MaxManaged)}
	_, err = iam.NewBoundary(stack, "long", "wine-dev", document)
	require.EqualError(t, err, "boundary: has 6244 characters, 6144 are allowed; use fewer statements")
}
