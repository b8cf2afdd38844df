package scaffold

import (
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

const environmentForm = "write NAME:ACCOUNT:branch=PATTERN or NAME:ACCOUNT:tag=PATTERN, such as dev:222222222222:branch=main,feature/*"

// ParseEnvironments reads the values of the flag --environment, each NAME:ACCOUNT followed by :branch=PATTERN,... or
// :tag=PATTERN,... or both. It reports everything that has another form.
func ParseEnvironments(values []string) ([]Environment, error) {
	var problems problem.List
	var all []Environment
	for _, value := range values {
		parts := strings.Split(value, ":")
		if len(parts) < 3 {
			problems.Addf(EnvironmentFlag, "%q has no name, account and branch or tag; %s", value, environmentForm)
			continue
		}
		each := Environment{Name: parts[0], Account: parts[1]}
		for _, deployed := range parts[2:] {
			kind, patterns, _ := strings.Cut(deployed, "=")
			list := strings.Split(patterns, ",")
			switch {
			case patterns == "":
				problems.Addf(EnvironmentFlag, "%q names nothing in %q; %s", value, deployed, environmentForm)
			case kind == "branch":
				each.Branches = append(each.Branches, list...)
			case kind == "tag":
				each.Tags = append(each.Tags, list...)
			default:
				problems.Addf(EnvironmentFlag, "%q has %q, which is neither branch nor tag; %s", value, kind, environmentForm)
			}
		}
		all = append(all, each)
	}
	return all, problems.Err()
}
