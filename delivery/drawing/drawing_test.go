package drawing_test

import (
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/drawing"
)

// example has everything that a graph can have, and texts that mean something to HTML, DOT and Mermaid.
func example() *drawing.Graph {
	return &drawing.Graph{
		ID: "example", Title: "Buckets & <jobs>", Description: "What goes where.",
		Groups: []drawing.Group{{ID: "stack", Label: `stack "dev"`, Kind: drawing.Stack}, {ID: "inner", Label: "inner", Kind: drawing.Network, In: "stack"}},
		Nodes: []drawing.Node{
			{ID: "data", Label: "data", Lines: []string{"S3 bucket"}, Kind: drawing.Data, Shape: drawing.Cylinder, Group: "stack", Link: "#resource-data"},
			{ID: "jobs", Label: `a\n "b" <c> & {d} | #1`, Kind: drawing.Compute, Group: "inner", Note: "the jobs"},
			{ID: "ok", Label: "is it good", Kind: drawing.Choice, Shape: drawing.Diamond},
			{ID: "people", Label: "people", Lines: []string{"zoë@example.com"}, Kind: drawing.Outside, Shape: drawing.Oval},
			{ID: "subnets", Kind: drawing.Network, Label: "subnets", Grid: [][]string{{"", "a"}, {"public", "10.0.0.0/24\nNAT gateway"}}},
		},
		Edges: []drawing.Edge{
			{From: "data", To: "jobs", Label: "reads, writes", Kind: drawing.Moves, Both: true},
			{From: "jobs", To: "ok", Kind: drawing.Starts},
			{From: "ok", To: "people", Label: "x < 1\nand y", Kind: drawing.Tells, Note: "ok → people: told of x"},
			{From: "ok", To: "data", Kind: drawing.Fails, Loose: true},
		},
		Order: [][2]string{{"subnets", "data"}},
	}
}

func TestMermaid(t *testing.T) {
	require.Equal(t, `flowchart LR
  n3{{"is it good"}}
  n4(["people<br/>zoë@example.com"])
  n5["subnets"]
  subgraph g1["stack #34;dev#34;"]
    n1[("data<br/>S3 bucket")]
    subgraph g2["inner"]
      n2["a#92;n #34;b#34; #60;c#62; #38; {d} #124; #35;1"]
    end
  end
  n1 <-->|"reads, writes"| n2
  n2 ==> n3
  n3 -.->|"x #60; 1<br/>and y"| n4
  n3 -.-> n1
`, example().Mermaid())
}

func TestSentences(t *testing.T) {
	require.Equal(t, []string{
		"data ↔ a\\n \"b\" <c> & {d} | #1: reads, writes", "a\\n \"b\" <c> & {d} | #1 → is it good: starts",
		"ok → people: told of x", "is it good → data: after an error",
	}, example().Sentences())
}

func TestSVG(t *testing.T) {
	drawn, err := drawing.SVG(example())
	require.NoError(t, err)
	svg := drawn[0]
	requireXML(t, svg)
	requireXML(t, drawing.Standalone(svg))
	require.Contains(t, drawing.Standalone(svg), "light-dark(")
	for _, each := range []string{
		`<title id="example-title">Buckets &amp; &lt;jobs&gt;</title>`, `<desc id="example-description">What goes where.</desc>`,
		`aria-labelledby="example-title"`, `<a href="#resource-data" aria-label="data, S3 bucket">`, `class="node compute"><title>the jobs</title>`,
		`class="cluster network"><title>inner</title>`, `class="edge tells"><title>ok → people: told of x</title>`, `a\n &quot;b&quot; &lt;c&gt; &amp; {d} | #1`,
		"NAT gateway", "zoë@example.com",
	} {
		require.Contains(t, svg, each)
	}
	require.NotContains(t, svg, "<!--")
	require.NotRegexp(t, regexp.MustCompile(`(?:fill|stroke)="(?:#|[a-z])`), svg, "colours are for the styles to choose")
}

// TestStyle: each kind has its colours.
func TestStyle(t *testing.T) {
	for _, each := range drawing.Names {
		require.Contains(t, drawing.Style, ".drawing ."+string(each.Kind)+" ")
		require.Contains(t, drawing.Style, "--"+string(each.Kind)+"-line: light-dark(")
	}
}

func TestSVGOfWhatIsMissing(t *testing.T) {
	broken := example()
	broken.Edges = append(broken.Edges, drawing.Edge{From: "data", To: "nobody", Kind: drawing.Moves})
	_, err := drawing.SVG(broken)
	require.EqualError(t, err, `example: an arrow leads from "data" to "nobody", which are not both there`)
}

func requireXML(t *testing.T, text string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		_, err := decoder.Token()
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
	}
}
