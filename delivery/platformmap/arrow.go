package platformmap

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/delivery/drawing"
)

// rights draws what the holder of a role does with what is drawn, here or in another stack.
func (s *sketch) rights(role *resource) {
	actor := s.owner(role, false)
	if actor == "" {
		return
	}
	for _, each := range s.template.policies(role) {
		if each.Effect != "Allow" {
			continue
		}
		for _, pattern := range each.Patterns {
			for _, target := range s.targets(pattern) {
				s.act(actor, target, each.Actions)
			}
		}
	}
}

func (s *sketch) act(actor, target string, actions []string) {
	for _, right := range rights {
		switch {
		case !right.in(actions) || actor == target:
		case right.takes:
			s.edge(target, actor, right.label, right.kind)
		default:
			s.edge(actor, target, right.label, right.kind)
		}
	}
}

// targets are the nodes that an ARN or a pattern of ARNs means.
func (s *sketch) targets(pattern string) []string {
	var all []string
	for _, each := range s.template.references(pattern) {
		if s.drawn[each.address] != nil {
			all = append(all, each.address)
		} else if each.kind == "aws_iam_role" {
			if owner := s.owner(each, true); owner != "" {
				all = append(all, owner)
			}
		}
	}
	if len(all) > 0 {
		return all
	}
	for _, each := range s.platform.meant(pattern) {
		if each.stack != s.stack.Name || s.drawn[each.address] != nil {
			all = append(all, s.foreign(each))
		}
	}
	return all
}

// edge draws an arrow once, with all that it means.
func (s *sketch) edge(from, to, label string, kind drawing.EdgeKind) {
	key := fmt.Sprintf("%s|%s|%s", from, to, kind)
	if i, known := s.edges[key]; known {
		if edge := &s.graph.Edges[i]; !slices.Contains(strings.Split(edge.Label, ", "), label) {
			edge.Label += ", " + label
		}
		return
	}
	s.edges[key] = len(s.graph.Edges)
	s.graph.Edges = append(s.graph.Edges, drawing.Edge{From: from, To: to, Label: label, Kind: kind})
}

// services draws what a load balancer brings to services of ECS, the databases that these have, and the services without which they are
// not started.
func (s *sketch) services() {
	of := func(text string, kinds ...string) []*resource {
		return slices.DeleteFunc(s.template.references(text), func(each *resource) bool { return !slices.Contains(kinds, each.kind) })
	}
	for _, service := range s.template.of("aws_ecs_service") {
		for _, rule := range s.template.of("aws_lb_listener_rule") {
			for _, group := range of(service.text, "aws_lb_target_group") {
				if !slices.Contains(of(rule.text, "aws_lb_target_group"), group) {
					continue
				}
				for _, listener := range of(rule.body.text("listener_arn"), "aws_lb_listener") {
					for _, balancer := range of(listener.body.text("load_balancer_arn"), "aws_lb") {
						s.edge(balancer.address, service.address, "requests", drawing.Starts)
					}
				}
			}
		}
		for _, definition := range of(service.body.text("task_definition"), "aws_ecs_task_definition") {
			for _, database := range of(definition.text, "aws_db_instance", "aws_rds_cluster") {
				s.edge(database.address, service.address, "reads", drawing.Moves)
				s.edge(service.address, database.address, "writes", drawing.Moves)
			}
		}
		for _, before := range service.body.texts("depends_on") {
			if other := s.drawn[before]; other != nil && other.kind == "aws_ecs_service" {
				s.edge(service.address, before, "asks", drawing.Starts)
			}
		}
	}
}

// nodeGroups draws the nodes of clusters behind them, and both behind the subnets.
func (s *sketch) nodeGroups() {
	for _, cluster := range s.template.of("aws_eks_cluster") {
		for _, node := range s.graph.Nodes {
			if node.Kind == drawing.Network && node.Group == "network" {
				s.graph.Order = append(s.graph.Order, [2]string{node.ID, cluster.address})
			}
		}
		for _, group := range s.template.of("aws_eks_node_group") {
			if slices.Contains(s.template.references(group.body.text("cluster_name")), cluster) {
				s.edge(cluster.address, group.address, "nodes", drawing.Starts)
			}
		}
	}
}

// events draws what rules listen to and what they tell or start.
func (s *sketch) events() {
	for _, rule := range s.template.of("aws_cloudwatch_event_rule") {
		pattern := rule.body.text("event_pattern")
		for _, each := range s.template.resources {
			kind, known := kinds[each.kind]
			if !known || each == rule || s.drawn[each.address] == nil {
				continue
			}
			name := each.body.text(kind.name)
			literal := kind.service != "" && name != "" && !strings.Contains(name, "${") && strings.Contains(pattern, `"`+name+`"`)
			if literal && strings.Contains(pattern, "aws."+kind.service) || strings.Contains(pattern, "${"+each.address+".") {
				s.edge(each.address, rule.address, "event", drawing.Tells)
			}
		}
	}
	for _, target := range s.template.of("aws_cloudwatch_event_target") {
		for _, rule := range s.template.references(target.body.text("rule")) {
			for _, to := range s.targets(target.body.text("arn")) {
				label, kind := "starts", drawing.Starts
				if s.drawn[to] != nil && kinds[s.drawn[to].kind].kind == drawing.Messages {
					label, kind = "tells", drawing.Tells
				}
				s.edge(rule.address, to, label, kind)
			}
		}
	}
}

// merge makes one arrow of two that go to and fro. It decides on the layout as the work goes: what is registered or written for others
// comes after whoever writes it, all else before those who read it.
func (s *sketch) merge() {
	edges := slices.DeleteFunc(slices.Clone(s.graph.Edges), s.detail)
	readsOnly := func(store string) bool {
		return slices.ContainsFunc(edges, func(read drawing.Edge) bool {
			return read.From == store && read.Kind == drawing.Moves && !slices.ContainsFunc(edges, func(write drawing.Edge) bool {
				return write.From == read.To && write.To == store && write.Kind == drawing.Moves
			})
		})
	}
	var merged []drawing.Edge
	for _, edge := range edges {
		back := slices.IndexFunc(edges, func(other drawing.Edge) bool {
			return other.From == edge.To && other.To == edge.From && other.Kind == edge.Kind
		})
		if back < 0 {
			merged = append(merged, edge)
			continue
		}
		store := s.drawn[edge.From]
		if store == nil || kinds[store.kind].kind != drawing.Data && kinds[store.kind].kind != drawing.Models {
			continue // the other one stands for both
		}
		edge.Both, edge.Label = true, edge.Label+", "+edges[back].Label
		if readsOnly(edge.From) {
			edge.From, edge.To = edge.To, edge.From
		}
		merged = append(merged, edge)
	}
	s.graph.Edges = merged
}

// detail reports whether an arrow only says that a pipeline or state machine may do what its jobs do: look at what they leave in a bucket,
// name their image.
func (s *sketch) detail(edge drawing.Edge) bool {
	store, flow := s.drawn[edge.From], s.drawn[edge.To]
	if flow == nil || kinds[flow.kind].kind != drawing.Flow || store != nil && kinds[store.kind].kind != drawing.Data && kinds[store.kind].kind != drawing.Images {
		return false
	}
	return slices.ContainsFunc(s.graph.Edges, func(runs drawing.Edge) bool {
		return runs.From == edge.To && runs.Kind == drawing.Starts && slices.ContainsFunc(s.graph.Edges, func(moves drawing.Edge) bool {
			return moves.Kind == drawing.Moves && (moves.From == edge.From && moves.To == runs.To || moves.From == runs.To && moves.To == edge.From)
		})
	})
}
