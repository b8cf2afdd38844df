package workflows_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/workflows"
)

// mayHoldCode are the jobs that have both a way into AWS and code of the repository: they build container images, and the
// code runs inside of the build.
var mayHoldCode = regexp.MustCompile(`^images/image-`)

// TestRules: what every workflow of every configuration must hold.
func TestRules(t *testing.T) {
	pinned := regexp.MustCompile(`^uses: [a-z-]+/[a-z-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$`)
	for name, folder := range configurations {
		t.Run(name, func(t *testing.T) {
			contents := generate(t, load(t, folder))
			for path, content := range contents {
				text := string(content)
				require.True(t, strings.HasPrefix(text, workflows.Mark), path)
				require.NotContains(t, text, "pull_request_target", path)
				require.NotContains(t, text, "secrets.", path)
				require.NotContains(t, text, ":latest", path)
				for _, line := range strings.Split(text, "\n") {
					line = strings.TrimPrefix(strings.TrimSpace(line), "- ")
					if strings.HasPrefix(line, "uses: ") && !strings.HasPrefix(line, "uses: ./") {
						require.Regexp(t, pinned, line, path)
					}
				}
			}
			files := parsed(t, contents)
			for path, f := range files {
				if path == "action" {
					continue
				}
				require.NotNil(t, f.Permissions, path)
				require.Empty(t, f.Permissions, path)
				require.Equal(t, map[string]map[string]string{"run": {"shell": "bash"}}, f.Defaults, path)
				require.NotEmpty(t, f.Jobs, path)
				for id, j := range f.Jobs {
					at := path + "/" + id
					require.NotNil(t, j.Permissions, at)
					if j.Uses != "" {
						called := files[strings.TrimSuffix(filepath.Base(j.Uses), ".yml")]
						require.NotNil(t, called, at)
						requirePermissions(t, at, j, called)
						continue
					}
					require.Equal(t, machineOf(name, path, id, j), j.RunsOn, at)
					require.Positive(t, j.TimeoutMinutes, at)
					requireSteps(t, at, j)
				}
			}
			eachStep(files, func(path, id string, j *job, s step) {
				require.NotContains(t, s.Run, "${{", "%s/%s: an expression in a script", path, id)
				if j == nil && s.Run != "" {
					require.Equal(t, "bash", s.Shell)
				}
			})
		})
	}
}

// machineOf is where a job runs: on GitHub's machines, but where an example has others and the job reaches AWS and no code.
func machineOf(example, path, id string, j *job) string {
	switch {
	case example != "serving" || j.Permissions["id-token"] != "write" || path == "images":
	case path == "pull-request" && strings.HasPrefix(id, "plan-") && strings.HasSuffix(id, "-serving"):
		return "codebuild-winery-" + strings.TrimSuffix(strings.TrimPrefix(id, "plan-"), "-serving") + "-runner-${{ github.run_id }}-${{ github.run_attempt }}"
	case strings.HasPrefix(path, "stack"):
		return "${{ inputs.runner || 'ubuntu-24.04' }}"
	}
	return "ubuntu-24.04"
}

