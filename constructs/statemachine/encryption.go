package statemachine

import (
	"fmt"
	"time"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sfnstatemachine"

	"github.com/mlplatform/mlplatform/constructs/kms"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Encryption says whose key encrypts the definition and the data of executions.
// https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
type Encryption string

// The kinds of keys.
const (
	// AWSOwnedKey is a key of AWS, for which nothing is to be paid or allowed.
	AWSOwnedKey Encryption = "AWS_OWNED_KEY"
	// CustomerManagedKey is a KMS key of the account. Whoever reads executions needs rights on the key, each of its uses
	// is in CloudTrail, and without the key nothing can be read any more.
	CustomerManagedKey Encryption = "CUSTOMER_MANAGED_KMS_KEY"
)

// The limits of KeyReuse.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_EncryptionConfiguration.html
const (
	minKeyReuse = time.Minute
	maxKeyReuse = 15 * time.Minute
)

// The encryption contexts with which Step Functions uses the key.
const (
	machineContext  = "kms:EncryptionContext:aws:states:stateMachineArn"
	deliveryContext = "kms:EncryptionContext:SourceArn"
)

func (p Props) validateEncryption(problems *problem.List) {
	switch p.Encryption {
	case CustomerManagedKey:
		if p.KeyReuse < minKeyReuse || p.KeyReuse > maxKeyReuse || p.KeyReuse%time.Second != 0 {
			problems.Addf("keyReuse", "%s is out of range; use 1m to 15m in whole seconds", p.KeyReuse)
		}
	case AWSOwnedKey:
		if p.KeyARN != "" {
			problems.Addf("keyARN", "has no use with the encryption %s; remove it, or use %s", AWSOwnedKey, CustomerManagedKey)
		}
		if p.KeyReuse != 0 {
			problems.Addf("keyReuse", "has no use with the encryption %s; remove it, or use %s", AWSOwnedKey, CustomerManagedKey)
		}
	default:
		problems.Addf("encryption", "%q is unknown; use %s or %s", p.Encryption, AWSOwnedKey, CustomerManagedKey)
	}
	problems.Add("", arn.CheckKey("keyARN", p.KeyARN))
}

// makeKey makes the key of the machine, unless there is one already or none is wanted.
func (m *Machine) makeKey(props Props) error {
	m.keyARN = props.KeyARN
	if props.Encryption != CustomerManagedKey || m.keyARN != "" {
		return nil
	}
	key, err := kms.NewKey(m.construct, "key", kms.KeyProps{
		Scope: props.Scope, Alias: props.Name, Description: "State machine " + props.Name, Statements: KeyStatements(props.Scope, props.Name),
		// The machine and its log group, which are all that the key encrypts, go with it.
		AllowDestroy: true,
	})
	if err != nil {
		return fmt.Errorf("key: %w", err)
	}
	m.keyARN = key.ARN()
	return nil
}

// KeyStatements are what the policy of a KMS key needs so that the state machine of this name can log under it. Give
// them to the key that you pass as Props.KeyARN.
// https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
func KeyStatements(scope arn.Scope, name string) []policy.Statement {
	scope = scope.WithDefaults()
	return []policy.Statement{
		{
			Sid: "LogDelivery", Principals: []policy.Principal{policy.Service("delivery.logs.amazonaws.com")},
			Actions: []string{"kms:Decrypt"}, Resources: []string{"*"},
			Conditions: []policy.Condition{policy.StringLike(deliveryContext, scope.Regional("logs", "*"))},
		},
		kms.AllowLogs(scope, logGroupName(name)),
	}
}

func (m *Machine) encryption(props Props) *sfnstatemachine.SfnStateMachineEncryptionConfiguration {
	config := &sfnstatemachine.SfnStateMachineEncryptionConfiguration{Type: tf.Str(string(props.Encryption))}
	if props.Encryption == CustomerManagedKey {
		config.KmsKeyId, config.KmsDataKeyReusePeriodSeconds = tf.Str(m.keyARN), tf.Num(int(props.KeyReuse.Seconds()))
	}
	return config
}

// useData allows using the key for the data of the machine, and for nothing else that it encrypts.
func useData(write bool, keyARN, machineARN string) policy.Statement {
	s := policy.UseKey(write, "", keyARN)
	s.Conditions = []policy.Condition{policy.StringEquals(machineContext, machineARN)}
	return s
}
