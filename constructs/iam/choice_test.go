package iam_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/iam"
)

func TestRoleChoice(t *testing.T) {
	const role, boundary = "arn:aws:iam::222222222222:role/train", "arn:aws:iam::222222222222:policy/boundary"
	tests := map[string]struct {
		choice iam.RoleChoice
		want   string
	}{
		"nothing":        {iam.RoleChoice{}, ""},
		"made":           {iam.RoleChoice{Name: "wine-train", PermissionsBoundary: boundary}, ""},
		"existing":       {iam.RoleChoice{ARN: role}, ""},
		"existing token": {iam.RoleChoice{ARN: "${aws_iam_role.train.arn}"}, ""},
		"bad name":       {iam.RoleChoice{Name: "a b"}, `roleName: "a b" is no role name; use 1 to 64 letters, digits and +=,.@_-`},
		"bad boundary":   {iam.RoleChoice{PermissionsBoundary: role}, `permissionsBoundary: "` + role + `" is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name`},
		"bad ARN":        {iam.RoleChoice{ARN: "train"}, `roleARN: "train" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name`},
		"both": {iam.RoleChoice{ARN: role, Name: "train", PermissionsBoundary: boundary},
			"roleName: \"train\" names a role to make, but roleARN gives an existing one; keep one of them\n" +
				"permissionsBoundary: limits a role to make, but roleARN gives an existing one; keep one of them"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := test.choice.Validate()
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.want)
		})
	}
}

func TestRoleChoiceName(t *testing.T) {
	require.Equal(t, "chosen", iam.RoleChoice{Name: "chosen"}.NameFor("wine-dev", "-mlflow"))
	require.Equal(t, "wine-dev-mlflow", iam.RoleChoice{}.NameFor("wine-dev", "-mlflow"))
	long := iam.RoleChoice{}.NameFor(strings.Repeat("a", 60), "-mlflow")
	require.Len(t, long, 64)
	require.NotEqual(t, long, iam.RoleChoice{}.NameFor(strings.Repeat("a", 61), "-mlflow"))
}
