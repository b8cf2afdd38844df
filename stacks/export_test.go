package stacks

import (
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// BuildOnly makes one stack of the platform and the one with the roles that deploy it, for tests that look at no other. No stack
// refers to another one.
func BuildOnly(app tf.App, platform *config.Platform, options Options, name string) error {
	name = strings.TrimSuffix(name, config.AccessSuffix)
	return build(app, platform, options, func(stack config.Stack) bool { return stack.Name == name })
}
