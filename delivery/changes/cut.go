package changes

import (
	"fmt"
	"strings"
)

// cut leaves out whole blocks until the page fits. Each stack gets its share, so that the last one, which is often
// production, is not the one that is missing.
func (r *Report) cut(head string, sections [][]string, limit int) string {
	word := r.elsewhere(limit)
	room := limit - len(word)
	out := lines(head, room/2, "> - and %d more lines of this table or list\n")
	for i, blocks := range sections {
		share := (room - len(out)) / (len(sections) - i)
		out += within(blocks, share)
	}
	return out + word
}

// elsewhere says where the rest is.
func (r *Report) elsewhere(limit int) string {
	if r.Head.Name != "" {
		return fmt.Sprintf("\n_Shortened to the %d characters that fit here; --max-length 0 shows all of it._\n", limit)
	}
	command := "go run . diff --base " + r.Base.name()
	if r.Head.Commit != "" {
		command += " --head " + r.Head.name()
	}
	return fmt.Sprintf("\n_Shortened to the %d characters that fit here. All of it: %s_\n", limit, code(command+" --max-length 0"))
}

// name is how a shell would name the side again.
func (s Side) name() string {
	if s.Commit == "" {
		return s.Ref
	}
	return s.Commit[:7]
}

// reserved is room for the sentence that something is missing.
const reserved = 60

// within are the blocks that fit into room, and a sentence about the others.
func within(blocks []string, room int) string {
	if len(strings.Join(blocks, "")) <= room {
		return strings.Join(blocks, "")
	}
	var out strings.Builder
	for i, each := range blocks {
		if out.Len()+len(each) > room-reserved {
			if rest := fmt.Sprintf("\n_%d more entries of this stack are left out._\n", len(blocks)-i); out.Len()+len(rest) <= room {
				out.WriteString(rest)
			}
			break
		}
		out.WriteString(each)
	}
	return out.String()
}

// lines are the first lines of a text that fit into room, and a sentence about the others.
func lines(text string, room int, sentence string) string {
	if len(text) <= room {
		return text
	}
	all := strings.SplitAfter(text, "\n")
	var out strings.Builder
	for i, each := range all {
		if out.Len()+len(each) > room-reserved {
			fmt.Fprintf(&out, sentence, len(all)-i)
			break
		}
		out.WriteString(each)
	}
	return out.String()
}
