package pipeline

import (
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// positionPattern is what brackets of a path hold, beside names in quotes: positions, ranges of them, all, and filters.
var positionPattern = lazyregexp.New(`^(?:-?[0-9]+|-?[0-9]*:-?[0-9]*|\*|\?.+)$`)

// wrongJSONPath says what is wrong with the form of a path to a value of a JSON file, and "" if nothing is.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-propertyfile.html
func wrongJSONPath(path string) string {
	rest := strings.TrimPrefix(path, "$")
	if strings.HasPrefix(rest, ".") && rest == path {
		return "which begins with a dot"
	}
	for rest != "" {
		switch rest[0] {
		case '.':
			name := strings.TrimPrefix(rest[1:], ".") // two dots look at any depth
			if name == "" || name[0] == '.' || name[0] == '[' && rest[1] != '.' {
				return "which has a dot without a name after it"
			}
			rest = name
		case '[':
			end := closing(rest)
			if end < 0 {
				return "whose bracket is not closed"
			}
			if inside := rest[1:end]; !isQuoted(inside) && !positionPattern.MatchString(inside) {
				return "in which [" + inside + "] is neither a position nor a name in quotes"
			}
			rest = rest[end+1:]
			if rest != "" && rest[0] != '.' && rest[0] != '[' {
				return "which goes on after ] without a dot"
			}
		default:
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			if strings.ContainsAny(rest[:end], `]'"`) {
				return "in which " + rest[:end] + " is no name; write such a name in brackets and quotes"
			}
			rest = rest[end:]
		}
	}
	return ""
}

// closing is where the bracket that begins the text is closed, or -1.
func closing(text string) int {
	if len(text) > 1 && (text[1] == '\'' || text[1] == '"') {
		if end := strings.Index(text[2:], text[1:2]+"]"); end >= 0 {
			return end + 3
		}
		return -1
	}
	return strings.IndexByte(text, ']')
}

func isQuoted(text string) bool {
	return len(text) > 2 && (text[0] == '\'' || text[0] == '"') && text[len(text)-1] == text[0]
}

// jsonPath checks the path of a value in a file.
func (c *checker) jsonPath(path string) {
	if wrong := wrongJSONPath(path); wrong != "" {
		c.addf("", "reads a JSON value at the path %q, %s; write it like metrics.accuracy.value, list[0].value or metrics['a.b']", path, wrong)
	}
}
