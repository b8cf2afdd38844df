package setup

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/policy"
)

func TestGitHubPatterns(t *testing.T) {
	for pattern, want := range map[string][]string{
		"main":        {"main"},
		"feature/*":   {"feature/**/*"},
		"v*":          {"v*", "v*/**/*"},
		"release/v?":  {"release/v?"},
		"a?b":         {"a?b", "a/b"},
		"a/*/b":       {"a/**/*/b"},
		"team/*-next": {"team/*-next", "team/*/**/*-next"},
	} {
		require.Equal(t, want, gitHubPatterns(pattern), pattern)
	}
}

// fnmatch is Ruby's File.fnmatch with FNM_PATHNAME, as GitHub's pages describe it.
func fnmatch(pattern, name string) bool {
	var out strings.Builder
	for i := 0; i < len(pattern); i++ {
		rest := pattern[i:]
		switch {
		case strings.HasPrefix(rest, "**/") && (i == 0 || pattern[i-1] == '/'):
			out.WriteString(`(?:[^/.][^/]*/)*`)
			i += 2
		case rest[0] == '*' && (i == 0 || pattern[i-1] == '/'):
			out.WriteString(`(?:[^/.][^/]*)?`)
		case rest[0] == '*':
			out.WriteString(`[^/]*`)
		case rest[0] == '?':
			out.WriteString(`[^/]`)
		default:
			out.WriteString(regexp.QuoteMeta(rest[:1]))
		}
	}
	return regexp.MustCompile(`^` + out.String() + `$`).MatchString(name)
}

// TestGitHubAndIAMAgree: for every pattern that a configuration may have, and every name that git allows, an environment
// of GitHub lets through exactly what the roles trust.
func TestGitHubAndIAMAgree(t *testing.T) {
	names := rapid.StringMatching(`[ab]{1,3}(/[ab]{1,3}){0,3}`)
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab]{1,2}([ab/*?]{0,5})`).Draw(t, "pattern")
		if (github.Subject{}) == github.BranchPattern(pattern) || github.Branches(pattern)[0].Validate() != nil {
			t.Skip("no pattern of a configuration")
		}
		name := names.Draw(t, "name")
		allowed := false
		for _, each := range gitHubPatterns(pattern) {
			allowed = allowed || fnmatch(each, name)
		}
		require.Equal(t, policy.Match(pattern, name), allowed, "%s as %q for %s", pattern, gitHubPatterns(pattern), name)
	})
}
