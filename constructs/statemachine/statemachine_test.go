package statemachine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/statemachine"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	keyARN      = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	roleARN     = "arn:aws:iam::222222222222:role/orchestrator"
	boundaryARN = "arn:aws:iam::222222222222:policy/boundary"
	topicARN    = "arn:aws:sns:us-west-2:222222222222:wine-dev-alarms"
	groupARN    = "arn:aws:logs:us-west-2:222222222222:log-group:/aws/vendedlogs/states/shared"
	machineARN  = "arn:aws:states:us-west-2:222222222222:stateMachine:wine-dev-train"
)

// tell is a machine of one call, which needs one permission.
func tell() asl.Definition {
	return asl.Definition{States: []asl.State{
		asl.Task{Name: "Tell", Call: asl.SNSPublish{TopicARN: topicARN, Message: asl.Text("done")}, End: true},
	}}
}

// nothing is a machine without a call.
func nothing() asl.Definition {
	return asl.Definition{States: []asl.State{asl.Succeed{Name: "Done"}}}
}

func typical() statemachine.Props {
	return statemachine.Props{
		Name: "wine-dev-train", Definition: tell(), Alarms: statemachine.Alarms{TopicARNs: []string{topicARN}},
	}
}

func build(t *testing.T, props statemachine.Props) (*statemachine.Machine, synthtest.Template) {
	t.Helper()
	return synthtest.Build(t, "train", props, statemachine.New)
}

// block is the only block of this name in a resource.
func block(t *testing.T, resource map[string]any, name string) map[string]any {
	t.Helper()
	switch value := resource[name].(type) {
	case map[string]any:
		return value
	case []any:
		require.Len(t, value, 1)
		return value[0].(map[string]any)
	}
	require.Failf(t, "no block", "%s is %v", name, resource[name])
	return nil
}

func check(t *testing.T, template synthtest.Template) {
	t.Helper()
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
}

func TestMachine(t *testing.T) {
	_, template := build(t, typical())
	require.Equal(t, map[string]int{
		"aws_cloudwatch_log_group": 1, "aws_cloudwatch_metric_alarm": 4, "aws_iam_role": 1, "aws_iam_role_policy": 1, "aws_sfn_state_machine": 1,
	}, template.Counts())
	template.Golden("machine")
	check(t, template)
}

func TestEverything(t *testing.T) {
	props := typical()
	props.Definition = asl.Definition{
		Comment: "Tells about each wine", Type: asl.Standard, QueryLanguage: asl.JSONPath, Timeout: time.Hour,
		States: []asl.State{asl.Map{
			Name: "Wines", End: true,
			States: []asl.State{asl.Task{
				Name: "Tell", Call: asl.SNSPublish{TopicARN: topicARN, Message: asl.Text("wine ") + asl.Input("name")}, End: true,
			}},
		}},
	}
	props.Tags = map[string]string{"Team": "ml"}
	props.Logs = statemachine.Logs{Level: statemachine.Error, IncludeExecutionData: true, RetentionDays: 30, KeyARN: keyARN}
	props.Alarms.Threshold = 3
	props.Encryption, props.KeyReuse = statemachine.CustomerManagedKey, 90*time.Second
	props.RoleName, props.PermissionsBoundary = "trainer", boundaryARN
	props.Statements = []policy.Statement{policy.UseKey(true, "sns.us-west-2.amazonaws.com", keyARN)}
	props.Publish = true
	_, template := build(t, props)
	template.Golden("everything")
	check(t, template)
}

func TestExpress(t *testing.T) {
	props := typical()
	props.Definition.Type = asl.Express
	props.NoTracing = true
	made, template := build(t, props)
	require.Equal(t, []string{"wine-dev-train-failed", "wine-dev-train-timed-out", "wine-dev-train-throttled"}, made.AlarmNames())
	require.Equal(t, "EXPRESS", template.One("aws_sfn_state_machine")["type"])
	require.Equal(t, map[string]any{"enabled": false}, block(t, template.One("aws_sfn_state_machine"), "tracing_configuration"))
	require.Empty(t, template.Allowing(template.One("aws_iam_role_policy")["policy"], "xray:PutTraceSegments"))
}

