package workflows_test

import "github.com/mlplatform/mlplatform/delivery/workflows"

// The simulation plays events against the files in .github and the trust policies in __snapshots__. It reads both as GitHub
// and AWS do, and knows nothing of what made them.

// An event with what is true at its time.
type event struct {
	about   string
	kind    string // push, pull_request, workflow_dispatch, schedule
	ref     string // refs/heads/main
	only    string // the workflow that is dispatched or scheduled
	inputs  map[string]any
	fork    bool     // the pull request comes from a fork
	deleted bool     // the push removes the ref
	changed []string // stacks that the pull request changes
	paths   []string // files that the push changes
	done    []string // GitHub environments that have deployed the commit
	moved   bool     // the tag points to another commit than before
	refused []string // GitHub environments whose reviewers reject
}

const (
	main    = "refs/heads/main"
	feature = "refs/heads/feature/a/b"
	staging = "refs/tags/staging"
	prod    = "refs/tags/prod"
	request = "refs/pull/7/merge"
)

func dispatch(workflow, ref string, inputs map[string]any) event {
	return event{kind: "workflow_dispatch", only: workflow, ref: ref, inputs: inputs}
}

func (e event) with(about string, change func(*event)) event {
	e.about = about
	change(&e)
	return e
}

var all = []string{"operations", "dev", "staging", "prod"}

// events are what the table shows.
func events() []event {
	none := func(*event) {}
	push := func(ref string, about string, change func(*event)) event {
		return event{kind: "push", ref: ref}.with(about, change)
	}
	pull := func(about string, change func(*event)) event {
		return event{kind: "pull_request", ref: request}.with(about, change)
	}
	stack := func(name string) map[string]any { return map[string]any{"stack": name} }
	typed := func(name string) map[string]any { return map[string]any{"environment": name} }
	return []event{
		push(main, "", none),
		push(main, "operations rejected", func(e *event) { e.refused = []string{"operations"} }),
		push(main, "dev rejected", func(e *event) { e.refused = []string{"dev"} }),
		push(main, "an image changed", func(e *event) { e.paths = []string{"images/training-image/Dockerfile"} }),
		push(main, "both images changed", func(e *event) { e.paths = []string{"images/training-image/train.py", "images/lambda-image/app.py"} }),
		push(main, "another folder's image", func(e *event) { e.paths = []string{"other/images/training-image/Dockerfile"} }),
		push(feature, "", none),
		push(feature, "an image changed", func(e *event) { e.paths = []string{"images/training-image/Dockerfile"} }),
		push(feature, "removed", func(e *event) { e.deleted = true }),
		push("refs/heads/features", "", none),
		push("refs/heads/develop", "", none),
		push("refs/heads/prod", "a branch named like a tag", none),
		push("refs/heads/staging", "a branch named like a tag", none),
		push(staging, "", none),
		push(staging, "moved, and may be", func(e *event) { e.moved = true }),
		push(staging, "staging rejected", func(e *event) { e.refused = []string{"staging"} }),
		push(prod, "staging has it", func(e *event) { e.done = []string{"staging"} }),
		push(prod, "staging has it not", none),
		push(prod, "only dev has it", func(e *event) { e.done = []string{"dev", "operations"} }),
		push(prod, "prod rejected", func(e *event) { e.done, e.refused = []string{"staging"}, []string{"prod"} }),
		push(prod, "removed", func(e *event) { e.deleted, e.done = true, []string{"staging"} }),
		push("refs/tags/v1", "", none),
		push("refs/tags/main", "a tag named like a branch", none),
		pull("everything changes", func(e *event) { e.changed = append([]string{"state"}, all...) }),
		pull("dev changes", func(e *event) { e.changed = []string{"dev"} }),
		pull("only the state changes", func(e *event) { e.changed = []string{"state"} }),
		pull("nothing changes", none),
		pull("everything changes, from a fork", func(e *event) { e.changed, e.fork = all, true }),
		dispatch("deploy", main, stack(workflows.AllStacks)),
		dispatch("deploy", main, stack("operations")),
		dispatch("deploy", main, stack("dev")),
		dispatch("deploy", main, stack("prod")),
		dispatch("deploy", feature, stack("dev")),
		dispatch("deploy", feature, stack("operations")),
		dispatch("deploy", "refs/heads/x", stack(workflows.AllStacks)),
		dispatch("deploy", prod, stack("prod")).with("staging has it", func(e *event) { e.done = []string{"staging"} }),
		dispatch("deploy", prod, stack("prod")).with("staging has it not", none),
		dispatch("deploy", staging, stack("staging")),
		dispatch("deploy", staging, stack("prod")).with("staging has it", func(e *event) { e.done = []string{"staging"} }),
		dispatch("images", main, nil).with("both folders are there", func(e *event) { e.paths = []string{"images/training-image/x", "images/lambda-image/x"} }),
		dispatch("images", feature, nil).with("both folders are there", func(e *event) { e.paths = []string{"images/training-image/x", "images/lambda-image/x"} }),
		dispatch("definitions", main, nil),
		dispatch("definitions", prod, nil),
		event{kind: "schedule", only: "drift", ref: main}.with("all deployed", func(e *event) { e.done = all }),
		event{kind: "schedule", only: "drift", ref: main}.with("only dev deployed", func(e *event) { e.done = []string{"dev"} }),
		dispatch("drift", main, nil).with("all deployed", func(e *event) { e.done = all }),
		dispatch("drift", feature, nil).with("all deployed", func(e *event) { e.done = all }),
		dispatch("destroy", main, typed("dev")).with("deployed", func(e *event) { e.done = []string{"dev"} }),
		dispatch("destroy", feature, typed("dev")).with("deployed", func(e *event) { e.done = []string{"dev"} }),
		dispatch("destroy", main, typed("dev")).with("another commit is deployed", none),
		dispatch("destroy", main, typed("dev")).with("deployed, rejected", func(e *event) { e.done, e.refused = []string{"dev"}, []string{"dev"} }),
		dispatch("destroy", main, typed("DEV")).with("deployed", func(e *event) { e.done = []string{"dev"} }),
		dispatch("destroy", main, typed("")).with("deployed", func(e *event) { e.done = all }),
		dispatch("destroy", prod, typed("prod")).with("deployed", func(e *event) { e.done = all }),
		dispatch("destroy", main, typed("operations")).with("deployed", func(e *event) { e.done = all }),
		dispatch("destroy", prod, typed("dev")).with("deployed", func(e *event) { e.done = all }),
	}
}

