package changes

import (
	"fmt"
	"slices"
	"strings"
)

// section is what one stack's differences are, most important first.
func (s Stack) section(detail int) []string {
	blocks := []string{"\n### " + code(s.Name) + "\n\n" + s.opening() + "\n"}
	if len(s.Backend) > 0 {
		block := "\n**Backend**\n\n"
		for _, each := range s.Backend {
			block += "- " + markdown(each) + "\n"
		}
		blocks = append(blocks, block+"\n"+consequence(s, code)+"\n")
	}
	if s.Kind != Changed {
		return append(blocks, s.inventory(detail)...)
	}
	renamed := func(r Resource) bool { return r.Action == Rename }
	reviewed := func(r Resource) bool { return !renamed(r) && r.Group != Other }
	risky := func(r Resource) bool { return !renamed(r) && !reviewed(r) && (r.Loses != "" || len(r.Unguarded) > 0) }
	rest := func(r Resource) bool { return !renamed(r) && !reviewed(r) && !risky(r) }
	lines := func(belongs func(Resource) bool) (out []string) {
		for _, each := range s.Resources {
			if belongs(each) {
				out = append(out, each.lines(detail))
			}
		}
		return out
	}
	blocks = append(blocks, titled("IAM and network", lines(reviewed))...)
	blocks = append(blocks, titled("Data and its protection", lines(risky))...)
	blocks = append(blocks, titled("Renamed?", lines(renamed))...)
	if slices.ContainsFunc(s.Resources, renamed) {
		blocks = append(blocks, s.renamingAdvice())
	}
	blocks = append(blocks, titled("Outputs", blockLines(s.Outputs, detail))...)
	blocks = append(blocks, titled("Other resources", lines(rest))...)
	blocks = append(blocks, titled("Settings", blockLines(s.Settings, detail))...)
	return append(blocks, titled("Files", blockLines(s.Files, detail))...)
}

// opening is the first sentence of a section.
func (s Stack) opening() string {
	switch s.Kind {
	case New:
		return "New, with " + s.summary() + "."
	case Removed:
		return "No longer in the app. What it made stays in AWS, " + count(len(s.Resources), "resource") + ", and so does its state: " +
			"destroy it from a commit that still has it, " + code("cdktf destroy "+s.Name) + ", unless it is meant to stay."
	}
	return strings.ToUpper(s.summary()[:1]) + s.summary()[1:] + "."
}

// titled puts a title before the first line.
func titled(title string, lines []string) []string {
	if len(lines) > 0 {
		lines[0] = "\n**" + title + "**\n\n" + lines[0]
	}
	return lines
}

// lines are the entry of one resource.
func (r Resource) lines(detail int) string {
	var out strings.Builder
	switch r.Action {
	case Move:
		fmt.Fprintf(&out, "- moved %s, from %s", code(r.Address), code(r.From))
	case Rename:
		fmt.Fprintf(&out, "- %s, was %s with the same content", code(r.Address), code(r.From))
	case Replace:
		fmt.Fprintf(&out, "- **probably replaced** %s", code(r.Address))
	case Remove:
		fmt.Fprintf(&out, "- %s %s", removed(r.Address), code(r.Address))
	case Forget:
		fmt.Fprintf(&out, "- forgotten %s: it stays in AWS", code(r.Address))
	default:
		fmt.Fprintf(&out, "- %s %s", r.Action, code(r.Address))
	}
	if len(r.Forcing) > 0 {
		fmt.Fprintf(&out, ", because of %s: the plan says for sure", codes(r.Forcing))
	}
	out.WriteString("\n")
	if r.Loses != "" && r.Action != Rename {
		fmt.Fprintf(&out, "  - lost with it: %s\n", r.Loses)
	}
	for _, each := range r.Unguarded {
		fmt.Fprintf(&out, "  - %s\n", each)
	}
	if r.Guarded {
		out.WriteString("  - it has prevent_destroy: Terraform refuses a plan that destroys it\n")
	}
	if len(r.Following) > 0 {
		fmt.Fprintf(&out, "  - probably replaced with it: %s\n", codes(r.Following))
	}
	if detail == least || detail == few && r.Group == Other {
		return out.String()
	}
	out.WriteString(nested(r.Differences, detail))
	return out.String()
}

// removed is the word for it, loud where something is destroyed.
func removed(address string) string {
	if strings.HasPrefix(address, "data.") {
		return "removed"
	}
	return "**removed**"
}

// nested are differences below an entry.
func nested(differences []Difference, detail int) string {
	const shown = 5
	var out strings.Builder
	for i, each := range differences {
		if detail >= some && i == shown {
			fmt.Fprintf(&out, "  - and %d more\n", len(differences)-shown)
			break
		}
		out.WriteString("  - " + markdown(each) + "\n")
	}
	return out.String()
}

func blockLines(blocks []Block, detail int) (out []string) {
	for _, each := range blocks {
		line := "- " + string(each.Action) + " " + code(each.Name) + "\n"
		if each.Action == Remove {
			line = "- **removed** " + code(each.Name) + "\n"
		}
		if each.Tagged > 0 {
			line += "  - new default tags: every resource that takes tags is updated in place, of " + count(each.Tagged, "resource") + " in the stack\n"
		}
		if detail < few {
			line += nested(each.Differences, detail)
		}
		out = append(out, line)
	}
	return out
}

// inventory lists the resources of a new or removed stack.
func (s Stack) inventory(detail int) []string {
	kinds := map[string]int{}
	for _, each := range s.Resources {
		kinds[each.Type]++
	}
	if detail < few {
		sorted := slices.Clone(s.Resources)
		slices.SortStableFunc(sorted, func(a, b Resource) int { return int(a.Group) - int(b.Group) })
		var out strings.Builder
		out.WriteString("\n<details><summary>Resources, IAM and network first</summary>\n\n")
		for _, each := range sorted {
			out.WriteString("- " + code(each.Address))
			if each.Loses != "" {
				out.WriteString(", which holds " + each.Loses)
			}
			out.WriteString("\n")
		}
		return []string{out.String() + "\n</details>\n"}
	}
	var parts []string
	for _, each := range sortedKeys(kinds) {
		parts = append(parts, fmt.Sprintf("%d %s", kinds[each], code(each)))
	}
	return []string{"\n" + strings.Join(parts, ", ") + "\n"}
}

// renamingAdvice is what to do so that nothing is destroyed.
func (s Stack) renamingAdvice() string {
	out := "\nMoved? As it is, Terraform destroys the old and makes the new. If it is the same thing under a new name, add a moved block for each: " +
		"in CDKTF, " + code(`MoveFromId("<old address>")`) + " on the resource. Otherwise expect an outage, and names that are taken until the old one is gone.\n"
	if s.References > 0 {
		out += "\nWhat differs only in the names of these is not listed: " + count(s.References, "resource") + ".\n"
	}
	return out
}
