package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// BuildOnly makes one stack of the platform, for tests that look at no other. No stack refers to another one.
func BuildOnly(app tf.App, platform *config.Platform, name string) error {
	b := builder{app: app, platform: platform}
	for _, stack := range platform.Stacks() {
		if stack.Name == name {
			return b.build(stack)
		}
	}
	panic("there is no stack " + name)
}
