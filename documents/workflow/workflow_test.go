package workflow_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/workflow"
	"github.com/mlplatform/mlplatform/internal/golden"
)

var checkout = workflow.Action{Name: "actions/checkout", SHA: "de0fac2e4500dabe0009e67214ff5f5447ce83dd", Version: "v6.0.2"}

func small() workflow.Workflow {
	return workflow.Workflow{
		Name: "check", On: workflow.Triggers{PullRequest: true},
		Jobs: []workflow.Job{{
			ID: "test", RunsOn: []string{"ubuntu-24.04"}, TimeoutMinutes: 10, Permissions: workflow.Permissions{Contents: workflow.Read},
			Steps: []workflow.Step{{Uses: checkout}, {Run: "go test ./..."}},
		}},
	}
}

func TestYAML(t *testing.T) {
	w := small()
	w.Comment = "generated\n\nby a test"
	w.RunName = "deploy " + workflow.Expression("github.ref_name")
	w.On = workflow.Triggers{
		PullRequest: true, Push: &workflow.Push{Branches: []string{"main", workflow.RefFilter("feature/*")}, Tags: []string{"v**"}, Paths: []string{"images/**"}},
		Schedule: []string{"17 4 * * *"},
		Dispatch: &workflow.Dispatch{Inputs: []workflow.Input{
			{Name: "stack", Description: "the stack", Default: "all", Options: []string{"all", "dev"}},
			{Name: "environment", Required: true},
		}},
		Call: &workflow.Call{Inputs: []workflow.Input{{Name: "account", Required: true}, {Name: "after"}}},
	}
	w.Env = []workflow.Variable{{Name: "MLPLATFORM_CONFIG", Value: "settings"}}
	w.Concurrency = &workflow.Concurrency{Group: "one", CancelInProgress: true}
	w.Jobs[0].Outputs = []workflow.Variable{{Name: "stacks", Value: workflow.Expression("steps.find.outputs.stacks")}}
	w.Jobs[0].Env = []workflow.Variable{{Name: "YES", Value: "yes"}, {Name: "EMPTY", Value: ""}, {Name: "ON", Value: "on"}}
	w.Jobs[0].Steps = append(w.Jobs[0].Steps, workflow.Step{
		Name: "Find", ID: "find", If: "!cancelled()", Env: []workflow.Variable{{Name: "REF", Value: workflow.Expression("github.ref")}},
		ContinueOnError: true, Run: "stacks=$(find .)\necho \"stacks=$stacks\" >> \"$GITHUB_OUTPUT\"\n",
	}, workflow.Step{Uses: workflow.Action{Folder: "./.github/actions/setup"}, With: []workflow.Variable{{Name: "terraform", Value: "true"}}})
	w.Jobs = append(w.Jobs, workflow.Job{
		ID: "dev", Name: "deploy dev", Needs: []string{"test"}, If: "contains(fromJSON(needs.test.outputs.stacks), " + workflow.Literal("it's") + ")",
		Permissions: workflow.Permissions{Actions: workflow.Read, Contents: workflow.Read, IDToken: workflow.Write, Deployments: workflow.Read, Issues: workflow.Write, PullRequests: workflow.Write},
		Concurrency: &workflow.Concurrency{Group: "deploy-dev"}, Uses: "./.github/workflows/stack.yml",
		With: []workflow.Variable{{Name: "account", Value: "012345678901"}, {Name: "after", Value: ""}},
	}, workflow.Job{
		ID: "apply", Needs: []string{"test", "dev"}, RunsOn: []string{"ubuntu-24.04"}, TimeoutMinutes: 5,
		Environment: &workflow.Environment{Name: "dev", WithoutDeployment: true}, Steps: []workflow.Step{{Run: "true"}},
	})
	got, err := w.YAML()
	require.NoError(t, err)
	golden.Assert(t, "testdata/workflow.yml", got)
	again, err := w.YAML()
	require.NoError(t, err)
	require.Equal(t, string(got), string(again))
}

