package platform

import (
	"fmt"
	"go/format"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

func newImport() *cobra.Command {
	parent := &cobra.Command{
		Use:   "import",
		Short: "Write what exists as Go code or configuration",
		Args:  noArguments,
		RunE:  func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	var name, workflow string
	machine := &cobra.Command{
		Use:   "state-machine FILE",
		Short: "Print a definition in Amazon States Language as Go code",
		Long: `Reads a definition in Amazon States Language, such as that of "aws stepfunctions describe-state-machine", and prints a Go file
with the same definition in the types of documents/asl. FILE may be - for standard input. What the checks of that package say about the definition
is told beside it, on standard error, and is no reason to print nothing.`,
		Example: `  go run . import state-machine machine.asl.json > machine/definition.go
  aws stepfunctions describe-state-machine --state-machine-arn ARN --query definition --output text |
    go run . import state-machine - --package training`,
		Args: oneFile,
		RunE: func(command *cobra.Command, args []string) error {
			return importMachine(command, args[0], name, asl.WorkflowType(strings.ToUpper(workflow)))
		},
	}
	machine.Flags().StringVar(&name, "package", "machine", "`name` of the Go package, which becomes that of the machine")
	machine.Flags().StringVar(&workflow, "type", "standard", "standard or express")
	var pipelineName string
	steps := &cobra.Command{
		Use:   "pipeline FILE",
		Short: "Print the definition of a SageMaker pipeline as Go code",
		Long: `Reads the definition of a pipeline, such as that of "aws sagemaker describe-pipeline", and prints a Go file that makes the same with documents/pipeline.
FILE may be - for standard input. What the checks of that package say is told beside it, on standard error, and is no reason to print nothing.`,
		Example: `  aws sagemaker describe-pipeline --pipeline-name wine --query PipelineDefinition --output text |
    go run . import pipeline - --package wine > wine/pipeline.go`,
		Args: oneFile,
		RunE: func(command *cobra.Command, args []string) error {
			return importPipeline(command, args[0], pipelineName)
		},
	}
	steps.Flags().StringVar(&pipelineName, "package", "training", "`name` of the Go package, which becomes that of the pipeline")
	parent.AddCommand(machine, steps, newImportPackage(), newImportMLflowModel())
	return parent
}

func oneFile(command *cobra.Command, args []string) error {
	if len(args) != 1 {
		return mistake{fmt.Errorf("give one file, or - for standard input; see %s --help", command.CommandPath())}
	}
	return nil
}

// definitionOf reads the file, and checks the name of the package that it becomes.
func definitionOf(command *cobra.Command, file, name string) ([]byte, error) {
	if !packageName.MatchString(name) {
		return nil, mistake{fmt.Errorf("--package: %q is no name of a package; use small letters and digits", name)}
	}
	if file == "-" {
		return io.ReadAll(command.InOrStdin())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, mistake{err}
	}
	return text, nil
}

func importPipeline(command *cobra.Command, file, name string) error {
	text, err := definitionOf(command, file, name)
	if err != nil {
		return err
	}
	made, err := pipeline.Parse(name, text)
	if err != nil {
		return mistake{fmt.Errorf("%s: %w", file, err)}
	}
	code, err := pipeline.GoCode(name, text)
	if err != nil {
		return err
	}
	source, err := format.Source(fmt.Appendf(nil, `// Package %s has a pipeline that was imported.
package %s

import (
%s
)

// Pipeline is the pipeline.
func Pipeline() *pipeline.Pipeline {
	%s
	return p
}
`, name, name, importsOf(code, "pipeline"), code))
	if err != nil {
		return err
	}
	if _, err := command.OutOrStdout().Write(source); err != nil {
		return err
	}
	for _, each := range problem.Split(made.Validate()) {
		fmt.Fprintln(command.ErrOrStderr(), each)
	}
	for _, each := range made.Untyped() {
		fmt.Fprintln(command.ErrOrStderr(), each)
	}
	if len(made.Untyped()) > 0 {
		fmt.Fprintln(command.ErrOrStderr(), "These steps are Raw, and their permissions are not derived; write them with the methods of their kinds, or leave the pipeline its role")
	}
	return nil
}

// importsOf are what the code imports.
func importsOf(code, document string) string {
	imports := "\"github.com/mlplatform/mlplatform/documents/" + document + "\""
	if strings.Contains(code, "time.") {
		return "\"time\"\n\n" + imports
	}
	return imports
}

var packageName = lazyregexp.New(`^[a-z][a-z0-9]*$`)

func importMachine(command *cobra.Command, file, name string, workflow asl.WorkflowType) error {
	text, err := definitionOf(command, file, name)
	if err != nil {
		return err
	}
	definition, err := asl.Parse(text)
	if err != nil {
		return mistake{fmt.Errorf("%s: %w", file, err)}
	}
	definition.Name = name
	if workflow != asl.Standard {
		definition.Type = workflow
	}
	code, err := definition.GoCode()
	if err != nil {
		return err
	}
	source, err := format.Source(fmt.Appendf(nil, `// Package %s has a state machine that was imported.
package %s

import (
%s
)

// Definition is the state machine.
func Definition() asl.Definition {
	return %s
}
`, name, name, importsOf(code, "asl"), code))
	if err != nil {
		return err
	}
	if _, err := command.OutOrStdout().Write(source); err != nil {
		return err
	}
	for _, each := range problem.Split(definition.Validate()) {
		fmt.Fprintln(command.ErrOrStderr(), each)
	}
	if strings.Contains(code, "PermissionsElsewhere") {
		fmt.Fprintln(command.ErrOrStderr(), "PermissionsElsewhere marks calls whose permissions are not derived; name them in Permissions, or leave the machine its role")
	}
	return nil
}
