// Package platformmap draws a configuration: its accounts and stacks, each environment, pipelines and state machines, who may deploy,
// every resource with the line of YAML that it comes from, what it costs idle, and what differs between environments. It follows
// from the configuration and the synthesised stacks alone, so that what a team adds to a stack is in it too.
package platformmap

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/costs"
	"github.com/mlplatform/mlplatform/delivery/drawing"
)

// A Map is what the page shows.
type Map struct {
	Project    string `json:"project"`
	Repository string `json:"repository"`
	// Stacks in the order of their first deployment.
	Stacks []Stack `json:"stacks"`
	// Overview shows accounts and stacks, Environments what each of them has, Access who may deploy.
	Overview     *drawing.Graph   `json:"overview"`
	Environments []*drawing.Graph `json:"environments"`
	Access       *drawing.Graph   `json:"access"`
	// Flows are the pipelines and state machines.
	Flows []Flow `json:"flows"`
	// Roles are those with which somebody from outside deploys.
	Roles       []Role       `json:"roles"`
	Resources   []Resource   `json:"resources"`
	Differences []Difference `json:"differences"`
	// EnvironmentNames in the order in which a change passes through them.
	EnvironmentNames []string `json:"-"`
	// Sources are the files of the configuration.
	Sources []Source `json:"-"`
}

// A Stack is one stack with what it costs.
type Stack struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Account string `json:"account"`
	Region  string `json:"region"`
	// Resources is how many it has.
	Resources int `json:"resources"`
	// Idle is what it costs when nobody uses it, in USD a month at list prices.
	Idle float64 `json:"idle"`
	// Costs are its parts, the dearest first. Unpriced may cost and is not counted.
	Costs    []Cost   `json:"costs"`
	Unpriced []string `json:"unpriced,omitempty"`
}

// A Cost is one kind of thing that costs, in USD a month.
type Cost struct {
	What    string  `json:"what"`
	Number  float64 `json:"number"`
	Monthly float64 `json:"monthly"`
}

// A Flow is a pipeline or state machine.
type Flow struct {
	Stack string `json:"stack"`
	// Address of its resource.
	Address string         `json:"address"`
	Name    string         `json:"name"`
	Graph   *drawing.Graph `json:"graph"`
}

// A Resource of a stack.
type Resource struct {
	Stack   string `json:"stack"`
	Address string `json:"address"`
	Type    string `json:"type"`
	// Name is its physical name, where it has one before it is made.
	Name string `json:"name,omitempty"`
	// Part of the stack that it belongs to.
	Part string `json:"part"`
	// File and Line are where the configuration asks for it.
	File string `json:"file"`
	Line int    `json:"line"`
}

// A Source is a file of the configuration.
type Source struct {
	File  string
	Lines []string
}

// platform is what everything here is made from.
type platform struct {
	config     *config.Platform
	stackNames []string
	stacks     map[string]config.Stack
	templates  map[string]*stackJSON
}

// prefix is how the names of a stack's resources begin.
func (p *platform) prefix(stack config.Stack) string {
	if stack.Kind == config.OperationsStack || stack.Environment == nil {
		return p.config.Operations.Prefix()
	}
	return stack.Environment.Prefix()
}

// New makes the map of a platform from its stacks as Terraform JSON, by name, and what each of them costs.
func New(from *config.Platform, stacks map[string][]byte, estimates []costs.Stack) (*Map, error) {
	p := &platform{config: from, stacks: map[string]config.Stack{}, templates: map[string]*stackJSON{}}
	m := &Map{Project: from.Project, Repository: from.Repository, EnvironmentNames: from.EnvironmentNames()}
	for _, stack := range from.Stacks() {
		text, made := stacks[stack.Name]
		if !made {
			return nil, fmt.Errorf("the stack %s was not synthesised", stack.Name)
		}
		t, err := parse(stack.Name, text)
		if err != nil {
			return nil, err
		}
		p.stackNames = append(p.stackNames, stack.Name)
		p.stacks[stack.Name], p.templates[stack.Name] = stack, t
		m.Stacks = append(m.Stacks, p.stack(stack, estimates))
		m.Resources = append(m.Resources, p.resources(stack)...)
	}
	for _, stack := range from.Stacks() {
		if ofEnvironment(stack) {
			m.Environments = append(m.Environments, p.environment(stack))
		}
		flows, err := p.flows(stack)
		if err != nil {
			return nil, err
		}
		m.Flows = append(m.Flows, flows...)
	}
	m.Roles = p.roles()
	m.Overview, m.Access = p.overview(), access(m.Roles)
	m.Differences = p.differences()
	for _, name := range append([]string{config.OperationsName}, from.EnvironmentNames()...) {
		source := from.Source(name)
		m.Sources = append(m.Sources, Source{source.File, strings.Split(strings.TrimSuffix(source.Text, "\n"), "\n")})
	}
	return m, nil
}

func (p *platform) stack(stack config.Stack, estimates []costs.Stack) Stack {
	made := Stack{
		Name: stack.Name, Kind: string(stack.Kind), Account: stack.Account, Region: stack.Region, Costs: []Cost{},
		Resources: len(p.templates[stack.Name].resources),
	}
	for _, each := range estimates {
		if each.Name != stack.Name {
			continue
		}
		made.Idle, made.Unpriced = each.Monthly(), each.Unpriced
		for _, line := range each.Lines {
			made.Costs = append(made.Costs, Cost{line.What, line.Number, line.Monthly()})
		}
	}
	return made
}

func (p *platform) resources(stack config.Stack) []Resource {
	var all []Resource
	for _, each := range p.templates[stack.Name].resources {
		file, line := p.place(stack, each)
		all = append(all, Resource{
			Stack: stack.Name, Address: each.address, Type: each.kind, Name: physical(each), Part: partOf(each), File: file, Line: line,
		})
	}
	return all
}

// physical is the name that AWS shows, as far as it stands in the stack.
func physical(r *resource) string {
	for _, key := range []string{kinds[r.kind].name, "name", "bucket"} {
		if name := r.body.text(key); name != "" && !strings.Contains(name, "${") {
			return name
		}
	}
	tags, _ := r.body["tags"].(map[string]any)
	name, _ := tags["Name"].(string)
	return name
}

// Anchor is where the page has a resource.
func Anchor(stack, address string) string { return "resource-" + stack + "-" + address }
