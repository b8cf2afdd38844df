package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/policy"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern, value string
		want           bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"a*", "a/b:c", true}, {"a*c", "abbc", true}, {"a*c", "abcd", false},
		{"*b*b*", "abab", true}, {"?", "", false}, {"?", "a", true}, {"A", "a", false}, {"a*b?d*", "axxbcd", true},
	}
	for _, test := range tests {
		require.Equal(t, test.want, policy.Match(test.pattern, test.value), "%q %q", test.pattern, test.value)
	}
}
