package platformmap

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/drawing"
)

// sketch is the drawing of a stack while it is being made.
type sketch struct {
	graph    *drawing.Graph
	template *stackJSON
	platform *platform
	stack    config.Stack
	prefix   string
	// drawn are the resources of this stack that have a node of their own, and roles that stand for what runs with them.
	drawn map[string]*resource
	edges map[string]int // by ends and kind
}

// environment draws what an environment's stack has: where it runs, and what flows.
func (p *platform) environment(stack config.Stack) *drawing.Graph {
	s := &sketch{
		graph: &drawing.Graph{
			ID: "environment-" + stack.Name, Title: "Environment " + stack.Name,
			Description: fmt.Sprintf("What the stack %s has in account %s: what runs in its network and beside it, and what data, models, images and messages go from one to another.", stack.Name, stack.Account),
		},
		template: p.templates[stack.Name], platform: p, stack: stack, prefix: stack.Environment.Prefix(),
		drawn: map[string]*resource{}, edges: map[string]int{},
	}
	if stack.Kind == config.ExtraStackKind {
		s.graph.Title = "Stack " + stack.Name
	}
	s.graph.Groups = append(s.graph.Groups,
		drawing.Group{ID: "account", Label: "account " + stack.Account + ", " + stack.Region, Kind: drawing.Account},
		drawing.Group{ID: "stack", Label: "stack " + stack.Name, Kind: drawing.Stack, In: "account"})
	s.network()
	s.nodes()
	s.jobs()
	for _, role := range s.template.of("aws_iam_role") {
		if !deploys(role) {
			s.rights(role)
		}
	}
	s.nodeGroups()
	s.services()
	s.events()
	s.subscribers()
	s.merge()
	s.tidy()
	return s.graph
}

// nodes draws each resource of a known kind, in a frame for its part.
func (s *sketch) nodes() {
	for _, each := range s.template.resources {
		kind, known := kinds[each.kind]
		if !known || each.kind == "aws_codebuild_project" {
			continue
		}
		name := each.body.text(kind.name)
		node := drawing.Node{
			ID: each.address, Label: short(name, s.prefix, s.stack.Account, s.stack.Region), Lines: []string{kind.title}, Kind: kind.kind,
			Group: s.part(each), Link: "#" + Anchor(s.stack.Name, each.address), Note: kind.title + " " + name,
		}
		if kind.kind == drawing.Data {
			node.Shape = drawing.Cylinder
		}
		if node.Label == "" || strings.Contains(node.Label, "${") {
			node.Label = each.path[len(each.path)-1]
		}
		if kind.detail != nil {
			if detail := kind.detail(each.body); detail != "" {
				node.Lines = append(node.Lines, detail)
				node.Note += ", " + detail
			}
		}
		if s.inNetwork(each.body) {
			node.Group = s.placed(partOf(each))
		}
		s.graph.Nodes = append(s.graph.Nodes, node)
		s.drawn[each.address] = each
	}
}

// part is the frame of the part that a resource belongs to.
func (s *sketch) part(r *resource) string { return s.frame(partOf(r), partOf(r), "stack") }

// placed is the frame of what a part has in the network.
func (s *sketch) placed(part string) string { return s.frame("network-"+part, part, "network") }

func (s *sketch) frame(id, label, in string) string {
	id = "part-" + id
	if !slices.ContainsFunc(s.graph.Groups, func(each drawing.Group) bool { return each.ID == id }) {
		s.graph.Groups = append(s.graph.Groups, drawing.Group{ID: id, Label: label, Kind: drawing.Part, In: in})
	}
	return id
}

// jobs draws what runs in containers of SageMaker without being a resource: the jobs of a pipeline or state machine, and the endpoint
// that a state machine makes. Each has a role of its own, which stands for it.
func (s *sketch) jobs() {
	for _, role := range s.template.of("aws_iam_role") {
		if !trustedService(role, "sagemaker.amazonaws.com") || s.owner(role, true) != "" {
			continue
		}
		node := drawing.Node{
			ID: role.address, Label: partOf(role) + " jobs", Lines: []string{"SageMaker jobs"}, Kind: drawing.Compute,
			Group: s.part(role), Link: "#" + Anchor(s.stack.Name, role.address),
		}
		for _, other := range s.template.of("aws_iam_role") {
			for _, each := range s.template.policies(other) {
				if slices.Contains(each.Actions, "sagemaker:CreateEndpointConfig") && partOf(other) == partOf(role) {
					node.Label, node.Lines = "endpoint", []string{"SageMaker endpoint", "made when a model is approved"}
				}
			}
		}
		for _, other := range s.template.resources {
			if kinds[other.kind].kind == drawing.Flow && strings.Contains(other.text, role.address) && s.runsInNetwork(other.text) {
				node.Group = s.placed(partOf(role))
			}
		}
		s.graph.Nodes = append(s.graph.Nodes, node)
		s.drawn[role.address] = role
	}
}

