package kms_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/kms"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

var scope = arn.Scope{Region: synthtest.Region, Account: synthtest.Account}

func TestKey(t *testing.T) {
	stack := synthtest.Stack(t)
	key, err := kms.NewKey(stack, "logs", kms.KeyProps{
		Alias: "wine-dev-logs", Description: "Log groups of wine-dev",
		Statements: []policy.Statement{kms.AllowLogs(scope, "/wine/dev/")},
	})
	require.NoError(t, err)
	require.Equal(t, "alias/wine-dev-logs", key.Alias())
	template := synthtest.Synth(t, stack)
	template.Golden("key")
}

func TestKeyThatMayGo(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := kms.NewKey(stack, "logs", kms.KeyProps{Alias: "wine-dev-logs", Description: "Log groups of wine-dev", AllowDestroy: true})
	require.NoError(t, err)
	require.NotContains(t, synthtest.Synth(t, stack).One("aws_kms_key"), "lifecycle")
}

func TestKeyThatSigns(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := kms.NewKey(stack, "images", kms.KeyProps{Alias: "wine-images", Description: "Signs images", Signs: true})
	require.NoError(t, err)
	synthtest.Synth(t, stack).Golden("signs")
	_, err = kms.NewKey(stack, "other", kms.KeyProps{Alias: "wine-images", Description: "Signs images", Signs: true, RotationPeriodDays: 365})
	require.EqualError(t, err, "rotationPeriodDays: has no meaning for a key that signs, which AWS does not rotate; remove it")
}

func TestProblems(t *testing.T) {
	_, err := kms.NewKey(synthtest.Stack(t), "key", kms.KeyProps{
		Alias: "aws/s3", DeletionWindowDays: 3, RotationPeriodDays: 5,
	})
	require.EqualError(t, err, "alias: \"aws/s3\" is no alias; use letters, digits, / _ and -, without the prefix alias/ and not beginning with aws/\n"+
		"description: has 0 characters, 1 to 8,192 are allowed; say what the key protects\n"+
		"deletionWindowDays: 3 is out of range; use 7 to 30\n"+
		"rotationPeriodDays: 5 is out of range; use 90 to 2560")
}

func TestAliasWithPrefix(t *testing.T) {
	_, err := kms.NewKey(synthtest.Stack(t), "key", kms.KeyProps{Alias: "alias/wine", Description: "Models"})
	require.EqualError(t, err, `alias: "alias/wine" is no alias; use letters, digits, / _ and -, without the prefix alias/ and not beginning with aws/`)
}

func ExampleNewKey() {
	example := func(stack synthtest.ExampleStack) error {
		key, err := kms.NewKey(stack, "models", kms.KeyProps{
			Alias: "wine-dev-models", Description: "Models of wine-dev",
		})
		if err != nil {
			return err
		}
		_ = key.ARN() // hand it to a bucket, a repository, a cluster
		return nil
	}
	synthtest.PrintCounts(example)
	// Output:
	// aws_kms_alias 1
	// aws_kms_key 1
}
