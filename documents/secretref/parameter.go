package secretref

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

// A Parameter is a value in Parameter Store that a printed command makes and fills, and that Terraform never knows: its provider decrypts
// a SecureString at each refresh, also where the value was a write-only argument, so that whoever plans would have to be allowed to read it,
// and sends an empty value when its description changes. Name is required.
// https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ssm/parameter.go
// https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
type Parameter struct {
	// Name of the parameter in full: a slash, then up to 15 levels of letters, digits and _.- with slashes between. Not below /aws or /ssm.
	Name string
	// Description says what the value is and where it comes from, up to 1,024 characters. Default: none.
	Description string
	// Scope is where the parameter lives. Region and account are required.
	Scope arn.Scope
	// KeyARN is the customer's KMS key that encrypts it. Default: the account's aws/ssm.
	KeyARN string
	// Random makes FillCommand take a password that Secrets Manager makes up, so that nobody ever sees it. Default: it is typed in.
	Random bool
}

// Validate reports what is wrong, under the paths name, description and keyARN.
func (p Parameter) Validate() error {
	var problems problem.List
	if err := rule.ParameterName(p.Name); err != nil {
		problems.Addf("name", "%s", err)
	}
	if len(p.Description) > 1024 {
		problems.Addf("description", "has %d characters, up to 1,024 are allowed; shorten it", len(p.Description))
	}
	problems.Add("", arn.CheckKey("keyARN", p.KeyARN))
	return problems.Err()
}

// Ref names the parameter.
func (p Parameter) Ref() Ref {
	return Ref{ARN: p.Scope.WithDefaults().Regional("ssm", "parameter"+p.Name), KeyARN: p.KeyARN}
}

// FillCommand is a line for a POSIX shell that makes the parameter, or changes its value, with the AWS CLI. The value goes from one program to
// the next: it is no argument that other users of the computer see, and nothing shows it.
func (p Parameter) FillCommand() string {
	region := p.Scope.WithDefaults().Region
	place := fmt.Sprintf("aws ssm put-parameter --region %s --type SecureString --overwrite --name %s", region, p.Name)
	if p.Description != "" {
		place += " --description '" + strings.ReplaceAll(p.Description, "'", `'\''`) + "'"
	}
	if p.KeyARN != "" {
		place += " --key-id " + p.KeyARN
	}
	place += " --value file:///dev/stdin"
	if p.Random {
		return RandomPassword(region) + ` | tr -d '\n' | ` + place
	}
	return Ask + place
}

// Ask is the beginning of a line for a POSIX shell that asks for a value without showing it, and hands it to the program that stands behind.
const Ask = `printf 'Value: ' >&2; stty -echo; IFS= read -r value; stty echo; printf '%s' "$value" | `

// RandomPassword is a command that prints a password which Secrets Manager makes up.
func RandomPassword(region string) string {
	return "aws secretsmanager get-random-password --password-length 40 --exclude-punctuation --query RandomPassword --output text --region " + region
}
