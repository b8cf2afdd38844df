package platformmap

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/drawing"
)

// network draws the VPC as a frame with a table of its subnets: a row for each tier, a column for each zone.
func (s *sketch) network() {
	vpcs := s.template.of("aws_vpc")
	label := ""
	switch existing := s.stack.Environment.Network; {
	case len(vpcs) > 0:
		label = "VPC " + vpcs[0].body.text("cidr_block")
	case s.stack.Kind == config.EnvironmentStack && existing != nil && existing.Existing != nil:
		label = "VPC " + existing.Existing.VPCID + ", not of this stack"
	default:
		return
	}
	s.graph.Groups = append(s.graph.Groups, drawing.Group{ID: "network", Label: label, Kind: drawing.Network, In: "stack"})
	if node, ok := s.subnets(); ok {
		s.graph.Nodes = append(s.graph.Nodes, node)
	}
	s.endpoints()
}

// subnets is the table. The name of a subnet ends in its tier and the letter of its zone.
func (s *sketch) subnets() (drawing.Node, bool) {
	var tiers, zones []string
	cells := map[[2]string]string{}
	for _, subnet := range s.template.of("aws_subnet") {
		zone := subnet.body.text("availability_zone")
		tier := tierOf(subnet)
		if !slices.Contains(tiers, tier) {
			tiers = append(tiers, tier)
		}
		if !slices.Contains(zones, zone) {
			zones = append(zones, zone)
		}
		cell := subnet.body.text("cidr_block")
		for _, gateway := range s.template.of("aws_nat_gateway") {
			if slices.Contains(s.template.references(gateway.body.text("subnet_id")), subnet) {
				cell += "\nNAT gateway"
			}
		}
		cells[[2]string{tier, zone}] = cell
	}
	if len(tiers) == 0 {
		return drawing.Node{}, false
	}
	// From the internet inwards.
	order := []string{"public", "private", "isolated"}
	slices.SortStableFunc(tiers, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) })
	slices.Sort(zones)
	grid := [][]string{append([]string{""}, zones...)}
	note := "subnets: "
	for _, tier := range tiers {
		row := []string{tier}
		for _, zone := range zones {
			row = append(row, cells[[2]string{tier, zone}])
		}
		grid = append(grid, row)
		note += fmt.Sprintf("%s in %s; ", tier, strings.Join(zones, ", "))
	}
	return drawing.Node{
		ID: "subnets", Label: "subnets", Kind: drawing.Network, Group: "network", Grid: grid, Note: strings.TrimSuffix(note, "; "),
	}, true
}

func tierOf(subnet *resource) string {
	parts := strings.Split(subnet.path[len(subnet.path)-1], "-")
	if len(parts) < 2 {
		return subnet.path[len(subnet.path)-1]
	}
	return parts[len(parts)-2]
}

// endpoints draws the services that are reached without the internet, in one box.
func (s *sketch) endpoints() {
	var services []string
	for _, each := range s.template.of("aws_vpc_endpoint") {
		name := each.body.text("service_name")
		services = append(services, name[strings.LastIndex(name, s.stack.Region+".")+len(s.stack.Region)+1:])
	}
	if len(services) == 0 {
		return
	}
	slices.Sort(services)
	node := drawing.Node{
		ID: "endpoints", Label: fmt.Sprintf("%d VPC endpoints", len(services)), Kind: drawing.Network, Group: "network",
		Note: "VPC endpoints: " + strings.Join(services, ", "),
	}
	if len(services) == 1 {
		node.Label = "1 VPC endpoint"
	}
	const line = 34 // characters
	text := ""
	for i, each := range services {
		if i < len(services)-1 {
			each += ","
		}
		if len(text)+len(each) > line && text != "" {
			node.Lines = append(node.Lines, text)
			text = ""
		}
		text = strings.TrimSpace(text + " " + each)
	}
	node.Lines = append(node.Lines, text)
	s.graph.Nodes = append(s.graph.Nodes, node)
}

// inNetwork reports whether a resource is put into subnets by its own arguments.
func (s *sketch) inNetwork(b body) bool {
	for _, key := range []string{"subnet_ids", "subnets", "vpc_subnet_ids"} {
		if b[key] != nil {
			return true
		}
	}
	for _, key := range []string{"vpc_config", "network_configuration", "vpc_options"} {
		if b.block(key) != nil {
			return true
		}
	}
	return false
}

// runsInNetwork reports whether a definition puts its jobs into subnets.
func (s *sketch) runsInNetwork(definition string) bool {
	return strings.Contains(definition, `\"Subnets\"`)
}