// TestRunner: what reaches the Kubernetes API runs in the network, and what makes and destroys the machines there does not.
func TestRunner(t *testing.T) {
	files := parsed(t, generate(t, load(t, configurations["serving"])))
	label := func(env string) string {
		return "codebuild-winery-" + env + "-runner-${{ github.run_id }}-${{ github.run_attempt }}"
	}
	for file, want := range map[string]map[string]string{
		"deploy":  {"stack-operations": "", "stack-dev": "", "stack-dev-serving": label("dev"), "stack-prod": "", "stack-prod-serving": label("prod")},
		"drift":   {"stack-operations": "", "stack-dev": "", "stack-dev-serving": label("dev"), "stack-prod": "", "stack-prod-serving": label("prod")},
		"destroy": {"stack-dev": "", "stack-dev-serving": label("dev")},
	} {
		found := map[string]string{}
		for id, j := range files[file].Jobs {
			if j.Uses != "" {
				found[id] = j.With["runner"]
			}
		}
		require.Equal(t, want, found, file)
	}
	require.Equal(t, label("dev"), files["pull-request"].Jobs["plan-dev-serving"].RunsOn)
	require.Equal(t, "ubuntu-24.04", files["pull-request"].Jobs["plan-dev"].RunsOn)
	// Who would wait for machines that nobody has made yet asks before whether they are there.
	require.Equal(t, "ubuntu-24.04", files["pull-request"].Jobs["machine-dev-serving"].RunsOn)
	require.Contains(t, files["pull-request"].Jobs["plan-dev-serving"].If, " && needs.machine-dev-serving.outputs.there")
	require.NotContains(t, files["pull-request"].Jobs, "machine-dev")
	require.Equal(t, "ubuntu-24.04", files["stack-drift"].Jobs["deployed"].RunsOn, "code of a commit does not run in the network")

	platform := load(t, configurations["serving"])
	platform.RunsOn = []string{"self-hosted", "it's"}
	require.Equal(t, `${{ inputs.runner || fromJSON('["self-hosted","it''s"]') }}`, parsed(t, generate(t, platform))["stack"].Jobs["apply"].RunsOn)
}

// TestCaches: nothing that is applied or published is made with what a cache held. A branch cannot write a cache of another
// one, but drift runs code of branches on the default branch.
func TestCaches(t *testing.T) {
	for name, folder := range configurations {
		files := parsed(t, generate(t, load(t, folder)))
		cached := 0
		eachStep(files, func(path, id string, j *job, s step) {
			at := name + ": " + path + "/" + id
			switch {
			case j == nil: // the action itself, which caches where it is told
				if s.action() == "actions/setup-go" {
					require.Equal(t, "${{ inputs.cache }}", s.With["cache"], at)
				}
				if s.action() == "actions/cache" {
					require.Equal(t, "${{ inputs.cache == 'true' }}", s.If, at)
				}
			case s.Uses == "./.github/actions/setup" && path == "pull-request":
				require.Equal(t, "true", s.With["cache"], at)
				cached++
			case s.Uses == "./.github/actions/setup":
				require.Empty(t, s.With, at)
			case s.action() == "actions/setup-go":
				require.Equal(t, "false", s.With["cache"], at)
			case s.action() == "actions/setup-node":
				require.Equal(t, "false", s.With["package-manager-cache"], at)
				require.NotContains(t, s.With, "cache", at)
			default:
				require.NotEqual(t, "actions/cache", s.action(), at)
			}
		})
		require.Equal(t, 2, cached, name)
		action := string(generate(t, load(t, folder))[".github/actions/setup/action.yml"])
		require.Contains(t, action, "  cache:\n    description: cache what Go and jsii make, true or false\n    default: \"false\"\n")
		require.Contains(t, action, "hashFiles('**/package-lock.json') != '' && 'npm'", "a repository without packages of Node.js has none to cache, which setup-node takes for a mistake")
	}
}

// requirePermissions: a caller grants what the jobs of the called workflow need, and nothing more.
func requirePermissions(t *testing.T, at string, caller *job, called *file) {
	t.Helper()
	needed := map[string]string{}
	for _, j := range called.Jobs {
		for kind, access := range j.Permissions {
			if needed[kind] != "write" {
				needed[kind] = access
			}
		}
	}
	require.Equal(t, needed, caller.Permissions, at)
	for name, input := range called.On["workflow_call"].Inputs {
		_, given := caller.With[name]
		require.True(t, given || !input.Required, "%s does not give %s", at, name)
	}
	for name := range caller.With {
		require.Contains(t, called.On["workflow_call"].Inputs, name, at)
	}
}

