// Package mlflow makes MLflow tracking servers that SageMaker manages: experiments, runs and registered models behind IAM,
// artifacts in a bucket of yours, and grants that carry what MLflow's clients need in S3 and KMS.
package mlflow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakermlflowtrackingserver"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Size is how large a server is, and how much it costs per hour.
type Size string

// The sizes, with the teams that AWS recommends them for.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateMlflowTrackingServer.html
const (
	// Small is for up to 25 users.
	Small Size = "Small"
	// Medium is for up to 50 users.
	Medium Size = "Medium"
	// Large is for up to 100 users.
	Large Size = "Large"
)

// Props configures a server. Name and ArtifactURI are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sagemaker_mlflow_tracking_server
type Props struct {
	// Name of the server: 1 to 256 letters, digits and hyphens, with a letter or digit at both ends. A change replaces
	// the server.
	Name string
	// Scope is where the server lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of the server, beside those of the stack. Default: none.
	Tags map[string]string

	// ArtifactURI is the folder for artifacts, such as s3://models/mlflow, in a general purpose bucket of the same
	// region.
	ArtifactURI string
	// ArtifactKeyARN is the KMS key of the bucket. Default: none, the bucket is not encrypted with a key of yours.
	ArtifactKeyARN string

	// Size of the server. It can be changed later, while the server is updated. Default: Small.
	Size Size
	// Version of MLflow, major and minor, such as "3.0". A change replaces the server, and its experiments are lost.
	// Default: the newest at the time of making, which then stays.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/mlflow.html
	Version string
	// MaintenanceWindow is the day and time in UTC at which the weekly maintenance begins, such as "Sun:03:30".
	// Default: AWS chooses.
	MaintenanceWindow string

	// RegisterModels copies models that are registered in MLflow into the SageMaker Model Registry too. Default: false.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/mlflow-track-experiments-model-registration.html
	RegisterModels bool
	// ModelPackageGroups are names, with * and ?, of the model package groups that RegisterModels may write to.
	// Default: those which end in the suffix that SageMaker derives from the server's name.
	ModelPackageGroups []string

	// RoleARN is an existing role with which the server reaches the bucket and the registry. A change replaces the
	// server. Default: a role is made.
	RoleARN string
	// RoleName is the name of the role that is made. Default: the server's name and "-mlflow".
	RoleName string
	// PermissionsBoundary is the ARN of the managed policy that limits the role that is made. Default: none.
	PermissionsBoundary string

	// AllowDestroy lets Terraform destroy the server, or replace it after a change, and with it all experiments, runs
	// and registered models. The artifacts stay in the bucket. Default: Terraform refuses.
	AllowDestroy bool
}

// A Server is an MLflow tracking server.
type Server struct {
	construct      tf.Construct
	id             string
	props          Props
	arn, name, url string
	roleARN        string
}

// New makes a server, which takes AWS about 25 minutes.
func New(scope constructs.Construct, id string, props Props) (*Server, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Server, error) {
		made := &Server{construct: scope, id: id, props: props, roleARN: props.RoleARN}
		config := &sagemakermlflowtrackingserver.SagemakerMlflowTrackingServerConfig{
			TrackingServerName: tf.Str(props.Name), ArtifactStoreUri: tf.Str(props.ArtifactURI), Tags: tf.StrMap(props.Tags),
			TrackingServerSize: tf.Str(string(props.Size)), MlflowVersion: tf.OptStr(props.Version),
			WeeklyMaintenanceWindowStart: tf.OptStr(props.MaintenanceWindow), AutomaticModelRegistration: props.RegisterModels,
			Lifecycle: tf.Protect(!props.AllowDestroy),
		}
		if made.roleARN == "" {
			role, err := iam.NewRole(scope, "role", props.role())
			if err != nil {
				return nil, fmt.Errorf("role: %w", err)
			}
			made.roleARN = role.ARN()
			// The server tries the bucket while it starts.
			config.DependsOn = tf.After(role.Policies()...)
		}
		config.RoleArn = tf.Str(made.roleARN)
		server := sagemakermlflowtrackingserver.NewSagemakerMlflowTrackingServer(scope, tf.Str("server"), config)
		made.arn, made.name, made.url = tf.Attr(server, "arn"), tf.Attr(server, "trackingServerName"), tf.Attr(server, "trackingServerUrl")
		return made, nil
	})
}

func (p Props) withDefaults() Props {
	p.Size = cmp.Or(p.Size, Small)
	if len(p.ModelPackageGroups) == 0 {
		p.ModelPackageGroups = []string{"*-" + groupSuffix(p.Name)}
	}
	return p
}

var (
	namePattern  = lazyregexp.New(`^[A-Za-z0-9](-*[A-Za-z0-9])*$`)
	groupPattern = lazyregexp.New(`^[A-Za-z0-9*?-]{1,63}$`)
)

func (p Props) validate() error {
	var problems problem.List
	if !namePattern.MatchString(p.Name) || len(p.Name) > 256 {
		problems.Addf("name", "%q is no name of a tracking server; use 1 to 256 letters, digits and hyphens, with a letter or digit at both ends", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	if bucket, folder := split(p.ArtifactURI); !token.Is(bucket) && !awsfacts.IsBucketName(bucket) || strings.ContainsAny(folder, "*?") || len(p.ArtifactURI) > 1024 {
		problems.Addf("artifactURI", "%q is no S3 URI; write it like s3://bucket/folder, at most 1,024 characters, without wildcards", p.ArtifactURI)
	}
	problems.Add("", arn.CheckKey("artifactKeyARN", p.ArtifactKeyARN))
	if !slices.Contains(rule.MLflowSizes(), string(p.Size)) {
		problems.Addf("size", "%q is unknown; use %q, %q or %q", p.Size, Small, Medium, Large)
	}
	if err := rule.MLflowVersion(p.Version); p.Version != "" && err != nil {
		problems.Addf("version", "%v", err)
	}
	if err := rule.MaintenanceStart(p.MaintenanceWindow); p.MaintenanceWindow != "" && err != nil {
		problems.Addf("maintenanceWindow", "%v", err)
	}
	for i, each := range p.ModelPackageGroups {
		if !groupPattern.MatchString(each) {
			problems.Addf(problem.Index("modelPackageGroups", i), "%q is no name of a model package group; use 1 to 63 letters, digits, hyphens, * and ?", each)
		}
	}
	problems.Add("", p.roleChoice().Validate())
	return problems.Err()
}

// split takes an S3 URI apart: bucket, empty where it is none, and folder without slashes at its ends.
func split(uri string) (bucket, folder string) {
	rest, ok := strings.CutPrefix(uri, "s3://")
	if !ok {
		return "", ""
	}
	bucket, folder, _ = strings.Cut(rest, "/")
	return bucket, strings.Trim(folder, "/")
}

// Name of the server.
func (s *Server) Name() string { return s.name }

// ARN of the server, which is also the tracking URI of MLflow's clients: mlflow.set_tracking_uri(arn), with the package
// sagemaker-mlflow installed.
func (s *Server) ARN() string { return s.arn }

// URL of the server. People open it through a presigned URL: see GrantUI.
func (s *Server) URL() string { return s.url }

// RoleARN is the role of the server.
func (s *Server) RoleARN() string { return s.roleARN }

// Construct holds the server's resources.
func (s *Server) Construct() constructs.Construct { return s.construct }
