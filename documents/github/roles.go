package github

// The names of the roles that jobs assume. They stand in trust policies of other accounts and in workflows, which is why
// they are known before the roles are made.

// PlanRole is the name of the role that plans the deployment of everything whose names begin with prefix.
func PlanRole(prefix string) string { return prefix + "-github-plan" }

// ApplyRole is the name of the role that applies it.
func ApplyRole(prefix string) string { return prefix + "-github-apply" }

// PublishRole is the name of the role that stores what builds make: container images, definitions of pipelines.
func PublishRole(prefix string) string { return prefix + "-github-publish" }

// The workflows that have the publish role. Its trust policy names their files.
const (
	// ImagesWorkflow builds and pushes container images.
	ImagesWorkflow = "images"
	// DefinitionsWorkflow stores definitions of pipelines.
	DefinitionsWorkflow = "definitions"
)

// WorkflowOn is how the claim job_workflow_ref names a workflow of the repository on a branch.
// https://docs.github.com/en/actions/reference/security/oidc
func WorkflowOn(repository, workflow, branch string) string {
	return repository + "/.github/workflows/" + workflow + ".yml@refs/heads/" + branch
}

// RunnerLabel is the label by which a job asks for a machine of a project of CodeBuild that runs jobs, for its own attempt of its run.
// https://docs.aws.amazon.com/codebuild/latest/userguide/sample-github-action-runners-update-labels.html
func RunnerLabel(project string) string {
	return "codebuild-" + project + "-${{ github.run_id }}-${{ github.run_attempt }}"
}
