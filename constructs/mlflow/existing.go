package mlflow

import (
	"cmp"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// ExistingProps names a server that was made elsewhere. Name is required.
type ExistingProps struct {
	// Name of the server.
	Name string
	// Scope is where the server lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// ArtifactURI is the folder of its artifacts, which grants admit to. Default: none, grants are for parameters, metrics and models' names.
	ArtifactURI string
	// ArtifactKeyARN is the KMS key of the bucket. Default: none.
	ArtifactKeyARN string
}

// FromName is an existing server, with the same grants as one that New made. Nothing is created; URL and RoleARN are not known.
func FromName(scope constructs.Construct, id string, props ExistingProps) (*Server, error) {
	known := Props{
		Name: props.Name, Scope: site.Of(scope, props.Scope), ArtifactURI: props.ArtifactURI, ArtifactKeyARN: props.ArtifactKeyARN,
	}.withDefaults()
	checked := known
	checked.ArtifactURI = cmp.Or(checked.ArtifactURI, "s3://none")
	if err := checked.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Server, error) {
		return &Server{construct: scope, id: id, props: known, name: props.Name, arn: known.Scope.Regional("sagemaker", "mlflow-tracking-server/"+props.Name)}, nil
	})
}
