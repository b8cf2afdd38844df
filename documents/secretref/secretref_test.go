package secretref_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

const (
	secret    = "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine/prefect-a1b2c3"
	managed   = "arn:aws:secretsmanager:us-west-2:222222222222:secret:rds!db-11111111-2222-3333-4444-555555555555-a1b2c3"
	parameter = "arn:aws:ssm:us-west-2:222222222222:parameter/wine/prefect-url"
	key       = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
)

func TestValidate(t *testing.T) {
	tests := map[string]struct {
		ref  secretref.Ref
		want string
	}{
		"secret":         {secretref.Ref{ARN: secret, JSONKey: "key", KeyARN: key}, ""},
		"of RDS":         {secretref.Ref{ARN: managed, JSONKey: "password"}, ""},
		"parameter":      {secretref.Ref{ARN: parameter}, ""},
		"token":          {secretref.Ref{ARN: "${aws_secretsmanager_secret.a.arn}", JSONKey: "password"}, ""},
		"without suffix": {secretref.Ref{ARN: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine"}, `arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine" does not end in the name and the six characters that Secrets Manager adds to it; copy the whole ARN`},
		"the value":      {secretref.Ref{ARN: "hunter2"}, `arn: is no ARN of a secret or a parameter; write it like arn:aws:secretsmanager:us-west-2:123456789012:secret:name-a1b2c3, never the value itself`},
		"key of parameter": {secretref.Ref{ARN: parameter, JSONKey: "a"},
			`jsonKey: "a" picks from a secret, and arn:aws:ssm:us-west-2:222222222222:parameter/wine/prefect-url is a parameter, which is read as a whole; remove it`},
		"key elsewhere": {secretref.Ref{ARN: secret, KeyARN: "arn:aws:kms:us-east-1:222222222222:key/11111111-2222-3333-4444-555555555555"},
			`keyARN: "arn:aws:kms:us-east-1:222222222222:key/11111111-2222-3333-4444-555555555555" is in us-east-1, and what uses it is in us-west-2; use one of that region`},
		"key": {secretref.Ref{ARN: secret, JSONKey: "a:b", KeyARN: "alias/x"},
			"jsonKey: \"a:b\" is no key; use 1 to 128 letters, digits and _ . -\nkeyARN: \"alias/x\" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := test.ref.Validate()
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.want)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestValueFrom(t *testing.T) {
	require.Equal(t, secret, secretref.Ref{ARN: secret}.ValueFrom())
	require.Equal(t, managed+":password::", secretref.Ref{ARN: managed, JSONKey: "password"}.ValueFrom())
}

func TestRead(t *testing.T) {
	scope := arn.Scope{Region: "us-west-2", Account: "222222222222"}
	require.Empty(t, secretref.Read(scope))
	statements := secretref.Read(scope,
		secretref.Ref{ARN: managed, JSONKey: "username"}, secretref.Ref{ARN: managed, JSONKey: "password"},
		secretref.Ref{ARN: secret, KeyARN: key}, secretref.Ref{ARN: parameter, KeyARN: key})
	iamcheck.Statements(t, statements...)
	require.Equal(t, []policy.Statement{
		{Actions: []string{"secretsmanager:GetSecretValue"}, Resources: []string{managed, secret}},
		policy.UseKey(false, "secretsmanager.us-west-2.amazonaws.com", key),
		{Actions: []string{"ssm:GetParameters"}, Resources: []string{parameter}},
		policy.UseKey(false, "ssm.us-west-2.amazonaws.com", key),
	}, statements)
}

func ExampleRef_ValueFrom() {
	ref := secretref.Ref{ARN: "arn:aws:secretsmanager:us-west-2:222222222222:secret:prefect-a1b2c3", JSONKey: "apiKey"}
	fmt.Println(ref.ValueFrom())
	// Output: arn:aws:secretsmanager:us-west-2:222222222222:secret:prefect-a1b2c3:apiKey::
}
