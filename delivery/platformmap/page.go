package platformmap

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/delivery/costs"
	"github.com/mlplatform/mlplatform/delivery/drawing"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
)

// JSON is the map as data.
func (m *Map) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(m, "", "  ")
	return append(text, '\n'), err
}

// HTML is the map as one page that needs nothing else: no network, no library in the browser. Drawing it takes Node.js.
func (m *Map) HTML() ([]byte, error) {
	graphs := slices.Concat([]*drawing.Graph{m.Overview, m.Access}, m.Environments)
	for _, each := range m.Flows {
		graphs = append(graphs, each.Graph)
	}
	drawn, err := drawing.SVG(graphs...)
	if err != nil {
		return nil, err
	}
	svg := map[string]template.HTML{}
	for i, each := range graphs {
		svg[each.ID] = template.HTML(drawn[i])
	}
	data, err := json.Marshal(m) // escapes what would end the element that holds it
	if err != nil {
		return nil, err
	}
	page := template.New("page").Funcs(template.FuncMap{
		"svg": func(g *drawing.Graph) template.HTML { return svg[g.ID] }, "anchor": Anchor, "legend": legend, "edges": edgeLegend,
		"dollars": func(n float64) string { return fmt.Sprintf("%.2f", n) }, "line": lineAnchor, "join": strings.Join,
		"base": func(file string) string { return file[strings.LastIndex(file, "/")+1:] }, "add": func(a, b int) int { return a + b },
	})
	if page, err = page.Parse(pageHTML); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = page.Execute(&out, struct {
		*Map
		Style  template.CSS
		Script template.JS
		Data   template.JS
		Total  float64
		Read   string
	}{m, template.CSS(drawing.Style + pageCSS), template.JS(pageJS), template.JS(data), m.Idle(), costs.Read})
	return out.Bytes(), err
}

// Idle is what all stacks cost when nobody uses them, in USD a month.
func (m *Map) Idle() float64 {
	sum := 0.0
	for _, each := range m.Stacks {
		sum += each.Idle
	}
	return sum
}

// Accounts are the ids of all accounts, each once.
func (m *Map) Accounts() []string {
	var all []string
	for _, each := range m.Stacks {
		if !slices.Contains(all, each.Account) {
			all = append(all, each.Account)
		}
	}
	return all
}

// Of are the resources of a stack.
func (m *Map) Of(stack string) []Resource {
	return slices.DeleteFunc(slices.Clone(m.Resources), func(each Resource) bool { return each.Stack != stack })
}

// lineAnchor is where the page has a line of a file.
func lineAnchor(file string, line int) string { return fmt.Sprintf("%s:%d", file, line) }

// A key of a legend.
type legendKey struct{ Kind, Name string }

// legend is the meaning of the colours in a drawing.
func legend(g *drawing.Graph) []legendKey {
	var all []legendKey
	for _, each := range drawing.Names {
		if slices.ContainsFunc(g.Nodes, func(node drawing.Node) bool { return node.Kind == each.Kind }) {
			all = append(all, legendKey{string(each.Kind), each.Name})
		}
	}
	return all
}

// edgeLegend is the meaning of the arrows.
func edgeLegend(g *drawing.Graph) []legendKey {
	var all []legendKey
	for _, each := range drawing.EdgeNames {
		if slices.ContainsFunc(g.Edges, func(edge drawing.Edge) bool { return edge.Kind == each.Kind }) {
			all = append(all, legendKey{string(each.Kind), each.Name})
		}
	}
	return all
}
