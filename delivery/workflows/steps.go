package workflows

import (
	"embed"
	"fmt"
	"slices"
	"strconv"

	"github.com/mlplatform/mlplatform/delivery"
	"github.com/mlplatform/mlplatform/documents/workflow"
	"github.com/mlplatform/mlplatform/internal/jsontext"
)

//go:embed scripts/*.sh
var scripts embed.FS

// script reads a script that stands whole in a workflow, so that jobs that hold credentials need no checkout.
func script(name string) string {
	text, err := scripts.ReadFile("scripts/" + name + ".sh")
	if err != nil {
		panic(fmt.Sprintf("script %s is not embedded", name)) // a name in this package is wrong, which every test finds
	}
	return string(text)
}

type variables = []workflow.Variable

var expression = workflow.Expression

// input is the value of an input of the workflow.
func input(name string) string { return expression("inputs." + name) }

// checkout leaves no token behind. A depth of 0 is the whole history.
func checkout(depth int, ref string) workflow.Step {
	with := variables{{Name: "persist-credentials", Value: "false"}}
	if depth != 1 {
		with = append(with, workflow.Variable{Name: "fetch-depth", Value: strconv.Itoa(depth)})
	}
	if ref != "" {
		with = append(with, workflow.Variable{Name: "ref", Value: ref})
	}
	return workflow.Step{Uses: checkoutAction, With: with}
}

// setup without caches, for what is applied or published: a cache may hold what code of another commit left there, such as
// drift's, which runs code of any branch that deploys on the default branch.
func setup() workflow.Step { return workflow.Step{Uses: setupAction} }

// cachedSetup is for jobs whose files are only looked at.
func cachedSetup(more ...workflow.Variable) workflow.Step {
	return workflow.Step{Uses: setupAction, With: append(variables{{Name: "cache", Value: "true"}}, more...)}
}

func run(name, file string, env ...workflow.Variable) workflow.Step {
	return workflow.Step{Name: name, Run: script(file), Env: env}
}

// sealing is a step whose script compares or writes the digest of a folder.
func sealing(name, file string, env ...workflow.Variable) workflow.Step {
	step := run(name, file, env...)
	step.Run = script("digest") + step.Run
	return step
}

// synthesize writes what Terraform reads, with a backend that reaches the state by a profile.
func synthesize() workflow.Step {
	return run("Synthesize", "synthesize", workflow.Variable{Name: "MLPLATFORM_STATE_PROFILE", Value: delivery.StateProfile})
}

func terraform() workflow.Step {
	return workflow.Step{Uses: terraformAction, With: variables{{Name: "terraform_version", Value: terraformVersion}, {Name: "terraform_wrapper", Value: "false"}}}
}

// credentials of a role, by OpenID Connect. The account is checked, so that a wrong role stops here.
func credentials(role, account, region, seconds string) workflow.Step {
	with := variables{
		{Name: "role-to-assume", Value: role}, {Name: "allowed-account-ids", Value: account}, {Name: "aws-region", Value: region},
		{Name: "role-session-name", Value: "github-" + expression("github.run_id")},
	}
	if seconds != "" {
		with = append(with, workflow.Variable{Name: "role-duration-seconds", Value: seconds})
	}
	return workflow.Step{Uses: credentialsAction, With: with}
}

func reachState(role, region string) workflow.Step {
	return run("Reach the state", "state", workflow.Variable{Name: "STATE_ROLE", Value: role}, workflow.Variable{Name: "STATE_REGION", Value: region})
}

// upload keeps files for other jobs of the run. Hidden ones are among them, because of Terraform's lock file.
func upload(name, path string) workflow.Step {
	return workflow.Step{Uses: uploadAction, With: variables{
		{Name: "name", Value: name}, {Name: "path", Value: path}, {Name: "include-hidden-files", Value: "true"},
		{Name: "if-no-files-found", Value: "error"}, {Name: "overwrite", Value: "true"}, {Name: "retention-days", Value: strconv.Itoa(retentionDays)},
	}}
}

func download(name, path string) workflow.Step {
	return workflow.Step{Uses: downloadAction, With: variables{{Name: "name", Value: name}, {Name: "path", Value: path}}}
}

