package changes

import "strings"

func markdown(d Difference) string {
	before, after := shorten(d)
	path := ""
	if d.Path != "" {
		path = code(d.Path) + ": "
	}
	return d.sentence(code(before), code(after), path)
}

func (s Side) markdown() string {
	switch {
	case s.Name != "":
		return code(s.Name)
	case s.Ref == "", s.Commit == "":
		return s.String()
	case s.named():
		return code(s.Commit[:7])
	}
	return code(s.Ref) + " (" + code(s.Commit[:7]) + ")"
}

// code is foreign text for Markdown. In a code span nothing has a meaning: no link, no mention of people, no HTML. Only
// backticks and ends of lines could end it; see https://github.github.com/gfm/#code-spans.
func code(text string) string {
	text = visible(text)
	longest, run := 0, 0
	for _, each := range text {
		if each != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if longest > 0 || strings.TrimSpace(text) != text || text == "" {
		text = " " + text + " "
	}
	return fence + text + fence
}

// cell is code inside a table, where a bar ends the cell even in a code span.
func cell(text string) string { return strings.ReplaceAll(code(text), "|", `\|`) }

func codes(texts []string) string {
	var out []string
	for _, each := range texts {
		out = append(out, code(each))
	}
	return strings.Join(out, ", ")
}
