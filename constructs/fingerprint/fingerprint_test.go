package fingerprint_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/fingerprint"
	"github.com/mlplatform/mlplatform/constructs/kms"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

var scope = arn.Scope{Region: synthtest.Region, Account: synthtest.Account}

// sealed is a stack with a key and its fingerprint.
func sealed(t *testing.T, description string, change func(tf.Stack)) (tf.Stack, *fingerprint.Fingerprint) {
	t.Helper()
	stack := synthtest.Stack(t)
	_, err := kms.NewKey(stack, "key", kms.KeyProps{Scope: scope, Alias: "wine-dev-data", Description: description})
	require.NoError(t, err)
	if change != nil {
		change(stack)
	}
	made, err := fingerprint.New(stack, "applied", fingerprint.Props{Name: "/wine-dev/access"})
	require.NoError(t, err)
	return stack, made
}

func TestFingerprint(t *testing.T) {
	stack, made := sealed(t, "Data sets", nil)
	require.Regexp(t, `^[0-9a-f]{64}$`, made.Digest())
	require.Equal(t, "/wine-dev/access", made.ParameterName())
	template := synthtest.Synth(t, stack)
	template.Golden("fingerprint")
	parameter := template.Where("aws_ssm_parameter", "name", "/wine-dev/access")
	require.Equal(t, made.Digest(), parameter["value"])
	var others []any
	for _, each := range template.Addresses() {
		if !strings.HasPrefix(each, "aws_ssm_parameter.") {
			others = append(others, each)
		}
	}
	require.Len(t, others, 2)
	require.ElementsMatch(t, others, parameter["depends_on"])
}

func TestOnlyResourcesCount(t *testing.T) {
	_, first := sealed(t, "Data sets", nil)
	_, again := sealed(t, "Data sets", nil)
	require.Equal(t, first.Digest(), again.Digest())
	_, other := sealed(t, "Models", nil)
	require.NotEqual(t, first.Digest(), other.Digest())
	_, elsewhere := sealed(t, "Data sets", func(stack tf.Stack) {
		stack.AddOverride(tf.Str("provider.aws.0.default_tags.0.tags.Team"), "ml")
		stack.AddOverride(tf.Str("terraform.backend.local.path"), "elsewhere")
		tf.Output(stack, "number", "1", "Test")
	})
	require.Equal(t, first.Digest(), elsewhere.Digest(), "tags, backend and outputs")
}

func TestEmptyStack(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := fingerprint.New(stack, "applied", fingerprint.Props{Name: "/wine-dev/access", Description: "What was applied"})
	require.NoError(t, err)
	parameter := synthtest.Synth(t, stack).Where("aws_ssm_parameter", "name", "/wine-dev/access")
	require.Equal(t, "What was applied", parameter["description"])
	require.NotContains(t, parameter, "depends_on")
}

func TestProblems(t *testing.T) {
	for name, test := range map[string]struct {
		props fingerprint.Props
		want  string
	}{
		"nothing":  {fingerprint.Props{}, `name: "" is no name of a parameter in full; begin it with a slash and use up to 15 levels of letters, digits and _.-`},
		"no slash": {fingerprint.Props{Name: "access"}, `name: "access" is no name of a parameter in full; begin it with a slash and use up to 15 levels of letters, digits and _.-`},
		"deep":     {fingerprint.Props{Name: strings.Repeat("/a", 16)}, `name: "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a" is no name of a parameter in full; begin it with a slash and use up to 15 levels of letters, digits and _.-`},
		"reserved": {fingerprint.Props{Name: "/awsome/x"}, `name: "/awsome/x" begins as AWS keeps for itself; begin it otherwise`},
		"long":     {fingerprint.Props{Name: "/a", Description: strings.Repeat("a", 1025)}, "description: has 1025 characters; AWS takes 1,024"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := fingerprint.New(synthtest.Stack(t), "applied", test.props)
			require.EqualError(t, err, test.want)
		})
	}
}
