package workflows

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/delivery"
	"github.com/mlplatform/mlplatform/documents/workflow"
)

func drifts(s delivery.Stage) bool { return s.Drift }

func (g generator) drift() *workflow.Workflow {
	var jobs []workflow.Job
	for _, stage := range g.stages {
		if !stage.Drift {
			continue
		}
		jobs = append(jobs, workflow.Job{
			ID: "stack-" + stage.Stack, Name: stage.Stack, If: g.onDefaultBranch(), Uses: "./" + workflowsFolder + "/stack-drift.yml",
			Permissions: workflow.Permissions{Contents: workflow.Read, Deployments: workflow.Read, IDToken: workflow.Write, Issues: workflow.Write},
			With:        append(append(planWith(stage), workflow.Variable{Name: "unmerged", Value: unmerged(stage)}), g.runner(stage)...),
		})
	}
	if len(jobs) == 0 {
		return nil
	}
	return &workflow.Workflow{
		Comment: "Compares AWS with what was deployed last, every night. An issue stays open for as long as they differ.",
		Name:    "drift", On: workflow.Triggers{
			Schedule: []string{fmt.Sprintf("%d %d * * *", 1+g.number("minute", 58), 1+g.number("hour", 5))}, Dispatch: &workflow.Dispatch{},
		},
		Concurrency: &workflow.Concurrency{Group: "drift"}, Jobs: jobs,
	}
}

// unmerged commits of branches that anyone can push, because a pattern names them, are not for drift: it would run code
// that nobody reviewed with the identity of the default branch, which may plan all stacks.
func unmerged(s delivery.Stage) string {
	if slices.ContainsFunc(s.Branches, func(branch string) bool { return strings.ContainsAny(branch, "*?") }) {
		return "refuse"
	}
	return "allow"
}

// stackDrift is what each stage of drift calls. The commit that was deployed may be of any branch, and its code runs on the
// default branch here: the job uses no cache, and what it hands over is sealed.
func (g generator) stackDrift() *workflow.Workflow {
	if len(g.stacks(drifts)) == 0 {
		return nil
	}
	find := run("What was deployed last", "drift-commit", token, environmentName, workflow.Variable{Name: "UNMERGED", Value: input("unmerged")})
	find.ID = "deployed"
	stack := workflow.Variable{Name: "STACK", Value: input("stack")}
	seal := sealing("Seal", "seal", stack)
	seal.ID = "seal"
	deployed := []workflow.Step{
		checkout(1, expression("steps.deployed.outputs.commit")),
		{Uses: goAction, With: variables{{Name: "go-version-file", Value: "go.mod"}, {Name: "cache", Value: "false"}}},
		{Uses: nodeAction, With: variables{{Name: "node-version", Value: nodeVersion}, {Name: "package-manager-cache", Value: "false"}}},
		synthesize(), seal, upload(stacksName+"-"+input("stack"), outputFolder+"/"+input("stack")),
	}
	for i := range deployed {
		deployed[i].If = "steps.deployed.outputs.commit != ''"
	}
	plan := planSteps(plannedInputs(), "drift-plan", g.logIn()...)
	plan = append([]workflow.Step{
		download(stacksName+"-"+input("stack"), stacksName+"/"+input("stack")),
		sealing("Check the seal", "sealed", stack, workflow.Variable{Name: "DIGEST", Value: expression("needs.deployed.outputs.digest")}),
	}, plan[1:]...)
	return &workflow.Workflow{
		Comment: "Looks for drift of one stack. The workflow drift calls it.",
		Name:    "stack drift", On: workflow.Triggers{Call: &workflow.Call{Inputs: g.withRunner(append(slices.Clone(planInputs), workflow.Input{
			Name: "unmerged", Description: "allow, or refuse commits that the default branch does not have", Required: true,
		}))}},
		Jobs: []workflow.Job{
			{
				ID: "deployed", RunsOn: g.platform.RunsOn, TimeoutMinutes: synthMinutes,
				Permissions: workflow.Permissions{Contents: workflow.Read, Deployments: workflow.Read},
				Outputs: variables{
					{Name: "commit", Value: expression("steps.deployed.outputs.commit")}, {Name: "digest", Value: expression("steps.seal.outputs.digest")},
				},
				Steps: append([]workflow.Step{find}, deployed...),
			},
			{
				ID: "plan", Needs: []string{"deployed"}, If: "needs.deployed.outputs.commit != ''", RunsOn: g.chosenMachine(), TimeoutMinutes: planMinutes,
				Permissions: workflow.Permissions{IDToken: workflow.Write},
				Outputs:     variables{{Name: "drift", Value: expression("steps.plan.outputs.drift")}},
				Steps:       append(plan, upload("plan-"+input("stack"), stacksName+"/"+input("stack")+"/"+input("stack")+".txt")),
			},
			{
				ID: "issue", Needs: []string{"deployed", "plan"}, RunsOn: g.platform.RunsOn, TimeoutMinutes: quickMinutes,
				Permissions: workflow.Permissions{Issues: workflow.Write},
				Steps: []workflow.Step{
					download("plan-"+input("stack"), "."),
					run("Open, update or close the issue", "drift-issue", token, runLink, stack,
						workflow.Variable{Name: "DRIFT", Value: expression("needs.plan.outputs.drift")}, workflow.Variable{Name: "COMMIT", Value: expression("needs.deployed.outputs.commit")}),
				},
			},
		},
	}
}