// A block that is taken out leaves the machine as it was, so what is off is said.
func TestEverythingOff(t *testing.T) {
	props := typical()
	props.Definition, props.NoTracing = nothing(), true
	props.Logs, props.Alarms = statemachine.Logs{Off: true}, statemachine.Alarms{Off: true}
	made, template := build(t, props)
	require.Equal(t, map[string]int{"aws_iam_role": 1, "aws_sfn_state_machine": 1}, template.Counts())
	machine := template.One("aws_sfn_state_machine")
	require.Equal(t, map[string]any{"level": "OFF"}, block(t, machine, "logging_configuration"))
	require.Equal(t, map[string]any{"enabled": false}, block(t, machine, "tracing_configuration"))
	require.Equal(t, map[string]any{"type": "AWS_OWNED_KEY"}, block(t, machine, "encryption_configuration"))
	require.Empty(t, made.LogGroupName()+made.LogGroupARN()+made.KeyARN()+made.VersionARN())
	require.Empty(t, made.AlarmNames())
}

func TestReferencesStay(t *testing.T) {
	props := typical()
	props.Definition = asl.Definition{States: []asl.State{asl.Task{
		Name: "Tell", Call: asl.SNSPublish{TopicARN: "${aws_sns_topic.t.arn}", Message: asl.Text("done")}, End: true,
	}}}
	_, template := build(t, props)
	text := template.One("aws_sfn_state_machine")["definition"].(string)
	require.Contains(t, text, `"TopicArn":"${aws_sns_topic.t.arn}"`)
	require.True(t, json.Valid([]byte(text)))
	require.Equal(t, []string{"${aws_sns_topic.t.arn}"}, template.Allowing(template.One("aws_iam_role_policy")["policy"], "sns:Publish")[0].Resources)
}

// A distributed map starts executions of its own machine, whose name the definition gets from the props.
func TestDistributedMap(t *testing.T) {
	props := typical()
	props.Definition = asl.Definition{States: []asl.State{asl.Map{
		Name: "Wines", End: true, Distributed: &asl.Distributed{}, States: []asl.State{asl.Succeed{Name: "Done"}},
	}}}
	_, template := build(t, props)
	require.Equal(t, []string{machineARN}, template.Allowing(template.One("aws_iam_role_policy")["policy"], "states:StartExecution")[0].Resources)
}

func TestRole(t *testing.T) {
	_, template := build(t, typical())
	role := template.One("aws_iam_role")
	require.Equal(t, "wine-dev-train-states", role["name"])
	trust := template.Statements(role["assume_role_policy"])
	require.Equal(t, []synthtest.Statement{{
		Effect: "Allow", Principal: map[string]any{"Service": "states.amazonaws.com"}, Actions: []string{"sts:AssumeRole"},
		Condition: map[string]map[string]any{"StringEquals": {"aws:SourceAccount": synthtest.Account}},
	}}, trust)
	document := template.One("aws_iam_role_policy")["policy"]
	require.Equal(t, []string{topicARN}, template.Allowing(document, "sns:Publish")[0].Resources)
	// The machine is tried against its log group while it is made, so the permissions come first.
	require.Equal(t, []any{"aws_iam_role_policy." + template.Names("aws_iam_role_policy")[0]}, template.One("aws_sfn_state_machine")["depends_on"])
}

func TestExistingRole(t *testing.T) {
	props := typical()
	props.RoleARN = roleARN
	made, template := build(t, props)
	require.Equal(t, roleARN, made.RoleARN())
	require.Equal(t, map[string]int{"aws_cloudwatch_log_group": 1, "aws_cloudwatch_metric_alarm": 4, "aws_sfn_state_machine": 1}, template.Counts())
}

// What an existing role is told to have is what the role that is made has.
func TestPermissions(t *testing.T) {
	props := typical()
	props.Scope = arn.Scope{Region: synthtest.Region, Account: synthtest.Account}
	props.KeyARN = keyARN
	wanted, err := props.Permissions()
	require.NoError(t, err)
	iamcheck.Statements(t, wanted...)
	_, template := build(t, props)
	document, err := policy.New(policy.Merge(wanted...)...).JSON(policy.Identity)
	require.NoError(t, err)
	require.Equal(t, template.Statements(document), template.Statements(template.One("aws_iam_role_policy")["policy"]))

	props.Name = ""
	_, err = props.Permissions()
	require.EqualError(t, err, `name: "" is no name of a state machine; use 1 to 80 letters, digits, hyphens and underscores`)
}

