package workflows_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/snapshots"
	"github.com/mlplatform/mlplatform/delivery/workflows"
)

// A played job that gets credentials.
type played struct {
	path    string // workflow, job, and job of a called workflow
	role    string
	state   string // the role for the state
	account string
	claims  claims
	env     string
	open    []string // all roles that would let it in
	allowed bool
}

type world struct {
	t                  *testing.T
	config, repository string
	files              map[string]*file
	roles              map[string]role
}

// worldOf is an example, generated and synthesised.
func worldOf(t *testing.T, name string) world {
	t.Helper()
	platform := load(t, configurations[name])
	return world{t: t, config: configurations[name], repository: platform.Repository, files: parsed(t, generate(t, platform)), roles: roles(t, synthesised(t, name))}
}

// synthesised are the snapshots of an example, made once as its workflows make its stacks: by the command. The tests
// themselves run no Node.js.
func synthesised(t *testing.T, name string) map[string][]byte {
	t.Helper()
	if testing.Short() {
		t.Skip("the stacks of the example are not made under -short, so nothing is compared with them")
	}
	if made[name] == nil {
		out := filepath.Join(t.TempDir(), "cdktf.out")
		text, err := exec.Command("go", "run", "-C", "../..", ".", "synth", "--config", strings.TrimPrefix(configurations[name], "../../"), "--output", out).CombinedOutput()
		require.NoError(t, err, string(text))
		made[name], err = snapshots.Of(out, nil)
		require.NoError(t, err)
	}
	return made[name]
}

var made = map[string]map[string][]byte{}

// starts reports whether an event starts a workflow.
func (w world) starts(f *file, name string, e event) bool {
	trigger, listed := f.On[e.kind]
	if !listed || e.only != "" && e.only != name {
		return false
	}
	switch e.kind {
	case "pull_request":
		return true
	case "schedule":
		return len(trigger.crons) == 1
	case "workflow_dispatch":
		return true
	}
	if branch, ok := strings.CutPrefix(e.ref, "refs/heads/"); ok && !filtered(trigger.Branches, branch) {
		return false
	}
	if tag, ok := strings.CutPrefix(e.ref, "refs/tags/"); ok && !filtered(trigger.Tags, tag) {
		return false
	}
	return len(trigger.Paths) == 0 || slices.ContainsFunc(e.paths, func(path string) bool { return filtered(trigger.Paths, path) })
}

// filtered matches one of GitHub's filters: ** is any characters, * any but slashes, and \ takes away the meaning of the
// next one.
func filtered(filters []string, name string) bool {
	return slices.ContainsFunc(filters, func(filter string) bool {
		var pattern strings.Builder
		for i := 0; i < len(filter); i++ {
			switch {
			case strings.HasPrefix(filter[i:], "**"):
				pattern.WriteString(".*")
				i++
			case filter[i] == '*':
				pattern.WriteString("[^/]*")
			case filter[i] == '\\':
				i++
				pattern.WriteString(regexp.QuoteMeta(filter[i : i+1]))
			case strings.ContainsRune("?+[]!", rune(filter[i])):
				panic("a filter with " + filter[i:])
			default:
				pattern.WriteString(regexp.QuoteMeta(filter[i : i+1]))
			}
		}
		return regexp.MustCompile("^" + pattern.String() + "$").MatchString(name)
	})
}

// play plays all workflows that an event starts. It returns the jobs that reach AWS and how every job ended.
func (w world) play(e event) (jobs []played, results map[string]string) {
	results = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(w.files)) {
		if w.starts(w.files[name], name, e) {
			more := w.workflow(name, name, e, w.github(e), e.inputs, false, results)
			jobs = append(jobs, more...)
		}
	}
	return jobs, results
}

func (w world) github(e event) map[string]any {
	head := w.repository
	if e.fork {
		head = "stranger/wine-ml"
	}
	details := map[string]any{"deleted": e.deleted, "before": strings.Repeat("0", 40)}
	if e.moved {
		details["before"] = otherSHA
	}
	if e.kind == "pull_request" {
		details = map[string]any{"pull_request": map[string]any{"number": 7, "head": map[string]any{"sha": sha, "repo": map[string]any{"full_name": head}}}}
	}
	return map[string]any{
		"event_name": e.kind, "ref": e.ref, "ref_name": e.ref[strings.Index(e.ref, "/")+1:], "repository": w.repository, "run_id": "77", "token": "token",
		"server_url": "https://github.com", "event": details,
	}
}

