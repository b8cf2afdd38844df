package codepipeline_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mlplatform/mlplatform/constructs/codepipeline"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestProblems(t *testing.T) {
	run := codepipeline.Run
	many := make([]string, 9)
	for i := range many {
		many[i] = fmt.Sprintf("b%d", i)
	}
	// with makes the only stage.
	with := func(p *codepipeline.Props, actions ...codepipeline.Action) {
		p.Stages = []codepipeline.Stage{{Name: "Only", Actions: actions}}
	}
	makes := buildspec.Spec{Build: buildspec.Phase{Commands: []string{"make"}}, Artifacts: buildspec.Artifacts{Files: []string{"**/*"}}}
	synthtest.Refuse(t, synthtest.Stack(t), plain, codepipeline.New, map[string]synthtest.Refusal[codepipeline.Props]{
		"nothing": {func(p *codepipeline.Props) { *p = codepipeline.Props{Scope: arn.Scope{Account: "2"}} }, `name: "" is no name; use 1 to 80 letters, digits, _ and -
scope.account: "2" is no AWS account id; write its 12 digits as a string
source: has neither connection nor codeCommit; give one of them
stages: are 0, 1 to 49 are allowed; say what happens to a commit
artifacts.bucket: "-2-us-west-2" is no name of an S3 bucket, written out; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS`},
		"unknown name": {func(p *codepipeline.Props) {
			p.Name = "${local.name}"
			p.Artifacts.Bucket = "${local.bucket}"
		}, `name: "${local.name}" is known to Terraform only, and the conditions of policies are built from it; write the name out
stages[0].actions[0].name: makes the project name "${local.name}-test", which is not allowed; use letters, digits, _ and -, at most 150 with the pipeline's name
artifacts.bucket: "${local.bucket}" is no name of an S3 bucket, written out; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS`},
		"two sources": {func(p *codepipeline.Props) {
			p.Source.CodeCommit = &codepipeline.CodeCommit{Repository: "a", Branch: "main"}
		},
			"source.codeCommit: does not go with connection, a pipeline has one source; drop one"},
		"connection": {func(p *codepipeline.Props) {
			p.Source.Connection = &codepipeline.Connection{ARN: "acme", Repository: "wine", DefaultBranch: "*", Paths: codepipeline.Filter{Include: []string{""}}}
		}, `source.connection.arn: "acme" is no ARN of a connection; write it like arn:aws:codeconnections:us-west-2:123456789012:connection/ and its id, as the console shows it under Developer Tools, Connections
source.connection.repository: "wine" is no repository; write it like acme/wine-ml
source.connection.defaultBranch: "*" has a wildcard; name one branch
source.connection.branches: and tags are both missing; say whose pushes start the pipeline
source.connection.paths: limit pushes to branches, of which there are none; drop them, tags are not limited by files
source.connection.paths.include[0]: has 0 characters, 1 to 255 are allowed; use a pattern such as feature/**`},
		"filters": {func(p *codepipeline.Props) {
			p.Source.Connection.Branches = codepipeline.Filter{Include: many, Exclude: []string{strings.Repeat("b", 256)}}
		}, `source.connection.branches.include: has 9 patterns, 8 are allowed; join some
source.connection.branches.exclude[0]: has 256 characters, 1 to 255 are allowed; use a pattern such as feature/**`},
		"CodeCommit": {func(p *codepipeline.Props) {
			p.Source = codepipeline.Source{CodeCommit: &codepipeline.CodeCommit{Repository: "acme/wine", Branch: "feature/*"}}
			p.StartRoleName = "a b"
		}, `source.codeCommit.repository: "acme/wine" is no name of a CodeCommit repository, written out; use up to 100 letters, digits and . _ -
source.codeCommit.branch: "feature/*" is no branch; name one, without wildcards
startRoleName: "a b" is no role name; use 1 to 64 letters, digits and +=,.@_-`},
		"mode and network": {func(p *codepipeline.Props) {
			p.Mode, p.Network, p.StartRoleName = "PARALLEL", &codepipeline.Network{SubnetIDs: []string{""}, SecurityGroupIDs: many}, "start"
		}, `mode: "PARALLEL" is unknown; use SUPERSEDED or QUEUED
network.vpcID: is missing; give the id of the VPC
network.securityGroupIDs: are 9, 1 to 5 are allowed; give ids of security groups
network.subnetIDs[0]: is empty; give an id
startRoleName: "start" names a role that only a source of CodeCommit needs; drop it`},
		"watches": {func(p *codepipeline.Props) {
			p.Watches = []codepipeline.Watch{
				{Build: codepipeline.Build{Name: "test", Spec: commands("make"), Output: "a", Variables: []buildspec.Variable{{Name: "A"}}}, Schedule: "daily", StartRoleName: "a b"},
				{Build: codepipeline.Build{Name: "a.b", Spec: commands("make"), Inputs: []string{"none"}}, Schedule: "at(2027-01-01T00:00:00)"},
			}
		}, `watches[0].build.inputs: are missing; name the artifacts that it looks at
watches[0].build.variables: are of an action, and this build is of none; write them into spec.variables
watches[0].build.output: "a" is handed on to nobody; drop it
watches[0].build.name: "test" is given twice, or that of the source; use another
watches[0].schedule: "daily" is no schedule of a rule; write it like cron(17 3 * * ? *) or rate(1 day)
watches[0].startRoleName: "a b" is no role name; use 1 to 64 letters, digits and +=,.@_-
watches[1].build.name: "a.b" is no name; use 1 to 100 letters, digits and @ _ -
watches[1].build.inputs[0]: "none" is no artifact of an earlier action; use one of those, or source
watches[1].schedule: "at(2027-01-01T00:00:00)" is no schedule of a rule; write it like cron(17 3 * * ? *) or rate(1 day)`},
		"stages": {func(p *codepipeline.Props) {
			p.Stages = []codepipeline.Stage{
				{Name: "source", OnFailure: "RETRY"}, {Name: "a b", Actions: []codepipeline.Action{{}}},
				{Name: "Twice", Actions: []codepipeline.Action{codepipeline.Approve(codepipeline.Approval{Name: "ok"}), codepipeline.Approve(codepipeline.Approval{Name: "ok"})}},
				{Name: "twice", Actions: []codepipeline.Action{codepipeline.Approve(codepipeline.Approval{Name: "a.b"})}},
			}
		}, `stages[0].name: "source" is given twice, or that of the source; use another
stages[0].onFailure: "RETRY" is unknown; use STOP, FAILED_ACTIONS, ALL_ACTIONS or ROLLBACK
stages[0].actions: are 0, 1 to 50 are allowed; say what the stage does
stages[1].name: "a b" is no name; use 1 to 100 letters, digits and . @ _ -
stages[1].actions[0]: is empty; make it with Run or Approve
stages[2].actions[1].name: "ok" is given twice, or that of the source; use another
stages[3].name: "twice" is given twice, or that of the source; use another
stages[3].actions[0].name: "a.b" is no name; use 1 to 100 letters, digits and @ _ -`},
		"approval": {func(p *codepipeline.Props) {
			with(p, codepipeline.Approve(codepipeline.Approval{
				Name: "approve", Message: strings.Repeat("a", 1001), Link: "http://example.com/" + codepipeline.Variable("plan", "URL"), Timeout: time.Minute,
			}))
		}, `stages[0].actions[0].message: has 1001 characters, 1000 are allowed; shorten it
stages[0].actions[0].link: "http://example.com/#{plan.URL}" is no https:// URL; give one, or a Variable that holds one
stages[0].actions[0].timeout: 1m0s is out of range; use 5m to 1440h in whole minutes
stages[0].actions[0].link: "#{plan.URL}" is a variable of no earlier action; use Variable with the name of one`},
		"build": {func(p *codepipeline.Props) {
			with(p, run(codepipeline.Build{
				Name: "build", Spec: buildspec.Spec{Shell: "zsh"}, Inputs: []string{"source", "plan", "source"}, Output: "artifact-of-it",
				Variables: []buildspec.Variable{{Name: "a b"}, {Name: "COMMIT", Value: codepipeline.Variable("later", "X")}},
				Image:     "aws/codebuild/standard:5.0", Compute: "HUGE", Timeout: 37 * time.Hour, QueueTimeout: 90 * time.Second,
				RoleARN: "role", RoleName: "role", Statements: []policy.Statement{{Actions: []string{"*"}, Resources: []string{"*"}}},
			}))
		}, `stages[0].actions[0].spec.image: "aws/codebuild/standard:5.0" is not among the newest of CodeBuild's images; use aws/codebuild/amazonlinux-x86_64-standard:6.0, aws/codebuild/amazonlinux-aarch64-standard:4.0 or aws/codebuild/standard:8.0
stages[0].actions[0].spec.shell: "zsh" is no shell of a Linux image; use bash or /bin/sh
stages[0].actions[0].spec.build.commands: are missing in all phases; give at least one command
stages[0].actions[0].inputs[1]: "plan" is no artifact of an earlier action; use one of those, or source
stages[0].actions[0].inputs[2]: "source" is given twice; drop one
stages[0].actions[0].output: "artifact-of-it" would be empty; name its files in spec.artifacts
stages[0].actions[0].variables[0].name: "a b" is no name of a variable; use a letter or _, then letters, digits and _
stages[0].actions[0].variables[1].value: "#{later.X}" is a variable of no earlier action; use Variable with the name of one
stages[0].actions[0].compute: "HUGE" is unknown; use BUILD_GENERAL1_SMALL, BUILD_GENERAL1_MEDIUM, BUILD_GENERAL1_LARGE, BUILD_GENERAL1_XLARGE or BUILD_GENERAL1_2XLARGE
stages[0].actions[0].timeout: 37h0m0s is out of range; use 5m to 36h in whole minutes
stages[0].actions[0].queueTimeout: 1m30s is out of range; use 5m to 8h in whole minutes
stages[0].actions[0].roleARN: "role" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
stages[0].actions[0].roleName: "role" names a role to make, but roleARN gives an existing one; keep one of them
stages[0].actions[0].statements: are for a role to make, but roleARN gives an existing one; give them to that role
stages[0].actions[0].statements[0].actions[0]: "*" allows everything; list the actions that are needed`},
		"variables": {func(p *codepipeline.Props) {
			exports := commands("make")
			exports.Exported = []string{"A", "B"}
			with(p,
				run(codepipeline.Build{Name: "plan", Spec: exports}), run(codepipeline.Build{Name: "quiet", Spec: commands("make")}),
				codepipeline.Approve(codepipeline.Approval{
					Name: "ok", Link: codepipeline.Variable("plan", "URL"),
					Message: codepipeline.Variable("plan", "A") + codepipeline.Variable("source", "CommitId") + codepipeline.Variable("codepipeline", "PipelineExecutionId"),
				}),
				run(codepipeline.Build{Name: "last", Spec: commands("make"), Variables: []buildspec.Variable{
					{Name: "A", Value: codepipeline.Variable("quiet", "A")}, {Name: "A", Value: codepipeline.Variable("ok", "A")}, {Name: "AWS_SECRET_ACCESS_KEY", Value: "a"},
				}}),
			)
		}, `stages[0].actions[2].link: "#{plan.URL}" is not exported by plan, which has A, B; add it to spec.exported there
stages[0].actions[3].variables[1].name: "A" is given twice; drop one
stages[0].actions[3].variables[2].name: "AWS_SECRET_ACCESS_KEY" is a credential, which must not stand in clear text; use the build's role, or secretsManager
stages[0].actions[3].variables[0].value: "#{quiet.A}" is not exported by quiet, which has none; add it to spec.exported there
stages[0].actions[3].variables[1].value: "#{ok.A}" is a variable of no earlier action; use Variable with the name of one`},
		"artifacts gone before the approval": {func(p *codepipeline.Props) {
			p.Artifacts.ExpireDays = 7
			p.Stages = append(p.Stages, codepipeline.Stage{Name: "Ask", Actions: []codepipeline.Action{
				codepipeline.Approve(codepipeline.Approval{Name: "week"}), codepipeline.Approve(codepipeline.Approval{Name: "ok", Timeout: 169 * time.Hour}),
			}})
		}, "artifacts.expireDays: 7 is over before an approval, which may wait 169h0m0s: what it approves would be gone; use 8 or more, or a shorter timeout"},
		"outputs": {func(p *codepipeline.Props) {
			with(p,
				run(codepipeline.Build{Name: "a", Spec: makes}), run(codepipeline.Build{Name: "b", Spec: makes, Output: "much_too_long"}),
				run(codepipeline.Build{Name: "c", Spec: makes, Output: "source"}), run(codepipeline.Build{Name: "d@", Spec: makes, Output: "d"}),
				run(codepipeline.Build{Name: "e", Spec: commands("make"), Inputs: []string{"source", "d", "a", "b", "c", "f"}}),
			)
		}, `stages[0].actions[0].output: is missing, and the specification has artifacts; name the artifact
stages[0].actions[1].output: "much_too_long" is no name; use 1 to 10 letters, digits and _
stages[0].actions[2].output: "source" is an artifact already; use another name
stages[0].actions[3].name: makes the project name "wine-dev-delivery-d@", which is not allowed; use letters, digits, _ and -, at most 150 with the pipeline's name
stages[0].actions[4].inputs: are 6, 5 are allowed; hand on fewer artifacts
stages[0].actions[4].inputs[2]: "a" is no artifact of an earlier action; use one of those, or source
stages[0].actions[4].inputs[3]: "b" is no artifact of an earlier action; use one of those, or source
stages[0].actions[4].inputs[4]: "c" is no artifact of an earlier action; use one of those, or source
stages[0].actions[4].inputs[5]: "f" is no artifact of an earlier action; use one of those, or source`},
		"token": {func(p *codepipeline.Props) {
			with(p, run(codepipeline.Build{Name: "a", Spec: commands("echo ${TfToken[TOKEN.1]}")}))
		},
			"stages[0].actions[0].spec: has a value that is known to Terraform only; pass it in variables"},
		"store": {func(p *codepipeline.Props) {
			p.Artifacts, p.KeyARN, p.LogRetentionDays = codepipeline.Artifacts{Existing: true, ExpireDays: 1}, "alias/wine", 2
		}, `artifacts.bucket: "" is no name of an S3 bucket, written out; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS
artifacts.expireDays: is for a bucket to make, and this one exists; set it where that was made
keyARN: "alias/wine" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
logRetentionDays: 2 is not offered by CloudWatch Logs; use one of 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653`},
		"notify": {func(p *codepipeline.Props) {
			p.Notify = []codepipeline.Event{"LATE", codepipeline.Failed, codepipeline.Failed}
		}, `notify: needs a topic that hears of it; give topic or drop it
notify[0]: "LATE" is unknown; use STARTED, SUCCEEDED, FAILED, CANCELED, SUPERSEDED or STOPPED
notify[2]: "FAILED" is given twice; drop one`},
		"roles": {func(p *codepipeline.Props) {
			p.RoleARN, p.RoleName, p.PermissionsBoundary, p.Artifacts.ExpireDays = "role", "role", "arn:aws:iam::222222222222:policy/b", -1
		}, `artifacts.expireDays: -1 is out of range; use 1 or more
roleARN: "role" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
roleName: "role" names a role to make, but roleARN gives an existing one; keep one of them
permissionsBoundary: limits a role to make, but roleARN gives an existing one; keep one of them`},
	})
}
