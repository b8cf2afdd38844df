package bootstrap

import "github.com/mlplatform/mlplatform/config"

// stored says what the folder of a stack is connected with: the bucket where its state belongs, or another one.
func (b builder) stored(stack, bucket string) (here bool, other string) {
	backend := b.facts.backend(stack)
	if backend.Type != "s3" {
		return false, ""
	}
	if backend.Bucket != bucket {
		return false, backend.Bucket
	}
	return true, ""
}

func localFile(stack string) string { return "terraform." + stack + ".tfstate" }

func (b builder) makeStore(store config.StateStore) Step {
	login := b.of(store.Environment)
	deploy := localState + login.prefix() + "cdktf deploy " + store.Stack
	makes := "the bucket " + store.Bucket
	if store.Table != "" {
		makes += " with the lock table " + store.Table
	}
	step := Step{
		Title: "Make the state bucket: stack " + store.Stack, Status: Open, Login: login.String(),
		Makes:    makes + " and the roles that reach it; its own state stays in " + localFile(store.Stack) + " for now: keep that file",
		Commands: []string{deploy},
	}
	step.undo(deploy, "", b.operationsProtection())
	here, other := b.stored(store.Stack, store.Bucket)
	switch {
	case b.facts.localState(store.Stack):
		step.Status, step.Seen = Done, localFile(store.Stack)+" knows its resources"
	case here:
		step.Status, step.Seen = Done, "its state is in the bucket"
	case other != "":
		step.Seen = "cdktf.out/stacks/" + store.Stack + " is connected with another bucket, " + other
	default:
		step.Seen = "nothing here; if a colleague has made it, skip this step and the next"
	}
	return step
}

func (b builder) moveState(store config.StateStore) Step {
	login := b.of(store.Environment)
	deploy := login.prefix() + "cdktf deploy " + store.Stack + " --migrate-state"
	step := Step{
		Title: "Move that state into the bucket: stack " + store.Stack, Status: Open, Login: login.String(),
		Makes:    "the state of the stack " + store.Stack + " in its own bucket; Terraform says No changes. If a role cannot be assumed, wait half a minute and repeat",
		Commands: []string{deploy, "rm " + localFile(store.Stack) + "*   # only after it said No changes"}, UndoCommands: []string{localState + deploy},
	}
	here, _ := b.stored(store.Stack, store.Bucket)
	local := b.facts.localState(store.Stack)
	switch {
	case here && !local:
		step.Status, step.Seen = Done, "cdktf.out/stacks/"+store.Stack+" is connected with "+store.Bucket
	case here:
		step.Status, step.Seen = Begun, "cdktf.out/stacks/"+store.Stack+" is connected with "+store.Bucket+", and "+localFile(store.Stack)+" is still there: repeat the first command, and remove the file when it says No changes"
	}
	return step
}
