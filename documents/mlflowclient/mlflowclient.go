// Package mlflowclient says how programs find an MLflow server to which they log: by variables that MLflow's own clients read, and a secret
// by its name where the server asks for one. It is pure Go.
package mlflowclient

import (
	"strings"

	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// The variables of the programs. https://mlflow.org/docs/latest/api_reference/python_api/mlflow.environment_variables.html
const (
	TrackingURI = "MLFLOW_TRACKING_URI"
	Experiment  = "MLFLOW_EXPERIMENT_NAME"
	// TrackingSecret is no variable of MLflow: programs read the secret, and set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, so
	// that neither is in the definition of a job.
	TrackingSecret = "MLFLOW_TRACKING_SECRET_ARN"
)

// A Server is where an experiment is. URI and Experiment are required.
type Server struct {
	// URI is the ARN of a server that SageMaker manages, or the address of another one, which begins with https://.
	URI string
	// Experiment is its name.
	Experiment string
	// SecretARN is a secret with the keys username and password for a server that asks for them. Default: none.
	SecretARN string
}

// Managed reports whether SageMaker manages the server, so that IAM decides who gets in.
func (s *Server) Managed() bool {
	return s != nil && (strings.HasPrefix(s.URI, "arn:") || token.Is(s.URI))
}

// Variables of a program, in the type of text that a language has. Nil without a server.
func Variables[Text ~string](s *Server) map[string]Text {
	if s == nil {
		return nil
	}
	out := map[string]Text{TrackingURI: Text(s.URI), Experiment: Text(s.Experiment)}
	if s.SecretARN != "" {
		out[TrackingSecret] = Text(s.SecretARN)
	}
	return out
}

// Validate reports what is wrong, under the paths uri, experiment and secretARN.
func (s *Server) Validate() error {
	var problems problem.List
	if s == nil {
		return nil
	}
	if !s.Managed() && !strings.HasPrefix(s.URI, "https://") {
		problems.Addf("uri", "%q is no place of MLflow; give the ARN of a managed server, or an address that begins with https://", s.URI)
	}
	if s.Experiment == "" {
		problems.Addf("experiment", "is missing; give its name")
	}
	if s.SecretARN != "" {
		problems.Add("", problem.Rename(secretref.Ref{ARN: s.SecretARN}.Validate(), "arn", "secretARN"))
	}
	return problems.Err()
}
