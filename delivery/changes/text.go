package changes

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteText writes one line for each stack that differs.
func (r *Report) WriteText(out io.Writer) error {
	if len(r.Stacks) == 0 {
		_, err := fmt.Fprintf(out, "no stack differs between %s and %s\n", r.Base, r.Head)
		return err
	}
	width := 0
	for _, each := range r.Stacks {
		width = max(width, len(each.Name))
	}
	for _, each := range r.Stacks {
		if _, err := fmt.Fprintf(out, "%-*s  %-7s  %s\n", width, each.Name, each.Kind, each.summary()); err != nil {
			return err
		}
	}
	return nil
}

// summary is what differs, in numbers.
func (s Stack) summary() string {
	switch s.Kind {
	case New:
		return count(s.Count(Add, Import), "resource")
	case Removed:
		return count(len(s.Resources), "resource") + "; what is in AWS stays until it is destroyed"
	}
	var parts []string
	for _, action := range []Action{Add, Import, Change, Replace, Rename, Move, Forget, Remove} {
		if n := s.Count(action); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, action))
		}
	}
	for _, each := range []struct {
		n    int
		word string
	}{{s.References, "with new references"}, {len(s.Outputs), "output"}, {len(s.Settings), "setting"}, {len(s.Files), "file"}} {
		switch {
		case each.n == 0:
		case each.word == "with new references":
			parts = append(parts, fmt.Sprintf("%d %s", each.n, each.word))
		default:
			parts = append(parts, count(each.n, each.word))
		}
	}
	for _, each := range s.Settings {
		if each.Tagged > 0 {
			parts = append(parts, "new default tags for up to "+count(each.Tagged, "resource"))
		}
	}
	if len(s.Backend) > 0 {
		parts = append(parts, "backend")
	}
	return strings.Join(parts, ", ")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// WriteGitHub writes one line of JSON for a workflow: the names of new and changed stacks in the order of deployment,
// and of removed ones in the order of destruction.
func (r *Report) WriteGitHub(out io.Writer) error {
	lists := struct {
		Stacks  []string `json:"stacks"`
		Removed []string `json:"removed"`
	}{[]string{}, []string{}}
	for _, each := range r.Stacks {
		if each.Kind == Removed {
			lists.Removed = append(lists.Removed, each.Name)
		} else {
			lists.Stacks = append(lists.Stacks, each.Name)
		}
	}
	return json.NewEncoder(out).Encode(lists)
}

func empty(value any) bool {
	elements, ok := value.([]any)
	return ok && len(elements) == 0
}

// plain is a difference as a line of text.
func plain(d Difference) string {
	before, after := shorten(d)
	if d.Path == "" {
		return d.sentence(before, after, "")
	}
	return d.sentence(before, after, d.Path+": ")
}

// sentence says what differs, with values as they are to be shown after the path.
func (d Difference) sentence(before, after, path string) string {
	switch d.Kind {
	case Appeared:
		return path + "set to " + after
	case Vanished:
		return path + "gone, was " + before
	case Order:
		return path + "the same in another order"
	case Spelling:
		return path + "the same, written in another way"
	case Elements:
		switch {
		case empty(d.Old):
			return path + "with " + after
		case empty(d.New):
			return path + "without " + before
		}
		return path + after + " in place of " + before
	}
	return path + before + " → " + after
}
