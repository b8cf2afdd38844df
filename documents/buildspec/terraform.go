package buildspec

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/attestation"
	"github.com/mlplatform/mlplatform/documents/dashboard"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Terraform is the delivery of one stack: built from source and tested without any rights in AWS, planned by a build that
// may only read, applied by one that applies this plan and nothing else. Stack is required; the others have defaults.
type Terraform struct {
	// Stack is the name of the stack, which is also that of its folder in cdktf.out/stacks.
	Stack string
	// Version of Terraform. Default: 1.11.4.
	Version string
	// SHA256 is the checksum of its archive for Linux on x86_64, as HashiCorp publishes it. Required with Version.
	// Default: that of 1.11.4. https://releases.hashicorp.com/terraform/
	SHA256 string
	// Runtimes that test and synthesise. Default: Go 1.26 and Node.js 22, which CDKTF runs on.
	Runtimes []Runtime
	// Test are the commands that test. Default: that all is formatted, go vet ./... and go test ./...
	Test []string
	// Synthesise are the commands that write cdktf.out. Default: go run .
	Synthesise []string
	// StateProfile is the AWS CLI profile that the backend of the synthesised stack names. It stands for one role while
	// planning and another while applying, which is why neither is in the plan. Default: state.
	StateProfile string
	// StateRegion is the region of the profile. Required for plan and apply.
	StateRegion string
	// Administered is what the names of resources begin with that only an administrator may change, such as the pipeline
	// itself and its roles. A plan that changes one fails, in place of an application that stops halfway. Default: none.
	Administered string
	// Access is the name of the stack with what the deployment may not change itself, which has a record of what it was applied
	// with, see package fingerprint. A plan fails where that is not what the same commit synthesises. Default: none.
	Access string
	// Images says which images the stack may have. A plan fails where it has others. Default: any.
	Images *attestation.Trust
	// After is the pipeline that must have deployed a commit before. Its variable COMMIT, which the action of the build gives it, is the
	// commit. Default: none.
	After *Predecessor
	// Dashboards puts those that stand beside the stack into its workspace of Amazon Managed Grafana, after the application, which has
	// succeeded even where that fails. See dashboard.ImportScript. Default: false.
	Dashboards bool
	// Charts is a registry of Amazon ECR from which Terraform's Helm provider takes charts, and to which builds log in, such as
	// 222222222222.dkr.ecr.us-west-2.amazonaws.com. Default: none.
	Charts string
	// Further are stacks that the same commit has and that builds of their own plan and apply after this one, see Of. TestSpec hands on
	// their whole folders, with the charts that stand beside them. Default: none.
	Further []string
	// StatePlanRoleARN and StateRoleARN are the roles that read the state, and that also write it. Required for plan and
	// apply.
	StatePlanRoleARN, StateRoleARN string

	// folder of the artifact in which the stack is, if not at its top.
	folder string
}

// Of is the delivery of one of the further stacks, from what the TestSpec of this one handed on. Its state is reached by the same roles,
// unless others are set. What is asked once for a commit, the stack of the roles and the pipeline before, is not asked again.
func (t Terraform) Of(further string) Terraform {
	t.Stack, t.folder = further, further
	t.Further, t.Administered, t.Access, t.After, t.Dashboards, t.Charts = nil, "", "", nil, false, ""
	return t
}

// A Predecessor is a pipeline that a commit passes before. All fields are required.
type Predecessor struct {
	// Environment that it deploys, for messages.
	Environment string
	// Pipeline is its name, Region where it is.
	Pipeline, Region string
	// RoleARN is a role that lists its executions.
	RoleARN string
}

// CommitVariable is the variable of a build with the commit, where Terraform.After asks for it.
const CommitVariable = "COMMIT"

// The variables that the plan exports for the actions after it.
const (
	// PlanSummary is Terraform's count of what changes, such as "Plan: 3 to add, 0 to change, 0 to destroy."
	PlanSummary = "PLAN_SUMMARY"
	// PlanURL is the address of the build, whose log is the plan.
	PlanURL = "PLAN_URL"
)

const (
	terraformVersion = "1.11.4"
	// From https://releases.hashicorp.com/terraform/1.11.4/terraform_1.11.4_SHA256SUMS
	terraformSHA256 = "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc"
)

