package privateapi_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/privateapi"
	"github.com/mlplatform/mlplatform/documents/openapi"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	machineARN  = "arn:aws:states:us-west-2:222222222222:stateMachine:wine-dev-approve"
	roleARN     = "arn:aws:iam::222222222222:role/api"
	boundaryARN = "arn:aws:iam::222222222222:policy/boundary"
	topicARN    = "arn:aws:sns:us-west-2:222222222222:wine-dev-alarms"
	keyARN      = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	endpointID  = "vpce-0123456789abcdef0"
)

func document() openapi.Document {
	return openapi.Document{
		Version: "1.0", Description: "Models of wine",
		Models: map[string]openapi.Schema{"Approval": {Type: openapi.Object, Required: []string{"model"}, Properties: map[string]openapi.Schema{"model": {Type: openapi.String}}}},
		Operations: []openapi.Operation{
			{Method: openapi.Post, Path: "/model/approve", ID: "approveModel", Body: "Approval", IAM: true, APIKey: true,
				Responses: []openapi.Response{{Status: 200, Description: "Approved"}}, Integration: openapi.StartSyncExecution{StateMachineARN: machineARN}},
			{Method: openapi.Post, Path: "/infer", ID: "infer", APIKey: true,
				Responses: []openapi.Response{{Status: 200, Description: "Scores"}}, Integration: openapi.InvokeEndpoint{Endpoint: "wine-dev"}},
			{Method: openapi.Get, Path: "/health", ID: "health", Anonymous: true, Responses: []openapi.Response{{Status: 200, Description: "Well"}}, Integration: openapi.Mock{}},
		},
	}
}

func typical() privateapi.Props {
	return privateapi.Props{Name: "wine-dev-models", Document: document(), VPCEndpointID: endpointID, Alarms: privateapi.Alarms{TopicARNs: []string{topicARN}}}
}

func everything() privateapi.Props {
	p := typical()
	p.VPCEndpointID = ""
	p.VPCEndpoint = &privateapi.VPCEndpoint{
		VPCID: "vpc-0123456789abcdef0", SubnetIDs: []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}, ClientCIDRs: []string{"10.0.0.0/16", "10.1.0.0/16"}, PrivateDNS: true,
	}
	p.Stage, p.Throttle, p.Quota = "v1", privateapi.Throttle{Rate: 5, Burst: 10}, privateapi.Quota{Requests: 1000, Period: privateapi.Month}
	p.Logs = privateapi.Logs{RetentionDays: 30, KeyARN: keyARN, AccountRole: true}
	p.Alarms.Errors, p.Alarms.Latency, p.Alarms.Throttled = 2, 2*time.Second, 10
	p.NoTracing, p.RoleName, p.PermissionsBoundary, p.Tags = true, "wine-api", boundaryARN, map[string]string{"Team": "ml"}
	return p
}

func build(t *testing.T, props privateapi.Props) (*privateapi.API, synthtest.Template) {
	t.Helper()
	return synthtest.Build(t, "api", props, privateapi.New)
}

func check(t *testing.T, template synthtest.Template) {
	t.Helper()
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
}

func TestAPI(t *testing.T) {
	made, template := build(t, typical())
	require.Equal(t, map[string]int{
		"aws_api_gateway_deployment": 1, "aws_api_gateway_method_settings": 1, "aws_api_gateway_rest_api": 1, "aws_api_gateway_stage": 1, "aws_api_gateway_usage_plan": 1,
		"aws_cloudwatch_log_group": 1, "aws_cloudwatch_log_metric_filter": 1, "aws_cloudwatch_metric_alarm": 3, "aws_iam_role": 1, "aws_iam_role_policy": 1,
	}, template.Counts())
	template.Golden("api")
	check(t, template)
	require.Equal(t, []string{"wine-dev-models-errors", "wine-dev-models-latency", "wine-dev-models-throttled"}, made.AlarmNames())
	require.Equal(t, "live", made.Stage())
	require.Equal(t, endpointID, made.VPCEndpointID())
	require.Empty(t, made.SecurityGroupID())
	require.True(t, strings.HasPrefix(made.InvokeURL(), "https://"+made.ID()+"-"))
	require.True(t, strings.HasSuffix(made.InvokeURL(), "}-vpce-0123456789abcdef0.execute-api.us-west-2.amazonaws.com/live"), made.InvokeURL())
	require.Equal(t, "aws apigateway create-api-key --name phone --enabled --query id --output text", made.KeyCommands("phone")[0])
	require.Contains(t, made.KeyCommands("phone")[1], "--usage-plan-id "+made.UsagePlanID())
}

func TestEverything(t *testing.T) {
	made, template := build(t, everything())
	template.Golden("everything")
	check(t, template)
	require.NotEmpty(t, made.SecurityGroupID())
	require.NotEmpty(t, made.LogGroupARN())
	require.NotEmpty(t, made.LogGroupName())
	require.NotEmpty(t, made.ExecutionARN())
	require.NotEmpty(t, made.ID())
	require.NotNil(t, made.Construct())
}

// TestNoSecrets holds that no key, whose value Terraform would keep in its state, is made.
func TestNoSecrets(t *testing.T) {
	_, template := build(t, everything())
	require.NotContains(t, template.Counts(), "aws_api_gateway_api_key")
	require.NotContains(t, template.Counts(), "aws_api_gateway_usage_plan_key")
}

