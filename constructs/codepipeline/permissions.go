package codepipeline

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/constructs/internal/codebuild"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// buildStatements are what a build needs whatever it does.
// https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
func (p *Pipeline) buildStatements(b Build) []policy.Statement {
	var inputs []string
	for _, each := range b.Inputs {
		inputs = append(inputs, p.props.artifact(each))
	}
	statements := []policy.Statement{
		codebuild.WriteLogs(p.props.Scope, p.props.projectName(b)),
		{Sid: "BuildInputs", Actions: []string{"s3:GetObject", "s3:GetObjectVersion"}, Resources: inputs},
		{Sid: "BuildStore", Actions: []string{"s3:GetBucketAcl", "s3:GetBucketLocation"}, Resources: []string{p.props.bucketARN()}},
		p.useKey("BuildKey", b.Output != ""),
	}
	if b.Output != "" {
		statements = append(statements, policy.Statement{Sid: "BuildOutput", Actions: []string{"s3:PutObject"}, Resources: []string{p.props.artifact(b.Output)}})
	}
	if slices.Contains(b.Inputs, SourceArtifact) {
		statements = append(statements, p.props.Source.cloneStatements(p.props.Scope)...)
	}
	statements = append(statements, p.props.specStatements(b)...)
	if account, region, repository := b.Image.Repository(); account != "" {
		owner := arn.Scope{Partition: p.props.Scope.Partition, Region: region, Account: account}
		statements = append(statements,
			policy.Statement{Sid: "BuildImage", Actions: ecr.PullActions(), Resources: []string{owner.Regional("ecr", "repository/"+repository)}},
			policy.Statement{Sid: "BuildImageLogin", Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}},
		)
	}
	if n := p.props.Network; n != nil {
		statements = append(statements, codebuild.JoinNetwork(p.props.Scope, n.SubnetIDs, n.SecurityGroupIDs)...)
	}
	return statements
}

// specStatements are what the specification reads and writes by itself.
func (p Props) specStatements(b Build) []policy.Statement {
	var reports, parameters, secrets []string
	for _, each := range b.Spec.Reports {
		if strings.HasPrefix(each.Group, "arn:") {
			reports = append(reports, each.Group)
		} else {
			reports = append(reports, p.Scope.Regional("codebuild", "report-group/"+p.projectName(b)+"-"+each.Group))
		}
	}
	for _, each := range b.Spec.ParameterStore {
		parameters = append(parameters, p.Scope.Regional("ssm", "parameter/"+strings.TrimPrefix(each.Value, "/")))
	}
	for _, each := range b.Spec.SecretsManager {
		secrets = append(secrets, p.secretARN(each.Value))
	}
	var out []policy.Statement
	for _, each := range []policy.Statement{
		{
			Sid: "BuildReports", Resources: reports,
			Actions: []string{"codebuild:BatchPutCodeCoverages", "codebuild:BatchPutTestCases", "codebuild:CreateReport", "codebuild:CreateReportGroup", "codebuild:UpdateReport"},
		},
		{Sid: "BuildParameters", Actions: []string{"ssm:GetParameters"}, Resources: parameters},
		{Sid: "BuildSecrets", Actions: []string{"secretsmanager:GetSecretValue"}, Resources: secrets},
	} {
		if len(each.Resources) > 0 {
			slices.Sort(each.Resources)
			each.Resources = slices.Compact(each.Resources)
			out = append(out, each)
		}
	}
	return out
}

// secretARN is the secret of a reference <secret>:<json key>:<version stage>:<version id>. Secrets Manager adds six
// characters to a name.
// https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.secrets-manager
func (p Props) secretARN(reference string) string {
	parts := strings.Split(reference, ":")
	if parts[0] == "arn" {
		return strings.Join(parts[:7], ":")
	}
	return p.Scope.Regional("secretsmanager", "secret:"+parts[0]+"-??????")
}
