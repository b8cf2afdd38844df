package workflows_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func nodes(all ...string) []string {
	return []string{`{"data":{"repository":{"deployments":{"nodes":[` + strings.Join(all, ",") + `]}}}}`}
}

func node(state, commit string, id int) string {
	return fmt.Sprintf(`{"state":%q,"commitOid":%q,"databaseId":%d}`, state, commit, id)
}

func TestDriftCommit(t *testing.T) {
	s := stepOf(t, "stack-drift", "deployed", "What was deployed last")
	for name, test := range map[string]struct {
		pages  []string
		commit string
		notice string
	}{
		"the last that succeeded":       {nodes(node("FAILURE", otherSHA, 3), node("ACTIVE", sha, 2), node("INACTIVE", otherSHA, 1)), sha, ""},
		"an environment that keeps all": {nodes(node("SUCCESS", sha, 2), node("SUCCESS", otherSHA, 1)), sha, ""},
		"waiting changes nothing yet":   {nodes(node("WAITING", otherSHA, 3), node("ACTIVE", sha, 2)), sha, ""},
		"now":                           {nodes(node("IN_PROGRESS", otherSHA, 3), node("ACTIVE", sha, 2)), "", "is being deployed right now"},
		"an old run that hangs":         {nodes(node("ACTIVE", sha, 3), node("IN_PROGRESS", otherSHA, 2)), sha, ""},
		"never":                         {nodes(), "", "nothing is deployed to dev"},
		"destroyed":                     {nodes(node("INACTIVE", sha, 1)), "", "nothing is deployed to dev"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, answer{Call: "gh api graphql .*owner=acme -f name=wine-ml -f environment=dev", Pages: test.pages})
			r := m.run(s, map[string]string{"ENVIRONMENT": "dev"})
			require.Zero(t, r.code, r.out)
			require.Equal(t, test.commit, r.outputs["commit"])
			require.Contains(t, r.out, test.notice)
		})
	}
	m := newMachine(t, answer{Call: "gh", Code: 1})
	require.Equal(t, 1, m.run(s, map[string]string{"ENVIRONMENT": "dev"}).code)

	last := answer{Call: "gh api graphql", Pages: nodes(node("ACTIVE", otherSHA, 2))}
	compare := "^gh api repos/acme/wine-ml/compare/" + sha + `\.\.\.` + otherSHA + `\?per_page=1 `
	for status, commit := range map[string]string{"behind": otherSHA, "identical": otherSHA, "ahead": "", "diverged": "", "": ""} {
		t.Run("merged: "+status, func(t *testing.T) {
			m := newMachine(t, last, answer{Call: compare, Pages: []string{fmt.Sprintf(`{"status":%q}`, status)}})
			r := m.run(s, map[string]string{"ENVIRONMENT": "dev", "UNMERGED": "refuse"})
			require.Zero(t, r.code, r.out)
			require.Equal(t, commit, r.outputs["commit"])
			require.Equal(t, commit == "", strings.Contains(r.out, "::notice::dev has "+otherSHA+", which is not merged"))
		})
	}
	r := newMachine(t, last).run(s, map[string]string{"ENVIRONMENT": "dev", "UNMERGED": "allow"})
	require.Equal(t, otherSHA, r.outputs["commit"])
	r = newMachine(t, last, answer{Call: compare, Code: 1}).run(s, map[string]string{"ENVIRONMENT": "dev", "UNMERGED": "refuse"})
	require.Equal(t, 1, r.code)
	require.Empty(t, r.outputs)
}

// TestSeal: the jobs of other stacks run code of other commits, and can replace an artifact, but not the output of a job.
func TestSeal(t *testing.T) {
	seal, check := stepOf(t, "stack-drift", "deployed", "Seal"), stepOf(t, "stack-drift", "plan", "Check the seal")
	require.Equal(t, "${{ needs.deployed.outputs.digest }}", check.Env["DIGEST"])
	files := map[string]string{"cdk.tf.json": "{}", ".terraform.lock.hcl": "checksums", "assets/a b/x.py": "x"}
	m := newMachine(t)
	for name, content := range files {
		m.write("cdktf.out/stacks/dev/"+name, content)
	}
	digest := m.run(seal, map[string]string{"STACK": "dev"}).outputs["digest"]
	require.Len(t, digest, 64)
	for name, test := range map[string]struct {
		change func(m *machine)
		digest string
		code   int
	}{
		"as it was": {func(*machine) {}, digest, 0},
		"changed":   {func(m *machine) { m.write("stacks/dev/cdk.tf.json", "{ }") }, digest, 1},
		"more":      {func(m *machine) { m.write("stacks/dev/override.tf", "") }, digest, 1},
		"hidden":    {func(m *machine) { m.write("stacks/dev/.terraform.lock.hcl", "others") }, digest, 1},
		"renamed": {func(m *machine) {
			require.NoError(t, os.Rename(filepath.Join(m.dir, "stacks/dev/cdk.tf.json"), filepath.Join(m.dir, "stacks/dev/b.tf.json")))
		}, digest, 1},
		"no seal": {func(*machine) {}, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			for name, content := range files {
				m.write("stacks/dev/"+name, content)
			}
			test.change(m)
			r := m.run(check, map[string]string{"STACK": "dev", "DIGEST": test.digest})
			require.Equal(t, test.code, r.code, r.out)
			require.Equal(t, test.code == 1, strings.Contains(r.out, "::error::the files of dev are not those that were synthesised for it"))
		})
	}
	// Nothing of the files is used before that, and no credentials are there.
	steps := parsed(t, generate(t, load(t, configurations["wine"])))["stack-drift"].Jobs["plan"].Steps
	require.Equal(t, "actions/download-artifact", steps[0].action())
	require.Equal(t, check.Name, steps[1].Name)
}

