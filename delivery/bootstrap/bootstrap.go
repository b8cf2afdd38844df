// Package bootstrap says how to get from empty accounts to a first deployment of a configuration: numbered steps, each
// with its commands, what they make, who runs them and how to undo them. What can be seen on the machine marks the steps
// that are done. The package itself sees nothing, calls nothing and asks for nothing.
package bootstrap

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery"
	"github.com/mlplatform/mlplatform/internal/shell"
)

// Status says how far a step is.
type Status string

const (
	// Open is before the step, as far as can be seen.
	Open Status = "open"
	// Begun is where this machine has worked on the step, and only AWS knows how it ended.
	Begun Status = "begun"
	// Done is after the step.
	Done Status = "done"
)

// A Step is a part of the way that is done at a time, with one login.
type Step struct {
	// Title says what is done.
	Title string
	// Status says how far the step is.
	Status Status
	// Seen is what the status was taken from, or "".
	Seen string
	// Makes says what there is afterwards.
	Makes string
	// Login says who runs the commands.
	Login string
	// Commands to run, in the project's folder.
	Commands []string
	// UndoText says how to undo the step, UndoCommands are for it.
	UndoText     string
	UndoCommands []string
}

const (
	localState = "MLPLATFORM_LOCAL_STATE=true "
	noLogin    = "none"
)

// Steps are the way for a configuration, in order.
func Steps(p *config.Platform, facts Facts) []Step {
	b := builder{platform: p, facts: facts, stages: delivery.Stages(p)}
	steps := []Step{b.tools(), b.configuration()}
	if len(b.stages) > 0 {
		steps = append(steps, b.workflows())
	}
	if len(b.stages) > 0 || b.connected() {
		steps = append(steps, b.repository())
	}
	steps = append(steps, b.logins())
	steps = append(steps, b.sources()...)
	steps = append(steps, b.runners()...)
	for _, store := range p.StateStores() {
		steps = append(steps, b.makeStore(store), b.moveState(store))
	}
	for _, stack := range p.Stacks() {
		if stack.Kind != config.StateStack {
			steps = append(steps, b.stack(stack))
		}
		if stack.Name == config.OperationsName {
			steps = append(steps, b.images()...)
		}
	}
	if len(b.stages) > 0 || b.connected() {
		steps = append(steps, b.gitHub())
	}
	return steps
}

type builder struct {
	platform *config.Platform
	facts    Facts
	stages   []delivery.Stage
}

const defaultFolder = "config"

func (b builder) folder() string {
	return cmp.Or(b.facts.Folder, defaultFolder)
}

func (b builder) tools() Step {
	needed := requirements
	if len(b.stages) > 0 || b.connected() {
		needed = append(needed[:len(needed):len(needed)], forGitHub)
	}
	step := Step{
		Title: "Install the tools", Status: Done, Login: noLogin, Makes: "nothing in AWS",
		Commands: []string{"npm install --global cdktf-cli@0.21.0"}, UndoCommands: []string{"npm uninstall --global cdktf-cli"},
	}
	var says, found, wrong []string
	for _, each := range needed {
		says = append(says, each.says)
		seen, ok := each.met(b.facts)
		if ok {
			found = append(found, seen)
			continue
		}
		step.Status = Open
		wrong = append(wrong, seen)
	}
	if len(b.facts.Tools) > 0 {
		step.Seen = strings.Join(append(wrong, found...), "; ")
	}
	step.Makes += "; the commands below need " + strings.Join(says, ", ")
	return step
}

func (b builder) configuration() Step {
	step := Step{
		Title: "Write the configuration", Status: Done, Login: noLogin,
		Makes:    "your names and account ids in platform.yaml and environments/*.yaml, checked; the stacks in the order of their first deployment",
		Commands: []string{"go run . validate", "go run . list"}, UndoText: "the files are all there is",
	}
	if folder := b.folder(); folder != defaultFolder {
		step.Commands = append([]string{"export MLPLATFORM_CONFIG=" + shell.Quote(folder)}, step.Commands...)
	}
	var examples []string
	for _, stack := range b.platform.Stacks() {
		// The account ids of the examples repeat one digit.
		account := stack.Account
		if strings.Count(account, account[:1]) == len(account) && !slices.Contains(examples, account) {
			examples = append(examples, account)
		}
	}
	step.Seen = "the configuration is valid"
	if len(examples) > 0 {
		step.Status = Open
		step.Seen += ", but has account ids of the examples, " + strings.Join(examples, ", ") + ": write your own"
	}
	return step
}

