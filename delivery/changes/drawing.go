package changes

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/delivery/drawing"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// mostParts is how many boxes a drawing has at most: more say less than the table above them.
const mostParts = 40

// A use is that something in one part of a stack refers to something in another.
type use struct{ from, to string }

// part is what a resource belongs to: cdktf begins its address with the construct directly under the stack.
func part(address string) string {
	_, name, _ := strings.Cut(strings.TrimPrefix(address, "data."), ".")
	first, _, _ := strings.Cut(name, "_")
	return first
}

var referred = lazyregexp.New(`\$\{(?:[a-z]+\()?((?:data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+)[.\[]`)

// uses are the references between parts of a stack, sorted.
func uses(s stack) []use {
	found := map[use]bool{}
	for address, body := range s.resources {
		text, err := json.Marshal(body)
		if err != nil {
			continue // it came from JSON
		}
		for _, match := range referred.FindAllStringSubmatch(string(text), -1) {
			if each := (use{part(match[1]), part(address)}); each.from != each.to && s.resources[match[1]] != nil {
				found[each] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b use) int { return strings.Compare(a.from+" "+a.to, b.from+" "+b.to) })
}

// drawing shows the parts that differ, in a frame for each stack, with arrows from each to those of them that use it. It is "" where
// there is one part or none, or too many to see anything.
func (r *Report) drawing() string {
	g := &drawing.Graph{}
	for _, each := range r.Stacks {
		counts := map[string]map[string]int{}
		for _, resource := range each.Resources {
			name := part(resource.Address)
			if counts[name] == nil {
				counts[name] = map[string]int{}
			}
			counts[name][string(resource.Action)]++
		}
		if len(counts) == 0 {
			continue
		}
		g.Groups = append(g.Groups, drawing.Group{ID: each.Name, Label: each.Name + ", " + string(each.Kind)})
		for _, name := range slices.Sorted(maps.Keys(counts)) {
			node := drawing.Node{ID: each.Name + "/" + name, Label: name, Group: each.Name}
			for _, action := range []Action{Replace, Remove, Rename, Add, Import, Change, Move, Forget} {
				if n := counts[name][string(action)]; n > 0 {
					node.Lines = append(node.Lines, fmt.Sprintf("%d %s", n, doubtful(action)))
				}
			}
			g.Nodes = append(g.Nodes, node)
		}
		for _, use := range each.uses {
			from, to := each.Name+"/"+use.from, each.Name+"/"+use.to
			if g.Node(from) != nil && g.Node(to) != nil {
				g.Edges = append(g.Edges, drawing.Edge{From: from, To: to, Kind: drawing.Moves})
			}
		}
	}
	if len(g.Nodes) < 2 || len(g.Nodes) > mostParts {
		return ""
	}
	return "\n<details><summary>The parts that differ, and which of them use each other</summary>\n\n```mermaid\n" + g.Mermaid() + "```\n\n</details>\n"
}

// doubtful is the action with a question mark where only the plan knows.
func doubtful(action Action) string {
	if action == Replace || action == Rename {
		return string(action) + "?"
	}
	return string(action)
}
