package platformmap

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/drawing"
)

// A Role is one with which somebody from outside acts on a stack.
type Role struct {
	Stack string `json:"stack"`
	// On which stack it acts, as far as that is another one than the stack that has it.
	Deploys string `json:"deploys,omitempty"`
	Account string `json:"account"`
	Name    string `json:"name"`
	Address string `json:"address"`
	// May is what the role is for.
	May string `json:"may"`
	// Who may take it: jobs of GitHub Actions, builds, other roles.
	Who []string `json:"who"`
	// On are conditions that all of them must meet too, such as the branch.
	On []string `json:"on,omitempty"`
	// Reviewers must approve before. Protection of a GitHub environment is set up by the command setup.
	Reviewers []string `json:"reviewers,omitempty"`
}

const githubClaims = "token.actions.githubusercontent.com:"

// roles are found by whom their trust policies name.
func (p *platform) roles() []Role {
	var all []Role
	for _, name := range p.stackNames {
		t := p.templates[name]
		for _, each := range t.of("aws_iam_role") {
			if !deploys(each) {
				continue
			}
			role := Role{Stack: name, Deploys: p.deployedBy(name), Account: p.stacks[name].Account, Name: each.body.text("name"), Address: each.address, May: each.body.text("description")}
			for _, statement := range statements(each.body.text("assume_role_policy")) {
				role.trust(statement)
			}
			if trustedService(each, "codebuild.amazonaws.com") {
				for _, project := range t.of("aws_codebuild_project") {
					if slices.Contains(t.references(project.body.text("service_role")), each) {
						role.Who = append(role.Who, "CodeBuild project "+project.body.text("name"))
					}
				}
			}
			if p.protected(role) {
				role.Reviewers = p.reviewers(p.stacks[name])
			}
			all = append(all, role)
		}
	}
	return all
}

// deployedBy is the stack that the roles in a stack deploy, or "" where that is none or has them itself.
func (p *platform) deployedBy(name string) string {
	if p.stacks[name].Kind != config.AccessStack {
		return ""
	}
	return strings.TrimSuffix(name, config.AccessSuffix)
}

// trust adds whom a statement lets in.
func (r *Role) trust(s statement) {
	add := func(to *[]string, texts ...string) {
		for _, each := range texts {
			if !slices.Contains(*to, each) {
				*to = append(*to, each)
			}
		}
	}
	for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
		for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
			values := texts(s.Condition[operator][key])
			switch {
			case key == "aws:PrincipalArn":
				for _, each := range values {
					add(&r.Who, principal(each))
				}
			case key == githubClaims+"sub":
				for _, each := range values {
					add(&r.Who, subject(each))
				}
			case key == githubClaims+"ref":
				for _, each := range values {
					add(&r.On, ref(each))
				}
			}
		}
	}
}

// subject says in words which jobs of GitHub Actions a claim names. https://docs.github.com/en/actions/reference/security/oidc
func subject(claim string) string {
	parts := strings.SplitN(claim, ":", 3)
	if len(parts) < 3 {
		return claim
	}
	switch kind, value, _ := strings.Cut(parts[2], ":"); kind {
	case "ref":
		return "GitHub Actions on " + ref(value)
	case "environment":
		return "GitHub Actions in environment " + value
	case "pull_request":
		return "GitHub Actions on pull requests"
	}
	return "GitHub Actions: " + parts[2]
}

func ref(name string) string {
	if branch, is := strings.CutPrefix(name, "refs/heads/"); is {
		return "branch " + branch
	}
	if tag, is := strings.CutPrefix(name, "refs/tags/"); is {
		return "tag " + tag
	}
	return name
}

func principal(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return arn
	}
	name := strings.TrimPrefix(parts[5], "role/")
	if name == "*" {
		return "any role of account " + parts[4] + " that its own policies let"
	}
	return "role " + name + " of account " + parts[4]
}

// protected reports whether the role is taken in a GitHub environment, which can ask for reviewers.
func (p *platform) protected(role Role) bool {
	return slices.ContainsFunc(role.Who, func(who string) bool { return strings.HasPrefix(who, "GitHub Actions in environment ") })
}

func (p *platform) reviewers(stack config.Stack) []string {
	github := p.config.Operations.GitHub
	if stack.Environment != nil && stack.Kind != config.StateStack {
		github = stack.Environment.GitHub
	}
	if github == nil {
		return nil
	}
	return github.Reviewers
}

// access draws who gets into which stack through which role. What only reaches the state is left to the table.
func access(roles []Role) *drawing.Graph {
	g := &drawing.Graph{
		ID: "access", Title: "Who may deploy",
		Description: "On the left who deploys, in the middle the role that they take, on the right the stack on which the role acts.",
	}
	who := map[string]bool{}
	for _, role := range roles {
		if strings.Contains(role.Name, "-state") {
			continue
		}
		id := role.Stack + "/" + role.Address
		lines := slices.Clone(role.On)
		for i := range lines {
			lines[i] = "on " + lines[i]
		}
		if len(role.Reviewers) > 0 {
			lines = append(lines, "approved by "+strings.Join(role.Reviewers, ", "))
		}
		for _, each := range role.Who {
			if !who[each] {
				who[each] = true
				node := drawing.Node{ID: "who/" + each, Label: each, Kind: drawing.Outside, Shape: drawing.Oval}
				if rest, is := strings.CutPrefix(each, "GitHub Actions "); is {
					node.Label, node.Lines = "GitHub Actions", []string{rest}
				} else if rest, is := strings.CutPrefix(each, "CodeBuild project "); is {
					node.Label, node.Lines = "CodeBuild project", []string{rest}
				}
				g.Nodes = append(g.Nodes, node)
			}
			g.Edges = append(g.Edges, drawing.Edge{From: "who/" + each, To: id, Kind: drawing.Allows, Note: each + " may take the role " + role.Name})
		}
		g.Nodes = append(g.Nodes, drawing.Node{ID: id, Label: role.Name, Lines: lines, Kind: drawing.Access, Link: "#" + Anchor(role.Stack, role.Address)})
		stack := cmp.Or(role.Deploys, role.Stack)
		if g.Node(stack) == nil {
			g.Nodes = append(g.Nodes, drawing.Node{ID: stack, Label: stack, Lines: []string{"account " + role.Account}, Kind: drawing.Stack, Link: "#stack-" + stack})
		}
		g.Edges = append(g.Edges, drawing.Edge{From: id, To: stack, Kind: drawing.Allows, Note: role.Name + " acts on the stack " + stack})
	}
	return g
}