func (b builder) stack(stack config.Stack) Step {
	name, owner := stack.Name, config.OperationsName
	if stack.Environment != nil {
		owner = stack.Environment.Name
	}
	login := b.of(owner)
	step := Step{Status: Open, Login: login.String(), Title: "Deploy " + name}
	deploy := login.prefix() + "cdktf deploy " + name
	step.Commands = []string{login.prefix() + "cdktf diff " + name, deploy}
	switch e := stack.Environment; {
	case stack.Kind == config.AccessStack:
		step.Makes = "the roles that deploy " + owner + ", their permissions, and the boundary of all other roles: what only administrators change, now and later"
		step.undo(deploy, "after "+owner+" is destroyed", "")
	case e == nil:
		step.Makes = "what the environments share: " + "container repositories, buckets for artifacts and pipelines"
		step.undo(deploy, "", b.operationsProtection())
	case e.ServingEnabled() && name == e.ServingStack().Stack(e).Name:
		step.Makes = "the software in the cluster: from inside the network, or from where cluster.publicAccessCidrs lets you in"
		if e.Runner() != "" {
			step.Makes += ". Or leave it to GitHub, whose machines in the network deploy it after the last step"
		}
		step.undo(deploy, "", "")
	case stack.Kind == config.ExtraStackKind:
		step.Makes = "what your extension of " + e.Name + " puts into a stack of its own"
		step.undo(deploy, "", "")
	default:
		protection := ""
		if e.Protect {
			protection = "protect: false in environments/" + name + ".yaml"
		}
		step.undo(deploy, "what docs/teardown.md says comes first", protection)
		step.environment(e, login)
	}
	switch here, other := b.stored(name, b.platform.StateStoreOf(owner).Bucket); {
	case here:
		step.Status, step.Seen = Begun, "Terraform worked on it from here; the first command says No changes if it is done"
	case other != "":
		step.Seen = "cdktf.out/stacks/" + name + " is connected with another bucket, " + other
	}
	return step
}

// environment says what a deployment of the environment makes, and what there is to do afterwards.
func (s *Step) environment(e *config.Environment, login access) {
	s.Title = "Deploy the environment " + e.Name
	s.Makes = "the environment " + e.Name + ": " + cmp.Or(strings.Join(e.Sections(), ", "), "nothing yet")
	if e.CodePipelineEnabled() && len(e.CodePipeline.Approval.Emails) > 0 {
		s.Makes += ". AWS writes to " + strings.Join(e.CodePipeline.Approval.Emails, ", ") + ": confirm it"
	}
	if e.ClusterEnabled() {
		s.Makes += ". The cluster takes about 15 minutes; the last command is for kubectl, from inside the network"
		if len(e.Cluster.PublicAccessCIDRs) > 0 {
			s.Makes += " or from " + strings.Join(e.Cluster.PublicAccessCIDRs, ", ")
		}
		s.Commands = append(s.Commands, fmt.Sprintf("%saws eks update-kubeconfig --region %s --name %s-cluster", login.prefix(), e.Region, e.Prefix()))
	}
}

// undo says how to undo a deployment: what comes first, if anything, then the setting without which Terraform refuses to
// destroy, if there is one, which takes a deployment of its own.
func (s *Step) undo(deploy, first, protection string) {
	s.UndoCommands = []string{strings.Replace(deploy, " deploy ", " destroy ", 1)}
	var before []string
	if first != "" {
		before = append(before, first)
	}
	if protection != "" {
		before = append(before, "set "+protection)
		s.UndoCommands = append([]string{deploy}, s.UndoCommands...)
	}
	if len(before) > 0 {
		s.UndoText = strings.Join(before, ", ") + ", then"
	}
}

// operationsProtection is the setting that lets operations and the state be destroyed, or "" where they may be.
func (b builder) operationsProtection() string {
	if !b.platform.Operations.Protect {
		return ""
	}
	return "operations: { protect: false } in platform.yaml"
}
