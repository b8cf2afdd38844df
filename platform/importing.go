package platform

import (
	"fmt"
	"go/format"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/internal/problem"
)

func newImport() *cobra.Command {
	parent := &cobra.Command{
		Use:   "import",
		Short: "Write Go code for what exists",
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
		Args: func(command *cobra.Command, args []string) error {
			if len(args) != 1 {
				return mistake{fmt.Errorf("give one file, or - for standard input; see %s --help", command.CommandPath())}
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			return importMachine(command, args[0], name, asl.WorkflowType(strings.ToUpper(workflow)))
		},
	}
	machine.Flags().StringVar(&name, "package", "machine", "`name` of the Go package, which becomes that of the machine")
	machine.Flags().StringVar(&workflow, "type", "standard", "standard or express")
	parent.AddCommand(machine)
	return parent
}

var packageName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

func importMachine(command *cobra.Command, file, name string, workflow asl.WorkflowType) error {
	if !packageName.MatchString(name) {
		return mistake{fmt.Errorf("--package: %q is no name of a package; use small letters and digits", name)}
	}
	var text []byte
	var err error
	if file == "-" {
		text, err = io.ReadAll(command.InOrStdin())
	} else {
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return mistake{err}
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
	imports := `"github.com/mlplatform/mlplatform/documents/asl"`
	if strings.Contains(code, "time.") {
		imports = "\"time\"\n\n" + imports
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
`, name, name, imports, code))
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
