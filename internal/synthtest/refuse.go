package synthtest

import (
	"strings"
	"testing"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// A Refusal is a change of properties that were accepted, and the whole error that there is then.
type Refusal[P any] = struct {
	Change func(*P)
	Want   string
}

// Refuse tries to make a construct with each of the changes, whose names are the names of the tests and of the constructs.
func Refuse[P, C any](t *testing.T, stack tf.Stack, accepted func() P, make func(constructs.Construct, string, P) (C, error), refusals map[string]Refusal[P]) {
	t.Helper()
	for name, each := range refusals {
		t.Run(name, func(t *testing.T) {
			props := accepted()
			each.Change(&props)
			_, err := make(stack, strings.ReplaceAll(name, " ", "-"), props)
			require.EqualError(t, err, each.Want)
		})
	}
}

// Build makes a construct in a stack of its own, and what Terraform gets of it.
func Build[P, C any](t *testing.T, id string, props P, make func(constructs.Construct, string, P) (C, error)) (C, Template) {
	t.Helper()
	stack := Stack(t)
	made, err := make(stack, id, props)
	require.NoError(t, err)
	return made, Synth(t, stack)
}
