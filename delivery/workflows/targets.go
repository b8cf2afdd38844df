package workflows

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery"
)

// AllStacks is the choice of everything that a branch or tag deploys.
const AllStacks = "all that this ref deploys"

// A Request asks what a run of a workflow may deploy.
type Request struct {
	// Ref is a whole ref, such as refs/heads/main.
	Ref string
	// Stack is the name of one stack, AllStacks, or "" for a push, which may deploy nothing.
	Stack string
	// Destroy asks what may be destroyed. One stack must be named then.
	Destroy bool
}

// Targets are the stacks that a request is granted, in the order of their deployment, or of their destruction. The errors say what to do instead.
func Targets(p *config.Platform, r Request) ([]string, error) {
	stages := delivery.Stages(p)
	if !strings.HasPrefix(r.Ref, "refs/heads/") && !strings.HasPrefix(r.Ref, "refs/tags/") {
		return nil, fmt.Errorf("%q is no branch or tag; give a whole ref, such as refs/heads/main or refs/tags/v1", r.Ref)
	}
	if r.Stack == "" || r.Stack == AllStacks {
		if r.Destroy {
			return nil, fmt.Errorf("it must be said which environment is destroyed; %s", choice(stages, destroyable))
		}
		targets := []string{}
		for _, stage := range stages {
			if stage.Deploys(r.Ref) {
				targets = append(targets, stage.Stack)
			}
		}
		if len(targets) == 0 && r.Stack == AllStacks {
			return nil, fmt.Errorf("%s deploys nothing; choose one of these:\n%s", r.Ref, refs(stages))
		}
		return targets, nil
	}
	found := slices.IndexFunc(stages, func(s delivery.Stage) bool { return s.Stack == r.Stack })
	if found < 0 {
		return nil, fmt.Errorf("%q is no stack that GitHub deploys; %s", r.Stack, choice(stages, always))
	}
	stage := stages[found]
	if r.Destroy && stage.Stack == config.OperationsName {
		return nil, fmt.Errorf("operations is not destroyed by GitHub, because all environments use what it holds; an administrator does it when they are gone")
	}
	if r.Destroy && stage.Protect {
		return nil, fmt.Errorf("%s is protected; set protect: false in its file and deploy that first", stage.Stack)
	}
	if !stage.Deploys(r.Ref) {
		return nil, fmt.Errorf("%s does not deploy %s, and its apply role would refuse; use one of these:\n%s", r.Ref, stage.Stack, refs([]delivery.Stage{stage}))
	}
	if r.Destroy {
		return generator{stages: destruction(stages, stage)}.stacks(always), nil
	}
	return []string{stage.Stack}, nil
}

func choice(stages []delivery.Stage, which func(delivery.Stage) bool) string {
	names := generator{stages: stages}.stacks(which)
	if len(names) == 0 {
		return "there is none"
	}
	return "use one of " + strings.Join(names, ", ")
}

func refs(stages []delivery.Stage) string {
	var lines []string
	for _, stage := range stages {
		lines = append(lines, "  "+stage.Stack+": "+stage.Refs())
	}
	return strings.Join(lines, "\n")
}
