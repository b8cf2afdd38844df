package workflows

import (
	"slices"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery"
	"github.com/mlplatform/mlplatform/documents/workflow"
	"github.com/mlplatform/mlplatform/systems/leftovers"
)

// destroyable stages are environments whose protection is off. Operations is none: all environments use what it holds, so
// that an administrator removes it when they are gone.
func destroyable(s delivery.Stage) bool { return !s.Protect && s.Stack != config.OperationsName }

// destruction is what goes with a stage, in that order: its further stacks, the last one first, before the environment that they stand on.
func destruction(stages []delivery.Stage, of delivery.Stage) []delivery.Stage {
	if of.Further {
		return []delivery.Stage{of}
	}
	var all []delivery.Stage
	for _, each := range slices.Backward(stages) {
		if each.Further && each.Access == of.Access {
			all = append(all, each)
		}
	}
	return append(all, of)
}

func kubernetes(s delivery.Stage) bool { return s.Kubernetes }

func (g generator) destroy() *workflow.Workflow {
	if len(g.stacks(destroyable)) == 0 {
		return nil
	}
	jobs := []workflow.Job{{
		ID: "targets", RunsOn: g.platform.RunsOn, TimeoutMinutes: synthMinutes, Permissions: workflow.Permissions{Contents: workflow.Read},
		Outputs: variables{{Name: "stacks", Value: expression("steps.targets.outputs.stacks")}},
		Steps: []workflow.Step{
			checkout(1, ""), setup(),
			{Name: "May this be destroyed", ID: "targets", Run: script("destroyable"), Env: variables{{Name: "TYPED", Value: input("environment")}}},
			synthesize(), upload(stacksName, outputFolder),
		},
	}}
	for _, stage := range g.stages {
		if !destroyable(stage) || stage.Further {
			continue
		}
		needs := []string{"targets"}
		for _, each := range destruction(g.stages, stage) {
			with := append(planWith(each), applyWith(each)...)
			with = append(append(with, g.runner(each)...), workflow.Variable{Name: "further", Value: yes(each.Further)})
			if g.any(kubernetes) {
				with = append(with, workflow.Variable{Name: "kubernetes", Value: yes(each.Kubernetes)})
			}
			jobs = append(jobs, workflow.Job{
				ID: "stack-" + each.Stack, Name: each.Stack, Needs: slices.Clone(needs),
				If: chosen(each.Stack) + unbroken, Uses: "./" + workflowsFolder + "/stack-destroy.yml",
				Permissions: workflow.Permissions{Actions: workflow.Read, Deployments: workflow.Write, IDToken: workflow.Write},
				Concurrency: concurrency(each), With: with,
			})
			needs = append(needs, "stack-"+each.Stack)
		}
	}
	return &workflow.Workflow{
		Comment: "Destroys an environment whose protection is off, its further stacks first: shows what goes, waits for approval where its GitHub environment asks for it, destroys that.",
		Name:    "destroy", RunName: "destroy " + input("environment"),
		On: workflow.Triggers{Dispatch: &workflow.Dispatch{Inputs: []workflow.Input{{
			Name: "environment", Description: "Name of the environment that is destroyed with all its data, typed in full", Required: true,
		}}}},
		Jobs: jobs,
	}
}

// stackDestroy is what each stage of destroy calls. The commit must be what is deployed: an older one may lack the
// protection that was switched on since, and buckets and repositories are emptied only if what is deployed says so.
func (g generator) stackDestroy() *workflow.Workflow {
	if len(g.stacks(destroyable)) == 0 {
		return nil
	}
	inputs := append(slices.Concat(planInputs, applyInputs), workflow.Input{Name: "further", Description: "yes where the stack is one beside that of its environment, which is destroyed after it"})
	inputs = g.withRunner(inputs)
	plan := g.planJob("plan-destroy")
	made := &plan.Steps[len(plan.Steps)-2] // before the upload
	made.Env = append(made.Env, workflow.Variable{Name: "FURTHER", Value: input("further")})
	plan.Outputs = append(plan.Outputs, workflow.Variable{Name: "nothing", Value: expression("steps.plan.outputs.nothing")})
	if g.any(kubernetes) {
		inputs = append(inputs, workflow.Input{Name: "kubernetes", Description: "yes where the stack has a cluster on which a stack before it had software"})
		look := run("Has Kubernetes left something", "leftovers", workflow.Variable{Name: "STACK", Value: input("stack")})
		look.If, look.Run = "inputs.kubernetes != ''", look.Run+leftovers.Script
		plan.Steps = append(plan.Steps, look)
	}
	apply := g.applyJob(workflow.Environment{Name: input("environment"), WithoutDeployment: true})
	apply.If += " && needs.plan.outputs.nothing == ''"
	return &workflow.Workflow{
		Comment: "Destroys one stack of an environment. The workflow destroy calls it.",
		Name:    "stack destroy", On: workflow.Triggers{Call: &workflow.Call{Inputs: inputs}},
		Jobs: []workflow.Job{
			g.gateJob(run("Is this commit deployed", "is-deployed", token, environmentName)),
			plan, apply,
			{
				// Beside a further stack, what was deployed is still there.
				ID: "forget", Needs: []string{"apply"}, If: "!cancelled() && needs.apply.result == 'success' && inputs.further == ''", RunsOn: g.platform.RunsOn, TimeoutMinutes: quickMinutes,
				Permissions: workflow.Permissions{Deployments: workflow.Write},
				Steps:       []workflow.Step{run("Forget what was deployed", "forget", token, environmentName, workflow.Variable{Name: "STACK", Value: input("stack")})},
			},
		},
	}
}
