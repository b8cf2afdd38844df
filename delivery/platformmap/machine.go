package platformmap

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/delivery/drawing"
)

// A state of a state machine. https://states-language.net
type state struct {
	Type, Comment, Resource, Next, Default string
	End                                    bool
	Choices                                []map[string]any
	Catch                                  []struct {
		ErrorEquals []string
		Next        string
	}
	Branches                []level
	ItemProcessor, Iterator *level
}

type level struct {
	StartAt string
	States  map[string]state
}

// machine draws a state machine. Handlers of errors are where many arrows come together; the arrows to one of them say nothing each,
// so they go thin and do not decide on the layout.
func machine(g *drawing.Graph, definition string) error {
	var top level
	if err := json.Unmarshal([]byte(definition), &top); err != nil {
		return err
	}
	g.Nodes = append(g.Nodes, drawing.Node{ID: "", Label: "start", Kind: drawing.Outside, Shape: drawing.Oval})
	g.Edges = append(g.Edges, drawing.Edge{From: "", To: top.StartAt, Kind: drawing.Next})
	top.draw(g, "")
	return nil
}

func sortedKeys[T any](of map[string]T) []string { return slices.Sorted(maps.Keys(of)) }

// order lists states as they follow each other: the layout begins with what comes first.
func (l level) order() []string {
	var order []string
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		s, exists := l.States[name]
		if !exists || seen[name] {
			return
		}
		seen[name] = true
		order = append(order, name)
		visit(s.Next)
		for _, each := range s.Choices {
			next, _ := each["Next"].(string)
			visit(next)
		}
		visit(s.Default)
	}
	visit(l.StartAt)
	for _, name := range sortedKeys(l.States) {
		for _, each := range l.States[name].Catch {
			visit(each.Next)
		}
	}
	for _, name := range sortedKeys(l.States) {
		visit(name)
	}
	return order
}

func (l level) draw(g *drawing.Graph, group string) {
	for _, name := range l.order() {
		s := l.States[name]
		inner := s.Branches
		for _, each := range []*level{s.ItemProcessor, s.Iterator} {
			if each != nil {
				inner = append(inner, *each)
			}
		}
		node := drawing.Node{ID: name, Label: name, Kind: drawing.Flow, Group: group, Note: name + ", " + s.Type}
		switch {
		case s.Type == "Choice":
			node.Kind, node.Shape = drawing.Choice, drawing.Diamond
		case s.Type == "Fail":
			node.Kind, node.Shape = drawing.Failure, drawing.Oval
		case s.Type == "Succeed":
			node.Kind, node.Shape = drawing.Outside, drawing.Oval
		case s.Type == "Task":
			node.Lines = []string{action(s.Resource)}
			if strings.HasSuffix(s.Resource, ".sync") || strings.HasSuffix(s.Resource, ".sync:2") {
				node.Kind = drawing.Compute
				node.Note += ", waits until the job is done"
			}
		case s.Type != "Pass":
			node.Lines = []string{strings.ToLower(s.Type)}
		}
		if s.Comment != "" {
			node.Note += ": " + s.Comment
		}
		g.Nodes = append(g.Nodes, node)
		for i, each := range inner {
			frame := fmt.Sprintf("%s/%d", name, i)
			g.Groups = append(g.Groups, drawing.Group{ID: frame, Label: "in " + name, Kind: drawing.Part, In: group})
			g.Edges = append(g.Edges, drawing.Edge{From: name, To: each.StartAt, Kind: drawing.Starts})
			each.draw(g, frame)
		}
		s.exits(g, name)
	}
}

// exits are the arrows to what comes next.
func (s state) exits(g *drawing.Graph, name string) {
	next := func(to, label, whole string) {
		if to == "" {
			return
		}
		edge := drawing.Edge{From: name, To: to, Label: label, Kind: drawing.Next}
		if whole != "" {
			edge.Note = fmt.Sprintf("%s → %s: %s", name, to, whole)
		}
		g.Edges = append(g.Edges, edge)
	}
	next(s.Next, "", "")
	for _, each := range s.Choices {
		to, _ := each["Next"].(string)
		whole := condition(each)
		next(to, wrapped(whole), whole)
	}
	next(s.Default, "otherwise", "otherwise")
	for _, each := range s.Catch {
		if each.Next == s.Next {
			continue // it goes on in either case
		}
		errors := strings.Join(each.ErrorEquals, ", ")
		if errors == "States.ALL" {
			errors = "any error"
		}
		g.Edges = append(g.Edges, drawing.Edge{From: name, To: each.Next, Kind: drawing.Fails, Note: fmt.Sprintf("%s → %s: after %s", name, each.Next, errors)})
	}
}

// action is what a task calls: sagemaker:createModel.
func action(resource string) string {
	parts := strings.SplitN(resource, ":", 6)
	if len(parts) < 6 {
		return resource
	}
	call := strings.TrimPrefix(parts[5], "aws-sdk:")
	for _, suffix := range []string{".sync:2", ".sync", ".waitForTaskToken"} {
		call = strings.TrimSuffix(call, suffix)
	}
	return call
}

// condition is what must hold, in JSONata or in the operators of JSONPath.
func condition(choice map[string]any) string {
	if text, is := choice["Condition"].(string); is {
		return strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, "{%"), "%}"))
	}
	rest := maps.Clone(choice)
	delete(rest, "Next")
	text, _ := json.Marshal(rest)
	return string(text)
}

// wrapped is the beginning of a text, in two short lines. All of it stands where the pointer rests.
func wrapped(text string) string {
	const width, lines = 30, 2
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if r := []rune(word); len(r) > width {
			word = string(r[:width-1]) + "…"
		}
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			out = append(out, line)
			line = ""
			if len(out) == lines {
				return strings.Join(out, "\n") + " …"
			}
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return strings.Join(append(out, line), "\n")
}
