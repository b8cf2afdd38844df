package config

// StackKind says what a stack holds.
type StackKind string

const (
	// StateStack makes a place where state is kept.
	StateStack StackKind = "state"
	// OperationsStack makes what environments share.
	OperationsStack StackKind = "operations"
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

// Stacks are all stacks, in the order in which they are first deployed: state, operations, environments, each with its further stacks.
func (p *Platform) Stacks() []Stack {
	var stacks []Stack
	for _, store := range p.StateStores() {
		stacks = append(stacks, Stack{
			Name: store.Stack, Kind: StateStack, Environment: p.Environment(store.Environment),
			Account: store.Account, Region: store.Region,
		})
	}
	stacks = append(stacks, Stack{
		Name: OperationsName, Kind: OperationsStack, Account: p.Operations.Account, Region: p.Operations.Region,
	})
	for _, each := range p.Environments {
		stacks = append(stacks, Stack{
			Name: each.Name, Kind: EnvironmentStack, Environment: each, Account: each.Account, Region: each.Region,
		})
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
