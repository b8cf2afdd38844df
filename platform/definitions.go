package platform

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/stacks"
)

func newDefinitions(o *options) *cobra.Command {
	var directory string
	command := &cobra.Command{
		Use:   "definitions",
		Short: "Write the definitions of the SageMaker pipelines, to be published by commit",
		Long: `Writes the definition of each environment's training pipeline to DIR/<environment>/<pipeline>.json. The default branch
publishes them to the bucket of definitions in the operations account, under <pipeline>/<commit>.json, from where
training.definition takes one. Nothing in them depends on the machine, the time, or what is deployed: keys and network
are parameters without default.`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			return writeDefinitions(command.OutOrStdout(), *o, directory)
		},
	}
	command.Flags().StringVarP(&directory, "output", "o", "definitions", "`folder` to write")
	return command
}

// A definition of a pipeline, and where it goes.
type definition struct{ file, text string }

func writeDefinitions(out io.Writer, o options, directory string) error {
	platform, err := load(o)
	if err != nil {
		return err
	}
	definitions, err := pipelineDefinitions(platform, o)
	if err != nil {
		return err
	}
	for _, each := range definitions {
		file := filepath.Join(directory, each.file)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return mistake{err}
		}
		if err := os.WriteFile(file, []byte(each.text), 0o644); err != nil {
			return mistake{err}
		}
		fmt.Fprintln(out, filepath.ToSlash(file))
	}
	if len(definitions) == 0 {
		fmt.Fprintln(out, "no environment has a training pipeline; nothing was written")
	}
	return nil
}

// pipelineDefinitions builds the stacks for their definitions, in the order of the environments. Nothing is synthesised.
func pipelineDefinitions(platform *config.Platform, o options) ([]definition, error) {
	if err := o.own.loadProvider(); err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "definitions-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	var out []definition
	err = stacks.Build(tf.NewApp(scratch), platform, stacks.Options{Extensions: o.own.stacks, Progress: o.progress.stack, Definition: func(environment, pipeline, json string) {
		out = append(out, definition{filepath.Join(environment, pipeline+".json"), json + "\n"})
	}})
	o.progress.end()
	if defect := (tf.Defect{}); err != nil && !errors.As(err, &defect) {
		return nil, mistake{positioned(platform, err)}
	}
	for _, each := range out {
		if strings.Contains(each.text, "${") {
			return nil, fmt.Errorf("the definition %s holds a reference that only Terraform resolves", each.file)
		}
	}
	return out, err
}
