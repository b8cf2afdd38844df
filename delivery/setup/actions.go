package setup

import "github.com/mlplatform/mlplatform/internal/shell"

// token sees to the subjects of the tokens, which the trust policies of the roles compare letter by letter.
func (s *script) token() {
	subject := subjectFormat{UseDefault: true}
	if s.platform.RepositoryIDs != nil {
		s.comment("The subject of a token names the repository with its ids, so that nobody who takes over the name gets in. AWS trusts no",
			"other template. https://docs.github.com/en/rest/actions/oidc")
		subject.UseImmutableSubject = true
	} else {
		s.comment("The subject of a token has GitHub's own form: AWS trusts no other template. Write repositoryIds into platform.yaml to trust",
			"this very repository and not only its name: "+PrintIDs(s.platform.Repository),
			"https://docs.github.com/en/rest/actions/oidc")
	}
	s.send(`send PUT "$repository/actions/oidc/customization/sub"`, subject)
}

// PrintIDs is the command that prints the ids of a repository as platform.yaml wants them.
func PrintIDs(repository string) string {
	return "gh api " + shell.Quote("repos/"+repository) + ` --jq '"repositoryIds: { owner: \"\(.owner.id)\", repository: \"\(.id)\" }"'`
}

type subjectFormat struct {
	UseDefault          bool `json:"use_default"`
	UseImmutableSubject bool `json:"use_immutable_subject,omitempty"`
}

type actionsPermissions struct {
	Enabled            bool   `json:"enabled"`
	AllowedActions     string `json:"allowed_actions"`
	SHAPinningRequired bool   `json:"sha_pinning_required"`
}

type selectedActions struct {
	GitHubOwned bool     `json:"github_owned_allowed"`
	Verified    bool     `json:"verified_allowed"`
	Patterns    []string `json:"patterns_allowed"`
}

type workflowPermissions struct {
	Default    string `json:"default_workflow_permissions"`
	CanApprove bool   `json:"can_approve_pull_request_reviews"`
}

// actions limits what Actions runs and what a job may do by default. https://docs.github.com/en/rest/actions/permissions
func (s *script) actions() {
	s.comment("Actions of GitHub and those that the workflows name, each pinned by its full commit SHA, and no others.",
		"https://docs.github.com/en/rest/actions/permissions")
	s.send(`send PUT "$repository/actions/permissions"`, actionsPermissions{Enabled: true, AllowedActions: "selected", SHAPinningRequired: true})
	var patterns []string
	for _, action := range Actions {
		patterns = append(patterns, action+"@*")
	}
	s.send(`send PUT "$repository/actions/permissions/selected-actions"`, selectedActions{GitHubOwned: true, Patterns: patterns})
	s.comment("A job may read the repository unless its workflow says more, and no job approves a pull request.")
	s.send(`send PUT "$repository/actions/permissions/workflow"`, workflowPermissions{Default: "read"})
}