func TestDriftPlan(t *testing.T) {
	s := stepOf(t, "stack-drift", "plan", "Plan")
	for code, want := range map[int]map[string]string{0: {"drift": "false"}, 2: {"drift": "true"}, 1: {}} {
		m := newMachine(t, answer{Call: "init"}, answer{Call: "plan -input=false -no-color -lock=false -detailed-exitcode", Out: "log\n", Code: code}, answer{Call: "show", Out: "shown\n"})
		m.write("stacks/dev/cdk.tf.json", "{}")
		r := m.run(s, map[string]string{"STACK": "dev"})
		require.Equal(t, code == 1, r.code == 1, r.out)
		require.Equal(t, want, r.outputs)
		require.Equal(t, "log\n", stopped(t, r.out))
		require.Equal(t, map[int]string{0: "log\n", 1: "log\n", 2: "shown\n"}[code], text(t, filepath.Join(m.dir, "stacks/dev/dev.txt")))
	}
}

func TestDriftIssue(t *testing.T) {
	s := stepOf(t, "stack-drift", "issue", "Open, update or close the issue")
	const marker = "<!-- mlplatform: drift of dev -->"
	list := `^gh api --paginate --method GET repos/acme/wine-ml/issues -f state=open -f labels=drift `
	others := fmt.Sprintf(`[{"number":1,"body":null},{"number":2,"body":"<!-- mlplatform: drift of development -->"},{"number":3,"body":%q,"pull_request":{}}]`, marker)
	open := fmt.Sprintf(`[{"number":9,"body":%q}]`, marker+"\nold")
	env := func(drift string) map[string]string {
		return map[string]string{"STACK": "dev", "DRIFT": drift, "COMMIT": sha, "RUN": "https://run"}
	}
	tests := map[string]struct {
		drift string
		pages []string
		want  []string
	}{
		"found": {"true", []string{others}, []string{"POST repos/acme/wine-ml/issues"}},
		"still": {"true", []string{others, open}, []string{"PATCH repos/acme/wine-ml/issues/9"}},
		"gone":  {"false", []string{others, open}, []string{"POST repos/acme/wine-ml/issues/9/comments", "PATCH repos/acme/wine-ml/issues/9"}},
		"none":  {"false", []string{others}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, answer{Call: list, Pages: test.pages}, answer{Call: "--silent"})
			m.write("dev.txt", "~~~\n"+strings.Repeat("- a bucket that somebody removed\n", 5000))
			r := m.run(s, env(test.drift))
			require.Zero(t, r.code, r.out)
			var got []string
			for _, call := range r.calls[1:] {
				require.Equal(t, []string{"gh", "api", "--silent", "--method"}, call[:4])
				got = append(got, call[4]+" "+call[5])
			}
			require.Equal(t, test.want, got)
			if test.drift != "true" {
				return
			}
			body := r.calls[1][len(r.calls[1])-1]
			require.True(t, strings.HasPrefix(body, "body="+marker+"\nWhat is in AWS for `dev` differs from "+sha))
			require.Contains(t, body, "\n~~ ~\n- a bucket")
			require.Contains(t, body, "... shortened, the run has the rest\n~~~~\n")
			require.Less(t, len(body), 65536)
			require.Contains(t, r.out, "::warning::dev has drifted")
			if name == "found" {
				require.Equal(t, []string{"-f", "title=Drift in dev", "-f", "labels[]=drift"}, r.calls[1][6:10])
			}
		})
	}
	closed := newMachine(t, answer{Call: list, Pages: []string{open}}, answer{Call: "--silent"}).run(s, env("false"))
	require.Contains(t, closed.calls[2], "state=closed")
	m := newMachine(t, answer{Call: "gh", Code: 1})
	require.Equal(t, 1, m.run(s, env("false")).code)
}

func TestForget(t *testing.T) {
	s := stepOf(t, "stack-destroy", "forget", "Forget what was deployed")
	m := newMachine(t, answer{Call: "graphql", Pages: nodes(node("WAITING", sha, 4), node("ACTIVE", sha, 3), node("SUCCESS", sha, 2), node("INACTIVE", sha, 1))}, answer{Call: "--silent --method POST"})
	r := m.run(s, map[string]string{"ENVIRONMENT": "dev", "STACK": "dev"})
	require.Zero(t, r.code, r.out)
	require.Len(t, r.calls, 3)
	require.Equal(t, "repos/acme/wine-ml/deployments/3/statuses", r.calls[1][5])
	require.Equal(t, "repos/acme/wine-ml/deployments/2/statuses", r.calls[2][5])
	require.Contains(t, r.calls[1], "state=inactive")
	require.Contains(t, r.summary, "cdktf destroy dev")
}