// keepErrored keeps the state that Terraform could not write, as after a lost connection or with credentials that ended. The
// machine is gone in a minute, and nothing else knows then what was made. Who may read artifacts may not read the state, so it is
// encrypted, by a key that was made while the bucket was in reach.
// https://developer.hashicorp.com/terraform/cli/state/recover
func keepErrored() []workflow.Step {
	encrypt := run("Encrypt a state that could not be written", "errored-encrypt", workflow.Variable{Name: "STACK", Value: input("stack")})
	step := upload("errored-state-"+input("stack"), stacksName+"/"+input("stack")+"/errored.tfstate.enc")
	step.If = "failure() || cancelled()"
	encrypt.If = step.If
	for i := range step.With {
		if step.With[i].Name == "if-no-files-found" {
			step.With[i].Value = "ignore"
		}
	}
	return []workflow.Step{encrypt, step}
}

// token for gh, which acts with the permissions of the job.
var token = workflow.Variable{Name: "GH_TOKEN", Value: expression("github.token")}

// environmentName is the GitHub environment of a workflow that is called.
var environmentName = workflow.Variable{Name: "ENVIRONMENT", Value: input("environment")}

// runLink leads to the run.
var runLink = workflow.Variable{Name: "RUN", Value: expression("github.server_url") + "/" + expression("github.repository") + "/actions/runs/" + expression("github.run_id")}

// The folder and artifact of everything that was synthesised, and where a job puts it.
const (
	outputFolder = "cdktf.out/stacks"
	stacksName   = "stacks"
)

// planSteps plan one stack with a role that only reads, and need no code of the repository. With that role come the steps
// before.
func planSteps(s planned, plan string, before ...workflow.Step) []workflow.Step {
	made := run("Plan", plan, workflow.Variable{Name: "STACK", Value: s.stack})
	made.ID, made.Run = "plan", script("begin-plan")+made.Run
	if plan != "drift-plan" { // which nothing is made of
		made.Run = script("digest") + made.Run
	}
	steps := []workflow.Step{
		download(stacksName, stacksName), terraform(), credentials(s.planRole, s.account, s.region, ""), reachState(s.statePlanRole, s.stateRegion),
	}
	return append(append(steps, before...), made)
}

// planned is what a plan needs to know, as values or as expressions of inputs.
type planned struct {
	stack, account, region, planRole, statePlanRole, stateRegion string
}

func plannedStage(s delivery.Stage) planned {
	return planned{stack: s.Stack, account: s.Account, region: s.Region, planRole: s.PlanRoleARN, statePlanRole: s.StatePlanRoleARN, stateRegion: s.StateRegion}
}

// The inputs of the workflows that stages call.
var planInputs = []workflow.Input{
	{Name: "stack", Description: "name of the stack", Required: true},
	{Name: "environment", Description: "GitHub environment that guards it", Required: true},
	{Name: "account", Description: "AWS account", Required: true},
	{Name: "region", Description: "AWS region", Required: true},
	{Name: "plan-role", Description: "role that plans", Required: true},
	{Name: "state-plan-role", Description: "role that reads the state", Required: true},
	{Name: "state-region", Description: "AWS region of the state", Required: true},
}

var applyInputs = []workflow.Input{
	{Name: "apply-role", Description: "role that applies", Required: true},
	{Name: "state-role", Description: "role that writes the state", Required: true},
	{Name: "session-seconds", Description: "how long the credentials of the role last", Required: true},
	{Name: "guards", Description: "protection rules without which the GitHub environment is not used"},
}

func plannedInputs() planned {
	return planned{
		stack: input("stack"), account: input("account"), region: input("region"), planRole: input("plan-role"),
		statePlanRole: input("state-plan-role"), stateRegion: input("state-region"),
	}
}

func planWith(s delivery.Stage) variables {
	return variables{
		{Name: "stack", Value: s.Stack}, {Name: "environment", Value: s.GitHubEnvironment}, {Name: "account", Value: s.Account},
		{Name: "region", Value: s.Region}, {Name: "plan-role", Value: s.PlanRoleARN}, {Name: "state-plan-role", Value: s.StatePlanRoleARN},
		{Name: "state-region", Value: s.StateRegion},
	}
}

func applyWith(s delivery.Stage) variables {
	return variables{
		{Name: "apply-role", Value: s.ApplyRoleARN}, {Name: "state-role", Value: s.StateRoleARN},
		{Name: "session-seconds", Value: strconv.Itoa(s.MaxSessionMinutes * 60)}, {Name: "guards", Value: guards(s)},
	}
}

// runnerInput says where jobs run that reach AWS.
var runnerInput = workflow.Input{Name: "runner", Description: "label of the machine on which jobs reach AWS, in place of that of the others"}

