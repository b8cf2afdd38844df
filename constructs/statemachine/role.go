package statemachine

import (
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
)

func (p Props) roleChoice() iam.RoleChoice {
	return iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName, PermissionsBoundary: p.PermissionsBoundary}
}

// role is the role that is made.
func (p Props) role(definition asl.Document, keyARN string) (iam.RoleProps, error) {
	statements, err := p.statements(definition, keyARN)
	return iam.RoleProps{
		Name: p.roleChoice().NameFor(p.Name, "-states"), Description: "State machine " + p.Name,
		Trust:      policy.TrustService(p.Scope.Account, "states.amazonaws.com"),
		Statements: append(statements, p.Statements...), PermissionsBoundary: p.PermissionsBoundary,
	}, err
}

// Permissions are what an existing role needs so that it can be given as RoleARN: the calls of the definition, logs,
// traces, and the key where KeyARN names one. The role that is made has them.
func (p Props) Permissions() ([]policy.Statement, error) {
	p = p.withDefaults()
	definition, err := p.validate()
	if err != nil {
		return nil, err
	}
	return p.statements(definition, p.KeyARN)
}

func (p Props) statements(definition asl.Document, keyARN string) ([]policy.Statement, error) {
	statements, err := definition.Permissions(p.Scope)
	if err != nil {
		return nil, err
	}
	if !p.Logs.Off {
		statements = append(statements, deliverLogs)
	}
	if !p.NoTracing {
		statements = append(statements, sendTraces)
	}
	if keyARN != "" {
		statements = append(statements, useData(true, keyARN, p.arn()))
		if !p.Logs.Off {
			statements = append(statements, policy.Statement{
				Actions: []string{"kms:GenerateDataKey"}, Resources: []string{keyARN},
				Conditions: []policy.Condition{policy.StringEquals(deliveryContext, p.Scope.Regional("logs", "*"))},
			})
		}
	}
	return statements, nil
}

// arn is the machine's ARN before there is a machine.
func (p Props) arn() string { return p.Scope.Regional("states", "stateMachine:"+p.Name) }

// deliverLogs lets Step Functions set up, in the name of the machine, that its logs go to the log group. AWS offers no
// resource for any of these actions.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
var deliverLogs = policy.Statement{
	Actions: []string{
		"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
		"logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
	},
	Resources: []string{"*"},
}

// sendTraces lets the machine write to X-Ray, which has no resources for that.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
var sendTraces = policy.Statement{
	Actions:   []string{"xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"},
	Resources: []string{"*"},
}
