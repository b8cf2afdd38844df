package bootstrap

// Facts are what can be seen on this machine without asking AWS or GitHub.
type Facts struct {
	// Folder of the configuration. Default: config.
	Folder string
	// Tools that are on the PATH.
	Tools []Tool
	// Profiles of the AWS CLI's configuration file.
	Profiles []Profile
	// LocalStates are the local state files of state stacks, in the project's folder.
	LocalStates []LocalState
	// Backends are what Terraform was connected with in the folders of the stacks.
	Backends []Backend
	// NoGit is set where the folder is in no git repository yet.
	NoGit bool
	// Workflows says whether the generated workflows are those of this configuration.
	Workflows Workflows
	// Remote is the repository of the git remote origin, as owner/name, or "".
	Remote string
}

// A Tool is a program that was found.
type Tool struct {
	// Name of the program.
	Name string
	// Version, such as 1.11.4, or "" if the program did not tell.
	Version string
}

// A Profile of the AWS CLI.
type Profile struct {
	// Name of the profile.
	Name string
	// SSO says that the profile logs in through IAM Identity Center.
	SSO bool
}

// A LocalState is the state of a stack in a file: terraform.<stack>.tfstate.
type LocalState struct {
	// Stack whose state it is.
	Stack string
	// Resources is how many resources the state knows. After a destroy it is 0.
	Resources int
}

// A Backend is what terraform init connected the folder of a stack with.
type Backend struct {
	// Stack whose folder it is.
	Stack string
	// Type of the backend: local or s3.
	Type string
	// Bucket of an S3 backend.
	Bucket string
}

// Workflows says how the files in .github compare with the configuration.
type Workflows string

const (
	// WorkflowsUnknown is before they were compared.
	WorkflowsUnknown Workflows = ""
	// WorkflowsMissing is before they were generated.
	WorkflowsMissing Workflows = "missing"
	// WorkflowsStale is after the configuration has changed.
	WorkflowsStale Workflows = "stale"
	// WorkflowsCurrent is what this configuration generates.
	WorkflowsCurrent Workflows = "current"
)

func (f Facts) tool(name string) (Tool, bool) {
	for _, each := range f.Tools {
		if each.Name == name {
			return each, true
		}
	}
	return Tool{}, false
}

func (f Facts) profile(name string) (Profile, bool) {
	for _, each := range f.Profiles {
		if each.Name == name {
			return each, true
		}
	}
	return Profile{}, false
}

// localState reports whether a local file knows resources of the stack.
func (f Facts) localState(stack string) bool {
	for _, each := range f.LocalStates {
		if each.Stack == stack {
			return each.Resources > 0
		}
	}
	return false
}

func (f Facts) backend(stack string) Backend {
	for _, each := range f.Backends {
		if each.Stack == stack {
			return each
		}
	}
	return Backend{}
}
