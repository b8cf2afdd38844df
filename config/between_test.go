package config

import (
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestGlobsOverlap(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"main", "main", true},
		{"main", "maine", false},
		{"feature/*", "feature/x", true},
		{"feature/*", "feature/", true},
		{"feature/*", "feature", false},
		{"feature/*", "release/*", false},
		{"f*x", "*ax", true},
		{"a*b*c", "abxbc", true},
		{"a*b", "b*a", false},
		{"v?", "v1", true},
		{"v?", "v10", false},
		{"v?*", "v10", true},
		{"*", "", true},
		{"?", "", false},
		{"?*", "*?", true},
	} {
		require.Equal(t, test.want, globsOverlap(test.a, test.b), "%s and %s", test.a, test.b)
		require.Equal(t, test.want, globsOverlap(test.b, test.a), "%s and %s", test.b, test.a)
	}
}

// A text that fits both patterns proves that they overlap. Without slashes path.Match has the same rules.
func TestGlobsOverlapWhereATextFitsBoth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.StringMatching(`[ab*?]{0,6}`).Draw(t, "a")
		b := rapid.StringMatching(`[ab*?]{0,6}`).Draw(t, "b")
		found := false
		for _, text := range texts(7) {
			fitsA, _ := path.Match(a, text)
			fitsB, _ := path.Match(b, text)
			found = found || fitsA && fitsB
		}
		if found {
			require.True(t, globsOverlap(a, b))
		} else if len(a)+len(b) <= 7 { // then a common text would be short enough to have been tried
			require.False(t, globsOverlap(a, b))
		}
	})
}

// texts are all texts of a and b of at most that length.
func texts(most int) []string {
	all := []string{""}
	for i := 0; i < len(all); i++ {
		if len(all[i]) < most {
			all = append(all, all[i]+"a", all[i]+"b")
		}
	}
	return all
}

func TestWordsForMessages(t *testing.T) {
	require.Equal(t, " (did you mean region?)", didYouMean("regoin", []string{"project", "region"}))
	require.Equal(t, "", didYouMean("x", []string{"project", "region"}))
	require.Equal(t, `"`+strings.Repeat("a", 120)+`..."`, quote(strings.Repeat("a", 200)))
	require.Equal(t, "a.b", parent("a.b.c"))
	require.Equal(t, "a.b", parent("a.b[3]"))
	require.Equal(t, "", parent("a"))
}
