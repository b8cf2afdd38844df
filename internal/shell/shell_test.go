package shell_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/shell"
)

func TestQuote(t *testing.T) {
	for word, want := range map[string]string{
		"":                 "''",
		"main":             "main",
		"release/v1.0":     "release/v1.0",
		"feature/*":        "'feature/*'",
		"a b":              "'a b'",
		"main;id":          "'main;id'",
		"$(id)`id`":        "'$(id)`id`'",
		"it's":             `'it'\''s'`,
		"Prod / EU $1":     "'Prod / EU $1'",
		"line\nbreak":      "'line\nbreak'",
		"~":                "'~'",
		"#no comment":      "'#no comment'",
		`back\slash "both`: `'back\slash "both'`,
	} {
		require.Equal(t, want, shell.Quote(word))
	}
}

// TestShell: a shell hands the word on unchanged.
func TestShell(t *testing.T) {
	for _, word := range []string{"", "main", "it's", "$(id)`id`;&|<>()", "a\nb", `\"`, "*?[a]~#!{a,b}", "ü"} {
		out, err := exec.Command("sh", "-c", "printf %s "+shell.Quote(word)).Output()
		require.NoError(t, err)
		require.Equal(t, word, string(out), strings.TrimSpace(word))
	}
}