func TestCompositeYAML(t *testing.T) {
	got, err := workflow.Composite{
		Comment: "generated", Name: "setup", Description: "what jobs need",
		Inputs: []workflow.Input{{Name: "terraform", Description: "install Terraform", Default: "false"}},
		Steps:  []workflow.Step{{Uses: checkout}, {Run: "echo 1\necho 2"}},
	}.YAML()
	require.NoError(t, err)
	golden.Assert(t, "testdata/action.yml", got)
	_, err = workflow.Composite{}.YAML()
	require.EqualError(t, err, "name: and description are required; GitHub shows them\nsteps: are missing; add one")
}

func TestRefFilter(t *testing.T) {
	for pattern, want := range map[string]string{
		"main": "main", "feature/*": "feature/**", "v?.*": "v**.**", "v*?": "v**", "a+b": `a\+b`, "!x": `\!x`, "x!": "x!", "v1]": `v1\]`,
	} {
		require.Equal(t, want, workflow.RefFilter(pattern), pattern)
	}
}

func TestValidate(t *testing.T) {
	tests := map[string]struct {
		change func(*workflow.Workflow)
		want   string
	}{
		"nothing": {func(w *workflow.Workflow) { *w = workflow.Workflow{} },
			"name: is missing; GitHub shows it\non: names no trigger, so that nothing starts the workflow; add one\njobs: are missing; add one"},
		"every push": {func(w *workflow.Workflow) { w.On.Push = &workflow.Push{} },
			`on.push: names neither branches nor tags, so that every push would start it; name them`},
		"cron": {func(w *workflow.Workflow) { w.On.Schedule = []string{"daily"} },
			`on.schedule[0]: "daily" is no time of cron; write five fields, such as 17 4 * * *`},
		"inputs": {func(w *workflow.Workflow) {
			w.On.Dispatch = &workflow.Dispatch{Inputs: []workflow.Input{{Name: "a b"}, {Name: "a", Default: "z", Options: []string{"x", "y"}}, {Name: "a"}}}
		}, `on.workflow_dispatch.inputs["a b"]: "a b" is no name of an input; use letters, digits, _ and -, with a letter or _ first
on.workflow_dispatch.inputs["a"].default: "z" is none of the options x, y; use one of them
on.workflow_dispatch.inputs["a"]: stands twice; rename one`},
		"too many inputs": {func(w *workflow.Workflow) {
			w.On.Dispatch = &workflow.Dispatch{}
			for i := 0; i < 26; i++ {
				w.On.Dispatch.Inputs = append(w.On.Dispatch.Inputs, workflow.Input{Name: "i" + strings.Repeat("i", i)})
			}
		}, `on.workflow_dispatch.inputs: has 26 inputs; GitHub allows 25`},
		"called input": {func(w *workflow.Workflow) { w.On.Call = &workflow.Call{Inputs: []workflow.Input{{Name: ""}}} },
			`on.workflow_call.inputs[""]: "" is no name of an input; use letters, digits, _ and -, with a letter or _ first`},
		"group": {func(w *workflow.Workflow) { w.Concurrency = &workflow.Concurrency{} },
			`concurrency.group: is missing; name what runs one at a time`},
		"job id": {func(w *workflow.Workflow) { w.Jobs[0].ID = "1" },
			`jobs["1"]: "1" is no id; use up to 100 letters, digits, _ and -, with a letter or _ first`},
		"job twice": {func(w *workflow.Workflow) { w.Jobs = append(w.Jobs, w.Jobs[0]) }, `jobs["test"]: stands twice; rename one`},
		"needs": {func(w *workflow.Workflow) { w.Jobs[0].Needs = []string{"build"} },
			`jobs["test"].needs[0]: "build" is no job above this one; put it first, or correct the name`},
		"no machine": {func(w *workflow.Workflow) { w.Jobs[0].RunsOn, w.Jobs[0].TimeoutMinutes = nil, 0 },
			"jobs[\"test\"].runs-on: is missing; name the label of a machine, such as ubuntu-24.04\njobs[\"test\"].timeout-minutes: is 0; use 1 to 360"},
		"permissions": {func(w *workflow.Workflow) {
			w.Jobs[0].Permissions = workflow.Permissions{IDToken: workflow.Read, Contents: "admin"}
		}, `jobs["test"].permissions.contents: is "admin"; use "read" or "write"
jobs["test"].permissions.id-token: is "read", which GitHub does not have; use "write"`},
		"environment": {func(w *workflow.Workflow) { w.Jobs[0].Environment = &workflow.Environment{} },
			`jobs["test"].environment: has no name; give one, or leave it out`},
		"if": {func(w *workflow.Workflow) { w.Jobs[0].If, w.Jobs[0].Steps[0].If = "${{ true }}", "${{ true }}" },
			"jobs[\"test\"].if: has ${{, which is written around it; give the expression alone\njobs[\"test\"].steps[0].if: has ${{, which is written around it; give the expression alone"},
		"calls and runs": {func(w *workflow.Workflow) { w.Jobs[0].Uses = "other.yml" },
			"jobs[\"test\"].uses: \"other.yml\" is no workflow of this repository; write ./.github/workflows/FILE.yml\njobs[\"test\"].uses: calls a workflow, whose own jobs have steps, machine, timeout, environment, variables and outputs; remove them here"},
		"with without uses": {func(w *workflow.Workflow) { w.Jobs[0].With = []workflow.Variable{{Name: "a"}} },
			`jobs["test"].with: is for a workflow that is called, and there is none; set uses, or remove it`},
		"no steps": {func(w *workflow.Workflow) { w.Jobs[0].Steps = nil }, `jobs["test"].steps: are missing; add one`},
		"step ids": {func(w *workflow.Workflow) {
			w.Jobs[0].Steps = []workflow.Step{{ID: "a", Run: "true"}, {ID: "a", Run: "true"}, {ID: "a b", Run: "true"}}
		}, "jobs[\"test\"].steps[1].id: \"a\" stands twice in the job; rename one\njobs[\"test\"].steps[2].id: \"a b\" is no id; use letters, digits, _ and -, with a letter or _ first"},
		"neither":           {func(w *workflow.Workflow) { w.Jobs[0].Steps[1].Run = "" }, `jobs["test"].steps[1].run: or uses: a step has exactly one of the two`},
		"with for a script": {func(w *workflow.Workflow) { w.Jobs[0].Steps[1].With = []workflow.Variable{{Name: "a"}} }, `jobs["test"].steps[1].with: is for actions; a script takes env`},
		"injection": {func(w *workflow.Workflow) { w.Jobs[0].Steps[1].Run = "echo ${{ github.event.pull_request.title }}" },
			`jobs["test"].steps[1].run: has an expression, whose value would become a part of the script; hand it over with env`},
		"tabs":    {func(w *workflow.Workflow) { w.Jobs[0].Steps[1].Run = "\ttrue" }, `jobs["test"].steps[1].run: has tabs or carriage returns, which YAML cannot keep readable; use spaces`},
		"tag":     {func(w *workflow.Workflow) { w.Jobs[0].Steps[0].Uses.SHA = "v6" }, `jobs["test"].steps[0].uses.commit: actions/checkout is pinned by "v6", and tags and branches can be moved to other code; give the whole commit, 40 hexadecimal digits`},
		"version": {func(w *workflow.Workflow) { w.Jobs[0].Steps[0].Uses.Version = "main" }, `jobs["test"].steps[0].uses.version: actions/checkout has the version "main"; name the release that the commit is, such as v6.0.2`},
		"action":  {func(w *workflow.Workflow) { w.Jobs[0].Steps[0].Uses.Name = "checkout" }, `jobs["test"].steps[0].uses.name: "checkout" is no action; write owner/repository`},
		"folder": {func(w *workflow.Workflow) { w.Jobs[0].Steps[0].Uses.Folder = "./setup" },
			`jobs["test"].steps[0].uses.folder: "./setup" is no action of this repository alone; write ./.github/actions/NAME, without a commit`},
		"variables": {func(w *workflow.Workflow) {
			w.Env = []workflow.Variable{{Name: "A B"}, {Name: "A"}, {Name: "A"}}
		}, `env["A B"]: "A B" is no name; use letters, digits, _ and -, with a letter or _ first
env["A"]: stands twice; remove one`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := small()
			test.change(&w)
			_, err := w.YAML()
			require.EqualError(t, err, test.want)
		})
	}
	require.NoError(t, small().Validate())
}
