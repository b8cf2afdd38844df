package platformmap

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/drawing"
)

// overview draws the accounts with their stacks, the repository that deploys them, and what one stack takes from another.
func (p *platform) overview() *drawing.Graph {
	g := &drawing.Graph{
		ID: "overview", Title: "Accounts and stacks",
		Description: "Each account with the stacks in it, where their state is kept, what they take from each other, and from which branches or tags they are deployed.",
	}
	g.Nodes = append(g.Nodes, drawing.Node{ID: "repository", Label: p.config.Repository, Lines: []string{"GitHub repository"}, Kind: drawing.Outside, Shape: drawing.Oval})
	for _, name := range p.stackNames {
		stack := p.stacks[name]
		if !slices.ContainsFunc(g.Groups, func(each drawing.Group) bool { return each.ID == stack.Account }) {
			g.Groups = append(g.Groups, drawing.Group{ID: stack.Account, Label: "account " + stack.Account, Kind: drawing.Account})
		}
		link := "#stack-" + name
		if ofEnvironment(stack) {
			link = "#environment-" + name
		}
		g.Nodes = append(g.Nodes, drawing.Node{
			ID: name, Label: name, Kind: drawing.Stack, Group: stack.Account, Link: link,
			Lines: []string{stack.Region, fmt.Sprintf("%d resources", len(p.templates[name].resources))},
			Note:  fmt.Sprintf("stack %s in account %s, %s", name, stack.Account, stack.Region),
		})
	}
	for _, name := range p.stackNames {
		stack := p.stacks[name]
		if refs := p.promotion(stack); refs != "" {
			g.Edges = append(g.Edges, drawing.Edge{From: "repository", To: name, Label: refs, Kind: drawing.Starts, Note: fmt.Sprintf("%s deploys %s: %s", p.config.Repository, name, strings.ReplaceAll(refs, "\n", ", "))})
		}
		if store := p.keeper(p.templates[name]); store != "" && store != name {
			g.Edges = append(g.Edges, drawing.Edge{From: name, To: store, Label: "state", Kind: drawing.Allows, Note: name + " keeps its Terraform state in " + store})
		}
		if environment := stack.Environment; stack.Kind == config.EnvironmentStack && environment.Promotion.After != "" {
			g.Edges = append(g.Edges, drawing.Edge{From: environment.Promotion.After, To: name, Label: "then", Kind: drawing.Next, Loose: true, Note: fmt.Sprintf("%s is deployed after %s", name, environment.Promotion.After)})
		}
		if deployed := p.deployedBy(name); deployed != "" {
			g.Edges = append(g.Edges, drawing.Edge{From: name, To: deployed, Label: "roles", Kind: drawing.Allows, Loose: true, Note: "the roles in " + name + " deploy " + deployed})
		}
		g.Edges = append(g.Edges, p.taken(name)...)
	}
	return g
}

// promotion is what is deployed to a stack, and by what.
func (p *platform) promotion(stack config.Stack) string {
	var promotion config.Promotion
	var by []string
	switch {
	case stack.Kind == config.OperationsStack:
		promotion = p.config.Operations.Promotion
		if p.config.Operations.GitHub != nil {
			by = append(by, "GitHub Actions")
		}
	case ofEnvironment(stack):
		promotion = stack.Environment.Promotion
		if stack.Environment.GitHubEnabled() {
			by = append(by, "GitHub Actions")
		}
		if stack.Environment.CodePipelineEnabled() {
			by = append(by, "CodePipeline")
		}
	}
	if len(by) == 0 {
		return ""
	}
	var refs []string
	if len(promotion.Branches) > 0 {
		refs = append(refs, "branch "+strings.Join(promotion.Branches, ", "))
	}
	if len(promotion.Tags) > 0 {
		refs = append(refs, "tag "+strings.Join(promotion.Tags, ", "))
	}
	return strings.Join(refs, ", ") + "\nby " + strings.Join(by, " and ")
}

// keeper is the stack that makes the bucket of the template's state.
func (p *platform) keeper(t *stackJSON) string {
	for _, name := range p.stackNames {
		for _, each := range p.templates[name].of("aws_s3_bucket") {
			if bucket := each.body.text("bucket"); bucket != "" && bucket == t.backend.text("bucket") {
				return name
			}
		}
	}
	return ""
}

// taken are the arrows of what the roles of a stack may take from others.
func (p *platform) taken(name string) []drawing.Edge {
	t := p.templates[name]
	labels := map[string][]string{} // by the other stack
	for _, role := range t.of("aws_iam_role") {
		for _, statement := range t.policies(role) {
			if !statement.takes() {
				continue
			}
			for _, pattern := range statement.Patterns {
				for _, target := range p.meant(pattern) {
					// Who deploys reads everything to compare it.
					if target.stack == name || target.stack == p.deployedBy(name) || deploys(role) && target.kind == "aws_s3_bucket" {
						continue
					}
					other := p.stacks[target.stack]
					label := short(target.body.text(kinds[target.kind].name), p.prefix(other), other.Account, other.Region)
					if !slices.Contains(labels[target.stack], label) {
						labels[target.stack] = append(labels[target.stack], label)
					}
				}
			}
		}
	}
	var edges []drawing.Edge
	for _, other := range p.stackNames {
		if len(labels[other]) > 0 {
			edges = append(edges, drawing.Edge{From: other, To: name, Label: strings.Join(labels[other], ", "), Kind: drawing.Moves})
		}
	}
	return edges
}

// meant are the resources of all stacks that an ARN, or a pattern of ARNs, means.
func (p *platform) meant(pattern string) []*resource {
	var all []*resource
	for _, name := range p.stackNames {
		for _, each := range p.templates[name].resources {
			if kind := kinds[each.kind]; kind.service != "" && kind.named(each.body.text(kind.name), pattern) {
				all = append(all, each)
			}
		}
	}
	return all
}
