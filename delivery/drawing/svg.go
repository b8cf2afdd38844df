package drawing

import (
	_ "embed"
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/internal/graphviz"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// Style is how drawings look, in CSS: colours by kind, for light and dark. A page that holds drawings needs it once.
//
//go:embed style.css
var Style string

// SVG draws the graphs, to be put into a page that has Style.
func SVG(graphs ...*Graph) ([]string, error) {
	texts := make([]string, len(graphs))
	for i, each := range graphs {
		for _, edge := range each.Edges {
			if each.Node(edge.From) == nil || each.Node(edge.To) == nil {
				return nil, fmt.Errorf("%s: an arrow leads from %q to %q, which are not both there", each.ID, edge.From, edge.To)
			}
		}
		texts[i] = each.DOT()
	}
	drawn, err := graphviz.SVG(texts...)
	if err != nil {
		return nil, err
	}
	for i, each := range graphs {
		drawn[i] = each.finish(drawn[i])
	}
	return drawn, nil
}

// Standalone makes a drawing a file of its own.
func Standalone(svg string) string {
	head, rest, _ := strings.Cut(svg, ">")
	return head + ">\n<style>\n" + Style + "</style>" + rest
}

var (
	rootPattern     = lazyregexp.New(`(?s)^.*?<svg width="([0-9.]+)pt" height="([0-9.]+)pt"\s+viewBox="([^"]*)"[^>]*>`)
	titlePattern    = lazyregexp.New(`<g id="([^"]*)" class="(graph|cluster|node|edge)([^"]*)"([^>]*)>\n<title>[^<]*</title>`)
	commentPattern  = lazyregexp.New(`(?s)<!--.*?-->\n?`)
	linkPattern     = lazyregexp.New(`<a xlink:href="([^"]*)" xlink:title="[^"]*">`)
	tooltipPattern  = lazyregexp.New(`<a xlink:title="[^"]*">`)
	paintingPattern = lazyregexp.New(` (?:fill|stroke)="(?:black|white|none|transparent|lightgrey)"| font-family="[^"]*"| xml:space="preserve"`)
)

// finish makes what Graphviz wrote a drawing for everybody: names that are read aloud, no colours but those of the styles, no size
// but that of its place.
func (g *Graph) finish(svg string) string {
	root := rootPattern.FindStringSubmatch(svg)
	svg = commentPattern.ReplaceAllString(svg[len(root[0]):], "")
	svg = strings.ReplaceAll(svg, "&#45;", "-") // which it writes because of comments
	notes := g.notes()
	svg = titlePattern.ReplaceAllStringFunc(svg, func(found string) string {
		parts := titlePattern.FindStringSubmatch(found)
		note := notes[parts[1]]
		if parts[2] == "graph" {
			return fmt.Sprintf(`<g class="graph"%s>`, parts[4])
		}
		return fmt.Sprintf(`<g id="%s" class="%s%s"%s><title>%s</title>`, parts[1], parts[2], parts[3], parts[4], html.EscapeString(note))
	})
	id := ""
	var out strings.Builder
	for _, line := range strings.SplitAfter(svg, "\n") {
		if found := identifierPattern.FindStringSubmatch(line); found != nil {
			id = found[1]
		}
		line = linkPattern.ReplaceAllString(line, `<a href="$1" aria-label="`+html.EscapeString(notes[id])+`">`)
		line = tooltipPattern.ReplaceAllString(line, "<a>")
		out.WriteString(paintingPattern.ReplaceAllString(line, ""))
	}
	title, description := g.ID+"-title", g.ID+"-description"
	return fmt.Sprintf("<svg class=\"drawing\" xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" style=\"min-width:%dpx\" viewBox=\"%s\" role=\"graphics-document document\" aria-labelledby=\"%s\" aria-describedby=\"%s\">"+
		"\n<title id=\"%s\">%s</title>\n<desc id=\"%s\">%s</desc>%s", pixels(root[1]), pixels(root[2]), pixels(root[1])*smallest/100, root[3], title, description,
		title, html.EscapeString(g.Title), description, html.EscapeString(g.Description), out.String())
}

var identifierPattern = lazyregexp.New(`^<g id="([^"]*-[nge][0-9]+)" class=`)

// notes are what is said of each group, node and edge, by their identifiers in the drawing.
func (g *Graph) notes() map[string]string {
	notes := map[string]string{}
	for i, each := range g.Groups {
		notes[fmt.Sprintf("%s-g%d", g.ID, i)] = each.Label
	}
	for i, each := range g.Nodes {
		notes[fmt.Sprintf("%s-n%d", g.ID, i)] = each.note()
	}
	for i, each := range g.Edges {
		notes[fmt.Sprintf("%s-e%d", g.ID, i)] = g.note(each)
	}
	return notes
}

// pixels turns points, of which an inch has 72, into pixels of CSS, of which it has 96.
func pixels(points string) int {
	n, _ := strconv.ParseFloat(points, 64)
	return int(n*96/72 + 0.5)
}

// smallest is how far a drawing shrinks to fit its place, in percent: below, its texts are too small to be read, and it scrolls.
const smallest = 62