// owner is the node that acts with a role: the one beside it in the tree of constructs, or else the nearest of its part.
func (s *sketch) owner(role *resource, beside bool) string {
	if s.drawn[role.address] != nil {
		return role.address
	}
	scope := role.path
	for len(scope) > 0 && scope[len(scope)-1] == "role" {
		scope = scope[:len(scope)-1]
	}
	best, rank := "", [2]int{0, len(main) + 1}
	for _, node := range s.graph.Nodes {
		each := s.drawn[node.ID]
		if each == nil || each.kind == "aws_iam_role" && !each.within(scope) {
			continue
		}
		if beside {
			if len(scope) > 1 && each.within(scope) {
				return node.ID
			}
			continue
		}
		order := slices.Index(main, each.kind)
		if order < 0 {
			order = len(main)
		}
		found := [2]int{shared(scope, each.path), order}
		if found[0] > rank[0] || found[0] == rank[0] && found[0] > 0 && found[1] < rank[1] {
			best, rank = node.ID, found
		}
	}
	return best
}

// foreign is the node of a resource that may be another stack's.
func (s *sketch) foreign(r *resource) string {
	if r.stack == s.stack.Name {
		return r.address
	}
	id := r.stack + "/" + r.address
	if s.graph.Node(id) == nil {
		group := "stack-" + r.stack
		if !slices.ContainsFunc(s.graph.Groups, func(each drawing.Group) bool { return each.ID == group }) {
			s.graph.Groups = append(s.graph.Groups, drawing.Group{ID: group, Label: "stack " + r.stack, Kind: drawing.Stack})
		}
		kind := kinds[r.kind]
		name := r.body.text(kind.name)
		other := s.platform.stacks[r.stack]
		s.graph.Nodes = append(s.graph.Nodes, drawing.Node{
			ID: id, Label: short(name, s.platform.prefix(other), other.Account, other.Region), Lines: []string{kind.title}, Kind: kind.kind,
			Group: group, Link: "#" + Anchor(r.stack, r.address), Note: kind.title + " " + name + " of the stack " + r.stack,
		})
	}
	return id
}

// subscribers draws who hears of a topic, all together.
func (s *sketch) subscribers() {
	for _, topic := range s.template.of("aws_sns_topic") {
		var who []string
		for _, each := range s.template.of("aws_sns_topic_subscription") {
			if slices.Contains(s.template.references(each.body.text("topic_arn")), topic) && each.body.text("protocol") == "email" {
				who = append(who, each.body.text("endpoint"))
			}
		}
		if len(who) > 0 {
			id := topic.address + "/people"
			s.graph.Nodes = append(s.graph.Nodes, drawing.Node{ID: id, Label: "people", Lines: who, Kind: drawing.Outside, Shape: drawing.Oval})
			s.edge(topic.address, id, "e-mail", drawing.Tells)
		}
	}
}

// tidy leaves out what only matters in company, and frames around a single part of the same name.
func (s *sketch) tidy() {
	touched := map[string]bool{}
	for _, each := range s.graph.Edges {
		touched[each.From], touched[each.To] = true, true
	}
	s.graph.Nodes = slices.DeleteFunc(s.graph.Nodes, func(node drawing.Node) bool {
		r := s.drawn[node.ID]
		return r != nil && kinds[r.kind].connected && !touched[node.ID]
	})
	for _, alone := range s.graph.Nodes {
		// What nothing leads to stands beside the rest of its part, and not where drawings begin.
		first := slices.IndexFunc(s.graph.Nodes, func(node drawing.Node) bool { return node.Group == alone.Group && touched[node.ID] })
		if r := s.drawn[alone.ID]; r != nil && !touched[alone.ID] && strings.HasPrefix(alone.Group, "part-") && first >= 0 {
			s.graph.Order = append(s.graph.Order, [2]string{s.graph.Nodes[first].ID, alone.ID})
		}
	}
	inside := map[string]int{}
	for _, each := range s.graph.Nodes {
		inside[each.Group]++
	}
	for i, node := range s.graph.Nodes {
		for _, group := range s.graph.Groups {
			if group.ID == node.Group && group.Kind == drawing.Part && inside[group.ID] == 1 {
				s.graph.Nodes[i].Group = group.In
			}
		}
	}
	s.graph.Groups = slices.DeleteFunc(s.graph.Groups, func(group drawing.Group) bool {
		return !slices.ContainsFunc(s.graph.Nodes, func(node drawing.Node) bool { return node.Group == group.ID }) &&
			!slices.ContainsFunc(s.graph.Groups, func(inner drawing.Group) bool { return inner.In == group.ID })
	})
}
