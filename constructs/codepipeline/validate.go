package codepipeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/internal/codebuild"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	namePattern = lazyregexp.New(`^[A-Za-z0-9_-]{1,80}$`)
)

const day = 24 * time.Hour

func (p Props) withDefaults() Props {
	p.Mode = cmp.Or(p.Mode, Superseded)
	p.Image = cmp.Or(p.Image, buildspec.AmazonLinux)
	p.Compute = cmp.Or(p.Compute, Medium)
	if p.Artifacts.Bucket == "" && !p.Artifacts.Existing {
		p.Artifacts.Bucket = strings.ToLower(strings.ReplaceAll(fmt.Sprintf("%s-%s-%s", p.Name, p.Scope.Account, p.Scope.Region), "_", "-"))
	}
	if p.Artifacts.ExpireDays == 0 && !p.Artifacts.Existing {
		p.Artifacts.ExpireDays = 90
	}
	p.LogRetentionDays = cmp.Or(p.LogRetentionDays, 365)
	if p.Notify == nil && p.Topic != nil {
		p.Notify = []Event{Failed}
	}
	stages := slices.Clone(p.Stages)
	for i, stage := range stages {
		if stage.OnFailure == "" {
			stages[i].OnFailure = Stop
		}
		stages[i].Actions = slices.Clone(stage.Actions)
		for j, action := range stage.Actions {
			if action.build != nil {
				stages[i].Actions[j] = Run(action.build.withDefaults(p))
			}
			if action.approval != nil {
				approval := *action.approval
				approval.Timeout = cmp.Or(approval.Timeout, 7*day)
				stages[i].Actions[j] = Approve(approval)
			}
		}
	}
	p.Stages, p.Watches = stages, p.watches()
	return p
}

func (p Props) validate() error {
	var problems problem.List
	if token.Is(p.Name) {
		problems.Addf("name", "%q is known to Terraform only, and the conditions of policies are built from it; write the name out", p.Name)
	} else if !namePattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no name; use 1 to 80 letters, digits, _ and -", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	p.Source.validate(&problems)
	if p.Mode != Superseded && p.Mode != Queued {
		problems.Addf("mode", "%q is unknown; use %s or %s", p.Mode, Superseded, Queued)
	}
	if p.Network != nil {
		codebuild.CheckNetwork(&problems, "network.", p.Network.VPCID, p.Network.SubnetIDs, p.Network.SecurityGroupIDs)
	}
	p.validateStages(&problems)
	p.validateStore(&problems)
	p.validateNotify(&problems)
	problems.Add("", iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName, PermissionsBoundary: p.PermissionsBoundary}.Validate())
	if p.StartRoleName != "" {
		if p.Source.CodeCommit == nil {
			problems.Addf("startRoleName", "%q names a role that only a source of CodeCommit needs; drop it", p.StartRoleName)
		} else if err := (iam.RoleChoice{Name: p.StartRoleName}).Validate(); err != nil {
			problems.Addf("startRoleName", "%q is no role name; use 1 to 64 letters, digits and +=,.@_-", p.StartRoleName)
		}
	}
	return problems.Err()
}

func (p Props) validateStore(problems *problem.List) {
	if wrong, fix := awsfacts.NewBucketName(p.Artifacts.Bucket); wrong != "" {
		problems.Addf("artifacts.bucket", "%q %s, written out; %s", p.Artifacts.Bucket, wrong, fix)
	}
	if p.Artifacts.Existing && p.Artifacts.ExpireDays != 0 {
		problems.Addf("artifacts.expireDays", "is for a bucket to make, and this one exists; set it where that was made")
	}
	if p.Artifacts.ExpireDays < 0 {
		problems.Addf("artifacts.expireDays", "%d is out of range; use 1 or more", p.Artifacts.ExpireDays)
	}
	if waits := p.longestApproval(); p.Artifacts.ExpireDays > 0 && waits > time.Duration(p.Artifacts.ExpireDays)*day {
		problems.Addf("artifacts.expireDays", "%d is over before an approval, which may wait %s: what it approves would be gone; use %d or more, or a shorter timeout",
			p.Artifacts.ExpireDays, waits, int((waits+day-1)/day))
	}
	problems.Add("", p.Scope.CheckKey("keyARN", p.KeyARN))
	rule.LogRetention(problems, "logRetentionDays", p.LogRetentionDays)
}

// builds are those of all stages.
func (p Props) builds() []Build {
	var out []Build
	for _, stage := range p.Stages {
		for _, action := range stage.Actions {
			if action.build != nil {
				out = append(out, *action.build)
			}
		}
	}
	return out
}

// longestApproval is how long the pipeline may wait for people, 0 if it does not.
func (p Props) longestApproval() time.Duration {
	var longest time.Duration
	for _, stage := range p.Stages {
		for _, action := range stage.Actions {
			if action.approval != nil {
				longest = max(longest, action.approval.Timeout)
			}
		}
	}
	return longest
}

func (p Props) projectName(b Build) string { return p.Name + "-" + b.Name }

func (p Props) projectARN(b Build) string {
	return p.Scope.Regional("codebuild", "project/"+p.projectName(b))
}

// literalARN is the pipeline's ARN, known before the pipeline exists.
func (p Props) literalARN() string { return p.Scope.Regional("codepipeline", p.Name) }

func (p Props) bucketARN() string { return p.Scope.Bucket(p.Artifacts.Bucket) }

// artifact is the objects of an artifact. Their keys are <pipeline>/<artifact>/<something>, the pipeline's name cut after
// 20 characters and the artifact's after 10.
func (p Props) artifact(name string) string {
	const most = 20
	return fmt.Sprintf("%s/%s*/%s/*", p.bucketARN(), p.Name[:min(len(p.Name), most)], name)
}

func (p Props) roleName() string {
	return iam.RoleChoice{Name: p.RoleName}.NameFor(p.Name, "-pipeline")
}

func (p Props) startRoleName() string {
	return iam.RoleChoice{Name: p.StartRoleName}.NameFor(p.Name, "-start")
}

// ruleName shortens like the name of a role, which has the same 64 characters.
func (p Props) ruleName(suffix string) string {
	return iam.RoleChoice{}.NameFor(p.Name, suffix)
}

func (p Props) buildRoleName(b Build) string {
	return iam.RoleChoice{Name: b.RoleName}.NameFor(p.Name+"-"+b.Name, "")
}
