package bootstrap_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/bootstrap"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/shellcheck"
)

func load(t *testing.T, dir string) *config.Platform {
	t.Helper()
	platform, err := config.Load(filepath.Join("../..", dir))
	require.NoError(t, err)
	return platform
}

var tools = []bootstrap.Tool{
	{Name: "go", Version: "1.24.3"}, {Name: "node", Version: "22.11.0"}, {Name: "terraform", Version: "1.11.4"}, {Name: "cdktf", Version: "0.21.0"},
	{Name: "aws", Version: "2.31.0"}, {Name: "git", Version: "2.47.1"}, {Name: "gh", Version: "2.81.0"},
}

// The way along which a machine goes, from nothing to everything.
var situations = map[string]bootstrap.Facts{
	"empty": {},
	"midway": {
		Tools: tools, Remote: "acme/wine-ml", Workflows: bootstrap.WorkflowsStale,
		Profiles:    []bootstrap.Profile{{Name: "operations", SSO: true}, {Name: "dev"}},
		LocalStates: []bootstrap.LocalState{{Stack: "state", Resources: 25}},
		Backends:    []bootstrap.Backend{{Stack: "state", Type: "local"}},
	},
	"complete": {
		Tools: tools, Remote: "Acme/wine-ml", Workflows: bootstrap.WorkflowsCurrent,
		Profiles: []bootstrap.Profile{{Name: "operations"}, {Name: "dev"}, {Name: "staging"}, {Name: "prod"}},
		Backends: []bootstrap.Backend{
			{Stack: "state", Type: "s3", Bucket: "wine-terraform-state-111111111111-us-west-2"}, {Stack: "operations", Type: "s3", Bucket: "wine-terraform-state-111111111111-us-west-2"},
			{Stack: "dev", Type: "s3", Bucket: "wine-terraform-state-111111111111-us-west-2"}, {Stack: "staging", Type: "s3", Bucket: "somebody-elses"},
		},
	},
}

func TestGoldens(t *testing.T) {
	for _, dir := range []string{"examples/configurations/wine", "examples/configurations/branches", "examples/configurations/one-account"} {
		platform := load(t, dir)
		name := filepath.Base(dir)
		steps := bootstrap.Steps(platform, bootstrap.Facts{})
		golden.Assert(t, filepath.Join("testdata", name+".txt"), []byte(bootstrap.Write(platform, steps, bootstrap.Text)))
		golden.Assert(t, filepath.Join("testdata", name+".sh"), []byte(bootstrap.Write(platform, steps, bootstrap.Shell)))
	}
	for _, situation := range []string{"midway", "complete"} {
		platform := load(t, "examples/configurations/wine")
		steps := bootstrap.Steps(platform, situations[situation])
		golden.Assert(t, filepath.Join("testdata", situation+".txt"), []byte(bootstrap.Write(platform, steps, bootstrap.Text)))
		golden.Assert(t, filepath.Join("testdata", situation+".md"), []byte(bootstrap.Write(platform, steps, bootstrap.Markdown)))
	}
}

// TestWidth: only commands are longer than a terminal is wide.
func TestWidth(t *testing.T) {
	platform := load(t, "examples/configurations/wine")
	for _, facts := range situations {
		for _, line := range strings.Split(bootstrap.Write(platform, bootstrap.Steps(platform, facts), bootstrap.Text), "\n") {
			require.True(t, len(line) <= 120 || strings.Contains(line, " $ "), line)
		}
	}
}

// TestStatuses: what the marks say about each step of the example.
func find(t *testing.T, steps []bootstrap.Step, title string) bootstrap.Step {
	t.Helper()
	for _, step := range steps {
		if step.Title == title {
			return step
		}
	}
	require.Fail(t, "no step", title)
	return bootstrap.Step{}
}

// TestRepository: what deploys is there before its rules, and a clone of somebody else's repository does not stand in the way.
func TestRepository(t *testing.T) {
	const ids = "gh api repos/mlops-pltf/mlopspltf-infra --jq '\"repositoryIds: { owner: \\\"\\(.owner.id)\\\", repository: \\\"\\(.id)\\\" }\"'"
	platform := load(t, "examples/configurations/branches")
	want := []string{
		"gh repo create mlops-pltf/mlopspltf-infra --private --source . --remote origin",
		"gh api --method PUT repos/mlops-pltf/mlopspltf-infra/actions/permissions --field enabled=false",
		ids + "   # write this into platform.yaml and commit it, so that AWS trusts the ids",
		"git push --set-upstream origin main",
		"git push origin main:develop",
	}
	step := find(t, bootstrap.Steps(platform, bootstrap.Facts{}), "Make the repository")
	require.Equal(t, want, step.Commands)
	step = find(t, bootstrap.Steps(platform, bootstrap.Facts{Remote: "mlplatform/mlplatform"}), "Make the repository")
	require.Equal(t, append([]string{"git remote rename origin upstream"}, want...), step.Commands)

	platform.RepositoryIDs = &config.RepositoryIDs{Owner: "1", Repository: "2"}
	step = find(t, bootstrap.Steps(platform, bootstrap.Facts{}), "Make the repository")
	require.NotContains(t, strings.Join(step.Commands, "\n"), "repositoryIds")
}

