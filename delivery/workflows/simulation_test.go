package workflows_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/golden"
)

func TestSimulation(t *testing.T) {
	w := worldOf(t, "wine")
	var table strings.Builder
	table.WriteString("Made by a test, which plays events against the generated workflows and the synthesised trust policies.\n\n")
	table.WriteString("## Tags and branches: [config](../../../config)\n\n")
	require.GreaterOrEqual(t, len(events()), 40)
	w.table(&table, events())
	table.WriteString("\n| a job that somebody forged | asks for | subject of its token | ref | AWS says |\n|---|---|---|---|---|\n")
	byName := map[string]role{}
	for _, each := range w.roles {
		byName[short(each.arn)] = each
	}
	for _, each := range forged() {
		require.Contains(t, byName, each.role)
		require.Equal(t, each.allowed, byName[each.role].trustsJob(t, each.claims), each.about)
		fmt.Fprintf(&table, "| %s | `%s` | `%s` | %s | %s |\n", each.about, each.role, each.claims.subject, strings.TrimPrefix(each.claims.ref, "refs/"), map[bool]string{true: "yes", false: "**no**"}[each.allowed])
	}
	table.WriteString("\n## Branches: [examples/configurations/branches](../../../examples/configurations/branches)\n\n")
	worldOf(t, "branches").table(&table, branchEvents())
	golden.Assert(t, "testdata/simulation.md", []byte(table.String()))
}

