package platform

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/delivery/bootstrap"
)

func newBootstrap(o *options) *cobra.Command {
	var format string
	command := &cobra.Command{
		Use:   "bootstrap",
		Short: "Print the commands from empty accounts to a first deployment",
		Long: `Prints numbered steps, each with its commands, what they make, who runs them and how to undo them, for this
configuration. Steps that are done are marked, as far as this machine shows: programs on the PATH, profiles in the
configuration file of the AWS CLI, local state files, the output folder, .github and git's remote. It reads no credentials,
asks for none, and calls neither AWS nor GitHub.`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if !slices.Contains(bootstrap.Formats(), format) {
				return mistake{fmt.Errorf("--format %s: there is no such format; use %s", format, strings.Join(bootstrap.Formats(), ", "))}
			}
			platform, err := load(*o)
			if err != nil {
				return err
			}
			steps := bootstrap.Steps(platform, findFacts(command.Context(), platform, o))
			_, err = io.WriteString(command.OutOrStdout(), bootstrap.Write(platform, steps, bootstrap.Format(format)))
			return err
		},
	}
	command.Flags().StringVar(&format, "format", string(bootstrap.Text), "`kind` of output: "+strings.Join(bootstrap.Formats(), ", "))
	return command
}
