package platformmap

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/drawing"
)

// flows draws the pipelines and state machines of a stack from their definitions.
func (p *platform) flows(stack config.Stack) ([]Flow, error) {
	var all []Flow
	for _, each := range p.templates[stack.Name].resources {
		var draw func(*drawing.Graph, string) error
		definition, what := "", kinds[each.kind].title
		switch each.kind {
		case "aws_sagemaker_pipeline":
			draw, definition = pipeline, each.body.text("pipeline_definition")
		case "aws_sfn_state_machine":
			draw, definition = machine, each.body.text("definition")
		case "aws_codepipeline":
			draw, definition = stages, each.text
		}
		if draw == nil || definition == "" {
			continue // such as a definition in a bucket
		}
		name := physical(each)
		graph := &drawing.Graph{
			ID: fmt.Sprintf("flow-%s-%d", stack.Name, len(all)+1), Title: name, Down: true,
			Description: fmt.Sprintf("The %s %s of %s, from its start at the top to its ends.", what, name, stack.Name),
		}
		if err := draw(graph, definition); err != nil {
			return nil, fmt.Errorf("%s of the stack %s cannot be drawn: %w", each.address, stack.Name, err)
		}
		all = append(all, Flow{Stack: stack.Name, Address: each.address, Name: name, Graph: graph})
	}
	return all, nil
}

// A step of a SageMaker pipeline. https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-overview.html
type step struct {
	Name, Type, Description string
	Arguments               map[string]any
	DependsOn               []string
}

// pipeline draws a SageMaker pipeline: a step waits for those whose outputs it uses, for those that it names, and for its condition.
func pipeline(g *drawing.Graph, definition string) error {
	var document struct{ Steps []step }
	if err := json.Unmarshal([]byte(definition), &document); err != nil {
		return err
	}
	g.Nodes = append(g.Nodes, drawing.Node{ID: "", Label: "start", Kind: drawing.Outside, Shape: drawing.Oval})
	waits := steps(g, document.Steps, "", "")
	for _, node := range g.Nodes[1:] {
		if !waits[node.ID] {
			g.Edges = append(g.Edges, drawing.Edge{From: "", To: node.ID, Kind: drawing.Next})
		}
	}
	return nil
}

// steps draws the steps of one level, and says which of them wait for another.
func steps(g *drawing.Graph, all []step, condition, branch string) map[string]bool {
	waits := map[string]bool{}
	arrow := func(from, to, label string) {
		if from != to && !slices.ContainsFunc(g.Edges, func(each drawing.Edge) bool { return each.From == from && each.To == to }) {
			g.Edges = append(g.Edges, drawing.Edge{From: from, To: to, Label: label, Kind: drawing.Next})
		}
		waits[to] = true
	}
	for _, each := range all {
		node := drawing.Node{ID: each.Name, Label: each.Name, Lines: []string{each.Type}, Kind: drawing.Compute, Note: each.Name + ", " + each.Type}
		if each.Description != "" {
			node.Note += ": " + each.Description
		}
		own := each.Arguments
		switch each.Type {
		case "Condition":
			node.Kind, node.Shape = drawing.Choice, drawing.Diamond
			own = map[string]any{"Conditions": each.Arguments["Conditions"]}
			if conditions, _ := own["Conditions"].([]any); len(conditions) > 0 {
				node.Lines = nil
				for _, condition := range conditions {
					node.Lines = append(node.Lines, comparison(condition))
				}
			}
		case "Fail":
			node.Kind = drawing.Failure
		case "RegisterModel", "Model":
			node.Kind = drawing.Models
		}
		g.Nodes = append(g.Nodes, node)
		for _, from := range used(own) {
			arrow(from, each.Name, "")
		}
		for _, from := range each.DependsOn {
			arrow(from, each.Name, "")
		}
		if condition != "" {
			arrow(condition, each.Name, branch)
		}
		if each.Type == "Condition" {
			for _, side := range []struct{ key, label string }{{"IfSteps", "yes"}, {"ElseSteps", "no"}} {
				text, _ := json.Marshal(each.Arguments[side.key])
				var inner []step
				if json.Unmarshal(text, &inner) == nil {
					for name := range steps(g, inner, each.Name, side.label) {
						waits[name] = true
					}
				}
			}
		}
	}
	return waits
}

// used are the steps whose outputs stand in a value.
func used(value any) []string {
	var all []string
	switch value := value.(type) {
	case []any:
		for _, each := range value {
			all = append(all, used(each)...)
		}
	case map[string]any:
		if get, is := value["Get"].(string); is {
			if rest, of := strings.CutPrefix(get, "Steps."); of {
				name, _, _ := strings.Cut(rest, ".")
				return []string{name}
			}
		}
		if file, is := value["Std:JsonGet"].(map[string]any); is {
			from, _ := file["PropertyFile"].(map[string]any)
			return used(from)
		}
		for _, key := range sortedKeys(value) {
			all = append(all, used(value[key])...)
		}
	}
	return all
}

var signs = map[string]string{"Equals": "=", "GreaterThan": ">", "GreaterThanOrEqualTo": "≥", "LessThan": "<", "LessThanOrEqualTo": "≤"}

func comparison(condition any) string {
	c, _ := condition.(map[string]any)
	kind, _ := c["Type"].(string)
	sign, simple := signs[kind]
	if !simple {
		return kind
	}
	return operand(c["LeftValue"]) + " " + sign + " " + operand(c["RightValue"])
}

func operand(value any) string {
	v, isObject := value.(map[string]any)
	if !isObject {
		return fmt.Sprint(value)
	}
	if get, is := v["Get"].(string); is {
		_, name, _ := strings.Cut(get, ".")
		return name
	}
	if file, is := v["Std:JsonGet"].(map[string]any); is {
		path, _ := file["Path"].(string)
		return path
	}
	return "…"
}

// stages draws a CodePipeline: its stages one after another, with their actions.
func stages(g *drawing.Graph, text string) error {
	var document struct {
		Stage []struct {
			Name   string
			Action []struct{ Name, Category, Provider string }
		}
	}
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return err
	}
	last := ""
	for _, stage := range document.Stage {
		node := drawing.Node{ID: stage.Name, Label: stage.Name, Kind: drawing.Flow}
		for _, action := range stage.Action {
			node.Lines = append(node.Lines, fmt.Sprintf("%s: %s", action.Category, action.Provider))
			if action.Category == "Approval" {
				node.Kind, node.Shape = drawing.Choice, drawing.Diamond
			}
		}
		g.Nodes = append(g.Nodes, node)
		if last != "" {
			g.Edges = append(g.Edges, drawing.Edge{From: last, To: stage.Name, Kind: drawing.Next})
		}
		last = stage.Name
	}
	return nil
}
