package workflow

import "strings"

// Expression encloses an expression as GitHub expects it outside of If: ${{ inputs.stack }}.
func Expression(expression string) string { return "${{ " + expression + " }}" }

// Literal writes a text as it stands in an expression: 'dev'.
// https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#literals
func Literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// RefFilter turns a name of a branch or tag, or a pattern in which * is any characters and ? is one, as IAM and the
// configuration have it, into a filter of GitHub. There * stops at a slash, and ?, + and [] mean other things. No filter
// says one character of any kind, so ? becomes any characters: a filter may let more through than the pattern, and never
// less.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
func RefFilter(pattern string) string {
	var out strings.Builder
	wild := false
	for i, r := range pattern {
		switch {
		case r == '*' || r == '?':
			if !wild {
				out.WriteString("**")
			}
			wild = true
			continue
		case strings.ContainsRune(`+[]\`, r), r == '!' && i == 0:
			out.WriteByte('\\')
		}
		wild = false
		out.WriteRune(r)
	}
	return out.String()
}
