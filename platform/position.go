package platform

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

var mapKeyPattern = lazyregexp.New(`\["([^"]*)"\]`)

// positioned puts the file and line of the nearest key before each problem of building the stacks, whose path begins with
// the name of the stack.
func positioned(platform *config.Platform, err error) error {
	var all []error
	for _, each := range problem.Split(err) {
		path, _, _ := strings.Cut(each.Error(), ": ")
		stack, field, _ := strings.Cut(path, ".")
		source := platform.Source(stack)
		if platform.Environment(stack) == nil {
			source, field = platform.Source(""), path // operations and state are sections of platform.yaml
		}
		line := source.Line(mapKeyPattern.ReplaceAllString(field, ".$1"))
		all = append(all, fmt.Errorf("%s:%d: %w", source.File, line, each))
	}
	return errors.Join(all...)
}
