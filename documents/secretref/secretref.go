// Package secretref names values that nobody may read on their way: secrets of Secrets Manager and parameters of Systems Manager, by
// ARN. A reference says where a value is and which key encrypts it, from which follow what a container is told and what the role needs
// that reads it. The value itself is in no document.
package secretref

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A Ref is a secret, one JSON key of a secret, or a parameter. ARN is required.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
type Ref struct {
	// ARN of the secret, with the six characters that Secrets Manager adds to its name, or of the parameter.
	ARN string
	// JSONKey picks one value of a secret that is a JSON object. Not with a parameter. Default: the whole secret.
	JSONKey string
	// KeyARN is the customer's KMS key that encrypts it. Default: the account's aws/secretsmanager or aws/ssm.
	KeyARN string
}

var (
	secretPattern    = lazyregexp.New(`^secret:[A-Za-z0-9/_+=.@!-]{1,512}-[A-Za-z0-9]{6}$`)
	parameterPattern = lazyregexp.New(`^parameter/[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+){0,15}$`)
	jsonKeyPattern   = lazyregexp.New(`^[A-Za-z0-9_.-]{1,128}$`)
)

// Parameter reports whether the reference is a parameter of Systems Manager.
func (r Ref) Parameter() bool {
	return strings.HasPrefix(r.ARN, "arn:") && strings.Contains(r.ARN, ":ssm:")
}

// Validate reports what is wrong, under the paths arn, jsonKey and keyARN. What only Terraform knows is taken for a secret.
func (r Ref) Validate() error {
	var problems problem.List
	switch parts := strings.SplitN(r.ARN, ":", 6); {
	case token.Is(r.ARN):
	case len(parts) == 6 && parts[0] == "arn" && parts[2] == "secretsmanager" && secretPattern.MatchString(parts[5]):
	case len(parts) == 6 && parts[0] == "arn" && parts[2] == "secretsmanager":
		problems.Addf("arn", "%q does not end in the name and the six characters that Secrets Manager adds to it; copy the whole ARN", r.ARN)
	case len(parts) == 6 && parts[0] == "arn" && parts[2] == "ssm" && parameterPattern.MatchString(parts[5]):
		if r.JSONKey != "" {
			problems.Addf("jsonKey", "%q picks from a secret, and %s is a parameter, which is read as a whole; remove it", r.JSONKey, r.ARN)
		}
	default:
		// The value stays out of the message: who wrote a password here must not find it in a log.
		problems.Addf("arn", "is no ARN of a secret or a parameter; write it like arn:aws:secretsmanager:us-west-2:123456789012:secret:name-a1b2c3, never the value itself")
	}
	if r.JSONKey != "" && !jsonKeyPattern.MatchString(r.JSONKey) {
		problems.Addf("jsonKey", "%q is no key; use 1 to 128 letters, digits and _ . -", r.JSONKey)
	}
	var scope arn.Scope // with the region of the secret, which its key is in too
	if parts := strings.SplitN(r.ARN, ":", 6); len(parts) == 6 {
		scope.Region = parts[3]
	}
	problems.Add("", scope.CheckKey("keyARN", r.KeyARN))
	return problems.Err()
}

// ValueFrom is what a container definition of ECS has for it.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
func (r Ref) ValueFrom() string {
	if r.JSONKey == "" {
		return r.ARN
	}
	return r.ARN + ":" + r.JSONKey + "::"
}

// Read are the statements that reading these values needs, each secret, parameter and key once: GetSecretValue, GetParameters, and
// Decrypt through the service that keeps the value.
func Read(scope arn.Scope, refs ...Ref) []policy.Statement {
	scope = scope.WithDefaults()
	var secrets, parameters, secretKeys, parameterKeys []string
	add := func(list *[]string, value string) {
		if value != "" && !slices.Contains(*list, value) {
			*list = append(*list, value)
		}
	}
	for _, each := range refs {
		if each.Parameter() {
			add(&parameters, each.ARN)
			add(&parameterKeys, each.KeyARN)
		} else {
			add(&secrets, each.ARN)
			add(&secretKeys, each.KeyARN)
		}
	}
	var statements []policy.Statement
	for _, each := range []struct {
		actions         []string
		resources, keys []string
		service         string
	}{
		{[]string{"secretsmanager:GetSecretValue"}, secrets, secretKeys, "secretsmanager"},
		{[]string{"ssm:GetParameters"}, parameters, parameterKeys, "ssm"},
	} {
		if len(each.resources) > 0 {
			statements = append(statements, policy.Statement{Actions: each.actions, Resources: each.resources})
		}
		if len(each.keys) > 0 {
			statements = append(statements, policy.UseKey(false, fmt.Sprintf("%s.%s.%s", each.service, scope.Region, scope.DNSSuffix()), each.keys...))
		}
	}
	return statements
}