// TestQuoting: git allows names in which a shell sees commands.
func TestQuoting(t *testing.T) {
	platform := load(t, "examples/configurations/wine")
	platform.DefaultBranch = "main;id"
	steps := bootstrap.Steps(platform, bootstrap.Facts{Folder: "my config"})
	require.Contains(t, find(t, steps, "Make the repository").Commands, "git push --set-upstream origin 'main;id'")
	require.Contains(t, find(t, steps, "Generate the workflows").Commands, "git add 'my config' .github")
	require.Contains(t, find(t, steps, "Write the configuration").Commands, "export MLPLATFORM_CONFIG='my config'")
}

// TestUndo: what is protected is first deployed without its protection, and what is not is just destroyed.
func TestUndo(t *testing.T) {
	steps := bootstrap.Steps(load(t, "examples/configurations/wine"), bootstrap.Facts{})
	dev, prod := find(t, steps, "Deploy the environment dev"), find(t, steps, "Deploy the environment prod")
	require.Equal(t, []string{"AWS_PROFILE=dev cdktf destroy dev"}, dev.UndoCommands)
	require.Equal(t, []string{"AWS_PROFILE=prod cdktf deploy prod", "AWS_PROFILE=prod cdktf destroy prod"}, prod.UndoCommands)
	require.Equal(t, "what docs/teardown.md says comes first, set protect: false in environments/prod.yaml, then", prod.UndoText)
	require.Equal(t, "what docs/teardown.md says comes first, then", dev.UndoText)
	for _, step := range steps {
		require.NotEmpty(t, step.UndoText+strings.Join(step.UndoCommands, ""), step.Title)
		require.NotEmpty(t, step.Makes, step.Title)
		require.NotEmpty(t, step.Login, step.Title)
		require.NotEmpty(t, step.Commands, step.Title)
	}
}

func TestWithoutGitHub(t *testing.T) {
	platform, err := config.LoadFS(fstest.MapFS{
		"platform.yaml":         {Data: []byte("project: wine\nrepository: acme/wine-ml\nregion: us-west-2\noperations: { account: \"123456789012\", protect: false, github: { enabled: false } }\n")},
		"environments/dev.yaml": {Data: []byte("account: \"123456789013\"\ngithub: { enabled: false }\n")},
	})
	require.NoError(t, err)
	steps := bootstrap.Steps(platform, bootstrap.Facts{Tools: tools[:6]})
	var titles []string
	for _, step := range steps {
		titles = append(titles, step.Title)
		require.NotContains(t, strings.Join(step.Commands, "\n"), "gh ", step.Title)
	}
	require.Equal(t, []string{
		"Install the tools", "Write the configuration", "Log in to AWS", "Make the state bucket: stack state", "Move that state into the bucket: stack state",
		"Deploy operations", "Deploy the environment dev",
	}, titles)
	require.Equal(t, bootstrap.Done, steps[0].Status)
	require.Equal(t, bootstrap.Done, steps[1].Status)
	require.Equal(t, []string{"MLPLATFORM_LOCAL_STATE=true cdktf destroy state"}, steps[3].UndoCommands)
	require.Contains(t, steps[6].Makes, "nothing yet")
}

