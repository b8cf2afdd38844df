package modelregistry

import (
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/policy"
)

var readActions = []string{"sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"}

// approvalStatus is the condition key for the status that a request asks for.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
const approvalStatus = "sagemaker:ModelApprovalStatus"

// GrantRead lets the grantee list and describe the group's versions. The policy's name is the group's construct id and
// "read".
func (g *Group) GrantRead(grantee iam.Grantee) error {
	return g.grant(grantee, "read", g.read())
}

// GrantRegister lets the grantee read the versions and register new ones, as PendingManualApproval or Rejected, and as
// Approved only with AllowAutomaticApproval. The policy's name is the group's construct id and "register".
func (g *Group) GrantRegister(grantee iam.Grantee) error {
	return g.grant(grantee, "register", append(g.read(), g.register(),
		policy.Statement{Sid: "TagVersions", Actions: []string{"sagemaker:AddTags"}, Resources: g.packages}))
}

// GrantApprove lets the grantee read the versions and set their approval status, and nothing else of them in a request
// that does not. Give it to who decides, not to who registers. The policy's name is the group's construct id and
// "approve".
func (g *Group) GrantApprove(grantee iam.Grantee) error {
	return g.grant(grantee, "approve", append(g.read(), policy.Statement{
		Sid: "ApproveVersions", Actions: []string{"sagemaker:UpdateModelPackage"}, Resources: g.packages,
		Conditions: []policy.Condition{policy.StringEquals(approvalStatus, "Approved", "Rejected", "PendingManualApproval")},
	}))
}

func (g *Group) grant(grantee iam.Grantee, access string, statements []policy.Statement) error {
	return iam.Grant(grantee, "model package group", g.id, access, statements...)
}

func (g *Group) read() []policy.Statement {
	return []policy.Statement{
		{Sid: "ReadGroup", Actions: []string{"sagemaker:DescribeModelPackageGroup"}, Resources: g.groups},
		{Sid: "ReadVersions", Actions: readActions, Resources: g.packages},
	}
}

// register looks at the status only where the request has one: without, versions wait for approval.
func (g *Group) register() policy.Statement {
	s := policy.Statement{Sid: "RegisterVersions", Actions: []string{"sagemaker:CreateModelPackage"}, Resources: g.packages}
	if !g.automaticApproval {
		s.Conditions = []policy.Condition{{Operator: "StringEqualsIfExists", Key: approvalStatus, Values: []string{"PendingManualApproval", "Rejected"}}}
	}
	return s
}

// shares are the statements of the resource policy for other accounts.
func (g *Group) shares(props Props) []policy.Statement {
	everyone := append(append(append([]string(nil), props.ReadAccounts...), props.DeployAccounts...), props.RegisterAccounts...)
	if len(everyone) == 0 {
		return nil
	}
	admit := func(s policy.Statement, accounts []string) policy.Statement {
		var roots []string
		seen := map[string]bool{}
		for _, account := range accounts {
			if !seen[account] {
				roots = append(roots, "arn:"+g.scope.Partition+":iam::"+account+":root")
			}
			seen[account] = true
		}
		s.Principals = []policy.Principal{policy.AWS(roots...)}
		return s
	}
	var out []policy.Statement
	for _, s := range g.read() {
		out = append(out, admit(s, everyone))
	}
	if len(props.DeployAccounts) > 0 {
		out = append(out, admit(policy.Statement{Sid: "DeployVersions", Actions: []string{"sagemaker:CreateModel"}, Resources: g.packages}, props.DeployAccounts))
	}
	if len(props.RegisterAccounts) > 0 {
		out = append(out, admit(g.register(), props.RegisterAccounts))
	}
	return out
}
