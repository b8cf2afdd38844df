package registry

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCovers(t *testing.T) {
	tests := []struct {
		wide, narrow string
		want         bool
	}{
		{"*", "v1", true}, {"v*", "v*", true}, {"v*", "v*-rc", true}, {"v*-rc", "v*", false}, {"*-rc", "v*-rc", true},
		{"a*b*c", "axbxc", true}, {"a*b*c", "ac", false}, {"ab*ba", "aba", false}, {"v1", "v1", true}, {"v1", "v*", false}, {"v*", "*", false},
	}
	for _, test := range tests {
		require.Equal(t, test.want, covers(test.wide, test.narrow), "%s covers %s", test.wide, test.narrow)
	}
}

// TestNarrowFirst checks that no rule comes after one that takes all its images, and that none is lost.
func TestNarrowFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		patterns := rapid.SliceOfNDistinct(rapid.StringMatching(`[ab*]{1,4}`), 0, 8, rapid.ID[string]).Draw(t, "patterns")
		var rules []TagRule
		for i, pattern := range patterns {
			rules = append(rules, TagRule{Pattern: pattern, KeepLast: i + 1})
		}
		ordered := narrowFirst(rules)
		if len(ordered) != len(rules) {
			t.Fatalf("%d rules went in, %d came out", len(rules), len(ordered))
		}
		seen := map[string]bool{}
		for i, rule := range ordered {
			seen[rule.Pattern] = true
			for _, earlier := range ordered[:i] {
				if covers(earlier.Pattern, rule.Pattern) && !covers(rule.Pattern, earlier.Pattern) {
					t.Fatalf("%q comes before %q in %v", earlier.Pattern, rule.Pattern, ordered)
				}
			}
		}
		if len(seen) != len(rules) {
			t.Fatalf("rules were lost: %v", ordered)
		}
	})
}
