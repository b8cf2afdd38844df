package workflows

import (
	"slices"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery"
	"github.com/mlplatform/mlplatform/documents/workflow"
)

// destroyable stages are environments whose protection is off. Operations is none: all environments use what it holds, so
// that an administrator removes it when they are gone.
func destroyable(s delivery.Stage) bool { return !s.Protect && s.Stack != config.OperationsName }

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
		if !destroyable(stage) {
			continue
		}
		jobs = append(jobs, workflow.Job{
			ID: "stack-" + stage.Stack, Name: stage.Stack, Needs: []string{"targets"}, If: chosen(stage.Stack), Uses: "./" + workflowsFolder + "/stack-destroy.yml",
			Permissions: workflow.Permissions{Actions: workflow.Read, Deployments: workflow.Write, IDToken: workflow.Write},
			Concurrency: concurrency(stage), With: append(planWith(stage), applyWith(stage)...),
		})
	}
	return &workflow.Workflow{
		Comment: "Destroys an environment whose protection is off: shows what goes, waits for approval where its GitHub environment asks for it, destroys that.",
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
	return &workflow.Workflow{
		Comment: "Destroys one environment. The workflow destroy calls it.",
		Name:    "stack destroy", On: workflow.Triggers{Call: &workflow.Call{Inputs: slices.Concat(planInputs, applyInputs)}},
		Jobs: []workflow.Job{
			g.gateJob(run("Is this commit deployed", "is-deployed", token, environmentName)),
			g.planJob("plan-destroy"),
			g.applyJob(workflow.Environment{Name: input("environment"), WithoutDeployment: true}),
			{
				ID: "forget", Needs: []string{"apply"}, If: "!cancelled() && needs.apply.result == 'success'", RunsOn: g.platform.RunsOn, TimeoutMinutes: quickMinutes,
				Permissions: workflow.Permissions{Deployments: workflow.Write},
				Steps:       []workflow.Step{run("Forget what was deployed", "forget", token, environmentName, workflow.Variable{Name: "STACK", Value: input("stack")})},
			},
		},
	}
}