// TestCodePipeline: what a pipeline inside AWS reads from is there before it.
func TestCodePipeline(t *testing.T) {
	const arn = "arn:aws:codeconnections:us-west-2:123456789013:connection/01234567-89ab-4def-8123-456789abcdef"
	const environment = "account: \"123456789013\"\nprofile: wine\npromotion: { branches: [%s] }\ncodePipeline: { source: { %s }, approval: { emails: [ml@example.com] } }\n"
	platform, err := config.LoadFS(fstest.MapFS{
		"platform.yaml":         {Data: []byte("project: wine\nrepository: acme/wine-ml\nregion: us-west-2\noperations: { account: \"123456789012\", github: { enabled: false } }\n")},
		"environments/dev.yaml": {Data: []byte(fmt.Sprintf(environment, "dev", "connectionArn: "+arn))},
		"environments/hml.yaml": {Data: []byte(fmt.Sprintf(environment, "hml", "connectionArn: "+arn))},
		"environments/prd.yaml": {Data: []byte(fmt.Sprintf(environment, "prd", "codeCommit: wine-ml"))},
	})
	require.NoError(t, err)
	steps := bootstrap.Steps(platform, bootstrap.Facts{})
	var titles []string
	for _, step := range steps {
		titles = append(titles, step.Title)
	}
	require.Equal(t, []string{
		"Install the tools", "Write the configuration", "Make the repository", "Log in to AWS", "Connect account 123456789013 with GitHub", "Make the CodeCommit repository wine-ml",
		"Make the state bucket: stack state", "Move that state into the bucket: stack state", "Deploy operations",
		"Deploy dev-access", "Deploy the environment dev", "Deploy hml-access", "Deploy the environment hml", "Deploy prd-access", "Deploy the environment prd",
		"Protect what deploys",
	}, titles)
	require.Equal(t, []string{
		"AWS_PROFILE=wine aws codeconnections create-connection --region us-west-2 --provider-type GitHub --connection-name wine",
		"AWS_PROFILE=wine aws codeconnections get-connection --region us-west-2 --connection-arn " + arn + " --query Connection.ConnectionStatus --output text",
	}, steps[4].Commands)
	require.Equal(t, []string{"AWS_PROFILE=wine aws codecommit create-repository --region us-west-2 --repository-name wine-ml"}, steps[5].Commands)
	require.Equal(t, "the environment dev: codePipeline. AWS writes to ml@example.com: confirm it", steps[10].Makes)
}

// TestNoKeys: nothing ever asks for a key, and every AWS call is either a question who one is or Terraform's own.
func TestNoKeys(t *testing.T) {
	for _, facts := range situations {
		for _, dir := range []string{"examples/configurations/wine", "examples/configurations/branches", "examples/configurations/one-account"} {
			platform := load(t, dir)
			out := bootstrap.Write(platform, bootstrap.Steps(platform, facts), bootstrap.Text)
			for _, word := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET", "create-access-key", "aws configure\n", "aws configure set", "secret"} {
				require.NotContains(t, out, word)
			}
		}
	}
}

func TestShell(t *testing.T) {
	platform := load(t, "examples/configurations/wine")
	scripts := map[string]string{}
	for situation, facts := range situations {
		script := bootstrap.Write(platform, bootstrap.Steps(platform, facts), bootstrap.Shell)
		scripts[situation] = "#!/bin/bash\n" + script
		shellcheck.Parse(t, situation, script)
	}
	platform.Operations.GitHub.Environment = "operations\nid"
	broken := bootstrap.Write(platform, bootstrap.Steps(platform, bootstrap.Facts{}), bootstrap.Shell)
	require.NotContains(t, broken, "\nid", "a comment ends with its line")
	require.Contains(t, scripts["complete"], "\n# done: MLPLATFORM_LOCAL_STATE=true AWS_PROFILE=operations cdktf deploy state\n")
	require.Contains(t, scripts["complete"], "\nAWS_PROFILE=prod cdktf deploy prod\n")
	shellcheck.Check(t, scripts)
}

// TestOrder: what a stack needs is deployed before it.
func TestOrder(t *testing.T) {
	for _, dir := range []string{"examples/configurations/wine", "examples/configurations/branches", "examples/configurations/one-account"} {
		platform := load(t, dir)
		var deployed []string
		for _, step := range bootstrap.Steps(platform, bootstrap.Facts{}) {
			for _, command := range step.Commands {
				if _, stack, found := strings.Cut(command, "cdktf deploy "); found && !strings.Contains(stack, "--migrate-state") {
					deployed = append(deployed, stack)
				}
			}
		}
		require.Equal(t, platform.StackNames(), deployed)
	}
}

// TestPage: docs/bootstrap.md shows what the command prints for the example.
func TestPage(t *testing.T) {
	steps := bootstrap.Steps(load(t, "examples/configurations/wine"), bootstrap.Facts{})
	page := bootstrap.Write(load(t, "examples/configurations/wine"), steps, bootstrap.Markdown)
	golden.AssertBlock(t, "../../docs/bootstrap.md", "go run . bootstrap --format markdown", []byte("\n"+page+"\n"))
	for _, step := range steps {
		for _, command := range step.Commands {
			require.Contains(t, page, "\n"+command+"\n")
		}
	}
}

// TestNewFolder: what is in no git repository yet is made one, once, before it is pushed.
func TestNewFolder(t *testing.T) {
	p, err := config.Load("../../examples/configurations/wine")
	require.NoError(t, err)
	first := []string{"git init --initial-branch main", "git add .", `git commit --message "The platform"`}
	steps := bootstrap.Steps(p, bootstrap.Facts{NoGit: true})
	require.Equal(t, append([]string{"go run . workflows"}, first...), find(t, steps, "Generate the workflows").Commands)
	require.NotContains(t, find(t, steps, "Make the repository").Commands, "git add .")
	steps = bootstrap.Steps(p, bootstrap.Facts{NoGit: true, Workflows: bootstrap.WorkflowsCurrent})
	require.Equal(t, first, find(t, steps, "Make the repository").Commands[:3])
}

