package config

// StackKind says what a stack holds.
type StackKind string

const (
	// StateStack makes a place where state is kept.
	StateStack StackKind = "state"
	// OperationsStack makes what environments share.
	OperationsStack StackKind = "operations"
	// AccessStack makes what a deployment must not change itself: the roles that deploy another stack, their policies, the
	// boundary of all other roles, and GitHub's OIDC provider. Administrators apply it.
	AccessStack StackKind = "access"
	// EnvironmentStack makes an environment.
	EnvironmentStack StackKind = "environment"
	// ExtraStackKind is a further stack of an environment, which an extension makes.
	ExtraStackKind StackKind = "extra"
)

// A Stack is one root module of Terraform, with one state.
type Stack struct {
	// Name of the stack, which is the name that cdktf commands take.
	Name string
	// Kind of the stack.
	Kind StackKind
	// Environment that the stack makes or whose state it keeps, or nil.
	Environment *Environment
	// Account and Region that the stack's resources are in.
	Account, Region string
}

// Administered reports whether only administrators apply the stack, and reach its state: who could write that could have them apply
// what they like.
func (s Stack) Administered() bool { return s.Kind == StateStack || s.Kind == AccessStack }

// AccessSuffix ends the name of a stack of the kind AccessStack, behind the name of the stack that its roles deploy.
const AccessSuffix = "-access"

// Access is the stack with the roles that deploy this one.
func (s Stack) Access() Stack {
	return Stack{Name: s.Name + AccessSuffix, Kind: AccessStack, Environment: s.Environment, Account: s.Account, Region: s.Region}
}

// Deployed reports whether something else than people deploys the environment, so that it has a stack of the kind AccessStack.
func (e *Environment) Deployed() bool { return e.GitHubEnabled() || e.CodePipelineEnabled() }

// AccessParameter is the name of the parameter of Systems Manager which says what a stack of the kind AccessStack, whose
// names begin with prefix, was applied with.
func AccessParameter(prefix string) string { return "/" + prefix + "/access" }

// Stacks are all stacks, in the order in which they are first deployed: state, operations, environments, each after the
// roles that deploy it and with its further stacks.
func (p *Platform) Stacks() []Stack {
	var stacks []Stack
	for _, store := range p.StateStores() {
		stacks = append(stacks, Stack{
			Name: store.Stack, Kind: StateStack, Environment: p.Environment(store.Environment),
			Account: store.Account, Region: store.Region,
		})
	}
	operations := Stack{Name: OperationsName, Kind: OperationsStack, Account: p.Operations.Account, Region: p.Operations.Region}
	if p.Operations.GitHub != nil {
		stacks = append(stacks, operations.Access())
	}
	stacks = append(stacks, operations)
	for _, each := range p.Environments {
		environment := Stack{Name: each.Name, Kind: EnvironmentStack, Environment: each, Account: each.Account, Region: each.Region}
		if each.Deployed() {
			stacks = append(stacks, environment.Access())
		}
		stacks = append(stacks, environment)
		for _, extra := range p.ExtraStacksOf(each) {
			stacks = append(stacks, extra.Stack(each))
		}
	}
	return stacks
}

// StackNames are the names of all stacks, in the same order.
func (p *Platform) StackNames() []string {
	var names []string
	for _, each := range p.Stacks() {
		names = append(names, each.Name)
	}
	return names
}
