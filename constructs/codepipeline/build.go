package codepipeline

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/internal/codebuild"
	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/jsontext"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// A Build is a CodeBuild project and the action that runs it. One of its builds runs at a time. Name and Spec are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/codebuild_project
type Build struct {
	// Name of the action, behind the pipeline's name also that of the project: 1 to 100 letters, digits, @, _ and -, with
	// at most 150 characters together. Not one of the pipeline's own parts, such as key or role.
	Name string
	// Spec says what the build does. It stands in the project, so that no commit can change it.
	Spec buildspec.Spec
	// Tests files the action under tests. An action that tests hands on what it likes too. Default: false.
	Tests bool
	// Inputs are artifacts of earlier actions: the first one is the directory in which the commands begin, the others are
	// in $CODEBUILD_SRC_DIR_<artifact>. Up to 5. Default: SourceArtifact.
	Inputs []string
	// Output is the artifact with what Spec.Artifacts names: 1 to 10 letters, digits and _. CodePipeline cuts longer names,
	// and the role may write under this one only. Default: none.
	Output string
	// Variables are environment variables of this action, whose values may hold Variable of earlier actions. Default: none.
	Variables []buildspec.Variable

	// Statements are permissions of the build's role, beside its logs, artifacts and network, and the reports, parameters
	// and secrets of Spec. The keys of your own that encrypt those are not among them. Default: none.
	Statements []policy.Statement
	// RoleARN is an existing role for the build, with all permissions that it needs. Default: a role is made, named
	// RoleName, which no other project can use.
	RoleARN string
	// RoleName names the role that is made: 1 to 64 letters, digits and +=,.@_- Default: <pipeline>-<Name>, shortened
	// with a hash where it is too long.
	RoleName string

	// Image and Compute are those of this build. Default: the pipeline's.
	Image   buildspec.Image
	Compute Compute
	// Privileged gives the commands root on the build's machine, as the Docker daemon needs that builds container images.
	// Default: false.
	// https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker.html
	Privileged bool
	// Timeout is how long a build may run, 5 minutes to 36 hours. CodePipeline has a limit of its own for actions.
	// Default: 1 hour. https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
	Timeout time.Duration
	// QueueTimeout is how long it may wait for a machine, 5 minutes to 8 hours. Default: 30 minutes.
	QueueTimeout time.Duration
}

// Compute is the size of a machine.
type Compute = buildspec.Compute

// The sizes, as package buildspec describes them.
const (
	Small   = buildspec.Small
	Medium  = buildspec.Medium
	Large   = buildspec.Large
	XLarge  = buildspec.XLarge
	XXLarge = buildspec.XXLarge
)

var (
	artifactPattern = lazyregexp.New(`^[A-Za-z0-9_]{1,10}$`)
	projectPattern  = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_-]{1,149}$`)
)

const maxInputs = 5

// parts are the ids of what the construct has beside its builds, whose own ids are their names.
var parts = []string{
	"bucket", "encryption", "key", "lifecycle", "notify", "notify-target", "ownership", "pipeline", "policy", "public-access-block", "role",
	"start", "start-role", "start-target",
}

func (b Build) withDefaults(p Props) Build {
	if len(b.Inputs) == 0 {
		b.Inputs = []string{SourceArtifact}
	}
	b.Image = cmp.Or(b.Image, p.Image)
	b.Compute = cmp.Or(b.Compute, p.Compute)
	b.Timeout = cmp.Or(b.Timeout, time.Hour)
	b.QueueTimeout = cmp.Or(b.QueueTimeout, 30*time.Minute)
	return b
}

func (b Build) validate(at string, p Props, artifacts map[string]bool, before map[string]Action, problems *problem.List) {
	if slices.Contains(parts, b.Name) {
		problems.Addf(at+".name", "%q is that of a part of the pipeline; use another", b.Name)
	}
	if name := p.projectName(b); actionNamePattern.MatchString(b.Name) && !projectPattern.MatchString(name) {
		problems.Addf(at+".name", "makes the project name %q, which is not allowed; use letters, digits, _ and -, at most 150 with the pipeline's name", name)
	}
	problems.Add(at+".spec", b.Spec.ValidateOn(b.Image))
	if yaml, err := b.Spec.YAML(); err == nil && strings.Contains(yaml, "TfToken[") {
		problems.Addf(at+".spec", "has a value that is known to Terraform only; pass it in variables")
	}
	if len(b.Inputs) > maxInputs {
		problems.Addf(at+".inputs", "are %d, %d are allowed; hand on fewer artifacts", len(b.Inputs), maxInputs)
	}
	for i, each := range b.Inputs {
		path := problem.Index(at+".inputs", i)
		switch {
		case !artifacts[each]:
			problems.Addf(path, "%q is no artifact of an earlier action; use one of those, or %s", each, SourceArtifact)
		case slices.Contains(b.Inputs[:i], each):
			problems.Addf(path, "%q is given twice; drop one", each)
		}
	}
	switch handsOn := len(b.Spec.Artifacts.Files) > 0; {
	case b.Output == "" && handsOn:
		problems.Addf(at+".output", "is missing, and the specification has artifacts; name the artifact")
	case b.Output != "" && !handsOn:
		problems.Addf(at+".output", "%q would be empty; name its files in spec.artifacts", b.Output)
	case b.Output != "" && !artifactPattern.MatchString(b.Output):
		problems.Addf(at+".output", "%q is no name; use 1 to 10 letters, digits and _", b.Output)
	case artifacts[b.Output]:
		problems.Addf(at+".output", "%q is an artifact already; use another name", b.Output)
	}
	if b.Output != "" {
		artifacts[b.Output] = true
	}
	// They are refused for what they would be in a specification.
	problems.Add(at, buildspec.Spec{Variables: b.Variables, Build: buildspec.Phase{Commands: []string{"true"}}}.Validate())
	for i, each := range b.Variables {
		checkVariables(problem.Index(at+".variables", i)+".value", each.Value, before, problems)
	}
	if err := b.Compute.Validate(); err != nil {
		problems.Addf(at+".compute", "%v", err)
	}
	codebuild.CheckDuration(problems, at+".timeout", b.Timeout, 36*time.Hour)
	codebuild.CheckDuration(problems, at+".queueTimeout", b.QueueTimeout, 8*time.Hour)
	problems.Add(at, iam.RoleChoice{ARN: b.RoleARN, Name: b.RoleName}.Validate())
	if b.RoleARN != "" && len(b.Statements) > 0 {
		problems.Addf(at+".statements", "are for a role to make, but roleARN gives an existing one; give them to that role")
	}
	if len(b.Statements) > 0 {
		problems.Add(at, policy.New(b.Statements...).Validate(policy.Identity))
	}
}

// configuration is that of the action.
func (b Build) configuration(project string) map[string]string {
	out := map[string]string{"ProjectName": project}
	if len(b.Inputs) > 1 {
		out["PrimarySource"] = b.Inputs[0]
	}
	if len(b.Variables) > 0 {
		type variable struct {
			Name  string `json:"name"`
			Value string `json:"value"`
			Type  string `json:"type"`
		}
		var list []variable
		for _, each := range b.Variables {
			list = append(list, variable{each.Name, each.Value, "PLAINTEXT"})
		}
		out["EnvironmentVariables"] = jsontext.Compact(list)
	}
	return out
}
