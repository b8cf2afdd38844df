package platform

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/faststart"
	"github.com/mlplatform/mlplatform/internal/awsprovider"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/stacks"
)

// An Option adds what is a team's own to the platform. Give the same ones to Main, Load and Synthesize.
type Option func(*additions)

// additions are what all options together add.
type additions struct {
	config   config.Additions
	stacks   stacks.Extensions
	provider []byte
	drawing  func(stack, name, mermaid string)
	mistakes problem.List
}

// Drawing receives a drawing in Mermaid of each pipeline and state machine as the stacks are built, with the names of its stack and of the
// drawing. Default: nothing is drawn.
func Drawing(receive func(stack, name, mermaid string)) Option {
	return func(all *additions) { all.drawing = receive }
}

func gather(own []Option) additions {
	var all additions
	for _, add := range own {
		add(&all)
	}
	return all
}

// load reads the configuration in the folder with the sections and stacks that are added.
func (a *additions) load(folder string) (*config.Platform, error) {
	if err := a.mistakes.Err(); err != nil {
		return nil, err
	}
	return a.config.Load(folder)
}

// loadProvider puts the trimmed AWS provider in place.
func (a *additions) loadProvider() error {
	if a.provider != nil {
		return faststart.Load(a.provider)
	}
	return awsprovider.Load()
}
