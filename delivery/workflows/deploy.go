package workflows

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/dashboard"
	"github.com/mlplatform/mlplatform/documents/workflow"
)

func (g generator) deploy() *workflow.Workflow {
	if len(g.stages) == 0 {
		return nil
	}
	jobs := []workflow.Job{{
		// The push that removes a branch or tag deploys nothing.
		ID: "targets", If: "!github.event.deleted", RunsOn: g.platform.RunsOn, TimeoutMinutes: synthMinutes, Permissions: workflow.Permissions{Contents: workflow.Read},
		Outputs: variables{{Name: "stacks", Value: expression("steps.targets.outputs.stacks")}},
		Steps: []workflow.Step{
			checkout(1, ""), setup(),
			{Name: "What this ref deploys", ID: "targets", Run: script("targets"), Env: variables{{Name: "STACK", Value: input("stack")}}},
			synthesize(), upload(stacksName, outputFolder),
		},
	}}
	needs := []string{"targets"}
	for _, stage := range g.stages {
		after := ""
		for _, other := range g.stages {
			if other.Stack == stage.After {
				after = other.GitHubEnvironment
			}
		}
		with := append(planWith(stage), applyWith(stage)...)
		with = append(with, workflow.Variable{Name: "access", Value: stage.Access}, workflow.Variable{Name: "after", Value: after},
			workflow.Variable{Name: "moved-tags", Value: movedTags(stage.ImmutableTags)},
			workflow.Variable{Name: "training-pipeline", Value: stage.TrainingPipeline})
		with = append(with, g.runner(stage)...)
		if g.any(pictures) {
			with = append(with, workflow.Variable{Name: "dashboards", Value: yes(stage.Dashboards)})
		}
		jobs = append(jobs, workflow.Job{
			ID: "stack-" + stage.Stack, Name: stage.Stack, Needs: slices.Clone(needs),
			If:   chosen(stage.Stack) + unbroken,
			Uses: "./" + workflowsFolder + "/stack.yml",
			Permissions: workflow.Permissions{
				Actions: workflow.Read, Deployments: workflow.Read, IDToken: workflow.Write,
			},
			// Plan, approval and apply are one: what waits for approval keeps others from making its plan worthless.
			Concurrency: concurrency(stage), With: with,
		})
		needs = append(needs, "stack-"+stage.Stack)
	}
	return &workflow.Workflow{
		Comment: "Deploys what a branch or tag deploys: plans each stack, waits for approval where its GitHub environment asks for it, applies that plan.",
		Name:    "deploy", RunName: "deploy " + expression("inputs.stack || 'all'") + " from " + expression("github.ref_name"),
		On: workflow.Triggers{
			Push: &workflow.Push{Branches: g.filters(func(s delivery.Stage) []string { return s.Branches }), Tags: g.filters(func(s delivery.Stage) []string { return s.Tags })},
			Dispatch: &workflow.Dispatch{Inputs: []workflow.Input{{
				Name: "stack", Description: "What to deploy, from a branch or tag that deploys it", Default: AllStacks,
				Options: append([]string{AllStacks}, g.stacks(always)...),
			}}},
		},
		Jobs: jobs,
	}
}

// unbroken is true where nothing before went wrong.
const unbroken = " && !contains(needs.*.result, 'failure') && !contains(needs.*.result, 'cancelled')"

// yes is the value of an input that is given or not.
func yes(value bool) string {
	if value {
		return "yes"
	}
	return ""
}

// chosen is true where the job targets chose the stack. It stands first, because everything that follows may be evaluated
// only where the outputs of that job are there.
func chosen(stack string) string {
	return "!cancelled() && needs.targets.result == 'success' && contains(fromJSON(needs.targets.outputs.stacks), " + workflow.Literal(stack) + ")"
}

// concurrency lets one run at a time deploy or destroy a stack.
func concurrency(stage delivery.Stage) *workflow.Concurrency {
	return &workflow.Concurrency{Group: "deploy-" + stage.Stack}
}

func movedTags(immutable bool) string {
	if immutable {
		return "refuse"
	}
	return "allow"
}

