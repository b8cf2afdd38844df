package drawing

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
)

// Mermaid is the graph as a flowchart, which GitHub renders in Markdown. https://mermaid.js.org/syntax/flowchart.html
func (g *Graph) Mermaid() string {
	m := mermaid{graph: g, ids: map[string]string{}}
	direction := "LR"
	if g.Down {
		direction = "TD"
	}
	fmt.Fprintf(&m.out, "flowchart %s\n", direction)
	for i, each := range g.Nodes {
		m.ids[each.ID] = fmt.Sprintf("n%d", i+1)
	}
	m.group("", 1)
	for _, each := range g.Edges {
		arrow := cmp.Or(map[EdgeKind]string{Starts: "==>", Tells: "-.->", Fails: "-.->"}[each.Kind], "-->")
		if each.Both {
			arrow = "<" + arrow
		}
		if each.Label != "" {
			arrow += "|\"" + escaped(each.Label) + "\"|"
		}
		fmt.Fprintf(&m.out, "  %s %s %s\n", m.ids[each.From], arrow, m.ids[each.To])
	}
	return m.out.String()
}

type mermaid struct {
	out   strings.Builder
	graph *Graph
	ids   map[string]string
}

func (m *mermaid) group(id string, depth int) {
	indent := strings.Repeat("  ", depth)
	for _, each := range m.graph.Nodes {
		if each.Group == id {
			fmt.Fprintf(&m.out, "%s%s%s\n", indent, m.ids[each.ID], mermaidBox(each))
		}
	}
	for i, each := range m.graph.Groups {
		if each.In != id {
			continue
		}
		fmt.Fprintf(&m.out, "%ssubgraph g%d[\"%s\"]\n", indent, i+1, escaped(each.Label))
		m.group(each.ID, depth+1)
		fmt.Fprintf(&m.out, "%send\n", indent)
	}
}

func mermaidBox(node Node) string {
	text := escaped(node.Label)
	for _, line := range node.Lines {
		text += "<br/>" + escaped(line)
	}
	switch node.Shape {
	case Cylinder:
		return `[("` + text + `")]`
	case Diamond:
		return `{{"` + text + `"}}`
	case Oval:
		return `(["` + text + `"])`
	}
	return `["` + text + `"]`
}

// escaped keeps text from being read as Mermaid, Markdown or HTML, by the codes that Mermaid has for characters, and shows what cannot be
// printed. https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
func escaped(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			out.WriteString("<br/>")
		case strings.ContainsRune("#\"<>&|`\\", r):
			fmt.Fprintf(&out, "#%d;", r)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&out, "U+%04X", r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