func TestEncryption(t *testing.T) {
	props := typical()
	props.Encryption = statemachine.CustomerManagedKey
	made, template := build(t, props)
	key := "${aws_kms_key." + template.Names("aws_kms_key")[0] + ".arn}"
	require.Equal(t, map[string]any{"kms_data_key_reuse_period_seconds": 300.0, "kms_key_id": key, "type": "CUSTOMER_MANAGED_KMS_KEY"},
		block(t, template.One("aws_sfn_state_machine"), "encryption_configuration"))
	require.Equal(t, key, template.One("aws_cloudwatch_log_group")["kms_key_id"])
	require.NotEmpty(t, made.KeyARN())

	logs := map[string]map[string]any{"StringEquals": {"kms:EncryptionContext:SourceArn": "arn:aws:logs:us-west-2:222222222222:*"}}
	data := map[string]map[string]any{"StringEquals": {"kms:EncryptionContext:aws:states:stateMachineArn": machineARN}}
	document := template.One("aws_iam_role_policy")["policy"]
	decrypting := template.Allowing(document, "kms:Decrypt")
	require.Len(t, decrypting, 1)
	require.Equal(t, data, decrypting[0].Condition)
	generating := template.Allowing(document, "kms:GenerateDataKey")
	require.Len(t, generating, 2)
	require.ElementsMatch(t, []map[string]map[string]any{data, logs}, []map[string]map[string]any{generating[0].Condition, generating[1].Condition})

	services := map[string]bool{}
	for _, s := range template.Allowing(template.One("aws_kms_key")["policy"], "kms:Decrypt") {
		services[s.Principal.(map[string]any)["Service"].(string)] = true
	}
	require.Equal(t, map[string]bool{"delivery.logs.amazonaws.com": true, "logs.us-west-2.amazonaws.com": true}, services)
}

func TestExistingKeyAndLogGroup(t *testing.T) {
	props := typical()
	props.KeyARN, props.Logs.LogGroupARN = keyARN, groupARN+":*"
	made, template := build(t, props)
	require.Empty(t, template.Resources("aws_kms_key"))
	require.Empty(t, template.Resources("aws_cloudwatch_log_group"))
	machine := template.One("aws_sfn_state_machine")
	require.Equal(t, map[string]any{"include_execution_data": false, "level": "ALL", "log_destination": groupARN + ":*"}, block(t, machine, "logging_configuration"))
	require.Equal(t, keyARN, block(t, machine, "encryption_configuration")["kms_key_id"])
	require.Equal(t, []string{keyARN, groupARN, "/aws/vendedlogs/states/shared"}, []string{made.KeyARN(), made.LogGroupARN(), made.LogGroupName()})
}

func TestGrants(t *testing.T) {
	stack := synthtest.Stack(t)
	standard, err := statemachine.New(stack, "train", typical())
	require.NoError(t, err)
	props := typical()
	props.Name, props.KeyARN, props.Publish = "wine-dev-ask", keyARN, true
	props.Definition.Type = asl.Express
	express, err := statemachine.New(stack, "ask", props)
	require.NoError(t, err)
	for id, grants := range map[string]map[string]func(iam.Grantee) error{
		"train": {"start": standard.GrantStart, "read": standard.GrantRead, "task-response": standard.GrantTaskResponse},
		"ask":   {"start": express.GrantStart, "read": express.GrantRead, "start-sync": express.GrantStartSync},
	} {
		for access, grant := range grants {
			role, err := iam.FromARN(stack, id+"-"+access, "arn:aws:iam::222222222222:role/"+id+"-"+access)
			require.NoError(t, err)
			require.NoError(t, grant(role))
			require.EqualError(t, grant(nil), "state machine "+id+": grant "+access+": the grantee is missing; pass a role")
		}
	}
	require.EqualError(t, standard.GrantStartSync(nil), "state machine train: grant start-sync: only express machines can be waited for; use GrantStart, or make the machine an express one")
	template := synthtest.Synth(t, stack)
	check(t, template)

	machine := func(name string) string {
		for address, each := range template.Resources("aws_sfn_state_machine") {
			if each["name"] == name {
				return "${aws_sfn_state_machine." + address + ".arn}"
			}
		}
		return "none"
	}
	document := func(name string) any { return template.Where("aws_iam_role_policy", "name", name)["policy"] }
	require.Equal(t, []synthtest.Statement{{Effect: "Allow", Actions: []string{"states:StartExecution"}, Resources: []string{machine("wine-dev-train")}}},
		template.Statements(document("train-start")))
	require.Equal(t, []synthtest.Statement{{
		Effect: "Allow", Actions: []string{"states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"}, Resources: []string{"*"},
	}}, template.Statements(document("train-task-response")))
	require.Equal(t, []string{
		"arn:aws:states:us-west-2:222222222222:execution:wine-dev-train:*", "arn:aws:states:us-west-2:222222222222:execution:wine-dev-train/*",
		"arn:aws:states:us-west-2:222222222222:express:wine-dev-train/*",
	}, template.Allowing(document("train-read"), "states:GetExecutionHistory")[0].Resources)

	// The grants of an express machine: each version can be started, there are no executions to read, and the key goes along.
	require.Equal(t, []string{machine("wine-dev-ask"), machine("wine-dev-ask") + ":*"}, template.Allowing(document("ask-start-sync"), "states:StartSyncExecution")[0].Resources)
	require.Empty(t, template.Allowing(document("ask-read"), "states:GetExecutionHistory"))
	require.NotEmpty(t, template.Allowing(document("ask-read"), "logs:FilterLogEvents"))
	for name, actions := range map[string][]string{"ask-start": {"kms:Decrypt", "kms:GenerateDataKey"}, "ask-read": {"kms:Decrypt"}} {
		use := template.Allowing(document(name), "kms:Decrypt")
		require.Len(t, use, 1)
		require.Equal(t, actions, use[0].Actions)
		require.Equal(t, map[string]map[string]any{"StringEquals": {"kms:EncryptionContext:aws:states:stateMachineArn": machine("wine-dev-ask")}}, use[0].Condition)
	}
}

