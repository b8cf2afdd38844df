package platform

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/faststart"
	"github.com/mlplatform/mlplatform/internal/awsprovider"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/stacks"
)

// An Option adds what is a team's own to the platform. Give the same ones to Main, Load and Synthesize.
type Option func(*additions)

// additions are what all options together add.
type additions struct {
	config    config.Additions
	stacks    stacks.Extensions
	provider  []byte
	drawing   func(stack, name, mermaid string)
	pipelines map[string]func(*config.Environment) (*pipeline.Pipeline, error)
	machines  map[string]func(*config.Environment) (asl.Definition, error)
	mistakes  problem.List
}

// LocalPipeline lets the command run execute a pipeline of a team's own under this name, beside training and learning. The pipeline holds nothing
// that only Terraform knows.
func LocalPipeline(name string, build func(env *config.Environment) (*pipeline.Pipeline, error)) Option {
	return func(all *additions) {
		all.named("localPipeline", name)
		if all.pipelines == nil {
			all.pipelines = map[string]func(*config.Environment) (*pipeline.Pipeline, error){}
		}
		all.pipelines[name] = build
	}
}

// LocalMachine lets the command run execute a state machine of a team's own under this name. Its name is that of the definition, or else the
// environment's prefix and this one. The definition holds nothing that only Terraform knows.
func LocalMachine(name string, build func(env *config.Environment) (asl.Definition, error)) Option {
	return func(all *additions) {
		all.named("localMachine", name)
		if all.machines == nil {
			all.machines = map[string]func(*config.Environment) (asl.Definition, error){}
		}
		all.machines[name] = build
	}
}

// named reports a name that is taken.
func (a *additions) named(option, name string) {
	_, isPipeline := a.pipelines[name]
	_, isMachine := a.machines[name]
	if isPipeline || isMachine || name == trainingRun || name == learningRun || name == "" {
		a.mistakes.Addf(option, "%q is the name of another pipeline or state machine, or none; give each a name of its own", name)
	}
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
