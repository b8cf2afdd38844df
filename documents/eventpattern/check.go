package eventpattern

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// oneOf reports values that are not among the allowed ones, and their lack.
func oneOf(problems *problem.List, path string, values, allowed []string, required bool) {
	if required && len(values) == 0 {
		problems.Addf(path, "are missing; name at least one of %s", strings.Join(allowed, ", "))
	}
	for i, each := range values {
		if !slices.Contains(allowed, each) {
			problems.Addf(problem.Index(path, i), "%q is unknown; use one of %s", each, strings.Join(allowed, ", "))
		}
	}
}

// finish adds what is wrong with the pattern itself, which is of interest once the fields of the event are right.
func finish(problems *problem.List, pattern Pattern) error {
	if err := problems.Err(); err != nil {
		return err
	}
	return pattern.Validate()
}

func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, each := range values {
		out[i] = string(each)
	}
	return out
}