func TestExisting(t *testing.T) {
	stack := synthtest.Stack(t)
	machine, err := statemachine.FromARN(stack, "train", statemachine.ExistingProps{ARN: machineARN, KeyARN: keyARN, LogGroupARN: groupARN})
	require.NoError(t, err)
	require.Equal(t, []string{machineARN, "wine-dev-train", keyARN, groupARN}, []string{machine.ARN(), machine.Name(), machine.KeyARN(), machine.LogGroupARN()})
	role, err := iam.FromARN(stack, "reader", roleARN)
	require.NoError(t, err)
	require.NoError(t, machine.GrantRead(role))
	template := synthtest.Synth(t, stack)
	require.Equal(t, map[string]int{"aws_iam_role_policy": 1}, template.Counts())
	template.Golden("existing")
	check(t, template)

	_, err = statemachine.FromARN(stack, "bad", statemachine.ExistingProps{ARN: "train", Type: "FAST", KeyARN: "alias/a", LogGroupARN: "logs"})
	require.EqualError(t, err, `arn: "train" is no ARN of a state machine; write it like arn:aws:states:us-west-2:222222222222:stateMachine:name
type: "FAST" is unknown; use STANDARD or EXPRESS
keyARN: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
logGroupARN: "logs" is no ARN of a log group; write it like arn:aws:logs:us-west-2:123456789012:log-group:name`)
	_, err = statemachine.FromARN(stack, "token", statemachine.ExistingProps{ARN: "${var.machine}"})
	require.EqualError(t, err, `arn: "${var.machine}" is known to Terraform only, and the ARNs of executions are written now; write the ARN out`)
}

func TestOutputs(t *testing.T) {
	stack := synthtest.Stack(t)
	props := typical()
	props.Publish = true
	made, err := statemachine.New(stack, "train", props)
	require.NoError(t, err)
	for name, value := range map[string]string{
		"arn": made.ARN(), "name": made.Name(), "version": made.VersionARN(), "role": made.RoleARN(), "group": made.LogGroupName(), "group_arn": made.LogGroupARN(),
	} {
		tf.Output(stack, name, value, "Test")
	}
	require.Equal(t, []string{"wine-dev-train-failed", "wine-dev-train-timed-out", "wine-dev-train-aborted", "wine-dev-train-throttled"}, made.AlarmNames())
	template := synthtest.Synth(t, stack)
	for name, want := range map[string]string{
		"arn": "aws_sfn_state_machine arn", "name": "aws_sfn_state_machine name", "version": "aws_sfn_state_machine state_machine_version_arn",
		"role": "aws_iam_role arn", "group": "aws_cloudwatch_log_group name", "group_arn": "aws_cloudwatch_log_group arn",
	} {
		kind, attribute, _ := strings.Cut(want, " ")
		require.Equal(t, fmt.Sprintf("${%s.%s.%s}", kind, template.Names(kind)[0], attribute), template.Output(name))
	}
}
