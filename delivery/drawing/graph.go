// Package drawing holds graphs of what a platform has, and draws them: as SVG, which reads well in light and dark, on paper and
// aloud, and as Mermaid for where GitHub renders it. Graphviz lays the SVG out.
package drawing

import "fmt"

// A Graph is what one drawing shows.
type Graph struct {
	// ID begins the identifiers of everything in the drawing: lower-case letters, digits and hyphens, unique on its page.
	ID string `json:"id"`
	// Title says what is drawn, Description what can be seen, in a sentence for those who do not see it.
	Title       string `json:"title"`
	Description string `json:"description"`
	// Down draws from the top to the bottom. Default: from left to right.
	Down bool `json:"-"`
	// Groups are frames around nodes. A group stands before those that are in it.
	Groups []Group `json:"groups,omitempty"`
	Nodes  []Node  `json:"nodes"`
	Edges  []Edge  `json:"edges,omitempty"`
	// Order are pairs of nodes of which the first is drawn before the second, without an arrow.
	Order [][2]string `json:"-"`
}

// A Group is a frame around nodes and other groups.
type Group struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Kind  Kind   `json:"kind"`
	// In is the group that it is in. Default: none.
	In string `json:"in,omitempty"`
}

// A Node is a box.
type Node struct {
	ID string `json:"id"`
	// Label is its name, Lines what stands smaller below.
	Label string   `json:"label"`
	Lines []string `json:"lines,omitempty"`
	Kind  Kind     `json:"kind"`
	// Shape of the box. Default: Box.
	Shape Shape `json:"-"`
	// Group that it is in. Default: none.
	Group string `json:"group,omitempty"`
	// Link is where a click leads. Default: nowhere.
	Link string `json:"link,omitempty"`
	// Note is said of it where a pointer rests on it and to screen readers. Default: the label and its lines.
	Note string `json:"note,omitempty"`
	// Grid is a table in place of label and lines: rows of cells, the first row and column being heads.
	Grid [][]string `json:"grid,omitempty"`
}

// An Edge is an arrow.
type Edge struct {
	From  string   `json:"from"`
	To    string   `json:"to"`
	Label string   `json:"label,omitempty"`
	Kind  EdgeKind `json:"kind"`
	// Note is said where a pointer rests on it. Default: the names of both ends and the label.
	Note string `json:"note,omitempty"`
	// Both puts a head at either end.
	Both bool `json:"both,omitempty"`
	// Loose keeps the arrow from deciding on the layout.
	Loose bool `json:"-"`
}

// A Kind is what a node or group is. It decides on the colour.
type Kind string

// The kinds of nodes and groups.
const (
	Data     Kind = "data"
	Images   Kind = "images"
	Compute  Kind = "compute"
	Flow     Kind = "flow"
	Trigger  Kind = "trigger"
	Models   Kind = "models"
	Messages Kind = "messages"
	Network  Kind = "network"
	Access   Kind = "access"
	Stack    Kind = "stack"
	Outside  Kind = "outside"
	Account  Kind = "account"
	Part     Kind = "part"
	Failure  Kind = "failure"
	Choice   Kind = "choice"
)

// Names of the kinds, for legends, in their order.
var Names = []struct {
	Kind Kind
	Name string
}{
	{Stack, "stack"}, {Data, "data"}, {Models, "model registry"}, {Images, "container images"}, {Flow, "pipeline or state machine"},
	{Compute, "runs containers"}, {Trigger, "starts something"}, {Messages, "messages"}, {Network, "network"}, {Access, "role"},
	{Choice, "choice"}, {Failure, "failure"}, {Outside, "outside of the stacks"},
}

// An EdgeKind is what an arrow means. It decides on its line.
type EdgeKind string

// The kinds of edges.
const (
	Moves  EdgeKind = "moves"  // data, models or images go along
	Starts EdgeKind = "starts" // makes it run
	Tells  EdgeKind = "tells"  // an event or a message
	Next   EdgeKind = "next"   // what comes after
	Fails  EdgeKind = "fails"  // what comes after a failure
	Allows EdgeKind = "allows" // may act there
)

// EdgeNames are the kinds of edges for legends, in their order.
var EdgeNames = []struct {
	Kind EdgeKind
	Name string
}{
	{Moves, "data, models, images"}, {Starts, "starts"}, {Tells, "event or message"}, {Next, "comes next"}, {Fails, "after an error"}, {Allows, "has access"},
}

// A Shape is the outline of a node.
type Shape string

// The shapes. Those that mean something do so beside colour and text, never alone.
const (
	Box      Shape = ""
	Cylinder Shape = "cylinder"
	Diamond  Shape = "diamond"
	Oval     Shape = "oval"
)

// Node finds a node by its ID, or returns nil.
func (g *Graph) Node(id string) *Node {
	for i := range g.Nodes {
		if g.Nodes[i].ID == id {
			return &g.Nodes[i]
		}
	}
	return nil
}

// Sentences say the same as the arrows, in the order of the nodes that they leave.
func (g *Graph) Sentences() []string {
	var all []string
	for _, from := range g.Nodes {
		for _, edge := range g.Edges {
			if edge.From == from.ID {
				all = append(all, g.note(edge))
			}
		}
	}
	return all
}

func (g *Graph) note(edge Edge) string {
	if edge.Note != "" {
		return edge.Note
	}
	from, to := g.Node(edge.From), g.Node(edge.To)
	label := edge.Label
	if label == "" {
		for _, each := range EdgeNames {
			if each.Kind == edge.Kind {
				label = each.Name
			}
		}
	}
	arrow := "→"
	if edge.Both {
		arrow = "↔"
	}
	return fmt.Sprintf("%s %s %s: %s", from.Label, arrow, to.Label, label)
}

func (n Node) note() string {
	if n.Note != "" {
		return n.Note
	}
	text := n.Label
	for _, line := range n.Lines {
		text += ", " + line
	}
	return text
}
