package endpoint_test

import (
	"time"

	"github.com/mlplatform/mlplatform/constructs/endpoint"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		quality, err := endpoint.New(stack, "quality", endpoint.Props{
			Name: "wine-prod-quality",
			Variants: []endpoint.Variant{{
				Model: endpoint.Model{
					Image:   "222222222222.dkr.ecr.us-west-2.amazonaws.com/wine-prod-serving:1.4",
					DataURI: "s3://wine-prod-models/quality/model.tar.gz",
				},
				InstanceType: "ml.m5.large",
				Autoscaling:  &endpoint.Autoscaling{Min: 2, Max: 8, InvocationsPerInstance: 600},
			}},
			DataCapture: &endpoint.DataCapture{DestinationURI: "s3://wine-prod-capture/quality/"},
			Deployment:  endpoint.Deployment{Strategy: endpoint.Canary, Wait: 10 * time.Minute},
		})
		if err != nil {
			return err
		}
		api, err := iam.FromARN(stack, "api", "arn:aws:iam::222222222222:role/wine-prod-api")
		if err != nil {
			return err
		}
		return quality.GrantInvoke(api)
	})
	// Output:
	// aws_appautoscaling_policy 1
	// aws_appautoscaling_target 1
	// aws_cloudwatch_log_group 1
	// aws_cloudwatch_metric_alarm 2
	// aws_iam_role 1
	// aws_iam_role_policy 2
	// aws_sagemaker_endpoint 1
	// aws_sagemaker_endpoint_configuration 1
	// aws_sagemaker_model 1
}

func ExampleNew_serverless() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := endpoint.New(stack, "quality", endpoint.Props{
			Name: "wine-dev-quality",
			Variants: []endpoint.Variant{{
				Model:      endpoint.Model{PackageARN: "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-quality/7"},
				Serverless: &endpoint.Serverless{MemoryMB: 4096},
			}},
			Access: endpoint.Access{
				ModelDataURIs:  []string{"s3://wine-dev-models/quality/"},
				RepositoryARNs: []string{"arn:aws:ecr:us-west-2:222222222222:repository/wine-dev-serving"},
			},
		})
		return err
	})
	// Output:
	// aws_cloudwatch_log_group 1
	// aws_cloudwatch_metric_alarm 2
	// aws_iam_role 1
	// aws_iam_role_policy 1
	// aws_sagemaker_endpoint 1
	// aws_sagemaker_endpoint_configuration 1
	// aws_sagemaker_model 1
}
