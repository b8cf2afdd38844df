// Package secret makes secrets in Secrets Manager that are empty: Terraform knows that they are there and never what is in them. A
// printed command fills them, in which the value is neither an argument nor on the screen.
package secret

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecret"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecretrotation"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures a secret. Name and Description are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/secretsmanager_secret
type Props struct {
	// Name of the secret: 1 to 512 letters, digits and /_+=.@-, not ending in a hyphen and six characters, which Secrets Manager would
	// take for its own. A change replaces the secret.
	Name string
	// Description says what the value is and where it comes from, up to 2,048 characters.
	Description string
	// Scope is where the secret lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of the secret, beside those of the stack. Default: none.
	Tags map[string]string
	// KeyARN is the KMS key that encrypts the secret. Default: the account's aws/secretsmanager.
	KeyARN string
	// JSONKeys are the keys of the JSON object that the secret is. Default: none, it is one text.
	JSONKeys []string
	// Random makes FillCommand take passwords that Secrets Manager makes up, so that nobody ever sees them. Default: they are typed in.
	Random bool
	// Rotation replaces the value from time to time. Default: nobody does.
	Rotation *Rotation
	// RecoveryDays is for how long a deleted secret can be brought back, 7 to 30 days. Default: 30.
	RecoveryDays int
	// AllowDestroy lets Terraform delete the secret. Default: Terraform refuses.
	AllowDestroy bool
}

// Rotation has a Lambda function replace the value.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
type Rotation struct {
	// FunctionARN is the function, which must admit secretsmanager.amazonaws.com for this secret.
	FunctionARN string
	// Days between two rotations, 1 to 1000. Default: 30.
	Days int
}

// A Secret is one that was made here.
type Secret struct {
	construct tf.Construct
	id, arn   string
	props     Props
}

var (
	namePattern = lazyregexp.New(`^[A-Za-z0-9/_+=.@-]{1,512}$`)
	tailPattern = lazyregexp.New(`-[A-Za-z0-9]{6}$`)
	keyPattern  = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)
)

// New makes a secret without a value. What needs one waits or fails until FillCommand was run.
func New(scope constructs.Construct, id string, props Props) (*Secret, error) {
	props.Scope = site.Of(scope, props.Scope)
	props.RecoveryDays = cmp.Or(props.RecoveryDays, 30)
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Secret, error) {
		made := secretsmanagersecret.NewSecretsmanagerSecret(scope, tf.Str("secret"), &secretsmanagersecret.SecretsmanagerSecretConfig{
			Name: tf.Str(props.Name), Description: tf.Str(props.Description), KmsKeyId: tf.OptStr(props.KeyARN),
			RecoveryWindowInDays: tf.Num(props.RecoveryDays), Tags: tf.StrMap(props.Tags), Lifecycle: tf.Protect(!props.AllowDestroy),
		})
		secret := &Secret{construct: scope, id: id, arn: tf.Attr(made, "arn"), props: props}
		if r := props.Rotation; r != nil {
			days := cmp.Or(r.Days, 30)
			secretsmanagersecretrotation.NewSecretsmanagerSecretRotation(scope, tf.Str("rotation"), &secretsmanagersecretrotation.SecretsmanagerSecretRotationConfig{
				SecretId: tf.Str(secret.arn), RotationLambdaArn: tf.Str(r.FunctionARN), RotateImmediately: false,
				RotationRules: &secretsmanagersecretrotation.SecretsmanagerSecretRotationRotationRules{AutomaticallyAfterDays: tf.Num(days)},
			})
		}
		return secret, nil
	})
}

