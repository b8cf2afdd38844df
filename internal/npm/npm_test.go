package npm_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/npm"
)

// recorder is a test that stops at the first Skip or Fatal.
type recorder struct {
	testing.TB
	said string
}

func (r *recorder) Helper() {}
func (r *recorder) Skipf(format string, args ...any) {
	r.said = "skipped"
	_ = format
}
func (r *recorder) Fatal(...any) { r.said = "failed" }

func TestMissingIsSkippedAndAllElseFails(t *testing.T) {
	_, err := npm.Folder("internal/npm", "@none/there")
	require.ErrorIs(t, err, npm.ErrMissing)
	require.EqualError(t, err, "@none/there is not installed; install it with: npm ci --prefix internal/npm")
	for want, err := range map[string]error{"": nil, "skipped": err, "failed": errors.New("is broken")} {
		r := &recorder{}
		npm.Skip(r, "nothing is checked", err)
		require.Equal(t, want, r.said)
	}
}
