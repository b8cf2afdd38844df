// Package kms makes customer managed KMS keys: rotated every year, named by an alias, governed by the account's IAM
// policies and by nothing wider.
package kms

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmsalias"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// KeyProps configures a key. Alias and Description are required.
type KeyProps struct {
	// Scope is where the key lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Alias names the key, without the prefix "alias/": letters, digits, / _ and -, not beginning with aws/.
	Alias string
	// Description says what the key protects.
	Description string
	// Statements are added to the key policy, for services and other accounts. Default: only IAM policies of the
	// account decide.
	Statements []policy.Statement
	// DeletionWindowDays is how long a deleted key can be brought back, 7 to 30 days. Default: 30.
	DeletionWindowDays int
	// RotationPeriodDays is after how many days the key material is replaced, 90 to 2560. Default: 365.
	// https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
	RotationPeriodDays int
	// Signs makes a key pair that signs and verifies, ECC_NIST_P256, and encrypts nothing. It cannot be rotated. Default: false.
	// https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
	Signs bool
	// AllowDestroy lets Terraform destroy the key, and with it everything that it encrypts. Default: Terraform refuses.
	AllowDestroy bool
}

// A Key is a symmetric encryption key, or one that signs.
type Key struct {
	construct tf.Construct
	key       kmskey.KmsKey
	arn, id   string
	alias     string
}

var aliasPattern = lazyregexp.New(`^[a-zA-Z0-9/_-]{1,250}$`)

// NewKey makes a key and its alias.
func NewKey(scope constructs.Construct, id string, props KeyProps) (*Key, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Key, error) {
		statements := append([]policy.Statement{policy.KeyAdministration(props.Scope.Partition, props.Scope.Account)}, props.Statements...)
		document, err := policy.New(statements...).JSON(policy.Key)
		if err != nil {
			return nil, err
		}
		config := &kmskey.KmsKeyConfig{
			Description: tf.Str(props.Description), DeletionWindowInDays: tf.Num(props.DeletionWindowDays), Policy: tf.Str(document), Lifecycle: tf.Protect(!props.AllowDestroy),
		}
		if props.Signs {
			config.KeyUsage, config.CustomerMasterKeySpec = tf.Str("SIGN_VERIFY"), tf.Str("ECC_NIST_P256")
		} else {
			config.EnableKeyRotation, config.RotationPeriodInDays = true, tf.Num(props.RotationPeriodDays)
		}
		key := kmskey.NewKmsKey(scope, tf.Str("key"), config)
		made := &Key{construct: scope, key: key, arn: tf.Attr(key, "arn"), id: tf.Attr(key, "keyId"), alias: "alias/" + props.Alias}
		kmsalias.NewKmsAlias(scope, tf.Str("alias"), &kmsalias.KmsAliasConfig{
			Name: tf.Str(made.alias), TargetKeyId: tf.Str(made.id),
		})
		return made, nil
	})
}

func (p KeyProps) withDefaults() KeyProps {
	p.DeletionWindowDays = cmp.Or(p.DeletionWindowDays, 30)
	if p.RotationPeriodDays == 0 && !p.Signs {
		p.RotationPeriodDays = 365
	}
	return p
}

func (p KeyProps) validate() error {
	var problems problem.List
	problems.Add("", site.Check(p.Scope))
	if !aliasPattern.MatchString(p.Alias) || strings.HasPrefix(p.Alias, "aws/") || strings.HasPrefix(p.Alias, "alias/") {
		problems.Addf("alias", "%q is no alias; use letters, digits, / _ and -, without the prefix alias/ and not beginning with aws/", p.Alias)
	}
	if p.Description == "" || len(p.Description) > 8192 {
		problems.Addf("description", "has %d characters, 1 to 8,192 are allowed; say what the key protects", len(p.Description))
	}
	if p.DeletionWindowDays < 7 || p.DeletionWindowDays > 30 {
		problems.Addf("deletionWindowDays", "%d is out of range; use 7 to 30", p.DeletionWindowDays)
	}
	if p.Signs && p.RotationPeriodDays != 0 {
		problems.Addf("rotationPeriodDays", "has no meaning for a key that signs, which AWS does not rotate; remove it")
	} else if !p.Signs && (p.RotationPeriodDays < 90 || p.RotationPeriodDays > 2560) {
		problems.Addf("rotationPeriodDays", "%d is out of range; use 90 to 2560", p.RotationPeriodDays)
	}
	return problems.Err()
}

// ARN of the key.
func (k *Key) ARN() string { return k.arn }

// ID of the key.
func (k *Key) ID() string { return k.id }

// Alias of the key, with the prefix "alias/".
func (k *Key) Alias() string { return k.alias }

// Resource is the key for others to come after. What is encrypted with the key but does not name it, such as a bucket,
// whose encryption is a resource of its own, depends on it: otherwise Terraform destroys both at once, and the key may be
// on its way out while the data refuses to go.
func (k *Key) Resource() tf.Resource { return k.key }

// Construct holds the key's resources.
func (k *Key) Construct() constructs.Construct { return k.construct }

// AllowLogs is the statement with which CloudWatch Logs may use a key for the log groups of this name prefix.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
func AllowLogs(scope arn.Scope, logGroupPrefix string) policy.Statement {
	scope = scope.WithDefaults()
	return policy.Statement{
		Sid: "CloudWatchLogs", Principals: []policy.Principal{policy.Service(fmt.Sprintf("logs.%s.%s", scope.Region, scope.DNSSuffix()))},
		Actions:    []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"},
		Resources:  []string{"*"},
		Conditions: []policy.Condition{policy.ARNLike("kms:EncryptionContext:aws:logs:arn", scope.Regional("logs", "log-group:"+logGroupPrefix+"*"))},
	}
}