// order of jobs, each after those that it needs.
func order(f *file) []string {
	var out []string
	for len(out) < len(f.Jobs) {
		before := len(out)
		for _, id := range slices.Sorted(maps.Keys(f.Jobs)) {
			ready := !slices.ContainsFunc(f.Jobs[id].Needs, func(need string) bool { return !slices.Contains(out, need) })
			if ready && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
		if len(out) == before {
			panic("jobs need each other")
		}
	}
	return out
}

// workflow plays the jobs of one workflow. A job that asks for success() gets it only where nothing that it hangs on was
// skipped, be it far away or before the job that calls the workflow, which is not clean then.
// https://github.com/actions/runner/issues/2205
func (w world) workflow(name, at string, e event, github, inputs map[string]any, unclean bool, results map[string]string) (jobs []played) {
	w.t.Helper()
	f := w.files[name]
	ended, clean := map[string]any{}, map[string]bool{}
	if inputs == nil {
		inputs = map[string]any{}
	}
	for _, id := range order(f) {
		j := f.Jobs[id]
		path := at + "/" + id
		needs := map[string]any{}
		s := &scope{contexts: map[string]any{"github": github, "inputs": inputs, "needs": needs, "runner": map[string]any{"temp": "/tmp"}}, failed: unclean}
		for _, need := range j.Needs {
			needs[need] = ended[need]
			s.failed = s.failed || !clean[need]
		}
		run, err := s.condition(j.If)
		require.NoError(w.t, err, path)
		result, outputs := "skipped", map[string]any{}
		if run {
			if j.Uses != "" {
				called := strings.TrimSuffix(filepath.Base(j.Uses), ".yml")
				with := map[string]any{}
				for key, value := range j.With {
					with[key], err = s.text(value)
					require.NoError(w.t, err, path)
				}
				more := w.workflow(called, path, e, github, with, s.failed, results)
				jobs = append(jobs, more...)
				result = "success"
				for inner := range w.files[called].Jobs {
					if results[path+"/"+inner] == "failure" {
						result = "failure"
					}
				}
			} else {
				var one *played
				// Steps ask only how the steps before them ended.
				result, outputs, one = w.job(name, path, j, &scope{contexts: s.contexts}, e)
				if one != nil {
					jobs = append(jobs, *one)
				}
			}
		}
		results[path] = result
		clean[id] = result == "success" && !s.failed
		ended[id] = map[string]any{"result": result, "outputs": outputs}
	}
	return jobs
}

// job plays a job with steps. What its scripts find out comes from the event; the scripts have tests of their own.
func (w world) job(name, path string, j *job, s *scope, e event) (result string, outputs map[string]any, one *played) {
	w.t.Helper()
	outputs = map[string]any{}
	steps := map[string]any{}
	s.contexts["steps"] = steps
	environment := ""
	if j.Environment != nil {
		var err error
		environment, err = s.text(j.Environment.Name)
		require.NoError(w.t, err, path)
		if slices.Contains(e.refused, environment) {
			return "failure", outputs, nil
		}
	}
	for _, each := range j.Steps {
		run, err := s.condition(each.If)
		require.NoError(w.t, err, path)
		if !run {
			continue
		}
		env := map[string]string{}
		for key, value := range each.Env {
			env[key], err = s.text(value)
			require.NoError(w.t, err, path)
		}
		with := map[string]string{}
		for key, value := range each.With {
			with[key], err = s.text(value)
			require.NoError(w.t, err, path)
		}
		found := map[string]any{}
		switch {
		case strings.Contains(each.Run, "go run . targets"):
			request := workflows.Request{Ref: e.ref, Stack: env["STACK"]}
			if strings.Contains(each.Run, "--destroy") {
				request.Stack, request.Destroy = env["TYPED"], true
			}
			targets, err := workflows.Targets(load(w.t, w.config), request)
			if err != nil {
				return "failure", outputs, nil
			}
			found["stacks"] = jsonOf(targets)
		case strings.Contains(each.Run, "go run . changed"):
			found["stacks"], found["removed"] = jsonOf(e.changed), ""
		case strings.Contains(each.Run, "git diff --quiet"):
			found["build"] = fmt.Sprint(slices.ContainsFunc(e.paths, func(changed string) bool { return strings.HasPrefix(changed, "images/"+j.Env["IMAGE"]+"/") }))
		case strings.Contains(each.Run, "deployments(environments:") && name == "stack-drift":
			if slices.Contains(e.done, env["ENVIRONMENT"]) {
				found["commit"] = sha
			}
		case each.Name == "May this commit be deployed":
			tag := strings.HasPrefix(e.ref, "refs/tags/")
			if env["AFTER"] != "" && !slices.Contains(e.done, env["AFTER"]) || env["MOVED_TAGS"] == "refuse" && tag && e.moved {
				return "failure", outputs, nil
			}
		case each.Name == "Is this commit deployed":
			if !slices.Contains(e.done, env["ENVIRONMENT"]) {
				return "failure", outputs, nil
			}
		case each.Name == "Reach the state" && one != nil:
			one.state = env["STATE_ROLE"]
		case each.action() == "aws-actions/configure-aws-credentials":
			one = &played{path: path, role: with["role-to-assume"], account: with["allowed-account-ids"], env: environment, claims: w.tokenOf(e, environment, name)}
			one.open = open(w.t, w.roles, one.claims)
			if e.fork || j.Permissions["id-token"] != "write" {
				one.open = nil // GitHub gives no token
			}
			one.allowed = slices.Contains(one.open, short(one.role))
			if !one.allowed {
				return "failure", outputs, one
			}
		}
		steps[each.ID] = map[string]any{"outputs": found, "outcome": "success"}
	}
	for key, value := range j.Outputs {
		text, err := s.text(value)
		require.NoError(w.t, err, path)
		outputs[key] = text
	}
	return "success", outputs, one
}

// tokenOf is what the token of a job of a workflow says.
func (w world) tokenOf(e event, environment, name string) claims {
	token := claims{subject: "repo:" + w.repository + ":ref:" + e.ref, ref: e.ref, workflow: w.repository + "/.github/workflows/" + name + ".yml@" + e.ref}
	switch {
	case environment != "":
		token.subject = "repo:" + w.repository + ":environment:" + environment
	case e.kind == "pull_request":
		token.subject = "repo:" + w.repository + ":pull_request"
	}
	return token
}

func jsonOf(value []string) string {
	if value == nil {
		value = []string{}
	}
	out, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(out)
}
