package workflows_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestComment(t *testing.T) {
	s := stepOf(t, "pull-request", "comment", "Comment")
	const marker = "<!-- mlplatform: plans -->"
	own := fmt.Sprintf(`[{"id":1,"user":{"login":"alice"},"body":%q},{"id":2,"user":{"login":"github-actions[bot]"},"body":"other"}]`, marker+" forged")
	mine := fmt.Sprintf(`[{"id":3,"user":{"login":"github-actions[bot]"},"body":%q},{"id":4,"user":{"login":"github-actions[bot]"},"body":%q}]`, marker+"\nold", marker)
	env := func() map[string]string {
		return map[string]string{
			"NUMBER": "12", "RUN": "https://github.com/acme/wine-ml/actions/runs/77", "HEAD_SHA": sha, "PLANNED": `["state","operations","dev-access","dev","prod"]`, "REMOVED": "", "ADMINISTERED": "state dev-access prod-access",
			"NEEDS": `{"changes":{"result":"success"},"plan-operations":{"result":"failure"},"plan-dev":{"result":"success"},"plan-staging":{"result":"skipped"},"plan-prod":{"result":"failure"}}`,
		}
	}
	prepare := func(m *machine) {
		m.write("changes.md", "## Changes\n\ndev: one more bucket\n")
		m.write("plans/dev.txt", "Terraform will\n~~~\n</details> @everyone\nPlan: 1 to add, 0 to change, 0 to destroy.\n")
		m.write("plans/prod.txt", "Error: no\n")
	}
	post, patch := answer{Call: "--method POST"}, answer{Call: "--method PATCH"}
	t.Run("first", func(t *testing.T) {
		m := newMachine(t, answer{Call: "--method GET repos/acme/wine-ml/issues/12/comments", Pages: []string{own, "[]"}}, post)
		prepare(m)
		r := m.run(s, env())
		require.Zero(t, r.code, r.out)
		require.Len(t, r.calls, 2)
		require.Equal(t, []string{"gh", "api", "--silent", "--method", "POST", "repos/acme/wine-ml/issues/12/comments", "-F", `body=` + marker + `
## Changes

dev: one more bucket

**operations**: no plan, [see the run](https://github.com/acme/wine-ml/actions/runs/77).

<details><summary>dev: Plan: 1 to add, 0 to change, 0 to destroy.</summary>

~~~~text
Terraform will
~~ ~
</details> @everyone
Plan: 1 to add, 0 to change, 0 to destroy.
~~~~

</details>

<details><summary>prod: the plan failed</summary>

~~~~text
Error: no
~~~~

</details>

**state changes: an administrator applies it,** ` + "`cdktf deploy state`" + `, before the rest, or after it where something goes.

**dev-access changes: an administrator applies it,** ` + "`cdktf deploy dev-access`" + `, before the rest, or after it where something goes.

[Run](https://github.com/acme/wine-ml/actions/runs/77) for ` + sha + ".\n"}, r.calls[1])
	})
	t.Run("before there are machines", func(t *testing.T) {
		m := newMachine(t, answer{Call: "--method GET", Pages: []string{"[]"}}, post)
		m.write("changes.md", "new\n")
		variables := env()
		variables["PLANNED"], variables["ADMINISTERED"] = `["dev-serving","prod-serving"]`, ""
		variables["NEEDS"] = `{"machine-dev-serving":{"result":"success","outputs":{}},"plan-dev-serving":{"result":"skipped"},"machine-prod-serving":{"result":"skipped"},"plan-prod-serving":{"result":"skipped"}}`
		r := m.run(s, variables)
		require.Zero(t, r.code, r.out)
		require.Contains(t, r.calls[1][7], "new\n\n**dev-serving**: no plan before the first deployment, which makes the machines that reach the Kubernetes API.\n\n[Run]")
	})
	t.Run("again", func(t *testing.T) {
		m := newMachine(t, answer{Call: "--method GET", Pages: []string{own, mine}}, patch)
		prepare(m)
		r := m.run(s, env())
		require.Zero(t, r.code, r.out)
		require.Len(t, r.calls, 2)
		require.Equal(t, "repos/acme/wine-ml/issues/comments/3", r.calls[1][5])
	})
	t.Run("nothing changes but what is removed", func(t *testing.T) {
		m := newMachine(t, answer{Call: "--method GET", Pages: []string{"[]"}}, post)
		m.write("changes.md", "removed\n")
		variables := env()
		variables["PLANNED"], variables["REMOVED"] = "[]", "qa, test"
		r := m.run(s, variables)
		require.Zero(t, r.code, r.out)
		require.Contains(t, r.calls[1][7], "**Removed: qa, test.** What they made stays in AWS, until it is destroyed.")
	})
	t.Run("too long", func(t *testing.T) {
		m := newMachine(t, answer{Call: "--method GET", Pages: []string{"[]"}}, post)
		m.write("changes.md", strings.Repeat("x\n", 15000))
		line := strings.Repeat("ü", 50) + "\n"
		m.write("plans/dev.txt", strings.Repeat(line, 5000)+"Plan: 9 to add\n")
		m.write("plans/prod.txt", strings.Repeat(line, 5000))
		m.write("plans/operations.txt", strings.Repeat(line, 5000))
		r := m.run(s, env())
		require.Zero(t, r.code, r.out)
		body := r.calls[1][7]
		require.Less(t, len(body), 65536)
		require.Greater(t, len(body), 50000)
		require.True(t, utf8.ValidString(body))
		require.Contains(t, body, "<summary>dev: Plan: 9 to add</summary>")
		require.Equal(t, 3, strings.Count(body, "... shortened, the run has the rest\n~~~~\n\n</details>"))
	})
	t.Run("GitHub does not answer", func(t *testing.T) {
		m := newMachine(t, answer{Call: "--method GET", Code: 1})
		prepare(m)
		require.Equal(t, 1, m.run(s, env()).code)
	})
}