// chartsInput says where Helm takes charts from that asks who comes.
var chartsInput = workflow.Input{Name: "charts", Description: "registry of Amazon ECR with copies of the stack's charts"}

// withRunner adds these inputs where a stage has machines or copies of charts of its own.
func (g generator) withRunner(inputs []workflow.Input) []workflow.Input {
	if g.any(inNetwork) {
		inputs = append(inputs, runnerInput)
	}
	if g.any(copied) {
		inputs = append(inputs, chartsInput)
	}
	return inputs
}

// runner is what the stage gives to them.
func (g generator) runner(s delivery.Stage) variables {
	var with variables
	if g.any(inNetwork) {
		with = append(with, workflow.Variable{Name: runnerInput.Name, Value: s.Runner})
	}
	if g.any(copied) {
		with = append(with, workflow.Variable{Name: chartsInput.Name, Value: s.Charts})
	}
	return with
}

func copied(s delivery.Stage) bool { return s.Charts != "" }

// logIn lets Terraform's Helm provider take the charts of the inputs' stack, which it reads at each plan and application.
func (g generator) logIn() []workflow.Step {
	if !g.any(copied) {
		return nil
	}
	step := logInTo(input(chartsInput.Name))
	step.If = "inputs." + chartsInput.Name + " != ''"
	return []workflow.Step{step}
}

func logInTo(registry string) workflow.Step {
	return run("Log in to the registry of charts", "charts", workflow.Variable{Name: "REGISTRY", Value: registry})
}

func inNetwork(s delivery.Stage) bool { return s.Runner != "" }

// chosenMachine is where jobs run that reach AWS, in workflows that are called.
func (g generator) chosenMachine() []string {
	labels := g.platform.RunsOn
	switch {
	case !g.any(inNetwork):
		return labels
	case len(labels) == 1:
		return []string{expression("inputs.runner || " + workflow.Literal(labels[0]))}
	}
	return []string{expression("inputs.runner || fromJSON(" + workflow.Literal(jsontext.Compact(labels)) + ")")}
}

// machine is where jobs run that reach AWS for a stage.
func (g generator) machine(s delivery.Stage) []string {
	if s.Runner != "" {
		return []string{s.Runner}
	}
	return g.platform.RunsOn
}

// planJob plans the stack of the inputs and keeps the plan.
func (g generator) planJob(plan string, before ...workflow.Step) workflow.Job {
	return workflow.Job{
		ID: "plan", Needs: []string{"gate"}, If: "!cancelled() && needs.gate.result == 'success'", RunsOn: g.chosenMachine(), TimeoutMinutes: planMinutes,
		Permissions: workflow.Permissions{IDToken: workflow.Write},
		Outputs:     variables{{Name: "digest", Value: expression("steps.plan.outputs.digest")}},
		Steps:       append(planSteps(plannedInputs(), plan, before...), upload("plan-"+input("stack"), stacksName+"/"+input("stack"))),
	}
}

// applyMinutes is how long a job that applies may take. Its credentials do not renew themselves, and Terraform must still
// write the state with them at the end, so no job takes longer than the shortest session: all stages call one workflow.
func (g generator) applyMinutes() int {
	minutes := applyMinutes
	for _, stage := range g.stages {
		minutes = min(minutes, stage.MaxSessionMinutes)
	}
	return minutes
}

// applyJob applies that plan after the protection rules of the GitHub environment were passed.
func (g generator) applyJob(environment workflow.Environment, more ...workflow.Step) workflow.Job {
	return workflow.Job{
		ID: "apply", Needs: []string{"plan"}, If: "!cancelled() && needs.plan.result == 'success'", RunsOn: g.chosenMachine(), TimeoutMinutes: g.applyMinutes(),
		Permissions: workflow.Permissions{IDToken: workflow.Write}, Environment: &environment,
		Steps: slices.Concat([]workflow.Step{
			download("plan-"+input("stack"), stacksName+"/"+input("stack")), terraform(),
			credentials(input("apply-role"), input("account"), input("region"), input("session-seconds")),
			reachState(input("state-role"), input("state-region")),
		}, g.logIn(), []workflow.Step{
			run("Make a key for a state that cannot be written", "errored-key", workflow.Variable{Name: "STACK", Value: input("stack")}),
			sealing("Apply", "apply", workflow.Variable{Name: "STACK", Value: input("stack")}, workflow.Variable{Name: "DIGEST", Value: expression("needs.plan.outputs.digest")}),
		}, keepErrored(), more),
	}
}
