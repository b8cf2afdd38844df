package privateapi_test

import (
	"github.com/mlplatform/mlplatform/constructs/privateapi"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := privateapi.New(stack, "api", privateapi.Props{Name: "wine-dev-models", Document: document(), VPCEndpointID: "vpce-0123456789abcdef0"})
		return err
	})
	// Output:
	// aws_api_gateway_deployment 1
	// aws_api_gateway_method_settings 1
	// aws_api_gateway_rest_api 1
	// aws_api_gateway_stage 1
	// aws_api_gateway_usage_plan 1
	// aws_cloudwatch_log_group 1
	// aws_cloudwatch_log_metric_filter 1
	// aws_cloudwatch_metric_alarm 3
	// aws_iam_role 1
	// aws_iam_role_policy 1
}