// forged are jobs of workflows that somebody wrote or changed: they ask for a role that is not theirs.
func forged() []struct {
	about, role string
	claims      claims
	allowed     bool
} {
	environment := func(name, ref string) claims {
		return claims{subject: "repo:acme/wine-ml:environment:" + name, ref: ref}
	}
	branch := func(ref string) claims { return claims{subject: "repo:acme/wine-ml:ref:" + ref, ref: ref} }
	by := func(workflow, ref string) claims {
		return claims{subject: "repo:acme/wine-ml:ref:" + ref, ref: ref, workflow: "acme/wine-ml/.github/workflows/" + workflow + ".yml@" + ref}
	}
	pull := claims{subject: "repo:acme/wine-ml:pull_request", ref: request}
	return []struct {
		about, role string
		claims      claims
		allowed     bool
	}{
		{"pull request without environment", "wine-dev-github-apply", pull, false},
		{"pull request that names dev", "wine-dev-github-apply", environment("dev", request), false},
		{"pull request that names prod", "wine-prod-github-apply", environment("prod", request), false},
		{"pull request that publishes", "wine-operations-github-publish", pull, false},
		{"pull request that plans", "wine-dev-github-plan", pull, true},
		{"pull request that plans what is protected", "wine-prod-github-plan", pull, false},
		{"main without environment", "wine-dev-github-apply", branch(main), false},
		{"main that names prod", "wine-prod-github-apply", environment("prod", main), false},
		{"main that names staging", "wine-staging-github-apply", environment("staging", main), false},
		{"main that names operations, takes dev's role", "wine-dev-github-apply", environment("operations", main), false},
		{"feature branch that names operations", "wine-operations-github-apply", environment("operations", feature), false},
		{"feature branch that publishes", "wine-operations-github-publish", branch(feature), false},
		{"images on main", "wine-operations-github-publish", by("images", main), true},
		{"definitions on main", "wine-operations-github-publish", by("definitions", main), true},
		{"another workflow on main that publishes", "wine-operations-github-publish", by("deploy", main), false},
		{"images on a feature branch", "wine-operations-github-publish", by("images", feature), false},
		{"feature branch that plans prod", "wine-prod-github-plan", branch(feature), false},
		{"main that names dev and publishes", "wine-operations-github-publish", environment("dev", main), false},
		{"tag prod that names staging", "wine-staging-github-apply", environment("staging", prod), false},
		{"tag prod that plans staging", "wine-staging-github-plan", branch(prod), false},
		{"tag staging that names prod", "wine-prod-github-apply", environment("prod", staging), false},
		{"branch prod that names prod", "wine-prod-github-apply", environment("prod", "refs/heads/prod"), false},
		{"tag prod that names Prod", "wine-prod-github-apply", environment("Prod", prod), false},
		{"tag prod that names prod", "wine-prod-github-apply", environment("prod", prod), true},
		{"other repository that names prod", "wine-prod-github-apply", claims{subject: "repo:acme/other:environment:prod", ref: prod}, false},
		{"repository of the same name elsewhere", "wine-prod-github-apply", claims{subject: "repo:evil/wine-ml:environment:prod", ref: prod}, false},
		{"drift of prod on main", "wine-prod-github-plan", branch(main), true},
	}
}

// branchEvents are for the example that deploys feature branches to dev, develop to tst and main to prd and operations.
func branchEvents() []event {
	push := func(ref string) event { return event{kind: "push", ref: ref} }
	everything := []string{"operations", "dev", "tst", "prd"}
	stack := func(name string) map[string]any { return map[string]any{"stack": name} }
	return []event{
		push("refs/heads/feature/x"), push("refs/heads/feature/x/y"), push("refs/heads/develop"), push(main), push("refs/heads/release"), push("refs/tags/main"),
		push(main).with("operations rejected", func(e *event) { e.refused = []string{"operations"} }),
		push(main).with("an image changed", func(e *event) { e.paths = []string{"images/lambda-image/app.py"} }),
		push("refs/heads/develop").with("an image changed", func(e *event) { e.paths = []string{"images/lambda-image/app.py"} }),
		event{kind: "pull_request", ref: request}.with("everything changes", func(e *event) { e.changed = everything }),
		event{kind: "pull_request", ref: request}.with("everything changes, from a fork", func(e *event) { e.changed, e.fork = everything, true }),
		dispatch("deploy", main, stack("prd")), dispatch("deploy", main, stack("tst")), dispatch("deploy", "refs/heads/develop", stack("tst")), dispatch("deploy", "refs/heads/feature/x", stack("prd")),
		event{kind: "schedule", only: "drift", ref: main}.with("all deployed", func(e *event) { e.done = everything }),
		dispatch("destroy", "refs/heads/feature/x", map[string]any{"environment": "dev"}).with("deployed", func(e *event) { e.done = everything }),
		dispatch("destroy", main, map[string]any{"environment": "prd"}).with("deployed", func(e *event) { e.done = everything }),
	}
}
