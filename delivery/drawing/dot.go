package drawing

import (
	"cmp"
	"fmt"
	"html"
	"strings"
)

// The sizes of texts, in points. Styles of the page find texts by them.
const (
	nameSize = 12
	lineSize = 10
)

// font has the same widths everywhere: Arial, Helvetica and Liberation Sans are made alike, and Graphviz knows the widths.
const font = "Arial"

// DOT is the graph in the language of Graphviz. https://graphviz.org/doc/info/lang.html
func (g *Graph) DOT() string {
	w := &dot{graph: g}
	w.line(0, "digraph %s {", quoted(g.ID))
	direction := "LR"
	if g.Down {
		direction = "TB"
	}
	w.line(1, "graph [rankdir=%s, bgcolor=transparent, fontname=%s, fontsize=%d, nodesep=0.22, ranksep=0.4, pad=0.1, newrank=true]", direction, font, nameSize)
	w.line(1, `node [shape=box, style="rounded,filled", fillcolor=white, fontname=%s, fontsize=%d, margin="0.14,0.08", height=0.4]`, font, nameSize)
	w.line(1, "edge [fontname=%s, fontsize=%d, arrowsize=0.7]", font, lineSize)
	w.group("", 1)
	for i, edge := range g.Edges {
		w.edge(i, edge)
	}
	for _, each := range g.Order {
		w.line(1, "%s -> %s [style=invis]", quoted(each[0]), quoted(each[1]))
	}
	w.line(0, "}")
	return w.out.String()
}

type dot struct {
	out   strings.Builder
	graph *Graph
}

func (w *dot) line(depth int, format string, args ...any) {
	w.out.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(&w.out, format, args...)
	w.out.WriteByte('\n')
}

// group writes the nodes and groups that are in a group, or in none.
func (w *dot) group(id string, depth int) {
	for i, node := range w.graph.Nodes {
		if node.Group == id {
			w.node(i, node, depth)
		}
	}
	for i, each := range w.graph.Groups {
		if each.In != id {
			continue
		}
		w.line(depth, "subgraph %s {", quoted("cluster_"+each.ID))
		w.line(depth+1, `graph [id=%s, class=%s, style="rounded,filled", fillcolor=white, margin=10, labeljust=l, label=<<b>%s</b>>]`,
			quoted(fmt.Sprintf("%s-g%d", w.graph.ID, i)), quoted(string(each.Kind)), html.EscapeString(each.Label))
		w.group(each.ID, depth+1)
		w.line(depth, "}")
	}
}

func (w *dot) node(i int, node Node, depth int) {
	attributes := []string{
		"id=" + quoted(fmt.Sprintf("%s-n%d", w.graph.ID, i)), "class=" + quoted(string(node.Kind)), "label=" + label(node),
		"tooltip=" + quoted(node.note()),
	}
	switch node.Shape {
	case Cylinder:
		attributes = append(attributes, "shape=cylinder", "style=filled", `margin="0.16,0.1"`)
	case Diamond:
		attributes = append(attributes, "shape=hexagon", "style=filled", `margin="0.02,0.06"`)
	case Oval:
		attributes = append(attributes, "shape=oval", "style=filled", `margin="0.05,0.04"`)
	}
	if node.Grid != nil {
		attributes = append(attributes, "shape=plain", `style=""`)
	}
	if node.Link != "" {
		attributes = append(attributes, "href="+quoted(node.Link))
	}
	w.line(depth, "%s [%s]", quoted(node.ID), strings.Join(attributes, ", "))
}

func (w *dot) edge(i int, edge Edge) {
	attributes := []string{
		"id=" + quoted(fmt.Sprintf("%s-e%d", w.graph.ID, i)), "class=" + quoted(string(edge.Kind)),
	}
	if edge.Label != "" {
		attributes = append(attributes, "label=<"+strings.ReplaceAll(html.EscapeString(edge.Label), "\n", "<br/>")+">")
	}
	if edge.Both {
		attributes = append(attributes, "dir=both")
	}
	if edge.Loose {
		attributes = append(attributes, "constraint=false")
	}
	if style := map[EdgeKind]string{Starts: "bold", Tells: "dashed", Fails: "dashed", Allows: "solid"}[edge.Kind]; style != "" {
		attributes = append(attributes, "style="+style)
	}
	w.line(1, "%s -> %s [%s]", quoted(edge.From), quoted(edge.To), strings.Join(attributes, ", "))
}

// label is the text of a node in the HTML of Graphviz. https://graphviz.org/doc/info/shapes.html#html
func label(node Node) string {
	if node.Grid != nil {
		return "<" + grid(node) + ">"
	}
	text := "<b>" + html.EscapeString(node.Label) + "</b>"
	for _, line := range node.Lines {
		text += fmt.Sprintf(`<br/><font point-size="%d">%s</font>`, lineSize, html.EscapeString(cmp.Or(line, " ")))
	}
	return "<" + text + ">"
}

// grid is a table. A cell may have several lines.
func grid(node Node) string {
	var out strings.Builder
	out.WriteString(`<table border="0" cellborder="1" cellspacing="4" cellpadding="5" style="rounded">`)
	for i, row := range node.Grid {
		out.WriteString("<tr>")
		for j, cell := range row {
			text := strings.ReplaceAll(html.EscapeString(cmp.Or(cell, " ")), "\n", "<br/>")
			attributes, size := "", lineSize
			if i == 0 || j == 0 {
				text = "<b>" + text + "</b>"
				attributes = ` border="0"`
			}
			fmt.Fprintf(&out, `<td%s><font point-size="%d">%s</font></td>`, attributes, size, text)
		}
		out.WriteString("</tr>")
	}
	out.WriteString("</table>")
	return out.String()
}

// quoted is an identifier or value. Graphviz reads \n and the like in labels only where it is told so with a backslash.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ").Replace(text) + `"`
}