func TestChanges(t *testing.T) {
	m := newMachine(t, answer{Call: `^go run . changed --base HEAD\^1 --format github$`, Out: `{"stacks":["dev"],"removed":["qa","test"]}` + "\n"}, answer{Call: `^go run . diff --base HEAD\^1 --max-length 30000$`, Out: "## Changes\n"})
	s := stepOf(t, "pull-request", "changes", "What changes")
	r := m.run(s, nil)
	require.Zero(t, r.code, r.out)
	require.Equal(t, map[string]string{"stacks": `["dev"]`, "removed": "qa, test"}, r.outputs)
	require.Equal(t, "## Changes\n", r.summary)
	require.Equal(t, "## Changes\n", text(t, filepath.Join(m.dir, "changes.md")))

	r = newMachine(t, answer{Call: "go", Err: "the backend of dev differs", Code: 1}).run(s, nil)
	require.Equal(t, 1, r.code)
	require.Empty(t, r.outputs)
}

func TestCheck(t *testing.T) {
	s := stepOf(t, "pull-request", "check", "Lint")
	r := newMachine(t, answer{Call: "^gofmt -l .$"}, answer{Call: "^go vet ./...$"}).run(s, nil)
	require.Zero(t, r.code, r.out)
	require.Len(t, r.calls, 2)
	r = newMachine(t, answer{Call: "^gofmt -l .$", Out: "a.go\nb.go\n"}).run(s, nil)
	require.Equal(t, 1, r.code)
	require.Equal(t, "::error::not formatted, run gofmt -w: a.go b.go\n", r.out)
}

func TestPackages(t *testing.T) {
	s := stepOf(t, "pull-request", "check", "Packages")
	for _, files := range [][]string{nil, {"a/package-lock.json", "benchmark/x/package-lock.json", "b c/package-lock.json"}} {
		m := newMachine(t, answer{Call: "^npm ci "})
		for _, name := range files {
			m.write(name, "{}")
		}
		git(t, m.dir, "init", "--quiet")
		git(t, m.dir, "add", ".")
		r := m.run(s, nil)
		require.Zero(t, r.code, r.out)
		var want []string
		if files != nil {
			want = []string{"ci --silent --no-audit --no-fund --prefix a", "ci --silent --no-audit --no-fund --prefix b c"}
		}
		require.Equal(t, want, r.called("npm"))
	}
}

