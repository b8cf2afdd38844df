package codepipeline

import (
	"fmt"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/internal/codebuild"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// GrantApprove lets the grantee see the pipeline, read what its builds have written, a plan for example, and approve or
// reject. Nothing else keeps who pushes a commit from approving it.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-iam-permissions.html
func (p *Pipeline) GrantApprove(grantee iam.Grantee) error {
	if grantee == nil {
		return fmt.Errorf("grantApprove: the grantee is missing; pass a role")
	}
	var approvals, projects, logs []string
	for _, stage := range p.props.Stages {
		for _, action := range stage.Actions {
			switch {
			case action.approval != nil:
				approvals = append(approvals, p.props.literalARN()+"/"+stage.Name+"/"+action.approval.Name)
			case action.build != nil:
				projects = append(projects, p.props.projectARN(*action.build))
				logs = append(logs, codebuild.WriteLogs(p.props.Scope, p.props.projectName(*action.build)).Resources...)
			}
		}
	}
	if len(approvals) == 0 {
		return fmt.Errorf("grantApprove: the pipeline %s waits for no approval; add one with Approve", p.props.Name)
	}
	statements := []policy.Statement{
		{Sid: "Approve", Actions: []string{"codepipeline:PutApprovalResult"}, Resources: approvals},
		{
			Sid: "ApprovePipeline", Resources: []string{p.props.literalARN()},
			Actions: []string{"codepipeline:GetPipeline", "codepipeline:GetPipelineExecution", "codepipeline:GetPipelineState", "codepipeline:ListActionExecutions", "codepipeline:ListPipelineExecutions"},
		},
	}
	if len(projects) > 0 {
		statements = append(statements,
			policy.Statement{Sid: "ApproveBuilds", Actions: []string{"codebuild:BatchGetBuilds"}, Resources: projects},
			policy.Statement{Sid: "ApproveLogs", Actions: []string{"logs:FilterLogEvents", "logs:GetLogEvents"}, Resources: logs},
		)
	}
	return grantee.Grant(p.props.Name+"-approve", statements...)
}
