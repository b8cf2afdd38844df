package platform

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func newValidate(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "validate",
		Short: "Check the configuration and nothing else",
		Long: `Checks the configuration and reports every problem of every file, with line and column, what is allowed and
what to do. Needs neither Node.js nor Terraform, and writes nothing.`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			platform, err := load(*o)
			if err != nil {
				return err
			}
			fmt.Fprintf(command.OutOrStdout(), "%s is valid: project %s with %s\n", o.config, platform.Project, count(len(platform.Environments), "environment"))
			return nil
		},
	}
}

func newList(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the stacks in the order of their first deployment",
		Args:  noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			platform, err := load(*o)
			if err != nil {
				return err
			}
			table := tabwriter.NewWriter(command.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "STACK\tACCOUNT\tREGION")
			for _, stack := range platform.Stacks() {
				fmt.Fprintf(table, "%s\t%s\t%s\n", stack.Name, stack.Account, stack.Region)
			}
			return table.Flush()
		},
	}
}

func newSchema(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the configuration files, for editors, with the sections of extensions",
		Args:  noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			text, err := o.own.config.Schema()
			if err != nil {
				return err
			}
			_, err = command.OutOrStdout().Write(text)
			return err
		},
	}
}