// What tasks on ECS start with is there before the environment that starts them, each image once, for the processor that runs it.
func TestFirstImages(t *testing.T) {
	steps := bootstrap.Steps(load(t, "examples/configurations/services"), bootstrap.Facts{})
	titles := titlesOf(steps)
	at := slices.Index(titles, "Push the first images")
	require.Less(t, slices.Index(titles, "Deploy operations"), at)
	require.Less(t, at, slices.Index(titles, "Deploy the environment dev"))
	const registry = "111111111111.dkr.ecr.us-west-2.amazonaws.com"
	require.Equal(t, "aws ecr get-login-password --region us-west-2 | docker login --username AWS --password-stdin "+registry, steps[at].Commands[0])
	require.Equal(t, "docker logout "+registry, steps[at].Commands[len(steps[at].Commands)-1])
	var pushed []string
	for _, command := range steps[at].Commands {
		if build, is := strings.CutPrefix(command, "docker build --platform "); is {
			pushed = append(pushed, strings.NewReplacer(" --provenance=false --tag "+registry+"/churn-operations", "", " images", "").Replace(build))
		}
	}
	require.Equal(t, []string{
		"linux/amd64/training-image:4f2a9c1/training-image", "linux/arm64/mlflow-image:v3.15.1/mlflow-image", "linux/amd64/flows-image:4f2a9c1/flows-image",
		"linux/arm64/serving-image:4f2a9c1/serving-image", "linux/arm64/prefect-image:3.8.3/prefect-image",
	}, pushed)
	require.NotContains(t, titlesOf(bootstrap.Steps(load(t, "examples/configurations/wine"), bootstrap.Facts{})), "Push the first images")
}

func titlesOf(steps []bootstrap.Step) (titles []string) {
	for _, step := range steps {
		titles = append(titles, step.Title)
	}
	return titles
}

// typed runs a command that asks for a value, with a stand-in of the AWS CLI, and is the arguments and the input that it was given. The
// terminal shows nothing of the value.
func typed(t *testing.T, command, value string) string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("the printed command is not run: there is no bash; install it")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"aws": `printf '%s\n' "$@" >"$LOG"; printf 'stdin: ' >>"$LOG"; cat >>"$LOG"`, "stty": ":"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o700))
	}
	run := exec.Command(bash, "-c", command)
	run.Env, run.Stdin = []string{"PATH=" + dir + ":/usr/bin:/bin", "LOG=" + filepath.Join(dir, "log")}, strings.NewReader(value+"\n")
	out, err := run.CombinedOutput()
	require.NoError(t, err, string(out))
	require.NotContains(t, string(out), value)
	text, err := os.ReadFile(filepath.Join(dir, "log"))
	require.NoError(t, err)
	return string(text)
}

// Machines in a network need a credential before the stack that has them, and deploy what stands on the cluster themselves.
func TestRunner(t *testing.T) {
	platform := load(t, "examples/configurations/serving")
	var titles []string
	found := map[string]bootstrap.Step{}
	for _, step := range bootstrap.Steps(platform, bootstrap.Facts{}) {
		titles = append(titles, step.Title)
		found[step.Title] = step
	}
	dev := found["Let CodeBuild of account 222222222222 reach GitHub"]
	require.Len(t, dev.Commands, 1)
	require.Equal(t, "codebuild\nimport-source-credentials\n--region\nus-west-2\n--server-type\nGITHUB\n--auth-type\nPERSONAL_ACCESS_TOKEN\n--no-should-overwrite\n--token\nfile:///dev/stdin\nstdin: github_pat_s3cr3t",
		typed(t, dev.Commands[0], "github_pat_s3cr3t"))
	require.Equal(t, []string{"aws codebuild delete-source-credentials --region us-west-2 --arn arn:aws:codebuild:us-west-2:222222222222:token/github"}, dev.UndoCommands)
	require.Contains(t, titles, "Let CodeBuild of account 333333333333 reach GitHub")
	require.Less(t, slices.Index(titles, dev.Title), slices.Index(titles, "Deploy the environment dev"))
	require.Equal(t, "the software in the cluster: from inside the network, or from where cluster.publicAccessCidrs lets you in. Or leave it to GitHub, whose machines in the network deploy it after the last step",
		found["Deploy dev-serving"].Makes)
	require.Contains(t, found["Hand over to GitHub"].Makes, "GitHub environments (operations, dev, prod)")
	require.Equal(t, "nobody is asked before a deployment to operations, prod: github.reviewers names who approves", found["Hand over to GitHub"].Seen)
	for title := range found {
		require.NotContains(t, title, "CodeBuild of account 111111111111")
	}
}
