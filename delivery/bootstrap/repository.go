package bootstrap

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/setup"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/shell"
)

func (b builder) workflows() Step {
	step := Step{
		Title: "Generate the workflows", Status: Open, Login: noLogin, Makes: "the GitHub workflows of this configuration, in .github",
		Commands:     []string{"go run . workflows", "git add " + shell.Quote(b.folder()) + " .github", `git commit --message "Configuration and workflows"`},
		UndoCommands: []string{"git revert HEAD"},
	}
	if b.facts.NoGit {
		step.Commands, step.UndoCommands = append(step.Commands[:1:1], b.firstCommit()...), nil
	}
	switch b.facts.Workflows {
	case WorkflowsCurrent:
		step.Status, step.Seen = Done, "the files in .github are those of this configuration"
	case WorkflowsStale:
		step.Seen = "the files in .github are of another configuration"
	case WorkflowsMissing:
		step.Seen = "there are none in .github"
	}
	return step
}

// firstCommit makes a git repository of the folder.
func (b builder) firstCommit() []string {
	return []string{"git init --initial-branch " + shell.Quote(b.platform.DefaultBranch), "git add .", `git commit --message "The platform"`}
}

func (b builder) repository() Step {
	name, branch := b.platform.Repository, b.platform.DefaultBranch
	step := Step{
		Title: "Make the repository", Status: Open, Login: "gh auth login, as someone who may make repositories for " + strings.Split(name, "/")[0],
		Makes: "the private repository " + name + " with this checkout in it; Actions stay off until the accounts are ready. " +
			"If it is there already, git remote add origin https://github.com/" + name + ".git takes the place of gh repo create",
		Commands: []string{
			"gh repo create " + name + " --private --source . --remote origin",
			"gh api --method PUT repos/" + name + "/actions/permissions --field enabled=false",
		},
		UndoCommands: []string{"git remote remove origin", "gh repo delete " + name},
	}
	if b.facts.NoGit && b.facts.Workflows == WorkflowsCurrent { // otherwise it is made with them
		step.Commands = append(b.firstCommit(), step.Commands...)
	}
	if b.platform.RepositoryIDs == nil && len(b.stages) > 0 {
		step.Commands = append(step.Commands, setup.PrintIDs(name)+"   # write this into platform.yaml and commit it, so that AWS trusts the ids")
	}
	step.Commands = append(step.Commands, "git push --set-upstream origin "+shell.Quote(branch))
	for _, other := range setup.Branches(b.platform) {
		step.Commands = append(step.Commands, "git push origin "+shell.Quote(branch+":"+other))
	}
	switch remote := b.facts.Remote; {
	case strings.EqualFold(remote, name):
		step.Status, step.Seen = Done, "git's remote origin is "+remote
	case remote != "":
		step.Seen = fmt.Sprintf("git's remote origin is %s, and the configuration has %s; the first command keeps it under another name. If it is yours, correct repository in platform.yaml", remote, name)
		step.Commands = append([]string{"git remote rename origin upstream"}, step.Commands...)
		step.UndoCommands = append(step.UndoCommands, "git remote rename upstream origin")
	}
	return step
}

// connected reports whether a pipeline inside AWS reads the repository on GitHub.
func (b builder) connected() bool {
	return slices.ContainsFunc(b.platform.Environments, func(e *config.Environment) bool {
		return e.CodePipelineEnabled() && e.CodePipeline.Source.ConnectionARN != ""
	})
}

// sources are what pipelines inside AWS read from. AWS wants them to be there before the pipelines.
func (b builder) sources() []Step {
	var steps []Step
	done := map[string]bool{}
	for _, e := range b.platform.Environments {
		if !e.CodePipelineEnabled() {
			continue
		}
		login, source := b.of(e.Name), e.CodePipeline.Source
		if done[source.ConnectionARN+source.CodeCommit+e.Account+e.Region] {
			continue
		}
		done[source.ConnectionARN+source.CodeCommit+e.Account+e.Region] = true
		flags := " --region " + e.Region
		step := Step{Status: Open, Login: login.String()}
		if connection := source.ConnectionARN; connection != "" {
			step.Title = "Connect account " + e.Account + " with GitHub"
			step.Makes = "the connection by which CodePipeline reads " + b.platform.Repository + ": confirm it in the console (Developer Tools, Settings, Connections), and write its ARN into codePipeline.source.connectionArn; the last command then prints AVAILABLE"
			step.Commands = []string{
				login.prefix() + "aws codeconnections create-connection" + flags + " --provider-type GitHub --connection-name " + b.platform.Project,
				login.prefix() + "aws codeconnections get-connection" + flags + " --connection-arn " + connection + " --query Connection.ConnectionStatus --output text",
			}
			step.UndoCommands = []string{login.prefix() + "aws codeconnections delete-connection" + flags + " --connection-arn " + connection}
		} else {
			step.Title = "Make the CodeCommit repository " + source.CodeCommit
			step.Makes = "the repository that CodePipeline reads; push this checkout to it"
			step.Commands = []string{login.prefix() + "aws codecommit create-repository" + flags + " --repository-name " + source.CodeCommit}
			step.UndoCommands = []string{login.prefix() + "aws codecommit delete-repository" + flags + " --repository-name " + source.CodeCommit}
		}
		steps = append(steps, step)
	}
	return steps
}

