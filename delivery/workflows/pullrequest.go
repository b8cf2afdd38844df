package workflows

import (
	"strings"

	"github.com/mlplatform/mlplatform/delivery"
	"github.com/mlplatform/mlplatform/documents/workflow"
)

// ownBranch is true where the pull request comes from a branch of the repository itself. Jobs of forks get no identity
// from GitHub, and no permission to write.
const ownBranch = "github.event.pull_request.head.repo.full_name == github.repository"

func (g generator) pullRequest() *workflow.Workflow {
	needs := []string{"changes"}
	jobs := []workflow.Job{
		{
			ID: "check", RunsOn: g.platform.RunsOn, TimeoutMinutes: testMinutes, Permissions: workflow.Permissions{Contents: workflow.Read},
			Steps: []workflow.Step{
				checkout(1, ""), cachedSetup(workflow.Variable{Name: "packages", Value: "true"}), terraform(),
				run("Packages", "packages"), run("Lint", "check"), {Name: "Tests, snapshots and plans", Run: "go test ./..."},
			},
		},
		{
			// Beside the checks without which nothing is merged: what becomes known of a dependency today is in the default branch already.
			ID: "vulnerabilities", RunsOn: g.platform.RunsOn, TimeoutMinutes: synthMinutes, Permissions: workflow.Permissions{Contents: workflow.Read},
			Steps: []workflow.Step{
				checkout(1, ""),
				{Uses: goAction, With: variables{{Name: "go-version", Value: "stable"}, {Name: "cache", Value: "false"}}},
				run("Known vulnerabilities", "vulnerabilities"),
			},
		},
		{
			ID: "changes", RunsOn: g.platform.RunsOn, TimeoutMinutes: synthMinutes, Permissions: workflow.Permissions{Contents: workflow.Read},
			Outputs: variables{{Name: "stacks", Value: expression("steps.changes.outputs.stacks")}, {Name: "removed", Value: expression("steps.changes.outputs.removed")}},
			Steps: []workflow.Step{
				checkout(2, ""), cachedSetup(),
				{Name: "What changes", ID: "changes", Run: script("changes")}, synthesize(),
				upload("changes", "changes.md"), upload(stacksName, outputFolder),
			},
		},
	}
	for _, stage := range g.stages {
		if !stage.PullRequests {
			continue
		}
		keep := upload("plan-"+stage.Stack, stacksName+"/"+stage.Stack+"/"+stage.Stack+".txt")
		keep.If = "!cancelled() && steps.plan.outcome != 'skipped'"
		var before []workflow.Step
		if stage.Charts != "" {
			before = append(before, logInTo(stage.Charts))
		}
		plan := workflow.Job{
			ID: "plan-" + stage.Stack, Name: "plan " + stage.Stack, Needs: []string{"changes"}, RunsOn: g.machine(stage), TimeoutMinutes: planMinutes,
			If:          "contains(fromJSON(needs.changes.outputs.stacks), " + workflow.Literal(stage.Stack) + ") && " + ownBranch,
			Permissions: workflow.Permissions{IDToken: workflow.Write},
			Steps:       append(planSteps(plannedStage(stage), "plan", before...), keep),
		}
		if stage.Runner != "" {
			machine := g.machineJob(stage, plan.If)
			jobs, needs = append(jobs, machine), append(needs, machine.ID)
			plan.Needs, plan.If = append(plan.Needs, machine.ID), plan.If+" && needs."+machine.ID+".outputs.there"
		}
		jobs = append(jobs, plan)
		needs = append(needs, "plan-"+stage.Stack)
	}
	jobs = append(jobs, workflow.Job{
		ID: "comment", Needs: needs, RunsOn: g.platform.RunsOn, TimeoutMinutes: quickMinutes,
		If:          "!cancelled() && needs.changes.result == 'success' && " + ownBranch,
		Permissions: workflow.Permissions{PullRequests: workflow.Write},
		Steps: []workflow.Step{
			download("changes", "."),
			{Uses: downloadAction, With: variables{{Name: "pattern", Value: "plan-*"}, {Name: "path", Value: "plans"}, {Name: "merge-multiple", Value: "true"}}},
			run("Comment", "comment", token, runLink,
				workflow.Variable{Name: "NUMBER", Value: expression("github.event.pull_request.number")},
				workflow.Variable{Name: "HEAD_SHA", Value: expression("github.event.pull_request.head.sha")},
				workflow.Variable{Name: "PLANNED", Value: expression("needs.changes.outputs.stacks")},
				workflow.Variable{Name: "ADMINISTERED", Value: strings.Join(g.administered(), " ")},
				workflow.Variable{Name: "REMOVED", Value: expression("needs.changes.outputs.removed")},
				workflow.Variable{Name: "NEEDS", Value: expression("toJSON(needs)")}),
		},
	})
	return &workflow.Workflow{
		Comment: "Checks a pull request, and shows what it would do to each stack. Nothing here can change anything in AWS.",
		Name:    "pull request", On: workflow.Triggers{PullRequest: true},
		Concurrency: &workflow.Concurrency{Group: "pull-request-" + expression("github.event.pull_request.number"), CancelInProgress: true},
		Jobs:        jobs,
	}
}

// machineJob looks whether the machines are there on which the stage is planned: a job for machines that nobody has made yet waits for a day.
func (g generator) machineJob(s delivery.Stage, when string) workflow.Job {
	look := run("Are there machines", "machine", workflow.Variable{Name: "STACK", Value: s.Stack}, workflow.Variable{Name: "PROJECT", Value: s.Machines})
	look.ID = "machine"
	return workflow.Job{
		ID: "machine-" + s.Stack, Name: "machine for " + s.Stack, Needs: []string{"changes"}, RunsOn: g.platform.RunsOn, TimeoutMinutes: quickMinutes, If: when,
		Permissions: workflow.Permissions{IDToken: workflow.Write}, Outputs: variables{{Name: "there", Value: expression("steps.machine.outputs.there")}},
		Steps: []workflow.Step{credentials(s.PlanRoleARN, s.Account, s.Region, ""), look},
	}
}

// administered are the stacks that no workflow applies.
func (g generator) administered() []string {
	var names []string
	for _, stack := range g.platform.Stacks() {
		if stack.Administered() {
			names = append(names, stack.Name)
		}
	}
	return names
}

func always(delivery.Stage) bool { return true }
