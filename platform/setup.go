package platform

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/delivery/setup"
)

func newSetup(o *options) *cobra.Command {
	parent := &cobra.Command{
		Use:   "setup",
		Short: "Print how to set up what the platform needs around it",
		Args:  noArguments,
		RunE:  func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	parent.AddCommand(&cobra.Command{
		Use:   "github",
		Short: "Print the gh commands that set up GitHub for this configuration",
		Long: `Prints a shell script of gh commands: GitHub environments with their reviewers and the branches and tags that may
deploy to them, rules for these branches and tags, what Actions may run, and the form of the tokens that AWS trusts.
It calls nothing itself. The script can be run again at any time, and then changes what differs.`,
		Example: `  go run . setup github            read it
  go run . setup github | bash     run it, as an administrator of the repository who is logged in to gh`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			platform, err := load(*o)
			if err != nil {
				return err
			}
			_, err = io.WriteString(command.OutOrStdout(), setup.Script(platform))
			return err
		},
	})
	return parent
}
