package changes

import (
	"fmt"
	"strings"
	"unicode"
)

const (
	// longest is how many characters of a value are shown, and of one that has no counterpart, such as a statement.
	longest, longestAlone = 120, 400
	// lead is how many of them are before the first difference, if that is far in.
	lead = 30
)

// shorten are both values of a difference as JSON, cut to where they differ.
func shorten(d Difference) (before, after string) {
	old, value := []rune(visible(text(d.Old))), []rune(visible(text(d.New)))
	start, room := 0, longest
	if d.Kind != Altered {
		room = longestAlone
	}
	if d.Kind == Altered && max(len(old), len(value)) > longest {
		same := 0
		for same < len(old) && same < len(value) && old[same] == value[same] {
			same++
		}
		if same > lead {
			start = same - lead
		}
	}
	return excerpt(old, start, room), excerpt(value, start, room)
}

func excerpt(text []rune, start, room int) string {
	out := string(text)
	if len(text)-start > room {
		out = string(text[start:start+room]) + "…"
	} else if start > 0 {
		out = string(text[start:])
	} else {
		return out
	}
	if start > 0 {
		out = "…" + out
	}
	return out
}

// visible writes characters that cannot be seen, or that turn the direction of writing, as escapes. A reviewer must see
// what is there.
func visible(text string) string {
	if !strings.ContainsFunc(text, invisible) {
		return text
	}
	var out strings.Builder
	for _, each := range text {
		switch {
		case !invisible(each):
			out.WriteRune(each)
		case each > 0xffff:
			fmt.Fprintf(&out, `\U%08x`, each)
		default:
			fmt.Fprintf(&out, `\u%04x`, each)
		}
	}
	return out.String()
}

func invisible(each rune) bool {
	return unicode.IsControl(each) || unicode.In(each, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Variation_Selector)
}
