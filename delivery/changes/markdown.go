package changes

import (
	"fmt"
	"strings"
)

// CommentLimit is how many characters GitHub takes in a comment: a longer one is refused with "body is too long (maximum
// is 65536 characters)". We count bytes, which are never fewer.
const CommentLimit = 65_536

// Markdown is the report for a pull request, in at most limit bytes; 0 is no limit. What matters most stands first, and
// is shortened last: warnings, then IAM and network, then data, outputs and the rest.
func (r *Report) Markdown(limit int) string {
	for detail := full; ; detail++ {
		head, sections := r.page(detail)
		out := head
		for _, each := range sections {
			out += strings.Join(each, "")
		}
		if detail > full {
			out += r.elsewhere(limit)
		}
		if limit <= 0 || len(out) <= limit {
			return out
		}
		if detail == least {
			return r.cut(head, sections, limit)
		}
	}
}

// How much a page tells.
const (
	full = iota
	// some is full with a few differences for each resource.
	some
	// few is some without the addresses of new stacks, and without differences of what is neither IAM nor network.
	few
	// least is addresses alone.
	least
)

// page is the report as its head, and a section for each stack as blocks that are never cut.
func (r *Report) page(detail int) (head string, sections [][]string) {
	var out strings.Builder
	out.WriteString("## Stacks\n\n")
	if len(r.Stacks) == 0 {
		fmt.Fprintf(&out, "No stack differs between %s and %s.\n", r.Base.markdown(), r.Head.markdown())
		return out.String(), nil
	}
	fmt.Fprintf(&out, "From %s to %s:\n", r.Base.markdown(), r.Head.markdown())
	out.WriteString("\n| stack | | added | changed | replaced? | removed |\n|---|---|---|---|---|---|\n")
	for _, each := range r.Stacks {
		fmt.Fprintf(&out, "| %s | %s | %d | %d | %d | %d |\n", cell(each.Name), each.Kind, each.Count(Add, Import), each.Count(Change, Move)+each.References, each.Count(Replace, Rename), each.Count(Remove, Forget))
	}
	if r.Missing > 0 {
		fmt.Fprintf(&out, "\nThe base has %s that the head lacks: what they did shows in reverse.\n", count(r.Missing, "commit"))
	}
	if warnings := r.warnings(); len(warnings) > 0 {
		out.WriteString("\n> [!WARNING]\n")
		for _, each := range warnings {
			out.WriteString("> - " + each + "\n")
		}
	}
	if detail < few {
		out.WriteString(r.drawing())
	}
	for _, each := range r.Stacks {
		sections = append(sections, each.section(detail))
	}
	return out.String(), sections
}

// warnings are what must not be overlooked.
func (r *Report) warnings() []string {
	var out []string
	for _, each := range r.Stacks {
		name := code(each.Name)
		if len(each.Backend) > 0 {
			what := "the backend changes, not the place of the state"
			if each.movesState() {
				what = "the backend changes: the state would be left behind"
			}
			out = append(out, name+": "+what)
		}
		for _, resource := range each.Resources {
			address := name + ": " + code(resource.Address)
			switch {
			case each.Kind == Removed:
				continue // the resources stay; the section says so
			case resource.Loses == "":
			case resource.Action == Remove:
				out = append(out, address+" is removed, and with it "+resource.Loses)
			case resource.Action == Rename:
				out = append(out, address+" has a new address: as it is, the old one is destroyed, and with it "+resource.Loses)
			default:
				out = append(out, address+" is probably replaced, and with the old one goes "+resource.Loses)
			}
			for _, unguarded := range resource.Unguarded {
				out = append(out, address+": "+unguarded)
			}
			for _, other := range resource.Following {
				if loses := stateful[resourceType(other)]; loses != "" {
					out = append(out, name+": "+code(other)+" is probably replaced with "+code(resource.Address)+", and with the old one goes "+loses)
				}
			}
		}
	}
	return out
}
