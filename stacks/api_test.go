package stacks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// withAPI is the example's dev environment with an API that has every setting.
func withAPI(network, api string) map[string]string {
	return map[string]string{"environments/dev.yaml": `account: "222222222222"
promotion: { branches: [main] }
network: { cidr: 10.10.0.0/16` + network + ` }
storage: {}
training: { image: { tag: a }, metric: { threshold: 0.5 } }
endpoint: {}
api: ` + api + "\n"}
}

const everyAPI = `
  stage: v1
  clientCidrs: [10.10.0.0/16, 10.99.0.0/24]
  privateDns: true
  inference:
    features: [{ field: amount }, { field: newbalanceOrig, minus: oldbalanceOrg }, { field: type, in: [CASH_OUT] }]
    threshold: 0.75
  throttle: { rate: 5, burst: 10 }
  quota: { requests: 1000, period: month }
  logs: { retentionDays: 30, accountRole: true }
  alarms: { errors: 1, latencyMilliseconds: 500, throttled: 10 }`

func apiStack(t *testing.T, network, api string) synthtest.Template {
	t.Helper()
	return synthtest.Parse(t, string(builtOne(t, configurations[0], withAPI(network, api), "dev")))
}

func TestAPI(t *testing.T) {
	template := apiStack(t, "", "{}")
	counts := template.Counts()
	for kind, want := range map[string]int{
		"aws_api_gateway_rest_api": 1, "aws_api_gateway_stage": 1, "aws_api_gateway_deployment": 1, "aws_api_gateway_usage_plan": 1, "aws_api_gateway_method_settings": 1,
		"aws_sfn_state_machine": 7, "aws_vpc_endpoint_policy": 1, "aws_cloudwatch_log_metric_filter": 1, "aws_api_gateway_account": 0, "aws_api_gateway_api_key": 0,
	} {
		require.Equal(t, want, counts[kind], kind)
	}
	api := template.One("aws_api_gateway_rest_api")
	require.Equal(t, "wine-dev-api", api["name"])
	body := []byte(api["body"].(string))
	golden.AssertJSON(t, "testdata/api/openapi.json", body)
	loader := openapi3.NewLoader()
	loaded, err := loader.LoadFromData(body)
	require.NoError(t, err)
	require.NoError(t, loaded.Validate(loader.Context))
	// Each route's machine is an express one under the boundary, and that of inference logs no data.
	machines := map[string]map[string]any{}
	for _, machine := range template.Resources("aws_sfn_state_machine") {
		machines[machine["name"].(string)] = machine
	}
	for _, route := range []string{"infer", "list", "approve", "deploy", "delete", "describe"} {
		machine := machines["wine-dev-api-"+route]
		require.NotNil(t, machine, route)
		require.Equal(t, "EXPRESS", machine["type"])
		require.Equal(t, route != "infer", machine["logging_configuration"].(map[string]any)["include_execution_data"], route)
	}
	require.Contains(t, machines["wine-dev-api-deploy"]["definition"], "${aws_sfn_state_machine.endpoint_machine", "the platform's own deployment")
	require.Contains(t, machines["wine-dev-api-delete"]["definition"], `wine-dev-models-approved-`)
	for _, output := range []string{"api_url", "api_id", "api_usage_plan_id"} {
		require.NotEmpty(t, template.Output(output))
	}
	require.Contains(t, template.Output("api_url"), "/live")
}

// TestAPIRoles holds that the gateway starts the machines of the API, and no others.
func TestAPIRoles(t *testing.T) {
	template := apiStack(t, "", everyAPI)
	iamcheck.Check{AnyResource: []string{"cloudwatch:PutMetricData"}}.Template(t, template.Root())
	found := false
	for address, role := range template.Resources("aws_iam_role_policy") {
		if !strings.Contains(address, "gateway_role") {
			continue
		}
		found = true
		text := role["policy"].(string)
		require.Contains(t, text, "states:StartSyncExecution")
		for _, route := range []string{"infer", "list", "approve", "deploy", "delete", "describe"} {
			require.Contains(t, text, "${aws_sfn_state_machine.api_"+route+"_machine")
		}
		require.NotContains(t, text, "aws_sfn_state_machine.endpoint_machine")
	}
	require.True(t, found)
	made := 0
	for address, role := range template.Resources("aws_iam_role") {
		if strings.HasPrefix(address, "api_") {
			require.NotEmpty(t, role["permissions_boundary"], address)
			made++
		}
	}
	require.Equal(t, 8, made, "six machines, the gateway, the account's logs")
}

// TestAPIEndpoints are the ways to come to a VPC endpoint.
func TestAPIEndpoints(t *testing.T) {
	own := apiStack(t, ", endpoints: [s3, executeAPI]", "{}")
	require.NotContains(t, own.Counts(), "aws_vpc_endpoint_policy")
	require.Contains(t, fmt.Sprint(own.One("aws_api_gateway_rest_api")["endpoint_configuration"]), "${aws_vpc_endpoint.network_")
	given := apiStack(t, "", "{ vpcEndpointId: vpce-0123456789abcdef0 }")
	require.Contains(t, fmt.Sprint(given.One("aws_api_gateway_rest_api")["endpoint_configuration"]), "vpce-0123456789abcdef0")
	require.NotContains(t, given.Counts(), "aws_vpc_endpoint_policy")
	isolated := apiStack(t, ", tiers: [isolated], endpoints: [s3, ecr, sts, logs, sagemaker]", "{}")
	require.Equal(t, 1, isolated.Counts()["aws_vpc_endpoint_policy"])
}