// runners are how CodeBuild reaches GitHub, where machines in a network run its jobs: without, the stacks that have them fail.
func (b builder) runners() []Step {
	var steps []Step
	done := map[string]bool{}
	for _, e := range b.platform.Environments {
		if e.Runner() == "" || done[e.Account+e.Region] {
			continue
		}
		done[e.Account+e.Region] = true
		login, flags := b.of(e.Name), " --region "+e.Region
		steps = append(steps, Step{
			Title: "Let CodeBuild of account " + e.Account + " reach GitHub", Status: Open, Login: login.String(),
			Makes: "the credential by which CodeBuild makes the webhook for jobs of " + b.platform.Repository + ", once for the account and region. Make a token at GitHub for this repository alone " +
				"(fine-grained: Administration and Webhooks read and write, Contents read); the command asks for it. Skip the step where the account has a credential for GitHub, which the command leaves alone",
			// The token goes from one program to the next: as an argument all users of the computer would see it.
			Commands: []string{
				secretref.Ask + login.prefix() + "aws codebuild import-source-credentials" + flags + " --server-type GITHUB --auth-type PERSONAL_ACCESS_TOKEN --no-should-overwrite --token file:///dev/stdin",
			},
			UndoCommands: []string{
				login.prefix() + "aws codebuild delete-source-credentials" + flags + " --arn " + arn.Scope{Region: e.Region, Account: e.Account}.WithDefaults().Regional("codebuild", "token/github"),
			},
		})
	}
	return steps
}

// images are those that tasks on ECS start with: without them the deployment of their environment fails. What SageMaker runs comes later.
func (b builder) images() []Step {
	o := b.platform.Operations
	registry := arn.Scope{Region: o.Region, Account: o.Account}.WithDefaults().Registry()
	login := b.operations()
	step := Step{Title: "Push the first images", Status: Open, Login: login.String()}
	made := map[string]bool{}
	for _, e := range b.platform.Environments {
		for _, use := range e.ImageUses() {
			reference := registry + "/" + config.RepositoryName(o.Prefix(), use.Image.Repository) + ":" + use.Image.Tag
			if use.Section == "training" || use.Section == "automation" || use.Image.Tag == "" || made[reference] {
				continue
			}
			made[reference] = true
			platform := map[config.Architecture]string{config.ArchitectureX86: "linux/amd64", config.ArchitectureARM64: "linux/arm64"}[use.Architecture]
			step.Commands = append(step.Commands,
				"docker build --platform "+platform+" --provenance=false --tag "+reference+" images/"+shell.Quote(use.Image.Repository), "docker push "+reference)
		}
	}
	if len(made) == 0 {
		return nil
	}
	step.Makes = "the images that services, workers and servers start with, by Docker from images/NAME/Dockerfile, under the tags that the files of the environments name. Skip those that are there: nobody can push a tag twice. " +
		"Later ones come from the workflow images"
	step.UndoText = "leave them: they go with operations"
	step.Commands = append([]string{login.prefix() + "aws ecr get-login-password --region " + o.Region + " | docker login --username AWS --password-stdin " + registry}, step.Commands...)
	step.Commands = append(step.Commands, "docker logout "+registry)
	return []Step{step}
}

func (b builder) gitHub() Step {
	var names, unasked []string
	step := Step{
		Title: "Hand over to GitHub", Status: Open, Login: "gh auth login, as an administrator of " + b.platform.Repository,
		Commands: []string{"go run . setup github", "go run . setup github | bash"},
		UndoText: "delete the rulesets that begin with mlplatform under Settings, Rules, and",
		UndoCommands: []string{
			"gh api --method PUT repos/" + b.platform.Repository + "/actions/permissions --field enabled=false",
		},
	}
	const rules = "rules for the branches and tags that deploy"
	const printed = ". The first command prints what the second one runs"
	if len(b.stages) == 0 {
		step.Title, step.Makes = "Protect what deploys", rules+printed
		step.UndoText, step.UndoCommands = "delete the rulesets that begin with mlplatform under Settings, Rules", nil
		return step
	}
	for _, stage := range b.stages {
		if stage.Further {
			continue // it has the same
		}
		names = append(names, stage.GitHubEnvironment)
		if stage.Protect && len(stage.Reviewers) == 0 {
			unasked = append(unasked, stage.Stack)
		}
	}
	if len(unasked) > 0 {
		step.Seen = "nobody is asked before a deployment to " + strings.Join(unasked, ", ") + ": github.reviewers names who approves"
	}
	step.Makes = "GitHub environments (" + strings.Join(names, ", ") + ") with reviewers, branches and tags; " + rules + "; Actions on" + printed
	return step
}
