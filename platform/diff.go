package platform

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/delivery/changes"
)

// leastLength is the shortest page that still says something.
const leastLength = 2_000

func newDiff(o *options) *cobra.Command {
	var s sides
	var length int
	command := &cobra.Command{
		Use:   "diff --base COMMIT",
		Short: "Describe what differs between two commits, as Markdown for a pull request",
		Long: `Synthesises two commits as "changed" does, and describes what differs in each stack: what may lose data as a
warning, then IAM and network, then data, outputs and the rest, with old and new values.

It needs no login. What Terraform would do with it, the plan says.`,
		Example: `  go run . diff --base origin/main
  go run . diff --base origin/main --head my-branch > summary.md`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if length != 0 && length < leastLength {
				return mistake{fmt.Errorf("--max-length %d is too short; at least %d, or 0 for no limit", length, leastLength)}
			}
			report, err := compare(command, *o, s)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(command.OutOrStdout(), report.Markdown(length))
			return err
		},
	}
	s.add(command)
	command.Flags().IntVar(&length, "max-length", changes.CommentLimit, "`bytes` of the page at most, 0 for no limit; a comment on GitHub takes the default")
	return command
}
