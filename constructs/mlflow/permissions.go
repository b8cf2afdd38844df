package mlflow

import (
	"crypto/sha256"
	"fmt"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// trust has no condition on the account: AWS lists the SageMaker features that send one, and MLflow is not among them.
// Who may pass the role is decided by iam:PassRole.
// https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
var trust = policy.TrustService("", "sagemaker.amazonaws.com")

func (p Props) roleChoice() iam.RoleChoice {
	return iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName, PermissionsBoundary: p.PermissionsBoundary}
}

// role is the role that is made for the server.
// https://docs.aws.amazon.com/sagemaker/latest/dg/mlflow-create-tracking-server-iam.html
func (p Props) role() iam.RoleProps {
	statements := p.artifacts(true)
	if p.RegisterModels {
		statements = append(statements, p.registry()...)
	}
	return iam.RoleProps{
		Name: p.roleChoice().NameFor(p.Name, "-mlflow"), Description: "MLflow tracking server " + p.Name, Trust: trust,
		Statements: statements, PermissionsBoundary: p.PermissionsBoundary,
	}
}

// artifacts allow listing and reading the artifacts and, with write, adding some. MLflow's clients need them as much as
// the server, for they read and write artifacts in S3 themselves.
func (p Props) artifacts(write bool) []policy.Statement {
	if p.ArtifactURI == "" { // of an existing server
		return nil
	}
	bucket, folder := split(p.ArtifactURI)
	if folder != "" {
		folder += "/"
	}
	bucketARN := p.Scope.Bucket(bucket)
	list := policy.Statement{Actions: []string{"s3:ListBucket"}, Resources: []string{bucketARN}}
	if folder != "" {
		list.Conditions = []policy.Condition{policy.StringLike("s3:prefix", folder+"*")}
	}
	objects := policy.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{bucketARN + "/" + folder + "*"}}
	if write {
		objects.Actions = []string{"s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"}
	}
	statements := []policy.Statement{objects, list, {Actions: []string{"s3:GetBucketLocation"}, Resources: []string{bucketARN}}}
	if p.ArtifactKeyARN != "" {
		statements = append(statements, policy.UseKey(write, fmt.Sprintf("s3.%s.%s", p.Scope.Region, p.Scope.DNSSuffix()), p.ArtifactKeyARN))
	}
	return statements
}

// registry allows what copying registered models needs, in the groups that the copies go to.
func (p Props) registry() []policy.Statement {
	var groups, packages []string
	for _, each := range p.ModelPackageGroups {
		groups = append(groups, p.Scope.Regional("sagemaker", "model-package-group/"+each))
		packages = append(packages, p.Scope.Regional("sagemaker", "model-package/"+each+"/*"))
	}
	return []policy.Statement{
		{Actions: []string{"sagemaker:CreateModelPackageGroup", "sagemaker:DescribeModelPackageGroup"}, Resources: groups},
		{Actions: []string{"sagemaker:CreateModelPackage"}, Resources: append(append([]string{}, groups...), packages...)},
		{Actions: []string{"sagemaker:UpdateModelPackage"}, Resources: packages},
		{Actions: []string{"sagemaker:AddTags"}, Resources: append(append([]string{}, groups...), packages...)},
	}
}

// groupSuffix is what SageMaker appends to the names of the model package groups of this server's models.
// https://docs.aws.amazon.com/sagemaker/latest/dg/mlflow-track-experiments-model-registration.html
func groupSuffix(name string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(name)))[:6] }

// GrantRead lets the grantee read experiments, runs, registered models and artifacts, and use the bucket's key for
// that. The policy's name is the server's construct id and "read".
func (s *Server) GrantRead(grantee iam.Grantee) error {
	return s.grant(grantee, "read", append(s.props.artifacts(false), s.mlflow(reading)))
}

// GrantTrack is GrantRead and lets the grantee log too: experiments, runs, metrics, parameters, traces, artifacts, and
// new models and versions. It is what training jobs need. It includes neither changing the stage or alias of a model,
// nor deleting. The policy's name is the server's construct id and "track".
func (s *Server) GrantTrack(grantee iam.Grantee) error {
	return s.grant(grantee, "track", append(s.props.artifacts(true), s.mlflow(reading, tracking)))
}

// GrantManage is GrantTrack and lets the grantee change the stages and aliases of models, rename and delete. The
// policy's name is the server's construct id and "manage".
func (s *Server) GrantManage(grantee iam.Grantee) error {
	return s.grant(grantee, "manage", append(s.props.artifacts(true), s.mlflow(reading, tracking, managing)))
}

// GrantUI lets the grantee open the web page of the server, on which people can do what their other grants allow. The
// policy's name is the server's construct id and "ui".
func (s *Server) GrantUI(grantee iam.Grantee) error {
	return s.grant(grantee, "ui", []policy.Statement{
		{Actions: []string{"sagemaker:CreatePresignedMlflowTrackingServerUrl", "sagemaker:DescribeMlflowTrackingServer"}, Resources: []string{s.arn}},
		// AWS offers no resource for these two.
		{Actions: []string{"sagemaker-mlflow:AccessUI", "sagemaker:ListMlflowTrackingServers"}, Resources: []string{"*"}},
	})
}

func (s *Server) mlflow(actions ...[]string) policy.Statement {
	statement := policy.Statement{Resources: []string{s.arn}}
	for _, each := range actions {
		for _, name := range each {
			statement.Actions = append(statement.Actions, "sagemaker-mlflow:"+name)
		}
	}
	return statement
}

func (s *Server) grant(grantee iam.Grantee, access string, statements []policy.Statement) error {
	return iam.Grant(grantee, "tracking server", s.id, access, statements...)
}
