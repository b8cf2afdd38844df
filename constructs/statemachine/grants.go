package statemachine

import (
	"fmt"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// GrantStart lets the grantee start executions, and use the machine's key for that. The policy's name is the machine's
// construct id and "start".
func (m *Machine) GrantStart(grantee iam.Grantee) error {
	return m.grant(grantee, "start", true, policy.Statement{Actions: []string{"states:StartExecution"}, Resources: m.startable()})
}

// GrantStartSync lets the grantee start executions of an express machine and wait for their results. The policy's name
// is the machine's construct id and "start-sync".
func (m *Machine) GrantStartSync(grantee iam.Grantee) error {
	if !m.express {
		return fmt.Errorf("state machine %s: grant start-sync: only express machines can be waited for; use GrantStart, or make the machine an express one", m.id)
	}
	return m.grant(grantee, "start-sync", true, policy.Statement{Actions: []string{"states:StartSyncExecution"}, Resources: m.startable()})
}

// GrantRead lets the grantee read the definition, the executions of a standard machine with their history, input and
// output, and the logs. The policy's name is the machine's construct id and "read".
func (m *Machine) GrantRead(grantee iam.Grantee) error {
	statements := []policy.Statement{{Actions: []string{"states:DescribeStateMachine", "states:ListStateMachineVersions"}, Resources: []string{m.arn}}}
	if !m.express {
		runs := m.scope.Regional("states", "mapRun:"+m.plainName+"/*")
		statements = append(statements,
			policy.Statement{Actions: []string{"states:ListExecutions"}, Resources: []string{m.arn, runs}},
			policy.Statement{
				Actions: []string{
					"states:DescribeExecution", "states:DescribeStateMachineForExecution", "states:GetExecutionHistory", "states:ListMapRuns",
				},
				Resources: m.executions(),
			},
			policy.Statement{Actions: []string{"states:DescribeMapRun"}, Resources: []string{runs}},
		)
	}
	if m.logGroupARN != "" {
		statements = append(statements, policy.Statement{
			Actions:   []string{"logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetQueryResults", "logs:StartQuery"},
			Resources: []string{m.logGroupARN + ":*"},
		})
	}
	return m.grant(grantee, "read", false, statements...)
}

// GrantTaskResponse lets the grantee end tasks that wait for a token, and send their heartbeats. The policy's name is the
// machine's construct id and "task-response".
//
// AWS offers no resource for these actions: what the grantee can answer is decided by the tokens that it was given.
func (m *Machine) GrantTaskResponse(grantee iam.Grantee) error {
	return m.grant(grantee, "task-response", true, policy.Statement{
		Actions: []string{"states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"}, Resources: []string{"*"},
	})
}

// startable are the ARNs under which the machine can be started.
func (m *Machine) startable() []string {
	if m.versions {
		return []string{m.arn, m.arn + ":*"}
	}
	return []string{m.arn}
}

// executions are those of the machine and, with a slash, those of the items of its distributed maps, which may be express
// ones.
func (m *Machine) executions() []string {
	var arns []string
	for _, each := range []string{"execution:" + m.plainName + ":*", "execution:" + m.plainName + "/*", "express:" + m.plainName + "/*"} {
		arns = append(arns, m.scope.Regional("states", each))
	}
	return arns
}

func (m *Machine) grant(grantee iam.Grantee, access string, write bool, statements ...policy.Statement) error {
	if m.keyARN != "" {
		statements = append(statements, useData(write, m.keyARN, m.arn))
	}
	return iam.Grant(grantee, "state machine", m.id, access, statements...)
}
