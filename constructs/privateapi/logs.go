package privateapi

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayaccount"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Logs are the access logs: a line for each request, with who, what, when and how long, never a body, a key or a query.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
type Logs struct {
	// Off makes no logs, and no alarm of refused requests. Default: false.
	Off bool
	// RetentionDays is for how many days the log group keeps them, one of the numbers that CloudWatch Logs knows. Default: 90.
	RetentionDays int
	// KeyARN is the KMS key of the log group. Its policy needs what kms.AllowLogs gives. Default: a key of CloudWatch Logs.
	KeyARN string
	// AccountRole makes the role with which API Gateway writes logs, and sets it for the whole account and region, which have
	// one such setting between all their APIs. Without one, AWS refuses stages that log. Set it in one stack of an account and region, and
	// in none where the setting exists. Default: false, the setting exists.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html#set-up-access-logging-permissions
	AccountRole bool
}

// logFormat is a line of the access logs, with numbers as texts, because API Gateway writes a hyphen where there is none.
const logFormat = `{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","time":"$context.requestTime","method":"$context.httpMethod","resource":"$context.resourcePath",` +
	`"status":"$context.status","error":"$context.error.responseType","sourceIp":"$context.identity.sourceIp","vpcEndpoint":"$context.identity.vpceId",` +
	`"caller":"$context.identity.userArn","apiKeyId":"$context.identity.apiKeyId","latency":"$context.responseLatency","integrationLatency":"$context.integrationLatency",` +
	`"integrationStatus":"$context.integrationStatus","responseLength":"$context.responseLength"}`

func (l Logs) withDefaults() Logs {
	if l.RetentionDays == 0 && !l.Off {
		l.RetentionDays = 90
	}
	return l
}

func (l Logs) validate(problems *problem.List) {
	if l.Off {
		if l != (Logs{Off: true}) {
			problems.Addf("logs.off", "makes no logs, and other settings of logs are given; drop one of the two")
		}
		return
	}
	rule.LogRetention(problems, "logs.retentionDays", l.RetentionDays)
	problems.Add("", arn.CheckKey("logs.keyARN", l.KeyARN))
}

// makeLogs makes the log group, and the account's setting where that is asked for. A stage that logs comes after it.
func (a *API) makeLogs(props Props) (after *[]tf.Dependable, err error) {
	group := cloudwatchloggroup.NewCloudwatchLogGroup(a.construct, tf.Str("logs"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name: tf.Str("/aws/apigateway/" + props.Name), RetentionInDays: tf.Num(props.Logs.RetentionDays), KmsKeyId: tf.OptStr(props.Logs.KeyARN), Tags: tf.StrMap(props.Tags),
	})
	a.logGroupARN, a.logGroupName = tf.Attr(group, "arn"), tf.Attr(group, "name")
	if !props.Logs.AccountRole {
		return nil, nil
	}
	role, err := iam.NewRole(a.construct, "account-role", iam.RoleProps{
		Name: iam.RoleChoice{}.NameFor(props.Name, "-logs"), Description: "API Gateway writes the logs of all APIs of the account and region",
		Trust: policy.TrustService("", "apigateway.amazonaws.com"), Statements: writeLogs(props.Scope), PermissionsBoundary: props.PermissionsBoundary,
	})
	if err != nil {
		return nil, fmt.Errorf("account role: %w", err)
	}
	account := apigatewayaccount.NewApiGatewayAccount(a.construct, tf.Str("account"), &apigatewayaccount.ApiGatewayAccountConfig{
		CloudwatchRoleArn: tf.Str(role.ARN()), DependsOn: tf.After(role.Policies()...),
	})
	return tf.After(account), nil
}

// writeLogs is what AWS's own policy for this role allows, within the account and region: log groups are chosen by stages.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonAPIGatewayPushToCloudWatchLogs.html
func writeLogs(scope arn.Scope) []policy.Statement {
	return []policy.Statement{
		{
			Actions:   []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:PutLogEvents"},
			Resources: []string{scope.Regional("logs", "log-group:*")},
		},
		{Actions: []string{"logs:DescribeLogGroups"}, Resources: []string{"*"}},
	}
}
