package mlflowclient_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/mlflowclient"
	_ "github.com/mlplatform/mlplatform/internal/golden" // go test ./... -update reaches every package
)

const (
	managed = "arn:aws:sagemaker:us-west-2:222222222222:mlflow-tracking-server/wine-dev-mlflow"
	secret  = "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-client-a1b2c3"
)

func TestVariables(t *testing.T) {
	require.Nil(t, mlflowclient.Variables[string](nil))
	require.Equal(t, map[string]string{"MLFLOW_TRACKING_URI": managed, "MLFLOW_EXPERIMENT_NAME": "wine"},
		mlflowclient.Variables[string](&mlflowclient.Server{URI: managed, Experiment: "wine"}))
	require.Equal(t, map[string]string{"MLFLOW_TRACKING_URI": "https://mlflow.example.com", "MLFLOW_EXPERIMENT_NAME": "wine", "MLFLOW_TRACKING_SECRET_ARN": secret},
		mlflowclient.Variables[string](&mlflowclient.Server{URI: "https://mlflow.example.com", Experiment: "wine", SecretARN: secret}))
}

func TestValidate(t *testing.T) {
	require.NoError(t, (*mlflowclient.Server)(nil).Validate())
	for uri, isManaged := range map[string]bool{managed: true, "${aws_sagemaker_mlflow_tracking_server.a.arn}": true, "https://mlflow.example.com": false} {
		server := &mlflowclient.Server{URI: uri, Experiment: "wine", SecretARN: secret}
		require.NoError(t, server.Validate())
		require.Equal(t, isManaged, server.Managed())
	}
	require.EqualError(t, (&mlflowclient.Server{URI: "http://mlflow", SecretARN: "hunter2"}).Validate(),
		`uri: "http://mlflow" is no place of MLflow; give the ARN of a managed server, or an address that begins with https://
experiment: is missing; give its name
secretARN: is no ARN of a secret or a parameter; write it like arn:aws:secretsmanager:us-west-2:123456789012:secret:name-a1b2c3, never the value itself`)
}
