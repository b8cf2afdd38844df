// Package workflow describes workflows and composite actions of GitHub Actions as Go values, checks them, and writes them
// as YAML that is the same for the same values. It knows what safe deployments need and no more: every job names its
// permissions and its timeout, actions are pinned by commit, and scripts hold no expressions.
//
// Reference: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
package workflow

// A Workflow is one file in .github/workflows. Name, On and Jobs are required.
//
// The token of the workflow has no permissions: each job names its own. Scripts run in bash, with -e and pipefail.
type Workflow struct {
	// Comment stands above everything, each line behind a #. Default: none.
	Comment string
	// Name that GitHub shows.
	Name string
	// RunName is how GitHub shows one run. Default: the message of the commit, or the title of the pull request.
	RunName string
	// On says what starts the workflow.
	On Triggers
	// Env are variables of all jobs. Default: none.
	Env []Variable
	// Concurrency lets one run of a group at a time go on. Default: none.
	Concurrency *Concurrency
	// Jobs in the order in which they are written: a job needs only jobs above it.
	Jobs []Job
}

// Triggers say what starts a workflow. One at least is required.
// https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
type Triggers struct {
	// PullRequest starts it for pull requests that are opened, reopened or get commits. There is no
	// pull_request_target here: it would run code of strangers beside the secrets of the repository.
	PullRequest bool
	// Push starts it for pushes. Default: none.
	Push *Push
	// Schedule are times in the five fields of cron, in UTC. They count on the default branch only. Default: none.
	Schedule []string
	// Dispatch lets people start it. Default: nobody.
	Dispatch *Dispatch
	// Call lets other workflows call it. Default: none.
	Call *Call
}

// Push narrows pushes. A filter that is empty while the other one is not lets none of its kind through.
type Push struct {
	// Branches and Tags are filters, which RefFilter makes. Default: any.
	Branches, Tags []string
	// Paths are filters of which one must fit a changed file. Default: any.
	Paths []string
}

// Dispatch is what people fill in to start a workflow.
type Dispatch struct {
	// Inputs, up to 25. Default: none.
	Inputs []Input
}

// Call is what a workflow is called with.
type Call struct {
	// Inputs, all of the type string. Default: none.
	Inputs []Input
}

// An Input is a value that a workflow or a composite action is started with.
type Input struct {
	// Name of the input, as inputs.NAME.
	Name string
	// Description for people.
	Description string
	// Required refuses a start without it. Default: false.
	Required bool
	// Default is its value where none is given. Default: empty.
	Default string
	// Options are the only choices, for Dispatch. Default: any text.
	Options []string
}

// Concurrency is a group of which one member runs, and one waits; a later one takes the place of the one that waits.
// https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
type Concurrency struct {
	// Group is its name.
	Group string
	// CancelInProgress ends the one that runs, too. Default: false.
	CancelInProgress bool
}

// A Variable is a name with a value, which may hold expressions.
type Variable struct {
	Name, Value string
}

// Access is what a token may do with a kind of thing.
type Access string

const (
	// None is no access.
	None Access = ""
	// Read is read access.
	Read Access = "read"
	// Write is read and write access.
	Write Access = "write"
)

// Permissions of the token of a job, or of a workflow that it calls. Default of each: none.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
type Permissions struct {
	// Actions are runs, artifacts, and the rules of GitHub environments.
	Actions Access
	// Contents is the repository.
	Contents Access
	// Deployments are the records of what was deployed to GitHub environments.
	Deployments Access
	// IDToken is Write to get tokens of OpenID Connect, which let the job into AWS. It cannot be Read.
	IDToken Access
	// Issues and PullRequests.
	Issues, PullRequests Access
}

// Environment is a GitHub environment, whose protection rules a job passes before it starts.
type Environment struct {
	// Name of the environment.
	Name string
	// WithoutDeployment keeps the job out of the records of what was deployed. Reviewers and wait times still hold, rules of
	// GitHub Apps cannot. Default: false.
	// https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/control-deployments#using-environments-without-deployments
	WithoutDeployment bool
}

// A Job either has Steps and runs on a machine, or Uses another workflow.
type Job struct {
	// ID is how other jobs and expressions name it.
	ID string
	// Name that GitHub shows. Default: the ID.
	Name string
	// Needs are jobs above this one that end before it starts. Default: none.
	Needs []string
	// If is an expression without ${{ }}; the job is skipped where it is false. Default: success().
	If string
	// Permissions of the token.
	Permissions Permissions
	// Environment whose protection rules it passes. Default: none.
	Environment *Environment
	// Concurrency lets one job of a group at a time go on. Default: none.
	Concurrency *Concurrency

	// RunsOn are the labels that the machine must have, such as ubuntu-24.04.
	// https://docs.github.com/en/actions/how-tos/write-workflows/choose-where-workflows-run/choose-the-runner-for-a-job
	RunsOn []string
	// TimeoutMinutes ends the job, 1 to 360.
	TimeoutMinutes int
	// Outputs are values for jobs that need this one. Default: none.
	Outputs []Variable
	// Env are variables of all steps. Default: none.
	Env []Variable
	// Steps that run one after the other.
	Steps []Step

	// Uses is the file of the workflow that is called, as ./.github/workflows/FILE.
	Uses string
	// With are the inputs of that workflow. Default: none.
	With []Variable
}

// A Step runs an action or a script.
type Step struct {
	// Name that GitHub shows. Default: made by GitHub from the action or script.
	Name string
	// ID is how expressions name its outputs. Default: none.
	ID string
	// If is an expression without ${{ }}; the step is skipped where it is false. Default: success().
	If string
	// Uses is the action. Default: none, it runs a script.
	Uses Action
	// With are the inputs of the action. Default: none.
	With []Variable
	// Env are variables of the step. They are the only way of a value into the script. Default: none.
	Env []Variable
	// Run is a script for bash, without expressions. Default: none, it runs an action.
	Run string
	// ContinueOnError lets the job go on, and end well, where the step fails. Default: false.
	ContinueOnError bool
}

// An Action is a third party's, pinned by commit, or one of the repository itself.
type Action struct {
	// Name is owner/repository, with a path where the action is in a folder.
	Name string
	// SHA is the whole commit, 40 hexadecimal digits, and Version the release it is, which is written behind it.
	SHA, Version string
	// Folder of an action of the repository, as ./.github/actions/NAME; nothing else is set then.
	Folder string
}

// A Composite is an action made of steps: action.yml in a folder.
// https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
type Composite struct {
	// Comment stands above everything, each line behind a #. Default: none.
	Comment string
	// Name and Description that GitHub shows.
	Name, Description string
	// Inputs of the action. Default: none.
	Inputs []Input
	// Steps that run one after the other.
	Steps []Step
}
