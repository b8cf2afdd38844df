package rule

import (
	"fmt"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

var (
	parameterPattern = lazyregexp.New(`^(?:/[A-Za-z0-9_.-]+){1,15}$`)
	reservedPattern  = lazyregexp.New(`(?i)^/(?:aws|ssm)`)
)

// ParameterName reports what is no name of a parameter of Systems Manager in full: 900 characters, which with the ARN before them are within
// the 1,011 of AWS. AWS lets names without levels do without the slash.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
func ParameterName(name string) error {
	switch {
	case !parameterPattern.MatchString(name) || len(name) > 900:
		return fmt.Errorf("%q is no name of a parameter in full; begin it with a slash and use up to 15 levels of letters, digits and _.-", name)
	case reservedPattern.MatchString(name):
		return fmt.Errorf("%q begins as AWS keeps for itself; begin it otherwise", name)
	}
	return nil
}