// TestLogs holds that lines have neither bodies nor keys nor queries, and that nothing else is logged.
func TestLogs(t *testing.T) {
	_, template := build(t, typical())
	settings := template.One("aws_api_gateway_method_settings")["settings"].(map[string]any)
	require.Equal(t, false, settings["data_trace_enabled"])
	require.Equal(t, "OFF", settings["logging_level"])
	format := template.One("aws_api_gateway_stage")["access_log_settings"].(map[string]any)["format"].(string)
	var line map[string]string
	require.NoError(t, json.Unmarshal([]byte(format), &line))
	for _, variable := range line {
		require.Regexp(t, `^\$context\.[A-Za-z.]+$`, variable)
		require.NotContains(t, []string{"$context.identity.apiKey", "$context.error.validationErrorString", "$context.path"}, variable)
	}
	p := typical()
	p.Logs = privateapi.Logs{Off: true}
	made, template := build(t, p)
	require.NotContains(t, template.Counts(), "aws_cloudwatch_log_group")
	require.NotContains(t, template.One("aws_api_gateway_stage"), "access_log_settings")
	require.Len(t, made.AlarmNames(), 2)
	p.Alarms = privateapi.Alarms{Off: true}
	made, _ = build(t, p)
	require.Empty(t, made.AlarmNames())
}

// TestWhoGetsIn asks the policy of the API as IAM would.
func TestWhoGetsIn(t *testing.T) {
	_, template := build(t, typical())
	var body struct {
		Policy struct {
			Statement []struct {
				Effect, Action, Resource string
				Principal                string
				Condition                map[string]map[string]string
			}
		} `json:"x-amazon-apigateway-policy"`
		Endpoints struct {
			IDs []string `json:"vpcEndpointIds"`
		} `json:"x-amazon-apigateway-endpoint-configuration"`
	}
	api := template.One("aws_api_gateway_rest_api")
	require.NoError(t, json.Unmarshal([]byte(api["body"].(string)), &body))
	require.Len(t, body.Policy.Statement, 2)
	require.Equal(t, "Deny", body.Policy.Statement[1].Effect)
	require.Equal(t, "*", body.Policy.Statement[1].Principal)
	require.Equal(t, map[string]map[string]string{"StringNotEquals": {"aws:SourceVpce": endpointID}}, body.Policy.Statement[1].Condition)
	require.Equal(t, map[string]map[string]string{"StringEquals": {"aws:SourceVpce": endpointID}}, body.Policy.Statement[0].Condition)
	require.Equal(t, []string{endpointID}, body.Endpoints.IDs, "an import that replaces all keeps the endpoint")
	require.Equal(t, []any{"PRIVATE"}, api["endpoint_configuration"].(map[string]any)["types"])
}

func TestExistingRole(t *testing.T) {
	p := typical()
	p.RoleARN = roleARN
	made, template := build(t, p)
	require.Equal(t, roleARN, made.RoleARN())
	require.NotContains(t, template.Counts(), "aws_iam_role")
	p = typical()
	p.Document.Operations = p.Document.Operations[2:]
	made, template = build(t, p)
	require.Empty(t, made.RoleARN())
	require.NotContains(t, template.Counts(), "aws_iam_role")
}

// TestIntegrationsRole holds what the gateway can start.
func TestIntegrationsRole(t *testing.T) {
	_, template := build(t, typical())
	text := template.One("aws_iam_role_policy")["policy"].(string)
	require.JSONEq(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"states:StartSyncExecution","Resource":"`+machineARN+`"},
		{"Effect":"Allow","Action":"sagemaker:InvokeEndpoint","Resource":"arn:aws:sagemaker:us-west-2:222222222222:endpoint/wine-dev"}]}`, text)
}

func TestGrantInvoke(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := privateapi.New(stack, "api", typical())
	require.NoError(t, err)
	role, err := iam.NewRole(stack, "reviewer", iam.RoleProps{Name: "reviewer", Trust: policy.TrustPrincipals("aws", roleARN)})
	require.NoError(t, err)
	require.NoError(t, made.GrantInvoke(role, privateapi.Call{Method: openapi.Post, Path: "/model/approve"}, privateapi.Call{Method: openapi.Get, Path: "/model/{name}"}))
	other, err := iam.NewRole(stack, "other", iam.RoleProps{Name: "other", Trust: policy.TrustPrincipals("aws", roleARN)})
	require.NoError(t, err)
	require.NoError(t, made.GrantInvoke(other))
	require.EqualError(t, made.GrantInvoke(other, privateapi.Call{Path: "model"}), `api api: grant invoke:  "model" is no method and path; write it like openapi.Post and /model/approve`)
	text, err := json.Marshal(synthtest.Synth(t, stack).Root())
	require.NoError(t, err)
	require.Contains(t, string(text), `/live/POST/model/approve`)
	require.Contains(t, string(text), `/live/GET/model/*`)
	require.Contains(t, string(text), `/live/*\"`)
}

func TestChina(t *testing.T) {
	p := everything()
	p.Scope.Region, p.Scope.Account, p.Scope.Partition = "cn-north-1", "222222222222", "aws-cn"
	p.Logs.KeyARN = ""
	made, template := build(t, p)
	require.Equal(t, "cn.com.amazonaws.cn-north-1.execute-api", template.One("aws_vpc_endpoint")["service_name"])
	require.True(t, strings.HasSuffix(made.InvokeURL(), ".execute-api.cn-north-1.amazonaws.com.cn/v1"))
}