func (p Props) validate() error {
	var problems problem.List
	if !namePattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no name of a secret; use 1 to 512 letters, digits and /_+=.@-", p.Name)
	} else if tailPattern.MatchString(p.Name) {
		problems.Addf("name", "%q ends in a hyphen and six characters, which looks like what Secrets Manager adds to names in ARNs; write another end", p.Name)
	}
	if p.Description == "" || len(p.Description) > 2048 {
		problems.Addf("description", "has %d characters, 1 to 2,048 are allowed; say what the value is and where it comes from", len(p.Description))
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	problems.Add("", p.Scope.CheckKey("keyARN", p.KeyARN))
	seen := map[string]bool{}
	for i, key := range p.JSONKeys {
		if at := problem.Index("jsonKeys", i); !keyPattern.MatchString(key) {
			problems.Addf(at, "%q is no key; use up to 128 letters, digits and underscores, beginning with a letter or underscore", key)
		} else if seen[key] {
			problems.Addf(at, "%q is given twice; drop one", key)
		}
		seen[key] = true
	}
	if r := p.Rotation; r != nil {
		if !arn.Is(r.FunctionARN, "lambda", "function:") {
			problems.Addf("rotation.functionARN", "%q is no ARN of a function; write it like arn:aws:lambda:us-west-2:123456789012:function:name", r.FunctionARN)
		}
		if r.Days < 0 || r.Days > 1000 {
			problems.Addf("rotation.days", "%d is out of range; use 1 to 1000", r.Days)
		}
	}
	if p.RecoveryDays < 7 || p.RecoveryDays > 30 {
		problems.Addf("recoveryDays", "%d is out of range; use 7 to 30", p.RecoveryDays)
	}
	return problems.Err()
}

// ARN of the secret.
func (s *Secret) ARN() string { return s.arn }

// Name of the secret.
func (s *Secret) Name() string { return s.props.Name }

// Construct holds the secret's resources.
func (s *Secret) Construct() constructs.Construct { return s.construct }

// Ref names the secret, or one of its JSON keys.
func (s *Secret) Ref(jsonKey string) secretref.Ref {
	return secretref.Ref{ARN: s.arn, JSONKey: jsonKey, KeyARN: s.props.KeyARN}
}

// GrantRead lets the grantee read the value, with the key. The policy's name is the secret's construct id and "read".
func (s *Secret) GrantRead(grantee iam.Grantee) error {
	return iam.Grant(grantee, "secret", s.id, "read", secretref.Read(s.props.Scope, s.Ref(""))...)
}

// GrantFill lets the grantee put a value in without reading the old one. The policy's name is the secret's construct id and "fill".
func (s *Secret) GrantFill(grantee iam.Grantee) error {
	statements := []policy.Statement{{Actions: []string{"secretsmanager:PutSecretValue"}, Resources: []string{s.arn}}}
	if s.props.KeyARN != "" {
		statements = append(statements, policy.UseKey(true, fmt.Sprintf("secretsmanager.%s.%s", s.props.Scope.Region, s.props.Scope.DNSSuffix()), s.props.KeyARN))
	}
	return iam.Grant(grantee, "secret", s.id, "fill", statements...)
}

// FillCommand is a line for a POSIX shell that fills the secret, with the AWS CLI and, for JSON keys, jq. Values go from one program to
// the next: they are no argument that other users of the computer see, and nothing shows them.
func (s *Secret) FillCommand() string {
	random := secretref.RandomPassword(s.props.Scope.Region)
	place := fmt.Sprintf("aws secretsmanager put-secret-value --region %s --secret-id %s --secret-string file:///dev/stdin", s.props.Scope.Region, s.props.Name)
	keys := s.props.JSONKeys
	if len(keys) == 0 {
		if s.props.Random {
			return random + " | tr -d '\\n' | " + place
		}
		return secretref.Ask + place
	}
	var ask []string
	for _, key := range keys {
		if s.props.Random {
			ask = append(ask, random)
			continue
		}
		ask = append(ask, fmt.Sprintf("printf '%s: ' >&2; IFS= read -r value; printf '%%s\\n' \"$value\"", key))
	}
	read, quiet, loud := strings.Join(ask, "; "), "stty -echo; ", "; stty echo"
	if s.props.Random {
		quiet, loud = "", ""
	}
	var object []string
	for i, key := range keys {
		object = append(object, fmt.Sprintf("%s: .[%d]", key, i))
	}
	return fmt.Sprintf("%s{ %s; } | jq --raw-input . | jq --slurp --compact-output '{%s}' | %s%s", quiet, read, strings.Join(object, ", "), place, loud)
}