func (t Terraform) withDefaults() Terraform {
	if t.Version == "" && t.SHA256 == "" {
		t.Version, t.SHA256 = terraformVersion, terraformSHA256
	}
	if len(t.Runtimes) == 0 {
		t.Runtimes = []Runtime{{Go, "1.26"}, {NodeJS, "22"}}
	}
	if len(t.Test) == 0 {
		t.Test = []string{checkFormat, "go vet ./...", "go test ./..."}
	}
	if len(t.Synthesise) == 0 {
		t.Synthesise = []string{"go run ."}
	}
	t.StateProfile = cmp.Or(t.StateProfile, "state")
	return t
}

// checkFormat says which files are not formatted, and fails as well if gofmt cannot read one.
const checkFormat = `unformatted="$(gofmt -l .)"
if [ -n "$unformatted" ]; then
  printf 'Not formatted, see gofmt -d:\n%s\n' "$unformatted" >&2
  exit 1
fi`

var (
	stackPattern    = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)
	versionPattern  = lazyregexp.New(`^[0-9]+\.[0-9]+\.[0-9]+$`)
	sumPattern      = lazyregexp.New(`^[0-9a-f]{64}$`)
	namesPattern    = lazyregexp.New(`^[A-Za-z0-9_-]{0,64}$`)
	profilePattern  = lazyregexp.New(`^[A-Za-z0-9_.-]{1,64}$`)
	pipelinePattern = lazyregexp.New(`^[A-Za-z0-9.@_-]{1,100}$`)
	regionPattern   = lazyregexp.New(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	rolePattern     = lazyregexp.New(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$`)
)

// Validate reports everything that is wrong with the delivery.
func (t Terraform) Validate() error {
	t = t.withDefaults()
	var problems problem.List
	for _, each := range []struct {
		path, value, wrong string
		pattern            *lazyregexp.Regexp
	}{
		{"stack", t.Stack, "is no name of a stack; use up to 64 letters, digits, _ and -", stackPattern},
		{"version", t.Version, "is no version of Terraform; write it like 1.11.4", versionPattern},
		{"sha256", t.SHA256, "is no checksum; give the 64 hexadecimal digits of terraform_<version>_linux_amd64.zip", sumPattern},
		{"stateProfile", t.StateProfile, "is no name of a profile; use up to 64 letters, digits and _ . -", profilePattern},
		{"access", t.Access, "is no name of a stack; use up to 64 letters, digits, _ and -", namesPattern},
		{"administered", t.Administered, "is no beginning of a name; use up to 64 letters, digits, _ and -", namesPattern},
		{"stateRegion", t.StateRegion, "is no AWS region; write it like us-west-2", regionPattern},
		{"statePlanRoleARN", t.StatePlanRoleARN, "is no ARN of a role, written out; write it like arn:aws:iam::123456789012:role/name", rolePattern},
		{"stateRoleARN", t.StateRoleARN, "is no ARN of a role, written out; write it like arn:aws:iam::123456789012:role/name", rolePattern},
	} {
		if !each.pattern.MatchString(each.value) {
			problems.Addf(each.path, "%q %s", each.value, each.wrong)
		}
	}
	if _, ok := ecr.ParseRegistry(t.Charts); t.Charts != "" && !ok {
		problems.Addf("charts", "%q is no registry of Amazon ECR; write it like 222222222222.dkr.ecr.us-west-2.amazonaws.com", t.Charts)
	}
	for i, each := range t.Further {
		if !stackPattern.MatchString(each) || each == t.Stack {
			problems.Addf(problem.Index("further", i), "%q is no name of a further stack; use up to 64 letters, digits, _ and -", each)
		}
	}
	if t.Images != nil {
		problems.Add("images", t.Images.Validate())
	}
	if a := t.After; a != nil {
		for _, each := range []struct {
			path, value, wrong string
			pattern            *lazyregexp.Regexp
		}{
			{"after.environment", a.Environment, "is no name; use up to 64 letters, digits, _ and -", stackPattern},
			{"after.pipeline", a.Pipeline, "is no name of a pipeline, written out; use up to 100 letters, digits and .@_-", pipelinePattern},
			{"after.region", a.Region, "is no AWS region; write it like us-west-2", regionPattern},
			{"after.roleARN", a.RoleARN, "is no ARN of a role, written out; write it like arn:aws:iam::123456789012:role/name", rolePattern},
		} {
			if !each.pattern.MatchString(each.value) {
				problems.Addf(each.path, "%q %s", each.value, each.wrong)
			}
		}
	}
	return problems.Err()
}

// The folders in which builds put what they hand on.
const (
	stackFolder = "stack"
	planFolder  = "plan"
	// dashboardsFolder is beside a stack.
	dashboardsFolder = "dashboards"
)

// TestSpec tests the source and synthesises the stack. It hands on cdk.tf.json, and the lock file that synthesis put beside it, or the one
// that the repository has at its top.
func (t Terraform) TestSpec() Spec {
	t = t.withDefaults()
	variables, access := []Variable{{"STACK", t.Stack}, {"MLPLATFORM_STATE_PROFILE", t.StateProfile}}, ""
	if t.Access != "" {
		variables = append(variables, Variable{"ACCESS", t.Access})
		access = "\ncp \"cdktf.out/stacks/$ACCESS/cdk.tf.json\" " + stackFolder + "/access.json"
	}
	further := ""
	if t.Dashboards {
		further += "\ncp -R \"cdktf.out/stacks/$STACK/" + dashboardsFolder + "\" " + stackFolder + "/"
	}
	if len(t.Further) > 0 {
		variables = append(variables, Variable{"FURTHER", strings.Join(t.Further, " ")})
		further += `
for each in $FURTHER; do
  cp -R "cdktf.out/stacks/$each" ` + stackFolder + `/
  lock=` + stackFolder + `/"$each/.terraform.lock.hcl"
  if [ ! -f "$lock" ]; then lock=.terraform.lock.hcl; fi
  if [ -f "$lock" ]; then cp "$lock" ` + stackFolder + `/"$each/terraform.lock.hcl"; fi
  rm -f ` + stackFolder + `/"$each/.terraform.lock.hcl"
done`
	}
	return Spec{
		Variables: variables,
		Install:   Phase{Runtimes: t.Runtimes, Commands: []string{"go version", "node --version"}},
		Build: Phase{Commands: []string{
			Strict(strings.Join(t.Test, "\n")),
			Strict(strings.Join(t.Synthesise, "\n")),
			Strict(`mkdir -p ` + stackFolder + `
cp "cdktf.out/stacks/$STACK/cdk.tf.json" ` + stackFolder + `/` + access + `
lock="cdktf.out/stacks/$STACK/.terraform.lock.hcl"
if [ ! -f "$lock" ]; then lock=.terraform.lock.hcl; fi
if [ -f "$lock" ]; then cp "$lock" ` + stackFolder + `/terraform.lock.hcl; fi` + further),
		}},
		Artifacts:  Artifacts{BaseDirectory: stackFolder, Files: []string{"**/*"}},
		CachePaths: []string{"/root/.cache/go-build/**/*", "/go/pkg/mod/**/*"},
	}
}

// PlanSpec plans what TestSpec handed on, and hands on the plan with all that its application needs. The plan stands in
// the log, and in plan.txt beside it. It runs no code of the repository.
func (t Terraform) PlanSpec() Spec {
	t = t.withDefaults()
	take, lock, files := `cp cdk.tf.json `+planFolder+`/`, "terraform.lock.hcl", []string{"cdk.tf.json", "terraform.lock.hcl", "plan.tfplan", "plan.txt"}
	if t.folder != "" {
		take, lock, files = `cp -R "$FOLDER/." `+planFolder+`/`, `"$FOLDER/terraform.lock.hcl"`, []string{"**/*"}
	}
	if t.Dashboards {
		take, files = take+"\ncp -R "+dashboardsFolder+" "+planFolder+"/", append(files, dashboardsFolder+"/**/*")
	}
	return Spec{
		Variables: t.planVariables(),
		Exported:  []string{PlanSummary, PlanURL},
		Install:   Phase{Commands: []string{installTerraform}},
		PreBuild:  Phase{Commands: slices.Concat([]string{writeProfile}, t.logIn(), t.checkAfter(), t.checkAccess(), t.checkImages())},
		Build: Phase{OnFailure: Abort, Commands: []string{
			Strict(`mkdir -p ` + planFolder + `
` + take + `
lock=()
if [ -f ` + lock + ` ]; then
  cp ` + lock + ` ` + planFolder + `/.terraform.lock.hcl
  lock=(-lockfile=readonly)
fi
cd ` + planFolder + `
"$TOOLS/terraform" init -no-color "${lock[@]}"
"$TOOLS/terraform" plan -no-color -lock=false -out=plan.tfplan
"$TOOLS/terraform" show -no-color plan.tfplan > plan.txt
changes='(will be (created|updated|destroyed|replaced)|must be replaced)'
if [ -n "${ADMINISTERED:-}" ] && grep -E "^ *# [^ ]*\.${ADMINISTERED}[^ ]* .*$changes" plan.txt > administered.txt; then
  echo "Only an administrator may change these, deploy this commit by hand:" >&2
  cat administered.txt >&2
  exit 1
fi
touch .terraform.lock.hcl
cp .terraform.lock.hcl terraform.lock.hcl
grep -m 1 -E '^(Plan:|No changes|Changes to Outputs)' plan.txt > summary.txt || echo "The log has the plan." > summary.txt`),
			PlanSummary + `="$(cat ` + planFolder + `/summary.txt)"
` + PlanURL + `="${CODEBUILD_BUILD_URL:-}"
export ` + PlanSummary + ` ` + PlanURL,
		}},
		Artifacts: Artifacts{BaseDirectory: planFolder, Files: files},
	}
}

// ApplySpec applies the plan that PlanSpec handed on. Terraform refuses it if the state has changed since.
func (t Terraform) ApplySpec() Spec {
	t = t.withDefaults()
	return Spec{
		Variables: t.variables(t.StateRoleARN),
		Install:   Phase{Commands: []string{installTerraform}},
		PreBuild:  Phase{Commands: append([]string{writeProfile}, t.logIn()...)},
		Build: Phase{OnFailure: Abort, Commands: append([]string{Strict(`cp terraform.lock.hcl .terraform.lock.hcl
"$TOOLS/terraform" init -no-color -lockfile=readonly
"$TOOLS/terraform" apply -no-color -lock-timeout=5m plan.tfplan`)}, t.importDashboards()...)},
	}
}

// logIn writes where Helm looks for who it is. The password lasts for 12 hours, and the machine for this build.
func (t Terraform) logIn() []string {
	if t.Charts == "" {
		return nil
	}
	registry, _ := ecr.ParseRegistry(t.Charts)
	return []string{Strict(`password="$(aws ecr get-login-password --region ` + registry.Region + `)"
mkdir -p "$HOME/.config/helm/registry"
umask 077
printf '{"auths":{"` + t.Charts + `":{"auth":"%s"}}}\n' "$(printf 'AWS:%s' "$password" | base64 | tr -d '\n')" > "$HOME/.config/helm/registry/config.json"`)}
}

// importDashboards has the script in the specification, so that nothing that a commit made is run.
func (t Terraform) importDashboards() []string {
	if !t.Dashboards {
		return nil
	}
	return []string{Strict(`outputs="$("$TOOLS/terraform" output -json)"
script="$(mktemp)"
cat > "$script" <<'END_OF_THE_SCRIPT'
` + dashboard.ImportScript + `END_OF_THE_SCRIPT
export DASHBOARDS="$PWD/` + dashboardsFolder + `"
if ! bash "$script" "$(jq -r .grafana_workspace_id.value <<< "$outputs")" "$AWS_REGION" "$(jq -r '.prometheus_endpoint.value // ""' <<< "$outputs")"; then
  echo "The stack is applied, but its dashboards are not in Grafana." >&2
fi`)}
}

func (t Terraform) planVariables() []Variable {
	out := t.variables(t.StatePlanRoleARN)
	if t.Access != "" {
		out = append(out, Variable{"ACCESS", t.Access})
	}
	if t.Administered != "" {
		out = append(out, Variable{"ADMINISTERED", t.Administered})
	}
	if a := t.After; a != nil {
		out = append(out, Variable{"AFTER", a.Environment}, Variable{"AFTER_PIPELINE", a.Pipeline}, Variable{"AFTER_REGION", a.Region}, Variable{"AFTER_ROLE_ARN", a.RoleARN})
	}
	file := "cdk.tf.json"
	if t.folder != "" {
		file = t.folder + "/" + file
		// All that is in the folder is handed on, but no providers.
		out = append(out, Variable{"FOLDER", t.folder}, Variable{"TF_DATA_DIR", "/tmp/terraform-data"})
	}
	if i := t.Images; i != nil {
		out = append(out, Variable{"STACK_FILE", file}, Variable{"KEY", i.KeyARN}, Variable{"BUCKET", i.Bucket}, Variable{"REGION", i.Region},
			Variable{"BUILDER", i.Builder}, Variable{"FAIL_ON", string(i.FailOn)}, Variable{"EXCEPTIONS", i.ExceptionsJSON()})
	}
	return out
}

// variables are those of the builds that run Terraform.
func (t Terraform) variables(stateRole string) []Variable {
	return []Variable{
		{"TERRAFORM_VERSION", t.Version}, {"TERRAFORM_SHA256", t.SHA256}, {"TOOLS", "/usr/local/bin"},
		{"TF_IN_AUTOMATION", "1"}, {"TF_INPUT", "0"}, {"CHECKPOINT_DISABLE", "1"},
		// The configuration of the AWS CLI and of everything that reads it, Terraform's backend among them.
		{"AWS_CONFIG_FILE", "/tmp/aws-config"},
		{"STATE_PROFILE", t.StateProfile}, {"STATE_ROLE_ARN", stateRole}, {"STATE_REGION", t.StateRegion},
	}
}

// installTerraform fetches Terraform and compares it with the checksum that was known before.
var installTerraform = Strict(`machine="$(uname -m)"
if [ "$machine" != x86_64 ]; then
  echo "Terraform is fetched for x86_64, this machine is $machine: use an image for x86_64." >&2
  exit 1
fi
archive="$(mktemp)"
name="terraform_${TERRAFORM_VERSION}_linux_amd64.zip"
curl --fail --silent --show-error --location --retry 3 --output "$archive" "https://releases.hashicorp.com/terraform/${TERRAFORM_VERSION}/$name"
echo "${TERRAFORM_SHA256}  $archive" | sha256sum --check --strict
unzip -q -o "$archive" terraform -d "$TOOLS"
rm "$archive"
"$TOOLS/terraform" version`)

// writeProfile puts the role that reaches the state behind the profile which the backend names. The credentials that
// assume it are those of the build's role.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
var writeProfile = Strict(`cat > "$AWS_CONFIG_FILE" <<END
[profile $STATE_PROFILE]
role_arn = $STATE_ROLE_ARN
credential_source = EcsContainer
region = $STATE_REGION
END`)

// checkAccess compares what the stack of the deployment's roles was applied with, with what this commit synthesises.
func (t Terraform) checkAccess() []string {
	if t.Access == "" {
		return nil
	}
	return []string{Strict(`name="$(jq -r .resource.aws_ssm_parameter.applied.name access.json)"
wanted="$(jq -r .resource.aws_ssm_parameter.applied.value access.json)"
if ! applied="$(aws ssm get-parameter --name "$name" --query Parameter.Value --output text 2> problem.txt)"; then
  if ! grep -qE 'ParameterNotFound|AccessDenied' problem.txt; then
    cat problem.txt >&2
    exit 1
  fi
  applied=nothing
fi
if [ "$applied" != "$wanted" ]; then
  echo "An administrator must apply $ACCESS first: cdktf deploy $ACCESS. This commit changes the boundary of all roles. Where it takes a part of the environment away, an administrator deploys that before." >&2
  exit 1
fi`)}
}

// checkAfter asks the pipeline before whether it deployed the commit. CodePipeline remembers executions for a year.
// https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListPipelineExecutions.html
func (t Terraform) checkAfter() []string {
	if t.After == nil {
		return nil
	}
	return []string{Strict(`credentials="$(aws sts assume-role --role-arn "$AFTER_ROLE_ARN" --role-session-name "after-$AFTER" --query Credentials --output json)"
AWS_ACCESS_KEY_ID="$(jq -r .AccessKeyId <<< "$credentials")"
AWS_SECRET_ACCESS_KEY="$(jq -r .SecretAccessKey <<< "$credentials")"
AWS_SESSION_TOKEN="$(jq -r .SessionToken <<< "$credentials")"
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
passed="$(aws codepipeline list-pipeline-executions --region "$AFTER_REGION" --pipeline-name "$AFTER_PIPELINE" --output json |
  jq -r --arg commit "$COMMIT" '[.pipelineExecutionSummaries[] | select(.status == "Succeeded" and any(.sourceRevisions[]?; .revisionId == $commit))][0].pipelineExecutionId // ""')"
if [ -z "$passed" ]; then
  echo "$AFTER has not deployed $COMMIT in the last 12 months, which this environment asks for: deploy this commit there first." >&2
  exit 1
fi
echo "$AFTER has deployed $COMMIT: execution $passed of $AFTER_PIPELINE."`)}
}

// checkImages looks at the signatures of the stack's images.
func (t Terraform) checkImages() []string {
	if t.Images == nil {
		return nil
	}
	return []string{Strict(attestation.VerifyScript())}
}