// filters of everything that any stage deploys, each once.
func (g generator) filters(of func(delivery.Stage) []string) []string {
	var filters []string
	for _, stage := range g.stages {
		for _, pattern := range of(stage) {
			if filter := workflow.RefFilter(pattern); !slices.Contains(filters, filter) {
				filters = append(filters, filter)
			}
		}
	}
	return filters
}

// stack is what each stage of a deployment calls.
func (g generator) stack() *workflow.Workflow {
	if len(g.stages) == 0 {
		return nil
	}
	train := run("Train", "train", workflow.Variable{Name: "STACK", Value: input("stack")}, workflow.Variable{Name: "PIPELINE", Value: input("training-pipeline")})
	train.If = "inputs.training-pipeline != ''"
	after := []workflow.Step{train}
	inputs := slices.Concat(planInputs, applyInputs, []workflow.Input{
		{Name: "access", Description: "stack of the roles that deploy it, which an administrator applies", Required: true},
		{Name: "after", Description: "GitHub environment that must have deployed the commit"},
		{Name: "moved-tags", Description: "allow, or refuse tags that point to another commit than before", Required: true},
		{Name: "training-pipeline", Description: "pipeline that starts after the deployment"},
	})
	inputs = g.withRunner(inputs)
	if g.any(pictures) {
		inputs = append(inputs, workflow.Input{Name: "dashboards", Description: "yes where the dashboards beside the stack go into its Grafana"})
		load := run("Import dashboards", "dashboards", workflow.Variable{Name: "STACK", Value: input("stack")}, workflow.Variable{Name: "GRAFANA_REGION", Value: input("region")})
		load.If, load.Run = "inputs.dashboards != ''", load.Run+dashboard.ImportScript
		// The stack is applied: who could not draw must not keep the commit from the next environment.
		load.ContinueOnError = true
		after = append([]workflow.Step{load}, after...)
	}
	return &workflow.Workflow{
		Comment: "Deploys one stack. The workflow deploy calls it.",
		Name:    "stack", On: workflow.Triggers{Call: &workflow.Call{Inputs: inputs}},
		Jobs: []workflow.Job{
			g.gateJob(run("May this commit be deployed", "gate", token, environmentName,
				workflow.Variable{Name: "AFTER", Value: input("after")}, workflow.Variable{Name: "MOVED_TAGS", Value: input("moved-tags")},
				workflow.Variable{Name: "BEFORE", Value: expression("github.event.before")})),
			g.planJob("plan", append([]workflow.Step{
				run("Does an administrator come first", "access", workflow.Variable{Name: "STACK", Value: input("stack")}, workflow.Variable{Name: "ACCESS", Value: input("access")}),
			}, append(g.logIn(), g.verifyImages()...)...)...),
			g.applyJob(workflow.Environment{Name: input("environment")}, after...),
		},
	}
}

func pictures(s delivery.Stage) bool { return s.Dashboards }

// gateJob refuses GitHub environments without the rules that the configuration asks for, and what the step refuses.
func (g generator) gateJob(may workflow.Step) workflow.Job {
	return workflow.Job{
		ID: "gate", If: "!cancelled()", RunsOn: g.platform.RunsOn, TimeoutMinutes: quickMinutes,
		Permissions: workflow.Permissions{Actions: workflow.Read, Deployments: workflow.Read},
		Steps: []workflow.Step{
			run("Is the GitHub environment guarded", "guarded", token, environmentName, workflow.Variable{Name: "GUARDS", Value: input("guards")}), may,
		},
	}
}

// guards are the rules without which no job may name the GitHub environment of a stage, as GitHub's API calls them.
// https://docs.github.com/en/rest/deployments/environments#get-an-environment
func guards(s delivery.Stage) string {
	var rules []string
	if len(s.Reviewers) > 0 {
		rules = append(rules, "required_reviewers")
	}
	if s.WaitMinutes > 0 {
		rules = append(rules, "wait_timer")
	}
	if !config.ComparesClaims(arn.PartitionOf(s.Region)) {
		// Outside of the commercial regions the apply role cannot ask for a ref, and this rule does it alone.
		rules = append(rules, "branch_policy")
	}
	return strings.Join(rules, " ")
}
