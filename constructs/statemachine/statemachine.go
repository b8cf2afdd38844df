// Package statemachine makes state machines of AWS Step Functions from definitions in typed Go: with a role that may do
// what the definition calls and nothing else, logs, tracing, and alarms on executions that did not end well.
package statemachine

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sfnstatemachine"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Props configures a state machine. Name and Definition are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sfn_state_machine
type Props struct {
	// Name of the state machine: 1 to 80 letters, digits, hyphens and underscores. A change replaces the machine, and
	// its executions are stopped and forgotten.
	// https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
	Name string
	// Scope is where the state machine lives. Default: where the stack is, see package site; Permissions, which knows no stack, needs it.
	Scope arn.Scope
	// Definition is what the machine does, and with its Type whether it is a standard or an express one. Its Name and
	// Partition are those of the props unless it has the same already.
	Definition asl.Definition
	// Tags of all resources that can have some, beside those of the stack. Default: none.
	Tags map[string]string

	// Logs are the records of executions in CloudWatch Logs. Default: everything but the data, for 90 days.
	Logs Logs
	// NoTracing gives up the traces in X-Ray. Default: false.
	// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
	NoTracing bool
	// Alarms tell when executions do not end well. Default: alarms that nobody is told of.
	Alarms Alarms

	// Encryption of the definition and of the data of executions. Default: AWSOwnedKey, or CustomerManagedKey where
	// KeyARN is given.
	Encryption Encryption
	// KeyARN is an existing KMS key for CustomerManagedKey. Its policy needs KeyStatements. Default: a key is made, with
	// the alias of the machine's name.
	KeyARN string
	// KeyReuse is how long Step Functions may use a data key before it asks KMS for a new one, 1 to 15 minutes in whole
	// seconds. Shorter costs more requests. Only for CustomerManagedKey. Default: 5 minutes.
	KeyReuse time.Duration

	// RoleARN is an existing role with which the machine makes its calls. It needs Permissions. Default: a role is made.
	RoleARN string
	// RoleName is the name of the role that is made. Default: the machine's name and "-states".
	RoleName string
	// PermissionsBoundary is the ARN of the managed policy that limits the role that is made. Default: none.
	PermissionsBoundary string
	// Statements are permissions of the role that is made, beyond those that the definition tells by itself: keys of
	// buckets and queues, for example. Default: none.
	Statements []policy.Statement

	// Publish makes an immutable version of each change, whose ARN is VersionARN. Default: false.
	// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html
	Publish bool
}

// A Machine is a state machine, made here or existing.
type Machine struct {
	construct       tf.Construct
	id              string
	scope           arn.Scope
	arn, name       string
	plainName       string // of which the ARNs of executions are made
	express         bool
	versions        bool
	versionARN      string
	roleARN, keyARN string
	logGroupARN     string
	logGroupName    string
	alarms          []string
}

// New makes a state machine. All problems of the props, and of the definition, are returned at once.
func New(scope constructs.Construct, id string, props Props) (*Machine, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	definition, err := props.validate()
	if err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Machine, error) {
		made := &Machine{
			construct: scope, id: id, scope: props.Scope, plainName: props.Name, express: props.express(), versions: props.Publish, roleARN: props.RoleARN,
		}
		if err := made.makeKey(props); err != nil {
			return nil, err
		}
		made.makeLogGroup(props)
		config := &sfnstatemachine.SfnStateMachineConfig{
			Name: tf.Str(props.Name), Type: tf.Str(string(props.Definition.Type)), Definition: tf.Str(definition.JSON()),
			Publish: tf.OptBool(props.Publish), Tags: tf.StrMap(props.Tags),
			// All three blocks always stand, because one that is taken out leaves the machine as it was.
			LoggingConfiguration:    made.logging(props.Logs),
			TracingConfiguration:    &sfnstatemachine.SfnStateMachineTracingConfiguration{Enabled: !props.NoTracing},
			EncryptionConfiguration: made.encryption(props),
		}
		if made.roleARN == "" {
			role, err := props.makeRole(scope, definition, made.keyARN)
			if err != nil {
				return nil, err
			}
			made.roleARN = role.ARN()
			// Step Functions tries the log group and the key while it makes the machine.
			config.DependsOn = tf.After(role.Policies()...)
		}
		config.RoleArn = tf.Str(made.roleARN)
		machine := sfnstatemachine.NewSfnStateMachine(scope, tf.Str("machine"), config)
		made.arn, made.name = tf.Attr(machine, "arn"), tf.Attr(machine, "name")
		if props.Publish {
			made.versionARN = tf.Attr(machine, "stateMachineVersionArn")
		}
		made.makeAlarms(props)
		return made, nil
	})
}