// table plays events and writes down what happens, and with which tokens.
func (w world) table(out *strings.Builder, events []event) {
	w.t.Helper()
	out.WriteString("| event | from | situation | with credentials of AWS, in this order | ended |\n|---|---|---|---|---|\n")
	tokens := map[string]string{}
	for _, e := range events {
		jobs, results := w.play(e)
		var cells []string
		for _, each := range jobs {
			w.check(e, each)
			others := slices.DeleteFunc(slices.Clone(each.open), func(name string) bool { return name == short(each.role) })
			tokens[each.path+" "+e.ref] = fmt.Sprintf("| %s | %s | `%s` | %s | `%s` | %s |\n", each.path, strings.TrimPrefix(e.ref, "refs/"), each.claims.subject, each.env, short(each.role), strings.Join(others, "<br>"))
			cell := strings.TrimPrefix(each.path, e.only+"/") + ": `" + short(each.role) + "`"
			if each.env != "" {
				cell += " in " + each.env
			}
			if !each.allowed {
				cell += " **refused**"
			}
			cells = append(cells, cell)
		}
		name := e.kind
		if e.kind == "workflow_dispatch" {
			name = "dispatch of " + e.only
			for _, key := range slices.Sorted(maps.Keys(e.inputs)) {
				name += fmt.Sprintf(", %s %q", key, e.inputs[key])
			}
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", name, strings.TrimPrefix(e.ref, "refs/"), e.about, strings.Join(cells, "<br>"), ending(results))
	}
	out.WriteString("\n| job | from | subject of its token | GitHub environment | role that it takes | others that it could take |\n|---|---|---|---|---|---|\n")
	for _, key := range slices.Sorted(maps.Keys(tokens)) {
		out.WriteString(tokens[key])
	}
}

// ending says in short how the jobs of a run ended.
func ending(results map[string]string) string {
	var failed []string
	ran := false
	for _, path := range slices.Sorted(maps.Keys(results)) {
		ran = ran || results[path] == "success"
		// The innermost job says it.
		inner := slices.ContainsFunc(slices.Collect(maps.Keys(results)), func(other string) bool { return strings.HasPrefix(other, path+"/") })
		if results[path] == "failure" && !inner {
			failed = append(failed, path)
		}
	}
	switch {
	case len(results) == 0:
		return "nothing starts"
	case len(failed) > 0:
		return "**" + strings.Join(failed, ", ") + " fails**"
	case ran:
		return "good"
	}
	return "all skipped"
}

// check holds for every job of every event.
func (w world) check(e event, each played) {
	t := w.t
	t.Helper()
	at := e.kind + " " + e.ref + " " + each.path
	require.True(t, each.allowed, "%s may not take %s", at, each.role)
	require.Contains(t, w.roles, each.role, at)
	require.Contains(t, each.role, ":"+each.account+":", at)
	apply := func(name string) bool { return strings.HasSuffix(name, "-github-apply") }
	if each.env != "" {
		require.Equal(t, []string{short(each.role)}, each.open, "%s: a job that applies can be nobody else", at)
		require.True(t, apply(short(each.role)), at)
	} else {
		require.False(t, slices.ContainsFunc(each.open, apply), "%s: a job without a GitHub environment can apply", at)
	}
	if e.kind == "pull_request" {
		for _, name := range each.open {
			require.True(t, strings.HasSuffix(name, "-github-plan"), "%s can be %s", at, name)
		}
	}
	if each.state == "" {
		return
	}
	require.Contains(t, w.roles, each.state, at)
	require.True(t, w.roles[each.state].trustsRole(t, each.role), "%s: %s does not trust %s", at, each.state, each.role)
	require.Equal(t, each.env == "", strings.HasSuffix(each.state, "-state-plan"), "%s: only what applies writes the state", at)
	if w.config != configurations["wine"] {
		return // without administrators all roles of the account are trusted whose own policies allow it
	}
	for name, other := range w.roles {
		if strings.Contains(name, "-state") && name != each.state {
			require.False(t, other.trustsRole(t, each.role), "%s: %s trusts %s, too", at, name, each.role)
		}
	}
}

// TestForksReachNothing: whatever changes, a job of a fork gets no credentials and asks for none.
func TestForksReachNothing(t *testing.T) {
	w := worldOf(t, "wine")
	for _, changed := range [][]string{nil, {"dev"}, all} {
		jobs, results := w.play(event{kind: "pull_request", ref: request, fork: true, changed: changed})
		require.Empty(t, jobs)
		require.Equal(t, "success", results["pull-request/check"])
		require.Equal(t, "skipped", results["pull-request/comment"])
	}
}

// TestEveryStageFromEveryRef: of all stages, exactly those that the configuration names are applied, by their own role.
func TestEveryStageFromEveryRef(t *testing.T) {
	w := worldOf(t, "wine")
	wanted := map[string][]string{
		main: {"operations", "dev"}, feature: {"dev"}, "refs/heads/feature/": {"dev"}, "refs/heads/feature": nil, "refs/heads/mainline": nil, "refs/heads/x": nil,
		staging: {"staging"}, prod: {"prod"}, "refs/tags/main": nil, "refs/tags/prod2": nil, "refs/heads/prod": nil, "refs/tags/feature/a": nil,
	}
	for ref, want := range wanted {
		jobs, _ := w.play(event{kind: "push", ref: ref, done: []string{"staging"}})
		var applied []string
		for _, each := range jobs {
			w.check(event{kind: "push", ref: ref}, each)
			if each.env != "" {
				applied = append(applied, each.env)
			}
		}
		require.Equal(t, want, applied, ref)
	}
}

// TestServingFromCommitToDestruction: the software of a cluster comes after its environment and goes before it, with the roles of that.
func TestServingFromCommitToDestruction(t *testing.T) {
	w := worldOf(t, "serving")
	paths := func(e event) (all []string) {
		jobs, results := w.play(e)
		for _, each := range jobs {
			require.True(t, each.allowed, each.path)
			all = append(all, each.path+" "+short(each.role))
		}
		for path, result := range results {
			require.NotEqual(t, "failure", result, path)
		}
		return all
	}
	require.Equal(t, []string{
		"deploy/stack-operations/plan winery-operations-github-plan", "deploy/stack-operations/apply winery-operations-github-apply",
		"deploy/stack-dev/plan winery-dev-github-plan", "deploy/stack-dev/apply winery-dev-github-apply",
		"deploy/stack-dev-serving/plan winery-dev-github-plan", "deploy/stack-dev-serving/apply winery-dev-github-apply",
	}, paths(event{kind: "push", ref: main}))
	require.Equal(t, []string{
		"destroy/stack-dev-serving/plan winery-dev-github-plan", "destroy/stack-dev-serving/apply winery-dev-github-apply",
		"destroy/stack-dev/plan winery-dev-github-plan", "destroy/stack-dev/apply winery-dev-github-apply",
	}, paths(dispatch("destroy", main, map[string]any{"environment": "dev"}).with("", func(e *event) { e.done = []string{"dev"} })))

	// Who does not approve that the software goes, keeps the environment.
	_, results := w.play(dispatch("destroy", main, map[string]any{"environment": "dev"}).with("", func(e *event) { e.done, e.refused = []string{"dev"}, []string{"dev"} }))
	require.Equal(t, "failure", results["destroy/stack-dev-serving"])
	require.Equal(t, "skipped", results["destroy/stack-dev"])
	// What was deployed is forgotten with the environment alone.
	_, results = w.play(dispatch("destroy", main, map[string]any{"environment": "dev"}).with("", func(e *event) { e.done = []string{"dev"} }))
	require.Equal(t, "skipped", results["destroy/stack-dev-serving/forget"])
	require.Equal(t, "success", results["destroy/stack-dev/forget"])
}