// requireSteps: a job has the permissions that its steps need, no more, and either a way into AWS or code of the
// repository.
func requireSteps(t *testing.T, at string, j *job) {
	t.Helper()
	code, aws, github := false, false, false
	for _, s := range j.Steps {
		switch s.action() {
		case "actions/checkout":
			code = true
			require.Equal(t, "false", s.With["persist-credentials"], at)
		case "aws-actions/configure-aws-credentials":
			aws = true
			require.NotEmpty(t, s.With["role-to-assume"], at)
			require.NotEmpty(t, s.With["allowed-account-ids"], at)
			require.NotContains(t, s.With, "aws-access-key-id", at)
		}
		if _, ok := s.Env["GH_TOKEN"]; ok {
			github = true
		}
	}
	require.Equal(t, aws, j.Permissions["id-token"] == "write", at)
	require.Equal(t, code, j.Permissions["contents"] == "read", at)
	require.NotEqual(t, "write", j.Permissions["contents"], at)
	if j.Environment != nil {
		require.True(t, aws, at)
	}
	others := 0
	for kind := range j.Permissions {
		if kind != "id-token" && kind != "contents" {
			others++
		}
	}
	require.Equal(t, github, others > 0, "%s: a token with permissions goes to the steps that need it", at)
	if aws && !mayHoldCode.MatchString(at) {
		require.False(t, code, "%s runs code of the repository beside credentials of AWS", at)
		require.False(t, github, "%s has a token of GitHub beside credentials of AWS", at)
	}
}

// TestOneAtATime: whatever changes a stack is alone with it.
func TestOneAtATime(t *testing.T) {
	files := parsed(t, generate(t, load(t, configurations["wine"])))
	for _, name := range []string{"deploy", "destroy"} {
		for id, j := range files[name].Jobs {
			if j.Uses != "" {
				require.Equal(t, &concurrency{Group: "deploy-" + j.With["stack"]}, j.Concurrency, id)
			}
		}
	}
	require.True(t, files["pull-request"].Concurrency.CancelInProgress)
	require.False(t, files["drift"].Concurrency.CancelInProgress)
	// A run looks only at the commits of its own push, so that none may be dropped.
	require.Nil(t, files["images"].Concurrency)
	require.Nil(t, files["definitions"].Concurrency)
}

func TestOneVersionOfEachAction(t *testing.T) {
	versions := map[string]string{}
	eachStep(parsed(t, generate(t, load(t, configurations["wine"]))), func(path, id string, _ *job, s step) {
		if strings.HasPrefix(s.Uses, "./") || s.Uses == "" {
			return
		}
		if known, ok := versions[s.action()]; ok {
			require.Equal(t, known, s.Uses, path+"/"+id)
		}
		versions[s.action()] = s.Uses
	})
	require.Len(t, versions, 8)
}

// TestOwnMachines: every job runs where the configuration says.
func TestOwnMachines(t *testing.T) {
	platform := load(t, configurations["wine"])
	platform.RunsOn = []string{"self-hosted", "linux"}
	files, err := workflows.Generate(platform, workflows.Options{})
	require.NoError(t, err)
	jobs := 0
	for _, file := range files {
		for _, line := range strings.Split(string(file.Content), "\n") {
			if strings.Contains(line, "runs-on:") {
				require.Equal(t, "runs-on: [self-hosted, linux]", strings.TrimSpace(line), file.Path)
				jobs++
			}
		}
	}
	require.Greater(t, jobs, 15)
}

// TestImagesAreBuiltForWhatRunsThem: an image of services on ARM64 is built on a machine of that kind, all others are as before.
func TestImagesAreBuiltForWhatRunsThem(t *testing.T) {
	platform := load(t, "../../examples/configurations/services")
	platform.RunsOnARM64 = []string{"self-hosted", "arm"}
	jobs := parsed(t, generate(t, platform))["images"].Jobs
	for image, arm := range map[string]bool{"serving-image": true, "mlflow-image": true, "prefect-image": true, "flows-image": false, "training-image": false} {
		job := jobs["image-"+image]
		processor, machine := "linux/amd64", any("ubuntu-24.04")
		if arm {
			processor, machine = "linux/arm64", []any{"self-hosted", "arm"}
		}
		require.Equal(t, processor, job.Env["PLATFORM"], image)
		require.Equal(t, machine, job.RunsOn, image)
	}
}