// ExistingProps names a state machine that was made elsewhere. ARN is required.
type ExistingProps struct {
	// ARN of the state machine, written out.
	ARN string
	// Scope is where the machine lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Type of the machine. Default: asl.Standard.
	Type asl.WorkflowType
	// KeyARN is the KMS key that encrypts the machine's data. Default: none, a key of AWS does.
	KeyARN string
	// LogGroupARN is where the machine logs. Default: none, GrantRead says nothing about logs.
	LogGroupARN string
}

// FromARN is an existing state machine, with the same grants as one that New made. Nothing is created.
func FromARN(scope constructs.Construct, id string, props ExistingProps) (*Machine, error) {
	props.Scope = site.Of(scope, props.Scope)
	props.Type = cmp.Or(props.Type, asl.Standard)
	var problems problem.List
	problems.Add("", site.Check(props.Scope))
	switch {
	case token.Is(props.ARN):
		problems.Addf("arn", "%q is known to Terraform only, and the ARNs of executions are written now; write the ARN out", props.ARN)
	case !arn.Is(props.ARN, "states", "stateMachine:"):
		problems.Addf("arn", "%q is no ARN of a state machine; write it like %s", props.ARN, props.Scope.Regional("states", "stateMachine:name"))
	}
	checkType(&problems, "type", props.Type)
	problems.Add("", arn.CheckKey("keyARN", props.KeyARN))
	checkLogGroup(&problems, "logGroupARN", props.LogGroupARN)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Machine, error) {
		name := props.ARN[strings.LastIndex(props.ARN, ":")+1:]
		made := &Machine{
			construct: scope, id: id, scope: props.Scope, arn: props.ARN, name: name, plainName: name,
			express: props.Type == asl.Express, keyARN: props.KeyARN,
		}
		made.useLogGroup(props.LogGroupARN)
		return made, nil
	})
}

// ARN of the state machine: what schedules, triggers and other state machines start.
func (m *Machine) ARN() string { return m.arn }

// Name of the state machine.
func (m *Machine) Name() string { return m.name }

// VersionARN is the ARN of the newest version. Empty unless Publish is set.
func (m *Machine) VersionARN() string { return m.versionARN }

// RoleARN is the role of the machine, made here or given. Empty for an existing machine.
func (m *Machine) RoleARN() string { return m.roleARN }

// KeyARN is the KMS key of the machine's data. Empty where a key of AWS encrypts it.
func (m *Machine) KeyARN() string { return m.keyARN }

// LogGroupARN is the ARN of the log group. Empty without logs.
func (m *Machine) LogGroupARN() string { return m.logGroupARN }

// LogGroupName is the name of the log group. Empty without logs, and for an existing group whose ARN only Terraform
// knows.
func (m *Machine) LogGroupName() string { return m.logGroupName }

// AlarmNames are the names of the alarms: failed, timed out, aborted, throttled. Empty without alarms.
func (m *Machine) AlarmNames() []string { return append([]string(nil), m.alarms...) }

// Construct holds the machine's resources.
func (m *Machine) Construct() constructs.Construct { return m.construct }

// makeRole makes the role of the machine.
func (p Props) makeRole(scope constructs.Construct, definition asl.Document, keyARN string) (*iam.Role, error) {
	props, err := p.role(definition, keyARN)
	if err != nil {
		return nil, err
	}
	role, err := iam.NewRole(scope, "role", props)
	if err != nil {
		return nil, fmt.Errorf("role: %w", err)
	}
	return role, nil
}
