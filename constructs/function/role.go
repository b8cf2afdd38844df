package function

import (
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

const service = "lambda.amazonaws.com"

func (p Props) roleChoice() iam.RoleChoice {
	return iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName, PermissionsBoundary: p.PermissionsBoundary}
}

// role is the role that is made. Lambda names neither account nor function when it takes a role, so that there is no condition on it; who
// may pass the role is decided by iam:PassRole.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
func (p Props) role() iam.RoleProps {
	return iam.RoleProps{
		Name: p.roleChoice().NameFor(p.Name, "-function"), Description: "Lambda function " + p.Name, Trust: policy.TrustService("", service),
		Statements: append(p.derived(), p.Statements...), PermissionsBoundary: p.PermissionsBoundary,
	}
}

// derived are the permissions that follow from the rest.
func (p Props) derived() []policy.Statement {
	statements := []policy.Statement{{
		Sid: "Logs", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resources: []string{p.Scope.Regional("logs", "log-group:"+p.logGroup()+":log-stream:*")},
	}}
	if p.Tracing {
		// Traces have no resource level.
		statements = append(statements, policy.Statement{Sid: "Traces", Actions: []string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, Resources: []string{"*"}})
	}
	if p.Network != nil {
		statements = append(statements, p.interfaces()...)
	}
	if p.Failures == nil {
		statements = append(statements, policy.Statement{Actions: []string{"sqs:SendMessage"}, Resources: []string{p.Scope.Regional("sqs", p.Name+"-failures")}})
	}
	for _, each := range []*Destination{p.Failures, p.Successes} {
		if each != nil {
			statements = append(statements, each.send(p.Scope)...)
		}
	}
	return policy.Merge(statements...)
}

// interfaces are those of the function in its subnets, which Lambda makes with the function's role.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
func (p Props) interfaces() []policy.Statement {
	return []policy.Statement{
		{Sid: "FindNetwork", Actions: []string{"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"}, Resources: []string{"*"}},
		{
			Sid:     "NetworkInterfaces",
			Actions: []string{"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"},
			Resources: []string{
				p.Scope.Regional("ec2", "network-interface/*"), p.Scope.Regional("ec2", "security-group/*"), p.Scope.Regional("ec2", "subnet/*"),
			},
		},
	}
}

// sends are the calls that hand a record over.
var sends = map[DestinationType]string{Queue: "sqs:SendMessage", Topic: "sns:Publish", Bus: "events:PutEvents", Lambda: "lambda:InvokeFunction"}

// send is what sending a record takes.
func (d Destination) send(scope arn.Scope) []policy.Statement {
	statements := []policy.Statement{{Actions: []string{sends[d.Type]}, Resources: []string{d.ARN}}}
	if d.KeyARN != "" {
		statements = append(statements, policy.UseKey(true, string(d.Type)+"."+scope.Region+"."+scope.DNSSuffix(), d.KeyARN))
	}
	return statements
}
