package mlflow_test

import (
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/mlflow"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		server, err := mlflow.New(stack, "mlflow", mlflow.Props{
			Name:        "wine-dev",
			ArtifactURI: "s3://wine-dev-models/mlflow",
		})
		if err != nil {
			return err
		}
		role, err := iam.FromARN(stack, "train", "arn:aws:iam::222222222222:role/train")
		if err != nil {
			return err
		}
		return server.GrantTrack(role)
	})
	// Output:
	// aws_iam_role 1
	// aws_iam_role_policy 2
	// aws_sagemaker_mlflow_tracking_server 1
}