// TestVulnerabilities: findings fail. The database comes from its site or as a module, and where neither is in reach, that is said.
func TestVulnerabilities(t *testing.T) {
	const site, module = "^curl .* https://vuln.go.dev/index/db.json$", "^go mod download -json golang.org/x/vulndb@latest$"
	out := answer{Call: site, Code: 6}
	downloaded := answer{Call: module, Out: "{\n\t\"Path\": \"golang.org/x/vulndb\",\n\t\"Dir\": \"/mod/golang.org/x/vulndb@v0.0.0-2026\",\n\t\"Sum\": \"h1:x=\"\n}\n"}
	for name, each := range map[string]struct {
		answers []answer
		code    int
		want    string
	}{
		"nothing found":   {[]answer{{Call: site}, {Call: `^go run golang.org/x/vuln/cmd/govulncheck@v\S+ ./...$`, Out: "No vulnerabilities found.\n"}}, 0, "No vulnerabilities found."},
		"findings":        {[]answer{{Call: site}, {Call: `^go run golang.org/x/vuln/cmd/govulncheck@v\S+ ./...$`, Err: "exit status 3\n", Code: 1}}, 1, "exit status 3"},
		"from the module": {[]answer{out, downloaded, {Call: `^go run \S+ -db file:///mod/golang.org/x/vulndb@v0.0.0-2026/data/osv ./...$`, Code: 1}}, 1, "the database is vulndb@v0.0.0-2026."},
		"no database":     {[]answer{out, {Call: module, Out: "{\n\t\"Error\": \"no such host\"\n}\n", Code: 1}}, 0, "::warning::not checked for known vulnerabilities: neither https://vuln.go.dev nor the Go module golang.org/x/vulndb is in reach"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newMachine(t, each.answers...).run(stepOf(t, "pull-request", "vulnerabilities", "Known vulnerabilities"), nil)
			require.Equal(t, each.code, r.code, r.out)
			require.Contains(t, r.out, each.want)
		})
	}
}

// TestMachine: a stack is planned on machines in the network once they are there.
func TestMachine(t *testing.T) {
	s := stepIn(t, "serving", "pull-request", "machine-dev-serving", "Are there machines")
	const call = "^aws codebuild batch-get-projects --names winery-dev-runner --query projects\\[0\\].name --output text$"
	for name, row := range map[string]struct {
		answer answer
		code   int
		there  string
		says   string
	}{
		"there":              {answer{Call: call, Out: "winery-dev-runner\n"}, 0, "yes", ""},
		"not there yet":      {answer{Call: call, Out: "None\n"}, 0, "", "::notice::dev-serving is not planned: the machines of winery-dev-runner"},
		"not to be seen yet": {answer{Call: call, Err: "An error occurred (AccessDeniedException) when calling the BatchGetProjects operation\n", Code: 254}, 0, "", "::notice::dev-serving is not planned"},
		"no connection":      {answer{Call: call, Err: "Could not connect to the endpoint URL\n", Code: 255}, 1, "", "Could not connect"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newMachine(t, row.answer).run(s, map[string]string{"STACK": "dev-serving", "PROJECT": "winery-dev-runner"})
			require.Equal(t, row.code, r.code, r.out)
			require.Equal(t, row.there, r.outputs["there"])
			require.Contains(t, r.out, row.says)
		})
	}
}

// TestLogIn: who plans or applies a stack whose charts are copies in Amazon ECR logs Helm in, and nobody else does.
func TestLogIn(t *testing.T) {
	s := stepIn(t, "serving", "stack", "plan", "Log in to the registry of charts")
	const registry = "333333333333.dkr.ecr.us-west-2.amazonaws.com"
	m := newMachine(t, answer{Call: "^aws ecr get-login-password --region us-west-2$", Out: "secret\n"})
	m.env["XDG_CONFIG_HOME"] = m.temp
	r := m.run(s, map[string]string{"REGISTRY": registry})
	require.Zero(t, r.code, r.out)
	require.Equal(t, "::add-mask::secret\n", r.out)
	text, err := os.ReadFile(filepath.Join(m.temp, "helm", "registry", "config.json"))
	require.NoError(t, err)
	require.Equal(t, `{"auths":{"`+registry+`":{"auth":"QVdTOnNlY3JldA=="}}}`+"\n", string(text))

	files := parsed(t, generate(t, load(t, configurations["serving"])))
	require.Equal(t, registry, files["deploy"].Jobs["stack-prod-serving"].With["charts"])
	require.Empty(t, files["deploy"].Jobs["stack-dev-serving"].With["charts"])
	// A pull request knows the stack.
	platform := load(t, configurations["serving"])
	platform.Environment("dev").Serving.ChartRegistry = registry + "/charts"
	require.True(t, slices.ContainsFunc(parsed(t, generate(t, platform))["pull-request"].Jobs["plan-dev-serving"].Steps, func(s step) bool { return s.Env["REGISTRY"] == registry }))
	for file, jobs := range map[string][]string{"stack": {"plan", "apply"}, "stack-drift": {"plan"}, "stack-destroy": {"apply"}} {
		for _, job := range jobs {
			require.True(t, slices.ContainsFunc(files[file].Jobs[job].Steps, func(s step) bool {
				return s.Name == "Log in to the registry of charts" && s.If == "${{ inputs.charts != '' }}"
			}), "%s/%s", file, job)
		}
	}
}
